"""What is read for somebody who asks: of a card as little as the answer needs, of an own entry the entry."""

from __future__ import annotations

import hashlib
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from election.call.records import Election, Station, stations
from election.poll_cards.records import CardState, PollCard
from election.poll_cards.rules import CardText, read_card, token_digest
from election.roll.records import RollEntry


def voter_of_card(session: Session, election: Election, number: str, born_on: date) -> RollEntry | None:
    """Whoever may vote by a card that holds in this election, when the birth date is theirs; otherwise None.

    Whatever is wrong — number, date, election, a replaced card, a voter who was struck — one and the same query
    is sent and one and the same answer comes back.
    """
    read = read_card(number)
    # What is no card has no digest; it is looked for all the same.
    digest = token_digest(read) if isinstance(read, CardText) else hashlib.sha256(number.encode()).digest()
    row = session.execute(_card(election, digest)).first()
    if row is None:
        return None
    card, entry = row
    holds = card.state == CardState.ISSUED and entry.may_vote and entry.struck_at is None
    is_theirs: bool = entry.born_on == born_on
    return entry if holds and is_theirs else None


def _card(election: Election, digest: bytes) -> Select[PollCard, RollEntry]:
    return (
        select(PollCard, RollEntry)
        .join(
            RollEntry,
            (RollEntry.municipality == PollCard.municipality)
            & (RollEntry.council == PollCard.council)
            & (RollEntry.id == PollCard.entry_id),
        )
        .where(
            PollCard.municipality == election.municipality,
            PollCard.council == election.council,
            PollCard.election_id == election.id,
            PollCard.text_sha256 == digest,
        )
    )


def has_entries(session: Session, election: Election) -> bool:
    """Whether anybody at all is on the roll."""
    return _any(session, election, RollEntry)


def has_cards(session: Session, election: Election) -> bool:
    """Whether any poll card has been issued."""
    return _any(session, election, PollCard)


def _any(session: Session, election: Election, model: type[RollEntry | PollCard]) -> bool:
    query = select(model.id).where(
        model.municipality == election.municipality,
        model.council == election.council,
        model.election_id == election.id,
    )
    return session.scalar(query.limit(1)) is not None


def stations_of(session: Session, election: Election, station_id: UUID | None) -> list[Station]:
    """Where the person votes: the own station, or all of them where one may choose."""
    return [one for one in stations(session, election) if station_id in (None, one.id)]
