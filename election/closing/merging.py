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
        UniqueConstraint("municipality", "council", "station_id"),
        CheckConstraint('"by" <> cosigned_by', name="two_people"),
        CheckConstraint("station_id <> into_id", name="two_stations"),
        CheckConstraint("is_merged = (into_id IS NOT NULL)", name="merged_somewhere"),
        CheckConstraint("is_merged = (fewest < least)", name="by_the_rule"),
        CheckConstraint("is_merged = (seal_number <> '')", name="sealed_for_the_way"),
    )

    election_id: Mapped[UUID]
    station_id: Mapped[UUID]
    into_id: Mapped[UUID | None]
    is_merged: Mapped[bool]
    fewest: Mapped[int]
    """Papers that must be in the box, of the ballot type that has fewest: postal votes included."""
    least: Mapped[int]
    """So many there must be for a count of its own, as the regulation said on that day."""
    seal_number: Mapped[str]
    """The seal under which the unopened box goes to the neighbour; empty when it stays."""
    at: Mapped[datetime]
    by: Mapped[UUID]
    cosigned_by: Mapped[UUID]


def merge_decisions(session: Session, election: Election) -> dict[UUID, MergeDecision]:
    """What was decided, by station."""
    rows = session.scalars(
        select(MergeDecision).where(
            MergeDecision.municipality == election.municipality,
            MergeDecision.council == election.council,
            MergeDecision.election_id == election.id,
        )
    )
    return {row.station_id: row for row in rows}
