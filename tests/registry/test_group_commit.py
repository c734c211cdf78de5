"""Many small jobs share one commit: each is kept or undone by itself, and nobody is told before it is durable."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

import registry.database
from election.polling.acts import Admitted, AlreadyAdmitted, admit
from election.polling.records import PollingEvent, VoterMark
from election.roll.records import voters
from registry.accounts.acts import end_role
from registry.act import WRONG_ROLE, Act, Installation
from registry.audit.records import verify, writers
from registry.database import BUSY, Database, Transaction
from registry.findings import Refused
from registry.group_commit import Busy, CommitFailed, GroupCommit, Outcome
from registry.roles import Role
from tests.scenarios import EVERYWHERE, Played, call_koege, with_candidates, with_roll
from tests.scenarios import polling as opened


class Commits:
    """Stands for the database: holds each commit until it is let go, and keeps what was done together."""

    def __init__(self) -> None:
        self.groups: list[list[Callable[[], object]]] = []
        self.first_runs, self.go_on = threading.Event(), threading.Event()
        self.breaks: BaseException | None = None

    def __call__(self, jobs: Sequence[Callable[[], object]]) -> list[Outcome]:
        self.groups.append(list(jobs))
        if len(self.groups) == 1:
            self.first_runs.set()
            assert self.go_on.wait(10)
        elif self.breaks is not None:
            raise self.breaks
        return [self._outcome(job) for job in jobs]

    @staticmethod
    def _outcome(job: Callable[[], object]) -> Outcome:
        try:
            return Outcome(job())
        except ValueError as trouble:
            return Outcome(trouble=trouble)


def _behind_a_leader(commits: Commits, jobs: Sequence[Callable[[], object]], largest: int = 64) -> list[Any]:
    """What each job answered or raised; all of them wait while the leader's own commit is held."""
    group, told = GroupCommit(commits, largest), list[Any]([None] * (len(jobs) + 1))

    def do(number: int, job: Callable[[], object]) -> None:
        try:
            told[number] = group.do(job, 10)
        except BaseException as trouble:
            told[number] = trouble

    threads = [threading.Thread(target=do, args=(0, lambda: "leader"))]
    threads[0].start()
    assert commits.first_runs.wait(10)
    for number, job in enumerate(jobs, start=1):
        threads.append(threading.Thread(target=do, args=(number, job)))
        threads[-1].start()
        while len(group._queue) < number:
            pass
    commits.go_on.set()
    for thread in threads:
        thread.join(10)
    return told


def _fails() -> object:
    raise ValueError("not this one")


def test_ten_that_wait_share_one_commit_and_one_that_is_refused_hurts_no_other() -> None:
    commits = Commits()
    jobs: list[Callable[[], object]] = [lambda number=number: number for number in range(10)]  # type: ignore[misc]
    jobs[4] = _fails
    leader, *others = _behind_a_leader(commits, jobs)
    assert leader == "leader"
    assert [len(group) for group in commits.groups] == [1, 10]
    assert isinstance(others.pop(4), ValueError)
    assert others == [0, 1, 2, 3, 5, 6, 7, 8, 9]


def test_a_group_is_never_larger_than_its_limit_and_the_next_one_leads_itself() -> None:
    commits = Commits()
    jobs: list[Callable[[], object]] = [lambda number=number: number for number in range(7)]  # type: ignore[misc]
    assert _behind_a_leader(commits, jobs, largest=3) == ["leader", *range(7)]
    assert [len(group) for group in commits.groups] == [1, 3, 3, 1]


def test_when_the_writer_crashes_nobody_is_told_that_it_was_done_and_the_next_one_goes_on() -> None:
    """The disk fails in the second commit: whoever led it hears why, the two others that it was shared."""
    commits = Commits()
    commits.breaks = OSError("no space left on device")
    leader, second, *others = _behind_a_leader(commits, [lambda: 1, lambda: 2, lambda: 3])
    assert leader == "leader"
    assert isinstance(second, OSError)
    assert all(isinstance(one, CommitFailed) and one.__cause__ is commits.breaks for one in others)


