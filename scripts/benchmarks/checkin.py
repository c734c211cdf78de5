"""How fast voters are admitted: real gunicorn, real forms, a process for each desk, beside a bare update.

Every attempt goes the whole way: session, CSRF token, role, roll, one conditional update, log entry, commit.
One in three is a repeat on purpose: another desk in the same moment with the same voter, or a double click.

An attempt is the POST of the one key and its whole answer, which sends the browser on (303). The screen that the
browser then asks for is not counted: nobody waits for it in order to hand out the paper.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from registry.configuration import ROOT
from scripts.benchmarks.figures import cpu, fsync_us, peak_rss_mb, percentile, spread, versions
from scripts.benchmarks.fresh import new_installation, postgresql, settings_of
from scripts.benchmarks.invariants import look_after
from scripts.benchmarks.polling_place import PASSWORD, PollingPlace, open_polling_place
from scripts.benchmarks.reference import Bare, Pgbench, RawSqlite
from scripts.benchmarks.serving import Served, served

ROUND_S, BARE_S = 4.0, 2.0
MOVED = 2.0
"""A round in which the disk became so many times slower or faster is told as disturbed."""
FLOORS = {"sqlite": {"ratio": 0.1, "worst_ms": 250.0}, "postgresql": {"ratio": 0.12, "p99_to_ref": 10.0}}
Say = Callable[[str], None]
Attempt = tuple[UUID, str]


@dataclass(frozen=True, slots=True)
class Round:
    """What the desks got back: (voter, request id, outcome, seconds waited), and how long it took in all."""

    answers: tuple[tuple[UUID, str, str, float], ...]
    seconds: float

    @property
    def per_second(self) -> float:
        return len(self.answers) / self.seconds

    @property
    def admissions_per_second(self) -> float:
        return len({outcome for _, _, outcome, _ in self.answers if outcome.startswith("admitted")}) / self.seconds

    def waits_ms(self) -> list[float]:
        return [seconds * 1e3 for _, _, _, seconds in self.answers]


def run(
    n: int,
    seed: int,
    rounds: int,
    db: str,
    clients: Sequence[int],
    say: Say,
    round_s: float = ROUND_S,
    workers: int = 1,
) -> dict[str, object]:
    """Admit up to `n` voters on a fresh database, in `rounds` rounds for each number of desks in `clients`; on
    PostgreSQL once more without waiting for the disk. Raises RuntimeError when a part fails.
    """
    desks = max(clients)
    wanted = rounds * (len(clients) + (db == "postgresql"))
    if n < wanted:
        raise RuntimeError(f"{n} voters are not enough for {wanted} rounds")
    # Short, and outside any home folder: PostgreSQL opens every folder above its data to other users.
    folder = Path(tempfile.mkdtemp(prefix="bench"))
    try:
        with ExitStack() as stack:
            server = stack.enter_context(postgresql(folder)) if db == "postgresql" else None
            settings = settings_of(folder, server)
            installation = stack.enter_context(new_installation(settings))
            place = open_polling_place(installation, n, desks, seed, say)
            with served(settings, folder, workers) as our_server, _desks(place, our_server.port) as processes:
                course = _Course(place, processes, our_server, folder, rounds, round_s, n // wanted, say)
                measured = {number: course.measure(number, _bare(server, folder, number)) for number in clients}
                hurried = _without_waiting(server, course, desks) if server else None
            every = [*measured.values(), *([hurried] if hurried else [])]
            answers = [answer for one in every for pair in one.pairs for answer in pair[0].answers]
            truth = look_after(installation, place, answers)
        about = {"bench": f"checkin {db}", "n": n, "seed": seed, "rounds": rounds, "workers": workers}
        return about | _report(db, measured, hurried, truth)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _bare(server: Any, folder: Path, desks: int) -> RawSqlite | Pgbench:
    own = folder / f"bare{desks}"
    own.mkdir(mode=0o755)
    return Pgbench(server, own, desks) if server else RawSqlite(own, desks)


def _without_waiting(server: Any, course: _Course, desks: int) -> _Measured:
    """Both sides with synchronous_commit off: what is left is processor time. Never so in an election."""
    server.psql("ALTER SYSTEM SET synchronous_commit = off")
    server.psql("SELECT pg_reload_conf()")
    try:
        return course.measure(desks, Pgbench(server, course.folder / f"bare{desks}", desks))
    finally:
        server.psql("ALTER SYSTEM RESET synchronous_commit")
        server.psql("SELECT pg_reload_conf()")


@dataclass(frozen=True, slots=True)
class _Measured:
    pairs: list[tuple[Round, Bare]]
    reference: str
    fsync_us: list[float]
    processor_ms: list[float]
    """Of the server, for each attempt."""


@dataclass
class _Course:
    """Everything that stands ready for rounds, and which voters have not been tried yet."""

    place: PollingPlace
    desks: Sequence[subprocess.Popen[str]]
    server: Served
    folder: Path
    rounds: int
    round_s: float
    share: int
    say: Say
    used: int = 0

    def measure(self, desks: int, bare: RawSqlite | Pgbench) -> _Measured:
        """Rounds with the first so many desks, ours and the bare database by turns."""
        pairs: list[tuple[Round, Bare]] = []
        syncs, spent = [fsync_us(self.folder)], list[float]()
        for number in range(1, self.rounds + 1):
            voters = self.place.voters[self.used : self.used + self.share]
            self.used += self.share
            before = self.server.processor_seconds()
            ours = _round(self.desks[:desks], _plan(voters, desks), self.round_s)
            after = self.server.processor_seconds()
            if before is not None and after is not None:
                spent.append((after - before) / len(ours.answers) * 1e3)
            theirs = bare.round(min(self.round_s, BARE_S))
            syncs.append(fsync_us(self.folder))
            pairs.append((ours, theirs))
            rates = f"{ours.per_second:.0f}/s, the bare database {theirs.per_second:.0f}/s"
            self.say(f"{desks} desks, round {number}: {rates}")
        return _Measured(pairs, bare.name, syncs, spent)


def _plan(voters: Sequence[UUID], desks: int) -> list[list[Attempt]]:
    """What each desk sends. Every second voter is sent twice: one in four of them by a double click (the same
    request), the others at the next desk in the same moment, so that two desks meet over one voter."""
    dealt: list[list[Attempt]] = [[] for _ in range(desks)]
    turn = 0
    for number, voter in enumerate(voters):
        first = (voter, str(uuid4()))
        dealt[turn % desks].append(first)
        if number % 8 == 7:
            dealt[turn % desks].append(first)
        elif number % 2 == 1:
            turn += 1
            dealt[turn % desks].append((voter, str(uuid4())))
        turn += 1
    return dealt


def _round(desks: Sequence[subprocess.Popen[str]], plan: list[list[Attempt]], seconds: float) -> Round:
    for desk, attempts in zip(desks, plan, strict=True):
        _tell(desk, json.dumps({"attempts": [(str(v), request) for v, request in attempts], "seconds": seconds}))
    for desk in desks:
        _heard(desk)
    for desk in desks:
        _tell(desk, "go")
    answers: list[tuple[UUID, str, str, float]] = []
    begun, ended = float("inf"), 0.0
    for desk, attempts in zip(desks, plan, strict=True):
        done = json.loads(_heard(desk))
        begun, ended = min(begun, done["begun"]), max(ended, done["ended"])
        answers += [
            (voter, request, outcome, waited)
            for (voter, request), (outcome, waited) in zip(attempts, done["answers"], strict=False)
        ]
    return Round(tuple(answers), ended - begun)


def _tell(desk: subprocess.Popen[str], line: str) -> None:
    assert desk.stdin is not None
    desk.stdin.write(line + "\n")
    desk.stdin.flush()


def _heard(desk: subprocess.Popen[str]) -> str:
    assert desk.stdout is not None
    line = desk.stdout.readline()
    if not line:
        raise RuntimeError("a desk stopped before it had answered")
    return line


@contextmanager
def _desks(place: PollingPlace, port: int) -> Iterator[list[subprocess.Popen[str]]]:
    desks: list[subprocess.Popen[str]] = []
    try:
        for number, username in enumerate(place.usernames, start=1):
            command = [sys.executable, "-m", "scripts.benchmarks.desk"]
            desk = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            desks.append(desk)
            given = {"port": port, "username": username, "password": PASSWORD, "address": place.desk(number)}
            _tell(desk, json.dumps(given))
        for desk in desks:
            _heard(desk)
        yield desks
    finally:
        for desk in desks:
            desk.kill()
            desk.communicate()


def _report(
    db: str, measured: dict[int, _Measured], hurried: _Measured | None, truth: dict[str, object]
) -> dict[str, object]:
    desks = max(measured)
    chosen = measured[desks]
    figures: dict[str, Any] = _figures(chosen)
    reached = {
        "ratio": figures["ratio"]["median"],
        "worst_ms": figures["us"]["ms"]["worst"],
        "p99_to_ref": figures["p99_to_ref"]["median"],
    }
    syncs = chosen.fsync_us
    moved = [max(one, other) / min(one, other) for one, other in pairwise(syncs)]
    found = {
        "clients": desks,
        "versions": versions("flask", "sqlalchemy", "gunicorn", "psycopg"),
        "host": {"cpu": cpu(), "fsync_us_p50": spread(syncs)["median"], "fsync_us": syncs},
        "disturbed_rounds": sum(one > MOVED for one in moved),
        **figures,
        "floors": {
            name: {"floor": floor, "reached": reached[name], "is_met": _is_met(name, reached[name], floor)}
            for name, floor in FLOORS[db].items()
        },
        "by_clients": {str(number): _figures(one) for number, one in measured.items()},
        "invariants": truth,
        "ok": truth["is_consistent"] is True,
        "peak_rss_mb": peak_rss_mb(),
    }
    if hurried is not None:
        found["cpu"] = {"name": "both sides with synchronous_commit = off"} | _figures(hurried)
    return found


def _figures(measured: _Measured) -> dict[str, object]:
    ours, theirs = [one for one, _ in measured.pairs], [other for _, other in measured.pairs]
    waits = [wait for one in ours for wait in one.waits_ms()]
    p99 = [percentile(one.waits_ms(), 0.99) / other.p99_ms for one, other in measured.pairs]
    return {
        "us": spread([one.per_second for one in ours])
        | {"unit": "attempts/s over HTTP, each a durable transaction with its log entry"}
        | {"admissions_per_s": spread([one.admissions_per_second for one in ours])}
        | {"ms": {"p50": _ms(waits, 0.5), "p99": _ms(waits, 0.99), "worst": round(max(waits), 1)}}
        | ({"server_cpu_ms": spread(measured.processor_ms)} if measured.processor_ms else {}),
        "ref": {"name": measured.reference, "unit": "transactions/s"}
        | spread([one.per_second for one in theirs])
        | {"ms": {"p99": spread([o.p99_ms for o in theirs])["median"], "worst": max(o.worst_ms for o in theirs)}},
        "ratio": spread([one.per_second / other.per_second for one, other in measured.pairs]),
        "p99_to_ref": spread(p99),
    }


def _ms(waits: Sequence[float], share: float) -> float:
    return round(percentile(waits, share), 1)


def _is_met(name: str, reached: object, floor: float) -> bool:
    assert isinstance(reached, float)
    return reached >= floor if name == "ratio" else reached <= floor
