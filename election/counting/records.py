"""Tallies, agreed counts, explanations and results. Figures are per station; no paper and no voter is here."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from election.call.records import Election
from registry.database import Base, OfCouncil, refers_to


class TallyAssignment(Base):
    """Who enters which of the two tallies of a station: the database refuses the same person for both."""

    __tablename__ = "tally_assignment"
    __table_args__ = (
        refers_to("station", "station_id"),
        UniqueConstraint("municipality", "council", "station_id", "kind", "official_id"),
        CheckConstraint("entry IN (1, 2)", name="entry"),
    )

    municipality: Mapped[str] = mapped_column(String(4), primary_key=True)
    council: Mapped[str] = mapped_column(String(40), primary_key=True)
    station_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    entry: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    official_id: Mapped[UUID]


class Tally(Base, OfCouncil):
    """One counter's figures. A returned tally stays; its successor is a new revision."""

    __tablename__ = "tally"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("station", "station_id"),
        UniqueConstraint("municipality", "council", "station_id", "kind", "entry", "revision"),
    )

    election_id: Mapped[UUID]
    station_id: Mapped[UUID]
    kind: Mapped[str]
    entry: Mapped[int]
    revision: Mapped[int]
    official_id: Mapped[UUID]
    figures: Mapped[dict[str, Any]]
    entered_at: Mapped[datetime]
    returned_at: Mapped[datetime | None]
    returned_by: Mapped[UUID | None]
    return_reason: Mapped[str | None]
    cleared_rows: Mapped[list[Any] | None]
    """The rows that must be entered anew: those that differed when the tally was returned."""
    released_at: Mapped[datetime | None]
    """When the board let somebody else make this entry: the person who made this tally makes no other one."""
    released_by: Mapped[UUID | None]
    release_reason: Mapped[str | None]


class Count(Base, OfCouncil):
    """The agreed figures of a station: two tallies that are the same and add up.

    A count that is opened again stays with the reason; the next one is a new revision.
    """

    __tablename__ = "count"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("station", "station_id"),
        UniqueConstraint("municipality", "council", "station_id", "kind", "revision"),
        CheckConstraint("(reopened_at IS NULL) = (reopen_reason IS NULL)", name="reopened_with_a_reason"),
        Index(
            "ix_count_one_holds",
            "municipality",
            "council",
            "station_id",
            "kind",
            unique=True,
            sqlite_where=text("reopened_at IS NULL"),
            postgresql_where=text("reopened_at IS NULL"),
        ),
    )

    election_id: Mapped[UUID]
    station_id: Mapped[UUID]
    kind: Mapped[str]
    figures: Mapped[dict[str, Any]]
    agreed_at: Mapped[datetime]
    revision: Mapped[int]
    reopened_at: Mapped[datetime | None]
    reopened_by: Mapped[UUID | None]
    reopen_reason: Mapped[str | None]


class Explanation(Base, OfCouncil):
    """Why a figure of a station is what it is; printed in the record."""

    __tablename__ = "explanation"
    __table_args__ = (refers_to("election", "election_id"), refers_to("station", "station_id"))

    election_id: Mapped[UUID]
    station_id: Mapped[UUID]
    code: Mapped[str]
    facts: Mapped[str | None]
    """The figures of the finding it was written about, as JSON; empty in rows from before they were kept."""
    text: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]


class DisputedPaper(Base, OfCouncil):
    """A paper that was set aside, and what the election board decided it counts as. Says nothing of a person."""

    __tablename__ = "disputed_paper"
    __table_args__ = (refers_to("election", "election_id"), refers_to("station", "station_id"))

    election_id: Mapped[UUID]
    station_id: Mapped[UUID]
    mark: Mapped[str]
    """What is on the paper, in words, without anything that could show who voted."""
    found_grounds: Mapped[list[Any]] = mapped_column(server_default="[]")
    """Every ground of invalidity that the board saw on it; `counted_as` is the one that is recorded."""
    counted_as: Mapped[str]
    votes_for: Mapped[int]
    votes_against: Mapped[int]
    grounds: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]


class Settlement(Base, OfCouncil):
    """The paper ledger of a station is closed: nothing is left unexplained."""

    __tablename__ = "settlement"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("station", "station_id"),
        UniqueConstraint("municipality", "council", "station_id", "kind", "count_revision"),
    )

    election_id: Mapped[UUID]
    station_id: Mapped[UUID]
    kind: Mapped[str]
    """The count it rests on: a final count needs a settlement of its own, and so does a recount."""
    count_revision: Mapped[int]
    ledger: Mapped[dict[str, Any]]
    findings: Mapped[list[Any]]
    at: Mapped[datetime]
    by: Mapped[UUID]


