"""Bytes to a document: UTF-8, JSON, no key twice. Numbers are judged where they stand, by the fields."""

from __future__ import annotations

import json

from election.counting.methods.bad_input import BadInput
from election.counting.methods.fields import shown

_MOST_DIGITS = 17


def parse(raw: bytes) -> object:
    """The document in `raw`. Raises BadInput."""
    try:
        content = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(f"byte {error.start}", "is not UTF-8") from error
    try:
        document: object = json.loads(
            content,
            object_pairs_hook=_no_key_twice,
            parse_int=_whole_number,
        )
    except json.JSONDecodeError as error:
        raise BadInput(f"line {error.lineno} column {error.colno}", "is not JSON") from error
    except RecursionError as error:
        raise BadInput("document", "is nested too deeply") from error
    return document


def _no_key_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise BadInput(shown(key), "is a key that stands twice in one object")
        found[key] = value
    return found


def _whole_number(digits: str) -> int:
    """A number of any length; one that is far too large stays too large and is refused in its place."""
    return int(digits[:_MOST_DIGITS])
