"""Evidence for outsiders: one archive with the signed record, the paper made of it, and the log up to it.

Whoever has the archive and the printed fingerprint of the key needs nothing of ours to check it
(`scripts/verify`). The same certification always gives the same bytes: every chain of the log ends with the
head that the record names.

What the log tells an outsider: which act was done by which official (a random id), in which role, when, and
with which figures. It names no voter: an admission says station and desk, not who, so it tells no more than
somebody who stood in the room could see; a correction of the roll or a replaced card has the random id of a
roll entry, which means nothing without the roll; a reason is there as a salted fingerprint only. One thing
would say too much of a station that is too small to be shown alone: the agreed figures, the rows in which
two tallies differed or that were cleared for it (with what is published they name who got votes), and the
decision about one paper. Those entries are withheld: their fingerprint stays in the chain, their text does not.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy.orm import Session

from election.call.records import Election, stations
from election.certification.printing import certified_record_pdf
from election.certification.records import Certification, latest_certification
from election.certification.rules import NOT_CERTIFIED, canonical_bytes
from registry.audit.records import links
from registry.audit.rules import Link
from registry.findings import Refused
from registry.keys import Keyring

FORMAT = "raadsvalg-evidence/1"
_TELLING = frozenset({"agreed", "differ", "cleared", "counted_as"})
_DOS_DATE, _DOS_TIME = 0x0021, 0
"""1 January 1980, midnight: the first instant that an archive can name. The real instants are in the record."""


def evidence_zip(session: Session, keyring: Keyring, election: Election) -> bytes:
    """The archive of the newest certified record. Raises Refused R541; KeysUnavailable when its key is gone."""
    certified = latest_certification(session, election)
    if certified is None:
        raise Refused(NOT_CERTIFIED, status=404)
    files = {
        "record.json": certified.record,
        "record.pdf": certified_record_pdf(session, election, certified),
    } | _log_files(session, election, certified)
    manifest = canonical_bytes(
        {
            "format": FORMAT,
            "key_version": certified.signing_version,
            "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        }
    )
    key = keyring.signing_of(certified.signing_version)
    signatures = canonical_bytes(
        {
            "format": FORMAT,
            "key_version": certified.signing_version,
            "public_key": key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex(),
            "record": certified.signature.hex(),
            "manifest": key.sign(manifest).hex(),
        }
    )
    return archive(files | {"manifest.json": manifest, "signatures.json": signatures})


def archive(files: Mapping[str, bytes]) -> bytes:
    """A ZIP archive that depends on names and contents only: sorted, stored, no date and no attribute."""
    directory = b""
    parts: list[bytes] = []
    offset = 0
    for name in sorted(files):
        content, encoded = files[name], name.encode("ascii")
        about = struct.pack(
            "<HHHHHIIIHH",
            *(20, 0, 0, _DOS_TIME, _DOS_DATE, zlib.crc32(content), len(content), len(content)),
            *(len(encoded), 0),
        )
        parts += [b"PK\x03\x04" + about + encoded, content]
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + about + struct.pack("<HHHII", 0, 0, 0, 0, offset)
        directory += encoded
        offset += 30 + len(encoded) + len(content)
    body = b"".join(parts)
    end = struct.pack("<HHHHIIH", 0, 0, len(files), len(files), len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


def _log_files(session: Session, election: Election, certified: Certification) -> dict[str, bytes]:
    record = json.loads(certified.record)
    shown = _shown_alone(session, election, record)
    return {
        f"log/{quote(head['writer'], safe='')}.jsonl": b"".join(
            canonical_bytes(_line(link, str(election.id), shown)) + b"\n"
            for link in _up_to(links(session, election.scope, head["writer"]), head["seq"])
        )
        for head in record["log_heads"]
    }


def _shown_alone(session: Session, election: Election, record: Mapping[str, Any]) -> frozenset[str]:
    """Codes of the stations whose figures are published by themselves."""
    alone = {block["stations"][0] for block in record.get("figures", []) if len(block["stations"]) == 1}
    return frozenset(station.code for station in stations(session, election) if station.name in alone)


def _up_to(chain: Iterator[Link], seq: int) -> Iterator[Link]:
    for link in chain:
        if link.seq > seq:
            return
        yield link


def _line(link: Link, election_id: str, shown: frozenset[str]) -> dict[str, object]:
    place = {"seq": link.seq, "prev": link.prev.hex(), "leaf_hash": link.leaf_hash.hex()}
    facts = json.loads(link.body).get("facts", {})
    # A chain belongs to the council: it may hold the counts of earlier elections too.
    is_shown = facts.get("election") == election_id and facts.get("station") in shown
    if _TELLING & facts.keys() and not is_shown:
        return place | {"withheld": "small-count"}
    return place | {"body": link.body.decode()}
