"""Fixtures: a database of each kind, an installation on it, and the application.

A test that asks for `database_url`, `installation`, `app` or `client` runs twice, on SQLite and on a real
PostgreSQL. The schema is made once per process by the migrations; each test gets a copy of it. One PostgreSQL
per pytest worker (tests/postgres.py): it starts in a second, and workers share nothing.

What makes five thousand of them affordable: `tests/made_once.py` (nothing is compiled twice in a process, by
itself) and `tests/snapshots.py` (a stage that was played is put back instead of played again: for whoever writes
a fixture that plays). A new room needs nothing but the second.
"""

from __future__ import annotations

import gc
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from registry.accounts.records import holds_role
from registry.act import Installation
from registry.configuration import Configuration
from registry.database import Database
from registry.keys import KeyFolder
from registry.schema import upgrade
from registry.sealed_files import SealedFiles
from tests import made_once, snapshots
from tests.postgres import PostgresOfTests

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

MUNICIPALITY = "0259"
made_once.keep()
# How long one example takes says how busy the machine is, not whether the rule holds.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


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
    server.give_back(name)


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
def installation(database_url: str, keys: KeyFolder, tmp_path: Path) -> Iterator[Installation]:
    """What every act needs, on an empty database. `tests.scenarios` plays elections on it."""
    database = Database(database_url)
    yield Installation(database, keys, holds_role, sealed=SealedFiles(tmp_path / "sealed"))
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
    parser.addoption("--no-pictures", action="store_true", help="no pictures of the pages of the journeys")


_ON_ONE_ENGINE = ("pages.py", "printing.py", "test_protected_names.py", "test_read_out.py", "test_languages.py")
"""A page reads a form and calls one act. Acts and records are tried on both engines, pages on SQLite: the time of
the whole run is limited."""


_NIGHTLY_ON_POSTGRESQL = (
    "tests/architecture/test_doors.py",
    "tests/architecture/test_phases.py",
    "tests/election/alone",
    "tests/election/call",
    "tests/election/candidacy",
    "tests/election/certification",
    "tests/election/counting/test_changes.py",
    "tests/election/counting/test_lost_boxes.py",
    "tests/election/counting/test_lots_revoked.py",
    "tests/election/counting/test_public_seed.py",
    "tests/election/constitution",
    "tests/election/lists",
    "tests/election/look_up",
    "tests/election/overview",
    "tests/election/own_case",
    "tests/election/poll_cards",
    "tests/election/presentation",
    "tests/election/retention",
    "tests/election/roll",
    "tests/election/staffing",
    "tests/election/training",
    "tests/journey",
    "tests/registry/appointment",
    "tests/registry/mail",
    "tests/registry/meetings",
    "tests/registry/membership",
    "tests/registry/regulation",
    "tests/registry/residents",
    "tests/scripts",
)
"""Their half on PostgreSQL is left to `scripts/test --nightly`: the whole run has a limit of minutes. The rooms of
the polling day, of paper and of the count, where many work in the same second, are tried on both every time."""


_NIGHTLY = (
    "tests/election/alone/test_processes.py::test_a_line_that_is_lost_flaps_and_answers_nothing",
    "tests/election/own_case/test_languages.py::test_from_the_start_to_the_complaint_no_sentence_is_left_in_danish",
    "tests/election/presentation/test_pages.py::test_96_candidates_with_photos_are_light_on_a_phone_and_in_the_mail",
    "tests/journey/test_bench_in_the_browser.py",
    "tests/journey/test_candidate_on_a_phone.py::test_every_page_holds_against_axe[ar",
    "tests/journey/test_candidate_on_a_phone.py::test_returned_mended_refused_and_complained_of",
    "tests/journey/test_may_i_vote_in_the_browser.py::test_a_card_is_looked_up_in_three_languages",
    "tests/journey/test_may_i_vote_in_the_browser.py::test_the_clerk_reads_the_answer_out_in_arabic",
    "tests/journey/test_poll_cards_in_the_browser.py::test_a_batch_is_printed_sent_and_its_package_deleted[False",
    "tests/journey/test_public_candidates_in_the_browser.py::test_the_candidates_in_three_languages",
    "tests/journey/test_rehearsal_council.py::test_each_case_ends_in_a_constituted_council[sqlite-kobenhavn",
    "tests/journey/test_rehearsal_council.py::test_kobenhavn_2006_sits_from_the_decision_thirty_days_after_the_election",
    "tests/journey/test_supporters_and_lists_in_the_browser.py",
    "tests/journey/test_the_council_in_the_browser.py",
    "tests/journey/test_the_desk_under_pressure_in_the_browser.py::test_a_camera_that_is_refused_is_said_in_words",
    "tests/journey/test_the_desk_under_pressure_in_the_browser.py::test_every_page_of_the_desk_is_fit_to_be_used[en",
    "tests/journey/test_the_desk_under_pressure_in_the_browser.py::test_the_opening_is_guided[en",
    "tests/journey/test_the_roll_in_the_browser.py",
    "tests/journey/test_training_in_the_browser.py",
    "tests/scripts/test_bench.py::test_four_desks_and_sixty_voters_of_whom_thirty_are_sent_twice",
)
"""Left to `scripts/test --nightly` because they are long: the second language, the second way, and rooms whose
pages are opened over HTTP in every run."""


_LONGEST_FIRST = (
    "tests/journey/test_koege_2017_in_the_browser.py",
    "tests/scripts/test_bench.py",
    "tests/journey/test_the_council_in_the_browser.py",
    "tests/journey/test_the_desk_under_pressure_in_the_browser.py",
    "tests/journey",
    "tests/architecture/test_doors.py",
    "tests/election/alone/test_processes.py",
    "tests/scripts",
)
"""What comes late and takes minutes leaves the other process without work at the end."""


def _turn(item: pytest.Item) -> int:
    """The place of a test's file in the order; files of one turn keep their own."""
    starts = (turn for turn, path in enumerate(_LONGEST_FIRST) if item.nodeid.startswith(path))
    return next(starts, len(_LONGEST_FIRST))


def pytest_collection_finish() -> None:
    """Once per process. What is there now stays to the end: the collector need not look at it again and again."""
    snapshots.note_parts()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 20)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Pages are left out on PostgreSQL, with --only-sqlite everything is; the summary says how many."""
    only_sqlite = config.getoption("--only-sqlite")
    for item in items:
        on_postgresql = "postgresql" in item.name and item.nodeid.startswith(_NIGHTLY_ON_POSTGRESQL)
        if on_postgresql or item.nodeid.startswith(_NIGHTLY):
            item.add_marker(pytest.mark.nightly)

    def stays(item: pytest.Item) -> bool:
        return "postgresql" not in item.name or not (only_sqlite or item.path.name.endswith(_ON_ONE_ENGINE))

    config.hook.pytest_deselected(items=[item for item in items if not stays(item)])
    items[:] = sorted((item for item in items if stays(item)), key=_turn)
