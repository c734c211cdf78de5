"""The answers to “may I vote?”, put together from the roll, the cards and the regulation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from election.call.records import Election, Station
from election.look_up.records import has_entries, stations_of, voter_of_card
from election.look_up.rules import Remedies, Stage, Standing, remedies, stage_of, standing_of
from election.roll.records import entry_by_index, reasons_are_gone, refusal_by_index, roll_of
from election.roll.rules import ReasonCode
from election.roll.wording import say_decision


@dataclass(frozen=True, slots=True)
class CardAnswer:
    """`stations` is empty when nothing could be confirmed."""

    stations: tuple[Station, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """What the roll says of the person who asks."""

    standing: Standing
    number: int | None
    sentence: str
    stations: tuple[Station, ...]
    remedies: Remedies
    is_reason_gone: bool
    """Nobody who is not on the roll is remembered any more, so that nobody can be told why."""


def stage_of_roll(session: Session, election: Election) -> Stage:
    """How far the roll is."""
    roll = roll_of(session, election)
    return stage_of(
        election.in_phase,
        has_roll=roll is not None,
        is_frozen=roll is not None and roll.is_frozen,
        has_entries=has_entries(session, election),
    )


def uses_poll_cards(election: Election) -> bool:
    ruled = election.regulation.polling.has_poll_cards
    return not ruled.is_unset and ruled.value


def by_card(session: Session, election: Election, number: str, born_on: date) -> CardAnswer:
    """Whether the card and the birth date belong together; one answer for everything that is wrong."""
    voter = voter_of_card(session, election, number, born_on)
    places = stations_of(session, election, voter.station_id if voter else None)
    return CardAnswer(tuple(places)) if voter else CardAnswer()


def own(session: Session, election: Election, cpr_index: bytes, now: datetime) -> OwnAnswer:
    """What stands about somebody who has proved who they are; `now` is by the election's clock."""
    rule, name = election.regulation.right_to_vote, election.regulation.municipality.name.value
    entry = entry_by_index(session, election, cpr_index)
    refusal = refusal_by_index(session, election, cpr_index)
    standing = standing_of(
        is_on_roll=entry is not None,
        may_vote=entry is not None and entry.may_vote,
        is_struck=entry is not None and entry.struck_at is not None,
        is_refused=refusal is not None,
    )
    reason = ReasonCode(refusal.reason) if refusal is not None else None
    votes = standing is Standing.MAY_VOTE
    return OwnAnswer(
        standing,
        entry.number if entry is not None and standing in (Standing.MAY_VOTE, Standing.ONLY_STANDS) else None,
        say_decision(reason, rule, name) if votes or reason is not None else "",
        tuple(stations_of(session, election, entry.station_id)) if entry is not None and votes else (),
        remedies(election.regulation, election.election_on, reason, standing, now),
        is_reason_gone=standing is Standing.UNKNOWN and reasons_are_gone(session, election),
    )
