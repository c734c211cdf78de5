"""Which names stand on a ballot, which supporters count, and when everyone who stands gets a seat."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from election.candidacy.names import LONGEST_NAME, clean_name, is_ballot_name, name_key
from election.candidacy.rules import (
    CONSENT_NAMES,
    MAY_BE_DECIDED,
    MAY_BE_MENDED,
    MAY_BE_SENT,
    MAY_BE_WITHDRAWN,
    OPEN_STATES,
    PART_NAMES,
    STATE_NAMES,
    STEP_NAMES,
    ConsentKind,
    Filled,
    Part,
    State,
    StepKind,
    is_behind,
    is_uncontested,
    missing,
    valid_supporters,
)

KOEGE_2013 = {"ikke-vestlig": 3, "vestlig": 2}
NON_WESTERN, WESTERN = "ikke-vestlig", "vestlig"


@pytest.mark.parametrize(
    "name",
    [
        "Amina Hassan",
        "Ćazim Đorđević",
        "Anne-Marie O’Neill",
        "D'Arcy Nielsen",
        "José M. Kowalczyk",
        "نور الهدى",
        "Nguyễn Thị Ánh",
        "Æ Å",
        "Bo",
        "Imamović Alma",  # begins like a title, but is a name
    ],
)
def test_a_name_as_a_person_is_called_stands_on_the_ballot(name: str) -> None:
    assert is_ballot_name(name)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("A", "one letter"),
        ("   ", "nothing but spaces"),
        ("x" * (LONGEST_NAME + 1), "longer than the line on the paper"),
        ("Amina Hassan 2", "a figure"),
        ("Dr. Amina Hassan", "a title"),
        ("PROFESSOR Hassan", "a title in capitals"),
        ("Amina & Omar", "two people"),
        ("Amina <b>Hassan</b>", "markup"),
        ("Stem på Amina!", "a call to vote"),
        ("Amina ✓", "a cross already made"),
    ],
)
def test_titles_figures_and_signs_do_not_stand_on_the_ballot(name: str, why: str) -> None:
    assert not is_ballot_name(name), why


def test_a_name_of_exactly_the_longest_length_fits_after_spaces_are_put_together() -> None:
    """30 + 1 + 29 letters = 60; two more spaces between them are one on the ballot."""
    assert is_ballot_name("a" * 30 + "   " + "b" * 29)
    assert not is_ballot_name("a" * 30 + " " + "b" * 30)


def test_invisible_characters_are_taken_out_of_a_name() -> None:
    """A right-to-left override would turn the rest of the ballot line around."""
    assert clean_name("Amina\u202e Hassan\u200b\n") == "Amina Hassan"
    assert clean_name("Ame\u0301lie") == "Amélie"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Amina Hassan", "AMINA  HASSAN"),
        ("Amína Hassan", "Amina Hassan"),
        ("Anne-Marie Holm", "Anne Marie Holm"),
        ("O’Neill", "O'Neill"),
        ("José", "Jose\u0301"),
    ],
)
def test_names_that_cannot_be_told_apart_have_the_same_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Amina Hassan", "Amina Hasan"), ("Bo Å", "Bo Æ"), ("Ali Nur", "Nur Ali")]
)
def test_names_that_differ_in_a_letter_or_in_order_have_different_keys(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@given(st.text(max_size=80))
def test_cleaning_a_name_twice_is_cleaning_it_once(text: str) -> None:
    once = clean_name(text)
    assert clean_name(once) == once
    assert name_key(once) == name_key(text)


def test_a_supporter_of_two_candidacies_counts_for_none() -> None:
    """c1 has a, b, c; c2 has c, d. c counts for nobody: 2 and 1. (KRVL § 20)"""
    found = valid_supporters(
        {"c1": [b"a", b"b", b"c"], "c2": [b"c", b"d"]}, frozenset({b"a", b"b", b"c", b"d"}), {}
    )
    assert found == {"c1": 2, "c2": 1}


def test_a_supporter_without_the_right_to_vote_does_not_count() -> None:
    assert valid_supporters({"c1": [b"a", b"x"]}, frozenset({b"a"}), {}) == {"c1": 1}


def test_nobody_supports_themselves_but_may_support_another() -> None:
    """The person of c1 stands on both lists of supporters… of c2 only: 1 for c2; on c1's own list: 0."""
    may_vote = frozenset({b"me"})
    assert valid_supporters({"c1": [b"me"]}, may_vote, {"c1": b"me"}) == {"c1": 0}
    assert valid_supporters({"c1": [], "c2": [b"me"]}, may_vote, {"c1": b"me"}) == {"c1": 0, "c2": 1}


def test_the_same_supporter_named_twice_on_one_list_counts_once() -> None:
    assert valid_supporters({"c1": [b"a", b"a"]}, frozenset({b"a"}), {}) == {"c1": 1}


@pytest.mark.parametrize(
    ("candidates", "seats", "everyone_in"),
    [
        (0, 5, False),  # no candidates: there is nobody to elect
        (1, 5, True),
        (5, 5, True),  # Gentofte 2021: 6 for 6
        (6, 5, False),
    ],
)
def test_without_reserved_seats_everyone_gets_in_up_to_the_number_of_seats(
    candidates: int, seats: int, everyone_in: bool
) -> None:
    assert is_uncontested([None] * candidates, seats, {}) is everyone_in


