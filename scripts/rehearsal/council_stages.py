"""From the counted result to the constituted council, through the acts that the pages call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import TypeVar
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from election.certification import acts as certification
from election.certification.handover import hand_over
from election.certification.rules import NOT_FINAL
from registry.act import Act
from registry.appointment import acts as appointment
from registry.appointment.acts import Decided
from registry.appointment.records import AppointmentCase, case_of, nominees
from registry.appointment.rules import Candidate, Ruling, free_places, next_in_line
from registry.councils import acts as councils
from registry.councils.acts import SECRETARIES
from registry.councils.records import CouncilTerm, term
from registry.findings import Refused
from registry.membership.acts import seat_appointed
from registry.regulation.calendar import local_instant
from registry.roles import Role
from scripts.rehearsal.council_files import DECISIONS, AppointmentInput, Decisions, MemberInput
from scripts.rehearsal.stages import WHO_MAY, Rehearsal
from scripts.rehearsal.trouble import BadInput, Waiting

R = TypeVar("R")


def certify_the_result(run: Rehearsal) -> None:
    """Requested by one certifier, approved by another; the election's clock says when."""
    decisions = run.case.decisions
    if decisions is None:
        raise Waiting(DECISIONS)
    first, second = _certifiers(run, decisions)
    at = clock_of(run)
    try:
        asked = certification.request(
            run.installation, run.scope, run.act("certification.request", at, first), run.election_id
        )
        certification.approve(
            run.installation, run.scope, run.act("certification.approve", at, second), run.election_id, asked
        )
    except Refused as refused:
        if refused.kind is NOT_FINAL:
            raise Waiting("tallies.csv: the final count") from refused
        raise BadInput(DECISIONS, f"certification: {refused}") from refused
    run.finished("certified")
    run.say("attesteret")


def _certifiers(run: Rehearsal, given: Decisions) -> tuple[tuple[UUID, Role], tuple[UUID, Role]]:
    """Who asks and who approves. Whom the file does not name is somebody who may: another, and no enterer."""
    roles = WHO_MAY["certification.request"]
    by_key = {"requested_by": given.requested_by, "approved_by": given.approved_by}
    named = {
        key: named_official(run, DECISIONS, f"certification.{key}", name, roles)
        for key, name in by_key.items()
        if name is not None
    }
    enterers = (run.people.named(row["by"], roles) for row in run.case.tallies or ())
    avoided = {one[0] for one in (*enterers, *named.values()) if one is not None}
    first = named.get("requested_by") or run.people.anyone(roles, avoided)
    return first, named.get("approved_by") or run.people.anyone(roles, avoided | {first[0]})


def named_official(run: Rehearsal, file: str, key: str, name: str, roles: Iterable[Role]) -> tuple[UUID, Role]:
    """The official of that name. Where nobody at all has the role, that is what the case waits for."""
    run.people.anyone(roles)
    found = run.people.named(name, roles)
    if found is None:
        raise BadInput(file, f"{key}: {name!r} is no official with role {' or '.join(roles)}")
    return found


def clock_of(run: Rehearsal) -> datetime:
    at = run.read(lambda _, row: row.clock_at)
    assert at is not None, "a rehearsal has a clock of its own"
    return at


def council_act(run: Rehearsal, at: datetime, who: tuple[UUID, Role] | None = None) -> Act:
    """An act in the council, by whoever keeps its affairs, at an instant or where its clock stands by then."""
    person, role = who or run.people.anyone(sorted(SECRETARIES))
    now = max(at, in_council(run, lambda _, council: council.clock_at) or at)
    if run.term_id is not None and now > (in_council(run, lambda _, council: council.clock_at) or now):
        mover = run.people.anyone(sorted(SECRETARIES))
        councils.move_clock(run.installation, run.scope, Act(*mover, now, uuid4()), run.term_id, now)
    return Act(person, role, now.astimezone(UTC), uuid4())


def in_council(run: Rehearsal, look: Callable[[Session, CouncilTerm], R]) -> R:
    assert run.term_id is not None
    with run.installation.database.read() as session:
        return look(session, term(session, run.scope, run.term_id))


