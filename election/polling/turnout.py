"""Admissions hour by hour, from the marks that stand: whoever was undone is in no hour."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from election.call.records import Election
from election.polling.records import VoterMark
from election.roll.records import RollEntry
from registry.regulation.calendar import local_instant

HOUR = timedelta(hours=1)
_AFTER_CLOSING = 2
"""Hours after closing time that are shown: the last in line may vote then."""


def hours_of(election: Election) -> list[datetime]:
    """The beginnings (UTC) of the hours from opening until the last in line has surely voted."""
    polling = election.regulation.polling
    first = local_instant(election.election_on, polling.opens.value).replace(minute=0)
    last = local_instant(election.election_on, polling.closes.value)
    found = [first]
    while found[-1] + HOUR < last + (_AFTER_CLOSING - 1) * HOUR:
        found.append(found[-1] + HOUR)
    return found


def admissions_in_hours(session: Session, election: Election, hours: list[datetime]) -> list[int]:
    """Voters admitted in each of these hours, in one query."""
    within = [
        func.coalesce(
            func.sum(
                case((and_(VoterMark.admitted_at >= start, VoterMark.admitted_at < start + HOUR), 1), else_=0)
            ),
            0,
        )
        for start in hours
    ]
    row = session.execute(
        select(*within)
        .select_from(VoterMark)
        .join(
            RollEntry,
            (RollEntry.municipality == VoterMark.municipality)
            & (RollEntry.council == VoterMark.council)
            & (RollEntry.id == VoterMark.entry_id),
        )
        .where(
            RollEntry.municipality == election.municipality,
            RollEntry.council == election.council,
            RollEntry.election_id == election.id,
            VoterMark.admitted_at.is_not(None),
        )
    ).one()
    return [int(number) for number in row]
