"""Packets of a station as the pages show them, and what keeps its papers from being counted."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from election.call.records import Election, Station, stations
from election.packets.records import Packet, PacketArrival, arrivals, packets
from election.packets.rules import CONTENTS, OF_EVERY_STATION, Content, is_as_sent
from registry.accounts.records import names
from registry.findings import Term


@dataclass(frozen=True, slots=True)
class Line:
    """One packet on the list, with the two who sealed it and what was found where it came to."""

    packet: Packet
    content: Term
    sealed_by: tuple[str, str]
    arrival: PacketArrival | None
    received_by: tuple[str, str] | None

    @property
    def is_as_sent(self) -> bool | None:
        """None while it has not arrived."""
        if self.arrival is None:
            return None
        return is_as_sent(self.packet.seal_number, self.arrival.seal_found, self.arrival.is_intact)


@dataclass(frozen=True, slots=True)
class PackingList:
    station: Station
    lines: tuple[Line, ...]

    @property
    def missing(self) -> tuple[Content, ...]:
        """Packets of the law that nobody has sealed yet. (KRVL § 88(1) borrowed)"""
        sealed = {line.packet.content for line in self.lines}
        return tuple(one for one in OF_EVERY_STATION if one not in sealed)

    @property
    def on_the_way(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.arrival is None)


def packing_lists(session: Session, election: Election) -> list[PackingList]:
    """Every station with its packets, in the order in which they were sealed."""
    every, came = packets(session, election), arrivals(session, election)
    signed: list[Packet | PacketArrival] = [*every, *came.values()]
    people = names(session, election.municipality, {who for one in signed for who in (one.by, one.cosigned_by)})

    def two(row: Packet | PacketArrival) -> tuple[str, str]:
        return people.get(row.by, ""), people.get(row.cosigned_by, "")

    def line(packet: Packet) -> Line:
        arrival = came.get(packet.id)
        content = CONTENTS[Content(packet.content)]
        return Line(packet, content, two(packet), arrival, two(arrival) if arrival else None)

    return [
        PackingList(station, tuple(line(one) for one in every if one.station_id == station.id))
        for station in stations(session, election)
    ]
