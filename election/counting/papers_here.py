"""Whether the papers of a station lie where they are counted: boxes that were to come, packets under seal."""

from __future__ import annotations

from election.call.gate import ElectionWork
from election.call.records import Station, stations
from election.closing.merging import merge_decisions
from election.closing.obstacles import obstacles_at
from election.closing.records import paper_counts
from election.closing.rules import fewest_papers
from election.closing.standing import counted_elsewhere, must_go, registered_at
from election.counting.rules import CountKind
from election.packets.records import arrivals, packets
from election.packets.rules import BOXES_ON_THE_WAY, NOT_ARRIVED, Content
from election.polling.records import closing
from registry.findings import Refused, finding_kind

COUNTED_ELSEWHERE = finding_kind(
    "R369",
    "Stemmesedlerne fra {station} tælles sammen med dem fra {other}. Intet er gemt. Åbn ikke kassen; "
    "indtast tallene på {other}.",
)
TOO_FEW_ALONE = finding_kind(
    "R370",
    "{station} har så få stemmesedler, at de ikke må tælles for sig. Intet er gemt. Åbn ikke kassen; afgør på "
    "siden om lukning, hvor den skal hen.",
)


def demand_counted_here(work: ElectionWork, station: Station) -> None:
    """Papers that are mixed with another station's are never counted at their own: so few show how people voted.

    A box that was opened already, or to which another's papers come, is counted where it is; and where every
    station was closed on paper, nothing is known here of boxes. Raises Refused R369 and R370.
    (KRVL § 70(4) is the model; Regulation: counting.small_count)
    """
    session, election = work.session, work.election
    into = counted_elsewhere(session, election)
    if station.id in into:
        other = next(one for one in stations(session, election) if one.id == into[station.id])
        raise Refused(COUNTED_ELSEWHERE, station=station.name, other=other.name)
    if station.id in into.values() or paper_counts(session, station):
        return
    if closing(session, station) is None or obstacles_at(session, election, station):
        return  # nobody could decide any more where its box goes
    must = must_go(session, election, fewest_papers(registered_at(session, election, station)))
    if must and any(paper_counts(session, one) for one in stations(session, election)):
        raise Refused(TOO_FEW_ALONE, station=station.name)


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
