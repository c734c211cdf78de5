"""`scripts/bench`: one JSON object on standard output, and the invariants of whatever was measured."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from typing import Any

import pytest
from click.testing import CliRunner

from registry.configuration import ROOT
from scripts.benchmarks.__main__ import main


def _bench(*arguments: str) -> dict[str, Any]:
    """What stands on standard output, which must be one JSON object and nothing else."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts.benchmarks", *arguments, "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if "no PostgreSQL here" in done.stderr:
        pytest.skip("NO POSTGRESQL on this machine: check-in was measured on SQLite only")
    assert done.returncode == 0, done.stderr
    return _one_object(done.stdout)


def _bench_here(*arguments: str) -> dict[str, Any]:
    """The same in this process, for what starts no others: a program takes seconds to start."""
    done = CliRunner().invoke(main, [*arguments, "--json"])
    assert done.exit_code == 0, done.output
    return _one_object(done.stdout)


def _one_object(stdout: str) -> dict[str, Any]:
    found = json.loads(stdout)
    assert isinstance(found, dict)
    return found


def _demand_shape(found: dict[str, Any]) -> None:
    assert {"bench", "n", "seed", "rounds", "versions", "host", "invariants", "ok", "peak_rss_mb"} <= found.keys()
    assert {"cpu", "fsync_us_p50"} <= found["host"].keys()
    assert found["us"]["unit"]
    assert found["ref"]["name"]
    for figures in (found["us"], found["ref"], found["ratio"]):
        assert 0 < figures["min"] <= figures["median"] <= figures["max"]
    assert found["peak_rss_mb"] > 0
    assert found["ok"] is True


@pytest.mark.parametrize(("rule", "number"), [("dhondt", "50"), ("block", "200")])
@pytest.mark.slow
def test_the_count_is_measured_beside_a_reference_with_the_same_result(rule: str, number: str) -> None:
    found = _bench_here("count", "--rule", rule, "--n", number, "--rounds", "2", "--no-peers")
    _demand_shape(found)
    assert (found["bench"], found["n"], found["rounds"]) == (f"count {rule}", int(number), 2)
    assert found["invariants"]["result_equal"] is True


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_four_desks_and_sixty_voters_of_whom_thirty_are_sent_twice(database: str) -> None:
    """60 voters: 60 + 30 = 90 attempts, a third of them repeats. 60 are admitted, once each.

    Of the 30 repeats 7 are double clicks (every eighth voter), which are told the same; 23 are refused. PostgreSQL
    has a second round that does not wait for the disk: 2 × 30 voters, of whom 2 × 3 are sent twice by one desk.
    """
    found = _bench("checkin", "--db", database, "--n", "60", "--rounds", "1", "--clients", "4", "--round-s", "60")
    _demand_shape(found)
    truth, refused = found["invariants"], 23 if database == "sqlite" else 24
    assert truth["admitted_voters"] == truth["log_entries"] == truth["distinct_voters"] == 60
    assert (truth["attempts"], truth["attempts_refused"], truth["attempts_failed"]) == (90, refused, 0)
    assert truth["double_issues"] == 0
    assert truth["share_of_repeats"] >= 0.3
    assert truth["chains_hold"] is True
    assert found["us"]["ms"]["p50"] <= found["us"]["ms"]["p99"] <= found["us"]["ms"]["worst"]
    assert found["us"]["admissions_per_s"]["median"] < found["us"]["median"]
    assert set(found["floors"]) == ({"ratio", "worst_ms"} if database == "sqlite" else {"ratio", "p99_to_ref"})
    assert found["by_clients"].keys() == {"4"}
    assert ("cpu" in found) == (database == "postgresql")


def test_desks_that_are_no_numbers_are_an_error_and_no_figure() -> None:
    done = CliRunner().invoke(main, ["checkin", "--clients", "1,many"])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "'1,many' is no list of numbers" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_every_resident_comes_in_once_and_the_bare_database_holds_the_same_rows(database: str) -> None:
    """200 residents in two rounds: the second begins with empty tables like the first."""
    found = _bench("import", "--db", database, "--n", "200", "--rounds", "2")
    _demand_shape(found)
    truth = found["invariants"]
    assert (found["bench"], found["n"], found["rounds"]) == (f"import {database}", 200, 2)
    assert truth["residents"] == truth["distinct_residents"] == 200
    assert 0 < truth["on_roll"] <= 200
    assert all(truth[one] for one in ("decided_once", "numbered_in_order", "rows_equal", "chains_hold"))
    assert (truth["unsealed"], truth["unsealed_equal"]) == (100, True)
    assert found["add_all"]["ratio"]["median"] > 0
    assert set(found["floors"]) == ({"ratio"} if database == "sqlite" else {"ratio", "to_add_all"})


@pytest.mark.slow
def test_every_card_is_a_page_and_an_independent_reader_reads_its_code() -> None:
    """30 cards, of which all 30 are decoded: fewer than the 100 that are wanted of a longer roll."""
    found = _bench_here("cards", "--n", "30", "--rounds", "1")
    _demand_shape(found)
    assert found["skipped"] == ([] if find_spec("reportlab") else ["reportlab"])
    truth = found["invariants"]
    assert truth["pages"] == truth["distinct_texts"] == truth["decoded"] == truth["decoded_wanted"] == 30
    assert truth["decoded_equal"] is True
    assert found["cpu"]["ratio"]["median"] > 0
    assert found["one_at_a_time"]["ratio"]["median"] > 0
    assert found["floors"]["ratio"]["floor"] == 10


def test_fewer_voters_than_rounds_is_an_error_and_no_figure() -> None:
    done = CliRunner().invoke(main, ["checkin", "--n", "2", "--rounds", "3", "--json"])
    assert done.exit_code == 1
    assert done.stdout == ""
    assert "not enough" in done.stderr
