"""Recording that the papers of a station are gone, and what the election board decides."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from election.ballots.acts import station_of
from election.call.gate import ElectionWork, election_act
from election.call.records import Election
from election.counting.assembly import Unit, units
from election.counting.lost_boxes import AGAIN, FOUND, HOLDS, WITHOUT, LostBox, lost_boxes
from election.counting.records import counts, latest_result
from election.counting.recounted_lots import let_go_of_lots
from election.counting.rules import CountKind
from registry.findings import Refused, finding_kind

PAPERS_ARE_COUNTED = finding_kind(
    "R360",
    "{station} er allerede talt endeligt. Intet er gemt. Åbn optællingen igen først, hvis papirerne er væk.",
)
NO_PRELIMINARY = finding_kind(
    "R361",
    "{station} har ingen foreløbig optælling, der kan gælde. Intet er gemt. Vælg en anden afgørelse.",
)
SAY_WHAT_HAPPENED = finding_kind(
    "R362", "Der mangler en beskrivelse af, hvad der er sket. Intet er gemt. Skriv den, og send igen."
)
NOTHING_LOST = finding_kind(
    "R363", "{station} mangler ingen papirer ifølge optællingen. Intet er gemt. Se, hvad der står om stedet."
)
NOT_COUNTING_HERE = finding_kind(
    "R364", "Papirerne fra {station} tælles et andet sted. Intet er gemt. Skriv det på det sted, der tæller."
)
WOULD_SHOW_VOTES = finding_kind(
    "R365",
    "{station} er allerede vist sammen med andre i et opgjort resultat, fordi der er få stemmer. Intet er gemt. "
    "Uden stedet ville forskellen vise dets stemmer. Lad den foreløbige optælling gælde, eller lad stemme igen.",
)


class Decision(StrEnum):
    """What follows. The law names no rule for it: the board decides, and the grounds are printed."""

    COUNTED_WITHOUT = WITHOUT
    PRELIMINARY_HOLDS = HOLDS
    POLL_AGAIN = AGAIN
    FOUND = FOUND


@election_act("counting.record_lost_box", needs_reason=True, needs_second=True)
def record_lost_box(work: ElectionWork, station_id: UUID, circumstances: str, decision: Decision) -> int:
    """Two of the board write down that papers are gone and what follows, with the grounds. Returns its number.

    Counted without: the station counts as nothing, and the papers are missing in the ledger. Preliminary holds:
    the first count stands as the final one. Poll again: no result before the station has figures. Found: as if
    nothing had been. A later decision takes the place of an earlier one, which stays. Figures that were shown
    only together with others cannot be left out: the difference would show them. (KRVL §§ 15, 70, 95 borrowed)
    """
    station = station_of(work, station_id)
    work.writer = f"counting/{station.code}"
    if not circumstances.strip():
        raise Refused(SAY_WHAT_HAPPENED)
    unit = next((one for one in units(work.session, work.election) if one.station.id == station.id), None)
    if unit is None:
        raise Refused(NOT_COUNTING_HERE, station=station.name)
    agreed = counts(work.session, work.election)
    if (station.id, CountKind.FINAL.value) in agreed:
        raise Refused(PAPERS_ARE_COUNTED, station=station.name)
    before = lost_boxes(work.session, work.election).get(station.id)
    if decision is Decision.FOUND and (before is None or before.decision == Decision.FOUND):
        raise Refused(NOTHING_LOST, station=station.name)
    if decision is Decision.PRELIMINARY_HOLDS and (station.id, CountKind.PRELIMINARY.value) not in agreed:
        raise Refused(NO_PRELIMINARY, station=station.name)
    if decision is Decision.COUNTED_WITHOUT and _was_shown_with_others(work, unit):
        raise Refused(WOULD_SHOW_VOTES, station=station.name)
    row = LostBox(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=uuid4(),
        election_id=work.election.id,
        station_id=station.id,
        number=before.number + 1 if before else 1,
        papers=unit.ledger.expected_in_box,
        circumstances=circumstances.strip(),
        decision=decision.value,
        grounds=work.act.reason,
        at=work.act.at,
        by=work.act.actor,
        cosigned_by=work.act.second_actor,
    )
    work.session.add(row)
    work.note(station=station.code, decision=decision.value, papers=row.papers)
    let_go_of_lots(work)
    return row.number


def would_show_votes(session: Session, election: Election, unit: Unit) -> bool:
    """Whether a result stands that was determined without these papers: with them counted, the difference between
    the two results is their votes, however few they are.
    """
    result, lost = latest_result(session, election), unit.lost
    if result is None or lost is None:
        return False
    return lost.decision == Decision.COUNTED_WITHOUT and result.at >= lost.at


def _was_shown_with_others(work: ElectionWork, unit: Unit) -> bool:
    """Whether the latest result shows the papers of this unit only in a sum with another unit's."""
    result, own = latest_result(work.session, work.election), {one.name for one in unit.members}
    shown = (set(block["stations"]) for block in result.stations) if result is not None else ()
    return any(own < names for names in shown)
