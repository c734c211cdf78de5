"""The result where nobody needed to vote: everyone who stands has a seat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from election.call.records import Election
from election.candidacy.records import Candidacy, accepted
from registry.regulation.choices import UnfilledReserved


def uncontested_document(session: Session, election: Election) -> dict[str, Any]:
    """The result without a poll, in the output form of contracts/counting.md: everyone who stands has a seat.

    Nobody has votes, so nobody has 0 votes. (Ældreloven § 36(3) is the model)
    """
    standing, seats = accepted(session, election), election.regulation.seats
    vacant = _vacant(standing, seats.number.value, seats.reserved.value, seats.unfilled_reserved.value)
    cite = election.regulation.uncontested.is_allowed.cite or "regulativet: uncontested.is_allowed"
    number = len(standing)
    return {
        "outcome": "decided",
        "elected": [c.label for c in standing],
        "substitutes": [],
        "vacant": vacant,
        "steps": [
            {
                "cite": cite,
                "text_da": f"Der er {number} godkendte kandidater til {seats.number.value} pladser. "
                "Valgbestyrelsen har aflyst afstemningen, og alle er valgt uden afstemning.",
                "text_en": f"{number} accepted candidates for {seats.number.value} seats. "
                "The election board has cancelled the poll, and all of them are elected without a vote.",
                "figures": {"candidates": number, "seats": seats.number.value},
            }
        ],
    }


def _vacant(
    standing: Sequence[Candidacy], seats: int, reserved: Mapping[str, int], unfilled: UnfilledReserved
) -> dict[str, int]:
    empty = {
        group: max(0, number - sum(1 for c in standing if c.group == group)) for group, number in reserved.items()
    }
    if unfilled is UnfilledReserved.OPEN:
        empty = dict.fromkeys(reserved, 0)
    return empty | {"open": seats - len(standing) - sum(empty.values())}
