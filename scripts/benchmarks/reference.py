"""What check-in is measured against: one bare conditional update, as durable as ours, and nothing else.

No HTTP, no session, no role, no roll, no log: the most that the database itself can do from as many desks.
"""

from __future__ import annotations

import sqlite3
import subprocess
import threading
import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from scripts.benchmarks.figures import percentile

SQLITE_VOTERS, POSTGRES_VOTERS = 100_000, 300_000
_WAIT_MS = 20_000


@dataclass(frozen=True, slots=True)
class Bare:
    """One round of the reference: transactions a second, and waits in milliseconds."""

    per_second: float
    p99_ms: float
    worst_ms: float


class RawSqlite:
    """sqlite3 from Python: WAL, synchronous=FULL, BEGIN IMMEDIATE, one thread a desk."""

    name = "sqlite3, WAL, FULL, BEGIN IMMEDIATE, one conditional UPDATE"

    def __init__(self, folder: Path, desks: int) -> None:
        self._path, self._desks = folder / "bare.db", desks
        connection = self._open()
        connection.execute("CREATE TABLE voter (id INTEGER PRIMARY KEY, admitted_at TEXT, desk INTEGER) STRICT")
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO voter (id) SELECT i FROM n",
            (SQLITE_VOTERS,),
        )
        connection.close()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={_WAIT_MS}"):
            connection.execute("PRAGMA " + pragma)
        return connection

    def round(self, seconds: float) -> Bare:
        connection = self._open()
        connection.execute("UPDATE voter SET admitted_at = NULL, desk = NULL")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        waits: list[list[float]] = [[] for _ in range(self._desks)]
        turns, start = count(1), threading.Barrier(self._desks + 1)
        threads = [
            threading.Thread(target=self._desk, args=(desk, turns, start, seconds, waits[desk]))
            for desk in range(self._desks)
        ]
        for thread in threads:
            thread.start()
        start.wait()
        begun = time.perf_counter()
        for thread in threads:
            thread.join()
        elapsed = time.perf_counter() - begun
        every = [wait for one in waits for wait in one]
        return Bare(len(every) / elapsed, percentile(every, 0.99) * 1e3, max(every) * 1e3)

    def _desk(
        self, desk: int, turns: count[int], start: threading.Barrier, seconds: float, waits: list[float]
    ) -> None:
        connection = self._open()
        start.wait()
        end = time.perf_counter() + seconds
        while (begun := time.perf_counter()) < end and (voter := next(turns)) <= SQLITE_VOTERS:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(
                "UPDATE voter SET admitted_at = '2017-11-27', desk = ? WHERE id = ? AND admitted_at IS NULL",
                (desk, voter),
            )
            connection.execute("COMMIT")
            waits.append(time.perf_counter() - begun)
        connection.close()


class Pgbench:
    """pgbench of the same server: one prepared conditional UPDATE, one connection a desk, fsync on."""

    name = "pgbench, prepared, one conditional UPDATE"

    def __init__(self, server: Any, folder: Path, desks: int) -> None:
        self._folder, self._desks = folder, desks
        self._bin = Path(server.bin_path)
        self._run("psql", "-q", "-c", "DROP DATABASE IF EXISTS bare", uri=str(server.get_uri()))
        self._run("psql", "-q", "-c", "CREATE DATABASE bare", uri=str(server.get_uri()))
        self._uri = str(server.get_uri(database="bare"))
        self._run("psql", "-q", "-c", "CREATE TABLE voter (id int PRIMARY KEY, admitted_at timestamptz, desk int)")
        self._script = folder / "admit.sql"
        self._script.write_text(
            f"\\set voter random(1, {POSTGRES_VOTERS})\n"
            "UPDATE voter SET admitted_at = now(), desk = :client_id WHERE id = :voter AND admitted_at IS NULL;\n",
            encoding="utf-8",
        )

    def _run(self, command: str, *arguments: str, uri: str = "") -> str:
        done = subprocess.run(
            [str(self._bin / command), *arguments, uri or self._uri],
            check=True,
            capture_output=True,
            text=True,
            cwd=self._folder,
        )
        return done.stdout

    def round(self, seconds: float) -> Bare:
        fill = f"TRUNCATE voter; INSERT INTO voter SELECT generate_series(1, {POSTGRES_VOTERS}); ANALYZE voter"
        self._run("psql", "-q", "-c", fill)
        self._run("psql", "-q", "-c", "CHECKPOINT")
        for old in self._folder.glob("bare_log*"):
            old.unlink()
        said = self._run(
            "pgbench",
            *("--no-vacuum", "--protocol=prepared", f"--client={self._desks}", "--jobs=2"),
            *(f"--time={max(1, round(seconds))}", "--log", "--log-prefix=bare_log", f"--file={self._script}"),
        )
        tps = next(float(line.split()[2]) for line in said.splitlines() if line.startswith("tps ="))
        logs = self._folder.glob("bare_log*")
        waits = [int(line.split()[2]) for log in logs for line in log.read_text().splitlines()]
        return Bare(tps, percentile(waits, 0.99) / 1e3, max(waits) / 1e3)
