"""Putting cards into a batch, recording a finished part, and fetching protected people's cards."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select

from election.call.gate import ElectionWork, election_act
from election.poll_cards import findings as say
from election.poll_cards.acts import NO_POLL_CARDS
from election.poll_cards.batch_records import Line, batch_by_id, fingerprint, part_lines, parts, waiting_lines
from election.poll_cards.batch_rules import BatchKind, part_of, parts_of
from election.poll_cards.records import CardBatch, CardPart, CardPrint
from registry.act import WRONG_ROLE
from registry.documents import unprintable
from registry.findings import Refused
from registry.roles import Role

_CHUNK = 2000
_NAMED_IN_A_REFUSAL = 10


@election_act("poll_cards.make_batch")
def make_batch(work: ElectionWork, kind: BatchKind) -> UUID:
    """Put every card of a kind that is in no such batch yet into a new one, in the printer's order. (KRVL § 10)

    A card that could not be sent by an earlier batch is taken again; one that was printed at a desk never.
    """
    if not work.election.regulation.polling.has_poll_cards.value:
        raise Refused(NO_POLL_CARDS)
    _demand_keeper(work, kind)
    _demand_printable(work, kind)
    lines = waiting_lines(work.session, work.election, kind)
    order = sorted((line.place, line.card_id) for line in lines)
    if not order:
        raise Refused(say.NOTHING_TO_BATCH)
    number = select(func.count()).where(
        CardBatch.municipality == work.scope.municipality,
        CardBatch.council == work.scope.council,
        CardBatch.election_id == work.election.id,
    )
    row: dict[str, Any] = {
        "municipality": work.scope.municipality,
        "council": work.scope.council,
        "id": uuid4(),
        "election_id": work.election.id,
        "number": int(work.session.scalar(number) or 0) + 1,
        "kind": kind.value,
        "cards": len(order),
        "parts": parts_of(len(order)),
        "made_at": work.act.at,
        "by": work.act.actor,
    }
    work.session.execute(insert(CardBatch), [row])
    for start in range(0, len(order), _CHUNK):
        some = enumerate(order[start : start + _CHUNK], start)
        work.session.execute(insert(CardPrint), [_print(row, place, card) for place, (_key, card) in some])
    work.note(batch=str(row["id"]), kind=kind.value, cards=row["cards"], parts=row["parts"])
    batch_id: UUID = row["id"]
    return batch_id


def _print(batch: dict[str, Any], place: int, card_id: UUID) -> dict[str, object]:
    return {
        "municipality": batch["municipality"],
        "council": batch["council"],
        "id": uuid4(),
        "election_id": batch["election_id"],
        "batch_id": batch["id"],
        "card_id": card_id,
        "number": part_of(place),
    }


def _demand_keeper(work: ElectionWork, kind: BatchKind) -> None:
    """Protected people's cards pass through the roll keeper's hands alone. (CPR-loven § 28 borrowed)"""
    if kind is BatchKind.PROTECTED and work.act.role is not Role.ROLL_KEEPER:
        raise Refused(WRONG_ROLE, status=403)


def _demand_printable(work: ElectionWork, kind: BatchKind) -> None:
    """One name that the fonts lack stops its part, so it is said before there is a batch, and of whom."""
    if bad := unprintable_lines(lambda: waiting_lines(work.session, work.election, kind)):
        numbers = ", ".join(str(line.number) for line in bad[:_NAMED_IN_A_REFUSAL])
        more = len(bad) - _NAMED_IN_A_REFUSAL
        raise Refused(say.NOT_PRINTABLE, numbers=f"{numbers} og {more} til" if more > 0 else numbers)


def unprintable_lines(read: Callable[[], Iterable[Line]]) -> list[Line]:
    """Cards with a name or an address that the fonts cannot show, in roll order.

    Signs are tried first, some hundred instead of as many names as there are voters; `read` is called again to
    find whose they are.
    """
    signs: set[str] = set()
    for line in read():
        for text in _texts(line):
            if not (text.isascii() and text.isprintable()):
                signs.update(text)
    lacking = set(unprintable(sorted(sign for sign in signs if not sign.isspace())))
    if not lacking:
        return []
    doubtful = [line for line in read() if any(lacking & set(text) for text in _texts(line))]
    missing = set(unprintable(text for line in doubtful for text in _texts(line)))
    return sorted((one for one in doubtful if missing & set(_texts(one))), key=lambda line: line.number)


def _texts(line: Line) -> Iterable[str]:
    return line.name, *line.address_lines


@election_act("poll_cards.finish_part")
def finish_part(work: ElectionWork, batch_id: UUID, number: int, seen: str, sha256: str, decoded: int) -> int:
    """Record a part that was printed, read back and sealed. Returns how many cards it holds. (KRVL § 10)

    `seen` is the fingerprint of the cards in it: one that was replaced or corrected meanwhile refuses it.
    """
    batch = batch_by_id(work.session, work.election, batch_id)
    if batch is None or not 1 <= number <= batch.parts:
        raise Refused(say.NO_SUCH_BATCH, status=404)
    _demand_keeper(work, BatchKind(batch.kind))
    if any(part.number == number for part in parts(work.session, batch)):
        raise Refused(say.PART_MADE, part=number)
    lines = part_lines(work.session, work.election, batch, number)
    if fingerprint(lines) != seen or len(lines) != decoded:
        raise Refused(say.CHANGED_WHILE_PRINTED, part=number)
    work.session.add(
        CardPart(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=uuid4(),
            batch_id=batch_id,
            number=number,
            cards=len(lines),
            decoded=decoded,
            sha256=sha256,
            made_at=work.act.at.astimezone(UTC),
        )
    )
    work.note(batch=str(batch_id), part=number, cards=len(lines), sha256=sha256)
    return len(lines)


@election_act("poll_cards.fetch_protected", exclusive=False)
def fetch_protected(work: ElectionWork, batch_id: UUID, what: str) -> bool:
    """Put on record that the roll keeper fetches protected people's cards: which batch, and what of it.

    The page may send the file in the answer to this act, and only there. (CPR-loven § 28 borrowed)
    """
    batch = batch_by_id(work.session, work.election, batch_id)
    if batch is None or batch.kind != BatchKind.PROTECTED:
        raise Refused(say.NO_SUCH_BATCH, status=404)
    work.note(batch=str(batch_id), what=what)
    return True
