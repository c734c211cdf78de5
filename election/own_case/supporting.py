"""What somebody who has a candidate's link may know: whose candidacy it is, and their own part in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from election.call.records import Election
from election.call.rules import allowed
from election.candidacy.deadlines import deadlines
from election.candidacy.filled import lacks_consent_to_name
from election.candidacy.records import Candidacy, by_support_code, supported_by, supporters
from election.candidacy.rules import ALIVE, State, is_late
from election.roll.records import entry_by_index, roll_of
from registry.regulation.choices import Supporters


class Link(StrEnum):
    OPEN = "open"
    FULL = "full"
    CLOSED = "closed"
    GONE = "gone"
    """There is a candidacy behind the code, but none that can be supported: nothing of it is told."""


class Relation(StrEnum):
    """Of whoever is signed in."""

    NONE = "none"
    SELF = "self"
    THIS = "this"
    ANOTHER = "another"


class Vote(StrEnum):
    """Whether the support of whoever is signed in counts, as far as the roll says."""

    ANYBODYS = "anybodys"
    COUNTS = "counts"
    NO_ROLL_YET = "no_roll_yet"
    DOES_NOT = "does_not"


@dataclass(frozen=True, slots=True)
class Asked:
    """The candidacy behind a link. `name` is empty when it is not written yet, or may not be shown."""

    row: Candidacy
    link: Link
    name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Own:
    """Whoever is signed in. `other` is the candidacy that they support already, with the name to show."""

    relation: Relation
    vote: Vote
    other: Candidacy | None = None
    other_name: str = ""
    is_other_open: bool = False


def asked(session: Session, election: Election, code: str, now: datetime) -> Asked | None:
    """What stands behind a code; None for a code that nobody has."""
    row = by_support_code(session, election, code)
    if row is None or not election.regulation.candidacy.supporters_max.value:
        return None
    until = deadlines(session, election).cure_until
    link = _link(session, election, row, now)
    return Asked(row, link, "" if link is Link.GONE else _name(session, election, row), until)


def _link(session: Session, election: Election, row: Candidacy, now: datetime) -> Link:
    if row.in_state not in ALIVE | {State.DRAFT} or row.struck_at is not None:
        return Link.GONE
    if row.in_state is State.ACCEPTED or not _is_open(session, election, now):
        return Link.CLOSED
    has = len(supporters(session, [row])[row.label])
    return Link.FULL if has >= election.regulation.candidacy.supporters_max.value else Link.OPEN


def _is_open(session: Session, election: Election, now: datetime) -> bool:
    in_time = not is_late(now, deadlines(session, election).cure_until)
    return in_time and allowed("candidacy.support", election.in_phase)


def _name(session: Session, election: Election, row: Candidacy) -> str:
    """A protected name is told to nobody before the candidate has said that it may be."""
    return "" if lacks_consent_to_name(session, election, row) else row.ballot_name


def own_part(session: Session, election: Election, row: Candidacy, cpr_index: bytes, now: datetime) -> Own:
    """The part of somebody who has proved who they are. (KRVL § 20 borrowed; candidacy.supporters_from)"""
    vote = _vote(session, election, cpr_index)
    if row.cpr_index == cpr_index:
        return Own(Relation.SELF, vote)
    other = supported_by(session, election, cpr_index)
    if other is None:
        return Own(Relation.NONE, vote)
    if other.id == row.id:
        return Own(Relation.THIS, vote)
    is_open = other.in_state is not State.ACCEPTED and _is_open(session, election, now)
    return Own(Relation.ANOTHER, vote, other, _name(session, election, other), is_open)


def _vote(session: Session, election: Election, cpr_index: bytes) -> Vote:
    allowed_to = election.regulation.candidacy.supporters_from
    if not allowed_to.is_unset and allowed_to.value is Supporters.ANYBODY:
        return Vote.ANYBODYS
    entry = entry_by_index(session, election, cpr_index)
    if entry is not None and entry.may_vote and entry.struck_at is None:
        return Vote.COUNTS
    return Vote.NO_ROLL_YET if roll_of(session, election) is None else Vote.DOES_NOT
