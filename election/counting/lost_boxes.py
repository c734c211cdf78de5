"""Papers that are gone before they were counted, and what the election board decided then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session

from election.call.records import Election
from registry.database import Base, OfCouncil, refers_to

WITHOUT, HOLDS, AGAIN, FOUND = "counted_without", "preliminary_holds", "poll_again", "found"
"""What may be decided: the station counts as nothing, its first count stands, a new poll, or they were found."""


class LostBox(Base, OfCouncil):
    """The papers of a station cannot be counted. A later decision is a new number; the latest holds.

    As in Vordingborg in 2021, where the papers of one polling place were gone before they were counted.
    """

    __tablename__ = "lost_box"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("station", "station_id"),
        UniqueConstraint("municipality", "council", "station_id", "number"),
        CheckConstraint(
            "decision IN ('counted_without', 'preliminary_holds', 'poll_again', 'found')", name="decision"
        ),
        CheckConstraint('"by" <> cosigned_by', name="two_people"),
    )

    election_id: Mapped[UUID]
    station_id: Mapped[UUID]
    number: Mapped[int]
    papers: Mapped[int]
    """How many papers must have been in the box, by the ledger when it was decided."""
    circumstances: Mapped[str]
    decision: Mapped[str]
    grounds: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]
    cosigned_by: Mapped[UUID]


def lost_boxes(session: Session, election: Election, until: datetime | None = None) -> dict[UUID, LostBox]:
    """The decision that holds, by station, or that held at `until`; also where the papers were found again."""
    rows = session.scalars(
        select(LostBox)
        .where(
            LostBox.municipality == election.municipality,
            LostBox.council == election.council,
            LostBox.election_id == election.id,
        )
        .order_by(LostBox.number)
    )
    return {row.station_id: row for row in rows if until is None or row.at <= until}


def left_out(decisions: Mapping[UUID, LostBox]) -> dict[UUID, str]:
    """Whose papers are not counted, and how: as nothing, or with a new poll to come."""
    return {key: row.decision for key, row in decisions.items() if row.decision in (WITHOUT, AGAIN)}
