"""What the office sees about one entry: state, history, what already happened, who did it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from election.call.records import Election, stations
from election.roll.objection_records import objection_cases
from election.roll.records import RollCorrection, RollDeclaration, RollEntry, entry_by_index
from election.roll.station_list import ListedVoter, listed_one
from election.roll.traces import PaperGiven, paper_given
from registry.accounts.records import names


@dataclass(frozen=True, slots=True)
class EntryCase:
    """One entry as the office sees it; the line says nothing that a protected person hides."""

    line: ListedVoter
    station: str
    cite: str
    is_struck: bool
    is_protected: bool
    paper: PaperGiven | None
    history: tuple[RollCorrection, ...]
    declaration: RollDeclaration | None
    people: dict[UUID, str]
    """Officials' names."""
    objections: dict[UUID, int]
    """Numbers of objections that led to a correction."""


def entry_case(session: Session, election: Election, entry_id: UUID) -> EntryCase | None:
    line = listed_one(session, election, entry_id)
    entry = session.get(RollEntry, (election.municipality, election.council, entry_id))
    if line is None or entry is None:
        return None
    own = {"municipality": election.municipality, "council": election.council, "entry_id": entry_id}
    history = tuple(session.scalars(select(RollCorrection).filter_by(**own).order_by(RollCorrection.at)))
    declaration = session.scalar(select(RollDeclaration).filter_by(**own))
    signers = {one.by for one in history} | {one.cosigned_by for one in history}
    places = {one.id: one.name for one in stations(session, election)}
    return EntryCase(
        line,
        places[line.station_id] if line.station_id else ", ".join(places.values()),
        entry.cite,
        entry.struck_at is not None,
        entry.is_protected,
        paper_given(session, election, entry_id),
        history,
        declaration,
        names(session, election.municipality, signers),
        {one.objection.id: one.objection.number for one in objection_cases(session, election)},
    )


def corrections(session: Session, election: Election) -> list[tuple[RollCorrection, int]]:
    """Every correction with the roll number it is about, the newest first."""
    rows = session.execute(
        select(RollCorrection, RollEntry.number)
        .join(
            RollEntry,
            (RollEntry.municipality == RollCorrection.municipality)
            & (RollEntry.council == RollCorrection.council)
            & (RollEntry.id == RollCorrection.entry_id),
        )
        .where(
            RollCorrection.municipality == election.municipality,
            RollCorrection.council == election.council,
            RollCorrection.election_id == election.id,
        )
        .order_by(RollCorrection.at.desc())
    )
    return [(row[0], row[1]) for row in rows]


def officials_of(session: Session, election: Election, ids: Iterable[UUID]) -> dict[UUID, str]:
    return names(session, election.municipality, set(ids))


def entry_by_number(session: Session, election: Election, number: int) -> RollEntry | None:
    return session.scalar(
        select(RollEntry).where(
            RollEntry.municipality == election.municipality,
            RollEntry.council == election.council,
            RollEntry.election_id == election.id,
            RollEntry.number == number,
        )
    )


def entry_typed(session: Session, election: Election, typed: str, index: bytes | None) -> RollEntry | None:
    """The entry of a CPR number (its blind index) or, without one, of a roll number."""
    return entry_by_index(session, election, index) if index else entry_by_number(session, election, int(typed))


def protected_name(session: Session, election: Election, entry_id: UUID) -> RollEntry:
    """The row with name and address, for the answer to `look_at_protected` alone."""
    return session.get_one(RollEntry, (election.municipality, election.council, entry_id))
