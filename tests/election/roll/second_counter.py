"""A second counter of the voter roll, written from the contract of the resident extract alone.

It reads the CSV cells and the list of countries by itself and shares no line with the program.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]
Cells = Mapping[str, str]
NORDEN_EU = ("Norden", "EU", "EEA-EFTA")
SIX = ("CH", "US", "CA", "JP", "NZ", "AU")


@cache
def naive_set(names: tuple[str, ...], single: tuple[str, ...], day: str) -> frozenset[str]:
    """The countries inside on a day: the list's own dates, both ends included, as text."""
    found = set(single)
    with (ROOT / "registry/regulation/files/country-groups.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            begun = not row["from"] or row["from"] <= day
            over = bool(row["to"]) and row["to"] < day
            if row["group"] in names and begun and not over:
                found.add(row["country"])
    return frozenset(found)


def naive_birthday(cpr: str) -> tuple[int, int, int]:
    digits = cpr.replace("-", "")
    day, month, year, seventh = int(digits[:2]), int(digits[2:4]), int(digits[4:6]), int(digits[6])
    if seventh <= 3:
        return 1900 + year, month, day
    if seventh in (4, 9):
        return (2000 if year <= 36 else 1900) + year, month, day
    return (2000 if year <= 57 else 1800) + year, month, day


def naive_age(cpr: str, on: date) -> int:
    year, month, day = naive_birthday(cpr)
    return on.year - year - (1 if (on.month, on.day) < (month, day) else 0)


def births(row: Cells) -> tuple[str, str, str]:
    return row["birth_country"], row["mother_birth_country"], row["father_birth_country"]


def naive_statistical(row: Cells) -> str:
    """yes, no or unknown. Greenland and the Faroes count as Denmark."""

    def country(cell: str) -> str:
        return "DK" if row[cell] in ("DK", "GL", "FO") else row[cell]

    parents = [
        (country(f"{who}_birth_country"), country(f"{who}_citizenship"))
        for who in ("mother", "father")
        if row[f"{who}_birth_country"] or row[f"{who}_citizenship"]
    ]
    if not parents and not row["birth_country"]:
        return "unknown"
    if ("DK", "DK") in parents:
        return "no"
    return "no" if not parents and country("birth_country") == country("citizenship") == "DK" else "yes"


def naive_births(row: Cells, inside: frozenset[str], always: tuple[str, ...], *, both: bool) -> str:
    if any(country in always for country in births(row)):
        return "yes"

    def is_covered(unknown_is_outside: bool) -> bool:
        own, mother, father = (c not in inside if c else unknown_is_outside for c in births(row))
        return own or ((mother and father) if both else (mother or father))

    if is_covered(False):
        return "yes"
    could = is_covered(True) or (bool(always) and "" in births(row))
    return "unknown" if could else "no"


def by_births(*, both: bool, always: tuple[str, ...] = ()) -> Callable[[Cells, str], str]:
    return lambda row, day: naive_births(row, naive_set(NORDEN_EU, SIX, day), always, both=both)


def by_statistics(row: Cells, _: str) -> str:
    return naive_statistical(row)


NAIVE: Mapping[str, tuple[int, Callable[[Cells, str], str]]] = {
    "koege-2014": (18, by_statistics),
    "koege-2018": (18, by_statistics),
    "koege-2021": (18, by_statistics),
    "kobenhavn-2006": (18, by_births(both=False, always=("GL",))),
    "gentofte-2018": (18, by_births(both=True)),
    "gentofte-2022": (18, by_births(both=True)),
    "svendborg-2025": (18, by_births(both=False)),
    "aeldreraad": (60, lambda *_: "yes"),
}
"""Age and origin of each regulation, as its sources say them."""


def naive_reason(row: Cells, municipality: str, day: date, age: int, origin: Callable[[Cells, str], str]) -> str:
    """The reason code of the contract, "" for a yes: the first that applies."""
    if row["municipality"] != municipality:
        return "other_municipality"
    if row["status"] != "resident":
        return row["status"]
    if naive_age(row["cpr"], day) < age:
        return "under_age"
    return {"yes": "", "unknown": "origin_unknown", "no": "origin_not_covered"}[origin(row, day.isoformat())]
