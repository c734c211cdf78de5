"""What a station without a line goes by: its lines, its fingerprints, what its screens say, and what differs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from election.alone.findings import CHAIN_BROKEN, GAP
from election.poll_cards.rules import ALPHABET, numbered_code
from registry.findings import Fact, Finding, Term

LARGEST_SKEW = timedelta(seconds=30)
HOLDS_AFTER = timedelta(hours=36)
"""How long a package opens after midnight before election day: the day, its count and a morning after."""
_KEY_BITS, _KEY_SYMBOLS, _KEY_CHECKS, _FOUR = 128, 26, 2, 4
_FINGERPRINT_SYMBOLS = 20
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def in_fours(text: str) -> tuple[str, ...]:
    """A long code in groups that are read aloud one at a time."""
    return tuple(text[start : start + _FOUR] for start in range(0, len(text), _FOUR))


def fingerprint_of(sha256_hex: str) -> tuple[str, ...]:
    """The first 100 bits of a SHA-256 as five groups of the card's alphabet, to be compared by eye."""
    number = int(sha256_hex, 16) >> 256 - 5 * _FINGERPRINT_SYMBOLS
    return in_fours(numbered_code(number, _FINGERPRINT_SYMBOLS))


def key_text(key: bytes) -> tuple[str, ...]:
    """A key of 128 bits in seven groups, the last two symbols to catch a slip of the hand."""
    if len(key) * 8 != _KEY_BITS:
        raise ValueError(f"a package key has {_KEY_BITS} bits")
    return in_fours(numbered_code(int.from_bytes(key, "big"), _KEY_SYMBOLS) + _key_checks(key))


