"""Movements of blank ballot papers, and the proof that two people approved. Rows are only ever added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    DateTime,
    String,
    UniqueConstraint,
    Uuid,
    column,
    select,
    table,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from election.ballots.stock_rules import Moved, Movement, at_stations
from election.call.records import Election
from registry.database import Base, OfCouncil, refers_to
from registry.roles import Role

# Who is on duty is a matter of a later room, so its table is read by name.
_DUTY = table(
    "duty",
    column("municipality", String),
    column("council", String),
    column("election_id", Uuid),
    column("station_id", Uuid),
    column("official_id", Uuid),
    column("role", String),
    column("ended_at", DateTime),
).c


class PaperMovement(Base, OfCouncil):
    """Blank papers that changed hands; a correction is a new row with the sign reversed and a reason."""

    __tablename__ = "paper_movement"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("station", "from_id"),
        refers_to("station", "to_id"),
        CheckConstraint("papers <> 0", name="papers"),
        CheckConstraint("from_id IS NULL OR to_id IS NULL OR from_id <> to_id", name="two_places"),
        CheckConstraint('cosigned_by IS NULL OR "by" <> cosigned_by', name="two_people"),
        CheckConstraint("kind IN ('printed', 'delivered', 'moved', 'sent_back')", name="kind"),
    )

    election_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str]
    from_id: Mapped[UUID | None]
    """The station that gave; empty: the printer or the office's store."""
    to_id: Mapped[UUID | None]
    """The station that got; empty: the office's store."""
    ballot_type: Mapped[str]
    """Empty where everybody votes on the same paper."""
    papers: Mapped[int]
    batch: Mapped[str]
    seal_number: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]
    cosigned_by: Mapped[UUID | None]
    """Empty only in rows from before movements were signed by two."""

    @property
    def moved(self) -> Moved:
        return Moved(Movement(self.kind), self.from_id, self.to_id, self.ballot_type, self.papers)


class BallotProof(Base, OfCouncil):
    """The papers as they stood when somebody asked for approval: a hash of everything that is printed."""

    __tablename__ = "ballot_proof"
    __table_args__ = (
        refers_to("election", "election_id"),
        UniqueConstraint("municipality", "council", "election_id", "number"),
    )

    election_id: Mapped[UUID]
    number: Mapped[int]
    sha256: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]


class BallotApproval(Base, OfCouncil):
    """Another person has compared the proof with the candidates and approved it for print."""

    __tablename__ = "ballot_approval"
    __table_args__ = (
        refers_to("ballot_proof", "proof_id"),
        UniqueConstraint("municipality", "council", "proof_id"),
        CheckConstraint('"by" <> proposed_by', name="two_people"),
    )

    proof_id: Mapped[UUID]
    proposed_by: Mapped[UUID]
    at: Mapped[datetime]
    by: Mapped[UUID]


@dataclass(frozen=True, slots=True)
class LatestProof:
    """The newest proof, and its approval when it has one."""

    proof: BallotProof
    approval: BallotApproval | None


def delivered(session: Session, election: Election) -> dict[UUID, int]:
    """Papers that each station has been given, less what it gave on or sent back."""
    found: dict[UUID, int] = {}
    for (station_id, _), papers in delivered_by_type(session, election).items():
        found[station_id] = found.get(station_id, 0) + papers
    return found


def delivered_by_type(session: Session, election: Election) -> dict[tuple[UUID, str], int]:
    """The same by station and ballot type."""
    return at_stations(one.moved for one in movements(session, election))


def movements(session: Session, election: Election) -> list[PaperMovement]:
    """Every movement in the order in which it was recorded."""
    return list(
        session.scalars(
            select(PaperMovement)
            .where(*_of(election))
            .order_by(PaperMovement.at, PaperMovement.batch, PaperMovement.id)
        )
    )


def latest_proof(session: Session, election: Election) -> LatestProof | None:
    """The newest proof of the ballot papers; earlier ones hold no longer."""
    proof = session.scalar(
        select(BallotProof)
        .where(
            BallotProof.municipality == election.municipality,
            BallotProof.council == election.council,
            BallotProof.election_id == election.id,
        )
        .order_by(BallotProof.number.desc())
        .limit(1)
    )
    if proof is None:
        return None
    approval = session.scalar(
        select(BallotApproval).where(
            BallotApproval.municipality == proof.municipality,
            BallotApproval.council == proof.council,
            BallotApproval.proof_id == proof.id,
        )
    )
    return LatestProof(proof, approval)


def leads_at(session: Session, election: Election, official_id: UUID) -> frozenset[UUID] | None:
    """The stations that somebody leads by the plan of the duties; None while the election has no plan."""
    of = (
        _DUTY.municipality == election.municipality,
        _DUTY.council == election.council,
        _DUTY.election_id == election.id,
    )
    if session.scalar(select(_DUTY.station_id).where(*of).limit(1)) is None:
        return None
    return frozenset(
        session.scalars(
            select(_DUTY.station_id).where(
                *of,
                _DUTY.official_id == official_id,
                _DUTY.role == Role.STATION_LEADER.value,
                _DUTY.ended_at.is_(None),
            )
        )
    )


def _of(election: Election) -> tuple[ColumnElement[bool], ...]:
    return (
        PaperMovement.municipality == election.municipality,
        PaperMovement.council == election.council,
        PaperMovement.election_id == election.id,
    )
