"""Every decided result says how close it was, and exactly: checked by adding the votes one by one."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

import pytest

from election.counting.methods import count_document
from tests.election.counting import random_elections as make
from tests.election.counting.documents import counted, lists, lot, margins, on_list, one_list, people, personal

pytestmark = pytest.mark.slow

Document = dict[str, Any]
ELECTIONS = 250


def told(result: Document) -> list[Document]:
    """The steps that tell a margin."""
    found = [step for step in result["steps"] if "margin" in step["figures"]]
    assert found, result["steps"]
    assert all("argin" in one["text_da"] and "argin" in one["text_en"] for one in found)
    return found


def decided(document: Document, chance: random.Random, unlucky: str = "") -> Document:
    """The result when every lot is drawn; the unlucky one comes last in each."""
    lots: list[Document] = []
    while True:
        result: Document = count_document(document | {"lots": lots})
        if result["outcome"] == "decided":
            return result
        among = result["lot_required"]["among"]
        drawn = sorted(chance.sample(among, len(among)), key=lambda one: one == unlucky)
        lots.append({"among": among, "drawn": drawn})


def elections(kind: Callable[[random.Random], Document], times: int = ELECTIONS) -> list[tuple[int, Document]]:
    return [(seed, kind(random.Random(seed))) for seed in range(times)]


def person_with(document: Document, who: str, votes: int) -> Document:
    changed = copy.deepcopy(document)
    for one in changed["candidates"]:
        one["votes"] += votes * (one["id"] == who)
    return changed


def test_more_votes_for_persons() -> None:
    """With the margin a seat for certain, with one vote fewer a lot, with fewer still the same people."""
    kinds = set()
    for seed, document in elections(make.personal_votes, 600):
        plain = document | {"substitutes": {"order": "none"}}
        result = decided(plain, random.Random(seed))
        elected = set(result["elected"])
        rest = [one["id"] for one in plain["candidates"] if one["id"] not in elected]
        nearest = []
        for step in told(result):
            figures = step["figures"]
            kinds.add((step["cite"], figures["margin"] is None))
            if figures["margin"] is None:
                nearest.append(10**6)
                continue
            (best,), margin = figures["best_not_elected"], figures["margin"]
            nearest.append(margin)
            assert best in count_document(person_with(plain, best, margin))["elected"]  # type: ignore[operator]
            less: Document = count_document(person_with(plain, best, margin - 1))
            assert (less["outcome"], best in less["elected"]) == ("lot-required", False)
            assert figures["lot_with"] == (margin - 1 or None)
            for votes in range(1, margin - 1):
                same: Document = count_document(person_with(plain, best, votes))
                assert same["outcome"] == "lot-required" or set(same["elected"]) == elected
        for other in rest:
            few = min(*nearest, 9) if len(nearest) > 1 else min(nearest[0], 9)
            after: Document = count_document(person_with(plain, other, few - 1))
            assert other not in after["elected"], (seed, document)
    assert {("KRVL § 85", False), ("KRVL § 85", True), ("reserved_seats.x", False)} <= kinds


def list_with(document: Document, which: str, votes: int) -> Document:
    changed = copy.deepcopy(document)
    for one in changed["lists"]:
        one["votes"] += votes * (one["id"] == which)
    return changed


def between_lists(result: Document) -> Document:
    (step,) = [one for one in told(result) if "list" not in one["figures"]]
    figures: Document = step["figures"]
    return figures


def test_more_votes_for_lists() -> None:
    """With the margin the list has its seat more for certain; with fewer votes no list has, whoever gets them."""
    kinds = set()
    for seed, document in elections(make.lists_dhondt, 120):
        plain = document | {"substitutes": {"order": "none"}}
        result = decided(plain, random.Random(seed))
        seats, figures = result["seats_by_list"], between_lists(result)
        margin = figures["margin"]
        kinds.add((margin is None, bool(plain["alliances"]), plain["threshold"]))
        for votes in (1, 6, 29) if margin is None else {1, margin // 2, margin - 2, margin - 1} - {-1, 0, margin}:
            for one in plain["lists"]:
                after: Document = count_document(list_with(plain, one["id"], votes))
                assert after["seats_by_list"][one["id"]] <= seats[one["id"]], (seed, votes, one, document)
        if margin is None:
            continue
        best = figures["best_without"]["id"]
        then: Document = count_document(list_with(plain, best, margin))
        assert then["seats_by_list"][best] == figures["best_without"]["seats_then"] > seats[best]
        for other, (fewest, _) in figures["others_then"].items():
            assert then["seats_by_list"][other] == fewest
        if figures["lot_with"] is not None:
            assert count_document(list_with(plain, best, margin - 1))["outcome"] == "lot-required"
    assert len(kinds) == 8


def threshold_and_alliance(chance: random.Random) -> Document:
    """Small lists together against a larger one: more votes for one often push another below the threshold."""
    return lists(
        chance.randint(1, 3),
        *(one_list(one, chance.randint(1, 8)) for one in "ABC"),
        one_list("D", chance.randint(6, 14)),
        alliances=[chance.choice([["A", "B"], ["A", "B", "C"]])],
        threshold=chance.choice(["0.15", "0.2", "0.25"]),
        substitutes={"order": "none"},
    )


@pytest.mark.parametrize("times", [250, pytest.param(1500, marks=pytest.mark.nightly)])
def test_votes_that_push_a_partner_below_the_threshold(times: int) -> None:
    """Vote by vote, for every list: none has a seat more before the margin, and one has it with the margin."""
    partner_lost = 0
    for seed, document in elections(threshold_and_alliance, times):
        result = decided(document, random.Random(seed))
        seats, margin = result["seats_by_list"], between_lists(result)["margin"]
        enough: set[int] = set()
        for votes in range(1, 20 if margin is None else margin + 2):
            has_more = False
            for one in seats:
                after: Document = count_document(list_with(document, one, votes))
                has_more |= after["seats_by_list"][one] > seats[one]
            if has_more:
                enough.add(votes)
        assert min(enough, default=None) == margin, (seed, document)
        partner_lost += margin is not None and margin + 1 not in enough
    assert partner_lost > 0


def test_a_partner_that_drops_out_takes_the_seat_away_again() -> None:
    """A 1, B 4, C 5 together, D 10, E 1; 20 % of 21 is 4.2, so C's 5 stand alone against D's 10.

    Two more for B: 6 of 23 takes part, and 6 + 5 = 11 > 10. Four more: 8 of 25, C's 5 is just 20 %. Five more: C
    is below 20 % of 26, and B's 9 stand against 10. With seven more B has 11.
    """
    of = (one_list("A", 1), one_list("B", 4), one_list("C", 5), one_list("D", 10), one_list("E", 1))
    document = lists(1, *of, alliances=[["A", "B", "C"]], threshold="0.2")
    figures = between_lists(counted(document))
    assert (figures["best_without"]["id"], figures["margin"]) == ("B", 2)
    assert [counted(list_with(document, "B", votes))["seats_by_list"]["B"] for votes in (1, 2, 4, 5, 7)] == [
        0, 1, 1, 0, 1
    ]  # fmt: skip


def test_more_personal_votes_on_a_list() -> None:
    """The list's total and its seats unchanged: the votes were for the list, and are for the person now."""
    checked = {"KRVL § 85": 0, "KRVL § 86": 0}
    for seed in range(200):
        chance = random.Random(seed)
        own = [chance.randint(0, 4) for _ in range(chance.randint(1, 5))]
        order = chance.choice(["sideordnet", "partiliste"])
        votes = sum(own) + chance.randint(0, 12)
        document = lists(
            chance.randint(1, 4),
            one_list("A", votes, order),
            candidates=on_list("A", *own),
            substitutes={"order": "none"},
        )
        result = decided(document, chance)
        of_list = [one for one in told(result) if "list" in one["figures"]]
        rest = [one["id"] for one in document["candidates"] if one["id"] not in result["elected"]]
        assert len(of_list) == bool(rest)
        for step in of_list:
            margin = step["figures"]["margin"]
            (best,) = step["figures"].get("best_not_elected", [None])
            for more in range(1, votes - sum(own) + 1):
                for who in rest:
                    after: Document = count_document(person_with(document, who, more))
                    if margin is None or more < margin:
                        assert who not in after["elected"], (seed, who, more)
                    elif who == best:
                        assert who in after["elected"], (seed, who, more)
                        checked[step["cite"]] += 1
    assert all(number > 50 for number in checked.values())


