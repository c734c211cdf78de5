"""The count against a naive second counter, for all luck; and the axioms every such count must keep."""

from __future__ import annotations

import random
from itertools import permutations
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from election.counting.methods import count_document
from tests.election.counting import naive_counts as naive

pytestmark = pytest.mark.slow

Document = dict[str, Any]
PEOPLE = ("a", "b", "c", "d", "e")


@st.composite
def personal_votes(draw: st.DrawFn) -> Document:
    """Up to five candidates with few votes, so that ties are the normal case."""
    ids = PEOPLE[: draw(st.integers(1, 5))]
    groups = st.sampled_from(["x", "y", None])
    people = []
    for one in ids:
        person: Document = {"id": one, "name": one.upper(), "votes": draw(st.integers(0, 3))}
        group = draw(groups)
        people.append(person if group is None else person | {"group": group})
    reserved = {"x": draw(st.integers(0, 2)), "y": draw(st.integers(0, 2))}
    most = draw(st.sampled_from([None, 0, 1, 2]))
    return {
        "method": "personal-votes",
        "seats": max(1, sum(reserved.values())) + draw(st.integers(0, 2)),
        "candidates": people,
        "reserved_seats": reserved,
        "unfilled_reserved": draw(st.sampled_from(["vacant", "open"])),
        "substitutes": {"order": "votes"} | ({} if most is None else {"max": most}),
    }


@st.composite
def list_elections(draw: st.DrawFn, with_people: bool = True) -> Document:
    """Two to four lists, sometimes allied, few votes."""
    ids = "ABCD"[: draw(st.integers(2, 4))]
    lists: list[Document] = []
    people: list[Document] = []
    for one in ids:
        own = draw(st.lists(st.integers(0, 2), max_size=3)) if with_people else []
        people.extend({"id": f"{one}{i}", "name": f"{one}{i}", "votes": v, "list": one} for i, v in enumerate(own))
        order = draw(st.sampled_from(["sideordnet", "partiliste"]))
        lists.append({"id": one, "name": one, "votes": sum(own) + draw(st.integers(0, 5)), "order": order})
    alliances = draw(st.sampled_from([[], [["A", "B"]], [["B", "A"]]]))
    document = {"method": "lists-dhondt", "seats": draw(st.integers(1, 5)), "lists": lists, "alliances": alliances}
    document["threshold"] = draw(st.sampled_from(["0", "0.2"]))
    document["substitutes"] = {"order": "none"}
    if with_people:
        assume(people)
        document["candidates"] = people
    return document


def draw_all_lots(document: Document, chance: random.Random) -> Document:
    """Answer every lot the count asks for; at most as many as there are people and lists."""
    lots: list[Document] = []
    for _ in range(2 * len(document.get("candidates", [])) + len(document.get("lists", [])) + 1):
        result = count_document(document | {"lots": lots})
        if result["outcome"] == "decided":
            return result
        wanted: Any = result["lot_required"]
        drawn = chance.sample(wanted["among"], len(wanted["among"]))
        full = wanted["for"] == "substitute-order" or chance.random() < 0.5
        lots.append({"among": wanted["among"], "drawn": drawn if full else drawn[: wanted["places"]]})
    raise AssertionError("the lots never end")


@settings(max_examples=300, deadline=None)
@given(personal_votes())
def test_a_lot_is_asked_for_exactly_when_luck_decides(document: Document) -> None:
    """All orders of luck: one outcome means no lot; several mean the right lot, and what they share is certain."""
    every_luck = list(permutations([p["id"] for p in document["candidates"]]))
    outcomes = [naive.seats_by_votes(document, luck) for luck in every_luck]
    queues = {
        tuple(naive.substitutes_by_votes(document, won, luck))
        for won, luck in zip(outcomes, every_luck, strict=True)
    }
    elected = {frozenset(won) for won in outcomes}
    result: Any = count_document(document)
    if len(elected) > 1:
        assert result["lot_required"]["for"] == "seat"
        assert set(result["elected"]) == frozenset.intersection(*elected)
    elif len(queues) > 1:
        assert result["lot_required"]["for"] == "substitute-order"
        assert {frozenset(result["elected"])} == elected
    else:
        assert result["outcome"] == "decided"
        assert {frozenset(result["elected"])} == elected
        assert {tuple(result["substitutes"])} == queues
    if "lot_required" in result:
        votes = {p["id"]: p["votes"] for p in document["candidates"]}
        among = result["lot_required"]["among"]
        assert len({votes[one] for one in among}) == 1
        assert result["lot_required"]["places"] < len(among) or result["lot_required"]["for"] == "substitute-order"
        assert len(set(among) & set(result["elected"])) == 0


