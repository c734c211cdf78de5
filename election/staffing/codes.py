"""Drawing one-day codes and PINs. They are shown on two sheets for half an hour after they are made; kept are only
their fingerprints.

Between the page that makes them and the sheets they travel through the browser, sealed with the municipality's
key, codes and PINs apart: nothing that could be read is stored, and a page that is kept opens nothing later.
"""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from argon2 import PasswordHasher

from election.staffing import findings as say
from election.staffing.acts import MadePass
from election.staffing.rules import code_of
from registry.accounts.records import token_digest
from registry.accounts.rules import PIN_DIGITS
from registry.findings import Refused
from registry.keys import Cell, Keyring, KeysUnavailable

SHOWN_FOR = timedelta(minutes=30)


class Sheet(StrEnum):
    CODES = "codes"
    PINS = "pins"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A code and its PIN, before anybody has seen them."""

    official_id: UUID
    code: str
    pin: str


def draw(officials: Iterable[UUID]) -> list[Drawn]:
    return [
        Drawn(one, code_of(secrets.token_bytes(5)), f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}")
        for one in officials
    ]


def hashed(drawn: Iterable[Drawn], passwords: PasswordHasher) -> tuple[MadePass, ...]:
    """What is kept: the code's SHA-256, and the PIN as slow to try as a password."""
    return tuple(MadePass(one.official_id, token_digest(one.code), passwords.hash(one.pin)) for one in drawn)


def sealed(keyring: Keyring, station_id: UUID, drawn: Iterable[Drawn], now: datetime) -> dict[Sheet, str]:
    """Both sheets' contents, each for itself, to be carried by the page."""
    every, until = list(drawn), (now + SHOWN_FOR).isoformat()
    secret = {
        Sheet.CODES: {str(one.official_id): one.code for one in every},
        Sheet.PINS: {str(one.official_id): one.pin for one in every},
    }
    return {
        sheet: urlsafe_b64encode(
            keyring.seal(json.dumps({"until": until, "of": of}), Cell("day_pass", sheet.value, station_id))
        ).decode()
        for sheet, of in secret.items()
    }


def opened(keyring: Keyring, station_id: UUID, sheet: Sheet, text: str, now: datetime) -> Mapping[UUID, str]:
    """What one sheet shows, by official. Raises Refused R688: too late, or not a text of ours."""
    try:
        content = json.loads(
            keyring.unseal(urlsafe_b64decode(text.encode()), Cell("day_pass", sheet.value, station_id))
        )
    except (KeysUnavailable, NotBase64, ValueError, IndexError) as error:
        raise Refused(say.SHEETS_OVER) from error
    if now > datetime.fromisoformat(content["until"]):
        raise Refused(say.SHEETS_OVER)
    return {UUID(official): secret for official, secret in content["of"].items()}
