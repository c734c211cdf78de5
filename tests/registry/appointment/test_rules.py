"""The elected first, a substitute only in turn: the line of Køge with every ruling that can stand in it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.appointment.rules import (
    Candidate,
    Ruling,
    free_places,
    may_be_appointed,
    next_in_line,
    why_not_now,
)

YES, NO, DECLINED = Ruling.APPOINTED, Ruling.NOT_APPOINTED, Ruling.DECLINED


def line(elected: Sequence[Ruling | None], substitutes: Sequence[Ruling | None]) -> list[Candidate]:
    """E1, E2 … are elected, S1, S2 … their substitutes in rank order."""
    return [Candidate(f"e{n}", f"E{n}", "", None, ruling) for n, ruling in enumerate(elected, 1)] + [
        Candidate(f"s{n}", f"S{n}", "", n, ruling) for n, ruling in enumerate(substitutes, 1)
    ]


@pytest.mark.parametrize(
    ("elected", "substitutes", "free", "turn"),
    [
        ((None, None, None), (None, None), 0, "S1"),
        ((YES, YES, YES), (None, None), 0, "S1"),
        ((YES, DECLINED, YES), (None, None), 1, "S1"),
        ((YES, NO, DECLINED), (None, None), 2, "S1"),
        ((YES, DECLINED, YES), (YES, None), 0, "S2"),
        ((YES, DECLINED, YES), (DECLINED, None), 1, "S2"),
        ((YES, DECLINED, YES), (NO, YES), 0, ""),
        ((YES, DECLINED, YES), (DECLINED, NO), 1, ""),
        ((YES, DECLINED, YES), (), 1, ""),
    ],
)
def test_places_left_and_whose_turn_it_is(
    elected: Sequence[Ruling | None], substitutes: Sequence[Ruling | None], free: int, turn: str
) -> None:
    """Places that the elected have left, less those that substitutes have taken."""
    people = line(elected, substitutes)
    assert free_places("", people) == free
    assert ", ".join(one.name for one in next_in_line("", people)) == turn


@pytest.mark.parametrize(
    ("elected", "substitutes", "who", "code"),
    [
        ((None, None), (None, None), "E1", ""),
        ((DECLINED, None), (None, None), "E1", ""),
        ((None, None), (None, None), "S1", "W563"),
        ((DECLINED, None), (None, None), "S1", ""),
        ((DECLINED, None), (None, None), "S2", "W564"),
        ((DECLINED, None), (YES, None), "S2", "W563"),
        ((DECLINED, NO), (YES, None), "S2", ""),
    ],
)
def test_a_substitute_waits_with_a_sentence(
    elected: Sequence[Ruling | None], substitutes: Sequence[Ruling | None], who: str, code: str
) -> None:
    people = line(elected, substitutes)
    one = next(person for person in people if person.name == who)
    why, refusal = why_not_now(one, people), may_be_appointed(one, people)
    assert (why.kind.code if why else "") == code
    assert (refusal.kind.code if refusal else "") == ("R566" if code else "")


def test_who_stands_before_somebody_is_named() -> None:
    people = line((DECLINED,), (None, None, None))
    why = why_not_now(people[-1], people)
    assert why is not None
    assert why.in_danish() == "S1 står før S3 i rækken."


def test_a_place_of_one_list_is_not_for_the_substitutes_of_another() -> None:
    """A has lost a place; the first of B waits though B's line is untouched."""
    people = [
        Candidate("a1", "A1", "A", None, DECLINED),
        Candidate("a2", "A2", "A", 1, None),
        Candidate("b1", "B1", "B", None, None),
        Candidate("b2", "B2", "B", 1, None),
    ]
    assert may_be_appointed(people[1], people) is None
    assert may_be_appointed(people[3], people) is not None


def test_substitutes_of_the_same_rank_may_each_be_chosen_until_the_place_is_taken() -> None:
    """Two of rank 1 for one place: the body chooses; then nothing is left for the other."""
    people = [
        Candidate("e1", "E1", "", None, NO),
        Candidate("s1", "S1", "", 1, None),
        Candidate("s2", "S2", "", 1, None),
    ]
    assert [may_be_appointed(one, people) for one in people[1:]] == [None, None]
    people[1] = Candidate("s1", "S1", "", 1, YES)
    assert may_be_appointed(people[2], people) is not None


RULINGS = st.sampled_from([None, YES, NO, DECLINED])


@given(st.lists(RULINGS, max_size=6), st.lists(RULINGS, max_size=6))
def test_a_substitute_is_never_appointed_past_somebody_who_waits(
    elected: list[Ruling | None], substitutes: list[Ruling | None]
) -> None:
    """Whoever may be appointed has nobody without a ruling before them, and a place is free."""
    people = line(elected, substitutes)
    for one in people:
        if not one.is_elected and may_be_appointed(one, people) is None:
            assert free_places("", people) > 0
            assert all(other.ruling is not None for other in people if (other.rank or 99) < (one.rank or 0))
