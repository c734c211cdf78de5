"""Gone means gone from the file: what freeze, objection deadline and destruction leave in its bytes."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

import pytest
from sqlalchemy import make_url, select, text

from election.call.rules import Phase
from election.retention.acts import erase_again, forget_refused
from election.retention.records import refusals
from election.retention.rules import NOBODY_TO_FORGET, OBJECTIONS_UNDECIDED, REFUSED_TOO_EARLY, objections_end
from election.roll.acts import draw_up
from election.roll.records import RollRefusal
from registry.act import ActRecord, Installation
from registry.audit.records import LogEntry
from registry.erasure import open_erasures
from registry.findings import Refused
from tests.election.retention.ends import ADMIN, DAY, KEEPER, destroyed, may_be_destroyed
from tests.election.retention.remains import (
    STREETS,
    canaries,
    extract_with_addresses,
    left_of,
    words_of,
)
from tests.scenarios import (
    Played,
    call_koege,
    certified,
    clear_votes,
    counted,
    counting,
    invented_cpr,
    people,
    polling,
    with_candidates,
    with_roll,
)

pytestmark = pytest.mark.slow

OFF = canaries(6, may_vote=False)
"""They do not get on the roll: of Danish origin."""
ON = canaries(9, may_vote=True, first=940)
"""They get on the roll and vote; none of them stands."""
STREET_WORDS = [street.encode() for street in STREETS]


@pytest.fixture
def played(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Played:
    """Twenty-one people in the extract; the first six of those who may vote are candidates later."""
    monkeypatch.setattr("tests.scenarios.extract_csv", extract_with_addresses)
    return with_roll(call_koege(installation), rows=[*people(6), *ON, *OFF])


@pytest.fixture
def over(played: Played) -> Played:
    """Fifteen have voted, the result is certified and handed over, the time for complaints has passed."""
    with_candidates(played, 6)
    counting(polling(played, admitted=15))
    counted(played, clear_votes(15, 6))
    return may_be_destroyed(certified(played))


def test_the_search_finds_people_while_they_are_there(played: Played) -> None:
    """Otherwise an empty finding below would mean nothing: nine names stand on the roll, and so they must."""
    found = left_of(played.installation.database, words_of(ON))
    assert {row.surname for row in ON} <= found.keys()
    assert not any(word.replace("-", "").isdigit() for word in found), "CPR numbers are sealed"


def test_after_the_freeze_those_not_on_the_roll_are_in_no_byte_of_the_file(played: Played) -> None:
    """Six people: 0 names, 0 CPR numbers. Of streets only the roll's own are left."""
    assert left_of(played.installation.database, words_of(OFF)) == {}
    with played.installation.database.read() as session:
        rows = session.scalars(select(RollRefusal)).all()
        assert len(rows) == 6
        assert {column.name for column in RollRefusal.__table__.columns} == {
            *("municipality", "council", "id", "election_id", "cpr_index", "reason", "cite")
        }
        assert open_erasures(session, played.scope) == []


