"""The record that is certified: everything the result rests on, as plain JSON of whole numbers and texts.

No voter, no CPR number and no country is in it, and no figure that shows how few people voted: figures stand
for stations as they may be published, the paper ledger per heap that was counted, and a disputed paper under
the stations that are shown together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from election.ballots.rules import figures_of
from election.call.lot_seed import LotSeed, lot_seed
from election.call.lots import BALLOT_ORDER, LotRecord
from election.call.records import Election, board, stations
from election.candidacy.records import accepted
from election.candidacy.uncontested import uncontested_document
from election.certification.records import (
    CertificationRequest,
    certifications,
    complaints,
    is_uncontested,
    reopenings,
)
from election.certification.rules import canonical_bytes, complaint_deadline
from election.counting.assembly import (
    Unit,
    counting_document,
    form_of,
    station_figures,
    status_of,
    turnouts,
    units,
)
from election.counting.lost_boxes import LostBox
from election.counting.records import Result, disputed_papers, latest_result, settlements
from election.counting.seeded_draw import speaks_of_a_seed
from election.polling.rules import Turnout, added
from election.roll.electorate import electorate
from election.roll.records import roll_of
from registry.accounts.records import names
from registry.audit.records import heads
from registry.findings import Finding

FORMAT = "raadsvalg-record/1"
_TELLS_OF_CHOICES = frozenset({"W311", "W312", "W313"})
"""Findings whose sentence holds the number of blank or invalid papers of one heap."""


def as_text(at: datetime) -> str:
    """An instant as it stands in the record: UTC, ISO 8601."""
    return at.astimezone(UTC).isoformat()


def content_of(session: Session, election: Election) -> dict[str, Any]:
    """Exactly what is certified; its fingerprint is `rules.state_sha256`."""
    regulation, form = election.regulation, form_of(session, election)
    seed = lot_seed(session, election)
    content: dict[str, Any] = {
        "format": FORMAT,
        "election": {
            "municipality": election.municipality,
            "municipality_name": regulation.municipality.name.value,
            "council": election.council,
            "council_name": regulation.council.name.value,
            "slug": election.slug,
            "kind": election.kind,
            "election_on": election.election_on.isoformat(),
            "is_uncontested": is_uncontested(session, election),
        },
        "regulation": {
            "id": election.regulation_id,
            "sha256": election.regulation_sha256,
            "method": regulation.seats.method.value.value,
            "seats": regulation.seats.number.value,
            "min_crosses": form.min_crosses,
            "max_crosses": form.max_crosses,
        },
        "board": [
            {
                "name": member.name,
                "is_chair": member.is_chair,
                "appointed_by": member.appointed_by,
                "appointed_on": member.appointed_on.isoformat(),
            }
            for member in board(session, election)
        ],
        "candidates": [
            {"id": c.label, "name": c.ballot_name} | ({"list": c.list_key} if c.list_key else {})
            for c in accepted(session, election)
        ],
        "roll": _roll(session, election),
        "lots": [_lot(lot, seed) for lot in every_lot(session, election)],
        "earlier": _earlier(session, election),
        "complaints": {
            "deadline": as_text(complaint_deadline(regulation, election.election_on)),
            "received": len(complaints(session, election)),
        },
    }
    if content["election"]["is_uncontested"]:
        result = {"status": "uncontested", "revision": 0}
        return content | {"result": result, "document": uncontested_document(session, election)}
    return content | _counted(session, election)


def record_of(
    session: Session, election: Election, request: CertificationRequest, approved_by: UUID, at: datetime
) -> dict[str, Any]:
    """The whole record: the content, who certifies it and why again, and the heads of the log at this moment."""
    content = content_of(session, election)
    people = names(session, election.municipality, [request.requested_by, approved_by])
    return content | {
        "certification": {
            "revision": len(content["earlier"]) + 1,
            "reason": reason_for_correction(session, election),
            "requested_by": people.get(request.requested_by, ""),
            "requested_at": as_text(request.requested_at),
            "approved_by": people.get(approved_by, ""),
            "approved_at": as_text(at),
            "state_sha256": request.state_sha256,
        },
        "log_heads": [
            {"writer": head.writer, "seq": head.seq, "hash": head.leaf_hash.hex()}
            for head in heads(session, election.scope)
        ],
    }


def reason_for_correction(session: Session, election: Election) -> str:
    """Why the newest certification was reopened; empty when there is none."""
    every, opened = certifications(session, election), reopenings(session, election)
    return opened[every[-1].id].reason if every and every[-1].id in opened else ""


def rests_on_the_count(session: Session, election: Election, result: Result) -> bool:
    """Whether the result was determined from the counts and lots as they are now, each station's figures too:
    a blank paper that was read as invalid changes no sum."""
    if result.status != status_of(units(session, election)).value:
        return False
    kept = {"given": result.given, "stations": result.stations}
    now = {"given": counting_document(session, election), "stations": station_figures(session, election)}
    return canonical_bytes(kept) == canonical_bytes(now)


def unsettled(session: Session, election: Election) -> tuple[str, ...]:
    """Stations whose paper ledger is not closed for the count as it is, or has a difference nobody explained."""
    settled = settlements(session, election)
    return tuple(
        unit.station.name
        for unit in units(session, election)
        if unit.settled_as not in settled or unit.unexplained
    )


def every_lot(session: Session, election: Election) -> list[LotRecord]:
    """Every draw, also those that a recount revoked."""
    return list(
        session.scalars(
            select(LotRecord)
            .where(
                LotRecord.municipality == election.municipality,
                LotRecord.council == election.council,
                LotRecord.election_id == election.id,
            )
            .order_by(LotRecord.recorded_at, LotRecord.drawn_at, LotRecord.id)
        )
    )


def every_lost_box(session: Session, election: Election) -> list[LostBox]:
    """Every decision about papers that were gone, in its order."""
    return list(
        session.scalars(
            select(LostBox)
            .where(
                LostBox.municipality == election.municipality,
                LostBox.council == election.council,
                LostBox.election_id == election.id,
            )
            .order_by(LostBox.at, LostBox.number, LostBox.id)
        )
    )


def _counted(session: Session, election: Election) -> dict[str, Any]:
    result = latest_result(session, election)
    assert result is not None, "the phases have no way here without a result"
    blocks: list[dict[str, Any]] = result.stations
    every = units(session, election)
    return {
        "turnout": _turnout(session, election),
        "ledger": [_ledger(unit, blocks) for unit in every],
        "disputed": [paper for unit in every for paper in _disputed(session, election, unit, blocks)],
        "lost_boxes": _lost_boxes(session, election),
        "figures": blocks,
        "given": result.given,
        "document": result.document,
        "result": {"status": result.status, "revision": result.revision, "at": as_text(result.at)},
    }


def _roll(session: Session, election: Election) -> dict[str, Any]:
    roll = roll_of(session, election)
    if roll is None:
        return {}
    return {
        "sha256": roll.sha256,
        "frozen_at": as_text(roll.frozen_at) if roll.frozen_at else None,
        "figures": roll.figures,
    }


def _turnout(session: Session, election: Election) -> dict[str, Any]:
    may_vote = electorate(session, election)
    by_station = {station: number for station, number in may_vote.items() if station is not None}
    found = turnouts(session, election, by_station)
    return {
        "stations": [
            {"station": station.name} | _voted(found[station.id]) for station in stations(session, election)
        ],
        "total": _voted(added(found.values(), sum(may_vote.values()))),
    }


def _voted(turnout: Turnout) -> dict[str, Any]:
    return asdict(turnout) | {"voted": turnout.voted, "share": turnout.share}


def _shown_with(unit: Unit, blocks: Iterable[Mapping[str, Any]]) -> list[str]:
    """The stations that this unit's figures are published with."""
    block = next((b for b in blocks if unit.station.name in b["stations"]), None)
    return list(block["stations"]) if block else [member.name for member in unit.members]


