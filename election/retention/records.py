"""What was destroyed, by whom and when; and what a destruction would take, counted before it is done."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy.orm import Mapped, Session

from election.call.records import Election
from election.certification.records import complaints
from election.roll.records import RollCopy, RollObjection, RollObjectionDecision, RollRefusal
from registry.database import Base, OfCouncil, refers_to


class DestructionBegun(Base, OfCouncil):
    """Opens the door for one destruction; only its record closes it, and nothing can be committed before."""

    __tablename__ = "destruction_begun"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality", "council", "id"],
            ["destruction.municipality", "destruction.council", "destruction.id"],
            deferrable=True,
            initially="DEFERRED",
        ),
    )


class Destruction(Base, OfCouncil):
    """The record of a destruction: what went, when, by which two people, and why. One per election."""

    __tablename__ = "destruction"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("erasure", "erasure_id"),
        UniqueConstraint("municipality", "council", "election_id"),
        CheckConstraint('second <> "by"', name="two_people"),
        CheckConstraint("reason <> ''", name="has_a_reason"),
    )

    election_id: Mapped[UUID]
    figures: Mapped[dict[str, Any]]
    """How many went, by table."""
    copies_out: Mapped[int]
    """Numbered paper copies of the roll of which nobody had said what became of them."""
    reason: Mapped[str]
    by: Mapped[UUID]
    second: Mapped[UUID]
    at: Mapped[datetime]
    erasure_id: Mapped[UUID]
    """Whether it is gone from the files and the backups, too."""


def count_of(session: Session, kind: Any, election: Election) -> int:
    """How many rows of a kind belong to the election."""
    query = select(func.count()).where(
        kind.municipality == election.municipality,
        kind.council == election.council,
        kind.election_id == election.id,
    )
    return int(session.scalar(query) or 0)


def destruction_of(session: Session, election: Election) -> Destruction | None:
    return session.scalar(
        select(Destruction).where(
            Destruction.municipality == election.municipality,
            Destruction.council == election.council,
            Destruction.election_id == election.id,
        )
    )


def refusals(session: Session, election: Election) -> int:
    """How many of the extract are kept although they are not on the roll."""
    return count_of(session, RollRefusal, election)


def undecided_complaints(session: Session, election: Election) -> int:
    return sum(one.decided_at is None for one in complaints(session, election))


def undecided_objections(session: Session, election: Election) -> int:
    decided = select(RollObjectionDecision.objection_id).where(
        RollObjectionDecision.municipality == election.municipality,
        RollObjectionDecision.council == election.council,
    )
    query = select(func.count()).where(
        RollObjection.municipality == election.municipality,
        RollObjection.council == election.council,
        RollObjection.election_id == election.id,
        RollObjection.id.not_in(decided),
    )
    return int(session.scalar(query) or 0)


def copies_out(session: Session, election: Election) -> int:
    """Numbered paper copies of which nobody has said that they came back, were destroyed or are lost."""
    query = select(func.count()).where(
        RollCopy.municipality == election.municipality,
        RollCopy.council == election.council,
        RollCopy.election_id == election.id,
        RollCopy.ended_at.is_(None),
    )
    return int(session.scalar(query) or 0)
