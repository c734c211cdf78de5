"""One archive from outside to inside: container, fingerprints, signatures, then the record and the log."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import quote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .container import read_archive
from .count import check_result
from .log import check_chain
from .sums import check_figures, check_ledger
from .trouble import Rejected, Says, demand

BUNDLE, RECORD = "raadsvalg-evidence/1", "raadsvalg-record/1"
_FIXED = {"manifest.json", "signatures.json", "record.json", "record.pdf"}


def check_bundle(data: bytes, key: str | None, say: Says) -> None:
    """Every check in turn, each told to `say`. Raises Rejected at the first that fails."""
    files = read_archive(data)
    say("container", files=len(files))
    for name in _FIXED - files.keys():
        raise Rejected("missing_file", name=name)
    manifest = read_json("manifest.json", files["manifest.json"])
    _check_hashes(files, manifest)
    say("hashes", files=len(manifest["files"]))
    _check_signatures(files, manifest, key, say)
    record = read_json("record.json", files["record.json"])
    demand(record["format"] == RECORD, "wrong_format", name="record.json", format=record["format"])
    _introduce(record, say)
    _check_state(record)
    say("state")
    if record["election"]["is_uncontested"]:
        demand(not {"figures", "given", "ledger", "turnout"} & record.keys(), "wrong_result", where="figures")
        say("uncontested")
    else:
        say("sums", blocks=len(record["figures"]), papers=check_figures(record))
        say("ledger", explained=check_ledger(record))
    check_result(record, say)
    _check_log(record, files, say)


def read_json(name: str, content: bytes) -> Any:
    """JSON in the one form that is signed: sorted keys, no spaces, whole numbers, every key once."""
    try:
        found = json.loads(content, parse_float=_refuse, parse_constant=_refuse)
        again = json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise Rejected("not_canonical", name=name) from error
    demand(again == content, "not_canonical", name=name)
    return found


def _refuse(number: str) -> None:
    raise ValueError(number)


def _check_hashes(files: dict[str, bytes], manifest: Any) -> None:
    demand(manifest["format"] == BUNDLE, "wrong_format", name="manifest.json", format=manifest["format"])
    listed = set(files) - {"manifest.json", "signatures.json"}
    for name in listed ^ manifest["files"].keys():
        raise Rejected("missing_file", name=name)
    for name in sorted(listed):
        demand(hashlib.sha256(files[name]).hexdigest() == manifest["files"][name], "wrong_hash", name=name)


def _check_signatures(files: dict[str, bytes], manifest: Any, key: str | None, say: Says) -> None:
    signatures = read_json("signatures.json", files["signatures.json"])
    demand(signatures["format"] == BUNDLE, "wrong_format", name="signatures.json", format=signatures["format"])
    demand(
        set(signatures) == {"format", "key_version", "public_key", "record", "manifest"}
        and set(manifest) == {"format", "key_version", "files"}
        and signatures["key_version"] == manifest["key_version"],
        "bad_signature",
        name="signatures.json",
    )
    raw = _hex(signatures["public_key"])
    public = Ed25519PublicKey.from_public_bytes(raw)
    fingerprint = hashlib.sha256(raw).hexdigest()
    for name in ("record", "manifest"):
        try:
            public.verify(_hex(signatures[name]), files[f"{name}.json"])
        except InvalidSignature as error:
            raise Rejected("bad_signature", name=f"{name}.json") from error
    say("signed", key=_in_groups(fingerprint))
    if key is None:
        say("compare_key")
        return
    demand("".join(key.split()).lower() == fingerprint, "other_key", key=_in_groups(fingerprint))
    say("key_as_printed")


def _hex(text: str) -> bytes:
    """Bytes of lower-case hex: there is one way to write them."""
    content = bytes.fromhex(text)
    demand(content.hex() == text, "not_canonical", name="signatures.json")
    return content


def _in_groups(text: str) -> str:
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def _introduce(record: Any, say: Says) -> None:
    election, signed = record["election"], record["certification"]
    say(
        "election",
        municipality=election["municipality_name"],
        council=election["council_name"],
        day=election["election_on"],
        revision=signed["revision"],
        approved_at=signed["approved_at"],
        requested_by=signed["requested_by"],
        approved_by=signed["approved_by"],
    )
    if election["kind"] != "live":
        say("not_live", kind=election["kind"])
    demand(signed["revision"] == len(record["earlier"]) + 1, "wrong_state")
    if signed["revision"] > 1:
        demand(bool(signed["reason"]), "wrong_state")
        say("correction", reason=signed["reason"])


def _check_state(record: Any) -> None:
    """What was requested is the record without its certification and without the heads of the log."""
    content = {name: part for name, part in record.items() if name not in ("certification", "log_heads")}
    plain = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    demand(hashlib.sha256(plain).hexdigest() == record["certification"]["state_sha256"], "wrong_state")


def _check_log(record: Any, files: dict[str, bytes], say: Says) -> None:
    heads = {f"log/{quote(head['writer'], safe='')}.jsonl": head for head in record["log_heads"]}
    for name in heads.keys() ^ (files.keys() - _FIXED):
        raise Rejected("missing_file", name=name)
    entries = withheld = 0
    for name, head in heads.items():
        lines = files[name].split(b"\n")
        demand(lines.pop() == b"", "not_canonical", name=name)
        withheld += check_chain(head, [read_json(name, line) for line in lines])
        entries += len(lines)
    say("chains", chains=len(heads), entries=entries, withheld=withheld)
