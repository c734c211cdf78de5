"""Entering tallies twice, returning one, explaining, settling the ledger, lots, and the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from election.ballots.acts import station_of
from election.call.gate import ElectionWork, election_act
from election.call.lots import Lot, keep_lot
from election.call.records import Station
from election.candidacy.records import accepted
from election.counting import rules as say
from election.counting.assembly import (
    Unit,
    counting_document,
    form_of,
    station_figures,
    status_of,
    units,
)
from election.counting.assignment import assign, who_entered
from election.counting.explaining import facts_of
from election.counting.lot_acts import demand_as_the_seed
from election.counting.methods import count_document
from election.counting.papers_here import demand_counted_here, demand_papers_here
from election.counting.persons import acts_as_one_of
from election.counting.records import (
    Count,
    Explanation,
    Result,
    Settlement,
    Tally,
    count_revisions,
    counts,
    latest_result,
    settlements,
    tally_history,
)
from election.counting.recounted_lots import let_go_of_lots
from election.counting.rules import EXPLAINABLE, CountKind, Form, check_fields, check_sums, differing_rows
from registry.accounts.records import Official
from registry.findings import Refused, finding_kind

LOT_NOT_ASKED_FOR = finding_kind(
    "R333", "Optællingen beder ikke om denne lodtrækning. Den er ikke gemt. Se, hvem der står lige."
)
CANDIDATE_COUNTS = finding_kind("R335", "En kandidat tæller ikke med ved optællingen. Intet er gemt.")


class TallyState(StrEnum):
    WAITING_FOR_OTHER = "waiting_for_other"
    AGREED = "agreed"
    DIFFER = "differ"
    DO_NOT_ADD_UP = "do_not_add_up"


@dataclass(frozen=True, slots=True)
class TallyAnswer:
    """What comes of an entered tally. `rows` names rows that differ, never a figure of the other tally."""

    state: TallyState
    revision: int
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Determined:
    """The output of the count (contracts/counting.md); a revision number only when it is decided."""

    outcome: str
    document: dict[str, Any]
    revision: int | None
    status: str


@election_act("counting.enter_tally")
def enter_tally(
    work: ElectionWork, station_id: UUID, kind: CountKind, entry: int, figures: Mapping[str, int]
) -> TallyAnswer:
    """Enter one of the two tallies of a station, blind. Two that are the same and add up become the count.

    The same person never enters both. Bad figures are refused whole and nothing is kept. (KRVL §§ 74, 77)
    """
    station = station_of(work, station_id)
    work.writer = f"counting/{station.code}"
    _demand_no_candidate(work)
    demand_counted_here(work, station)
    demand_papers_here(work, station, kind)
    if (station.id, kind.value) in counts(work.session, work.election):
        raise Refused(say.ALREADY_AGREED, station=station.name)
    assign(work, station, kind, entry)
    form = form_of(work.session, work.election)
    for finding in check_fields(form, figures):
        raise Refused.because(finding)
    history = tally_history(work.session, work.election, station.id, kind.value)
    tally = Tally(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=uuid4(),
        election_id=work.election.id,
        station_id=station.id,
        kind=kind.value,
        entry=entry,
        revision=1 + sum(t.entry == entry for t in history),
        official_id=work.act.actor,
        figures=dict(figures),
        entered_at=work.act.at,
    )
    work.session.add(tally)
    work.note(station=station.code, kind=kind.value, entry=entry, revision=tally.revision)
    other = next((t for t in history if t.entry != entry and t.returned_at is None), None)
    if other is None:
        return TallyAnswer(TallyState.WAITING_FOR_OTHER, tally.revision)
    return _compare(work, tally, other)


def _compare(work: ElectionWork, tally: Tally, other: Tally) -> TallyAnswer:
    form = form_of(work.session, work.election)
    rows = differing_rows(form, tally.figures, other.figures)
    if rows:
        work.note(differ=list(rows))
        return TallyAnswer(TallyState.DIFFER, tally.revision, rows)
    if check_sums(form, tally.figures):
        return TallyAnswer(TallyState.DO_NOT_ADD_UP, tally.revision)
    revision = count_revisions(work.session, work.election, tally.station_id, tally.kind) + 1
    work.session.add(
        Count(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=uuid4(),
            election_id=work.election.id,
            station_id=tally.station_id,
            kind=tally.kind,
            figures=dict(tally.figures),
            agreed_at=work.act.at,
            revision=revision,
        )
    )
    work.note(agreed=dict(tally.figures))
    let_go_of_lots(work)
    return TallyAnswer(TallyState.AGREED, tally.revision)


@election_act("counting.return_tally", needs_reason=True)
def return_tally(work: ElectionWork, station_id: UUID, kind: CountKind, entry: int) -> tuple[str, ...]:
    """Send one tally back to the person who erred, with the rows that differ cleared; nothing else is.

    Nobody picks a winner: the paper is counted again, and the two must be the same. The old figures stay.
    """
    station = station_of(work, station_id)
    work.writer = f"counting/{station.code}"
    if acts_as_one_of(work, who_entered(work, station, kind)):
        raise Refused(say.ENTERER_RETURNS)
    if (station.id, kind.value) in counts(work.session, work.election):
        raise Refused(say.ALREADY_AGREED, station=station.name)
    latest = {t.entry: t for t in tally_history(work.session, work.election, station.id, kind.value)}
    tally, other = latest.get(entry), latest.get(3 - entry)
    if tally is None or tally.returned_at is not None:
        raise Refused(say.NOTHING_TO_RETURN)
    form = form_of(work.session, work.election)
    rows = differing_rows(form, tally.figures, other.figures) if other and _still_says(form, other) else ()
    tally.returned_at, tally.returned_by = work.act.at, work.act.actor
    tally.return_reason, tally.cleared_rows = work.act.reason, list(rows or form.rows)
    work.note(station=station.code, kind=kind.value, entry=entry, cleared=tally.cleared_rows)
    return tuple(tally.cleared_rows)


def _still_says(form: Form, other: Tally) -> bool:
    """Whether the other tally can be compared: not when all of it is entered anew, after a discard or a recount.

    One that was sent back a moment ago can: the rows that differed are still the same.
    """
    return other.returned_at is None or not set(form.rows) <= set(other.cleared_rows or ())


@election_act("counting.explain")
def explain(work: ElectionWork, station_id: UUID, code: str, text: str) -> UUID:
    """Explain a finding of a station's ledger or figures; the text is printed in the record.

    It holds for these figures: a later count with other figures asks again.
    """
    station = station_of(work, station_id)
    work.writer = f"counting/{station.code}"
    present = {f.kind.code: f for f in _unit_of(work, station).findings}
    if code not in EXPLAINABLE or code not in present or not text.strip():
        raise Refused(say.NO_SUCH_FINDING, code=code)
    row = Explanation(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=uuid4(),
        election_id=work.election.id,
        station_id=station.id,
        code=code,
        facts=facts_of(present[code]),
        text=text.strip(),
        at=work.act.at,
        by=work.act.actor,
    )
    work.session.add(row)
    work.note(station=station.code, code=code)
    return row.id


@election_act("counting.settle")
def settle(work: ElectionWork, station_id: UUID) -> tuple[str, ...]:
    """Close the paper ledger of a station: every difference is found or explained. Returns the codes."""
    station = station_of(work, station_id)
    work.writer = f"counting/{station.code}"
    unit = _unit_of(work, station)
    if unit.figures is None:
        raise Refused(say.NOT_COUNTED, stations=station.name)
    if unit.unexplained:
        raise Refused(say.NOT_EXPLAINED, station=station.name, codes=", ".join(unit.unexplained))
    codes = tuple(f.kind.code for f in unit.findings)
    if unit.settled_as not in settlements(work.session, work.election):
        work.session.add(
            Settlement(
                municipality=work.scope.municipality,
                council=work.scope.council,
                id=uuid4(),
                election_id=work.election.id,
                station_id=unit.station.id,
                kind=unit.settled_as[1],
                count_revision=unit.settled_as[2],
                ledger=asdict(unit.ledger),
                findings=list(codes),
                at=work.act.at,
                by=work.act.actor,
            )
        )
    work.note(station=station.code, ledger=asdict(unit.ledger), findings=list(codes))
    return codes


@election_act("counting.record_lot")
def record_lot(work: ElectionWork, lot: Lot) -> UUID:
    """Record a lot that the count asks for, drawn by the board on paper or by the public seed.

    (KRVL §§ 81(2), 85 borrowed)
    """
    _demand_ready(work)
    let_go_of_lots(work)
    asked = count_document(counting_document(work.session, work.election)).get("lot_required")
    if (
        not isinstance(asked, dict)
        or asked["for"] != lot.purpose
        or set(asked["among"]) != set(lot.among)
        or len(lot.drawn) < int(asked["places"])
    ):
        raise Refused(LOT_NOT_ASKED_FOR)
    demand_as_the_seed(work, lot)
    return keep_lot(work, lot).id


@election_act("counting.determine")
def determine(work: ElectionWork) -> Determined:
    """Count. When a lot must be drawn first, say among whom; when decided, keep the result with its steps."""
    all_units = _demand_ready(work)
    let_go_of_lots(work)
    given = counting_document(work.session, work.election)
    document = count_document(given)
    outcome, status = str(document["outcome"]), status_of(all_units).value
    if outcome != "decided":
        work.note(outcome=outcome)
        return Determined(outcome, document, None, status)
    before = latest_result(work.session, work.election)
    revision = before.revision + 1 if before else 1
    work.session.add(
        Result(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=uuid4(),
            election_id=work.election.id,
            revision=revision,
            status=status,
            given=given,
            document=document,
            stations=station_figures(work.session, work.election),
            at=work.act.at,
            by=work.act.actor,
        )
    )
    work.note(outcome=outcome, elected=document["elected"], revision=revision, status=status)
    work.move_on()
    return Determined(outcome, document, revision, status)


def _demand_ready(work: ElectionWork) -> list[Unit]:
    all_units = units(work.session, work.election)
    missing = [u.station.name for u in all_units if u.figures is None]
    if missing:
        raise Refused(say.NOT_COUNTED, stations=", ".join(missing))
    settled = settlements(work.session, work.election)
    unsettled = [u.station.name for u in all_units if u.settled_as not in settled]
    if unsettled:
        raise Refused(say.NOT_SETTLED, stations=", ".join(unsettled))
    for unit in all_units:  # a final count may have brought a difference that the settled one did not have
        if unit.unexplained:
            raise Refused(say.NOT_EXPLAINED, station=unit.station.name, codes=", ".join(unit.unexplained))
    return all_units


def _unit_of(work: ElectionWork, station: Station) -> Unit:
    return next(u for u in units(work.session, work.election) if station.id in {member.id for member in u.members})


def _demand_no_candidate(work: ElectionWork) -> None:
    """A candidate does not count. (KRVL § 78a borrowed)"""
    own = work.session.scalar(
        select(Official.cpr_index).where(
            Official.municipality == work.scope.municipality, Official.id == work.act.actor
        )
    )
    if own is not None and any(own == c.cpr_index for c in accepted(work.session, work.election)):
        raise Refused(CANDIDATE_COUNTS, status=403)