class Result(Base, OfCouncil):
    """A result with everything it was made from, in the form of contracts/counting.md. Never changed."""

    __tablename__ = "result"
    __table_args__ = (
        refers_to("election", "election_id"),
        UniqueConstraint("municipality", "council", "election_id", "revision"),
    )

    election_id: Mapped[UUID]
    revision: Mapped[int]
    status: Mapped[str]
    given: Mapped[dict[str, Any]]
    document: Mapped[dict[str, Any]]
    stations: Mapped[list[Any]]
    at: Mapped[datetime]
    by: Mapped[UUID]


def tallies(session: Session, election: Election) -> list[Tally]:
    """Every tally that has not been returned."""
    return list(
        session.scalars(
            select(Tally)
            .where(
                Tally.municipality == election.municipality,
                Tally.council == election.council,
                Tally.election_id == election.id,
                Tally.returned_at.is_(None),
            )
            .order_by(Tally.station_id, Tally.kind, Tally.entry)
        )
    )


def tally_history(session: Session, election: Election, station_id: UUID, kind: str) -> list[Tally]:
    return list(
        session.scalars(
            select(Tally)
            .where(
                Tally.municipality == election.municipality,
                Tally.council == election.council,
                Tally.station_id == station_id,
                Tally.kind == kind,
            )
            .order_by(Tally.entry, Tally.revision)
        )
    )


def assignments(session: Session, election: Election, station_id: UUID, kind: str) -> dict[int, UUID]:
    """Who has entered which of the two tallies."""
    rows = session.execute(
        select(TallyAssignment.entry, TallyAssignment.official_id).where(
            TallyAssignment.municipality == election.municipality,
            TallyAssignment.council == election.council,
            TallyAssignment.station_id == station_id,
            TallyAssignment.kind == kind,
        )
    )
    return {row.entry: row.official_id for row in rows}


def counts(session: Session, election: Election) -> dict[tuple[UUID, str], Count]:
    """Agreed counts that hold, by station and kind."""
    rows = session.scalars(
        select(Count).where(
            Count.municipality == election.municipality,
            Count.council == election.council,
            Count.election_id == election.id,
            Count.reopened_at.is_(None),
        )
    )
    return {(row.station_id, row.kind): row for row in rows}


def opened_counts(session: Session, election: Election, station_id: UUID | None = None) -> list[Count]:
    """Counts that were agreed and opened again, of one station or all, the earliest revision first."""
    own = () if station_id is None else (Count.station_id == station_id,)
    return list(
        session.scalars(
            select(Count)
            .where(
                Count.municipality == election.municipality,
                Count.council == election.council,
                Count.election_id == election.id,
                Count.reopened_at.is_not(None),
                *own,
            )
            .order_by(Count.station_id, Count.kind, Count.revision)
        )
    )


def count_revisions(session: Session, election: Election, station_id: UUID, kind: str) -> int:
    """How many counts of a station were ever agreed, also those that were opened again."""
    found = session.scalar(
        select(func.max(Count.revision)).where(
            Count.municipality == election.municipality,
            Count.council == election.council,
            Count.station_id == station_id,
            Count.kind == kind,
        )
    )
    return found or 0


def explanations(session: Session, election: Election) -> list[Explanation]:
    return list(
        session.scalars(
            select(Explanation)
            .where(
                Explanation.municipality == election.municipality,
                Explanation.council == election.council,
                Explanation.election_id == election.id,
            )
            .order_by(Explanation.at, Explanation.id)
        )
    )


def disputed_papers(session: Session, election: Election, station_id: UUID) -> list[DisputedPaper]:
    return list(
        session.scalars(
            select(DisputedPaper)
            .where(
                DisputedPaper.municipality == election.municipality,
                DisputedPaper.council == election.council,
                DisputedPaper.station_id == station_id,
            )
            .order_by(DisputedPaper.at, DisputedPaper.id)
        )
    )


def settlements(session: Session, election: Election) -> dict[tuple[UUID, str, int], Settlement]:
    """Closed ledgers by station and the count they rest on: its kind and revision."""
    rows = session.scalars(
        select(Settlement).where(
            Settlement.municipality == election.municipality,
            Settlement.council == election.council,
            Settlement.election_id == election.id,
        )
    )
    return {(row.station_id, row.kind, row.count_revision): row for row in rows}


def latest_result(session: Session, election: Election) -> Result | None:
    return session.scalar(
        select(Result)
        .where(
            Result.municipality == election.municipality,
            Result.council == election.council,
            Result.election_id == election.id,
        )
        .order_by(Result.revision.desc())
        .limit(1)
    )


def result_before(session: Session, result: Result) -> Result | None:
    """The result that this one corrected or made final."""
    return session.scalar(
        select(Result)
        .where(
            Result.municipality == result.municipality,
            Result.council == result.council,
            Result.election_id == result.election_id,
            Result.revision < result.revision,
        )
        .order_by(Result.revision.desc())
        .limit(1)
    )
