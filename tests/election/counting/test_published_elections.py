"""Elections that others held and counted: seats per list by D'Hondt, and one tie that must stop the count."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from election.counting.methods import count_document
from tests.election.counting.adapters.published_elections import FOLDER, as_contract, cases, expected

NUMBER_OF_CASES = 7
needs_elections = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason=f"{NUMBER_OF_CASES} published elections skipped: ../shared/data/elections is absent",
)


@needs_elections
def test_no_published_election_is_forgotten() -> None:
    assert len(cases("dhondt-", "openlist-", "tie-")) >= NUMBER_OF_CASES


@needs_elections
@pytest.mark.parametrize("case", cases("dhondt-", "openlist-"))
def test_the_published_seats(case: str) -> None:
    result: Any = count_document(as_contract(case))
    official = expected(case)
    assert result["outcome"] == "decided"
    assert {one: seats for one, seats in result["seats_by_list"].items() if seats} == {
        one: seats for one, seats in official["seats"].items() if seats
    }
    assert result["steps"]


@needs_elections
@pytest.mark.parametrize("case", cases("tie-"))
def test_the_tie_stops_the_count_and_any_lot_ends_it(case: str) -> None:
    """500 and five times 140 votes, 23 seats: 20 are certain, then 140/3 five times for three places."""
    document, official = as_contract(case), expected(case)
    result: Any = count_document(document)
    (wanted,) = official["lots_needed"]
    assert result["outcome"] == "lot-required"
    assert result["seats_by_list"] == official["undisputed_seats"]
    assert result["lot_required"] == {
        "for": "list-seat",
        "among": wanted["candidates"],
        "places": wanted["draw"],
        "cite": "KRVL § 81(2)",
    }
    for drawn in combinations(wanted["candidates"], wanted["draw"]):
        after: Any = count_document(document | {"lots": [{"among": wanted["candidates"], "drawn": list(drawn)}]})
        assert after["outcome"] == "decided"
        assert after["seats_by_list"] == {
            one: seats + (one in drawn) for one, seats in official["undisputed_seats"].items()
        }
