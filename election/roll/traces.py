"""What has already happened with a voter's paper, before somebody corrects the roll.

The polling room comes after this one, so its tables are read by name (tests/election/roll hold the columns).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import String, Text, Uuid, column, select, table
from sqlalchemy.orm import Session

from election.call.records import Election
from registry.database import UtcDateTime

MARK_TABLE = table(
    "voter_mark",
    column("municipality", String),
    column("council", String),
    column("entry_id", Uuid),
    column("admitted_at", UtcDateTime()),
    column("postal_accepted_at", UtcDateTime()),
    column("desk", Text),
)


@dataclass(frozen=True, slots=True)
class PaperGiven:
    """The voter has had a paper: at a desk, or by post when `is_by_post`."""

    at: datetime
    is_by_post: bool


def paper_given(session: Session, election: Election, entry_id: UUID) -> PaperGiven | None:
    """The paper that a voter has had; None when there is none, or it was taken back."""
    mark = MARK_TABLE.c
    row = session.execute(
        select(mark.admitted_at, mark.postal_accepted_at).where(
            mark.municipality == election.municipality,
            mark.council == election.council,
            mark.entry_id == entry_id,
        )
    ).first()
    if row is None or (row.admitted_at or row.postal_accepted_at) is None:
        return None
    return PaperGiven(row.postal_accepted_at or row.admitted_at, row.postal_accepted_at is not None)
