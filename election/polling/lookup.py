"""Finding a voter at a desk, by poll card or by birth date. Looking somebody up changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from election.call import clock
from election.call.records import Election, Station, stations
from election.poll_cards.records import CardState, card_by_text
from election.poll_cards.rules import CardProblem, read_card
from election.polling import findings as say
from election.polling.records import PollingEvent, VoterMark, mark_of
from election.polling.rules import dates_of
from election.roll.station_list import ListedVoter, born_on, exactly_alike, listed_one
from registry.findings import Finding, Refused

_BETWEEN_DIGITS = str.maketrans("", "", " .-/")


@dataclass(frozen=True, slots=True)
class Voter:
    """A voter as the desk sees one, and why no paper may be given, if so."""

    entry: ListedVoter
    mark: VoterMark | None
    stop: Finding | None
    look_alikes: tuple[ListedVoter, ...] = ()

    @property
    def has_voted(self) -> bool:
        return self.mark is not None and (self.mark.admitted_at or self.mark.postal_accepted_at) is not None


def birth_date_typed(typed: str) -> str | None:
    """The six digits if that is what was typed, with or without signs between them; None otherwise."""
    digits = typed.strip().translate(_BETWEEN_DIGITS)
    return digits if len(digits) == 6 and digits.isascii() and digits.isdigit() else None


def by_card(session: Session, election: Election, station: Station, typed: str) -> UUID:
    """The voter of a card. Raises Refused: unreadable (R4xx), R503, R504, R505, R506."""
    read = read_card(typed)
    if isinstance(read, CardProblem):
        raise Refused.because(Finding(read.kind, read.facts))
    if read.election_code != election.code:
        raise Refused(say.CARD_OF_OTHER_ELECTION)
    card = card_by_text(session, election, read.text)
    if card is None:
        raise Refused(say.CARD_UNKNOWN)
    if card.state == CardState.REPLACED:
        raise Refused(say.CARD_REPLACED, at=clock.shown(card.replaced_at) if card.replaced_at else "")
    entry = entry_of(session, election, card.entry_id)
    if entry is None:
        raise Refused(say.NOT_ON_THE_ROLL)
    _demand_station(session, election, station, entry)
    return entry.id


def born(session: Session, election: Election, six_digits: str) -> list[ListedVoter]:
    """Everyone on the roll who may vote and was born then, by name. Raises Refused R514, R515."""
    days = dates_of(six_digits)
    if not days:
        raise Refused(say.SIX_DIGITS)
    found = born_on(session, election, days)
    if not found:
        raise Refused(say.NOBODY_BORN, born=f"{days[0]:%d-%m-%y}")
    return found


def entry_of(session: Session, election: Election, entry_id: UUID) -> ListedVoter | None:
    """What a station may know of one person on the roll of this election, struck or not."""
    return listed_one(session, election, entry_id)


def voter(session: Session, election: Election, station: Station, entry: ListedVoter) -> Voter:
    """What the desk must know before a paper is given."""
    mark = mark_of(session, election, entry.id)
    every = {one.id: one for one in stations(session, election)}
    stop: Finding | None = None
    if not entry.is_voter:
        stop = Finding(say.NOT_ON_THE_ROLL)
    elif mark is not None and mark.postal_accepted_at is not None:
        stop = Finding(say.ALREADY_VOTED_BY_POST, {"at": clock.shown(mark.postal_accepted_at)})
    elif mark is not None and mark.admitted_at is not None:
        where = every[mark.station_id].name if mark.station_id in every else "?"
        stop = already_admitted(mark.admitted_at, where, mark.desk or "?")
    elif entry.station_id is not None and entry.station_id != station.id:
        stop = Finding(say.CARD_OF_OTHER_STATION, {"station": every[entry.station_id].name})
    return Voter(entry, mark, stop, tuple(exactly_alike(session, election, entry)))


def already_admitted(at: datetime, station: str, desk: str) -> Finding:
    return Finding(say.ALREADY_ADMITTED, {"at": clock.shown(at), "station": station, "desk": desk})


def marks_of(session: Session, election: Election, entries: Iterable[ListedVoter]) -> dict[UUID, VoterMark]:
    """Marks against these voters, by roll entry."""
    rows = session.scalars(
        select(VoterMark).where(
            VoterMark.municipality == election.municipality,
            VoterMark.council == election.council,
            VoterMark.entry_id.in_([entry.id for entry in entries]),
        )
    )
    return {mark.entry_id: mark for mark in rows}


def event_of(session: Session, station: Station, desk: str, event_id: UUID) -> PollingEvent | None:
    """The event, if it happened at this desk."""
    event = session.get(PollingEvent, (station.municipality, station.council, event_id))
    return event if event is not None and event.station_id == station.id and event.desk == desk else None


def _demand_station(session: Session, election: Election, station: Station, entry: ListedVoter) -> None:
    if entry.station_id is None or entry.station_id == station.id:
        return
    names = {one.id: one.name for one in stations(session, election)}
    raise Refused(say.CARD_OF_OTHER_STATION, station=names[entry.station_id])
