"""Whether a result still rests on the counts: a count that is agreed, opened again or lost since shows it old."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from election.call.records import Election
from election.counting.assembly import Unit
from election.counting.lost_boxes import lost_boxes
from election.counting.records import Result, counts, opened_counts


def has_changed_since(session: Session, election: Election, result: Result, every: Sequence[Unit]) -> bool:
    """Whether a station is counted again, was since, or its papers are decided to be lost since."""
    if any(unit.figures is None for unit in every):
        return True
    agreed = [count.agreed_at for count in counts(session, election).values()]
    opened = [count.reopened_at for count in opened_counts(session, election) if count.reopened_at is not None]
    lost = [box.at for box in lost_boxes(session, election).values()]
    return any(at > result.at for at in agreed + opened + lost)
