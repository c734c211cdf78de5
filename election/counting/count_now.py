"""The count of the figures as they are at this moment, for pages that only ask; nothing is kept."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from election.call.records import Election
from election.counting.assembly import counting_document
from election.counting.methods import BadInput, count_document


def counted_now(session: Session, election: Election) -> dict[str, Any] | None:
    """The outcome as a document; None while a draw answers a tie that the figures no longer have.

    Then the result must be determined again: that act lets go of the draw (`let_go_of_lots`).
    """
    given = counting_document(session, election)
    try:
        return count_document(given)
    except BadInput as trouble:
        if trouble.place.startswith("lots["):
            return None
        raise
