"""Findings, refusals and dates in the reader's language. The code is the context of the translation."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from babel import Locale
from flask import current_app, has_request_context, request
from flask_babel import format_date, get_locale, gettext, pgettext
from flask_login import current_user

from registry.findings import Fact, Finding, Refused, Term
from registry.languages import EVERY_LANGUAGE, LANGUAGES

P = ParamSpec("P")
R = TypeVar("R")
_IN_ALL = "_in_all_languages"
_FIRST_STRONG, _POP = "\u2068", "\u2069"
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
_ON_PAPER = re.compile(r"(\d\d)\.(\d\d)\.(\d{4}) kl\. (\d\d\.\d\d)")


def in_all_languages(view: Callable[P, R]) -> Callable[P, R]:
    """This page is offered in every language: each of its sentences is translated (scripts/translations.py)."""
    setattr(view, _IN_ALL, True)
    return view


def is_in_all_languages(endpoint: str | None) -> bool:
    return getattr(current_app.view_functions.get(endpoint or ""), _IN_ALL, False)


def languages_here() -> Mapping[str, str]:
    """The languages in which this page can be read. An official reads Danish or English, whatever the page."""
    visitor: Any = current_user
    if has_request_context() and is_in_all_languages(request.endpoint) and not visitor.is_authenticated:
        return EVERY_LANGUAGE
    return LANGUAGES


def language_of_page(chosen: str, otherwise: str) -> str:
    """The language that the reader chose where this page is offered in it; never half of one."""
    return chosen if chosen in languages_here() else otherwise


def direction_of(language: str) -> str:
    """`ltr` or `rtl`."""
    return str(Locale.parse(language).text_direction)


def apart(text: str) -> str:
    """Danish names, dates and numbers inside a sentence from right to left keep their own direction."""
    locale = get_locale()
    return f"{_FIRST_STRONG}{text}{_POP}" if locale is not None and locale.text_direction == "rtl" else text


def say(trouble: Finding | Refused) -> str:
    """The sentence of a finding or refusal with its facts; a fact that is a term is translated too."""
    return str(pgettext(trouble.kind.code, trouble.kind.text)).format(**said(trouble.facts))


def said(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Facts as they stand in a sentence of the reader's language: terms translated, all else kept apart."""
    return {name: gettext(fact) if isinstance(fact, Term) else _kept(fact) for name, fact in facts.items()}


def _kept(fact: Fact) -> Fact:
    """An instant that stands in a sentence as on Danish paper (election.call.clock.shown) is said as elsewhere."""
    if not isinstance(fact, str) or not fact:
        return fact
    found = None if _is_danish() else _ON_PAPER.fullmatch(fact)
    if found is None:
        return apart(fact)
    day, month, year = (int(found[place]) for place in (1, 2, 3))
    return apart(_day_and_time(date(year, month, day), found[4]))


def say_term(text: str) -> str:
    """A word of the house, or of a regulation, in the reader's language. Plain text, which a template escapes:
    its own `_` would take what a person has typed for HTML."""
    return str(gettext(text))


def say_instant(instant: datetime) -> str:
    """27. november 2017 kl. 18.10, always by Danish time."""
    local = instant.astimezone(COPENHAGEN)
    return _day_and_time(local.date(), f"{local:%H.%M}")


def _day_and_time(day: date, time: str) -> str:
    return str(gettext("%(day)s kl. %(time)s", day=say_short_date(day, "long"), time=time))


def say_time(instant: datetime) -> str:
    return instant.astimezone(COPENHAGEN).strftime("%H.%M")


def say_date(day: date) -> str:
    return str(format_date(day, "full" if _is_danish() else "EEEE d MMMM y"))


def say_short_date(day: date, style: str = "medium") -> str:
    """24. marts 1990; `medium` shortens the month where a language does. For the filter `dateformat`."""
    if _is_danish():
        return str(format_date(day, style))
    return str(format_date(day, "d MMMM y" if style == "long" else "d MMM y"))


def _is_danish() -> bool:
    """Elsewhere the day stands first too: the pages are read in Denmark, also in English."""
    return str(get_locale()) == "da"
