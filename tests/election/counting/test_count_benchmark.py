"""The benchmark of the count measures both sides in one run and checks that they agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scripts.benchmarks import count as benchmark
from scripts.benchmarks import peers


@pytest.mark.parametrize("rule", ["dhondt", "block"])
def test_both_sides_are_measured_and_agree(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark, "SHORTEST_ROUND_S", 0.001)
    said: list[str] = []
    result: Any = benchmark.run(rule, 200, 7, 2, said.append, with_peers=False)
    assert result["ok"] is True
    assert list(result["by_n"]) == ["2", "20", "200"]
    assert isinstance(result["exponent"], float)
    for name, why in result["skipped"].items():
        assert f"{name} is skipped: {why}" in said
    assert result["invariants"] == {"result_equal": True}
    assert result["ref"]["name"]
    for key in ("us", "ref", "ratio"):
        assert 0 < result[key]["min"] <= result[key]["median"] <= result[key]["max"]


def test_a_rule_without_benchmark() -> None:
    with pytest.raises(ValueError, match="borda"):
        benchmark.run("borda", 1, 1, 1, print, with_peers=False)


def test_peers_that_cannot_be_installed_are_named_and_nothing_stops(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A list of packages with a hash that is not theirs: pip refuses, and the bench says so."""
    wanted = tmp_path / "peers.txt"
    wanted.write_text("no-such-package-of-the-bench @ file:///nowhere.whl --hash=sha256:00\n", encoding="utf-8")
    monkeypatch.setattr(peers, "WANTED", wanted)
    monkeypatch.setattr(peers, "FOLDER", tmp_path / "peers")
    trouble = peers.install()
    assert trouble
    assert "\n" not in trouble
    assert not (tmp_path / "peers" / "installed").exists()
