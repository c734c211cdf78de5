"""Taking a step back while the meeting lasts: a round that does not hold, a post that is filled anew.

What was written is not removed: the rounds keep the reason, and the lines leave the minutes but not the record.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from election.constitution import rules as say
from election.constitution.records import ballots, lots, rounds
from election.constitution.rules import State
from election.constitution.standing import BallotUnderWay, under_way
from registry.act import Work, official_act
from registry.councils.acts import SECRETARIES
from registry.findings import Refused
from registry.meetings.acts import item_of, note, opened
from registry.meetings.going_back import take_back_lines
from registry.meetings.records import agenda, entries, latest_at
from registry.meetings.rules import ItemKind
from registry.membership.records import ANNULLED, offices


@official_act("constitution.annul_round", SECRETARIES, needs_reason=True)
def annul_round(work: Work, ballot_id: UUID) -> int:
    """The last round does not hold, with the reason; lots drawn on it fall with it. Returns its number."""
    this = under_way(work, ballot_id, State.OPEN, State.ELECTED)
    held = rounds(work.session, this.row)
    if not held:
        raise Refused(say.NOTHING_TO_ANNUL)
    last = held[-1]
    last.annulled_at, last.annul_reason = work.act.at, work.act.reason
    written = {line.id: line.sequence for line in entries(work.session, this.of)}
    since = written[last.entry_id]
    for lot in lots(work.session, this.row):
        if written[lot.entry_id] >= since:
            lot.annulled_at = work.act.at
    _take_back_lines(work, this, since)
    at = _now(work, this)
    note(
        work,
        this.of,
        this.item,
        at,
        f"Runde {last.number} er annulleret: {work.act.reason}",
        ballot=str(this.row.id),
    )
    this.row.state, this.row.winner_id = State.OPEN.value, None
    work.note(post=this.row.post, annulled=last.number)
    return last.number


@official_act("constitution.withdraw", SECRETARIES, needs_reason=True)
def withdraw(work: Work, ballot_id: UUID) -> UUID:
    """Take the whole filling of a post back while the meeting lasts, with the reason. Its rows stay on record."""
    this = under_way(work, ballot_id, State.OPEN, State.ELECTED, State.ACCEPTED)
    if this.row.state == State.ACCEPTED:
        for office in offices(work.session, this.council):
            if office.post == this.row.post and office.ends_on is None:
                office.ends_on, office.end_reason = office.starts_on, ANNULLED
        _open_posts_that_fell_away(work, this)
    _take_back_lines(work, this, 0)
    at = _now(work, this)
    text = f"Valget til posten som {this.rule.name.value} er taget om: {work.act.reason}"
    note(work, this.of, this.item, at, text, withdrawn=str(this.row.id))
    this.row.state, this.row.ended_at, this.row.reason = State.WITHDRAWN.value, at, work.act.reason
    this.row.winner_id = None
    this.item.done_at = None
    work.note(post=this.row.post, withdrawn=True)
    return this.row.id


def _open_posts_that_fell_away(work: Work, this: BallotUnderWay) -> None:
    """A post that fell away because of who holds another is to be settled again when that is taken back."""
    filled = {row.item_id for row in ballots(work.session, this.of) if row.state == State.ACCEPTED}
    for item in agenda(work.session, this.of):
        if item.kind == ItemKind.POST and item.done_at is not None and item.id not in filled:
            take_back_lines(work, this.of, item)
            item.done_at = None


@official_act("constitution.reopen_post", SECRETARIES)
def reopen_post(work: Work, meeting_id: UUID, item_id: UUID) -> UUID:
    """Open a point again whose post fell away or was put off; a post that was filled is withdrawn instead."""
    of = opened(work, meeting_id)
    item = item_of(work, of, item_id)
    if item.kind != ItemKind.POST:
        raise Refused(say.NOT_A_POST)
    rows = [row for row in ballots(work.session, of) if row.item_id == item.id]
    if item.done_at is None or any(row.state == State.ACCEPTED for row in rows):
        raise Refused(say.BALLOT_IS_OVER)
    own = {str(row.id) for row in rows}
    for line in entries(work.session, of):
        is_told = "event" in line.figures or line.figures.get("ballot") in own or "withdrawn" in line.figures
        if line.item_id == item.id and not is_told:
            line.voided_at = work.act.at
    item.done_at = None
    work.note(item=item.number, reopened=True)
    return item.id


@official_act("constitution.undo_decline", SECRETARIES)
def undo_decline(work: Work, ballot_id: UUID) -> UUID:
    """Take back that the elected said no, as long as nobody else has been proposed since. Returns the elected."""
    this = under_way(work, ballot_id, State.DECLINED)
    last = [row for row in ballots(work.session, this.of) if row.item_id == this.item.id][-1]
    if last.id != this.row.id or this.item.done_at is not None:
        raise Refused(say.BALLOT_IS_OVER)
    assert this.row.winner_id is not None
    for line in entries(work.session, this.of):
        if line.figures.get("declined") == str(this.row.id):
            line.voided_at = work.act.at
    this.row.state, this.row.ended_at, this.row.reason = State.ELECTED.value, None, None
    work.note(post=this.row.post, declined=False)
    return this.row.winner_id


def _now(work: Work, this: BallotUnderWay) -> datetime:
    """The instant of taking a step back: never before what is already in the minutes."""

    return max(filter(None, [latest_at(work.session, this.of), this.row.opened_at]))


def _take_back_lines(work: Work, this: BallotUnderWay, since: int) -> None:
    """The lines about this ballot from a place in the minutes on."""
    for line in entries(work.session, this.of):
        if line.figures.get("ballot") == str(this.row.id) and line.sequence >= since:
            line.voided_at = work.act.at
    work.session.flush()
