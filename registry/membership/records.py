"""Memberships, posts and offers as dated rows. The council as of a date is a question to these rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, and_, or_, select, text
from sqlalchemy.orm import Mapped, Session

from registry.councils.records import CouncilTerm, Person, Seat, SeatGroup, groups, people, seats
from registry.database import Base, OfCouncil, refers_to

_OPEN = text("ends_on IS NULL")
ANNULLED = "annulled"
"""The end of a post that was given by mistake and taken back at the same meeting: it was never held."""


class Membership(Base, OfCouncil):
    """One spell of one person on one seat. A second spell is a second row."""

    __tablename__ = "membership"
    __table_args__ = (
        refers_to("council_term", "term_id"),
        refers_to("seat", "seat_id"),
        refers_to("person", "person_id"),
        refers_to("appointment_decision", "decision_id"),
        CheckConstraint("(ends_on IS NULL) = (end_reason IS NULL)", name="an_end_has_a_reason"),
        CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name="dates"),
        Index(
            "ix_membership_one_holder",
            "municipality",
            "council",
            "seat_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(
            "ix_membership_one_seat",
            "municipality",
            "council",
            "term_id",
            "person_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    term_id: Mapped[UUID]
    seat_id: Mapped[UUID]
    person_id: Mapped[UUID]
    decision_id: Mapped[UUID]
    """The decision that the seat rests on; for a substitute, the one on the case that ranked them."""
    on_behalf_of: Mapped[str]
    starts_on: Mapped[date]
    start_reason: Mapped[str]
    ends_on: Mapped[date | None]
    end_reason: Mapped[str | None]
    end_text: Mapped[str | None]


class Office(Base, OfCouncil):
    """Somebody holding a post of the council from a day on. It ends with the membership at the latest."""

    __tablename__ = "office"
    __table_args__ = (
        refers_to("council_term", "term_id"),
        refers_to("person", "person_id"),
        CheckConstraint("(ends_on IS NULL) = (end_reason IS NULL)", name="an_end_has_a_reason"),
        Index(
            "ix_office_one_holder",
            "municipality",
            "council",
            "term_id",
            "post",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    term_id: Mapped[UUID]
    person_id: Mapped[UUID]
    post: Mapped[str]
    title: Mapped[str]
    chosen_how: Mapped[str]
    """The sentence of the minutes that gave the post."""
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    end_reason: Mapped[str | None]


class SubstituteOffer(Base, OfCouncil):
    """An empty seat offered to the next in line, and the answer."""

    __tablename__ = "substitute_offer"
    __table_args__ = (
        refers_to("seat", "seat_id"),
        refers_to("nominee", "nominee_id"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="an_answer_has_its_time"),
        Index(
            "ix_substitute_offer_one_open",
            "municipality",
            "council",
            "seat_id",
            unique=True,
            sqlite_where=text("answer IS NULL"),
            postgresql_where=text("answer IS NULL"),
        ),
    )

    seat_id: Mapped[UUID]
    nominee_id: Mapped[UUID]
    offered_at: Mapped[datetime]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    reason: Mapped[str | None]


@dataclass(frozen=True, slots=True)
class Place:
    """A seat on a day: the seat, its kind, and who sits there with which membership (None: it is empty)."""

    seat: Seat
    group: SeatGroup
    membership: Membership | None
    person: Person | None


def memberships(session: Session, of: CouncilTerm) -> list[Membership]:
    """Every spell of the term, oldest first."""
    return list(
        session.scalars(
            select(Membership)
            .where(
                Membership.municipality == of.municipality,
                Membership.council == of.council,
                Membership.term_id == of.id,
            )
            .order_by(Membership.starts_on, Membership.id)
        )
    )


def council_on(session: Session, of: CouncilTerm, day: date) -> list[Place]:
    """Every seat of the term with its holder on that day; an empty seat is there too."""
    rows = session.scalars(
        select(Membership).where(
            Membership.municipality == of.municipality,
            Membership.council == of.council,
            Membership.term_id == of.id,
            Membership.starts_on <= day,
            or_(Membership.ends_on.is_(None), Membership.ends_on >= day),
        )
    )
    holders = {row.seat_id: row for row in rows}
    kinds = {group.id: group for group in groups(session, of)}
    named = people(session, of.scope)
    places = []
    for seat in seats(session, of):
        holder = holders.get(seat.id)
        places.append(Place(seat, kinds[seat.group_id], holder, named[holder.person_id] if holder else None))
    return places


def place_on(session: Session, of: CouncilTerm, seat_id: UUID, day: date) -> Place | None:
    """One seat of the term with its holder on that day; None for a seat that is not of this term."""
    return next((place for place in council_on(session, of, day) if place.seat.id == seat_id), None)


def offices(session: Session, of: CouncilTerm, day: date | None = None) -> list[Office]:
    """Who holds which post, on a day or (None) ever in the term; posts stand in the order of the regulation."""
    query = select(Office).where(
        Office.municipality == of.municipality, Office.council == of.council, Office.term_id == of.id
    )
    if day is not None:
        query = query.where(or_(Office.end_reason.is_(None), Office.end_reason != ANNULLED))
        query = query.where(and_(Office.starts_on <= day, or_(Office.ends_on.is_(None), Office.ends_on >= day)))
    rules = of.regulation.meetings
    order = {rule.code: place for place, rule in enumerate(rules.posts if rules else ())}
    found = session.scalars(query.order_by(Office.starts_on, Office.post))
    return sorted(found, key=lambda one: (one.starts_on, order.get(one.post, len(order))))


def offers(session: Session, of: CouncilTerm) -> list[SubstituteOffer]:
    return list(
        session.scalars(
            select(SubstituteOffer)
            .join(
                Seat,
                (Seat.municipality == SubstituteOffer.municipality)
                & (Seat.council == SubstituteOffer.council)
                & (Seat.id == SubstituteOffer.seat_id),
            )
            .where(Seat.municipality == of.municipality, Seat.council == of.council, Seat.term_id == of.id)
            .order_by(SubstituteOffer.offered_at)
        )
    )
