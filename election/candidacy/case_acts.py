"""What happens to a candidacy as a whole: it is sent, decided, refused by two, complained of, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select

from election.call.clock import shown
from election.call.gate import ElectionWork, election_act
from election.call.rules import Phase
from election.candidacy import findings as say
from election.candidacy.deadlines import deadlines
from election.candidacy.mails import Mail, tell
from election.candidacy.names import LEAST_NAME, LONGEST_NAME, is_ballot_name, name_key
from election.candidacy.part_acts import Person, Written, apply, new_case, set_consents
from election.candidacy.records import (
    Candidacy,
    Defect,
    Step,
    accepted,
    by_person,
    candidacy,
    claims,
    consented,
)
from election.candidacy.rules import (
    MAY_BE_DECIDED,
    MAY_BE_SENT,
    MAY_BE_WITHDRAWN,
    STATE_NAMES,
    ConsentKind,
    Decision,
    Part,
    RightToStand,
    State,
    StepKind,
    StruckKind,
    is_late,
)
from election.candidacy.supporter_acts import add_supporters
from election.roll.records import entry_by_index
from registry.accounts.records import Official, grants
from registry.act import CHANGED_MEANWHILE, REASON_MISSING
from registry.findings import Refused
from registry.regulation.choices import AfterPrinting, LateCandidacy, Method
from registry.roles import ROLE_NAMES, Role

STATION_AND_COUNTING = frozenset({Role.STATION_LEADER, Role.POLLING_OFFICIAL, Role.ENTERER, Role.CERTIFIER})


@dataclass(frozen=True, slots=True)
class Registration:
    """A candidacy that came on paper. `supporters` are the CPR numbers of those who signed."""

    cpr: str
    ballot_name: str
    email: str = ""
    phone: str = ""
    list_key: str | None = None
    group: str | None = None
    presentation: str = ""
    supporters: tuple[str, ...] = ()
    is_willing: bool = True
    language: str = "da"
    consents: frozenset[ConsentKind] = frozenset()


@dataclass(frozen=True, slots=True)
class Registered:
    candidacy_id: UUID
    number: int
    state: State
    right_to_stand: RightToStand
    received_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Named:
    """One thing to mend: in which part, and what to do."""

    part: Part
    text: str


@election_act("candidacy.register")
def register(work: ElectionWork, given: Registration) -> Registered:
    """The office receives a candidacy on paper, at the election's time. After the deadline it is marked late.

    Whether the person may stand is confirmed from the roll or left to the office; it is never denied here.
    """
    if not (len(given.cpr) == 10 and given.cpr.isascii() and given.cpr.isdigit()):
        raise Refused(say.CPR_FORM)
    if not is_ballot_name(given.ballot_name):
        raise Refused(say.BALLOT_NAME_FORM, least=LEAST_NAME, most=LONGEST_NAME)
    uses_lists = work.election.regulation.seats.method.value is Method.LISTS_DHONDT
    if uses_lists and not given.list_key:
        raise Refused(say.LIST_NEEDED)
    index = work.keyring.blind_index(given.cpr)
    known = by_person(work.session, work.election, index)
    if known is not None and known.in_state is not State.DRAFT:
        if known.in_state is State.WITHDRAWN:
            raise Refused(say.WRONG_STATE, state=STATE_NAMES[known.in_state])
        raise Refused(say.ALREADY_REGISTERED, number=known.number)
    row = known or new_case(work, Person(given.cpr), index, given.language)
    written = Written(
        ballot_name=given.ballot_name,
        email=given.email,
        phone=given.phone,
        list_key=given.list_key,
        group=row.group or given.group,
        is_willing=given.is_willing,
        texts=(("da", given.presentation),) if given.presentation else (),
    )
    apply(work, row, written)
    set_consents(work, row, given.consents)
    add_supporters(work, row, given.supporters)
    return _send(work, row)


@election_act("candidacy.send")
def send(work: ElectionWork, candidacy_id: UUID) -> Registered:
    """The candidate sends what is filled in, complete or not, or sends it again after mending.

    A draft that comes after the deadline, and mending after its time, is kept and marked late, never lost.
    (KRVL §§ 23, 27 borrowed; regulation: candidacy.closes, candidacy.cure_until)
    """
    row = candidacy(work.session, work.scope, work.election.id, candidacy_id)
    if row.in_state not in MAY_BE_SENT:
        raise Refused(say.WRONG_STATE, state=STATE_NAMES[row.in_state])
    return _send(work, row)


def _send(work: ElectionWork, row: Candidacy) -> Registered:
    is_first, until = row.in_state is State.DRAFT, deadlines(work.session, work.election)
    if is_first:
        late = is_late(work.act.at, until.closes) or work.election.in_phase is not Phase.CANDIDACY
        row.submitted_at = work.act.at
    else:
        late = is_late(work.act.at, until.cure_until)
    row.state = (State.LATE if late else State.SUBMITTED).value
    row.decided_at, row.decision_reason, row.changed_at = None, None, work.act.at
    kind = StepKind.LATE if late else StepKind.SUBMITTED if is_first else StepKind.MENDED
    happened(work, row, kind)
    tell(
        work, row, Mail.RECEIVED_LATE if late else Mail.RECEIVED if is_first else Mail.MENDED, at=_iso(work.act.at)
    )
    work.note(candidacy=str(row.id), number=row.number, state=row.state)
    work.session.flush()
    right = RightToStand(row.right_to_stand)
    return Registered(row.id, row.number, row.in_state, right, row.sent_at, row.version)


@election_act("candidacy.decide")
def decide(
    work: ElectionWork, candidacy_id: UUID, version: int, decision: Decision, named: tuple[Named, ...] = ()
) -> State:
    """Accept a candidacy, or return it with what is to be mended. Refusing takes two (`propose_refusal`)."""
    row = _case_at(work, candidacy_id, version, MAY_BE_DECIDED)
    if row.refusal_proposed_by is not None:
        raise Refused(say.REFUSAL_IS_PROPOSED)
    if decision is Decision.ACCEPT:
        _demand_acceptable(work, row)
        row.accepted_name_key = name_key(row.ballot_name)
        work.election.ballot_order_settled_at = None
        row.state = State.ACCEPTED.value
        happened(work, row, StepKind.ACCEPTED)
        tell(work, row, Mail.ACCEPTED)
    else:
        _return(work, row, named)
    row.decided_at, row.decision_reason = work.act.at, work.act.reason or None
    work.note(candidacy=str(row.id), number=row.number, state=row.state)
    return row.in_state


def _return(work: ElectionWork, row: Candidacy, named: tuple[Named, ...]) -> None:
    if not named and not work.act.reason.strip():
        raise Refused(say.NO_DEFECT_NAMED)
    named = named or (Named(Part.OTHER, work.act.reason),)
    row.state = State.RETURNED.value
    step = happened(work, row, StepKind.RETURNED)
    for number, one in enumerate(named, 1):
        work.session.add(
            Defect(
                municipality=row.municipality,
                council=row.council,
                id=uuid4(),
                step_id=step.id,
                number=number,
                part=one.part.value,
                text=one.text,
            )
        )
    until = deadlines(work.session, work.election).cure_until
    parts = [{"part": one.part.value, "text": one.text} for one in named]
    tell(work, row, Mail.RETURNED, defects=parts, reason=work.act.reason, until=_iso(until))


def _demand_acceptable(work: ElectionWork, row: Candidacy) -> None:
    """What no discretion can make good: the form of the name, a second of the same name, two lists, a protected
    name without consent, a late one where the regulation refuses it, a role at the polls.
    (KRVL §§ 24, 30 borrowed)
    """
    if not is_ballot_name(row.ballot_name):
        raise Refused(say.BALLOT_NAME_FORM, least=LEAST_NAME, most=LONGEST_NAME)
    if work.election.regulation.seats.method.value is Method.LISTS_DHONDT and not row.list_key:
        raise Refused(say.LIST_NEEDED)
    lists = {one.list_key for one in claims(work.session, row)} | {row.list_key}
    if row.list_key is None and len(lists - {None}) > 1:
        raise Refused(say.NOT_ONE_LIST, lists=", ".join(sorted(one for one in lists if one)))
    entry = entry_by_index(work.session, work.election, row.cpr_index)
    is_protected = entry is not None and entry.is_protected
    if is_protected and ConsentKind.PROTECTED_NAME not in consented(work.session, row):
        raise Refused(say.NAME_IS_PROTECTED)
    if row.in_state is State.LATE:
        if work.election.regulation.candidacy.late.value is LateCandidacy.REFUSED:
            raise Refused(say.LATE_IS_REFUSED)
        if not work.act.reason.strip():
            raise Refused(REASON_MISSING)
    demand_no_station_role(work, row)
    key = name_key(row.ballot_name)
    if any(name_key(other.ballot_name) == key for other in accepted(work.session, work.election)):
        raise Refused(say.BALLOT_NAME_TAKEN, name=row.ballot_name)


def demand_no_station_role(work: ElectionWork, row: Candidacy) -> None:
    """A candidate holds no station or counting role. (KRVL §§ 16, 78a borrowed)

    Asked when a candidacy is accepted, and again before the polls open, because roles are given meanwhile.
    It sees those officials whose CPR number the office has typed; the number itself is not kept.
    """
    official = work.session.scalar(
        select(Official).where(
            Official.municipality == work.scope.municipality,
            Official.cpr_index == row.cpr_index,
            Official.ended_at.is_(None),
        )
    )
    if official is None:
        return
    held = {g.role for g in grants(work.session, work.scope.municipality, official.id)} & STATION_AND_COUNTING
    if held:
        raise Refused(say.HOLDS_A_ROLE, name=row.ballot_name, role=ROLE_NAMES[sorted(held)[0]])


@election_act("candidacy.propose_refusal", needs_reason=True)
def propose_refusal(work: ElectionWork, candidacy_id: UUID, version: int, section: str) -> State:
    """One person proposes that a candidacy is refused, for a reason and by a section. It is not refused yet."""
    row = _case_at(work, candidacy_id, version, MAY_BE_DECIDED)
    if row.refusal_proposed_by is not None:
        raise Refused(say.REFUSAL_IS_PROPOSED)
    if not section.strip():
        raise Refused(say.SECTION_MISSING)
    row.refusal_proposed_by, row.refusal_reason = work.act.actor, work.act.reason
    row.refusal_section = section.strip()
    happened(work, row, StepKind.REFUSAL_PROPOSED, section=row.refusal_section)
    work.note(candidacy=str(row.id), number=row.number)
    return row.in_state


@election_act("candidacy.confirm_refusal")
def confirm_refusal(work: ElectionWork, candidacy_id: UUID, version: int) -> State:
    """Another person confirms the refusal; only now it is one, and the candidate is told why. Raises R225."""
    row = _case_at(work, candidacy_id, version, MAY_BE_DECIDED)
    if row.refusal_proposed_by is None:
        raise Refused(say.NO_REFUSAL_PROPOSED)
    if row.refusal_proposed_by == work.act.actor:
        raise Refused(say.SAME_PERSON)
    reason, section = row.refusal_reason or "", row.refusal_section or ""
    row.state, row.decided_at, row.decision_reason = State.REFUSED.value, work.act.at, reason
    happened(work, row, StepKind.REFUSED, reason=reason, section=section)
    row.refusal_proposed_by = row.refusal_reason = row.refusal_section = None
    tell(work, row, Mail.REFUSED, reason=reason, section=section)
    work.note(candidacy=str(row.id), number=row.number, state=row.state)
    return row.in_state


@election_act("candidacy.drop_refusal", needs_reason=True)
def drop_refusal(work: ElectionWork, candidacy_id: UUID, version: int) -> State:
    """The proposal to refuse is taken back, by whoever sees that it should not be confirmed."""
    row = _case_at(work, candidacy_id, version, MAY_BE_DECIDED)
    if row.refusal_proposed_by is None:
        raise Refused(say.NO_REFUSAL_PROPOSED)
    row.refusal_proposed_by = row.refusal_reason = row.refusal_section = None
    happened(work, row, StepKind.REFUSAL_DROPPED)
    work.note(candidacy=str(row.id), number=row.number)
    return row.in_state


@election_act("candidacy.complain", needs_reason=True)
def complain(work: ElectionWork, candidacy_id: UUID) -> State:
    """The candidate complains of the refusal; the text is the act's reason. Raises Refused R233."""
    row = candidacy(work.session, work.scope, work.election.id, candidacy_id)
    if row.in_state is not State.REFUSED:
        raise Refused(say.NOTHING_TO_COMPLAIN_OF)
    happened(work, row, StepKind.COMPLAINED)
    tell(work, row, Mail.COMPLAINT_RECEIVED)
    work.note(candidacy=str(row.id), number=row.number)
    return row.in_state


