"""Names on the ballot: how they are written, which may stand there, and when two cannot be told apart."""

from __future__ import annotations

import unicodedata
from itertools import groupby

LEAST_NAME, LONGEST_NAME = 2, 60
"""Letters at least, signs at most."""
_MARKS_ON_ONE_LETTER = 3

_TITLES = frozenset({"dr", "dr.", "prof", "prof.", "professor", "cand", "cand.", "hr", "hr.", "fru"})
_SIGNS = frozenset(" '’.-‐‑‘`´ʼ")
_ALPHABETS_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "COPTIC", "ARMENIAN", "CHEROKEE"})
"""Alphabets that share shapes. A word in two of them is made to be mistaken for another."""
_IN_DISGUISE = ("<font>", "<wide>", "<super>", "<sub>")
"""Letters that are another letter, drawn bold, wide or small."""
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0") | {
    chr(sign) for selectors in (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0)) for sign in selectors
}
"""Letters and marks that draw nothing."""
_LOOKS_LIKE = str.maketrans(
    "авекмнорстухіјѕԁԛԝһαβεηικμνορτυχζ",
    "abekmhopctyxijsdqwhabehikmnoptyxz",
)
"""Cyrillic and Greek letters whose capital, or small letter, looks like a Latin one."""


def clean_name(text: str) -> str:
    """NFC, single spaces, no control characters and nothing that draws nothing."""
    kept = "".join(c for c in text if c.isspace() or not (unicodedata.category(c)[0] == "C" or c in _UNSEEN))
    return " ".join(unicodedata.normalize("NFC", kept).split())


def is_ballot_name(text: str) -> bool:
    """A name as a person is called, without title and figures, in letters that are what they look like.

    (KRVL § 24(1) borrowed)
    """
    name = clean_name(text)
    if len(name) > LONGEST_NAME or any(not _may_stand(c) for c in name):
        return False
    if _letters(name) < LEAST_NAME or _is_piled_up(name):
        return False
    words = name.casefold().split()
    return words[0] not in _TITLES and all(_is_one_alphabet(word) for word in words)


def _may_stand(c: str) -> bool:
    """A letter, an accent beside it, or a sign of names. A line through a letter or a ring round it is neither."""
    kind = unicodedata.category(c)
    if kind[0] == "M":
        return kind != "Me" and unicodedata.combining(c) != 1
    return c in _SIGNS or (kind[0] == "L" and not unicodedata.decomposition(c).startswith(_IN_DISGUISE))


def _is_piled_up(name: str) -> bool:
    """Accents without a letter, too many on one, or more of them than letters: they run into the lines beside."""
    kinds = [unicodedata.category(c) for c in name]
    has_no_letter = any(kind[0] == "M" and (i == 0 or kinds[i - 1][0] not in "LM") for i, kind in enumerate(kinds))
    apart = (unicodedata.category(c) for c in unicodedata.normalize("NFD", name))
    most = max(list(run).count("Mn") for _, run in groupby(apart, key=lambda kind: kind[0] == "M"))
    return has_no_letter or most > _MARKS_ON_ONE_LETTER or kinds.count("Mn") > _letters(name)


def _letters(name: str) -> int:
    return sum(unicodedata.category(c)[0] == "L" for c in name)


def _is_one_alphabet(word: str) -> bool:
    letters = (c for c in word if unicodedata.category(c)[0] == "L")
    return len({unicodedata.name(c, "").split(" ")[0] for c in letters} & _ALPHABETS_ALIKE) <= 1


def name_key(text: str) -> str:
    """Names with the same key cannot be told apart on a ballot: case, accents, punctuation and letters of other
    alphabets with the same shape aside."""
    folded = unicodedata.normalize("NFKD", clean_name(text).casefold()).translate(_LOOKS_LIKE)
    return "".join(c for c in folded if c.isalnum())
