"""What came of a result: certified, appointed, seated, constituted – each with its date and who decided it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from election.call.records import Election
from election.certification.handover import source_of
from election.certification.records import holds, latest_certification
from registry.appointment.records import AppointmentDecision, case_of, decisions, nominees
from registry.appointment.rules import Ruling
from registry.councils import clock
from registry.councils.records import CouncilTerm, people, term_from
from registry.meetings.records import constitutive
from registry.membership.records import ANNULLED, memberships, offices


class Standing(StrEnum):
    """How far the way from the count to the council has come."""

    COUNTED = "counted"
    CERTIFIED = "certified"
    APPOINTED = "appointed"
    SEATED = "seated"


@dataclass(frozen=True, slots=True)
class Post:
    """Who was chosen for what at the constitutive meeting."""

    title: str
    name: str


@dataclass(frozen=True, slots=True)
class Afterwards:
    """Everything after the count that the public may know. `rulings` are by the candidate's label."""

    standing: Standing
    certified_at: datetime | None = None
    certified_revision: int = 0
    record_sha256: str = ""
    appointed_by: str = ""
    appointed_on: date | None = None
    case_no: str = ""
    rulings: Mapping[str, Ruling] = field(default_factory=dict)
    seated: frozenset[str] = frozenset()
    has_council: bool = False
    first_day: date | None = None
    met_on: date | None = None
    posts: tuple[Post, ...] = ()


def afterwards(session: Session, election: Election) -> Afterwards:
    """What has been decided since the count. A reopened result is only counted again until it is certified."""
    certified = latest_certification(session, election)
    council = term_from(session, election.scope, source_of(election))
    if certified is None or not holds(election):
        return Afterwards(Standing.COUNTED, has_council=council is not None)
    found = Afterwards(
        Standing.CERTIFIED,
        certified_at=certified.approved_at,
        certified_revision=certified.revision,
        record_sha256=certified.record_sha256,
    )
    return found if council is None else _of_the_council(session, council, found)


def _of_the_council(session: Session, council: CouncilTerm, found: Afterwards) -> Afterwards:
    of = case_of(session, council)
    line = nominees(session, of) if of else []
    ruled = decisions(session, of) if of else {}
    appointed = [d for d in ruled.values() if d.ruling == Ruling.APPOINTED]
    first = _first(appointed)
    spells = memberships(session, council)
    sat = {row.person_id for row in spells}
    met = constitutive(session, council)
    named = people(session, council.scope)
    standing = Standing.SEATED if spells else Standing.APPOINTED if appointed else found.standing
    return Afterwards(
        standing,
        found.certified_at,
        found.certified_revision,
        found.record_sha256,
        appointed_by=first.body if first else "",
        appointed_on=first.decided_on if first else None,
        case_no=first.case_no if first else "",
        rulings={one.label: Ruling(ruled[one.id].ruling) for one in line if one.id in ruled},
        seated=frozenset(one.label for one in line if one.person_id in sat),
        has_council=True,
        first_day=min((row.starts_on for row in spells), default=None),
        met_on=clock.local_day(met.closed_at) if met is not None and met.closed_at is not None else None,
        posts=tuple(
            Post(o.title, named[o.person_id].name) for o in offices(session, council) if o.end_reason != ANNULLED
        )
        if met is not None and met.closed_at is not None
        else (),
    )


def _first(appointed: list[AppointmentDecision]) -> AppointmentDecision | None:
    return min(appointed, key=lambda one: (one.decided_on, one.at), default=None)
