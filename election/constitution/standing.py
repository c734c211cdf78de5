"""Reading a post's election together: who may stand, what the rounds come to, who presides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from election.constitution import rules as say
from election.constitution.records import PostBallot, ballot, lots, rounds
from election.constitution.rules import State, Verdict, chair_may_decide, verdict
from registry.act import Work
from registry.councils import clock
from registry.councils.records import CouncilTerm, people, term
from registry.findings import Refused
from registry.meetings.acts import item_of, opened
from registry.meetings.records import AgendaItem, Meeting, members_at, voters_at
from registry.membership.records import offices
from registry.regulation.choices import Majority
from registry.regulation.council_rules import PostRule


@dataclass(frozen=True, slots=True)
class RoundAnswer:
    """What a round or lot comes to: the sentence that stands in the minutes, and what must happen now."""

    sentence: str
    elected: UUID | None = None
    lot_for: str = ""
    lot_among: tuple[UUID, ...] = ()
    next_round: int | None = None


def post_rule(council: CouncilTerm, item: AgendaItem) -> PostRule:
    """The rule of the post under this point. Raises Refused R648."""
    found = council.meeting_rules.post(item.post or "")
    if found is None:
        raise Refused(say.NOT_A_POST)
    return found


def may_stand(session: Session, council: CouncilTerm, rule: PostRule, at: datetime) -> dict[UUID, str]:
    """Members who may be elected to a post now, with their names: voting, of the right group, without a post."""
    day = clock.council_day(council, at)
    busy = {office.person_id for office in offices(session, council, day)}
    return {
        p.membership.person_id: p.person.name
        for p in members_at(session, council, at)
        if p.membership
        and p.person
        and p.group.has_vote
        and (not rule.open_to.value or p.group.code in rule.open_to.value)
        and p.membership.person_id not in busy
    }


def falls_away(session: Session, council: CouncilTerm, rule: PostRule, at: datetime) -> str | None:
    """The sentence that says why a post need not be filled, or None when it must.

    (Køge: the municipal council's member is part of the chairmanship; which post is an assumption)
    """
    if not rule.unless_held.value:
        return None
    holders = {office.person_id: office for office in offices(session, council, clock.council_day(council, at))}
    own = [p for p in members_at(session, council, at) if p.group.code in rule.open_to.value and p.membership]
    for place in own:
        if place.membership and place.person and place.membership.person_id in holders:
            title = holders[place.membership.person_id].title
            return f"{place.person.name} er allerede {title}, så kravet er opfyldt, og posten besættes ikke."
    return None if own else "Ingen i gruppen har en plads i rådet, så posten står tom."


def standing(session: Session, row: PostBallot) -> Verdict | None:
    """What the rounds of a ballot come to so far; None before the first."""
    held = rounds(session, row)
    if not held:
        return None
    named = people(session, row.scope)
    names = {one: named[UUID(one)].name for one in row.nominees}
    drawn = [lot.as_rule for lot in lots(session, row)]
    return verdict(Majority(row.majority), names, [r.as_rule for r in held], drawn)


def chair_of(session: Session, council: CouncilTerm, at: datetime) -> UUID | None:
    """Who is chair at an instant."""
    day = clock.council_day(council, at)
    return next((o.person_id for o in offices(session, council, day) if o.post == "chair"), None)


def chair_ends_tie(
    session: Session, council: CouncilTerm, of: Meeting, post: str, at: datetime, lot_for: str
) -> bool:
    """Whether the chair, being present, ends this tie instead of a lot."""
    chair = chair_of(session, council, at)
    presides = chair is not None and chair in voters_at(session, council, of, at)
    return chair_may_decide(council.meeting_rules.tie.value, post, chair_presides=presides, lot_for=lot_for)


def names_of(work: Work, who: Iterable[str | UUID]) -> str:
    """Names as they stand in a sentence: A, B og C."""
    named = people(work.session, work.scope)
    *first, last = [named[UUID(str(one))].name for one in who]
    return f"{', '.join(first)} og {last}" if first else last


@dataclass
class BallotUnderWay:
    """A ballot under way with everything around it, read once for an act."""

    row: PostBallot
    of: Meeting
    council: CouncilTerm
    item: AgendaItem
    rule: PostRule


def under_way(work: Work, ballot_id: UUID, *states: State) -> BallotUnderWay:
    row = ballot(work.session, work.scope, ballot_id, for_update=True)
    of = opened(work, row.meeting_id)
    council = term(work.session, work.scope, of.term_id)
    item = item_of(work, of, row.item_id)
    if row.state not in states:
        raise Refused(say.NOT_ELECTED_YET if row.state == State.OPEN else say.BALLOT_IS_OVER)
    return BallotUnderWay(row, of, council, item, post_rule(council, item))


def follow(this: BallotUnderWay, found: Verdict) -> RoundAnswer:
    if found.elected is not None:
        this.row.state, this.row.winner_id = State.ELECTED.value, UUID(found.elected)
    return RoundAnswer(
        found.sentence,
        UUID(found.elected) if found.elected else None,
        found.lot_for,
        tuple(UUID(one) for one in found.lot_among),
        found.next_round,
    )
