"""What took long to play is kept and put back: the rows of a played election or council, per process.

    played = remembered(("play_to", phase, 15), installation, lambda: …play…)

The first test that asks plays it through the acts; later ones get the same rows in their own empty database, on
either engine, and the same sealed files. Keys are the same in every test of a process, so sealed values still
open. A database that is not empty is never touched: then it is played.

For whoever writes a fixture that plays a stage: play it in a function `_play(installation)` that returns a
dataclass with an `installation`, and let the fixture return `remembered("poll cards, printed", installation, …)`.
The key is a sentence of your own together with everything that the stage depends on (parameters, not the engine).
A stage costs what its acts cost once, and after that 5 ms. It must be played through `installation` alone: what a
test keeps beside the database (a client that is signed in, a server) is not put back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import insert, select

from registry.act import ActRecord, Installation
from registry.database import Base


class _OnAnInstallation(Protocol):
    installation: Installation


P = TypeVar("P", bound=_OnAnInstallation)
Rows = dict[str, list[dict[str, Any]]]


@dataclass
class _Stage:
    rows: Rows
    made: Any
    """What the play gave, without its installation."""
    files: dict[Path, bytes]
    """The sealed files by their paths below their folder."""
    copy: sqlite3.Connection | None = None
    """The whole database, once it has been on SQLite: putting it back takes a fifth of the time of the rows."""


_KEPT: dict[Hashable, _Stage] = {}


def remembered(key: Hashable, installation: Installation, play: Callable[[], P]) -> P:
    """What `play` made, from its rows when it was played before in this process."""
    with installation.database.read() as session:
        if session.scalar(select(ActRecord.request_id).limit(1)) is not None:
            return play()
    key = (key, _keys_of(installation))
    if key not in _KEPT:
        made = play()
        without: Any = replace(made, installation=None)  # type: ignore[type-var]
        _KEPT[key] = _Stage(_read(installation), deepcopy(without), _files_of(installation))
        return made
    stage = _KEPT[key]
    _put_back(stage, installation)
    found: P = replace(deepcopy(stage.made), installation=installation)
    return found


def _put_back(stage: _Stage, installation: Installation) -> None:
    for name, content in stage.files.items():
        assert installation.sealed is not None
        path = installation.sealed.folder / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_bytes(content)
        path.chmod(0o600)
    if stage.copy and installation.database.is_sqlite:
        with installation.database.engine.connect() as connection:
            stage.copy.backup(connection.connection.driver_connection)  # type: ignore[arg-type]
        return
    with installation.database.write() as session:
        for table in Base.metadata.sorted_tables:
            # Rows without a value in some column are added apart, so that the column stays NULL, also in JSON.
            for filled, own in groupby(sorted(stage.rows[table.name], key=_filled), key=_filled):
                assert filled
                session.execute(insert(table), list(own))
    if installation.database.is_sqlite:
        stage.copy = sqlite3.connect(":memory:", check_same_thread=False)
        with installation.database.engine.connect() as connection:
            connection.connection.driver_connection.backup(stage.copy)  # type: ignore[union-attr]


def _files_of(installation: Installation) -> dict[Path, bytes]:
    if installation.sealed is None:
        return {}
    folder = installation.sealed.folder
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _keys_of(installation: Installation) -> bytes:
    """What was sealed with other keys does not open with these."""
    return b"".join(path.read_bytes() for path in sorted(installation.keys.folder.glob("*/keys.json")))


def _filled(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(row))


def _read(installation: Installation) -> Rows:
    with installation.database.read() as session:
        return {
            table.name: [
                {name: value for name, value in row.items() if value is not None}
                for row in session.execute(select(table)).mappings()
            ]
            for table in Base.metadata.sorted_tables
        }
