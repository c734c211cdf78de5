"""What took long to play is kept and put back: the database of a played election or council, per process.

Two ways; a new room needs to do something for the second only:

1. The steps of `tests.scenarios` and `tests.councils` are a `stage` each. `with_roll(call_koege(house), 20)`
   gets, from the third time on in a process and on an engine, the database as that very step left it. A step is
   put back only where the database stands where the step before left it and nothing was written since, with the
   same arguments, and while no test has replaced a part of the program. Else it is played.
2. `remembered(key, installation, play)` for a fixture that calls acts of its own after those, on both engines:

    played = remembered(("play_to", phase, 15), installation, lambda: …play…)

   The first test that asks plays it; later ones get the same rows in their own empty database, and the same sealed
   files. `play` gives a dataclass with an `installation`; the key names everything that it depends on (not the
   engine). A database that is not empty is never touched: then it is played.

A helper that is given an `Installation` or something played on it, and that writes through acts, can be a `@stage`
too. Keys are the same in every test of a process, so sealed values still open. What a test keeps beside the
database (a client that is signed in, a server) is not put back, nor are bytes that the program left behind in the
file: a test that looks for those plays anew, with `step.__wrapped__(…)`.
"""

from __future__ import annotations

import sys
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import wraps
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

from sqlalchemy import Connection, Engine, event, insert, select

from registry.accounts.records import Official
from registry.act import ActRecord, Installation
from registry.database import Base
from tests.copies import EMPTY, Copy, changes, copy_of, write_copy


class _OnAnInstallation(Protocol):
    installation: Installation


P = TypeVar("P", bound=_OnAnInstallation)
Given = TypeVar("Given")
Made = TypeVar("Made")
Options = ParamSpec("Options")
Rows = dict[str, list[dict[str, Any]]]


@dataclass
class _Stage:
    rows: Rows
    made: Any
    """What the play gave, without its installation."""
    files: dict[Path, bytes]
    """The sealed files by their paths below their folder."""
    copies: dict[str, Copy] = field(default_factory=dict)
    """By engine, once it has been there: putting that back takes a fifth of the time of the rows."""


_KEPT: dict[Hashable, _Stage] = {}


def remembered(key: Hashable, installation: Installation, play: Callable[[], P]) -> P:
    """What `play` made, from its rows when it was played before in this process."""
    if not _is_empty(installation) or not _is_whole():
        return play()
    keys = _keys_of(installation)
    key = (key, keys)
    if key not in _KEPT:
        made = play()
        if _keys_of(installation) == keys:
            without: Any = replace(made, installation=None)  # type: ignore[type-var]
            _KEPT[key] = _Stage(_read(installation), deepcopy(without), _files_of(installation))
            _stands_at(repr(key), installation)
        return made
    kept = _KEPT[key]
    _stands_at(repr(key), installation, _put_back(kept, installation))
    found: P = replace(deepcopy(kept.made), installation=installation)
    return found


def _put_back(kept: _Stage, installation: Installation) -> Copy:
    _write_files(kept.files, installation)
    engine = installation.database.engine.dialect.name
    if engine in kept.copies:
        write_copy(kept.copies[engine], installation)
    else:
        with installation.database.write() as session:
            for table in Base.metadata.sorted_tables:
                # Rows without a value in some column are added apart, so that the column stays NULL, also in JSON.
                for filled, own in groupby(sorted(kept.rows[table.name], key=_filled), key=_filled):
                    assert filled
                    session.execute(insert(table), list(own))
        kept.copies[engine] = copy_of(installation)
    return kept.copies[engine]


# --- steps ------------------------------------------------------------------------------------------------

_MOST_STEPS = 160
"""A step takes about a megabyte and a half on SQLite, much less on PostgreSQL."""
_COMMITS: Counter[str] = Counter()
"""Transactions that wrote, by database."""
_STANDS: dict[str, tuple[str, tuple[int, ...], Copy | None]] = {}
"""At which step a database stands, what shows that nothing has happened to it since, and its content if kept."""
_SEEN: set[str] = set()
_STEPS: OrderedDict[str, tuple[Copy, dict[Path, bytes], Any]] = OrderedDict()


class _Here:
    """Stands for the installation in what is kept."""

    def __repr__(self) -> str:
        return "here"


_HERE = _Here()


@event.listens_for(Engine, "commit")
def _count(connection: Connection) -> None:
    _COMMITS[str(connection.engine.url.database)] += 1


