"""How fast a roll comes in: from the bytes of an extract to a drawn-up roll, beside the database alone.

Ours is the whole way, in two durable transactions: every cell read and judged, each CPR number sealed and
given its blind index, the residents stored with unique indexes and foreign keys, each resident's right to vote
and to stand decided with its section, the roll sorted, numbered and stored, the log entries.

The reference writes what that run has left, the very same rows already prepared, into the same tables with the
same indexes and foreign keys, in one durable transaction and nothing else: `executemany` of sqlite3, or COPY
BINARY of the bytes that PostgreSQL itself gave out. `add_all` is the same from prepared values through
SQLAlchemy's ORM, as most programs do it. All rates are residents a second.
"""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from sqlalchemy import delete, func, select

from election.call.records import election
from election.roll import acts as roll
from election.roll.records import Roll, RollEntry, RollRefusal
from registry.act import Installation
from registry.audit.records import verify, writers
from registry.database import Base
from registry.keys import Cell
from registry.residents.records import Resident, forget
from registry.roles import Role
from scripts.benchmarks.figures import cpu, fsync_us, peak_rss_mb, spread, versions
from scripts.benchmarks.fresh import new_installation, postgresql, settings_of
from scripts.benchmarks.polling_place import CALLED_AT, EXTRACT_ON, SCOPE, Players, call_election, extract_of
from scripts.rehearsal.invent import residents

FLOORS = {"sqlite": {"ratio": 0.3}, "postgresql": {"ratio": 0.25, "to_add_all": 8.0}}
SAMPLE = 100
Say = Callable[[str], None]
_TABLES: tuple[type[Base], ...] = (Resident, RollEntry, RollRefusal)


@dataclass(frozen=True, slots=True)
class _Case:
    """One extract of invented residents, and the election whose roll it becomes."""

    installation: Installation
    who: Players
    election_id: UUID
    lines: list[str]

    @property
    def number(self) -> int:
        return len(self.lines)


@dataclass(frozen=True, slots=True)
class _Round:
    """Residents a second, and what was found to hold."""

    ours: float
    bare: float
    add_all: float
    rss_mb: float
    """The most memory this process had held when ours was done; the reference has its rows in memory."""
    invariants: Mapping[str, object]


def run(n: int, seed: int, rounds: int, db: str, say: Say) -> dict[str, object]:
    """Import `n` invented residents in each of `rounds` rounds. Raises RuntimeError when a part fails."""
    folder = Path(tempfile.mkdtemp(prefix="bench"))
    try:
        with ExitStack() as stack:
            server = stack.enter_context(postgresql(folder)) if db == "postgresql" else None
            installation = stack.enter_context(new_installation(settings_of(folder, server)))
            who = Players(installation)
            election_id, _ = call_election(who)
            chance = random.Random(seed)  # noqa: S311
            lines = list(residents(chance, n, EXTRACT_ON, share_abroad=1.0))
            case = _Case(installation, who, election_id, lines)
            measured, syncs = [], [fsync_us(folder)]
            for number in range(1, rounds + 1):
                one = _round(case)
                measured.append(one)
                syncs.append(fsync_us(folder))
                say(f"round {number}: {one.ours:.0f}/s, the bare database {one.bare:.0f}/s")
        return _report(n, seed, db, measured, syncs)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _round(case: _Case) -> _Round:
    """Ours, the bare rows, the ORM; each time into empty tables."""
    is_sqlite = case.installation.database.is_sqlite
    extract = extract_of(case.lines)
    _settle(case)
    ours = _timed(lambda: _import(case, extract))
    rss_mb = peak_rss_mb()
    invariants = _look_after(case)
    bare = _SqliteRows(case.installation) if is_sqlite else _PostgresRows(case.installation)
    values = _values(case)
    _empty(case, *_TABLES)
    took_bare = _timed(bare.write)
    invariants["rows_equal"] = _values(case) == values
    _empty(case, *_TABLES)
    took_orm = _timed(lambda: _add_all(case, values))
    _empty(case, *_TABLES, Roll, is_over=True)
    return _Round(case.number / ours, case.number / took_bare, case.number / took_orm, rss_mb, invariants)


def _timed(task: Callable[[], object]) -> float:
    begun = time.perf_counter()
    task()
    return time.perf_counter() - begun


def _import(case: _Case, extract: bytes) -> None:
    at = CALLED_AT + timedelta(days=20)
    roll.import_extract(*case.who.act(Role.ROLL_KEEPER, at), case.election_id, extract)
    roll.draw_up(*case.who.act(Role.ROLL_KEEPER, at), case.election_id)


class _SqliteRows:
    """The rows as sqlite3 gives them, for executemany; WAL, FULL and foreign keys as in the program."""

    name = "sqlite3 executemany of the prepared rows, WAL, FULL, same tables, indexes and foreign keys"

    def __init__(self, installation: Installation) -> None:
        self._engine = installation.database.engine
        connection = self._engine.raw_connection()
        cursor = connection.cursor()
        self._rows: list[tuple[str, Sequence[Any]]] = []
        for one in _TABLES:
            cursor.execute(f"SELECT * FROM {one.__tablename__}")  # noqa: S608
            self._rows.append((one.__tablename__, cursor.fetchall()))
        connection.close()

    def write(self) -> None:
        connection = self._engine.raw_connection()
        cursor = connection.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        for table, rows in self._rows:
            if rows:
                places = ", ".join("?" * len(rows[0]))
                cursor.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608
        cursor.execute("COMMIT")
        connection.close()


