"""The origin rules, case by case. DK, SE and DE are inside the set; SO, TR and the rest outside."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from election.roll.origin import Covered, PersonFacts, country_of_origin, covered, is_of_danish_origin
from registry.regulation.choices import OriginRule

INSIDE = frozenset({"DK", "SE", "DE"})
YES, NO, UNKNOWN = Covered.YES, Covered.NO, Covered.UNKNOWN
SELF, ONE, BOTH = OriginRule.SELF, OriginRule.SELF_OR_ONE_PARENT, OriginRule.SELF_OR_BOTH_PARENTS


def person(births: str, citizenships: str = "DK DK DK") -> PersonFacts:
    """Own, mother's and father's birth country, then the citizenships; "-" is unknown."""
    own, mother, father = births.replace("-", "").split(" ")
    citizen, mother_citizen, father_citizen = citizenships.replace("-", "").split(" ")
    return PersonFacts(
        date(1980, 1, 2),
        "0259",
        "resident",
        citizen,
        own,
        mother,
        father,
        mother_citizen,
        father_citizen,
        date(1990, 1, 1),
        "",
    )


@pytest.mark.parametrize(
    ("rule", "births", "expected"),
    [
        (SELF, "SO DK DK", YES),
        (SELF, "SE SO SO", NO),
        (SELF, "- SO SO", UNKNOWN),
        (SELF, "DK - -", NO),
        (ONE, "DK SO DK", YES),
        (ONE, "DK DK SO", YES),
        (ONE, "SO - -", YES),
        (ONE, "DK - DK", UNKNOWN),
        (ONE, "- DK DK", UNKNOWN),
        (ONE, "DK SE DE", NO),
        (BOTH, "SO DK DK", YES),
        (BOTH, "DK SO TR", YES),
        (BOTH, "DK SO DK", NO),
        (BOTH, "DK SO -", UNKNOWN),
        (BOTH, "DK - -", UNKNOWN),
        (BOTH, "DK DK -", NO),
        (BOTH, "- DK DK", UNKNOWN),
        (BOTH, "YU DK DK", YES),
        (OriginRule.NONE, "- - -", YES),
        (OriginRule.DECLARATION, "SO SO SO", UNKNOWN),
    ],
)
def test_born_outside(rule: OriginRule, births: str, expected: Covered) -> None:
    assert covered(person(births), rule, INSIDE, frozenset()) is expected


@pytest.mark.parametrize(
    ("births", "expected"),
    [("GL DK DK", YES), ("DK GL DK", YES), ("DK DK GL", YES), ("DK DK DK", NO), ("DK DK -", UNKNOWN)],
)
def test_birth_in_greenland_gives_the_right_whatever_the_rest_says(births: str, expected: Covered) -> None:
    """København 2006: the last one may have a father from Greenland, so the register does not know."""
    assert covered(person(births), BOTH, INSIDE | {"GL"}, frozenset({"GL"})) is expected


@pytest.mark.parametrize(
    ("births", "citizenships", "expected"),
    [
        ("SO SO SO", "SO SO SO", YES),  # immigrant
        ("DK SO TR", "DK DK DK", YES),  # descendant: no parent is both born here and a citizen
        ("DK DK SO", "DK DK SO", NO),  # the mother is both
        ("SO SO DK", "SO SO DK", NO),  # the father is both; own birth does not matter
        ("DK DK SO", "SO SO SO", YES),  # the mother is born here but no citizen
        ("DK GL SO", "DK DK SO", NO),  # Greenland counts as Denmark
        ("DK FO SO", "DK DK SO", NO),
        ("GL - -", "DK - -", NO),  # a citizen born here with no known parent
        ("DK - -", "DK - -", NO),
        ("DK - -", "SO - -", YES),
        ("DK - -", "- - -", YES),  # descendant with unknown citizenship
        ("SO - -", "DK - -", YES),
        ("- - -", "SO - -", UNKNOWN),
        ("- SO -", "- SO -", YES),
        ("- DK -", "- DK -", NO),
    ],
)
def test_statistical_origin(births: str, citizenships: str, expected: Covered) -> None:
    found = covered(person(births, citizenships), OriginRule.STATISTICAL, frozenset(), frozenset())
    assert found is expected


@pytest.mark.parametrize(
    ("births", "citizenships", "country"),
    [
        ("SO - -", "DK - -", "SO"),  # immigrant without known parents: own birth country
        ("DK - -", "TR - -", "TR"),  # descendant without known parents: citizenship
        ("DK SO TR", "DK SO TR", "SO"),  # both known: the mother's
        ("DK - TR", "DK - TR", "TR"),  # one known: that parent's
        ("DK DK TR", "DK SO TR", "SO"),  # born here, so her citizenship
        ("DK GL TR", "DK SO TR", "SO"),  # Greenland is here too
        ("SO - TR", "SO SO TR", ""),  # the mother is known, her birth country not
        ("- DK -", "- - -", ""),
    ],
)
def test_country_of_origin(births: str, citizenships: str, country: str) -> None:
    assert country_of_origin(person(births, citizenships)) == country


_COUNTRY = st.sampled_from(["", "DK", "GL", "SE", "SO", "TR"])
_PEOPLE = st.builds(
    PersonFacts,
    st.just(date(1980, 1, 2)),
    st.just("0259"),
    st.just("resident"),
    *[_COUNTRY] * 6,
)


@given(_PEOPLE, st.sampled_from([SELF, ONE, BOTH]), st.sampled_from([frozenset[str](), frozenset({"GL"})]))
def test_unknown_means_that_filling_in_could_make_it_a_yes(
    facts: PersonFacts, rule: OriginRule, always_in: frozenset[str]
) -> None:
    """Referee: fill in every unknown birth country with each of three countries and look for a yes."""
    choices = [
        [country] if country else ["DK", "SO", "GL"]
        for country in (facts.birth_country, facts.mother_birth_country, facts.father_birth_country)
    ]
    filled = [
        person(f"{own} {mother} {father}") for own in choices[0] for mother in choices[1] for father in choices[2]
    ]
    inside = INSIDE | {"GL"}
    found = covered(facts, rule, inside, always_in)
    could_be = any(covered(one, rule, inside, always_in) is YES for one in filled)
    assert (found is not NO) == could_be
    if all(len(choice) == 1 for choice in choices):
        assert found is not UNKNOWN


@given(_PEOPLE)
def test_one_parent_is_wider_than_both_and_both_wider_than_self(facts: PersonFacts) -> None:
    granted = [covered(facts, rule, INSIDE, frozenset()) is YES for rule in (SELF, BOTH, ONE)]
    assert granted == sorted(granted)


@given(_PEOPLE)
def test_danish_origin_is_never_covered_by_the_statistical_rule(facts: PersonFacts) -> None:
    if is_of_danish_origin(facts):
        assert covered(facts, OriginRule.STATISTICAL, frozenset(), frozenset()) is NO
