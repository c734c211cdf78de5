"""Taking a step back while the meeting lasts: a registration, a point, the roll call itself.

Nothing is removed: events and lines are marked, and what still holds is written again with the right numbers.
"""

from __future__ import annotations

from uuid import UUID

from registry.act import Work, official_act
from registry.councils.acts import SECRETARIES
from registry.councils.records import CouncilTerm, people, term
from registry.findings import Refused
from registry.meetings import rules as say
from registry.meetings.acts import item_of, opened, write_opening, write_presence
from registry.meetings.records import (
    AgendaItem,
    Meeting,
    MinuteEntry,
    PresenceEvent,
    agenda,
    entries,
    latest_at,
    presence_events,
    quorum_at,
)
from registry.meetings.rules import ItemKind, PresenceKind


@official_act("meetings.undo_presence", SECRETARIES)
def undo_presence(work: Work, meeting_id: UUID, event_id: UUID) -> bool:
    """Take back a registration that was a mistake. Refused when a round that holds rests on it.

    The lines about those who came and went later are written again, for their numbers have changed.
    """
    of = opened(work, meeting_id)
    council = term(work.session, work.scope, of.term_id)
    every = presence_events(work.session, of)
    event = next((one for one in every if one.id == event_id), None)
    if event is None:
        raise Refused(say.NO_SUCH_EVENT)
    name = people(work.session, work.scope)[event.person_id].name
    if any(one.person_id == event.person_id and one.sequence > event.sequence for one in every):
        raise Refused(say.HAS_LATER, name=name)
    lines = entries(work.session, of)
    own = next((line for line in lines if line.figures.get("event") == str(event.id)), None)
    since = own.sequence if own else 0
    rests = any("entitled" in line.figures and line.sequence > since for line in lines)
    if rests and event.kind != PresenceKind.EXCUSED:
        raise Refused(say.HAS_VOTED, name=name)
    event.voided_at = work.act.at
    if own is not None:
        own.voided_at = work.act.at
    work.session.flush()
    if event.kind != PresenceKind.EXCUSED:
        later = [line for line in lines if line.sequence > since]
        _write_again(work, council, of, later, is_roll_call=own is None)
    after = quorum_at(work.session, council, of, latest_at(work.session, of) or event.at)
    work.note(undone=event.kind, present=after.present, is_quorate=after.is_met)
    return after.is_met


def _write_again(
    work: Work, council: CouncilTerm, of: Meeting, later: list[MinuteEntry], *, is_roll_call: bool
) -> None:
    """The lines of the roll call and of later comings and goings, with the numbers that hold now."""
    events = {str(one.id): one for one in presence_events(work.session, of)}
    points = {item.id: item for item in agenda(work.session, of)}
    if is_roll_call:
        first = next(item for item in points.values() if item.kind == ItemKind.OPENING)
        called = _called(events, later)
        for line in later:
            if line.item_id == first.id and "event" not in line.figures:
                line.voided_at = work.act.at
        write_opening(work, council, of, first, max((one.sequence for one in called), default=0))
    for line in later:
        event = events.get(str(line.figures.get("event")))
        if event is not None:
            line.voided_at = work.act.at
            write_presence(work, council, of, points[line.item_id], event)
    work.session.flush()


def _called(events: dict[str, PresenceEvent], lines: list[MinuteEntry]) -> list[PresenceEvent]:
    """Who was registered at the roll call: those without a line of their own."""
    told = {line.figures.get("event") for line in lines}
    return [event for key, event in events.items() if key not in told]


@official_act("meetings.undo_open", SECRETARIES)
def undo_open(work: Work, meeting_id: UUID) -> UUID:
    """Call the roll once more. Refused when anything has happened at the meeting since."""
    of = opened(work, meeting_id)
    first = agenda(work.session, of)[0]
    lines = entries(work.session, of)
    if any(line.item_id != first.id or "event" in line.figures for line in lines):
        raise Refused(say.HAS_GONE_ON)
    for event in presence_events(work.session, of):
        event.voided_at = work.act.at
    for line in lines:
        line.voided_at = work.act.at
    of.opened_at, first.done_at = None, None
    work.note(opened=False)
    return of.id


@official_act("meetings.reopen_item", SECRETARIES)
def reopen_item(work: Work, meeting_id: UUID, item_id: UUID) -> UUID:
    """Open a point again while the meeting lasts; what was written under it is taken back, and stays on record.

    A point in which a post was filled is opened again where the posts are filled.
    """
    of = opened(work, meeting_id)
    item = item_of(work, of, item_id)
    if item.kind in (ItemKind.POST, ItemKind.OPENING) or item.done_at is None:
        raise Refused(say.NO_SUCH_ITEM)
    take_back_lines(work, of, item)
    item.done_at = None
    work.note(item=item.number, reopened=True)
    return item.id


def take_back_lines(work: Work, of: Meeting, item: AgendaItem) -> None:
    """What was written under a point leaves the minutes; who came and went meanwhile stays in them."""
    for line in entries(work.session, of):
        if line.item_id == item.id and "event" not in line.figures:
            line.voided_at = work.act.at
    work.session.flush()