def _ledger(unit: Unit, blocks: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    own = [member.name for member in unit.members]
    is_alone = _shown_with(unit, blocks) == own
    return {
        "stations": own,
        "count": unit.count.kind if unit.count is not None else None,
        "findings": [_finding(one, unit.explained, is_alone) for one in unit.findings],
    } | figures_of(unit.ledger)


def _finding(finding: Finding, explained: Mapping[str, str], is_alone: bool) -> dict[str, Any]:
    code = finding.kind.code
    shown = is_alone or code not in _TELLS_OF_CHOICES
    return {
        "code": code,
        "text": finding.in_danish() if shown else "Tallene vises kun sammen med andre stemmesteders.",
        "explanation": explained.get(code, ""),
    }


def _disputed(
    session: Session, election: Election, unit: Unit, blocks: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    shown_with = _shown_with(unit, blocks)
    return [
        {
            "stations": shown_with,
            "mark": paper.mark,
            "found_grounds": list(paper.found_grounds),
            "counted_as": paper.counted_as,
            "votes_for": paper.votes_for,
            "votes_against": paper.votes_against,
            "grounds": paper.grounds,
        }
        for member in unit.members
        for paper in disputed_papers(session, election, member.id)
    ]


def _lost_boxes(session: Session, election: Election) -> list[dict[str, Any]]:
    """Every decision about papers that were gone, also where a later one took its place: the latest holds."""
    rows = every_lost_box(session, election)
    people = names(session, election.municipality, {one for row in rows for one in (row.by, row.cosigned_by)})
    called = {station.id: station.name for station in stations(session, election)}
    return [
        {
            "station": called[row.station_id],
            "number": row.number,
            "papers": row.papers,
            "circumstances": row.circumstances,
            "decision": row.decision,
            "grounds": row.grounds,
            "at": as_text(row.at),
            "by": [people.get(row.by, ""), people.get(row.cosigned_by, "")],
        }
        for row in rows
    ]


def _lot(lot: LotRecord, seed: LotSeed | None) -> dict[str, Any]:
    """A draw; where it followed the public seed, what it is worked out from and what was published before."""
    followed = seed is not None and lot.purpose != BALLOT_ORDER and speaks_of_a_seed(lot.method)
    return {
        "for": lot.purpose,
        "among": list(lot.among),
        "drawn": list(lot.drawn),
        "drawn_by": lot.drawn_by,
        "witnesses": lot.witnesses,
        "method": lot.method,
        "drawn_at": as_text(lot.drawn_at),
        "revoked_at": as_text(lot.revoked_at) if lot.revoked_at else None,
        "revoke_reason": lot.revoke_reason,
        "seed": {"commitment": seed.commitment, "seed": seed.seed} if seed is not None and followed else None,
    }


def _earlier(session: Session, election: Election) -> list[dict[str, Any]]:
    """Certifications that were opened again, each with its reason."""
    opened = reopenings(session, election)
    return [
        {
            "revision": one.revision,
            "record_sha256": one.record_sha256,
            "approved_at": as_text(one.approved_at),
            "reopened_at": as_text(opened[one.id].at),
            "reason": opened[one.id].reason,
        }
        for one in certifications(session, election)
        if one.id in opened
    ]
