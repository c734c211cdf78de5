"""Reading together what the count of an election rests on: the form, the ledger, the document that is counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from election.ballots.records import delivered
from election.ballots.rules import PAPERS_MISSING, Ledger, ledger_findings, together
from election.call.lots import BALLOT_ORDER, lots
from election.call.records import Election, Station, stations
from election.candidacy.records import Candidacy, accepted
from election.closing.standing import counted_elsewhere
from election.counting.explaining import explained_now
from election.counting.lost_boxes import AGAIN, FOUND, HOLDS, WITHOUT, LostBox, lost_boxes
from election.counting.records import Count, counts, explanations, latest_result, opened_counts
from election.counting.rules import CountKind, Form, added, is_invalid_row, limits_of, plausibility, valid_papers
from election.counting.small_counts import publishable
from election.lists.records import alliances_of, lists_on_ballot
from election.polling.doubt import accepted_at_stations
from election.polling.records import event_counts
from election.polling.rules import Turnout, turnout
from election.postal.records import postal_in_box
from election.roll.station_list import has_own_ballots
from registry.findings import Finding
from registry.regulation.choices import Method

SET_ASIDE_ROWS = frozenset({"returned", "exchanged", "in_envelopes"})


@dataclass(frozen=True, slots=True)
class Unit:
    """Stations whose papers are counted together: the one that counts, and those mixed into it."""

    station: Station
    members: tuple[Station, ...]
    count: Count | None
    figures: Mapping[str, int] | None
    """The agreed figures of all members added; None while the unit is not counted."""
    ledger: Ledger
    findings: tuple[Finding, ...]
    explained: Mapping[str, str]
    lost: LostBox | None = None
    """The papers are gone; None also where they were found again."""

    @property
    def settled_as(self) -> tuple[UUID, str, int]:
        """The key of the settlement that this unit's count needs."""
        if self.count is None:
            return self.station.id, "lost" if self.lost else "", self.lost.number if self.lost else 0
        return self.station.id, self.count.kind, self.count.revision

    @property
    def unexplained(self) -> tuple[str, ...]:
        codes = {finding.kind.code for finding in self.findings}
        return tuple(sorted(codes - set(self.explained)))


def form_of(session: Session, election: Election) -> Form:
    """The counting form: the accepted candidates in ballot order, lists, grounds of invalidity."""
    standing, rules = accepted(session, election), election.regulation
    uses_lists = rules.seats.method.value is Method.LISTS_DHONDT
    by_group: dict[str, list[str]] = defaultdict(list)
    by_list: dict[str, list[str]] = defaultdict(list)
    for candidate in standing:
        by_group[candidate.group or ""].append(candidate.label)
        by_list[candidate.list_key or ""].append(candidate.label)
    by_list.pop("", None)
    return Form(
        candidates=tuple(c.label for c in standing),
        lists=tuple(sorted({c.list_key for c in standing if c.list_key})) if uses_lists else (),
        invalid=tuple(ground.code for ground in rules.counting.invalid_grounds if ground.code != "blank"),
        min_crosses=rules.seats.min_crosses.value,
        max_crosses=1 if uses_lists else rules.seats.votes_per_voter.value,
        ballot_types=tuple(map(tuple, by_group.values())) if has_own_ballots(rules) else (),
        parties=tuple((f"list:{key}", *labels) for key, labels in by_list.items()) if uses_lists else (),
    )


def turnouts(session: Session, election: Election, by_station: Mapping[UUID, int]) -> dict[UUID, Turnout]:
    """Figures of each station; `by_station` holds who may vote there, empty with free choice."""
    events, opened = event_counts(session, election), accepted_at_stations(session, election)
    return {
        s.id: turnout(events.get(s.id, {}), by_station.get(s.id), opened.get(s.id, 0))
        for s in stations(session, election)
    }


