"""The whole content of a test's database, taken out and put back; for tests/snapshots.py.

SQLite copies its pages. On PostgreSQL the rows of each table that has some are kept as the server writes them
out. Of a table that only grew since the content that stands there, only what is new goes in: most of what is put
back is the next step of the same election.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from registry.act import Installation
from registry.database import Base


@dataclass(frozen=True)
class PostgresCopy:
    rows: dict[str, bytes] = field(default_factory=dict)
    """Tables with rows, in the order in which the rows stand."""

    def close(self) -> None:
        """As a connection to a copy in memory has it."""


Copy = sqlite3.Connection | PostgresCopy
EMPTY = PostgresCopy()


def copy_of(installation: Installation) -> Copy:
    with installation.database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if installation.database.is_sqlite:
            pages = sqlite3.connect(":memory:", check_same_thread=False)
            driver.backup(pages)
            return pages
        with driver.transaction(), driver.cursor() as cursor:
            return PostgresCopy({table: _read(cursor, table) for table in _filled(cursor)})


def write_copy(copy: Copy, installation: Installation, standing: Copy | None = None) -> None:
    """Put it in the place of everything in the database; `standing` is what is there now, where that is known."""
    with installation.database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if isinstance(copy, sqlite3.Connection):
            copy.backup(driver)
            return
        with driver.transaction(), driver.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # in any order of the tables
            if isinstance(standing, PostgresCopy):
                before = standing.rows
            else:
                before = dict.fromkeys(_filled(cursor), b"")
                _empty(cursor, before)
            grown = {table for table in copy.rows if copy.rows[table].startswith(before.get(table, b""))}
            _empty(cursor, before.keys() - grown)
            for table, rows in copy.rows.items():
                if new := rows[len(before.get(table, b"")) :] if table in grown else rows:
                    with cursor.copy(f'COPY "{table}" FROM STDIN') as into:
                        into.write(new)


def changes(installation: Installation) -> int:
    """Differs after any change on this PostgreSQL, by whomever: the number of the next transaction that writes."""
    with installation.database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        with driver.transaction(), driver.cursor() as cursor:
            return int(cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text").fetchone()[0])


def _filled(cursor: Any) -> list[str]:
    each = (f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")" for table in Base.metadata.tables)
    return [table for (table,) in cursor.execute(" UNION ALL ".join(each)).fetchall()]


def _read(cursor: Any, table: str) -> bytes:
    with cursor.copy(f'COPY "{table}" TO STDOUT') as out:
        return b"".join(out)


def _empty(cursor: Any, tables: Iterable[str]) -> None:
    if statements := "; ".join(f'DELETE FROM "{table}"' for table in tables):
        cursor.execute(statements)
