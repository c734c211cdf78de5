"""Rounds and groups against a naive second counter, for all luck; and what every such count must keep."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from itertools import permutations, takewhile
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from election.counting.methods import BadInput, count_document
from tests.election.counting import naive_posts as naive

pytestmark = pytest.mark.slow

Document = dict[str, Any]
PEOPLE = ("a", "b", "c", "d")


@st.composite
def rounds(draw: st.DrawFn) -> Document:
    """Up to three rounds with few votes, so that ties, missing majorities and impossible rounds are all common."""
    held = []
    for number in range(draw(st.integers(0, 3))):
        standing = PEOPLE if number < 2 else draw(st.permutations(PEOPLE))[:2]
        votes = {one: draw(st.integers(0, 3)) for one in standing}
        blank, invalid = draw(st.integers(0, 2)), draw(st.integers(0, 1))
        present = sum(votes.values()) + blank + invalid + draw(st.sampled_from([0, 0, 0, 1, 2, -1]))
        held.append({"present": max(present, 0), "votes": votes, "blank": blank, "invalid": invalid})
    return {
        "method": "majority-three-rounds",
        "seats": 1,
        "candidates": [{"id": one, "name": one.upper()} for one in PEOPLE],
        "rounds": held,
        "majority_of": draw(st.sampled_from(["present", "cast"])),
    }


@st.composite
def groups(draw: st.DrawFn) -> Document:
    members = draw(st.lists(st.integers(0, 8), min_size=1, max_size=4).filter(any))
    return {
        "method": "groups-dhondt",
        "seats": draw(st.integers(1, 9)),
        "groups": [{"id": one, "members": number} for one, number in zip(PEOPLE, members, strict=False)],
    }


def with_luck(document: Document, luck: Sequence[str]) -> tuple[Document, list[Document]]:
    """The end of the count, every lot answered by the same luck, and the lots that were asked for."""
    lots: list[Document] = []
    asked: list[Document] = []
    for _ in range(40):
        result: Document = count_document(document | {"lots": lots})
        if result["outcome"] != "lot-required":
            assert result["unused_lots"] == []
            return result, asked
        wanted = result["lot_required"]
        drawn = sorted(wanted["among"], key=luck.index)
        asked.append(wanted)
        lots.append({"among": wanted["among"], "drawn": drawn[: wanted["places"]]})
    raise AssertionError("the lots never end")


@settings(max_examples=400, deadline=None)
@given(rounds())
def test_three_rounds_for_all_luck(document: Document) -> None:
    """The same end as the referee for each order of luck; a lot exactly when luck decides who goes on or wins."""
    ends = set()
    lots_asked = []
    for luck in permutations(PEOPLE):
        try:
            expected = naive.rounds(document, luck)
        except naive.CannotBe:
            ends.add("cannot be")
            with pytest.raises(BadInput):
                with_luck(document, luck)
            continue
        ends.add(str((expected[0], expected[1], sorted(expected[2]))))
        found, asked = with_luck(document, luck)
        lots_asked.append(len(asked))
        assert found["steps"]
        if expected[0] == "elected":
            assert (found["outcome"], found["elected"]) == ("decided", [expected[1]])
        else:
            between = expected[2] or PEOPLE
            assert found["outcome"] == "next-round"
            assert found["next_round"]["number"] == expected[1]
            assert sorted(found["next_round"]["between"]) == sorted(between)
            assert (found["elected"], found["substitutes"]) == ([], [])
    if lots_asked:
        assert any(lots_asked) == (len(ends) > 1)


@settings(max_examples=200, deadline=None)
@given(rounds(), st.randoms(use_true_random=False))
def test_neither_name_nor_place_helps_in_a_round(document: Document, chance: random.Random) -> None:
    """Anonymity: candidates and votes in another order give the same outcome."""
    mixed = list(document["candidates"])
    chance.shuffle(mixed)
    held = [one | {"votes": dict(reversed(one["votes"].items()))} for one in document["rounds"]]
    try:
        one: Document = count_document(document)
    except BadInput:
        with pytest.raises(BadInput):
            count_document(document | {"candidates": mixed, "rounds": held})
        return
    other: Document = count_document(document | {"candidates": mixed, "rounds": held})
    assert one["outcome"] == other["outcome"]
    assert one["elected"] == other["elected"]
    if one["outcome"] == "lot-required":
        assert set(one["lot_required"]["among"]) == set(other["lot_required"]["among"])


@settings(max_examples=200, deadline=None)
@given(rounds())
def test_a_name_left_out_is_a_name_with_no_votes(document: Document) -> None:
    held = [one | {"votes": {who: n for who, n in one["votes"].items() if n}} for one in document["rounds"]]
    try:
        full = count_document(document)
    except BadInput:
        return
    assert count_document(document | {"rounds": held}) == full


@settings(max_examples=300, deadline=None)
@given(groups())
def test_groups_choose_as_one_division_at_a_time_says(document: Document) -> None:
    """For all luck the same order of choice; before the first lot, what every luck gives and no more."""
    members = {one["id"]: one["members"] for one in document["groups"]}
    orders = set()
    for luck in permutations(members):
        expected = naive.choices(members, document["seats"], luck)
        found, asked = with_luck(document, luck)
        assert found["choice_order"] == expected
        assert "elected" not in found
        assert "substitutes" not in found
        assert {one["for"] for one in asked} <= {"choice-order"}
        assert all(1 <= one["places"] <= len(one["among"]) > 1 for one in asked)
        orders.add(tuple(expected))
    first: Document = count_document(document)
    assert (first["outcome"] == "lot-required") == (len(orders) > 1)
    certain = takewhile(lambda turn: len(set(turn)) == 1, zip(*orders, strict=True))
    assert first["choice_order"] == [turn[0] for turn in certain]


@settings(max_examples=150, deadline=None)
@given(groups())
def test_groups_win_the_seats_that_lists_of_that_size_win(document: Document) -> None:
    """The order of choice adds up to D'Hondt, where no lot decides who has a seat."""
    as_lists = [{"id": one["id"], "name": one["id"], "votes": one["members"]} for one in document["groups"]]
    seats: Document = count_document({"method": "lists-dhondt", "seats": document["seats"], "lists": as_lists})
    assume(seats["outcome"] == "decided")
    found, _ = with_luck(document, PEOPLE)
    won: Counter[str] = Counter(found["choice_order"])
    assert {one: won[one] for one in seats["seats_by_list"]} == seats["seats_by_list"]


