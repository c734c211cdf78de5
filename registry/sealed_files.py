"""Files that hold voters: on disk only as ciphertext, each under a key of its own.

The key is made of the municipality's keys and of what the file is bound to. Whoever binds a file to a row that a
destruction deletes makes every copy of the file unreadable with that row, wherever the copy lies.

What lies here can be made again, so it needs no backup; the folder is marked for the programs that take one.
"""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from registry.keys import Keyring

_NONCE_BYTES = 12
_UNFINISHED = ".unfinished"
_MARK = "CACHEDIR.TAG"
_MARK_TEXT = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# Sealed poll cards: can be made again, must not be kept. (https://bford.info/cachedir/)\n"
)


class FileDoesNotOpen(Exception):
    """The file is gone, was changed or moved, or belongs to rows that were destroyed."""


class SealedFiles:
    """A folder of sealed files, named by relative paths like `0259/…/0001.pdf`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, keyring: Keyring, name: str, bound_to: str, content: bytes) -> None:
        """Seal `content` (AES-256-GCM) and put it in its place whole, or not at all."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = AESGCM(keyring.file_key(bound_to)).encrypt(nonce, content, name.encode())
        unfinished = self.begin(name)
        try:
            unfinished.write_bytes(nonce + sealed)
            self.finish(unfinished, name)
        finally:
            unfinished.unlink(missing_ok=True)

    def read(self, keyring: Keyring, name: str, bound_to: str) -> bytes:
        """What was sealed under this name. Raises FileDoesNotOpen."""
        try:
            found = self.path(name).read_bytes()
            nonce, sealed = found[:_NONCE_BYTES], found[_NONCE_BYTES:]
            return AESGCM(keyring.file_key(bound_to)).decrypt(nonce, sealed, name.encode())
        except (OSError, ValueError, InvalidTag) as error:
            raise FileDoesNotOpen(name) from error

    def path(self, name: str) -> Path:
        return self.folder / name

    def has(self, name: str) -> bool:
        return self.path(name).is_file()

    def begin(self, name: str) -> Path:
        """An empty file, readable by its owner only, beside the place of `name`; for what is written in pieces."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        mark = self.folder / _MARK
        if not mark.exists():
            mark.write_text(_MARK_TEXT, encoding="ascii")
        unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}{_UNFINISHED}")
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        return unfinished

    def finish(self, unfinished: Path, name: str) -> None:
        """On the disk first, then under its name."""
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.replace(self.path(name))

    def remove(self, name: str) -> None:
        """A file, or a folder with everything in it; nothing when it is gone already. Raises OSError."""
        path = self.path(name)
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)

    def keep_only(self, folder: str, names: set[str]) -> None:
        """Remove what an interruption left in a folder: files that no row knows."""
        for path in self.path(folder).glob("*"):
            if path.name not in names:
                path.unlink(missing_ok=True)
