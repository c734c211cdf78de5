"""The acts of a polling station. Admission is one conditional update; a second attempt is told where and when."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID, uuid4

from election.ballots.acts import station_of
from election.ballots.records import delivered
from election.ballots.rules import type_of_voter
from election.call.clock import local, shown
from election.call.gate import ElectionWork, election_act
from election.call.records import stations
from election.call.rules import Phase
from election.candidacy.acceptance import demand_no_station_role
from election.candidacy.findings import NO_BALLOT_ORDER
from election.candidacy.records import accepted
from election.poll_cards.acts import replace_card as new_card
from election.polling import findings as say
from election.polling.at_station import (
    add_event,
    demand_leader,
    open_for,
    paper_given,
    station_name,
    take_mark_from,
)
from election.polling.records import (
    StationClosing,
    StationOpening,
    event_counts,
    mark,
    mark_of,
    opening,
    standing_event,
    standing_events,
    station_now,
    votes_at,
)
from election.polling.rules import EventKind, Scanner, turnout
from election.roll.findings import ROLL_NOT_FROZEN
from election.roll.records import entry_by_index, roll_of
from election.staffing.acts import demand_duty
from registry.findings import Refused
from registry.regulation.calendar import local_instant


@dataclass(frozen=True, slots=True)
class Admitted:
    """The voter gets one paper."""

    event_id: UUID
    entry_id: UUID


@dataclass(frozen=True, slots=True)
class AlreadyAdmitted:
    """The voter has had a paper: where and when. No paper is given; the attempt is on record."""

    entry_id: UUID
    at: datetime
    station: str
    desk: str
    by_post: bool


@dataclass(frozen=True, slots=True)
class ZeroReport:
    """What must be nothing before a station opens, and which roll and how many papers it opens with."""

    admitted: int
    postal: int
    delivered: int
    roll_sha256: str
    is_live: bool
    scanner: str = ""
    """Whether a test card was read at the station before it opened (`rules.Scanner`)."""


@dataclass(frozen=True, slots=True)
class StationFigures:
    admitted: int
    exchanges: int
    returned: int
    doubtful: int
    postal: int


@election_act("polling.open_polls")
def open_polls(work: ElectionWork) -> Phase:
    """Polling begins: the roll is frozen, the ballot order settled, the day has come."""
    roll = roll_of(work.session, work.election)
    if roll is None or not roll.is_frozen:
        raise Refused(ROLL_NOT_FROZEN)
    if work.election.ballot_order_settled_at is None:
        raise Refused(NO_BALLOT_ORDER)
    if not stations(work.session, work.election):
        raise Refused(say.NO_STATIONS)
    today = local(work.act.at).date()
    if today != work.election.election_on:
        raise Refused(say.NOT_ELECTION_DAY, day=f"{work.election.election_on:%d.%m.%Y}", today=f"{today:%d.%m.%Y}")
    for standing in accepted(work.session, work.election):
        demand_no_station_role(work, standing)
    return work.move_on()


@election_act("polling.open_station")
def open_station(
    work: ElectionWork,
    station_id: UUID,
    seal_number: str,
    witnesses: str,
    scanner: Scanner = Scanner.NOT_TRIED,
) -> ZeroReport:
    """Open a station: box shown empty and sealed before witnesses, zero report. (KRVL § 52(3) borrowed)"""
    station = station_of(work, station_id)
    work.writer = f"station/{station.code}"
    now = station_now(work.connection, work.election, station_id)
    if now is not None and now.runs_on_laptop and not work.is_told_again:
        raise Refused(say.RUNS_ON_LAPTOP, station=station.name)
    demand_duty(work, station)
    before = opening(work.session, station)
    if before is not None:
        raise Refused(say.ALREADY_OPEN, station=station.name, at=shown(before.at))
    if not seal_number.strip() or not witnesses.strip():
        raise Refused(say.OPENING_INCOMPLETE)
    counts = event_counts(work.session, work.election).get(station.id, {})
    at_table = sum(counts.get(kind, 0) for kind in (EventKind.ADMIT, EventKind.EXCHANGE, EventKind.DOUBTFUL))
    if at_table:
        raise Refused(say.ZERO_REPORT_NOT_ZERO, number=at_table, station=station.name)
    roll = roll_of(work.session, work.election)
    report = ZeroReport(
        admitted=at_table,
        postal=turnout(counts, None).postal,
        delivered=delivered(work.session, work.election).get(station.id, 0),
        roll_sha256=(roll.sha256 or "") if roll else "",
        is_live=work.election.is_live,
        scanner=scanner.value,
    )
    work.session.add(
        StationOpening(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=uuid4(),
            station_id=station.id,
            at=work.act.at,
            by=work.act.actor,
            seal_number=seal_number.strip(),
            witnesses=witnesses.strip(),
            zero_report=asdict(report),
        )
    )
    work.note(station=station.code, zero_report=asdict(report))
    return report


@election_act("polling.admit", exclusive=False)
def admit(work: ElectionWork, station_id: UUID, desk: str, entry_id: UUID) -> Admitted | AlreadyAdmitted:
    """Give a voter one paper. The second attempt is refused, put on record and told where and when.

    One conditional update decides, so two desks in the same instant cannot both win. (KRVL § 53 borrowed)
    """
    station = open_for(work, station_id, desk)
    own_station, ballot_type = _voter(work, entry_id)
    is_here = own_station is None or own_station == station.id
    if is_here and mark(work.connection, work.scope, entry_id, station.id, desk, admitted_at=work.act.at):
        paper = paper_given(work, ballot_type)
        event = add_event(work, station, EventKind.ADMIT, desk, entry_id, ballot_type=paper)
        return Admitted(event, entry_id)
    before = mark_of(work.session, work.election, entry_id)
    if not is_here and (before is None or not before.has_paper):
        raise Refused(say.CARD_OF_OTHER_STATION, station=station_name(work, own_station))
    assert before is not None
    add_event(work, station, EventKind.ADMIT_REFUSED, desk, entry_id)
    by_post = before.postal_accepted_at is not None
    at = before.postal_accepted_at or before.admitted_at
    assert at is not None
    where = station_name(work, before.station_id) if before.station_id else ""
    return AlreadyAdmitted(entry_id, at, where, before.desk or "", by_post)


@election_act("polling.undo_admit", needs_reason=True)
def undo_admit(work: ElectionWork, station_id: UUID, desk: str, entry_id: UUID) -> UUID:
    """Undo an admission that was a mistake: the paper was not handed out, or to somebody else. The station
    leader does it, or stands beside whoever does. A voter who was admitted twice stays marked for the other time.
    """
    station = open_for(work, station_id, desk)
    demand_leader(work)
    before = mark_of(work.session, work.election, entry_id)
    if before is None or before.admitted_at is None:
        raise Refused(say.NOT_ADMITTED)
    if before.station_id != station.id:
        raise Refused(say.OTHER_STATION_ADMITTED, station=station_name(work, before.station_id))
    if standing_event(work.session, work.election, entry_id, EventKind.RETURN_UNUSED):
        raise Refused(say.RETURN_STANDS)
    marked = (before.station_id, before.desk, before.admitted_at)
    standing = standing_events(work.session, work.election, entry_id, EventKind.ADMIT)
    admitted = next((one for one in standing if (one.station_id, one.desk, one.at) == marked), None)
    if admitted is None:
        raise Refused(say.ADMITTED_BY_ENVELOPE)
    if not take_mark_from(work, admitted):
        raise Refused(say.NOT_ADMITTED)
    kind, paper = EventKind.UNDO_ADMIT, admitted.ballot_type
    return add_event(
        work, station, kind, desk, entry_id, work.act.reason, ballot_type=paper, undoes_id=admitted.id
    )


@election_act("poll_cards.replace")
def replace_card_at_station(work: ElectionWork, station_id: UUID, desk: str, entry_id: UUID) -> UUID:
    """A new card printed at the desk; the old one is void at once. Returns the card's id. (KRVL § 10)"""
    station = open_for(work, station_id, desk)
    _voter(work, entry_id)
    card_id = new_card(work, entry_id)
    add_event(work, station, EventKind.REPLACE_CARD, desk, entry_id)
    return card_id