def appoint_the_members(run: Rehearsal) -> None:
    """The case for the appointing body, and its decision on every person."""
    run.term_id = hand_over(
        run.installation, run.scope, run.act("certification.hand_over", clock_of(run)), run.election_id
    )
    run.finished("proposed")
    decisions = run.case.decisions
    given = decisions.appointment if decisions else None
    if given is None:
        raise Waiting(f"{DECISIONS}: [appointment]")
    of = in_council(run, _case)
    at = local_instant(given.decided_on, time(12))
    for number, member in enumerate(given.members, start=1):
        _name(run, of, number, member, at)
    body = given.body or of.body
    decided = tuple(
        (nominee_id, Decided(ruling, body, given.decided_on, given.case_no, reason))
        for nominee_id, ruling, reason in _rulings(run, given)
    )
    try:
        appointment.decide_all(run.installation, run.scope, council_act(run, at), of.id, decided)
    except Refused as refused:
        raise BadInput(DECISIONS, f"appointment: {refused}") from refused
    run.finished("appointed")


def seat_the_members(run: Rehearsal) -> None:
    """Everybody who is appointed gets a seat of their kind."""
    of = in_council(run, _case)
    at = in_council(run, lambda _, council: council.clock_at)
    assert at is not None, "a rehearsal has a clock of its own"
    try:
        seated = seat_appointed(run.installation, run.scope, council_act(run, at), of.id)
    except Refused as refused:
        raise BadInput(DECISIONS, f"appointment: {refused}") from refused
    run.say(f"udpeget: {seated} har fået plads i rådet")
    if not seated:
        raise Waiting("members: nobody is appointed to the council")


def _case(session: Session, council: CouncilTerm) -> AppointmentCase:
    found = case_of(session, council)
    assert found is not None
    return found


def _name(run: Rehearsal, of: AppointmentCase, number: int, member: MemberInput, at: datetime) -> None:
    act = council_act(run, at)
    try:
        appointment.name_member(
            run.installation,
            run.scope,
            act,
            of.id,
            member.name,
            member.seat_group,
            member.nominated_by,
            member.id,
        )
    except Refused as refused:
        raise BadInput(DECISIONS, f"appointment.member[{number}] {member.id!r}: {refused}") from refused


def _rulings(run: Rehearsal, given: AppointmentInput) -> Iterator[tuple[UUID, Ruling, str]]:
    """Every person of the case with what was decided.

    Whoever is named in [[appointment.member]] is appointed. When somebody declines, the next substitute on whom
    the file is silent follows by the case's own proposal. A place that somebody was not appointed to stays
    empty: its filling is for the appointing body to say.
    """
    rows = in_council(run, lambda session, council: nominees(session, _case(session, council)))
    by_label = {row.label: row for row in rows}
    named = {one.id: one for one in given.elected}
    own = {one.id for one in given.members}
    for one in given.elected:
        if one.id not in by_label or one.id in own:
            raise BadInput(DECISIONS, f"appointment.elected: {one.id!r} is neither elected nor a substitute")
    line: dict[str, Candidate] = {}
    for row in rows:
        if row.label in own:
            yield row.id, Ruling.APPOINTED, ""
            continue
        if row.rank is None and row.label not in named:
            raise Waiting(f"{DECISIONS}: decision on {row.label}")
        ruling = named[row.label].ruling if row.label in named else None
        line[row.label] = Candidate(row.label, row.label, row.queue, row.rank, ruling)
        if row.label in named:
            yield row.id, named[row.label].ruling, named[row.label].reason
    for queue in sorted({one.queue for one in line.values()}):
        for label in _following(queue, line):
            yield by_label[label].id, Ruling.APPOINTED, ""


def _following(queue: str, line: dict[str, Candidate]) -> Iterator[str]:
    """The substitutes who follow those who declined. Raises Waiting when equal ones are more than the places."""
    own = [one for one in line.values() if one.queue == queue]
    kept_empty = sum(one.ruling is Ruling.NOT_APPOINTED for one in own)
    while (places := free_places(queue, line.values()) - kept_empty) > 0:
        turn = next_in_line(queue, line.values())
        if not turn:
            return
        if len(turn) > places:
            raise Waiting(f"{DECISIONS}: decision on {' / '.join(one.label for one in turn)}")
        for one in turn:
            line[one.label] = replace(one, ruling=Ruling.APPOINTED)
            yield one.label
