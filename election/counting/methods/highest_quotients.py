"""D'Hondt: seats to the highest quotients of votes by 1, 2, 3 …, compared by cross-multiplication."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd


@dataclass(frozen=True, slots=True)
class Contender:
    """A list, or an alliance as one. `room` is the number of its candidates; None has no limit."""

    id: str
    votes: int
    room: int | None = None


@dataclass(frozen=True, slots=True)
class Shares:
    """Seats beyond dispute, and the tie for the last `places`: each tied contender can win one of them.

    `unplaced` seats found no contender with room.
    """

    seats: Mapping[str, int]
    tied: tuple[str, ...] = ()
    places: int = 0
    unplaced: int = 0

    def after(self, drawn: Sequence[str]) -> dict[str, int]:
        """The seats when the first drawn have taken the contested places."""
        winners = set(drawn[: self.places])
        return {one: seats + (one in winners) for one, seats in self.seats.items()}


@dataclass(frozen=True, slots=True)
class _Quotient:
    """votes / divisor. The smallest in a heap is the highest quotient."""

    votes: int
    divisor: int
    position: int

    def __lt__(self, other: _Quotient) -> bool:
        return self.votes * other.divisor > other.votes * self.divisor

    def equals(self, other: _Quotient) -> bool:
        return self.votes * other.divisor == other.votes * self.divisor


def share_out(contenders: Sequence[Contender], seats: int) -> Shares:
    """The seats of each contender. One without room left is passed by: the next entitled has the seat.

    KRVL § 81(2) and (3).
    """
    won, left = _certain_shares(contenders, seats)
    heap = [
        _Quotient(one.votes, won[position] + 1, position)
        for position, one in enumerate(contenders)
        if one.room is None or won[position] < one.room
    ]
    heapq.heapify(heap)
    while left and heap:
        level = _highest(heap)
        if len(level) > left:
            tied = tuple(contenders[position].id for position in sorted(one.position for one in level))
            return Shares(_by_id(contenders, won), tied, left)
        left -= len(level)
        for one in level:
            won[one.position] += 1
            room = contenders[one.position].room
            if room is None or won[one.position] < room:
                heapq.heappush(heap, _Quotient(one.votes, one.divisor + 1, one.position))
    return Shares(_by_id(contenders, won), unplaced=left)


def _highest(heap: list[_Quotient]) -> list[_Quotient]:
    """Takes the highest quotient and all that equal it."""
    level = [heapq.heappop(heap)]
    while heap and heap[0].equals(level[0]):
        level.append(heapq.heappop(heap))
    return level


@dataclass(frozen=True, slots=True)
class QuotientLevel:
    """Equal quotients: contender to divisor, in the input's order; so many of them win a place."""

    divisors: Mapping[str, int]
    places: int


def quotients_in_order(contenders: Sequence[Contender], seats: int) -> list[QuotientLevel]:
    """Every place in turn, highest quotient first, and at the end the level that is next in line (0 places).

    Contenders have votes and no limit of room. No lot changes a level, for a lot only says who goes first in it.
    """
    heap = [_Quotient(one.votes, 1, position) for position, one in enumerate(contenders) if one.votes]
    heapq.heapify(heap)
    levels: list[QuotientLevel] = []
    left = seats
    while heap:
        level = sorted(_highest(heap), key=lambda one: one.position)
        places = min(left, len(level))
        levels.append(QuotientLevel({contenders[one.position].id: one.divisor for one in level}, places))
        if not places:
            break
        left -= places
        for one in level:
            heapq.heappush(heap, _Quotient(one.votes, one.divisor + 1, one.position))
    return levels


def _by_id(contenders: Sequence[Contender], won: Sequence[int]) -> dict[str, int]:
    return {one.id: won[position] for position, one in enumerate(contenders)}


