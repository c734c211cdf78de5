"""Reading single values of the input files: instants, and text that no database keeps."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from scripts.rehearsal.trouble import BadInput

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_REVERSING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Bidi embeddings and overrides: with them a paper shows another name than the file holds."""


def read_instant(text: str, bad: Callable[[str], BadInput]) -> datetime:
    """ISO local time of Europe/Copenhagen, or with an offset; an hour that occurs twice needs the offset,
    an hour that does not exist is an error."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise bad(f"{text!r} is not an ISO time such as 2017-11-27T17:05:00") from error
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        raise bad(f"{text!r} is not in the years {_FIRST_YEAR} to {_LAST_YEAR}")
    if at.tzinfo is not None:
        return at.astimezone(UTC)
    if len(text) <= 10:
        raise bad(f"{text!r} has no time of day")
    first, second = at.replace(tzinfo=COPENHAGEN, fold=0), at.replace(tzinfo=COPENHAGEN, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    back = first.astimezone(UTC).astimezone(COPENHAGEN).replace(tzinfo=None)
    if back != at:
        raise bad(f"{text!r} does not exist: the clock is set forward in that hour")
    raise bad(f"{text!r} occurs twice that night: write it with its offset, +02:00 or +01:00")


def has_control_character(text: str) -> bool:
    """NUL and its kind, which no database keeps and no paper shows, and marks that turn the text around."""
    return any(c in _REVERSING or unicodedata.category(c) in ("Cc", "Cs") for c in text)
