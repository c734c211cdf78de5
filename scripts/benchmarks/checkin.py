"""How fast voters are admitted: real gunicorn, real forms, a process for each desk, beside a bare update.

Every attempt goes the whole way: session, CSRF token, role, roll, one conditional update, log entry, commit.
One in three is a repeat on purpose: another desk in the same moment with the same voter, or a double click.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from registry.configuration import PREFIX, ROOT
from scripts.benchmarks.figures import cpu, fsync_us, peak_rss_mb, percentile, spread, versions
from scripts.benchmarks.fresh import new_installation, postgresql, settings_of
from scripts.benchmarks.invariants import look_after
from scripts.benchmarks.polling_place import PASSWORD, PollingPlace, open_polling_place
from scripts.benchmarks.reference import Bare, Pgbench, RawSqlite

THREADS = 8
ROUND_S, BARE_S = 4.0, 2.0
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
    n: int, seed: int, rounds: int, db: str, clients: int, say: Say, round_s: float = ROUND_S
) -> dict[str, object]:
    """Admit up to `n` voters in `rounds` rounds on a fresh database. Raises RuntimeError when a part fails."""
    if n < rounds:
        raise RuntimeError(f"{n} voters are not enough for {rounds} rounds")
    # Short, and outside any home folder: PostgreSQL opens every folder above its data to other users.
    folder = Path(tempfile.mkdtemp(prefix="bench"))
    try:
        with ExitStack() as stack:
            server = stack.enter_context(postgresql(folder)) if db == "postgresql" else None
            bare = Pgbench(server, folder, clients) if server else RawSqlite(folder, clients)
            settings = settings_of(folder, server)
            installation = stack.enter_context(new_installation(settings))
            place = open_polling_place(installation, n, clients, seed, say)
            with _gunicorn(settings, folder) as port, _desks(place, port) as desks:
                measured = _measure(place, desks, bare, folder, rounds, round_s, say)
            truth = look_after(
                installation, place, [answer for one, _ in measured.pairs for answer in one.answers]
            )
        return _report(n, seed, rounds, db, clients, measured, truth)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Measured:
    pairs: list[tuple[Round, Bare]]
    reference: str
    fsync_us: list[float]


def _measure(
    place: PollingPlace,
    desks: Sequence[subprocess.Popen[str]],
    bare: RawSqlite | Pgbench,
    folder: Path,
    rounds: int,
    round_s: float,
    say: Say,
) -> _Measured:
    share = len(place.voters) // rounds
    pairs: list[tuple[Round, Bare]] = []
    syncs = [fsync_us(folder)]
    for number in range(rounds):
        plan = _plan(place.voters[number * share : (number + 1) * share], len(desks))
        ours = _round(desks, plan, round_s)
        theirs = bare.round(min(round_s, BARE_S))
        syncs.append(fsync_us(folder))
        pairs.append((ours, theirs))
        say(f"round {number + 1}: {ours.per_second:.0f}/s, the bare database {theirs.per_second:.0f}/s")
    return _Measured(pairs, bare.name, syncs)


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


@contextmanager
def _gunicorn(settings: dict[str, str], folder: Path) -> Iterator[int]:
    """The server as `scripts/run` starts it, on a free port of this computer only."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = int(trial.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--workers", "1"]
    command += ["--threads", str(THREADS), "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    command.append("wsgi:create_app()")
    log = folder / "gunicorn.log"
    with log.open("w", encoding="utf-8") as sink:
        server = subprocess.Popen(command, cwd=ROOT, env=_own_environment() | settings, stdout=sink, stderr=sink)
    try:
        _wait_for(port, server, log)
        yield port
        trouble = log.read_text(encoding="utf-8")
        if "fault " in trouble:
            raise RuntimeError(f"the server had a fault:\n{trouble[-4000:]}")
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def _own_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{log.read_text(encoding='utf-8')[-4000:]}")


def _report(
    n: int, seed: int, rounds: int, db: str, clients: int, measured: _Measured, truth: dict[str, object]
) -> dict[str, object]:
    ours, theirs = [one for one, _ in measured.pairs], [other for _, other in measured.pairs]
    ratio = spread([one.per_second / other.per_second for one, other in measured.pairs])
    waits = [wait for one in ours for wait in one.waits_ms()]
    p99 = [percentile(one.waits_ms(), 0.99) / other.p99_ms for one, other in measured.pairs]
    reached = {"ratio": ratio["median"], "worst_ms": round(max(waits), 1), "p99_to_ref": spread(p99)["median"]}
    return {
        "bench": f"checkin {db}",
        "n": n,
        "seed": seed,
        "rounds": rounds,
        "clients": clients,
        "versions": versions("flask", "sqlalchemy", "gunicorn", "psycopg"),
        "host": {"cpu": cpu(), "fsync_us_p50": spread(measured.fsync_us)["median"], "fsync_us": measured.fsync_us},
        "us": spread([one.per_second for one in ours])
        | {"unit": "attempts/s over HTTP, each a durable transaction with its log entry"}
        | {"admissions_per_s": spread([one.admissions_per_second for one in ours])}
        | {"ms": {"p50": _ms(waits, 0.5), "p99": _ms(waits, 0.99), "worst": reached["worst_ms"]}},
        "ref": {"name": measured.reference, "unit": "transactions/s"}
        | spread([one.per_second for one in theirs])
        | {"ms": {"p99": spread([o.p99_ms for o in theirs])["median"], "worst": max(o.worst_ms for o in theirs)}},
        "ratio": ratio,
        "floors": {
            name: {"floor": floor, "reached": reached[name], "is_met": _is_met(name, reached[name], floor)}
            for name, floor in FLOORS[db].items()
        },
        "invariants": truth,
        "ok": truth["is_consistent"] is True,
        "peak_rss_mb": peak_rss_mb(),
    }


def _ms(waits: Sequence[float], share: float) -> float:
    return round(percentile(waits, share), 1)


def _is_met(name: str, reached: object, floor: float) -> bool:
    assert isinstance(reached, float)
    return reached >= floor if name == "ratio" else reached <= floor
