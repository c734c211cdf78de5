"""Terms of a council, its kinds of seats, its seats, and the people who are named for them."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from sqlalchemy import CheckConstraint, LargeBinary, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from registry.councils.rules import NO_RULES, NO_SUCH_TERM
from registry.database import Base, OfCouncil, Scope, refers_to
from registry.findings import Refused
from registry.regulation.council_rules import Composition, MeetingRules
from registry.regulation.loader import load_bytes
from registry.regulation.rules import Regulation


class CouncilTerm(Base, OfCouncil):
    """One term of the council, with the version of the rules it lives under. Its end is a date of its own."""

    __tablename__ = "council_term"
    __table_args__ = (
        UniqueConstraint("municipality", "council", "source"),
        CheckConstraint("(kind = 'live') = (clock_at IS NULL)", name="live_clock_is_real"),
        CheckConstraint("kind IN ('live', 'demo', 'rehearsal')", name="kind"),
        CheckConstraint("starts_on <= ends_on", name="dates"),
    )

    source: Mapped[str]
    """What called it into being, in words that are the same each time: the election's address."""
    council_name: Mapped[str]
    kind: Mapped[str]
    clock_at: Mapped[datetime | None]
    """Where the clock of a demo or rehearsal stands; empty in a real council."""
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    legal_size: Mapped[int]
    """The fixed number of voting seats. Quorum is measured against it."""
    regulation_id: Mapped[str]
    regulation_sha256: Mapped[str]
    regulation_toml: Mapped[bytes] = mapped_column(LargeBinary)
    opened_at: Mapped[datetime]

    @property
    def regulation(self) -> Regulation:
        return _regulation(bytes(self.regulation_toml), self.regulation_id)

    @property
    def composition(self) -> Composition:
        """Raises Refused R560 when the regulation says nothing of the council."""
        found = self.regulation.composition
        if found is None:
            raise Refused(NO_RULES, regulation=self.regulation_id)
        return found

    @property
    def meeting_rules(self) -> MeetingRules:
        """Raises Refused R560 when the regulation says nothing of the meetings."""
        found = self.regulation.meetings
        if found is None:
            raise Refused(NO_RULES, regulation=self.regulation_id)
        return found

    @property
    def is_live(self) -> bool:
        return self.kind == "live"


class SeatGroup(Base, OfCouncil):
    """A kind of seat in one term, as the regulation had it when the term was opened."""

    __tablename__ = "seat_group"
    __table_args__ = (
        refers_to("council_term", "term_id"),
        UniqueConstraint("municipality", "council", "term_id", "code"),
    )

    term_id: Mapped[UUID]
    position: Mapped[int]
    code: Mapped[str]
    name: Mapped[str]
    route: Mapped[str]
    nominated_by: Mapped[str]
    has_vote: Mapped[bool]


class Seat(Base, OfCouncil):
    """One seat. Who sits on it is a membership; that nobody does is nothing but the absence of one."""

    __tablename__ = "seat"
    __table_args__ = (
        refers_to("council_term", "term_id"),
        refers_to("seat_group", "group_id"),
        UniqueConstraint("municipality", "council", "term_id", "number"),
    )

    term_id: Mapped[UUID]
    group_id: Mapped[UUID]
    number: Mapped[int]


class Person(Base, OfCouncil):
    """Somebody named for a seat. Only what the public may know: the name."""

    __tablename__ = "person"

    name: Mapped[str]


@lru_cache(maxsize=64)
def _regulation(toml: bytes, name: str) -> Regulation:
    return load_bytes(toml, name)


def term(session: Session, scope: Scope, term_id: UUID) -> CouncilTerm:
    """Raises Refused R561 when there is none in this council."""
    found = session.get(CouncilTerm, (scope.municipality, scope.council, term_id))
    if found is None:
        raise Refused(NO_SUCH_TERM, status=404)
    return found


def terms(session: Session, scope: Scope) -> list[CouncilTerm]:
    """The terms of a council, newest first."""
    return list(
        session.scalars(
            select(CouncilTerm)
            .where(CouncilTerm.municipality == scope.municipality, CouncilTerm.council == scope.council)
            .order_by(CouncilTerm.starts_on.desc(), CouncilTerm.opened_at.desc())
        )
    )


def term_from(session: Session, scope: Scope, source: str) -> CouncilTerm | None:
    """The term that this source called into being, if it has."""
    return session.scalar(
        select(CouncilTerm).where(
            CouncilTerm.municipality == scope.municipality,
            CouncilTerm.council == scope.council,
            CouncilTerm.source == source,
        )
    )


def groups(session: Session, of: CouncilTerm) -> list[SeatGroup]:
    """The kinds of seats in the order of the regulation."""
    return list(
        session.scalars(
            select(SeatGroup)
            .where(
                SeatGroup.municipality == of.municipality,
                SeatGroup.council == of.council,
                SeatGroup.term_id == of.id,
            )
            .order_by(SeatGroup.position)
        )
    )


def seats(session: Session, of: CouncilTerm) -> list[Seat]:
    return list(
        session.scalars(
            select(Seat)
            .where(Seat.municipality == of.municipality, Seat.council == of.council, Seat.term_id == of.id)
            .order_by(Seat.number)
        )
    )


def people(session: Session, scope: Scope) -> dict[UUID, Person]:
    """Everybody who was ever named for a seat of this council, by id."""
    rows = session.scalars(
        select(Person).where(Person.municipality == scope.municipality, Person.council == scope.council)
    )
    return {row.id: row for row in rows}
