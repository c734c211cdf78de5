"""By which clock a one-day code runs: the computer's in a live election, in a demo the one that is set."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from election.call import clock
from election.call.records import by_slug
from registry.database import Database, Scope


@dataclass(frozen=True, slots=True)
class PlaceClock:
    """The clock of the election that a place belongs to. Of a live election nothing is asked a second time: its
    kind never changes.
    """

    database: Database
    live: set[str] = field(default_factory=set)

    def __call__(self, municipality: str, council: str, place: str) -> datetime:
        if place in self.live:
            return datetime.now(UTC)
        with self.database.read() as session:
            found = by_slug(session, Scope(municipality, council), slug_of(place))
        if found is None:
            return datetime.now(UTC)
        if found.is_live:
            self.live.add(place)
        return clock.now(found)


def slug_of(place: str) -> str:
    """/0259/integrationsraad/2017/stemmested/001/ → 2017"""
    parts = place.split("/")
    return parts[3] if len(parts) > 3 else ""
