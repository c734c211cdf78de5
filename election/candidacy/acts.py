"""Registering, deciding and withdrawing candidacies; the ballot order; the election that needs no poll."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from election.call.clock import shown
from election.call.gate import ElectionWork, election_act
from election.call.lots import BALLOT_ORDER, Lot, keep_lot, revoke_lots
from election.call.records import board
from election.call.rules import NO_BOARD, Phase
from election.candidacy import rules as say
from election.candidacy.records import (
    Candidacy,
    Supporter,
    accepted,
    by_person,
    candidacies,
    candidacy,
)
from election.candidacy.rules import (
    LEADS_TO,
    LEAST_NAME,
    LONGEST_NAME,
    MAY_BE_DECIDED,
    MAY_BE_MENDED,
    MAY_BE_WITHDRAWN,
    OPEN_STATES,
    STATE_NAMES,
    Decision,
    RightToStand,
    State,
    clean_name,
    is_ballot_name,
    is_uncontested,
    name_key,
)
from election.roll.records import RollEntry, entry_by_index
from registry.accounts.records import Official, grants
from registry.act import CHANGED_MEANWHILE, REASON_MISSING
from registry.database import search_key
from registry.findings import Refused
from registry.keys import Cell
from registry.regulation.calendar import instant
from registry.regulation.choices import LateCandidacy, Method, UnfilledReserved
from registry.regulation.seat_rules import Seats
from registry.roles import ROLE_NAMES, Role

STATION_AND_COUNTING = frozenset({Role.STATION_LEADER, Role.POLLING_OFFICIAL, Role.ENTERER, Role.CERTIFIER})
PRESENTATION_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Registration:
    """What the candidate writes. `supporters` are CPR numbers; `receipt` is the code of the own link.

    `registered_name` is the name that goes with the number; None where the office has seen who it is.
    """

    cpr: str
    ballot_name: str
    contact: str = ""
    list_key: str | None = None
    group: str | None = None
    presentation: str = ""
    supporters: tuple[str, ...] = ()
    receipt: str = ""
    registered_name: str | None = None


@dataclass(frozen=True, slots=True)
class Mended:
    """What may be mended in a candidacy: everything but who it is."""

    ballot_name: str
    contact: str
    list_key: str | None
    presentation: str


@dataclass(frozen=True, slots=True)
class Registered:
    candidacy_id: UUID
    number: int
    state: State
    right_to_stand: RightToStand
    received_at: datetime


@election_act("candidacy.open")
def open_candidacy(work: ElectionWork) -> Phase:
    """Candidates may register from now on."""
    if not board(work.session, work.election):
        raise Refused(NO_BOARD)
    return work.move_on()


@election_act("candidacy.close")
def close_candidacy(work: ElectionWork) -> Phase:
    """The deadline has passed; what comes later is kept and marked late. Before it, a reason is needed."""
    closes_at = instant(work.election.regulation.candidacy.closes.value, work.election.election_on)
    if work.act.at < closes_at and not work.act.reason.strip():
        raise Refused(say.BEFORE_THE_DEADLINE, at=shown(closes_at))
    return work.move_on()


@election_act("candidacy.register")
def register(work: ElectionWork, given: Registration) -> Registered:
    """Receive a candidacy at the election's time. After the deadline it is kept and marked late.

    Whether the person may stand is confirmed from the roll or left to the office; it is never denied here.
    """
    regulation = work.election.regulation
    if not (len(given.cpr) == 10 and given.cpr.isascii() and given.cpr.isdigit()):
        raise Refused(say.CPR_FORM)
    _demand_name_and_list(work, given.ballot_name, given.list_key)
    if len(set(given.supporters)) > max(regulation.candidacy.supporters_max.value, 0):
        raise Refused(say.TOO_MANY_SUPPORTERS, most=regulation.candidacy.supporters_max.value)
    index = work.keyring.blind_index(given.cpr)
    known = by_person(work.session, work.election, index)
    if known is not None and known.in_state is not State.WITHDRAWN:
        raise Refused(say.ALREADY_REGISTERED, number=known.number)
    if known is not None:
        raise Refused(say.WRONG_STATE, state=STATE_NAMES[known.in_state])
    made = _new_candidacy(work, given, index)
    for cpr in sorted(set(given.supporters)):
        work.session.add(
            Supporter(
                municipality=work.scope.municipality,
                council=work.scope.council,
                id=uuid4(),
                candidacy_id=made.id,
                cpr_index=work.keyring.blind_index(cpr),
            )
        )
    work.note(candidacy=str(made.id), number=made.number, state=made.state)
    return Registered(made.id, made.number, made.in_state, RightToStand(made.right_to_stand), made.submitted_at)


def _demand_name_and_list(work: ElectionWork, ballot_name: str, list_key: str | None) -> None:
    if not is_ballot_name(ballot_name):
        raise Refused(say.BALLOT_NAME_FORM, least=LEAST_NAME, most=LONGEST_NAME)
    uses_lists = work.election.regulation.seats.method.value is Method.LISTS_DHONDT
    if list_key and not uses_lists:
        raise Refused(say.LISTS_NOT_ALLOWED)
    if uses_lists and not list_key:
        raise Refused(say.LIST_NEEDED)


def _is_confirmed(entry: RollEntry | None, registered_name: str | None) -> bool:
    """Whether the roll says yes. Who has a number but not the name that goes with it learns nothing."""
    if entry is None or not entry.may_stand or entry.struck_at is not None:
        return False
    return registered_name is None or search_key(registered_name) == search_key(entry.name)


def _new_candidacy(work: ElectionWork, given: Registration, index: bytes) -> Candidacy:
    entry = entry_by_index(work.session, work.election, index)
    confirmed = _is_confirmed(entry, given.registered_name)
    closes_at = instant(work.election.regulation.candidacy.closes.value, work.election.election_on)
    is_late = work.act.at > closes_at or work.election.in_phase is not Phase.CANDIDACY
    candidacy_id = uuid4()
    made = Candidacy(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=candidacy_id,
        election_id=work.election.id,
        number=len(candidacies(work.session, work.election)) + 1,
        cpr_sealed=work.keyring.seal(given.cpr, Cell("candidacy", "cpr", candidacy_id)),
        cpr_index=index,
        contact=given.contact[:200],
        ballot_name=clean_name(given.ballot_name),
        list_key=given.list_key or None,
        group=(entry.group if entry is not None and entry.group else given.group) or None,
        presentation=given.presentation[:PRESENTATION_LIMIT],
        right_to_stand=(RightToStand.CONFIRMED if confirmed else RightToStand.TO_BE_EXAMINED).value,
        state=(State.LATE if is_late else State.SUBMITTED).value,
        submitted_at=work.act.at,
        receipt_sha256=hashlib.sha256((given.receipt or uuid4().hex).encode()).digest(),
    )
    work.session.add(made)
    work.session.flush()
    return made


@election_act("candidacy.mend")
def mend(work: ElectionWork, candidacy_id: UUID, version: int, mended: Mended) -> State:
    """Mend a candidacy that is not decided, or that was returned, until the time the regulation gives."""
    row = candidacy(work.session, work.scope, work.election.id, candidacy_id)
    if row.version != version:
        raise Refused(CHANGED_MEANWHILE)
    if row.in_state not in MAY_BE_MENDED:
        raise Refused(say.WRONG_STATE, state=STATE_NAMES[row.in_state])
    latest = instant(work.election.regulation.candidacy.cure_until.value, work.election.election_on)
    if work.act.at > latest:
        raise Refused(say.TOO_LATE_TO_MEND, latest=shown(latest))
    _demand_name_and_list(work, mended.ballot_name, mended.list_key)
    row.ballot_name, row.contact = clean_name(mended.ballot_name), mended.contact[:200]
    row.list_key, row.presentation = mended.list_key or None, mended.presentation[:PRESENTATION_LIMIT]
    row.state, row.decided_at, row.decision_reason = State.SUBMITTED.value, None, None
    work.note(candidacy=str(row.id), number=row.number, state=row.state)
    return row.in_state


@election_act("candidacy.decide")
def decide(work: ElectionWork, candidacy_id: UUID, version: int, decision: Decision) -> State:
    """Accept a candidacy, return it with its defects, or refuse it with a reason. Only people refuse."""
    row = candidacy(work.session, work.scope, work.election.id, candidacy_id)
    if row.version != version:
        raise Refused(CHANGED_MEANWHILE)
    if row.in_state not in MAY_BE_DECIDED:
        raise Refused(say.WRONG_STATE, state=STATE_NAMES[row.in_state])
    if decision is not Decision.ACCEPT and not work.act.reason.strip():
        raise Refused(REASON_MISSING)
    if decision is Decision.ACCEPT:
        _demand_in_time(work, row)
        demand_no_station_role(work, row)
        key = name_key(row.ballot_name)
        if any(name_key(other.ballot_name) == key for other in accepted(work.session, work.election)):
            raise Refused(say.BALLOT_NAME_TAKEN, name=row.ballot_name)
        row.accepted_name_key = key
        work.election.ballot_order_settled_at = None
    row.state = LEADS_TO[decision].value
    row.decided_at, row.decision_reason = work.act.at, work.act.reason or None
    work.note(candidacy=str(row.id), number=row.number, state=row.state)
    return row.in_state


def _demand_in_time(work: ElectionWork, row: Candidacy) -> None:
    """A late candidacy is accepted only where the regulation leaves it to people, and with a reason."""
    if row.in_state is not State.LATE:
        return
    if work.election.regulation.candidacy.late.value is LateCandidacy.REFUSED:
        raise Refused(say.LATE_IS_REFUSED)
    if not work.act.reason.strip():
        raise Refused(REASON_MISSING)


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


@election_act("candidacy.withdraw", needs_reason=True)
def withdraw(work: ElectionWork, candidacy_id: UUID, version: int) -> State:
    """Withdraw at the candidate's own wish, until the time the regulation gives."""
    row = candidacy(work.session, work.scope, work.election.id, candidacy_id)
    if row.version != version:
        raise Refused(CHANGED_MEANWHILE)
    if row.in_state not in MAY_BE_WITHDRAWN:
        raise Refused(say.WRONG_STATE, state=STATE_NAMES[row.in_state])
    latest = instant(work.election.regulation.candidacy.withdrawal_until.value, work.election.election_on)
    if work.act.at > latest:
        raise Refused(say.WITHDRAWAL_TOO_LATE, latest=shown(latest))
    if row.in_state is State.ACCEPTED:
        work.election.ballot_order_settled_at = None
    row.state, row.withdrawn_at, row.accepted_name_key = State.WITHDRAWN.value, work.act.at, None
    row.ballot_position = None
    work.note(candidacy=str(row.id), number=row.number, state=row.state)
    return row.in_state


