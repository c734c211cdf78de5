"""Short ways to write the documents of the case book."""

from __future__ import annotations

from typing import Any

from election.counting.methods import count_document

Document = dict[str, Any]


def people(*votes: int, group: str | None = None, first: int = 1) -> list[Document]:
    """Candidates c1, c2 … (from number `first`) with these votes."""
    found: list[Document] = []
    for number, own in enumerate(votes, first):
        person: Document = {"id": f"c{number}", "name": f"Kandidat {number}", "votes": own}
        found.append(person if group is None else person | {"group": group})
    return found


def personal(seats: int, candidates: list[Document], **more: object) -> Document:
    return {"method": "personal-votes", "seats": seats, "candidates": candidates} | more


def one_list(name: str, votes: int, order: str = "sideordnet") -> Document:
    return {"id": name, "name": f"Liste {name}", "votes": votes, "order": order}


def on_list(name: str, *votes: int) -> list[Document]:
    """Candidates A1, A2 … of list A with these personal votes."""
    return [{"id": f"{name}{i}", "name": f"{name} {i}", "votes": v, "list": name} for i, v in enumerate(votes, 1)]


def lists(seats: int, *of: Document, **more: object) -> Document:
    return {"method": "lists-dhondt", "seats": seats, "lists": list(of)} | more


def lot(*drawn: str, among: tuple[str, ...] = ()) -> Document:
    """A draw; without `among` it names all who were tied."""
    return {"among": list(among or drawn), "drawn": list(drawn)}


def counted(document: Document) -> Document:
    return count_document(document)


def asked(document: Document) -> tuple[str, list[str], int]:
    """The lot a count asks for: what for, between whom, for how many places."""
    result = counted(document)
    assert result["outcome"] == "lot-required", result["outcome"]
    assert result["substitutes"] == []
    wanted = result["lot_required"]
    return wanted["for"], wanted["among"], wanted["places"]


def margins(result: Document) -> list[int | None]:
    """The margins a result tells; None where no number of votes would have changed it."""
    return [step["figures"]["margin"] for step in result["steps"] if "margin" in step["figures"]]
