"""Sending a finished batch with somebody else's help, what they report back, and deleting what they were given."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from election.call.gate import ElectionWork, election_act
from election.call.records import Election
from election.poll_cards import findings as say
from election.poll_cards.batch_records import (
    batch_by_id,
    cards_of,
    dispatch_by_id,
    open_dispatch,
    outcome_counts,
    parts,
)
from election.poll_cards.batch_rules import BatchKind, Channel, Outcome, Receipt, read_receipt
from election.poll_cards.part_files import folder_of, sealed_files
from election.poll_cards.records import CardDispatch, CardOutcome
from registry.act import Installation
from registry.database import Scope
from registry.findings import Refused
from registry.keys import Keyring

_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of the cards of a dispatch."""

    sent: int
    failed: int


def reference(keyring: Keyring, dispatch_id: UUID, card_id: UUID) -> str:
    """What the receiver calls a card: random to everybody else, and another one in every dispatch."""
    return keyring.token(f"card_dispatch|{dispatch_id}", card_id).hex()


def package_name(scope: Scope, election_id: UUID, dispatch_id: UUID) -> str:
    return f"{folder_of(scope, election_id)}/{dispatch_id}.zip"


@election_act("poll_cards.dispatch", needs_second=True)
def dispatch(
    work: ElectionWork,
    batch_id: UUID,
    dispatch_id: UUID,
    channel: Channel,
    receiver: str,
    cards: int,
    sha256: str,
) -> UUID:
    """Record an encrypted package of a finished batch, by two people. Returns the dispatch. (KRVL § 10)

    The log gets receiver, figures and check sum; no name and no personal number.
    """
    election, session = work.election, work.session
    batch = batch_by_id(session, election, batch_id)
    if batch is None:
        raise Refused(say.NO_SUCH_BATCH, status=404)
    if batch.kind == BatchKind.PROTECTED:
        raise Refused(say.PROTECTED_STAYS)
    if (made := len(parts(session, batch))) != batch.parts:
        raise Refused(say.NOT_FINISHED, made=made, parts=batch.parts)
    if (other := open_dispatch(session, batch)) is not None:
        raise Refused(say.ALREADY_DISPATCHED, number=other.number)
    number = select(func.count()).where(
        CardDispatch.municipality == work.scope.municipality,
        CardDispatch.council == work.scope.council,
        CardDispatch.election_id == election.id,
    )
    row = CardDispatch(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=dispatch_id,
        election_id=election.id,
        batch_id=batch_id,
        number=int(session.scalar(number) or 0) + 1,
        channel=channel.value,
        receiver=receiver,
        cards=cards,
        sha256=sha256,
        made_at=work.act.at,
        by=work.act.actor,
        cosigned_by=work.act.second_actor,
    )
    session.add(row)
    work.note(dispatch=str(dispatch_id), batch=str(batch_id), channel=channel.value, receiver=receiver)
    work.note(cards=cards, sha256=sha256)
    return dispatch_id


def check_receipt(
    session: Session, keyring: Keyring, election: Election, dispatch_id: UUID, data: bytes
) -> tuple[Receipt, dict[str, UUID]]:
    """All that is wrong with a receipt, and the card behind each reference. Raises Refused R446, R448."""
    row = dispatch_by_id(session, election, dispatch_id)
    batch = batch_by_id(session, election, row.batch_id) if row is not None else None
    if row is None or batch is None:
        raise Refused(say.NO_SUCH_DISPATCH, status=404)
    if row.received_at is not None:
        raise Refused(say.RECEIPT_TAKEN)
    known = {reference(keyring, dispatch_id, card): card for card in cards_of(session, batch)}
    return read_receipt(data, known, row.cards), known


@election_act("poll_cards.take_receipt")
def take_receipt(work: ElectionWork, dispatch_id: UUID, data: bytes) -> Reported:
    """Take what the receiver reports: every card sent or failed, or nothing of it. (KRVL § 10)

    What has failed waits for the next batch, which goes by paper.
    """
    receipt, known = check_receipt(work.session, work.keyring, work.election, dispatch_id, data)
    if receipt.bad:
        raise Refused(say.RECEIPT_REFUSED, number=len(receipt.bad))
    rows = [
        {
            "municipality": work.scope.municipality,
            "council": work.scope.council,
            "id": uuid4(),
            "election_id": work.election.id,
            "dispatch_id": dispatch_id,
            "card_id": known[one],
            "status": outcome.value,
            "at": work.act.at,
        }
        for one, outcome in receipt.outcomes.items()
    ]
    for start in range(0, len(rows), _CHUNK):
        work.session.execute(insert(CardOutcome), rows[start : start + _CHUNK])
    row = dispatch_by_id(work.session, work.election, dispatch_id)
    assert row is not None
    row.received_at = work.act.at
    reported = Reported(receipt.number_of(Outcome.SENT), receipt.number_of(Outcome.FAILED))
    work.note(dispatch=str(dispatch_id), sent=reported.sent, failed=reported.failed)
    return reported


@election_act("poll_cards.discard_dispatch")
def discard_dispatch(work: ElectionWork, dispatch_id: UUID) -> bool:
    """Delete the package: after the receipt, or because it was never sent. Its figures stay.

    (Databeskyttelsesforordningen art. 5(1)(e))
    """
    row = dispatch_by_id(work.session, work.election, dispatch_id)
    if row is None:
        raise Refused(say.NO_SUCH_DISPATCH, status=404)
    if row.deleted_at is not None:
        raise Refused(say.ALREADY_DISCARDED)
    row.deleted_at = work.act.at
    name = package_name(work.scope, work.election.id, dispatch_id)

    def remove(installation: Installation) -> None:
        sealed_files(installation).remove(name)

    work.afterwards.append(remove)
    figures = outcome_counts(work.session, work.election, row)
    work.note(dispatch=str(dispatch_id), is_received=row.received_at is not None, sent=figures[Outcome.SENT])
    return True
