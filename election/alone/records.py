"""What the centre keeps of stations that work alone: their packages, and what was taken over from them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from registry.database import Base, OfCouncil, refers_to


class StationPackage(Base, OfCouncil):
    """The list that one laptop of one station works on. A second laptop gets a package of its own."""

    __tablename__ = "station_package"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("station", "station_id"),
        UniqueConstraint("municipality", "council", "election_id", "number"),
        CheckConstraint('"by" <> cosigned_by', name="two_people"),
    )

    election_id: Mapped[UUID]
    station_id: Mapped[UUID]
    number: Mapped[int]
    laptop: Mapped[str]
    """What is written on the machine, so that people know which one is meant."""
    sha256: Mapped[str]
    """The fingerprint that is compared by eye."""
    token_sha256: Mapped[bytes]
    """With its token the laptop may hand over and fetch news; the token itself lies in the package alone."""
    voters: Mapped[int]
    made_at: Mapped[datetime]
    by: Mapped[UUID]
    cosigned_by: Mapped[UUID]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]
    end_reason: Mapped[str | None]


class TakenOver(Base, OfCouncil):
    """One act of a laptop that has reached the centre, in the laptop's own order. Never twice."""

    __tablename__ = "taken_over"
    __table_args__ = (
        refers_to("station_package", "package_id"),
        UniqueConstraint("municipality", "council", "package_id", "seq"),
        CheckConstraint("outcome IN ('done', 'conflict', 'known')", name="outcome"),
        CheckConstraint("carried_by IN ('line', 'stick')", name="carried_by"),
    )

    election_id: Mapped[UUID]
    package_id: Mapped[UUID]
    seq: Mapped[int]
    request_id: Mapped[UUID]
    act: Mapped[str]
    outcome: Mapped[str]
    carried_by: Mapped[str]
    line_sha256: Mapped[str]
    """Of the journal's line as the laptop wrote it; each line holds the one before, so none can be left out."""
    at: Mapped[datetime]
