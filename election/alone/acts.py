"""The acts around a station that works alone: its package, and at the centre the taking over of what it did."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import func, select

from election.alone import findings as say
from election.alone.contents import packed, rows_of
from election.alone.news import Change, apply
from election.alone.package import keep, package_file
from election.alone.records import (
    StationPackage,
    TakenOver,
    in_force,
    last_taken,
    lock,
    reached,
)
from election.alone.replaying import Outcome, replay
from election.alone.rules import Line, misfit
from election.alone.sealing import fingerprint, secrets_of
from election.ballots.acts import station_of
from election.call.gate import ElectionWork, election_act
from election.roll.records import RollEntry, roll_of
from election.staffing.acts import demand_duty
from registry.accounts.records import token_digest
from registry.findings import Refused


@dataclass(frozen=True, slots=True)
class MadePackage:
    """A package that lies ready: which one, and the fingerprint of its file (SHA-256, hex)."""

    package_id: UUID
    number: int
    sha256: str
    voters: int


@election_act("alone.make_package", needs_second=True)
def make_package(work: ElectionWork, station_id: UUID, laptop: str, folder: str, address: str) -> MadePackage:
    """Close a station's list up for one laptop; from now on that laptop is the station's server.

    `folder` is where the file is kept until it is fetched, `address` where the laptop hands over. What earlier
    laptops of the station have handed over is in it. (Regulation: the election is held whatever breaks)
    """
    station = station_of(work, station_id)
    work.writer = f"station/{station.code}"
    demand_duty(work, station)
    if not laptop.strip():
        raise Refused(say.LAPTOP_UNNAMED)
    _demand_ready(work, station.id, station.name)
    running = in_force(work.session, work.election, station.id)
    if running is not None:
        raise Refused(say.PACKAGE_IN_FORCE, station=station.name, laptop=running.laptop, number=running.number)
    rows = rows_of(work.session, work.election, station)
    package_id, number = work.new_id(), _next_number(work)
    using = secrets_of(work.keyring, package_id)
    content = package_file(work, station, package_id, number, laptop.strip(), address, packed(rows), using)
    made = MadePackage(package_id, number, fingerprint(content), len(rows["roll_entry"]))
    work.session.add(
        StationPackage(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=package_id,
            election_id=work.election.id,
            station_id=station.id,
            number=number,
            laptop=laptop.strip(),
            sha256=made.sha256,
            token_sha256=token_digest(using.token),
            voters=made.voters,
            made_at=work.act.at,
            by=work.act.actor,
            cosigned_by=work.act.second_actor,
            ended_at=None,
            ended_by=None,
            end_reason=None,
        )
    )
    keep(Path(folder), package_id, content)  # before the commit: a file without its row is of no use to anybody
    work.note(station=station.code, package=number, voters=made.voters, sha256=made.sha256)
    return made


@election_act("alone.fetch_file")
def fetch_file(work: ElectionWork, package_id: UUID) -> int:
    """Put on record who fetches the encrypted file of a package. Returns the package's number."""
    return _fetched(work, package_id).number


@election_act("alone.fetch_key")
def fetch_key(work: ElectionWork, package_id: UUID) -> int:
    """Put on record who fetches the sheet with a package's key: only the two who made it. Returns its number.

    With file and key anybody could read the station's list, or write its journal. Raises Refused R798.
    """
    package = _fetched(work, package_id)
    if work.act.actor not in (package.by, package.cosigned_by):
        raise Refused(say.KEY_OF_OTHERS, status=403)
    return package.number


@election_act("alone.list_parted")
def list_parted(work: ElectionWork, package_id: UUID, first: int, lines: int) -> int:
    """Put on record that two laptops went on from the same place, and that what only the second one has is listed.

    `first` is the line at which they part. Returns the package's number.
    (Regulation: every paper is accounted for)
    """
    package = _package(work, package_id)
    station = station_of(work, package.station_id)
    work.writer = f"station/{station.code}"
    demand_duty(work, station)
    work.note(station=station.code, package=package.number, first=first, lines=lines)
    return package.number