@election_act("candidacy.decide_complaint", needs_reason=True)
def decide_complaint(work: ElectionWork, candidacy_id: UUID, version: int, is_upheld: bool) -> State:
    """The board decides a complaint. Upheld: the candidacy is open again and must be decided anew."""
    row = _case_at(work, candidacy_id, version, frozenset({State.REFUSED}))
    last = work.session.scalars(_steps_of(row)).first()
    if last is None or last.of_kind is not StepKind.COMPLAINED:
        raise Refused(say.NOTHING_TO_COMPLAIN_OF)
    happened(work, row, StepKind.COMPLAINT_UPHELD if is_upheld else StepKind.COMPLAINT_REJECTED)
    if is_upheld:
        row.state, row.decided_at, row.decision_reason = State.SUBMITTED.value, None, None
    kind = Mail.COMPLAINT_UPHELD if is_upheld else Mail.COMPLAINT_REJECTED
    tell(work, row, kind, reason=work.act.reason)
    work.note(candidacy=str(row.id), number=row.number, state=row.state)
    return row.in_state


@election_act("candidacy.withdraw", needs_reason=True)
def withdraw(work: ElectionWork, candidacy_id: UUID, version: int) -> State:
    """Withdraw at the candidate's own wish, until the time the regulation gives. (KRVL § 26(2) borrowed)"""
    row = _case_at(work, candidacy_id, version, MAY_BE_WITHDRAWN)
    latest = deadlines(work.session, work.election).withdrawal_until
    if is_late(work.act.at, latest):
        raise Refused(say.WITHDRAWAL_TOO_LATE, latest=shown(latest))
    if row.in_state is State.ACCEPTED:
        work.election.ballot_order_settled_at = None
    row.state, row.withdrawn_at, row.accepted_name_key = State.WITHDRAWN.value, work.act.at, None
    row.ballot_position = row.refusal_proposed_by = row.refusal_reason = row.refusal_section = None
    happened(work, row, StepKind.WITHDRAWN)
    tell(work, row, Mail.WITHDRAWN)
    work.note(candidacy=str(row.id), number=row.number, state=row.state)
    return row.in_state