@pytest.mark.parametrize(
    ("groups", "everyone_in", "sum_by_hand"),
    [
        ([NON_WESTERN] * 3 + [WESTERN] * 2, True, "3 for 3 and 2 for 2"),
        ([NON_WESTERN] * 4 + [WESTERN], False, "4 for 3, and the second western seat is not theirs"),
        ([NON_WESTERN] * 3, True, "3 for 3; the western seats stay empty"),
        ([WESTERN] * 3, False, "3 for 2, and no open seat"),
        ([NON_WESTERN, None], False, "who belongs to no group finds no open seat among 5 reserved ones"),
    ],
)
def test_where_all_seats_are_reserved_each_group_must_fit_into_its_own(
    groups: list[str | None], everyone_in: bool, sum_by_hand: str
) -> None:
    assert is_uncontested(groups, 5, KOEGE_2013) is everyone_in, sum_by_hand


@pytest.mark.parametrize(
    ("groups", "everyone_in"),
    [
        (["a"] * 2 + ["b"] + [None] * 2, True),  # one seat for a, one for b, three open: surplus 1 + 2 without = 3
        (["a"] * 3 + ["b"] + [None] * 2, False),  # surplus 2 + 2 = 4 for 3
        (["a"] * 4, True),  # surplus 3 for 3; the seat of b stays reserved
        (["a"] * 5, False),
        (["unknown"] * 3, True),  # a group without reserved seats competes for the open ones
    ],
)
def test_a_groups_surplus_and_everyone_else_share_the_open_seats(
    groups: list[str | None], everyone_in: bool
) -> None:
    assert is_uncontested(groups, 5, {"a": 1, "b": 1}) is everyone_in


@given(st.lists(st.sampled_from([NON_WESTERN, WESTERN, None]), min_size=1, max_size=9), st.integers(5, 9))
def test_one_candidate_more_never_makes_a_contested_election_uncontested(
    groups: list[str | None], seats: int
) -> None:
    for one_more in (NON_WESTERN, WESTERN, None):
        if is_uncontested([*groups, one_more], seats, KOEGE_2013):
            assert is_uncontested(groups, seats, KOEGE_2013)
            assert len(groups) + 1 <= seats


def test_every_state_part_step_and_consent_has_a_danish_name() -> None:
    assert set(STATE_NAMES) == set(State)
    assert set(PART_NAMES) == set(Part)
    assert set(STEP_NAMES) == set(StepKind)
    assert set(CONSENT_NAMES) == set(ConsentKind)


def test_what_is_over_is_neither_decided_mended_nor_withdrawn() -> None:
    """Accepted can still be withdrawn; refused and withdrawn are the end."""
    for over in (State.REFUSED, State.WITHDRAWN):
        assert over not in MAY_BE_DECIDED | MAY_BE_SENT | MAY_BE_MENDED | MAY_BE_WITHDRAWN | OPEN_STATES
    assert State.ACCEPTED in MAY_BE_WITHDRAWN
    assert State.ACCEPTED not in MAY_BE_DECIDED | MAY_BE_MENDED
    assert OPEN_STATES <= MAY_BE_DECIDED


def test_where_anybody_may_support_the_roll_does_not_matter() -> None:
    """Two strangers and oneself: two count."""
    assert valid_supporters({"c1": [b"x", b"y", b"me"]}, None, {"c1": b"me"}) == {"c1": 2}


S = StepKind


@pytest.mark.parametrize(
    ("history", "is_late"),
    [
        ([], False),
        ([S.SUBMITTED], False),
        ([S.LATE], True),
        ([S.LATE, S.RETURNED], True),
        ([S.LATE, S.IN_TIME], False),
        ([S.LATE, S.IN_TIME, S.RETURNED, S.LATE], True),  # and then mended too late
        ([S.SUBMITTED, S.RETURNED, S.MENDED], False),
        ([S.SUBMITTED, S.RETURNED, S.LATE, S.REFUSED, S.COMPLAINED, S.COMPLAINT_REJECTED], True),
        ([S.LATE, S.REFUSED, S.COMPLAINED, S.COMPLAINT_UPHELD], False),
    ],
)
def test_what_came_late_stays_late_until_somebody_decides_that_it_did_not(
    history: list[StepKind], is_late: bool
) -> None:
    assert is_behind(history) is is_late


COMPLETE = Filled(True, True, True, True, True, 6, 6, False)


@pytest.mark.parametrize(
    ("lacks", "named"),
    [
        ({}, ()),
        ({"has_name": False}, (Part.NAME,)),
        ({"has_one_list": False}, (Part.LIST,)),
        ({"has_one_list": False, "needs_list": False}, ()),
        ({"has_contact": False}, (Part.CONTACT,)),
        ({"needs_consent_to_name": True}, (Part.CONSENTS,)),
        ({"supporters": 5}, (Part.SUPPORTERS,)),
        ({"is_willing": False, "has_name": False}, (Part.NAME, Part.WILLINGNESS)),
    ],
)
def test_what_is_missing_is_named_in_order_of_the_steps(lacks: dict[str, Any], named: tuple[Part, ...]) -> None:
    assert missing(replace(COMPLETE, **lacks)) == named
