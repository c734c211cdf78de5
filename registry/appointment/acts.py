"""Proposing the elected, naming the other members, and recording what the appointing body decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from registry.act import Work, official_act
from registry.appointment import rules as say
from registry.appointment.records import (
    AppointmentCase,
    AppointmentDecision,
    Nominee,
    case,
    case_of,
    decisions,
    line_up,
    nominee,
    nominees,
)
from registry.appointment.rules import Ruling, may_be_appointed
from registry.councils import clock
from registry.councils.acts import SECRETARIES
from registry.councils.records import CouncilTerm, Person, SeatGroup, groups, people, seats, term
from registry.database import search_key
from registry.findings import Refused
from registry.regulation.choices import Route


@dataclass(frozen=True, slots=True)
class Elected:
    """One person of the result: elected, or a substitute with a rank in a queue."""

    label: str
    name: str
    queue: str = ""
    rank: int | None = None
    votes: int | None = None


@dataclass(frozen=True, slots=True)
class CasePlan:
    """The result as it is handed over. `facts` are printed in the case and decide nothing."""

    body: str
    election_on: date
    people: tuple[Elected, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision as the appointing body took it."""

    ruling: Ruling
    body: str
    decided_on: date
    case_no: str
    reason: str = ""


def open_case(work: Work, council: CouncilTerm, plan: CasePlan) -> AppointmentCase:
    """Propose the elected inside the act of the caller. A corrected result makes a new revision of the case.

    Raises Refused R574 when somebody of the earlier case is seated or decided upon already.
    (Integrationsloven § 42(3): members are appointed by the municipal council)
    """
    earlier = case_of(work.session, council)
    known: dict[tuple[str, str], UUID] = {}
    others: list[Nominee] = []
    if earlier is not None:
        if decisions(work.session, earlier):
            raise Refused(say.CASE_IS_USED)
        earlier.superseded_at = work.act.at
        before = nominees(work.session, earlier)
        named = people(work.session, work.scope)
        known = {(one.label, named[one.person_id].name): one.person_id for one in before}
        others = [one for one in before if one.route != Route.ELECTED]
    made = AppointmentCase(
        **_key(work),
        id=uuid4(),
        term_id=council.id,
        revision=earlier.revision + 1 if earlier else 1,
        body=plan.body,
        election_on=plan.election_on,
        facts=dict(plan.facts),
        proposed_at=work.act.at,
    )
    work.session.add(made)
    work.session.flush()
    group = next(g for g in groups(work.session, council) if g.route == Route.ELECTED)
    for position, one in enumerate(plan.people, start=1):
        person_id = known.get((one.label, one.name)) or _new_person(work, one.name)
        work.session.add(_nominee(work, made, person_id, group, one, position))
    _keep_named(work, council, made, others)
    work.session.flush()
    work.note(case=str(made.id), revision=made.revision, people=len(plan.people))
    return made


def _keep_named(work: Work, council: CouncilTerm, made: AppointmentCase, others: list[Nominee]) -> None:
    """Those who were named for the other seats stand in the corrected case too: nobody has to type them again."""
    kinds = {group.id: group for group in groups(work.session, council)}
    for position, one in enumerate(others, start=len(nominees(work.session, made)) + 1):
        kept = Elected(one.label, "")
        group = kinds[one.group_id]
        work.session.add(_nominee(work, made, one.person_id, group, kept, position, one.on_behalf_of))


def _key(work: Work) -> dict[str, str]:
    return {"municipality": work.scope.municipality, "council": work.scope.council}


def _new_person(work: Work, name: str) -> UUID:
    made = Person(**_key(work), id=uuid4(), name=name)
    work.session.add(made)
    work.session.flush()
    return made.id


def _nominee(
    work: Work,
    of: AppointmentCase,
    person_id: UUID,
    group: SeatGroup,
    one: Elected,
    position: int,
    on_behalf_of: str = "",
) -> Nominee:
    return Nominee(
        **_key(work),
        id=uuid4(),
        case_id=of.id,
        person_id=person_id,
        group_id=group.id,
        label=one.label,
        route=group.route,
        position=position,
        rank=one.rank,
        queue=one.queue,
        votes=one.votes,
        on_behalf_of=on_behalf_of,
    )


@official_act("appointment.name_member", SECRETARIES)
def name_member(
    work: Work, case_id: UUID, name: str, group_code: str, on_behalf_of: str, label: str | None = None
) -> UUID:
    """Name somebody for a seat that is not elected, on behalf of whoever proposes them. Returns the nominee.

    Raises Refused when there is no such kind of seat, when it is the elected one, or when it is full.
    """
    of = case(work.session, work.scope, case_id)
    council = term(work.session, work.scope, of.term_id)
    every = [group for group in groups(work.session, council) if group.route != Route.ELECTED]
    wanted = search_key(group_code)
    group = next((g for g in every if wanted in (search_key(g.code), search_key(g.name))), None)
    if group is None:
        named = ", ".join(f"{g.code} ({g.name})" for g in every) or "ingen"
        raise Refused(say.NO_SUCH_GROUP, group=group_code, groups=named)
    name = " ".join(name.split())
    if not name:
        raise Refused(say.DETAILS_MISSING)
    there = nominees(work.session, of)
    names = {key: person.name for key, person in people(work.session, work.scope).items()}
    if any(search_key(names[one.person_id]) == search_key(name) for one in there):
        raise Refused(say.SAME_PERSON_TWICE, name=name)
    taken = {one.label for one in there}
    number = max(one.position for one in there) + 1 if there else 1
    label = label or next(free for n in count(number) if (free := f"m{n}") not in taken)
    if label in taken:
        raise Refused(say.LABEL_TAKEN, label=label)
    _demand_room(work, council, of, group, name)
    made = _nominee(work, of, _new_person(work, name), group, Elected(label, name), number, on_behalf_of.strip())
    work.session.add(made)
    work.note(case=str(of.id), nominee=str(made.id), group=group.code)
    return made.id


