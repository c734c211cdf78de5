"""Mail on its way. The address and what it tells are sealed, and go when it has been sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Mapped, Session

from registry.database import Base, OfCouncil, Scope
from registry.keys import Cell, Keyring


class Message(Base, OfCouncil):
    """One mail: what it is about (the id of a case), of which kind, and how far it is.

    `facts_sealed` is what the words are made of when it is sent; both sealed fields are emptied once it is sent.
    `next_try_at` is empty when nothing more is tried: it is sent, or it was given up and keeps what it needs to be
    tried again. `failure` is the code of the last try that failed: never an address, never a text.
    """

    __tablename__ = "message"

    about: Mapped[UUID]
    kind: Mapped[str]
    language: Mapped[str]
    to_sealed: Mapped[bytes]
    facts_sealed: Mapped[bytes]
    queued_at: Mapped[datetime]
    tries: Mapped[int]
    next_try_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    failure: Mapped[str]

    @property
    def is_given_up(self) -> bool:
        return self.next_try_at is None and self.sent_at is None

    @property
    def can_be_retried(self) -> bool:
        return self.is_given_up and bool(self.to_sealed)


HAS_MAIL = "has_mail"
"""Set in the `info` of a session in which mail was queued, so that it can be sent as soon as it is committed."""


def queue(
    session: Session,
    scope: Scope,
    keyring: Keyring,
    about: UUID,
    kind: str,
    language: str,
    to: str,
    facts: Mapping[str, Any],
    at: datetime,
) -> UUID:
    """Put a mail in the queue, in the transaction of what it tells of. `at` is by the computer's clock."""
    message_id = uuid4()
    session.info[HAS_MAIL] = True
    session.add(
        Message(
            municipality=scope.municipality,
            council=scope.council,
            id=message_id,
            about=about,
            kind=kind,
            language=language,
            to_sealed=keyring.seal(to, Cell("message", "to", message_id)),
            facts_sealed=keyring.seal(json.dumps(dict(facts)), Cell("message", "facts", message_id)),
            queued_at=at,
            tries=0,
            next_try_at=at,
            sent_at=None,
            failure="",
        )
    )
    return message_id


def messages_about(session: Session, scope: Scope, about: UUID) -> list[Message]:
    """Every mail about a case, the oldest first."""
    query = select(Message).where(
        Message.municipality == scope.municipality, Message.council == scope.council, Message.about == about
    )
    return list(session.scalars(query.order_by(Message.queued_at, Message.id)))


def message(session: Session, scope: Scope, message_id: UUID) -> Message | None:
    return session.get(Message, (scope.municipality, scope.council, message_id))


def given_up(session: Session, scope: Scope) -> list[Message]:
    """Every mail that did not arrive and is not tried any more, the oldest first."""
    query = select(Message).where(
        Message.municipality == scope.municipality,
        Message.council == scope.council,
        Message.next_try_at.is_(None),
        Message.sent_at.is_(None),
    )
    return list(session.scalars(query.order_by(Message.queued_at, Message.id)))


def due(session: Session, now: datetime, limit: int) -> list[Message]:
    """Mails of every council whose time has come, the longest waiting first."""
    query = select(Message).where(Message.next_try_at <= now).order_by(Message.next_try_at, Message.id)
    return list(session.scalars(query.limit(limit)))


def take(session: Session, found: Message, until: datetime) -> bool:
    """Put off the next try, so that nobody else sends it meanwhile. False when somebody else was faster."""
    taken = session.execute(
        update(Message)
        .where(
            Message.municipality == found.municipality,
            Message.council == found.council,
            Message.id == found.id,
            Message.next_try_at == found.next_try_at,
        )
        .values(next_try_at=until, tries=Message.tries + 1),
        execution_options={"synchronize_session": False},
    )
    return cast("CursorResult[Any]", taken).rowcount == 1


def address_of(keyring: Keyring, found: Message) -> str:
    return keyring.unseal(found.to_sealed, Cell("message", "to", found.id))


def facts_of(keyring: Keyring, found: Message) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(keyring.unseal(found.facts_sealed, Cell("message", "facts", found.id)))
    return told
