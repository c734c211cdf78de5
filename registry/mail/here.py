"""The mail of this application: how it leaves the house, and where the site is found."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from registry.mail.postman import Write
from registry.mail.transports import Transport


@dataclass(frozen=True, slots=True)
class Post:
    """`transport` is None when no mail is sent. `address` is that of the site, empty when nobody has told it."""

    transport: Transport | None
    write: Write
    address: str

    @property
    def is_on(self) -> bool:
        return self.transport is not None


def mail_here() -> Post:
    found: Post = current_app.extensions["post"]
    return found
