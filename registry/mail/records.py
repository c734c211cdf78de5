"""Mail on its way. The address and what it tells are sealed, and go when it has been sent or given up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session

from registry.database import Base, OfCouncil, Scope
from registry.keys import Cell, Keyring


class Message(Base, OfCouncil):
    """One mail: what it is about (the id of a case), of which kind, and how far it is.

    `facts_sealed` is what the words are made of when it is sent; both sealed fields are emptied once it is sent.
    `next_try_at` is empty when nothing more is tried: it is sent, or `failure` says why it was given up.
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
