"""The days on which a Danish office is closed: weekends, holidays, and the days that are free by custom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import holidays

from registry.findings import Term

WEEKEND = {5: Term("lørdag"), 6: Term("søndag")}


@dataclass(frozen=True, slots=True)
class FreeDay:
    """Why a day is free: its name in Danish, and whether it is a holiday or only a weekend."""

    name: str
    is_holiday: bool


def free_day(on: date) -> FreeDay | None:
    """A holiday before a weekend: what people ask is why nobody is there. None on a working day.

    The law's own years count: store bededag is no holiday from 2024 on."""
    name = _holidays(on.year).get(on)
    if name is not None:
        return FreeDay(name, is_holiday=True)
    if on.weekday() in WEEKEND:
        return FreeDay(WEEKEND[on.weekday()], is_holiday=False)
    return None


def is_working_day(on: date) -> bool:
    return free_day(on) is None


@cache
def _holidays(year: int) -> dict[date, str]:
    """Public holidays, 5 June, 24 and 31 December; 1 May is free for some only and is left out."""
    found = holidays.country_holidays(
        "DK", years=[year], language="da", categories=("public", "optional"), expand=False
    )
    labour_day = date(year, 5, 1)
    return {on: name for on, name in found.items() if on != labour_day or name != "Arbejdernes kampdag"}
