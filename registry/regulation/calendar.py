"""The deadlines of an election, worked out from election day. Pure: day in, instants out.

Times of a regulation are Danish local time; the instants are UTC, also across the change of the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from registry.findings import Term
from registry.regulation.choices import Convener
from registry.regulation.ruled import Ruled
from registry.regulation.rules import Moment, Regulation

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
END_OF_DAY = time(23, 59, 59)

OFFICE = Term("valgkontoret")
BOARD = Term("valgbestyrelsen")
CANDIDATE = Term("kandidaten")
VOTER = Term("vælgeren")
COUNCIL = Term("kommunalbestyrelsen")
CONVENERS: Mapping[Convener, Term] = {
    Convener.SECRETARY: Term("rådets sekretær"),
    Convener.LONGEST_SERVING: Term("det medlem, der har siddet længst"),
    Convener.OLDEST: Term("det ældste medlem"),
}


@dataclass(frozen=True, slots=True)
class Moved:
    """Where an act has put a date: `times` is how many times it was moved, `decided_at` and `reason` the last."""

    to: datetime
    decided_at: datetime
    reason: str
    times: int


NOTHING_MOVED: Mapping[str, Moved] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Deadline:
    """One date of the calendar: `at` is an aware UTC instant, `who_acts` a Danish noun for people.

    `path` is the key of the regulation, "" for what the election itself says. With `is_day` the whole day is
    meant, and `at` is an instant of it. One that was `moved` stood at `was_at` by the regulation."""

    key: str
    text_da: str
    at: datetime
    cite: str
    is_assumed: bool
    who_acts: str
    path: str = ""
    is_day: bool = False
    moved: Moved | None = None
    was_at: datetime | None = None

    @property
    def local(self) -> datetime:
        """The instant by the clock on the wall."""
        return self.at.astimezone(COPENHAGEN)


@dataclass(frozen=True, slots=True)
class OpenDeadline:
    """A date that the regulation leaves open, and why."""

    key: str
    text_da: str
    path: str
    why: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """A date to be: `at` may only be asked when the rule is stated."""

    key: str
    text: str
    path: str
    rule: Ruled[Any]
    who: str
    at: Callable[[], datetime]
    is_day: bool = False


def local_instant(day: date, at: time) -> datetime:
    """A Danish local time as a UTC instant. In the hour that occurs twice the first is meant."""
    return datetime.combine(day, at, tzinfo=COPENHAGEN).astimezone(UTC)


def instant(moment: Moment, election_day: date) -> datetime:
    """A moment relative to election day as a UTC instant."""
    return local_instant(election_day + timedelta(days=moment.days), moment.at)


def deadlines(
    regulation: Regulation,
    election_day: date,
    *,
    called_at: datetime | None = None,
    extract_on: date | None = None,
    moved: Mapping[str, Moved] = NOTHING_MOVED,
) -> tuple[Deadline, ...]:
    """Every date that this regulation sets, in order of time; the call and the extract when they are known.

    `moved` are the dates that an act has put elsewhere, by their key."""
    found = [
        _dated(entry, moved.get(entry.key))
        for entry in _entries(regulation, election_day)
        if not entry.rule.is_unset
    ]
    cite = Term("registreret, da valget blev udskrevet")
    if called_at is not None:
        found.append(Deadline("called", Term("Valget er udskrevet"), called_at, cite, False, OFFICE))
    if extract_on is not None:
        extract = local_instant(extract_on, time())
        text = Term("Folkeregisterudtrækkets dag")
        found.append(Deadline("extract_on", text, extract, cite, False, OFFICE, is_day=True))
    return tuple(sorted(found, key=lambda deadline: deadline.at))


def _dated(entry: _Entry, moved: Moved | None) -> Deadline:
    rule, stated_at = entry.rule, entry.at()
    return Deadline(
        entry.key,
        entry.text,
        stated_at if moved is None else moved.to,
        rule.cite or rule.why,
        rule.is_assumed,
        entry.who,
        entry.path,
        entry.is_day,
        moved,
        None if moved is None else stated_at,
    )


def left_open(regulation: Regulation) -> tuple[OpenDeadline, ...]:
    """Every date that the regulation should set and leaves open, in the order of the schema."""
    return tuple(
        OpenDeadline(entry.key, entry.text, entry.path, entry.rule.why)
        for entry in _entries(regulation, date(2000, 1, 1))
        if entry.rule.is_unset
    )


def month_after(election_day: date, month: int) -> tuple[date, date]:
    """The first and the last day of the first such month that is not over before election day."""
    year = election_day.year + (month < election_day.month)
    first = date(year, month, 1)
    next_first = date(year + month // 12, month % 12 + 1, 1)
    return first, next_first - timedelta(days=1)


def _entries(r: Regulation, day: date) -> Iterator[_Entry]:
    for key, text, path, moment, who in (*_candidacy(r), *_roll(r), *_after(r)):
        yield _Entry(key, text, path, moment, who, _instant_of(moment, day))
    polling = r.polling
    opens, closes = polling.opens, polling.closes
    yield _Entry(
        "poll_opens",
        Term("Afstemningen begynder"),
        "polling.opens",
        opens,
        BOARD,
        lambda: local_instant(day, opens.value),
    )
    yield _Entry(
        "poll_closes",
        Term("Afstemningen slutter, når de sidste i køen har stemt"),
        "polling.closes",
        closes,
        BOARD,
        lambda: local_instant(day, closes.value),
    )
    yield from _term(r, day)
    yield from _notice(r, day)


def _instant_of(moment: Ruled[Moment], day: date) -> Callable[[], datetime]:
    return lambda: instant(moment.value, day)


def _is_no(rule: Ruled[bool]) -> bool:
    return not rule.is_unset and not rule.value


_Dated = tuple[str, str, str, Ruled[Moment], str]


def _candidacy(r: Regulation) -> Iterator[_Dated]:
    rule = r.candidacy
    path = "candidacy.opens"
    yield "candidacy_opens", Term("Anmeldelse af kandidater åbner"), path, rule.opens, OFFICE
    text = Term("Sidste frist for at anmelde sig som kandidat")
    yield "candidacy_closes", text, "candidacy.closes", rule.closes, CANDIDATE
    text = Term("Sidste frist for at rette mangler ved en anmeldelse")
    yield "cure_until", text, "candidacy.cure_until", rule.cure_until, CANDIDATE
    text = Term("Sidste frist for at trække sin anmeldelse tilbage")
    yield "withdrawal_until", text, "candidacy.withdrawal_until", rule.withdrawal_until, CANDIDATE
    if not _is_no(r.uncontested.is_allowed):
        text = Term("Sidste frist for at aflyse afstemningen ved fredsvalg")
        yield "uncontested_until", text, "uncontested.latest", _latest(r), BOARD
    text = Term("Kandidaterne er præsenteret for vælgerne")
    yield "presented_by", text, "candidacy.presented_by", rule.presented_by, OFFICE


def _latest(r: Regulation) -> Ruled[Moment]:
    """Whether the poll may be cancelled decides whether there is a date at all."""
    is_allowed: Ruled[Any] = r.uncontested.is_allowed
    return is_allowed if is_allowed.is_unset else r.uncontested.latest


def _roll(r: Regulation) -> Iterator[_Dated]:
    roll, polling = r.roll, r.polling
    yield "roll_frozen_by", Term("Valglisten er lukket"), "roll.frozen_by", roll.frozen_by, OFFICE
    if not _is_no(polling.has_poll_cards):
        path = "roll.poll_cards_sent_by"
        yield "poll_cards_sent_by", Term("Valgkortene er sendt"), path, roll.poll_cards_sent_by, OFFICE
    path, text = "roll.objections_until", Term("Sidste frist for indsigelse mod valglisten")
    yield "objections_until", text, path, roll.objections_until, VOTER
    path, text = "roll.additions_until", Term("Sidste frist for at blive tilføjet til valglisten")
    yield "additions_until", text, path, roll.additions_until, VOTER
    path, text = "polling.postal_opens", Term("Brevstemmeafgivningen begynder")
    yield "postal_opens", text, path, polling.postal_opens, VOTER
    path, text = "polling.postal_closes", Term("Brevstemmeafgivningen slutter")
    yield "postal_closes", text, path, polling.postal_closes, VOTER


def _after(r: Regulation) -> Iterator[_Dated]:
    after = r.after
    path, text = "after.complaint_until", Term("Sidste frist for at klage over valget")
    yield "complaint_until", text, path, after.complaint_until, VOTER
    path, text = "after.destroy_roll_from", Term("Valgliste og stemmesedler kan destrueres")
    yield "destroy_roll_from", text, path, after.destroy_roll_from, OFFICE
    path, text = "after.constitutive_meeting_by", Term("Det konstituerende møde er holdt")
    yield "constitutive_meeting_by", text, path, after.constitutive_meeting_by, _convener(r)


def _convener(r: Regulation) -> str:
    rules = r.meetings
    return OFFICE if rules is None or rules.convened_by.is_unset else CONVENERS[rules.convened_by.value]


def _term(r: Regulation, day: date) -> Iterator[_Entry]:
    after = r.after
    body = COUNCIL if after.appointed_by.is_unset or after.appointed_by.value == "-" else after.appointed_by.value
    starts, ends, month = after.term_starts_on, after.term_ends_on, after.appointed_in_month
    yield _Entry(
        "term_starts",
        Term("Rådets periode begynder"),
        "after.term_starts_on",
        starts,
        body,
        lambda: local_instant(starts.value, time()),
        is_day=True,
    )
    yield _Entry(
        "term_ends",
        Term("Rådets periode slutter"),
        "after.term_ends_on",
        ends,
        body,
        lambda: local_instant(ends.value, END_OF_DAY),
        is_day=True,
    )
    yield _Entry(
        "appointed_by",
        Term("Medlemmerne er udpeget"),
        "after.appointed_in_month",
        month,
        body,
        lambda: local_instant(month_after(day, month.value)[1], END_OF_DAY),
        is_day=True,
    )


def _notice(r: Regulation, day: date) -> Iterator[_Entry]:
    """The last day for convening; it is only known when both the meeting and the notice are."""
    rules, meeting = r.meetings, r.after.constitutive_meeting_by
    if rules is None or rules.notice_days.is_unset or meeting.is_unset:
        return
    days = rules.notice_days

    def last_day() -> datetime:
        held_on = day + timedelta(days=meeting.value.days)
        return local_instant(held_on - timedelta(days=days.value), END_OF_DAY)

    text = Term("Indkaldelsen til det konstituerende møde er sendt")
    yield _Entry("convened_by", text, "meetings.notice_days", days, _convener(r), last_day, is_day=True)