def test_more_members_in_a_group() -> None:
    for seed, document in elections(make.groups_dhondt):
        result = decided(document, random.Random(seed))
        (step,) = told(result)
        margin, order = step["figures"]["margin"], result["choice_order"]
        if margin is None:
            assert len(document["groups"]) == 1
            continue
        best = step["figures"]["best_without"]["id"]

        def fewest(more: int, who: str, document: Document = document, seed: int = seed) -> int:
            """The places of the group with the worst luck."""
            changed = copy.deepcopy(document)
            for one in changed["groups"]:
                one["members"] += more * (one["id"] == who)
            choices: list[str] = decided(changed, random.Random(seed), who)["choice_order"]
            return choices.count(who)

        assert fewest(margin, best) > order.count(best)
        for one in document["groups"]:
            assert fewest(margin - 1, one["id"]) <= order.count(one["id"]), (seed, document)


def test_votes_for_another_in_a_round() -> None:
    """So many of the winner's votes moved to another: not elected in this round, or not without a lot. One fewer
    changes nothing."""
    checked = 0
    for _, document in elections(make.three_rounds, 1500):
        try:
            result: Document = count_document(document)
        except ValueError:
            continue
        if result["outcome"] != "decided":
            continue
        (step,) = told(result)
        (winner,) = result["elected"]
        held = document["rounds"][-1]["votes"]
        others = [one for one in held if one != winner]
        moved = step["figures"]["margin"]
        for more, same in ((moved, False), (moved - 1, True)):
            for other in others:
                changed = copy.deepcopy(document)
                round_now = changed["rounds"][-1]
                if step["figures"].get("only_one_received_votes"):
                    round_now["present"] += more
                else:
                    round_now["votes"][winner] -= more
                round_now["votes"][other] += more
                after: Document = count_document(changed)
                assert (after["outcome"] == "decided" and after["elected"] == [winner]) is same
                checked += 1
    assert checked > 200


