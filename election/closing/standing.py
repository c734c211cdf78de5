"""How far a station's closing has come: what was counted, what differs, what is explained and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from election.ballots.records import delivered_by_type
from election.ballots.rules import Ledger, ballot_types
from election.call.records import Election, Station, stations
from election.closing.merging import MergeDecision, merge_decisions
from election.closing.obstacles import obstacles_at
from election.closing.records import (
    ClosingNote,
    PaperCount,
    PollBook,
    latest_book,
    notes,
    paper_counts,
)
from election.closing.rules import (
    Obstacle,
    Piles,
    Registered,
    Step,
    fewest_papers,
    findings_of,
    is_small,
    ledger_of,
    step_of,
)
from election.polling.conflicts import conflicts
from election.polling.doubt import envelopes_accepted
from election.polling.records import closing
from election.polling.rules import turnout
from election.polling.standing import Standing, events_by_type, standings
from election.postal.records import postal_by_type
from registry.findings import Finding


@dataclass(frozen=True, slots=True)
class Difference:
    """A finding about one ballot type, and what was written about it since the papers were last counted."""

    ballot_type: str
    finding: Finding
    explanation: ClosingNote | None


@dataclass(frozen=True, slots=True)
class ClosingNow:
    standing: Standing
    types: tuple[str, ...]
    registered: Mapping[str, Registered]
    counted: Mapping[str, PaperCount]
    ledgers: Mapping[str, Ledger]
    differences: tuple[Difference, ...]
    objections: tuple[ClosingNote, ...]
    has_asked: bool
    obstacles: tuple[Obstacle, ...]
    book: PollBook | None
    fewest: int
    merge: MergeDecision | None
    """Where the unopened box goes, once two people have decided it."""
    rests_on: list[str]
    """What a book signed now would be about, so that anything later shows: figures, counts, notes, conflicts."""
    step: Step

    @property
    def unexplained(self) -> list[str]:
        return sorted({one.finding.kind.code for one in self.differences if one.explanation is None})


def closing_now(session: Session, election: Election, station: Station) -> ClosingNow:
    """Everything about the closing of one station, read anew."""
    standing = next(one for one in standings(session, election) if one.station.id == station.id)
    types = ballot_types(election)
    registered = registered_at(session, election, station)
    counted = {key: row for key, row in paper_counts(session, station).items() if key in types}
    piles = {key: piles_of(row) for key, row in counted.items()}
    every_note = notes(session, station)
    limit = election.regulation.plausibility.difference_limit.value
    differences = tuple(
        Difference(key, finding, _explanation(every_note, counted[key], finding))
        for key in types
        if key in piles
        for finding in findings_of(registered[key], piles[key], limit)
    )
    objections = tuple(note for note in every_note if note.kind == "objection")
    has_asked = bool(objections) or any(note.kind == "no_objection" for note in every_note)
    obstacles = tuple(obstacles_at(session, election, station))
    book = latest_book(session, station)
    ledgers = {key: ledger_of(registered[key], piles.get(key)) for key in types}
    rests_on = _rests_on(session, election, station, registered, counted, every_note)
    fewest, merge = fewest_papers(registered), merge_decisions(session, election).get(station.id)
    if merge is not None:
        rests_on.append(str(merge.id))
    return ClosingNow(
        standing=standing,
        types=types,
        registered=registered,
        counted=counted,
        ledgers=ledgers,
        differences=differences,
        objections=objections,
        has_asked=has_asked,
        obstacles=obstacles,
        book=book,
        fewest=fewest,
        merge=merge,
        rests_on=rests_on,
        step=step_of(
            is_shut=standing.closed is not None,
            must_go=merge is None and not counted and must_go(session, election, fewest),
            is_counted=all(key in counted for key in types),
            unexplained=[one for one in differences if one.explanation is None],
            has_asked=has_asked,
            obstacles=obstacles,
            is_signed=book is not None and book.content.get("rests_on") == rests_on,
        ),
    )


def must_go(session: Session, election: Election, fewest: int) -> bool:
    """Whether so few papers cannot be counted for themselves, and there is another station to count them with."""
    has_neighbours = len(stations(session, election)) > 1
    return has_neighbours and is_small(fewest, election.regulation.counting.small_count.value)


def counted_elsewhere(session: Session, election: Election) -> dict[UUID, UUID]:
    """Stations whose papers are counted with those of another, and which.

    By what two people decided before the box was opened; where nothing was written down, a station with so few
    papers goes to the neighbour that was named for it beforehand. (KRVL § 70(4) is the model)
    """
    gone = {one.station_id: one.into_id for one in merge_decisions(session, election).values()}
    for station in stations(session, election):
        if station.counted_with_id is None or station.id in gone:
            continue
        if _last(station.counted_with_id, gone) == station.id:
            continue  # the neighbour's own box came here
        if must_go(session, election, fewest_papers(registered_at(session, election, station))):
            gone[station.id] = station.counted_with_id
    return {one: _last(one, gone) for one in gone}


def _last(station_id: UUID, gone: Mapping[UUID, UUID]) -> UUID:
    """Where a box ends that goes to a neighbour whose own box goes on."""
    while station_id in gone:
        station_id = gone[station_id]
    return station_id


def books(session: Session, election: Election) -> list[tuple[Station, bool, PollBook | None]]:
    """Every station, whether its doors are shut, and its latest poll book."""
    return [
        (one, closing(session, one) is not None, latest_book(session, one)) for one in stations(session, election)
    ]


def piles_of(row: PaperCount) -> Piles:
    return Piles(row.unissued, row.returned, row.exchanged, row.in_envelopes, row.in_box)


def registered_at(session: Session, election: Election, station: Station) -> dict[str, Registered]:
    """What the desks and the office registered, by ballot type."""
    types = ballot_types(election)
    events, given = events_by_type(session, station), delivered_by_type(session, election)
    opened = envelopes_accepted(session, election)
    by_type = {key: turnout(events.get(key, {}), None, opened.get((station.id, key), 0)) for key in types}
    by_post = postal_by_type(session, election)
    found = {}
    for key, figures in by_type.items():
        found[key] = Registered(
            delivered=given.get((station.id, key), 0),
            handed_out=figures.admitted + figures.exchanges + figures.doubtful,
            returned=figures.returned,
            exchanged=figures.exchanges,
            in_envelopes=figures.doubtful - figures.envelopes_accepted,
            postal_in_box=by_post.get((station.id, key), 0),
        )
    return found


def _explanation(every: list[ClosingNote], count: PaperCount, finding: Finding) -> ClosingNote | None:
    """The latest explanation of this finding; one from before the papers were counted again says nothing."""
    found = [
        note
        for note in every
        if note.kind == "explanation"
        and note.finding == finding.kind.code
        and note.ballot_type == count.ballot_type
        and note.at >= count.at
    ]
    return found[-1] if found else None


def _rests_on(
    session: Session,
    election: Election,
    station: Station,
    registered: Mapping[str, Registered],
    counted: Mapping[str, PaperCount],
    every: list[ClosingNote],
) -> list[str]:
    figures = [f"{key}: {' '.join(map(str, astuple(one)))}" for key, one in sorted(registered.items())]
    rows = {row.id for row in counted.values()} | {note.id for note in every}
    rows |= {conflict.id for conflict in conflicts(session, election, station.id)}
    return figures + sorted(map(str, rows))
