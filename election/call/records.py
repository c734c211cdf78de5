"""Elections, their stations and their board."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, LargeBinary, Text, UniqueConstraint, and_, bindparam, cast, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from election.call.rules import NO_SUCH_ELECTION, Phase
from registry.database import Base, Database, OfCouncil, Scope, refers_to
from registry.findings import Refused
from registry.prepared import Place, Prepared
from registry.regulation.loader import load_bytes
from registry.regulation.rules import Regulation


class Kind(StrEnum):
    LIVE = "live"
    DEMO = "demo"
    REHEARSAL = "rehearsal"


class Election(Base, OfCouncil):
    """One election. Its kind never changes (a trigger refuses it): a demo cannot become a live election."""

    __tablename__ = "election"
    __table_args__ = (
        UniqueConstraint("municipality", "council", "slug"),
        UniqueConstraint("code"),
        CheckConstraint("(kind = 'live') = (clock_at IS NULL)", name="live_clock_is_real"),
        CheckConstraint("kind IN ('live', 'demo', 'rehearsal')", name="kind"),
    )

    slug: Mapped[str]
    """Its name in addresses: the year, or year and month."""
    code: Mapped[str]
    """Two characters on every poll card, so that a card of another election is recognised at once."""
    kind: Mapped[str]
    phase: Mapped[str]
    election_on: Mapped[date]
    extract_on: Mapped[date]
    regulation_id: Mapped[str]
    regulation_sha256: Mapped[str]
    regulation_toml: Mapped[bytes] = mapped_column(LargeBinary)
    clock_at: Mapped[datetime | None]
    """Where the clock of a demo or rehearsal stands; empty in a live election."""
    ballot_order_settled_at: Mapped[datetime | None]
    called_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def regulation(self) -> Regulation:
        return _regulation(bytes(self.regulation_toml), self.regulation_id)

    @property
    def in_phase(self) -> Phase:
        return Phase(self.phase)

    @property
    def is_live(self) -> bool:
        return self.kind == Kind.LIVE


class Station(Base, OfCouncil):
    """A polling station. `districts` are the districts of the extract that vote here; `*` is all of them."""

    __tablename__ = "station"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("station", "counted_with_id"),
        UniqueConstraint("municipality", "council", "election_id", "code"),
        UniqueConstraint("municipality", "council", "election_id", "name"),
    )

    election_id: Mapped[UUID]
    code: Mapped[str]
    """Three characters on the poll card."""
    name: Mapped[str]
    districts: Mapped[list[Any]]
    counted_with_id: Mapped[UUID | None]
    """The station whose papers are mixed with this one's before counting, when few have voted here."""


class BoardMember(Base, OfCouncil):
    """A member of the election board, appointed by a body on a date."""

    __tablename__ = "board_member"
    __table_args__ = (refers_to("election", "election_id"),)

    election_id: Mapped[UUID] = mapped_column(index=True)
    name: Mapped[str]
    is_chair: Mapped[bool]
    appointed_by: Mapped[str]
    appointed_on: Mapped[date]
    left_at: Mapped[datetime | None]


_KEPT = 64


@lru_cache(maxsize=_KEPT)
def _regulation(toml: bytes, name: str) -> Regulation:
    return load_bytes(toml, name)


def election(session: Session, scope: Scope, election_id: UUID) -> Election:
    """Raises Refused R081 when there is none in this council."""
    found = session.get(Election, (scope.municipality, scope.council, election_id))
    if found is None:
        raise Refused(NO_SUCH_ELECTION, status=404)
    return found


# The regulation is by far the largest column and never changes: it is read once, and then known by its hash.
_TABLE = Election.__table__
_COLUMNS = tuple(column for column in _TABLE.columns if column.name != "regulation_toml")
_OF_COUNCIL = and_(_TABLE.c.municipality == bindparam("municipality"), _TABLE.c.council == bindparam("council"))
_BY_SLUG = Prepared(select(*_COLUMNS).where(_OF_COUNCIL, _TABLE.c.slug == bindparam("slug")))
_BY_ID = select(*_COLUMNS).where(_OF_COUNCIL, _TABLE.c.id == bindparam("id"))
_HELD = Prepared(_BY_ID.with_for_update(read=True))
_REGULATION = Prepared(select(_TABLE.c.regulation_toml).where(_OF_COUNCIL, _TABLE.c.id == bindparam("id")))
_regulations: dict[tuple[UUID, str], bytes] = {}


