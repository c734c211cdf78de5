"""The ballot paper for the printer."""

from __future__ import annotations

from sqlalchemy.orm import Session

from election.call.records import Election
from election.candidacy.records import Candidacy, accepted
from election.roll.printing import document_header
from registry.documents import danish_day, render
from registry.findings import Refused, finding_kind

NO_CANDIDATES = finding_kind(
    "R317", "Ingen kandidat er godkendt, så der er ingen stemmeseddel. Intet er ændret. Afgør anmeldelserne først."
)


def ballot_paper_pdf(session: Session, election: Election) -> bytes:
    """The ballot paper in ballot order, marked as a proof until the order is settled. Raises Refused R317.

    Names as the candidates wish them on the paper; lists in the order of their keys. (KRVL § 24 borrowed)
    """
    standing = accepted(session, election)
    if not standing:
        raise Refused(NO_CANDIDATES)
    seats = election.regulation.seats
    uses_lists = election.regulation.lists.are_allowed.value
    return render(
        "ballot_paper.typ",
        document_header(election)
        | {
            "is_proof": election.ballot_order_settled_at is None,
            "day": danish_day(election.election_on),
            "seats": seats.number.value,
            "crosses": {
                "most": 1 if uses_lists else seats.votes_per_voter.value,
                "least": 1 if uses_lists else seats.min_crosses.value,
            },
        }
        | ({"lists": _lists(standing)} if uses_lists else {"candidates": [c.ballot_name for c in standing]}),
    )


def _lists(standing: list[Candidacy]) -> list[dict[str, object]]:
    keys = sorted({c.list_key for c in standing if c.list_key})
    return [
        {"name": key, "has_box": True, "candidates": [c.ballot_name for c in standing if c.list_key == key]}
        for key in keys
    ]