def test_a_roll_drawn_up_twice_leaves_nothing_of_the_first_draft(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.scenarios.extract_csv", extract_with_addresses)
    played = call_koege(installation)
    drawn_up_before = [*people(6), *OFF]
    import tests.scenarios as scenarios

    real: Any = scenarios.freeze  # type: ignore[attr-defined]

    def twice(*given: object, **named: object) -> object:
        draw_up(*played.by, played.act(KEEPER), played.election_id)
        return real(*given, **named)

    monkeypatch.setattr(scenarios, "freeze", twice)
    with_roll(played, rows=drawn_up_before)
    assert left_of(installation.database, words_of(OFF)) == {}


def test_a_reader_in_the_way_is_told_and_the_rest_is_done_later(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite: somebody still reads the rows from before the freeze. The roll is frozen, the file is not clean, and
    the page says so; when the reader has gone, one press finishes it."""
    if not installation.database.is_sqlite:
        pytest.skip("PostgreSQL waits for its own readers, table by table")
    monkeypatch.setattr("registry.database._SCRUB_PATIENCE_MS", 50)
    path = make_url(str(installation.database.engine.url)).database or ""
    played = call_koege(installation)
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM election").fetchone()
    with_roll(played, rows=[*people(6), *OFF])
    with installation.database.read() as session:
        assert [one.because for one in open_erasures(session, played.scope)] == ["roll.freeze"]
    assert left_of(installation.database, words_of(OFF)) != {}
    reader.execute("ROLLBACK")
    reader.close()
    erase_again(*played.by, played.act(ADMIN), played.election_id)
    with installation.database.read() as session:
        assert open_erasures(session, played.scope) == []
    assert left_of(installation.database, words_of(OFF)) == {}


def test_the_refused_go_when_nobody_can_object_any_more(played: Played) -> None:
    """koege-2018: until 12:00 on election day. A minute before it is refused, and a second time as well."""
    election = played.read()
    end = objections_end(election.regulation, election.election_on)
    with_candidates(played, 6)
    played.now = end - DAY / 1440
    with pytest.raises(Refused) as early:
        forget_refused(*played.by, played.act(KEEPER), played.election_id)
    assert early.value.kind is REFUSED_TOO_EARLY
    played.now = end
    act = played.act(KEEPER)
    assert forget_refused(*played.by, act, played.election_id) == 6
    assert forget_refused(*played.by, act, played.election_id) == 6, "the same request has the same answer"
    with pytest.raises(Refused) as again:
        forget_refused(*played.by, played.act(KEEPER), played.election_id)
    assert again.value.kind is NOBODY_TO_FORGET
    index = played.installation.keys.open(played.scope.municipality).blind_index(OFF[0].cpr)
    assert left_of(played.installation.database, [index.hex().encode()]) == {}
    assert not any(index in path for path in _raw(played))


def _raw(played: Played) -> list[bytes]:
    from tests.election.retention.remains import files_of

    return [path.read_bytes() for path in files_of(played.installation.database)]


def test_an_undecided_objection_keeps_the_grounds_it_will_be_decided_on(played: Played) -> None:
    with_candidates(played, 6)
    election = played.read()
    played.now = objections_end(election.regulation, election.election_on)
    _object(played)
    with pytest.raises(Refused) as held:
        forget_refused(*played.by, played.act(KEEPER), played.election_id)
    assert held.value.kind is OBJECTIONS_UNDECIDED
    with played.installation.database.read() as session:
        assert refusals(session, played.read()) == 6


def _object(played: Played) -> None:
    from uuid import uuid4

    from election.roll.records import RollObjection

    with played.installation.database.write() as session:
        session.add(
            RollObjection(
                municipality=played.scope.municipality,
                council=played.scope.council,
                id=uuid4(),
                election_id=played.election_id,
                number=1,
                came_in_at=played.now,
                came_in_how="letter",
                is_after_deadline=False,
                sender=f"{OFF[0].first_names} {OFF[0].surname}",
                cpr_index=None,
                asks="add",
                wording="Jeg mener, at jeg har stemmeret.",
                at=played.now,
                by=played.officials[KEEPER],
            )
        )


def test_after_the_destruction_no_voter_is_in_any_byte_of_the_file(over: Played) -> None:
    """Fifteen voters, nine of whom nowhere else: name, address, number, also lower case for the search."""
    destroyed(over, reason="Klagefristen er udløbet, se journalen.")
    database = over.installation.database
    assert left_of(database, [*words_of([*ON, *OFF]), *STREET_WORDS]) == {}
    keyring = over.installation.keys.open(over.scope.municipality)
    raw = b"".join(_raw(over))
    for person in (*ON, *OFF):
        assert keyring.blind_index(person.cpr) not in raw, "not even the keyed fingerprint"


def test_acts_log_and_reasons_name_nobody_after_the_destruction(over: Played) -> None:
    """A reason with a name in it goes from the act; the log held a fingerprint from the beginning."""
    with over.installation.database.read() as session:
        before = session.scalars(select(LogEntry.body)).all()
    destroyed(over)
    with over.installation.database.read() as session:
        for body in session.scalars(select(LogEntry.body)):
            assert not any(word in body for word in words_of([*ON, *OFF]))
        rows = session.scalars(select(ActRecord)).all()
        emptied = [row for row in rows if row.name != "retention.destroy"]
        assert {row.reason for row in emptied} == {""}
        assert {row.reason_salt for row in emptied if row.name.startswith("roll.")} == {b""}
        assert len(session.scalars(select(LogEntry.body)).all()) == len(before) + 1
        last = json.loads(session.scalars(select(LogEntry.body).order_by(LogEntry.recorded_at.desc())).all()[0])
    assert last["act"] == "retention.destroy"
    assert last["facts"]["destroyed"]["roll_entry"] == 15


def test_postgresql_collects_no_statistics_of_people(installation: Installation) -> None:
    """Its catalogue keeps the commonest values of a column, and would keep them after the rows have gone."""
    if installation.database.is_sqlite:
        pytest.skip("SQLite keeps no values apart from the rows")
    played = call_koege(installation)
    with_roll(played, rows=[*people(6), *OFF])
    with installation.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
        kept = connection.execute(
            text(
                "SELECT tablename, attname FROM pg_stats WHERE tablename IN ('resident', 'roll_entry', "
                "'roll_refusal') AND attname ~ 'name|address|city|postal|country|citizenship|cpr'"
            )
        ).all()
    assert kept == []
    assert invented_cpr(900)
    assert played.phase is Phase.CALLED
