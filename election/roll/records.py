"""The voter roll: who may vote and stand, and of the others no more than a keyed fingerprint and a reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from election.call.records import Election
from registry.database import Base, OfCouncil, refers_to
from registry.keys import Cell, Keyring


class Roll(Base, OfCouncil):
    """The roll of one election. Once frozen by two people it is corrected person by person only."""

    __tablename__ = "roll"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("extract", "extract_id"),
        UniqueConstraint("municipality", "council", "election_id"),
        CheckConstraint("frozen_by IS NULL OR frozen_by <> approved_by", name="two_people"),
        CheckConstraint("(frozen_at IS NULL) = (approved_by IS NULL)", name="frozen_is_approved"),
    )

    election_id: Mapped[UUID]
    extract_id: Mapped[UUID]
    drawn_up_at: Mapped[datetime]
    frozen_at: Mapped[datetime | None]
    frozen_by: Mapped[UUID | None]
    approved_by: Mapped[UUID | None]
    sha256: Mapped[str | None]
    figures: Mapped[dict[str, Any]]
    """The figures of roll.json, as they were when the roll was drawn up."""
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None


class RollEntry(Base, OfCouncil):
    """One person on the roll. `number` is the roll number that stands on card and list."""

    __tablename__ = "roll_entry"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("station", "station_id"),
        UniqueConstraint("municipality", "council", "election_id", "cpr_index"),
        UniqueConstraint("municipality", "council", "election_id", "number"),
    )

    election_id: Mapped[UUID]
    number: Mapped[int]
    cpr_sealed: Mapped[bytes]
    cpr_index: Mapped[bytes]
    first_names: Mapped[str]
    surname: Mapped[str]
    name_sort_key: Mapped[str]
    name_search_key: Mapped[str]
    born_on: Mapped[date] = mapped_column(index=True)
    address: Mapped[str]
    postal_code: Mapped[str]
    city: Mapped[str]
    is_protected: Mapped[bool]
    may_vote: Mapped[bool]
    may_stand: Mapped[bool]
    cite: Mapped[str]
    group: Mapped[str | None] = mapped_column("seat_group")
    """Only where the regulation reserves seats; otherwise no group is stored."""
    station_id: Mapped[UUID | None]
    """Empty with free choice of station."""
    added_late_at: Mapped[datetime | None]
    struck_at: Mapped[datetime | None]
    struck_kind: Mapped[str | None]

    @property
    def name(self) -> str:
        return f"{self.first_names} {self.surname}".strip()


class RollRefusal(Base, OfCouncil):
    """Somebody of the extract who is not on the roll: a keyed fingerprint and the reason code, no more."""

    __tablename__ = "roll_refusal"
    __table_args__ = (
        refers_to("election", "election_id"),
        UniqueConstraint("municipality", "council", "election_id", "cpr_index"),
    )

    election_id: Mapped[UUID]
    cpr_index: Mapped[bytes]
    reason: Mapped[str]
    cite: Mapped[str]


def roll_of(session: Session, election: Election, *, for_update: bool = False) -> Roll | None:
    query = select(Roll).where(
        Roll.municipality == election.municipality,
        Roll.council == election.council,
        Roll.election_id == election.id,
    )
    return session.scalar(query.with_for_update() if for_update else query)


def entries(session: Session, election: Election) -> Iterator[RollEntry]:
    """Everyone on the roll in the order of roll numbers, struck ones too."""
    yield from session.scalars(
        select(RollEntry)
        .where(
            RollEntry.municipality == election.municipality,
            RollEntry.council == election.council,
            RollEntry.election_id == election.id,
        )
        .order_by(RollEntry.number)
    ).yield_per(1000)


def voters(session: Session, election: Election) -> list[RollEntry]:
    """Those who may vote now: on the roll and not struck."""
    return [entry for entry in entries(session, election) if entry.may_vote and entry.struck_at is None]


def entry_by_index(session: Session, election: Election, cpr_index: bytes) -> RollEntry | None:
    return session.scalar(
        select(RollEntry).where(
            RollEntry.municipality == election.municipality,
            RollEntry.council == election.council,
            RollEntry.election_id == election.id,
            RollEntry.cpr_index == cpr_index,
        )
    )


def refusal_by_index(session: Session, election: Election, cpr_index: bytes) -> RollRefusal | None:
    return session.scalar(
        select(RollRefusal).where(
            RollRefusal.municipality == election.municipality,
            RollRefusal.council == election.council,
            RollRefusal.election_id == election.id,
            RollRefusal.cpr_index == cpr_index,
        )
    )


def highest_number(session: Session, election: Election) -> int:
    return (
        session.scalar(
            select(func.max(RollEntry.number)).where(
                RollEntry.municipality == election.municipality,
                RollEntry.council == election.council,
                RollEntry.election_id == election.id,
            )
        )
        or 0
    )


def cpr_of(keyring: Keyring, entry: RollEntry) -> str:
    return keyring.unseal(entry.cpr_sealed, Cell("roll_entry", "cpr", entry.id))
