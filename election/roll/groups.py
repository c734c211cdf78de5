"""The group of the reserved seats that a person belongs to. Pure; a country is read here and never kept."""

from __future__ import annotations

from datetime import date

from election.roll.origin import COUNTS_AS_DENMARK, PersonFacts, country_of_origin
from registry.regulation.choices import GroupKind, OriginRule
from registry.regulation.country_sets import WESTERN, CountrySets
from registry.regulation.rules import Regulation
from registry.regulation.seat_rules import THE_REST

WESTERN_GROUP, OTHER_GROUP = "vestlig", "ikke-vestlig"


class Grouping:
    """How one regulation divides people into groups; without reserved seats nobody gets one."""

    def __init__(
        self, regulation: Regulation, inside: frozenset[str], election_day: date, sets: CountrySets
    ) -> None:
        self.kind = regulation.seats.group_kind.value if regulation.has_reserved_seats else GroupKind.NONE
        self.inside = inside
        self.is_statistical = regulation.right_to_vote.origin.value is OriginRule.STATISTICAL
        if self.kind is GroupKind.WESTERN:
            self.western = sets.members(WESTERN, election_day) | COUNTS_AS_DENMARK
        elif self.kind in (GroupKind.COUNTRY, GroupKind.DISTRICT):
            members = regulation.seats.group_members.value
            self.group_of = {member: group for group, every in members.items() for member in every}

    def __call__(self, person: PersonFacts) -> str | None:
        """The person's group, None without reserved seats or where no group has this country or district.

        An unknown country of origin counts as non-western. (Danmarks Statistik, vestlige og ikke-vestlige
        lande; regulation: seats.group_kind, seats.group_members)
        """
        if self.kind is GroupKind.NONE:
            return None
        if self.kind is GroupKind.WESTERN:
            return WESTERN_GROUP if country_of_origin(person) in self.western else OTHER_GROUP
        where = person.district if self.kind is GroupKind.DISTRICT else self._country(person)
        return self.group_of.get(where) or self.group_of.get(THE_REST)

    def _country(self, person: PersonFacts) -> str:
        """The country that gives the right: the statistical one, or the first that lies outside of own,
        mother's and father's country of birth."""
        if self.is_statistical:
            return country_of_origin(person)
        births = (person.birth_country, person.mother_birth_country, person.father_birth_country)
        return next((country for country in births if country and country not in self.inside), "")
