"""Officials, role grants, sessions and failed sign-ins."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, String, UniqueConstraint, and_, bindparam, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from registry.accounts.rules import Failures
from registry.database import WHOLE_MUNICIPALITY, Base, Database, OfCouncil, Scope
from registry.prepared import Place, Prepared
from registry.roles import EVERY_ROLE, ONESELF, Role

NO_PASSWORD = "-"  # noqa: S105
"""Instead of a hash: no password fits it. Whoever has it signs in by one-day codes."""


class Official(Base, OfCouncil):
    """A person who works with elections in a municipality (`council` is `*`)."""

    __tablename__ = "official"
    __table_args__ = (UniqueConstraint("username"),)

    username: Mapped[str]
    name: Mapped[str]
    password_hash: Mapped[str]
    cpr_index: Mapped[bytes | None]
    """Only to see that a candidate holds no station or counting role; the number itself is not kept."""
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class RoleGrant(Base, OfCouncil):
    """A role from one instant to another, for one council or (`*`) for the municipality."""

    __tablename__ = "role_grant"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality", "official_council", "official_id"],
            ["official.municipality", "official.council", "official.id"],
        ),
    )

    official_council: Mapped[str] = mapped_column(String(40), default=WHOLE_MUNICIPALITY)
    official_id: Mapped[UUID] = mapped_column(index=True)
    role: Mapped[str]
    granted_at: Mapped[datetime]
    granted_by: Mapped[UUID]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]
    end_reason: Mapped[str | None]


class SignIn(Base):
    """One signed-in browser. Ending the row ends it there at once."""

    __tablename__ = "sign_in"

    token_sha256: Mapped[bytes] = mapped_column(primary_key=True)
    municipality: Mapped[str] = mapped_column(String(4))
    official_id: Mapped[UUID] = mapped_column(index=True)
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]
    """When the password was last typed; acts that need two people demand it to be recent."""
    ended_at: Mapped[datetime | None]
    day_pass_id: Mapped[UUID | None]
    """The one-day code that this sign-in rests on; it ends with it."""


class SignInFailure(Base):
    """Wrong passwords in a row, by account and device, so that a desk is never locked by guesses elsewhere."""

    __tablename__ = "sign_in_failure"

    username: Mapped[str] = mapped_column(primary_key=True)
    device: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]


class OneTimeCode(Base):
    """The code by which the first administrator of an empty installation signs up."""

    __tablename__ = "one_time_code"

    code_sha256: Mapped[bytes] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class DayPass(Base, OfCouncil):
    """A printed code with which one official signs in on one day, together with a PIN; it ends with the day."""

    __tablename__ = "day_pass"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality", "official_council", "official_id"],
            ["official.municipality", "official.council", "official.id"],
        ),
        UniqueConstraint("code_sha256"),
    )

    official_council: Mapped[str] = mapped_column(String(40), default=WHOLE_MUNICIPALITY)
    official_id: Mapped[UUID] = mapped_column(index=True)
    code_sha256: Mapped[bytes]
    pin_hash: Mapped[str]
    place: Mapped[str]
    """Path of the page that the official comes to: the station's."""
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    made_at: Mapped[datetime]
    made_by: Mapped[UUID]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]


@dataclass(frozen=True, slots=True)
class Grant:
    council: str
    role: Role


def token_digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def by_username(session: Session, username: str) -> Official | None:
    return session.scalar(
        select(Official).where(Official.username == username.strip().lower(), Official.ended_at.is_(None))
    )


def official(session: Session, municipality: str, official_id: UUID) -> Official | None:
    return session.scalar(
        select(Official).where(Official.municipality == municipality, Official.id == official_id)
    )


def officials(session: Session, municipality: str) -> list[Official]:
    return list(
        session.scalars(
            select(Official)
            .where(Official.municipality == municipality, Official.ended_at.is_(None))
            .order_by(Official.name, Official.id)
        )
    )


