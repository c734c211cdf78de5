"""Drawing one-day codes and PINs for two people to carry: kept of them are only fingerprints.

The codes travel through the page of the person who pressed, sealed with the municipality's key for that person
alone and for half an hour. The PINs wait for the second person in a file that is sealed for that person, opens a
day at most, and is deleted when it is fetched. Neither person can read what the other carries.
"""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
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
from election.staffing import findings as say
from election.staffing.acts import MadePass, fetch_pins, make_passes
from election.staffing.records import passes_at
from election.staffing.rules import code_of
from registry.accounts.records import token_digest
from registry.accounts.rules import PIN_DIGITS
from registry.act import Act, Installation
from registry.findings import Refused
from registry.keys import Cell, Keyring, KeysUnavailable
from registry.sealed_files import FileDoesNotOpen

SHOWN_FOR = timedelta(minutes=30)
PINS_WAIT = timedelta(hours=24)


class Sheet(StrEnum):
    CODES = "codes"
    PINS = "pins"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A code and its PIN, before anybody has seen them."""

    official_id: UUID
    code: str
    pin: str


@dataclass(frozen=True, slots=True)
class Made:
    """How many codes were made, and the sealed content of the sheet of codes."""

    number: int
    codes: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """PINs at a station that wait for one person, by whose they are; `making` is the request that made them."""

    making: UUID
    pins: Mapping[UUID, str]


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
) -> Made:
    """Draw codes, put them on record by two, and lay each sheet where only its own person gets it."""
    drawn = draw(people)
    number = make_passes(installation, election.scope, act, election.id, station_id, hashed(drawn, passwords))
    keyring = installation.keys.open(election.municipality)
    _lay_aside(installation, keyring, election, act, station_id, drawn)
    return Made(number, sealed(keyring, station_id, act.actor, drawn, datetime.now(UTC)))


def sealed(keyring: Keyring, station_id: UUID, owner: UUID, drawn: Iterable[Drawn], now: datetime) -> str:
    """The content of the sheet of codes, to be carried by the page of the one who pressed."""
    of = {str(one.official_id): one.code for one in drawn}
    content = json.dumps({"until": (now + SHOWN_FOR).isoformat(), "owner": str(owner), "of": of})
    return urlsafe_b64encode(keyring.seal(content, _cell(station_id))).decode()


def opened(keyring: Keyring, station_id: UUID, owner: UUID, text: str, now: datetime) -> Mapping[UUID, str]:
    """What the sheet of codes shows, by official. Raises Refused R688: too late, another's, or no text of ours."""
    try:
        content = json.loads(keyring.unseal(urlsafe_b64decode(text.encode()), _cell(station_id)))
    except (KeysUnavailable, NotBase64, ValueError, IndexError) as error:
        raise Refused(say.SHEETS_OVER) from error
    if content["owner"] != str(owner) or now > datetime.fromisoformat(content["until"]):
        raise Refused(say.SHEETS_OVER)
    return {UUID(official): code for official, code in content["of"].items()}


def waiting(
    installation: Installation, session: Session, election: Election, station: Station, owner: UUID, now: datetime
) -> list[Waiting]:
    """The PINs at a station that this person may fetch, of codes that nobody has ended.

    What is too old, whoever it is for, or of codes that are all ended, is removed on the way.
    """
    files, keyring = sealed_files(installation), installation.keys.open(election.municipality)
    held = {one.code_sha256.hex() for one in passes_at(session, election, station)}
    found = []
    for path in sorted(files.path(_folder(election, station.id)).glob("*")):
        name = f"{_folder(election, station.id)}/{path.name}"
        if _is_old(path, now):
            files.remove(name)
        try:
            making = UUID(path.name)
            content = json.loads(files.read(keyring, name, _bound(making, owner)))
        except (FileDoesNotOpen, ValueError):  # another's, or not finished
            continue
        pins = {UUID(one): pin for digest, (one, pin) in content["of"].items() if digest in held}
        if pins and now <= datetime.fromisoformat(content["until"]):
            found.append(Waiting(making, pins))
        else:
            files.remove(name)
    return found


def take_pins(
    installation: Installation, election: Election, act: Act, station_id: UUID, fetched: Waiting
) -> Mapping[UUID, str]:
    """Put on record that these are fetched; from now on nobody gets them any more. Raises Refused R796."""
    fetch_pins(installation, election.scope, act, election.id, station_id, fetched.making, len(fetched.pins))
    sealed_files(installation).remove(_name(election, station_id, fetched.making))
    return fetched.pins


def _lay_aside(
    installation: Installation,
    keyring: Keyring,
    election: Election,
    act: Act,
    station_id: UUID,
    drawn: list[Drawn],
) -> None:
    assert act.second_actor is not None
    content = {
        "until": (datetime.now(UTC) + PINS_WAIT).isoformat(),
        "of": {token_digest(one.code).hex(): (str(one.official_id), one.pin) for one in drawn},
    }
    name, bound_to = _name(election, station_id, act.request_id), _bound(act.request_id, act.second_actor)
    sealed_files(installation).write(keyring, name, bound_to, json.dumps(content).encode())


def _cell(station_id: UUID) -> Cell:
    return Cell("day_pass", Sheet.CODES.value, station_id)


def _folder(election: Election, station_id: UUID) -> str:
    return f"{folder_of(election.scope, election.id)}/pins/{station_id}"


def _name(election: Election, station_id: UUID, making: UUID) -> str:
    return f"{_folder(election, station_id)}/{making}"


def _bound(making: UUID, owner: UUID) -> str:
    """What the key of a file is made of: whose it is, so that it opens for nobody else."""
    return f"day_pass|{making}|{owner}"


def _is_old(path: Path, now: datetime) -> bool:
    try:
        return now - datetime.fromtimestamp(path.stat().st_mtime, UTC) > PINS_WAIT
    except FileNotFoundError:
        return False
