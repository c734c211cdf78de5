"""Bench depth: what 6 for 6, a group with nobody, and one for two reserved seats lead to, council by council."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from election.candidacy.bench import Bench, Stands, bench
from registry.regulation.choices import SubstituteOrder, UnfilledReserved
from registry.regulation.loader import load_bytes, shipped
from registry.regulation.ruled import Ruled, unset
from registry.regulation.rules import Regulation

BEFORE, LATEST, AFTER = (datetime(2021, 10, day, 12, tzinfo=UTC) for day in (1, 5, 9))
ALLOWED, NOT_ALLOWED, TOO_LATE, NONE_TO_STEP_IN = "W251", "W252", "W253", "W254"
EMPTY, GROUP_EMPTY, GROUP_OPENED, GROUP_WITHOUT = "W255", "W256", "W257", "W250"
NO_LIST, SILENT = "W258", "W259"
SVENDBORG = ("Vietnam", "Syrien", "Tyrkiet", "Sri Lanka", "Bosnien", "Eritrea", "Iran", "øvrige")


def of(council: str, **changed: dict[str, Any]) -> Regulation:
    """A shipped regulation, with some of its values changed: `of("koege-2018", seats={"number": 6})`."""
    rules = load_bytes(shipped(council).data, council)
    for section, values in changed.items():
        ruled = {key: v if isinstance(v, Ruled) else Ruled(v, "prøve § 1") for key, v in values.items()}
        rules = replace(rules, **{section: replace(getattr(rules, section), **ruled)})
    return rules


def stood(regulation: Regulation, *groups: str | None, at: datetime = BEFORE, waiting: int = 0) -> Bench:
    """The bench when one candidate of each of `groups` stands; the first `waiting` are not accepted yet."""
    standing = [Stands(group, None, number >= waiting) for number, group in enumerate(groups)]
    return bench(standing, regulation, cancel_until=LATEST, latest="05.10.2021 kl. 14.00", at=at)


def codes(found: Bench) -> set[str]:
    return {one.finding.kind.code for one in found.follows}


def said(found: Bench, code: str) -> str:
    return next(one.finding.in_danish() for one in found.follows if one.finding.kind.code == code)


def test_gentofte_2021_six_for_six_may_call_the_poll_off_and_then_has_no_substitutes() -> None:
    """Six seats, six candidates: 0 left over. The board called it off; Gentofte wanted 6 substitutes and got 0."""
    found = stood(of("gentofte-2022"), *[None] * 6)
    assert (found.candidates, found.seats, found.substitutes, found.vacant) == (6, 6, 0, 0)
    assert not found.is_poll_needed
    assert codes(found) == {ALLOWED, NONE_TO_STEP_IN}
    assert "05.10.2021 kl. 14.00" in said(found, ALLOWED)
    assert any("gentofte.dk" in one.source for one in found.follows if one.finding.kind.code == ALLOWED)


def test_the_same_six_where_the_regulation_does_not_allow_it_are_voted_on() -> None:
    """Ballerup 2017 asked, and was refused."""
    found = stood(of("gentofte-2022", uncontested={"is_allowed": False}), *[None] * 6)
    assert codes(found) == {NOT_ALLOWED, NONE_TO_STEP_IN}


def test_the_same_six_after_the_last_time_to_call_it_off_are_voted_on() -> None:
    assert codes(stood(of("gentofte-2022"), *[None] * 6, at=AFTER)) == {TOO_LATE, NONE_TO_STEP_IN}


def test_exactly_at_the_last_time_it_may_still_be_called_off() -> None:
    assert ALLOWED in codes(stood(of("gentofte-2022"), *[None] * 6, at=LATEST))


def test_the_seventh_candidate_makes_a_poll_and_one_substitute() -> None:
    found = stood(of("gentofte-2022"), *[None] * 7)
    assert (found.is_poll_needed, found.substitutes, codes(found), found.is_thin) == (True, 1, set(), False)


def test_odense_a_poll_without_anybody_to_step_in_is_seen_before_the_deadline() -> None:
    """Odense extended its deadline, because 0 were left over: 5 for 5, and three of them not even decided."""
    found = stood(of("koege-2018"), *[None] * 5, waiting=3)
    assert (found.accepted, found.waiting, found.substitutes) == (2, 3, 0)
    assert found.is_thin
    assert "Regulativet har plads til 10" in said(found, NONE_TO_STEP_IN)


def test_four_for_five_leave_one_seat_empty() -> None:
    found = stood(of("koege-2018"), *[None] * 4)
    assert (found.candidates, found.seats, found.substitutes, found.vacant) == (4, 5, 0, 1)
    assert codes(found) == {EMPTY, ALLOWED, NONE_TO_STEP_IN}
    assert "1 af 5 pladser" in said(found, EMPTY)


def test_nobody_at_all_leaves_every_seat_empty_and_there_is_nothing_to_call_off() -> None:
    found = stood(of("koege-2018"))
    assert codes(found) == {EMPTY, NONE_TO_STEP_IN}
    assert found.vacant == 5


def test_svendborg_a_group_with_nobody_keeps_its_seat_empty_though_nine_stand_for_eight() -> None:
    """Eight groups of one seat each; nobody of Iran, three of Syrien. 7 seats filled, 1 empty, 2 left over."""
    groups = [*(group for group in SVENDBORG if group != "Iran"), "Syrien", "Syrien"]
    found = stood(of("svendborg-2025"), *groups)
    assert (found.candidates, found.seats, found.vacant, found.is_poll_needed) == (9, 8, 1, True)
    assert "“Iran” har 0 kandidater til 1" in said(found, GROUP_EMPTY)
    assert EMPTY in codes(found)


KOEGE_2013 = ("ikke-vestlig",) * 4 + ("vestlig",)


def test_koege_2013_one_of_the_western_group_for_two_seats_leaves_one_vacant() -> None:
    """3 + 2 reserved; 4 + 1 stand. Filled 3 + 1, one of the western seats empty, one left over."""
    found = stood(of("koege-2014"), *KOEGE_2013)
    assert (found.vacant, found.is_poll_needed) == (1, True)
    assert "“vestlig” har 1 kandidater til 2 reserverede pladser. 1 af dem" in said(found, GROUP_EMPTY)


def test_koege_2013_where_the_regulation_opens_unfilled_seats_the_fourth_gets_the_fifth_seat() -> None:
    """The same five: 3 + 1, and the fourth of the other group takes the opened seat. Nobody is left over."""
    found = stood(of("koege-2014", seats={"unfilled_reserved": UnfilledReserved.OPEN}), *KOEGE_2013)
    assert (found.vacant, found.is_poll_needed, found.substitutes) == (0, False, 0)
    assert codes(found) >= {GROUP_OPENED, ALLOWED}
    assert EMPTY not in codes(found)


def test_a_regulation_silent_on_unfilled_seats_is_said_to_be_silent() -> None:
    silent: Ruled[Any] = unset("seats.unfilled_reserved")
    found = stood(of("koege-2014", seats={"unfilled_reserved": silent}), *KOEGE_2013)
    assert SILENT in codes(found)
    assert not codes(found) & {GROUP_EMPTY, GROUP_OPENED}


def test_with_substitutes_within_the_group_a_group_without_surplus_has_nobody_to_step_in() -> None:
    """3 + 2 reserved; 5 + 2 stand. Two may step in for their own group, nobody for the other."""
    rules = of("koege-2014", substitutes={"order": SubstituteOrder.WITHIN_GROUP})
    found = stood(rules, *("ikke-vestlig",) * 5, "vestlig", "vestlig")
    assert found.substitutes == 2
    assert "vestlig" in said(found, GROUP_WITHOUT)
    assert [one.finding.facts["group"] for one in found.follows] == ["vestlig"]


def test_a_candidate_of_no_known_group_finds_no_room_among_reserved_seats() -> None:
    """3 + 2 reserved, 3 + 2 stand, and one whose group nobody knows: all five seats are others', one left over."""
    found = stood(of("koege-2014"), *("ikke-vestlig",) * 3, "vestlig", "vestlig", None)
    assert (found.vacant, found.is_poll_needed, found.substitutes) == (0, True, 1)


