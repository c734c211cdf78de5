"""København 2006 as data: what its sources say, and what is openly assumed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date

from registry.regulation.calendar import COPENHAGEN, deadlines
from registry.regulation.choices import Method, OriginRule, PollingKind, StationChoice, SubstituteOrder
from registry.regulation.contradictions import contradictions
from registry.regulation.country_sets import shipped_country_sets
from registry.regulation.loader import shipped
from registry.regulation.ruled import Ruled

ELECTION_ON = date(2006, 3, 7)
KOBENHAVN = shipped("kobenhavn-2006").regulation
SAID_BY_A_SOURCE = {
    "municipality.code",
    "municipality.name",
    "council.id",
    "council.name",
    "polling.kind",
    "polling.has_poll_cards",
    "right_to_vote.minimum_age",
    "right_to_vote.residence",
    "lists.are_allowed",
    "after.appointed_by",
    "composition.groups.elected.name",
    "composition.groups.elected.route",
    "composition.groups.elected.nominated_by",
    "council.kind",
    "right_to_vote.outside_name",
    "after.appointed_in_month",
    "meetings.rules_adopted_by",
}
LEFT_OPEN = {
    "candidacy.presented_by",
    "after.constitutive_meeting_by",
    "after.replacement_nominated_by",
    "after.replacement_approved_by",
    "meetings.decision_tie",
    "meetings.agenda_days",
    "meetings.rhythm",
    "meetings.meetings_per_year",
}
"""What no election needs and no source says."""


def values(node: object, path: str = "") -> Iterator[tuple[str, Ruled[object]]]:
    if isinstance(node, Ruled):
        yield path, node
    elif isinstance(node, tuple):
        for one in node:
            yield from values(one, f"{path}.{one.code}")
    elif is_dataclass(node) and not isinstance(node, type):
        for field in fields(node):
            yield from values(getattr(node, field.name), f"{path}.{field.name}".removeprefix("."))


def test_it_loads_without_a_contradiction() -> None:
    assert contradictions(KOBENHAVN, shipped_country_sets().names) == ()
    assert KOBENHAVN.id == "kobenhavn-2006"
    assert (KOBENHAVN.municipality.code.value, KOBENHAVN.council.id.value) == ("0101", "integrationsraad")


def test_most_of_it_is_assumed_and_says_why() -> None:
    """The regulation of 2006 has not been found: what no source says in so many words is assumed."""
    every = dict(values(KOBENHAVN))
    stated = {path: value for path, value in every.items() if not value.is_unset}
    said = {path for path, value in stated.items() if not value.is_assumed}
    assert {path for path in said if not path.startswith("sources.")} == SAID_BY_A_SOURCE
    assert {path for path in every if every[path].is_unset} == LEFT_OPEN
    assert all(value.why for value in every.values() if value.is_assumed or value.is_unset)
    assert all(value.cite for value in stated.values() if not value.is_assumed)


def test_the_poll_is_at_sixteen_places_that_voters_choose_freely() -> None:
    polling = KOBENHAVN.polling
    assert polling.kind.value is PollingKind.STATIONS
    assert polling.station_choice.value is StationChoice.FREE_CHOICE
    assert polling.station_choice.is_assumed
    assert len(polling.stations.value) == 16
    assert polling.stations.is_assumed


def test_lists_by_dhondt_with_substitutes_on_the_same_list() -> None:
    assert KOBENHAVN.seats.method.value is Method.LISTS_DHONDT
    assert (KOBENHAVN.seats.number.value, KOBENHAVN.seats.number.is_assumed) == (11, True)
    assert KOBENHAVN.substitutes.order.value is SubstituteOrder.PER_LIST
    assert not KOBENHAVN.lists.are_alliances_allowed.value
    assert not KOBENHAVN.has_reserved_seats
    assert (KOBENHAVN.candidacy.supporters_min.value, KOBENHAVN.counting.small_count.value) == (0, 20)


def test_the_right_to_vote_rests_on_one_parent_or_on_greenland() -> None:
    vote = KOBENHAVN.right_to_vote
    assert (vote.minimum_age.value, vote.origin.value) == (18, OriginRule.SELF_OR_ONE_PARENT)
    assert vote.or_born_or_parent_born_in.value == ("GL",)
    assert vote.or_born_or_parent_born_in.is_assumed
    assert KOBENHAVN.stand_rule is vote


def test_the_whole_council_is_elected() -> None:
    council = KOBENHAVN.composition
    assert council is not None
    assert [(g.code, council.seats_of(g, KOBENHAVN.seats.number.value)) for g in council.groups] == [
        ("elected", 11)
    ]
    assert council.legal_size.value == 11


def test_four_years_from_the_day_of_the_election_and_a_decision_in_between() -> None:
    """From 7 March 2006 to 6 March 2010, both included; Borgerrepræsentationen decided on 6 April 2006."""
    after = KOBENHAVN.after
    assert (after.term_starts_on.value, after.term_ends_on.value) == (ELECTION_ON, date(2010, 3, 6))
    assert after.appointed_by.value == "Borgerrepræsentationen"
    assert re.search(r"6\. april 2006", after.appointed_by.cite)


def test_the_calendar_has_the_lists_and_the_cards_before_the_eighteenth_of_january() -> None:
    """Tuesday 7 March less eight weeks is 10 January, less seven 17 January; KNR wrote on the 18th."""
    found = {one.key: one.at.astimezone(COPENHAGEN) for one in deadlines(KOBENHAVN, ELECTION_ON)}
    assert found["candidacy_closes"].date() == date(2006, 1, 10)
    assert found["poll_cards_sent_by"].date() == date(2006, 1, 17)
    assert (
        found["candidacy_closes"] < found["cure_until"] < found["uncontested_until"] < found["poll_cards_sent_by"]
    )
