"""A centre with two stations and packages of the first one's laptop, for the tests of this room."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select

from election.alone.acts import MadePackage, make_package
from election.alone.journal import NAME
from election.alone.laptop import Laptop, start
from election.alone.package import kept
from election.alone.records import package_by_id
from election.alone.sealing import secrets_of
from election.alone.taking_over import HandedIn, hand_in
from election.call.records import election as read_election
from election.polling.acts import Admitted, AlreadyAdmitted, admit
from election.polling.conflicts import conflicts
from election.polling.records import PollingEvent, VoterMark
from election.roll.records import voters as voters_on
from registry.act import Installation
from tests.scenarios import Person, Played, call_koege, invented_cpr, polling, with_candidates, with_roll
from tests.snapshots import remembered

HERE = 0
NAMES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
THERE = 1


def two_stations(installation: Installation, voters: int = 12) -> Played:
    """Phase polling: every second voter belongs to the first station, the others to the second."""
    return remembered(("two_stations", voters), installation, lambda: _two_stations(installation, voters))


def _two_stations(installation: Installation, voters: int) -> Played:
    played = call_koege(installation, stations=2)
    rows = [
        Person(
            invented_cpr(n),
            NAMES[n % 26] * 2 + "ina",
            "Prøve" + NAMES[n // 26 % 26].lower(),
            district="Ellemarken" if n % 2 == 0 else "2",
            is_protected=n == 8,
        )
        for n in range(voters)
    ]
    with_roll(played, rows=rows)
    with_candidates(played, candidates=6)
    return polling(played)


def own_voters(played: Played, station: int = HERE) -> list[UUID]:
    with played.installation.database.read() as session:
        election = read_election(session, played.scope, played.election_id)
        return [one.id for one in voters_on(session, election) if one.station_id == played.stations[station]]


def make(
    played: Played, folder: Path, station: int = HERE, laptop: str = "Laptop 1", address: str = ""
) -> MadePackage:
    act = played.act("station_leader", second="election_administrator")
    return make_package(
        *played.by, act, played.election_id, played.stations[station], laptop, str(folder), address
    )


def start_laptop(
    played: Played, made: MadePackage, packages: Path, memory: Path, disk: Path, stick: Path | None = None
) -> Laptop:
    content = kept(packages, made.package_id)
    assert content is not None
    key = secrets_of(played.installation.keys.open(played.scope.municipality), made.package_id).key
    memory.mkdir(parents=True)
    return start(content, key, memory, disk / NAME, stick / NAME if stick else None)


def at_desk(laptop: Laptop, played: Played, entry: UUID, desk: str = "1") -> Admitted | AlreadyAdmitted:
    act = played.act("polling_official")
    return admit(laptop.installation, laptop.scope, act, played.election_id, laptop.head.station, desk, entry)


def deliver(played: Played, laptop: Laptop, after: int = 0, carried_by: str = "line") -> HandedIn:
    with played.installation.database.read() as session:
        package = package_by_id(session, laptop.head.package)
    assert package is not None
    return hand_in(played.installation, package, laptop.journal.sealed[after:], carried_by)


def marked(installation: Installation) -> set[UUID]:
    """Voters who stand as admitted."""
    with installation.database.read() as session:
        return set(session.scalars(select(VoterMark.entry_id).where(VoterMark.admitted_at.is_not(None))))


def admissions(installation: Installation, kind: str = "admit") -> int:
    """Events of one kind."""
    with installation.database.read() as session:
        return session.scalar(select(func.count()).where(PollingEvent.kind == kind)) or 0


def listed(played: Played) -> list[str]:
    """Kinds of the conflicts at the centre."""
    with played.installation.database.read() as session:
        return [one.kind for one in conflicts(session, read_election(session, played.scope, played.election_id))]
