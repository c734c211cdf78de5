"""Lots: people draw them, the house records who, before whom, how and when. A lot is never a random number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from election.call.gate import ElectionWork
from election.call.records import Election, board
from registry.database import Base, OfCouncil, refers_to
from registry.findings import Refused, Term, finding_kind

NOT_OF_THE_BOARD = finding_kind(
    "R091", "{name} er ikke medlem af valgbestyrelsen. Lodtrækningen er ikke gemt. Valgbestyrelsen trækker lod."
)
NO_WITNESSES = finding_kind(
    "R092", "Der mangler vidner eller metode. Lodtrækningen er ikke gemt. Skriv, hvem der så på, og hvordan."
)
DRAWN_NOT_AMONG = finding_kind(
    "R093", "Der er trukket {drawn}, men lodtrækningen stod mellem {among}. Den er ikke gemt. Ret, og send igen."
)

BALLOT_ORDER = "ballot-order"


@dataclass(frozen=True, slots=True)
class Lot:
    """One draw: for what (contracts/counting.md, or `ballot-order`), among whom, in the order drawn."""

    purpose: str
    among: tuple[str, ...]
    drawn: tuple[str, ...]
    drawn_by: str
    witnesses: str
    method: str
    drawn_at: datetime


class LotRecord(Base, OfCouncil):
    """A recorded draw. It is never changed; a recount that removes the tie revokes it with a reason."""

    __tablename__ = "lot"
    __table_args__ = (refers_to("election", "election_id"),)

    election_id: Mapped[UUID] = mapped_column(index=True)
    purpose: Mapped[str]
    among: Mapped[list[Any]]
    drawn: Mapped[list[Any]]
    drawn_by: Mapped[str]
    witnesses: Mapped[str]
    method: Mapped[str]
    drawn_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoke_reason: Mapped[str | None]


def keep_lot(work: ElectionWork, lot: Lot) -> LotRecord:
    """Record a draw inside the act of the caller. Raises Refused when the draw cannot have happened so."""
    names = {member.name for member in board(work.session, work.election)}
    if lot.drawn_by not in names:
        raise Refused(NOT_OF_THE_BOARD, name=lot.drawn_by or Term("(intet navn)"))
    if not lot.witnesses.strip() or not lot.method.strip():
        raise Refused(NO_WITNESSES)
    if not lot.drawn or not set(lot.drawn) <= set(lot.among) or len(set(lot.drawn)) != len(lot.drawn):
        raise Refused(DRAWN_NOT_AMONG, drawn=" / ".join(lot.drawn), among=" / ".join(lot.among))
    record = LotRecord(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=uuid4(),
        election_id=work.election.id,
        purpose=lot.purpose,
        among=list(lot.among),
        drawn=list(lot.drawn),
        drawn_by=lot.drawn_by,
        witnesses=lot.witnesses,
        method=lot.method,
        drawn_at=lot.drawn_at,
        recorded_at=work.act.at,
    )
    work.session.add(record)
    work.note(lot=str(record.id), purpose=lot.purpose, among=list(lot.among), drawn=list(lot.drawn))
    return record


def revoke_lots(work: ElectionWork, purpose: str, reason: str) -> None:
    """Draws for this purpose do not hold any more; they stay on record with the reason."""
    for lot in lots(work.session, work.election):
        if lot.purpose == purpose:
            lot.revoked_at, lot.revoke_reason = work.act.at, reason


def lots(session: Session, election: Election) -> list[LotRecord]:
    """The draws that hold, oldest first."""
    return list(
        session.scalars(
            select(LotRecord)
            .where(
                LotRecord.municipality == election.municipality,
                LotRecord.council == election.council,
                LotRecord.election_id == election.id,
                LotRecord.revoked_at.is_(None),
            )
            .order_by(LotRecord.recorded_at, LotRecord.drawn_at)
        )
    )
