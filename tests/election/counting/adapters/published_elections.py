"""Published elections beside the project, in the form of the counting contract. Nothing is copied in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[4] / "../shared/data/elections"
Document = dict[str, Any]


def cases(*prefixes: str) -> list[str]:
    """Names of the cases that begin so; empty where the folder is absent."""
    if not FOLDER.is_dir():
        return []
    return sorted(one.name for one in FOLDER.iterdir() if one.name.startswith(prefixes))


def expected(case: str) -> Document:
    found: Document = json.loads((FOLDER / case / "expected.json").read_text("utf-8"))
    return found


def as_contract(case: str) -> Document:
    """Seats for lists. Open lists bring only persons' votes; their list's votes are the sum of them."""
    given = json.loads((FOLDER / case / "input.json").read_text("utf-8"))
    lists = [{"id": one["id"], "name": one.get("name", one["id"]), "votes": _votes(one)} for one in given["lists"]]
    document = {"method": "lists-dhondt", "seats": given["seats"], "lists": lists}
    document["alliances"] = given.get("alliances", [])
    threshold = _threshold(given)
    return document | ({"threshold": threshold} if threshold else {})


def _votes(one: Document) -> int:
    if "votes" in one:
        return int(one["votes"])
    return sum(int(person["personal_votes"]) for person in one["candidates_in_list_order"])


def _threshold(given: Document) -> str | None:
    """The sources write a share as a number or in words."""
    if given.get("threshold") is not None:
        return str(given["threshold"])
    return {"5% of all votes": "0.05", None: None}[given.get("list_threshold")]
