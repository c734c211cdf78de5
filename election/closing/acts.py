"""Counting the papers of a closed station, explaining, asking for objections, signing; and ending the polls."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID, uuid4

from election.alone.records import unfinished
from election.ballots.acts import station_of
from election.ballots.rules import ballot_types, figures_of
from election.call.clock import shown
from election.call.gate import ElectionWork, election_act
from election.call.records import Station, board, stations
from election.call.rules import Phase
from election.closing import rules as say
from election.closing.records import ClosingNote, PaperCount, PollBook, notes, paper_counts
from election.closing.rules import Piles, Step, missing_types
from election.closing.standing import ClosingNow, closing_now
from election.packets.records import packets
from election.polling import findings as polling_says
from election.polling.records import closing
from election.postal.standing import demand_done
from election.staffing.acts import demand_duty
from registry.accounts.records import names
from registry.audit.records import heads
from registry.findings import Refused


@dataclass(frozen=True, slots=True)
class Signed:
    """The book that two people signed, and the fingerprint of the log that stands on it."""

    book_id: UUID
    number: int
    log_root: str


@election_act("closing.count_papers", needs_second=True)
def count_papers(work: ElectionWork, station_id: UUID, piles: Mapping[str, Piles]) -> int:
    """Record the piles of a closed station, one count for each ballot type. Returns which count it is.

    Counting again adds a count and needs a reason; the figures before stay. (KRVL § 58 borrowed)
    """
    station = shut_station(work, station_id)
    demand_done(work.session, work.election, station)
    wanted = ballot_types(work.election)
    if missing := missing_types(wanted, piles):
        raise Refused(say.EVERY_TYPE, types=", ".join(missing))
    before = paper_counts(work.session, station)
    _demand_right_boxes(work, station, piles)
    attempt = 1 + max((row.attempt for row in before.values()), default=0)
    if before and not work.act.reason.strip():
        raise Refused(say.RECOUNT_NEEDS_REASON)
    for ballot_type in wanted:
        work.session.add(
            PaperCount(
                **_own(work, station),
                ballot_type=ballot_type,
                attempt=attempt,
                **asdict(piles[ballot_type]),
                reason=work.act.reason,
                at=work.act.at,
                by=work.act.actor,
                cosigned_by=work.act.second_actor,
            )
        )
    work.note(station=station.code, attempt=attempt, piles={key: asdict(one) for key, one in piles.items()})
    return attempt


@election_act("closing.note")
def explain(work: ElectionWork, station_id: UUID, ballot_type: str, finding: str, text: str) -> UUID:
    """Explain a difference that stands now. A second explanation is a new row; both are printed."""
    station = shut_station(work, station_id)
    now = closing_now(work.session, work.election, station)
    if (ballot_type, finding) not in {(one.ballot_type, one.finding.kind.code) for one in now.differences}:
        raise Refused(say.NO_SUCH_FINDING, code=finding, station=station.name)
    return _note(work, station, "explanation", text, finding=finding, ballot_type=ballot_type)


@election_act("closing.note")
def object_to(work: ElectionWork, station_id: UUID, raised_by: str, text: str) -> UUID:
    """Write down an objection that somebody in the room made, in that person's words."""
    return _note(work, shut_station(work, station_id), "objection", text, raised_by=raised_by)


@election_act("closing.note")
def nobody_objects(work: ElectionWork, station_id: UUID) -> UUID:
    """Write down that the room was asked and nobody objected."""
    station = shut_station(work, station_id)
    if any(note.kind == "objection" for note in notes(work.session, station)):
        raise Refused(say.SAYS_BOTH)
    return _note(work, station, "no_objection", "")


@election_act("closing.sign", needs_second=True)
def sign(work: ElectionWork, station_id: UUID) -> Signed:
    """Two people sign the poll book; after a correction a new number is signed. (KRVL §§ 16(6), 76 borrowed)"""
    station = shut_station(work, station_id)
    now = closing_now(work.session, work.election, station)
    _demand_ready(station, now)
    number = now.book.number + 1 if now.book else 1
    size, root = log_head(work)
    book = PollBook(
        **_own(work, station),
        number=number,
        content=_content(work, station, now),
        log_size=size,
        log_root=root,
        at=work.act.at,
        by=work.act.actor,
        cosigned_by=work.act.second_actor,
    )
    work.session.add(book)
    work.note(station=station.code, number=number, log_size=size, log_root=root)
    return Signed(book.id, number, root)


@election_act("polling.close_polls")
def close_polls(work: ElectionWork) -> Phase:
    """Counting may begin once every station is closed and its poll book signed; a missing book needs a reason."""
    every = stations(work.session, work.election)
    still_open = [s.name for s in every if closing(work.session, s) is None]
    if still_open:
        raise Refused(polling_says.STATIONS_STILL_OPEN, stations=", ".join(still_open))
    out = {package.station_id for package in unfinished(work.session, work.election)}
    if out:
        raise Refused(say.LAPTOPS_OUT, stations=", ".join(s.name for s in every if s.id in out))
    missing = [s for s in every if closing_now(work.session, work.election, s).step is not Step.SIGNED]
    if missing and not work.act.reason.strip():
        raise Refused(say.BOOKS_MISSING, stations=", ".join(s.name for s in missing))
    work.note(without_book=[s.code for s in missing])
    return work.move_on()


