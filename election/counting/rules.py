"""What a tally must contain and add up to, how two are compared, and which figures must be explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from registry.findings import Finding, finding_kind
from registry.regulation.rules import Regulation

TALLIES_DIFFER = finding_kind(
    "F304",
    "De to indtastninger er ikke ens i: {rows}. Intet af dem gælder endnu. Tæl papirerne igen dér, og send den "
    "forkerte indtastning tilbage.",
)
ROWS_DO_NOT_ADD_UP = finding_kind(
    "F305",
    "Tallene går ikke op: {counted} stemmer, blanke og ugyldige, men {in_box} sedler i kassen. "
    "Tæl igen, og indtast begge på ny.",
)
CROSSES_DO_NOT_FIT = finding_kind(
    "F309",
    "Sedler og krydser går ikke op: {valid} gyldige, {set_aside} blanke og ugyldige, {in_box} sedler i kassen, "
    "{votes} krydser. Hver gyldig seddel har {least}–{most} krydser. Tæl igen, og indtast begge på ny.",
)
BLANKS_ABOVE_LIMIT = finding_kind(
    "W311", "{number} blanke af {in_box} er flere end regulativets grænse på {limit} promille. Forklar hvorfor."
)
INVALID_ABOVE_LIMIT = finding_kind(
    "W312", "{number} ugyldige af {in_box} er flere end regulativets grænse på {limit} promille. Forklar hvorfor."
)
OUTLIER = finding_kind(
    "W313",
    "{number} blanke og ugyldige af {in_box} er mere end {times} gange så stor en del som på de andre "
    "stemmesteder. Forklar hvorfor.",
)
EMPTY_TALLY = finding_kind("R320", "Der er ikke indtastet noget. Intet er gemt. Udfyld skemaet, og send igen.")
ROWS_MISSING = finding_kind(
    "R321", "Disse felter er ikke udfyldt: {rows}. Intet er gemt. Skriv 0, hvor der ingen er."
)
UNKNOWN_ROW = finding_kind("R322", "Rækken {row} findes ikke på dette stemmesteds skema. Intet er gemt.")
NOT_A_NUMBER = finding_kind(
    "R323", "{row} skal være et helt tal fra 0 til {most}. Intet er gemt. Ret feltet, og send igen."
)
MORE_VOTES_THAN_PAPERS = finding_kind(
    "R324",
    "{row} har {number} stemmer, men der er kun {in_box} sedler i kassen. Intet er gemt. Ret, og send igen.",
)
SAME_ENTERER = finding_kind(
    "R325",
    "Du har allerede indtastet det andet skema for {station}. Intet er gemt. "
    "En anden person skal indtaste dette uden at se dine tal.",
)
ENTRY_IN_USE = finding_kind(
    "R326", "Indtastning {entry} for {station} er allerede lavet. Intet er gemt. Hent siden igen."
)
ALREADY_AGREED = finding_kind("R327", "Tallene for {station} er enige og låst. Intet er gemt.")
NOTHING_TO_RETURN = finding_kind("R328", "Der er ingen indtastning at sende tilbage. Intet er ændret.")
ENTERER_RETURNS = finding_kind(
    "R329", "Den, der selv har indtastet, kan ikke sende tilbage. Intet er ændret. Tilkald en anden."
)
NOT_EXPLAINED = finding_kind(
    "R330",
    "{station} har forskelle, der ikke er forklaret: {codes}. Intet er ændret. Find dem, eller forklar dem.",
)
NOT_COUNTED = finding_kind("R331", "Disse stemmesteder er ikke talt op endnu: {stations}. Intet er ændret.")
NOT_SETTLED = finding_kind(
    "R332", "Papirregnskabet er ikke afsluttet for: {stations}. Intet er ændret. Afslut det først."
)
NOTHING_TO_RECOUNT = finding_kind(
    "R339", "{station} har ingen enige tal, der kan åbnes igen. Intet er ændret. Se, hvad der mangler."
)
NO_SUCH_FINDING = finding_kind("R334", "{code} er ikke en forskel, der kan forklares her. Intet er gemt.")

EXPLAINABLE = frozenset({"F301", "F302", "F303", "W311", "W312", "W313"})
MOST = 10**7
VALID = "valid"
PAPER_ROWS = ("in_box", "unissued", "returned", "exchanged", "in_envelopes")


class CountKind(StrEnum):
    PRELIMINARY = "preliminary"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Form:
    """The rows of the counting form, in the order of the paper form.

    Votes, blank and in_box must be filled in; valid papers, reasons of invalidity and the stock of papers are
    rows that may be left out in a file, where an absent row means *not entered*, never 0. A file may also name
    a reason of invalidity that this form does not print.
    """

    candidates: tuple[str, ...]
    lists: tuple[str, ...]
    invalid: tuple[str, ...]
    min_crosses: int
    max_crosses: int
    ballot_types: tuple[tuple[str, ...], ...] = ()
    """The vote rows of each kind of ballot paper, where one votes within a group; else empty."""
    parties: tuple[tuple[str, ...], ...] = ()
    """The vote rows of each list: crosses at the list, and its candidates."""

    @property
    def vote_rows(self) -> tuple[str, ...]:
        return (*(f"list:{key}" for key in self.lists), *self.candidates)

    @property
    def valid_rows(self) -> tuple[str, ...]:
        """With several crosses, papers and crosses are counted apart; with one, every vote is a paper."""
        return (VALID,) if self.max_crosses > 1 else ()

    @property
    def invalid_rows(self) -> tuple[str, ...]:
        return tuple(f"invalid:{code}" for code in self.invalid)

    @property
    def required(self) -> tuple[str, ...]:
        return (*self.vote_rows, "blank", "in_box")

    @property
    def rows(self) -> tuple[str, ...]:
        return (*self.vote_rows, *self.valid_rows, "blank", *self.invalid_rows, *PAPER_ROWS)

    def rows_with(self, *parts: Figures) -> tuple[str, ...]:
        """The rows of the form, then reasons of invalidity that only the figures have."""
        extra = sorted({row for part in parts for row in part if is_invalid_row(row)} - set(self.rows))
        return (*self.rows, *extra)


Figures = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on figures must be explained; per mille of the papers in the box."""

    blanks_per_mille: int
    invalid_per_mille: int
    outlier_times: int
    outlier_least: int


