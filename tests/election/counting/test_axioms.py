"""What every fair count keeps, on random elections: order, scale and an extra vote change only what they may."""

from __future__ import annotations

import copy
import random
from fractions import Fraction
from typing import Any

import pytest

from election.counting.methods import count_document
from tests.election.counting import naive_counts
from tests.election.counting import random_elections as make

pytestmark = pytest.mark.slow

Document = dict[str, Any]
PERSONS = {"personal-votes": make.personal_votes, "block-vote": make.block_vote}
ALL = PERSONS | {"lists-dhondt": make.lists_dhondt, "groups-dhondt": make.groups_dhondt}
ELECTIONS = 250


def compared(result: Document) -> Document:
    """What is decided, without the order that means nothing."""
    wanted = result.get("lot_required")
    return {
        "outcome": result["outcome"],
        "elected": sorted(result.get("elected", [])),
        "seats": result.get("seats_by_list"),
        "order": result.get("choice_order"),
        "substitutes": result.get("substitutes"),
        "by_list": result.get("substitutes_by_list"),
        "lot": wanted and (wanted["for"], sorted(wanted["among"]), wanted["places"]),
    }


@pytest.mark.parametrize("method", ALL)
def test_the_order_of_the_input_means_nothing(method: str) -> None:
    """But on a party list, whose order is the list's own; and which of several lots comes first."""
    for seed in range(ELECTIONS):
        chance = random.Random(seed)
        document = ALL[method](chance) | ({} if method == "groups-dhondt" else {"substitutes": {"order": "none"}})
        for one in document.get("lists", []):
            one["order"] = "sideordnet"
        mixed = copy.deepcopy(document)
        for key in ("candidates", "lists", "ballots", "groups"):
            if key in mixed:
                chance.shuffle(mixed[key])
        for ballot in mixed.get("ballots", []):
            chance.shuffle(ballot["ranking"])
        one, other = compared(count_document(document)), compared(count_document(mixed))
        if method == "lists-dhondt":
            del one["lot"], other["lot"]
        assert one == other, (seed, document)


@pytest.mark.parametrize("method", ALL)
@pytest.mark.parametrize("factor", [2, 7, 10**9 + 7])
def test_so_many_times_the_votes_give_the_same(method: str, factor: int) -> None:
    """Nothing is rounded: only the distribution figure of a party list is the next whole number."""
    for seed in range(ELECTIONS // 2):
        document = ALL[method](random.Random(seed))
        for one in document.get("lists", []):
            one["order"] = "sideordnet"
        scaled = copy.deepcopy(document)
        for key, number in (
            ("candidates", "votes"),
            ("lists", "votes"),
            ("groups", "members"),
            ("ballots", "count"),
        ):
            for one in scaled.get(key, []):
                if number in one:
                    one[number] *= factor
        assert compared(count_document(document)) == compared(count_document(scaled)), (seed, document)


@pytest.mark.parametrize("method", PERSONS)
def test_one_more_vote_harms_nobody_who_gets_it(method: str) -> None:
    """Whoever is beyond dispute stays so; whoever might be elected by lot is not out."""
    for seed in range(ELECTIONS):
        document = PERSONS[method](random.Random(seed)) | {"substitutes": {"order": "none"}}
        before: Document = count_document(document)
        for position, one in enumerate(document["candidates"]):
            more = copy.deepcopy(document)
            if method == "block-vote":
                more |= {"min_crosses": 0, "max_crosses": 5}
                before = count_document(document | {"min_crosses": 0, "max_crosses": 5})
                more["ballots"].append({"count": 1, "ranking": [one["id"]]})
            else:
                more["candidates"][position]["votes"] += 1
            after: Document = count_document(more)
            if one["id"] in before["elected"]:
                assert one["id"] in after["elected"], (seed, one, document)
            wanted = before.get("lot_required", {"among": [], "for": ""})
            if wanted["for"] == "seat" and one["id"] in wanted["among"]:
                assert one["id"] in after["elected"], (seed, one, document)


def test_one_more_vote_harms_no_list_that_gets_it() -> None:
    for seed in range(ELECTIONS):
        document = make.lists_dhondt(random.Random(seed)) | {"substitutes": {"order": "none"}}
        before: Document = count_document(document)
        for position, one in enumerate(document["lists"]):
            more = copy.deepcopy(document)
            more["lists"][position]["votes"] += 1
            after: Document = count_document(more)
            assert after["seats_by_list"][one["id"]] >= before["seats_by_list"][one["id"]], (seed, document)


@pytest.mark.parametrize("method", ["personal-votes", "block-vote", "groups-dhondt", "lists-dhondt"])
def test_only_equals_draw(method: str) -> None:
    """Equal votes, or equal quotients where the lot falls."""
    asked = 0
    for seed in range(ELECTIONS):
        document = ALL[method](random.Random(seed))
        result: Document = count_document(document)
        if result["outcome"] != "lot-required":
            continue
        asked += 1
        wanted = result["lot_required"]
        values = {_worth(one, wanted["for"], document, result) for one in wanted["among"]}
        assert len(values) == 1 < len(wanted["among"]), (seed, document)
    assert asked > 20


def _worth(one: str, purpose: str, document: Document, result: Document) -> Fraction:
    if purpose == "choice-order":
        members = {group["id"]: group["members"] for group in document["groups"]}
        return Fraction(members[one], result["choice_order"].count(one) + 1)
    if purpose == "list-seat":
        votes = {each["id"]: each["votes"] for each in document["lists"]}
        share = Fraction(document["threshold"]) * sum(votes.values())
        parts = [part for part in one.split("+") if votes[part] >= share]
        together = {"+".join(each["lists"]): each["seats"] for each in result.get("seats_by_alliance", [])}
        seats = {**result["seats_by_list"], **together}[one]
        return Fraction(sum(votes[part] for part in parts), seats + 1)
    counted = naive_counts.papers_counted(document) if document["method"] == "block-vote" else document
    return Fraction(next(each["votes"] for each in counted["candidates"] if each["id"] == one))
