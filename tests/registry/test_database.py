"""What the database itself refuses, on both engines, and what both must answer alike."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from election.call.records import Station
from election.call.rules import Phase
from registry.accounts.records import Official
from registry.act import ActRecord, Installation
from registry.audit.records import LogEntry
from registry.database import WHOLE_MUNICIPALITY, Scope, UtcDateTime, search_key, sort_key
from registry.group_commit import FairLock
from tests.scenarios import CALLED_AT, SCOPE, Played, call_koege, officials, play_to


def test_a_lock_is_granted_in_the_order_of_asking() -> None:
    """Eight wait behind a holder, one after the other; they must come through as 0 … 7."""
    lock, came = FairLock(), list[int]()
    assert lock.acquire(1)
    threads = []
    for number in range(8):

        def wait(number: int = number) -> None:
            assert lock.acquire(10)
            came.append(number)
            lock.release()

        thread = threading.Thread(target=wait)
        thread.start()
        threads.append(thread)
        while len(lock._queue) < number + 2:  # the holder and everyone who has asked so far
            pass
    lock.release()
    for thread in threads:
        thread.join(10)
    assert came == list(range(8))


def test_who_gives_up_waiting_leaves_the_queue_to_the_next() -> None:
    lock = FairLock()
    assert lock.acquire(1)
    assert not lock.acquire(0.01)
    lock.release()
    assert lock.acquire(1)
    lock.release()


def test_an_exception_rolls_the_whole_transaction_back(installation: Installation) -> None:
    officials(installation)

    def breaks_down_half_way() -> None:
        with installation.database.write() as session:
            session.execute(text("UPDATE official SET name = 'X'"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        breaks_down_half_way()
    with installation.database.read() as session:
        assert "X" not in set(session.scalars(select(Official.name)))
    with installation.database.write() as session:  # and the next writer is not locked out
        session.execute(text("UPDATE official SET name = 'Y'"))


def test_reading_never_keeps_a_change(installation: Installation) -> None:
    officials(installation)
    with installation.database.read() as session:
        session.execute(text("UPDATE official SET name = 'X'"))
    with installation.database.read() as session:
        assert "X" not in set(session.scalars(select(Official.name)))


def test_a_row_of_one_council_cannot_refer_to_a_row_of_another(installation: Installation) -> None:
    """A station of Gentofte in an election of Køge: the foreign key holds municipality and council too."""
    played = call_koege(installation)
    for municipality, council in (("0157", SCOPE.council), (SCOPE.municipality, "aeldreraad")):
        with pytest.raises(IntegrityError), installation.database.write() as session:
            session.add(
                Station(
                    municipality=municipality,
                    council=council,
                    id=uuid4(),
                    election_id=played.election_id,
                    code="001",
                    name="Et andet sted",
                    districts=["*"],
                )
            )
    with installation.database.read() as session:
        assert len(session.scalars(select(Station)).all()) == 1


APPEND_ONLY = (
    "log_entry", "act", "polling_event", "paper_movement", "explanation", "result", "settlement", "disputed_paper",
    "certification", "reopening", "zero_report", "regulation_revision", "adopted_regulation",
    "roll_correction", "roll_declaration", "roll_objection", "roll_objection_decision", "roll_copy",
    "candidacy_step", "candidacy_defect", "deadline_extension", "alliance_notice",
    "card_print", "card_outcome", "postal_vote", "postal_review", "postal_move", "polling_conflict",
    "conflict_settlement", "doubtful_decision", "form_reading", "form_line", "form_taken", "ballot_proof",
    "ballot_approval", "queue_count", "taken_over", "paper_count", "closing_note", "poll_book",
    "packet", "packet_arrival", "merge_decision", "lost_box",
)  # fmt: skip
NEVER_CHANGED = ("consent",)
"""Each row stays as it was written, but those of a draft go with it."""
NOT_WRITTEN_HERE = (
    "explanation", "disputed_paper", "reopening", "regulation_revision", "adopted_regulation",
    "roll_correction", "roll_declaration", "roll_objection", "roll_objection_decision", "roll_copy",
    "candidacy_defect", "deadline_extension", "alliance_notice",
    "card_print", "card_outcome", "postal_vote", "postal_review", "postal_move", "polling_conflict",
    "conflict_settlement", "doubtful_decision", "form_reading", "form_line", "form_taken", "ballot_proof",
    "ballot_approval", "queue_count", "taken_over", "paper_count", "closing_note", "poll_book",
    "packet", "packet_arrival", "merge_decision", "lost_box",
)  # fmt: skip
"""In this election nothing was explained, decided or opened again, and its regulation came with the program."""


@pytest.fixture
def certified_election(installation: Installation) -> Played:
    return play_to(Phase.CERTIFIED, installation)


def test_what_only_grows_cannot_be_changed_or_deleted(certified_election: Played) -> None:
    """Every row of the log, of acts, of events, deliveries, settlements and results stays as it was written."""
    database = certified_election.installation.database
    for table in APPEND_ONLY:
        if table in NOT_WRITTEN_HERE:
            continue  # the trigger's presence is tested below
        with database.read() as session:
            before = session.scalar(text(f'SELECT count(*) FROM "{table}"'))
        assert before, f"nothing to protect in {table}"
        for statement in (f'UPDATE "{table}" SET council = council', f'DELETE FROM "{table}"'):
            with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
                session.execute(text(statement))
        with database.read() as session:
            assert session.scalar(text(f'SELECT count(*) FROM "{table}"')) == before


def test_every_table_that_only_grows_has_its_trigger(installation: Installation) -> None:
    is_sqlite = installation.database.is_sqlite
    query = (
        "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'"
        if is_sqlite
        else "SELECT event_object_table FROM information_schema.triggers"
    )
    with installation.database.read() as session:
        assert {*APPEND_ONLY, *NEVER_CHANGED} <= set(session.scalars(text(query)))


def test_a_demo_never_becomes_a_live_election(installation: Installation) -> None:
    played = call_koege(installation)
    for statement in (
        "UPDATE election SET kind = 'live', clock_at = NULL",
        "UPDATE election SET kind = 'demo'",
    ):
        with pytest.raises(DBAPIError, match="kind of an election"), installation.database.write() as session:
            session.execute(text(statement))
    assert played.read().kind == "rehearsal"


def test_a_live_election_has_no_clock_of_its_own(installation: Installation) -> None:
    call_koege(installation)
    with pytest.raises(IntegrityError), installation.database.write() as session:
        session.execute(text("UPDATE election SET clock_at = NULL"))


def test_an_instant_without_a_time_zone_is_refused(installation: Installation) -> None:
    with pytest.raises(StatementError, match="time zone"), installation.database.write() as session:
        session.add(
            Official(
                municipality="0259",
                council=WHOLE_MUNICIPALITY,
                id=uuid4(),
                username="n",
                name="N",
                password_hash="",
                created_at=datetime(2017, 11, 27, 18, 10),  # noqa: DTZ001 - that is the point
            )
        )


def test_an_instant_comes_back_as_utc_to_the_microsecond(installation: Installation) -> None:
    who = officials(installation)
    at = CALLED_AT + timedelta(microseconds=123456)
    with installation.database.write() as session:
        person = session.get_one(Official, ("0259", WHOLE_MUNICIPALITY, who["enterer"]))
        person.ended_at = at
    with installation.database.read() as session:
        found = session.get_one(Official, ("0259", WHOLE_MUNICIPALITY, who["enterer"])).ended_at
    assert found == at
    assert found is not None
    assert found.utcoffset() == timedelta(0)
    assert UtcDateTime().process_result_value(None, None) is None


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("aebeloe", "Æbelø"),
        ("ÅSE", "Aase"),
        ("cigdem", "Çiğdem"),
        ("  yilmaz   AYSE ", "Yilmaz Ayşe"),
        ("strasse", "Straße"),
        ("thor", "Þór"),
    ],
)
def test_a_name_is_found_however_it_is_typed(typed: str, stored: str) -> None:
    assert search_key(typed) == search_key(stored)


def test_danish_order_is_the_same_on_both_engines(installation: Installation) -> None:
    """a … z æ ø å, and aa as å. The database sorts the stored key byte by byte."""
    names = ["Zahle", "Åberg", "Ørsted", "Ærø", "Aagaard", "Adam", "Ostergaard", "Çelik", "Dahl", "Müller"]
    right = ["Adam", "Çelik", "Dahl", "Müller", "Ostergaard", "Zahle", "Ærø", "Ørsted", "Åberg", "Aagaard"]
    assert sorted(names, key=sort_key) == right
    rows = " UNION ALL ".join(f"SELECT :n{i} AS name, :k{i} AS key" for i in range(len(names)))
    given = {f"n{i}": name for i, name in enumerate(names)} | {f"k{i}": sort_key(n) for i, n in enumerate(names)}
    order = 'key COLLATE "C"' if not installation.database.is_sqlite else "key"
    with installation.database.read() as session:
        found = session.scalars(text(f"SELECT name FROM ({rows}) AS t ORDER BY {order}"), given).all()
    assert list(found) == right


def test_two_municipalities_in_one_installation_see_only_their_own(installation: Installation) -> None:
    """The same council name and slug in Køge and Gentofte: two elections, two logs, no row in common."""
    koege = call_koege(installation)
    other = Scope("0157", SCOPE.council)
    gentofte = call_koege(installation, officials(installation, other), scope=other)
    assert koege.election_id != gentofte.election_id
    with installation.database.read() as session:
        for scope, mine in ((koege.scope, koege), (other, gentofte)):
            acts = session.scalars(select(ActRecord).where(ActRecord.municipality == scope.municipality)).all()
            assert {act.actor_id for act in acts} == {mine.officials["election_administrator"]}
            log = session.scalars(select(LogEntry).where(LogEntry.municipality == scope.municipality)).all()
            assert not any(
                str(koege.election_id if mine is gentofte else gentofte.election_id).encode() in e.body
                for e in log
            )
