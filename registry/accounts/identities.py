"""Citizens who have proved who they are, for as long as they are signed in, and sign-ins that are under way.

Nothing here outlives the visit: rows are deleted at sign-out and when they have run out.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session

from registry.database import WHOLE_MUNICIPALITY, Base, OfCouncil
from registry.keys import Cell, Keyring


class CitizenVisit(Base, OfCouncil):
    """A browser in which a citizen is signed in (`council` is `*`). Who it is: issuer and subject."""

    __tablename__ = "citizen_visit"
    __table_args__ = (UniqueConstraint("token_sha256"),)

    token_sha256: Mapped[bytes]
    issuer: Mapped[str]
    subject: Mapped[str]
    level: Mapped[str]
    cpr_index: Mapped[bytes]
    cpr_sealed: Mapped[bytes]
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class MitidRequest(Base, OfCouncil):
    """Somebody was sent to the broker and has not come back yet (`council` is `*`). Used once, then gone."""

    __tablename__ = "mitid_request"
    __table_args__ = (
        UniqueConstraint("state_sha256"),
        CheckConstraint("return_to LIKE '/%'", name="returns_here"),
    )

    state_sha256: Mapped[bytes]
    browser_sha256: Mapped[bytes]
    """Ties it to the browser that began, so that nobody is signed in to somebody else's visit."""
    nonce: Mapped[str]
    verifier: Mapped[str]
    return_to: Mapped[str]
    began_at: Mapped[datetime]


def cpr_cell(visit_id: UUID) -> Cell:
    return Cell("citizen_visit", "cpr", visit_id)


def cpr_of(keyring: Keyring, visit: CitizenVisit) -> str:
    return keyring.unseal(visit.cpr_sealed, cpr_cell(visit.id))


def visit_by_token(session: Session, digest: bytes) -> CitizenVisit | None:
    return session.scalar(select(CitizenVisit).where(CitizenVisit.token_sha256 == digest))


def mark_seen(session: Session, visit: CitizenVisit, at: datetime) -> None:
    session.execute(
        update(CitizenVisit)
        .where(
            CitizenVisit.municipality == visit.municipality,
            CitizenVisit.council == WHOLE_MUNICIPALITY,
            CitizenVisit.id == visit.id,
        )
        .values(seen_at=at)
    )


def end_visit(session: Session, digest: bytes) -> None:
    session.execute(delete(CitizenVisit).where(CitizenVisit.token_sha256 == digest))


def take_request(session: Session, state_digest: bytes) -> MitidRequest | None:
    """The sign-in of this state, for the first and only time."""
    return session.scalar(
        delete(MitidRequest).where(MitidRequest.state_sha256 == state_digest).returning(MitidRequest)
    )


def forget_the_old(
    session: Session, *, idle_since: datetime, begun_before: datetime, asked_before: datetime
) -> None:
    """Delete visits that have run out, with what they held, and requests that nobody came back from."""
    session.execute(
        delete(CitizenVisit).where(or_(CitizenVisit.seen_at < idle_since, CitizenVisit.began_at < begun_before))
    )
    session.execute(delete(MitidRequest).where(MitidRequest.began_at < asked_before))