def by_slug(session: Session, scope: Scope, slug: str) -> Election | None:
    return session.scalar(
        select(Election).where(
            Election.municipality == scope.municipality, Election.council == scope.council, Election.slug == slug
        )
    )


def at_address(database: Database, scope: Scope, slug: str) -> Election | None:
    """The election of a page as it stands now, to be read only."""
    return _as_read(database.ask, database.ask(_BY_SLUG, **_council(scope), slug=slug), scope)


def held(place: Place, scope: Scope, election_id: UUID) -> Election | None:
    """The election, to be read only, held against every change until the transaction ends."""

    def ask(question: Prepared, **given: object) -> list[tuple[Any, ...]]:
        return question.rows(place, **given)

    return _as_read(ask, ask(_HELD, **_council(scope), id=election_id), scope)


def _council(scope: Scope) -> dict[str, str]:
    return {"municipality": scope.municipality, "council": scope.council}


def _as_read(
    ask: Callable[..., list[tuple[Any, ...]]], rows: list[tuple[Any, ...]], scope: Scope
) -> Election | None:
    if not rows:
        return None
    found = dict(zip((column.key for column in _COLUMNS), rows[0], strict=True))
    known = (found["id"], found["regulation_sha256"])
    if known not in _regulations:
        if len(_regulations) > _KEPT:
            _regulations.clear()
        _regulations[known] = bytes(ask(_REGULATION, **_council(scope), id=found["id"])[0][0])
    return _unchanged(rows[0], _regulations[known])


@lru_cache(maxsize=_KEPT)
def _unchanged(row: tuple[Any, ...], regulation: bytes) -> Election:
    """Whoever reads the same row gets the same object."""
    values = dict(zip((column.key for column in _COLUMNS), row, strict=True))
    return Election(**values, regulation_toml=regulation)


def elections(session: Session, municipality: str | None = None) -> list[Election]:
    query = select(Election).order_by(Election.election_on.desc(), Election.slug)
    if municipality is not None:
        query = query.where(Election.municipality == municipality)
    return list(session.scalars(query))


def holds_demo(session: Session) -> bool:
    """Whether any election here is not a live one: then every page says so."""
    return session.scalar(select(Election.id).where(Election.kind != Kind.LIVE).limit(1)) is not None


def stations(session: Session, of: Election) -> list[Station]:
    return list(
        session.scalars(
            select(Station)
            .where(
                Station.municipality == of.municipality,
                Station.council == of.council,
                Station.election_id == of.id,
            )
            .order_by(Station.code)
        )
    )


def station_by_code(session: Session, of: Election, code: str) -> Station | None:
    """The station with these three characters, or None."""
    return session.scalar(
        select(Station).where(
            Station.municipality == of.municipality,
            Station.council == of.council,
            Station.election_id == of.id,
            Station.code == code,
        )
    )


_STATIONS = Station.__table__
_STATION_COLUMNS = (
    cast(_STATIONS.c.districts, Text).label("districts"),
    *(column for column in _STATIONS.columns if column.key != "districts"),
)
_BY_CODE = Prepared(
    select(*_STATION_COLUMNS).where(
        _STATIONS.c.municipality == bindparam("municipality"),
        _STATIONS.c.council == bindparam("council"),
        _STATIONS.c.election_id == bindparam("election_id"),
        _STATIONS.c.code == bindparam("code"),
    )
)


def station_at(database: Database, of: Election, code: str) -> Station | None:
    """The station with these three characters as it stands now, to be read only; or None."""
    rows = database.ask(_BY_CODE, **_council(of.scope), election_id=of.id, code=code)
    return _unchanged_station(*rows[0]) if rows else None


@lru_cache(maxsize=_KEPT)
def _unchanged_station(districts: str, *row: Any) -> Station:
    columns = (column.key for column in _STATION_COLUMNS[1:])
    return Station(**dict(zip(columns, row, strict=True)), districts=json.loads(districts))


def board(session: Session, of: Election) -> list[BoardMember]:
    """The board as it is now, chair first."""
    return list(
        session.scalars(
            select(BoardMember)
            .where(
                BoardMember.municipality == of.municipality,
                BoardMember.council == of.council,
                BoardMember.election_id == of.id,
                BoardMember.left_at.is_(None),
            )
            .order_by(BoardMember.is_chair.desc(), BoardMember.name)
        )
    )
