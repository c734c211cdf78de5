"""Blank papers on their way: from the printer into the store, to the stations, between them and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from registry.findings import Term


class Movement(StrEnum):
    PRINTED = "printed"
    """From the printer into the office's store."""
    DELIVERED = "delivered"
    """From the store to a station."""
    MOVED = "moved"
    """From one station to another."""
    SENT_BACK = "sent_back"
    """From a station into the store, unissued."""


MOVEMENT_NAMES: Mapping[Movement, Term] = {
    Movement.PRINTED: Term("trykt"),
    Movement.DELIVERED: Term("leveret"),
    Movement.MOVED: Term("flyttet"),
    Movement.SENT_BACK: Term("sendt tilbage"),
}
_HAS_STATION_BEFORE_AND_AFTER: Mapping[Movement, tuple[bool, bool]] = {
    Movement.PRINTED: (False, False),
    Movement.DELIVERED: (False, True),
    Movement.MOVED: (True, True),
    Movement.SENT_BACK: (True, False),
}
STORE = None
"""The office's store, as a place."""
Place = UUID | None


@dataclass(frozen=True, slots=True)
class Moved:
    """So many papers of a type that changed hands; a negative number takes an earlier row back. In sheets."""

    kind: Movement
    from_id: UUID | None
    to_id: UUID | None
    ballot_type: str
    papers: int

    @property
    def is_possible(self) -> bool:
        """Whether the kind has these places. (KRVL § 52 borrowed)"""
        ends = self.from_id is not None, self.to_id is not None
        return ends == _HAS_STATION_BEFORE_AND_AFTER[self.kind] and (
            self.from_id is None or self.from_id != self.to_id
        )

    @property
    def route(self) -> tuple[Movement, UUID | None, UUID | None, str]:
        return self.kind, self.from_id, self.to_id, self.ballot_type


@dataclass(frozen=True, slots=True)
class Stock:
    """The papers of one type: printed = delivered + in store. In sheets.

    `printed` and `in_store` are None where nothing was ever recorded as printed: unknown, which is not 0.
    `delivered` is what lies, or has been handed out, at the stations: less what they sent back.
    """

    printed: int | None
    delivered: int

    @property
    def in_store(self) -> int | None:
        return None if self.printed is None else self.printed - self.delivered


@dataclass(frozen=True, slots=True)
class Overdrawn:
    """A place that would have given more papers than it has: so many would be missing."""

    place: Place
    missing: int


def stock(moves: Iterable[Moved], ballot_type: str) -> Stock:
    """The identity of one type: printed = delivered + in store. (KRVL § 58 borrowed)"""
    of_type = [one for one in moves if one.ballot_type == ballot_type]
    printed = [one.papers for one in of_type if one.kind is Movement.PRINTED]
    delivered = sum(one.papers for one in of_type if one.kind is Movement.DELIVERED)
    sent_back = sum(one.papers for one in of_type if one.kind is Movement.SENT_BACK)
    return Stock(sum(printed) if printed else None, delivered - sent_back)


def at_stations(moves: Iterable[Moved]) -> dict[tuple[UUID, str], int]:
    """What each station has been given of each type, less what it gave on or sent back. (KRVL § 58 borrowed)"""
    found: dict[tuple[UUID, str], int] = {}
    for one in moves:
        for place, sign in ((one.from_id, -1), (one.to_id, 1)):
            if place is not None:
                found[place, one.ballot_type] = found.get((place, one.ballot_type), 0) + sign * one.papers
    return found


def overdrawn(moves: Iterable[Moved], new: Moved) -> Overdrawn | None:
    """Whether a place would give more than it has, or a row be taken back that was never written.

    A store of which nothing is known cannot be overdrawn; what is first written as printed must cover what
    was delivered before. (KRVL § 58 borrowed)
    """
    before = list(moves)
    after = [*before, new]
    if new.papers < 0:
        written = sum(one.papers for one in before if one.route == new.route)
        if written + new.papers < 0:
            return Overdrawn(new.to_id, -(written + new.papers))
    has = at_stations(after)
    for place in (new.from_id, new.to_id):
        if place is not None and has.get((place, new.ballot_type), 0) < 0:
            return Overdrawn(place, -has[place, new.ballot_type])
    left = stock(after, new.ballot_type).in_store
    return Overdrawn(STORE, -left) if left is not None and left < 0 else None
