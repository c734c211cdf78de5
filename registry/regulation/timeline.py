"""Where the dates of an election stand on a line of time, so that a page can draw them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from registry.regulation.calendar import COPENHAGEN, Deadline, local_instant

LEFT_OUT = {"term_starts", "term_ends"}
"""Years away from the rest; they stand in the table only."""
_WIDTH_OF_A_MARK = 80
"""Per mille of the line; a mark that would cover another goes one lane up."""
_FEWEST_DATES = 2
_MOST_TICKS = 5
"""So many read well on a telephone."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One date: its number in the table, its place along the line in per mille, and its lane from the line up."""

    number: int
    deadline: Deadline
    place: int
    lane: int
    is_election_day: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """The first of a month on the line."""

    first_on: date
    place: int


@dataclass(frozen=True, slots=True)
class Timeline:
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    lanes: int
    now: int | None
    """Where the clock stands, in per mille; None when it is before or after the line."""


def timeline(found: Iterable[Deadline], election_day: date, now: datetime) -> Timeline | None:
    """The line from the first to the last date, numbered as in the table; None with fewer than two dates."""
    numbered = [(n, one) for n, one in enumerate(found, start=1) if one.key not in LEFT_OUT]
    if len(numbered) < _FEWEST_DATES:
        return None
    first, last = numbered[0][1].at, numbered[-1][1].at
    whole = (last - first) or timedelta(days=1)

    def place(at: datetime) -> int:
        return 1000 * int((at - first).total_seconds()) // int(whole.total_seconds())

    ends_of_lanes: list[int] = []
    marks = []
    for number, one in numbered:
        lane = _free_lane(ends_of_lanes, place(one.at))
        marks.append(Mark(number, one, place(one.at), lane, one.local.date() == election_day))
    is_within = first <= now <= last
    return Timeline(
        tuple(marks),
        _not_too_many(tuple(_ticks(first, last, place))),
        len(ends_of_lanes),
        place(now) if is_within else None,
    )


def _free_lane(ends_of_lanes: list[int], place: int) -> int:
    for lane, end in enumerate(ends_of_lanes):
        if place - end >= _WIDTH_OF_A_MARK:
            ends_of_lanes[lane] = place
            return lane
    ends_of_lanes.append(place)
    return len(ends_of_lanes) - 1


def _not_too_many(ticks: tuple[Tick, ...]) -> tuple[Tick, ...]:
    return ticks[:: -(-len(ticks) // _MOST_TICKS)] if ticks else ()


def _ticks(first: datetime, last: datetime, place: Callable[[datetime], int]) -> Iterator[Tick]:
    month = first.astimezone(COPENHAGEN).date().replace(day=1)
    while True:
        month = (month + timedelta(days=32)).replace(day=1)
        at = local_instant(month, time())
        if at > last:
            return
        yield Tick(month, place(at))
