"""Reading batches of cards: what waits for one, what a part holds now, how far each is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from election.call.records import Election, stations
from election.poll_cards.batch_rules import BatchKind, Outcome, mailing_key
from election.poll_cards.records import (
    ANY_STATION,
    CardBatch,
    CardDispatch,
    CardOutcome,
    CardPart,
    CardPrint,
    CardState,
    PollCard,
)
from election.roll.records import RollEntry
from registry.database import sort_key

_AT_A_TIME = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """One card as it is printed: whose, where to, and for which station."""

    card_id: UUID
    number: int
    """The roll number."""
    name: str
    address: str
    postal_code: str
    city: str
    station_code: str
    is_replacement: bool

    @property
    def address_lines(self) -> list[str]:
        return [line for line in (self.address, f"{self.postal_code} {self.city}".strip()) if line]

    @property
    def place(self) -> str:
        """Where it stands in the printer's order."""
        return mailing_key(self.station_code, self.postal_code, sort_key(self.address), self.number)


_LINE = (
    PollCard.id,
    PollCard.is_replacement,
    RollEntry.number,
    RollEntry.first_names,
    RollEntry.surname,
    RollEntry.address,
    RollEntry.postal_code,
    RollEntry.city,
    RollEntry.station_id,
)


def _lines(election: Election, kind: BatchKind) -> Any:
    """Cards that hold, of voters who are still on the roll and are (not) protected now."""
    return (
        select(*_LINE)
        .join(
            RollEntry,
            (RollEntry.municipality == PollCard.municipality)
            & (RollEntry.council == PollCard.council)
            & (RollEntry.id == PollCard.entry_id),
        )
        .where(
            *_own(PollCard, election),
            PollCard.state == CardState.ISSUED,
            RollEntry.struck_at.is_(None),
            RollEntry.may_vote.is_(True),
            RollEntry.is_protected.is_(kind is BatchKind.PROTECTED),
        )
    )


def _read(session: Session, election: Election, query: Select[Any]) -> Iterator[Line]:
    """Row by row: 100,000 cards are never in memory at once."""
    codes = {station.id: station.code for station in stations(session, election)}
    for row in session.execute(query.execution_options(yield_per=_AT_A_TIME)):
        yield Line(
            card_id=row.id,
            number=row.number,
            name=f"{row.first_names} {row.surname}".strip(),
            address=row.address,
            postal_code=row.postal_code,
            city=row.city,
            station_code=codes[row.station_id] if row.station_id else ANY_STATION,
            is_replacement=row.is_replacement,
        )


def _own(table: Any, election: Election) -> tuple[Any, ...]:
    return (
        table.municipality == election.municipality,
        table.council == election.council,
        table.election_id == election.id,
    )


def _taken(election: Election, kind: BatchKind) -> Any:
    """Cards that are in a batch of this kind and did not fail on the way from it."""
    failed = (
        select(CardOutcome.card_id, CardDispatch.batch_id)
        .join(
            CardDispatch,
            (CardDispatch.municipality == CardOutcome.municipality)
            & (CardDispatch.council == CardOutcome.council)
            & (CardDispatch.id == CardOutcome.dispatch_id),
        )
        .where(*_own(CardOutcome, election), CardOutcome.status == Outcome.FAILED)
        .subquery()
    )
    return (
        select(CardPrint.card_id)
        .distinct()
        .join(
            CardBatch,
            (CardBatch.municipality == CardPrint.municipality)
            & (CardBatch.council == CardPrint.council)
            & (CardBatch.id == CardPrint.batch_id),
        )
        .outerjoin(failed, and_(failed.c.card_id == CardPrint.card_id, failed.c.batch_id == CardPrint.batch_id))
        .where(*_own(CardPrint, election), CardBatch.kind == kind, failed.c.card_id.is_(None))
        .subquery()
    )


def waiting_lines(session: Session, election: Election, kind: BatchKind) -> Iterator[Line]:
    """Cards for the next batch of a kind, in no order. A replacement is printed at the desk and never here."""
    taken = _taken(election, kind)
    query = _lines(election, kind).where(PollCard.is_replacement.is_(False))
    query = query.outerjoin(taken, taken.c.card_id == PollCard.id).where(taken.c.card_id.is_(None))
    return _read(session, election, query)


