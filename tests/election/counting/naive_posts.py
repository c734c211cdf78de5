"""A second counter for elections to posts: slow, by another road, with one order of luck for every lot."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

Document = dict[str, Any]


class CannotBe(Exception):
    """The rounds cannot have been held so."""


def rounds(document: Document, luck: Sequence[str]) -> tuple[str, object, frozenset[str]]:
    """(what, who or which round, who is in round 3). Raises CannotBe."""
    held = document["rounds"]
    final: frozenset[str] = frozenset()
    for number, one in enumerate(held, 1):
        votes, present = one["votes"], one["present"]
        papers = [name for name in votes for _ in range(votes[name])]
        if not papers or len(papers) + one["blank"] + one["invalid"] > present or number > 3:
            raise CannotBe
        if number == 3:
            if not set(votes) <= final:
                raise CannotBe
            first, second = sorted(final, key=lambda name: (-papers.count(name), luck.index(name)))
            assert papers.count(first) >= papers.count(second)
            return "elected", first, final
        of = len(papers) if document.get("majority_of") == "cast" else present
        winners = [name for name in set(papers) if Fraction(papers.count(name), of) > Fraction(1, 2)]
        if number == 2 and len(set(papers)) == 1:
            winners = papers[:1]
        if winners:
            if len(held) > number:
                raise CannotBe
            return "elected", winners[0], final
        if number == 2:
            final = frozenset(sorted(set(papers), key=lambda name: (-papers.count(name), luck.index(name)))[:2])
    return "next", len(held) + 1, final


def choices(members: dict[str, int], seats: int, luck: Sequence[str]) -> list[str]:
    """One place at a time to the highest quotient, by division; luck among equals."""
    order: list[str] = []
    for _ in range(seats):
        order.append(
            min(members, key=lambda one: (-Fraction(members[one], order.count(one) + 1), luck.index(one)))
        )
    return order