def group_document(seats: int, *members: int, **more: object) -> Document:
    named = [{"id": f"g{i}", "members": number} for i, number in enumerate(members, 1)]
    return {"method": "groups-dhondt", "seats": seats, "groups": named} | more


def draw_of(*drawn: str, among: tuple[str, ...] = ()) -> Document:
    return {"among": list(among or drawn), "drawn": list(drawn)}


def test_three_groups_level_for_two_places() -> None:
    """4, 4, 4 for 2 seats: one lot among the three for two places; two names are enough."""
    asked: Any = count_document(group_document(2, 4, 4, 4))
    assert asked["lot_required"] == {
        "for": "choice-order",
        "among": ["g1", "g2", "g3"],
        "places": 2,
        "cite": "KSTL § 24, stk. 3",
    }
    lots = [draw_of("g3", "g1", among=("g1", "g2", "g3"))]
    assert count_document(group_document(2, 4, 4, 4, lots=lots))["choice_order"] == ["g3", "g1"]


def test_the_same_two_groups_draw_again_at_the_next_quotient() -> None:
    """4 and 4 for 4 seats: 4 = 4, then 4/2 = 4/2. Each level has its own draw, in the order given."""
    lots = [draw_of("g1", "g2"), draw_of("g2", "g1")]
    asked: Any = count_document(group_document(4, 4, 4, lots=lots[:1]))
    assert (asked["choice_order"], asked["lot_required"]["places"]) == (["g1", "g2"], 2)
    done: Any = count_document(group_document(4, 4, 4, lots=lots))
    assert done["choice_order"] == ["g1", "g2", "g2", "g1"]
    extra: Any = count_document(group_document(4, 4, 4, lots=[*lots, draw_of("g1", "g2")]))
    assert extra["choice_order"] == done["choice_order"]
    assert extra["unused_lots"] == [draw_of("g1", "g2")]