def read_key(typed: str) -> bytes | None:
    """The key that was typed or scanned, with or without spaces; None when it is none."""
    plain = "".join(sign for sign in typed.upper() if sign.isalnum()).translate(_READ_AS)
    if len(plain) != _KEY_SYMBOLS + _KEY_CHECKS or any(sign not in ALPHABET for sign in plain):
        return None
    number = 0
    for sign in plain[:_KEY_SYMBOLS]:
        number = number * 32 + ALPHABET.index(sign)
    if number >= 1 << _KEY_BITS:
        return None
    key = number.to_bytes(_KEY_BITS // 8, "big")
    return key if plain[_KEY_SYMBOLS:] == _key_checks(key) else None


def _key_checks(key: bytes) -> str:
    digest = hashlib.sha256(b"package key|" + key).digest()
    return numbered_code(int.from_bytes(digest[:2], "big") >> 16 - 5 * _KEY_CHECKS, _KEY_CHECKS)


@dataclass(frozen=True, slots=True)
class Line:
    """One act of a laptop. `seq` orders; `at` is only shown. `prev` is the SHA-256 of the line before (hex)."""

    seq: int
    prev: str
    place: str
    """Of the function that did it."""
    act: str
    actor: UUID
    role: str
    at: datetime
    request_id: UUID
    reason: str
    second: UUID | None
    draw: UUID
    about: UUID
    args: list[Any]
    kwargs: dict[str, Any]
    answer: Any
    known: dict[str, Any] = field(default_factory=dict)
    """What the laptop knew of the voter: the card that held, and when the mark was set."""
    clock: str = ""
    """The laptop's own clock, as it was."""


def line_bytes(content: Mapping[str, Any]) -> bytes:
    """A line as it is hashed and sealed: the same content always gives the same bytes."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def line_hash(plain: bytes) -> str:
    return hashlib.sha256(plain).hexdigest()


def misfit(last_seq: int, last_hash: str, seq: int, prev: str) -> Finding | None:
    """Why a line cannot come next. What the centre has already is not asked about here."""
    if seq != last_seq + 1:
        return Finding(GAP, {"last": last_seq, "given": seq, "expected": last_seq + 1})
    if prev != last_hash:
        return Finding(CHAIN_BROKEN, {"given": seq})
    return None


class Link(StrEnum):
    """How a laptop stands to the centre."""

    ALONE = "alone"
    CONNECTED = "connected"
    INTERRUPTED = "interrupted"
    OTHER_ELECTION = "other_election"
    MISMATCH = "mismatch"
    WITHOUT = "without"
    """It was given no address: everything goes by stick."""


@dataclass(frozen=True, slots=True)
class LaptopState:
    """What a laptop knows of the centre now. Instants are the laptop's."""

    link: Link
    unsent: int
    heard_at: datetime | None = None
    alone_since: datetime | None = None
    trouble: str = ""
    """What the centre said, in words."""
    skew: timedelta | None = None
    """How far the laptop's clock is ahead of the centre's."""
    news_number: int = 0


CONNECTED = Term("Forbundet med centralen, sidst kl. %(heard)s")
ALONE = Term("Alene siden kl. %(since)s")
WITHOUT_LINE = Term("Uden linje")
INTERRUPTED = Term("Afbrudt: %(trouble)s")
OTHER_ELECTION = Term("Andet valg: centralen kender ikke denne pakke")
MISMATCH = Term("Passer ikke sammen: %(trouble)s")
CLOCK_IS_WRONG = Term("Laptoppens ur går %(seconds)s sekunder forkert i forhold til centralen. Stil uret.")
_SENTENCES = {
    Link.CONNECTED: CONNECTED,
    Link.ALONE: ALONE,
    Link.INTERRUPTED: INTERRUPTED,
    Link.OTHER_ELECTION: OTHER_ELECTION,
    Link.MISMATCH: MISMATCH,
    Link.WITHOUT: WITHOUT_LINE,
}


def sentence_of(state: LaptopState, heard: str, since: str) -> tuple[Term, dict[str, Fact]]:
    """The one line that stands on every screen of the laptop, with its facts; clock times are handed in.

    How many acts are not handed over follows it, in the reader's own plural.
    """
    return _SENTENCES[state.link], {"heard": heard, "since": since, "trouble": state.trouble}


def is_skewed(skew: timedelta | None) -> bool:
    """More than half a minute: lines are in order all the same, but times on paper would mislead."""
    return skew is not None and abs(skew) > LARGEST_SKEW


class Difference(StrEnum):
    """What the centre sees otherwise than the laptop did; the values are those of `polling.ConflictKind`."""

    DOUBLE = "double"
    REPLACED_CARD = "replaced_card"
    MOVED = "moved"
    STRUCK = "struck"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Seen:
    """A voter whom a laptop admitted, as the centre has them."""

    is_on_roll: bool
    is_voter: bool
    station: UUID | None
    has_paper: bool
    """Marked before this line came: at a table or by post."""
    card: UUID | None
    """The card that holds at the centre."""


def difference(seen: Seen, at_station: UUID, card_known: UUID | None) -> Difference | None:
    """Why an admission must be looked at by people; None when both sides agree. The gravest is named.

    The paper was handed out whatever is found here: it counts as handed out. (Regulation: nobody votes twice)
    """
    if not seen.is_on_roll:
        return Difference.UNKNOWN
    if seen.has_paper:
        return Difference.DOUBLE
    if not seen.is_voter:
        return Difference.STRUCK
    if seen.station is not None and seen.station != at_station:
        return Difference.MOVED
    if seen.card != card_known:
        return Difference.REPLACED_CARD
    return None


def expires_at(made_at: datetime, midnight_before: datetime, *, is_live: bool) -> datetime:
    """When a package stops opening. A demo's day may be years ago: its package holds from when it was made."""
    return (midnight_before if is_live else made_at) + HOLDS_AFTER


def is_too_early(today: date, election_on: date) -> bool:
    """Before election day a laptop registers nothing, whatever is pressed. (KRVL § 52 borrowed)"""
    return today < election_on