def test_a_crashed_writer_leaves_the_queue_to_the_next() -> None:
    tries = list[int]()

    def commit(jobs: Sequence[Callable[[], object]]) -> list[Outcome]:
        tries.append(len(jobs))
        if len(tries) == 1:
            raise SystemExit
        return [Outcome(job()) for job in jobs]

    group = GroupCommit(commit, 64)
    with pytest.raises(SystemExit):
        group.do(lambda: 1, 1)
    assert group.do(lambda: 2, 1) == 2
    assert tries == [1, 1]


def test_who_waits_too_long_gives_up_and_the_job_is_not_done() -> None:
    commits = Commits()
    group, done = GroupCommit(commits, 64), list[str]()
    leader = threading.Thread(target=group.do, args=(lambda: done.append("leader"), 10))
    leader.start()
    assert commits.first_runs.wait(10)
    with pytest.raises(Busy):
        group.do(lambda: done.append("late"), 0.01)
    commits.go_on.set()
    leader.join(10)
    group.do(lambda: done.append("next"), 1)
    assert done == ["leader", "next"]


@pytest.fixture
def polling(installation: Installation) -> Played:
    return opened(with_candidates(with_roll(call_koege(installation), 12), 7))


def _voters(played: Played, number: int) -> list[UUID]:
    """Voters who have had no paper yet."""
    with played.installation.database.read() as session:
        marked = set(session.scalars(select(VoterMark.entry_id)))
        return [one.id for one in voters(session, played.read()) if one.id not in marked][:number]


def _admit(played: Played, act: Act, desk: int, voter: UUID) -> Admitted | AlreadyAdmitted:
    return admit(*played.by, act, played.election_id, played.stations[0], str(desk), voter)


