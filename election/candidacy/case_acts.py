"""What happens to a candidacy as a whole: it is sent, decided, refused by two, complained of, withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from election.call.clock import shown
from election.call.gate import ElectionWork, election_act
from election.call.rules import Phase
from election.candidacy import findings as say
from election.candidacy.acceptance import demand_acceptable
from election.candidacy.deadlines import deadlines
from election.candidacy.history import case_at, case_of, happened
from election.candidacy.mails import Mail, tell
from election.candidacy.names import LEAST_NAME, LONGEST_NAME, is_ballot_name
from election.candidacy.part_acts import Person, Written, apply, new_case, set_consents
from election.candidacy.records import (
    Candidacy,
    Defect,
    by_person,
    stands_late,
    steps,
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
from election.candidacy.typed import clean_text
from registry.findings import Refused
from registry.one_person import is_one_of
from registry.regulation.choices import AfterPrinting, Method


@dataclass(frozen=True, slots=True)
class Registration:
    """A candidacy that came on paper. `supporters` are the CPR numbers of those who signed."""

    cpr: str
    ballot_name: str
    email: str = ""
    phone: str = ""
    list_key: str | None = None
    group: str | None = None
    texts: tuple[tuple[str, str], ...] = ()
    """The presentation by language."""
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
        email=given.email or None,
        phone=given.phone or None,
        list_key=given.list_key,
        group=row.group or given.group,
        is_willing=given.is_willing,
        texts=given.texts,
    )
    apply(work, row, written)
    set_consents(work, row, given.consents)
    add_supporters(work, row, given.supporters)
    return _send(work, row)


@election_act("candidacy.send")
def send(work: ElectionWork, candidacy_id: UUID) -> Registered:
    """The candidate sends what is filled in, complete or not, or sends it again after mending.

    A draft that comes after the deadline, and mending after its time, is kept and marked late, never lost.
    What came too late does not become timely by being mended.
    (KRVL §§ 23, 27 borrowed; regulation: candidacy.closes, candidacy.cure_until)
    """
    row = case_of(work, candidacy_id)
    if row.in_state not in MAY_BE_SENT:
        raise Refused(say.WRONG_STATE, state=STATE_NAMES[row.in_state])
    return _send(work, row)


def _send(work: ElectionWork, row: Candidacy) -> Registered:
    is_first, until = row.in_state is State.DRAFT, deadlines(work.session, work.election)
    if is_first:
        late = is_late(work.act.at, until.closes) or work.election.in_phase is not Phase.CANDIDACY
        row.submitted_at = work.act.at
    else:
        late = is_late(work.act.at, until.cure_until) or stands_late(work.session, row)
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
    row = case_at(work, candidacy_id, version, MAY_BE_DECIDED)
    if row.refusal_proposed_by is not None:
        raise Refused(say.REFUSAL_IS_PROPOSED)
    if decision is Decision.ACCEPT:
        row.accepted_name_key = demand_acceptable(work, row)
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
    named = named or (Named(Part.OTHER, work.act.reason),)
    named = tuple(one for one in (Named(one.part, clean_text(one.text)) for one in named) if one.text)
    if not named:
        raise Refused(say.NO_DEFECT_NAMED)
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


@election_act("candidacy.propose_refusal", needs_reason=True)
def propose_refusal(work: ElectionWork, candidacy_id: UUID, version: int, section: str) -> State:
    """One person proposes that a candidacy is refused, for a reason and by a section. It is not refused yet."""
    row = case_at(work, candidacy_id, version, MAY_BE_DECIDED)
    if row.refusal_proposed_by is not None:
        raise Refused(say.REFUSAL_IS_PROPOSED)
    section = clean_text(section)
    if not section:
        raise Refused(say.SECTION_MISSING)
    row.refusal_proposed_by, row.refusal_reason = work.act.actor, work.act.reason
    row.refusal_section = section
    happened(work, row, StepKind.REFUSAL_PROPOSED, section=section)
    work.note(candidacy=str(row.id), number=row.number)
    return row.in_state


@election_act("candidacy.confirm_refusal")
def confirm_refusal(work: ElectionWork, candidacy_id: UUID, version: int) -> State:
    """Another person confirms the refusal; only now it is one, and the candidate is told why. Raises R225."""
    row = case_at(work, candidacy_id, version, MAY_BE_DECIDED)
    if row.refusal_proposed_by is None:
        raise Refused(say.NO_REFUSAL_PROPOSED)
    if is_one_of(work.session, work.scope.municipality, work.act.actor, [row.refusal_proposed_by]):
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
    row = case_at(work, candidacy_id, version, MAY_BE_DECIDED)
    if row.refusal_proposed_by is None:
        raise Refused(say.NO_REFUSAL_PROPOSED)
    row.refusal_proposed_by = row.refusal_reason = row.refusal_section = None
    happened(work, row, StepKind.REFUSAL_DROPPED)
    work.note(candidacy=str(row.id), number=row.number)
    return row.in_state


@election_act("candidacy.complain", needs_reason=True)
def complain(work: ElectionWork, candidacy_id: UUID) -> State:
    """The candidate complains of the refusal, once; the text is the act's reason. Raises Refused R233."""
    row = case_of(work, candidacy_id)
    if row.in_state is not State.REFUSED or _last_step(work, row) is not StepKind.REFUSED:
        raise Refused(say.NOTHING_TO_COMPLAIN_OF)
    happened(work, row, StepKind.COMPLAINED)
    tell(work, row, Mail.COMPLAINT_RECEIVED)
    work.note(candidacy=str(row.id), number=row.number)
    return row.in_state


