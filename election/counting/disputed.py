"""Papers that were set aside: what the election board may decide, and which ground is recorded. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from election.counting.rules import Form
from registry.findings import Refused, finding_kind
from registry.regulation.rules import InvalidGround

DISPUTED_ROW = finding_kind(
    "R337",
    "En tvivlsom stemmeseddel kan ikke tælles som “{row}”. Afgørelsen er ikke gemt. Vælg en række på skemaet.",
)
NO_MAJORITY = finding_kind(
    "R338",
    "{votes_for} for og {votes_against} imod er ikke et flertal i en bestyrelse på {members}. "
    "Afgørelsen er ikke gemt. Stem igen, og skriv tallene.",
)
UNKNOWN_GROUND = finding_kind(
    "R341", "Grunden “{ground}” står ikke i regulativet. Afgørelsen er ikke gemt. Vælg blandt regulativets grunde."
)
OTHER_GROUND_FIRST = finding_kind(
    "R342",
    "Efter de grunde, der er set, tælles sedlen som “{right}”, ikke som “{row}”. Afgørelsen er ikke gemt. "
    "Fjern de grunde, der ikke er der, eller vælg det andet.",
)
CROSSES_ARE_ALLOWED = finding_kind(
    "R343",
    "{crosses} krydser er ikke for mange: regulativet giver {most}. Afgørelsen er ikke gemt. "
    "Sedlen er kun ugyldig, hvis der er en anden grund.",
)
CROSSES_MISSING = finding_kind(
    "R357",
    "Grunden “{ground}” afhænger af, hvor mange krydser der er. Afgørelsen er ikke gemt. "
    "Tæl krydserne, og skriv tallet.",
)
GROUND_MISSING = finding_kind(
    "R358",
    "Sedlen er afgjort som ugyldig uden en grund. Afgørelsen er ikke gemt. Sæt flueben ved de grunde, I ser.",
)
MARK_HOLDS_CPR = finding_kind(
    "R359", "Der står noget, der kan være et CPR-nummer. Afgørelsen er ikke gemt. Beskriv kun mærket på sedlen."
)
INVALID = "invalid"
"""The board says that the paper is invalid; the grounds that it saw say as what it is recorded."""
_ALWAYS_RECORDED = frozenset({13, 27, 28, 29})
_ABOUT_TOO_MANY = frozenset({8, 9, 15})
_ORDER_ITSELF = 32
_NOTICE = re.compile(r"BEK 30/2024([^;]*)")
_WITHIN_A_SECTION = re.compile(r",? *(?:stk|nr)\. *\d+")
_SECTIONS = re.compile(r"(\d+)(?:\s*[-–]\s*(\d+))?")


def sections_of(cite: str) -> frozenset[int]:
    """The sections of BEK 30/2024 that a ground cites: “BEK 30/2024 §§ 8-9 og § 15” → 8, 9, 15."""
    found: set[int] = set()
    for named in _NOTICE.findall(cite):
        for first, last in _SECTIONS.findall(_WITHIN_A_SECTION.sub("", named)):
            found.update(range(int(first), int(last or first) + 1))
    return frozenset(found - {_ORDER_ITSELF})


def is_about_too_many(ground: InvalidGround) -> bool:
    """Whether the ground is nothing but several crosses: it gives way to what the regulation allows.

    (BEK 30/2024 §§ 8, 9 and 15)
    """
    sections = sections_of(ground.text.cite)
    return bool(sections) and sections <= _ABOUT_TOO_MANY


def recorded_ground(
    grounds: Sequence[InvalidGround], seen: Collection[str], crosses: int | None, most_crosses: int
) -> InvalidGround | None:
    """The ground that a paper is recorded under; None when nothing that was seen makes it invalid.

    The first in the regulation's order, except that some are always recorded as such; and several crosses are
    no ground on a paper that has no more than the regulation allows. (BEK 30/2024 § 32(2); its §§ 13, 27-29
    always; its §§ 8, 9 and 15 give way)
    """
    are_allowed = crosses is not None and crosses <= most_crosses
    standing = [g for g in grounds if g.code in seen and not (are_allowed and is_about_too_many(g))]
    always = [g for g in standing if sections_of(g.text.cite) & _ALWAYS_RECORDED]
    return next(iter([*always, *standing]), None)


def row_of(ground: InvalidGround) -> str:
    """The row of the counting form that a ground is counted in."""
    return "blank" if ground.code == "blank" else f"invalid:{ground.code}"


def may_count_as(form: Form, row: str) -> bool:
    """Whether the board may decide that a disputed paper counts as this row."""
    return row in (*form.vote_rows, *form.valid_rows, "blank", *form.invalid_rows)


def decided_row(
    form: Form, grounds: Sequence[InvalidGround], counted_as: str, seen: Collection[str], crosses: int | None
) -> str:
    """The row that a paper is counted in, when the board says `counted_as` and has seen these grounds.

    `counted_as` is a row of the form, or `INVALID`: then the grounds say which. Raises Refused where the two do
    not fit together. (BEK 30/2024 § 32(2))
    """
    words = {ground.code: ground.text.value for ground in grounds}
    if unknown := next((code for code in seen if code not in words), None):
        raise Refused(UNKNOWN_GROUND, ground=unknown)
    if counted_as != INVALID and not may_count_as(form, counted_as):
        raise Refused(DISPUTED_ROW, row=counted_as)
    is_valid = counted_as in (*form.vote_rows, *form.valid_rows)
    if not seen and not is_valid and counted_as != INVALID:
        seen = {ground.code for ground in grounds if row_of(ground) == counted_as}
        if not seen:
            return counted_as
    if not seen:
        if is_valid:
            return counted_as
        raise Refused(GROUND_MISSING)
    by_number = next((g for g in grounds if g.code in seen and is_about_too_many(g)), None)
    if by_number is not None and crosses is None and form.max_crosses > 1:
        raise Refused(CROSSES_MISSING, ground=by_number.text.value)
    ground = recorded_ground(grounds, seen, crosses, form.max_crosses)
    if ground is None:
        if is_valid:
            return counted_as
        raise Refused(CROSSES_ARE_ALLOWED, crosses=crosses or 0, most=form.max_crosses)
    if counted_as not in (INVALID, row_of(ground)):
        raise Refused(OTHER_GROUND_FIRST, right=ground.text.value, row=words.get(_code_of(counted_as), counted_as))
    return row_of(ground)


def _code_of(row: str) -> str:
    return row.removeprefix("invalid:")


def is_majority(votes_for: int, votes_against: int, members: int) -> bool:
    """More for than against, and no more votes than members. (KRVL § 75 leaves it to the board)"""
    return 0 <= votes_against < votes_for and votes_for + votes_against <= members
