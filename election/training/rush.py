"""A rush: invented colleagues let invented voters in at the other desks, through the same act as everybody."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from uuid import UUID, uuid4

from election.call import clock
from election.call.records import election
from election.polling.acts import admit
from election.training.rules import MOST_AT_ONCE, MOST_MINUTES
from registry.act import Act, Installation
from registry.database import Scope
from registry.findings import Refused
from registry.roles import Role

DESKS = ("12", "13")


@dataclass
class Rush:
    """At most one at a time in a process; it ends by itself after its voters or its minutes."""

    admitted: int = 0
    stopped_because: str = ""
    _stop: Event = field(default_factory=Event)
    _thread: Thread | None = None
    _guard: Lock = field(default_factory=Lock)

    @property
    def is_running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(
        self,
        installation: Installation,
        scope: Scope,
        election_id: UUID,
        station_id: UUID,
        colleagues: Sequence[UUID],
        voters: Collection[UUID],
        a_minute: int,
    ) -> bool:
        """False when one is running already, or there is nobody to let in."""
        with self._guard:
            line = list(voters)[: min(MOST_AT_ONCE, a_minute * MOST_MINUTES)]
            if self.is_running or not line or not colleagues:
                return False
            self._stop, self.admitted, self.stopped_because = Event(), 0, ""
            given = (installation, scope, election_id, station_id, list(colleagues), line, 60 / a_minute)
            self._thread = Thread(target=self._run, args=(*given, self._stop), daemon=True, name="rush")
            self._thread.start()
        return True

    def stop(self, patience: float = 5.0) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(patience)

    def _run(
        self,
        installation: Installation,
        scope: Scope,
        election_id: UUID,
        station_id: UUID,
        colleagues: list[UUID],
        line: list[UUID],
        seconds: float,
        stop: Event,
    ) -> None:
        for number, entry in enumerate(line):
            if stop.wait(seconds):
                return
            with installation.database.read() as session:
                at = clock.now(election(session, scope, election_id))
            who = colleagues[number % len(colleagues)]
            act = Act(who, Role.POLLING_OFFICIAL, at, uuid4())
            try:
                admit(installation, scope, act, election_id, station_id, DESKS[number % len(DESKS)], entry)
            except Refused as refused:
                self.stopped_because = refused.in_danish()
                return
            except Exception:
                logging.getLogger("raadsvalg").exception("the rush of an exercise stopped")
                return
            self.admitted += 1
