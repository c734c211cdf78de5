"""The process that admits voters is killed (SIGKILL) at random moments, some thousand times.

A child admits at several desks and tells its parent before each attempt and after each answer. What it told of as
answered is acknowledged: it must be there afterwards. What was begun and not answered is in doubt: the next child
asks again with the same request, as a desk does, and gets one answer, whichever it is.
"""

from __future__ import annotations

import os
import random
import select
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from uuid import UUID, uuid4

from election.call.records import election, stations
from election.polling.acts import Admitted, admit
from registry.act import Act, Installation
from registry.findings import Refused
from registry.roles import Role
from scripts.benchmarks.polling_place import POLLING_AT, SCOPE, PollingPlace

LONGEST_LIFE_S = 0.12
"""A child lives between nothing and this long after its first answer."""
_FIRST_ANSWER_S = 20.0
_IN_ONE_LIFE = 40
_REPEATS = 0.3
"""The share of attempts for a voter who has been tried before."""


@dataclass(frozen=True, slots=True)
class Attempt:
    voter: UUID
    request: UUID
    desk: int

    def line(self) -> str:
        return f"{self.voter} {self.request} {self.desk}"


@dataclass
class Told:
    """What the parent has heard from all children."""

    in_doubt: dict[UUID, Attempt] = field(default_factory=dict)
    admitted: dict[UUID, UUID] = field(default_factory=dict)
    """By request: the event that the desk was answered with."""
    voter_of: dict[UUID, UUID] = field(default_factory=dict)
    kills: int = 0
    asked_again: int = 0

    def hear(self, line: str) -> None:
        word, *rest = line.split()
        if word == "try":
            voter, request, desk = UUID(rest[0]), UUID(rest[1]), int(rest[2])
            self.in_doubt[request] = Attempt(voter, request, desk)
            self.voter_of[request] = voter
            return
        request = UUID(rest[0])
        self.in_doubt.pop(request, None)
        if word == "in":
            before = self.admitted.setdefault(request, UUID(rest[1]))
            if before != UUID(rest[1]):
                raise AssertionError(f"request {request} was answered with two different events")


def strain(
    make: Callable[[], Installation],
    place: PollingPlace,
    desks: dict[int, UUID],
    kills: int,
    seed: int,
    say: Callable[[str], None],
) -> Told:
    """Kill `kills` children one after the other. `make` opens the installation in the child, never here."""
    chance, told = random.Random(seed), Told()  # noqa: S311 - which moment is tried, nothing secret
    voters = list(place.voters)
    chance.shuffle(voters)
    for number in range(1, kills + 1):
        again = list(told.in_doubt.values())
        told.asked_again += len(again)
        tried = set(told.voter_of.values())
        fresh = list(islice((voter for voter in voters if voter not in tried), _IN_ONE_LIFE))
        _one_life(make, place, desks, again, fresh, chance, told)
        told.kills = number
        if number % 50 == 0:
            say(f"{number} of {kills} kills, {len(told.admitted)} admissions acknowledged")
    return told


def _one_life(
    make: Callable[[], Installation],
    place: PollingPlace,
    desks: dict[int, UUID],
    again: list[Attempt],
    fresh: list[UUID],
    chance: random.Random,
    told: Told,
) -> None:
    older = list(told.voter_of.values())[-_IN_ONE_LIFE:]
    seed, life = chance.random(), chance.random() * LONGEST_LIFE_S
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - another process, and it never returns
        os.close(reading)
        try:
            _work(make(), place, desks, again, _plan(fresh, older, seed, len(desks)), writing)
        finally:
            os._exit(0)
    os.close(writing)
    try:
        _listen(reading, child, life, told)
    finally:
        os.close(reading)


def _plan(fresh: list[UUID], older: list[UUID], seed: float, desks: int) -> list[Attempt]:
    chance, plan = random.Random(seed), []  # noqa: S311 - as above
    for voter in fresh:
        plan.append(Attempt(voter, uuid4(), chance.randrange(1, desks + 1)))
        if chance.random() < _REPEATS:
            plan.append(Attempt(chance.choice([*older, voter]), uuid4(), chance.randrange(1, desks + 1)))
    return plan


def _work(
    installation: Installation,
    place: PollingPlace,
    desks: dict[int, UUID],
    again: list[Attempt],
    plan: list[Attempt],
    writing: int,
) -> None:
    with installation.database.read() as session:
        row = election(session, SCOPE, place.election_id)
        station_id = next(one.id for one in stations(session, row))
    queue = iter([*again, *plan])
    guard = threading.Lock()

    def at_a_desk() -> None:
        while True:
            with guard:
                attempt = next(queue, None)
            if attempt is None:
                return
            _tell(writing, f"try {attempt.line()}")
            act = Act(desks[attempt.desk], Role.POLLING_OFFICIAL, POLLING_AT, attempt.request)
            try:
                given = (place.election_id, station_id, str(attempt.desk), attempt.voter)
                answer = admit(installation, SCOPE, act, *given)
            except Refused as refused:
                _tell(writing, f"no {attempt.request} {refused.kind.code}")
                continue
            word = f"in {attempt.request} {answer.event_id}" if isinstance(answer, Admitted) else None
            _tell(writing, word or f"no {attempt.request} already")

    workers = [threading.Thread(target=at_a_desk) for _ in desks]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def _tell(writing: int, line: str) -> None:
    """One line, whole: the system writes up to 512 bytes to a pipe in one piece."""
    os.write(writing, line.encode() + b"\n")


def _listen(reading: int, child: int, life: float, told: Told) -> None:
    """Hear the child; kill it `life` seconds after its first answer; hear what it had said before it died."""
    held, kill_at = b"", time.monotonic() + _FIRST_ANSWER_S
    has_answered = is_killed = False
    while True:
        patience = max(0.0, kill_at - time.monotonic())
        ready, _, _ = select.select([reading], [], [], patience)
        if not ready:
            if is_killed:
                raise AssertionError("a killed child keeps its pipe open")
            os.kill(child, signal.SIGKILL)
            is_killed, kill_at = True, time.monotonic() + _FIRST_ANSWER_S
            continue
        piece = os.read(reading, 65536)
        if not piece:
            break
        *lines, held = (held + piece).split(b"\n")
        for line in lines:
            told.hear(line.decode())
            if not has_answered and not line.startswith(b"try"):
                has_answered, kill_at = True, min(kill_at, time.monotonic() + life)
    os.waitpid(child, 0)
