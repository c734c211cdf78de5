"""A regulation as a sheet to read: every value in words, with its source or openly assumed.

The sections and keys are walked as they stand in `rules`, so a new key cannot be forgotten here; without a
Danish name it is shown by its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _

from registry.regulation.ruled import Ruled
from registry.regulation.rules import InvalidGround, Moment, Regulation
from registry.regulation.seat_rules import THE_REST
from registry.regulation.wording import CHOICE_NAMES, KEY_NAMES, SECTION_NAMES


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One value: `key` is its path in the file."""

    key: str
    name: str
    value: str
    source: str
    is_assumed: bool
    is_unset: bool = False


@dataclass(frozen=True, slots=True)
class SheetSection:
    name: str
    lines: tuple[SheetLine, ...]


def sheet(regulation: Regulation) -> tuple[SheetSection, ...]:
    """Every section with every value, in the order of the file."""
    found = [SheetSection(_("Regulativet"), (_line("title", "title", regulation.title),))]
    for field in fields(regulation):
        section = getattr(regulation, field.name)
        if field.name == "sources":
            for document in section:
                name = _("Kilde: %(code)s", code=document.code)
                found.append(SheetSection(name, tuple(_lines(f"sources.{document.code}", document))))
        elif is_dataclass(section) and not isinstance(section, Ruled):
            name = str(SECTION_NAMES.get(field.name, field.name))
            found.append(SheetSection(name, tuple(_lines(field.name, section))))
    return tuple(found)


def _lines(path: str, section: Any) -> Iterator[SheetLine]:
    for field in fields(section):
        key, value = f"{path}.{field.name}", getattr(section, field.name)
        if isinstance(value, Ruled):
            yield _line(key, field.name, value)
        elif isinstance(value, tuple):
            for ground in value:
                if isinstance(ground, InvalidGround):
                    yield _line(f"{key}.{ground.code}", field.name, ground.text)
                else:
                    yield from _lines(f"{key}.{ground.code}", ground)
        elif is_dataclass(value):
            yield from _lines(key, value)


def _line(key: str, name: str, rule: Ruled[Any]) -> SheetLine:
    words = _("ikke fastsat") if rule.is_unset else in_words(rule.value)
    return SheetLine(key, str(KEY_NAMES.get(name, name)), words, rule.source, rule.is_assumed, rule.is_unset)


def in_words(value: object) -> str:
    """One value of a regulation as a person reads it."""
    if isinstance(value, bool):
        return _("ja") if value else _("nej")
    if isinstance(value, StrEnum):
        return str(CHOICE_NAMES.get(value.value, value.value))
    if isinstance(value, Moment):
        return _moment(value)
    if isinstance(value, time):
        return _("kl. %(time)s", time=f"{value:%H.%M}")
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, Mapping):
        return ", ".join(f"{_(key)}: {_number_or_members(given)}" for key, given in value.items()) or _("ingen")
    if isinstance(value, tuple):
        return ", ".join(value) or _("ingen")
    return str(value)


def _number_or_members(given: object) -> str:
    if isinstance(given, tuple):
        return " + ".join(_("resten") if one == THE_REST else one for one in given)
    return str(given)


def _moment(moment: Moment) -> str:
    at = f"{moment.at:%H.%M}"
    if moment.days == 0:
        return _("på valgdagen kl. %(time)s", time=at)
    if moment.days < 0:
        return _("%(days)s dage før valgdagen kl. %(time)s", days=-moment.days, time=at)
    return _("%(days)s dage efter valgdagen kl. %(time)s", days=moment.days, time=at)