@election_act("alone.end_package", needs_reason=True)
def end_package(work: ElectionWork, package_id: UUID, lines_on_laptop: int | None) -> int:
    """The station works at the centre again, or on another laptop. Returns how many lines had arrived.

    `lines_on_laptop` is the number that the laptop shows; None where nobody can see it any more. What turns up
    later is taken over all the same.
    """
    package = _package(work, package_id)
    if package.ended_at is not None:
        raise Refused(say.PACKAGE_ENDED)
    station = station_of(work, package.station_id)
    work.writer = f"station/{station.code}"
    demand_duty(work, station)
    arrived = reached(work.session, package).lines
    if lines_on_laptop is not None and lines_on_laptop > arrived:
        raise Refused(say.LINES_MISSING, laptop=lines_on_laptop, centre=arrived)
    package.ended_at, package.ended_by = work.act.at, work.act.actor
    package.end_reason = work.act.reason
    work.note(station=station.code, package=package.number, lines=arrived, said=lines_on_laptop)
    return arrived


@election_act("alone.take_over", exclusive=False)
def take_over(work: ElectionWork, package_id: UUID, line: Line, sha256: str, carried_by: str) -> Outcome:
    """Do at the centre what a laptop has done, as the same person, at the same time, under the same request.

    Where the centre sees it differently, the difference is put on record and the paper stays handed out.
    (Regulation: every paper is accounted for)
    """
    package = _package(work, package_id)
    lock(work.session, package)
    last_seq, last_hash = last_taken(work.session, package)
    trouble = misfit(last_seq, last_hash, line.seq, line.prev)
    if trouble is not None:
        raise Refused.because(trouble)
    if line.about != work.election.id:
        raise Refused(say.OTHER_STATION_FILE)
    work.is_told_again = True
    keyring = work.keyring
    # A card made at the station was made with the laptop's keys.
    work.keyring = secrets_of(keyring, package.id).keyring(work.scope.municipality)
    outcome = replay(work, package, line)
    work.keyring = keyring
    work.session.add(
        TakenOver(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=uuid4(),
            election_id=work.election.id,
            package_id=package.id,
            seq=line.seq,
            request_id=line.request_id,
            act=line.act,
            outcome=outcome.value,
            carried_by=carried_by,
            line_sha256=sha256,
            at=work.act.at,
        )
    )
    work.note(package=package.number, line=line.seq, told=line.act, outcome=outcome.value, carried_by=carried_by)
    return outcome


@election_act("alone.take_news")
def take_news(work: ElectionWork, number: int, changes: tuple[Change, ...]) -> int:
    """On the laptop: bring its list up to what the centre has decided since. Returns how many rows changed."""
    done = apply(work.session, changes)
    work.note(news=number, changes=done)
    return done


def _demand_ready(work: ElectionWork, station_id: UUID, name: str) -> None:
    roll = roll_of(work.session, work.election)
    if roll is None or not roll.is_frozen:
        raise Refused(say.ROLL_NOT_READY)
    own = work.session.scalar(
        select(RollEntry.id)
        .where(
            RollEntry.municipality == work.scope.municipality,
            RollEntry.council == work.scope.council,
            RollEntry.station_id == station_id,
        )
        .limit(1)
    )
    if own is None:
        raise Refused(say.FREE_CHOICE, station=name)
    if work.election.ballot_order_settled_at is None:
        raise Refused(say.ROLL_NOT_READY)


def _next_number(work: ElectionWork) -> int:
    query = select(func.max(StationPackage.number)).where(
        StationPackage.municipality == work.scope.municipality,
        StationPackage.council == work.scope.council,
        StationPackage.election_id == work.election.id,
    )
    return (work.session.scalar(query) or 0) + 1


def _fetched(work: ElectionWork, package_id: UUID) -> StationPackage:
    """A package in force, of somebody's own station."""
    package = _package(work, package_id)
    station = station_of(work, package.station_id)
    work.writer = f"station/{station.code}"
    demand_duty(work, station)
    if package.ended_at is not None:
        raise Refused(say.PACKAGE_ENDED)
    work.note(station=station.code, package=package.number)
    return package


def _package(work: ElectionWork, package_id: UUID) -> StationPackage:
    found = work.session.get(StationPackage, (work.scope.municipality, work.scope.council, package_id))
    if found is None or found.election_id != work.election.id:
        raise Refused(say.NO_SUCH_PACKAGE, status=404)
    return found
