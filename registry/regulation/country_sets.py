"""Named, dated sets of countries: files/country-groups.csv. The election day decides who belongs.

`from` and `to` are both included; an empty one is open. A country may belong to a group twice.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from registry.findings import Refused
from registry.regulation import findings as say

FILE = Path(__file__).parent / "files" / "country-groups.csv"
HEADER = ["group", "country", "from", "to"]
WESTERN = "DST-western"


@dataclass(frozen=True, slots=True)
class Belonging:
    """One country in one group; the dates are included, None is open."""

    group: str
    country: str
    from_on: date | None
    to_on: date | None

    def holds_on(self, day: date) -> bool:
        return (self.from_on is None or self.from_on <= day) and (self.to_on is None or day <= self.to_on)


@dataclass(frozen=True, slots=True)
class CountrySets:
    """All groups of one file; `sha256` (hex) is of its bytes."""

    belongings: tuple[Belonging, ...]
    sha256: str

    @property
    def names(self) -> frozenset[str]:
        return frozenset(one.group for one in self.belongings)

    def members(self, group: str, on: date) -> frozenset[str]:
        """The countries of a group on a day; Refused (R061) when there is no such group."""
        if group not in self.names:
            raise Refused(say.UNKNOWN_COUNTRY_GROUP, group=group[:60], choices=", ".join(sorted(self.names)))
        return frozenset(one.country for one in self.belongings if one.group == group and one.holds_on(on))

    def union(self, groups: Iterable[str], countries: Iterable[str], on: date) -> frozenset[str]:
        """The groups as they are on a day, together with single countries."""
        return frozenset(countries).union(*(self.members(group, on) for group in groups))


def read_country_sets(data: bytes) -> CountrySets:
    """Read the CSV of country groups; Refused (R060) names the first line that is wrong."""
    try:
        rows = list(csv.reader(data.decode("utf-8-sig").splitlines(), strict=True))
    except (UnicodeDecodeError, csv.Error) as trouble:
        raise Refused(say.COUNTRY_GROUPS_BROKEN, line=1) from trouble
    if not rows or rows[0] != HEADER:
        raise Refused(say.COUNTRY_GROUPS_BROKEN, line=1)
    found = []
    for line, row in enumerate(rows[1:], start=2):
        try:
            group, country, from_on, to_on = row
            one = Belonging(group, country, _day(from_on), _day(to_on))
        except ValueError as trouble:
            raise Refused(say.COUNTRY_GROUPS_BROKEN, line=line) from trouble
        if not group or not re.fullmatch(r"[A-Z]{2}", country):
            raise Refused(say.COUNTRY_GROUPS_BROKEN, line=line)
        found.append(one)
    return CountrySets(tuple(found), hashlib.sha256(data).hexdigest())


@cache
def shipped_country_sets() -> CountrySets:
    """The groups that come with the program."""
    return read_country_sets(FILE.read_bytes())


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
