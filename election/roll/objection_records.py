"""Objections as they are kept, with their decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from election.call.records import Election
from election.roll import findings as say
from election.roll.records import RollCorrection, RollObjection, RollObjectionDecision
from registry.findings import Refused
from registry.regulation.calendar import instant


class Ruling(StrEnum):
    UPHELD = "upheld"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class ObjectionCase:
    """An objection, what was decided, and the correction that followed."""

    objection: RollObjection
    decision: RollObjectionDecision | None
    correction: RollCorrection | None

    @property
    def waits_for_correction(self) -> bool:
        return self.decision is not None and self.decision.ruling == Ruling.UPHELD and self.correction is None


def objection_cases(session: Session, election: Election) -> list[ObjectionCase]:
    """Every objection in the order of receipt at the office."""
    here = {"municipality": election.municipality, "council": election.council, "election_id": election.id}
    decided = {row.objection_id: row for row in session.scalars(select(RollObjectionDecision).filter_by(**here))}
    followed = {
        row.objection_id: row
        for row in session.scalars(select(RollCorrection).filter_by(**here).order_by(RollCorrection.at))
        if row.objection_id is not None
    }
    rows = session.scalars(select(RollObjection).filter_by(**here).order_by(RollObjection.number))
    return [ObjectionCase(row, decided.get(row.id), followed.get(row.id)) for row in rows]


def objection_case(session: Session, election: Election, objection_id: UUID) -> ObjectionCase:
    """Raises Refused R168."""
    found = next((c for c in objection_cases(session, election) if c.objection.id == objection_id), None)
    if found is None:
        raise Refused(say.NO_SUCH_OBJECTION, status=404)
    return found


def demand_upheld(session: Session, election: Election, objection_id: UUID) -> None:
    """An objection leads to a correction only when it was upheld. Raises Refused R168, R172."""
    found = objection_case(session, election, objection_id)
    if found.decision is None or found.decision.ruling != Ruling.UPHELD:
        raise Refused(say.NOT_UPHELD, number=found.objection.number)


def next_number(session: Session, election: Election) -> int:
    highest = session.scalar(
        select(func.max(RollObjection.number)).where(
            RollObjection.municipality == election.municipality,
            RollObjection.council == election.council,
            RollObjection.election_id == election.id,
        )
    )
    return (highest or 0) + 1


def objections_until(election: Election) -> datetime | None:
    """When an objection must be in (UTC); None where the regulation leaves it open.

    (regulation: roll.objections_until)
    """
    rule = election.regulation.roll.objections_until
    return None if rule.is_unset else instant(rule.value, election.election_on)