def units(session: Session, election: Election) -> list[Unit]:
    """Every unit with its count, its ledger and what must be found or explained."""
    form, regulation = form_of(session, election), election.regulation
    every, agreed = stations(session, election), counts(session, election)
    registered, given = turnouts(session, election, {}), delivered(session, election)
    by_post = postal_in_box(session, election)
    texts = explanations(session, election)
    opened = {(c.station_id, c.kind) for c in opened_counts(session, election)}
    raw = []
    gone = counted_elsewhere(session, election)
    gone_papers = {key: one for key, one in lost_boxes(session, election).items() if one.decision != FOUND}
    for station in every:
        if station.id in gone:
            continue
        members = (station, *(s for s in every if gone.get(s.id) == station.id))
        found = {m.id: _best(agreed, opened, m.id) for m in members}
        lost = gone_papers.get(station.id)
        if lost is not None and lost.decision == HOLDS:
            found[station.id] = _best(agreed, (), station.id)
        if lost is not None and lost.decision in (WITHOUT, AGAIN):
            found[station.id] = None
        own = found[station.id]
        read = {m: dict(c.figures) for m, c in found.items() if c is not None}
        if lost is not None and lost.decision == WITHOUT:
            read[station.id] = dict.fromkeys(form.required, 0)
        # What one member has counted says nothing of the whole heap before the heap is counted.
        heap = read.get(station.id)
        figures = added(form, list(read.values())) if heap is not None else None
        ledgers = [
            _ledger(
                given.get(m.id, 0), registered[m.id], by_post[m.id], read.get(m.id) if heap else None, heap or {}
            )
            for m in members
        ]
        ledger = together(ledgers) if len(ledgers) > 1 else ledgers[0]
        raw.append((station, members, own, figures, ledger, lost))
    all_units = []
    for station, members, own, figures, ledger, lost in raw:
        others = [f for s, _, _, f, _, _ in raw if s.id != station.id and f is not None]
        findings: list[Finding] = []
        if figures is not None:
            findings = ledger_findings(ledger, regulation.plausibility.difference_limit.value)
            findings += plausibility(figures, others, limits_of(regulation))
        member_ids = {m.id for m in members}
        explained = explained_now(findings, [e for e in texts if e.station_id in member_ids])
        if lost is not None:
            explained.setdefault(PAPERS_MISSING.code, f"{lost.circumstances} {lost.grounds}")
        all_units.append(Unit(station, members, own, figures, ledger, tuple(findings), explained, lost))
    return all_units


def _best(
    agreed: Mapping[tuple[UUID, str], Count], opened: Collection[tuple[UUID, str]], station_id: UUID
) -> Count | None:
    """The final count where there is one, else the preliminary one; none while a final count is made again.

    What was known to be counted more exactly is not taken back to the first figures in silence.
    """
    final = agreed.get((station_id, CountKind.FINAL))
    if final is not None or (station_id, CountKind.FINAL.value) in opened:
        return final
    return agreed.get((station_id, CountKind.PRELIMINARY))


def _ledger(
    papers: int, figures: Turnout, by_post: int, read: Mapping[str, int] | None, heap: Mapping[str, int]
) -> Ledger:
    """Papers that were counted count; where a heap was not counted, what the desk registered stands in.

    A station without a count of its own has its papers in the `heap` of the unit: what is counted there is
    not counted here a second time.
    """
    counted = read if read is not None else dict.fromkeys(SET_ASIDE_ROWS & heap.keys(), 0)
    return Ledger(
        delivered=papers,
        unissued=counted.get("unissued"),
        handed_out=figures.admitted + figures.exchanges + figures.doubtful,
        returned=counted.get("returned", figures.returned),
        exchanged=counted.get("exchanged", figures.exchanges),
        in_envelopes=counted.get("in_envelopes", figures.doubtful - figures.envelopes_accepted),
        postal_in_box=by_post,
        in_box=counted.get("in_box"),
    )


def status_of(all_units: list[Unit]) -> CountKind:
    """Final when every station that is counted has its final count, or none can be made any more."""
    kinds = {
        CountKind.FINAL.value if unit.lost is not None and unit.lost.decision == HOLDS else unit.count.kind
        for unit in all_units
        if unit.count is not None
    }
    return CountKind.FINAL if kinds == {CountKind.FINAL.value} else CountKind.PRELIMINARY


