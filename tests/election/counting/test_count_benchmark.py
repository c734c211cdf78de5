"""The benchmark of the count measures both sides in one run and checks that they agree."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.benchmarks import count as benchmark


@pytest.mark.parametrize("rule", ["dhondt", "block"])
def test_both_sides_are_measured_and_agree(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark, "SHORTEST_ROUND_S", 0.001)
    result: Any = benchmark.run(rule, 200, 7, 2)
    assert result["ok"] is True
    assert result["invariants"] == {"result_equal": True}
    assert result["ref"]["name"]
    for key in ("us", "ref", "ratio"):
        assert 0 < result[key]["min"] <= result[key]["median"] <= result[key]["max"]


def test_a_rule_without_benchmark() -> None:
    with pytest.raises(ValueError, match="borda"):
        benchmark.run("borda", 1, 1, 1)
