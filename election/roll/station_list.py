"""What a polling station receives of the roll, on screens and on paper, and nothing else.

Name, birth date, roll number, polling district, ballot type, card state: the query reads no other column of
a person, and of a protected person it reads no name. Address, CPR number, source and origin never leave the
office. (KRVL § 9, stk. 2 borrowed)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    String,
    Text,
    Uuid,
    and_,
    case,
    column,
    func,
    literal,
    or_,
    select,
    table,
)
from sqlalchemy.orm import Session

from election.call.records import Election, Station
from election.roll.records import RollEntry
from registry.database import search_key
from registry.findings import Term
from registry.regulation.rules import Regulation

COMMON_BALLOT = Term("fælles")


class Card(StrEnum):
    """The poll card that holds now."""

    NONE = "none"
    ISSUED = "issued"
    REPLACEMENT = "replacement"


CARD_NAMES = {
    Card.NONE: Term("intet kort"),
    Card.ISSUED: Term("valgkort"),
    Card.REPLACEMENT: Term("nyt kort"),
}


@dataclass(frozen=True, slots=True)
class ListedVoter:
    """One line of the list. `station_id` is whose list it stands on: None on all of them."""

    id: UUID
    number: int
    name: str
    """Empty for a protected person: the desk asks."""
    list_name: str
    """The same as it stands in a list: surname first."""
    born_on: date
    polling_district: str
    ballot_type: str
    card: Card
    station_id: UUID | None
    is_voter: bool
    """On the roll now, with the right to vote."""

    @property
    def is_protected(self) -> bool:
        return not self.name

    @property
    def name_key(self) -> str:
        return search_key(self.name)


_ROW = RollEntry.__table__.c
# The card's room comes after this one, so its table is read by name (tests/election/roll hold the columns).
CARD_TABLE = table(
    "poll_card",
    column("municipality", String),
    column("council", String),
    column("entry_id", Uuid),
    column("state", Text),
    column("is_replacement", Boolean),
)
_CARD = CARD_TABLE.c
_NAME = case((_ROW.is_protected, ""), else_=_ROW.first_names + " " + _ROW.surname)
_SEARCHED = func.replace(_ROW.name_search_key, "ı", "i")
"""Yılmaz is typed Yilmaz where the keyboard has no ı."""
_LIST_NAME = case((_ROW.is_protected, ""), else_=_ROW.surname + ", " + _ROW.first_names)
_SORTED = (_ROW.is_protected, case((_ROW.is_protected, ""), else_=_ROW.name_sort_key), _ROW.number)
_COLUMNS = (
    _ROW.id,
    _ROW.number,
    _NAME.label("name"),
    _LIST_NAME.label("list_name"),
    _ROW.born_on,
    _ROW.polling_district,
    _ROW.seat_group,
    _ROW.station_id,
    and_(_ROW.may_vote, _ROW.struck_at.is_(None)).label("is_voter"),
    _CARD.is_replacement,
)
READ_OF_A_PERSON = frozenset({"number", "first_names", "surname", "born_on", "polling_district", "seat_group"})
"""The columns of the roll that say something about somebody and are read here."""


def listed(session: Session, election: Election, *which: ColumnElement[bool]) -> list[ListedVoter]:
    """The lines of these entries in the order of the list: by name, those without a shown name last."""
    has_card = and_(
        _CARD.municipality == _ROW.municipality,
        _CARD.council == _ROW.council,
        _CARD.entry_id == _ROW.id,
        _CARD.state == "issued",
    )
    rows = session.execute(
        select(*_COLUMNS)
        .select_from(RollEntry.__table__.outerjoin(CARD_TABLE, has_card))
        .where(
            _ROW.municipality == election.municipality,
            _ROW.council == election.council,
            _ROW.election_id == election.id,
            *which,
        )
        .order_by(*_SORTED)
    )
    by_group = has_own_ballots(election.regulation)
    return [
        ListedVoter(
            row.id,
            row.number,
            row.name.strip(),
            row.list_name.strip(" ,"),
            row.born_on,
            row.polling_district,
            (row.seat_group or COMMON_BALLOT) if by_group else COMMON_BALLOT,
            _card(row.is_replacement),
            row.station_id,
            bool(row.is_voter),
        )
        for row in rows
    ]


def listed_one(session: Session, election: Election, entry_id: UUID) -> ListedVoter | None:
    found = listed(session, election, _ROW.id == entry_id)
    return found[0] if found else None


def born_on(session: Session, election: Election, days: Iterable[date]) -> list[ListedVoter]:
    """Everyone who may vote now and was born on one of these days."""
    return listed(session, election, *_VOTERS, _ROW.born_on.in_(list(days)))


def exactly_alike(session: Session, election: Election, voter: ListedVoter) -> list[ListedVoter]:
    """Other voters with the same birth date and, letter for letter, the same name, protected or not.

    The names are compared inside the database: that of a protected person is not read.
    """
    own = (
        select(RollEntry.name_search_key)
        .where(
            RollEntry.municipality == election.municipality,
            RollEntry.council == election.council,
            RollEntry.id == voter.id,
        )
        .scalar_subquery()
    )
    return listed(
        session,
        election,
        *_VOTERS,
        _ROW.born_on == voter.born_on,
        _ROW.name_search_key == own,
        _ROW.id != voter.id,
    )


def called(session: Session, election: Election, words: Iterable[str], most: int) -> tuple[int, list[ListedVoter]]:
    """How many have a shown name with words that begin so, and who, when there are at most `most` of them.

    `words` as `search_key` makes them.
    """
    fits = [*_VOTERS, ~_ROW.is_protected, *(_begins(word) for word in words)]
    number = session.scalar(
        select(func.count())
        .select_from(RollEntry.__table__)
        .where(
            _ROW.municipality == election.municipality,
            _ROW.council == election.council,
            _ROW.election_id == election.id,
            *fits,
        )
    )
    return int(number or 0), listed(session, election, *fits) if 0 < (number or 0) <= most else []


def is_called(session: Session, election: Election, voter: ListedVoter, said: Sequence[str]) -> bool | None:
    """Whether somebody who says this name is the voter: every word stands in the name, and one of them ends it.

    Compared inside the database: the name itself is not read. None on a station's own laptop, which holds no
    protected name. `said` as `search_key` makes the words.
    """
    name = literal(" ").concat(func.replace(_SEARCHED, "-", " ")).concat(" ")
    whole = and_(
        *(name.contains(f" {word} ", autoescape=True) for word in said),
        or_(*(name.endswith(f" {word} ", autoescape=True) for word in said)),
    )
    row = session.execute(
        select(case((_ROW.name_search_key == str(voter.id), None), (whole, 1), else_=0).label("is_right")).where(
            _ROW.municipality == election.municipality,
            _ROW.council == election.council,
            _ROW.id == voter.id,
        )
    ).one()
    return None if row.is_right is None else bool(row.is_right) and len(said) > 1


def list_of(session: Session, election: Election, station: Station | None) -> list[ListedVoter]:
    """Everyone who may vote at a station, with free choice all; None: at any station."""
    at_station = () if station is None else (_ROW.station_id.is_(None) | (_ROW.station_id == station.id),)
    return listed(session, election, *_VOTERS, *at_station)


def content_sha256(lines: Iterable[ListedVoter]) -> str:
    """SHA-256 of what stands on a list, line by line in its order."""
    total = hashlib.sha256()
    for one in lines:
        shown = [
            one.number,
            one.name,
            one.born_on.isoformat(),
            one.polling_district,
            one.ballot_type,
            one.card.value,
            str(one.station_id),
        ]
        total.update(json.dumps(shown, ensure_ascii=False).encode() + b"\n")
    return total.hexdigest()


_VOTERS = (_ROW.may_vote, _ROW.struck_at.is_(None))


def _begins(word: str) -> ColumnElement[bool]:
    return or_(
        *(
            _SEARCHED.like(f"{before}{escaped}%", escape="/")
            for before in ("", "% ", "%-")
            for escaped in (word.replace("/", "//").replace("%", "/%").replace("_", "/_"),)
        )
    )


def _card(is_replacement: bool | None) -> Card:
    if is_replacement is None:
        return Card.NONE
    return Card.REPLACEMENT if is_replacement else Card.ISSUED


def has_own_ballots(regulation: Regulation) -> bool:
    """Whether each group of the reserved seats votes on a paper of its own; else nobody's group is shown."""
    within = regulation.seats.is_vote_within_group
    return regulation.has_reserved_seats and not within.is_unset and bool(within.value)