def waiting_count(session: Session, election: Election, kind: BatchKind) -> int:
    taken = _taken(election, kind)
    query = _lines(election, kind).where(PollCard.is_replacement.is_(False))
    query = query.outerjoin(taken, taken.c.card_id == PollCard.id).where(taken.c.card_id.is_(None))
    return int(session.scalar(select(func.count()).select_from(query.subquery())) or 0)


def every_line(session: Session, election: Election) -> Iterator[Line]:
    """Every card that holds, protected people's too, one at a time."""
    for kind in BatchKind:
        yield from _read(session, election, _lines(election, kind))


def part_lines(session: Session, election: Election, batch: CardBatch, number: int) -> list[Line]:
    """The cards of a part that hold now, in the printer's order. One that was replaced is not among them."""
    query = _lines(election, BatchKind(batch.kind)).join(
        CardPrint,
        (CardPrint.municipality == PollCard.municipality)
        & (CardPrint.council == PollCard.council)
        & (CardPrint.card_id == PollCard.id),
    )
    query = query.where(CardPrint.batch_id == batch.id, CardPrint.number == number)
    return sorted(_read(session, election, query), key=lambda line: line.place)


def fingerprint(lines: list[Line]) -> str:
    """Stands for exactly these cards with exactly these words on them."""
    return hashlib.sha256(repr(lines).encode()).hexdigest()


def batches(session: Session, election: Election) -> list[CardBatch]:
    query = select(CardBatch).where(*_own(CardBatch, election)).order_by(CardBatch.number)
    return list(session.scalars(query))


def batch_by_id(session: Session, election: Election, batch_id: UUID) -> CardBatch | None:
    return session.scalar(select(CardBatch).where(*_own(CardBatch, election), CardBatch.id == batch_id))


def parts(session: Session, batch: CardBatch) -> list[CardPart]:
    """The finished parts of a batch, in order."""
    return list(
        session.scalars(
            select(CardPart)
            .where(
                CardPart.municipality == batch.municipality,
                CardPart.council == batch.council,
                CardPart.batch_id == batch.id,
            )
            .order_by(CardPart.number)
        )
    )


def key_row(session: Session, batch: CardBatch, number: int) -> UUID | None:
    """A row of the part that a destruction deletes: without it nobody opens the part's files any more."""
    return session.scalar(
        select(CardPrint.id)
        .where(
            CardPrint.municipality == batch.municipality,
            CardPrint.council == batch.council,
            CardPrint.batch_id == batch.id,
            CardPrint.number == number,
        )
        .order_by(CardPrint.id)
        .limit(1)
    )


def cards_of(session: Session, batch: CardBatch) -> Iterator[UUID]:
    """Every card that was put into the batch."""
    yield from session.scalars(
        select(CardPrint.card_id)
        .where(
            CardPrint.municipality == batch.municipality,
            CardPrint.council == batch.council,
            CardPrint.batch_id == batch.id,
        )
        .execution_options(yield_per=_AT_A_TIME)
    )


def dispatches(session: Session, election: Election) -> list[CardDispatch]:
    query = select(CardDispatch).where(*_own(CardDispatch, election)).order_by(CardDispatch.number)
    return list(session.scalars(query))


def dispatch_by_id(session: Session, election: Election, dispatch_id: UUID) -> CardDispatch | None:
    query = select(CardDispatch).where(*_own(CardDispatch, election), CardDispatch.id == dispatch_id)
    return session.scalar(query)


def open_dispatch(session: Session, batch: CardBatch) -> CardDispatch | None:
    """A dispatch of the batch that was sent or may yet be: its package stands, or its receipt is in."""
    return session.scalar(
        select(CardDispatch).where(
            CardDispatch.municipality == batch.municipality,
            CardDispatch.council == batch.council,
            CardDispatch.batch_id == batch.id,
            CardDispatch.deleted_at.is_(None) | CardDispatch.received_at.is_not(None),
        )
    )


