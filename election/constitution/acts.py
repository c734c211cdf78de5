"""Filling a post at the meeting: nominations, rounds, lots, accepting or declining, and taking a step back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from election.constitution import rules as say
from election.constitution.records import BallotRound, PostBallot, ballots, lots, rounds
from election.constitution.rules import Round, State, Verdict, impossible, told_with_chair, verdict
from election.constitution.standing import (
    RoundAnswer,
    chair_ends_tie,
    falls_away,
    follow,
    may_stand,
    names_of,
    post_rule,
    standing,
    under_way,
)
from election.counting.methods import BadInput
from registry.act import Work, official_act
from registry.councils import clock
from registry.councils.acts import SECRETARIES
from registry.councils.records import CouncilTerm, people, term
from registry.findings import Refused
from registry.meetings.acts import demand_time, item_of, note, opened
from registry.meetings.records import AgendaItem, Meeting, members_at, quorum_at, voters_at
from registry.meetings.rules import ITEM_IS_DONE, NOT_QUORATE
from registry.membership.acts import take_office
from registry.regulation.choices import BallotForm, Majority
from registry.regulation.council_rules import PostRule


def _open_post(work: Work, meeting_id: UUID, item_id: UUID) -> tuple[Meeting, CouncilTerm, AgendaItem, PostRule]:
    of = opened(work, meeting_id)
    council = term(work.session, work.scope, of.term_id)
    item = item_of(work, of, item_id)
    rule = post_rule(council, item)
    if item.done_at is not None:
        raise Refused(ITEM_IS_DONE)
    return of, council, item, rule


def _demand_quorum(work: Work, council: CouncilTerm, of: Meeting, at: datetime) -> None:
    now = quorum_at(work.session, council, of, at)
    if not now.is_met:
        raise Refused(NOT_QUORATE, present=now.present, needed=now.needed, size=now.size)


def _demand_standing(
    work: Work, council: CouncilTerm, rule: PostRule, who: Iterable[UUID], at: datetime
) -> dict[UUID, str]:
    able = may_stand(work.session, council, rule, at)
    everybody = {p.membership.person_id: p for p in members_at(work.session, council, at) if p.membership}
    named = people(work.session, work.scope)
    for person_id in who:
        if person_id in able:
            continue
        place = everybody.get(person_id)
        why = say.NOT_A_VOTING_MEMBER
        if place is not None and place.group.has_vote:
            outside = rule.open_to.value and place.group.code not in rule.open_to.value
            why = say.NOT_IN_GROUP if outside else say.HOLDS_A_POST
        raise Refused(say.MAY_NOT_STAND, name=named[person_id].name if person_id in named else "?", why=why)
    return able


@official_act("constitution.nominate", SECRETARIES)
def nominate(
    work: Work,
    meeting_id: UUID,
    item_id: UUID,
    nominees: tuple[UUID, ...],
    at: datetime,
    form: BallotForm | None = None,
) -> UUID:
    """Begin to fill a post with those who are proposed. Refused without quorum. Returns the ballot."""
    of, council, item, rule = _open_post(work, meeting_id, item_id)
    demand_time(work, of, at)
    _demand_quorum(work, council, of, at)
    if not nominees:
        raise Refused(say.NO_NOMINEES)
    before = [b for b in ballots(work.session, of) if b.item_id == item.id]
    if any(b.state in (State.OPEN, State.ELECTED) for b in before):
        raise Refused(say.BALLOT_IS_OPEN)
    able = _demand_standing(work, council, rule, nominees, at)
    made = PostBallot(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=uuid4(),
        meeting_id=of.id,
        item_id=item.id,
        post=rule.code,
        attempt=len(before) + 1,
        form=(form or council.meeting_rules.ballot_form.value).value,
        majority=council.meeting_rules.majority.value.value,
        nominees=[str(one) for one in dict.fromkeys(nominees)],
        state=State.OPEN.value,
        opened_at=at,
    )
    work.session.add(made)
    work.session.flush()
    named = ", ".join(able[one] for one in dict.fromkeys(nominees))
    note(work, of, item, at, f"Foreslået til posten som {rule.name.value}: {named}.", ballot=str(made.id))
    work.note(post=rule.code, attempt=made.attempt, nominees=len(made.nominees))
    return made.id


@official_act("constitution.elect_unopposed", SECRETARIES)
def elect_unopposed(work: Work, ballot_id: UUID, at: datetime) -> UUID:
    """One proposed and nobody wants a vote: elected without one. Returns the person."""
    this = under_way(work, ballot_id, State.OPEN)
    demand_time(work, this.of, at)
    _demand_quorum(work, this.council, this.of, at)
    if len(this.row.nominees) != 1 or rounds(work.session, this.row):
        raise Refused(say.NOT_UNOPPOSED)
    winner = UUID(this.row.nominees[0])
    name = people(work.session, work.scope)[winner].name
    entitled = len(voters_at(work.session, this.council, this.of, at))
    text = f"{name} er valgt uden modkandidat."
    note(work, this.of, this.item, at, text, ballot=str(this.row.id), entitled=entitled)
    this.row.state, this.row.winner_id = State.ELECTED.value, winner
    work.note(post=this.row.post, unopposed=True)
    return winner


@official_act("constitution.record_round", SECRETARIES)
def record_round(
    work: Work,
    ballot_id: UUID,
    at: datetime,
    votes: Mapping[UUID, int],
    blank: int = 0,
    invalid: int = 0,
    by_name: Mapping[UUID, UUID | None] | None = None,
) -> RoundAnswer:
    """Record a round as it was held. With `by_name` (voter → person, None: blank) the votes are added up from it.

    Refused without quorum, with more votes than people present, and for a vote of somebody who has left.
    (KSTL § 24(1) where the regulation borrows it)
    """
    this = under_way(work, ballot_id, State.OPEN)
    demand_time(work, this.of, at)
    _demand_quorum(work, this.council, this.of, at)
    before = standing(work.session, this.row)
    if before is not None and before.lot_among:
        raise Refused(say.LOT_FIRST, among=names_of(work, before.lot_among))
    entitled = voters_at(work.session, this.council, this.of, at)
    if by_name is None and this.row.form == BallotForm.NAMED:
        raise Refused(say.NAMES_MISSING)
    if by_name is not None:
        votes, blank = _added_up(work, this.row, by_name, entitled)
    named = {key: person.name for key, person in people(work.session, work.scope).items()}
    asked = [who for who, number in votes.items() if number]
    new = [who for who in asked if str(who) not in this.row.nominees]
    between = before.between if before else ()
    held = Round(len(entitled), {str(who): n for who, n in votes.items() if n}, blank, invalid)
    if min((*votes.values(), blank, invalid, 0)) < 0:
        raise Refused(say.ROUND_IMPOSSIBLE)
    finding = impossible(held, {str(key): name for key, name in named.items()}, between)
    if finding is not None:
        raise Refused.because(finding)
    _demand_standing(work, this.council, this.rule, new, at)
    this.row.nominees = [*this.row.nominees, *(str(who) for who in new)]
    number = len(rounds(work.session, this.row)) + 1
    found = _counted(work, this.row, held)
    chair = found.lot_for and chair_ends_tie(work.session, this.council, this.of, this.row.post, at, found.lot_for)
    found = told_with_chair(found) if chair else found
    figures = {"ballot": str(this.row.id), "round": number, "entitled": len(entitled)}
    printed = _printed(between or this.row.nominees, number, held, named, by_name)
    entry = note(work, this.of, this.item, at, found.sentence, found.cite, **figures, **printed)
    work.session.add(
        BallotRound(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=uuid4(),
            ballot_id=this.row.id,
            number=number,
            at=at,
            entitled=sorted(str(one) for one in entitled),
            present=held.present,
            votes=dict(held.votes),
            blank=blank,
            invalid=invalid,
            papers=held.cast,
            form=this.row.form,
            by_name={str(v): str(c) if c else None for v, c in by_name.items()} if by_name is not None else None,
            needed=found.needed,
            sentence=found.sentence,
            cite=found.cite,
            entry_id=entry.id,
        )
    )
    work.note(post=this.row.post, round=number, present=held.present, papers=held.cast)
    return follow(this, found)


def _printed(
    standing_for: Sequence[str],
    number: int,
    held: Round,
    named: Mapping[UUID, str],
    by_name: Mapping[UUID, UUID | None] | None,
) -> dict[str, Any]:
    """The figures of a round as the minutes print them; who voted for whom only where votes bear a name."""
    most = sorted(((held.votes.get(one, 0), one) for one in standing_for), key=lambda pair: -pair[0])
    rows: list[list[object]] = [[named[UUID(one)], votes] for votes, one in most]
    rows += [["Blanke", held.blank], ["Ugyldige", held.invalid], ["Stemte ikke", held.present - held.cast]]
    told: dict[str, Any] = {
        "table": {"title": f"Runde {number}", "head": ["Navn", "Stemmer"], "rows": rows, "present": held.present}
    }
    if by_name is not None:
        choices = {v: named[c] if c else "blank" for v, c in by_name.items()}
        told["named"] = sorted([named[v], choice] for v, choice in choices.items())
    return told


def _counted(work: Work, row: PostBallot, added: Round) -> Verdict:
    named = people(work.session, work.scope)
    names = {one: named[UUID(one)].name for one in row.nominees}
    every = [*(r.as_rule for r in rounds(work.session, row)), added]
    drawn = [lot.as_rule for lot in lots(work.session, row)]
    try:
        return verdict(Majority(row.majority), names, every, drawn)
    except BadInput as error:
        raise Refused(say.ROUND_IMPOSSIBLE) from error


def _added_up(
    work: Work, row: PostBallot, by_name: Mapping[UUID, UUID | None], entitled: frozenset[UUID]
) -> tuple[dict[UUID, int], int]:
    if row.form != BallotForm.NAMED:
        raise Refused(say.WRONG_FORM)
    named = people(work.session, work.scope)
    votes: dict[UUID, int] = {}
    for voter, choice in by_name.items():
        if voter not in entitled:
            raise Refused(say.VOTER_NOT_PRESENT, name=named[voter].name if voter in named else "?")
        if choice is not None:
            votes[choice] = votes.get(choice, 0) + 1
    return votes, sum(choice is None for choice in by_name.values())


@official_act("constitution.accept", SECRETARIES)
def accept(work: Work, ballot_id: UUID, at: datetime) -> UUID:
    """The elected takes the post; the point is done, and after the chair's election the chair presides."""
    this = under_way(work, ballot_id, State.ELECTED)
    demand_time(work, this.of, at)
    winner = this.row.winner_id
    assert winner is not None
    _demand_standing(work, this.council, this.rule, (winner,), at)
    name, title = people(work.session, work.scope)[winner].name, this.rule.name.value
    text = f"{name} modtog valget og er {title}."
    day = clock.council_day(this.council, at)
    office = take_office(work, this.council, winner, this.rule.code, title, text, day)
    if this.rule.code == "chair" and winner in voters_at(work.session, this.council, this.of, at):
        text += f" {name} overtog ledelsen af mødet kl. {clock.shown(at)[-5:]}."
    note(work, this.of, this.item, at, text, ballot=str(this.row.id), office=str(office.id))
    this.row.state, this.row.ended_at = State.ACCEPTED.value, at
    this.item.done_at = at
    work.note(post=this.row.post, office=str(office.id))
    return office.id


