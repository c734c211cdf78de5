"""Which alliances hold, how many names a list may have, and in which order they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import TypeVar

from election.candidacy.rules import is_late

LONGEST_KEY, LONGEST_NAME = 40, 60
N = TypeVar("N")


@dataclass(frozen=True, slots=True)
class Notice:
    """One list says of another, at an instant (UTC), that it goes into an alliance with it, or no longer does."""

    by: str
    other: str
    is_filed: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Alliances:
    """`valid`: sets of lists that are all in alliance with each other. `one_sided`: who has said yes alone, and
    to whom. `broken`: lists that hang together without all saying yes to all, which is no alliance for any.
    """

    valid: tuple[tuple[str, ...], ...]
    one_sided: tuple[tuple[str, str], ...]
    broken: tuple[tuple[str, ...], ...]


def alliances(
    notices: Iterable[Notice], lists: Iterable[str], deadline: datetime, *, are_allowed: bool
) -> Alliances:
    """The alliances of `lists` (those not withdrawn): filed by both sides, by the newest word of each until the
    deadline; no list in two of them. (KRVL §§ 40–41 borrowed; regulation: lists.are_alliances_allowed)
    """
    if not are_allowed:
        return Alliances((), (), ())
    standing = sorted(set(lists))
    in_time = sorted((one for one in notices if not is_late(one.at, deadline)), key=lambda one: one.at)
    newest = {(one.by, one.other): one.is_filed for one in in_time if one.by != one.other}
    said = {pair for pair, is_filed in newest.items() if is_filed and set(pair) <= set(standing)}
    mutual = {pair for pair in said if pair[::-1] in said}
    valid: list[tuple[str, ...]] = []
    broken: list[tuple[str, ...]] = []
    for together in _hanging_together(standing, mutual):
        everybody = all(pair in mutual for pair in combinations(together, 2))
        (valid if everybody else broken).append(together)
    return Alliances(tuple(valid), tuple(sorted(said - mutual)), tuple(broken))


def _hanging_together(lists: Sequence[str], mutual: set[tuple[str, str]]) -> list[tuple[str, ...]]:
    """Sets of two or more lists that are bound to each other, also through a third."""
    found: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for first in lists:
        reached, ahead = {first}, [first]
        while ahead:
            here = ahead.pop()
            new = {other for one, other in mutual if one == here} - reached
            reached |= new
            ahead += new
        if first not in seen and len(reached) > 1:
            found.append(tuple(sorted(reached)))
        seen |= reached
    return found


def cut(names: Sequence[N], most: int) -> tuple[tuple[N, ...], tuple[N, ...]]:
    """The names that stand, and the surplus, which is taken from the bottom. (KRVL § 31 borrowed)"""
    return tuple(names[:most]), tuple(names[most:])


def in_order(names: Sequence[N], positions: Mapping[N, int], *, is_ordered: bool) -> tuple[N, ...]:
    """Names on one list, given in ballot order: by the list's own order, or side by side as they are given.

    A name without a place comes after those that have one. (KRVL § 24(2) borrowed)
    """
    if not is_ordered:
        return tuple(names)
    last = max(positions.values(), default=0) + 1
    return tuple(sorted(names, key=lambda name: positions.get(name, last)))
