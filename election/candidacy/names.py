"""Names on the ballot: how they are written, which may stand there, and when two cannot be told apart."""

from __future__ import annotations

import unicodedata

LEAST_NAME, LONGEST_NAME = 2, 60

_TITLES = frozenset({"dr", "dr.", "prof", "prof.", "professor", "cand", "cand.", "hr", "hr.", "fru"})


def clean_name(text: str) -> str:
    """NFC, single spaces, no control characters."""
    text = unicodedata.normalize("NFC", text)
    return " ".join("".join(c for c in text if unicodedata.category(c)[0] != "C" or c.isspace()).split())


def is_ballot_name(text: str) -> bool:
    """A name as a person is called, without title and figures. (KRVL § 24(1) borrowed)"""
    name = clean_name(text)
    if not LEAST_NAME <= len(name) <= LONGEST_NAME:
        return False
    if any(not (unicodedata.category(c)[0] in "LM" or c in " '’.-‐‑‘`´ʼ") for c in name):
        return False
    return name.casefold().split()[0] not in _TITLES


def name_key(text: str) -> str:
    """Names with the same key cannot be told apart on a ballot: case, accents and punctuation aside."""
    folded = unicodedata.normalize("NFKD", clean_name(text).casefold())
    return "".join(c for c in folded if c.isalnum())
