"""Every table that holds a voter: one list for the zero report, for destruction and for the page about both.

A new table that leads to a voter must be added here, or be named with its reason in `STAYS`; a test reads the
whole schema and asks (tests/architecture/test_retention.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.database import Scope
from registry.findings import Term


@dataclass(frozen=True, slots=True)
class Holding:
    """A table of voters. `through` is the column by which a row without an election of its own finds one.

    Where the row must stay because the paper ledger counts it, `forgets` names the column that names the voter.
    """

    table: str
    text: Term
    through: str = ""
    is_of_council: bool = False
    """The rows belong to the council, not to one election: extracts do."""
    forgets: str = ""


HOLDINGS: tuple[Holding, ...] = (
    Holding("resident", Term("Personer i udtræk fra folkeregistret"), is_of_council=True),
    Holding("roll_entry", Term("Personer på valglisten")),
    Holding("roll_refusal", Term("Personer, der ikke er på valglisten (nøgle og grundkode)")),
    Holding("poll_card", Term("Valgkort")),
    Holding("card_print", Term("Valgkort i partier til trykkeriet")),
    Holding("card_outcome", Term("Om et valgkort nåede frem")),
    Holding("voter_mark", Term("Krydser for, at en vælger har stemt"), through="entry_id"),
    Holding("polling_event", Term("Vælgerens nøgle på hændelser ved bordet"), forgets="entry_id"),
    Holding("doubtful_decision", Term("Afgørelser om kuverter fra vælgere i tvivl")),
    Holding("polling_conflict", Term("Uoverensstemmelser om en vælger mellem to steder")),
    Holding("conflict_settlement", Term("Hvordan uoverensstemmelserne blev afgjort")),
    Holding("postal_vote", Term("Modtagne brevstemmer")),
    Holding("postal_review", Term("Gennemgang af brevstemmer")),
    Holding("form_line", Term("Linjer fra papirskemaer")),
    Holding("supporter", Term("Stillere (nøgle)"), through="candidacy_id"),
    Holding("roll_correction", Term("Rettelser af valglisten med begrundelse")),
    Holding("roll_declaration", Term("Erklæringer fra vælgere")),
    Holding("roll_objection", Term("Indsigelser mod valglisten")),
    Holding("roll_objection_decision", Term("Afgørelser af indsigelser")),
)

STAYS: Mapping[str, str] = {
    "official": "an official is no voter here; the keyed fingerprint shows that nobody counts their own election",
    "candidacy": "the result names candidates; retention empties the rows of those who were not elected",
    "citizen_visit": "somebody who is signed in just now; the row goes at sign-out or when it has run out",
    "polling_event": "the paper ledger counts the events; retention takes the voter out of them",
}
"""Tables that hold or lead to a personal number or a voter and are not deleted, each with its reason."""


def held(session: Session, scope: Scope) -> dict[str, int]:
    """How many rows of each table hold a voter of this council, whichever election they belong to."""
    found = {}
    for one in HOLDINGS:
        only = f' AND "{one.forgets}" IS NOT NULL' if one.forgets else ""
        query = text(
            f'SELECT count(*) FROM "{one.table}" WHERE municipality = :municipality AND council = :council{only}'  # noqa: S608
        )
        asked = {"municipality": scope.municipality, "council": scope.council}
        found[one.table] = int(session.scalar(query, asked) or 0)
    return found


def in_words(figures: Mapping[str, int]) -> str:
    """The tables that are not empty, as a refusal says them: “Valgkort: 30; …”."""
    texts = {one.table: one.text for one in HOLDINGS}
    return "; ".join(f"{texts[table]}: {number}" for table, number in figures.items() if number)
