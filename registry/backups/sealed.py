"""The file of a backup: written and read chunk by chunk, and refused where it is not exactly as it was written.

A line that names the format, the length of the header, the header as JSON, then chunks of at most 1 MiB, each
sealed with AES-256-GCM. The header, the place of the chunk and whether it is the last one are bound into every
chunk, so a file that was cut, lengthened, reordered or changed does not open.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"raadsvalg-backup/1\n"
CHUNK = 1024 * 1024
_LARGEST_HEADER = 64 * 1024
_NONCE_BYTES, _TAG_BYTES = 12, 16


class BackupError(Exception):
    """The backup is not made, not sound, or not put back. The Danish message says what happened and what to do."""


@dataclass(frozen=True, slots=True)
class Header:
    """What stands in clear before the sealed chunks: no name, no number, nothing of an election."""

    backup: UUID
    made_at: datetime
    engine: str
    schema: str
    purpose: str

    def as_bytes(self) -> bytes:
        return json.dumps(
            {
                "backup": str(self.backup),
                "made_at": self.made_at.isoformat(),
                "engine": self.engine,
                "schema": self.schema,
                "purpose": self.purpose,
            },
            sort_keys=True,
        ).encode()


def write_sealed(file: BinaryIO, header: Header, key: bytes, content: Iterable[bytes]) -> None:
    """Write the whole backup. The nonce is the chunk's number: the key is used for this one file only."""
    head = header.as_bytes()
    file.write(MAGIC + len(head).to_bytes(4, "big") + head)
    cipher, bound = AESGCM(key), hashlib.sha256(MAGIC + head).digest()
    number, waiting = 0, b""
    for part in content:
        waiting += part
        while len(waiting) > CHUNK:
            _write_chunk(file, cipher, bound, number, waiting[:CHUNK], is_last=False)
            number, waiting = number + 1, waiting[CHUNK:]
    _write_chunk(file, cipher, bound, number, waiting, is_last=True)


def _write_chunk(file: BinaryIO, cipher: AESGCM, bound: bytes, number: int, part: bytes, *, is_last: bool) -> None:
    sealed = cipher.encrypt(_nonce(number), part, bound + bytes([is_last]))
    file.write(bytes([is_last]) + len(sealed).to_bytes(4, "big") + sealed)


def _nonce(number: int) -> bytes:
    return number.to_bytes(_NONCE_BYTES, "big")


def read_header(file: BinaryIO) -> tuple[Header, bytes]:
    """The header and what every chunk is bound to. Raises BackupError for a file of another kind."""
    if file.read(len(MAGIC)) != MAGIC:
        raise BackupError("Filen er ikke en sikkerhedskopi fra dette program. Intet er ændret.")
    length = int.from_bytes(file.read(4), "big")
    head = file.read(min(length, _LARGEST_HEADER + 1))
    try:
        if len(head) != length:
            raise ValueError("cut")
        given = json.loads(head)
        header = Header(
            UUID(given["backup"]),
            datetime.fromisoformat(given["made_at"]),
            str(given["engine"]),
            str(given["schema"]),
            str(given["purpose"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError("Sikkerhedskopiens begyndelse er beskadiget. Intet er ændret.") from error
    return header, hashlib.sha256(MAGIC + head).digest()


def read_sealed(file: BinaryIO, bound: bytes, key: bytes) -> Iterator[bytes]:
    """The chunks in clear. Raises BackupError at the first that is not exactly as it was written."""
    cipher, number, is_last = AESGCM(key), 0, False
    while not is_last:
        frame = file.read(5)
        length = int.from_bytes(frame[1:], "big")
        if len(frame) < 5 or frame[0] > 1 or not _TAG_BYTES <= length <= CHUNK + _TAG_BYTES:
            raise BackupError("Sikkerhedskopien er skåret af eller beskadiget. Intet er ændret. Brug en anden.")
        is_last, sealed = bool(frame[0]), file.read(length)
        try:
            yield cipher.decrypt(_nonce(number), sealed, bound + frame[:1])
        except InvalidTag as error:
            raise BackupError(
                "Sikkerhedskopien er ændret eller beskadiget. Intet er ændret. Brug en anden."
            ) from error
        number += 1
    if file.read(1):
        raise BackupError("Der er føjet noget til sikkerhedskopien. Intet er ændret. Brug en anden.")
