"""What is wrong with the dates of an election on the real calendar: free days, wrong order, too little time.

A regulation can be sound and still not fit one election day. Nothing here stops an election; every warning must be
explained. Pure: days in, findings out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta

from registry.findings import Fact, Finding, Term, finding_kind
from registry.regulation.calendar import (
    COPENHAGEN,
    NOTHING_MOVED,
    Deadline,
    Moved,
    deadlines,
    month_after,
)
from registry.regulation.free_days import free_day, is_working_day
from registry.regulation.rules import Regulation

ON_A_WEEKEND = finding_kind(
    "W436",
    "“{what}” falder på en {free_day}, {on}. Den dag er kontoret lukket. Hold åbent i fristens timer, eller "
    "skriv i bekendtgørelsen, hvordan man afleverer.",
)
ON_A_HOLIDAY = finding_kind(
    "W437",
    "“{what}” falder på {free_day}, {on}. Den dag er kontoret lukket, og posten går ikke. Hold åbent i "
    "fristens timer, eller skriv i bekendtgørelsen, hvordan man afleverer.",
)
BEFORE_THE_CALL = finding_kind(
    "W438",
    "“{what}”, {on}, ligger før valget blev udskrevet. Fristen kan ikke holdes. Vælg en senere valgdag, eller "
    "ret fristen ({path}) i et nyt regulativ.",
)
ALREADY_PAST = finding_kind(
    "W439",
    "“{what}”, {on}, er allerede passeret. Skal valget udskrives nu, kan fristen ({path}) ikke holdes. Vælg "
    "en senere valgdag.",
)
OUT_OF_ORDER = finding_kind(
    "W440",
    "“{what}”, {on}, ligger før “{other}”, {other_on}. Det skal være omvendt. Ret den ene frist ({path}).",
)
NO_TIME_TO_CURE = finding_kind(
    "W441",
    "Der er ingen hel arbejdsdag mellem “{what}”, {on}, og “{other}”, {other_on}. En kandidat når næppe at "
    "rette sine mangler. Giv længere tid ({path}).",
)
TERM_BEFORE_POLL = finding_kind(
    "W442",
    "Rådets periode begynder {on}, før valgdagen {other_on} ({path}). Vælg en tidligere valgdag, eller ret "
    "perioden.",
)
HOUR_DOES_NOT_EXIST = finding_kind(
    "W443",
    "“{what}” er sat til {on} kl. {clock}, men den time findes ikke: uret stilles frem. Der regnes med kl. "
    "{meant}. Skriv en anden time ({path}).",
)
HOUR_OCCURS_TWICE = finding_kind(
    "W444",
    "“{what}” er sat til {on} kl. {clock}, og den time er der to gange: uret stilles tilbage. Der regnes med "
    "den første. Skriv en anden time ({path}).",
)
CANCELLED_BEFORE_KNOWN = finding_kind(
    "W445",
    "Afstemningen kan senest aflyses {on}, men kandidaterne ligger først fast {other_on}. En aflysning kan da "
    "være forkert. Sæt fristen ({path}) senere.",
)
FROZEN_BEFORE_EXTRACT = finding_kind(
    "W446",
    "Valglisten lukkes {on}, før udtrækket af folkeregisteret {other_on}. Tag udtrækket før, eller ret fristen "
    "({path}).",
)
MEETING_OUTSIDE_TERM = finding_kind(
    "W447",
    "Det konstituerende møde er senest {on}, uden for rådets periode {period} ({path}). Se efter, om det er "
    "meningen.",
)
APPOINTED_IN_THE_TERM = finding_kind(
    "W448",
    "Medlemmerne er først udpeget {on}, efter at perioden er begyndt {other_on} ({path}). Skriv, hvem der "
    "sidder i rådet så længe.",
)
AFTER_THE_POLL = finding_kind(
    "W449",
    "“{what}”, {on} kl. {clock}, er efter, at afstemningen er slut kl. {closes}. Det er for sent til at få "
    "stemt. Ret fristen ({path}).",
)

_NOBODY_HAS_TO_COME = {"called", "extract_on", "term_starts", "term_ends", "appointed_by", "destroy_roll_from"}
"""On these days nobody hands in anything."""
_SAME_DAY_AS = {"poll_closes": "poll_opens"}
_IN_ORDER = (
    ("cure_until", "postal_opens"),
    ("roll_frozen_by", "poll_cards_sent_by"),
    ("poll_cards_sent_by", "poll_opens"),
    ("presented_by", "poll_closes"),
    ("postal_opens", "postal_closes"),
    ("poll_closes", "complaint_until"),
    ("complaint_until", "constitutive_meeting_by"),
)
"""What must come first, and what after it."""
_SETTLED = ("cure_until", "candidacy_closes")
"""The first of these that is known says when the candidates are settled."""


def calendar_warnings(
    regulation: Regulation,
    election_day: date,
    *,
    called_at: datetime | None = None,
    extract_on: date | None = None,
    now: datetime | None = None,
    moved: Mapping[str, Moved] = NOTHING_MOVED,
) -> tuple[Finding, ...]:
    """Every warning on the dates of one election day, W436-W449.

    `called_at` is when the election was called. While it is only planned, `now` says what is past already. Dates
    that were `moved` are judged where they stand now."""
    found = deadlines(regulation, election_day, called_at=called_at, extract_on=extract_on, moved=moved)
    by_key = {one.key: one for one in found}
    return (
        *_free_days(found),
        *_too_late(found, called_at, now),
        *_order(by_key),
        *_candidates(by_key),
        *_hours(regulation, election_day, found),
        *_roll(by_key),
        *_council(regulation, election_day, by_key),
    )


def in_figures(on: date) -> str:
    """27.11.2017: a fact of a finding, the same in every language."""
    return f"{on:%d.%m.%Y}"


def _day(deadline: Deadline) -> str:
    return in_figures(deadline.local.date())


def _what(deadline: Deadline) -> Term:
    return Term(deadline.text_da)


def _free_days(found: tuple[Deadline, ...]) -> Iterator[Finding]:
    for one in found:
        free = free_day(one.local.date())
        if free is None or one.key in _NOBODY_HAS_TO_COME or one.key in _SAME_DAY_AS:
            continue
        kind = ON_A_HOLIDAY if free.is_holiday else ON_A_WEEKEND
        yield Finding(kind, {"what": _what(one), "free_day": Term(free.name), "on": _day(one)})


def _too_late(found: tuple[Deadline, ...], called_at: datetime | None, now: datetime | None) -> Iterator[Finding]:
    first = called_at or now
    kind = BEFORE_THE_CALL if called_at else ALREADY_PAST
    for one in found:
        # A time from which something is possible may lie before; only what must be done by then is late.
        is_beginning = one.key in {"candidacy_opens", "postal_opens", "called", "extract_on"}
        if first is not None and one.at < first and not is_beginning:
            yield Finding(kind, {"what": _what(one), "on": _day(one), "path": one.path})


def _order(by_key: Mapping[str, Deadline]) -> Iterator[Finding]:
    for first_key, then_key in _IN_ORDER:
        first, then = by_key.get(first_key), by_key.get(then_key)
        if first is None or then is None or first.at <= then.at:
            continue
        yield Finding(
            OUT_OF_ORDER,
            {
                "what": _what(then),
                "on": _day(then),
                "other": _what(first),
                "other_on": _day(first),
                "path": then.path,
            },
        )


def working_days_after(first: date, last: date) -> int:
    """Working days after the first day, up to and with the last."""
    days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    return sum(is_working_day(on) for on in days)


def _candidates(by_key: Mapping[str, Deadline]) -> Iterator[Finding]:
    closes, cure, latest = (by_key.get(key) for key in ("candidacy_closes", "cure_until", "uncontested_until"))
    if closes and cure and not working_days_after(closes.local.date(), cure.local.date()):
        yield Finding(
            NO_TIME_TO_CURE,
            {
                "what": _what(closes),
                "on": _day(closes),
                "other": _what(cure),
                "other_on": _day(cure),
                "path": cure.path,
            },
        )
    settled = next((by_key[key] for key in _SETTLED if key in by_key), None)
    if latest and settled and latest.at < settled.at:
        facts = {"on": _day(latest), "other_on": _day(settled), "path": latest.path}
        yield Finding(CANCELLED_BEFORE_KNOWN, facts)


def _hours(regulation: Regulation, election_day: date, found: tuple[Deadline, ...]) -> Iterator[Finding]:
    """Where the wall clock of the regulation is no time of that day, or two. (BEK on summer time: 2.00-3.00)"""
    for one in found:
        wanted = _wall_clock(regulation, election_day, one)
        if wanted is None:
            continue
        facts: dict[str, Fact] = {
            "what": _what(one),
            "on": in_figures(wanted.date()),
            "clock": f"{wanted:%H.%M}",
            "path": one.path,
        }
        if one.local.replace(tzinfo=None) != wanted:
            facts["meant"] = f"{one.local:%H.%M}"
            yield Finding(HOUR_DOES_NOT_EXIST, facts)
        elif _occurs_twice(wanted):
            yield Finding(HOUR_OCCURS_TWICE, facts)


def _wall_clock(regulation: Regulation, election_day: date, one: Deadline) -> datetime | None:
    """The local time as the regulation writes it; None for whole days, moved dates and what the election says."""
    if one.is_day or not one.path or one.moved is not None:
        return None
    section, key = one.path.split(".")
    stated = getattr(getattr(regulation, section), key).value
    if isinstance(stated, time):
        return datetime.combine(election_day, stated)
    return datetime.combine(election_day + timedelta(days=stated.days), stated.at)


def _occurs_twice(wall_clock: datetime) -> bool:
    first, second = (wall_clock.replace(tzinfo=COPENHAGEN, fold=fold) for fold in (0, 1))
    return first.astimezone(UTC) < second.astimezone(UTC)


def _roll(by_key: Mapping[str, Deadline]) -> Iterator[Finding]:
    frozen, extract, closes = (by_key.get(key) for key in ("roll_frozen_by", "extract_on", "poll_closes"))
    if frozen and extract and frozen.local.date() < extract.local.date():
        yield Finding(FROZEN_BEFORE_EXTRACT, {"on": _day(frozen), "other_on": _day(extract), "path": frozen.path})
    for key in ("objections_until", "additions_until", "postal_closes"):
        one = by_key.get(key)
        if one and closes and one.at > closes.at:
            facts: dict[str, Fact] = {
                "what": _what(one),
                "on": _day(one),
                "clock": f"{one.local:%H.%M}",
                "path": one.path,
            }
            facts["closes"] = f"{closes.local:%H.%M}"
            yield Finding(AFTER_THE_POLL, facts)


def _council(r: Regulation, election_day: date, by_key: Mapping[str, Deadline]) -> Iterator[Finding]:
    starts, ends = by_key.get("term_starts"), by_key.get("term_ends")
    meeting, appointed = by_key.get("constitutive_meeting_by"), by_key.get("appointed_by")
    if starts and starts.local.date() < election_day:
        facts = {"on": _day(starts), "other_on": in_figures(election_day), "path": starts.path}
        yield Finding(TERM_BEFORE_POLL, facts)
    if starts and ends and meeting and not starts.at <= meeting.at <= ends.at:
        period = f"{_day(starts)}–{_day(ends)}"
        yield Finding(MEETING_OUTSIDE_TERM, {"on": _day(meeting), "period": period, "path": meeting.path})
    if starts and appointed and starts.at < appointed.at:
        facts = {"on": _day(appointed), "other_on": _day(starts), "path": appointed.path}
        yield Finding(APPOINTED_IN_THE_TERM, facts)
    if meeting and appointed:
        first_day = month_after(election_day, r.after.appointed_in_month.value)[0]
        if meeting.local.date() < first_day:
            yield Finding(
                OUT_OF_ORDER,
                {
                    "what": _what(meeting),
                    "on": _day(meeting),
                    "other": _what(appointed),
                    "other_on": in_figures(first_day),
                    "path": meeting.path,
                },
            )