@official_act("constitution.decline", SECRETARIES)
def decline(work: Work, ballot_id: UUID, at: datetime, reason: str = "") -> UUID:
    """The elected says no, where the regulation allows it: the post is filled again from the first round."""
    this = under_way(work, ballot_id, State.ELECTED)
    demand_time(work, this.of, at)
    if this.council.meeting_rules.must_accept.value:
        raise Refused(say.MUST_ACCEPT)
    winner = this.row.winner_id
    assert winner is not None
    name = people(work.session, work.scope)[winner].name
    why = f" ({reason.strip()})" if reason.strip() else ""
    note(
        work,
        this.of,
        this.item,
        at,
        f"{name} modtog ikke valget{why}. Der holdes nyt valg.",
        ballot=str(this.row.id),
        declined=str(this.row.id),
    )
    this.row.state, this.row.ended_at, this.row.reason = State.DECLINED.value, at, reason.strip()
    work.note(post=this.row.post, declined=True)
    return winner


@official_act("constitution.leave_post", SECRETARIES)
def leave_post(work: Work, meeting_id: UUID, item_id: UUID, at: datetime) -> str:
    """A post that falls away by the regulation is not filled; the sentence that says why goes into the minutes."""
    of, council, item, rule = _open_post(work, meeting_id, item_id)
    demand_time(work, of, at)
    why = falls_away(work.session, council, rule, at)
    if why is None:
        raise Refused(say.POST_NOT_SETTLED, why=f"{rule.name.value}.")
    note(work, of, item, at, why)
    item.done_at = at
    work.note(post=rule.code, falls_away=True)
    return why
