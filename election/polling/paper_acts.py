"""What happens to papers at a desk after they were handed out, each with its inverse, and help and the queue."""

from __future__ import annotations

from uuid import UUID

from election.ballots.rules import type_of_voter
from election.call.clock import shown
from election.call.gate import ElectionWork, election_act
from election.polling import findings as say
from election.polling.at_station import add_event, demand_own_entry, open_for, paper_given, station_name
from election.polling.doubt import decision_of
from election.polling.records import (
    PollingEvent,
    QueueCount,
    StationNow,
    event_counts,
    mark_of,
    standing_event,
    undoing,
    votes_at,
)
from election.polling.rules import LONGEST_QUEUE, UNDOES, EventKind, turnout
from registry.findings import Refused


@election_act("polling.exchange", exclusive=False)
def exchange(work: ElectionWork, station_id: UUID, desk: str, ballot_type: str = "") -> UUID:
    """A spoiled paper comes back and a new one is handed out; who it was is not recorded. (KRVL § 54(2))"""
    station = open_for(work, station_id, desk)
    _demand_paper_out(work, station)
    return add_event(work, station, EventKind.EXCHANGE, desk, None, ballot_type=paper_given(work, ballot_type))


@election_act("polling.return_unused")
def return_unused(
    work: ElectionWork, station_id: UUID, desk: str, entry_id: UUID | None, ballot_type: str = ""
) -> UUID:
    """A voter gives the paper back unused, once. The voter stays marked. (KRVL § 53(2) borrowed)"""
    station = open_for(work, station_id, desk)
    _demand_paper_out(work, station)
    if entry_id is not None:
        before = mark_of(work.session, work.election, entry_id)
        if before is None or before.admitted_at is None:
            raise Refused(say.NOT_ADMITTED)
        if before.station_id != station.id:
            raise Refused(say.OTHER_STATION_ADMITTED, station=station_name(work, before.station_id))
        if standing_event(work.session, work.election, entry_id, EventKind.RETURN_UNUSED):
            raise Refused(say.RETURNED_ALREADY)
        admitted = standing_event(work.session, work.election, entry_id, EventKind.ADMIT)
        ballot_type = admitted.ballot_type if admitted else ballot_type
    paper = paper_given(work, ballot_type)
    return add_event(work, station, EventKind.RETURN_UNUSED, desk, entry_id, ballot_type=paper)


@election_act("polling.doubtful", needs_reason=True, exclusive=False)
def doubtful(
    work: ElectionWork, station_id: UUID, desk: str, entry_id: UUID | None, ballot_type: str = ""
) -> UUID:
    """Hand a paper to somebody whose right is in doubt; it goes into an envelope, not into the box."""
    station = open_for(work, station_id, desk)
    demand_own_entry(work, entry_id)
    if entry_id is not None and (found := votes_at(work.session, work.election, entry_id)) is not None:
        ballot_type = type_of_voter(work.election, found[1]) or ballot_type
    paper = paper_given(work, ballot_type)
    return add_event(work, station, EventKind.DOUBTFUL, desk, entry_id, work.act.reason, ballot_type=paper)


@election_act("polling.help", exclusive=False)
def give_help(work: ElectionWork, station_id: UUID, desk: str) -> UUID:
    """Two officials, or one and the voter's own helper, helped somebody vote: that it happened, never whom.
    (KRVL § 55 borrowed)
    """
    station = open_for(work, station_id, desk)
    return add_event(work, station, EventKind.HELP, desk, None)


@election_act("polling.undo_event", needs_reason=True)
def undo_event(work: ElectionWork, station_id: UUID, desk: str, event_id: UUID) -> UUID:
    """Take back an exchange, a return, a doubt or a help that was registered by mistake, once."""
    station = open_for(work, station_id, desk)
    event = work.session.get(PollingEvent, (work.scope.municipality, work.scope.council, event_id))
    if event is None or event.station_id != station.id or EventKind(event.kind) not in UNDOES:
        raise Refused(say.NOTHING_TO_UNDO)
    if undoing(work.session, work.election, [event_id]):
        raise Refused(say.UNDONE_ALREADY)
    decided = decision_of(work.session, work.election, event_id)
    if decided is not None:
        raise Refused(say.ENVELOPE_DECIDED, at=shown(decided.at))
    kind = UNDOES[EventKind(event.kind)]
    return add_event(
        work,
        station,
        kind,
        desk,
        event.entry_id,
        work.act.reason,
        ballot_type=event.ballot_type,
        undoes_id=event_id,
    )


@election_act("polling.count_queue", exclusive=False)
def count_queue(work: ElectionWork, station_id: UUID, people: int) -> int:
    """Somebody has counted the line. The latest count holds; the one before stays."""
    station = open_for(work, station_id, "kø")
    if not 0 <= people <= LONGEST_QUEUE:
        raise Refused(say.QUEUE_IMPOSSIBLE, most=LONGEST_QUEUE)
    work.session.add(
        QueueCount(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=work.new_id(),
            station_id=station.id,
            people=people,
            at=work.act.at,
            by=work.act.actor,
        )
    )
    work.note(station=station.code, people=people)
    return people


def _demand_paper_out(work: ElectionWork, station: StationNow) -> None:
    """No more papers can come back than have been handed out."""
    figures = turnout(event_counts(work.session, work.election).get(station.id, {}), None)
    if figures.returned + figures.exchanges >= figures.admitted + figures.exchanges + figures.doubtful:
        raise Refused(say.NOT_ENOUGH_TO_EXCHANGE)