@election_act("candidacy.decide_complaint", needs_reason=True)
def decide_complaint(work: ElectionWork, candidacy_id: UUID, version: int, is_upheld: bool) -> State:
    """The board decides a complaint, by somebody who had no part in the refusal. Upheld: the candidacy is open
    again and must be decided anew. Raises Refused R233, R247. (Forvaltningsloven § 3 as a model)
    """
    row = case_at(work, candidacy_id, version, frozenset({State.REFUSED}))
    if _last_step(work, row) is not StepKind.COMPLAINED:
        raise Refused(say.NOTHING_TO_COMPLAIN_OF)
    refused_by = {one.by for one in steps(work.session, row) if one.of_kind in _OF_A_REFUSAL}
    if is_one_of(work.session, work.scope.municipality, work.act.actor, refused_by):
        raise Refused(say.OWN_REFUSAL)
    happened(work, row, StepKind.COMPLAINT_UPHELD if is_upheld else StepKind.COMPLAINT_REJECTED)
    if is_upheld:
        row.state, row.decided_at, row.decision_reason = State.SUBMITTED.value, None, None
    kind = Mail.COMPLAINT_UPHELD if is_upheld else Mail.COMPLAINT_REJECTED
    tell(work, row, kind, reason=work.act.reason)
    work.note(candidacy=str(row.id), number=row.number, state=row.state)
    return row.in_state


_OF_A_REFUSAL = frozenset({StepKind.REFUSAL_PROPOSED, StepKind.REFUSED})


def _last_step(work: ElectionWork, row: Candidacy) -> StepKind | None:
    told = steps(work.session, row)
    return told[-1].of_kind if told else None


@election_act("candidacy.withdraw", needs_reason=True)
def withdraw(work: ElectionWork, candidacy_id: UUID, version: int) -> State:
    """Withdraw at the candidate's own wish, until the time the regulation gives. (KRVL § 26(2) borrowed)"""
    row = case_at(work, candidacy_id, version, MAY_BE_WITHDRAWN)
    if row.struck_at is not None:
        raise Refused(say.WRONG_STATE, state=STATE_NAMES[State.STRUCK])
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
    row = case_at(work, candidacy_id, version, frozenset({State.ACCEPTED}))
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


def _iso(at: datetime) -> str:
    return at.isoformat()
