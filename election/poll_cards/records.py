"""Poll cards. The database keeps a hash of each card's text; the text itself is made anew from the keys."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from election.call.records import Election, Station
from election.poll_cards.rules import compose, token_digest
from election.roll.records import RollEntry
from registry.database import Base, OfCouncil, refers_to
from registry.keys import Keyring

ANY_STATION = "000"
"""The station on a card where the voter may choose any station."""


class CardState(StrEnum):
    ISSUED = "issued"
    REPLACED = "replaced"


class PollCard(Base, OfCouncil):
    """One card. A voter has at most one that is not replaced (a partial unique index refuses more)."""

    __tablename__ = "poll_card"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("roll_entry", "entry_id"),
        UniqueConstraint("municipality", "council", "text_sha256"),
        Index(
            "ix_poll_card_one_valid",
            "municipality",
            "council",
            "entry_id",
            unique=True,
            sqlite_where=text("state = 'issued'"),
            postgresql_where=text("state = 'issued'"),
        ),
    )

    election_id: Mapped[UUID] = mapped_column(index=True)
    entry_id: Mapped[UUID]
    text_sha256: Mapped[bytes]
    state: Mapped[str]
    is_replacement: Mapped[bool]
    issued_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]


class CardBatch(Base, OfCouncil):
    """Cards that go to the printer together, in the printer's order. Protected people have their own batch."""

    __tablename__ = "card_batch"
    __table_args__ = (
        refers_to("election", "election_id"),
        UniqueConstraint("municipality", "council", "election_id", "number"),
        CheckConstraint("kind IN ('ordinary', 'protected')", name="kind"),
    )

    election_id: Mapped[UUID]
    number: Mapped[int]
    kind: Mapped[str]
    cards: Mapped[int]
    parts: Mapped[int]
    made_at: Mapped[datetime]
    by: Mapped[UUID]


class CardPrint(Base, OfCouncil):
    """That a card belongs to a part of a batch: `number` is the part, counted from 1."""

    __tablename__ = "card_print"
    __table_args__ = (
        refers_to("card_batch", "batch_id"),
        refers_to("poll_card", "card_id"),
        UniqueConstraint("municipality", "council", "batch_id", "card_id"),
        Index("ix_card_print_part", "municipality", "council", "batch_id", "number"),
    )

    election_id: Mapped[UUID]
    batch_id: Mapped[UUID]
    card_id: Mapped[UUID]
    number: Mapped[int]


class CardPart(Base, OfCouncil):
    """One finished document of a batch: set, read back code by code by another program, and kept sealed."""

    __tablename__ = "card_part"
    __table_args__ = (
        refers_to("card_batch", "batch_id"),
        UniqueConstraint("municipality", "council", "batch_id", "number"),
        CheckConstraint("cards = decoded", name="every_code_read"),
    )

    batch_id: Mapped[UUID]
    number: Mapped[int]
    cards: Mapped[int]
    decoded: Mapped[int]
    sha256: Mapped[str]
    made_at: Mapped[datetime]


class CardDispatch(Base, OfCouncil):
    """An encrypted package for whoever sends or prints: made by two people, deleted after receipt."""

    __tablename__ = "card_dispatch"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("card_batch", "batch_id"),
        UniqueConstraint("municipality", "council", "election_id", "number"),
        CheckConstraint('"by" <> cosigned_by', name="two_people"),
        CheckConstraint("channel IN ('digital_post', 'remote_print')", name="channel"),
    )

    election_id: Mapped[UUID]
    batch_id: Mapped[UUID]
    number: Mapped[int]
    channel: Mapped[str]
    receiver: Mapped[str]
    """The name and fingerprint of the certificate that the package is encrypted to."""
    cards: Mapped[int]
    sha256: Mapped[str]
    made_at: Mapped[datetime]
    by: Mapped[UUID]
    cosigned_by: Mapped[UUID]
    received_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]


