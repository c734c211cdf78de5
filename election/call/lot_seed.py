"""A seed for public lots: its fingerprint is published before the polls close, the seed itself afterwards."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session

from election.call.records import Election
from registry.database import Base, OfCouncil, refers_to


class LotSeed(Base, OfCouncil):
    """Made by two people before the polls close. Until it is shown, the seed is here under the key only."""

    __tablename__ = "lot_seed"
    __table_args__ = (
        refers_to("election", "election_id"),
        UniqueConstraint("municipality", "council", "election_id"),
        CheckConstraint('"by" <> cosigned_by', name="two_people"),
        CheckConstraint("(shown_at IS NULL) = (seed IS NULL)", name="shown_with_its_seed"),
    )

    election_id: Mapped[UUID]
    commitment: Mapped[str]
    """SHA-256 of the seed's text, in hex: published at once."""
    sealed_seed: Mapped[bytes]
    at: Mapped[datetime]
    by: Mapped[UUID]
    cosigned_by: Mapped[UUID]
    shown_at: Mapped[datetime | None]
    shown_by: Mapped[UUID | None]
    seed: Mapped[str | None]


def lot_seed(session: Session, election: Election) -> LotSeed | None:
    return session.scalar(
        select(LotSeed).where(
            LotSeed.municipality == election.municipality,
            LotSeed.council == election.council,
            LotSeed.election_id == election.id,
        )
    )
