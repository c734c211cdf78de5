"""Movements of blank ballot papers. Rows are only ever added."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from election.call.records import Election
from registry.database import Base, OfCouncil, refers_to


class Delivery(Base, OfCouncil):
    """Blank papers delivered to a station; a correction is a new row with the sign reversed and a reason."""

    __tablename__ = "delivery"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("station", "station_id"),
        CheckConstraint("papers <> 0", name="papers"),
    )

    election_id: Mapped[UUID] = mapped_column(index=True)
    station_id: Mapped[UUID]
    papers: Mapped[int]
    batch: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]


def delivered(session: Session, election: Election) -> dict[UUID, int]:
    """Papers delivered, by station."""
    rows = session.execute(
        select(Delivery.station_id, func.sum(Delivery.papers))
        .where(
            Delivery.municipality == election.municipality,
            Delivery.council == election.council,
            Delivery.election_id == election.id,
        )
        .group_by(Delivery.station_id)
    )
    return {row[0]: int(row[1]) for row in rows}


def deliveries(session: Session, election: Election) -> list[Delivery]:
    """Every movement in the order in which it was recorded."""
    return list(
        session.scalars(
            select(Delivery)
            .where(
                Delivery.municipality == election.municipality,
                Delivery.council == election.council,
                Delivery.election_id == election.id,
            )
            .order_by(Delivery.at, Delivery.batch, Delivery.id)
        )
    )
