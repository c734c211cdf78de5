"""What must not stand in the free text of an official: a number that may be somebody's CPR number."""

from __future__ import annotations

import re

_CPR_LIKE = re.compile(r"(?<![0-9A-Za-z])([0-9]{2})([0-9]{2})[0-9]{2}[ \u2010-\u2013-]?[0-9]{4}(?![0-9A-Za-z])")


def holds_cpr(text: str) -> bool:
    """Whether something in the text may be a CPR number: ten digits that begin with a day of a month."""
    return any(1 <= int(found[1]) <= 31 and 1 <= int(found[2]) <= 12 for found in _CPR_LIKE.finditer(text))
