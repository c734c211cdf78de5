"""Both tallies of a station discarded by the board: neither holds, and everything is counted and entered anew."""

from __future__ import annotations

from uuid import UUID

from election.ballots.acts import station_of
from election.call.gate import ElectionWork, election_act
from election.counting.assembly import form_of
from election.counting.assignment import who_entered
from election.counting.persons import acts_as_one_of
from election.counting.records import counts, tally_history
from election.counting.rules import ALREADY_AGREED, ENTERER_RETURNS, CountKind
from registry.findings import Refused, finding_kind

NOTHING_TO_DISCARD = finding_kind(
    "R340",
    "{station} har ikke to indtastninger, der er uenige eller ikke går op. Intet er kasseret. "
    "Vent på den anden, eller send den ene tilbage.",
)


@election_act("counting.discard_tallies", needs_reason=True)
def discard_tallies(work: ElectionWork, station_id: UUID, kind: CountKind) -> tuple[int, int]:
    """Discard both tallies of a station, whichever is right: the whole form is entered anew, twice.

    By somebody of the board who has entered neither. The old figures stay with the reason. Returns the revisions
    that were discarded. (KRVL § 74 borrowed)
    """
    station = station_of(work, station_id)
    work.writer = f"counting/{station.code}"
    if acts_as_one_of(work, who_entered(work, station, kind)):
        raise Refused(ENTERER_RETURNS)
    if (station.id, kind.value) in counts(work.session, work.election):
        raise Refused(ALREADY_AGREED, station=station.name)
    history = tally_history(work.session, work.election, station.id, kind.value)
    live = [tally for tally in history if tally.returned_at is None]
    if len(live) != 2:
        raise Refused(NOTHING_TO_DISCARD, station=station.name)
    rows = form_of(work.session, work.election).rows_with(*(tally.figures for tally in live))
    for tally in live:
        tally.returned_at, tally.returned_by = work.act.at, work.act.actor
        tally.return_reason, tally.cleared_rows = work.act.reason, list(rows)
    first, second = (tally.revision for tally in live)
    work.note(station=station.code, kind=kind.value, discarded=[first, second])
    return first, second
