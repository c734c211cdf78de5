"""Who votes on which paper, and how the papers are told apart. (Regulation: seats.is_vote_within_group)"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from election.ballots.rules import SHAPE_NAMES, Mark, Shape, ballot_types, mark_of, type_of_voter
from registry.regulation.loader import shipped
from registry.regulation.rules import Regulation


@dataclass(frozen=True)
class Called:
    """An election, as far as these rules know it."""

    regulation: Regulation


SVENDBORG = Called(shipped("svendborg-2025").regulation)
GROUPS = ("Vietnam", "Syrien", "Tyrkiet", "Sri Lanka", "Bosnien", "Eritrea", "Iran", "øvrige")


@pytest.mark.parametrize("regulation", ["koege-2014", "koege-2018", "kobenhavn-2006", "gentofte-2022"])
@pytest.mark.parametrize("group", [None, "vestlig", "anything"])
def test_where_all_vote_together_there_is_one_paper_for_everybody(regulation: str, group: str | None) -> None:
    """Køge 2014 reserves seats for two groups, but all vote on one paper."""
    called = Called(shipped(regulation).regulation)
    assert ballot_types(called) == ("",)
    assert type_of_voter(called, group) == ""
    assert mark_of(called, "") is None


def test_where_each_group_votes_for_its_own_each_has_a_paper() -> None:
    """Svendborg 2025: eight groups, eight papers, in the order of the regulation."""
    assert ballot_types(SVENDBORG) == GROUPS
    assert [type_of_voter(SVENDBORG, group) for group in GROUPS] == list(GROUPS)


@pytest.mark.parametrize("group", [None, "", "Polen"])
def test_a_voter_of_no_group_gets_no_paper_by_guessing(group: str | None) -> None:
    """None, not the first: the board decides, the desk does not choose."""
    assert type_of_voter(SVENDBORG, group) is None


def test_the_papers_differ_by_letter_and_by_shape() -> None:
    """A to H, and eight shapes for eight groups: nobody needs colour, or to read, to tell two apart."""
    marks = [mark_of(SVENDBORG, group) for group in GROUPS]
    assert marks[:2] == [Mark("A", Shape.CIRCLE), Mark("B", Shape.TRIANGLE)]
    assert [mark.letter for mark in marks if mark] == list("ABCDEFGH")
    assert {mark.shape for mark in marks if mark} == set(Shape) == set(SHAPE_NAMES)
    assert mark_of(SVENDBORG, "Polen") is None
