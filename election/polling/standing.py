"""How the stations stand: open or not, figures, papers. What the screens of a polling station show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from election.ballots.records import delivered, delivered_by_type
from election.ballots.rules import EVERYBODYS, ballot_types
from election.call.records import Election, Station, stations
from election.polling.doubt import accepted_at_stations
from election.polling.records import (
    PollingEvent,
    StationClosing,
    StationOpening,
    closing,
    event_counts,
    latest_queue,
    opening,
)
from election.polling.rules import EventKind, Turnout, minutes_in_line, turnout
from election.roll.records import roll_of

QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Standing:
    """One station now. All figures in voters or sheets."""

    station: Station
    opened: StationOpening | None
    closed: StationClosing | None
    figures: Turnout
    delivered: int

    @property
    def is_open(self) -> bool:
        return self.opened is not None and self.closed is None

    @property
    def handed_out(self) -> int:
        return self.figures.admitted + self.figures.exchanges + self.figures.doubtful

    @property
    def unissued(self) -> int:
        """What ought to lie on the table still; counted by hand after closing."""
        return self.delivered - self.handed_out


@dataclass(frozen=True, slots=True)
class PapersOfType:
    """The papers of one ballot type at a station. All figures in sheets."""

    ballot_type: str
    delivered: int
    figures: Turnout

    @property
    def handed_out(self) -> int:
        return self.figures.admitted + self.figures.exchanges + self.figures.doubtful

    @property
    def unissued(self) -> int:
        return self.delivered - self.handed_out


def papers_by_type(session: Session, election: Election, station: Station) -> list[PapersOfType]:
    """Each kind of paper at a station, in the order of the regulation; empty where there is only one."""
    types = ballot_types(election)
    if types == (EVERYBODYS,):
        return []
    events, given = events_by_type(session, station), delivered_by_type(session, election)
    return [
        PapersOfType(one, given.get((station.id, one), 0), turnout(events.get(one, {}), None)) for one in types
    ]


def events_by_type(session: Session, station: Station) -> dict[str, dict[EventKind, int]]:
    """How many events of each kind, by ballot type."""
    rows = session.execute(
        select(PollingEvent.ballot_type, PollingEvent.kind, func.count())
        .where(
            PollingEvent.municipality == station.municipality,
            PollingEvent.council == station.council,
            PollingEvent.station_id == station.id,
        )
        .group_by(PollingEvent.ballot_type, PollingEvent.kind)
    )
    found: dict[str, dict[EventKind, int]] = {}
    for ballot_type, kind, number in rows:
        found.setdefault(ballot_type, {})[EventKind(kind)] = int(number)
    return found


def standings(session: Session, election: Election) -> list[Standing]:
    """Every station in the order of its code."""
    counts, papers = event_counts(session, election), delivered(session, election)
    accepted = accepted_at_stations(session, election)
    roll = roll_of(session, election)
    may_vote = roll.figures["by_station"] if roll else {}
    return [
        Standing(
            station,
            opening(session, station),
            closing(session, station),
            turnout(counts.get(station.id, {}), may_vote.get(station.name), accepted.get(station.id, 0)),
            papers.get(station.id, 0),
        )
        for station in stations(session, election)
    ]


def quarters_until(now: datetime, number: int) -> list[datetime]:
    """The beginnings (UTC) of the last `number` quarters of an hour; the last one is running."""
    running = now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)
    return [running - QUARTER * back for back in reversed(range(number))]


@dataclass(frozen=True, slots=True)
class Line:
    """The line before a station: people when it was last counted, and minutes at the pace of this half hour."""

    people: int
    counted_at: datetime
    minutes: int | None


def line_of(session: Session, election: Election, standing: Standing, now: datetime) -> Line | None:
    """The line as last counted; None when nobody has counted. The pace is that of the last 15 to 30 minutes."""
    counted = latest_queue(session, standing.station)
    if counted is None or standing.opened is None:
        return None
    since = max(quarters_until(now, 2)[0], standing.opened.at)
    admitted = admissions_in(session, standing.station.id, election, quarters_until(now, 2))
    minutes = minutes_in_line(counted.people, sum(admitted), int((now - since).total_seconds()) // 60)
    return Line(counted.people, counted.at, minutes)


def admissions_in(session: Session, station_id: UUID, election: Election, quarters: list[datetime]) -> list[int]:
    """Admissions in each of these quarters, in one query whatever the number of voters."""
    within = [
        func.coalesce(
            func.sum(case((and_(PollingEvent.at >= start, PollingEvent.at < start + QUARTER), 1), else_=0)), 0
        )
        for start in quarters
    ]
    row = session.execute(
        select(*within).where(
            PollingEvent.municipality == election.municipality,
            PollingEvent.council == election.council,
            PollingEvent.station_id == station_id,
            PollingEvent.kind == EventKind.ADMIT,
            PollingEvent.at >= quarters[0],
        )
    ).one()
    return [int(number) for number in row]
