"""A mail server of the tests: a real SMTP server on a port of its own, which does as it is told."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class MailServer:
    """`mails` are those it took. It answers an addressee by `about_addressee`, a mail by `about_mail`, in turn."""

    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    about_addressee: list[str] = field(default_factory=list)
    about_mail: list[str] = field(default_factory=list)
    port: int = 0
    guard: threading.Lock = field(default_factory=threading.Lock)

    async def handle_RCPT(  # noqa: N802 - the name that the server looks for
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.about_addressee:
            return self.about_addressee.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.about_mail:
            return self.about_mail.pop(0)
        with self.guard:
            self.raw.append(envelope.content)
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def texts(self) -> list[str]:
        return [str(mail.get_content()).replace("\r\n", "\n") for mail in self.mails]


@contextmanager
def serving_mail(**how: Any) -> Iterator[MailServer]:
    """The server for as long as the block lasts; `how` is for aiosmtpd."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        made = MailServer(port=free.getsockname()[1])
    running = Controller(made, hostname="127.0.0.1", port=made.port, **how)
    running.start()
    try:
        yield made
    finally:
        running.stop()
