"""Marks against voters and the station's events. Nothing here knows a choice, a paper or a tally."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Index,
    String,
    UniqueConstraint,
    Uuid,
    and_,
    bindparam,
    column,
    exists,
    func,
    select,
    table,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from election.call.records import Election, Station
from election.polling.rules import EventKind
from election.roll.records import RollEntry
from election.staffing.records import Duty
from registry.database import Base, OfCouncil, Scope, refers_to
from registry.prepared import Place, Prepared


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

    @property
    def has_paper(self) -> bool:
        """Admitted at a table, or a postal vote accepted."""
        return self.admitted_at is not None or self.postal_accepted_at is not None


class PollingEvent(Base, OfCouncil):
    """One thing that happened at a station. Rows are only added (a trigger refuses change and deletion)."""

    __tablename__ = "polling_event"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("station", "station_id"),
        refers_to("roll_entry", "entry_id"),
        Index("ix_polling_event_station_kind", "municipality", "council", "station_id", "kind"),
        Index("ix_polling_event_undone_once", "municipality", "council", "undoes_id", unique=True),
    )

    election_id: Mapped[UUID]
    station_id: Mapped[UUID]
    entry_id: Mapped[UUID | None]
    kind: Mapped[str]
    desk: Mapped[str]
    ground: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]
    ballot_type: Mapped[str] = mapped_column(server_default="")
    """Which paper was handed out or came back; empty where everybody votes on the same one."""
    undoes_id: Mapped[UUID | None]
    """The exchange, return, help or doubt that this event takes back; an event is taken back once."""


class QueueCount(Base, OfCouncil):
    """How many stood in line when somebody counted them. The latest one holds."""

    __tablename__ = "queue_count"
    __table_args__ = (
        refers_to("station", "station_id"),
        CheckConstraint("people >= 0", name="people"),
    )

    station_id: Mapped[UUID] = mapped_column(index=True)
    people: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[UUID]


@dataclass(frozen=True, slots=True)
class StationNow:
    """A station as an act at one of its desks must know it."""

    id: UUID
    code: str
    name: str
    opened_at: datetime | None
    closed_at: datetime | None
    runs_on_laptop: bool = False
    """A package is in force: the station's own laptop is its server, and no desk works here."""
    has_duties: bool = False
    """The election has a plan of who works where: whoever acts here must be on it."""


# The package's room comes after this one, so its table is read by name (tests/election/alone hold the columns).
_PACKAGE = table(
    "station_package",
    column("municipality", String),
    column("council", String),
    column("station_id", Uuid),
    column("ended_at", DateTime),
).c
_DUTY = Duty.__table__.c
# What every voter in line waits for: statements built once, columns instead of objects, no session between.
_STATION, _OPENING, _CLOSING = (kind.__table__ for kind in (Station, StationOpening, StationClosing))
_STATION_NOW = Prepared(
    select(
        *(_STATION.c.id, _STATION.c.code, _STATION.c.name, _OPENING.c.at, _CLOSING.c.at),
        exists()
        .where(
            _PACKAGE.municipality == _STATION.c.municipality,
            _PACKAGE.council == _STATION.c.council,
            _PACKAGE.station_id == _STATION.c.id,
            _PACKAGE.ended_at.is_(None),
        )
        .label("runs_on_laptop"),
        exists()
        .where(
            _DUTY.municipality == _STATION.c.municipality,
            _DUTY.council == _STATION.c.council,
            _DUTY.election_id == _STATION.c.election_id,
        )
        .label("has_duties"),
    )
    .select_from(_STATION)
    .outerjoin(
        _OPENING,
        and_(*(_OPENING.c[key] == _STATION.c[key] for key in ("municipality", "council")))
        & (_OPENING.c.station_id == _STATION.c.id),
    )
    .outerjoin(
        _CLOSING,
        and_(*(_CLOSING.c[key] == _STATION.c[key] for key in ("municipality", "council")))
        & (_CLOSING.c.station_id == _STATION.c.id),
    )
    .where(
        _STATION.c.municipality == bindparam("municipality"),
        _STATION.c.council == bindparam("council"),
        _STATION.c.election_id == bindparam("election_id"),
        _STATION.c.id == bindparam("station_id"),
    )
)
_ENTRY = RollEntry.__table__.columns
_VOTER = Prepared(
    select(_ENTRY.station_id, _ENTRY.seat_group).where(
        _ENTRY.municipality == bindparam("municipality"),
        _ENTRY.council == bindparam("council"),
        _ENTRY.id == bindparam("entry_id"),
        _ENTRY.election_id == bindparam("election_id"),
        _ENTRY.may_vote,
        _ENTRY.struck_at.is_(None),
    )
)
_GIVEN = ("admitted_at", "postal_accepted_at", "station_id", "desk")


