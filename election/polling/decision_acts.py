"""What two people decide afterwards: about an envelope of somebody in doubt, and about a conflict."""

from __future__ import annotations

from uuid import UUID

from election.ballots.acts import station_of
from election.call.clock import shown
from election.call.gate import ElectionWork, election_act
from election.polling import findings as say
from election.polling.at_station import demand_own_entry, station_name
from election.polling.conflicts import ConflictSettlement, PollingConflict, settlements
from election.polling.doubt import DoubtfulDecision, decision_of
from election.polling.records import PollingEvent, mark, mark_of, undoing, votes_at
from election.polling.rules import EventKind
from election.staffing.acts import demand_duty
from registry.findings import Refused


@election_act("polling.decide_doubtful", needs_reason=True, needs_second=True)
def decide_doubtful(
    work: ElectionWork, station_id: UUID, event_id: UUID, is_accepted: bool, entry_id: UUID | None = None
) -> UUID:
    """Decide about one envelope, with the reason.

    Accepted: the voter is marked, and the inner envelope goes unopened into the box. `entry_id` names the
    voter where nobody could say it at the desk. (KRVL §§ 71–72 borrowed)
    """
    station = station_of(work, station_id)
    work.writer = f"station/{station.code}"
    demand_duty(work, station)
    event = work.session.get(PollingEvent, (work.scope.municipality, work.scope.council, event_id))
    is_envelope = event is not None and event.station_id == station.id and event.kind == EventKind.DOUBTFUL
    if event is None or not is_envelope or undoing(work.session, work.election, [event_id]):
        raise Refused(say.ENVELOPE_UNKNOWN)
    decided = decision_of(work.session, work.election, event_id)
    if decided is not None:
        raise Refused(say.ENVELOPE_DECIDED, at=shown(decided.at))
    assert work.act.second_actor is not None
    if is_accepted:
        _mark_voter(work, event, event.entry_id or entry_id)
    row = DoubtfulDecision(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=work.new_id(),
        election_id=work.election.id,
        event_id=event_id,
        is_accepted=is_accepted,
        reason=work.act.reason.strip(),
        at=work.act.at,
        by=work.act.actor,
        cosigned_by=work.act.second_actor,
    )
    work.session.add(row)
    work.note(station=station.code, is_accepted=is_accepted)
    return row.id


def _mark_voter(work: ElectionWork, event: PollingEvent, entry_id: UUID | None) -> None:
    """The voter has voted from the moment the paper was handed out, at that desk; unless somewhere before."""
    if entry_id is None:
        raise Refused(say.ENVELOPE_OF_NOBODY)
    demand_own_entry(work, entry_id)
    if votes_at(work.session, work.election, entry_id) is None:
        raise Refused(say.ENVELOPE_OF_NOBODY)
    if mark(work.session, work.scope, entry_id, event.station_id, event.desk, admitted_at=event.at):
        return
    before = mark_of(work.session, work.election, entry_id)
    assert before is not None
    at = before.admitted_at or before.postal_accepted_at
    assert at is not None
    where = station_name(work, before.station_id)
    raise Refused(say.ENVELOPE_AFTER_VOTE, at=shown(at), station=where)


@election_act("polling.settle_conflict", needs_second=True, needs_reason=True)
def settle_conflict(work: ElectionWork, station_id: UUID, conflict_id: UUID) -> UUID:
    """Say what was found out about a conflict; the reason of the act is the account. No figure changes."""
    station = station_of(work, station_id)
    work.writer = f"station/{station.code}"
    demand_duty(work, station)
    conflict = work.session.get(PollingConflict, (work.scope.municipality, work.scope.council, conflict_id))
    if conflict is None or conflict.station_id != station.id:
        raise Refused(say.CONFLICT_UNKNOWN)
    before = settlements(work.session, work.election).get(conflict_id)
    if before is not None:
        raise Refused(say.CONFLICT_SETTLED, at=shown(before.at))
    assert work.act.second_actor is not None
    row = ConflictSettlement(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=work.new_id(),
        election_id=work.election.id,
        conflict_id=conflict_id,
        account=work.act.reason.strip(),
        at=work.act.at,
        by=work.act.actor,
        cosigned_by=work.act.second_actor,
    )
    work.session.add(row)
    work.note(station=station.code, conflict=conflict.kind)
    return row.id