def log_head(work: ElectionWork) -> tuple[int, str]:
    """How many entries the council's log holds, and one fingerprint over the newest entry of every chain.

    On paper it shows later whether an entry from before was changed, taken out or cut off.
    """
    every = heads(work.session, work.scope)
    lines = "".join(f"{link.writer} {link.seq} {link.leaf_hash.hex()}\n" for link in every)
    return sum(link.seq for link in every), hashlib.sha256(lines.encode()).hexdigest()


def shut_station(work: ElectionWork, station_id: UUID) -> Station:
    """The closed station at which the two may act. Raises Refused R800."""
    station = station_of(work, station_id)
    work.writer = f"station/{station.code}"
    demand_duty(work, station)
    if closing(work.session, station) is None:
        raise Refused(say.DOORS_NOT_SHUT, station=station.name)
    return station


def _demand_right_boxes(work: ElectionWork, station: Station, piles: Mapping[str, Piles]) -> None:
    """A box that goes to a neighbour stays sealed; every other one is counted."""
    now = closing_now(work.session, work.election, station)
    if now.step is Step.BOX:
        raise Refused(say.BOX_MUST_GO, station=station.name)
    counted = [one.in_box is not None for one in piles.values()]
    if now.merge is not None and any(counted):
        raise Refused(say.BOX_IS_SEALED, station=station.name)
    if now.merge is None and not all(counted):
        raise Refused(say.BOX_NOT_COUNTED, station=station.name)


def _own(work: ElectionWork, station: Station) -> dict[str, Any]:
    return {
        "municipality": work.scope.municipality,
        "council": work.scope.council,
        "id": uuid4(),
        "election_id": work.election.id,
        "station_id": station.id,
    }


def _note(
    work: ElectionWork,
    station: Station,
    kind: str,
    text: str,
    *,
    finding: str = "",
    ballot_type: str = "",
    raised_by: str = "",
) -> UUID:
    row = ClosingNote(
        **_own(work, station),
        kind=kind,
        finding=finding,
        ballot_type=ballot_type,
        text=text.strip(),
        raised_by=raised_by.strip(),
        at=work.act.at,
        by=work.act.actor,
    )
    work.session.add(row)
    work.note(station=station.code, note=kind, finding=finding)
    return row.id


def _demand_ready(station: Station, now: ClosingNow) -> None:
    if now.step is Step.BOX:
        raise Refused(say.BOX_MUST_GO, station=station.name)
    if now.step is Step.PAPERS:
        raise Refused(say.NOT_COUNTED, station=station.name)
    if now.step is Step.DIFFERENCES:
        raise Refused(say.NOT_EXPLAINED, codes=", ".join(now.unexplained))
    if now.step is Step.REST:
        what = " ".join(one.text % {"number": one.number} for one in now.obstacles)
        raise Refused(say.STILL_OPEN, station=station.name, what=what)
    if now.step is Step.OBJECTIONS:
        raise Refused(say.NOBODY_ASKED)
    if now.step is Step.SIGNED:
        raise Refused(say.ALREADY_SIGNED, station=station.name)


def _content(work: ElectionWork, station: Station, now: ClosingNow) -> dict[str, Any]:
    """What the book says, fixed when it is signed. Officials and those who objected are named; no voter is."""
    standing = now.standing
    assert standing.opened is not None
    assert standing.closed is not None
    people = names(
        work.session,
        work.scope.municipality,
        {standing.opened.by, standing.closed.by, work.act.actor, work.act.second_actor or work.act.actor}
        | {one.explanation.by for one in now.differences if one.explanation}
        | {row.by for row in now.counted.values()}
        | {row.cosigned_by for row in now.counted.values()},
    )
    return {
        "station": station.name,
        "board": [{"name": one.name, "is_chair": one.is_chair} for one in board(work.session, work.election)],
        "opened": {
            "at": shown(standing.opened.at),
            "by": people.get(standing.opened.by, ""),
            "seal": standing.opened.seal_number,
            "witnesses": standing.opened.witnesses,
            "zero_report": standing.opened.zero_report,
        },
        "closed": {"at": shown(standing.closed.at), "by": people.get(standing.closed.by, "")},
        "figures": asdict(standing.figures) | {"voted": standing.figures.voted},
        "ledgers": {key: figures_of(ledger) for key, ledger in now.ledgers.items()},
        "merge": _merged(work, now),
        "counted_by": sorted(
            {people.get(who, "") for row in now.counted.values() for who in (row.by, row.cosigned_by)}
        ),
        "recounted": sorted({row.reason for row in now.counted.values() if row.reason}),
        "differences": [
            {
                "ballot_type": one.ballot_type,
                "code": one.finding.kind.code,
                "text": one.finding.in_danish(),
                "explanation": one.explanation.text if one.explanation else "",
                "by": people.get(one.explanation.by, "") if one.explanation else "",
            }
            for one in now.differences
        ],
        "objections": [{"by": note.raised_by, "text": note.text} for note in now.objections],
        "signed_by": [people.get(work.act.actor, ""), people.get(work.act.second_actor or work.act.actor, "")],
        "rests_on": now.rests_on,
    }


def _merged(work: ElectionWork, now: ClosingNow) -> dict[str, Any] | None:
    """Where the unopened box went, and why."""
    if now.merge is None:
        return None
    into = next(one for one in stations(work.session, work.election) if one.id == now.merge.into_id)
    seal = next(one.seal_number for one in packets(work.session, work.election) if one.id == now.merge.packet_id)
    return {"into": into.name, "fewest": now.merge.fewest, "least": now.merge.least, "seal": seal}
