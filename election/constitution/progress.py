"""Where the meeting stands: the point, the step, who is here, what the rounds say. Reading only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from election.constitution.records import BallotRound, PostBallot, PostLot, ballots, lots, rounds
from election.constitution.rules import State, Verdict
from election.constitution.standing import chair_ends_tie, chair_of, falls_away, may_stand, standing
from registry.councils import clock
from registry.councils.records import CouncilTerm, people
from registry.meetings.minutes import lines_of
from registry.meetings.records import (
    AgendaItem,
    Meeting,
    MinuteEntry,
    PresenceEvent,
    agenda,
    constitutive,
    entries,
    latest_at,
    members_at,
    presence_events,
    quorum_at,
    voters_at,
)
from registry.meetings.rules import ItemKind, PresenceKind, Quorum
from registry.membership.records import Office, offices
from registry.regulation.choices import Majority
from registry.regulation.council_rules import PostRule


class Step(StrEnum):
    """What is to be done now; each has one primary button."""

    CONVENE = "convene"
    ROLL_CALL = "roll_call"
    SAY = "say"
    NOMINATE = "nominate"
    FALLS_AWAY = "falls_away"
    VOTE = "vote"
    LOT = "lot"
    ANSWER = "answer"
    CLOSE = "close"
    CLOSED = "closed"


@dataclass(frozen=True)
class Member:
    """Somebody with a seat, and whether they are in the room. `event` is their last registration."""

    person: UUID
    name: str
    group: str
    has_vote: bool
    state: str
    """here, left, excused or away"""
    since: datetime | None
    event: PresenceEvent | None


@dataclass(frozen=True)
class Point:
    """A point of the agenda: done, now or later, and what the minutes say under it."""

    item: AgendaItem
    state: str
    lines: list[MinuteEntry]
    ballot: PostBallot | None
    """The last attempt at the post that was not taken back."""


@dataclass(frozen=True)
class Filling:
    """How far the filling of the current post is."""

    rule: PostRule
    able: dict[UUID, str]
    falls_away: str | None
    ballot: PostBallot | None = None
    declined: PostBallot | None = None
    """The last attempt, when its winner said no."""
    names: dict[UUID, str] = field(default_factory=dict)
    nominees: dict[UUID, str] = field(default_factory=dict)
    held: list[BallotRound] = field(default_factory=list)
    drawn: list[PostLot] = field(default_factory=list)
    verdict: Verdict | None = None
    told: MinuteEntry | None = None
    """The line of the minutes with the latest verdict."""
    chair_decides: bool = False
    voters: dict[UUID, str] = field(default_factory=dict)

    @property
    def round_number(self) -> int:
        return len(self.held) + 1

    @property
    def needed(self) -> int | None:
        """The votes that elect in the next round, where that is known before it is held."""
        if self.ballot is None or self.ballot.majority != Majority.PRESENT or self.between:
            return None
        return len(self.voters) // 2 + 1

    @property
    def between(self) -> dict[UUID, str]:
        """Those whom the next round is bound to; nobody where all may stand."""
        bound = self.verdict.between if self.verdict else ()
        return {UUID(one): self.names[UUID(one)] for one in bound}

    @property
    def tied(self) -> dict[UUID, str]:
        among = self.verdict.lot_among if self.verdict else ()
        return {UUID(one): self.names[UUID(one)] for one in among}

    @property
    def winner(self) -> str | None:
        return self.names[self.ballot.winner_id] if self.ballot and self.ballot.winner_id else None

    @property
    def bars(self) -> list[tuple[str, int, str]]:
        """The last round for a picture: name, votes, kind; most votes first, then blank, invalid, not voting."""
        if not self.held:
            return []
        last = self.held[-1]
        won = str(self.ballot.winner_id) if self.ballot and self.ballot.winner_id else ""
        tied = set(self.verdict.lot_among) if self.verdict else set()
        shown = [(self.names[UUID(one)], int(n), _kind(one, won, tied)) for one, n in last.votes.items()]
        shown.sort(key=lambda bar: (-bar[1], bar[0]))
        away = last.present - last.papers
        others = [("Blanke", last.blank), ("Ugyldige", last.invalid), ("Stemte ikke", away)]
        return shown + [(label, n, "blank") for label, n in others if n]


@dataclass(frozen=True)
class Progress:
    """The whole meeting, read at one instant."""

    council: CouncilTerm
    of: Meeting | None
    step: Step
    at: datetime
    """The time that the forms propose."""
    latest: datetime | None
    points: list[Point] = field(default_factory=list)
    point: Point | None = None
    members: list[Member] = field(default_factory=list)
    quorum: Quorum | None = None
    filling: Filling | None = None
    chair: str | None = None
    posts: list[Office] = field(default_factory=list)
    names: dict[UUID, str] = field(default_factory=dict)
    is_only_called: bool = False
    """Nothing has happened since the roll call, so that it can be called again."""

    @property
    def here(self) -> list[Member]:
        return [one for one in self.members if one.state == "here"]


def progress(session: Session, council: CouncilTerm) -> Progress:
    """Where the constitutive meeting of a term stands by the council's clock."""
    of = constitutive(session, council)
    now = clock.now(council)
    if of is None:
        return Progress(council, None, Step.CONVENE, now, None)
    latest = latest_at(session, of)
    at = _proposed(of, now, latest)
    written = entries(session, of)
    points = _points(session, of, written)
    point = next((one for one in points if one.state == "now"), None)
    named = {key: person.name for key, person in people(session, council.scope).items()}
    filling = None
    if point is not None and point.item.kind == ItemKind.POST and of.opened_at and not of.closed_at:
        filling = _filling(session, council, of, point, at, named)
    chair = chair_of(session, council, at)
    first = points[0].item.id
    return Progress(
        council,
        of,
        _step(of, point, filling),
        at,
        latest,
        points,
        point,
        _members(session, council, of, at),
        quorum_at(session, council, of, at) if of.opened_at else None,
        filling,
        named[chair] if chair else None,
        offices(session, council, clock.council_day(council, at)),
        named,
        all(line.item_id == first and "event" not in line.figures for line in written),
    )


