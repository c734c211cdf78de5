"""The postman takes mails that are due, one at a time, and sees to it that each is sent once or told about.

A mail is taken by putting off its next try, before it is sent: two postmen never send the same one, and if the
program stops in between, it is tried again and never lost.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from registry.act import Installation
from registry.database import Scope
from registry.mail import records
from registry.mail.records import HAS_MAIL, Message
from registry.mail.transports import Letter, NotSent, Transport, put_together

_log = logging.getLogger("raadsvalg")
_IN_HAND = timedelta(minutes=10)
"""Longer than any mail server is waited for."""
WAITS = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 360, 360, 360))
"""How long after each failed try the next one is due; after the last, the mail is given up."""
LIMIT = 50


Write = Callable[[Session, Message, Mapping[str, Any]], Letter]
"""Puts the words of a mail together, in the language of the message, out of its facts."""


@dataclass(frozen=True, slots=True)
class Delivered:
    sent: int
    failed: int


def deliver_due(
    installation: Installation, transport: Transport, write: Write, now: datetime, limit: int = LIMIT
) -> Delivered:
    """Send what is due. `now` is by the computer's clock."""
    began = time.monotonic()
    with installation.database.read() as session:
        waiting = records.due(session, now, limit)
    sent = failed = 0
    for found in waiting:
        until = now + timedelta(seconds=time.monotonic() - began) + _IN_HAND
        with installation.database.write() as session:
            is_ours = records.take(session, found, until)
        if not is_ours:
            continue
        trouble = _send(installation, transport, write, found, now)
        _note(installation, found, now, trouble)
        sent, failed = sent + (trouble is None), failed + (trouble is not None)
    return Delivered(sent, failed)


def _send(
    installation: Installation, transport: Transport, write: Write, found: Message, now: datetime
) -> NotSent | None:
    """Outside any transaction: a slow mail server keeps nobody waiting."""
    try:
        keyring = installation.keys.open(found.municipality)
        to, facts = records.address_of(keyring, found), records.facts_of(keyring, found)
        with installation.database.read() as session:
            letter = write(session, found, facts)
        transport.send(put_together(transport.sender, to, letter, found.language, found.id, now))
    except NotSent as trouble:
        return trouble
    except Exception as fault:  # one mail with a fault must not keep the others back
        # Not the message of the exception: it may hold what the mail says.
        _log.error("mail %s of kind %s: %s", found.id, found.kind, type(fault).__name__)
        return NotSent(f"fault {type(fault).__name__}")
    return None


def _note(installation: Installation, found: Message, now: datetime, trouble: NotSent | None) -> None:
    with installation.database.write() as session:
        row = records.message(session, Scope(found.municipality, found.council), found.id)
        if row is None:  # destroyed with its case meanwhile
            return
        if trouble is None:
            row.sent_at, row.next_try_at, row.failure = now, None, ""
            row.to_sealed = row.facts_sealed = b""
            return
        row.failure = trouble.code
        gives_up = trouble.is_permanent or row.tries > len(WAITS)
        row.next_try_at = None if gives_up else now + WAITS[row.tries - 1]


class Rounds:
    """The postman of a running program: one thread, which goes by the clock, and at once when mail was queued."""

    def __init__(
        self,
        installation: Installation,
        transport: Transport,
        write: Write,
        every_seconds: int,
        context: Callable[[], AbstractContextManager[object]],
    ) -> None:
        self._installation, self._transport, self._write = installation, transport, write
        self._every_seconds, self._context = every_seconds, context
        self._guard, self._woken = threading.Lock(), threading.Event()
        self._thread: threading.Thread | None = None
        self._is_over = False

    def begin(self) -> None:
        """Called with every request: a process that is forked off does not take the thread along."""
        if self._thread is not None and self._thread.is_alive():
            return
        with self._guard:
            if self._is_over or (self._thread is not None and self._thread.is_alive()):
                return
            if self._thread is None:
                event.listen(Session, "after_commit", self._wake)
            self._thread = threading.Thread(target=self._go, name="postman", daemon=True)
            self._thread.start()

    def end(self) -> None:
        """Finish the mail in hand, and stop."""
        with self._guard:
            self._is_over = True
            self._woken.set()
            if self._thread is not None:
                event.remove(Session, "after_commit", self._wake)
                self._thread.join(_IN_HAND.total_seconds())

    def _wake(self, session: Session) -> None:
        if session.info.pop(HAS_MAIL, False):
            self._woken.set()

    def _go(self) -> None:
        while not self._is_over:
            self._woken.clear()
            try:
                with self._context():
                    deliver_due(self._installation, self._transport, self._write, datetime.now(UTC))
            except Exception as fault:  # the database may be busy or away for a while
                _log.error("postman: %s", type(fault).__name__)
            self._woken.wait(self._every_seconds)
