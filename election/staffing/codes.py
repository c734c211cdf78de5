"""Drawing one-day codes and PINs for two people to carry: kept of them are only fingerprints.

Each sheet waits for its own person in a file that is sealed for that person: the codes half an hour for the one
who pressed, the PINs a day for the second, until they are fetched. Neither person can read what the other carries.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from election.call.records import Election, Station
from election.poll_cards.part_files import folder_of, sealed_files
from election.staffing.acts import MadePass, fetch_codes, fetch_pins, made_before, make_passes
from election.staffing.records import passes_at
from election.staffing.rules import code_of
from registry.accounts.records import token_digest
from registry.accounts.rules import PIN_DIGITS
from registry.act import REQUEST_REUSED, Act, Installation
from registry.findings import Refused
from registry.sealed_files import FileDoesNotOpen


class Sheet(StrEnum):
    CODES = "codes"
    PINS = "pins"


WAITS = {Sheet.CODES: timedelta(minutes=30), Sheet.PINS: timedelta(hours=24)}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A code and its PIN, before anybody has seen them."""

    official_id: UUID
    code: str
    pin: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sheet at a station that waits for one person, line by line by official; `making` is the request."""

    which: Sheet
    making: UUID
    of: Mapping[UUID, str]


def draw(officials: Iterable[UUID]) -> list[Drawn]:
    return [
        Drawn(one, code_of(secrets.token_bytes(5)), f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}")
        for one in officials
    ]


def hashed(drawn: Iterable[Drawn], passwords: PasswordHasher) -> tuple[MadePass, ...]:
    """What is kept: the code's SHA-256, and the PIN as slow to try as a password."""
    return tuple(MadePass(one.official_id, token_digest(one.code), passwords.hash(one.pin)) for one in drawn)


def make(
    installation: Installation,
    election: Election,
    act: Act,
    station_id: UUID,
    people: Iterable[UUID],
    passwords: PasswordHasher,
) -> int:
    """Draw codes, put them on record by two, and lay each sheet where only its own person gets it. How many.

    Every drawing is another one: of a request that is sent again the first drawing stands.
    """
    drawn = draw(people)
    try:
        number = make_passes(installation, election.scope, act, election.id, station_id, hashed(drawn, passwords))
    except Refused as trouble:
        before = made_before(installation, election.scope, act) if trouble.kind is REQUEST_REUSED else None
        if before is None:
            raise
        return before
    assert act.second_actor is not None
    for which, owner in ((Sheet.CODES, act.actor), (Sheet.PINS, act.second_actor)):
        _lay_aside(installation, election, station_id, act.request_id, which, owner, drawn)
    return number


def waiting(
    installation: Installation, session: Session, election: Election, station: Station, owner: UUID, now: datetime
) -> list[Waiting]:
    """The sheets at a station that this person may fetch, of codes that nobody has ended.

    What is too old, whoever it is for, or of codes that are all ended, is removed on the way.
    """
    files, keyring = sealed_files(installation), installation.keys.open(election.municipality)
    held = {one.code_sha256.hex() for one in passes_at(session, election, station)}
    found = []
    for path in sorted(files.path(_folder(election, station.id)).glob("*/*")):
        try:
            which, making = Sheet(path.parent.name), UUID(path.name)
        except ValueError:  # not finished
            continue
        name = _name(election, station.id, which, making)
        if _is_old(path, which, now):
            files.remove(name)
        try:
            content = json.loads(files.read(keyring, name, _bound(which, making, owner)))
        except FileDoesNotOpen:  # another's, or gone
            continue
        of = {UUID(one): secret for digest, (one, secret) in content["of"].items() if digest in held}
        if of and now <= datetime.fromisoformat(content["until"]):
            found.append(Waiting(which, making, of))
        else:
            files.remove(name)
    return found


def take(installation: Installation, election: Election, act: Act, station_id: UUID, fetched: Waiting) -> None:
    """Put on record that a sheet is fetched. PINs nobody gets any more; codes may be printed again in their time.

    Raises Refused R796.
    """
    fetch = fetch_pins if fetched.which is Sheet.PINS else fetch_codes
    fetch(installation, election.scope, act, election.id, station_id, fetched.making, len(fetched.of))
    if fetched.which is Sheet.PINS:
        sealed_files(installation).remove(_name(election, station_id, fetched.which, fetched.making))


def _lay_aside(
    installation: Installation,
    election: Election,
    station_id: UUID,
    making: UUID,
    which: Sheet,
    owner: UUID,
    drawn: list[Drawn],
) -> None:
    content = {
        "until": (datetime.now(UTC) + WAITS[which]).isoformat(),
        "of": {
            token_digest(one.code).hex(): (str(one.official_id), one.pin if which is Sheet.PINS else one.code)
            for one in drawn
        },
    }
    keyring, name = installation.keys.open(election.municipality), _name(election, station_id, which, making)
    sealed_files(installation).write(keyring, name, _bound(which, making, owner), json.dumps(content).encode())


def _folder(election: Election, station_id: UUID) -> str:
    return f"{folder_of(election.scope, election.id)}/sheets/{station_id}"


def _name(election: Election, station_id: UUID, which: Sheet, making: UUID) -> str:
    return f"{_folder(election, station_id)}/{which.value}/{making}"


def _bound(which: Sheet, making: UUID, owner: UUID) -> str:
    """What the key of a file is made of: whose it is, so that it opens for nobody else."""
    return f"day_pass|{which.value}|{making}|{owner}"


def _is_old(path: Path, which: Sheet, now: datetime) -> bool:
    try:
        return now - datetime.fromtimestamp(path.stat().st_mtime, UTC) > WAITS[which]
    except FileNotFoundError:
        return False