def stage(play: Callable[Concatenate[Given, Options], Made]) -> Callable[Concatenate[Given, Options], Made]:
    """A step whose first argument is an installation or something played on it, and which writes by acts only.

    What it depends on besides the database must be in its arguments, and their `repr` must say what they are.
    """
    _OF_STEPS.add(play.__module__)

    @wraps(play)
    def put_back_or_play(given: Given, *args: Options.args, **options: Options.kwargs) -> Made:
        installation = given if isinstance(given, Installation) else given.installation  # type: ignore[attr-defined]
        here, content = _standing(installation)
        apart = {id(installation): _HERE}
        keys = _keys_of(installation)
        engine = installation.database.engine.dialect.name
        step = (here, engine, play.__module__, play.__qualname__)
        about = repr((*step, deepcopy(given, dict(apart)), args, options, keys))
        if here is None or " at 0x" in about or not _is_whole():
            return play(given, *args, **options)
        key = sha256(about.encode()).hexdigest()
        if key in _STEPS:
            _STEPS.move_to_end(key)
            copy, files, kept = _STEPS[key]
            _write_files(files, installation)
            write_copy(copy, installation, content)
            given_then, made = deepcopy(kept, {id(_HERE): installation})
            if given is not installation:
                vars(given).update(vars(given_then))
                made = given if made is given_then else made
        else:
            copy = None
            made = play(given, *args, **options)
            if (key in _SEEN or here in _STEPS) and _keys_of(installation) == keys:
                kept = deepcopy((given, made), dict(apart))
                copy = copy_of(installation)
                _STEPS[key] = copy, _files_of(installation), kept
                if len(_STEPS) > _MOST_STEPS:
                    _STEPS.popitem(last=False)[1][0].close()
            _SEEN.add(key)
        _stands_at(about, installation, copy)
        found: Made = made
        return found

    return cast("Callable[Concatenate[Given, Options], Made]", put_back_or_play)


def _standing(installation: Installation) -> tuple[str | None, Copy | None]:
    """The step after which nothing was written; "" for an empty database, None where it is not known."""
    name = _name(installation)
    if installation.database.is_sqlite and not Path(name).is_file():
        return None, None
    if name not in _STANDS:
        return ("", EMPTY) if _COMMITS[name] == 0 and _is_empty(installation) else (None, None)
    key, then, content = _STANDS[name]
    return (key, content) if _shows(installation) == then else (None, None)


def forget(name: str) -> None:
    """This database of PostgreSQL was emptied for another test."""
    _STANDS.pop(name, None)
    _COMMITS.pop(name, None)


_OF_STEPS: set[str] = set()
_IN_THE_ARGUMENTS = "shipped"
_PARTS: list[tuple[Mapping[str, Any], str, Any]] = []
"""Functions, classes and constants of the program and of the steps, where they stand."""


def note_parts() -> None:
    """Once per process, when all modules are there and no test has run."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("election.", "registry.")) or name in _OF_STEPS:
            classes = [one for one in vars(module).values() if isinstance(one, type) and one.__module__ == name]
            for place in (module, *classes):
                for key, value in vars(place).items():
                    if (callable(value) or key.isupper()) and key != _IN_THE_ARGUMENTS:
                        _PARTS.append((vars(place), key, value))


def _is_whole() -> bool:
    """No test has put something else in the place of a part, as `monkeypatch` does."""
    return bool(_PARTS) and all(place.get(key) is value for place, key, value in _PARTS)


def _stands_at(what: str, installation: Installation, content: Copy | None = None) -> None:
    if " at 0x" not in what:
        key = sha256(what.encode()).hexdigest()
        _STANDS[_name(installation)] = key, _shows(installation), content


def _shows(installation: Installation) -> tuple[int, ...]:
    name = _name(installation)
    what = Path(name).stat().st_ino if installation.database.is_sqlite else changes(installation)
    return what, _COMMITS[name]


def _name(installation: Installation) -> str:
    return str(installation.database.engine.url.database)


# --- parts ------------------------------------------------------------------------------------------------


def _is_empty(installation: Installation) -> bool:
    with installation.database.read() as session:
        asked = (select(ActRecord.request_id).limit(1), select(Official.id).limit(1))
        return all(session.scalar(one) is None for one in asked)


def _write_files(files: dict[Path, bytes], installation: Installation) -> None:
    for name, content in files.items():
        assert installation.sealed is not None
        path = installation.sealed.folder / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_bytes(content)
        path.chmod(0o600)


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
