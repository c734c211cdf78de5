"""What was typed or scanned into the field of a desk: a card, a birth date, a name, or a name and a date.

Pure. A text that looks like neither is left to whoever reads cards, who says what is wrong with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from registry.database import search_key

_BETWEEN_DIGITS = str.maketrans("", "", " .-/")
_WORD_SIGNS = frozenset("'’`´.-")
_BETWEEN_WORDS = re.compile(r"[\s.-]+")
LONGEST_SEARCH = 200
LEAST_LETTERS = 2
"""Fewer letters without a date list half the town."""


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for: digits of a birth date (six or eight, or as many as were typed) and words of a name."""

    digits: str = ""
    words: tuple[str, ...] = ()

    @property
    def letters(self) -> int:
        return sum(len(word) for word in self.words)


def search_typed(typed: str) -> Search | None:
    """The search that a text is; None for what can only be a card, or nothing that is known here."""
    if len(typed) > LONGEST_SEARCH:
        return None
    numbers: list[str] = []
    words: list[str] = []
    for part in typed.split():
        if part.translate(_BETWEEN_DIGITS) == "" and numbers:
            continue
        if _is_number(part):
            numbers.append(part.translate(_BETWEEN_DIGITS))
        elif _is_word(part):
            words.append(part)
        else:
            return None
    digits = "".join(numbers)
    if words:
        return Search(digits, words_of(" ".join(words)))
    return Search(digits) if len(digits) in (6, 8) else None


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name as they are compared: lower case, without accents, parted at spaces and hyphens."""
    return tuple(word for word in _BETWEEN_WORDS.split(search_key(name).replace("ı", "i")) if word)


def fits(words: tuple[str, ...], name_key: str) -> bool:
    """Whether every typed word begins a word of the name."""
    parts = words_of(name_key)
    return all(any(part.startswith(word) for part in parts) for word in words)


def _is_number(part: str) -> bool:
    digits = part.translate(_BETWEEN_DIGITS)
    return digits.isascii() and digits.isdigit()


def _is_word(part: str) -> bool:
    return any(sign.isalpha() for sign in part) and all(sign.isalpha() or sign in _WORD_SIGNS for sign in part)