def _marking(insert: Any) -> Any:
    """The first attempt makes the voter's row; on a row that is there, only one without a paper is changed."""
    marks = VoterMark.__table__.columns
    new = insert(VoterMark.__table__)
    return new.on_conflict_do_update(
        index_elements=[marks.municipality, marks.council, marks.entry_id],
        set_={column: new.excluded[column] for column in _GIVEN},
        where=and_(marks.admitted_at.is_(None), marks.postal_accepted_at.is_(None)),
    )


_MARK = Prepared({"sqlite": _marking(sqlite.insert), "postgresql": _marking(postgresql.insert)})


def station_now(place: Place, election: Election, station_id: UUID) -> StationNow | None:
    """The station of this election with its opening and closing, in one query."""
    row = _STATION_NOW.first(place, **_in(election), election_id=election.id, station_id=station_id)
    return StationNow(*row) if row else None


def votes_at(place: Place, election: Election, entry_id: UUID) -> tuple[UUID | None, str | None] | None:
    """Where somebody votes (None inside: at any station) and the seat group; None: may not vote."""
    row = _VOTER.first(place, **_in(election), entry_id=entry_id, election_id=election.id)
    return (row[0], row[1]) if row else None


def mark(
    place: Place,
    scope: Scope,
    entry_id: UUID,
    station_id: UUID,
    desk: str,
    *,
    admitted_at: datetime | None = None,
    postal_accepted_at: datetime | None = None,
) -> bool:
    """Mark a voter who is not marked: one conditional statement decides, whatever happens at other desks."""
    changed = _MARK.change(
        place,
        municipality=scope.municipality,
        council=scope.council,
        entry_id=entry_id,
        station_id=station_id,
        desk=desk,
        admitted_at=admitted_at,
        postal_accepted_at=postal_accepted_at,
    )
    return changed == 1


def _in(election: Election) -> dict[str, str]:
    return {"municipality": election.municipality, "council": election.council}


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


def standing_event(session: Session, election: Election, entry_id: UUID, kind: EventKind) -> PollingEvent | None:
    """The latest event of this kind about a voter that was not taken back."""
    return next(iter(standing_events(session, election, entry_id, kind)), None)


def standing_events(
    session: Session, election: Election, entry_id: UUID, kind: EventKind
) -> Sequence[PollingEvent]:
    """The events of this kind about a voter that were not taken back, latest first."""
    undoing = aliased(PollingEvent)
    return session.scalars(
        select(PollingEvent)
        .outerjoin(
            undoing,
            and_(
                undoing.municipality == PollingEvent.municipality,
                undoing.council == PollingEvent.council,
                undoing.undoes_id == PollingEvent.id,
            ),
        )
        .where(
            PollingEvent.municipality == election.municipality,
            PollingEvent.council == election.council,
            PollingEvent.election_id == election.id,
            PollingEvent.entry_id == entry_id,
            PollingEvent.kind == kind,
            undoing.id.is_(None),
        )
        .order_by(PollingEvent.at.desc(), PollingEvent.id)
    ).all()


def undoing(session: Session, election: Election, event_ids: Iterable[UUID]) -> dict[UUID, PollingEvent]:
    """The events that take these back, by what they take back."""
    rows = session.scalars(
        select(PollingEvent).where(
            PollingEvent.municipality == election.municipality,
            PollingEvent.council == election.council,
            PollingEvent.undoes_id.in_(list(event_ids)),
        )
    )
    return {row.undoes_id: row for row in rows if row.undoes_id is not None}


def latest_queue(session: Session, station: Station) -> QueueCount | None:
    """The last time somebody counted the line."""
    return session.scalar(
        select(QueueCount)
        .where(
            QueueCount.municipality == station.municipality,
            QueueCount.council == station.council,
            QueueCount.station_id == station.id,
        )
        .order_by(QueueCount.at.desc())
        .limit(1)
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
