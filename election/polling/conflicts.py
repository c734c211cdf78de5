"""Conflicts: what two places did to the same voter without knowing of each other. Each is settled before closing.

Nothing is decided silently: the paper was handed out and is counted as handed out; who looks later sees both.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, exists, select
from sqlalchemy.orm import Mapped, Session

from election.call.records import Election
from registry.database import Base, OfCouncil, refers_to


class ConflictKind(StrEnum):
    DOUBLE = "double"
    """The voter has had a paper at two places, or a paper and an accepted postal vote."""
    REPLACED_CARD = "replaced_card"
    """Admitted on a card that had been replaced elsewhere."""
    MOVED = "moved"
    """Admitted at a station to which the voter did not belong any more."""
    STRUCK = "struck"
    """Admitted although the voter had been taken off the roll."""
    UNKNOWN = "unknown"
    """A line on paper, or an act from a laptop, that fits nobody and nothing on the list."""


class PollingConflict(Base, OfCouncil):
    """One conflict at the station where the paper was handed out."""

    __tablename__ = "polling_conflict"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("station", "station_id"),
        refers_to("roll_entry", "entry_id"),
        CheckConstraint("kind IN ('double', 'replaced_card', 'moved', 'struck', 'unknown')", name="kind"),
    )

    election_id: Mapped[UUID]
    station_id: Mapped[UUID]
    entry_id: Mapped[UUID | None]
    kind: Mapped[str]
    here: Mapped[str]
    """What happened here, in words: when and at which desk."""
    elsewhere: Mapped[str]
    """What had happened elsewhere, in words; empty where nothing had."""
    at: Mapped[datetime]


class ConflictSettlement(Base, OfCouncil):
    """What the leader found out and decided about a conflict. The figures stay as they are."""

    __tablename__ = "conflict_settlement"
    __table_args__ = (
        refers_to("polling_conflict", "conflict_id"),
        UniqueConstraint("municipality", "council", "conflict_id"),
        CheckConstraint("account <> ''", name="has_an_account"),
        CheckConstraint('"by" <> cosigned_by', name="two_people"),
    )

    election_id: Mapped[UUID]
    conflict_id: Mapped[UUID]
    account: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]
    cosigned_by: Mapped[UUID]


def conflicts(
    session: Session, election: Election, station_id: UUID | None = None, *, only_open: bool = False
) -> Sequence[PollingConflict]:
    """Conflicts of the election or of one station, oldest first."""
    settled = exists().where(
        ConflictSettlement.municipality == PollingConflict.municipality,
        ConflictSettlement.council == PollingConflict.council,
        ConflictSettlement.conflict_id == PollingConflict.id,
    )
    query = (
        select(PollingConflict)
        .where(
            PollingConflict.municipality == election.municipality,
            PollingConflict.council == election.council,
            PollingConflict.election_id == election.id,
        )
        .order_by(PollingConflict.at, PollingConflict.id)
    )
    if station_id is not None:
        query = query.where(PollingConflict.station_id == station_id)
    if only_open:
        query = query.where(~settled)
    return session.scalars(query).all()


def settlements(session: Session, election: Election) -> dict[UUID, ConflictSettlement]:
    """How conflicts of the election were settled, by conflict."""
    rows = session.scalars(
        select(ConflictSettlement).where(
            ConflictSettlement.municipality == election.municipality,
            ConflictSettlement.council == election.council,
            ConflictSettlement.election_id == election.id,
        )
    )
    return {row.conflict_id: row for row in rows}
