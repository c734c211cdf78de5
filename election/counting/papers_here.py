"""Whether the papers of a station lie where they are counted: boxes that were to come, packets under seal."""

from __future__ import annotations

from election.call.gate import ElectionWork
from election.call.records import Station
from election.closing.merging import merge_decisions
from election.closing.standing import counted_elsewhere
from election.counting.rules import CountKind
from election.packets.records import arrivals, packets
from election.packets.rules import BOXES_ON_THE_WAY, NOT_ARRIVED, Content
from registry.findings import Refused


def demand_papers_here(work: ElectionWork, station: Station, kind: CountKind) -> None:
    """No paper is read before those it must be mixed with have come, nor in the final count before the seals
    were looked at. Where nothing was sealed, nothing is waited for.

    Raises Refused R825 and R826. (KRVL §§ 70(4), 77, 88 borrowed)
    """
    session, election = work.session, work.election
    came, sealed = arrivals(session, election), {one.id: one for one in packets(session, election)}
    into = counted_elsewhere(session, election)
    boxes = [
        sealed[one.packet_id].seal_number
        for one in merge_decisions(session, election).values()
        if into.get(one.station_id) == station.id and one.packet_id not in came
    ]
    if boxes:
        raise Refused(BOXES_ON_THE_WAY, station=station.name, boxes=", ".join(boxes))
    if kind is not CountKind.FINAL:
        return
    unseen = [
        one.seal_number
        for one in sealed.values()
        if one.station_id == station.id and one.content != Content.BOX and one.id not in came
    ]
    if unseen:
        raise Refused(NOT_ARRIVED, station=station.name, seals=", ".join(unseen))
