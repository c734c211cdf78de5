"""Opening a term with its seats, and setting the clock of a demo council."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from registry.act import Work, official_act
from registry.councils import clock
from registry.councils.records import CouncilTerm, Seat, SeatGroup, term
from registry.councils.rules import COUNCIL_CLOCK_IS_REAL, COUNCIL_CLOCK_RUNS_FORWARD, NO_RULES
from registry.findings import Refused
from registry.regulation.loader import load_bytes
from registry.roles import Role

SECRETARIES = frozenset({Role.COUNCIL_SECRETARY, Role.ELECTION_ADMINISTRATOR})
"""Who keeps the council's affairs in order."""


@dataclass(frozen=True, slots=True)
class TermPlan:
    """What a term is opened on."""

    source: str
    kind: str
    clock_at: datetime | None
    regulation_id: str
    regulation_sha256: str
    regulation_toml: bytes


def open_term(work: Work, plan: TermPlan) -> CouncilTerm:
    """Open a term inside the act of the caller: every seat of the regulation exists from now on, empty.

    Raises Refused R560 when the regulation says nothing of the council's seats.
    """
    rules = load_bytes(plan.regulation_toml, plan.regulation_id)
    if rules.composition is None or rules.meetings is None:
        raise Refused(NO_RULES, regulation=plan.regulation_id)
    key = {"municipality": work.scope.municipality, "council": work.scope.council}
    made = CouncilTerm(
        **key,
        id=uuid4(),
        source=plan.source,
        council_name=rules.council.name.value,
        kind=plan.kind,
        clock_at=plan.clock_at,
        starts_on=rules.after.term_starts_on.value,
        ends_on=rules.after.term_ends_on.value,
        legal_size=rules.composition.legal_size.value,
        regulation_id=plan.regulation_id,
        regulation_sha256=plan.regulation_sha256,
        regulation_toml=plan.regulation_toml,
        opened_at=work.act.at,
    )
    work.session.add(made)
    work.session.flush()
    number = 0
    for position, rule in enumerate(rules.composition.groups, start=1):
        group = SeatGroup(
            **key,
            id=uuid4(),
            term_id=made.id,
            position=position,
            code=rule.code,
            name=rule.name.value,
            route=rule.route.value.value,
            nominated_by=rule.nominated_by.value,
            has_vote=rule.has_vote.value,
        )
        work.session.add(group)
        work.session.flush()
        for _ in range(rules.composition.seats_of(rule, rules.seats.number.value)):
            number += 1
            work.session.add(Seat(**key, id=uuid4(), term_id=made.id, group_id=group.id, number=number))
    work.session.flush()
    work.note(term=str(made.id), seats=number)
    return made


@official_act("councils.move_clock", SECRETARIES)
def move_clock(work: Work, term_id: UUID, to: datetime) -> datetime:
    """Set the clock of a demo or rehearsal council forward. Raises Refused in a real one."""
    council = term(work.session, work.scope, term_id)
    if council.clock_at is None:
        raise Refused(COUNCIL_CLOCK_IS_REAL)
    if to < council.clock_at:
        raise Refused(COUNCIL_CLOCK_RUNS_FORWARD, clock=clock.shown(council.clock_at))
    council.clock_at = to.astimezone(UTC)
    work.note(term=str(term_id), clock=to.astimezone(UTC).isoformat())
    return council.clock_at