def _certain_shares(contenders: Sequence[Contender], seats: int) -> tuple[list[int], int]:
    """A start that no tie can dispute: D'Hondt never gives less than the whole part of the exact share.

    A contender whose whole part fills its room is full; the others share what it leaves. So the number
    of steps depends on the number of contenders, never on the number of seats.
    """
    won = [0] * len(contenders)
    active = list(range(len(contenders)))
    left = seats
    while active:
        votes = sum(contenders[i].votes for i in active)
        for i in active:
            won[i] = contenders[i].votes * left // votes if votes else left // len(active)
        rooms = {i: room for i in active if (room := contenders[i].room) is not None and won[i] >= room}
        if not rooms:
            return won, left - sum(won[i] for i in active)
        for i, room in rooms.items():
            won[i] = room
            left -= room
        active = [i for i in active if i not in rooms]
    return won, left


def order_of_places(
    contenders: Sequence[Contender], seats: Mapping[str, int], winners: Sequence[str]
) -> list[str]:
    """Who took the first place, the second …: by quotient, equal ones in the order of the input.

    `winners` of the last places by lot stand in the order drawn.
    """
    drawn = {one: turn for turn, one in enumerate(winners)}
    places = []
    for position, one in enumerate(contenders):
        for divisor in range(1, seats[one.id] + 1):
            turn = drawn.get(one.id, position) if divisor == seats[one.id] else position
            places.append((-Fraction(one.votes, divisor), 0 if one.votes else divisor, turn, position))
    return [contenders[position].id for _, _, _, position in sorted(places)]


def are_exactly_tied(names: Collection[str], contenders: Sequence[Contender], seats: Mapping[str, int]) -> bool:
    """Whether these, and no others, meet in one quotient that won a seat or was next in line.

    Whole-number divisors give equal quotients g, g/2, g/3 … where g divides all their votes, so the
    highest, at the greatest common divisor, is the one that fewest others share.
    """
    inside = [one for one in contenders if one.id in names]
    if len(inside) != len(names):
        return False
    shared = gcd(*(one.votes for one in inside))

    def meets(one: Contender) -> bool:
        if not shared:
            return not one.votes
        return one.votes > 0 and one.votes % shared == 0 and one.votes // shared <= seats[one.id] + 1

    return {one.id for one in contenders if meets(one)} == set(names)


def missing_votes(contenders: Sequence[Contender], seats: Mapping[str, int]) -> dict[str, int]:
    """By contender the fewest votes more that give it one more seat whatever a lot gives, all others unchanged.

    Its next quotient must be above the lowest that won a seat for somebody else. Left out are those without room,
    and the only one with a seat.
    """
    found: dict[str, int] = {}
    lowest, others = _lowest_winners(contenders, seats)
    for one in contenders:
        loser = others if one is lowest else lowest
        if loser is not None and (one.room is None or seats[one.id] < one.room):
            found[one.id] = loser.votes * (seats[one.id] + 1) // seats[loser.id] + 1 - one.votes
    return found


def _lowest_winners(
    contenders: Sequence[Contender], seats: Mapping[str, int]
) -> tuple[Contender | None, Contender | None]:
    """Who won a seat with the lowest quotient, and who with the lowest of all the others."""
    lowest: Contender | None = None
    second: Contender | None = None
    for one in contenders:
        if not seats[one.id]:
            continue
        if lowest is None or _is_lower(one, lowest, seats):
            lowest, second = one, lowest
        elif second is None or _is_lower(one, second, seats):
            second = one
    return lowest, second


def _is_lower(one: Contender, other: Contender, seats: Mapping[str, int]) -> bool:
    return one.votes * seats[other.id] < other.votes * seats[one.id]


@dataclass(frozen=True, slots=True)
class LastSeat:
    """Who would have needed the fewest votes more for one seat more, and the quotient that would have lost it."""

    winner: Contender
    divisor: int
    best: Contender
    missing: int


def last_seat(contenders: Sequence[Contender], seats: Mapping[str, int]) -> LastSeat | None:
    """The margin of the last seat, all other votes unchanged. None when nobody else could have taken it."""
    lacking = missing_votes(contenders, seats)
    able = [one for one in contenders if one.id in lacking]
    if not able:
        return None
    best = min(able, key=lambda one: lacking[one.id])
    lowest, others = _lowest_winners(contenders, seats)
    winner = others if best is lowest else lowest
    return LastSeat(winner, seats[winner.id], best, lacking[best.id]) if winner else None
