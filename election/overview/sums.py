"""The sums behind a step as tables that can be followed with a pencil. They are laid out, never counted again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _

Cell = int | str


@dataclass(frozen=True, slots=True)
class Table:
    """`strong` are (row, column) of the cells that won something; the first column is a name."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    foot: tuple[Cell, ...] = ()
    note: str = ""
    strong: frozenset[tuple[int, int]] = field(default_factory=frozenset)


DIVISORS_BESIDE_EACH_OTHER = 7


def tables_of(step: Mapping[str, Any], called: Mapping[str, str], fates: Mapping[str, str]) -> list[Table]:
    """The tables of one step. `called`: names by id; `fates`: what became of each candidate, in words."""
    figures = step["figures"]
    if "quotients" in figures:
        return _quotients(figures["quotients"], called)
    if "distribution_figure" in figures:
        return [_party_list(figures, called)]
    if "candidates" in figures and "group" in figures:
        return [_votes(figures["candidates"], called, fates)]
    if "total" in figures and isinstance(figures.get("votes"), dict):
        alliances = [one for one in figures.get("alliances", ()) if len(one) > 1]
        return [_votes(figures["votes"], called, fates, figures["total"], is_lists="alliances" in figures)] + (
            [_alliances(alliances, figures["votes"])] if alliances else []
        )
    return []


def _votes(
    votes: Mapping[str, int],
    called: Mapping[str, str],
    fates: Mapping[str, str],
    total: int | None = None,
    *,
    is_lists: bool = False,
) -> Table:
    """Most votes first; equal ones as the step has them."""
    order = sorted(votes, key=lambda one: -votes[one])
    if is_lists:
        rows = tuple((called.get(one, one), votes[one]) for one in order)
        head: tuple[str, ...] = (_("Liste"), _("Stemmer"))
    else:
        rows = tuple((called.get(one, one), votes[one], fates.get(one, "")) for one in order)  # type: ignore[misc]
        head = (_("Navn"), _("Stemmer"), _("Udfald"))
    foot = () if total is None else (_("I alt"), total) + (() if is_lists else ("",))
    return Table(head, rows, foot)


def _alliances(alliances: Sequence[Sequence[str]], votes: Mapping[str, int]) -> Table:
    return Table(
        (_("Valgforbund"), _("Stemmer lagt sammen"), _("I alt")),
        tuple(
            (
                " + ".join(one),
                " + ".join(str(votes.get(key, 0)) for key in one),
                sum(votes.get(key, 0) for key in one),
            )
            for one in alliances
        ),
    )


def _party_list(figures: Mapping[str, Any], called: Mapping[str, str]) -> Table:
    """KRVL § 86: personal votes, what the list's own votes add, and the sum."""
    people, seats = figures["order"], figures["seats"]
    return Table(
        (_("Listens rækkefølge"), _("Personlige stemmer"), _("Fyldt op med"), _("Sum"), _("Udfald")),
        tuple(
            (
                called.get(one["id"], one["id"]),
                one["votes"],
                one["topped_up"],
                one["votes"] + one["topped_up"],
                _("✓ valgt") if place < seats else "",
            )
            for place, one in enumerate(people)
        ),
        note=_("Fordelingstal: %(number)s.", number=figures["distribution_figure"]),
    )


def _quotients(quotients: Mapping[str, Mapping[str, Any]], called: Mapping[str, str]) -> list[Table]:
    """One division in each cell, as a whole number and a fraction; those that won a place have its number."""
    won = sorted(
        (Fraction(one["votes"], divisor) for one in quotients.values() for divisor in range(1, one["seats"] + 1)),
        reverse=True,
    )
    most = max((one["seats"] + (one["next_quotient"] is not None) for one in quotients.values()), default=0)
    tables = []
    for first in range(1, most + 1, DIVISORS_BESIDE_EACH_OTHER):
        divisors = range(first, min(first + DIVISORS_BESIDE_EACH_OTHER, most + 1))
        shown = [(key, one) for key, one in quotients.items() if one["seats"] + 1 >= first]
        rows, strong = [], set()
        for place, (key, one) in enumerate(shown):
            cells: list[Cell] = [called.get(key, key)]
            for column, divisor in enumerate(divisors, start=1):
                cells.append(_quotient(one, divisor, won))
                if divisor <= one["seats"]:
                    strong.add((place, column))
            rows.append(tuple(cells))
        head = (_("Stemmer delt med"), *(str(divisor) for divisor in divisors))
        tables.append(Table(head, tuple(rows), strong=frozenset(strong)))
    note = _("Fed skrift: kvotienten gav en plads, og tallet i parentes er pladsens nummer.")
    full = [key for key, one in quotients.items() if one["next_quotient"] is None]
    if full:
        note += " " + _("Ikke flere kandidater: %(lists)s.", lists=", ".join(full))
    return [*tables[:-1], replace(tables[-1], note=note)] if tables else []


def _quotient(one: Mapping[str, Any], divisor: int, won: Sequence[Fraction]) -> str:
    """The quotients that won, and the first that did not; what comes after it is smaller still."""
    if divisor > one["seats"] + 1 or (divisor == one["seats"] + 1 and one["next_quotient"] is None):
        return ""
    quotient = Fraction(one["votes"], divisor)
    if divisor > one["seats"]:
        return mixed(quotient)
    return f"{mixed(quotient)} ({1 + sum(higher > quotient for higher in won)})"


def mixed(number: Fraction) -> str:
    """1234 2/3 → "1.234 2/3"; nothing is rounded."""
    whole, rest = divmod(number.numerator, number.denominator)
    shown = f"{whole:,}".replace(",", ".")
    if not rest:
        return shown
    return f"{shown} {rest}/{number.denominator}" if whole else f"{rest}/{number.denominator}"
