"""Backups by key: made, checked, put back; refused when cut, changed or foreign; gone when the roll is gone."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

import registry.backups.__main__ as command
from election.call.records import elections
from election.call.rules import Phase
from registry.accounts.records import SignIn
from registry.act import Installation
from registry.audit.records import verify, writers
from registry.backups.copies import check, make, restore
from registry.backups.sealed import CHUNK, MAGIC, BackupError, Header, read_header, read_sealed, write_sealed
from registry.configuration import PREFIX, Configuration
from registry.database import Database
from registry.erasure import Erasure, finish_erasures
from registry.keys import KeyDestroyed, KeyFolder, KeysUnavailable
from tests.election.retention.ends import destroyed, may_be_destroyed
from tests.election.retention.remains import canaries, left_of, words_of
from tests.scenarios import CALLED_AT, Played, call_koege, people, play_to, with_roll

pytestmark = pytest.mark.slow

ON = canaries(9, may_vote=True, first=940)


@pytest.fixture
def filled(installation: Installation) -> Played:
    """An election with fifteen on the roll, nine of them named nowhere else, and one open sign-in."""
    played = with_roll(call_koege(installation), rows=[*people(6), *ON])
    with installation.database.write() as session:
        session.add(
            SignIn(
                token_sha256=b"x" * 32,
                municipality=played.scope.municipality,
                official_id=played.officials["auditor"],
                began_at=CALLED_AT,
                seen_at=CALLED_AT,
                confirmed_at=CALLED_AT,
            )
        )
    return played


@pytest.fixture
def empty(
    configuration: Configuration, engine_name: str, request: pytest.FixtureRequest
) -> Iterator[Configuration]:
    """The same keys, and a place where no database is yet."""
    if engine_name == "sqlite":
        yield replace(configuration, database=f"sqlite:///{configuration.instance / 'elsewhere' / 'new.db'}")
        return
    server = request.getfixturevalue("postgres")
    name = server.new_database("template0")
    yield replace(configuration, database=server.url(name))
    server.drop(name)


def _tables(database: Database) -> dict[str, list[tuple[object, ...]]]:
    from registry.database import Base

    with database.read() as session:
        return {
            table.name: sorted(map(tuple, session.execute(select(table)).all()), key=repr)
            for table in Base.metadata.sorted_tables
            if table.name != "sign_in"
        }


def test_what_is_put_back_is_what_was_there_and_everybody_is_signed_out(
    filled: Played, configuration: Configuration, empty: Configuration, tmp_path: Path
) -> None:
    path = make(configuration, tmp_path / "copies")
    restore(empty, path)
    again = Database(empty.database_url)
    assert _tables(again) == _tables(filled.installation.database)
    with again.read() as session:
        assert [row.ended_at is not None for row in session.scalars(select(SignIn))] == [True]
        assert [one.slug for one in elections(session)] == ["2017"]
        for scope, writer in writers(session):
            assert verify(session, scope, writer).first_bad is None
    with filled.installation.database.read() as session:
        assert [row.ended_at for row in session.scalars(select(SignIn))] == [None], (
            "the place it came from goes on"
        )
    again.dispose()


def test_the_file_shows_nothing_of_anybody(filled: Played, configuration: Configuration, tmp_path: Path) -> None:
    """Not in clear, not under its own name, and readable by its owner only."""
    path = make(configuration, tmp_path / "copies")
    content = path.read_bytes()
    assert not any(word in content for word in [*words_of(ON), b"roll_entry", b"2017-11"])
    assert path.stat().st_mode & 0o077 == 0
    assert os.listdir(tmp_path / "copies") == [path.name], "nothing unfinished is left"  # noqa: PTH208


def test_after_the_destruction_old_copies_never_open_again_and_a_new_one_holds_nobody(
    installation: Installation, configuration: Configuration, empty: Configuration, tmp_path: Path
) -> None:
    """Two copies before: both are dead, and a copy of the copy too. The third is clean."""
    played = may_be_destroyed(play_to(Phase.CERTIFIED, installation))
    old = [make(configuration, tmp_path / "copies") for _ in range(2)]
    (tmp_path / "safe.bin").write_bytes(old[0].read_bytes())
    kept = KeyFolder(configuration.keys_folder).backup_key(_id(old[0]))
    destroyed(played)
    with installation.database.read() as session:
        row = session.execute(text("SELECT backups_lost FROM erasure WHERE because = 'retention.destroy'")).one()
        assert row.backups_lost == 2
    for path in (*old, tmp_path / "safe.bin"):
        with pytest.raises(BackupError, match="aldrig åbnes igen"):
            restore(empty, path)
    files = [one.read_bytes() for one in configuration.keys_folder.rglob("*") if one.is_file()]
    assert not any(kept.hex().encode() in one or kept in one for one in files), "the key is overwritten"
    new = make(configuration, tmp_path / "copies")
    restore(empty, new)
    again = Database(empty.database_url)
    names = [word for word in words_of(played.people) if len(word) > 8]
    candidates = {word for word in names if word.decode().isalpha()}
    assert left_of(again, set(names) - candidates) == {}
    with again.read() as session:
        assert session.scalar(text("SELECT count(*) FROM roll_entry")) == 0
        assert session.scalar(text("SELECT count(*) FROM destruction")) == 1
    again.dispose()


def test_no_canary_is_in_a_copy_that_was_made_after_the_freeze(
    installation: Installation, configuration: Configuration, empty: Configuration, tmp_path: Path
) -> None:
    """Those who are not on the roll: their pages were rewritten, so a copy of the file has none of them either."""
    off = canaries(6, may_vote=False)
    with_roll(call_koege(installation), rows=[*people(6), *off])
    restore(empty, make(configuration, tmp_path / "copies"))
    again = Database(empty.database_url)
    assert left_of(again, words_of(off)) == {}
    again.dispose()


def _id(path: Path):  # type: ignore[no-untyped-def]
    with path.open("rb") as file:
        return read_header(file)[0].backup


# --- bad copies --------------------------------------------------------------------------------------------

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"])
"""The file is the same whatever database is in it."""


@ONE_ENGINE
def test_a_copy_that_was_cut_changed_lengthened_or_swapped_is_refused(
    filled: Played, configuration: Configuration, empty: Configuration, tmp_path: Path
) -> None:
    """150 single changes at random places, 30 cuts, something added, the two ends of two files joined: 0 open, and
    the place stays empty."""
    path, other = (make(configuration, tmp_path / name) for name in ("a", "b"))
    whole, second = path.read_bytes(), other.read_bytes()
    chance = random.Random(4)
    damaged = [whole + b"\0", whole + whole, second[:200] + whole[200:], b"", MAGIC, b"%PDF-1.7", whole[:-1]]
    damaged += [whole[: chance.randrange(len(whole))] for _ in range(30)]
    for _ in range(150):
        place = chance.randrange(len(whole))
        changed = bytearray(whole)
        changed[place] ^= 1 << chance.randrange(8)
        damaged.append(bytes(changed))
    bad = tmp_path / "bad"
    for content in damaged:
        bad.write_bytes(content)
        with pytest.raises(BackupError):
            restore(empty, bad)
    assert not Path(empty.database_url.removeprefix("sqlite:///")).exists()


@ONE_ENGINE
def test_chunks_cannot_be_left_out_repeated_or_reordered(engine_name: str, tmp_path: Path) -> None:
    """Three and a half chunks; every other order and number of them is refused."""
    header = Header(uuid4(), CALLED_AT, "sqlite", "0009", "test")
    key, content = os.urandom(32), os.urandom(3 * CHUNK + 17)
    path = tmp_path / "file"
    with path.open("wb") as file:
        write_sealed(file, header, key, [content[:10], content[10:]])
    with path.open("rb") as file:
        found, bound = read_header(file)
        start = file.tell()
        assert b"".join(read_sealed(file, bound, key)) == content
    assert found == header
    raw = path.read_bytes()
    frame = 5 + CHUNK + 16
    head, parts = raw[:start], [raw[start + n * frame : start + (n + 1) * frame] for n in range(4)]
    assert b"".join([head, *parts]) == raw
    for order in ((0, 1, 3), (0, 2, 1, 3), (0, 0, 1, 2, 3), (1, 2, 3), (3,), (0, 1, 2), (0, 1, 2, 3, 3)):
        path.write_bytes(head + b"".join(parts[n] for n in order))
        with path.open("rb") as file:
            _, bound = read_header(file)
            with pytest.raises(BackupError):
                list(read_sealed(file, bound, key))


@ONE_ENGINE
def test_a_copy_made_with_other_keys_is_foreign_here(
    filled: Played, configuration: Configuration, empty: Configuration, tmp_path: Path
) -> None:
    path = make(configuration, tmp_path / "copies")
    with pytest.raises(BackupError, match="ingen nøgle"):
        check(replace(empty, keys=str(tmp_path / "other-keys")), path)


def test_nothing_is_put_where_a_database_is(filled: Played, configuration: Configuration, tmp_path: Path) -> None:
    path = make(configuration, tmp_path / "copies")
    before = _tables(filled.installation.database)
    with pytest.raises(BackupError, match="tom plads"):
        restore(configuration, path)
    assert _tables(filled.installation.database) == before


@ONE_ENGINE
def test_a_copy_of_one_engine_does_not_go_into_the_other(
    filled: Played, configuration: Configuration, tmp_path: Path
) -> None:
    path = make(configuration, tmp_path / "copies")
    with pytest.raises(BackupError, match="sqlite"):
        restore(replace(configuration, database="postgresql://nobody@localhost/nothing"), path)


@ONE_ENGINE
def test_a_copy_that_cannot_be_finished_leaves_neither_file_nor_key(
    filled: Played, configuration: Configuration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.backups.copies.write_sealed", _full_disk)
    with pytest.raises(OSError, match="No space"):
        make(configuration, tmp_path / "copies")
    assert list((tmp_path / "copies").iterdir()) == []
    assert KeyFolder(configuration.keys_folder).backup_keys() == []


def _full_disk(*_: object) -> None:
    raise OSError(28, "No space left on device")


# --- keys --------------------------------------------------------------------------------------------------


def test_a_destroyed_key_is_remembered_as_destroyed(tmp_path: Path) -> None:
    keys, backup = KeyFolder(tmp_path), uuid4()
    key = keys.make_backup_key(backup, CALLED_AT)
    assert keys.backup_key(backup) == key
    assert keys.destroy_backup_keys() == 1
    with pytest.raises(KeyDestroyed):
        keys.backup_key(backup)
    with pytest.raises(KeysUnavailable, match="no key"):
        keys.backup_key(uuid4())
    assert keys.destroy_backup_keys() == 0
    assert [(one.backup, one.made_at, one.key) for one in keys.backup_keys()] == [(backup, CALLED_AT, None)]
    assert key.hex() not in (tmp_path / "backups" / f"{backup}.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("left", [0, 1, 20, 60, 100, 120])
def test_a_key_that_was_half_overwritten_opens_nothing(tmp_path: Path, left: int) -> None:
    """The machine stops in the middle: what is left is no key, and the next destruction does not stumble."""
    keys, backup = KeyFolder(tmp_path), uuid4()
    keys.make_backup_key(backup, CALLED_AT)
    path = tmp_path / "backups" / f"{backup}.json"
    whole = path.read_bytes()
    path.write_bytes(b" " * (len(whole) - left) + whole[len(whole) - left :])
    with pytest.raises(KeyDestroyed):
        keys.backup_key(backup)
    assert keys.destroy_backup_keys() == 0


def test_who_may_read_a_key(tmp_path: Path) -> None:
    keys, backup = KeyFolder(tmp_path), uuid4()
    keys.make_backup_key(backup, CALLED_AT)
    assert (tmp_path / "backups" / f"{backup}.json").stat().st_mode & 0o077 == 0
    assert (tmp_path / "backups").stat().st_mode & 0o077 == 0


def test_keys_go_even_when_a_reader_keeps_the_file_from_being_clean(
    installation: Installation, configuration: Configuration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The erasure stays open, but no copy can be put back any more."""
    played = may_be_destroyed(play_to(Phase.CERTIFIED, installation))
    path = make(configuration, tmp_path / "copies")
    with monkeypatch.context() as held:
        held.setattr(Database, "scrub", lambda *_: False)
        destroyed(played)
    with pytest.raises(BackupError, match="aldrig"):
        check(configuration, path)
    assert _erased(installation) == (1, False)
    finish_erasures(installation)
    assert _erased(installation) == (1, True), "the second time there was no key left, and one is still said"