def test_no_substitutes_by_rule_is_no_trouble() -> None:
    """A council that has none by its own rule, as Høje-Taastrup."""
    found = stood(of("koege-2018", substitutes={"order": SubstituteOrder.NONE}), *[None] * 7)
    assert (found.substitutes, codes(found)) == (0, set())


def test_there_are_never_more_substitutes_than_the_regulation_has_room_for() -> None:
    """5 seats and room for 10; 18 stand, 13 are left over."""
    assert stood(of("koege-2018"), *[None] * 18).substitutes == 10


@pytest.mark.parametrize("key", ["is_allowed", "latest"])
def test_a_regulation_that_does_not_say_whether_a_poll_may_be_called_off_is_said_to_be_silent(key: str) -> None:
    silent: Ruled[Any] = unset(f"uncontested.{key}")
    found = bench([Stands()], of("koege-2018", uncontested={key: silent}), cancel_until=None, latest="", at=BEFORE)
    assert SILENT in codes(found)
    assert not codes(found) & {ALLOWED, NOT_ALLOWED, TOO_LATE}


def test_aarhus_an_open_number_of_seats_is_said_and_nothing_is_guessed() -> None:
    found = stood(of("aarhus"), None, None)
    assert (found.seats, codes(found)) == (None, {SILENT})


def test_kobenhavn_2006_a_candidate_without_a_list_gets_no_seat_of_one() -> None:
    standing = [Stands(None, "A"), Stands(None, None)]
    found = bench(standing, of("kobenhavn-2006"), cancel_until=LATEST, latest="", at=BEFORE)
    assert said(found, NO_LIST).startswith("1 kandidater står ikke på nogen liste")


@pytest.mark.parametrize("council", ["gentofte-2022", "koege-2014", "svendborg-2025", "kobenhavn-2006"])
def test_whatever_follows_names_what_it_rests_on(council: str) -> None:
    found = stood(of(council), None)
    assert found.follows
    assert all(one.source for one in found.follows)