def test_a_reserved_seat_or_an_open_one_whichever_is_nearer() -> None:
    """x has one seat: c1 with 10. c2 of x has 8; the open seat went to c3 with 9: 2 votes more, not 3, seat c2.

    Nobody else is left, so there is no margin of the group's own seat to tell.
    """
    result = counted(personal(2, [*people(10, 8, group="x"), *people(9, first=3)], reserved_seats={"x": 1}))
    (step,) = told(result)
    assert (step["cite"], step["figures"]["margin"]) == ("KRVL § 85", 2)
    assert step["text_da"] == (
        "Margin: Med 2 stemmer mere havde Kandidat 2 (8) fået den sidste plads, som gik til Kandidat 3 (9)."
        " Med 1 var der trukket lod."
    )
    assert step["text_en"] == (
        "Margin: with 2 more votes Kandidat 2 (8) would have had the last seat, which went to Kandidat 3 (9)."
        " With 1 a lot would have been drawn."
    )


def test_nobody_outside_the_groups_could_have_been_elected() -> None:
    """All seats are reserved for x, and c2 is not of x: no number of votes helps."""
    result = counted(personal(1, [*people(1, group="x"), *people(99, first=2)], reserved_seats={"x": 1}))
    assert margins(result) == [None]
    assert "forbeholdt andre grupper" in told(result)[0]["text_da"]


def test_the_votes_of_an_alliance_help_the_list_that_brings_them() -> None:
    """A 28 + B 18 = 46 against C 48, 3 seats: 48, 46, then 24 for C before 23. Inside A + B the one seat is A's.

    B against A needs 11 more. But 3 more make the alliance 49, and 49/2 = 24½ takes C's second seat: then A has 28
    and 14, B 21: the second is B's. So 3. With 2 more 48/2 = 48/2: a lot.
    """
    document = lists(3, one_list("A", 28), one_list("B", 18), one_list("C", 48), alliances=[["A", "B"]])
    result = counted(document)
    assert result["seats_by_list"] == {"A": 1, "B": 0, "C": 2}
    figures = between_lists(result)
    assert (figures["best_without"]["id"], figures["margin"], figures["lot_with"]) == ("B", 3, 2)
    assert figures["others_then"] == {"C": [1, 1]}
    assert told(result)[0]["text_da"] == (
        "Margin: Med 3 stemmer mere havde liste B (18) fået 1 plads i stedet for 0, liste C 1 i stedet for 2."
        " Med 2 var der trukket lod."
    )
    assert told(result)[0]["text_en"] == (
        "Margin: with 3 more votes list B (18) would have had 1 seat instead of 0, list C 1 instead of 2."
        " With 2 a lot would have been drawn."
    )


def test_a_list_just_below_the_threshold() -> None:
    """C has 49 of 1,000 and the threshold is 5 %: with 2 more, 51 of 1,002, it takes part, and 51 is 19th of 19.

    A 700/14 = 50, B 251/5 = 50.2: C's 51 comes before both. With 1 more, 50 of 1,001, it is still below.
    """
    of = (one_list("A", 700), one_list("B", 251), one_list("C", 49))
    figures = between_lists(counted(lists(19, *of, threshold="0.05")))
    assert (figures["best_without"]["id"], figures["margin"]) == ("C", 2)


def test_when_all_others_are_full_the_list_with_room_has_a_margin_too() -> None:
    """A 10 has three candidates and 2 seats (5), B 6 has one and is full: A needs (10 + 9)/3 > 6."""
    candidates = [*on_list("A", 4, 3, 2), *on_list("B", 1)]
    figures = between_lists(counted(lists(3, one_list("A", 10), one_list("B", 6), candidates=candidates)))
    assert (figures["best_without"]["id"], figures["margin"]) == ("A", 9)


def test_all_lists_are_full() -> None:
    candidates = [*on_list("A", 4), *on_list("B", 1)]
    assert margins(counted(lists(3, one_list("A", 10), one_list("B", 6), candidates=candidates))) == [None]


@pytest.mark.parametrize("drawn", [("A", "B"), ("B", "A")])
def test_whoever_lost_a_lot_lacked_one_vote(drawn: tuple[str, str]) -> None:
    figures = between_lists(counted(lists(1, one_list("A", 5), one_list("B", 5), lots=[lot(*drawn)])))
    assert (figures["best_without"]["id"], figures["margin"]) == (drawn[1], 1)
    assert figures["lot_with"] is None
