"""The file of a package: made at the centre, kept until it is fetched, opened on the laptop."""

from __future__ import annotations

import os
from datetime import UTC, datetime, time
from pathlib import Path
from uuid import UUID

from election.alone.findings import PACKAGE_EXPIRED
from election.alone.rules import expires_at
from election.alone.sealing import Head, Secrets, close, open_up, public_key
from election.call.clock import shown
from election.call.gate import ElectionWork
from election.call.records import Election, Station
from registry.findings import Refused
from registry.program import program_version
from registry.regulation.calendar import local_instant

SUFFIX = ".stationspakke"


def package_file(
    work: ElectionWork,
    station: Station,
    package_id: UUID,
    number: int,
    laptop: str,
    address: str,
    content: bytes,
    using: Secrets,
) -> bytes:
    """The bytes of the file. How long it opens goes by the clock on the wall, also for a demo."""
    election, made_at = work.election, datetime.now(UTC)
    head = Head(
        package=package_id,
        number=number,
        municipality=election.municipality,
        council=election.council,
        election=election.id,
        slug=election.slug,
        title=f"{election.regulation.council.name.value}, {election.election_on:%d.%m.%Y}",
        station=station.id,
        station_code=station.code,
        station_name=station.name,
        laptop=laptop,
        made_by=work.act.actor,
        made_at=made_at,
        expires_at=end_of(election, made_at),
        address=address.rstrip("/"),
        public_key=public_key(work.keyring),
        program=program_version(),
    )
    return close(head, content, using, work.keyring.signing)


def end_of(election: Election, made_at: datetime) -> datetime:
    """When a package of this election stops opening and learns no more news."""
    return expires_at(made_at, local_instant(election.election_on, time()), is_live=election.is_live)


def keep(folder: Path, package_id: UUID, content: bytes) -> None:
    """Write the file whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{package_id}{SUFFIX}"
    with path.with_suffix(".new").open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    path.with_suffix(".new").replace(path)


def drop(folder: Path, package_id: UUID) -> None:
    """The package has ended: nobody fetches it any more."""
    (folder / f"{package_id}{SUFFIX}").unlink(missing_ok=True)


def kept(folder: Path, package_id: UUID) -> bytes | None:
    path = folder / f"{package_id}{SUFFIX}"
    return path.read_bytes() if path.exists() else None


def opened(package: bytes, key: bytes, now: datetime) -> tuple[Head, bytes, Secrets]:
    """On the laptop. `now` is the clock on the wall. Raises Refused R774, R775, R776."""
    head, content, using = open_up(package, key)
    if now > head.expires_at:
        raise Refused(PACKAGE_EXPIRED, at=shown(head.expires_at))
    return head, content, using
