"""The case for the municipal council, the people in it, and what was decided about each. Nothing is replaced."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from registry.appointment.rules import NO_SUCH_CASE, NO_SUCH_NOMINEE, Candidate, Ruling
from registry.councils.records import CouncilTerm
from registry.database import Base, OfCouncil, Scope, refers_to
from registry.findings import Refused


class AppointmentCase(Base, OfCouncil):
    """One case: a corrected result makes a new revision, and the earlier one stays with its reason."""

    __tablename__ = "appointment_case"
    __table_args__ = (
        refers_to("council_term", "term_id"),
        UniqueConstraint("municipality", "council", "term_id", "revision"),
    )

    term_id: Mapped[UUID]
    revision: Mapped[int]
    body: Mapped[str]
    """Who appoints."""
    election_on: Mapped[date]
    facts: Mapped[dict[str, Any]]
    """What the case document says of the election, as it was handed over."""
    proposed_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class Nominee(Base, OfCouncil):
    """A person in the case: elected, a substitute with a rank, or named for a seat that is not elected."""

    __tablename__ = "nominee"
    __table_args__ = (
        refers_to("appointment_case", "case_id"),
        refers_to("person", "person_id"),
        refers_to("seat_group", "group_id"),
        UniqueConstraint("municipality", "council", "case_id", "label"),
        UniqueConstraint("municipality", "council", "case_id", "person_id"),
        CheckConstraint("route IN ('elected', 'nominated', 'appointed')", name="route"),
        CheckConstraint("rank IS NULL OR route = 'elected'", name="only_the_elected_have_substitutes"),
    )

    case_id: Mapped[UUID]
    person_id: Mapped[UUID]
    group_id: Mapped[UUID]
    label: Mapped[str]
    route: Mapped[str]
    position: Mapped[int]
    rank: Mapped[int | None]
    """Place in the line of substitutes; empty for everybody who is not a substitute."""
    queue: Mapped[str]
    """The list or group whose places this person can take; empty when there is one line."""
    votes: Mapped[int | None]
    on_behalf_of: Mapped[str]
    seated_at: Mapped[datetime | None] = mapped_column(default=None)


class AppointmentDecision(Base, OfCouncil):
    """What a body decided about one person. A later revision corrects an earlier one with a reason."""

    __tablename__ = "appointment_decision"
    __table_args__ = (
        refers_to("nominee", "nominee_id"),
        UniqueConstraint("municipality", "council", "nominee_id", "revision"),
        CheckConstraint("ruling IN ('appointed', 'not_appointed', 'declined')", name="ruling"),
        CheckConstraint("ruling <> 'not_appointed' OR reason <> ''", name="no_has_a_reason"),
    )

    nominee_id: Mapped[UUID]
    revision: Mapped[int]
    ruling: Mapped[str]
    body: Mapped[str]
    decided_on: Mapped[date]
    case_no: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]


def case(session: Session, scope: Scope, case_id: UUID) -> AppointmentCase:
    """Raises Refused R564."""
    found = session.get(AppointmentCase, (scope.municipality, scope.council, case_id))
    if found is None:
        raise Refused(NO_SUCH_CASE, status=404)
    return found


def case_of(session: Session, term: CouncilTerm) -> AppointmentCase | None:
    """The case that holds, or None when nothing has been proposed."""
    return session.scalar(
        select(AppointmentCase)
        .where(
            AppointmentCase.municipality == term.municipality,
            AppointmentCase.council == term.council,
            AppointmentCase.term_id == term.id,
        )
        .order_by(AppointmentCase.revision.desc())
        .limit(1)
    )


def nominees(session: Session, of: AppointmentCase) -> list[Nominee]:
    """The elected in the order of their places, then the substitutes, then those who are not elected."""
    rows = session.scalars(
        select(Nominee)
        .where(Nominee.municipality == of.municipality, Nominee.council == of.council, Nominee.case_id == of.id)
        .order_by(Nominee.position)
    )
    return sorted(rows, key=_in_order)


def _in_order(row: Nominee) -> tuple[bool, bool, str, int]:
    is_substitute = row.rank is not None
    return row.route != "elected", is_substitute, row.queue if is_substitute else "", row.position


def nominee(session: Session, of: AppointmentCase, nominee_id: UUID) -> Nominee:
    """Raises Refused R565."""
    found = session.get(Nominee, (of.municipality, of.council, nominee_id))
    if found is None or found.case_id != of.id:
        raise Refused(NO_SUCH_NOMINEE, status=404)
    return found


def decisions(session: Session, of: AppointmentCase) -> dict[UUID, AppointmentDecision]:
    """The decision that holds for each person of the case."""
    return {row.nominee_id: row for row in decision_history(session, of)}


def decision_history(session: Session, of: AppointmentCase) -> list[AppointmentDecision]:
    """Everything that was decided in the case, corrected decisions too, in the order of registration."""
    return list(
        session.scalars(
            select(AppointmentDecision)
            .join(
                Nominee,
                (Nominee.municipality == AppointmentDecision.municipality)
                & (Nominee.council == AppointmentDecision.council)
                & (Nominee.id == AppointmentDecision.nominee_id),
            )
            .where(
                Nominee.municipality == of.municipality,
                Nominee.council == of.council,
                Nominee.case_id == of.id,
            )
            .order_by(AppointmentDecision.at, Nominee.position, AppointmentDecision.revision)
        )
    )


def line_up(of: AppointmentCase, session: Session, names: dict[UUID, str]) -> dict[UUID, Candidate]:
    """The elected and their substitutes as the rules see them, by nominee; `names` are those of the people."""
    ruled = decisions(session, of)
    return {
        one.id: Candidate(
            one.label,
            names[one.person_id],
            one.queue,
            one.rank,
            Ruling(ruled[one.id].ruling) if one.id in ruled else None,
        )
        for one in nominees(session, of)
        if one.route == "elected"
    }
