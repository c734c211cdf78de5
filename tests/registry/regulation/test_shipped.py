"""What each shipped regulation says, what it leaves open, and that none of it is invented in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, time

import pytest

from registry.findings import Refused
from registry.regulation.choices import (
    CouncilKind,
    DecisionTie,
    GroupKind,
    OriginRule,
    PollingKind,
    Route,
    SubstituteOrder,
)
from registry.regulation.contradictions import contradictions
from registry.regulation.council_rules import Composition, MeetingRules
from registry.regulation.country_sets import shipped_country_sets
from registry.regulation.law import law_findings
from registry.regulation.loader import EDITION, shipped, shipped_ids
from registry.regulation.ruled import Ruled
from registry.regulation.rules import Moment, Regulation

ELECTING = (
    "aeldreraad",
    "gentofte-2018",
    "gentofte-2022",
    "kobenhavn-2006",
    "koege-2014",
    "koege-2018",
    "koege-2021",
    "svendborg-2025",
)
WITHOUT_ELECTION = ("hoeje-taastrup-2018", "holbaek-2022")
NEEDED_FOR_AN_ELECTION = (
    "municipality",
    "council",
    "polling",
    "right_to_vote",
    "right_to_stand",
    "seats",
    "lists",
)
ALSO_NEEDED = ("substitutes", "ties", "candidacy", "uncontested", "roll", "counting")


def regulation(regulation_id: str) -> Regulation:
    return shipped(regulation_id).regulation


def values(node: object, path: str = "") -> Iterator[tuple[str, Ruled[object]]]:
    if isinstance(node, Ruled):
        yield path, node
    elif isinstance(node, tuple):
        for one in node:
            yield from values(one, f"{path}.{one.code}")
    elif is_dataclass(node) and not isinstance(node, type):
        for field in fields(node):
            yield from values(getattr(node, field.name), f"{path}.{field.name}".removeprefix("."))


def council(regulation_id: str) -> Composition:
    found = regulation(regulation_id).composition
    assert found is not None
    return found


def meetings(regulation_id: str) -> MeetingRules:
    found = regulation(regulation_id).meetings
    assert found is not None
    return found


def test_the_shipped_regulations_are_these_eleven_and_the_blank_is_none_of_them() -> None:
    assert shipped_ids() == tuple(sorted((*ELECTING, *WITHOUT_ELECTION, "aarhus")))


@pytest.mark.parametrize("regulation_id", shipped_ids())
def test_each_is_whole_consistent_and_within_the_law(regulation_id: str) -> None:
    """An office may be warned (W…), but nothing that is shipped contradicts the law (F…) or itself."""
    found = regulation(regulation_id)
    assert found.id == regulation_id
    assert found.schema == EDITION
    assert contradictions(found, shipped_country_sets().names) == ()
    assert [finding for finding in law_findings(found) if finding.kind.code.startswith("F")] == []


@pytest.mark.parametrize("regulation_id", shipped_ids())
def test_every_value_has_a_source_or_says_why_it_has_none(regulation_id: str) -> None:
    for path, value in values(regulation(regulation_id)):
        if value.is_unset or value.is_assumed:
            assert len(value.why) > 8, path
        else:
            assert value.cite, path


@pytest.mark.parametrize("regulation_id", shipped_ids())
def test_each_names_the_documents_that_it_was_made_from(regulation_id: str) -> None:
    """A document has a title and a version; a text that only lies in a drawer would have neither."""
    documents = regulation(regulation_id).sources
    assert documents
    assert len({document.code for document in documents}) == len(documents)
    for document in documents:
        assert document.title.value
        assert document.version.is_unset or document.version.value


@pytest.mark.parametrize("regulation_id", ELECTING)
def test_what_an_election_needs_is_stated_or_openly_assumed(regulation_id: str) -> None:
    """So each can be rehearsed. Only what no act of the election needs may be left open."""
    found = regulation(regulation_id)
    assert found.has_direct_election
    for section in NEEDED_FOR_AN_ELECTION:
        for path, value in values(getattr(found, section), section):
            assert not value.is_unset or path == "candidacy.presented_by", path
    for key in ("complaint_until", "complaint_to", "appointed_by", "destroy_roll_from"):
        assert not getattr(found.after, key).is_unset, key
    rules = meetings(regulation_id)
    for key in ("convened_by", "notice_days", "quorum", "quorum_base", "majority", "ballot_form", "tie"):
        assert not getattr(rules, key).is_unset, key


@pytest.mark.parametrize("regulation_id", WITHOUT_ELECTION)
def test_a_council_that_is_only_appointed_has_no_rule_of_a_poll(regulation_id: str) -> None:
    found = regulation(regulation_id)
    assert found.polling.kind.value is PollingKind.NONE
    assert not found.has_direct_election
    for section in ("right_to_vote", "right_to_stand", "seats", "lists", "ties", "candidacy", "roll", "counting"):
        assert all(value.is_unset for _, value in values(getattr(found, section)))
    assert found.composition is not None
    assert found.composition.elected_groups == ()


def test_hoeje_taastrup_has_eleven_members_no_substitutes_and_a_chair_who_decides_ties() -> None:
    """5 experts + 6 from civil society = 11. That the list of members shows 15 stands beside the number."""
    found, rules = council("hoeje-taastrup-2018"), meetings("hoeje-taastrup-2018")
    seats = {group.code: group.seats.value for group in found.groups if group.seats is not None}
    assert seats == {"experts": 5, "civil_society": 6}
    assert found.legal_size.value == sum(seats.values()) == 11
    assert not found.legal_size.is_assumed
    assert re.search(r"15: 6 videnspersoner, 3 .*, 3 »Valgte« og 3 byrådsrepræsentanter", found.legal_size.why)
    substitutes = regulation("hoeje-taastrup-2018").substitutes
    assert (substitutes.order.value, substitutes.max.value) == (SubstituteOrder.NONE, 0)
    assert (rules.decision_tie.value, rules.meetings_per_year.value) == (DecisionTie.CHAIR_DECIDES, 4)
    assert (rules.agenda_days.value, rules.quorum.is_unset) == (14, True)
    after = regulation("hoeje-taastrup-2018").after
    assert after.replacement_nominated_by.value == "Integrationsrådet"
    assert after.replacement_approved_by.value == "Fritids- og Kulturudvalget"
    assert after.appointed_in_month.value == 12


def test_holbaek_has_at_most_fifteen_and_leaves_what_its_text_does_not_say_open() -> None:
    """Up to 13 after nomination + 2 directly = up to 15; term, substitutes, quorum and ties are not mentioned."""
    found, rules = council("holbaek-2022"), meetings("holbaek-2022")
    assert {g.route.value: g.seats.value for g in found.groups if g.seats} == {
        Route.NOMINATED: 13,
        Route.APPOINTED: 2,
    }
    assert (found.legal_size.value, found.is_maximum.value, found.must_reside.value) == (15, True, True)
    assert [post.name.value for post in rules.posts] == ["forperson", "næstforperson"]
    holbaek = regulation("holbaek-2022")
    assert holbaek.basis.amending_act.value == "lov nr. 2623 af 28. december 2021, § 3, nr. 6"
    assert holbaek.basis.adopted_on.value == date(2022, 6, 22)
    silent = (holbaek.after.term_starts_on, holbaek.substitutes.order, rules.quorum, rules.tie, rules.decision_tie)
    assert all(value.is_unset for value in silent)
    with pytest.raises(Refused, match=r"R062.*meetings\.quorum "):
        _ = rules.quorum.value


@pytest.mark.parametrize("regulation_id", ["gentofte-2018", "gentofte-2022"])
def test_gentofte_asks_for_oneself_or_both_parents_and_has_six_with_six_behind_them(regulation_id: str) -> None:
    found = regulation(regulation_id)
    vote = found.right_to_vote
    assert (vote.minimum_age.value, vote.origin.value) == (18, OriginRule.SELF_OR_BOTH_PARENTS)
    assert vote.outside_groups.value == ("Norden", "EU", "EEA-EFTA")
    assert vote.outside_countries.value == ("CH", "US", "CA", "JP", "NZ", "AU")
    assert (found.seats.number.value, found.most_substitutes, council(regulation_id).legal_size.value) == (
        6,
        6,
        15,
    )
    assert (found.polling.opens.value, found.polling.closes.value) == (time(18), time(20))
    assert vote.origin.is_assumed == (regulation_id == "gentofte-2022")


def test_gentofte_2022_knows_no_more_than_that_the_poll_was_cancelled() -> None:
    """Six candidates for six seats; the rules of 2018 are carried over, each of them openly."""
    found = regulation("gentofte-2022")
    said = {path for path, value in values(found) if not (value.is_assumed or value.is_unset)}
    said = {path for path in said if path.split(".")[0] not in {"sources", "municipality", "council"}}
    assert said == {
        "seats.number",
        "uncontested.is_allowed",
        "after.appointed_by",
        "composition.groups.elected.route",
        "meetings.agenda_days",
        "meetings.rhythm",
        "meetings.meetings_per_year",
    }


def test_svendborg_has_one_seat_for_each_of_seven_groups_and_one_for_the_rest() -> None:
    """7 + 1 = 8 of 15; votes are cast inside the group, and six support each candidacy."""
    found = regulation("svendborg-2025")
    seats, reserved = found.seats, found.seats.reserved.value
    assert (seats.number.value, set(reserved.values())) == (8, {1})
    assert list(reserved) == ["Vietnam", "Syrien", "Tyrkiet", "Sri Lanka", "Bosnien", "Eritrea", "Iran", "øvrige"]
    assert (seats.group_kind.value, seats.is_vote_within_group.value) == (GroupKind.COUNTRY, True)
    assert dict(seats.group_members.value) == {
        "Vietnam": ("VN",), "Syrien": ("SY",), "Tyrkiet": ("TR",), "Sri Lanka": ("LK",), "Bosnien": ("BA",),
        "Eritrea": ("ER",), "Iran": ("IR",), "øvrige": ("*",),
    }  # fmt: skip
    assert found.candidacy.supporters_min.value == 6
    assert found.right_to_vote.origin.value is OriginRule.SELF_OR_ONE_PARENT
    assert found.right_to_vote.outside_name.value == "integrationsland"
    assert council("svendborg-2025").legal_size.value == 15


def test_koege_2021_votes_at_a_meeting_and_has_two_substitutes_for_each_member() -> None:
    found = regulation("koege-2021")
    assert found.polling.kind.value is PollingKind.MEETING
    assert (found.seats.number.value, found.substitutes.max.value, found.most_substitutes) == (5, 2, 10)
    assert found.substitutes.is_per_member.value
    assert not found.substitutes.max.is_assumed
    assert found.candidacy.presented_by.value == Moment(0, time(17))
    seats = {group.code: group.seats.value for group in council("koege-2021").groups if group.seats is not None}
    assert (seats, sum(seats.values()) + 5) == ({"housing": 4, "society": 5, "municipal": 1}, 15)


def test_the_council_of_the_elderly_is_chosen_by_everybody_of_sixty_without_lists() -> None:
    found = regulation("aeldreraad")
    assert found.council.kind.value is CouncilKind.SENIORS
    assert (found.right_to_vote.minimum_age.value, found.right_to_vote.origin.value) == (60, OriginRule.NONE)
    assert (found.seats.number.value, found.seats.votes_per_voter.value) == (5, 1)
    assert not found.lists.are_allowed.value
    assert not found.has_reserved_seats
    assert found.most_substitutes == found.seats.number.value
    assert found.uncontested.latest.value.days == -28


def test_aarhus_is_an_association_on_which_no_election_can_be_called() -> None:
    found = regulation("aarhus")
    assert found.council.kind.value is CouncilKind.ASSOCIATION
    assert found.substitutes.order.value is SubstituteOrder.VOTES
    for open_value in (found.seats.number, found.right_to_vote.minimum_age, found.after.term_ends_on):
        with pytest.raises(Refused, match=r"R062"):
            _ = open_value.value
