"""Voters in doubt: who voted into an envelope, and what two people decided about each envelope afterwards."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from registry.database import Base, OfCouncil, refers_to


class DoubtfulDecision(Base, OfCouncil):
    """One envelope: accepted (the inner envelope goes unopened into the box) or set aside, with the reason."""

    __tablename__ = "doubtful_decision"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("polling_event", "event_id"),
        UniqueConstraint("municipality", "council", "event_id"),
        CheckConstraint('"by" <> cosigned_by', name="two_people"),
        CheckConstraint("reason <> ''", name="has_a_reason"),
    )

    election_id: Mapped[UUID]
    event_id: Mapped[UUID]
    is_accepted: Mapped[bool]
    reason: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]
    cosigned_by: Mapped[UUID]
