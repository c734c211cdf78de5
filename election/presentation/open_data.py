"""Who stands as open data: the same as the pages show, for programs and spreadsheets.

A new field is an addition; a field that changes its meaning or goes gives a new `schema`. Fields of a candidate:
`place` on the list, `number` on the ballot or null, `name` ("" where it is protected), `list` or null,
`languages`, `texts` by language, `photo` (an address) or null, `email` and `phone` or null, `state`: `stands`
or `gone`. What nobody has agreed to is not there, and nothing says why.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from io import StringIO

from sqlalchemy.orm import Session

from election.call.records import Election
from election.lists.records import alliances_of, standing_lists
from election.presentation.rules import guarded, is_public
from election.presentation.shown import Shown
from registry.languages import EVERY_LANGUAGE

SCHEMA = "raadsvalg/candidates/1"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_BYTE_ORDER_MARK = "\ufeff"
AddressOf = Callable[[str], str]
"""The whole address of a photo by its hash."""


def as_json(session: Session, election: Election, candidates: Sequence[Shown], address: AddressOf) -> object:
    """The document; candidates are none before it is public who they are."""
    rules = election.regulation
    every = standing_lists(session, election) if _is_open(election) else []
    return {
        "schema": SCHEMA,
        "licence": LICENCE,
        "municipality": {"code": election.municipality, "name": rules.municipality.name.value},
        "council": {"id": election.council, "name": rules.council.name.value},
        "election": {"id": election.slug, "held_on": election.election_on.isoformat(), "kind": election.kind},
        "is_public": _is_open(election),
        "is_ballot_order_settled": election.ballot_order_settled_at is not None,
        "candidates": [_candidate(one, address) for one in candidates],
        "lists": [{"key": one.key, "name": one.name, "is_ordered": one.is_ordered} for one in every],
        "alliances": [list(keys) for keys in alliances_of(session, election).valid] if every else [],
    }


def _is_open(election: Election) -> bool:
    return is_public(election.in_phase)


def _candidate(one: Shown, address: AddressOf) -> dict[str, object]:
    return {
        "place": one.place,
        "number": one.number,
        "name": one.name,
        "list": one.list_key or None,
        "languages": list(one.languages),
        "texts": dict(one.texts),
        "photo": address(one.photo) if one.photo else None,
        "email": one.email or None,
        "phone": one.phone or None,
        "state": "gone" if one.is_gone else "stands",
    }


def as_csv(election: Election, candidates: Sequence[Shown], address: AddressOf) -> str:
    """The same candidates for a spreadsheet: BOM, semicolons, no cell that it would take for a formula."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    texts = [f"text_{code}" for code in EVERY_LANGUAGE]
    head = ["municipality", "council", "election", "place", "number", "name", "list", "languages", *texts]
    writer.writerow([*head, "photo", "email", "phone", "state", "licence"])
    for one in candidates:
        cells = [election.municipality, election.council, election.slug, str(one.place), str(one.number or "")]
        cells += [one.name, one.list_key, " ".join(one.languages)]
        cells += [one.text_by_language.get(code, "") for code in EVERY_LANGUAGE]
        cells += [address(one.photo) if one.photo else "", one.email, one.phone]
        writer.writerow([guarded(cell) for cell in (*cells, "gone" if one.is_gone else "stands", "CC BY 4.0")])
    return _BYTE_ORDER_MARK + out.getvalue()
