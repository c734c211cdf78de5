"""Danish words for the values of a regulation. The document is a legal text: it is Danish on every screen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from fractions import Fraction
from functools import cache

from babel import Locale

from registry.regulation.rules import Moment
from registry.regulation.seat_rules import THE_REST

MONTHS = (
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
)
_GROUPS = {
    "EU": "EU’s lande",
    "EEA-EFTA": "EFTA’s lande i EØS",
    "Norden": "Nordens lande",
    "DST-western": "de vestlige lande efter Danmarks Statistik",
}


def day(on: date) -> str:
    """1. januar 2018"""
    return f"{on.day}. {MONTHS[on.month - 1]} {on.year}"


def month(number: int) -> str:
    """The name of a month 1-12; another number is said as it is."""
    return MONTHS[number - 1] if 1 <= number <= len(MONTHS) else f"måned nummer {number}"


def hour(at: time) -> str:
    """kl. 8.00"""
    return f"kl. {at.hour}.{at:%M}"


def moment(when: Moment) -> str:
    """14 dage før valgdagen kl. 12.00"""
    if when.days == 0:
        return f"valgdagen {hour(when.at)}"
    side = "før" if when.days < 0 else "efter"
    return f"{amount(abs(when.days), 'dag', 'dage')} {side} valgdagen {hour(when.at)}"


def amount(number: int, one: str, many: str) -> str:
    """1 plads, 5 pladser"""
    return f"{number} {one if number == 1 else many}"


def listed(parts: Iterable[str]) -> str:
    """a, b og c"""
    *first, last = list(parts) or [""]
    return f"{', '.join(first)} og {last}" if first else last


def quoted(words: str) -> str:
    return f"»{words}«"


def percent(share: str) -> str:
    """0.05 → 5 procent; 0.025 → 2,5 procent"""
    hundredths = Fraction(share) * 100
    whole, rest = divmod(hundredths * 10_000, 10_000)
    digits = f"{int(rest):04d}".rstrip("0")
    return f"{int(whole)}{',' + digits if digits else ''} procent"


def country(code: str) -> str:
    """Its Danish name; a code that nobody knows is said as it is."""
    return _territories().get(code, code)


def member(code: str) -> str:
    """A country, a district, or the rest of a division into groups."""
    return "alle andre" if code == THE_REST else country(code)


@cache
def _territories() -> dict[str, str]:
    return dict(Locale("da").territories)


def group(name: str) -> str:
    """A named group of countries (files/country-groups.csv); a new one is said by its name."""
    return _GROUPS.get(name, name)
