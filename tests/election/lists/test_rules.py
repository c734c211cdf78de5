"""A case book of lists: which alliances hold, which names are cut, in which order they stand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from election.candidacy.rules import most_names
from election.lists.rules import Alliances, Notice, alliances, cut, in_order

DEADLINE = datetime(2006, 1, 12, 11, tzinfo=UTC)
A_DAY_BEFORE = DEADLINE - timedelta(days=1)


def _said(*pairs: str, at: datetime = A_DAY_BEFORE) -> list[Notice]:
    """`AB` is A's yes to B, `-AB` that A takes it back; each a minute after the one before."""
    return [
        Notice(pair[-2], pair[-1], not pair.startswith("-"), at + timedelta(minutes=minute))
        for minute, pair in enumerate(pairs)
    ]


def _found(notices: list[Notice], lists: str = "ABCD") -> Alliances:
    return alliances(notices, lists, DEADLINE, are_allowed=True)


def test_an_alliance_holds_when_both_sides_have_filed_it() -> None:
    assert _found(_said("AB", "BA")) == Alliances((("A", "B"),), (), ())


def test_the_word_of_one_side_is_no_alliance() -> None:
    assert _found(_said("AB")) == Alliances((), (("A", "B"),), ())


def test_the_newest_word_of_each_side_counts() -> None:
    """A files, B files, A takes it back: none. A files it again: it holds, and B need not say it twice."""
    assert _found(_said("AB", "BA", "-AB")).valid == ()
    assert _found(_said("AB", "BA", "-AB")).one_sided == (("B", "A"),)
    assert _found(_said("AB", "BA", "-AB", "AB")).valid == (("A", "B"),)


def test_what_was_said_earlier_does_not_win_because_it_was_written_down_later() -> None:
    assert _found(_said("AB", "BA", "-AB")[::-1]).valid == ()


@pytest.mark.parametrize(
    ("seconds", "holds"),
    [
        pytest.param(-1, True, id="a second before the deadline"),
        pytest.param(0, True, id="on the second"),
        pytest.param(0.999, True, id="within the last second"),
        pytest.param(1, False, id="a second after"),
    ],
)
def test_the_deadline_counts_to_the_second(seconds: float, holds: bool) -> None:
    last = Notice("B", "A", True, DEADLINE + timedelta(seconds=seconds))
    assert bool(_found([*_said("AB"), last]).valid) is holds


def test_what_is_taken_back_too_late_still_holds() -> None:
    late = Notice("A", "B", False, DEADLINE + timedelta(minutes=1))
    assert _found([*_said("AB", "BA"), late]).valid == (("A", "B"),)


def test_three_lists_are_one_alliance_when_each_says_yes_to_both_others() -> None:
    assert _found(_said("AB", "BA", "AC", "CA", "BC", "CB")).valid == (("A", "B", "C"),)


def test_a_list_between_two_that_do_not_want_each_other_is_in_no_alliance() -> None:
    """A with B and B with C would put B in two alliances: neither holds until A and C agree too."""
    assert _found(_said("AB", "BA", "BC", "CB")) == Alliances((), (), (("A", "B", "C"),))


def test_two_pairs_are_two_alliances() -> None:
    assert _found(_said("AB", "BA", "CD", "DC")).valid == (("A", "B"), ("C", "D"))


def test_a_withdrawn_list_drops_out_and_the_others_stay_together() -> None:
    said = _said("AB", "BA", "AC", "CA", "BC", "CB")
    assert _found(said, "AB").valid == (("A", "B"),)
    assert _found(said, "A") == Alliances((), (), ())


def test_when_the_list_in_between_is_withdrawn_the_rest_is_whole() -> None:
    """A, B, C agree all; D only with A. Without D the three are an alliance, with D none is."""
    said = _said("AB", "BA", "AC", "CA", "BC", "CB", "AD", "DA")
    assert _found(said).valid == ()
    assert _found(said, "ABC").valid == (("A", "B", "C"),)


def test_where_the_regulation_has_no_alliances_there_are_none() -> None:
    said = _said("AB", "BA")
    assert alliances(said, "AB", DEADLINE, are_allowed=False) == Alliances((), (), ())


def test_a_list_is_in_no_alliance_with_itself() -> None:
    assert _found([Notice("A", "A", True, A_DAY_BEFORE)]) == Alliances((), (), ())


PAIRS = some.lists(
    some.tuples(some.sampled_from("ABCDE"), some.sampled_from("ABCDE"), some.booleans()), max_size=30
)


@given(PAIRS)
def test_axiom_no_list_is_in_two_alliances_and_every_pair_in_one_has_said_yes(
    pairs: list[tuple[str, str, bool]],
) -> None:
    notices = [
        Notice(by, other, yes, A_DAY_BEFORE + timedelta(minutes=n)) for n, (by, other, yes) in enumerate(pairs)
    ]
    last = {(one.by, one.other): one.is_filed for one in notices}
    found = _found(notices, "ABCDE")
    members = [key for together in found.valid + found.broken for key in together]
    assert len(members) == len(set(members))
    for together in found.valid:
        assert all(last.get((one, other)) for one in together for other in together if one != other)


@pytest.mark.parametrize(("seats", "most"), [(1, 5), (7, 11), (11, 15)])
def test_a_list_has_room_for_four_names_more_than_there_are_seats(seats: int, most: int) -> None:
    assert most_names(seats) == most


def test_the_surplus_is_cut_from_the_bottom() -> None:
    """Two seats leave room for six: the seventh is one too many."""
    assert cut(["c1", "c2", "c3", "c4", "c5", "c6", "c7"], most_names(2)) == (
        ("c1", "c2", "c3", "c4", "c5", "c6"),
        ("c7",),
    )
    assert cut(["c1"], most_names(2)) == (("c1",), ())


def test_a_list_with_an_order_of_its_own_stands_in_it_whatever_the_ballot_order_is() -> None:
    places = {"c1": 3, "c2": 1, "c3": 2}
    assert in_order(["c1", "c2", "c3"], places, is_ordered=True) == ("c2", "c3", "c1")
    assert in_order(["c3", "c1", "c2"], places, is_ordered=True) == ("c2", "c3", "c1")


def test_side_by_side_the_ballot_order_holds() -> None:
    assert in_order(["c3", "c1", "c2"], {"c1": 3, "c2": 1, "c3": 2}, is_ordered=False) == ("c3", "c1", "c2")


def test_a_name_without_a_place_comes_last_in_ballot_order() -> None:
    assert in_order(["c9", "c1", "c8", "c2"], {"c1": 2, "c2": 1}, is_ordered=True) == ("c2", "c1", "c9", "c8")
