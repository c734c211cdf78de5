"""Counting a station again after its figures were agreed: two people of the board, with a reason."""

from __future__ import annotations

from uuid import UUID

from election.ballots.acts import station_of
from election.call.gate import ElectionWork, election_act
from election.counting.assembly import form_of
from election.counting.records import counts, tally_history
from election.counting.rules import NOTHING_TO_RECOUNT, CountKind
from registry.findings import Refused


@election_act("counting.reopen_count", needs_reason=True, needs_second=True)
def reopen_count(work: ElectionWork, station_id: UUID, kind: CountKind) -> int:
    """Open the agreed count of a station: both tallies go back, and both are entered anew. Returns its revision.

    The old figures stay with the reason. The ledger is settled and the result determined anew after it. A result
    that is certified must be opened first. (KRVL § 77 borrowed)
    """
    station = station_of(work, station_id)
    work.writer = f"counting/{station.code}"
    count = counts(work.session, work.election).get((station.id, kind.value))
    if count is None:
        raise Refused(NOTHING_TO_RECOUNT, station=station.name)
    count.reopened_at, count.reopened_by, count.reopen_reason = work.act.at, work.act.actor, work.act.reason
    rows = list(form_of(work.session, work.election).rows)
    for tally in tally_history(work.session, work.election, station.id, kind.value):
        if tally.returned_at is None:
            tally.returned_at, tally.returned_by = work.act.at, work.act.actor
            tally.return_reason, tally.cleared_rows = work.act.reason, rows
    work.note(station=station.code, kind=kind.value, revision=count.revision)
    return count.revision
