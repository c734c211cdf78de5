"""Elections that others held and counted: seats per list by D'Hondt, and one tie that must stop the count."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from election.counting.__main__ import main
from tests.election.counting.adapters.published_elections import FOLDER, as_contract, cases, expected

NUMBER_OF_CASES = 7
needs_elections = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason=f"{NUMBER_OF_CASES} published elections skipped: ../shared/data/elections is absent",
)


Count = Callable[[object], tuple[int, dict[str, Any]]]


@pytest.fixture
def count(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Count:
    """What `python -m election.counting FILE` answers: its exit code and its document."""

    def run(document: object) -> tuple[int, dict[str, Any]]:
        path = tmp_path / "count.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        code = main([str(path)])
        return code, json.loads(capfdbinary.readouterr().out)

    return run


@needs_elections
def test_no_published_election_is_forgotten() -> None:
    assert len(cases("dhondt-", "openlist-", "tie-")) >= NUMBER_OF_CASES


@needs_elections
@pytest.mark.parametrize("case", cases("dhondt-", "openlist-"))
def test_the_published_seats(case: str, count: Count) -> None:
    code, result = count(as_contract(case))
    official = expected(case)
    assert (code, result["outcome"]) == (0, "decided")
    assert {one: seats for one, seats in result["seats_by_list"].items() if seats} == {
        one: seats for one, seats in official["seats"].items() if seats
    }
    assert result["steps"]


@needs_elections
@pytest.mark.parametrize("case", cases("tie-"))
def test_the_tie_stops_the_count_and_any_lot_ends_it(case: str, count: Count) -> None:
    """500 and five times 140 votes, 23 seats: 20 are certain, then 140/3 five times for three places."""
    document, official = as_contract(case), expected(case)
    code, result = count(document)
    (wanted,) = official["lots_needed"]
    assert (code, result["outcome"]) == (3, "lot-required")
    assert result["seats_by_list"] == official["undisputed_seats"]
    assert result["lot_required"] == {
        "for": "list-seat",
        "among": wanted["candidates"],
        "places": wanted["draw"],
        "cite": "KRVL § 81(2)",
    }
    for drawn in combinations(wanted["candidates"], wanted["draw"]):
        code, after = count(document | {"lots": [{"among": wanted["candidates"], "drawn": list(drawn)}]})
        assert (code, after["outcome"]) == (0, "decided")
        assert after["seats_by_list"] == {
            one: seats + (one in drawn) for one, seats in official["undisputed_seats"].items()
        }
