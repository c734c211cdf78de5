"""The calendar of an election as a file that every calendar program reads (RFC 5545). No person is in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from registry.regulation.calendar import COPENHAGEN, Deadline

PRODUCT = "-//raadsvalg//valgkalender//DA"


def calendar_file(
    found: Iterable[Deadline],
    *,
    name: str,
    election: str,
    stamped_at: datetime,
    address: str = "",
    is_demo: bool = False,
) -> bytes:
    """One event for each date; times are UTC, whole days are days. Nothing rings.

    `election` is an id that never changes: the same date gets the same UID in every export, so that a calendar
    program replaces it; each time it is moved its SEQUENCE is one higher. `address` is the page that is always
    right. The same arguments give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"DEMO: {name}" if is_demo else name)
    for deadline in found:
        calendar.add_component(_event(deadline, name, election, stamped_at, address, is_demo))
    return bytes(calendar.to_ical())


def _event(
    deadline: Deadline, name: str, election: str, stamped_at: datetime, address: str, is_demo: bool
) -> Event:
    event = Event()
    event.add("uid", f"{deadline.key}.{election}@raadsvalg")
    event.add("dtstamp", stamped_at if deadline.moved is None else deadline.moved.decided_at)
    event.add("sequence", 0 if deadline.moved is None else deadline.moved.times)
    if deadline.is_day:
        event.add("dtstart", deadline.local.date())
        event.add("dtend", deadline.local.date() + timedelta(days=1))
    else:
        event.add("dtstart", deadline.at)
    event.add("summary", f"DEMO: {deadline.text_da}" if is_demo else deadline.text_da)
    event.add("description", _description(deadline, name, address))
    event.add("transp", "TRANSPARENT")
    return event


def _clock(at: datetime) -> str:
    return f"{at.astimezone(COPENHAGEN):%d.%m.%Y kl. %H.%M}"


def _description(deadline: Deadline, name: str, address: str) -> str:
    source = f"antaget: {deadline.cite}" if deadline.is_assumed else deadline.cite
    lines = [name, f"Hvem handler: {deadline.who_acts}", f"Kilde: {source}"]
    if deadline.moved is not None and deadline.was_at is not None:
        lines.append(f"Forlænget: fristen var {_clock(deadline.was_at)}")
        lines.append(f"Besluttet {_clock(deadline.moved.decided_at)}: {deadline.moved.reason}")
    if deadline.path:
        lines.append(f"Regulativets nøgle: {deadline.path}")
    if address:
        lines.append(f"Kalenderen på nettet: {address}")
    return "\n".join(lines)
