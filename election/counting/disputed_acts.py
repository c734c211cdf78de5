"""What the election board decides about a paper that was set aside."""

from __future__ import annotations

from uuid import UUID, uuid4

from election.ballots.acts import station_of
from election.call.gate import ElectionWork, election_act
from election.call.records import board
from election.counting.assembly import form_of
from election.counting.disputed import (
    DISPUTED_ROW,
    MARK_HOLDS_CPR,
    NO_MAJORITY,
    decided_row,
    is_majority,
)
from election.counting.records import DisputedPaper
from registry.findings import Refused
from registry.free_text import holds_cpr


@election_act("counting.decide_disputed", needs_reason=True)
def decide_disputed(
    work: ElectionWork,
    station_id: UUID,
    mark: str,
    counted_as: str,
    votes_for: int,
    votes_against: int,
    seen: tuple[str, ...] = (),
    crosses: int | None = None,
) -> UUID:
    """The election board decides what a disputed paper counts as, by a majority and with its ground.

    `seen` are all grounds of invalidity that the board sees; which of them is recorded follows from the
    regulation. The paper goes into that heap before the tallies are entered; no figure changes here.
    (KRVL §§ 75, 78; BEK 30/2024 § 32(2))
    """
    station = station_of(work, station_id)
    work.writer = f"counting/{station.code}"
    if not mark.strip():
        raise Refused(DISPUTED_ROW, row=counted_as)
    if holds_cpr(mark):
        raise Refused(MARK_HOLDS_CPR)
    form, grounds = form_of(work.session, work.election), work.election.regulation.counting.invalid_grounds
    row = decided_row(form, grounds, counted_as, seen, crosses)
    members = len(board(work.session, work.election))
    if not is_majority(votes_for, votes_against, members):
        raise Refused(NO_MAJORITY, votes_for=votes_for, votes_against=votes_against, members=members)
    found = [ground.code for ground in grounds if ground.code in seen]
    paper = DisputedPaper(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=uuid4(),
        election_id=work.election.id,
        station_id=station.id,
        mark=mark.strip(),
        found_grounds=found,
        counted_as=row,
        votes_for=votes_for,
        votes_against=votes_against,
        grounds=work.act.reason,
        at=work.act.at,
        by=work.act.actor,
    )
    work.session.add(paper)
    work.note(station=station.code, counted_as=row, votes_for=votes_for, votes_against=votes_against)
    if found:
        work.note(found_grounds=found, **({} if crosses is None else {"crosses": crosses}))
    return paper.id
