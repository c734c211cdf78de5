"""Whom an origin rule covers. Pure; an unknown country is "".

Two families: *born outside* a named set of countries, and Statistics Denmark's origin. The second always
decides from what is known; the first says `UNKNOWN` when filling in what is unknown could make it a yes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from registry.regulation.choices import OriginRule

DENMARK = "DK"
COUNTS_AS_DENMARK = frozenset({"DK", "GL", "FO"})
"""Greenland and the Faroes count as Denmark in Statistics Denmark's origin (assumed)."""


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What the rules ask about a person. Countries are ISO 3166 alpha-2, "" when unknown."""

    born_on: date
    municipality: str
    status: str
    citizenship: str
    birth_country: str
    mother_birth_country: str
    father_birth_country: str
    mother_citizenship: str
    father_citizenship: str
    in_realm_since_on: date | None
    district: str


class Covered(Enum):
    YES = auto()
    NO = auto()
    UNKNOWN = auto()


def covered(person: PersonFacts, rule: OriginRule, inside: frozenset[str], always_in: frozenset[str]) -> Covered:
    """Does the origin rule cover this person? `inside` is the set that *born outside* is measured against;
    own or a parent's birth in `always_in` is enough, whatever the rest says.

    Regulation: right_to_vote.origin, outside_groups, outside_countries, or_born_or_parent_born_in.
    """
    births = (person.birth_country, person.mother_birth_country, person.father_birth_country)
    if any(country in always_in for country in births if country):
        return Covered.YES
    by_rule = _by_rule(person, rule, inside)
    if by_rule is Covered.NO and always_in and not all(births):
        return Covered.UNKNOWN
    return by_rule


def _by_rule(person: PersonFacts, rule: OriginRule, inside: frozenset[str]) -> Covered:
    if rule is OriginRule.NONE:
        return Covered.YES
    if rule is OriginRule.DECLARATION:  # the register cannot answer; the person declares
        return Covered.UNKNOWN
    if rule is OriginRule.STATISTICAL:
        return _statistical(person)
    if _born_outside(person, rule, inside, is_unknown_outside=False):
        return Covered.YES
    could_be = _born_outside(person, rule, inside, is_unknown_outside=True)
    return Covered.UNKNOWN if could_be else Covered.NO


def _born_outside(
    person: PersonFacts, rule: OriginRule, inside: frozenset[str], *, is_unknown_outside: bool
) -> bool:
    births = (person.birth_country, person.mother_birth_country, person.father_birth_country)
    own, mother, father = (c not in inside if c else is_unknown_outside for c in births)
    if rule is OriginRule.SELF:
        return own
    if rule is OriginRule.SELF_OR_BOTH_PARENTS:
        return own or (mother and father)
    return own or mother or father


def _statistical(person: PersonFacts) -> Covered:
    """Immigrant or descendant: yes. Danmarks Statistik, IE_TYPE."""
    if not person.birth_country and not _parents(person):
        return Covered.UNKNOWN
    return Covered.NO if is_of_danish_origin(person) else Covered.YES


def is_of_danish_origin(person: PersonFacts) -> bool:
    """At least one parent is a citizen of and born in Denmark. Danmarks Statistik, IE_TYPE.

    With no parent known, a Danish citizen born in Denmark is of Danish origin.
    """
    parents = _parents(person)
    if any(birth == DENMARK and citizenship == DENMARK for birth, citizenship in parents):
        return True
    is_born_here = _statistical_country(person.birth_country) == DENMARK
    return not parents and is_born_here and _statistical_country(person.citizenship) == DENMARK


def country_of_origin(person: PersonFacts) -> str:
    """The country of origin, "" when it is unknown. Danmarks Statistik, IE_LAND.

    One parent known: that parent's birth country; both: the mother's. Where that is Denmark the same
    parent's citizenship; where that too is Denmark, or no parent is known, the person's own birth country
    (immigrant) or citizenship (descendant).
    """
    birth, citizenship = _statistical_country(person.birth_country), _statistical_country(person.citizenship)
    own = citizenship if birth == DENMARK else birth
    parents = _parents(person)
    if not parents:
        return own
    parent_birth, parent_citizenship = parents[0]
    if parent_birth != DENMARK:
        return parent_birth
    return parent_citizenship if parent_citizenship != DENMARK else own


def _parents(person: PersonFacts) -> list[tuple[str, str]]:
    """Birth country and citizenship of each parent the register knows anything about, the mother first."""
    both = (
        (person.mother_birth_country, person.mother_citizenship),
        (person.father_birth_country, person.father_citizenship),
    )
    return [
        (_statistical_country(birth), _statistical_country(citizenship))
        for birth, citizenship in both
        if birth or citizenship
    ]


def _statistical_country(country: str) -> str:
    return DENMARK if country in COUNTS_AS_DENMARK else country
