"""The piles of a closed station against what was registered, and which step comes next."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from election.closing.rules import (
    Obstacle,
    Piles,
    Registered,
    Step,
    findings_of,
    ledger_of,
    missing_types,
    step_of,
)
from registry.findings import Term

REGISTERED = Registered(delivered=300, handed_out=213, returned=2, exchanged=5, in_envelopes=1, postal_in_box=4)
"""205 admitted, 5 exchanges, 3 in doubt of whom 2 were accepted: 213 papers handed out."""
RIGHT = Piles(unissued=87, returned=2, exchanged=5, in_envelopes=1, in_box=209)
"""300 − 213 = 87; 213 − 2 − 5 − 1 + 4 = 209."""


def test_the_canteen_that_adds_up_has_nothing_to_explain() -> None:
    assert findings_of(REGISTERED, RIGHT, 0) == []


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"unissued": 86}, ["F301"]),
        ({"in_box": 208}, ["F302"]),
        ({"in_box": 210}, ["F303"]),
        # one pile is one short: the box then has one too few or many, and the pile says why
        ({"returned": 1}, ["F302", "F306"]),
        ({"exchanged": 6}, ["F303", "F307"]),
        ({"in_envelopes": 0}, ["F302", "F308"]),
        # a spoiled paper that went into the box: both piles differ, nothing is missing
        ({"exchanged": 4, "in_box": 210}, ["F307"]),
        ({"unissued": 0, "in_box": 0}, ["F301", "F302"]),
    ],
)
def test_each_pile_that_differs_is_said_with_its_code(changes: dict[str, int], codes: list[str]) -> None:
    assert [one.kind.code for one in findings_of(REGISTERED, replace(RIGHT, **changes), 0)] == codes


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"in_box": 207}, []),
        ({"in_box": 206}, ["F302"]),
        ({"in_box": 211, "unissued": 85}, []),
        ({"exchanged": 8}, ["F303", "F307"]),
        ({"unissued": 84}, ["F301"]),
    ],
)
def test_a_council_may_let_small_differences_stand_unexplained(changes: dict[str, int], codes: list[str]) -> None:
    """Up to two papers; the figures themselves stand in the book in any case."""
    assert [one.kind.code for one in findings_of(REGISTERED, replace(RIGHT, **changes), 2)] == codes


def test_before_the_count_the_ledger_knows_no_box() -> None:
    ledger = ledger_of(REGISTERED, None)
    assert (ledger.in_box, ledger.unissued, ledger.difference) == (None, None, None)
    assert ledger.expected_in_box == 209


DONE: dict[str, Any] = {
    "is_shut": True, "must_go": False, "is_counted": True, "unexplained": [], "has_asked": True, "obstacles": [],
    "is_signed": True,
}  # fmt: skip
ENVELOPE = Obstacle(Term("kuverter"), 1, "polling.doubtful_envelopes")


@pytest.mark.parametrize(
    ("missing", "step"),
    [
        ({}, Step.SIGNED),
        ({"is_signed": False}, Step.SIGN),
        ({"has_asked": False}, Step.OBJECTIONS),
        ({"obstacles": [ENVELOPE]}, Step.REST),
        ({"unexplained": ["F302"]}, Step.DIFFERENCES),
        ({"is_counted": False}, Step.PAPERS),
        ({"must_go": True, "is_counted": False}, Step.BOX),
        ({"is_shut": False}, Step.DOORS),
        # the earliest one that is missing comes first
        ({"is_shut": False, "is_counted": False, "has_asked": False}, Step.DOORS),
        ({"unexplained": ["F301"], "obstacles": [ENVELOPE], "is_signed": False}, Step.DIFFERENCES),
    ],
)
def test_no_step_can_be_passed_by(missing: dict[str, Any], step: Step) -> None:
    assert step_of(**(DONE | missing)) is step


def test_every_ballot_type_must_be_counted() -> None:
    assert missing_types(("Tyrkiet", "Øvrige"), {"Øvrige": RIGHT}) == ["Tyrkiet"]