@settings(max_examples=200, deadline=None)
@given(personal_votes(), st.integers(0, 5))
def test_lots_come_to_an_end_and_give_an_outcome_some_luck_gives(document: Document, seed: int) -> None:
    result: Any = draw_all_lots(document, random.Random(seed))
    possible = {
        frozenset(naive.seats_by_votes(document, luck))
        for luck in permutations([p["id"] for p in document["candidates"]])
    }
    assert frozenset(result["elected"]) in possible
    assert not result["unused_lots"]
    seats = len(result["elected"]) + sum(result["vacant"].values())
    assert seats == document["seats"]


@settings(max_examples=150, deadline=None)
@given(personal_votes(), st.randoms(use_true_random=False))
def test_neither_name_nor_place_on_the_paper_helps(document: Document, chance: random.Random) -> None:
    """Anonymity: the same candidates in another order give the same certain outcome and the same lot."""
    people = list(document["candidates"])
    chance.shuffle(people)
    one: Any = count_document(document)
    other: Any = count_document(document | {"candidates": people})
    assert one["outcome"] == other["outcome"]
    assert set(one["elected"]) == set(other["elected"])
    if one["outcome"] == "lot-required":
        assert set(one["lot_required"]["among"]) == set(other["lot_required"]["among"])
        assert one["lot_required"]["places"] == other["lot_required"]["places"]


@settings(max_examples=200, deadline=None)
@given(list_elections(with_people=False))
def test_seats_of_lists_for_all_luck(document: Document) -> None:
    outcomes = [
        naive.seats_of_lists(document, luck) for luck in permutations([one["id"] for one in document["lists"]])
    ]
    result: Any = count_document(document)
    certain = {one: min(seats[one] for seats in outcomes) for one in outcomes[0]}
    assert result["seats_by_list"] == certain
    assert (result["outcome"] == "decided") == all(seats == outcomes[0] for seats in outcomes)


@settings(max_examples=150, deadline=None)
@given(list_elections())
def test_candidates_of_lists_for_all_luck(document: Document) -> None:
    """Whoever is elected with the worst luck of all is beyond dispute, and nobody else."""
    lists, people = [one["id"] for one in document["lists"]], [p["id"] for p in document["candidates"]]
    worst = [[*(other for other in people if other != one), one] for one in people]
    outcomes = [
        frozenset(naive.elected_on_lists(document, [*luck, *order]))
        for luck in permutations(lists)
        for order in worst
    ]
    result: Any = count_document(document)
    if result["outcome"] == "decided":
        assert set(outcomes) == {frozenset(result["elected"])}
        assert len(result["elected"]) + result["vacant"]["open"] == document["seats"]
        assert sum(result["seats_by_list"].values()) == len(result["elected"])
    else:
        assert len(set(outcomes)) > 1
        assert set(result["elected"]) == frozenset.intersection(*outcomes)


@settings(max_examples=150, deadline=None)
@given(list_elections(), st.integers(0, 5))
def test_lots_of_lists_come_to_an_end(document: Document, seed: int) -> None:
    result: Any = draw_all_lots(document | {"substitutes": {"order": "per-list"}}, random.Random(seed))
    assert len(result["elected"]) + result["vacant"]["open"] == document["seats"]
    named = [*result["elected"], *(one for queue in result["substitutes_by_list"].values() for one in queue)]
    assert sorted(named) == sorted(p["id"] for p in document["candidates"])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 10**12), min_size=2, max_size=6, unique=True), st.integers(1, 40))
def test_one_seat_more_takes_a_seat_from_nobody(votes: list[int], seats: int) -> None:
    """House monotonicity of D'Hondt, and the same totals as one division at a time."""
    lists = [{"id": str(i), "name": str(i), "votes": v} for i, v in enumerate(votes)]
    document = {"method": "lists-dhondt", "lists": lists}
    fewer: Any = count_document(document | {"seats": seats})
    more: Any = count_document(document | {"seats": seats + 1})
    assume(fewer["outcome"] == more["outcome"] == "decided")
    assert all(more["seats_by_list"][one] >= number for one, number in fewer["seats_by_list"].items())
    assert sum(more["seats_by_list"].values()) == seats + 1
    luck = [str(i) for i in range(len(votes))]
    assert fewer["seats_by_list"] == naive.seats_of_lists(document | {"seats": seats}, luck)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.sets(st.sampled_from(PEOPLE))), max_size=6), st.integers(1, 3))
def test_papers_are_added_up_cross_by_cross(papers: list[tuple[int, set[str]]], most: int) -> None:
    ballots = [{"count": n, "ranking": sorted(crosses)} for n, crosses in papers]
    people = [{"id": one, "name": one} for one in PEOPLE]
    result: Any = count_document(
        {"method": "block-vote", "seats": 5, "candidates": people, "ballots": ballots, "max_crosses": most}
    )
    valid = [(n, crosses) for n, crosses in papers if 1 <= len(crosses) <= most]
    figures = next(step["figures"] for step in result["steps"] if "votes" in step["figures"])
    assert figures["votes"] == {one: sum(n for n, crosses in valid if one in crosses) for one in PEOPLE}
    assert result["invalid_ballots"] == sum(n for n, _ in papers) - sum(n for n, _ in valid)
