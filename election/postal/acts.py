"""Postal votes come in, are reviewed by two people, and are moved where there are too few of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from election.ballots.acts import station_of
from election.ballots.rules import type_of_voter
from election.call.clock import local, shown
from election.call.gate import ElectionWork, election_act
from election.call.records import Station
from election.polling.at_station import (
    demand_on_this_computer,
    demand_own_entry,
    standing_admission,
    station_name,
)
from election.polling.events import write_event
from election.polling.records import mark, mark_of, standing_event, votes_at
from election.polling.rules import EventKind
from election.postal import rules as say
from election.postal.records import (
    PostalMove,
    PostalReview,
    PostalVote,
    accepted_at,
    is_counted,
    lying_at,
    moves,
    next_number,
    reviews,
    unmark,
    vote_of,
    votes_from,
)
from election.postal.rules import Envelope, Ground, State, is_too_late, later_than, too_few
from election.postal.standing import envelope_of, poll_closes_at, state_of
from election.staffing.acts import demand_duty
from registry.findings import Refused

DESK = "brev"
"""What stands where an admission has the number of its desk."""


@dataclass(frozen=True, slots=True)
class Received:
    """The number to write on the envelope, and whether it must be stamped as too late."""

    postal_id: UUID
    number: int
    is_too_late: bool


@election_act("postal.receive")
def receive(
    work: ElectionWork,
    station_id: UUID,
    entry_id: UUID | None,
    cast_on: date | None,
    came_to: str,
    came_at: datetime | None = None,
) -> Received:
    """Put an envelope on record under the next number, also from somebody who is not on the roll (None).

    `came_at` is now unless it came earlier. One that came when the poll was over is stamped and stays outside.
    (KRVL §§ 70, 72(3) borrowed)
    """
    station = station_of(work, station_id)
    work.writer = f"station/{station.code}"
    came = came_at or work.act.at
    demand_own_entry(work, entry_id)
    if came > work.act.at:
        raise Refused(say.NOT_YET_HERE, at=shown(came), now=shown(work.act.at))
    if cast_on is not None and cast_on > local(came).date():
        raise Refused(say.CAST_AFTER_COMING, cast=f"{cast_on:%d.%m.%Y}", came=f"{local(came):%d.%m.%Y}")
    if not came_to.strip():
        raise Refused(say.SAY_WHERE)
    made = PostalVote(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=work.new_id(),
        election_id=work.election.id,
        station_id=station.id,
        entry_id=entry_id,
        number=next_number(work.session, work.election),
        cast_on=cast_on,
        came_at=came,
        came_to=came_to.strip(),
        is_too_late=is_too_late(came, poll_closes_at(work.election)),
        by=work.act.actor,
    )
    work.session.add(made)
    write_event(work, station.id, EventKind.POSTAL_RECEIVED, DESK, entry_id)
    work.note(station=station.code, postal=made.number, too_late=made.is_too_late)
    return Received(made.id, made.number, made.is_too_late)


@election_act("postal.review", needs_second=True)
def review(work: ElectionWork, postal_id: UUID, is_accepted: bool, ground: Ground | None, remark: str = "") -> int:
    """Two people decide about one envelope. Accepted: the voter is marked, the inner envelope goes into the box.

    A second thought is a new row with a remark, for as long as the box is sealed. Returns the row's number.
    (KRVL §§ 71–73 borrowed)
    """
    vote = vote_of(work.session, work.election, postal_id)
    if vote is None:
        raise Refused(say.NO_SUCH_VOTE, status=404)
    station = station_of(work, vote.station_id)
    work.writer = f"station/{station.code}"
    demand_on_this_computer(work, station.id)
    if vote.is_too_late:
        raise Refused(say.TOO_LATE, number=vote.number)
    if is_counted(work.session, station):
        raise Refused(say.BOX_IS_OPEN, station=station.name)
    earlier = reviews(work.session, work.election).get(vote.id, [])
    last = earlier[-1] if earlier else None
    if last is not None and (last.is_accepted, last.ground) == (is_accepted, ground or ""):
        raise Refused(say.SAME_AGAIN, number=vote.number)
    if last is not None and not remark.strip():
        raise Refused(say.WHY_OTHERWISE, number=vote.number)
    if is_accepted:
        _accept(work, vote)
    else:
        _set_aside(work, station, vote, ground, remark.strip(), last)
    work.session.add(
        PostalReview(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=work.new_id(),
            election_id=work.election.id,
            postal_id=vote.id,
            number=len(earlier) + 1,
            is_accepted=is_accepted,
            ground="" if is_accepted or ground is None else ground.value,
            remark=remark.strip(),
            at=work.act.at,
            by=work.act.actor,
            cosigned_by=work.act.second_actor,
        )
    )
    work.note(station=station.code, postal=vote.number, accepted=is_accepted, review=len(earlier) + 1)
    return len(earlier) + 1


def _accept(work: ElectionWork, vote: PostalVote) -> None:
    """Mark the voter. Of several only the last one cast counts, and nobody votes twice. (KRVL §§ 71(3), 72, 73)"""
    voter = votes_at(work.session, work.election, vote.entry_id) if vote.entry_id else None
    if vote.entry_id is None or voter is None:
        raise Refused(say.NOT_A_VOTER, number=vote.number)
    paper = type_of_voter(work.election, voter[1])
    if paper is None:
        raise Refused(say.WITHOUT_A_PAPER, number=vote.number)
    others = _others(work, vote)
    standing = next((one for one in others if one.state is State.ACCEPTED), None)
    if standing is not None:
        raise Refused(say.OTHER_ONE_STANDS, other=standing.number, number=vote.number)
    later = later_than(Envelope(vote.number, vote.cast_on, State.WAITING), others)
    if later is not None:
        raise Refused(say.LATER_ONE_WAITS, later=later.number, number=vote.number)
    if not mark(work.session, work.scope, vote.entry_id, vote.station_id, DESK, postal_accepted_at=work.act.at):
        raise _has_voted(work, vote, vote.entry_id)
    write_event(
        work,
        vote.station_id,
        EventKind.POSTAL_ACCEPTED,
        DESK,
        vote.entry_id,
        ballot_type=paper,
    )


def _set_aside(
    work: ElectionWork,
    station: Station,
    vote: PostalVote,
    ground: Ground | None,
    remark: str,
    last: PostalReview | None,
) -> None:
    """Keep the envelope out; one that was accepted is taken back, with the inverse of each of its traces."""
    if ground is None:
        raise Refused(say.NO_GROUND, number=vote.number)
    # A laptop may have admitted the voter after the letter was accepted: that mark comes back, and is a ground.
    admitted = standing_admission(work, vote.entry_id) if vote.entry_id else None
    if ground is Ground.NOT_THE_LAST:
        own = Envelope(vote.number, vote.cast_on, State.WAITING)
        if later_than(own, _others(work, vote)) is None:
            raise Refused(say.NOT_THIS_GROUND, number=vote.number, why=say.HAS_NO_LATER)
    if ground is Ground.HAS_VOTED_HERE:
        before = mark_of(work.session, work.election, vote.entry_id) if vote.entry_id else None
        if (before is None or before.admitted_at is None) and admitted is None:
            raise Refused(say.NOT_THIS_GROUND, number=vote.number, why=say.HAS_NOT_COME)
    text = f"{ground.value}: {remark}" if remark else ground.value
    if last is not None and last.is_accepted:
        in_own_box = accepted_at(work.session, work.election)[station.id]
        carried = [one for one in moves(work.session, work.election) if one.station_id == station.id]
        was_there = any(last.at < one.at for one in carried)
        if was_there or in_own_box <= sum(one.papers for one in carried):
            raise Refused(say.IS_MOVED, station=station.name, number=vote.number)
        assert vote.entry_id is not None
        if not unmark(work.session, work.election, vote.entry_id, admitted):
            raise Refused(say.SAME_AGAIN, number=vote.number)
        accepted = standing_event(work.session, work.election, vote.entry_id, EventKind.POSTAL_ACCEPTED)
        write_event(
            work,
            vote.station_id,
            EventKind.POSTAL_TAKEN_BACK,
            DESK,
            vote.entry_id,
            ground=text,
            ballot_type=accepted.ballot_type if accepted else "",
            undoes_id=accepted.id if accepted else None,
        )
    if last is None or last.is_accepted:
        write_event(work, vote.station_id, EventKind.POSTAL_SET_ASIDE, DESK, vote.entry_id, ground=text)


@election_act("postal.move", needs_second=True)
def move(work: ElectionWork, station_id: UUID, into_id: UUID, papers: int) -> int:
    """Lay the accepted postal votes of a station, too few to be counted alone, in another's box.

    `papers` is what two people counted in their hands. The neighbour that was named for the count is the one.
    Returns how many were moved. (KRVL § 70(4) borrowed)
    """
    source, into = station_of(work, station_id), station_of(work, into_id)
    work.writer = f"station/{source.code}"
    demand_duty(work, source, or_at=into)
    if source.id == into.id:
        raise Refused(say.NOT_TO_ITSELF, station=source.name)
    if source.counted_with_id is not None and source.counted_with_id != into.id:
        named = station_of(work, source.counted_with_id)
        raise Refused(say.NOT_THAT_NEIGHBOUR, station=source.name, neighbour=named.name)
    for one in (source, into):
        if is_counted(work.session, one):
            raise Refused(say.BOX_IS_OPEN, station=one.name)
    lying = lying_at(work.session, work.election, source.id)
    left = sum(lying.values())
    if not too_few(lying):
        raise Refused(say.ENOUGH, station=source.name, papers=left)
    if papers != left:
        raise Refused(say.COUNTED_OTHERWISE, papers=papers, expected=left, station=source.name)
    work.session.add(
        PostalMove(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=work.new_id(),
            election_id=work.election.id,
            station_id=source.id,
            into_id=into.id,
            papers=papers,
            reason=work.act.reason,
            at=work.act.at,
            by=work.act.actor,
            cosigned_by=work.act.second_actor,
        )
    )
    work.note(station=source.code, into=into.code, postal_moved=papers)
    return papers


def _others(work: ElectionWork, vote: PostalVote) -> list[Envelope]:
    if vote.entry_id is None:
        return []
    decided = reviews(work.session, work.election)
    return [
        envelope_of(one, state_of(one, decided.get(one.id, ())))
        for one in votes_from(work.session, work.election, vote.entry_id)
        if one.id != vote.id
    ]


def _has_voted(work: ElectionWork, vote: PostalVote, entry_id: UUID) -> Refused:
    """Where and when the voter had a paper already. The mark of a postal vote without a row here says so too."""
    before = mark_of(work.session, work.election, entry_id)
    assert before is not None
    at = before.admitted_at or before.postal_accepted_at
    assert at is not None
    where = station_name(work, before.station_id)
    return Refused(say.HAS_VOTED, at=shown(at), station=where, number=vote.number)
