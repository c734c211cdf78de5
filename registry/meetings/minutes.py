"""The minutes of a meeting as PDF, from the lines, the coming and going and the agenda alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from registry.councils import clock
from registry.councils.records import CouncilTerm
from registry.documents import danish_day, danish_time, render
from registry.meetings.records import (
    AgendaItem,
    Meeting,
    MinuteEntry,
    agenda,
    entries,
    members_at,
    presence,
    presence_events,
)
from registry.meetings.rules import Interval, PresenceKind, Quorum, days_of_notice, intervals
from registry.membership.records import offices


def lines_of(lines: Sequence[MinuteEntry], item: AgendaItem) -> list[MinuteEntry]:
    """What the minutes say under a point, in the order in which it happened."""
    return sorted((one for one in lines if one.item_id == item.id), key=lambda one: (one.at, one.sequence))


def minutes_pdf(session: Session, council: CouncilTerm, of: Meeting) -> bytes:
    """The minutes; a draft until the meeting is closed. Raises DocumentProblem.

    (KSTL § 13 borrowed: decisions are entered, and those who took part sign)
    """
    written = entries(session, of)
    document: dict[str, object] = {
        "is_demo": not council.is_live,
        "dated_on": clock.local_day(clock.now(council)),
        "is_draft": of.closed_at is None,
        "municipality": council.regulation.municipality.name.value,
        "council": council.council_name,
        "term": f"{council.starts_on:%d.%m.%Y} – {council.ends_on:%d.%m.%Y}",
        "meeting": "Konstituerende møde" if of.is_constitutive else f"Møde nr. {of.number}",
        "facts": _facts(council, of),
        "quorum": _quorum([one for one in written if "event" not in one.figures]),
        "members": _members(session, council, of),
        "points": [
            {
                "number": item.number,
                "title": item.title,
                "lines": [_line(one) for one in lines_of(written, item)],
            }
            for item in agenda(session, of)
        ],
        "signatures": _signatures(session, council, of),
    }
    return render("minutes.typ", document)


def _facts(council: CouncilTerm, of: Meeting) -> list[dict[str, str]]:
    rules = council.meeting_rules
    sent_on, meeting_on = clock.local_day(of.notice_sent_at), clock.local_day(of.planned_at)
    given = days_of_notice(sent_on, meeting_on)
    notice = f"sendt {danish_day(sent_on)}: {given} dage før mødet; reglen er {rules.notice_days.value} dage"
    if rules.notice_days.is_assumed:
        notice += " (antaget)"
    return [
        {"label": "Sted", "text": of.place},
        {"label": "Planlagt", "text": f"{danish_day(meeting_on)} {danish_time(of.planned_at)}"},
        {"label": "Åbnet", "text": _when(of.opened_at, "ikke åbnet")},
        {"label": "Sluttet", "text": _when(of.closed_at, "ikke sluttet")},
        {"label": "Indkaldt af", "text": of.convened_by},
        {"label": "Indkaldelse", "text": notice},
    ]


def _when(at: datetime | None, otherwise: str) -> str:
    return f"{danish_day(clock.local_day(at))} {danish_time(at)}" if at else otherwise


def _quorum(written: Sequence[MinuteEntry]) -> str:
    """What the roll call came to: its own line, for others may have come or gone in the same minute."""
    opening = next((line.figures for line in written if "needed" in line.figures), None)
    return Quorum(opening["present"], opening["needed"], opening["size"]).sentence if opening else ""


def _members(session: Session, council: CouncilTerm, of: Meeting) -> list[dict[str, str]]:
    """Everybody who was summoned: when they were in the room, excused, or did not come."""
    stays = intervals(presence(session, of))
    excuses = {
        row.person_id: row.reason for row in presence_events(session, of) if row.kind == PresenceKind.EXCUSED
    }
    rows = []
    for place in members_at(session, council, of.opened_at or of.planned_at):
        if place.membership is None or place.person is None:
            continue
        group = place.group.name if place.group.has_vote else f"{place.group.name} (uden stemmeret)"
        told = _presence(place.membership.person_id, stays, excuses, of)
        rows.append({"name": place.person.name, "group": group, "presence": told})
    return rows


def _presence(
    person: UUID, stays: Mapping[UUID, tuple[Interval, ...]], excuses: Mapping[UUID, str], of: Meeting
) -> str:
    if of.opened_at is None:
        return ""
    if person in stays:
        return "; ".join(_stay(one, of) for one in stays[person])
    if person in excuses:
        return f"afbud ({excuses[person]})" if excuses[person] else "afbud"
    return "udeblevet"


def _stay(one: Interval, of: Meeting) -> str:
    """From when to when, where that was not the whole meeting."""
    came = f"kom {danish_time(one.since)}" if of.opened_at and one.since > of.opened_at else ""
    went = f"gik {danish_time(one.until)}" if one.until else ""
    return ", ".join(filter(None, ["til stede", came, went]))


def _line(line: MinuteEntry) -> dict[str, object]:
    told: dict[str, object] = {"at": danish_time(line.at), "text": line.text, "cite": line.cite}
    for key in ("table", "named"):
        if key in line.figures:
            told[key] = line.figures[key]
    return told


def _signatures(session: Session, council: CouncilTerm, of: Meeting) -> list[dict[str, str]]:
    """The chair and whoever keeps the minutes; the chair's name when there is one."""
    day = clock.council_day(council, of.closed_at or of.opened_at or of.planned_at)
    names = {p.membership.person_id: p.person.name for p in members_at(session, council, of.planned_at)
             if p.membership and p.person}  # fmt: skip
    chair = next((names.get(o.person_id, "") for o in offices(session, council, day) if o.post == "chair"), "")
    return [{"role": "Formand", "name": chair}, {"role": "Referent", "name": ""}]
