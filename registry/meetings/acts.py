"""Convening a meeting, calling the roll, who comes and goes, the points of the agenda, closing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select

from registry.act import Work, official_act
from registry.councils import clock
from registry.councils.acts import SECRETARIES
from registry.councils.records import CouncilTerm, people, term
from registry.findings import Refused
from registry.meetings import rules as say
from registry.meetings.records import (
    AgendaItem,
    Meeting,
    MinuteEntry,
    PresenceEvent,
    agenda,
    constitutive,
    entries,
    latest_at,
    meeting,
    meetings,
    members_at,
    presence,
    quorum_at,
)
from registry.meetings.rules import ItemKind, PresenceKind, days_of_notice, present_at
from registry.regulation.choices import Convener
from registry.roles import Role

_CONVENER_NAMES = {
    Convener.SECRETARY: "sekretæren",
    Convener.LONGEST_SERVING: "det medlem, der har siddet længst",
    Convener.OLDEST: "det ældste medlem",
}
_EARLY = timedelta(minutes=2)
"""A clock on the wall may be a little fast."""


@official_act("meetings.convene", SECRETARIES)
def convene(
    work: Work,
    term_id: UUID,
    planned_at: datetime,
    place: str,
    convened_by: str,
    notice_sent_at: datetime,
    late_reason: str = "",
) -> UUID:
    """Convene the constitutive meeting with its agenda. Late notice needs a reason, which the minutes print.

    The convener is whom the regulation names: the secretary (the act's own role), or a member by name.
    """
    council = term(work.session, work.scope, term_id)
    rules = council.meeting_rules
    if constitutive(work.session, council) is not None:
        raise Refused(say.ALREADY_CONVENED)
    meeting_on = clock.local_day(planned_at)
    if meeting_on > council.ends_on:
        raise Refused(say.AFTER_THE_TERM, day=f"{meeting_on:%d.%m.%Y}", end=f"{council.ends_on:%d.%m.%Y}")
    seated = members_at(work.session, council, planned_at)
    if not seated:
        raise Refused(say.NOBODY_SEATED)
    names = {place.person.name for place in seated if place.person}
    by_secretary = rules.convened_by.value is Convener.SECRETARY
    if (work.act.role is not Role.COUNCIL_SECRETARY) if by_secretary else (convened_by not in names):
        raise Refused(
            say.WRONG_CONVENER, convener=_CONVENER_NAMES[rules.convened_by.value], name=convened_by or "?"
        )
    if notice_sent_at > planned_at:
        raise Refused(say.NOTICE_AFTER_MEETING)
    given = days_of_notice(clock.local_day(notice_sent_at), meeting_on)
    is_late = given < rules.notice_days.value
    if is_late and not late_reason.strip():
        raise Refused(say.LATE_WITHOUT_REASON, sent=given, days=rules.notice_days.value)
    made = Meeting(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=uuid4(),
        term_id=council.id,
        number=len(meetings(work.session, council)) + 1,
        is_constitutive=True,
        planned_at=planned_at,
        place=place.strip(),
        convened_by=convened_by.strip(),
        notice_sent_at=notice_sent_at,
        late_reason=late_reason.strip() if is_late else None,
    )
    work.session.add(made)
    work.session.flush()
    _add_agenda(work, council, made)
    work.note(meeting=str(made.id), days_of_notice=given)
    return made.id


def _add_agenda(work: Work, council: CouncilTerm, of: Meeting) -> None:
    points: list[tuple[str, ItemKind, str | None]] = [
        ("Åbning, navneopråb og beslutningsdygtighed", ItemKind.OPENING, None),
        ("Valgets resultat og udpegningen", ItemKind.APPOINTMENT, None),
    ]
    points += [(f"Valg: {post.name.value}", ItemKind.POST, post.code) for post in council.meeting_rules.posts]
    points.append(("Næste møde og eventuelt", ItemKind.CLOSING, None))
    for number, (title, kind, post) in enumerate(points, start=1):
        work.session.add(
            AgendaItem(
                municipality=work.scope.municipality,
                council=work.scope.council,
                id=uuid4(),
                meeting_id=of.id,
                number=number,
                title=title,
                kind=kind.value,
                post=post,
            )
        )
    work.session.flush()


def opened(work: Work, meeting_id: UUID) -> Meeting:
    """The meeting, held for this act. Raises Refused when it is not open."""
    of = meeting(work.session, work.scope, meeting_id, for_update=True)
    if of.closed_at is not None:
        raise Refused(say.IS_CLOSED)
    if of.opened_at is None:
        raise Refused(say.NOT_OPEN)
    work.note(meeting=str(of.id))
    return of


def item_of(work: Work, of: Meeting, item_id: UUID) -> AgendaItem:
    """A point of this meeting. Raises Refused R611."""
    found = work.session.get(AgendaItem, (work.scope.municipality, work.scope.council, item_id))
    if found is None or found.meeting_id != of.id:
        raise Refused(say.NO_SUCH_ITEM)
    return found


def demand_time(work: Work, of: Meeting, at: datetime) -> None:
    """Things at a meeting are registered in the order in which they happen, and not before they do."""
    council = term(work.session, work.scope, of.term_id)
    last = latest_at(work.session, of)
    if last is not None and at < last:
        raise Refused(say.OUT_OF_ORDER, at=clock.shown(at))
    if council.is_live and at > work.act.at + _EARLY:
        raise Refused(say.NOT_YET, at=clock.shown(at))


def note(
    work: Work, of: Meeting, item: AgendaItem, at: datetime, text: str, cite: str = "", **figures: Any
) -> MinuteEntry:
    """Write a line of the minutes inside the act of the caller."""
    last = work.session.scalar(
        select(func.max(MinuteEntry.sequence)).where(
            MinuteEntry.municipality == of.municipality,
            MinuteEntry.council == of.council,
            MinuteEntry.meeting_id == of.id,
        )
    )
    made = MinuteEntry(
        municipality=of.municipality,
        council=of.council,
        id=uuid4(),
        meeting_id=of.id,
        item_id=item.id,
        sequence=(last or 0) + 1,
        at=at,
        text=text,
        cite=cite,
        figures=figures,
    )
    work.session.add(made)
    work.session.flush()
    return made


def _open_item(work: Work, of: Meeting) -> AgendaItem:
    """The point that is being dealt with: the first that is not done, else the last."""
    points = agenda(work.session, of)
    return next((item for item in points if item.done_at is None), points[-1])


@official_act("meetings.open", SECRETARIES)
def open_meeting(
    work: Work, meeting_id: UUID, at: datetime, present: tuple[UUID, ...], excused: tuple[UUID, ...] = ()
) -> bool:
    """Open the meeting with the roll call. Returns whether the council is quorate; if not, nothing is decided."""
    of = meeting(work.session, work.scope, meeting_id, for_update=True)
    if of.closed_at is not None:
        raise Refused(say.IS_CLOSED)
    if of.opened_at is not None:
        raise Refused(say.IS_OPEN)
    council = term(work.session, work.scope, of.term_id)
    demand_time(work, of, at)
    named = people(work.session, work.scope)
    seated = {p.membership.person_id for p in members_at(work.session, council, at) if p.membership}
    for person_id in (*present, *excused):
        if person_id not in seated:
            raise Refused(say.NOT_IN_THE_COUNCIL, name=named[person_id].name if person_id in named else "?")
    of.opened_at = at
    for person_id in dict.fromkeys(present):
        _add_event(work, of, person_id, PresenceKind.ARRIVED, at, "")
    for person_id in dict.fromkeys(excused):
        if person_id not in present:
            _add_event(work, of, person_id, PresenceKind.EXCUSED, at, "")
    first = agenda(work.session, of)[0]
    now = write_opening(work, council, of, first)
    first.done_at = at
    work.note(meeting=str(of.id), **_figures(now))
    return now.is_met


def write_opening(
    work: Work, council: CouncilTerm, of: Meeting, first: AgendaItem, until: int | None = None
) -> say.Quorum:
    """The lines of the roll call; `until` is the last registration that belongs to it."""
    at = of.opened_at
    assert at is not None
    now = quorum_at(work.session, council, of, at, until)
    note(work, of, first, at, f"Mødet blev åbnet kl. {_clock(at)}. {now.sentence}", **_figures(now))
    if of.late_reason:
        note(work, of, first, at, f"Indkaldelsen kom senere end reglen siger. Grund: {of.late_reason}")
    return now


def _figures(now: say.Quorum) -> dict[str, Any]:
    return {"present": now.present, "needed": now.needed, "size": now.size, "is_quorate": now.is_met}


def _clock(at: datetime) -> str:
    return clock.shown(at)[-5:]


def _add_event(
    work: Work, of: Meeting, person_id: UUID, kind: PresenceKind, at: datetime, reason: str
) -> PresenceEvent:
    last = work.session.scalar(
        select(func.max(PresenceEvent.sequence)).where(
            PresenceEvent.municipality == of.municipality,
            PresenceEvent.council == of.council,
            PresenceEvent.meeting_id == of.id,
        )
    )
    made = PresenceEvent(
        municipality=of.municipality,
        council=of.council,
        id=uuid4(),
        meeting_id=of.id,
        sequence=(last or 0) + 1,
        person_id=person_id,
        kind=kind.value,
        at=at,
        reason=reason.strip(),
    )
    work.session.add(made)
    work.session.flush()
    return made


@official_act("meetings.presence", SECRETARIES)
def register_presence(
    work: Work, meeting_id: UUID, person_id: UUID, kind: PresenceKind, at: datetime, reason: str = ""
) -> bool:
    """Somebody comes or goes. Returns whether the council is quorate afterwards."""
    of = opened(work, meeting_id)
    council = term(work.session, work.scope, of.term_id)
    demand_time(work, of, at)
    named = people(work.session, work.scope)
    name = named[person_id].name if person_id in named else "?"
    if person_id not in {p.membership.person_id for p in members_at(work.session, council, at) if p.membership}:
        raise Refused(say.NOT_IN_THE_COUNCIL, name=name)
    is_here = person_id in present_at(presence(work.session, of), at)
    if kind is PresenceKind.LEFT and not is_here:
        raise Refused(say.NOT_HERE, name=name)
    if kind is not PresenceKind.LEFT and is_here:
        raise Refused(say.ALREADY_HERE, name=name)
    before = quorum_at(work.session, council, of, at)
    event = _add_event(work, of, person_id, kind, at, reason)
    after = write_presence(work, council, of, _open_item(work, of), event)
    work.note(presence=kind.value, was_quorate=before.is_met, **_figures(after))
    return after.is_met


def write_presence(
    work: Work, council: CouncilTerm, of: Meeting, item: AgendaItem, event: PresenceEvent
) -> say.Quorum:
    """The line about somebody who comes or goes, with the quorum right after it."""
    after = quorum_at(work.session, council, of, event.at, event.sequence)
    name = people(work.session, work.scope)[event.person_id].name
    why = f" ({event.reason})" if event.reason else ""
    said = {"arrived": "kom", "left": "gik", "excused": "meldte afbud"}[event.kind]
    line = f"{name} {said} kl. {_clock(event.at)}{why}. {after.sentence}"
    who = {"event": str(event.id), "person": str(event.person_id)}
    note(work, of, item, event.at, line, **who, **_figures(after))
    return after


@official_act("meetings.finish_item", SECRETARIES)
def finish_item(work: Work, meeting_id: UUID, item_id: UUID, at: datetime, text: str) -> UUID:
    """Close a point of the agenda with what is said in the minutes about it."""
    of = opened(work, meeting_id)
    item = item_of(work, of, item_id)
    if item.done_at is not None:
        raise Refused(say.ITEM_IS_DONE)
    demand_time(work, of, at)
    if text.strip():
        note(work, of, item, at, text.strip())
    item.done_at = at
    work.note(item=item.number)
    return item.id


@official_act("meetings.close", SECRETARIES)
def close_meeting(work: Work, meeting_id: UUID, at: datetime) -> Sequence[str]:
    """Close the meeting. Points that were not dealt with are said to be so; returns their titles."""
    of = opened(work, meeting_id)
    demand_time(work, of, at)
    left = [item for item in agenda(work.session, of) if item.done_at is None]
    begun = {line.item_id for line in entries(work.session, of) if "event" not in line.figures}
    for item in left:
        note(work, of, item, at, f"Punktet blev ikke {'afsluttet' if item.id in begun else 'behandlet'}.")
    last = agenda(work.session, of)[-1]
    note(work, of, last, at, f"Mødet sluttede kl. {_clock(at)}.")
    of.closed_at = at
    work.note(not_dealt_with=[item.number for item in left])
    return [item.title for item in left]
