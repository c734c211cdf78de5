"""What acts at a station begin and end with: is it open, which paper is it, and what is written down."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update

from election.ballots.acts import NO_SUCH_STATION
from election.ballots.rules import ballot_types
from election.call.clock import shown
from election.call.gate import ElectionWork
from election.call.records import Station
from election.polling import findings as say
from election.polling.events import write_event
from election.polling.records import PollingEvent, StationNow, VoterMark, standing_events, station_now
from election.polling.rules import EventKind
from election.roll.records import RollEntry
from election.staffing.acts import demand_duty
from registry.accounts.records import holds_role
from registry.findings import Refused
from registry.roles import Role


def open_for(work: ElectionWork, station_id: UUID, desk: str) -> StationNow:
    """The station, open now, with its desk as the writer. Raises Refused R500, R501, R675, R760."""
    station = station_now(work.connection, work.election, station_id)
    if station is None:
        raise Refused(NO_SUCH_STATION, status=404)
    work.writer = f"desk/{station.code}/{desk}"
    _demand_here(work, station)
    if station.opened_at is None:
        raise Refused(say.STATION_NOT_OPEN, station=station.name)
    if station.closed_at is not None:
        raise Refused(say.STATION_CLOSED, station=station.name, at=shown(station.closed_at))
    return station


def demand_on_this_computer(work: ElectionWork, station_id: UUID) -> None:
    """For what is also done before the doors open and after they are shut. Raises Refused R760."""
    station = station_now(work.connection, work.election, station_id)
    if station is not None:
        _demand_here(work, station)


def _demand_here(work: ElectionWork, station: StationNow) -> None:
    if station.runs_on_laptop and not work.is_told_again:
        raise Refused(say.RUNS_ON_LAPTOP, station=station.name)
    if station.has_duties:
        demand_duty(work, station, are_there_any=True)


def demand_leader(work: ElectionWork) -> None:
    """Whoever acts, or the second person, leads a station. Raises Refused R524."""
    people = [one for one in (work.act.actor, work.act.second_actor) if one is not None]
    if not any(holds_role(work.session, work.scope, one, {Role.STATION_LEADER}) for one in people):
        raise Refused(say.LEADER_MISSING)


def paper_given(work: ElectionWork, ballot_type: str | None) -> str:
    """The paper that is handed out or comes back, where there are several. Raises Refused R525, R526."""
    if ballot_type is None:
        raise Refused(say.NO_PAPER_FOR_VOTER)
    types = ballot_types(work.election)
    if ballot_type not in types:
        raise Refused(say.WHICH_PAPER, types=", ".join(types))
    return ballot_type


def demand_own_entry(work: ElectionWork, entry_id: UUID | None) -> None:
    """An entry is of this election's roll, struck or not."""
    if entry_id is None:
        return
    entry = work.session.get(RollEntry, (work.scope.municipality, work.scope.council, entry_id))
    if entry is None or entry.election_id != work.election.id:
        raise Refused(say.NOT_ON_THE_ROLL)


def add_event(
    work: ElectionWork,
    station: Station | StationNow,
    kind: EventKind,
    desk: str,
    entry_id: UUID | None,
    ground: str = "",
    *,
    ballot_type: str = "",
    undoes_id: UUID | None = None,
) -> UUID:
    """The event of this act, in the station's own line of the log."""
    work.note(station=station.code, desk=desk, event=kind.value)
    return write_event(
        work, station.id, kind, desk, entry_id, ground=ground, ballot_type=ballot_type, undoes_id=undoes_id
    )


def take_mark_from(work: ElectionWork, admitted: PollingEvent) -> bool:
    """Take away the mark that this admission set. Where the voter was admitted elsewhere too, the mark goes there.

    False when the mark is of something else. (Regulation: nobody votes twice)
    """
    assert admitted.entry_id is not None
    other = standing_admission(work, admitted.entry_id, but=admitted)
    done = work.session.execute(
        update(VoterMark)
        .where(
            VoterMark.municipality == work.scope.municipality,
            VoterMark.council == work.scope.council,
            VoterMark.entry_id == admitted.entry_id,
            VoterMark.station_id == admitted.station_id,
            VoterMark.desk == admitted.desk,
            VoterMark.admitted_at == admitted.at,
        )
        .values(
            admitted_at=other.at if other else None,
            station_id=other.station_id if other else None,
            desk=other.desk if other else None,
        )
    )
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def standing_admission(
    work: ElectionWork, entry_id: UUID, *, but: PollingEvent | None = None
) -> PollingEvent | None:
    """The first admission of a voter that nobody has taken back, apart from `but`: what a mark falls back to."""
    standing = standing_events(work.session, work.election, entry_id, EventKind.ADMIT)
    return next((one for one in reversed(standing) if but is None or one.id != but.id), None)


def station_name(work: ElectionWork, station_id: UUID | None) -> str:
    station = (
        work.session.get(Station, (work.scope.municipality, work.scope.council, station_id))
        if station_id
        else None
    )
    return station.name if station else "?"
