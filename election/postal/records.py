"""The register of postal votes. No row holds what is in an envelope; nobody opens one before the box is."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    String,
    UniqueConstraint,
    Uuid,
    column,
    exists,
    func,
    select,
    table,
    update,
)
from sqlalchemy.orm import Mapped, Session, aliased

from election.call.records import Election, Station, stations
from election.polling.records import PollingEvent, VoterMark, event_counts
from election.polling.rules import EventKind, turnout
from registry.database import Base, OfCouncil, refers_to


class PostalVote(Base, OfCouncil):
    """One outer envelope that came in; `number` is written on it. `entry_id` is empty: not on the roll."""

    __tablename__ = "postal_vote"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("station", "station_id"),
        refers_to("roll_entry", "entry_id"),
        UniqueConstraint("municipality", "council", "election_id", "number"),
    )

    election_id: Mapped[UUID]
    station_id: Mapped[UUID]
    entry_id: Mapped[UUID | None]
    number: Mapped[int]
    cast_on: Mapped[date | None]
    """The day on the covering letter: the last one cast counts. Empty where it cannot be seen."""
    came_at: Mapped[datetime]
    came_to: Mapped[str]
    is_too_late: Mapped[bool]
    """It came after the time of the regulation: stamped and never reviewed."""
    by: Mapped[UUID]


class PostalReview(Base, OfCouncil):
    """What two people decided about one envelope; a second thought is a new row with the next number."""

    __tablename__ = "postal_review"
    __table_args__ = (
        refers_to("postal_vote", "postal_id"),
        UniqueConstraint("municipality", "council", "postal_id", "number"),
        CheckConstraint('"by" <> cosigned_by', name="two_people"),
    )

    election_id: Mapped[UUID]
    postal_id: Mapped[UUID]
    number: Mapped[int]
    is_accepted: Mapped[bool]
    ground: Mapped[str]
    """A code of `postal.rules.Ground`; empty when accepted."""
    remark: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]
    cosigned_by: Mapped[UUID]


class PostalMove(Base, OfCouncil):
    """Accepted envelopes of one station that are laid in another's box, because there were too few of them."""

    __tablename__ = "postal_move"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("station", "station_id"),
        refers_to("station", "into_id"),
        CheckConstraint("papers > 0", name="papers"),
        CheckConstraint("station_id <> into_id", name="two_stations"),
        CheckConstraint('"by" <> cosigned_by', name="two_people"),
    )

    election_id: Mapped[UUID]
    station_id: Mapped[UUID]
    into_id: Mapped[UUID]
    papers: Mapped[int]
    reason: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]
    cosigned_by: Mapped[UUID]


T = TypeVar("T", PostalVote, PostalReview, PostalMove, PollingEvent)
# The room that counts papers comes after this one, so its table is read by name.
_COUNT = table(
    "paper_count", column("municipality", String), column("council", String), column("station_id", Uuid)
).c


def register(session: Session, election: Election, station_id: UUID | None = None) -> list[PostalVote]:
    """Every envelope of the election or of one station, in the order of its numbers."""
    query = select(PostalVote).where(*_in(PostalVote, election)).order_by(PostalVote.number)
    if station_id is not None:
        query = query.where(PostalVote.station_id == station_id)
    return list(session.scalars(query))


def vote_of(session: Session, election: Election, postal_id: UUID) -> PostalVote | None:
    found = session.get(PostalVote, (election.municipality, election.council, postal_id))
    return found if found is not None and found.election_id == election.id else None


def votes_from(session: Session, election: Election, entry_id: UUID) -> list[PostalVote]:
    """Every envelope of one voter."""
    query = select(PostalVote).where(*_in(PostalVote, election), PostalVote.entry_id == entry_id)
    return list(session.scalars(query.order_by(PostalVote.number)))


def next_number(session: Session, election: Election) -> int:
    """What is written on the next envelope."""
    highest = session.scalar(select(func.max(PostalVote.number)).where(*_in(PostalVote, election)))
    return (highest or 0) + 1