class _PostgresRows:
    """The rows in the server's own binary form, for COPY."""

    name = "PostgreSQL COPY BINARY of the prepared rows, same tables, indexes and foreign keys"

    def __init__(self, installation: Installation) -> None:
        self._engine = installation.database.engine
        connection: Any = self._engine.raw_connection()
        self._rows: list[tuple[str, bytes]] = []
        with connection.cursor() as cursor:
            for one in _TABLES:
                with cursor.copy(f"COPY {one.__tablename__} TO STDOUT (FORMAT BINARY)") as copy:
                    self._rows.append((one.__tablename__, b"".join(copy)))
        connection.rollback()
        connection.close()

    def write(self) -> None:
        connection: Any = self._engine.raw_connection()
        with connection.cursor() as cursor:
            for table, rows in self._rows:
                with cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as copy:
                    copy.write(rows)
        connection.commit()
        connection.close()


Values = list[list[dict[str, object]]]


def _values(case: _Case) -> Values:
    """The same rows as plain values by attribute, for the ORM."""
    found: Values = []
    with case.installation.database.read() as session:
        for one in _TABLES:
            attributes = [getattr(one, attribute.key) for attribute in one.__mapper__.column_attrs]
            keys = [attribute.key for attribute in attributes]
            rows = session.execute(select(*attributes).order_by(one.id))  # type: ignore[attr-defined]
            found.append([dict(zip(keys, row, strict=True)) for row in rows])
    return found


def _add_all(case: _Case, values: Values) -> None:
    with case.installation.database.write() as session:
        for one, rows in zip(_TABLES, values, strict=True):
            session.add_all([one(**row) for row in rows])


def _empty(case: _Case, *tables: type[Base], is_over: bool = False) -> None:
    """Delete every row of the tables; when the round is over, the next extract is the first again."""
    _settle(case)  # or PostgreSQL, which still takes them for empty, looks for each row in all of them
    with case.installation.database.write() as session:
        for one in tables:
            session.execute(delete(one))
        if is_over:
            forget(session, SCOPE, CALLED_AT + timedelta(days=21))
    _settle(case)


def _settle(case: _Case) -> None:
    """What earlier writing has left to tidy up is not for the next one to pay."""
    database = case.installation.database
    connection: Any = database.engine.raw_connection()
    if database.is_sqlite:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    else:
        connection.driver_connection.autocommit = True
        for command in ("VACUUM ANALYZE", "CHECKPOINT"):
            connection.driver_connection.execute(command)
        connection.driver_connection.autocommit = False
    connection.close()


def _look_after(case: _Case) -> dict[str, object]:
    """Every resident is stored and decided once; a sample opens to the numbers of the file; the log holds."""
    keyring = case.installation.keys.open(SCOPE.municipality)
    file = {line.split(";", 1)[0] for line in case.lines}
    with case.installation.database.read() as session:
        row = election(session, SCOPE, case.election_id)
        stored = session.execute(select(Resident.cpr_index, Resident.id, Resident.cpr_sealed)).all()
        decided: list[bytes] = []
        for one in (RollEntry, RollRefusal):
            decided += session.scalars(select(one.cpr_index).where(one.election_id == row.id))
        numbers = list(session.scalars(select(RollEntry.number).order_by(RollEntry.number)))
        drawn_up = session.scalar(select(func.count()).select_from(Roll))
        chains = [verify(session, scope, writer) for scope, writer in writers(session)]
    sample = [keyring.unseal(one.cpr_sealed, Cell("resident", "cpr", one.id)) for one in stored[:SAMPLE]]
    return {
        "residents": len(stored),
        "distinct_residents": len({one.cpr_index for one in stored}),
        "decided_once": sorted(decided) == sorted(one.cpr_index for one in stored),
        "on_roll": len(numbers),
        "numbered_in_order": drawn_up == 1 and numbers == list(range(1, len(numbers) + 1)),
        "unsealed": len(sample),
        "unsealed_equal": set(sample) <= file and len(set(sample)) == len(sample),
        "chains_hold": all(chain.first_bad is None for chain in chains),
    }


def _is_consistent(found: Mapping[str, object], n: int) -> bool:
    claims = ("decided_once", "numbered_in_order", "unsealed_equal", "chains_hold", "rows_equal")
    return found["residents"] == found["distinct_residents"] == n and all(found[one] is True for one in claims)


def _report(n: int, seed: int, db: str, measured: Sequence[_Round], syncs: list[float]) -> dict[str, object]:
    ratio = spread([one.ours / one.bare for one in measured])
    to_add_all = spread([one.ours / one.add_all for one in measured])
    reached = {"ratio": ratio["median"], "to_add_all": to_add_all["median"]}
    return {
        "bench": f"import {db}",
        "n": n,
        "seed": seed,
        "rounds": len(measured),
        "versions": versions("sqlalchemy", "psycopg", "cryptography"),
        "host": {"cpu": cpu(), "fsync_us_p50": spread(syncs)["median"], "fsync_us": syncs},
        "us": spread([one.ours for one in measured]) | {"unit": "residents/s from the file to the drawn-up roll"},
        "ref": {"name": (_SqliteRows if db == "sqlite" else _PostgresRows).name, "unit": "residents/s"}
        | spread([one.bare for one in measured]),
        "ratio": ratio,
        "add_all": {"name": "SQLAlchemy add_all of the prepared rows, same tables", "unit": "residents/s"}
        | spread([one.add_all for one in measured])
        | {"ratio": to_add_all},
        "floors": {
            which: {"floor": floor, "reached": reached[which], "is_met": cast(float, reached[which]) >= floor}
            for which, floor in FLOORS[db].items()
        },
        "invariants": measured[-1].invariants,
        "ok": all(_is_consistent(one.invariants, n) for one in measured),
        "peak_rss_mb": measured[0].rss_mb,
        "peak_rss_mb_with_reference": peak_rss_mb(),
    }
