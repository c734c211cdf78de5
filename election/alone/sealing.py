"""How what travels between centre and laptop is closed: encrypted with the package's key, signed by the centre.

One key of 128 bits stands on the sheet of a package. Everything else follows from it: the key of the file, of the
journal and of the news, the token for handing over, and what the cards made at the station are derived from. The
centre can make the key again from its own keys and the package's id, so it is stored nowhere.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from election.alone.findings import LINE_UNREADABLE, NOT_A_PACKAGE, WRONG_KEY
from election.alone.rules import line_hash
from registry.findings import Refused
from registry.keys import Keyring

_MARK = b"RAADSVALG-STATION-1"
_NONCE_BYTES, _SIGNATURE_BYTES = 12, 64


@dataclass(frozen=True, slots=True)
class Secrets:
    """What follows from the key of one package."""

    package: UUID
    key: bytes

    def of(self, purpose: str) -> bytes:
        """32 bytes for one purpose."""
        derived = HKDF(hashes.SHA256(), 32, salt=self.package.bytes, info=purpose.encode())
        return derived.derive(self.key)

    @property
    def token(self) -> str:
        return self.of("token").hex()

    def keyring(self, municipality: str) -> Keyring:
        """The keys of the laptop: no CPR number was ever sealed or indexed with them."""
        return Keyring(municipality, self.key_content())

    def key_content(self) -> dict[str, dict[int, bytes]]:
        return {
            "encryption": {1: self.of("encryption")},
            "blind_index": {1: self.of("cards")},
            "signing": {1: self.of("signing")},
        }


def secrets_of(keyring: Keyring, package: UUID) -> Secrets:
    """At the centre: the key of a package, made again."""
    return Secrets(package, keyring.token("station_package", package))


def public_key(keyring: Keyring) -> str:
    return keyring.signing.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


@dataclass(frozen=True, slots=True)
class Head:
    """What stands in clear at the top of a package: nothing about a voter."""

    package: UUID
    number: int
    municipality: str
    council: str
    election: UUID
    slug: str
    title: str
    station: UUID
    station_code: str
    station_name: str
    laptop: str
    made_by: UUID
    made_at: datetime
    expires_at: datetime
    address: str
    """Where the centre is; empty: by stick only."""
    public_key: str
    program: str

    def in_clear(self) -> dict[str, Any]:
        return {name: _plain(getattr(self, name)) for name in self.__slots__}

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> Head:
        kinds = {"UUID": UUID, "datetime": datetime.fromisoformat, "int": int, "str": str}
        return cls(**{name: kinds[str(kind)](content[name]) for name, kind in cls.__annotations__.items()})  # type: ignore[operator]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, UUID) else value


def close(head: Head, content: bytes, using: Secrets, signing: Ed25519PrivateKey) -> bytes:
    """A whole package."""
    clear = json.dumps(head.in_clear(), sort_keys=True, ensure_ascii=False).encode()
    body = clear + b"\n" + _encrypted(using.of("package"), content, clear)
    return _MARK + b"\n" + signing.sign(_MARK + body) + body


def head_of(package: bytes) -> Head:
    """The head of a package whose signature is that of the key it names. Raises Refused R775."""
    return _taken_apart(package)[0]


def open_up(package: bytes, key: bytes) -> tuple[Head, bytes, Secrets]:
    """Head, content and what follows from the key. Raises Refused R774 (key), R775 (file)."""
    head, clear, sealed = _taken_apart(package)
    using = Secrets(head.package, key)
    try:
        return head, _decrypted(using.of("package"), sealed, clear), using
    except InvalidTag as error:
        raise Refused(WRONG_KEY) from error


def _taken_apart(package: bytes) -> tuple[Head, bytes, bytes]:
    start = len(_MARK) + 1
    try:
        if not package.startswith(_MARK + b"\n"):
            raise Refused(NOT_A_PACKAGE)
        signature, body = package[start : start + _SIGNATURE_BYTES], package[start + _SIGNATURE_BYTES :]
        clear, sealed = body.split(b"\n", 1)
        head = Head.read(json.loads(clear))
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(head.public_key)).verify(signature, _MARK + body)
    except (ValueError, KeyError, TypeError, InvalidSignature) as error:
        raise Refused(NOT_A_PACKAGE) from error
    return head, clear, sealed


def fingerprint(package: bytes) -> str:
    """SHA-256 of the whole file, hex: the first line of the journal points back to it."""
    return hashlib.sha256(package).hexdigest()


def close_news(content: bytes, using: Secrets, signing: Ed25519PrivateKey) -> bytes:
    sealed = _encrypted(using.of("news"), content, using.package.bytes)
    return signing.sign(using.package.bytes + sealed) + sealed


def open_news(news: bytes, using: Secrets, key: str) -> bytes:
    """Raises Refused R775 where it was not closed by the centre for this package."""
    signature, sealed = news[:_SIGNATURE_BYTES], news[_SIGNATURE_BYTES:]
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, using.package.bytes + sealed)
        return _decrypted(using.of("news"), sealed, using.package.bytes)
    except (InvalidSignature, InvalidTag, ValueError) as error:
        raise Refused(NOT_A_PACKAGE) from error


class LineSeal:
    """Closes the lines of one journal. The nonce is drawn for each: a counter would come twice where a line was
    taken back, or where two laptops went on from the same stick. The counter is bound to the line instead."""

    def __init__(self, using: Secrets) -> None:
        self.package = using.package
        self._key = using.of("journal")

    def close(self, seq: int, plain: bytes) -> bytes:
        return b"%d " % seq + b64encode(_encrypted(self._key, plain, self._bound(seq))) + b"\n"

    def open(self, line: bytes) -> tuple[int, bytes, str]:
        """Counter, content and SHA-256. Raises Refused R769."""
        seq = 0
        try:
            number, sealed = line.strip().split(b" ", 1)
            seq = int(number)
            plain = _decrypted(self._key, b64decode(sealed, validate=True), self._bound(seq))
        except (ValueError, InvalidTag) as error:
            raise Refused(LINE_UNREADABLE, given=seq) from error
        return seq, plain, line_hash(plain)

    def _bound(self, seq: int) -> bytes:
        return b"%s|%d" % (self.package.bytes, seq)


def _encrypted(key: bytes, content: bytes, bound_to: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, bound_to)


def _decrypted(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to)
