"""Sealing a packet, and looking at it where it arrives: each by two people."""

from __future__ import annotations

from uuid import UUID, uuid4

from election.ballots.acts import station_of
from election.call.gate import ElectionWork, election_act
from election.call.records import Station
from election.packets import rules as say
from election.packets.records import Packet, PacketArrival, arrivals, packets
from election.packets.rules import MOST_SHEETS, Content, is_as_sent
from election.staffing.acts import demand_duty
from registry.findings import Refused


@election_act("packets.seal", needs_second=True)
def seal(
    work: ElectionWork, station_id: UUID, content: Content, sheets: int | None, seal_number: str, goes_to: str
) -> UUID:
    """Two people seal a packet and write its number on the packing list. Raises Refused R820, R821, R827.

    A packet that is opened and sealed again is a new packet. (KRVL § 88 borrowed)
    """
    station = station_of(work, station_id)
    work.writer = f"station/{station.code}"
    demand_duty(work, station)
    return keep_packet(work, station, content, sheets, seal_number, goes_to).id


def keep_packet(
    work: ElectionWork, station: Station, content: Content, sheets: int | None, seal_number: str, goes_to: str
) -> Packet:
    """Write a packet down inside the act of the caller. Raises Refused R820, R821, R827."""
    number = " ".join(seal_number.split())
    if not number:
        raise Refused(say.NO_SEAL)
    if sheets is not None and not 0 <= sheets <= MOST_SHEETS:
        raise Refused(say.UNKNOWN_NUMBER, most=MOST_SHEETS)
    if any(is_as_sent(one.seal_number, number, True) for one in packets(work.session, work.election)):
        raise Refused(say.SEAL_IN_USE, seal=number)
    row = Packet(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=uuid4(),
        election_id=work.election.id,
        station_id=station.id,
        content=content.value,
        sheets=sheets,
        seal_number=number,
        goes_to=goes_to.strip(),
        at=work.act.at,
        by=work.act.actor,
        cosigned_by=work.act.second_actor,
    )
    work.session.add(row)
    work.session.flush()
    work.note(station=station.code, packet=content.value, seal_number=number)
    return row


@election_act("packets.receive", needs_second=True)
def receive(work: ElectionWork, packet_id: UUID, seal_found: str, is_intact: bool, remark: str) -> UUID:
    """Two people compare a packet with the packing list where it arrives; what is not as it was sent is said.

    Raises Refused R822–R824. (KRVL §§ 77, 88 borrowed)
    """
    packet = next((one for one in packets(work.session, work.election) if one.id == packet_id), None)
    if packet is None:
        raise Refused(say.NO_SUCH_PACKET, status=404)
    if packet.id in arrivals(work.session, work.election):
        raise Refused(say.ARRIVED_ALREADY, seal=packet.seal_number)
    if not is_as_sent(packet.seal_number, seal_found, is_intact) and not remark.strip():
        raise Refused(say.SAY_WHAT_IS_WRONG, sent=packet.seal_number, found=seal_found.strip())
    row = PacketArrival(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=uuid4(),
        packet_id=packet.id,
        seal_found=seal_found.strip(),
        is_intact=is_intact,
        remark=remark.strip(),
        at=work.act.at,
        by=work.act.actor,
        cosigned_by=work.act.second_actor,
    )
    work.session.add(row)
    work.note(packet=str(packet.id), seal_found=row.seal_found, is_intact=is_intact)
    return row.id
