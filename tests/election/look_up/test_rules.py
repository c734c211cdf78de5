"""What is said to somebody who asks whether they may vote: stages, standings, dates and what can still be done."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from election.call.rules import Phase
from election.look_up.rules import (
    Remedies,
    Stage,
    Standing,
    plain_number,
    read_birth_date,
    remedies,
    stage_of,
    standing_of,
)
from election.roll.rules import ReasonCode
from registry.regulation.loader import shipped

pytestmark = pytest.mark.slow

ELECTION_ON = date(2017, 11, 27)
REGULATION = shipped("koege-2018").regulation
BEFORE = datetime(2017, 11, 20, 12, 0, tzinfo=UTC)
AFTER_NOON = datetime(2017, 11, 27, 12, 0, tzinfo=UTC)
AFTER_CLOSING = datetime(2017, 11, 27, 19, 30, tzinfo=UTC)
OBJECT = datetime(2017, 11, 27, 11, 0, tzinfo=UTC)  # 12.00 in Denmark
DECLARE = datetime(2017, 11, 27, 19, 0, tzinfo=UTC)  # 20.00


@pytest.mark.parametrize(
    "typed",
    [
        "03-02-1980", "3.2.1980", "3/2 1980", "03021980", " 03 02 1980 ", "3-2-1980", "03–02–1980",
        "٠٣-٠٢-١٩٨٠", "۰۳/۰۲/۱۹۸۰", "03\u200f-02-1980",
    ],
)  # fmt: skip
def test_a_birth_date_is_read_however_it_is_parted_and_in_any_digits(typed: str) -> None:
    assert read_birth_date(typed) == date(1980, 2, 3)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1980-02-03",
        "030280",
        "3-2-80",
        "31-02-1980",
        "03-02-1980-1",
        "tredje februar",
        "00-00-0000",
        "3" * 300,
    ],
)
def test_what_is_no_date_or_could_be_two_is_asked_again(typed: str) -> None:
    assert read_birth_date(typed) is None


def test_a_card_number_in_other_digits_is_the_number_on_the_card() -> None:
    assert plain_number("1٢۳-ab") == "123-ab"


@pytest.mark.parametrize(
    ("phase", "roll", "stage"),
    [
        (Phase.CALLED, (False, False, False), Stage.NO_ROLL),
        (Phase.CALLED, (True, False, True), Stage.DRAFT),
        (Phase.CANDIDACY, (True, True, True), Stage.FROZEN),
        (Phase.POLLING, (True, True, True), Stage.FROZEN),
        (Phase.UNCONTESTED, (True, True, True), Stage.NO_POLL),
        (Phase.COUNTING, (True, True, True), Stage.OVER),
        (Phase.CERTIFIED, (True, True, True), Stage.OVER),
        (Phase.CERTIFIED, (True, True, False), Stage.DESTROYED),
    ],
)
def test_how_far_the_roll_is(phase: Phase, roll: tuple[bool, bool, bool], stage: Stage) -> None:
    has_roll, is_frozen, has_entries = roll
    assert stage_of(phase, has_roll=has_roll, is_frozen=is_frozen, has_entries=has_entries) is stage


def test_how_somebody_stands() -> None:
    def stands(on_roll: bool, votes: bool = False, struck: bool = False, refused: bool = False) -> Standing:
        return standing_of(is_on_roll=on_roll, may_vote=votes, is_struck=struck, is_refused=refused)

    assert stands(True, votes=True) is Standing.MAY_VOTE
    assert stands(True) is Standing.ONLY_STANDS
    assert stands(True, votes=True, struck=True) is Standing.STRUCK
    assert stands(False, refused=True) is Standing.REFUSED
    assert stands(False) is Standing.UNKNOWN


@pytest.mark.parametrize("reason", [ReasonCode.ORIGIN_UNKNOWN, ReasonCode.ORIGIN_NOT_COVERED])
def test_who_is_not_known_to_be_covered_may_declare_and_object(reason: ReasonCode) -> None:
    """Køge: objections until 12.00, additions until 20.00 on election day, Danish winter time."""
    assert remedies(REGULATION, ELECTION_ON, reason, Standing.REFUSED, BEFORE) == Remedies(DECLARE, OBJECT)


def test_who_is_too_young_may_object_and_not_declare() -> None:
    found = remedies(REGULATION, ELECTION_ON, ReasonCode.UNDER_AGE, Standing.REFUSED, BEFORE)
    assert found == Remedies(None, OBJECT)


def test_after_each_deadline_what_it_closed_is_no_longer_offered() -> None:
    reason = ReasonCode.ORIGIN_UNKNOWN
    late = remedies(REGULATION, ELECTION_ON, reason, Standing.REFUSED, AFTER_NOON)
    assert late == Remedies(DECLARE, None, is_too_late_to_object=True)
    later = remedies(REGULATION, ELECTION_ON, reason, Standing.REFUSED, AFTER_CLOSING)
    assert later == Remedies(None, None, is_too_late_to_object=True)


def test_who_may_vote_has_nothing_to_object_to() -> None:
    assert remedies(REGULATION, ELECTION_ON, None, Standing.MAY_VOTE, BEFORE) == Remedies()