@election_act("candidacy.settle_ballot_order")
def settle_ballot_order(work: ElectionWork, lot: Lot | None) -> tuple[str, ...]:
    """Put the accepted candidates in ballot order by a drawn lot, or, where no lot is drawn (a rehearsal
    on files), in the order of receipt. Returns their labels in ballot order.
    """
    standing = _demand_all_decided(work)
    if work.election.ballot_order_settled_at is not None:
        raise Refused(say.ORDER_IS_SETTLED, at=shown(work.election.ballot_order_settled_at))
    revoke_lots(work, BALLOT_ORDER, "kandidatlisten er ændret siden")
    labels = {c.label for c in standing}
    order = [c.label for c in sorted(standing, key=lambda c: c.number)]
    if lot is not None:
        if lot.purpose != BALLOT_ORDER or set(lot.among) != labels or set(lot.drawn) != labels:
            raise Refused(say.ORDER_INCOMPLETE)
        keep_lot(work, lot)
        order = list(lot.drawn)
    elif work.election.is_live:
        raise Refused(say.ORDER_INCOMPLETE)
    for row in standing:
        row.ballot_position = order.index(row.label) + 1
    work.election.ballot_order_settled_at = work.act.at
    work.note(order=order, by_lot=lot is not None)
    return tuple(order)


