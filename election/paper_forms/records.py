"""Numbered paper forms, what two people read from each, and that a form was taken into the list."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

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
