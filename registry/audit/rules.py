"""How an entry is written and how a chain is checked. Bytes are hashed as stored, never re-encoded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

NO_ENTRY = bytes(32)
"""What the first entry of a chain points back to."""


@dataclass(frozen=True, slots=True)
class Link:
    """One stored entry of a chain."""

    writer: str
    seq: int
    prev: bytes
    body: bytes
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What checking a chain found. `first_bad` is the sequence number of the first entry that is wrong."""

    writer: str
    entries: int
    head: bytes
    first_bad: int | None = None
    trouble: str = ""


def canonical(content: Mapping[str, object]) -> bytes:
    """JSON with sorted keys and no spaces: the same content always gives the same bytes."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def leaf_hash(writer: str, seq: int, prev: bytes, body: bytes) -> bytes:
    """SHA-256 over the leaf prefix 0x00 and everything the entry stands for (RFC 9162, section 2.1)."""
    place = canonical({"writer": writer, "seq": seq, "prev": prev.hex()})
    return hashlib.sha256(b"\x00" + len(place).to_bytes(4, "big") + place + body).digest()


def commitment(salt: bytes, text: str) -> str:
    """A salted fingerprint of a text that is kept, and can be erased, outside the log."""
    return hashlib.sha256(salt + text.encode()).hexdigest()


def check_chain(writer: str, links: Iterable[Link]) -> ChainReport:
    """Follow one chain from its first entry. A chain whose tail was cut looks whole: only a head kept
    outside the database (printed on paper) shows that."""
    expected_seq, prev = 1, NO_ENTRY
    for link in links:
        if link.seq != expected_seq:
            return ChainReport(writer, expected_seq - 1, prev, expected_seq, "missing or out of order")
        if link.prev != prev:
            return ChainReport(writer, expected_seq - 1, prev, link.seq, "does not follow the entry before")
        if leaf_hash(writer, link.seq, link.prev, link.body) != link.leaf_hash:
            return ChainReport(writer, expected_seq - 1, prev, link.seq, "content was changed")
        prev, expected_seq = link.leaf_hash, expected_seq + 1
    return ChainReport(writer, expected_seq - 1, prev)
