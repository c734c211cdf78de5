"""Reading one field of a document: the right type, in range, or the place where it is wrong."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection
from fractions import Fraction

from election.counting.methods.bad_input import BadInput

LARGEST_NUMBER = 10**15
_SHARE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,15})?")
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def shown(value: str) -> str:
    """A piece of the document as it may stand in a one-line message."""
    return json.dumps(value if len(value) <= 40 else value[:40] + "…")


def record(value: object, place: str, required: Collection[str], optional: Collection[str]) -> dict[str, object]:
    """An object with all required keys and none that is unknown."""
    if not isinstance(value, dict):
        raise BadInput(place or "document", "must be an object")
    for key in value:
        if not isinstance(key, str):
            raise BadInput(place or "document", "has a key that is not text")
        if key not in required and key not in optional:
            raise BadInput(_inside(place, shown(key)), "is not a key that belongs here")
    for key in required:
        if key not in value:
            raise BadInput(_inside(place, key), "is missing")
    return value


def _inside(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key


def array(value: object, place: str) -> list[object]:
    """A list."""
    if not isinstance(value, list):
        raise BadInput(place, "must be a list")
    return value


def whole(value: object, place: str, least: int = 0) -> int:
    """A whole number; a truth value or a number with decimals is none."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadInput(place, "must be a whole number")
    if not least <= value <= LARGEST_NUMBER:
        raise BadInput(place, f"must be from {least} to 10^15")
    return int(value)


def text(value: object, place: str) -> str:
    """Text that can be printed: not empty, no control or direction-override characters."""
    if not isinstance(value, str):
        raise BadInput(place, "must be text")
    if not value:
        raise BadInput(place, "must not be empty")
    if any(unicodedata.category(c) in ("Cc", "Cs") or c in _BIDI_CONTROLS for c in value):
        raise BadInput(place, "holds a character that cannot be printed")
    return value


def truth(value: object, place: str) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise BadInput(place, "must be true or false")
    return value


def one_of(value: object, place: str, choices: Collection[str]) -> str:
    """One of a few words."""
    if not isinstance(value, str) or value not in choices:
        raise BadInput(place, "must be one of " + ", ".join(choices))
    return value


def share(value: object, place: str) -> Fraction:
    """A share from 0 to 1 written as decimal text; never a floating-point number."""
    if not isinstance(value, str) or not _SHARE.fullmatch(value):
        raise BadInput(place, 'must be decimal text such as "0.05"')
    number = Fraction(value)
    if number > 1:
        raise BadInput(place, "must not be above 1")
    return number


def known_ids(value: object, place: str, known: Collection[str]) -> tuple[str, ...]:
    """A list of known ids, none of them twice."""
    seen: dict[str, None] = {}
    for position, item in enumerate(array(value, place)):
        if not isinstance(item, str) or item not in known:
            raise BadInput(f"{place}[{position}]", "is not a known id")
        if item in seen:
            raise BadInput(f"{place}[{position}]", f"{shown(item)} stands twice")
        seen[item] = None
    return tuple(seen)
