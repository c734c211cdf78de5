"""Live and test never share a database, and a live election begins with nothing of an earlier one's voters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from election.call.records import Election, Kind
from election.call.voter_data import HOLDINGS
from election.call.zero_report import VOTERS_LEFT, zero_report
from election.retention.acts import record_impact_assessment
from election.retention.rules import APPROVED_TOMORROW
from election.roll.acts import import_extract
from registry.act import WRONG_ROLE, Installation
from registry.findings import Refused
from registry.purpose import IS_FOR_ELECTIONS, IS_FOR_TESTS, Purpose, purpose_of
from registry.residents.assessment import NO_ASSESSMENT, assessments
from tests.scenarios import CALLED_AT, Played, call_koege, extract_csv, people, with_roll

pytestmark = pytest.mark.slow

ADMIN = "election_administrator"


def _refusal(call: Any, *given: object, **named: object) -> str:
    with pytest.raises(Refused) as refused:
        call(*given, **named)
    return refused.value.kind.code


def _elections(installation: Installation) -> int:
    with installation.database.read() as session:
        return int(session.scalar(text("SELECT count(*) FROM election")) or 0)


def _purpose(installation: Installation) -> Purpose | None:
    with installation.database.read() as session:
        return purpose_of(session)


def test_an_empty_database_is_for_nothing_until_the_first_election_is_called(installation: Installation) -> None:
    assert _purpose(installation) is None
    call_koege(installation, kind=Kind.LIVE)
    assert _purpose(installation) is Purpose.LIVE


@pytest.mark.parametrize("kind", [Kind.DEMO, Kind.REHEARSAL])
def test_a_live_election_is_refused_where_tests_are_held(installation: Installation, kind: Kind) -> None:
    played = call_koege(installation, kind=kind)
    assert _purpose(installation) is Purpose.TEST
    code = _refusal(call_koege, installation, played.officials, slug="2018", kind=Kind.LIVE)
    assert code == IS_FOR_TESTS.code
    assert _elections(installation) == 1


@pytest.mark.parametrize("kind", [Kind.DEMO, Kind.REHEARSAL])
def test_a_test_is_refused_where_elections_are_held(installation: Installation, kind: Kind) -> None:
    played = call_koege(installation, kind=Kind.LIVE)
    code = _refusal(call_koege, installation, played.officials, slug="proeve", kind=kind)
    assert code == IS_FOR_ELECTIONS.code
    assert _elections(installation) == 1


def test_what_a_database_is_for_never_changes(installation: Installation) -> None:
    call_koege(installation)
    for statement in (
        "UPDATE database_purpose SET purpose = 'live'",
        "DELETE FROM database_purpose",
        "INSERT INTO database_purpose (id, purpose, decided_at) VALUES (2, 'live', '2017-01-01 00:00:00')",
    ):
        with pytest.raises(DBAPIError), installation.database.write() as session:
            session.execute(text(statement))
    assert _purpose(installation) is Purpose.TEST


def test_the_zero_report_is_counted_when_the_election_is_called_and_stays(installation: Installation) -> None:
    """All figures are 0 before the extract; the report says so still when fifteen stand on the roll."""
    played = with_roll(call_koege(installation), 12)
    with installation.database.read() as session:
        report = zero_report(session, played.read())
    assert report.figures == {one.table: 0 for one in HOLDINGS}
    assert (report.purpose, report.at, report.earlier_elections) == ("test", CALLED_AT, 0)
    assert report.regulation_sha256 == played.read().regulation_sha256
    assert report.program.startswith("0.")
    assert report.schema >= "0006"
    for statement in ("UPDATE zero_report SET earlier_elections = 1", "DELETE FROM zero_report"):
        with pytest.raises(DBAPIError, match="append-only"), installation.database.write() as session:
            session.execute(text(statement))


def _live_with_roll(installation: Installation) -> Played:
    """A live election with twelve on its roll; the clock of a live election is the real one."""
    played = call_koege(installation, kind=Kind.LIVE)
    _record(played)
    return with_roll(played, 12)


def _record(played: Played, approved_on: date | None = None) -> object:
    return record_impact_assessment(
        *played.by,
        played.act(ADMIN),
        "17/1234",
        "1",
        "Direktøren",
        approved_on or date(2017, 8, 1),
    )


def test_the_next_live_election_waits_until_the_last_ones_voters_are_gone(installation: Installation) -> None:
    """12 on the roll and 3 refused are counted out loud, and nothing is called."""
    played = _live_with_roll(installation)
    with pytest.raises(Refused) as refused:
        call_koege(installation, played.officials, slug="2021", kind=Kind.LIVE)
    assert refused.value.kind is VOTERS_LEFT
    said = refused.value.in_danish()
    assert "Personer på valglisten: 12" in said
    assert "grundkode): 3" in said
    assert _elections(installation) == 1


def test_another_council_of_the_municipality_is_no_obstacle(installation: Installation) -> None:
    played = _live_with_roll(installation)
    other = replace(played.scope, council="aeldreraad")
    call_koege(installation, played.officials, kind=Kind.LIVE, scope=other)
    assert _elections(installation) == 2


def test_a_test_may_follow_a_test_without_ceremony(installation: Installation) -> None:
    """What was there is counted all the same."""
    played = with_roll(call_koege(installation), 12)
    second = call_koege(installation, played.officials, slug="2018")
    with installation.database.read() as session:
        report = zero_report(session, second.read())
    assert (report.figures["roll_entry"], report.figures["roll_refusal"], report.earlier_elections) == (12, 3, 1)


def test_no_real_extract_is_read_before_the_impact_assessment(installation: Installation) -> None:
    """A live election: refused, then recorded, then read. Databeskyttelsesforordningen art. 35."""
    played = call_koege(installation, kind=Kind.LIVE)
    data = extract_csv(people(3))
    code = _refusal(import_extract, *played.by, played.act("roll_keeper"), played.election_id, data)
    assert code == NO_ASSESSMENT.code
    _record(played)
    assert import_extract(*played.by, played.act("roll_keeper"), played.election_id, data).rows_accepted == 3


def test_a_rehearsal_with_invented_people_needs_no_assessment(installation: Installation) -> None:
    played = call_koege(installation)
    data = extract_csv(people(3))
    assert import_extract(*played.by, played.act("roll_keeper"), played.election_id, data).rows_accepted == 3


def test_an_assessment_is_not_approved_tomorrow_nor_recorded_by_anybody_else(
    installation: Installation,
) -> None:
    played = call_koege(installation)
    tomorrow = CALLED_AT.date() + timedelta(days=1)
    assert _refusal(_record, played, tomorrow) == APPROVED_TOMORROW.code
    act = replace(played.act("roll_keeper"), request_id=uuid4())
    code = _refusal(record_impact_assessment, *played.by, act, "17/1", "1", "X", date(2017, 8, 1))
    assert code == WRONG_ROLE.code
    _record(played)
    _record(played)
    with installation.database.read() as session:
        assert len(assessments(session, played.scope)) == 2, "a newer version is a new row"
    with pytest.raises(DBAPIError, match="append-only"), installation.database.write() as session:
        session.execute(text("UPDATE impact_assessment SET approved_by = 'X'"))


def test_a_called_election_keeps_its_kind_as_the_database_keeps_its_purpose(installation: Installation) -> None:
    played = call_koege(installation, kind=Kind.LIVE)
    found: Election = played.read()
    assert found.is_live
    assert _purpose(installation) is Purpose.LIVE
