"""Who votes on which paper, and the ledger of a station: what the papers must add up to, and what it says
when they do not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

from registry.findings import Finding, Term, finding_kind
from registry.regulation.rules import Regulation

STOCK_DIFFERENCE = finding_kind(
    "F301",
    "Beholdningen passer ikke: {unissued} uudleverede og {handed_out} udleverede er {difference} i forhold til "
    "de {delivered} leverede stemmesedler. Tæl bunkerne igen, eller forklar forskellen.",
)
PAPERS_MISSING = finding_kind(
    "F302",
    "Der mangler {number} stemmesedler i kassen: der er {in_box}, men der skulle være {expected}. "
    "Led efter dem, tæl igen, eller forklar forskellen.",
)
TOO_MANY_PAPERS = finding_kind(
    "F303",
    "Der er {number} stemmesedler for mange i kassen: der er {in_box}, men der skulle være {expected}. "
    "Tæl igen, eller forklar forskellen.",
)

EVERYBODYS = ""
"""The ballot type where all vote on the same paper."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class HasRegulation(Protocol):
    """An election, as far as these rules know it."""

    @property
    def regulation(self) -> Regulation: ...


class Shape(StrEnum):
    """Told apart without colour and at a glance."""

    CIRCLE = "circle"
    TRIANGLE = "triangle"
    SQUARE = "square"
    DIAMOND = "diamond"
    STAR = "star"
    HEXAGON = "hexagon"
    ARROW = "arrow"
    CROSS = "cross"


SHAPE_NAMES: Mapping[Shape, Term] = {
    Shape.CIRCLE: Term("cirkel"),
    Shape.TRIANGLE: Term("trekant"),
    Shape.SQUARE: Term("firkant"),
    Shape.DIAMOND: Term("rude"),
    Shape.STAR: Term("stjerne"),
    Shape.HEXAGON: Term("sekskant"),
    Shape.ARROW: Term("pil"),
    Shape.CROSS: Term("kors"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """The big sign by which the papers of a type are known in a loud room."""

    letter: str
    shape: Shape


def ballot_types(election: HasRegulation) -> tuple[str, ...]:
    """The kinds of paper, in the order of the regulation: a seat group each where each group votes for its
    own candidates, else one for everybody. (Regulation: seats.is_vote_within_group)
    """
    regulation = election.regulation
    within = regulation.seats.is_vote_within_group
    if regulation.has_reserved_seats and not within.is_unset and within.value:
        return tuple(regulation.seats.reserved.value)
    return (EVERYBODYS,)


def type_of_voter(election: HasRegulation, group: str | None) -> str | None:
    """The paper to hand to a voter of this group; None where no paper is for them and the board must decide.
    (Regulation: seats.is_vote_within_group)
    """
    types = ballot_types(election)
    if types == (EVERYBODYS,):
        return EVERYBODYS
    return group if group in types else None


def mark_of(election: HasRegulation, ballot_type: str) -> Mark | None:
    """The sign of a type, None where there is one paper only. (Regulation: seats.is_vote_within_group)"""
    types = ballot_types(election)
    if ballot_type == EVERYBODYS or ballot_type not in types:
        return None
    place, shapes = types.index(ballot_type), tuple(Shape)
    letter = _LETTERS[place] if place < len(_LETTERS) else str(place + 1)
    return Mark(letter, shapes[place % len(shapes)])


@dataclass(frozen=True, slots=True)
class Ledger:
    """The papers of one station (or of stations counted together). `None`: not counted, which is not 0.

    `handed_out` = admitted + exchanges + doubtful. All in sheets.
    """

    delivered: int
    unissued: int | None
    handed_out: int
    returned: int
    exchanged: int
    in_envelopes: int
    postal_in_box: int
    in_box: int | None

    @property
    def expected_in_box(self) -> int:
        return self.handed_out - self.returned - self.exchanged - self.in_envelopes + self.postal_in_box

    @property
    def difference(self) -> int | None:
        """Papers in the box beyond what was handed out; negative when papers are missing."""
        return None if self.in_box is None else self.in_box - self.expected_in_box

    @property
    def stock_difference(self) -> int | None:
        """Unissued and handed out beyond what was delivered."""
        return None if self.unissued is None else self.unissued + self.handed_out - self.delivered


def figures_of(ledger: Ledger) -> dict[str, int | None]:
    """Every figure of the ledger by name, as files and documents show it."""
    return {
        "delivered": ledger.delivered,
        "unissued": ledger.unissued,
        "handed_out": ledger.handed_out,
        "returned": ledger.returned,
        "exchanged": ledger.exchanged,
        "in_envelopes": ledger.in_envelopes,
        "postal_in_box": ledger.postal_in_box,
        "in_box": ledger.in_box,
        "difference": ledger.difference,
        "stock_difference": ledger.stock_difference,
    }


def together(ledgers: Sequence[Ledger]) -> Ledger:
    """One ledger for stations whose papers were mixed. What one has not counted, the whole has counted
    when another of them has: the papers lie in one heap.
    """

    def added(numbers: list[int | None]) -> int | None:
        counted = [number for number in numbers if number is not None]
        return sum(counted) if counted else None

    return Ledger(
        delivered=sum(one.delivered for one in ledgers),
        unissued=added([one.unissued for one in ledgers]),
        handed_out=sum(one.handed_out for one in ledgers),
        returned=sum(one.returned for one in ledgers),
        exchanged=sum(one.exchanged for one in ledgers),
        in_envelopes=sum(one.in_envelopes for one in ledgers),
        postal_in_box=sum(one.postal_in_box for one in ledgers),
        in_box=added([one.in_box for one in ledgers]),
    )


T = TypeVar("T")


def rotated(order: Sequence[T], station: int) -> tuple[T, ...]:
    """The order at station number `station` (0 for the first): it begins that many names further on, and who
    was passed over comes last. With more stations than names it begins anew. (Regulation: ballot.order)
    """
    if not order:
        return ()
    first = station % len(order)
    return (*order[first:], *order[:first])


def ledger_findings(ledger: Ledger, limit: int = 0) -> list[Finding]:
    """What must be found or explained before the ledger is settled; a difference of up to `limit` papers only
    stands in the record. (Regulation: plausibility.difference_limit; KRVL §§ 58, 74 borrowed)
    """
    found: list[Finding] = []
    if ledger.stock_difference is not None and abs(ledger.stock_difference) > limit:
        found.append(
            Finding(
                STOCK_DIFFERENCE,
                {
                    "unissued": ledger.unissued or 0,
                    "handed_out": ledger.handed_out,
                    "difference": f"{ledger.stock_difference:+d}",
                    "delivered": ledger.delivered,
                },
            )
        )
    if ledger.difference is not None and abs(ledger.difference) > limit:
        kind = PAPERS_MISSING if ledger.difference < 0 else TOO_MANY_PAPERS
        facts = {
            "number": abs(ledger.difference),
            "in_box": ledger.in_box or 0,
            "expected": ledger.expected_in_box,
        }
        found.append(Finding(kind, facts))
    return found
