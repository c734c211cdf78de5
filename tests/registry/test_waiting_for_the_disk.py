"""A commit that was answered is on the disk. The other tests do not wait for it (tests/made_once.py)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from inspect import unwrap
from pathlib import Path

import pytest

from registry.database import Database, _prepare_sqlite

FULL, OFF = 2, 0


def test_the_program_waits_for_the_disk_at_every_commit(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "own.db")) as connection:
        unwrap(_prepare_sqlite)(connection, None)
        assert connection.execute("PRAGMA synchronous").fetchone() == (FULL,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_only_the_databases_of_tests_do_not(database_url: str) -> None:
    """Otherwise the test before would try something that no longer differs."""
    database = Database(database_url)
    with database.read() as session:
        assert session.connection().exec_driver_sql("PRAGMA synchronous").scalar() == OFF
    database.dispose()
