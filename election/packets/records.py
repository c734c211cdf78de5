"""Sealed packets and their arrival. Rows are only ever added: a packet that is sealed anew is a new packet."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session

from election.call.records import Election, Station
from registry.database import Base, OfCouncil, refers_to


class Packet(Base, OfCouncil):
    """One sealed packet of a station, by two people. (KRVL § 88(1) borrowed)"""

    __tablename__ = "packet"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("station", "station_id"),
        UniqueConstraint("municipality", "council", "election_id", "seal_number"),
        Index("ix_packet_station", "municipality", "council", "station_id"),
        CheckConstraint(
            "content IN ('poll_cards', 'unissued', 'returned', 'exchanged', 'set_aside', 'valid', "
            "'postal', 'box')",
            name="content",
        ),
        CheckConstraint("sheets IS NULL OR sheets >= 0", name="not_negative"),
        CheckConstraint("seal_number <> ''", name="sealed"),
        CheckConstraint('"by" <> cosigned_by', name="two_people"),
    )

    election_id: Mapped[UUID]
    station_id: Mapped[UUID]
    content: Mapped[str]
    sheets: Mapped[int | None]
    """How many sheets are in it as counted; None where nobody counts, as in a box that goes on unopened."""
    seal_number: Mapped[str]
    goes_to: Mapped[str]
    """Where it is taken, in words."""
    at: Mapped[datetime]
    by: Mapped[UUID]
    cosigned_by: Mapped[UUID]


class PacketArrival(Base, OfCouncil):
    """What two people found when they looked at a packet where it came to."""

    __tablename__ = "packet_arrival"
    __table_args__ = (
        refers_to("packet", "packet_id"),
        UniqueConstraint("municipality", "council", "packet_id"),
        CheckConstraint('"by" <> cosigned_by', name="two_people"),
        CheckConstraint("is_intact OR remark <> ''", name="broken_is_explained"),
    )

    packet_id: Mapped[UUID]
    seal_found: Mapped[str]
    """The number they read on the seal; empty when the packet did not arrive."""
    is_intact: Mapped[bool]
    remark: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]
    cosigned_by: Mapped[UUID]


def packets(session: Session, election: Election, station: Station | None = None) -> list[Packet]:
    """Packets of the election or of one station, in the order in which they were sealed."""
    query = (
        select(Packet)
        .where(
            Packet.municipality == election.municipality,
            Packet.council == election.council,
            Packet.election_id == election.id,
        )
        .order_by(Packet.at, Packet.id)
    )
    return list(session.scalars(query if station is None else query.where(Packet.station_id == station.id)))


def arrivals(session: Session, election: Election) -> dict[UUID, PacketArrival]:
    """What was found on arrival, by packet."""
    rows = session.scalars(
        select(PacketArrival)
        .join(
            Packet,
            (Packet.municipality == PacketArrival.municipality)
            & (Packet.council == PacketArrival.council)
            & (Packet.id == PacketArrival.packet_id),
        )
        .where(
            Packet.municipality == election.municipality,
            Packet.council == election.council,
            Packet.election_id == election.id,
        )
    )
    return {row.packet_id: row for row in rows}