def names(session: Session, municipality: str, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names of officials by id, also of those who have left."""
    rows = session.execute(
        select(Official.id, Official.name).where(Official.municipality == municipality, Official.id.in_(list(ids)))
    )
    return {row.id: row.name for row in rows}


def grants(session: Session, municipality: str, official_id: UUID) -> frozenset[Grant]:
    rows = session.execute(
        select(RoleGrant.council, RoleGrant.role).where(
            RoleGrant.municipality == municipality,
            RoleGrant.official_id == official_id,
            RoleGrant.ended_at.is_(None),
        )
    )
    return frozenset(Grant(row.council, Role(row.role)) for row in rows)


def holders(session: Session, scope: Scope) -> dict[Role, set[UUID]]:
    """Who holds which role for a council now."""
    rows = session.execute(
        select(RoleGrant.role, RoleGrant.official_id).where(
            RoleGrant.municipality == scope.municipality,
            RoleGrant.council.in_([scope.council, WHOLE_MUNICIPALITY]),
            RoleGrant.ended_at.is_(None),
        )
    )
    found: dict[Role, set[UUID]] = {role: set() for role in EVERY_ROLE}
    for row in rows:
        found[Role(row.role)].add(row.official_id)
    return found


_GRANTS = RoleGrant.__table__.columns
_HELD = Prepared(
    select(_GRANTS.role).where(
        _GRANTS.municipality == bindparam("municipality"),
        or_(_GRANTS.council == bindparam("council"), _GRANTS.council == WHOLE_MUNICIPALITY),
        _GRANTS.official_id == bindparam("official"),
        _GRANTS.ended_at.is_(None),
    )
)


def holds_role(place: Place, scope: Scope, official: UUID, roles: Iterable[Role]) -> bool:
    """Whether the official holds one of `roles` for the council, or for the whole municipality, now."""
    if official == ONESELF:
        return set(roles) in ({Role.CANDIDATE}, {Role.SUPPORTER})
    wanted = {role.value for role in roles}
    held = _HELD.rows(place, municipality=scope.municipality, council=scope.council, official=official)
    return any(role in wanted for (role,) in held)


@dataclass(frozen=True, slots=True)
class Visit:
    """An open session with the official behind it and what the official may do now."""

    began_at: datetime
    seen_at: datetime
    id: UUID
    municipality: str
    name: str
    username: str
    day_pass_id: UUID | None
    grants: frozenset[Grant]


_SIGN_INS, _OFFICIALS = SignIn.__table__.columns, Official.__table__.columns
_VISIT = Prepared(
    select(
        *(_SIGN_INS.began_at, _SIGN_INS.seen_at),
        *(_OFFICIALS.id, _OFFICIALS.municipality, _OFFICIALS.name, _OFFICIALS.username),
        _SIGN_INS.day_pass_id,
        *(_GRANTS.council, _GRANTS.role),
    )
    .join_from(
        SignIn.__table__,
        Official.__table__,
        and_(_OFFICIALS.municipality == _SIGN_INS.municipality, _OFFICIALS.id == _SIGN_INS.official_id),
    )
    .outerjoin(
        RoleGrant.__table__,
        and_(
            _GRANTS.municipality == _SIGN_INS.municipality,
            _GRANTS.official_id == _SIGN_INS.official_id,
            _GRANTS.ended_at.is_(None),
        ),
    )
    .where(
        _SIGN_INS.token_sha256 == bindparam("digest"),
        _SIGN_INS.ended_at.is_(None),
        _OFFICIALS.ended_at.is_(None),
    )
)


def visit(database: Database, digest: bytes) -> Visit | None:
    """Whoever is signed in by this token, in one query: every page asks. None when the session was ended."""
    rows = database.ask(_VISIT, digest=digest)
    if not rows:
        return None
    grants = frozenset(Grant(council, Role(role)) for *_, council, role in rows if role is not None)
    began_at, seen_at, official_id, municipality, name, username, day_pass_id, *_ = rows[0]
    return Visit(began_at, seen_at, official_id, municipality, name, username, day_pass_id, grants)


def failures(session: Session, username: str, device: str) -> Failures:
    row = session.get(SignInFailure, (username, device))
    return Failures(row.failures, row.last_at) if row else Failures(0, None)


def end_sign_ins(session: Session, municipality: str, official_id: UUID, at: datetime) -> None:
    """End every open session of an official."""
    session.execute(
        update(SignIn)
        .where(SignIn.municipality == municipality, SignIn.official_id == official_id, SignIn.ended_at.is_(None))
        .values(ended_at=at)
    )
