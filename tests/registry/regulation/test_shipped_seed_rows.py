"""docs/seed-rows.md: every row of the core is told, and what it points at exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from registry.regulation.loader import shipped, shipped_ids
from registry.regulation.values import every_value

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "seed-rows.md").read_text(encoding="utf-8")
ROWS = {found[1]: found[0] for found in re.finditer(r"(?m)^\| ([HTBPG]\d+[a-z]?) \|.*$", PAGE)}
POINTERS = sorted(set(re.findall(r"`([a-z0-9-]+)\.toml#([a-z_.]+)`", PAGE)))


def test_every_row_of_the_core_is_on_the_page_and_no_other() -> None:
    source = ROOT / "../shared/domain/seed-rows.md"
    if not source.exists():
        pytest.skip("the rows of the founding documents are not beside the project")
    core = re.findall(r"(?m)^\| ([HTBPG]\d+[a-z]?) \(K\) \|", source.read_text(encoding="utf-8"))
    assert len(core) == len(set(core)) > 40
    assert list(ROWS) == core


@pytest.mark.parametrize("row", ROWS)
def test_every_row_points_at_a_value_or_gives_a_reason(row: str) -> None:
    where = ROWS[row].split("|")[3].strip()
    assert ".toml#" in where or len(where) > 60


@pytest.mark.parametrize(("regulation_id", "path"), POINTERS)
def test_every_file_and_key_that_the_page_names_exists(regulation_id: str, path: str) -> None:
    assert regulation_id in shipped_ids()
    assert path in dict(every_value(shipped(regulation_id).regulation))


def test_what_the_page_calls_unset_is_unset() -> None:
    for path in ("after.term_starts_on", "substitutes.order", "meetings.quorum", "meetings.tie"):
        assert dict(every_value(shipped("holbaek-2022").regulation))[path].is_unset
    assert dict(every_value(shipped("hoeje-taastrup-2018").regulation))["meetings.quorum"].is_unset
