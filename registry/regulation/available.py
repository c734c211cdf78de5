"""The regulations that an election of a municipality can be called on: shipped ones and those adopted here."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from registry.regulation.choices import State
from registry.regulation.loader import load_bytes, shipped, shipped_ids
from registry.regulation.records import adopted_texts
from registry.regulation.rules import Regulation


@dataclass(frozen=True, slots=True)
class Available:
    """`key` is its name in a form; `sha256` (hex) is of `data`, the bytes of its file."""

    key: str
    regulation: Regulation
    data: bytes
    sha256: str

    @property
    def is_for_elections(self) -> bool:
        """It has a direct election and is no draft; one that has been superseded may still be rehearsed."""
        basis = self.regulation.basis
        is_draft = not basis.state.is_unset and basis.state.value is State.DRAFT
        return self.regulation.has_direct_election and not is_draft


def available(session: Session, municipality: str) -> list[Available]:
    """Those of this municipality, adopted ones first; whether an election can be called is `is_for_elections`."""
    found = [
        Available(f"{row.council}/{row.regulation_id}", load_bytes(text, row.regulation_id), text, row.sha256)
        for row, text in reversed(adopted_texts(session, municipality))
    ]
    for one in map(shipped, shipped_ids()):
        if one.regulation.municipality.code.value == municipality:
            found.append(Available(one.regulation.id, one.regulation, one.data, one.sha256))
    return found