def reviews(session: Session, election: Election) -> dict[UUID, list[PostalReview]]:
    """What was decided about each envelope, the one that holds last."""
    rows = session.scalars(select(PostalReview).where(*_in(PostalReview, election)).order_by(PostalReview.number))
    found: dict[UUID, list[PostalReview]] = {}
    for row in rows:
        found.setdefault(row.postal_id, []).append(row)
    return found


def moves(session: Session, election: Election) -> list[PostalMove]:
    return list(
        session.scalars(
            select(PostalMove).where(*_in(PostalMove, election)).order_by(PostalMove.at, PostalMove.id)
        )
    )


def accepted_at(session: Session, election: Election) -> dict[UUID, int]:
    """Accepted postal votes of each station's own voters, wherever the envelopes lie."""
    counts = event_counts(session, election)
    return {one.id: turnout(counts.get(one.id, {}), None).postal for one in stations(session, election)}


def postal_in_box(session: Session, election: Election) -> dict[UUID, int]:
    """Accepted postal votes in the box of each station: its own, less those moved out, and those moved in."""
    found = accepted_at(session, election)
    for one in moves(session, election):
        found[one.station_id] -= one.papers
        found[one.into_id] += one.papers
    return found


def postal_by_type(session: Session, election: Election) -> dict[tuple[UUID, str], int]:
    """Accepted postal votes in the box of each station, by ballot type. A move carries all that lay there."""
    undoing = aliased(PollingEvent)
    rows = session.execute(
        select(PollingEvent.station_id, PollingEvent.ballot_type)
        .outerjoin(
            undoing,
            (undoing.municipality == PollingEvent.municipality)
            & (undoing.council == PollingEvent.council)
            & (undoing.undoes_id == PollingEvent.id),
        )
        .where(*_in(PollingEvent, election), PollingEvent.kind == EventKind.POSTAL_ACCEPTED, undoing.id.is_(None))
        .order_by(PollingEvent.at, PollingEvent.id)
    )
    lying: dict[UUID, list[str]] = {}
    for station_id, ballot_type in rows:
        lying.setdefault(station_id, []).append(ballot_type)
    for one in moves(session, election):
        source = lying.setdefault(one.station_id, [])
        carried, source[: one.papers] = source[: one.papers], []
        lying.setdefault(one.into_id, [])[:0] = carried
    return {(station_id, key): types.count(key) for station_id, types in lying.items() for key in set(types)}


def lying_at(session: Session, election: Election, station_id: UUID) -> dict[str, int]:
    """Accepted postal votes in the box of one station, by ballot type."""
    found = postal_by_type(session, election)
    return {key: number for (where, key), number in found.items() if where == station_id}


def unmark(session: Session, election: Election, entry_id: UUID, admitted: PollingEvent | None) -> bool:
    """Take the mark of an accepted postal vote away; one statement decides. A voter who was admitted as well, at
    a laptop that did not know of the letter, is marked for that from now on.
    """
    done = session.execute(
        update(VoterMark)
        .where(
            VoterMark.municipality == election.municipality,
            VoterMark.council == election.council,
            VoterMark.entry_id == entry_id,
            VoterMark.postal_accepted_at.is_not(None),
        )
        .values(
            postal_accepted_at=None,
            admitted_at=admitted.at if admitted else None,
            station_id=admitted.station_id if admitted else None,
            desk=admitted.desk if admitted else None,
        )
    )
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def is_counted(session: Session, station: Station) -> bool:
    """Whether the papers of this station's box have been counted, so that the box is open."""
    counted = exists().where(
        _COUNT.municipality == station.municipality,
        _COUNT.council == station.council,
        _COUNT.station_id == station.id,
    )
    return bool(session.scalar(select(counted)))


def counted_stations(session: Session, election: Election) -> set[UUID]:
    """The stations of the council whose boxes are open."""
    counted = select(_COUNT.station_id).where(
        _COUNT.municipality == election.municipality, _COUNT.council == election.council
    )
    return set(session.scalars(counted))


def _in(kind: type[T], election: Election) -> tuple[ColumnElement[bool], ...]:
    return (
        kind.municipality == election.municipality,
        kind.council == election.council,
        kind.election_id == election.id,
    )