def _demand_room(work: Work, council: CouncilTerm, of: AppointmentCase, group: SeatGroup, name: str) -> None:
    """People on their way to a seat of the group are fewer than its seats.

    Whoever has had a seat is not counted: they may have left it, and a successor is named for it. Whether a
    seat is free shows when it is given.
    """
    ruled = decisions(work.session, of)
    size = sum(seat.group_id == group.id for seat in seats(work.session, council))
    named = sum(
        one.group_id == group.id
        and one.seated_at is None
        and (one.id not in ruled or ruled[one.id].ruling == Ruling.APPOINTED)
        for one in nominees(work.session, of)
    )
    if named >= size:
        raise Refused(say.GROUP_IS_FULL, group=group.name, seats=size, name=name)


@official_act("appointment.decide", SECRETARIES)
def decide(
    work: Work,
    case_id: UUID,
    nominee_id: UUID,
    ruling: Ruling,
    body: str,
    decided_on: date,
    case_no: str,
    reason: str = "",
) -> UUID:
    """Record what was decided about one person: appointed, not appointed with its reason, or declined.

    A substitute is appointed only in turn. (Integrationsloven § 42(3))
    """
    of = case(work.session, work.scope, case_id)
    return _decide(work, of, nominee_id, Decided(ruling, body, decided_on, case_no, reason))


@official_act("appointment.decide_all", SECRETARIES)
def decide_all(work: Work, case_id: UUID, decided: tuple[tuple[UUID, Decided], ...]) -> int:
    """Record one meeting's decisions on many people, all of them or none; returns how many.

    Those who are not appointed come first, so that a substitute may follow in the same decision.
    """
    of = case(work.session, work.scope, case_id)
    ordered = sorted(decided, key=lambda pair: pair[1].ruling is Ruling.APPOINTED)
    by_rank = {one.id: one.rank or 0 for one in nominees(work.session, of)}
    for nominee_id, one in sorted(ordered, key=lambda pair: by_rank.get(pair[0], 0)):
        _decide(work, of, nominee_id, one)
        work.session.flush()
    return len(decided)


def _decide(work: Work, of: AppointmentCase, nominee_id: UUID, what: Decided) -> UUID:
    ruling, body, decided_on, case_no, reason = (
        what.ruling, what.body, what.decided_on, what.case_no, what.reason,
    )  # fmt: skip
    council = term(work.session, work.scope, of.term_id)
    one = nominee(work.session, of, nominee_id)
    name = people(work.session, work.scope)[one.person_id].name
    if one.seated_at is not None:
        raise Refused(say.ALREADY_DECIDED, name=name)
    if not body.strip() or not case_no.strip():
        raise Refused(say.DETAILS_MISSING)
    if decided_on < of.election_on:
        raise Refused(say.DECIDED_TOO_EARLY, day=f"{decided_on:%d.%m.%Y}", election=f"{of.election_on:%d.%m.%Y}")
    if decided_on > clock.local_day(work.act.at):
        raise Refused(say.DECIDED_LATER, day=f"{decided_on:%d.%m.%Y}")
    if ruling is Ruling.NOT_APPOINTED and not reason.strip():
        raise Refused(say.REASON_FOR_NO, name=name)
    before = decisions(work.session, of).get(one.id)
    if before is not None and not reason.strip():
        raise Refused(say.REASON_FOR_CHANGE, name=name)
    if ruling is Ruling.APPOINTED and not (before and before.ruling == Ruling.APPOINTED):
        _demand_turn(work, council, of, one, name)
    made = AppointmentDecision(
        **_key(work),
        id=uuid4(),
        nominee_id=one.id,
        revision=before.revision + 1 if before else 1,
        ruling=ruling.value,
        body=body.strip(),
        decided_on=decided_on,
        case_no=case_no.strip(),
        reason=reason.strip(),
        at=work.act.at,
        by=work.act.actor,
    )
    work.session.add(made)
    work.note(case=str(of.id), nominee=str(one.id), ruling=ruling.value, decided_on=decided_on.isoformat())
    return made.id


def _demand_turn(work: Work, council: CouncilTerm, of: AppointmentCase, one: Nominee, name: str) -> None:
    names = {key: person.name for key, person in people(work.session, work.scope).items()}
    line = line_up(of, work.session, names)
    if one.id in line:
        ruled_out = line[one.id].is_out  # somebody who said no and is appointed after all needs a free place
        for finding in filter(None, [may_be_appointed(line[one.id], list(line.values()))]):
            raise Refused.because(finding)
        if not ruled_out:
            return
    group = next(g for g in groups(work.session, council) if g.id == one.group_id)
    before = decisions(work.session, of)
    size = sum(seat.group_id == group.id for seat in seats(work.session, council))
    appointed = sum(
        other.group_id == group.id
        and (one.route == Route.ELECTED or other.seated_at is None)
        and other.id in before
        and before[other.id].ruling == Ruling.APPOINTED
        for other in nominees(work.session, of)
    )
    if appointed >= size:
        raise Refused(say.GROUP_IS_FULL, group=group.name, seats=size, name=name)
