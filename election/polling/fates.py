"""Did it go through? What the table of acts answers about one request of a desk, and what a desk did last."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from election.call.records import Election, Station
from election.polling.doubt import decisions
from election.polling.records import PollingEvent, undoing
from election.polling.rules import UNDOES, EventKind
from registry.act import ActRecord


class FateKind(StrEnum):
    """What became of a request."""

    DONE = "done"
    REFUSED = "refused"
    """Answered, and nobody was admitted: the voter had had a paper."""
    UNKNOWN = "unknown"
    """Nothing is registered under it: it did not arrive, was refused, or is not of this station."""


@dataclass(frozen=True, slots=True)
class Fate:
    """The answer about one request. It names no voter."""

    kind: FateKind
    act: str = ""
    at: datetime | None = None
    desk: str = ""


@dataclass(frozen=True, slots=True)
class Recent:
    """One event of a desk, and whether it can still be taken back."""

    event: PollingEvent
    undone_at: datetime | None
    may_undo: bool

    @property
    def kind(self) -> EventKind:
        return EventKind(self.event.kind)


def fate_of(session: Session, station: Station, request_id: UUID) -> Fate:
    """What is registered under a request that one of this station's desks made."""
    record = session.get(ActRecord, (station.municipality, station.council, request_id))
    if record is None or not record.name.startswith("polling."):
        return Fate(FateKind.UNKNOWN)
    answer = json.loads(record.answer)
    if record.name == "polling.admit" and "event_id" not in answer:
        return Fate(FateKind.REFUSED, record.name, record.at)
    event = _event(session, station, answer["event_id"] if isinstance(answer, dict) else answer)
    if event is None:
        return Fate(FateKind.UNKNOWN)
    return Fate(FateKind.DONE, record.name, event.at, event.desk)


def recent(session: Session, election: Election, station: Station, desk: str, number: int = 20) -> list[Recent]:
    """The latest events of a desk, the newest first."""
    rows: Sequence[PollingEvent] = session.scalars(
        select(PollingEvent)
        .where(
            PollingEvent.municipality == station.municipality,
            PollingEvent.council == station.council,
            PollingEvent.station_id == station.id,
            PollingEvent.desk == desk,
        )
        .order_by(PollingEvent.at.desc(), PollingEvent.id)
        .limit(number)
    ).all()
    undone = undoing(session, election, [row.id for row in rows])
    decided = decisions(session, election) if any(row.kind == EventKind.DOUBTFUL for row in rows) else {}
    return [
        Recent(
            row,
            undone[row.id].at if row.id in undone else None,
            EventKind(row.kind) in UNDOES and row.id not in undone and row.id not in decided,
        )
        for row in rows
    ]


def _event(session: Session, station: Station, event_id: Any) -> PollingEvent | None:
    try:
        key = (station.municipality, station.council, UUID(str(event_id)))
    except ValueError:  # the answer of an act that is no event, as a count of the line
        return None
    event = session.get(PollingEvent, key)
    return event if event is not None and event.station_id == station.id else None
