"""Keys of a municipality: encryption, blind index and signing, each with a version, outside the database.

One folder per municipality holds `keys.json`, readable by its owner only. Whoever has the database without
the folder can read no CPR number and cannot look one up; whoever loses the folder loses the CPR numbers for
good (docs/keys.md says what still works then and what to do).

Every backup has a key of its own, a small file in `backups/`: a backup is destroyed by destroying its key,
wherever its copies lie.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12
_PURPOSES = ("encryption", "blind_index", "signing")


class KeysUnavailable(Exception):
    """The keys are missing or unreadable, or do not fit the data. The message says which and where."""


class KeyDestroyed(KeysUnavailable):
    """The key was there and was destroyed on purpose: nobody opens what it locked, ever again."""


@dataclass(frozen=True, slots=True)
class BackupKey:
    """The key of one backup; `key` is None once it was destroyed."""

    backup: UUID
    made_at: datetime
    key: bytes | None


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

    def seal_column(self, texts: Sequence[str], table: str, column: str, rows: Sequence[str]) -> list[bytes]:
        """`seal` for the cells of one column in many rows; the nonces come from one draw of the system."""
        version = self._encryption_version
        mark, encrypt = bytes([version]), self._ciphers[version].encrypt
        head, tail = f"{table}|{column}|", f"|{version}"
        drawn = secrets.token_bytes(_NONCE_BYTES * len(texts))
        nonces = [drawn[at : at + _NONCE_BYTES] for at in range(0, len(drawn), _NONCE_BYTES)]
        return [
            mark + nonce + encrypt(nonce, text.encode(), f"{head}{row}{tail}".encode())
            for nonce, text, row in zip(nonces, texts, rows, strict=True)
        ]

    def unseal_column(self, sealed: Sequence[bytes], table: str, column: str, rows: Sequence[str]) -> list[str]:
        """`unseal` for the cells of one column in many rows. Raises KeysUnavailable."""
        head, version = f"{table}|{column}|", self._encryption_version
        tail, decrypt, start = f"|{version}", self._ciphers[version].decrypt, 1 + _NONCE_BYTES
        try:
            return [
                decrypt(one[1:start], one[start:], f"{head}{row}{tail}".encode()).decode()
                if one[0] == version
                else self.unseal(one, Cell(table, column, UUID(row)))
                for one, row in zip(sealed, rows, strict=True)
            ]
        except InvalidTag as error:
            raise KeysUnavailable(f"a value in {table}.{column} does not open with its key") from error

    def signing_of(self, version: int) -> Ed25519PrivateKey:
        """The signing key of an earlier version. Raises KeysUnavailable."""
        if version not in self._signing:
            raise KeysUnavailable(f"signing key version {version} of {self.municipality} is missing")
        return self._signing[version]

    def blind_index(self, cpr: str) -> bytes:
        """A keyed fingerprint by which a CPR number is found without being readable."""
        return hmac.digest(self._index_key, b"cpr|" + cpr.encode(), "sha256")

    def blind_indexes(self, cprs: Sequence[str]) -> list[bytes]:
        """`blind_index` of many numbers."""
        key, digest = self._index_key, hmac.digest
        return [digest(key, b"cpr|" + cpr.encode(), "sha256") for cpr in cprs]

    def token(self, purpose: str, row: UUID) -> bytes:
        """128 bits that belong to one row and mean nothing without this key; always the same for the row."""
        return hmac.digest(self._index_key, f"token|{purpose}|{row}".encode(), "sha256")[:16]

    def file_key(self, bound_to: str) -> bytes:
        """The key of one sealed file; made of what the file is and of what must exist for it to be opened."""
        return hmac.digest(self._index_key, b"file|" + bound_to.encode(), "sha256")

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

    def make_backup_key(self, backup: UUID, made_at: datetime) -> bytes:
        """A fresh key for one backup, kept before the first byte of the backup is written."""
        key = secrets.token_bytes(32)
        path = self._backup_path(backup)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_privately(path, json.dumps({"made_at": made_at.isoformat(), "key": key.hex()}))
        return key

    def discard_backup_key(self, backup: UUID) -> None:
        """The backup was not made after all."""
        self._backup_path(backup).unlink(missing_ok=True)

    def backup_key(self, backup: UUID) -> bytes:
        """Raises KeyDestroyed, or KeysUnavailable where this folder never had the key."""
        found = _read_backup_key(self._backup_path(backup))
        if found is None:
            raise KeysUnavailable(f"no key of backup {backup} in {self.folder}")
        if found.key is None:
            raise KeyDestroyed(f"the key of backup {backup} was destroyed")
        return found.key

    def backup_keys(self) -> list[BackupKey]:
        """The key of every backup that was ever made with this folder, oldest first, destroyed ones too."""
        found = (_read_backup_key(path) for path in (self.folder / "backups").glob("*.json"))
        return sorted((one for one in found if one is not None), key=lambda one: (one.made_at, str(one.backup)))

    def destroy_backup_keys(self) -> int:
        """Destroy the key of every backup there is. Returns how many can never be opened again.

        The key is overwritten where it stands: whatever an interruption leaves of it opens nothing.
        """
        alive = [one for one in self.backup_keys() if one.key is not None]
        for one in alive:
            path = self._backup_path(one.backup)
            gone = json.dumps({"made_at": one.made_at.isoformat(), "key": ""})
            with path.open("r+b") as file:
                file.write(gone.encode().ljust(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
        return len(alive)

    def _backup_path(self, backup: UUID) -> Path:
        return self.folder / "backups" / f"{backup}.json"

    def _path(self, municipality: str) -> Path:
        return self.folder / municipality / "keys.json"


def _read_backup_key(path: Path) -> BackupKey | None:
    """None where there is no such file; a file that cannot be read any more is a destroyed key."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None
    try:
        content = json.loads(text)
        key = bytes.fromhex(content["key"])
        return BackupKey(
            UUID(path.stem), datetime.fromisoformat(content["made_at"]), key if len(key) == 32 else None
        )
    except (ValueError, TypeError, KeyError):
        changed_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return BackupKey(UUID(path.stem), changed_at, None)


def _write_privately(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
