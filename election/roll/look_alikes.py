"""Whoever looks like somebody who stands on the roll already: same birth date, same or nearly the same name.

A person can have got a new CPR number, so that the number alone does not show that it is the same person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from election.call.records import Election, stations
from election.roll.protection import PROTECTED_NAME
from election.roll.records import RollEntry
from election.roll.station_list import CARD_NAMES, Card, listed
from registry.database import search_key
from registry.findings import Finding, FindingKind, Refused

_SHORTEST, _LONG = 5, 8
"""Letters from which one slip, and from which two, still look like the same name. A slip is a letter that is
typed wrong, left out, put in or swapped with the next."""


@dataclass(frozen=True, slots=True)
class LookAlike:
    """One who stands on the roll; the name is empty for a protected person."""

    number: int
    name: str
    born_on: date
    station: str
    card: Card


class LookAlikes(Refused):
    """Nothing is done until two people have said whether it is somebody else."""

    def __init__(self, kind: FindingKind, found: tuple[LookAlike, ...]) -> None:
        told = "; ".join(
            f"nr. {one.number} {one.name or PROTECTED_NAME}, født {one.born_on:%d-%m-%Y}, {one.station}, "
            f"{CARD_NAMES[one.card]}"
            for one in found
        )
        super().__init__(kind, count=len(found), matches=told)
        self.found = found

    @property
    def finding(self) -> Finding:
        return Finding(self.kind, self.facts)


def look_alikes(
    session: Session, election: Election, name: str, born_on: date, *, but: bytes
) -> tuple[LookAlike, ...]:
    """Everyone who is on the roll under another CPR number (`but` is the own blind index) and looks alike."""
    rows = session.execute(
        select(RollEntry.id, RollEntry.name_search_key).where(
            RollEntry.municipality == election.municipality,
            RollEntry.council == election.council,
            RollEntry.election_id == election.id,
            RollEntry.born_on == born_on,
            RollEntry.struck_at.is_(None),
            RollEntry.cpr_index != but,
        )
    )
    close = [row.id for row in rows if is_close_name(search_key(name), row.name_search_key)]
    if not close:
        return ()
    places = {station.id: station.name for station in stations(session, election)}
    every = ", ".join(places.values())
    return tuple(
        LookAlike(
            one.number,
            one.name,
            one.born_on,
            places[one.station_id] if one.station_id else every,
            one.card,
        )
        for one in listed(session, election, RollEntry.id.in_(close))
    )


def is_close_name(one: str, other: str) -> bool:
    """Two search keys that can be one person's: the same words in any order, a name left out, a slip or two."""
    first, second = one.replace("-", " ").split(), other.replace("-", " ").split()
    if not first or not second:
        return False
    if sorted(first) == sorted(second):
        return True
    shorter, longer = sorted((first, second), key=len)
    if len(shorter) >= 2 and set(shorter) <= set(longer):
        return True
    return _are_near(" ".join(sorted(first)), " ".join(sorted(second))) or _are_near(one, other)


def _are_near(one: str, other: str) -> bool:
    """A slip or two apart (optimal string alignment), in names that are not very short."""
    shortest = min(len(one), len(other))
    slips = 2 if shortest >= _LONG else 1
    if shortest < _SHORTEST or abs(len(one) - len(other)) > slips:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        before, last, row = row, before, [i]
        for j, b in enumerate(other, start=1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b)))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                row[j] = min(row[j], last[j - 2] + 1)
    return row[-1] <= slips
