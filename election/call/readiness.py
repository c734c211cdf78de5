"""Who must be there: duties that different people must do, and which of them the assigned people cannot fill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from registry.findings import Term
from registry.roles import Role

_ADMIN, _KEEPER, _BOARD = Role.ELECTION_ADMINISTRATOR, Role.ROLL_KEEPER, Role.BOARD_MEMBER
_LEADER, _DESK, _ENTERER = Role.STATION_LEADER, Role.POLLING_OFFICIAL, Role.ENTERER


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that needs so many different people of these roles."""

    act: str
    text: Term
    roles: frozenset[Role]
    people: int


@dataclass(frozen=True, slots=True)
class Shortage:
    """Acts for which, taken together, too few different people are assigned."""

    duties: tuple[Duty, ...]
    needed: int
    assigned: int


DUTIES: tuple[tuple[Duty, ...], ...] = (
    (Duty("roll.freeze", Term("låse valglisten (to personer)"), frozenset({_KEEPER, _ADMIN}), 2),),
    (Duty("candidacy.decide", Term("afgøre anmeldelser"), frozenset({_ADMIN}), 1),),
    (Duty("polling.open_station", Term("lede stemmestedet"), frozenset({_LEADER}), 1),),
    (Duty("polling.admit", Term("tage imod vælgere"), frozenset({_DESK, _LEADER}), 2),),
    (Duty("counting.record_lot", Term("trække lod og afgøre tvivl (valgbestyrelsen)"), frozenset({_BOARD}), 3),),
    (
        Duty("counting.enter_tally", Term("indtaste stemmetal hver for sig"), frozenset({_ENTERER}), 2),
        Duty("counting.return_tally", Term("sende en indtastning tilbage"), frozenset({_BOARD, _LEADER}), 1),
        Duty("certification.approve", Term("attestere resultatet (to personer)"), frozenset({Role.CERTIFIER}), 2),
    ),
)
"""Duties in one group must be done by people who are all different."""


def shortages(holders: Mapping[Role, set[object]]) -> list[Shortage]:
    """The readiness check: every set of duties that the people assigned cannot fill (Hall's condition).

    Only the smallest sets are named: whoever mends those has mended the larger ones or sees them next.
    """
    found: list[Shortage] = []
    for group in DUTIES:
        for size in range(1, len(group) + 1):
            for duties in combinations(group, size):
                if any(set(known.duties) <= set(duties) for known in found):
                    continue
                people = set().union(*(holders.get(r, set()) for d in duties for r in d.roles))
                needed = sum(d.people for d in duties)
                if len(people) < needed:
                    found.append(Shortage(duties, needed, len(people)))
    return found
