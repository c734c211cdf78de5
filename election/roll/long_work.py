"""An act that takes long: done by a thread, told line by line to the page that waits, undone when nobody waits.

The act is one transaction, so there is no half: it is either finished and kept, or nothing of it is. The program
runs as one process (scripts/start.py), so whoever presses stop finds the work in the same memory.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from uuid import UUID

from registry.findings import Refused
from registry.residents.progress import Progress, Stage, Stopped

_EVERY_S = 1.0
"""How often the page hears something; only by writing to it is it noticed that it was closed."""
_log = logging.getLogger("raadsvalg")
_at_work: dict[UUID, Work] = {}
_guard = threading.Lock()


class Work:
    """One piece of work. `answer` or `trouble` is there when it is over; neither when it was stopped."""

    def __init__(self, task: Callable[[Progress], object]) -> None:
        self.answer: object = None
        self.trouble: Exception | None = None
        self._told: list[tuple[Stage, int, int]] = []
        self._told_at = 0.0
        self._stop = threading.Event()
        self._over = threading.Event()
        self._task = task

    @property
    def is_over(self) -> bool:
        return self._over.is_set()

    @property
    def was_stopped(self) -> bool:
        return isinstance(self.trouble, Stopped)

    def stop(self, patience_s: float = 0.0) -> bool:
        """Ask for the end. True when the work has stopped or ended before within the patience."""
        self._stop.set()
        return self._over.wait(patience_s)

    def progress(self) -> Iterator[tuple[Stage, int, int] | None]:
        """What was told, as it is told, until the end; None about once a second where nothing is new."""
        shown, is_over = 0, False
        while not is_over:
            is_over = self._over.wait(_EVERY_S)
            new = self._told[shown:]
            shown += len(new)
            if not new:
                yield None
            yield from new

    def _tell(self, stage: Stage, done: int, of: int) -> None:
        """Keep the beginning and the end of each stage, and one line a second between."""
        if self._stop.is_set():
            raise Stopped
        is_new = not self._told or self._told[-1][0] is not stage
        if is_new or done == of or time.monotonic() - self._told_at >= _EVERY_S:
            self._told.append((stage, done, of))
            self._told_at = time.monotonic()

    def _run(self, request_id: UUID) -> None:
        try:
            self.answer = self._task(Progress(self._tell))
        except (Refused, Stopped) as trouble:
            self.trouble = trouble
        except Exception as trouble:  # a fault of ours: told to the log, and to the page without detail
            _log.exception("long work failed")
            self.trouble = trouble
        finally:
            with _guard:
                _at_work.pop(request_id, None)
            self._over.set()


def begin(request_id: UUID, task: Callable[[Progress], object]) -> Work:
    """Start the work, or join it when the same request is already being worked on."""
    with _guard:
        if request_id in _at_work:
            return _at_work[request_id]
        work = _at_work[request_id] = Work(task)
    threading.Thread(target=work._run, args=(request_id,), daemon=True).start()
    return work


def at_work(request_id: UUID) -> Work | None:
    with _guard:
        return _at_work.get(request_id)