@election_act("candidacy.strike", needs_reason=True)
def strike(work: ElectionWork, candidacy_id: UUID, version: int, kind: StruckKind) -> State:
    """An accepted candidate has died or lost the right to stand.

    Before the ballot is settled the candidate leaves it. After that, where the regulation says *marked* and
    always once the polls are open, the name stays on the ballot and is marked; the votes are counted.
    (Regulation: ballot.after_printing)
    """
    row = _case_at(work, candidacy_id, version, frozenset({State.ACCEPTED}))
    if row.struck_at is not None:
        raise Refused(say.WRONG_STATE, state=STATE_NAMES[State.STRUCK])
    is_made = work.election.ballot_order_settled_at is not None
    reprints = work.election.regulation.ballot.after_printing.value is AfterPrinting.REPRINTED
    row.struck_at, row.struck_kind = work.act.at, kind.value
    row.is_marked = work.election.in_phase is Phase.POLLING or (is_made and not reprints)
    if not row.is_marked:
        row.state, row.accepted_name_key, row.ballot_position = State.STRUCK.value, None, None
        work.election.ballot_order_settled_at = None
    happened(work, row, StepKind.STRUCK)
    if kind is StruckKind.LOST_RIGHT:
        tell(work, row, Mail.STRUCK, reason=work.act.reason)
    work.note(candidacy=str(row.id), number=row.number, state=row.state, kind=kind.value, marked=row.is_marked)
    return row.in_state