def limits_of(regulation: Regulation) -> Limits:
    """What the regulation says of figures that must be explained."""
    counting, plausible = regulation.counting, regulation.plausibility
    return Limits(
        counting.blanks_limit_per_mille.value,
        counting.invalid_limit_per_mille.value,
        plausible.outlier_times.value,
        plausible.outlier_least.value,
    )


def is_invalid_row(row: str) -> bool:
    """`invalid:<reason>` with a reason code of small letters, digits, dash and underscore."""
    reason = row.removeprefix("invalid:")
    return reason != row and reason.isascii() and reason.replace("-", "").replace("_", "").isalnum()


def check_fields(form: Form, figures: Figures) -> list[Finding]:
    """What can be seen in one tally at once, before it is kept."""
    if not figures:
        return [Finding(EMPTY_TALLY)]
    known = set(form.rows)
    found = [Finding(UNKNOWN_ROW, {"row": row}) for row in figures if row not in known and not is_invalid_row(row)]
    found += [
        Finding(NOT_A_NUMBER, {"row": row, "most": MOST})
        for row, number in figures.items()
        if not 0 <= number <= MOST
    ]
    missing = [row for row in form.required if row not in figures]
    if missing:
        found.append(Finding(ROWS_MISSING, {"rows": ", ".join(missing)}))
    in_box = figures.get("in_box")
    if in_box is not None and not found:
        found += [
            Finding(MORE_VOTES_THAN_PAPERS, {"row": row, "number": number, "in_box": in_box})
            for row, number in figures.items()
            if row not in PAPER_ROWS and number > in_box
        ]
    return found


def differing_rows(form: Form, one: Figures, other: Figures) -> tuple[str, ...]:
    """Rows in which two tallies are not the same; entered and not entered are not the same."""
    return tuple(row for row in form.rows_with(one, other) if one.get(row) != other.get(row))


def invalid_papers(figures: Figures) -> int:
    return sum(number for row, number in figures.items() if is_invalid_row(row))


def valid_papers(figures: Figures) -> int:
    return figures["in_box"] - figures["blank"] - invalid_papers(figures)


def check_sums(form: Form, figures: Figures) -> list[Finding]:
    """Papers in the box = papers with a vote + blank + invalid. (KRVL §§ 74, 78 borrowed)

    With one cross each, votes are papers. With several, the votes lie between the fewest and the most crosses
    that the valid papers can carry, and the valid papers, where they were counted apart, fill the box.
    """
    votes = sum(figures[row] for row in form.vote_rows)
    set_aside, in_box = figures["blank"] + invalid_papers(figures), figures["in_box"]
    valid = figures.get(VALID, in_box - set_aside)
    if form.max_crosses == 1:
        fits = votes == valid
    else:
        fits = valid >= 0 and form.min_crosses * valid <= votes <= form.max_crosses * valid
    if fits and valid + set_aside == in_box:
        return []
    if VALID not in figures:
        return [Finding(ROWS_DO_NOT_ADD_UP, {"counted": votes + set_aside, "in_box": in_box})]
    facts = {"valid": valid, "set_aside": set_aside, "in_box": in_box, "votes": votes}
    return [Finding(CROSSES_DO_NOT_FIT, facts | {"least": form.min_crosses, "most": form.max_crosses})]


def plausibility(figures: Figures, others: Sequence[Figures], limits: Limits) -> list[Finding]:
    """What adds up but must be explained: shares of the papers in the box, alone and beside the other stations.
    (Regulation: counting.blanks_limit_per_mille, counting.invalid_limit_per_mille, plausibility.outlier_times)
    """
    found: list[Finding] = []
    in_box, blank, invalid = figures["in_box"], figures["blank"], invalid_papers(figures)
    for kind, number, limit in (
        (BLANKS_ABOVE_LIMIT, blank, limits.blanks_per_mille),
        (INVALID_ABOVE_LIMIT, invalid, limits.invalid_per_mille),
    ):
        if number * 1000 > limit * in_box:
            found.append(Finding(kind, {"number": number, "in_box": in_box, "limit": limit}))
    elsewhere = sum(o["in_box"] for o in others)
    odd_elsewhere = sum(o["blank"] + invalid_papers(o) for o in others)
    odd, times = blank + invalid, limits.outlier_times
    if len(others) >= 2 and odd >= limits.outlier_least and odd * elsewhere > times * odd_elsewhere * in_box:
        found.append(Finding(OUTLIER, {"number": odd, "in_box": in_box, "times": times}))
    return found


def added(form: Form, parts: Sequence[Figures]) -> dict[str, int]:
    """Figures of several stations added; a row that nobody entered stays not entered.

    Valid papers are added only when every station has counted them: a part of them would be a wrong number.
    """
    return {
        row: sum(part.get(row, 0) for part in parts)
        for row in form.rows_with(*parts)
        if (all if row == VALID and parts else any)(row in part for part in parts)
    }