@election_act("polling.close_station")
def close_station(work: ElectionWork, station_id: UUID, last_in_line_has_voted: bool) -> StationFigures:
    """Close a station: an act of its leader after the last in line, never of the clock. (KRVL § 52 borrowed)

    Before the regulation's closing time it needs a reason.
    """
    station = open_for(work, station_id, "leder")
    work.writer = f"station/{station.code}"
    if not last_in_line_has_voted:
        raise Refused(say.LAST_IN_LINE)
    closes_at = local_instant(work.election.election_on, work.election.regulation.polling.closes.value)
    if work.act.at < closes_at and not work.act.reason.strip():
        raise Refused(say.BEFORE_CLOSING_TIME, station=station.name, at=shown(closes_at))
    counts = event_counts(work.session, work.election).get(station.id, {})
    figures = turnout(counts, None)
    answer = StationFigures(
        figures.admitted, figures.exchanges, figures.returned, figures.doubtful, figures.postal
    )
    work.session.add(
        StationClosing(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=uuid4(),
            station_id=station.id,
            at=work.act.at,
            by=work.act.actor,
            figures=asdict(answer),
        )
    )
    work.note(station=station.code, figures=asdict(answer))
    return answer


def find_entry(work: ElectionWork, cpr: str) -> UUID | None:
    """The roll entry of a CPR number, for acts on files."""
    entry = entry_by_index(work.session, work.election, work.keyring.blind_index(cpr))
    return entry.id if entry else None


def _voter(work: ElectionWork, entry_id: UUID) -> tuple[UUID | None, str | None]:
    """The voter's station, None with free choice, and ballot type, None where no paper is for them. Raises
    Refused R5xx for somebody who may not vote.
    """
    found = votes_at(work.connection, work.election, entry_id)
    if found is None:
        raise Refused(say.NOT_ON_THE_ROLL)
    return found[0], type_of_voter(work.election, found[1])
