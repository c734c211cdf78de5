"""Writing down what happened at a station, for rooms whose acts are no act of a desk."""

from __future__ import annotations

from uuid import UUID

from election.call.gate import ElectionWork
from election.polling.records import PollingEvent
from election.polling.rules import EventKind


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
    """Add one event of this act; the figures of the station are counted from these rows."""
    event = PollingEvent(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=work.new_id(),
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
    work.session.add(event)
    return event.id
