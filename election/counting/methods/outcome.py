"""What a count can end in. The caller must tell the three apart, so a tie cannot be forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

LotKind = Literal["list-seat", "seat", "substitute-order", "round-three", "choice-order"]


@dataclass(frozen=True, slots=True)
class Step:
    """One decision of the count: the rule, what it decided in two languages, the exact figures."""

    cite: str
    text_da: str
    text_en: str
    figures: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Lot:
    """A draw that people have made: between whom, and whom they drew, first drawn first."""

    among: tuple[str, ...]
    drawn: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LotNeeded:
    """A draw that must be made: between exactly those tied, for so many places."""

    kind: LotKind
    among: tuple[str, ...]
    places: int
    cite: str


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Somebody not elected who has more votes than `by`, who was elected on a reserved seat."""

    id: str
    by: str
    cite: str


@dataclass(frozen=True, slots=True)
class Queue:
    """Substitutes in order. Ranked: one in each place; otherwise a place holds all who have equal votes."""

    places: tuple[tuple[str, ...], ...]
    is_ranked: bool


@dataclass(frozen=True, slots=True)
class AllianceSeats:
    """The seats that the lists of one alliance won together."""

    lists: tuple[str, ...]
    seats: int


@dataclass(frozen=True, slots=True)
class Decided:
    """The count is finished. A field that does not apply to the method is None."""

    steps: tuple[Step, ...]
    elected: tuple[str, ...] | None = None
    substitutes: Queue | None = None
    substitutes_by_group: Mapping[str, Queue] | None = None
    substitutes_by_list: Mapping[str, Queue] | None = None
    vacant: Mapping[str, int] | None = None
    seats_by_list: Mapping[str, int] | None = None
    seats_by_alliance: tuple[AllianceSeats, ...] | None = None
    choice_order: tuple[str, ...] | None = None
    passed_over: tuple[PassedOver, ...] | None = None
    invalid_ballots: int | None = None
    unused_lots: tuple[Lot, ...] = ()


@dataclass(frozen=True, slots=True)
class LotRequired:
    """The count stops until `lot` is drawn. The other fields hold what is beyond dispute already."""

    lot: LotNeeded
    steps: tuple[Step, ...]
    elected: tuple[str, ...] | None = None
    seats_by_list: Mapping[str, int] | None = None
    seats_by_alliance: tuple[AllianceSeats, ...] | None = None
    choice_order: tuple[str, ...] | None = None
    invalid_ballots: int | None = None
    unused_lots: tuple[Lot, ...] = ()


@dataclass(frozen=True, slots=True)
class NextRound:
    """Another round is held between these, in rounds 1 and 2 for a post between everyone. `elected` already has
    a seat of the same election."""

    number: int
    between: tuple[str, ...]
    steps: tuple[Step, ...]
    unused_lots: tuple[Lot, ...] = ()
    elected: tuple[str, ...] = ()
    invalid_ballots: int | None = None


Outcome = Decided | LotRequired | NextRound
