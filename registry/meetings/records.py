"""Meetings, their agenda, who came and went, and the lines of the minutes. What is undone stays, marked so."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from registry.appointment.records import AppointmentDecision
from registry.councils import clock
from registry.councils.records import CouncilTerm
from registry.database import Base, OfCouncil, Scope, refers_to
from registry.findings import Refused
from registry.meetings.rules import NO_SUCH_MEETING, Presence, PresenceKind, Quorum, present_at, quorum_of
from registry.membership.records import Place, council_on


class Meeting(Base, OfCouncil):
    """One meeting of the council; the constitutive one is the first of its term."""

    __tablename__ = "meeting"
    __table_args__ = (
        refers_to("council_term", "term_id"),
        UniqueConstraint("municipality", "council", "term_id", "number"),
        CheckConstraint("closed_at IS NULL OR opened_at IS NOT NULL", name="closed_after_opening"),
    )

    term_id: Mapped[UUID]
    number: Mapped[int]
    is_constitutive: Mapped[bool]
    planned_at: Mapped[datetime]
    place: Mapped[str]
    convened_by: Mapped[str]
    notice_sent_at: Mapped[datetime]
    late_reason: Mapped[str | None]
    """Why the notice was shorter than the rule; printed in the minutes."""
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class AgendaItem(Base, OfCouncil):
    """A point on the agenda. `done_at` is empty while it is open; its lines stay on record."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        refers_to("meeting", "meeting_id"),
        UniqueConstraint("municipality", "council", "meeting_id", "number"),
    )

    meeting_id: Mapped[UUID]
    number: Mapped[int]
    title: Mapped[str]
    kind: Mapped[str]
    post: Mapped[str | None]
    """The post that is filled under this point."""
    done_at: Mapped[datetime | None]


class PresenceEvent(Base, OfCouncil):
    """Somebody came or left, at an instant. A mistake is undone, not removed."""

    __tablename__ = "presence_event"
    __table_args__ = (
        refers_to("meeting", "meeting_id"),
        refers_to("person", "person_id"),
        UniqueConstraint("municipality", "council", "meeting_id", "sequence"),
        CheckConstraint("kind IN ('arrived', 'left', 'excused')", name="kind"),
    )

    meeting_id: Mapped[UUID]
    sequence: Mapped[int]
    person_id: Mapped[UUID]
    kind: Mapped[str]
    at: Mapped[datetime]
    reason: Mapped[str]
    voided_at: Mapped[datetime | None]


class MinuteEntry(Base, OfCouncil):
    """A line of the minutes: what happened under a point, with the figures it rests on."""

    __tablename__ = "minute_entry"
    __table_args__ = (
        refers_to("meeting", "meeting_id"),
        refers_to("agenda_item", "item_id"),
        UniqueConstraint("municipality", "council", "meeting_id", "sequence"),
    )

    meeting_id: Mapped[UUID]
    item_id: Mapped[UUID]
    sequence: Mapped[int]
    at: Mapped[datetime]
    text: Mapped[str]
    cite: Mapped[str]
    figures: Mapped[dict[str, Any]]
    voided_at: Mapped[datetime | None]
    """A line that was taken back stays on record and out of the minutes."""


def meeting(session: Session, scope: Scope, meeting_id: UUID, *, for_update: bool = False) -> Meeting:
    """Raises Refused R600."""
    found = session.get(
        Meeting, (scope.municipality, scope.council, meeting_id), with_for_update=for_update or None
    )
    if found is None:
        raise Refused(NO_SUCH_MEETING, status=404)
    return found


def meetings(session: Session, of: CouncilTerm) -> list[Meeting]:
    return list(
        session.scalars(
            select(Meeting)
            .where(
                Meeting.municipality == of.municipality, Meeting.council == of.council, Meeting.term_id == of.id
            )
            .order_by(Meeting.number)
        )
    )


def constitutive(session: Session, of: CouncilTerm) -> Meeting | None:
    return next((row for row in meetings(session, of) if row.is_constitutive), None)


def agenda(session: Session, of: Meeting) -> list[AgendaItem]:
    return list(
        session.scalars(
            select(AgendaItem)
            .where(
                AgendaItem.municipality == of.municipality,
                AgendaItem.council == of.council,
                AgendaItem.meeting_id == of.id,
            )
            .order_by(AgendaItem.number)
        )
    )


def presence_events(session: Session, of: Meeting) -> list[PresenceEvent]:
    """Everything that was registered and not undone, in the order in which it happened."""
    return list(
        session.scalars(
            select(PresenceEvent)
            .where(
                PresenceEvent.municipality == of.municipality,
                PresenceEvent.council == of.council,
                PresenceEvent.meeting_id == of.id,
                PresenceEvent.voided_at.is_(None),
            )
            .order_by(PresenceEvent.at, PresenceEvent.sequence)
        )
    )


def presence(session: Session, of: Meeting) -> list[Presence]:
    return [
        Presence(row.person_id, PresenceKind(row.kind), row.at, row.sequence)
        for row in presence_events(session, of)
    ]


def entries(session: Session, of: Meeting) -> list[MinuteEntry]:
    """The lines of the minutes that hold, in the order in which they were written."""
    return list(
        session.scalars(
            select(MinuteEntry)
            .where(
                MinuteEntry.municipality == of.municipality,
                MinuteEntry.council == of.council,
                MinuteEntry.meeting_id == of.id,
                MinuteEntry.voided_at.is_(None),
            )
            .order_by(MinuteEntry.sequence)
        )
    )


def members_at(session: Session, council: CouncilTerm, at: datetime) -> list[Place]:
    """The seats that are filled at an instant; before the term begins, those filled from its first day on.

    Whoever is not appointed yet at that instant is no member, whenever the term begins.
    """
    day = clock.local_day(at)
    appointed = _decided_by(session, council, day) if day < council.starts_on else None
    return [
        place
        for place in council_on(session, council, clock.council_day(council, at))
        if place.membership and (appointed is None or place.membership.decision_id in appointed)
    ]


def _decided_by(session: Session, of: CouncilTerm, day: date) -> frozenset[UUID]:
    """The decisions on appointment that were taken at the latest on a day."""
    found = select(AppointmentDecision.id).where(
        AppointmentDecision.municipality == of.municipality,
        AppointmentDecision.council == of.council,
        AppointmentDecision.decided_on <= day,
    )
    return frozenset(session.scalars(found))


def voters_at(
    session: Session, council: CouncilTerm, of: Meeting, at: datetime, until: int | None = None
) -> frozenset[UUID]:
    """Members with a vote who are in the room at an instant; `until` leaves later registrations out."""
    entitled = {
        p.membership.person_id for p in members_at(session, council, at) if p.group.has_vote and p.membership
    }
    events = [one for one in presence(session, of) if until is None or one.sequence <= until]
    return present_at(events, at) & entitled


def quorum_at(
    session: Session, council: CouncilTerm, of: Meeting, at: datetime, until: int | None = None
) -> Quorum:
    """The quorum of the meeting at an instant, by the phrase of the regulation."""
    rules = council.meeting_rules
    filled = sum(p.group.has_vote for p in members_at(session, council, at))
    here = len(voters_at(session, council, of, at, until))
    return quorum_of(rules.quorum.value, rules.quorum_base.value, council.legal_size, filled, here)


def latest_at(session: Session, of: Meeting) -> datetime | None:
    """The instant of the last thing that happened at the meeting."""
    times = [row.at for row in presence_events(session, of)] + [row.at for row in entries(session, of)]
    return max(times, default=None)
