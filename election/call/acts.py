"""Calling the election, its stations and board, its clock, and the steps from phase to phase."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from election.call.clock import shown
from election.call.gate import ElectionWork, election_act
from election.call.records import BoardMember, Election, Kind, Station, board, by_slug, stations
from election.call.rules import (
    CLOCK_IS_REAL,
    CLOCK_RUNS_FORWARD,
    ELECTION_EXISTS,
    NO_DIRECT_ELECTION,
    NOT_TWO_STATIONS,
    REGULATION_IS_DRAFT,
    Phase,
)
from election.call.zero_report import begin_with_nothing
from registry.act import Work, official_act
from registry.findings import Refused
from registry.regulation.choices import State
from registry.regulation.loader import load_bytes
from registry.regulation.rules import Regulation
from registry.roles import Role

_CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # the symbols of a poll card


@dataclass(frozen=True, slots=True)
class Called:
    election_id: UUID
    slug: str


@official_act("call.call_election", {Role.ELECTION_ADMINISTRATOR})
def call_election(
    work: Work,
    slug: str,
    kind: Kind,
    election_on: date,
    extract_on: date,
    regulation_id: str,
    regulation_sha256: str,
    regulation_toml: bytes,
    clock_at: datetime | None = None,
) -> Called:
    """Call an election on a regulation. The file and its hash stay with the election.

    A live election has no clock of its own; a demo or rehearsal needs one (CHECK in the database). It begins
    with its zero report: the right kind of database, and in a live election no voter of an earlier one.
    """
    if by_slug(work.session, work.scope, slug) is not None:
        raise Refused(ELECTION_EXISTS, slug=slug)
    _demand_usable(load_bytes(regulation_toml, regulation_id), kind)
    taken = set(work.session.scalars(select(Election.code)))
    made = Election(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=uuid4(),
        slug=slug,
        code=next(code for code in iter(_random_code, None) if code not in taken),
        kind=kind.value,
        phase=Phase.CALLED.value,
        election_on=election_on,
        extract_on=extract_on,
        regulation_id=regulation_id,
        regulation_sha256=regulation_sha256,
        regulation_toml=regulation_toml,
        clock_at=clock_at,
        called_at=work.act.at,
    )
    work.session.add(made)
    work.session.flush()
    begin_with_nothing(work, made)
    work.note(election=str(made.id), kind=kind.value, regulation=regulation_id, sha256=regulation_sha256)
    return Called(made.id, slug)


def _demand_usable(regulation: Regulation, kind: Kind) -> None:
    """A regulation with a direct election and, for a live one, no mere draft."""
    if not regulation.has_direct_election:
        raise Refused(NO_DIRECT_ELECTION, regulation=regulation.id)
    state = regulation.basis.state
    if kind is Kind.LIVE and not state.is_unset and state.value is State.DRAFT:
        raise Refused(REGULATION_IS_DRAFT, regulation=regulation.id)


def _random_code() -> str:
    return "".join(secrets.choice(_CODE_ALPHABET) for _ in range(2))


@election_act("call.set_board")
def set_board(
    work: ElectionWork, chair: str, members: tuple[str, ...], appointed_by: str, appointed_on: date
) -> int:
    """Record the election board. Members who are not named any more leave; their rows stay.

    Returns the number of members. (KRVL § 13 borrowed; the regulation says who appoints.)
    """
    wanted = {chair: True} | {name: False for name in members if name != chair}
    for row in board(work.session, work.election):
        if wanted.get(row.name) == row.is_chair and row.appointed_by == appointed_by:
            wanted.pop(row.name)
        else:
            row.left_at = work.act.at
    for name, is_chair in wanted.items():
        work.session.add(
            BoardMember(
                municipality=work.scope.municipality,
                council=work.scope.council,
                id=uuid4(),
                election_id=work.election.id,
                name=name,
                is_chair=is_chair,
                appointed_by=appointed_by,
                appointed_on=appointed_on,
            )
        )
    work.session.flush()
    size = len(board(work.session, work.election))
    work.note(members=size)
    return size


@election_act("call.add_station")
def add_station(work: ElectionWork, name: str, districts: tuple[str, ...]) -> UUID:
    """Add a polling station for the named districts of the extract (`*`: all)."""
    number = len(stations(work.session, work.election)) + 1
    made = Station(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=uuid4(),
        election_id=work.election.id,
        code=f"{number:03d}",
        name=name,
        districts=list(districts),
    )
    work.session.add(made)
    work.note(station=str(made.id), code=made.code)
    return made.id


@election_act("call.count_together")
def count_together(work: ElectionWork, station_id: UUID, into_id: UUID) -> UUID:
    """Decide before the count that a small station's papers are mixed with another's. (KRVL § 70(4) borrowed)

    The neighbour is named beforehand; whether to mix is decided at closing, before the box is opened.
    """
    key = (work.scope.municipality, work.scope.council)
    source, into = (work.session.get(Station, (*key, which)) for which in (station_id, into_id))
    if (
        source is None
        or into is None
        or source.id == into.id
        or {source.election_id, into.election_id} != {work.election.id}
        or into.counted_with_id is not None
        or any(s.counted_with_id == source.id for s in stations(work.session, work.election))
    ):
        raise Refused(NOT_TWO_STATIONS)
    source.counted_with_id = into.id
    work.note(station=source.code, counted_with=into.code)
    return into.id


@election_act("call.move_clock")
def move_clock(work: ElectionWork, to: datetime) -> datetime:
    """Set the clock of a demo or rehearsal forward. Raises Refused in a live election."""
    if work.election.clock_at is None:
        raise Refused(CLOCK_IS_REAL)
    if to < work.election.clock_at:
        raise Refused(CLOCK_RUNS_FORWARD, clock=shown(work.election.clock_at))
    work.election.clock_at = to.astimezone(UTC)
    work.note(clock=to.astimezone(UTC).isoformat())
    return work.election.clock_at
