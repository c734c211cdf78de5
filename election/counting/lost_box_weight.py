"""Whether papers that nobody can count could have changed who is elected. Pure: the count itself is asked.

Each paper adds at most one vote to anybody, so nobody can get more of them than all, and what others get of them
helps nobody. Where that does not hold – a threshold that lists may cross, a list with an order of its own – an
example shows that they could; without an example it cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from election.counting.methods import count_document

Document = Mapping[str, Any]


def could_change(counted: Document, papers: int, least_crosses: int = 1) -> bool | None:
    """Whether `papers` more papers could bring in somebody else, or a lot; None when it cannot be told.

    `counted` is the document of all other papers; its lots are not looked at, for one paper decides a tie.
    (KRVL §§ 81, 82, 85, 86 as the count applies them)
    """
    base = dict(counted) | {"lots": [], "substitutes": {"order": "none"}}
    if papers <= 0:
        return False
    if "lists" not in base and len(base["candidates"]) <= least_crosses:
        return False  # every valid paper has a cross at everybody
    elected = _elected(base)
    if elected is None or any(_elected(one) != elected for one in _examples(base, papers)):
        return True
    return None if _may_move_otherwise(base, papers, elected) else False


def without(document: Document, figures: Mapping[str, int]) -> dict[str, Any]:
    """The document without the votes of one count."""

    def left(row: Mapping[str, Any], votes: int) -> dict[str, Any]:
        return dict(row) | {"votes": row["votes"] - votes}

    people, lists = document["candidates"], document.get("lists")
    found = dict(document) | {"candidates": [left(one, figures.get(one["id"], 0)) for one in people]}
    if lists is not None:
        own = {
            one["id"]: figures.get(f"list:{one['id']}", 0)
            + sum(figures.get(person["id"], 0) for person in people if person["list"] == one["id"])
            for one in lists
        }
        found["lists"] = [left(one, own[one["id"]]) for one in lists]
    return found


def _elected(document: Document) -> set[str] | None:
    """None where a lot decides who is elected."""
    found: dict[str, Any] = count_document(document)
    return set(found["elected"]) if found["outcome"] == "decided" else None


def _examples(base: Document, papers: int) -> Iterator[Document]:
    """All papers for one person, or for one list."""
    for person in base["candidates"]:
        yield _with(base, papers, person["id"], person.get("list"))
    for one in base.get("lists", ()):
        yield _with(base, papers, None, one["id"])


def _with(base: Document, papers: int, person: str | None, list_id: str | None) -> Document:
    changed = dict(base)
    for rows, which in (("candidates", person), ("lists", list_id)):
        if rows in base:
            changed[rows] = [
                row | {"votes": row["votes"] + papers} if row["id"] == which else row for row in base[rows]
            ]
    return changed


def _may_move_otherwise(base: Document, papers: int, elected: set[str]) -> bool:
    """Whether votes for one may help another: a list falls below the threshold when others get more votes, and
    on a party list votes for the list move who is topped up."""
    if "lists" not in base:
        return False
    for one in base["lists"]:
        own = {person["id"] for person in base["candidates"] if person["list"] == one["id"]}
        if one.get("order") == "partiliste" and own & elected and not own <= elected:
            return True
    threshold = Fraction(base.get("threshold", "0"))
    total = sum(one["votes"] for one in base["lists"])
    return any(
        (one["votes"] + papers >= threshold * (total + papers)) != (one["votes"] >= threshold * (total + papers))
        for one in base["lists"]
    )
