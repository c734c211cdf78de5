"""Findings, refusals and dates in the reader's language. The code is the context of the translation."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import format_date, get_locale, gettext, pgettext

from registry.findings import Finding, Refused, Term

LANGUAGES = {"da": "Dansk", "en": "English"}
"""The languages of the pages that are complete; code and its own name."""
COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def say(trouble: Finding | Refused) -> str:
    """The sentence of a finding or refusal with its facts; a fact that is a term is translated too."""
    facts = {name: gettext(fact) if isinstance(fact, Term) else fact for name, fact in trouble.facts.items()}
    return str(pgettext(trouble.kind.code, trouble.kind.text)).format(**facts)


def say_instant(instant: datetime) -> str:
    """27. november 2017 kl. 18.10, always by Danish time."""
    local = instant.astimezone(COPENHAGEN)
    day = format_date(local.date(), "long" if _is_danish() else "d MMMM y")
    return str(gettext("%(day)s kl. %(time)s", day=day, time=f"{local:%H.%M}"))


def say_time(instant: datetime) -> str:
    return instant.astimezone(COPENHAGEN).strftime("%H.%M")


def say_date(day: date) -> str:
    return str(format_date(day, "full" if _is_danish() else "EEEE d MMMM y"))


def _is_danish() -> bool:
    """Elsewhere the day stands first too: the pages are read in Denmark, also in English."""
    return str(get_locale()) == "da"
