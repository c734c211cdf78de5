"""Blank papers on their way: printed = delivered + in store, and no place gives more than it has."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from election.ballots.stock_rules import (
    STORE,
    Moved,
    Movement,
    Overdrawn,
    Place,
    Stock,
    at_stations,
    overdrawn,
    stock,
)

NORTH, SOUTH = UUID(int=1), UUID(int=2)
PRINTED, DELIVERED, MOVED, SENT_BACK = Movement


def printed(papers: int, kind: str = "") -> Moved:
    return Moved(PRINTED, None, None, kind, papers)


def delivered(papers: int, to: UUID = NORTH, kind: str = "") -> Moved:
    return Moved(DELIVERED, None, to, kind, papers)


def moved(papers: int, source: UUID = NORTH, to: UUID = SOUTH) -> Moved:
    return Moved(MOVED, source, to, "", papers)


def sent_back(papers: int, source: UUID = NORTH) -> Moved:
    return Moved(SENT_BACK, source, None, "", papers)


def test_what_was_printed_is_at_the_stations_or_in_the_store() -> None:
    """1000 printed; 400 + 300 delivered, 50 moved on, 20 sent back: 680 delivered, 320 in store."""
    moves = [printed(1000), delivered(400), delivered(300, SOUTH), moved(50), sent_back(20)]
    assert stock(moves, "") == Stock(1000, 680)
    assert stock(moves, "").in_store == 320
    assert at_stations(moves) == {(NORTH, ""): 330, (SOUTH, ""): 350}


def test_where_nothing_was_printed_the_store_is_unknown_and_not_negative() -> None:
    """400 delivered from a print that nobody wrote down: the store is not −400."""
    known = stock([delivered(400)], "")
    assert (known.printed, known.delivered, known.in_store) == (None, 400, None)
    assert stock([printed(400), printed(-400)], "") == Stock(0, 0), "written and taken back: none, which is known"


def test_each_type_has_its_own_sum() -> None:
    """500 of A printed and 200 delivered; of B nothing printed: 300 A in store, of B nothing is known."""
    moves = [printed(500, "A"), delivered(200, kind="A"), delivered(70, kind="B")]
    assert stock(moves, "A").in_store == 300
    assert stock(moves, "B").in_store is None
    assert at_stations(moves) == {(NORTH, "A"): 200, (NORTH, "B"): 70}


@pytest.mark.parametrize(
    ("before", "new", "answer"),
    [
        ([printed(100)], delivered(100), None),
        ([printed(100)], delivered(101), Overdrawn(STORE, 1)),
        ([], delivered(100), None),
        ([delivered(100)], printed(90), Overdrawn(STORE, 10)),
        ([delivered(100)], printed(100), None),
        ([delivered(100)], moved(101), Overdrawn(NORTH, 1)),
        ([delivered(100)], moved(1, SOUTH, NORTH), Overdrawn(SOUTH, 1)),
        ([delivered(100)], sent_back(100), None),
        ([delivered(100), moved(60)], sent_back(50), Overdrawn(NORTH, 10)),
        ([printed(100), delivered(60)], printed(-50), Overdrawn(STORE, 10)),
        ([printed(100), delivered(60)], printed(-40), None),
        ([delivered(100), moved(60)], delivered(-50), Overdrawn(NORTH, 10)),
        ([delivered(100)], delivered(-101), Overdrawn(NORTH, 1)),
        ([delivered(100), delivered(100, SOUTH)], moved(-5), Overdrawn(SOUTH, 5)),
        ([delivered(100, kind="A")], sent_back(1), Overdrawn(NORTH, 1)),
    ],
)
def test_no_place_gives_more_than_it_has(before: list[Moved], new: Moved, answer: Overdrawn | None) -> None:
    """Said with the place and how many would be missing; a row that was never written cannot be taken back."""
    assert overdrawn(before, new) == answer


@pytest.mark.parametrize(
    ("kind", "source", "to", "is_possible"),
    [
        (PRINTED, None, None, True),
        (PRINTED, None, NORTH, False),
        (DELIVERED, None, NORTH, True),
        (DELIVERED, None, None, False),
        (DELIVERED, SOUTH, NORTH, False),
        (MOVED, NORTH, SOUTH, True),
        (MOVED, NORTH, NORTH, False),
        (SENT_BACK, NORTH, None, True),
        (SENT_BACK, NORTH, SOUTH, False),
    ],
)
def test_each_kind_has_its_two_places(kind: Movement, source: Place, to: Place, is_possible: bool) -> None:
    assert Moved(kind, source, to, "", 1).is_possible is is_possible


anything = st.builds(
    lambda kind, papers, swap: {
        PRINTED: printed(papers),
        DELIVERED: delivered(papers, SOUTH if swap else NORTH),
        MOVED: moved(papers, SOUTH, NORTH) if swap else moved(papers),
        SENT_BACK: sent_back(papers, SOUTH if swap else NORTH),
    }[kind],
    st.sampled_from(Movement),
    st.integers(-50, 100).filter(bool),
    st.booleans(),
)


def kept(moves: Iterable[Moved]) -> list[Moved]:
    """Only those that the rule lets through, one after the other."""
    found: list[Moved] = []
    for one in moves:
        if overdrawn(found, one) is None:
            found.append(one)
    return found


@given(st.lists(anything, max_size=12))
def test_axiom_whatever_is_written_nobody_owes_a_paper(moves: list[Moved]) -> None:
    """Every station ≥ 0, a known store ≥ 0, and printed = what lies at the stations + what is in store."""
    good = kept(moves)
    there, known = at_stations(good), stock(good, "")
    assert all(papers >= 0 for papers in there.values())
    assert known.delivered == sum(there.values())
    if known.printed is not None:
        assert known.in_store is not None
        assert known.in_store >= 0
        assert known.printed == sum(there.values()) + known.in_store
