"""One value of a regulation as a person types it, and back: text → value or what is wrong with the text.

The text of a form is not TOML: a day is written 27-11-2017, an hour 17.00, a deadline “14 dage før kl. 12.00”.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time
from enum import StrEnum
from typing import Any, get_args, get_origin

from registry.findings import Term
from registry.regulation.rules import Moment

_DAY = re.compile(r"(\d{1,2})[-.](\d{1,2})[-.](\d{4})|(\d{4})-(\d{2})-(\d{2})")
_HOUR = re.compile(r"(?:kl\.?\s*)?(\d{1,2})[.:](\d{2})(?:[.:](\d{2}))?")
_MOMENT = re.compile(
    r"(?:(?P<days>\d{1,4})\s*dage?\s*(?P<side>før|efter)(?:\s+valgdagen)?|(?P<on>på\s+valgdagen))\s*,?\s*(?P<at>.+)",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"-?\d{1,9}")

NOT_A_NUMBER = Term("Skriv et helt tal.")
NOT_A_DAY = Term("Skriv en dag, der findes, for eksempel 27-11-2017.")
NOT_AN_HOUR = Term("Skriv et klokkeslæt, for eksempel 17.00.")
NOT_A_MOMENT = Term(
    "Skriv fristen som “14 dage før kl. 12.00”, “på valgdagen kl. 20.00” eller “7 dage efter kl. 23.59”."
)
NOT_A_CHOICE = Term("Vælg en af mulighederne.")
NOT_A_COUNT = Term("Skriv én gruppe på hver linje med sit antal, for eksempel “ikke-vestlig: 3”.")
NOT_MEMBERS = Term("Skriv én gruppe på hver linje, for eksempel “Vietnam: VN”; “*” er resten.")
TWICE = Term("Det samme står to gange.")
EMPTY = Term("Feltet skal udfyldes.")


class NotReadable(ValueError):
    """The text is no such value; `why` says what to write."""

    def __init__(self, why: Term) -> None:
        self.why = why
        super().__init__(why)


def text_of(raw: object) -> str:
    """A value as it stands in a file, as text for the form. What is broken in the file is shown as it is."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, date):
        return f"{raw:%d-%m-%Y}"
    if isinstance(raw, time):
        return _hour_text(raw)
    if isinstance(raw, Mapping):
        days, at = raw.get("days"), raw.get("at")
        if raw.keys() == {"days", "at"} and type(days) is int and isinstance(at, time):
            side = "før" if days < 0 else "efter"
            return (
                f"{abs(days)} dage {side} kl. {_hour_text(at)}" if days else f"på valgdagen kl. {_hour_text(at)}"
            )
        return "\n".join(f"{key}: {text_of(value).replace(chr(10), ', ')}" for key, value in raw.items())
    if isinstance(raw, list | tuple):
        return "\n".join(str(one) for one in raw)
    return "" if raw is None else str(raw)


def value_of(text: str, hint: Any) -> object:
    """The value that a text means, as it is written to a file. Raises NotReadable."""
    text = text.strip()
    if get_origin(hint) is tuple:
        return _lines(text)
    if get_origin(hint) is not None:
        return _counts(text) if get_args(hint)[1] is int else _members(text)
    if not text:
        raise NotReadable(EMPTY)
    if hint is bool:
        if text not in ("true", "false"):
            raise NotReadable(NOT_A_CHOICE)
        return text == "true"
    if hint is int:
        return _number(text)
    if hint is date:
        return _day(text)
    if hint is time:
        return _hour(text)
    if hint is Moment:
        return _moment(text)
    if issubclass(hint, StrEnum) and text not in {member.value for member in hint}:
        raise NotReadable(NOT_A_CHOICE)
    return text


def _hour_text(at: time) -> str:
    return f"{at:%H.%M.%S}" if at.second else f"{at:%H.%M}"


def _number(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise NotReadable(NOT_A_NUMBER)
    return int(text)


def _day(text: str) -> date:
    found = _DAY.fullmatch(text)
    if not found:
        raise NotReadable(NOT_A_DAY)
    day, month, year, iso_year, iso_month, iso_day = found.groups()
    try:
        return date(int(year or iso_year), int(month or iso_month), int(day or iso_day))
    except ValueError:
        raise NotReadable(NOT_A_DAY) from None


def _hour(text: str) -> time:
    found = _HOUR.fullmatch(text.strip())
    if not found:
        raise NotReadable(NOT_AN_HOUR)
    try:
        return time(int(found[1]), int(found[2]), int(found[3] or 0))
    except ValueError:
        raise NotReadable(NOT_AN_HOUR) from None


def _moment(text: str) -> dict[str, object]:
    found = _MOMENT.fullmatch(text)
    if not found:
        raise NotReadable(NOT_A_MOMENT)
    days = 0 if found["on"] else int(found["days"]) * (-1 if found["side"].lower() == "før" else 1)
    return {"days": days, "at": _hour(found["at"])}


def _lines(text: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(set(lines)) != len(lines):
        raise NotReadable(TWICE)
    return lines


def _pairs(text: str, trouble: Term) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _lines(text):
        name, colon, rest = (part.strip() for part in line.rpartition(":"))
        if not colon or not name or not rest:
            raise NotReadable(trouble)
        if name in found:
            raise NotReadable(TWICE)
        found[name] = rest
    return found


def _counts(text: str) -> dict[str, int]:
    pairs = _pairs(text, NOT_A_COUNT)
    if any(not _WHOLE.fullmatch(number) for number in pairs.values()):
        raise NotReadable(NOT_A_COUNT)
    return {name: int(number) for name, number in pairs.items()}


def _members(text: str) -> dict[str, list[str]]:
    return {
        name: [one.strip() for one in every.split(",") if one.strip()]
        for name, every in _pairs(text, NOT_MEMBERS).items()
    }