def happened(
    work: ElectionWork, row: Candidacy, kind: StepKind, *, reason: str | None = None, section: str = ""
) -> Step:
    """Write a step of the candidacy's history."""
    number = work.session.scalar(
        select(func.max(Step.number)).where(
            Step.municipality == row.municipality,
            Step.council == row.council,
            Step.candidacy_id == row.id,
        )
    )
    step = Step(
        municipality=row.municipality,
        council=row.council,
        id=uuid4(),
        candidacy_id=row.id,
        number=(number or 0) + 1,
        kind=kind.value,
        at=work.act.at,
        reason=work.act.reason if reason is None else reason,
        section=section,
        by=work.act.actor,
    )
    work.session.add(step)
    work.session.flush()
    return step


def _steps_of(row: Candidacy):  # type: ignore[no-untyped-def]
    return (
        select(Step)
        .where(Step.municipality == row.municipality, Step.council == row.council, Step.candidacy_id == row.id)
        .order_by(Step.number.desc())
    )


def _case_at(
    work: ElectionWork, candidacy_id: UUID, version: int, states: frozenset[State] | Sequence[State]
) -> Candidacy:
    """The candidacy as the page showed it, in one of these states. Raises Refused R003, R203, R204."""
    row = candidacy(work.session, work.scope, work.election.id, candidacy_id)
    if row.version != version:
        raise Refused(CHANGED_MEANWHILE)
    if row.in_state not in states:
        raise Refused(say.WRONG_STATE, state=STATE_NAMES[row.in_state])
    return row


def _iso(at: datetime) -> str:
    return at.isoformat()
