"""The deadlines of an election, worked out from election day. Pure: day in, instants out.

Times of a regulation are Danish local time; the instants are UTC, also across the change of the clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from registry.findings import Term
from registry.regulation.ruled import Ruled
from registry.regulation.rules import Moment, Regulation

COPENHAGEN = ZoneInfo("Europe/Copenhagen")

OFFICE = Term("valgkontoret")
BOARD = Term("valgbestyrelsen")
CANDIDATE = Term("kandidaten")
VOTER = Term("vælgeren")
COUNCIL = Term("kommunalbestyrelsen")


@dataclass(frozen=True, slots=True)
class Deadline:
    """One date of the calendar: `at` is an aware UTC instant, `who_acts` a Danish noun for people."""

    key: str
    text_da: str
    at: datetime
    cite: str
    is_assumed: bool
    who_acts: str


def local_instant(day: date, at: time) -> datetime:
    """A Danish local time as a UTC instant. In the hour that occurs twice the first is meant."""
    return datetime.combine(day, at, tzinfo=COPENHAGEN).astimezone(UTC)


def instant(moment: Moment, election_day: date) -> datetime:
    """A moment relative to election day as a UTC instant."""
    return local_instant(election_day + timedelta(days=moment.days), moment.at)


def deadlines(regulation: Regulation, election_day: date) -> tuple[Deadline, ...]:
    """Every deadline that this regulation sets, in order of time."""
    found = [
        Deadline(key, text, at, rule.cite or rule.why, rule.is_assumed, who)
        for key, text, rule, who, at in _all(regulation, election_day)
    ]
    return tuple(sorted(found, key=lambda deadline: deadline.at))


_Entry = tuple[str, str, Ruled[Moment] | Ruled[time] | Ruled[date], str, datetime]


def _all(regulation: Regulation, day: date) -> Iterator[_Entry]:
    for key, text, moment, who in _moments(regulation):
        if not moment.is_unset:
            yield key, text, moment, who, instant(moment.value, day)
    for key, text, hour in _hours(regulation):
        if not hour.is_unset:
            yield key, text, hour, BOARD, local_instant(day, hour.value)
    body = COUNCIL if regulation.after.appointed_by.is_unset else regulation.after.appointed_by.value
    for key, text, on, at in _days(regulation):
        if not on.is_unset:
            yield key, text, on, body, local_instant(on.value, at)


def _hours(regulation: Regulation) -> Iterator[tuple[str, str, Ruled[time]]]:
    yield "poll_opens", Term("Afstemningen begynder"), regulation.polling.opens
    yield "poll_closes", Term("Afstemningen slutter, når de sidste i køen har stemt"), regulation.polling.closes


def _days(regulation: Regulation) -> Iterator[tuple[str, str, Ruled[date], time]]:
    yield "term_starts", Term("Rådets periode begynder"), regulation.after.term_starts_on, time()
    yield "term_ends", Term("Rådets periode slutter"), regulation.after.term_ends_on, time(23, 59, 59)


def _is_yes(rule: Ruled[bool]) -> bool:
    return not rule.is_unset and rule.value


def _moments(regulation: Regulation) -> Iterator[tuple[str, str, Ruled[Moment], str]]:
    candidacy, roll, after = regulation.candidacy, regulation.roll, regulation.after
    yield "candidacy_opens", Term("Anmeldelse af kandidater åbner"), candidacy.opens, OFFICE
    yield "candidacy_closes", Term("Sidste frist for at anmelde sig som kandidat"), candidacy.closes, CANDIDATE
    yield (
        "cure_until",
        Term("Sidste frist for at rette mangler ved en anmeldelse"),
        candidacy.cure_until,
        CANDIDATE,
    )
    withdrawal = candidacy.withdrawal_until
    yield "withdrawal_until", Term("Sidste frist for at trække sin anmeldelse tilbage"), withdrawal, CANDIDATE
    if _is_yes(regulation.uncontested.is_allowed):
        latest = regulation.uncontested.latest
        yield "uncontested_until", Term("Sidste frist for at aflyse afstemningen ved fredsvalg"), latest, BOARD
    yield "roll_frozen_by", Term("Valglisten er lukket"), roll.frozen_by, OFFICE
    if _is_yes(regulation.polling.has_poll_cards):
        yield "poll_cards_sent_by", Term("Valgkortene er sendt"), roll.poll_cards_sent_by, OFFICE
    yield "objections_until", Term("Sidste frist for indsigelse mod valglisten"), roll.objections_until, VOTER
    yield "additions_until", Term("Sidste frist for at blive tilføjet til valglisten"), roll.additions_until, VOTER
    yield "complaint_until", Term("Sidste frist for at klage over valget"), after.complaint_until, VOTER
    yield "destroy_roll_from", Term("Valgliste og stemmesedler kan destrueres"), after.destroy_roll_from, OFFICE
