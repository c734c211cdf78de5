"""Deciding that the unopened box of a small station goes to a neighbour, and counts with it."""

from __future__ import annotations

from uuid import UUID, uuid4

from election.call.gate import ElectionWork, election_act
from election.call.records import Station, stations
from election.closing import rules as say
from election.closing.acts import shut_station
from election.closing.merging import MergeDecision, merge_decisions
from election.closing.records import paper_counts
from election.closing.standing import must_go, registered_at
from election.packets.acts import keep_packet
from election.packets.rules import Content
from election.polling.doubt import undecided_doubtful
from election.postal.standing import demand_done
from registry.findings import Refused


@election_act("closing.decide_merge", needs_second=True)
def decide_merge(work: ElectionWork, station_id: UUID, into_id: UUID, seal_number: str) -> UUID:
    """Two people seal the unopened box of a station with too few papers for the way to its neighbour.

    Decided from what was handed out, once everything that may still go into the box is settled; the neighbour
    that was named beforehand is the one. Raises Refused R813–R817. (KRVL § 70(4) is the model)
    """
    station = shut_station(work, station_id)
    every = merge_decisions(work.session, work.election)
    if station.id in every or paper_counts(work.session, station):
        raise Refused(say.BOX_IN_USE, station=station.name)
    if waiting := undecided_doubtful(work.session, station):
        raise Refused(say.ENVELOPES_FIRST, station=station.name, number=len(waiting))
    demand_done(work.session, work.election, station)
    fewest = say.fewest_papers(registered_at(work.session, work.election, station))
    least = work.election.regulation.counting.small_count.value
    if not must_go(work.session, work.election, fewest):
        raise Refused(say.ENOUGH_PAPERS, station=station.name, fewest=fewest, least=least)
    into = _neighbour(work, station, into_id, every)
    packet = keep_packet(work, station, Content.BOX, None, seal_number, into.name)
    row = MergeDecision(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=uuid4(),
        election_id=work.election.id,
        station_id=station.id,
        into_id=into.id,
        packet_id=packet.id,
        fewest=fewest,
        least=least,
        at=work.act.at,
        by=work.act.actor,
        cosigned_by=work.act.second_actor,
    )
    work.session.add(row)
    work.note(station=station.code, into=into.code, seal_number=packet.seal_number)
    return row.id


def _neighbour(work: ElectionWork, station: Station, into_id: UUID, gone: dict[UUID, MergeDecision]) -> Station:
    every = {one.id: one for one in stations(work.session, work.election)}
    named = every.get(station.counted_with_id) if station.counted_with_id else None
    if named is not None and named.id not in gone and into_id != named.id:
        raise Refused(say.NAMED_NEIGHBOUR, station=station.name, neighbour=named.name)
    into = every.get(into_id)
    if into is None or into.id == station.id or into.id in gone or into_id in _received(station, gone):
        raise Refused(say.NOT_INTO_THERE, station=station.name, neighbour=into.name if into else "–")
    return into


def _received(station: Station, gone: dict[UUID, MergeDecision]) -> set[UUID]:
    """Stations whose boxes came here: theirs cannot be the place where this one goes."""
    return {one.station_id for one in gone.values() if one.into_id == station.id}
