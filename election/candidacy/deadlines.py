"""The deadlines of candidacies: those of the regulation, or those of the newest extension."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from election.call.extended import extensions
from election.call.records import Election
from registry.regulation.calendar import instant
from registry.regulation.ruled import Ruled
from registry.regulation.rules import Moment


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Instants (UTC). `presented_by` is None where the regulation leaves it open."""

    opens: datetime
    closes: datetime
    cure_until: datetime
    withdrawal_until: datetime
    presented_by: datetime | None
    is_extended: bool


def deadlines(session: Session, election: Election) -> Deadlines:
    """What holds now. (Regulation: candidacy.opens, closes, cure_until, withdrawal_until; KRVL §§ 23, 27)"""
    rule, given = election.regulation.candidacy, extensions(session, election)

    def of(moment: Ruled[Moment]) -> datetime:
        return instant(moment.value, election.election_on)

    newest = given[-1] if given else None
    return Deadlines(
        opens=of(rule.opens),
        closes=newest.closes_at if newest else of(rule.closes),
        cure_until=newest.cure_until if newest else of(rule.cure_until),
        withdrawal_until=newest.withdrawal_until if newest else of(rule.withdrawal_until),
        presented_by=None if rule.presented_by.is_unset else of(rule.presented_by),
        is_extended=newest is not None,
    )
