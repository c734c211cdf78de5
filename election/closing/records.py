"""What was counted, explained, objected and signed when a station closed. Rows are only ever added."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session

from election.call.records import Station
from registry.database import Base, OfCouncil, refers_to


class PaperCount(Base, OfCouncil):
    """The papers of a station as two people counted them after the doors were shut; the latest one holds.

    One row for each ballot type. The papers in the box are counted unread, face down.
    """

    __tablename__ = "paper_count"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("station", "station_id"),
        UniqueConstraint("municipality", "council", "station_id", "ballot_type", "attempt"),
        CheckConstraint(
            "unissued >= 0 AND returned >= 0 AND exchanged >= 0 AND in_envelopes >= 0 AND in_box >= 0",
            name="not_negative",
        ),
        CheckConstraint('"by" <> cosigned_by', name="two_people"),
    )

    election_id: Mapped[UUID]
    station_id: Mapped[UUID]
    ballot_type: Mapped[str]
    attempt: Mapped[int]
    unissued: Mapped[int]
    returned: Mapped[int]
    exchanged: Mapped[int]
    in_envelopes: Mapped[int]
    in_box: Mapped[int | None]
    """None where the box goes to the neighbour unopened (merging.py)."""
    reason: Mapped[str]
    """Why it was counted again; empty the first time."""
    at: Mapped[datetime]
    by: Mapped[UUID]
    cosigned_by: Mapped[UUID]


class ClosingNote(Base, OfCouncil):
    """An explanation of a finding, or an objection that somebody in the room made."""

    __tablename__ = "closing_note"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("station", "station_id"),
        CheckConstraint("kind IN ('explanation', 'objection', 'no_objection')", name="kind"),
    )

    election_id: Mapped[UUID]
    station_id: Mapped[UUID]
    kind: Mapped[str]
    finding: Mapped[str]
    """The code that is explained; empty for an objection."""
    ballot_type: Mapped[str]
    text: Mapped[str]
    raised_by: Mapped[str]
    """Who objected, as that person wants to be named."""
    at: Mapped[datetime]
    by: Mapped[UUID]


class PollBook(Base, OfCouncil):
    """The poll book of a station, signed by two, with the head of the log. A correction is the next number."""

    __tablename__ = "poll_book"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("station", "station_id"),
        UniqueConstraint("municipality", "council", "station_id", "number"),
        CheckConstraint('"by" <> cosigned_by', name="two_people"),
    )

    election_id: Mapped[UUID]
    station_id: Mapped[UUID]
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    log_size: Mapped[int]
    log_root: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]
    cosigned_by: Mapped[UUID]


T = TypeVar("T", PaperCount, ClosingNote, PollBook)


def paper_counts(session: Session, station: Station) -> dict[str, PaperCount]:
    """The count that holds of each ballot type."""
    rows = session.scalars(_of(PaperCount, station).order_by(PaperCount.attempt))
    return {row.ballot_type: row for row in rows}


def notes(session: Session, station: Station) -> list[ClosingNote]:
    """Explanations and objections, oldest first."""
    return list(session.scalars(_of(ClosingNote, station).order_by(ClosingNote.at, ClosingNote.id)))


def latest_book(session: Session, station: Station) -> PollBook | None:
    """The poll book that holds: the one with the highest number."""
    return session.scalars(_of(PollBook, station).order_by(PollBook.number.desc()).limit(1)).first()


def _of(kind: type[T], station: Station) -> Select[T]:
    return select(kind).where(
        kind.municipality == station.municipality,
        kind.council == station.council,
        kind.station_id == station.id,
    )