def test_a_keys_folder_that_cannot_be_written_leaves_the_erasure_open(
    installation: Installation, configuration: Configuration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The roll is destroyed and the answer is given; what is left to do is said, not lost."""
    played = may_be_destroyed(play_to(Phase.CERTIFIED, installation))
    make(configuration, tmp_path / "copies")
    with monkeypatch.context() as held:
        held.setattr(KeyFolder, "destroy_backup_keys", _full_disk)
        assert destroyed(played).figures["roll_entry"] == 15
    assert _erased(installation) == (None, False)
    assert finish_erasures(installation)
    assert _erased(installation) == (1, True)


def _erased(installation: Installation) -> tuple[int | None, bool]:
    with installation.database.read() as session:
        row = session.scalars(select(Erasure).where(Erasure.because == "retention.destroy")).one()
        return row.backups_lost, row.done_at is not None


# --- the command -------------------------------------------------------------------------------------------


def test_the_command_makes_lists_checks_and_puts_back(
    filled: Played,
    configuration: Configuration,
    empty: Configuration,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def as_in(which: Configuration) -> None:
        monkeypatch.setenv(PREFIX + "INSTANCE", str(which.instance))
        monkeypatch.setenv(PREFIX + "DATABASE", which.database)
        monkeypatch.setenv(PREFIX + "KEYS", which.keys)

    folder, run = str(tmp_path / "copies"), CliRunner()
    as_in(configuration)
    made = run.invoke(command.main, ["make", "--to", folder])
    assert made.exit_code == 0, made.output
    path = str(next((tmp_path / "copies").iterdir()))
    assert "kan åbnes" in run.invoke(command.main, ["list", "--from", folder]).output
    assert "Kopien er hel" in run.invoke(command.main, ["check", path]).output
    refused = run.invoke(command.main, ["restore", path])
    assert isinstance(refused.exception, BackupError)
    as_in(empty)
    put_back = run.invoke(command.main, ["restore", path])
    assert "Alle er logget ud" in put_back.output, put_back.output
    KeyFolder(configuration.keys_folder).destroy_backup_keys()
    Path(folder, "rubbish.raadsvalg-backup").write_bytes(b"x")
    listed = run.invoke(command.main, ["list", "--from", folder]).output
    assert "destrueret" in listed
    assert "beskadiget" in listed


@ONE_ENGINE
def test_there_is_nothing_to_copy_where_no_database_is(empty: Configuration, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="ingen database"):
        make(empty, tmp_path / "copies")
    assert not Path(empty.database_url.removeprefix("sqlite:///")).exists()
