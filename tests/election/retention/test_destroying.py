"""Destroying the roll: when, by whom, all or nothing; and what still stands when it is gone."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from election.call.rules import Phase
from election.candidacy.records import Text, candidacies, cpr_of, steps, texts
from election.candidacy.rules import State
from election.certification.acts import decide_complaint, receive_complaint
from election.certification.evidence import evidence_zip
from election.certification.record import content_of
from election.counting.assembly import units
from election.overview.result import result_view
from election.poll_cards.records import PollCard
from election.polling.records import PollingEvent, VoterMark
from election.retention import rules as say
from election.retention.acts import destroy
from election.retention.plan import plan_of
from election.retention.records import Destruction, DestructionBegun, destruction_of
from election.roll.electorate import electorate
from election.roll.records import RollCorrection, RollDeclaration, RollEntry, RollObjection
from registry.act import REASON_MISSING, SECOND_PERSON_MISSING, ActRecord, Installation
from registry.audit.records import verify, writers
from registry.erasure import erasure
from registry.findings import Refused
from scripts.verification.command import main as verify_evidence
from tests.election.retention.ends import ADMIN, DAY, KEEPER, destroyed, handed_over, may_be_destroyed, seen
from tests.scenarios import Played, play_to

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]


@pytest.fixture
def over(installation: Installation) -> Played:
    """15 voters, 6 candidates, 5 seats: c6 is the substitute. Certified, handed over, eight days later."""
    return may_be_destroyed(play_to(Phase.CERTIFIED, installation))


def _refusal(played: Played, *, reason: str = "Fristen er udløbet", second: str | None = KEEPER) -> str:
    with pytest.raises(Refused) as refused:
        destroy(*played.by, played.act(ADMIN, second=second, reason=reason), played.election_id, seen(played))
    return refused.value.kind.code


def _rows(played: Played, table: type) -> int:
    with played.installation.database.read() as session:
        return int(session.scalar(select(func.count()).select_from(table)) or 0)


def test_the_roll_goes_with_everything_that_leads_to_a_voter(over: Played) -> None:
    """15 entries, cards, marks and events; 3 of the extract were refused; 1 of 6 candidates was not elected."""
    done = destroyed(over).figures
    assert done["roll_entry"] == done["poll_card"] == done["voter_mark"] == done["polling_event"] == 15
    assert (done["roll_refusal"], done["resident"], done["candidacy"]) == (3, 0, 1)
    for table in (RollEntry, PollCard, VoterMark, RollCorrection, RollDeclaration, RollObjection):
        assert _rows(over, table) == 0
    with over.installation.database.read() as session:
        assert session.scalars(select(PollingEvent.entry_id).distinct()).all() == [None]
        assert _rows(over, PollingEvent) == 15, "the paper ledger counts them"


def test_the_record_of_the_destruction_says_what_when_who_and_why(over: Played) -> None:
    destroyed(over, reason="Klagefristen udløb den 4. december.")
    with over.installation.database.read() as session:
        record = destruction_of(session, over.read())
        assert record is not None
        assert (record.by, record.second) == (over.officials[ADMIN], over.officials[KEEPER])
        assert (record.at, record.reason) == (over.now, "Klagefristen udløb den 4. december.")
        assert (record.figures["roll_entry"], record.copies_out) == (15, 0)
        erased = erasure(session, over.scope, record.erasure_id)
        assert erased is not None
        assert erased.done_at is not None, "gone from the file, too"
        assert erased.backups_lost == 0


def test_figures_result_ledger_record_and_evidence_are_as_before(over: Played, tmp_path: Path) -> None:
    """Whoever asks afterwards gets the same answer: 15 of 15 voted, the same result, the same signed bytes."""

    def everything() -> tuple[object, ...]:
        election = over.read()
        with over.installation.database.read() as session:
            keyring = over.installation.keys.open(over.scope.municipality)
            return (
                content_of(session, election),
                result_view(session, election),
                [(one.ledger, one.figures, one.findings) for one in units(session, election)],
                electorate(session, election),
                evidence_zip(session, keyring, election),
            )

    before = everything()
    destroyed(over)
    after = everything()
    assert after == before
    path = tmp_path / "evidence.zip"
    path.write_bytes(after[-1])  # type: ignore[arg-type]
    assert verify_evidence([str(path)]) == 0


def test_the_log_is_whole_before_and_after(over: Played) -> None:
    destroyed(over)
    with over.installation.database.read() as session:
        for scope, writer in writers(session):
            assert verify(session, scope, writer).first_bad is None


def test_of_the_candidates_only_those_elected_keep_their_number(over: Played) -> None:
    """c1–c5 are elected; c6 is a substitute: the name and how to reach the person stay, the number goes."""
    destroyed(over)
    keyring = over.installation.keys.open(over.scope.municipality)
    with over.installation.database.read() as session:
        rows = candidacies(session, over.read())
        assert [bool(cpr_of(keyring, row)) for row in rows] == [True] * 5 + [False]
        assert [bool(row.email) for row in rows] == [True] * 6
        assert rows[5].cpr_index == rows[5].id.bytes


def test_of_a_candidacy_that_was_never_accepted_nothing_is_left_but_its_number(over: Played) -> None:
    """c6 as one that was refused: name, text, reason, number and own link go; that there was a c6 stays."""
    with over.installation.database.write() as session:
        row = candidacies(session, over.read())[5]
        row.state, row.accepted_name_key, row.decision_reason = State.REFUSED.value, None, "Ikke stillere nok"
        of = {"municipality": row.municipality, "council": row.council, "candidacy_id": row.id}
        session.add(Text(id=uuid4(), language="da", text="Jeg vil …", **of))
    assert destroyed(over).figures["candidacy, not accepted"] == 1
    with over.installation.database.read() as session:
        row = candidacies(session, over.read())[5]
        assert (row.ballot_name, texts(session, row), row.decision_reason, row.cpr_sealed) == ("", {}, None, b"")
        assert (row.label, steps(session, row)) == ("c6", [])


def test_not_before_the_day_that_the_regulation_gives(over: Played) -> None:
    """koege-2018: eight days after the election, at midnight. A minute earlier nothing goes."""
    over.now -= DAY / 1440
    assert _refusal(over) == say.TOO_EARLY.code
    assert _rows(over, RollEntry) == 15


def test_not_while_a_complaint_waits_for_its_answer(over: Played) -> None:
    complaint = receive_complaint(
        *over.by, over.act(ADMIN), over.election_id, "En vælger", "Stemmestedet lukkede for tidligt", over.now
    )
    assert _refusal(over) == say.COMPLAINTS_UNDECIDED.code
    decide_complaint(
        *over.by, over.act("board_member"), over.election_id, complaint, False, "Der blev lukket til tiden."
    )
    assert destroyed(over).figures["roll_entry"] == 15


def test_not_before_the_result_is_certified_and_handed_over(installation: Installation) -> None:
    played = play_to(Phase.COUNTED, installation)
    played.now += 30 * DAY
    assert _refusal(played) == say.NOT_CERTIFIED_YET.code


def test_a_certified_result_that_nobody_was_told_of_keeps_its_roll(installation: Installation) -> None:
    played = play_to(Phase.CERTIFIED, installation)
    played.now += 30 * DAY
    assert _refusal(played) == say.NOT_HANDED_OVER.code
    handed_over(played)
    assert destroyed(played).figures["roll_entry"] == 15


def test_an_election_without_a_poll_ends_the_same_way(installation: Installation) -> None:
    from election.certification.acts import approve, request

    played = play_to(Phase.UNCONTESTED, installation)
    asked = request(*played.by, played.act("certifier"), played.election_id)
    approve(*played.by, played.act("certifier_2"), played.election_id, asked)
    done = destroyed(may_be_destroyed(played)).figures
    assert (done["roll_entry"], done["poll_card"], done["candidacy"]) == (15, 0, 0)


def test_it_takes_two_different_people_and_a_reason(over: Played) -> None:
    assert _refusal(over, second=None) == SECOND_PERSON_MISSING.code
    assert _refusal(over, second=ADMIN) == SECOND_PERSON_MISSING.code
    assert _refusal(over, reason="   ") == REASON_MISSING.code
    assert _refusal(over, second="enterer") == "R002"
    assert _rows(over, RollEntry) == 15


def test_what_changed_since_the_list_was_read_is_not_destroyed_unseen(over: Played) -> None:
    old = seen(over)
    with over.installation.database.write() as session:
        session.add(
            RollObjection(
                municipality=over.scope.municipality, council=over.scope.council, id=uuid4(),
                election_id=over.election_id, number=1, came_in_at=over.now, came_in_how="letter",
                is_after_deadline=True, sender="X", cpr_index=None, asks="add", wording="Y", at=over.now,
                by=over.officials[KEEPER],
            )
        )  # fmt: skip
        session.flush()
        from election.roll.records import RollObjectionDecision

        objection = session.scalars(select(RollObjection)).one()
        session.add(
            RollObjectionDecision(
                municipality=over.scope.municipality, council=over.scope.council, id=uuid4(),
                election_id=over.election_id, objection_id=objection.id, ruling="rejected", reason="For sent",
                cite="", at=over.now, by=over.officials[KEEPER], cosigned_by=over.officials[ADMIN],
            )
        )  # fmt: skip
    with pytest.raises(Refused) as refused:
        destroy(*over.by, over.act(ADMIN, second=KEEPER, reason="Nu"), over.election_id, old)
    assert refused.value.kind is say.LIST_CHANGED
    assert _rows(over, RollEntry) == 15
    done = destroyed(over).figures
    assert (done["roll_objection"], done["roll_objection_decision"]) == (1, 1)


def test_twice_is_refused_and_the_same_request_has_the_same_answer(over: Played) -> None:
    act, read = over.act(ADMIN, second=KEEPER, reason="Nu"), seen(over)
    first = destroy(*over.by, act, over.election_id, read)
    assert destroy(*over.by, act, over.election_id, read) == first
    assert _refusal(over) == say.DESTROYED_ALREADY.code
    assert _rows(over, Destruction) == 1


def test_two_tabs_at_once_destroy_once(over: Played) -> None:
    read, answers = seen(over), list[str]()

    def tab() -> None:
        try:
            destroy(*over.by, over.act(ADMIN, second=KEEPER, reason="Nu"), over.election_id, read)
            answers.append("done")
        except Refused as refused:
            answers.append(refused.kind.code)

    tabs = [threading.Thread(target=tab) for _ in range(2)]
    for one in tabs:
        one.start()
    for one in tabs:
        one.join(60)
    assert sorted(answers) == [say.DESTROYED_ALREADY.code, "done"]
    assert _rows(over, Destruction) == 1


def test_a_request_from_before_cannot_be_sent_again(over: Played) -> None:
    """Its answer and what was typed are gone: it is refused, and nothing is done a second time."""
    with over.installation.database.read() as session:
        earlier = session.scalars(select(ActRecord).where(ActRecord.name == "poll_cards.issue")).one()
    from election.poll_cards.acts import issue

    destroyed(over)
    act = over.act(KEEPER, request_id=earlier.request_id)
    with pytest.raises(Refused, match="R004"):
        issue(*over.by, act, over.election_id)


# --- the database itself -----------------------------------------------------------------------------------


def test_outside_a_destruction_the_database_refuses_what_it_allows_inside(over: Played) -> None:
    database = over.installation.database
    for statement in ("UPDATE act SET reason = ''", "UPDATE polling_event SET entry_id = NULL", "DELETE FROM act"):
        with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
            session.execute(text(statement))
    destroyed(over)
    for table in ("destruction", "destruction_begun", "kept_electorate", "zero_report", "database_purpose"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id"):
            with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
                session.execute(text(statement))


def test_what_was_begun_cannot_be_committed_without_its_record(over: Played) -> None:
    """The door stands open only inside one transaction, and that one must end with the record."""

    def begin_and_stop() -> None:
        begun = DestructionBegun(municipality=over.scope.municipality, council=over.scope.council, id=uuid4())
        with over.installation.database.write() as session:
            session.add(begun)
            session.flush()
            session.execute(text("UPDATE act SET reason = ''"))

    with pytest.raises(DBAPIError):
        begin_and_stop()
    assert _rows(over, DestructionBegun) == 0


_KILLED = """
import os, signal, sys
from pathlib import Path
from uuid import UUID, uuid4
from datetime import datetime
from sqlalchemy import event
from election.retention.acts import destroy
from registry.accounts.records import holds_role
from registry.act import Act, Installation
from registry.database import Database, Scope
from registry.keys import KeyFolder
from registry.roles import Role
url, keys, election, admin, keeper, at, seen, left = sys.argv[1:]
database, left = Database(url), [int(left)]

