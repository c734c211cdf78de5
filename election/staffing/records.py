"""Duties at the stations: who, where, as what, from when to when. A duty that ends keeps its row."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from registry.database import Base, OfCouncil, refers_to


class Duty(Base, OfCouncil):
    """One official at one station for some hours. `desk` is empty for whoever is at no desk of their own."""

    __tablename__ = "duty"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("station", "station_id"),
        CheckConstraint("from_at < until_at", name="hours"),
        CheckConstraint("role IN ('station_leader', 'polling_official')", name="role"),
        Index("ix_duty_station", "municipality", "council", "station_id"),
    )

    election_id: Mapped[UUID]
    station_id: Mapped[UUID]
    official_id: Mapped[UUID]
    role: Mapped[str]
    desk: Mapped[str]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    at: Mapped[datetime]
    by: Mapped[UUID]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]
