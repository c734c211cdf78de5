"""What the centre keeps of stations that work alone: their packages, and what was taken over from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session

from election.call.records import Election
from registry.database import Base, OfCouncil, refers_to


class StationPackage(Base, OfCouncil):
    """The list that one laptop of one station works on. A second laptop gets a package of its own."""

    __tablename__ = "station_package"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("station", "station_id"),
        UniqueConstraint("municipality", "council", "election_id", "number"),
        CheckConstraint('"by" <> cosigned_by', name="two_people"),
    )

    election_id: Mapped[UUID]
    station_id: Mapped[UUID]
    number: Mapped[int]
    laptop: Mapped[str]
    """What is written on the machine, so that people know which one is meant."""
    sha256: Mapped[str]
    """The fingerprint that is compared by eye."""
    token_sha256: Mapped[bytes]
    """With its token the laptop may hand over and fetch news; the token itself lies in the package alone."""
    voters: Mapped[int]
    made_at: Mapped[datetime]
    by: Mapped[UUID]
    cosigned_by: Mapped[UUID]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]
    end_reason: Mapped[str | None]


class TakenOver(Base, OfCouncil):
    """One act of a laptop that has reached the centre, in the laptop's own order. Never twice."""

    __tablename__ = "taken_over"
    __table_args__ = (
        refers_to("station_package", "package_id"),
        UniqueConstraint("municipality", "council", "package_id", "seq"),
        CheckConstraint("outcome IN ('done', 'conflict', 'known')", name="outcome"),
        CheckConstraint("carried_by IN ('line', 'stick')", name="carried_by"),
    )

    election_id: Mapped[UUID]
    package_id: Mapped[UUID]
    seq: Mapped[int]
    request_id: Mapped[UUID]
    act: Mapped[str]
    outcome: Mapped[str]
    carried_by: Mapped[str]
    line_sha256: Mapped[str]
    """Of the journal's line as the laptop wrote it; each line holds the one before, so none can be left out."""
    at: Mapped[datetime]


def packages(session: Session, election: Election, station_id: UUID | None = None) -> list[StationPackage]:
    """Packages of the election or of one station, newest first."""
    query = select(StationPackage).where(
        StationPackage.municipality == election.municipality,
        StationPackage.council == election.council,
        StationPackage.election_id == election.id,
    )
    if station_id is not None:
        query = query.where(StationPackage.station_id == station_id)
    return list(session.scalars(query.order_by(StationPackage.number.desc())))


def in_force(session: Session, election: Election, station_id: UUID) -> StationPackage | None:
    """The package on which a station runs now."""
    return next((one for one in packages(session, election, station_id) if one.ended_at is None), None)


def package_by_id(session: Session, package_id: UUID) -> StationPackage | None:
    """Asked by a laptop, which knows no address of an election."""
    return session.scalar(select(StationPackage).where(StationPackage.id == package_id))


def lock(session: Session, package: StationPackage) -> None:
    """Lines of one package are taken one at a time, whether they come by line or by stick."""
    session.execute(select(StationPackage.id).where(StationPackage.id == package.id).with_for_update())


def last_taken(session: Session, package: StationPackage) -> tuple[int, str]:
    """Counter and hash of the newest line that was taken over; before the first one the package's own."""
    row = session.execute(
        select(TakenOver.seq, TakenOver.line_sha256).where(*_of(package)).order_by(TakenOver.seq.desc()).limit(1)
    ).first()
    return (row.seq, row.line_sha256) if row else (0, package.sha256)


def taken(session: Session, package: StationPackage, seqs: Iterable[int]) -> dict[int, TakenOver]:
    """Lines that were taken over already, by counter."""
    rows = session.scalars(select(TakenOver).where(*_of(package), TakenOver.seq.in_(list(seqs))))
    return {row.seq: row for row in rows}


@dataclass(frozen=True, slots=True)
class Reached:
    """How much of a package's work has reached the centre."""

    lines: int
    conflicts: int
    newest_at: datetime | None


def reached(session: Session, package: StationPackage) -> Reached:
    row = session.execute(
        select(
            func.count(),
            func.count().filter(TakenOver.outcome == "conflict"),
            func.max(TakenOver.at),
        ).where(*_of(package))
    ).one()
    return Reached(int(row[0]), int(row[1]), row[2])


def unfinished(session: Session, election: Election, station_id: UUID | None = None) -> list[StationPackage]:
    """Packages in force: what their laptops did may not all have arrived, so the station cannot be done.

    Whoever closes ends the package first, and says then that nothing is missing. (Regulation: every paper counted)
    """
    return [one for one in packages(session, election, station_id) if one.ended_at is None]


def _of(package: StationPackage) -> tuple[ColumnElement[bool], ...]:
    return (
        TakenOver.municipality == package.municipality,
        TakenOver.council == package.council,
        TakenOver.package_id == package.id,
    )