@election_act("candidacy.declare_uncontested")
def declare_uncontested(work: ElectionWork) -> int:
    """The board decides that no poll is held, because everyone who stands gets a seat.

    Only where the regulation allows it and before its latest time; otherwise the poll is held. Nobody gets
    "0 votes": there was no vote. Returns the number elected. (Ældreloven § 36(3) is the model)
    """
    regulation = work.election.regulation
    standing = _demand_all_decided(work)
    if not regulation.uncontested.is_allowed.value:
        raise Refused(say.UNCONTESTED_NOT_ALLOWED)
    seats = regulation.seats
    if not needs_no_poll(standing, seats):
        raise Refused(say.NOT_UNCONTESTED, candidates=len(standing), seats=seats.number.value)
    latest = instant(regulation.uncontested.latest.value, work.election.election_on)
    if work.act.at > latest:
        raise Refused(say.TOO_LATE_TO_CANCEL, latest=shown(latest))
    work.note(elected=len(standing))
    work.move_on()
    return len(standing)


def needs_no_poll(standing: list[Candidacy], seats: Seats) -> bool:
    """Whether everyone who stands gets a seat under this regulation."""
    return is_uncontested(
        [c.group for c in standing],
        seats.number.value,
        dict(seats.reserved.value),
        opens_unfilled=seats.unfilled_reserved.value is UnfilledReserved.OPEN,
    )


def _demand_all_decided(work: ElectionWork) -> list[Candidacy]:
    open_cases = [c for c in candidacies(work.session, work.election) if c.in_state in OPEN_STATES]
    if open_cases:
        raise Refused(say.UNDECIDED, number=len(open_cases))
    standing = accepted(work.session, work.election)
    if not standing:
        raise Refused(say.NO_CANDIDATES)
    return standing
