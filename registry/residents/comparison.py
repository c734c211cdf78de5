"""How one extract differs from the one before, and what about that a person must explain. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from registry.findings import Fact, Finding, Term, finding_kind

MANY_GONE = finding_kind(
    "W151",
    "{number} af de {all} personer i det forrige udtræk er væk ({percent} %). Så mange flytter eller dør ikke på "
    "kort tid. Se efter, om filen er hel, og om den er fra den rigtige kommune.",
)
MANY_NEW = finding_kind(
    "W152",
    "{number} personer er nye ({percent} % af det forrige udtræk). Se efter, om filen er fra den rigtige kommune, "
    "og om det forrige udtræk var helt.",
)
MANY_CHANGED = finding_kind(
    "W153",
    "{what} er ændret for {number} af de {all} personer, der er i begge udtræk ({percent} %). Se efter, om "
    "kolonnerne i filen er byttet om.",
)
UNUSUAL_PERCENT = 10
"""More gone or new than this is unusual: in a year about 5 of 100 move away or die (assumed)."""
UNUSUAL_CHANGE_PERCENT = 25
"""More with a change in one group of columns than this is unusual (assumed)."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    "name": ("first_names", "surname"),
    "address": ("address", "postal_code", "city"),
    "residence": (
        "residence_municipality",
        "moved_in_on",
        "resident_in_dk_since_on",
        "status",
        "status_since_on",
    ),
    "origin": (
        "citizenship",
        "birth_country",
        "mother_birth_country",
        "father_birth_country",
        "mother_citizenship",
        "father_citizenship",
    ),
    "protection": ("is_protected",),
    "district": ("polling_district",),
}
"""Which attributes of a resident are compared together. The date of birth follows from the CPR number."""
GROUP_NAMES: Mapping[str, Term] = {
    "name": Term("Navn"),
    "address": Term("Adresse"),
    "residence": Term("Flytning eller status"),
    "origin": Term("Statsborgerskab eller fødeland"),
    "protection": Term("Navne- og adressebeskyttelse"),
    "district": Term("Afstemningsdistrikt"),
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Persons in the extract before and in this one. now = before - gone + new.

    One person may be counted in several groups of `changed_in`, but once in `changed`."""

    before: int
    now: int
    new: int
    gone: int
    changed: int
    changed_in: Mapping[str, int]

    @property
    def in_both(self) -> int:
        return self.before - self.gone

    def warnings(self) -> list[Finding]:
        """What is so unusual that a person must explain it before the extract is taken over."""
        found = []
        if _is_over(self.gone, self.before, UNUSUAL_PERCENT):
            found.append(Finding(MANY_GONE, _share(self.gone, self.before)))
        if _is_over(self.new, self.before, UNUSUAL_PERCENT):
            found.append(Finding(MANY_NEW, _share(self.new, self.before)))
        for group, number in self.changed_in.items():
            if _is_over(number, self.in_both, UNUSUAL_CHANGE_PERCENT):
                percent = _percent(number, self.in_both)
                facts: dict[str, Fact] = {"number": number, "all": self.in_both, "percent": percent}
                found.append(Finding(MANY_CHANGED, facts | {"what": GROUP_NAMES[group]}))
        return found


def _is_over(number: int, of: int, percent: int) -> bool:
    return number * 100 > of * percent


def _share(number: int, of: int) -> dict[str, Fact]:
    return {"number": number, "all": of, "percent": _percent(number, of)}


def _percent(number: int, of: int) -> int:
    """The share in whole percent, rounded to the nearest."""
    return (200 * number + of) // (2 * of) if of else 100
