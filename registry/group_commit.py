"""Many small jobs, one commit: whoever comes first does the work of all who wait, and answers each afterwards.

A commit waits for the disk. When thirty desks each wait for their own, the last one waits for thirty; when
they share one, nobody waits for more than two. There is no writer of its own that could die and be missed: the
first who comes leads, and hands over to the first who still waits.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from registry.findings import Refused

J = TypeVar("J")


class Busy(Exception):
    """The turn did not come in time; the job was not begun."""


class CommitFailed(Exception):
    """The commit that this job shared with others failed: none of them is done. The cause says why."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one job answered, or what it raised; nothing of a job that raised is kept."""

    answer: Any = None
    trouble: BaseException | None = None


@dataclass(eq=False, slots=True)
class _Waiting(Generic[J]):
    job: J
    turn: threading.Event = field(default_factory=threading.Event)
    """Either the outcome is there, or this one is to lead."""
    outcome: Outcome | None = None


class GroupCommit(Generic[J]):
    """`commit` does the given jobs in one transaction: one outcome each, or it raises and nothing is kept."""

    def __init__(self, commit: Callable[[Sequence[J]], Sequence[Outcome]], largest: int) -> None:
        self._commit = commit
        self._largest = largest
        self._guard = threading.Lock()
        self._queue: deque[_Waiting[J]] = deque()
        self._is_led = False

    def do(self, job: J, patience: float) -> Any:
        """The job's answer once it is durable; what it raised when it raised. Raises Busy, CommitFailed."""
        mine = _Waiting(job)
        with self._guard:
            self._queue.append(mine)
            leads, self._is_led = not self._is_led, True
        if not leads and not mine.turn.wait(patience):
            self._give_up(mine)
        if mine.outcome is None:
            self._lead(mine)
        assert mine.outcome is not None
        if mine.outcome.trouble is not None:
            raise mine.outcome.trouble
        return mine.outcome.answer

    def _give_up(self, mine: _Waiting[J]) -> None:
        with self._guard:
            if mine in self._queue and not mine.turn.is_set():
                self._queue.remove(mine)
                raise Busy
        mine.turn.wait()  # begun, or called to lead, in the very moment of giving up

    def _lead(self, leader: _Waiting[J]) -> None:
        with self._guard:
            group = [self._queue.popleft() for _ in range(min(len(self._queue), self._largest))]
        assert group[0] is leader
        failed: BaseException | None = None
        outcomes: Sequence[Outcome] = ()
        try:
            outcomes = self._commit([one.job for one in group])
        except BaseException as trouble:  # whatever it was, those who wait must hear of it
            failed = trouble
        with self._guard:
            self._is_led = bool(self._queue)
            if self._is_led:
                self._queue[0].turn.set()
        for number, one in enumerate(group):
            one.outcome = _shared_failure(failed) if failed is not None else outcomes[number]
            one.turn.set()
        if failed is not None:
            leader.outcome = Outcome(trouble=failed)


def _shared_failure(cause: BaseException) -> Outcome:
    """Busy is busy for everybody in the group, and is told in the same words; anything else is a fault."""
    if isinstance(cause, Refused):
        return Outcome(trouble=cause)
    trouble = CommitFailed("a commit shared with others failed")
    trouble.__cause__ = cause
    return Outcome(trouble=trouble)


class FairLock:
    """A lock that is granted in the order of asking, so that nobody starves behind a busy queue."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._queue: deque[threading.Event] = deque()

    def acquire(self, timeout: float) -> bool:
        turn = threading.Event()
        with self._guard:
            self._queue.append(turn)
            if self._queue[0] is turn:
                turn.set()
        if turn.wait(timeout):
            return True
        with self._guard:
            if turn.is_set():  # granted in the very moment of giving up
                return True
            self._queue.remove(turn)
        return False

    def release(self) -> None:
        with self._guard:
            self._queue.popleft()
            if self._queue:
                self._queue[0].set()
