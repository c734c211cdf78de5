"""The register of postal votes. No row holds what is in an envelope; nobody opens one before the box is."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from registry.database import Base, OfCouncil, refers_to


class PostalVote(Base, OfCouncil):
    """One outer envelope that came in. `number` is written on it; `entry_id` is empty for somebody not on the roll."""

    __tablename__ = "postal_vote"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("station", "station_id"),
        refers_to("roll_entry", "entry_id"),
        UniqueConstraint("municipality", "council", "election_id", "number"),
    )

    election_id: Mapped[UUID]
    station_id: Mapped[UUID]
    entry_id: Mapped[UUID | None]
    number: Mapped[int]
    cast_on: Mapped[date | None]
    """The day on the covering letter: the last one cast counts. Empty where it cannot be seen."""
    came_at: Mapped[datetime]
    came_to: Mapped[str]
    is_too_late: Mapped[bool]
    """It came after the time of the regulation: stamped and never reviewed."""
    by: Mapped[UUID]


class PostalReview(Base, OfCouncil):
    """What two people decided about one envelope; a second thought is a new row with the next number."""

    __tablename__ = "postal_review"
    __table_args__ = (
        refers_to("postal_vote", "postal_id"),
        UniqueConstraint("municipality", "council", "postal_id", "number"),
        CheckConstraint('"by" <> cosigned_by', name="two_people"),
    )

    election_id: Mapped[UUID]
    postal_id: Mapped[UUID]
    number: Mapped[int]
    is_accepted: Mapped[bool]
    ground: Mapped[str]
    """A code of `postal.rules.Ground`; empty when accepted."""
    remark: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]
    cosigned_by: Mapped[UUID]


class PostalMove(Base, OfCouncil):
    """Accepted envelopes of one station that are laid in another's box, because there were too few of them."""

    __tablename__ = "postal_move"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("station", "station_id"),
        refers_to("station", "into_id"),
        CheckConstraint("papers > 0", name="papers"),
        CheckConstraint("station_id <> into_id", name="two_stations"),
        CheckConstraint('"by" <> cosigned_by', name="two_people"),
    )

    election_id: Mapped[UUID]
    station_id: Mapped[UUID]
    into_id: Mapped[UUID]
    papers: Mapped[int]
    reason: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]
    cosigned_by: Mapped[UUID]
