"""A list as its representative and the office see it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from election.call.records import Election
from election.call.rules import allowed
from election.candidacy.deadlines import deadlines
from election.candidacy.filled import is_name_withheld, lacks_consent_to_name
from election.candidacy.records import Candidacy, cases, consents
from election.candidacy.rules import ALIVE, ConsentKind, State, is_late, most_names
from election.lists.records import CandidateList, alliances_of, named_by, notices, standing_lists
from election.lists.rules import cut


@dataclass(frozen=True, slots=True)
class Line:
    """A candidate whom the list names. `name` is empty where the reader may not know it: nobody learns that of a
    draft; the representative learns it when the candidate has chosen the list, and a protected one when it may be
    published."""

    number: int
    name: str
    has_chosen: bool
    is_accepted: bool
    is_surplus: bool


@dataclass(frozen=True, slots=True)
class Partner:
    """Another list, and what the two say of an alliance."""

    list_id: UUID
    title: str
    we_say: bool
    they_say: bool
    holds: bool


@dataclass(frozen=True, slots=True)
class ListView:
    one: CandidateList
    title: str
    lines: tuple[Line, ...]
    not_named: tuple[tuple[int, str], ...]
    """Who chose the list without being named by it: number and name."""
    partners: tuple[Partner, ...]
    are_alliances_allowed: bool
    most: int
    is_open: bool
    until: datetime


def title_of(one: CandidateList) -> str:
    return one.name if one.name == one.key else f"{one.key} · {one.name}"


def view_of(
    session: Session, election: Election, one: CandidateList, now: datetime, *, is_office: bool
) -> ListView:
    """What stands now."""
    rule, until = election.regulation.lists, deadlines(session, election).cure_until
    most = most_names(election.regulation.seats.number.value)
    own = [named.case for named in named_by(session, one)]
    _, surplus = cut(own, most)
    in_time = not is_late(now, until) and allowed("lists.claim", election.in_phase)
    chose = [c for c in cases(session, election) if c.list_key == one.key and c.in_state in ALIVE]
    named = {c.id for c in own}

    def told(case: Candidacy) -> str:
        is_secret = not is_office and lacks_consent_to_name(session, election, case)
        return "" if is_secret or case.in_state is State.DRAFT else case.ballot_name

    return ListView(
        one,
        title_of(one),
        tuple(_line(one, c, told(c) if is_office or c.list_key == one.key else "", c in surplus) for c in own),
        tuple((c.number, told(c)) for c in chose if c.id not in named),
        _partners(session, election, one) if rule.are_alliances_allowed.value else (),
        rule.are_alliances_allowed.value,
        most,
        in_time and one.withdrawn_at is None,
        until,
    )


def _line(one: CandidateList, case: Candidacy, name: str, is_surplus: bool) -> Line:
    has_chosen = case.list_key == one.key and case.in_state is not State.DRAFT
    return Line(case.number, name, has_chosen, case.in_state is State.ACCEPTED, is_surplus)


def _partners(session: Session, election: Election, one: CandidateList) -> tuple[Partner, ...]:
    """By the newest word of each pair; an alliance holds when `alliances` says so."""
    says = {(n.list_id, n.with_id): n.is_filed for n in notices(session, election)}
    own = next((keys for keys in alliances_of(session, election).valid if one.key in keys), ())
    return tuple(
        Partner(
            other.id,
            title_of(other),
            says.get((one.id, other.id), False),
            says.get((other.id, one.id), False),
            other.key in own,
        )
        for other in standing_lists(session, election)
        if other.id != one.id
    )


def withheld_names(session: Session, election: Election, standing: Collection[Candidacy]) -> frozenset[UUID]:
    """Whose protected name stands on no public page, because the consent was taken back."""
    said = {row.id: consents(session, row).get(ConsentKind.PROTECTED_NAME) for row in standing}
    return frozenset(
        row.id
        for row in standing
        if is_name_withheld(session, election, row, one.is_given if (one := said[row.id]) else None)
    )
