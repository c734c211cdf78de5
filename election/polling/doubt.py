"""Voters in doubt: who voted into an envelope, and what two people decided about each envelope afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, aliased

from election.call.records import Election, Station
from election.polling.records import PollingEvent
from election.polling.rules import EventKind
from registry.database import Base, OfCouncil, refers_to


class DoubtfulDecision(Base, OfCouncil):
    """One envelope: accepted (the inner envelope goes unopened into the box) or set aside, with the reason."""

    __tablename__ = "doubtful_decision"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("polling_event", "event_id"),
        UniqueConstraint("municipality", "council", "event_id"),
        CheckConstraint('"by" <> cosigned_by', name="two_people"),
        CheckConstraint("reason <> ''", name="has_a_reason"),
    )

    election_id: Mapped[UUID]
    event_id: Mapped[UUID]
    is_accepted: Mapped[bool]
    reason: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]
    cosigned_by: Mapped[UUID]


def envelopes(session: Session, station: Station) -> Sequence[PollingEvent]:
    """Papers that went into an envelope at this station and were not taken back, oldest first."""
    undoing = aliased(PollingEvent)
    return session.scalars(
        select(PollingEvent)
        .outerjoin(
            undoing,
            (undoing.municipality == PollingEvent.municipality)
            & (undoing.council == PollingEvent.council)
            & (undoing.undoes_id == PollingEvent.id),
        )
        .where(
            PollingEvent.municipality == station.municipality,
            PollingEvent.council == station.council,
            PollingEvent.station_id == station.id,
            PollingEvent.kind == EventKind.DOUBTFUL,
            undoing.id.is_(None),
        )
        .order_by(PollingEvent.at, PollingEvent.id)
    ).all()


def decisions(session: Session, election: Election) -> dict[UUID, DoubtfulDecision]:
    """What was decided, by the event in which the envelope was handed out."""
    rows = session.scalars(
        select(DoubtfulDecision).where(
            DoubtfulDecision.municipality == election.municipality,
            DoubtfulDecision.council == election.council,
            DoubtfulDecision.election_id == election.id,
        )
    )
    return {row.event_id: row for row in rows}


def decision_of(session: Session, election: Election, event_id: UUID) -> DoubtfulDecision | None:
    """What was decided about one envelope, None while it waits."""
    return session.scalar(
        select(DoubtfulDecision).where(
            DoubtfulDecision.municipality == election.municipality,
            DoubtfulDecision.council == election.council,
            DoubtfulDecision.event_id == event_id,
        )
    )


def envelopes_accepted(session: Session, election: Election) -> dict[tuple[UUID, str], int]:
    """Envelopes that were accepted and have gone into the box, by station and ballot type."""
    rows = session.execute(
        select(PollingEvent.station_id, PollingEvent.ballot_type, func.count())
        .join(
            DoubtfulDecision,
            (DoubtfulDecision.municipality == PollingEvent.municipality)
            & (DoubtfulDecision.council == PollingEvent.council)
            & (DoubtfulDecision.event_id == PollingEvent.id),
        )
        .where(
            DoubtfulDecision.municipality == election.municipality,
            DoubtfulDecision.council == election.council,
            DoubtfulDecision.election_id == election.id,
            DoubtfulDecision.is_accepted,
        )
        .group_by(PollingEvent.station_id, PollingEvent.ballot_type)
    )
    return {(station_id, ballot_type): int(number) for station_id, ballot_type, number in rows}


def accepted_at_stations(session: Session, election: Election) -> dict[UUID, int]:
    """The same by station alone."""
    found: dict[UUID, int] = {}
    for (station_id, _), number in envelopes_accepted(session, election).items():
        found[station_id] = found.get(station_id, 0) + number
    return found


def undecided_doubtful(session: Session, station: Station) -> list[PollingEvent]:
    """Envelopes that nobody has decided about: the station's book is not signed over one of them."""
    every = envelopes(session, station)
    if not every:
        return []
    decided = set(
        session.scalars(
            select(DoubtfulDecision.event_id).where(
                DoubtfulDecision.municipality == station.municipality,
                DoubtfulDecision.council == station.council,
                DoubtfulDecision.event_id.in_([one.id for one in every]),
            )
        )
    )
    return [one for one in every if one.id not in decided]
