"""Ending a tie at the meeting: a lot that people draw, or the chair's decision where the regulation says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from election.constitution import rules as say
from election.constitution.records import PostLot
from election.constitution.rules import CHAIR_DECIDES_CITE, State
from election.constitution.standing import (
    RoundAnswer,
    chair_ends_tie,
    follow,
    names_of,
    standing,
    under_way,
)
from election.counting.methods import BadInput
from registry.act import Work, official_act
from registry.councils.acts import SECRETARIES
from registry.findings import Refused
from registry.meetings.acts import demand_time, note


@official_act("constitution.record_lot", SECRETARIES)
def record_lot(
    work: Work, ballot_id: UUID, drawn: tuple[UUID, ...], drawn_by: str, witnesses: str, method: str, at: datetime
) -> RoundAnswer:
    """Record a lot drawn at the meeting among exactly those who stand equal. (KSTL § 24(1) borrowed)"""
    if not drawn_by.strip() or not witnesses.strip() or not method.strip():
        raise Refused(say.NO_LOT_DETAILS)
    return _end_tie(
        work, ballot_id, drawn, drawn_by.strip(), witnesses.strip(), method.strip(), at, by_chair=False
    )


@official_act("constitution.chair_decides", SECRETARIES)
def chair_decides(work: Work, ballot_id: UUID, choice: UUID, at: datetime) -> RoundAnswer:
    """The chair ends a tie where the regulation says so: an act of its own beside the chair's vote."""
    return _end_tie(work, ballot_id, (choice,), "formanden", "mødet", "formandens beslutning", at, by_chair=True)


def _end_tie(
    work: Work,
    ballot_id: UUID,
    drawn: tuple[UUID, ...],
    drawn_by: str,
    witnesses: str,
    method: str,
    at: datetime,
    *,
    by_chair: bool,
) -> RoundAnswer:
    this = under_way(work, ballot_id, State.OPEN)
    demand_time(work, this.of, at)
    before = standing(work.session, this.row)
    if before is None or not before.lot_among or not drawn or not {str(d) for d in drawn} <= set(before.lot_among):
        raise Refused(say.LOT_NOT_ASKED)
    decides = chair_ends_tie(work.session, this.council, this.of, this.row.post, at, before.lot_for)
    if by_chair and not decides:
        raise Refused(say.CHAIR_DOES_NOT_DECIDE)
    among = names_of(work, before.lot_among)
    first = names_of(work, drawn[:1])
    text = f"Formanden afgør stemmeligheden mellem {among} til fordel for {first}."
    if not by_chair:
        order = ", ".join(names_of(work, [one]) for one in drawn)
        text = f"Lodtrækning mellem {among}: {order}. Trukket af {drawn_by}; vidner: {witnesses}; {method}."
    cite = CHAIR_DECIDES_CITE if by_chair else ""
    entry = note(work, this.of, this.item, at, text, cite, ballot=str(this.row.id))
    lot = PostLot(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=uuid4(),
        ballot_id=this.row.id,
        purpose=before.lot_for,
        among=list(before.lot_among),
        drawn=[str(one) for one in drawn],
        is_chairs_decision=by_chair,
        drawn_by=drawn_by,
        witnesses=witnesses,
        method=method,
        drawn_at=at,
        entry_id=entry.id,
    )
    work.session.add(lot)
    work.session.flush()
    try:
        found = standing(work.session, this.row)
    except BadInput as error:
        raise Refused(say.LOT_NOT_ASKED) from error
    assert found is not None
    # The count knows lots only; that the chair chose is not said to be one.
    told, cite = (f"{first} er valgt.", CHAIR_DECIDES_CITE) if by_chair else (found.sentence, found.cite)
    note(work, this.of, this.item, at, told, cite, ballot=str(this.row.id), after_lot=str(lot.id))
    work.note(post=this.row.post, lot=str(lot.id), by_chair=by_chair)
    return follow(this, replace(found, sentence=told))
