"""Objections to the roll: in time or late, decided once by two people, followed by their correction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from election.roll.corrections import CorrectionKind, Effect, correct_entry
from election.roll.objection_records import Ruling, objection_case, objection_cases
from election.roll.objections import Asks, CameIn, decide_objection, receive_objection
from election.roll.records import RollObjection
from registry.act import Installation
from registry.audit.records import LogEntry
from registry.findings import Refused
from tests.scenarios import ELECTION_ON, Played, at, call_koege, with_roll

pytestmark = pytest.mark.slow

KEEPER, ADMIN = "roll_keeper", "election_administrator"
CITE = "Vedtægt § 3"


@pytest.fixture
def frozen(installation: Installation) -> Played:
    return with_roll(call_koege(installation), 8)


def receive(played: Played, came_in_at: datetime | None = None, cpr: str | None = None, **words: str) -> UUID:
    return receive_objection(
        *played.by,
        played.act(KEEPER),
        played.election_id,
        came_in_at or played.now,
        CameIn.LETTER,
        words.get("sender", "Vera Vred"),
        Asks.STRIKE,
        words.get("wording", "Min nabo er flyttet."),
        cpr,
    )


def decide(played: Played, objection: UUID, ruling: Ruling = Ruling.UPHELD, cite: str = CITE) -> UUID:
    act = played.act(KEEPER, second=ADMIN, reason="Folkeregistret bekræfter det")
    return decide_objection(*played.by, act, played.election_id, objection, ruling, cite)


def strike(played: Played, objection: UUID | None) -> int:
    act = played.act(KEEPER, second=ADMIN, reason="Efter indsigelse")
    kind, entry = CorrectionKind.MOVED, played.entries[0]
    return correct_entry(*played.by, act, played.election_id, entry, kind, Effect.STRUCK, objection_id=objection)


def told_by(do: Callable[[], object]) -> str:
    try:
        do()
    except Refused as refused:
        return refused.kind.code
    return "done"


def rows(played: Played) -> list[RollObjection]:
    with played.installation.database.read() as session:
        return [case.objection for case in objection_cases(session, played.read())]


def test_objections_are_numbered_as_they_come(frozen: Played) -> None:
    for _ in range(3):
        receive(frozen)
    assert [row.number for row in rows(frozen)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [(date(2017, 11, 27), 11), (date(2017, 10, 29), 11), (date(2018, 3, 25), 10)],
    ids=["winter", "the day the clock goes back", "the day the clock goes forward"],
)
def test_a_late_objection_is_kept_and_marked_to_the_second(
    installation: Installation, day: date, utc_hour: int
) -> None:
    """Until 12:00:00 on election day by Danish clocks: 11:00 UTC in winter time, 10:00 in summer time."""
    called = call_koege(installation, election_on=day, extract_on=day - timedelta(days=17))
    played = with_roll(called, 8)
    deadline = datetime(day.year, day.month, day.day, utc_hour, tzinfo=UTC)
    played.now = deadline + timedelta(hours=2)
    for late in (timedelta(seconds=-1), timedelta(), timedelta(milliseconds=999), timedelta(seconds=1)):
        receive(played, deadline + late)
    assert [row.is_after_deadline for row in rows(played)] == [False, False, False, True]


def test_of_a_cpr_number_only_the_keyed_fingerprint_is_kept(frozen: Played) -> None:
    cpr = frozen.people[0].cpr
    receive(frozen, cpr=f"{cpr[:6]}-{cpr[6:]}")
    receive(frozen)
    first, second = rows(frozen)
    assert first.cpr_index == frozen.installation.keys.open("0259").blind_index(cpr)
    assert second.cpr_index is None
    with frozen.installation.database.read() as session:
        log = b"".join(session.scalars(select(LogEntry.body)))
    assert b"Vera" not in log
    assert cpr.encode() not in log


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"wording": "Stryg 0102034567"}, "R161"),
        ({"sender": "Vera 010203-4567"}, "R161"),
        ({"sender": "  "}, "R171"),
        ({"wording": ""}, "R171"),
        ({"cpr": "0102"}, "R167"),
        ({"cpr": "9902034567"}, "R167"),
    ],
)
def test_bad_input_is_refused_and_nothing_is_kept(frozen: Played, words: dict[str, str], code: str) -> None:
    said = {name: word for name, word in words.items() if name != "cpr"}
    assert told_by(lambda: receive(frozen, None, words.get("cpr"), **said)) == code
    assert rows(frozen) == []


def test_an_objection_from_tomorrow_is_refused(frozen: Played) -> None:
    assert told_by(lambda: receive(frozen, frozen.now + timedelta(seconds=1))) == "R170"


def test_two_people_decide_once(frozen: Played) -> None:
    """The second decision, from another tab, is told that it is too late; the first stands."""
    objection = receive(frozen)
    decide(frozen, objection, Ruling.REJECTED)
    assert told_by(lambda: decide(frozen, objection, Ruling.UPHELD)) == "R169"
    with frozen.installation.database.read() as session:
        case = objection_case(session, frozen.read(), objection)
        assert case.decision is not None
        assert (case.decision.ruling, case.decision.cite) == ("rejected", CITE)
        assert not case.waits_for_correction


def test_one_person_alone_decides_nothing(frozen: Played) -> None:
    objection = receive(frozen)
    act = frozen.act(KEEPER, reason="Afvist")
    with pytest.raises(Refused, match="R006"):
        decide_objection(*frozen.by, act, frozen.election_id, objection, Ruling.REJECTED, CITE)
    act = frozen.act(KEEPER, second=KEEPER, reason="Afvist")
    with pytest.raises(Refused, match="R006"):
        decide_objection(*frozen.by, act, frozen.election_id, objection, Ruling.REJECTED, CITE)


@pytest.mark.parametrize(("cite", "code"), [("  ", "R183"), ("Se 0102034567", "R161")])
def test_a_decision_names_its_section_and_no_number(frozen: Played, cite: str, code: str) -> None:
    objection = receive(frozen)
    assert told_by(lambda: decide(frozen, objection, cite=cite)) == code


def test_a_decision_about_nothing_is_refused(frozen: Played) -> None:
    assert told_by(lambda: decide(frozen, uuid4())) == "R168"


def test_what_is_upheld_waits_for_its_correction_and_is_linked_to_it(frozen: Played) -> None:
    objection = receive(frozen)
    decide(frozen, objection)
    with frozen.installation.database.read() as session:
        assert objection_case(session, frozen.read(), objection).waits_for_correction
    strike(frozen, objection)
    with frozen.installation.database.read() as session:
        case = objection_case(session, frozen.read(), objection)
        assert case.correction is not None
        assert (case.correction.kind, case.correction.entry_id) == ("moved", frozen.entries[0])
        assert not case.waits_for_correction


def test_only_an_upheld_objection_is_the_ground_of_a_correction(frozen: Played) -> None:
    waiting, rejected = receive(frozen), receive(frozen)
    decide(frozen, rejected, Ruling.REJECTED)
    for objection, code in ((waiting, "R172"), (rejected, "R172"), (uuid4(), "R168")):
        assert told_by(lambda objection=objection: strike(frozen, objection)) == code  # type: ignore[misc]


def test_an_objection_is_received_before_the_roll_is_frozen_too(installation: Installation) -> None:
    played = call_koege(installation)
    receive(played)
    assert len(rows(played)) == 1


def test_the_same_form_twice_is_one_objection(frozen: Played) -> None:
    act = frozen.act(KEEPER)
    made = {
        receive_objection(
            *frozen.by, act, frozen.election_id, frozen.now, CameIn.EMAIL, "Vera Vred", Asks.ADD, "Jeg mangler."
        )
        for _ in range(2)
    }
    assert len(made) == len(rows(frozen)) == 1


def test_nothing_of_an_objection_is_changed_afterwards(frozen: Played) -> None:
    """Objection, decision, correction: the database refuses change and deletion."""
    objection = receive(frozen)
    decide(frozen, objection)
    strike(frozen, objection)
    for table in ("roll_objection", "roll_objection_decision", "roll_correction"):
        for statement in (f"UPDATE {table} SET council = council", f"DELETE FROM {table}"):
            with pytest.raises(DBAPIError, match="append-only"), frozen.installation.database.write() as session:
                session.execute(text(statement))


def test_on_the_evening_of_the_election_the_deadline_has_passed(frozen: Played) -> None:
    frozen.now = at(ELECTION_ON, "18:00")
    receive(frozen)
    assert rows(frozen)[0].is_after_deadline
