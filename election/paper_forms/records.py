"""Numbered paper forms, what two people read from each, and that a form was taken into the list."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, UniqueConstraint, func, or_, select
from sqlalchemy.orm import Mapped, Session

from election.call.records import Election, Station
from election.polling.records import PollingEvent, VoterMark
from election.polling.rules import EventKind
from election.roll.records import RollEntry
from registry.database import Base, OfCouncil, refers_to


class PaperForm(Base, OfCouncil):
    """A sheet with a number and empty lines, handed to a station for when nothing else works."""

    __tablename__ = "paper_form"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("station", "station_id"),
        UniqueConstraint("municipality", "council", "election_id", "number"),
    )

    election_id: Mapped[UUID]
    station_id: Mapped[UUID]
    number: Mapped[int]
    line_count: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[UUID]
    is_void: Mapped[bool]
    """Spoiled or never used, said by the leader; a form is never deleted."""


class FormReading(Base, OfCouncil):
    """What one person read from one form. The two latest of two different people are compared."""

    __tablename__ = "form_reading"
    __table_args__ = (
        refers_to("paper_form", "form_id"),
        UniqueConstraint("municipality", "council", "form_id", "attempt"),
    )

    election_id: Mapped[UUID]
    form_id: Mapped[UUID]
    attempt: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[UUID]
    exchanged: Mapped[int | None]
    """Spoiled papers that were exchanged, as the foot of the form says; None where nothing stands there."""
    returned: Mapped[int | None]
    """Papers that came back unused, likewise."""


class FormLine(Base, OfCouncil):
    """One line as it was read: a roll number, or what stood there when no such voter exists."""

    __tablename__ = "form_line"
    __table_args__ = (
        refers_to("form_reading", "reading_id"),
        refers_to("roll_entry", "entry_id"),
        UniqueConstraint("municipality", "council", "reading_id", "number"),
    )

    election_id: Mapped[UUID]
    reading_id: Mapped[UUID]
    number: Mapped[int]
    """Which line of the sheet, from 1."""
    entry_id: Mapped[UUID | None]
    typed: Mapped[str]
    clock: Mapped[str]
    """The time as it stands on the sheet: “14.05”; it orders nothing."""


class FormTaken(Base, OfCouncil):
    """The two readings agreed and the voters of the form were marked."""

    __tablename__ = "form_taken"
    __table_args__ = (
        refers_to("paper_form", "form_id"),
        UniqueConstraint("municipality", "council", "form_id"),
        CheckConstraint('"by" <> cosigned_by', name="two_people"),
    )

    election_id: Mapped[UUID]
    form_id: Mapped[UUID]
    marked: Mapped[int]
    conflicts: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[UUID]
    cosigned_by: Mapped[UUID]


T = TypeVar("T", PaperForm, FormReading, FormLine, FormTaken)


def forms(session: Session, election: Election, station_id: UUID) -> list[PaperForm]:
    """The forms of one station by number."""
    query = select(PaperForm).where(*_in(PaperForm, election), PaperForm.station_id == station_id)
    return list(session.scalars(query.order_by(PaperForm.number)))


def form_of(session: Session, election: Election, form_id: UUID) -> PaperForm | None:
    found = session.get(PaperForm, (election.municipality, election.council, form_id))
    return found if found is not None and found.election_id == election.id else None


def next_number(session: Session, election: Election) -> int:
    highest = session.scalar(select(func.max(PaperForm.number)).where(*_in(PaperForm, election)))
    return (highest or 0) + 1


def readings(session: Session, election: Election, form_ids: Iterable[UUID]) -> dict[UUID, list[FormReading]]:
    """What was read from each of these forms, the latest last."""
    query = select(FormReading).where(*_in(FormReading, election), FormReading.form_id.in_(list(form_ids)))
    found: dict[UUID, list[FormReading]] = {}
    for row in session.scalars(query.order_by(FormReading.attempt)):
        found.setdefault(row.form_id, []).append(row)
    return found


def lines(session: Session, election: Election, reading_ids: Iterable[UUID]) -> dict[UUID, list[FormLine]]:
    """The lines of each of these readings, in the order of the sheet."""
    query = select(FormLine).where(*_in(FormLine, election), FormLine.reading_id.in_(list(reading_ids)))
    found: dict[UUID, list[FormLine]] = {}
    for row in session.scalars(query.order_by(FormLine.number)):
        found.setdefault(row.reading_id, []).append(row)
    return found


def taken(session: Session, election: Election) -> dict[UUID, FormTaken]:
    """The forms that were taken into the list."""
    return {row.form_id: row for row in session.scalars(select(FormTaken).where(*_in(FormTaken, election)))}


def entries_by_number(session: Session, election: Election, numbers: Iterable[int]) -> dict[int, RollEntry]:
    """Everyone on the roll with one of these numbers, struck or not."""
    rows = session.scalars(
        select(RollEntry).where(
            RollEntry.municipality == election.municipality,
            RollEntry.council == election.council,
            RollEntry.election_id == election.id,
            RollEntry.number.in_(list(numbers)),
        )
    )
    return {row.number: row for row in rows}


def marks(session: Session, election: Election) -> dict[UUID, VoterMark]:
    """Everyone who has had a paper or an accepted postal vote, by roll entry."""
    rows = session.scalars(
        select(VoterMark)
        .join(
            RollEntry,
            (RollEntry.municipality == VoterMark.municipality)
            & (RollEntry.council == VoterMark.council)
            & (RollEntry.id == VoterMark.entry_id),
        )
        .where(
            RollEntry.municipality == election.municipality,
            RollEntry.council == election.council,
            RollEntry.election_id == election.id,
            or_(VoterMark.admitted_at.is_not(None), VoterMark.postal_accepted_at.is_not(None)),
        )
    )
    return {row.entry_id: row for row in rows}


def admitted_since(session: Session, station: Station, at: datetime) -> int:
    """How many have been admitted at a station after an instant: what a copy printed then does not show."""
    return (
        session.scalar(
            select(func.count())
            .select_from(PollingEvent)
            .where(
                PollingEvent.municipality == station.municipality,
                PollingEvent.council == station.council,
                PollingEvent.station_id == station.id,
                PollingEvent.kind == EventKind.ADMIT,
                PollingEvent.at > at,
            )
        )
        or 0
    )


def _in(kind: type[T], election: Election) -> tuple[ColumnElement[bool], ...]:
    return (
        kind.municipality == election.municipality,
        kind.council == election.council,
        kind.election_id == election.id,
    )
