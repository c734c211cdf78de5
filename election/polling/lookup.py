"""Finding a voter at a desk, by poll card or by birth date. Looking somebody up changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from election.ballots.rules import ballot_types
from election.call import clock
from election.call.records import Election, Station, stations
from election.poll_cards.records import CardState, card_by_text
from election.poll_cards.rules import (
    FOREIGN_CODE,
    LOOKS_LIKE_CPR,
    TOKEN_BYTES,
    CardProblem,
    CardText,
    compose,
    read_card,
)
from election.polling import findings as say
from election.polling.records import PollingEvent, VoterMark, mark_of
from election.polling.rules import dates_of
from election.polling.typed import LEAST_LETTERS, Search, fits, search_typed, words_of
from election.roll.records import RollEntry
from election.roll.station_list import ListedVoter, born_on, called, exactly_alike, is_called, listed_one
from registry.findings import Finding, Refused

CPR_DIGITS, WHOLE_DATE = 10, 8
MOST_CALLED = 20
"""More people of one name than can be read aloud to somebody who stands there."""
_BETWEEN_DIGITS = str.maketrans("", "", " .-/")


@dataclass(frozen=True, slots=True)
class Voter:
    """A voter as the desk sees one, and why no paper may be given, if so."""

    entry: ListedVoter
    mark: VoterMark | None
    stop: Finding | None
    look_alikes: tuple[ListedVoter, ...] = ()
    ballot_type: str = ""
    """The paper to hand out; empty where all vote on the same."""

    @property
    def has_voted(self) -> bool:
        return self.mark is not None and (self.mark.admitted_at or self.mark.postal_accepted_at) is not None


def birth_date_typed(typed: str) -> str | None:
    """The six digits if that is what was typed, with or without signs between them; None otherwise."""
    digits = typed.strip().translate(_BETWEEN_DIGITS)
    return digits if len(digits) == 6 and digits.isascii() and digits.isdigit() else None


def by_card(session: Session, election: Election, station: Station, typed: str) -> UUID:
    """The voter of a card. Raises Refused: unreadable (R4xx), R503, R504, R505, R506; R713 for the test card."""
    read = read_card(typed)
    if isinstance(read, CardProblem):
        raise Refused.because(Finding(read.kind, read.facts))
    if read.election_code != election.code:
        raise Refused(say.CARD_OF_OTHER_ELECTION)
    if is_trial_card(election, station, typed):
        raise Refused(say.SCANNER_WORKS)
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


def born(session: Session, election: Election, digits: str) -> list[ListedVoter]:
    """Everyone on the roll who may vote and was born then, by name. Raises Refused R514, R515."""
    found = _born(session, election, digits)
    if not found:
        raise Refused(say.NOBODY_BORN, born=in_words(digits))
    return found


def _born(session: Session, election: Election, digits: str) -> list[ListedVoter]:
    days = dates_of(digits)
    if not days:
        raise Refused(say.SIX_DIGITS)
    return born_on(session, election, days)


def asked_for(typed: str, *, among: bool = False) -> Search | None:
    """The search that was typed; None for a card. Raises Refused R408, R708, R714.

    `among`: letters that narrow those of one day, where one letter is enough.
    """
    read = read_card(typed)
    if isinstance(read, CardText) or read.kind in (FOREIGN_CODE, LOOKS_LIKE_CPR):
        return None
    found = search_typed(typed)
    if found is None or not found.words:
        return found
    if len(found.digits) == CPR_DIGITS:
        raise Refused(LOOKS_LIKE_CPR)
    if found.digits and len(found.digits) not in (6, 8):
        raise Refused(say.DATE_AND_NAME)
    if not found.digits and not among and found.letters < LEAST_LETTERS:
        raise Refused(say.NAME_TOO_SHORT)
    return found


def search(session: Session, election: Election, wanted: Search) -> list[ListedVoter]:
    """Everyone who may vote and fits, in the order of the list. Raises Refused R514, R515, R709, R710.

    Somebody with a protected name is found by the whole date, whatever name is typed, and by nothing less.
    """
    if not wanted.digits:
        number, found = called(session, election, wanted.words, MOST_CALLED)
        if number > MOST_CALLED:
            raise Refused(say.TOO_MANY_CALLED, number=number)
    else:
        is_whole = len(wanted.digits) == WHOLE_DATE
        found = [
            one
            for one in _born(session, election, wanted.digits)
            if (is_whole if one.is_protected else fits(wanted.words, one.name_key))
        ]
    if found:
        return found
    if wanted.words:
        raise Refused(say.NOBODY_CALLED)
    raise Refused(say.NOBODY_BORN, born=in_words(wanted.digits))


def in_words(digits: str) -> str:
    """A typed birth date as it is read: 24-03-90, 24-03-1990."""
    return f"{digits[:2]}-{digits[2:4]}-{digits[4:]}"


def says_own_name(session: Session, election: Election, entry: ListedVoter, said: str) -> bool | None:
    """Whether the name that a protected person says is theirs; None where no computer here can tell."""
    words = words_of(said)
    return is_called(session, election, entry, words) if words else False


def is_trial_card(election: Election, station: Station, typed: str) -> bool:
    """Whether this is the station's test card: a card of the right form that is nobody's."""
    read = read_card(typed)
    return isinstance(read, CardText) and read.text == trial_card(election, station)


def trial_card(election: Election, station: Station) -> str:
    """The text of the station's test card: its token is all zeros, which no voter's is."""
    return compose(election_code=election.code, station_code=station.code, token=bytes(TOKEN_BYTES))


def entry_of(session: Session, election: Election, entry_id: UUID) -> ListedVoter | None:
    """What a station may know of one person on the roll of this election, struck or not."""
    return listed_one(session, election, entry_id)


def entry_by_number(session: Session, election: Election, number: int) -> UUID | None:
    """Whose line of the list has this number."""
    return session.scalar(
        select(RollEntry.id).where(
            RollEntry.municipality == election.municipality,
            RollEntry.council == election.council,
            RollEntry.election_id == election.id,
            RollEntry.number == number,
        )
    )


def voter(session: Session, election: Election, station: Station, entry: ListedVoter) -> Voter:
    """What the desk must know before a paper is given."""
    mark = mark_of(session, election, entry.id)
    types = ballot_types(election)
    ballot_type = entry.ballot_type if entry.ballot_type in types else ""
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
    elif ballot_type not in types:
        stop = Finding(say.NO_PAPER_FOR_VOTER)
    return Voter(entry, mark, stop, tuple(exactly_alike(session, election, entry)), ballot_type)


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