class CardOutcome(Base, OfCouncil):
    """What became of one card of a dispatch, as the receiver reported it. What has failed goes by paper."""

    __tablename__ = "card_outcome"
    __table_args__ = (
        refers_to("card_dispatch", "dispatch_id"),
        refers_to("poll_card", "card_id"),
        UniqueConstraint("municipality", "council", "dispatch_id", "card_id"),
        CheckConstraint("status IN ('sent', 'failed')", name="status"),
    )

    election_id: Mapped[UUID]
    dispatch_id: Mapped[UUID]
    card_id: Mapped[UUID]
    status: Mapped[str]
    at: Mapped[datetime]


def card_text(keyring: Keyring, election_code: str, station_code: str, card_id: UUID) -> str:
    """What stands on a card: derived from the municipality's key and the card's row, never stored."""
    return compose(
        election_code=election_code, station_code=station_code, token=keyring.token("poll_card", card_id)
    )


def valid_cards(session: Session, election: Election) -> list[tuple[PollCard, RollEntry]]:
    """Every card that holds, with its voter, in roll order."""
    rows = session.execute(
        select(PollCard, RollEntry)
        .join(
            RollEntry,
            (RollEntry.municipality == PollCard.municipality)
            & (RollEntry.council == PollCard.council)
            & (RollEntry.id == PollCard.entry_id),
        )
        .where(
            PollCard.municipality == election.municipality,
            PollCard.council == election.council,
            PollCard.election_id == election.id,
            PollCard.state == CardState.ISSUED,
        )
        .order_by(RollEntry.number)
    )
    return [(row[0], row[1]) for row in rows]


def valid_card_of(session: Session, entry: RollEntry) -> PollCard | None:
    return session.scalar(
        select(PollCard).where(
            PollCard.municipality == entry.municipality,
            PollCard.council == entry.council,
            PollCard.entry_id == entry.id,
            PollCard.state == CardState.ISSUED,
        )
    )


def card_by_text(session: Session, election: Election, text_on_card: str) -> PollCard | None:
    return session.scalar(
        select(PollCard).where(
            PollCard.municipality == election.municipality,
            PollCard.council == election.council,
            PollCard.election_id == election.id,
            PollCard.text_sha256 == token_digest(text_on_card),
        )
    )


def card_by_id(session: Session, election: Election, card_id: UUID) -> tuple[PollCard, RollEntry] | None:
    """One card with its voter, whatever its state."""
    row = session.execute(
        select(PollCard, RollEntry)
        .join(
            RollEntry,
            (RollEntry.municipality == PollCard.municipality)
            & (RollEntry.council == PollCard.council)
            & (RollEntry.id == PollCard.entry_id),
        )
        .where(
            PollCard.municipality == election.municipality,
            PollCard.council == election.council,
            PollCard.election_id == election.id,
            PollCard.id == card_id,
        )
    ).first()
    return (row[0], row[1]) if row else None


def card_counts(session: Session, election: Election) -> dict[CardState, int]:
    """How many cards hold and how many are replaced."""
    rows = session.execute(
        select(PollCard.state, func.count())
        .where(
            PollCard.municipality == election.municipality,
            PollCard.council == election.council,
            PollCard.election_id == election.id,
        )
        .group_by(PollCard.state)
    )
    found = dict.fromkeys(CardState, 0)
    for state, number in rows:
        found[CardState(state)] = int(number)
    return found


def station_code_of(entry: RollEntry, by_id: dict[UUID, Station]) -> str:
    return by_id[entry.station_id].code if entry.station_id else ANY_STATION


def protected_cards(session: Session, election: Election) -> list[tuple[PollCard, RollEntry]]:
    """The cards that hold of people whose name and address are protected, in roll order."""
    rows = session.execute(
        select(PollCard, RollEntry)
        .join(
            RollEntry,
            (RollEntry.municipality == PollCard.municipality)
            & (RollEntry.council == PollCard.council)
            & (RollEntry.id == PollCard.entry_id),
        )
        .where(
            PollCard.municipality == election.municipality,
            PollCard.council == election.council,
            PollCard.election_id == election.id,
            PollCard.state == CardState.ISSUED,
            RollEntry.is_protected.is_(True),
        )
        .order_by(RollEntry.number)
    )
    return [(row[0], row[1]) for row in rows]