def counting_document(session: Session, election: Election) -> dict[str, object]:
    """What is counted, in the form of contracts/counting.md, with the lots drawn so far."""
    rules, form = election.regulation, form_of(session, election)
    totals = added(form, [u.figures for u in units(session, election) if u.figures is not None])
    standing = sorted(accepted(session, election), key=lambda c: c.number)
    seats, substitutes = rules.seats, rules.substitutes
    document: dict[str, object] = {"seats": seats.number.value}
    if form.lists:
        document["method"] = Method.LISTS_DHONDT.value
        document |= _lists_and_candidates(session, election, totals, standing)
        if rules.lists.threshold.value != "0":
            document["threshold"] = rules.lists.threshold.value
    else:
        # With several crosses a tally holds the votes of each candidate, so both methods count the same.
        document["method"] = Method.PERSONAL_VOTES.value
        reserved = dict(seats.reserved.value)
        document["candidates"] = [
            _candidate(c, totals) | ({"group": c.group} if reserved and c.group else {}) for c in standing
        ]
        if reserved:
            document["reserved_seats"] = reserved
            document["unfilled_reserved"] = seats.unfilled_reserved.value.value
    document["substitutes"] = {"order": substitutes.order.value.value, "max": rules.most_substitutes}
    document["rank_substitutes"] = substitutes.are_ranked.value
    document["lots"] = [
        {"among": lot.among, "drawn": lot.drawn} for lot in lots(session, election) if lot.purpose != BALLOT_ORDER
    ]
    return document


def _lists_and_candidates(
    session: Session, election: Election, totals: Mapping[str, int], standing: list[Candidacy]
) -> dict[str, object]:
    """The lists with all their votes, their candidates, and the alliances that hold among them.

    On a list with an order of its own the candidates stand in it: that order takes seats (KRVL § 86).
    """
    on_ballot = lists_on_ballot(session, election, standing)
    side_by_side = {one.key for one in on_ballot if not one.is_ordered}
    candidates = [c for c in standing if c.list_key in side_by_side]
    candidates += [c for one in on_ballot if one.is_ordered for c in one.candidates]
    document: dict[str, object] = {
        "candidates": [_candidate(c, totals) | {"list": c.list_key} for c in candidates],
        "lists": [
            {
                "id": one.key,
                "name": one.name,
                "votes": totals.get(f"list:{one.key}", 0) + sum(totals.get(c.label, 0) for c in one.candidates),
            }
            | ({"order": "partiliste"} if one.is_ordered else {})
            for one in on_ballot
        ],
    }
    keys = {one.key for one in on_ballot}
    # A list without candidates is not on the ballot: the others in its alliance stay together.
    together = [[key for key in alliance if key in keys] for alliance in alliances_of(session, election).valid]
    if any(len(alliance) > 1 for alliance in together):
        document["alliances"] = [alliance for alliance in together if len(alliance) > 1]
    return document


def _candidate(candidacy: Candidacy, totals: Mapping[str, int]) -> dict[str, object]:
    return {"id": candidacy.label, "name": candidacy.ballot_name, "votes": totals.get(candidacy.label, 0)}


def station_figures(session: Session, election: Election) -> list[dict[str, object]]:
    """Figures per station as they may be published: small counts only together with a neighbour's."""
    form = form_of(session, election)
    counted = [u for u in units(session, election) if u.figures is not None]
    parts = [(tuple(m.name for m in u.members), dict(u.figures or {})) for u in counted]
    before = latest_result(session, election)
    shown_together = [block["stations"] for block in before.stations] if before else []
    blocks = publishable(form, parts, election.regulation.counting.small_count.value, shown_together)
    shown = []
    for block in blocks:
        figures = added(form, [parts[position][1] for position in block])
        shown.append(
            {
                "stations": [name for position in block for name in parts[position][0]],
                "in_box": figures["in_box"],
                "valid": valid_papers(figures),
                "blank": figures["blank"],
                "invalid": {
                    row.removeprefix("invalid:"): number for row, number in figures.items() if is_invalid_row(row)
                },
                "votes": {row: figures[row] for row in form.vote_rows},
            }
        )
    return shown
