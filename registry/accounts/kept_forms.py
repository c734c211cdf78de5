"""A form that came too late: what was typed travels, sealed, through the sign-in page, and is sent again by hand.

Nothing is stored. The page carries the fields encrypted for the one who was signed in; only that person gets them
back, to look at and to send. Passwords are not carried: what two people sign is signed anew.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.accounts.records import SignIn, token_digest
from registry.keys import Cell, KeyFolder, KeysUnavailable

KEPT_FOR = timedelta(hours=12)
LARGEST = 200_000
"""Characters in all fields: a tally has some thousands. What is larger is typed again."""
_NEVER = ("password", "csrf_token")
_PIN = "pin"


@dataclass(frozen=True, slots=True)
class KeptForm:
    """Where the form belongs, and its fields in their order."""

    path: str
    fields: tuple[tuple[str, str], ...]
    asked_for_passwords: bool


def seal(
    session: Session,
    keys: KeyFolder,
    token: str,
    path: str,
    fields: Iterable[tuple[str, str]],
    now: datetime,
) -> str | None:
    """The fields for whoever was signed in by this token; None where nobody was, or there is nothing to carry."""
    was = session.execute(
        select(SignIn.municipality, SignIn.official_id).where(SignIn.token_sha256 == token_digest(token))
    ).first()
    typed = list(fields)
    if was is None or not typed or sum(len(name) + len(text) for name, text in typed) > LARGEST:
        return None
    kept = [(name, text) for name, text in typed if not _is_secret(name)]
    is_signed = any(_is_secret(name) and "csrf" not in name for name, _ in typed)
    content = json.dumps(
        {"until": (now + KEPT_FOR).isoformat(), "path": path, "fields": kept, "is_signed": is_signed}
    )
    try:
        sealed = keys.open(was.municipality).seal(content, _cell(was.official_id))
    except KeysUnavailable:
        return None
    return urlsafe_b64encode(sealed).decode()


def unseal(keys: KeyFolder, municipality: str, official_id: UUID, text: str, now: datetime) -> KeptForm | None:
    """The form again; None where it is another person's, too old, or none of ours."""
    try:
        sealed = urlsafe_b64decode(text.encode())
        content = json.loads(keys.open(municipality).unseal(sealed, _cell(official_id)))
    except (KeysUnavailable, NotBase64, ValueError, IndexError):
        return None
    if now > datetime.fromisoformat(content["until"]):
        return None
    fields = tuple((str(name), str(value)) for name, value in content["fields"])
    return KeptForm(str(content["path"]), fields, bool(content["is_signed"]))


def _is_secret(name: str) -> bool:
    return name == _PIN or any(one in name for one in _NEVER)


def _cell(official_id: UUID) -> Cell:
    return Cell("sign_in", "kept_form", official_id)
