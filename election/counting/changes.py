"""What a later result changed: figures that were published before, beside those that are published now. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Block = Mapping[str, Any]
"""Stations that are shown together, with their figures, as a result keeps them."""


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A row of the form that is another number than before; `stations` is empty for the whole election."""

    stations: tuple[str, ...]
    row: str
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Changes:
    figures: tuple[FigureChange, ...]
    came_in: tuple[str, ...]
    """Labels of those who are elected now and were not before."""
    went_out: tuple[str, ...]

    @property
    def is_nothing(self) -> bool:
        return not (self.figures or self.came_in or self.went_out)


def changes(
    before: Sequence[Block], after: Sequence[Block], elected_before: Sequence[str], elected_after: Sequence[str]
) -> Changes:
    """Old and new of every figure that differs, block by block, then for the whole election."""
    found: list[FigureChange] = []
    for block in after:
        parts = _earlier_parts(before, block["stations"])
        if parts:
            found += _differing(tuple(block["stations"]), added_rows(parts), added_rows([block]))
    if len(after) != 1 or not found:
        found += _differing((), added_rows(before), added_rows(after))
    return Changes(
        tuple(found),
        tuple(one for one in elected_after if one not in elected_before),
        tuple(one for one in elected_before if one not in elected_after),
    )


def changed_rows(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """The earlier number of each row of a count that is another number now, or is new; rows of the new count."""
    return {row: before.get(row, 0) for row in after if before.get(row, 0) != after[row]}


def added_rows(blocks: Iterable[Block]) -> dict[str, int]:
    """The rows of these blocks added up: votes, valid papers, blank, invalid by reason, all papers."""
    total: dict[str, int] = {}
    for block in blocks:
        rows = {
            **block["votes"],
            "valid": block["valid"],
            "blank": block["blank"],
            **{f"invalid:{code}": number for code, number in block["invalid"].items()},
            "in_box": block["in_box"],
        }
        for row, number in rows.items():
            total[row] = total.get(row, 0) + number
    return total


def _earlier_parts(before: Sequence[Block], stations: Sequence[str]) -> list[Block]:
    """The earlier blocks that are together exactly these stations; none where they were shown otherwise."""
    wanted = set(stations)
    parts = [block for block in before if set(block["stations"]) <= wanted]
    return parts if {name for block in parts for name in block["stations"]} == wanted else []


def _differing(
    stations: tuple[str, ...], before: Mapping[str, int], after: Mapping[str, int]
) -> list[FigureChange]:
    return [
        FigureChange(stations, row, before.get(row, 0), after.get(row, 0))
        for row in dict.fromkeys((*after, *before))
        if before.get(row, 0) != after.get(row, 0)
    ]
