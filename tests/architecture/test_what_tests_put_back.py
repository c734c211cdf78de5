"""A stage of tests/snapshots.py is put back only where it is sure to be what playing would have given."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from registry.accounts.records import holds_role
from registry.act import Installation
from registry.database import Database
from registry.keys import KeyFolder
from registry.sealed_files import SealedFiles
from tests.postgres import PostgresOfTests
from tests.scenarios import Played, call_koege, people, with_roll
from tests.snapshots import _read, stage

_played: list[str] = []
House = Callable[..., Installation]


@stage
def called(installation: Installation, slug: str) -> Played:
    _played.append(slug)
    return call_koege(installation, slug=slug)


@stage
def rolled(played: Played) -> Played:
    _played.append("roll")
    return with_roll(played, 4)


@pytest.fixture
def house(engine_name: str, keys: KeyFolder, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[House]:
    """One empty installation after the other; or one with a copy of the database of another."""
    opened: list[Database] = []

    def on_sqlite(like: Installation | None) -> str:
        path = tmp_path / f"{len(opened)}.db"
        template = request.getfixturevalue("sqlite_template")
        shutil.copyfile(like.database.engine.url.database or "" if like else template, path)
        return f"sqlite:///{path}"

    def on_postgresql(like: Installation | None) -> str:
        server: PostgresOfTests = request.getfixturevalue("postgres")
        name = like.database.engine.url.database if like else None
        return server.url(server.new_database(name) if name else server.new_database())

    def opening(like: Installation | None = None) -> Installation:
        opened.append(Database(on_sqlite(like) if engine_name == "sqlite" else on_postgresql(like)))
        return Installation(opened[-1], keys, holds_role, sealed=SealedFiles(tmp_path / str(len(opened))))

    _played.clear()
    yield opening
    for database in opened:
        name = database.engine.url.database
        database.dispose()
        if engine_name == "postgresql" and name:
            request.getfixturevalue("postgres").give_back(name)


def test_from_the_third_time_on_it_is_put_back_as_it_was(house: House) -> None:
    """Played twice, put back twice: the same election, the same rows, and `played` as the step left it."""
    plays = [rolled(called(house(), "2031")) for _ in range(4)]
    assert _played == ["2031", "roll"] * 2
    assert plays[0].election_id != plays[1].election_id == plays[2].election_id == plays[3].election_id
    assert _read(plays[1].installation) == _read(plays[3].installation)
    assert plays[3].people == people(4, others=3)
    assert len(plays[3].entries) == 4
    assert plays[3].now == plays[1].now
    assert len({id(one.installation) for one in plays}) == 4


def test_with_other_arguments_it_is_played(house: House) -> None:
    for slug in ("2032", "2032", "2032", "2033"):
        called(house(), slug)
    assert _played == ["2032", "2032", "2033"]


def test_after_any_write_the_next_step_is_played(house: House) -> None:
    """Also one that no act knows of: the roll is drawn up on what is there now."""
    for _ in range(4):
        rolled(called(house(), "2034"))
    _played.clear()
    played = called(house(), "2034")
    with played.installation.database.write() as session:
        session.execute(text("UPDATE official SET name = 'En anden' WHERE username = 'enterer'"))
    rolled(played)
    assert _played == ["roll"]
    with played.installation.database.read() as session:
        assert session.scalar(text("SELECT name FROM official WHERE username = 'enterer'")) == "En anden"


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_what_is_written_past_the_program_counts_too(house: House) -> None:
    """By a line of its own, which SQLAlchemy does not tell anybody of."""
    for _ in range(4):
        rolled(called(house(), "2037"))
    _played.clear()
    played = called(house(), "2037")
    with psycopg.connect(str(played.installation.database.engine.url).replace("+psycopg", "")) as line:
        line.execute("UPDATE official SET name = 'En anden' WHERE username = 'enterer'")
    rolled(played)
    assert _played == ["roll"]


def test_while_a_part_of_the_program_is_replaced_it_is_played(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        called(house(), "2035")
    _played.clear()
    monkeypatch.setattr("election.roll.drawing_up.draw_up", None)
    called(house(), "2035")
    assert _played == ["2035"]


def test_in_a_database_that_comes_from_elsewhere_it_is_played(house: House, tmp_path: Path) -> None:
    """It looks like the one after the step before, but nobody knows what else was done to it."""
    plays = [rolled(called(house(), "2036")) for _ in range(4)]
    before = called(house(), "2036")
    before.installation.database.dispose()
    other = house(before.installation)
    _played.clear()
    after = rolled(replace(before, installation=other))
    assert _played == ["roll"]
    assert after.entries != plays[3].entries
