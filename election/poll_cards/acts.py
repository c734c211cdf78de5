"""Issuing the poll cards, and replacing a lost one."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import insert, select

from election.call.gate import ElectionWork, election_act
from election.call.records import stations
from election.poll_cards.records import CardState, PollCard, card_text, station_code_of, valid_card_of
from election.poll_cards.rules import token_digest
from election.roll.findings import NOT_ON_ROLL, ROLL_NOT_FROZEN
from election.roll.records import RollEntry, roll_of, voters
from registry.findings import Refused, finding_kind

NO_POLL_CARDS = finding_kind("R430", "Regulativet har ingen valgkort. Intet er ændret.")
_CHUNK = 2000


@election_act("poll_cards.issue")
def issue(work: ElectionWork) -> int:
    """Issue a card to every voter who has none. Returns how many. (KRVL § 10 borrowed)"""
    if not work.election.regulation.polling.has_poll_cards.value:
        raise Refused(NO_POLL_CARDS)
    roll = roll_of(work.session, work.election)
    if roll is None or not roll.is_frozen:
        raise Refused(ROLL_NOT_FROZEN)
    have = set(
        work.session.scalars(
            select(PollCard.entry_id).where(
                PollCard.municipality == work.scope.municipality,
                PollCard.council == work.scope.council,
                PollCard.election_id == work.election.id,
                PollCard.state == CardState.ISSUED,
            )
        )
    )
    by_id = {station.id: station for station in stations(work.session, work.election)}
    rows = [
        _card(work, entry, station_code_of(entry, by_id), is_replacement=False)
        for entry in voters(work.session, work.election)
        if entry.id not in have
    ]
    for start in range(0, len(rows), _CHUNK):
        work.session.execute(insert(PollCard), rows[start : start + _CHUNK])
    work.note(cards=len(rows))
    return len(rows)


@election_act("poll_cards.replace")
def replace(work: ElectionWork, entry_id: UUID) -> UUID:
    """A new card for one voter; the old one is void from now on. Returns the new card's id. (KRVL § 10)"""
    return replace_card(work, entry_id)


def replace_card(work: ElectionWork, entry_id: UUID) -> UUID:
    """What `replace` does, for an act of a later room that does it among other things."""
    if not work.election.regulation.polling.has_poll_cards.value:
        raise Refused(NO_POLL_CARDS)
    entry = work.session.get(RollEntry, (work.scope.municipality, work.scope.council, entry_id))
    if entry is None or entry.election_id != work.election.id or entry.struck_at is not None or not entry.may_vote:
        raise Refused(NOT_ON_ROLL, status=404)
    old = valid_card_of(work.session, entry)
    if old is not None:
        old.state, old.replaced_at = CardState.REPLACED.value, work.act.at
        work.session.flush()
    by_id = {station.id: station for station in stations(work.session, work.election)}
    values = _card(work, entry, station_code_of(entry, by_id), is_replacement=True)
    work.session.execute(insert(PollCard), [values])
    card_id: UUID = values["id"]  # type: ignore[assignment]
    work.note(entry=str(entry_id), card=str(card_id))
    return card_id


def _card(work: ElectionWork, entry: RollEntry, station_code: str, *, is_replacement: bool) -> dict[str, object]:
    card_id = work.new_id()
    text = card_text(work.keyring, work.election.code, station_code, card_id)
    return {
        "municipality": work.scope.municipality,
        "council": work.scope.council,
        "id": card_id,
        "election_id": work.election.id,
        "entry_id": entry.id,
        "text_sha256": token_digest(text),
        "state": CardState.ISSUED.value,
        "is_replacement": is_replacement,
        "issued_at": work.act.at,
    }
