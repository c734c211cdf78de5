"""Lists of candidates and what they say of alliances."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from election.call.records import Election
from registry.database import Base, OfCouncil, refers_to


class CandidateList(Base, OfCouncil):
    """A list, by its short key on the ballot. `is_ordered`: seats go by the list's own order (partiliste);
    otherwise the candidates stand side by side (sideordnet).

    The representative speaks for the list: one of its candidates, or somebody who is only named.
    """

    __tablename__ = "candidate_list"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("candidacy", "representative_id"),
        UniqueConstraint("municipality", "council", "election_id", "key"),
    )

    election_id: Mapped[UUID]
    key: Mapped[str]
    name: Mapped[str]
    is_ordered: Mapped[bool]
    representative_id: Mapped[UUID | None]
    representative_name: Mapped[str]
    representative_contact: Mapped[str]
    filed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class AllianceNotice(Base, OfCouncil):
    """One list says that it goes into an alliance with another, or takes that back. The newest row of a pair
    holds; there is an alliance where both sides say so."""

    __tablename__ = "alliance_notice"
    __table_args__ = (
        refers_to("candidate_list", "list_id"),
        refers_to("candidate_list", "with_id"),
        UniqueConstraint("municipality", "council", "list_id", "number"),
    )

    list_id: Mapped[UUID]
    with_id: Mapped[UUID]
    number: Mapped[int]
    is_filed: Mapped[bool]
    at: Mapped[datetime]
    by: Mapped[UUID]


def lists(session: Session, election: Election) -> list[CandidateList]:
    """Every list of the election, also withdrawn ones, by key."""
    query = select(CandidateList).where(
        CandidateList.municipality == election.municipality,
        CandidateList.council == election.council,
        CandidateList.election_id == election.id,
    )
    return list(session.scalars(query.order_by(CandidateList.key)))


def notices(session: Session, election: Election) -> list[AllianceNotice]:
    """What the lists have said of alliances, in the order it was said."""
    query = (
        select(AllianceNotice)
        .join(
            CandidateList,
            (CandidateList.municipality == AllianceNotice.municipality)
            & (CandidateList.council == AllianceNotice.council)
            & (CandidateList.id == AllianceNotice.list_id),
        )
        .where(
            CandidateList.municipality == election.municipality,
            CandidateList.council == election.council,
            CandidateList.election_id == election.id,
        )
    )
    return list(session.scalars(query.order_by(AllianceNotice.at, AllianceNotice.number)))
