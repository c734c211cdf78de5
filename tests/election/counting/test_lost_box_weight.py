"""Whether lost papers could have changed who is elected: held against every way to mark them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, combinations, combinations_with_replacement
from typing import Any

import pytest

from election.counting.lost_box_weight import could_change, without
from election.counting.methods import count_document
from tests.election.counting.documents import lists, on_list, one_list, people, personal
from tests.election.counting.random_elections import personal_votes

Document = dict[str, Any]
Paper = tuple[str, ...]


def papers_of(document: Document, least: int, most: int) -> list[Paper]:
    """Every way to mark one paper, and the blank one. A paper for a person of a list is for the list too."""
    if "lists" in document:
        persons: list[Paper] = [(one["id"], one["list"]) for one in document["candidates"]]
        return [(), *persons, *((one["id"],) for one in document["lists"])]
    ids = [one["id"] for one in document["candidates"]]
    return [(), *chain.from_iterable(combinations(ids, crosses) for crosses in range(least, most + 1))]


Outcome = tuple[frozenset[str], frozenset[str]]
"""Who is elected for certain, and between whom a lot is drawn."""


def outcome(document: Document) -> Outcome:
    found: Document = count_document(document)
    return frozenset(found["elected"]), frozenset(found.get("lot_required", {}).get("among", ()))


def every_outcome(document: Document, papers: int, ways: Sequence[Paper]) -> Iterator[Outcome]:
    for marked in combinations_with_replacement(ways, papers):
        more = Counter(chain.from_iterable(marked))
        yield outcome(
            document
            | {
                rows: [one | {"votes": one["votes"] + more[one["id"]]} for one in document[rows]]
                for rows in ("candidates", "lists")
                if rows in document
            }
        )


def truth(document: Document, papers: int, least: int = 1, most: int = 1) -> bool:
    """Whether it matters how they were marked: somebody else comes in, or a lot is drawn, or is not."""
    return len(set(every_outcome(document, papers, papers_of(document, least, most)))) > 1


NO_QUEUE: Document = {"order": "none"}


@pytest.mark.slow
@pytest.mark.parametrize("times", [60, pytest.param(300, marks=pytest.mark.nightly)])
@pytest.mark.parametrize(("least", "most"), [(1, 1), (1, 2), (1, 3), (2, 2), (2, 3), (3, 3)])
def test_persons_with_one_cross_and_with_several(least: int, most: int, times: int) -> None:
    """Reserved seats, open ones, ties, several crosses: what is told is what some marking of the papers shows."""
    told: Counter[bool] = Counter()
    for seed in range(times):
        chance = random.Random(seed)
        document = personal_votes(chance) | {"substitutes": NO_QUEUE}
        if len(document["candidates"]) < most:
            continue
        for one in document["candidates"]:
            one["votes"] += chance.choice([0, 0, 1, 2, 4])
        papers = chance.randint(1, 3)
        found = could_change(document, papers, least)
        assert found is truth(document, papers, least, most), (seed, papers, document)
        told[found] += 1
    assert min(told[True], told[False]) > times // 15


def random_lists(chance: random.Random) -> Document:
    document = lists(
        chance.randint(1, 4),
        substitutes=NO_QUEUE,
        alliances=chance.choice([[], [], [["A", "B"]], [["A", "C"]]]),
        threshold=chance.choice(["0", "0", "0.1", "0.25"]),
    )
    document["lists"], document["candidates"] = [], []
    for one in "ABC":
        own = [chance.choice([0, 1, 2, 5]) for _ in range(chance.randint(1, 3))]
        document["candidates"] += on_list(one, *own)
        order = chance.choice(["sideordnet", "sideordnet", "partiliste"])
        document["lists"].append(one_list(one, sum(own) + chance.choice([0, 1, 4, 9]), order))
    return document


@pytest.mark.slow
@pytest.mark.parametrize("times", [180, pytest.param(900, marks=pytest.mark.nightly)])
def test_lists_alliances_thresholds_and_party_lists(times: int) -> None:
    """Never yes without an example, and never no where there is one."""
    told: Counter[tuple[bool | None, bool]] = Counter()
    for seed in range(times):
        chance = random.Random(seed)
        document, papers = random_lists(chance), chance.randint(1, 2)
        found = could_change(document, papers)
        right = truth(document, papers)
        assert found is None or found is right, (seed, papers, document)
        told[found, right] += 1
    assert told[True, True] > times // 9
    assert told[False, False] > times // 30
    assert told[None, False] > 0


def test_one_paper_fewer_than_the_margin_brings_a_lot() -> None:
    """10 and 8 for one seat: with 3 more the other is elected, with 2 a lot is drawn, with 1 nothing happens."""
    document = personal(1, people(10, 8))
    assert [could_change(document, papers) for papers in (0, 1, 2, 3)] == [False, False, True, True]


def test_where_a_lot_is_asked_for_one_paper_is_enough() -> None:
    assert could_change(personal(1, people(5, 5)), 1) is True
    assert could_change(personal(1, people(5, 5)), 0) is False


def test_a_tie_behind_the_elected_gives_the_papers_no_weight() -> None:
    """9 for the one seat, 1 and 1 for substitutes: five papers reach neither 9."""
    assert could_change(personal(1, people(9, 1, 1)), 5) is False


def test_papers_that_must_have_a_cross_at_everybody_change_nothing() -> None:
    assert could_change(personal(1, people(5, 4)), 9, least_crosses=2) is False
    assert could_change(personal(1, people(5, 4, 0)), 9, least_crosses=2) is True


def test_a_party_list_whose_order_can_turn() -> None:
    """18 votes, one seat, distribution figure 10: a has 10. Five more for b: the figure is 12, b has 13."""
    document = lists(1, one_list("A", 18, "partiliste"), candidates=on_list("A", 10, 8))
    assert could_change(document, 5) is True
    assert could_change(document, 1) is None


def test_a_list_that_others_can_push_below_the_threshold() -> None:
    """C has 10 of 100 and takes part at 10 %. One more vote for anybody else, and it does not."""
    of = (one_list("A", 60), one_list("B", 30), one_list("C", 10))
    candidates = [*on_list("A", 60), *on_list("B", 30), *on_list("C", 10)]
    document = lists(2, *of, candidates=candidates, threshold="0.1")
    assert could_change(document, 1) is None
    assert could_change(document | {"threshold": "0"}, 1) is False


def test_some_of_the_papers_may_do_what_all_of_them_do_not() -> None:
    """A 5, B 7 together, C 14, 25 %: with two for A both take part, and 14 meets 14. With three B is out."""
    of = (one_list("A", 5), one_list("B", 7), one_list("C", 14))
    candidates = [*on_list("A", 5), *on_list("B", 7), *on_list("C", 14)]
    document = lists(1, *of, candidates=candidates, threshold="0.25", alliances=[["A", "B"]])
    document |= {"substitutes": NO_QUEUE}
    assert truth(document, 3) is True
    assert could_change(document, 2) is True
    assert could_change(document, 3) is None


def test_when_all_are_elected_no_paper_weighs_anything() -> None:
    assert could_change(personal(3, people(1, 0)), 99) is False


def test_what_was_counted_once_is_taken_out_of_persons_and_of_their_lists() -> None:
    document = lists(1, one_list("A", 9), one_list("B", 7), candidates=[*on_list("A", 3, 2), *on_list("B", 7)])
    rest = without(document, {"A1": 1, "A2": 2, "list:A": 3, "B1": 5, "blank": 8, "in_box": 19})
    assert [one["votes"] for one in rest["candidates"]] == [2, 0, 2]
    assert [one["votes"] for one in rest["lists"]] == [3, 2]
    assert [one["votes"] for one in document["lists"]] == [9, 7]
