"""What took long to play is kept and put back: the rows of a played election or council, per process.

    played = remembered(("play_to", phase, 15), installation, lambda: …play…)

The first test that asks plays it through the acts; later ones get the same rows in their own empty database, on
either engine. Keys are the same in every test of a process, so sealed values still open. A database that is not
empty is never touched: then it is played.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from copy import deepcopy
from dataclasses import replace
from itertools import groupby
from typing import Any, Protocol, TypeVar

from sqlalchemy import insert, select

from registry.act import ActRecord, Installation
from registry.database import Base


class _OnAnInstallation(Protocol):
    installation: Installation


P = TypeVar("P", bound=_OnAnInstallation)
Rows = dict[str, list[dict[str, Any]]]
_KEPT: dict[Hashable, tuple[Rows, Any]] = {}


def remembered(key: Hashable, installation: Installation, play: Callable[[], P]) -> P:
    """What `play` made, from its rows when it was played before in this process."""
    with installation.database.read() as session:
        if session.scalar(select(ActRecord.request_id).limit(1)) is not None:
            return play()
    key = (key, _keys_of(installation))
    if key not in _KEPT:
        made = play()
        without: Any = replace(made, installation=None)  # type: ignore[type-var]
        _KEPT[key] = (_read(installation), deepcopy(without))
        return made
    rows, kept = _KEPT[key]
    with installation.database.write() as session:
        for table in Base.metadata.sorted_tables:
            # Rows without a value in some column are added apart, so that the column stays NULL, also in JSON.
            for filled, own in groupby(sorted(rows[table.name], key=_filled), key=_filled):
                assert filled
                session.execute(insert(table), list(own))
    found: P = replace(deepcopy(kept), installation=installation)
    return found


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
