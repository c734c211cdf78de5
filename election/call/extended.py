"""Deadlines that were extended: the rows, and what the calendar makes of them.

The act that extends is candidacy's; the row is the calendar's, so that every room after this one reads the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session

from election.call.records import Election
from registry.database import Base, OfCouncil, refers_to
from registry.regulation.calendar import Moved, instant


class Extension(Base, OfCouncil):
    """The deadlines were extended; the newest row holds."""

    __tablename__ = "deadline_extension"
    __table_args__ = (
        refers_to("election", "election_id"),
        UniqueConstraint("municipality", "council", "election_id", "number"),
    )

    election_id: Mapped[UUID]
    number: Mapped[int]
    closes_at: Mapped[datetime]
    cure_until: Mapped[datetime]
    withdrawal_until: Mapped[datetime]
    reason: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]


def extensions(session: Session, election: Election) -> list[Extension]:
    """Every extension of the deadlines, the newest last."""
    query = select(Extension).where(
        Extension.municipality == election.municipality,
        Extension.council == election.council,
        Extension.election_id == election.id,
    )
    return list(session.scalars(query.order_by(Extension.number)))


def moved_dates(session: Session, election: Election) -> Mapping[str, Moved]:
    """The dates of the calendar that were moved, by their key there."""
    given, rule = extensions(session, election), election.regulation.candidacy
    if not given:
        return {}
    dates = {
        "candidacy_closes": (rule.closes, [one.closes_at for one in given]),
        "cure_until": (rule.cure_until, [one.cure_until for one in given]),
        "withdrawal_until": (rule.withdrawal_until, [one.withdrawal_until for one in given]),
    }
    found: dict[str, Moved] = {}
    for key, (moment, instants) in dates.items():
        before = instant(moment.value, election.election_on)
        for one, to in zip(given, instants, strict=True):
            if to != before:
                times = found[key].times + 1 if key in found else 1
                found[key] = Moved(to, one.at, one.reason, times)
            before = to
    return found
