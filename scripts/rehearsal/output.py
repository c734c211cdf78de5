"""The files that a rehearsal leaves. They hold no CPR number, no country and no protected address."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from election.ballots.printing import ballot_paper_pdf
from election.ballots.rules import figures_of
from election.call.records import Election, stations
from election.call.rules import Phase
from election.candidacy.records import candidacies
from election.candidacy.uncontested import uncontested_document
from election.counting.assembly import Unit, counting_document, station_figures, status_of, turnouts, units
from election.counting.methods import count_document
from election.counting.records import latest_result, tallies
from election.counting.rules import ROWS_DO_NOT_ADD_UP, TALLIES_DIFFER
from election.poll_cards.printing import poll_cards_pdf
from election.polling.rules import Turnout, added
from election.roll.copies import copies
from election.roll.printing import printed_list
from election.roll.records import roll_of, voters
from election.roll.station_list import content_sha256, list_of
from registry.regulation.choices import StationChoice
from scripts.rehearsal.stages import Rehearsal
from scripts.rehearsal.trouble import without_cpr

Files = dict[str, bytes]


def as_json(document: object) -> bytes:
    return (without_cpr(json.dumps(document, ensure_ascii=False, indent=1)) + "\n").encode()


def roll_files(run: Rehearsal) -> Files:
    """roll.json and the printed list: the numbered copy, or a trial print once the roll has been corrected."""

    def look(session: Session, election: Election) -> Files:
        roll = roll_of(session, election)
        assert roll is not None
        document: dict[str, object] = dict(roll.figures)
        if not election.regulation.has_reserved_seats:
            document.pop("groups", None)
        document["sha256"] = roll.sha256
        now = content_sha256(list_of(session, election, None))
        copy = next((one for one in copies(session, election) if one.sha256 == now), None)
        return {"roll.json": as_json(document), "printed_list.pdf": printed_list(session, election, copy)}

    return run.read(look)


def candidate_files(run: Rehearsal) -> Files:
    def look(session: Session, election: Election) -> Files:
        rows = [
            {
                "id": c.label,
                "ballot_name": c.ballot_name,
                "state": c.state,
                "reasons": run.reasons.get(c.label, []),
            }
            for c in candidacies(session, election)
        ]
        return {"candidates.json": as_json(rows)}

    return run.read(look)


def paper_files(run: Rehearsal) -> Files:
    """Poll cards, where the regulation has them, and the ballot paper."""
    keyring = run.installation.keys.open(run.scope.municipality)

    def look(session: Session, election: Election) -> Files:
        found = {"ballot_paper.pdf": ballot_paper_pdf(session, election)}
        if election.regulation.polling.has_poll_cards.value:
            found["poll_cards.pdf"] = poll_cards_pdf(session, keyring, election)
        return found

    return run.read(look)


def turnout_files(run: Rehearsal) -> Files:
    """turnout.json: per station and total."""

    def look(session: Session, election: Election) -> Files:
        everyone = voters(session, election)
        own = election.regulation.polling.station_choice.value is StationChoice.OWN_STATION
        by_station = {s.id: 0 for s in stations(session, election)} if own else {}
        for voter in everyone:
            if voter.station_id is not None:
                by_station[voter.station_id] += 1
        figures = turnouts(session, election, by_station)
        names = {s.id: s.name for s in stations(session, election)}
        document = {
            "stations": {names[key]: _turnout(one) for key, one in figures.items()},
            "total": _turnout(added(figures.values(), len(everyone))),
        }
        return {"turnout.json": as_json(document)}

    return run.read(look)


def _turnout(figures: Turnout) -> dict[str, object]:
    return {
        "may_vote": figures.may_vote,
        "admitted": figures.admitted,
        "postal": figures.postal,
        "returned": figures.returned,
        "refused_second_time": figures.refused_second_time,
        "share": figures.share,
    }


def ledger_files(run: Rehearsal) -> Files:
    """ledger.json: per station; stations counted together stand under the one that counts."""

    def look(session: Session, election: Election) -> Files:
        differing = _tally_findings(session, election)
        document = {
            unit.station.name: _ledger(unit, differing.get(unit.station.name, []))
            for unit in units(session, election)
        }
        return {"ledger.json": as_json({"stations": document})}

    return run.read(look)


def _ledger(unit: Unit, tally_codes: list[str]) -> dict[str, object]:
    document: dict[str, object] = {
        **figures_of(unit.ledger),
        "findings": sorted({f.kind.code for f in unit.findings} | set(tally_codes)),
        "explained": {code: unit.explained[code] for code in sorted(unit.explained)},
    }
    if unit.members[1:]:
        document["counted_with"] = [member.name for member in unit.members[1:]]
    return document


def _tally_findings(session: Session, election: Election) -> dict[str, list[str]]:
    """F304 and F305 of stations whose two tallies did not become a count."""
    names = {s.id: s.name for s in stations(session, election)}
    agreed = {(u.station.id, u.count.kind) for u in units(session, election) if u.count is not None}
    pairs: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for tally in tallies(session, election):
        if (tally.station_id, tally.kind) not in agreed:
            pairs.setdefault((names[tally.station_id], tally.kind), []).append(tally.figures)
    found: dict[str, list[str]] = {}
    for (name, _), figures in pairs.items():
        if len(figures) == 2:
            kind = TALLIES_DIFFER if figures[0] != figures[1] else ROWS_DO_NOT_ADD_UP
            found.setdefault(name, []).append(kind.code)
    return found


def result_files(run: Rehearsal) -> Files:
    """result.json: the output of the count, per-station figures, status; also while a lot is waited for."""

    def look(session: Session, election: Election) -> Files:
        kept = latest_result(session, election)
        if kept is not None:
            status = "certified" if election.in_phase is Phase.CERTIFIED else kept.status
            document = dict(kept.document) | {"stations": kept.stations, "status": status}
        else:
            document = count_document(counting_document(session, election)) | {
                "stations": station_figures(session, election),
                "status": status_of(units(session, election)).value,
            }
        return {"result.json": as_json(document)}

    return run.read(look)


def uncontested_files(run: Rehearsal) -> Files:
    """result.json of an election that needed no poll: nobody has 0 votes, there was no vote."""
    document = run.read(uncontested_document)
    return {"result.json": as_json(document | {"status": "uncontested"})}
