"""Keys of a municipality: encryption, blind index and signing, each with a version, outside the database.

One folder per municipality holds `keys.json`, readable by its owner only. Whoever has the database without
the folder can read no CPR number and cannot look one up; whoever loses the folder loses the CPR numbers for
good (docs/keys.md says what still works then and what to do).
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12
_PURPOSES = ("encryption", "blind_index", "signing")


class KeysUnavailable(Exception):
    """The keys are missing or unreadable, or do not fit the data. The message says which and where."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The one place a sealed value belongs to; a value moved to another cell does not open."""

    table: str
    column: str
    row: UUID

    def bound_to(self, key_version: int) -> bytes:
        return f"{self.table}|{self.column}|{self.row}|{key_version}".encode()


class Keyring:
    """The keys of one municipality. New values use the highest version; old versions still open."""

    def __init__(self, municipality: str, keys: Mapping[str, Mapping[int, bytes]]) -> None:
        self.municipality = municipality
        self._ciphers = {version: AESGCM(key) for version, key in keys["encryption"].items()}
        self._encryption_version = max(self._ciphers)
        self._index_key = keys["blind_index"][max(keys["blind_index"])]
        self.signing_version = max(keys["signing"])
        self._signing = {v: Ed25519PrivateKey.from_private_bytes(key) for v, key in keys["signing"].items()}
        self.signing = self._signing[self.signing_version]

    def seal(self, text: str, cell: Cell) -> bytes:
        """Encrypt with AES-256-GCM, bound to `cell`: version byte, nonce, ciphertext."""
        version = self._encryption_version
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._ciphers[version].encrypt(nonce, text.encode(), cell.bound_to(version))
        return bytes([version]) + nonce + sealed

    def unseal(self, sealed: bytes, cell: Cell) -> str:
        """Raises KeysUnavailable when the key is gone or the value was moved or changed."""
        version = sealed[0]
        if version not in self._ciphers:
            raise KeysUnavailable(f"encryption key version {version} of {self.municipality} is missing")
        nonce, rest = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._ciphers[version].decrypt(nonce, rest, cell.bound_to(version)).decode()
        except InvalidTag as error:
            raise KeysUnavailable(f"a value in {cell.table}.{cell.column} does not open with its key") from error

    def signing_of(self, version: int) -> Ed25519PrivateKey:
        """The signing key of an earlier version. Raises KeysUnavailable."""
        if version not in self._signing:
            raise KeysUnavailable(f"signing key version {version} of {self.municipality} is missing")
        return self._signing[version]

    def blind_index(self, cpr: str) -> bytes:
        """A keyed fingerprint by which a CPR number is found without being readable."""
        return hmac.digest(self._index_key, b"cpr|" + cpr.encode(), "sha256")

    def token(self, purpose: str, row: UUID) -> bytes:
        """128 bits that belong to one row and mean nothing without this key; always the same for the row."""
        return hmac.digest(self._index_key, f"token|{purpose}|{row}".encode(), "sha256")[:16]

    def fingerprint(self, text: str) -> bytes:
        """A keyed fingerprint of a row's content, to see that it changed without keeping it."""
        return hmac.digest(self._index_key, b"row|" + text.encode(), "sha256")


class KeyFolder:
    """The folder with one sub-folder of keys per municipality."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._opened: dict[str, Keyring] = {}

    def create(self, municipality: str) -> Keyring:
        """Make the first version of all keys; an existing file is left alone and opened."""
        path = self._path(municipality)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            content = {purpose: {"1": b64encode(secrets.token_bytes(32)).decode()} for purpose in _PURPOSES}
            _write_privately(path, json.dumps(content, indent=1))
        return self.open(municipality)

    def open(self, municipality: str) -> Keyring:
        """The keyring of a municipality. Raises KeysUnavailable."""
        if municipality not in self._opened:
            path = self._path(municipality)
            try:
                content = json.loads(path.read_text(encoding="utf-8"))
                keys = {
                    purpose: {int(version): b64decode(key) for version, key in content[purpose].items()}
                    for purpose in _PURPOSES
                }
                self._opened[municipality] = Keyring(municipality, keys)
            except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
                raise KeysUnavailable(f"the keys of municipality {municipality} cannot be read: {path}") from error
        return self._opened[municipality]

    def cookie_secret(self) -> bytes:
        """The secret that signs session cookies; made at the first start."""
        path = self.folder / "cookie.secret"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write_privately(path, secrets.token_hex(32))
        return bytes.fromhex(path.read_text(encoding="utf-8").strip())

    def _path(self, municipality: str) -> Path:
        return self.folder / municipality / "keys.json"


def _write_privately(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
