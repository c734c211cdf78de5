"""The record on paper: the result and everything it rests on, who certified it, and what it is checked with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from election.call import clock
from election.call.records import Election
from election.certification.record import content_of
from election.certification.records import Certification, certifications, holds, latest_certification
from election.certification.rules import in_groups, public_key_fingerprint
from election.counting.changes import changes
from election.counting.citing import cited_in_danish
from election.roll.printing import document_header
from registry.documents import danish_day, render
from registry.keys import Keyring

_PURPOSES = {
    "seat": "en plads i rådet",
    "list-seat": "en plads til en liste",
    "substitute-order": "rækkefølgen af stedfortrædere",
    "ballot-order": "rækkefølgen på stemmesedlen",
}
_OWN_ROWS = {"blank": "Blanke", "valid": "Gyldige stemmesedler", "in_box": "Stemmesedler i alt"}
_DECISIONS = {
    "counted_without": "Stemmestedet tæller som ingenting",
    "preliminary_holds": "Den foreløbige optælling gælder som den endelige",
    "poll_again": "Der skal stemmes igen",
    "found": "Papirerne er fundet igen",
}
_STATUSES = {
    "preliminary": "Foreløbigt resultat",
    "final": "Endeligt optalt resultat",
    "uncontested": "Afgjort uden afstemning",
}


def election_record_pdf(session: Session, keyring: Keyring, election: Election) -> bytes:
    """The certified record, or a draft of it while the result is not certified. Raises DocumentProblem."""
    assert keyring.municipality == election.municipality
    certified = latest_certification(session, election)
    if certified is not None and holds(election):
        return certified_record_pdf(session, election, certified)
    today = clock.local(clock.now(election)).date()
    return _set(election, content_of(session, election), None, certified, today)


def certified_record_pdf(session: Session, election: Election, certified: Certification) -> bytes:
    """One certified record as it was signed, and what it corrected: the same bytes whenever it is made."""
    record, day = json.loads(certified.record), clock.local(certified.approved_at).date()
    earlier = [one for one in certifications(session, election) if one.revision < certified.revision]
    return _set(election, record, certified, earlier[-1] if earlier else None, day)


def _set(
    election: Election,
    record: dict[str, Any],
    certified: Certification | None,
    before: Certification | None,
    dated_on: date,
) -> bytes:
    words = {ground.code: ground.text.value for ground in election.regulation.counting.invalid_grounds}
    paper: dict[str, object] = document_header(election) | {
        "dated_on": dated_on,
        "is_draft": certified is None,
        "day": danish_day(election.election_on),
        "status": _STATUSES[record["result"]["status"]],
        "counted_at": _shown(record["result"]["at"]) if "at" in record["result"] else "",
        "result_revision": record["result"]["revision"],
        "regulation": {
            "id": record["regulation"]["id"],
            "sha256": in_groups(record["regulation"]["sha256"]),
            "seats": record["regulation"]["seats"],
        },
        "board": [{"name": m["name"], "role": "Formand" if m["is_chair"] else "Medlem"} for m in record["board"]],
        "earlier": [
            one | {"approved_at": _shown(one["approved_at"]), "reopened_at": _shown(one["reopened_at"])}
            for one in record["earlier"]
        ],
        "complaints": {
            "deadline": _shown(record["complaints"]["deadline"]),
            "to": election.regulation.after.complaint_to.value,
            "received": record["complaints"]["received"],
        },
        "roll": _roll(record["roll"]),
        "lots": [_lot(lot, _names(record)) for lot in record["lots"]],
        "lost_boxes": [
            one | {"at": _shown(one["at"]), "decision": _DECISIONS[one["decision"]]}
            for one in record.get("lost_boxes", ())
        ],
        "changed": _changed(record, before, words) if before is not None else None,
    }
    paper |= _result(record)
    if "figures" in record:
        paper |= _figures(record, words)
    if certified is not None:
        paper["certified"] = _certified(record, certified)
    return render("election_record.typ", paper)


def _changed(record: Mapping[str, Any], before: Certification, words: Mapping[str, str]) -> dict[str, object]:
    """Old and new of every figure that the correction changed, and whose election it changed."""
    earlier = json.loads(before.record)
    has_polls = "figures" in earlier and "figures" in record
    found = changes(
        earlier["figures"] if has_polls else (),
        record["figures"] if has_polls else (),
        earlier["document"]["elected"],
        record["document"]["elected"],
    )
    called = _names(earlier) | _names(record)
    return {
        "revision": before.revision,
        "rows": [
            {
                "where": " + ".join(one.stations) or "I alt",
                "label": _row_label(one.row, called, words),
                "old": one.old,
                "new": one.new,
            }
            for one in found.figures
        ],
        "came_in": [called[one] for one in found.came_in],
        "went_out": [called[one] for one in found.went_out],
    }


def _row_label(row: str, called: Mapping[str, str], words: Mapping[str, str]) -> str:
    if row.startswith("invalid:"):
        code = row.removeprefix("invalid:")
        return f"Ugyldige: {words.get(code, code)}"
    return _OWN_ROWS.get(row) or called.get(row, row)


def _certified(record: Mapping[str, Any], certified: Certification) -> dict[str, object]:
    signed = record["certification"]
    return {
        "revision": signed["revision"],
        "reason": signed["reason"],
        "requested_by": signed["requested_by"],
        "requested_at": _shown(signed["requested_at"]),
        "approved_by": signed["approved_by"],
        "approved_at": _shown(signed["approved_at"]),
        "sha256": in_groups(certified.record_sha256),
        "signature": in_groups(certified.signature.hex()),
        "fingerprint": in_groups(public_key_fingerprint(certified.public_key)),
        "key_version": certified.signing_version,
        "heads": [
            {"writer": head["writer"], "seq": head["seq"], "hash": in_groups(head["hash"], 8)}
            for head in record["log_heads"]
        ],
    }


def _names(record: Mapping[str, Any]) -> dict[str, str]:
    lists = {f"list:{c['list']}": f"Kryds ved listen {c['list']}" for c in record["candidates"] if "list" in c}
    return lists | {c["id"]: c["name"] for c in record["candidates"]}


def _result(record: Mapping[str, Any]) -> dict[str, object]:
    document, called = record["document"], _names(record)
    votes = {c["id"]: c["votes"] for c in record.get("given", {}).get("candidates", [])}
    lists = {c["id"]: c.get("list", "") for c in record["candidates"]}

    def person(one: str) -> dict[str, object]:
        return {"name": called[one], "list": lists[one], "votes": votes.get(one)}

    return {
        "elected": [person(one) for one in document["elected"]],
        "substitutes": [
            {"rank": rank, "queue": queue} | person(one) for queue, rank, one in _substitutes(document)
        ],
        "vacant": [
            {"group": "" if group == "open" else group, "number": number}
            for group, number in document.get("vacant", {}).items()
            if number
        ],
        "seats_by_list": [
            {"list": key, "seats": seats} for key, seats in document.get("seats_by_list", {}).items()
        ],
        "steps": [{"cite": cited_in_danish(step["cite"]), "text": step["text_da"]} for step in document["steps"]],
    }


def _substitutes(document: Mapping[str, Any]) -> Iterator[tuple[str, int, str]]:
    queues: dict[str, list[Any]] = {"": document.get("substitutes") or []}
    queues |= document.get("substitutes_by_group") or {}
    queues |= document.get("substitutes_by_list") or {}
    for queue, places in queues.items():
        rank = 1
        for place in places:
            who = place if isinstance(place, list) else [place]
            for one in who:
                yield queue, rank, one
            rank += len(who)


def _figures(record: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, object]:
    blocks, called = record["figures"], _names(record)
    grounds = sorted({code for block in blocks for code in block["invalid"]}, key=_order_of(words))
    rows = [(called.get(row, row), [block["votes"].get(row, 0) for block in blocks]) for row in _vote_rows(blocks)]
    rows += [("Blanke", [block["blank"] for block in blocks])]
    rows += [
        (f"Ugyldige: {words.get(code, code)}", [block["invalid"].get(code, 0) for block in blocks])
        for code in grounds
    ]
    rows += [("Stemmesedler i alt", [block["in_box"] for block in blocks])]
    return {
        "blocks": [" + ".join(block["stations"]) for block in blocks],
        "rows": [{"label": label, "numbers": numbers, "total": sum(numbers)} for label, numbers in rows],
        "turnout": [
            one | {"share": _percent(one["share"]), "envelopes_accepted": one.get("envelopes_accepted", 0)}
            for one in [*record["turnout"]["stations"], {"station": "I alt"} | record["turnout"]["total"]]
        ],
        "ledger": [one | {"name": " + ".join(one["stations"])} for one in record["ledger"]],
        "findings": [
            finding | {"station": " + ".join(one["stations"])}
            for one in record["ledger"]
            for finding in one["findings"]
        ],
        "disputed": [
            one
            | {
                "station": " + ".join(one["stations"]),
                "counted_as": _counted_as(one["counted_as"], called, words),
                "seen": [words.get(code, code) for code in one.get("found_grounds", ())],
            }
            for one in record["disputed"]
        ],
    }


def _vote_rows(blocks: list[dict[str, Any]]) -> list[str]:
    """Rows of the counting form: lists first, then candidates in the order of the ballot numbers."""
    rows = {row for block in blocks for row in block["votes"]}
    lists = sorted(row for row in rows if row.startswith("list:"))
    return lists + sorted(rows - set(lists), key=lambda row: (len(row), row))


def _order_of(words: Mapping[str, str]) -> Any:
    order = {code: place for place, code in enumerate(words)}
    return lambda code: (order.get(code, len(order)), code)


def _counted_as(row: str, called: Mapping[str, str], words: Mapping[str, str]) -> str:
    if row.startswith("invalid:"):
        code = row.removeprefix("invalid:")
        return f"Ugyldig: {words.get(code, code)}"
    return "Blank" if row == "blank" else called.get(row, row)


def _roll(roll: Mapping[str, Any]) -> dict[str, object]:
    if not roll:
        return {}
    figures = roll["figures"]
    return {
        "may_vote": figures["may_vote"],
        "may_stand": figures["may_stand"],
        "sha256": in_groups(roll["sha256"] or ""),
        "frozen_at": _shown(roll["frozen_at"]) if roll["frozen_at"] else "",
    }


def _lot(lot: Mapping[str, Any], called: Mapping[str, str]) -> dict[str, object]:
    return {
        "about": _PURPOSES.get(lot["for"], lot["for"]),
        "among": [called.get(one, one) for one in lot["among"]],
        "drawn": [called.get(one, one) for one in lot["drawn"]],
        "drawn_by": lot["drawn_by"],
        "witnesses": lot["witnesses"],
        "method": lot["method"],
        "drawn_at": _shown(lot["drawn_at"]),
        "seed": lot.get("seed"),
        "revoked": f"{_shown(lot['revoked_at'])}: {lot['revoke_reason']}" if lot["revoked_at"] else "",
    }


def _shown(instant: str) -> str:
    return clock.shown(datetime.fromisoformat(instant))


def _percent(share: str | None) -> str:
    """ "0.3333" → "33,33 %" without a floating point."""
    if share is None:
        return ""
    whole, _, decimals = share.partition(".")
    digits = f"{whole}{decimals[:2]}".lstrip("0") or "0"
    return f"{digits},{decimals[2:4]} %"
