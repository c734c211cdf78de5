"""Each method against the naive referee over very many random elections full of ties; no difference is allowed.

Every lot the count asks for is drawn by one order of luck, the same that the referee has: seats, order of choice
and substitutes must then be the same. That a lot is asked for exactly when it decides is held by the tests that
try all luck. A short run each time, 100,000 elections a method at night.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from election.counting.methods import BadInput, count_document
from tests.election.counting import naive_counts, naive_posts
from tests.election.counting import random_elections as make

Document = dict[str, Any]
SHORT = 150
NIGHTLY = 100_000


def with_luck(document: Document, luck: Sequence[str]) -> Document:
    """The end of the count, every lot drawn by this order of luck. Only equals draw, and no lot is left over."""
    lots: list[Document] = []
    for turn in range(60):
        result: Document = count_document(document | {"lots": lots})
        if result["outcome"] != "lot-required":
            assert result["unused_lots"] == []
            return result
        wanted = result["lot_required"]
        drawn = sorted(wanted["among"], key=lambda one: min(luck.index(part) for part in one.split("+")))
        assert len(drawn) > 1
        assert 1 <= wanted["places"] <= len(drawn)
        assert not set(drawn) & set(result.get("elected", ()))
        names_all = wanted["for"] == "substitute-order" or turn % 2
        lots.append({"among": wanted["among"], "drawn": drawn if names_all else drawn[: wanted["places"]]})
    raise AssertionError("the lots never end")


def luck_of(ids: Sequence[str], chance: random.Random) -> list[str]:
    return chance.sample(ids, len(ids))


def same_persons(document: Document, chance: random.Random) -> None:
    luck = luck_of([one["id"] for one in document["candidates"]], chance)
    found = with_luck(document, luck)
    with_votes = document
    if document["method"] == "block-vote":
        with_votes = naive_counts.papers_counted(document)
        assert found["invalid_ballots"] == with_votes["invalid"]
    elected = naive_counts.seats_by_votes(with_votes, luck)
    assert sorted(found["elected"]) == sorted(elected)
    assert found["substitutes"] == naive_counts.substitutes_by_votes(with_votes, elected, luck)
    assert len(elected) + sum(found["vacant"].values()) == document["seats"]


def same_lists(document: Document, chance: random.Random) -> None:
    people = [one["id"] for one in document.get("candidates", [])]
    luck = luck_of([one["id"] for one in document["lists"]], chance) + luck_of(people, chance)
    found = with_luck(document, luck)
    seats = naive_counts.seats_of_lists(document, luck)
    assert found["seats_by_list"] == seats
    if people:
        assert set(found["elected"]) == naive_counts.elected_on_lists(document, luck)
        assert len(found["elected"]) + found["vacant"]["open"] == document["seats"]
        assert found["substitutes_by_list"] == naive_counts.substitutes_on_lists(document, luck)


def same_rounds(document: Document, chance: random.Random) -> None:
    luck = luck_of(make.PEOPLE[:4], chance)
    try:
        what, who, final = naive_posts.rounds(document, luck)
    except naive_posts.CannotBe:
        with pytest.raises(BadInput):
            with_luck(document, luck)
        return
    found = with_luck(document, luck)
    if what == "elected":
        assert found["elected"] == [who]
    else:
        assert found["next_round"]["number"] == who
        assert set(found["next_round"]["between"]) == (final or set(make.PEOPLE[:4]))


def same_choices(document: Document, chance: random.Random) -> None:
    members = {one["id"]: one["members"] for one in document["groups"]}
    luck = luck_of(list(members), chance)
    assert with_luck(document, luck)["choice_order"] == naive_posts.choices(members, document["seats"], luck)


METHODS: dict[str, tuple[Callable[[random.Random], Document], Callable[[Document, random.Random], None]]] = {
    "personal-votes": (make.personal_votes, same_persons),
    "block-vote": (make.block_vote, same_persons),
    "lists-dhondt": (make.lists_dhondt, same_lists),
    "majority-three-rounds": (make.three_rounds, same_rounds),
    "groups-dhondt": (make.groups_dhondt, same_choices),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("times", [SHORT, pytest.param(NIGHTLY, marks=pytest.mark.nightly)])
def test_no_election_differs_from_the_referees(method: str, times: int) -> None:
    made, compared = METHODS[method]
    for seed in range(times):
        chance = random.Random(seed)
        document = made(chance)
        try:
            compared(document, chance)
        except AssertionError as difference:
            raise AssertionError(f"seed {seed}: {document}") from difference
