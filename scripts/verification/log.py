"""The chains of the log: every entry follows the one before, and the last one is the head that was signed."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from .trouble import demand

_NO_ENTRY = "0" * 64


def check_chain(head: Any, entries: list[Any]) -> int:
    """How many entries are withheld. (Leaf hash as in RFC 9162, section 2.1: SHA-256 over 0x00, place, body)"""
    writer, prev, withheld = head["writer"], _NO_ENTRY, 0
    for seq, entry in enumerate(entries, start=1):
        demand(entry["seq"] == seq and entry["prev"] == prev, "broken_chain", writer=writer, seq=seq)
        if "body" in entry:
            own = _leaf(writer, seq, prev, entry["body"].encode())
            demand(own == entry["leaf_hash"], "broken_chain", writer=writer, seq=seq)
        else:
            demand(entry["withheld"] == "small-count", "broken_chain", writer=writer, seq=seq)
            withheld += 1
        prev = entry["leaf_hash"]
    ends = len(entries) == head["seq"] and prev == head["hash"]
    demand(ends, "broken_chain", writer=writer, seq=len(entries))
    return withheld


def _leaf(writer: str, seq: int, prev: str, body: bytes) -> str:
    content = {"writer": writer, "seq": seq, "prev": prev}
    place = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return hashlib.sha256(b"\x00" + len(place).to_bytes(4, "big") + place + body).hexdigest()
