"""Whether the papers of a small station are counted with a neighbour's: decided before its box is opened."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session

from election.call.records import Election
from registry.database import Base, OfCouncil, refers_to


class MergeDecision(Base, OfCouncil):
    """Two people decided from what was handed out, with the box still sealed. (KRVL § 70(4) is the model)"""

    __tablename__ = "merge_decision"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("station", "station_id"),
        refers_to("station", "into_id"),
        refers_to("packet", "packet_id"),
        UniqueConstraint("municipality", "council", "station_id"),
        CheckConstraint('"by" <> cosigned_by', name="two_people"),
        CheckConstraint("station_id <> into_id", name="two_stations"),
        CheckConstraint("fewest < least", name="by_the_rule"),
    )

    election_id: Mapped[UUID]
    station_id: Mapped[UUID]
    into_id: Mapped[UUID]
    packet_id: Mapped[UUID]
    """The box, under its seal for the way."""
    fewest: Mapped[int]
    """Papers that must be in the box, of the ballot type that has fewest: postal votes included."""
    least: Mapped[int]
    """So many there must be for a count of its own, as the regulation said on that day."""
    at: Mapped[datetime]
    by: Mapped[UUID]
    cosigned_by: Mapped[UUID]


def merge_decisions(session: Session, election: Election) -> dict[UUID, MergeDecision]:
    """The boxes that go to a neighbour, by station."""
    rows = session.scalars(
        select(MergeDecision).where(
            MergeDecision.municipality == election.municipality,
            MergeDecision.council == election.council,
            MergeDecision.election_id == election.id,
        )
    )
    return {row.station_id: row for row in rows}
