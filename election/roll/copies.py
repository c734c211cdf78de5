"""Numbered paper copies of the roll: the roll is not laid open, so every sheet is accounted for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from election.call.clock import shown
from election.call.gate import ElectionWork, election_act
from election.call.records import Election, Station
from election.roll import findings as say
from election.roll.records import RollCopy, roll_of
from election.roll.station_list import content_sha256, list_of
from registry.findings import Refused, Term
from registry.free_text import holds_cpr


class Ending(StrEnum):
    """What became of a copy."""

    RETURNED = "returned"
    DESTROYED = "destroyed"
    LOST = "lost"


ENDING_NAMES = {
    Ending.RETURNED: Term("Leveret tilbage til kontoret"),
    Ending.DESTROYED: Term("Makuleret"),
    Ending.LOST: Term("Blevet væk"),
}


@dataclass(frozen=True, slots=True)
class PrintedCopy:
    """The copy that was just recorded; its number stands on every page."""

    copy_id: UUID
    number: int
    sha256: str
    listed: int


@election_act("roll.print_copy")
def print_copy(work: ElectionWork, station_id: UUID | None, purpose: str) -> PrintedCopy:
    """Record one more paper copy: its number, for which station, by whom, what for, and what stands on it.

    (KRVL § 9 borrowed; databeskyttelsesforordningen art. 5, stk. 2)
    """
    if roll_of(work.session, work.election) is None:
        raise Refused(say.NO_ROLL)
    if not purpose.strip():
        raise Refused(say.NO_PURPOSE)
    if holds_cpr(purpose):
        raise Refused(say.CPR_IN_TEXT)
    station = None
    if station_id is not None:
        station = work.session.get(Station, (work.scope.municipality, work.scope.council, station_id))
        if station is None or station.election_id != work.election.id:
            raise Refused(say.NO_STATION, status=404)
    lines = list_of(work.session, work.election, station)
    made = RollCopy(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=uuid4(),
        election_id=work.election.id,
        station_id=station_id,
        number=_next_number(work.session, work.election),
        purpose=purpose.strip(),
        sha256=content_sha256(lines),
        listed=len(lines),
        at=work.act.at,
        by=work.act.actor,
    )
    work.session.add(made)
    work.note(copy=made.number, sha256=made.sha256, listed=made.listed, station=station.code if station else "*")
    return PrintedCopy(made.id, made.number, made.sha256, made.listed)


@election_act("roll_copies.end")
def end_copy(work: ElectionWork, copy_id: UUID, how: Ending, note: str = "") -> int:
    """A copy came back, was destroyed, or is lost; said once. Returns its number."""
    row = work.session.get(RollCopy, (work.scope.municipality, work.scope.council, copy_id), with_for_update=True)
    if row is None or row.election_id != work.election.id:
        raise Refused(say.NO_SUCH_COPY, status=404)
    if row.ended_at is not None and not (row.ended_how == Ending.RETURNED and how is Ending.DESTROYED):
        raise Refused(say.COPY_HAS_ENDED, number=row.number, at=shown(row.ended_at))
    if how is Ending.LOST and not note.strip():
        raise Refused(say.NOTE_MISSING)
    if holds_cpr(note):
        raise Refused(say.CPR_IN_TEXT)
    row.ended_at, row.ended_how, row.ended_by = work.act.at, how.value, work.act.actor
    row.ended_note = note.strip() or row.ended_note
    work.note(copy=row.number, how=how.value)
    return row.number


def copies(session: Session, election: Election) -> list[RollCopy]:
    """Every copy, the newest first."""
    return list(
        session.scalars(
            select(RollCopy)
            .where(
                RollCopy.municipality == election.municipality,
                RollCopy.council == election.council,
                RollCopy.election_id == election.id,
            )
            .order_by(RollCopy.number.desc())
        )
    )


def latest_copy(session: Session, election: Election, station: Station) -> RollCopy | None:
    """The newest copy on which the station's voters stand."""
    return next((one for one in copies(session, election) if one.station_id in (station.id, None)), None)


def copy_by_id(session: Session, election: Election, copy_id: UUID) -> RollCopy | None:
    return next((one for one in copies(session, election) if one.id == copy_id), None)


def _next_number(session: Session, election: Election) -> int:
    highest = session.scalar(
        select(func.max(RollCopy.number)).where(
            RollCopy.municipality == election.municipality,
            RollCopy.council == election.council,
            RollCopy.election_id == election.id,
        )
    )
    return (highest or 0) + 1
