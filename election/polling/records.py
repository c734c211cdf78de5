"""Marks against voters and the station's events. Nothing here knows a choice, a paper or a tally."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from election.call.records import Election, Station
from election.polling.rules import EventKind
from registry.database import Base, OfCouncil, refers_to


class StationOpening(Base, OfCouncil):
    """The opening of a station with its zero report; one per station."""

    __tablename__ = "station_opening"
    __table_args__ = (
        refers_to("station", "station_id"),
        UniqueConstraint("municipality", "council", "station_id"),
    )

    station_id: Mapped[UUID]
    at: Mapped[datetime]
    by: Mapped[UUID]
    seal_number: Mapped[str]
    witnesses: Mapped[str]
    zero_report: Mapped[dict[str, Any]]


class StationClosing(Base, OfCouncil):
    """The closing of a station by its leader after the last in line; one per station."""

    __tablename__ = "station_closing"
    __table_args__ = (
        refers_to("station", "station_id"),
        UniqueConstraint("municipality", "council", "station_id"),
    )

    station_id: Mapped[UUID]
    at: Mapped[datetime]
    by: Mapped[UUID]
    figures: Mapped[dict[str, Any]]


class VoterMark(Base):
    """Whether a voter has had a paper: one row per voter, changed by one conditional update only."""

    __tablename__ = "voter_mark"
    __table_args__ = (refers_to("roll_entry", "entry_id"), refers_to("station", "station_id"))

    municipality: Mapped[str] = mapped_column(String(4), primary_key=True)
    council: Mapped[str] = mapped_column(String(40), primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    admitted_at: Mapped[datetime | None]
    station_id: Mapped[UUID | None]
    desk: Mapped[str | None]
    postal_accepted_at: Mapped[datetime | None]


class PollingEvent(Base, OfCouncil):
    """One thing that happened at a station. Rows are only added (a trigger refuses change and deletion)."""

    __tablename__ = "polling_event"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("station", "station_id"),
        refers_to("roll_entry", "entry_id"),
        Index("ix_polling_event_station_kind", "municipality", "council", "station_id", "kind"),
    )

    election_id: Mapped[UUID]
    station_id: Mapped[UUID]
    entry_id: Mapped[UUID | None]
    kind: Mapped[str]
    desk: Mapped[str]
    ground: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]


def opening(session: Session, station: Station) -> StationOpening | None:
    return session.scalar(
        select(StationOpening).where(
            StationOpening.municipality == station.municipality,
            StationOpening.council == station.council,
            StationOpening.station_id == station.id,
        )
    )


def closing(session: Session, station: Station) -> StationClosing | None:
    return session.scalar(
        select(StationClosing).where(
            StationClosing.municipality == station.municipality,
            StationClosing.council == station.council,
            StationClosing.station_id == station.id,
        )
    )


def mark_of(session: Session, election: Election, entry_id: UUID) -> VoterMark | None:
    return session.scalar(
        select(VoterMark)
        .where(
            VoterMark.municipality == election.municipality,
            VoterMark.council == election.council,
            VoterMark.entry_id == entry_id,
        )
        .execution_options(populate_existing=True)
    )


def event_counts(session: Session, election: Election) -> dict[UUID, dict[EventKind, int]]:
    """How many events of each kind, by station."""
    rows = session.execute(
        select(PollingEvent.station_id, PollingEvent.kind, func.count())
        .where(
            PollingEvent.municipality == election.municipality,
            PollingEvent.council == election.council,
            PollingEvent.election_id == election.id,
        )
        .group_by(PollingEvent.station_id, PollingEvent.kind)
    )
    found: dict[UUID, dict[EventKind, int]] = {}
    for station_id, kind, number in rows:
        found.setdefault(station_id, {})[EventKind(kind)] = int(number)
    return found


def desk_count(session: Session, station: Station, desk: str) -> int:
    """Voters who stand as admitted at one desk; an admission that another desk undid is not counted."""
    return (
        session.scalar(
            select(func.count())
            .select_from(VoterMark)
            .where(
                VoterMark.municipality == station.municipality,
                VoterMark.council == station.council,
                VoterMark.station_id == station.id,
                VoterMark.desk == desk,
                VoterMark.admitted_at.is_not(None),
            )
        )
        or 0
    )
