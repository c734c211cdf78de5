"""Steps of a candidacy's history, and the case that an official has before them."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy.orm.attributes import flag_modified

from election.call.gate import ElectionWork
from election.candidacy import findings as say
from election.candidacy.records import Candidacy, Step, candidacy, steps
from election.candidacy.rules import STATE_NAMES, State, StepKind
from registry.act import CHANGED_MEANWHILE
from registry.findings import Refused
from registry.roles import Role


def happened(
    work: ElectionWork, row: Candidacy, kind: StepKind, *, reason: str | None = None, section: str = ""
) -> Step:
    """Write a step of the candidacy's history."""
    step = Step(
        municipality=row.municipality,
        council=row.council,
        id=uuid4(),
        candidacy_id=row.id,
        number=len(steps(work.session, row)) + 1,
        kind=kind.value,
        at=work.act.at,
        reason=work.act.reason if reason is None else reason,
        section=section,
        by=work.act.actor,
    )
    work.session.add(step)
    work.session.flush()
    return step


def touch(work: ElectionWork, row: Candidacy) -> None:
    """Something that belongs to the candidacy has changed: whoever decides must see it first. Said outright, for
    the clock of a demo stands still, and one and the same instant is no change to the database."""
    row.changed_at = work.act.at
    flag_modified(row, "changed_at")


def case_of(work: ElectionWork, candidacy_id: UUID) -> Candidacy:
    """The candidacy that an act is about. A draft is nobody's but the candidate's. Raises Refused R203."""
    row = candidacy(work.session, work.scope, work.election.id, candidacy_id)
    if row.in_state is State.DRAFT and work.act.role not in (Role.CANDIDATE, Role.SUPPORTER):
        raise Refused(say.NO_SUCH_CANDIDACY, status=404)
    return row


def case_at(work: ElectionWork, candidacy_id: UUID, version: int, states: frozenset[State]) -> Candidacy:
    """The candidacy as the page showed it, in one of these states. Raises Refused R003, R203, R204."""
    row = case_of(work, candidacy_id)
    if row.version != version:
        raise Refused(CHANGED_MEANWHILE)
    if row.in_state not in states:
        raise Refused(say.WRONG_STATE, state=STATE_NAMES[row.in_state])
    return row
