"""Duties at the stations: who, where, as what, from when to when. A duty that ends keeps its row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, select, update
from sqlalchemy.orm import Mapped, Session

from election.call.records import Election, Station
from election.staffing.rules import Shift
from registry.accounts.records import DayPass, SignIn
from registry.database import Base, OfCouncil, refers_to
from registry.roles import Role


class Duty(Base, OfCouncil):
    """One official at one station for some hours. `desk` is empty for whoever is at no desk of their own."""

    __tablename__ = "duty"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("station", "station_id"),
        CheckConstraint("from_at < until_at", name="hours"),
        CheckConstraint("role IN ('station_leader', 'polling_official')", name="role"),
        Index("ix_duty_station", "municipality", "council", "station_id"),
    )

    election_id: Mapped[UUID]
    station_id: Mapped[UUID]
    official_id: Mapped[UUID]
    role: Mapped[str]
    desk: Mapped[str]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    at: Mapped[datetime]
    by: Mapped[UUID]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]

    @property
    def shift(self) -> Shift:
        return Shift(self.station_id, self.official_id, Role(self.role), self.desk, self.from_at, self.until_at)


def duties(session: Session, election: Election, station_id: UUID | None = None) -> list[Duty]:
    """The duties that hold, of one station or of all, in the order of their hours."""
    query = select(Duty).where(
        Duty.municipality == election.municipality,
        Duty.council == election.council,
        Duty.election_id == election.id,
        Duty.ended_at.is_(None),
    )
    if station_id is not None:
        query = query.where(Duty.station_id == station_id)
    return list(session.scalars(query.order_by(Duty.from_at, Duty.role.desc(), Duty.desk, Duty.id)))


def has_duties(session: Session, election: Election) -> bool:
    """Whether a duty was ever recorded, also one that has ended: from then on the plan says who works where."""
    return (
        session.scalar(
            select(Duty.id)
            .where(
                Duty.municipality == election.municipality,
                Duty.council == election.council,
                Duty.election_id == election.id,
            )
            .limit(1)
        )
        is not None
    )


def roles_on_duty(session: Session, election: Election, station_id: UUID, official_id: UUID) -> frozenset[Role]:
    """As what an official is on the plan of a station."""
    found = session.scalars(
        select(Duty.role).where(
            Duty.municipality == election.municipality,
            Duty.council == election.council,
            Duty.election_id == election.id,
            Duty.station_id == station_id,
            Duty.official_id == official_id,
            Duty.ended_at.is_(None),
        )
    )
    return frozenset(Role(role) for role in found)


def place_of(election: Election, station: Station) -> str:
    """The path of a station's page: where a one-day code leads, and which station it is for."""
    return f"/{election.municipality}/{election.council}/{election.slug}/stemmested/{station.code}/"


def page_of(session: Session, day_pass: DayPass) -> str:
    """Where somebody comes to with a code: the desk that the plan places them at, else the station's page."""
    rows = session.execute(
        select(Station.code, Duty.desk)
        .join(
            Duty,
            (Duty.municipality == Station.municipality)
            & (Duty.council == Station.council)
            & (Duty.station_id == Station.id),
        )
        .where(
            Duty.municipality == day_pass.municipality,
            Duty.council == day_pass.council,
            Duty.official_id == day_pass.official_id,
            Duty.role == Role.POLLING_OFFICIAL.value,
            Duty.desk != "",
            Duty.ended_at.is_(None),
        )
        .order_by(Duty.from_at)
    )
    desks = [desk for code, desk in rows if day_pass.place.endswith(f"/{code}/")]
    return f"{day_pass.place}bord/{desks[0]}/" if desks else day_pass.place


def passes_at(session: Session, election: Election, station: Station) -> list[DayPass]:
    """The one-day codes for a station that nobody has ended; those of the past, too."""
    return list(
        session.scalars(
            select(DayPass)
            .where(
                DayPass.municipality == election.municipality,
                DayPass.council == election.council,
                DayPass.place == place_of(election, station),
                DayPass.ended_at.is_(None),
            )
            .order_by(DayPass.made_at, DayPass.id)
        )
    )


def end_passes(session: Session, passes: Iterable[DayPass], at: datetime, by: UUID) -> int:
    """End these codes and whatever is signed in by them. Returns how many codes."""
    ended = [one for one in passes if one.ended_at is None]
    for one in ended:
        one.ended_at, one.ended_by = at, by
    if ended:
        session.flush()
        session.execute(
            update(SignIn)
            .where(SignIn.day_pass_id.in_([one.id for one in ended]), SignIn.ended_at.is_(None))
            .values(ended_at=at)
        )
    return len(ended)
