"""What people type, cleaned at the door."""

from __future__ import annotations

import unicodedata

from email_validator import EmailNotValidError, validate_email

from election.candidacy.findings import NOT_AN_EMAIL
from registry.findings import Refused

_JOINERS = "\u200c\u200d"
"""Persian and Urdu are not written right without them."""


def clean_text(text: str) -> str:
    """NFC, lines kept, no other control character and no sign that turns the direction of what follows."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in text if c.isspace() or c in _JOINERS or unicodedata.category(c)[0] != "C")
    lines = unicodedata.normalize("NFC", kept).strip().split("\n")
    return "\n".join(" ".join(line.split()) for line in lines)


def read_email(typed: str) -> str:
    """The address as it is written to; an empty one is none. Raises Refused R236: also before the @ only letters
    that every mail server takes, so that nobody waits for a mail that cannot come."""
    if not typed.strip():
        return ""
    try:
        return validate_email(typed.strip(), check_deliverability=False, allow_smtputf8=False).normalized
    except (EmailNotValidError, UnicodeError) as error:
        raise Refused(NOT_AN_EMAIL) from error