def _proposed(of: Meeting, now: datetime, latest: datetime | None) -> datetime:
    """The clock while it shows the day of the meeting, else the last thing that happened, else its beginning."""
    if clock.local_day(now) == clock.local_day(of.planned_at):
        return max(now, latest) if latest else now
    return latest or of.planned_at


def _points(session: Session, of: Meeting, written: list[MinuteEntry]) -> list[Point]:
    every = agenda(session, of)
    current = next((item for item in every if item.done_at is None), None)
    holds = {row.item_id: row for row in ballots(session, of) if row.state != State.WITHDRAWN}
    points = []
    for item in every:
        state = "done" if item.done_at else "later"
        if of.closed_at is None and current is not None and item.id == current.id:
            state = "now"
        points.append(Point(item, state, lines_of(written, item), holds.get(item.id)))
    return points


def _step(of: Meeting, point: Point | None, filling: Filling | None) -> Step:
    if of.closed_at is not None:
        return Step.CLOSED
    if of.opened_at is None:
        return Step.ROLL_CALL
    if point is None:
        return Step.CLOSE
    if filling is None:
        return Step.SAY
    if filling.ballot is None:
        return Step.FALLS_AWAY if filling.falls_away else Step.NOMINATE
    if filling.ballot.state == State.ELECTED:
        return Step.ANSWER
    return Step.LOT if filling.tied else Step.VOTE


def _members(session: Session, council: CouncilTerm, of: Meeting, at: datetime) -> list[Member]:
    last = {event.person_id: event for event in presence_events(session, of)}
    states = {PresenceKind.ARRIVED: "here", PresenceKind.LEFT: "left", PresenceKind.EXCUSED: "excused"}
    found = []
    for place in members_at(session, council, at):
        if place.membership is None or place.person is None:
            continue
        who, event = place.membership.person_id, last.get(place.membership.person_id)
        state = states[PresenceKind(event.kind)] if event else "away"
        since = event.at if event else None
        found.append(Member(who, place.person.name, place.group.name, place.group.has_vote, state, since, event))
    return found


def _filling(
    session: Session, council: CouncilTerm, of: Meeting, point: Point, at: datetime, named: dict[UUID, str]
) -> Filling:
    rule = council.meeting_rules.post(point.item.post or "")
    assert rule is not None
    able = may_stand(session, council, rule, at)
    row = point.ballot
    if row is None or row.state == State.DECLINED:
        return Filling(rule, able, falls_away(session, council, rule, at), declined=row, names=named)
    found = standing(session, row)
    told = [line for line in point.lines if line.figures.get("ballot") == str(row.id)]
    told = [line for line in told if "entitled" in line.figures or "after_lot" in line.figures]
    present = voters_at(session, council, of, at)
    return Filling(
        rule,
        able,
        None,
        row,
        None,
        named,
        {UUID(one): named[UUID(one)] for one in row.nominees},
        rounds(session, row),
        lots(session, row),
        found,
        told[-1] if told else None,
        bool(found and found.lot_among)
        and chair_ends_tie(session, council, of, row.post, at, found.lot_for if found else ""),
        {one: named[one] for one in sorted(present, key=lambda who: named[who])},
    )


def _kind(one: str, won: str, tied: set[str]) -> str:
    return "elected" if one == won else "lot" if one in tied else "plain"