@event.listens_for(database.engine, "before_cursor_execute")
def count(conn, cursor, statement, *rest):
    if statement.split(None, 1)[0] in ("DELETE", "UPDATE", "INSERT"):
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)

act = Act(UUID(admin), Role.ELECTION_ADMINISTRATOR, datetime.fromisoformat(at), uuid4(), "Nu", UUID(keeper))
destroy(Installation(database, KeyFolder(Path(keys)), holds_role), Scope("0259", "integrationsraad"), act,
        UUID(election), seen)
print("done")
"""


@pytest.mark.slow
def test_killed_in_the_middle_it_is_all_or_nothing(over: Played) -> None:
    """kill -9 after 0, 6 and 14 statements that write: everything is still there. Let go on, it is done."""
    before = {table: _rows(over, table) for table in (RollEntry, PollCard, VoterMark, PollingEvent, ActRecord)}

    def run(statements: int) -> int:
        given = [over.installation.database.engine.url.render_as_string(hide_password=False)]
        given += [str(over.installation.keys.folder), str(over.election_id), str(over.officials[ADMIN])]
        given += [str(over.officials[KEEPER]), over.now.isoformat(), seen(over), str(statements)]
        return subprocess.run([sys.executable, "-c", _KILLED, *given], cwd=ROOT, check=False).returncode

    for statements in (0, 6, 14):
        assert run(statements) == -9
        assert {table: _rows(over, table) for table in before} == before
        with over.installation.database.read() as session:
            assert destruction_of(session, over.read()) is None
            assert session.scalars(select(PollingEvent).where(PollingEvent.entry_id.is_(None))).all() == []
            assert plan_of(session, over.read()).goes["roll_entry"] == 15
    assert run(1000) == 0
    assert (_rows(over, RollEntry), _rows(over, Destruction)) == (0, 1)
