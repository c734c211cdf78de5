"""The filling of posts at a meeting: who stood, each round as it was held, lots, and what is annulled."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from election.constitution.rules import NO_SUCH_BALLOT, Drawn, Round
from registry.database import Base, OfCouncil, Scope, refers_to
from registry.findings import Refused
from registry.meetings.records import AgendaItem, Meeting

_HOLDS = text("annulled_at IS NULL")


class PostBallot(Base, OfCouncil):
    """One attempt to fill a post. When the winner declines, the next attempt begins from the first round."""

    __tablename__ = "post_ballot"
    __table_args__ = (
        refers_to("meeting", "meeting_id"),
        refers_to("agenda_item", "item_id"),
        refers_to("person", "winner_id"),
        UniqueConstraint("municipality", "council", "item_id", "attempt"),
        CheckConstraint("state IN ('open', 'elected', 'accepted', 'declined', 'withdrawn')", name="state"),
        CheckConstraint("form IN ('show_of_hands', 'named', 'secret')", name="form"),
    )

    meeting_id: Mapped[UUID]
    item_id: Mapped[UUID]
    post: Mapped[str]
    attempt: Mapped[int]
    form: Mapped[str]
    majority: Mapped[str]
    nominees: Mapped[list[Any]]
    state: Mapped[str]
    winner_id: Mapped[UUID | None]
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None]


class BallotRound(Base, OfCouncil):
    """A round that was held, with the members entitled at that moment. Never changed; a mistake is annulled.

    Who voted for whom is kept only where the vote was given with a name.
    """

    __tablename__ = "ballot_round"
    __table_args__ = (
        refers_to("post_ballot", "ballot_id"),
        refers_to("minute_entry", "entry_id"),
        CheckConstraint("papers <= present", name="no_more_votes_than_people"),
        CheckConstraint("form = 'named' OR by_name IS NULL", name="names_only_where_given"),
        Index(
            "ix_ballot_round_one_holds",
            "municipality",
            "council",
            "ballot_id",
            "number",
            unique=True,
            sqlite_where=_HOLDS,
            postgresql_where=_HOLDS,
        ),
    )

    ballot_id: Mapped[UUID]
    number: Mapped[int]
    at: Mapped[datetime]
    entitled: Mapped[list[Any]]
    present: Mapped[int]
    votes: Mapped[dict[str, Any]]
    blank: Mapped[int]
    invalid: Mapped[int]
    papers: Mapped[int]
    form: Mapped[str]
    by_name: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    needed: Mapped[int | None]
    sentence: Mapped[str]
    cite: Mapped[str]
    entry_id: Mapped[UUID]
    annulled_at: Mapped[datetime | None]
    annul_reason: Mapped[str | None]

    @property
    def as_rule(self) -> Round:
        return Round(self.present, self.votes, self.blank, self.invalid)


class PostLot(Base, OfCouncil):
    """A lot drawn at the meeting, or the chair's decision in its place, among members who stood equal."""

    __tablename__ = "post_lot"
    __table_args__ = (refers_to("post_ballot", "ballot_id"), refers_to("minute_entry", "entry_id"))

    ballot_id: Mapped[UUID]
    purpose: Mapped[str]
    among: Mapped[list[Any]]
    drawn: Mapped[list[Any]]
    is_chairs_decision: Mapped[bool]
    drawn_by: Mapped[str]
    witnesses: Mapped[str]
    method: Mapped[str]
    drawn_at: Mapped[datetime]
    entry_id: Mapped[UUID]
    annulled_at: Mapped[datetime | None]

    @property
    def as_rule(self) -> Drawn:
        return Drawn(tuple(self.among), tuple(self.drawn))


def ballot(session: Session, scope: Scope, ballot_id: UUID, *, for_update: bool = False) -> PostBallot:
    """Raises Refused R630."""
    found = session.get(
        PostBallot, (scope.municipality, scope.council, ballot_id), with_for_update=for_update or None
    )
    if found is None:
        raise Refused(NO_SUCH_BALLOT, status=404)
    return found


def ballots(session: Session, of: Meeting) -> list[PostBallot]:
    """Every attempt at every post of the meeting, in the order of time and, within a minute, of the agenda."""
    return list(
        session.scalars(
            select(PostBallot)
            .join(
                AgendaItem,
                (AgendaItem.municipality == PostBallot.municipality)
                & (AgendaItem.council == PostBallot.council)
                & (AgendaItem.id == PostBallot.item_id),
            )
            .where(
                PostBallot.municipality == of.municipality,
                PostBallot.council == of.council,
                PostBallot.meeting_id == of.id,
            )
            .order_by(PostBallot.opened_at, AgendaItem.number, PostBallot.attempt)
        )
    )


def rounds(session: Session, of: PostBallot, *, annulled: bool = False) -> list[BallotRound]:
    """The rounds that hold, in order; with `annulled` those that do not."""
    holds = BallotRound.annulled_at.is_not(None) if annulled else BallotRound.annulled_at.is_(None)
    return list(
        session.scalars(
            select(BallotRound)
            .where(
                BallotRound.municipality == of.municipality,
                BallotRound.council == of.council,
                BallotRound.ballot_id == of.id,
                holds,
            )
            .order_by(BallotRound.number, BallotRound.at)
        )
    )


def lots(session: Session, of: PostBallot) -> list[PostLot]:
    """The draws that hold, oldest first."""
    return list(
        session.scalars(
            select(PostLot)
            .where(
                PostLot.municipality == of.municipality,
                PostLot.council == of.council,
                PostLot.ballot_id == of.id,
                PostLot.annulled_at.is_(None),
            )
            .order_by(PostLot.drawn_at, PostLot.purpose, PostLot.id)
        )
    )
