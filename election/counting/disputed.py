"""Papers that were set aside: what the election board may decide, and when it has decided. Pure, as rules are."""

from __future__ import annotations

from election.counting.rules import Form
from registry.findings import finding_kind

DISPUTED_ROW = finding_kind(
    "R337",
    "En tvivlsom stemmeseddel kan ikke tælles som “{row}”. Afgørelsen er ikke gemt. Vælg en række på skemaet.",
)
NO_MAJORITY = finding_kind(
    "R338",
    "{votes_for} for og {votes_against} imod er ikke et flertal i en bestyrelse på {members}. "
    "Afgørelsen er ikke gemt. Stem igen, og skriv tallene.",
)


def may_count_as(form: Form, row: str) -> bool:
    """Whether the board may decide that a disputed paper counts as this row."""
    return row in (*form.vote_rows, "blank", *form.invalid_rows)


def is_majority(votes_for: int, votes_against: int, members: int) -> bool:
    """More for than against, and no more votes than members. (KRVL § 75 leaves it to the board)"""
    return 0 <= votes_against < votes_for and votes_for + votes_against <= members
