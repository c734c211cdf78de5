"""The two ways a rehearsal stops before its end."""

from __future__ import annotations

import re

_CPR_LIKE = re.compile(r"(?<![0-9A-Za-z])[0-9]{6}-?[0-9]{4}(?![0-9A-Za-z])")


def without_cpr(text: str) -> str:
    """The text with whatever may be a CPR number blotted out: an input that is shown back may hold one."""
    return _CPR_LIKE.sub("******-****", text)


def holds_cpr(text: str) -> bool:
    """Whether something in the text may be a CPR number: ten digits that begin with a day of a month."""
    return any(
        1 <= int(found[0][:2]) <= 31 and 1 <= int(found[0][2:4]) <= 12 for found in _CPR_LIKE.finditer(text)
    )


class BadInput(Exception):
    """Exit code 2: file, line, column and reason. Nothing is written but the report."""

    def __init__(self, file: str, reason: str, line: int | None = None, column: str | None = None) -> None:
        place = file if line is None else f"{file}, line {line}"
        if column:
            place += f", column {column}"
        super().__init__(f"{place}: {reason}")


class Waiting(Exception):
    """Exit code 3: people or a file are missing. What is finished is written."""
