"""Who has a seat by votes: reserved seats group by group, then the open seats. Pure arithmetic, no lots.

Which of the tied get a place is not known here, but how many of them do is, and that is the same
whatever a lot gives. So it can be said before any draw which ties decide something.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from election.counting.methods.inputs import Candidate, Reservation
from election.counting.methods.ranking import Cut, Level, cut, ids, levels, without


@dataclass(frozen=True, slots=True)
class GroupSeats:
    """The reserved seats of one group. `is_open_to_lot`: the tie decides who is elected."""

    group: str
    seats: int
    members: Level
    cut: Cut
    is_open_to_lot: bool = False

    @property
    def unfilled(self) -> int:
        return self.seats - len(self.cut.certain) - self.cut.places


@dataclass(frozen=True, slots=True)
class OpenSeats:
    """The open seats: levels that get in whole, and the level where the seats end."""

    seats: int
    whole_levels: tuple[Level, ...]
    last_level: Level
    places: int
    unfilled: int


@dataclass(frozen=True, slots=True)
class SeatPlan:
    """All groups and the open seats, before any lot."""

    groups: tuple[GroupSeats, ...]
    open: OpenSeats


def plan_seats(candidates: tuple[Candidate, ...], seats: int, reservation: Reservation) -> SeatPlan:
    """Reserved seats first, each group by its own votes; then the rest by votes to all not yet elected.

    A tie inside a group needs no lot when everybody tied gets in anyway, the losers on open seats.

    KRVL § 85, with the reservation of the council's own regulation.
    """
    groups = [_group_seats(group, number, candidates) for group, number in reservation.seats]
    open_seats = seats - sum(one.seats for one in groups)
    if reservation.unfilled_become_open:
        open_seats += sum(one.unfilled for one in groups)
    opened = _open_seats(candidates, groups, open_seats)
    safe = {one for level in opened.whole_levels for one in ids(level)}
    judged = tuple(
        GroupSeats(one.group, one.seats, one.members, one.cut, not safe.issuperset(ids(one.cut.tied)))
        for one in groups
    )
    return SeatPlan(judged, opened)


def _group_seats(group: str, seats: int, candidates: tuple[Candidate, ...]) -> GroupSeats:
    members = tuple(one for one in candidates if one.group == group)
    return GroupSeats(group, seats, members, cut(members, seats))


def _open_seats(candidates: tuple[Candidate, ...], groups: list[GroupSeats], seats: int) -> OpenSeats:
    """Level by level. Of a level tied for reserved seats, as many are gone as there were places."""
    certain = [person for one in groups for person in one.cut.certain]
    gone: Counter[int] = Counter()
    for one in groups:
        if one.cut.tied:
            gone[one.cut.tied[0].votes] += one.cut.places
    left = seats
    whole: list[Level] = []
    for level in levels(without(candidates, certain)):
        wanted = len(level) - gone[level[0].votes]
        if wanted > left:
            return OpenSeats(seats, tuple(whole), level, left, 0)
        whole.append(level)
        left -= wanted
    return OpenSeats(seats, tuple(whole), (), 0, left)
