"""The voter roll: who may vote and stand, and of the others no more than a keyed fingerprint and a reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, func, select
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
    polling_district: Mapped[str]
    """As the register has it; empty where the municipality has one station."""
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


class RollCorrection(Base, OfCouncil):
    """One correction of the frozen roll. Rows are only added (a trigger refuses change and deletion)."""

    __tablename__ = "roll_correction"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("roll_entry", "entry_id"),
        refers_to("roll_objection", "objection_id"),
        CheckConstraint('"by" <> cosigned_by', name="two_people"),
        CheckConstraint("reason <> ''", name="has_a_reason"),
        CheckConstraint("effect IN ('added', 'struck', 'restored')", name="effect"),
        Index("ix_roll_correction_entry", "municipality", "council", "entry_id"),
    )

    election_id: Mapped[UUID]
    entry_id: Mapped[UUID]
    objection_id: Mapped[UUID | None]
    """The objection that was upheld, where one led to this."""
    kind: Mapped[str]
    effect: Mapped[str]
    reason: Mapped[str]
    is_after_paper: Mapped[bool]
    """The voter had already had a paper, or the postal vote was accepted: that stands."""
    is_another_person: Mapped[bool]
    """Somebody alike stood on the roll, and two people have said that it is somebody else."""
    at: Mapped[datetime]
    by: Mapped[UUID]
    cosigned_by: Mapped[UUID]


class RollDeclaration(Base, OfCouncil):
    """That somebody gave the declaration of the regulation, and no word of what lies behind it."""

    __tablename__ = "roll_declaration"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("roll_entry", "entry_id"),
        UniqueConstraint("municipality", "council", "entry_id"),
        CheckConstraint("given_how IN ('paper', 'in_person')", name="given_how"),
    )

    election_id: Mapped[UUID]
    entry_id: Mapped[UUID]
    text_version: Mapped[str]
    given_on: Mapped[date]
    given_how: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]
    """The official who received it."""
    cosigned_by: Mapped[UUID]


class RollObjection(Base, OfCouncil):
    """An objection to the roll as the office received it; a late one is kept and marked."""

    __tablename__ = "roll_objection"
    __table_args__ = (
        refers_to("election", "election_id"),
        UniqueConstraint("municipality", "council", "election_id", "number"),
        CheckConstraint("came_in_how IN ('letter', 'email', 'in_person', 'telephone')", name="came_in_how"),
        CheckConstraint("asks IN ('add', 'strike', 'change')", name="asks"),
    )

    election_id: Mapped[UUID]
    number: Mapped[int]
    came_in_at: Mapped[datetime]
    came_in_how: Mapped[str]
    is_after_deadline: Mapped[bool]
    sender: Mapped[str]
    cpr_index: Mapped[bytes | None]
    """Of the person it is about, where a CPR number was given."""
    asks: Mapped[str]
    wording: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]


class RollObjectionDecision(Base, OfCouncil):
    """What two people decided about one objection; there is one decision."""

    __tablename__ = "roll_objection_decision"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("roll_objection", "objection_id"),
        UniqueConstraint("municipality", "council", "objection_id"),
        CheckConstraint('"by" <> cosigned_by', name="two_people"),
        CheckConstraint("ruling IN ('upheld', 'rejected')", name="ruling"),
    )

    election_id: Mapped[UUID]
    objection_id: Mapped[UUID]
    ruling: Mapped[str]
    reason: Mapped[str]
    cite: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]
    cosigned_by: Mapped[UUID]


class RollCopy(Base, OfCouncil):
    """A numbered paper copy of the roll and what became of it. It holds no voter."""

    __tablename__ = "roll_copy"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("station", "station_id"),
        UniqueConstraint("municipality", "council", "election_id", "number"),
        CheckConstraint("ended_how IN ('returned', 'destroyed', 'lost')", name="ended_how"),
        CheckConstraint(
            "(ended_at IS NULL) = (ended_how IS NULL) AND (ended_at IS NULL) = (ended_by IS NULL)", name="end"
        ),
    )

    election_id: Mapped[UUID]
    station_id: Mapped[UUID | None]
    """Empty: the whole roll, all stations."""
    number: Mapped[int]
    purpose: Mapped[str]
    sha256: Mapped[str]
    """Of what stands on the list, line by line."""
    listed: Mapped[int]
    """How many voters stand on it."""
    at: Mapped[datetime]
    by: Mapped[UUID]
    ended_at: Mapped[datetime | None]
    ended_how: Mapped[str | None]
    ended_note: Mapped[str | None]
    ended_by: Mapped[UUID | None]


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


def reasons_are_gone(session: Session, election: Election) -> bool:
    """Some were refused, and it is no longer known of anybody why: the reasons go before the roll does."""
    roll = roll_of(session, election)
    if roll is None or not roll.figures["refused"]:
        return False
    query = select(RollRefusal.id).where(
        RollRefusal.municipality == election.municipality,
        RollRefusal.council == election.council,
        RollRefusal.election_id == election.id,
    )
    return session.scalar(query.limit(1)) is None


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
