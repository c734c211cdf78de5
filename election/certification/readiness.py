"""Where the certification stands: what is missing, what waits for whom, what is certified."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from election.call.records import Election
from election.call.rules import Phase
from election.certification.record import content_of, rests_on_the_count, unsettled
from election.certification.records import (
    Certification,
    CertificationRequest,
    Reopening,
    as_person,
    certifications,
    enterers,
    holds,
    is_uncontested,
    open_request,
    reopenings,
)
from election.certification.rules import has_entered, in_groups, public_key_fingerprint, state_sha256
from election.counting.records import latest_result
from election.counting.rules import CountKind
from registry.accounts.records import names


class Obstacle(StrEnum):
    """What must be done first."""

    RESULT = "result"
    FINAL_COUNT = "final_count"
    OLD_RESULT = "old_result"
    OPEN_LEDGER = "open_ledger"


@dataclass(frozen=True, slots=True)
class Shown:
    """Somebody elected, as the certifier sees it; no votes where no poll was held."""

    name: str
    list_key: str
    votes: int | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that another certifier may approve; `is_void` when the data have changed since."""

    row: CertificationRequest
    requested_by: str
    is_mine: bool
    is_void: bool


@dataclass(frozen=True, slots=True)
class Past:
    """One certification with the two who made it, and its reopening."""

    row: Certification
    requested_by: str
    approved_by: str
    reopened: Reopening | None
    sha256: str
    key: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything the page of the certification shows."""

    is_known: bool
    is_certified: bool
    is_uncontested: bool
    obstacle: Obstacle | None
    status: str
    revision: int
    fingerprint: str
    elected: tuple[Shown, ...]
    waiting: Waiting | None
    past: tuple[Past, ...]
    i_entered: bool


def standing(session: Session, election: Election, me: UUID, now: datetime) -> Standing:
    """How it stands for this official now."""
    is_known = election.in_phase in (Phase.COUNTED, Phase.UNCONTESTED, Phase.CERTIFIED)
    content = content_of(session, election) if is_known else None
    fingerprint = state_sha256(content) if content else ""
    mine = as_person(session, election.scope, me)
    return Standing(
        is_known=is_known,
        is_certified=holds(election),
        is_uncontested=is_known and is_uncontested(session, election),
        obstacle=_obstacle(session, election, is_known),
        status=content["result"]["status"] if content else "",
        revision=content["result"]["revision"] if content else 0,
        fingerprint=in_groups(fingerprint),
        elected=_elected(content) if content else (),
        waiting=_waiting(session, election, me, now, fingerprint),
        past=_past(session, election),
        i_entered=has_entered(mine, enterers(session, election)),
    )


def _obstacle(session: Session, election: Election, is_known: bool) -> Obstacle | None:
    if not is_known:
        return Obstacle.RESULT
    if is_uncontested(session, election):
        return None
    result = latest_result(session, election)
    if result is None:
        return Obstacle.RESULT
    if not rests_on_the_count(session, election, result):
        return Obstacle.OLD_RESULT
    if result.status != CountKind.FINAL.value:
        return Obstacle.FINAL_COUNT
    return Obstacle.OPEN_LEDGER if unsettled(session, election) else None


def _elected(content: dict[str, Any]) -> tuple[Shown, ...]:
    people = {c["id"]: c for c in content["candidates"]}
    votes = {c["id"]: c["votes"] for c in content.get("given", {}).get("candidates", [])}
    return tuple(
        Shown(people[one]["name"], people[one].get("list", ""), votes.get(one))
        for one in content["document"]["elected"]
    )


def _waiting(session: Session, election: Election, me: UUID, now: datetime, fingerprint: str) -> Waiting | None:
    row = open_request(session, election, now)
    if row is None:
        return None
    called = names(session, election.municipality, [row.requested_by])
    return Waiting(row, called.get(row.requested_by, ""), row.requested_by == me, row.state_sha256 != fingerprint)


def _past(session: Session, election: Election) -> tuple[Past, ...]:
    every, opened = certifications(session, election), reopenings(session, election)
    people = {one.requested_by for one in every} | {one.approved_by for one in every}
    called = names(session, election.municipality, people)
    return tuple(
        Past(
            one,
            called.get(one.requested_by, ""),
            called.get(one.approved_by, ""),
            opened.get(one.id),
            in_groups(one.record_sha256),
            in_groups(public_key_fingerprint(one.public_key)),
        )
        for one in every
    )