def _at_once(tasks: Sequence[Callable[[], object]]) -> list[object]:
    start, told = threading.Barrier(len(tasks)), list[object]([None] * len(tasks))

    def run(number: int) -> None:
        start.wait()
        try:
            told[number] = tasks[number]()
        except Exception as trouble:
            told[number] = trouble

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(tasks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return told


def _admissions(played: Played) -> list[UUID]:
    with played.installation.database.read() as session:
        return list(session.scalars(select(PollingEvent.entry_id).where(PollingEvent.kind == "admit")))


def _chains_hold(played: Played) -> bool:
    with played.installation.database.read() as session:
        return all(verify(session, scope, writer).first_bad is None for scope, writer in writers(session))


def test_one_who_may_not_among_eight_desks_is_refused_and_seven_are_admitted(polling: Played) -> None:
    """The eighth claims a role that was not given: nothing of it is kept, and the others stand in the log."""
    before = len(_admissions(polling))
    chosen = _voters(polling, 8)

    def at(desk: int) -> Callable[[], object]:
        act = polling.act("polling_official" if desk < 7 else "enterer")
        act = act if desk < 7 else type(act)(act.actor, Role.POLLING_OFFICIAL, act.at, act.request_id)
        return lambda: admit(
            *polling.by, act, polling.election_id, polling.stations[0], str(desk + 1), chosen[desk]
        )

    told = _at_once([at(desk) for desk in range(8)])
    assert all(isinstance(one, Admitted) for one in told[:7]), told
    assert isinstance(told[7], Refused)
    assert told[7].kind is WRONG_ROLE
    assert len(_admissions(polling)) == before + 7
    assert chosen[7] not in _admissions(polling)
    assert _chains_hold(polling)


def test_a_double_click_and_eight_desks_over_one_voter_give_one_paper(polling: Played) -> None:
    before = len(_admissions(polling))
    (voter,) = _voters(polling, 1)
    clicked = polling.act("polling_official")
    acts = [clicked, clicked, *(polling.act("polling_official") for _ in range(6))]
    told = _at_once(
        [
            lambda act=act, desk=desk: _admit(polling, act, max(1, desk), voter)  # type: ignore[misc]
            for desk, act in enumerate(acts)
        ]
    )
    assert told[0] == told[1], "the same request, the same answer"
    events = {one.event_id for one in told if isinstance(one, Admitted)}
    assert len(events) == 1
    assert all(isinstance(one, Admitted | AlreadyAdmitted) for one in told), told
    assert len(_admissions(polling)) == before + 1
    assert _chains_hold(polling)


def test_a_request_sent_again_later_gets_the_same_answer_and_leaves_nothing(polling: Played) -> None:
    (voter,) = _voters(polling, 1)
    act = polling.act("polling_official")
    first = _admit(polling, act, 1, voter)
    with polling.installation.database.read() as session:
        rows = len(session.scalars(select(PollingEvent.id)).all())
    assert _admit(polling, act, 1, voter) == first
    with polling.installation.database.read() as session:
        assert len(session.scalars(select(PollingEvent.id)).all()) == rows


def test_a_role_that_ends_stops_the_next_admission(polling: Played) -> None:
    first, second = _voters(polling, 2)
    _admit(polling, polling.act("polling_official"), 1, first)
    admin = polling.act("system_administrator", reason="Går hjem")
    who = polling.officials["polling_official"]
    end_role(polling.installation, EVERYWHERE, admin, who, Role.POLLING_OFFICIAL, "*")
    with pytest.raises(Refused) as refused:
        _admit(polling, polling.act("polling_official"), 1, second)
    assert refused.value.kind is WRONG_ROLE


def test_a_commit_that_fails_admits_nobody_and_the_same_request_can_be_sent_again(
    polling: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full in the very last moment: no paper, no entry; the desk presses its key again."""
    database = polling.installation.database
    before = _admissions(polling)
    (voter,) = _voters(polling, 1)
    act = polling.act("polling_official")

    def full(_: object) -> None:
        raise OSError("no space left on device")

    event.listen(database.engine, "commit", full)
    try:
        with pytest.raises(OSError, match="no space"):
            _admit(polling, act, 1, voter)
    finally:
        event.remove(database.engine, "commit", full)
    assert _admissions(polling) == before
    assert isinstance(_admit(polling, act, 1, voter), Admitted)
    assert _chains_hold(polling)


def test_what_the_database_refuses_in_one_job_is_undone_alone(polling: Played) -> None:
    """A mark for a voter who is not on the roll breaks a key; the session's own work before it goes, too."""
    database = polling.installation.database

    def breaks(transaction: Transaction) -> None:
        marks = transaction.session.scalars(select(VoterMark)).all()
        for one in marks:
            one.desk = "99"
        scope = polling.scope
        transaction.session.add(
            VoterMark(municipality=scope.municipality, council=scope.council, entry_id=uuid4(), desk="1")
        )
        transaction.flush()

    admit(
        *polling.by,
        polling.act("polling_official"),
        polling.election_id,
        polling.stations[0],
        "1",
        _voters(polling, 1)[0],
    )
    with pytest.raises(IntegrityError):
        database.together(breaks)
    with database.read() as session:
        assert "99" not in set(session.scalars(select(VoterMark.desk)))
    assert database.together(lambda transaction: len(transaction.session.scalars(select(VoterMark)).all())) >= 1


def test_a_queue_that_does_not_move_is_told_as_busy(polling: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    database = polling.installation.database
    if not database.is_sqlite:
        pytest.skip("PostgreSQL has no queue of ours")
    monkeypatch.setattr(registry.database, "WAIT_SECONDS", 0.05)
    with database.write(), pytest.raises(Refused) as refused:
        _on_another_thread(database)
    assert refused.value.kind is BUSY


def _on_another_thread(database: Database) -> None:
    (trouble,) = _at_once([lambda: database.together(lambda _: None)])
    assert isinstance(trouble, Refused)
    raise trouble


def test_a_line_that_the_server_has_closed_is_replaced_by_a_new_one(polling: Played) -> None:
    """As after a restart of PostgreSQL: the desk notices nothing."""
    database = polling.installation.database
    if database.is_sqlite:
        pytest.skip("SQLite has no server")
    first, second = _voters(polling, 2)
    _admit(polling, polling.act("polling_official"), 1, first)
    with database.read() as session:
        session.connection().exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert isinstance(_admit(polling, polling.act("polling_official"), 1, second), Admitted)
