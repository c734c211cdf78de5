"""When candidates become public, how much of a text a list shows, and what a spreadsheet may be handed."""

from __future__ import annotations

from election.call.rules import Phase
from registry.findings import Term

FIRST_LINES = 180
"""Signs of a presentation in the list; the rest is on the candidate's own page."""
_SECRET = frozenset({Phase.CALLED, Phase.CANDIDACY})
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
NAME_WITHHELD = Term("Navnet er beskyttet og står kun på stemmesedlen.")


def is_public(phase: Phase) -> bool:
    """Nobody learns who stands before candidates are closed. (KRVL § 43 borrowed)"""
    return phase not in _SECRET


def first_lines(text: str, most: int = FIRST_LINES) -> str:
    """The beginning of a text on one line, cut between two words."""
    whole = " ".join(text.split())
    if len(whole) <= most:
        return whole
    cut = whole[: most + 1].rpartition(" ")[0] or whole[:most]
    return cut.rstrip(" .,;:–-") + " …"


def guarded(cell: str) -> str:
    """A cell that a spreadsheet reads as text and never as a formula."""
    return "'" + cell if cell.startswith(_FORMULA) else cell