def test_a_group_without_members_never_chooses_and_is_never_tied() -> None:
    """3 and 0 for 4 seats: 3, 3/2, 1, 3/4 are all above 0."""
    assert count_document(group_document(4, 3, 0))["choice_order"] == ["g1"] * 4


def test_a_level_next_in_line_is_a_lot_nobody_needed() -> None:
    """6, 3, 3: 6 and then 6/2 = 3/1 = 3/1. With 1 seat the three are next in line; with 2 they need their lot."""
    lots = [draw_of("g2", "g1", "g3")]
    one: Any = count_document(group_document(1, 6, 3, 3, lots=lots))
    assert (one["choice_order"], one["unused_lots"]) == (["g1"], lots)
    two: Any = count_document(group_document(2, 6, 3, 3, lots=lots))
    assert (two["choice_order"], two["unused_lots"]) == (["g1", "g2"], [])


def test_equal_votes_that_decide_nothing_leave_an_unused_lot() -> None:
    """5 and 5 of 11: both go on to round 3, and nobody draws. The lot is reported, not used for the seat later."""
    held = {"present": 11, "votes": {"a": 5, "b": 5}, "blank": 0, "invalid": 0}
    document = {
        "method": "majority-three-rounds",
        "seats": 1,
        "candidates": [{"id": one, "name": one.upper()} for one in PEOPLE],
        "rounds": [held, held],
        "lots": [draw_of("b", "a")],
    }
    result: Any = count_document(document)
    assert (result["outcome"], result["unused_lots"]) == ("next-round", [draw_of("b", "a")])
    held_three = document | {"rounds": [held, held, held | {"votes": {"a": 6, "b": 5}}]}
    assert count_document(held_three)["unused_lots"] == [draw_of("b", "a")]


def test_three_level_at_the_top_of_round_2_draw_two() -> None:
    """4, 4, 4 of 12: 7 needed, nobody has it, and three are level for two places in round 3."""
    held = {"present": 12, "votes": {"a": 4, "b": 4, "c": 4}, "blank": 0, "invalid": 0}
    people = [{"id": one, "name": one.upper()} for one in PEOPLE]
    document = {"method": "majority-three-rounds", "seats": 1, "candidates": people, "rounds": [held, held]}
    asked: Any = count_document(document)
    assert (asked["lot_required"]["among"], asked["lot_required"]["places"]) == (["a", "b", "c"], 2)
    done: Any = count_document(document | {"lots": [draw_of("c", "a", among=("a", "b", "c"))]})
    assert done["next_round"] == {"number": 3, "between": ["c", "a"]}
    assert done["steps"][-1]["text_da"] == (
        "Lodtrækning mellem A, B og C: C, A. Der holdes en tredje runde mellem C og A."
    )


def test_before_any_round_the_first_is_to_be_held_between_all() -> None:
    people = [{"id": one, "name": one.upper()} for one in PEOPLE]
    result: Any = count_document(
        {"method": "majority-three-rounds", "seats": 1, "candidates": people, "rounds": []}
    )
    assert result["next_round"] == {"number": 1, "between": list(PEOPLE)}


def test_a_new_name_may_stand_in_round_2_and_win() -> None:
    """9 present, 5 needed: D had no vote in round 1 and has 5 in round 2. One arrived in between."""
    first = {"present": 8, "votes": {"a": 4, "b": 4}, "blank": 0, "invalid": 0}
    second = {"present": 9, "votes": {"d": 5, "a": 4}, "blank": 0, "invalid": 0}
    people = [{"id": one, "name": one.upper()} for one in PEOPLE]
    document = {"method": "majority-three-rounds", "seats": 1, "candidates": people, "rounds": [first, second]}
    assert count_document(document)["elected"] == ["d"]
