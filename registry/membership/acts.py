"""Seating the appointed, ending memberships with their posts, and offering an empty seat to the next in line."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select

from registry.act import Work, official_act
from registry.appointment.records import (
    AppointmentDecision,
    Nominee,
    case,
    case_of,
    decisions,
    nominees,
)
from registry.appointment.rules import Ruling
from registry.councils import clock
from registry.councils.acts import SECRETARIES
from registry.councils.records import CouncilTerm, Person, Seat, groups, people, seats, term
from registry.findings import Refused
from registry.membership import rules as say
from registry.membership.records import (
    Membership,
    Office,
    SubstituteOffer,
    memberships,
    offers,
    offices,
)
from registry.membership.rules import Answer, EndReason, Spell, StartReason, overlaps
from registry.membership.succession import next_for_seat
from registry.regulation.choices import Route


@official_act("membership.seat", SECRETARIES)
def seat_appointed(work: Work, case_id: UUID) -> int:
    """Give everybody who is appointed and has no seat yet the first free seat of their kind; returns how many.

    A membership begins with the term, or with the decision when that comes later.
    """
    of = case(work.session, work.scope, case_id)
    council = term(work.session, work.scope, of.term_id)
    _hold_seats(work, council)
    ruled, named = decisions(work.session, of), people(work.session, work.scope)
    seated = 0
    for one in nominees(work.session, of):
        decision = ruled.get(one.id)
        if decision is None or decision.ruling != Ruling.APPOINTED or one.seated_at is not None:
            continue
        if decision.decided_on > council.ends_on:
            raise Refused(say.OUTSIDE_THE_TERM, day=f"{decision.decided_on:%d.%m.%Y}")
        starts_on = max(council.starts_on, decision.decided_on)
        reason = StartReason.APPOINTED
        if one.route == Route.ELECTED:
            elected = StartReason.UNCONTESTED if of.facts.get("is_uncontested") else StartReason.ELECTED
            reason = elected if one.rank is None else StartReason.SUCCEEDED
        _seat(work, council, one, decision, named[one.person_id], starts_on, reason)
        seated += 1
    work.note(term=str(council.id), seated=seated)
    return seated


def _hold_seats(work: Work, council: CouncilTerm) -> None:
    """Two people at two screens wait for each other here, so that a seat is never given twice."""
    work.session.execute(
        select(Seat.id)
        .where(
            Seat.municipality == council.municipality, Seat.council == council.council, Seat.term_id == council.id
        )
        .with_for_update()
    )


def _seat(
    work: Work,
    council: CouncilTerm,
    one: Nominee,
    decision: AppointmentDecision,
    person: Person,
    starts_on: date,
    reason: StartReason,
    wanted: UUID | None = None,
) -> Membership:
    spell = Spell(starts_on, None)
    taken: dict[UUID, list[Spell]] = {}
    for row in memberships(work.session, council):
        taken.setdefault(row.seat_id, []).append(Spell(row.starts_on, row.ends_on))
        if row.person_id == person.id and overlaps(spell, [Spell(row.starts_on, row.ends_on)]):
            raise Refused(say.SITS_ALREADY, name=person.name)
    kinds = {group.id: group for group in groups(work.session, council)}
    own = [s for s in seats(work.session, council) if s.group_id == one.group_id and wanted in (None, s.id)]
    free = next((s for s in own if not overlaps(spell, taken.get(s.id, []))), None)
    if free is None and wanted is not None:
        raise Refused(say.SEAT_IS_TAKEN, seat=own[0].number, group=kinds[one.group_id].name, name=person.name)
    if free is None:
        raise Refused(say.NO_FREE_SEAT, group=kinds[one.group_id].name, name=person.name)
    made = Membership(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=uuid4(),
        term_id=council.id,
        seat_id=free.id,
        person_id=person.id,
        decision_id=decision.id,
        on_behalf_of=one.on_behalf_of,
        starts_on=starts_on,
        start_reason=reason.value,
    )
    work.session.add(made)
    one.seated_at = work.act.at
    work.session.flush()
    return made


@official_act("membership.end", SECRETARIES)
def end_membership(work: Work, membership_id: UUID, last_on: date, reason: EndReason, text: str) -> UUID:
    """End a membership after its last day, with its reason; the person's posts end the same day. Returns the seat.

    The seat stays and is empty from the next day on.
    """
    row = work.session.get(
        Membership, (work.scope.municipality, work.scope.council, membership_id), with_for_update=True
    )
    if row is None:
        raise Refused(say.NO_SUCH_MEMBERSHIP, status=404)
    council = term(work.session, work.scope, row.term_id)
    name = people(work.session, work.scope)[row.person_id].name
    if row.ends_on is not None:
        raise Refused(say.ALREADY_ENDED, name=name, day=f"{row.ends_on:%d.%m.%Y}")
    if last_on < row.starts_on:
        raise Refused(say.ENDS_BEFORE_IT_BEGAN, name=name, day=f"{row.starts_on:%d.%m.%Y}")
    if last_on > clock.local_day(work.act.at):
        raise Refused(say.ENDS_LATER, day=f"{last_on:%d.%m.%Y}")
    row.ends_on, row.end_reason, row.end_text = last_on, reason.value, text.strip()
    for office in offices(work.session, council):
        if office.person_id == row.person_id and office.ends_on is None:
            office.ends_on, office.end_reason = max(office.starts_on, last_on), reason.value
    work.note(membership=str(row.id), reason=reason.value, last_on=last_on.isoformat())
    return row.seat_id


@official_act("membership.offer", SECRETARIES)
def offer_seat(work: Work, seat_id: UUID, nominee_id: UUID) -> UUID:
    """Offer an empty seat to the substitute whose turn it is. (KRVL § 91 borrowed)"""
    seat, council = _seat_and_term(work, seat_id)
    holder = any(row.seat_id == seat.id and row.ends_on is None for row in memberships(work.session, council))
    if holder:
        raise Refused(say.SEAT_IS_NOT_FREE, seat=seat.number)
    named = people(work.session, work.scope)
    for made in offers(work.session, council):
        if made.seat_id == seat.id and made.answer is None:
            asked = work.session.get(Nominee, (work.scope.municipality, work.scope.council, made.nominee_id))
            assert asked is not None
            raise Refused(say.OFFER_OPEN, name=named[asked.person_id].name)
    one = work.session.get(Nominee, (work.scope.municipality, work.scope.council, nominee_id))
    if one is None or one.id not in {n.id for n in next_for_seat(work.session, council, seat).next}:
        raise Refused(say.NOT_NEXT_IN_LINE, name=named[one.person_id].name if one else "?")
    offer = SubstituteOffer(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=uuid4(),
        seat_id=seat.id,
        nominee_id=one.id,
        offered_at=work.act.at,
    )
    work.session.add(offer)
    work.note(seat=seat.number, nominee=str(one.id))
    return offer.id


def _seat_and_term(work: Work, seat_id: UUID) -> tuple[Seat, CouncilTerm]:
    seat = work.session.get(Seat, (work.scope.municipality, work.scope.council, seat_id))
    if seat is None:
        raise Refused(say.NO_SUCH_MEMBERSHIP, status=404)
    council = term(work.session, work.scope, seat.term_id)
    _hold_seats(work, council)
    return seat, council


@official_act("membership.answer_offer", SECRETARIES)
def answer_offer(
    work: Work, offer_id: UUID, answer: Answer, reason: str, starts_on: date | None = None
) -> UUID | None:
    """Record the substitute's answer. With yes they take the seat from `starts_on`; returns the membership."""
    offer = work.session.get(
        SubstituteOffer, (work.scope.municipality, work.scope.council, offer_id), with_for_update=True
    )
    if offer is None or offer.answer is not None:
        raise Refused(say.NO_SUCH_OFFER)
    seat, council = _seat_and_term(work, offer.seat_id)
    offer.answer, offer.answered_at, offer.reason = answer.value, work.act.at, reason.strip()
    work.note(offer=str(offer.id), answer=answer.value)
    if answer is not Answer.ACCEPTED:
        return None
    one = work.session.get(Nominee, (work.scope.municipality, work.scope.council, offer.nominee_id))
    of = case_of(work.session, council)
    assert one is not None
    assert of is not None
    starts_on = starts_on or clock.local_day(work.act.at)
    if not council.starts_on <= starts_on <= council.ends_on:
        raise Refused(say.OUTSIDE_THE_TERM, day=f"{starts_on:%d.%m.%Y}")
    decision = next_for_seat(work.session, council, seat).decision
    person = people(work.session, work.scope)[one.person_id]
    if decision is None:
        raise Refused(say.NOT_APPOINTED_YET, name=person.name)
    made = _seat(work, council, one, decision, person, starts_on, StartReason.SUCCEEDED, seat.id)
    return made.id


def take_office(
    work: Work, council: CouncilTerm, person_id: UUID, post: str, title: str, chosen_how: str, on: date
) -> Office:
    """Give a post to a member inside the act of the caller. Raises Refused when it is held, or to no member."""
    name = people(work.session, work.scope)[person_id].name
    if any(office.post == post and office.ends_on is None for office in offices(work.session, council)):
        raise Refused(say.POST_IS_HELD, post=title)
    if not any(
        row.person_id == person_id and Spell(row.starts_on, row.ends_on).holds_on(on)
        for row in memberships(work.session, council)
    ):
        raise Refused(say.NOT_A_MEMBER, name=name)
    made = Office(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=uuid4(),
        term_id=council.id,
        person_id=person_id,
        post=post,
        title=title,
        chosen_how=chosen_how,
        starts_on=on,
    )
    work.session.add(made)
    work.session.flush()
    return made
