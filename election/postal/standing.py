"""The register as its pages and its list show it: each envelope with its state, voters with all of theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from election.ballots.rules import ballot_types
from election.call.clock import local
from election.call.records import Election, Station, stations
from election.polling.records import VoterMark, mark_of
from election.postal.records import (
    PostalMove,
    PostalReview,
    PostalVote,
    counted_stations,
    is_counted,
    moves,
    postal_by_type,
    register,
    reviews,
    votes_from,
)
from election.postal.rules import NOT_DONE, OTHERS_COME_FIRST, Envelope, Proposal, State, propose, too_few
from election.roll.records import RollEntry
from election.roll.station_list import ListedVoter, listed, listed_one
from registry.findings import Refused
from registry.regulation.calendar import instant, local_instant
from registry.regulation.ruled import Ruled
from registry.regulation.rules import Moment


@dataclass(frozen=True, slots=True)
class Line:
    """One envelope of the register."""

    vote: PostalVote
    state: State
    decided: PostalReview | None
    voter: ListedVoter | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One envelope as two people review it, with everything else that came from the same voter."""

    line: Line
    voter: ListedVoter | None
    mark: VoterMark | None
    all_of_voter: tuple[Line, ...]
    history: tuple[PostalReview, ...]
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class Box:
    """The accepted postal votes of one station and what became of them."""

    station: Station
    in_box: int
    must_move: bool
    into: Station | None
    """Where they go: the neighbour named for the count; without one the fullest box is proposed.
    None when no box is sealed any more that they could go to."""
    is_named: bool
    is_kept: bool
    """So few that they should have been moved, but every box where they could lie is open: the board is told."""
    moved: tuple[PostalMove, ...]
    few: tuple[tuple[str, int], ...] = ()
    """The ballot types of which there are too few, and how many, where there are several types."""


def poll_closes_at(election: Election) -> datetime:
    return local_instant(election.election_on, election.regulation.polling.closes.value)


def casting_days(election: Election) -> tuple[date | None, date | None]:
    """The first and the last day of casting, None where the regulation names none."""
    polling = election.regulation.polling

    def day(when: Ruled[Moment]) -> date | None:
        return None if when.is_unset else local(instant(when.value, election.election_on)).date()

    return day(polling.postal_opens), day(polling.postal_closes)


def state_of(vote: PostalVote, decided: Sequence[PostalReview]) -> State:
    if vote.is_too_late:
        return State.TOO_LATE
    if not decided:
        return State.WAITING
    return State.ACCEPTED if decided[-1].is_accepted else State.SET_ASIDE


def envelope_of(vote: PostalVote, state: State) -> Envelope:
    return Envelope(vote.number, vote.cast_on, state)


def lines_of(session: Session, election: Election, station: Station | None = None) -> list[Line]:
    """The register, of the election or of one station. Of a protected voter it holds no name."""
    decided = reviews(session, election)
    votes = register(session, election, station.id if station else None)
    senders = {vote.entry_id for vote in votes if vote.entry_id is not None}
    voters = {one.id: one for one in listed(session, election, RollEntry.id.in_(senders))} if senders else {}
    return [
        replace(_line(vote, decided.get(vote.id, [])), voter=voters.get(vote.entry_id) if vote.entry_id else None)
        for vote in votes
    ]


def case_of(session: Session, election: Election, vote: PostalVote) -> Case:
    """Everything that two people need to decide about one envelope."""
    decided = reviews(session, election)
    own = votes_from(session, election, vote.entry_id) if vote.entry_id else [vote]
    voter = listed_one(session, election, vote.entry_id) if vote.entry_id else None
    lines = [replace(_line(one, decided.get(one.id, [])), voter=voter) for one in own]
    lines.sort(key=lambda one: envelope_of(one.vote, one.state).order)
    line = next(one for one in lines if one.vote.id == vote.id)
    mark = mark_of(session, election, vote.entry_id) if vote.entry_id else None
    first_on, last_on = casting_days(election)
    proposal = propose(
        envelope_of(vote, State.WAITING),
        [envelope_of(one.vote, one.state) for one in lines if one is not line],
        is_voter=voter is not None and voter.is_voter,
        has_come=mark is not None and mark.admitted_at is not None,
        first_on=first_on,
        last_on=last_on,
    )
    return Case(line, voter, mark, tuple(lines), tuple(decided.get(vote.id, ())), proposal)


def boxes(session: Session, election: Election) -> list[Box]:
    """Every station's postal votes, and which must be moved before the count."""
    by_type, every, done = postal_by_type(session, election), stations(session, election), moves(session, election)
    lying = {one.id: {key: by_type.get((one.id, key), 0) for key in ballot_types(election)} for one in every}
    found = []
    came_in, opened = {one.into_id for one in done}, counted_stations(session, election)
    for station in every:
        moved = tuple(one for one in done if one.station_id == station.id)
        named = next((one for one in every if one.id == station.counted_with_id), None)
        others = [one for one in every if one.id != station.id and named in (None, one)]
        sealed = [one for one in others if one.id not in opened]
        few = too_few(lying[station.id])
        into = max(sealed, key=lambda one: _company(few, lying[one.id]), default=None)
        is_alone = station.id not in came_in  # those of two stations lie together: nobody's can be told any more
        is_few = is_alone and bool(few)
        must_move = is_few and into is not None and station.id not in opened
        is_kept = is_few and bool(others) and into is None
        own, named_few = sum(lying[station.id].values()), tuple((key, few[key]) for key in few if key)
        found.append(Box(station, own, must_move, into, named is not None, is_kept, moved, named_few))
    return found


def _company(few: Mapping[str, int], there: Mapping[str, int]) -> tuple[int, int]:
    """How well those that are too few are hidden in another box: the rarest of their types there, then all."""
    return min((there[key] for key in few), default=0), sum(there.values())


def demand_done(session: Session, election: Election, station: Station) -> None:
    """Before a box is opened its postal votes are reviewed, and too few are moved, also those that come here.

    Raises Refused R733 and R755. (KRVL § 70(4) borrowed)
    """
    if is_counted(session, station):
        return
    waiting = sum(1 for one in lines_of(session, election, station) if one.state is State.WAITING)
    every = boxes(session, election)
    few = sum(box.in_box for box in every if box.must_move and box.station.id == station.id)
    if waiting or few:
        raise Refused(NOT_DONE, station=station.name, waiting=waiting, few=few)
    others = [box.station.name for box in every if box.must_move and box.into and box.into.id == station.id]
    if others:
        raise Refused(OTHERS_COME_FIRST, station=station.name, others=", ".join(others))


def box_of(session: Session, election: Election, station_id: UUID) -> Box:
    return next(one for one in boxes(session, election) if one.station.id == station_id)


def _line(vote: PostalVote, decided: Sequence[PostalReview]) -> Line:
    return Line(vote, state_of(vote, decided), decided[-1] if decided else None)
