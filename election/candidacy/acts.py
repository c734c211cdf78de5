"""The phase of candidacies as a whole: opening, extending, closing; the ballot order; the poll not needed."""

from __future__ import annotations

from datetime import datetime, time
from uuid import UUID, uuid4

from election.call.clock import shown
from election.call.extended import Extension, extensions
from election.call.gate import ElectionWork, election_act
from election.call.lots import BALLOT_ORDER, Lot, keep_lot, revoke_lots
from election.call.records import board
from election.call.rules import NO_BOARD, Phase
from election.candidacy import findings as say
from election.candidacy.deadlines import deadlines
from election.candidacy.history import happened
from election.candidacy.mails import Mail, tell
from election.candidacy.records import Candidacy, accepted, candidacies, cases, stands_late
from election.candidacy.rules import OPEN_STATES, State, StepKind, is_late, is_uncontested
from registry.database import sort_key
from registry.findings import Refused
from registry.regulation.calendar import COPENHAGEN, instant
from registry.regulation.choices import BallotOrder, UnfilledReserved
from registry.regulation.seat_rules import Seats


@election_act("candidacy.open")
def open_candidacy(work: ElectionWork) -> Phase:
    """Candidates may register from now on."""
    if not board(work.session, work.election):
        raise Refused(NO_BOARD)
    return work.move_on()


@election_act("candidacy.close")
def close_candidacy(work: ElectionWork) -> Phase:
    """The deadline has passed; what comes later is kept and marked late. Before it, a reason is needed."""
    closes_at = deadlines(work.session, work.election).closes
    if work.act.at < closes_at and not work.act.reason.strip():
        raise Refused(say.BEFORE_THE_DEADLINE, at=shown(closes_at))
    return work.move_on()


@election_act("candidacy.extend", needs_reason=True)
def extend(
    work: ElectionWork, closes_at: datetime, cure_until: datetime, withdrawal_until: datetime
) -> tuple[UUID, ...]:
    """Extend the deadlines, before candidates are closed. What had come too late and now is in time, is in time.

    The deadline must be later than the one that holds, the others not earlier, all in order and before election
    day. Returns the candidacies that became timely. Raises Refused R230.
    """
    now_holds, day = deadlines(work.session, work.election), work.election.election_on
    in_order = now_holds.closes < closes_at <= cure_until and closes_at <= withdrawal_until
    is_longer = now_holds.cure_until <= cure_until and now_holds.withdrawal_until <= withdrawal_until
    last = datetime.combine(day, time(), COPENHAGEN)
    if not (in_order and is_longer) or max(cure_until, withdrawal_until) >= last or closes_at <= work.act.at:
        raise Refused(say.BAD_EXTENSION, at=shown(now_holds.closes))
    work.session.add(
        Extension(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=uuid4(),
            election_id=work.election.id,
            number=len(extensions(work.session, work.election)) + 1,
            closes_at=closes_at,
            cure_until=cure_until,
            withdrawal_until=withdrawal_until,
            reason=work.act.reason,
            at=work.act.at,
            by=work.act.actor,
        )
    )
    work.session.flush()
    timely = []
    for row in cases(work.session, work.election):
        is_behind = row.in_state in OPEN_STATES | {State.LATE} and stands_late(work.session, row)
        is_timely = is_behind and not is_late(row.sent_at, closes_at)
        if is_timely:
            if row.in_state is State.LATE:
                row.state = State.SUBMITTED.value
            happened(work, row, StepKind.IN_TIME)
            timely.append(row.id)
        if row.in_state in OPEN_STATES | {State.DRAFT}:
            told = {"until": closes_at.isoformat(), "reason": work.act.reason}
            tell(work, row, Mail.IN_TIME if is_timely else Mail.EXTENDED, **told)
    work.note(closes_at=closes_at.isoformat(), timely=len(timely))
    return tuple(timely)


@election_act("candidacy.settle_ballot_order")
def settle_ballot_order(work: ElectionWork, lot: Lot | None) -> tuple[str, ...]:
    """Put the accepted candidates in ballot order, as the regulation says: alphabetically, or by a drawn lot
    (which with rotation is the order of the first station). Where a lot is due and none is given, in a rehearsal
    on files, the order of the cases is taken. Returns their labels in ballot order. (Regulation: ballot.order)
    """
    if work.election.ballot_order_settled_at is not None:
        raise Refused(say.ORDER_IS_SETTLED, at=shown(work.election.ballot_order_settled_at))
    standing = _demand_all_decided(work)
    revoke_lots(work, BALLOT_ORDER, "kandidatlisten er ændret siden")
    is_alphabetical = work.election.regulation.ballot.order.value is BallotOrder.ALPHABETICAL
    labels = sorted(c.label for c in standing)
    if is_alphabetical:
        order = [c.label for c in sorted(standing, key=lambda c: (sort_key(c.ballot_name), c.number))]
    else:
        order = [c.label for c in sorted(standing, key=lambda c: c.number)]
    if lot is not None:
        if is_alphabetical or lot.purpose != BALLOT_ORDER or not _names_each_once(lot, labels):
            raise Refused(say.ORDER_INCOMPLETE)
        keep_lot(work, lot)
        order = list(lot.drawn)
    elif work.election.is_live and not is_alphabetical:
        raise Refused(say.ORDER_INCOMPLETE)
    for row in standing:
        row.ballot_position = order.index(row.label) + 1
    work.election.ballot_order_settled_at = work.act.at
    work.note(order=order, by_lot=lot is not None)
    return tuple(order)


def _names_each_once(lot: Lot, labels: list[str]) -> bool:
    return sorted(lot.among) == labels and sorted(lot.drawn) == labels


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
    """Who stands on a new ballot, or without one. Who was struck and only marked leaves it now."""
    open_cases = [c for c in candidacies(work.session, work.election) if c.in_state in OPEN_STATES]
    if open_cases:
        raise Refused(say.UNDECIDED, number=len(open_cases))
    for row in accepted(work.session, work.election):
        if row.struck_at is not None:  # the ballot that bore the mark is not used
            row.state, row.is_marked = State.STRUCK.value, False
            row.accepted_name_key, row.ballot_position = None, None
    work.session.flush()
    standing = accepted(work.session, work.election)
    if not standing:
        raise Refused(say.NO_CANDIDATES)
    return standing
