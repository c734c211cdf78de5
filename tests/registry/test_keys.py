"""Keys outside the database: what a moved value, a lost key and a curious neighbour meet."""

from __future__ import annotations

import json
import stat
from base64 import b64encode
from pathlib import Path
from uuid import uuid4

import pytest

from registry.keys import Cell, KeyFolder, Keyring, KeysUnavailable

CPR = "0811832250"  # invented: fails modulus 11


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return KeyFolder(tmp_path / "keys").create("0259")


def test_a_sealed_number_opens_in_its_own_cell_only(keyring: Keyring) -> None:
    """A row's sealed CPR copied to another row, column or table does not open: AES-GCM binds it to its place."""
    row = uuid4()
    cell = Cell("roll_entry", "cpr", row)
    sealed = keyring.seal(CPR, cell)
    assert keyring.unseal(sealed, cell) == CPR
    assert CPR.encode() not in sealed
    for elsewhere in (
        Cell("roll_entry", "cpr", uuid4()),
        Cell("resident", "cpr", row),
        Cell("roll_entry", "other", row),
    ):
        with pytest.raises(KeysUnavailable, match="does not open"):
            keyring.unseal(sealed, elsewhere)


def test_a_changed_byte_is_seen(keyring: Keyring) -> None:
    cell = Cell("roll_entry", "cpr", uuid4())
    sealed = bytearray(keyring.seal(CPR, cell))
    sealed[-1] ^= 1
    with pytest.raises(KeysUnavailable):
        keyring.unseal(bytes(sealed), cell)


def test_the_same_number_is_sealed_differently_but_found_by_its_index(keyring: Keyring) -> None:
    cell = Cell("roll_entry", "cpr", uuid4())
    assert keyring.seal(CPR, cell) != keyring.seal(CPR, cell)
    assert keyring.blind_index(CPR) == keyring.blind_index(CPR) != keyring.blind_index("0811832251")


def test_the_index_of_one_municipality_says_nothing_in_another(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path)
    assert folder.create("0259").blind_index(CPR) != folder.create("0157").blind_index(CPR)


def test_purposes_do_not_meet(keyring: Keyring) -> None:
    """A CPR number, a row and a card token with the same text give different values under the same key."""
    row = uuid4()
    assert keyring.blind_index(CPR) != keyring.fingerprint(CPR)
    assert keyring.token("poll_card", row) != keyring.token("receipt", row)
    assert len(keyring.token("poll_card", row)) == 16


def test_after_a_new_key_version_old_values_still_open() -> None:
    old, new = bytes([1]) * 32, bytes([2]) * 32
    rest = {"blind_index": {1: bytes(32)}, "signing": {1: bytes(32)}}
    before = Keyring("0259", {"encryption": {1: old}, **rest})
    after = Keyring("0259", {"encryption": {1: old, 2: new}, **rest})
    cell = Cell("resident", "cpr", uuid4())
    assert after.unseal(before.seal(CPR, cell), cell) == CPR
    assert after.seal(CPR, cell)[0] == 2
    with pytest.raises(KeysUnavailable, match="version 2"):
        before.unseal(after.seal(CPR, cell), cell)


def test_a_lost_key_says_which_and_where(tmp_path: Path) -> None:
    with pytest.raises(KeysUnavailable, match=r"municipality 0259 cannot be read: .*keys\.json"):
        KeyFolder(tmp_path / "gone").open("0259")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"encryption": {"1": "AA=="}}', "\x00"])
def test_a_spoilt_key_file_is_no_key(tmp_path: Path, content: str) -> None:
    path = tmp_path / "0259" / "keys.json"
    path.parent.mkdir(parents=True)
    path.write_text(content, encoding="utf-8")
    with pytest.raises(KeysUnavailable):
        KeyFolder(tmp_path).open("0259")


def test_only_the_owner_reads_the_keys(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "keys")
    folder.create("0259")
    folder.cookie_secret()
    assert stat.S_IMODE((tmp_path / "keys" / "0259" / "keys.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys" / "cookie.secret").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys" / "0259").stat().st_mode) == 0o700


def test_making_keys_again_leaves_those_that_are_there(tmp_path: Path) -> None:
    made = KeyFolder(tmp_path).create("0259")
    again = KeyFolder(tmp_path).create("0259")
    assert made.blind_index(CPR) == again.blind_index(CPR)
    assert KeyFolder(tmp_path).cookie_secret() == KeyFolder(tmp_path).cookie_secret()


def test_the_file_holds_each_purpose_with_a_version(tmp_path: Path) -> None:
    KeyFolder(tmp_path).create("0259")
    content = json.loads((tmp_path / "0259" / "keys.json").read_text(encoding="utf-8"))
    assert set(content) == {"encryption", "blind_index", "signing"}
    assert all(set(versions) == {"1"} for versions in content.values())
    assert len({versions["1"] for versions in content.values()}) == 3
    assert all(len(versions["1"]) == len(b64encode(bytes(32))) for versions in content.values())