def outcome_counts(session: Session, election: Election, dispatch: CardDispatch) -> dict[Outcome, int]:
    rows = session.execute(
        select(CardOutcome.status, func.count())
        .where(*_own(CardOutcome, election), CardOutcome.dispatch_id == dispatch.id)
        .group_by(CardOutcome.status)
    )
    return dict.fromkeys(Outcome, 0) | {Outcome(status): int(number) for status, number in rows}


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where the cards of all batches are now, each counted once, by the latest batch that it is in."""

    sent: int = 0
    failed: int = 0
    """Not arrived, and in no paper batch yet."""
    under_way: int = 0
    """In a package whose receipt is not in."""
    left_out: int = 0
    """Replaced or struck before the package was made."""
    on_paper: int = 0
    cards: int = 0
    """All of them, counted on its own."""

    @property
    def adds_up(self) -> bool:
        return self.sent + self.failed + self.under_way + self.left_out + self.on_paper == self.cards


def whereabouts(session: Session, election: Election) -> Whereabouts:
    """sent + failed + under way + left out + paper = cards."""
    prints, batch, dispatch, outcome = (t.__table__ for t in (CardPrint, CardBatch, CardDispatch, CardOutcome))
    latest = (
        select(prints.c.card_id, func.max(batch.c.number).label("number"))
        .join_from(prints, batch, _same_council(prints, batch) & (batch.c.id == prints.c.batch_id))
        .where(*_own(prints.c, election))
        .group_by(prints.c.card_id)
        .subquery()
    )
    reported = (
        select(outcome.c.card_id, outcome.c.status, dispatch.c.batch_id)
        .join_from(outcome, dispatch, _same_council(outcome, dispatch) & (dispatch.c.id == outcome.c.dispatch_id))
        .where(*_own(outcome.c, election))
        .subquery()
    )
    rows = session.execute(
        select(batch.c.id, reported.c.status, func.count())
        .join_from(latest, batch, batch.c.number == latest.c.number)
        .outerjoin(reported, (reported.c.card_id == latest.c.card_id) & (reported.c.batch_id == batch.c.id))
        .where(*_own(batch.c, election))
        .group_by(batch.c.id, reported.c.status)
    ).all()
    by_batch = {one.batch_id: one for one in dispatches(session, election) if not _was_dropped(one)}
    found: dict[str, int] = {}
    for batch_id, status, number in rows:
        sent_with = by_batch.get(batch_id)
        name = str(status) if status else "on_paper"
        if not status and sent_with is not None:
            name = "left_out" if sent_with.received_at else "under_way"
        found[name] = found.get(name, 0) + number
    every = select(func.count(prints.c.card_id.distinct())).where(*_own(prints.c, election))
    return Whereabouts(**found, cards=int(session.scalar(every) or 0))


def _was_dropped(dispatch: CardDispatch) -> bool:
    return dispatch.deleted_at is not None and dispatch.received_at is None


def _same_council(one: Any, other: Any) -> Any:
    return (one.c.municipality == other.c.municipality) & (one.c.council == other.c.council)


@dataclass(frozen=True, slots=True)
class BatchStanding:
    """How far a batch is."""

    batch: CardBatch
    parts: list[CardPart]
    dispatches: list[CardDispatch]

    @property
    def printed(self) -> int:
        return sum(part.cards for part in self.parts)

    @property
    def is_finished(self) -> bool:
        return len(self.parts) == self.batch.parts

    @property
    def left_out(self) -> int:
        """Cards of finished parts that were replaced, or whose voter was struck, before their part was made."""
        return self.batch.cards - self.printed if self.is_finished else 0

    @property
    def may_be_sent(self) -> bool:
        stands = any(one.deleted_at is None or one.received_at for one in self.dispatches)
        return self.is_finished and self.batch.kind == BatchKind.ORDINARY and not stands


def standings(session: Session, election: Election) -> list[BatchStanding]:
    """Every batch of the election, the latest first."""
    sent = dispatches(session, election)
    return [
        BatchStanding(one, parts(session, one), [row for row in sent if row.batch_id == one.id])
        for one in reversed(batches(session, election))
    ]
