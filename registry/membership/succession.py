"""Who is next for an empty seat, and why others before them are not: read from case, offers and spells."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from registry.appointment.records import AppointmentDecision, Nominee, case_of, decisions, nominees
from registry.appointment.rules import RULING_NAMES, Ruling
from registry.councils.records import CouncilTerm, Seat, groups
from registry.findings import Term
from registry.membership.records import memberships, offers
from registry.membership.rules import ANSWER_NAMES, END_NAMES, Answer, EndReason
from registry.regulation.choices import Route

SITS = Term("har allerede en plads i rådet")
ASKED_ELSEWHERE = Term("har fået tilbudt en anden plads og ikke svaret endnu")


@dataclass(frozen=True, slots=True)
class Line:
    """The line for one seat. `next` has several people when the regulation ranks them equal.

    `skipped` names those before them with the reason; `decision` is what a successor's seat rests on.
    """

    next: tuple[Nominee, ...]
    skipped: tuple[tuple[Nominee, Term], ...]
    decision: AppointmentDecision | None


def next_for_seat(session: Session, council: CouncilTerm, seat: Seat) -> Line:
    """The substitutes whose turn it is for this seat. A seat that is not elected has no line.

    The line is that of the list or group of whoever held the seat last. (KRVL § 91 borrowed)
    """
    group = next(g for g in groups(session, council) if g.id == seat.group_id)
    of = case_of(session, council)
    if of is None or group.route != Route.ELECTED:
        return Line((), (), None)
    spells = memberships(session, council)
    line = nominees(session, of)
    ruled = decisions(session, of)
    last = next((row for row in reversed(spells) if row.seat_id == seat.id), None)
    held = next((one for one in line if last is not None and one.person_id == last.person_id), None)
    decision = next((d for d in ruled.values() if last is not None and d.id == last.decision_id), None)
    if held is None:
        return Line((), (), decision)
    said_no = {
        o.nominee_id: Answer(o.answer) for o in offers(session, council) if o.answer not in (None, "accepted")
    }
    sitting = {row.person_id for row in spells if row.ends_on is None}
    left = {row.person_id: END_NAMES[EndReason(row.end_reason)] for row in spells if row.end_reason}
    asked = {o.nominee_id for o in offers(session, council) if o.answer is None and o.seat_id != seat.id}
    skipped: list[tuple[Nominee, Term]] = []
    waiting: list[Nominee] = []
    for one in line:
        if one.rank is None or one.queue != held.queue:
            continue
        why = _passed_over(one, ruled.get(one.id), said_no, asked)
        why = why or (SITS if one.person_id in sitting else left.get(one.person_id))
        if why:
            skipped.append((one, why))
        else:
            waiting.append(one)
    if not waiting:
        return Line((), tuple(skipped), decision)
    first = min(one.rank for one in waiting if one.rank is not None)
    turn = tuple(one for one in waiting if one.rank == first)
    return Line(turn, tuple(s for s in skipped if (s[0].rank or 0) <= first), decision)


def _passed_over(
    one: Nominee, ruling: AppointmentDecision | None, said_no: dict[UUID, Answer], asked: set[UUID]
) -> Term | None:
    if one.id in said_no:
        return ANSWER_NAMES[said_no[one.id]]
    if ruling is not None and ruling.ruling != Ruling.APPOINTED:
        return RULING_NAMES[Ruling(ruling.ruling)]
    return ASKED_ELSEWHERE if one.id in asked else None
