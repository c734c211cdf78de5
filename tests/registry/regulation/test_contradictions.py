"""Values that cannot hold together; and that an open value silences only the checks that read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.regulation.choices import Declared, GroupKind, Method, OriginRule, PollingKind
from registry.regulation.contradictions import contradictions
from registry.regulation.country_sets import shipped_country_sets
from registry.regulation.rules import Moment, Regulation
from registry.regulation.values import every_value
from tests.registry.regulation.shaped import KOEGE, SHIPPED, all_open, shaped, without

GROUPS = shipped_country_sets().names
COUNTRIES: dict[str, Any] = {
    "seats__number": 3,
    "seats__group_kind": GroupKind.COUNTRY,
    "seats__reserved": {"tyrkisk": 1, "andre": 2},
    "seats__group_members": {"tyrkisk": ("TR",), "andre": ("*",)},
}
"""Three seats: one for people from Turkey, two for everybody else."""


def found(regulation: Regulation) -> list[str]:
    return [str(one.facts["path"]) for one in contradictions(regulation, GROUPS)]


@pytest.mark.parametrize("regulation_id", SHIPPED)
def test_no_shipped_regulation_contradicts_itself(regulation_id: str) -> None:
    assert found(SHIPPED[regulation_id]) == []


def test_nothing_is_said_of_a_regulation_in_which_nothing_is_decided() -> None:
    assert found(all_open()) == []


def test_an_open_number_of_seats_does_not_hide_an_age_of_200() -> None:
    """Without seats.number nothing can be said of the reserved seats; of the age it can."""
    regulation = shaped(without("seats.number"), right_to_vote__minimum_age=200, seats__votes_per_voter=0)
    assert found(regulation) == ["seats.votes_per_voter", "seats.min_crosses", "right_to_vote.minimum_age"]


def test_within_one_section_only_the_check_that_needs_the_value_is_silent() -> None:
    """closes is open: whether it is in order is unknown. The complaint before election day is still seen."""
    regulation = shaped(without("candidacy.closes"), after__complaint_until=Moment(-1, time(12)))
    assert found(regulation) == ["after.complaint_until"]


@given(st.sets(st.sampled_from(sorted(path for path, _ in every_value(KOEGE)))))
def test_leaving_values_open_never_makes_a_contradiction(paths: set[str]) -> None:
    assert found(without(*(path for path in paths if "invalid_grounds" not in path))) == []


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"polling__stations": ()}, "polling.stations"),
        (
            {
                "polling__postal_opens": Moment(-7, time(8)),
                "polling__postal_closes": Moment(-8, time(8)),
            },
            "polling.postal_closes",
        ),
        (
            {"polling__postal_opens": Moment(-7, time(8)), "polling__postal_closes": Moment(0, time(20, 1))},
            "polling.postal_closes",
        ),
        ({"candidacy__declared": Declared.AT_MEETING}, "candidacy.declared"),
        ({"candidacy__presented_by": Moment(-8, time(12))}, "candidacy.presented_by"),
        ({"candidacy__presented_by": Moment(1, time(12))}, "candidacy.presented_by"),
        ({"roll__frozen_by": Moment(1, time(12))}, "roll.frozen_by"),
        ({"roll__poll_cards_sent_by": Moment(1, time(12))}, "roll.poll_cards_sent_by"),
        ({"after__constitutive_meeting_by": Moment(0, time(20))}, "after.constitutive_meeting_by"),
        ({"after__appointed_in_month": 0}, "after.appointed_in_month"),
        ({"after__appointed_in_month": 13}, "after.appointed_in_month"),
        ({"meetings__agenda_days": -1}, "meetings.agenda_days"),
        ({"meetings__meetings_per_year": -1}, "meetings.meetings_per_year"),
        ({"right_to_vote__years_in_realm": -1}, "right_to_vote.years_in_realm"),
        ({"right_to_vote__outside_name": "3. lande"}, "right_to_vote.outside_name"),
        ({"seats__is_vote_within_group": True}, "seats.is_vote_within_group"),
        ({"substitutes__max": 0, "substitutes__is_per_member": True}, "substitutes.is_per_member"),
        ({"seats__group_members": {"nord": ("1",)}}, "seats.group_members"),
    ],
)
def test_what_came_with_the_second_edition_is_held_against_the_rest(values: dict[str, Any], path: str) -> None:
    assert path in found(shaped(**values))


def test_a_named_set_of_countries_may_have_a_name() -> None:
    regulation = shaped(
        right_to_vote__origin=OriginRule.SELF,
        right_to_vote__outside_groups=("EU",),
        right_to_vote__outside_name="3. lande",
    )
    assert found(regulation) == []


def test_groups_by_country_hold_together() -> None:
    assert found(shaped(**COUNTRIES, seats__is_vote_within_group=True)) == []


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"tyrkisk": ("TR",)}, "a reserved group without members"),
        ({"tyrkisk": ("TR",), "andre": ()}, "a group with none"),
        ({"tyrkisk": ("*",), "andre": ("*",)}, "two rests"),
        ({"tyrkisk": ("TR",), "andre": ("TR", "*")}, "a country in two groups"),
        ({"tyrkisk": ("tyrkiet",), "andre": ("*",)}, "no country code"),
        ({"tyrkisk": ("TR",), "andre": ("*",), "syrisk": ("SY",)}, "a group nobody reserves a seat for"),
    ],
)
def test_groups_by_country_that_do_not_hold_together(members: dict[str, tuple[str, ...]], why: str) -> None:
    paths = found(shaped(**COUNTRIES | {"seats__group_members": members}))
    assert paths, why
    assert set(paths) <= {"seats.reserved", "seats.group_members"}


def test_a_district_may_have_any_name() -> None:
    values = COUNTRIES | {
        "seats__group_kind": GroupKind.DISTRICT,
        "seats__group_members": {"tyrkisk": ("Ellemarken",), "andre": ("*",)},
    }
    assert found(shaped(**values)) == []


def test_each_group_votes_for_itself_only_when_every_seat_is_reserved() -> None:
    values = COUNTRIES | {"seats__number": 4, "seats__is_vote_within_group": True}
    assert found(shaped(**values)) == ["seats.is_vote_within_group"]


def test_reserved_seats_and_lists_cannot_be_combined() -> None:
    values = COUNTRIES | {"seats__method": Method.LISTS_DHONDT, "lists__are_allowed": True}
    assert found(shaped(**values)) == ["seats.reserved"]


def test_without_a_direct_election_no_group_is_elected() -> None:
    """København's whole council is elected: with polling.kind = none that cannot be."""
    assert found(shaped(SHIPPED["kobenhavn-2006"], polling__kind=PollingKind.NONE)) == ["composition.groups"]


def test_without_a_direct_election_everything_about_it_may_be_open() -> None:
    """Høje-Taastrup: 5 + 6 members, all appointed; the sections on the poll are left open as a whole."""
    regulation = SHIPPED["hoeje-taastrup-2018"]
    assert not regulation.has_direct_election
    assert regulation.composition is not None
    assert regulation.composition.elected_groups == ()
    assert found(regulation) == []


def test_with_a_direct_election_exactly_one_group_is_elected() -> None:
    assert found(shaped(SHIPPED["hoeje-taastrup-2018"], polling__kind=PollingKind.MEETING)) == [
        "composition.groups"
    ]


def test_a_council_that_has_more_seats_than_its_size_is_not_refused() -> None:
    """A source may contradict itself (11 in the text, 15 in the list): it is reported by the law, not refused."""
    assert found(shaped(composition__legal_size=11)) == []


def test_a_term_that_ends_before_it_begins() -> None:
    assert found(shaped(after__term_ends_on=date(2017, 1, 1))) == ["after.term_ends_on"]


def test_an_id_with_capitals() -> None:
    assert found(replace(KOEGE, id="Koege 2018")) == ["id"]
