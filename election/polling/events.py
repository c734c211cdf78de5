"""Writing down what happened at a station: one row for each event, and the figures are counted from the rows."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import insert

from election.call.gate import ElectionWork
from election.polling.records import PollingEvent
from election.polling.rules import EventKind
from registry.prepared import Prepared

_ADD = Prepared(insert(PollingEvent.__table__))  # type: ignore[arg-type]


def write_event(
    work: ElectionWork,
    station_id: UUID,
    kind: EventKind,
    desk: str,
    entry_id: UUID | None,
    *,
    ground: str = "",
    ballot_type: str = "",
    undoes_id: UUID | None = None,
) -> UUID:
    """Add one event of this act. Told again from a journal, it gets the same id."""
    event_id = work.new_id()
    _ADD.change(
        work.connection,
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=event_id,
        election_id=work.election.id,
        station_id=station_id,
        entry_id=entry_id,
        kind=kind.value,
        desk=desk,
        ground=ground,
        at=work.act.at,
        by=work.act.actor,
        ballot_type=ballot_type,
        undoes_id=undoes_id,
    )
    return event_id
