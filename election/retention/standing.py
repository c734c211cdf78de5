"""What is kept of voters now, until when, and what stands in the way of destroying it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from election.call import clock
from election.call.records import Election
from election.call.rules import Phase
from election.call.voter_data import held
from election.certification.handover import is_handed_over
from election.retention import rules as say
from election.retention.records import (
    Destruction,
    destruction_of,
    refusals,
    undecided_complaints,
    undecided_objections,
)
from election.roll.records import roll_of
from registry.erasure import Erasure, erasure, open_erasures
from registry.findings import Finding, Refused
from registry.residents.assessment import ImpactAssessment, assessments


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the keeping of an election stands. An instant that the regulation leaves open is None."""

    held: dict[str, int]
    refused: int
    objections_until: datetime | None
    may_forget_refused: bool
    destroy_from: datetime | None
    obstacles: tuple[Finding, ...]
    destruction: Destruction | None
    erasure: Erasure | None
    """Whether what was destroyed is gone from the files and the backups, too."""
    unfinished: tuple[Erasure, ...]
    assessments: tuple[ImpactAssessment, ...]

    @property
    def may_destroy(self) -> bool:
        return not self.obstacles


@dataclass(frozen=True, slots=True)
class Due:
    """What the list of tasks needs to know about keeping."""

    is_refused_forgotten: bool
    may_forget_refused: bool
    is_destroyed: bool
    may_destroy: bool
    is_unfinished: bool


def to_be_forgotten(session: Session, election: Election, at: datetime) -> Due:
    """What is due at this instant; cheaper than everything that `standing` reads."""
    roll, refused = roll_of(session, election), refusals(session, election)
    until = _known(lambda: say.objections_end(election.regulation, election.election_on))
    is_destroyed = destruction_of(session, election) is not None
    return Due(
        is_refused_forgotten=is_destroyed or (roll is not None and roll.is_frozen and not refused),
        may_forget_refused=bool(refused) and until is not None and at >= until,
        is_destroyed=is_destroyed,
        may_destroy=next(obstacles(session, election, at), None) is None,
        is_unfinished=bool(open_erasures(session, election.scope)),
    )


def standing(session: Session, election: Election, at: datetime) -> Standing:
    """Everything that the page about keeping shows."""
    regulation, destruction = election.regulation, destruction_of(session, election)
    refused = refusals(session, election)
    until = _known(lambda: say.objections_end(regulation, election.election_on))
    return Standing(
        held=held(session, election.scope),
        refused=refused,
        objections_until=until,
        may_forget_refused=bool(refused) and until is not None and at >= until,
        destroy_from=_known(lambda: say.earliest_destruction(regulation, election.election_on)),
        obstacles=tuple(obstacles(session, election, at)),
        destruction=destruction,
        erasure=erasure(session, election.scope, destruction.erasure_id) if destruction else None,
        unfinished=tuple(open_erasures(session, election.scope)),
        assessments=tuple(assessments(session, election.scope)),
    )


def obstacles(session: Session, election: Election, at: datetime) -> Iterator[Finding]:
    """Why the roll may not be destroyed now, the weightiest reason first; none: it may."""
    if (earlier := destruction_of(session, election)) is not None:
        yield Finding(say.DESTROYED_ALREADY, {"at": clock.shown(earlier.at)})
        return
    if election.in_phase is not Phase.CERTIFIED:
        yield Finding(say.NOT_CERTIFIED_YET)
    elif not is_handed_over(session, election):
        yield Finding(say.NOT_HANDED_OVER)
    if undecided := undecided_complaints(session, election):
        yield Finding(say.COMPLAINTS_UNDECIDED, {"number": undecided})
    if undecided := undecided_objections(session, election):
        yield Finding(say.OBJECTIONS_UNDECIDED, {"number": undecided})
    try:
        earliest = say.earliest_destruction(election.regulation, election.election_on)
    except Refused as open_question:
        yield Finding(open_question.kind, open_question.facts)
        return
    if at < earliest:
        yield Finding(say.TOO_EARLY, {"from_when": clock.shown(earliest)})


def _known(ask: Callable[[], datetime]) -> datetime | None:
    try:
        return ask()
    except Refused:
        return None
