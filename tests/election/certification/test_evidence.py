"""The archive for outsiders, and the program that checks it without anything of ours."""

from __future__ import annotations

import ast
import hashlib
import importlib
import io
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from election.call.rules import Phase
from election.certification.evidence import archive, evidence_zip
from election.certification.printing import election_record_pdf
from election.certification.records import latest_certification
from election.certification.rules import canonical_bytes, public_key_fingerprint
from election.counting.acts import determine, enter_tally, return_tally, settle
from election.counting.rules import CountKind
from registry.act import Installation
from registry.database import Database
from registry.findings import Refused
from registry.keys import KeyFolder
from scripts.verification.command import main, verify
from scripts.verification.container import read_archive
from scripts.verification.wording import TEXTS
from tests.election.counting.figures_of_a_night import stations_with
from tests.scenarios import (
    Played,
    certified,
    figures,
    play_to,
)

pytestmark = pytest.mark.slow

PROGRAM = Path(__file__).parents[3] / "scripts/verification"


def bundle_of(played: Played) -> bytes:
    with played.installation.database.read() as session:
        keyring = played.installation.keys.open(played.scope.municipality)
        return evidence_zip(session, keyring, played.read())


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """One certified election; what is checked afterwards is bytes only."""
    from registry.accounts.records import holds_role
    from registry.schema import upgrade

    folder = tmp_path_factory.mktemp("evidence")
    url = f"sqlite:///{folder}/a.db"
    upgrade(url)
    database = Database(url)
    made = bundle_of(play_to(Phase.CERTIFIED, Installation(database, KeyFolder(folder / "keys"), holds_role)))
    database.dispose()
    return made


def refusal(data: bytes, key: str | None = None) -> str:
    """Why it is refused; empty when it is not."""
    trouble = verify(data, key)[1]
    return trouble.what if trouble else ""


def signed_again(files: dict[str, bytes], record: Any, key: Ed25519PrivateKey | None) -> bytes:
    """The archive with another record: hashes are made to fit; signatures only when there is a key."""
    content = canonical_bytes(record)
    manifest = json.loads(files["manifest.json"])
    manifest["files"]["record.json"] = hashlib.sha256(content).hexdigest()
    signatures = json.loads(files["signatures.json"])
    if key is not None:
        raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        signatures |= {
            "public_key": raw.hex(),
            "record": key.sign(content).hex(),
            "manifest": key.sign(canonical_bytes(manifest)).hex(),
        }
    changed = {"record.json": content, "manifest.json": canonical_bytes(manifest)}
    return archive(files | changed | {"signatures.json": canonical_bytes(signatures)})


def with_state(record: Any) -> Any:
    """The record with the fingerprint that its content has."""
    content = {name: part for name, part in record.items() if name not in ("certification", "log_heads")}
    record["certification"]["state_sha256"] = hashlib.sha256(canonical_bytes(content)).hexdigest()
    return record


def test_a_real_archive_passes_with_the_key_on_the_paper(installation: Installation) -> None:
    played = play_to(Phase.CERTIFIED, installation)
    data = bundle_of(played)
    with installation.database.read() as session:
        row = latest_certification(session, played.read())
    assert row is not None
    key = public_key_fingerprint(row.public_key)
    assert refusal(data) == refusal(data, key) == refusal(data, key.upper()) == ""
    assert refusal(data, "0" * 64) == "other_key"
    assert bundle_of(played) == data, "the same certification gives the same bytes"
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None, "any other program can open it"


def test_later_acts_do_not_change_the_archive(installation: Installation) -> None:
    from election.certification.acts import receive_complaint

    played = play_to(Phase.CERTIFIED, installation)
    before = bundle_of(played)
    receive_complaint(*played.by, played.act("board_member"), played.election_id, "En vælger", "Køen", played.now)
    assert bundle_of(played) == before


def test_an_election_without_a_poll_has_evidence_too(installation: Installation) -> None:
    played = certified(play_to(Phase.UNCONTESTED, installation))
    lines, trouble = verify(bundle_of(played))
    assert trouble is None
    assert "uncontested" in {what for what, _ in lines}


def test_nothing_is_handed_out_before_the_certification(installation: Installation) -> None:
    played = play_to(Phase.COUNTED, installation)
    with pytest.raises(Refused) as caught:
        bundle_of(played)
    assert caught.value.kind.code == "R541"


def test_one_changed_byte_anywhere_is_refused(evidence: bytes) -> None:
    """1,000 random places, each with a random other byte: 1,000 refused."""
    chance = random.Random(2017)
    for _ in range(1000):
        place = chance.randrange(len(evidence))
        other = bytes([evidence[place] ^ chance.randrange(1, 256)])
        assert refusal(evidence[:place] + other + evidence[place + 1 :]), place


def test_one_changed_byte_in_a_file_is_refused_also_when_the_archive_around_it_is_made_to_fit(
    evidence: bytes,
) -> None:
    chance, files = random.Random(2018), read_archive(evidence)
    for _ in range(300):
        name = chance.choice(sorted(files))
        content = bytearray(files[name])
        content[chance.randrange(len(content))] ^= chance.randrange(1, 256)
        assert refusal(archive(files | {name: bytes(content)})), name


def _move_a_vote(record: Any) -> None:
    """One vote from c1 to c2 at the station and in what was counted: every sum still holds."""
    votes = record["figures"][0]["votes"]
    votes["c1"], votes["c2"] = votes["c1"] - 1, votes["c2"] + 1
    for candidate in record["given"]["candidates"]:
        candidate["votes"] = votes[candidate["id"]]


def test_a_moved_vote_with_all_hashes_made_to_fit_is_refused_for_the_signature(evidence: bytes) -> None:
    files = read_archive(evidence)
    record = json.loads(files["record.json"])
    _move_a_vote(record)
    assert refusal(signed_again(files, with_state(record), None)) == "bad_signature"


def test_another_key_passes_only_where_nobody_names_the_right_one_and_its_name_is_shown(evidence: bytes) -> None:
    files, key = read_archive(evidence), Ed25519PrivateKey.generate()
    record = json.loads(files["record.json"])
    _move_a_vote(record)
    forged = signed_again(files, with_state(record), key)
    lines, trouble = verify(forged)
    own = public_key_fingerprint(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    assert trouble is None
    assert dict(lines)["signed"]["key"] == " ".join(own[i : i + 4] for i in range(0, 64, 4))
    right = public_key_fingerprint(bytes.fromhex(json.loads(files["signatures.json"])["public_key"]))
    assert refusal(forged, right) == "other_key"


def _edit(path: str, value: Any) -> Callable[[Any], None]:
    def change(record: Any) -> None:
        *way, last = path.split(".")
        for step in way:
            record = record[int(step)] if isinstance(record, list) else record[step]
        record[int(last) if isinstance(record, list) else last] = value

    return change


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_edit("figures.0.votes.c1", 6), "wrong_sum"),
        (_edit("figures.0.blank", 1), "wrong_sum"),
        (_edit("figures.0.in_box", 16), "wrong_sum"),
        (_edit("figures.0.votes.c1", -1), "wrong_sum"),
        (_edit("figures.0.votes.c1", True), "wrong_sum"),
        (_edit("given.candidates.0.votes", 6), "wrong_sum"),
        (_edit("ledger.0.difference", 1), "wrong_ledger"),
        (_edit("ledger.0.unissued", 84), "wrong_ledger"),
        (_edit("ledger.0.findings", [{"code": "F302", "text": "", "explanation": "x"}]), "wrong_ledger"),
        (_edit("ledger.0.findings", [{"code": "W311", "text": "", "explanation": ""}]), "not_explained"),
        (_edit("turnout.total.admitted", 14), "wrong_ledger"),
        (_edit("document.elected", ["c1", "c2", "c3", "c4", "c6"]), "wrong_result"),
        (_edit("document.elected", ["c1", "c2", "c3", "c4"]), "wrong_result"),
        (_edit("document.elected", ["c1", "c2", "c3", "c4", "c4"]), "wrong_result"),
        (_edit("document.elected.0", "c99"), "wrong_result"),
        (_edit("document.substitutes", ["c1"]), "wrong_result"),
        (_edit("document.outcome", "lot-required"), "wrong_result"),
        (_edit("regulation.seats", 4), "wrong_result"),
        (_edit("log_heads.0.hash", "0" * 64), "broken_chain"),
        (_edit("log_heads.0.seq", 99), "broken_chain"),
        (_edit("log_heads.0.writer", "x"), "missing_file"),
        (_edit("certification.revision", 2), "wrong_state"),
        (_edit("format", "raadsvalg-record/99"), "wrong_format"),
        (_edit("figures", None), "no_form"),
        (_edit("figures.0.stations", 7), "no_form"),
    ],
)
def test_a_record_that_is_signed_but_wrong_is_refused(
    evidence: bytes, change: Callable[[Any], None], why: str
) -> None:
    """Whoever holds a key can sign anything: the figures must still hold."""
    files = read_archive(evidence)
    record = json.loads(files["record.json"])
    change(record)
    assert refusal(signed_again(files, with_state(record), Ed25519PrivateKey.generate())) == why


def test_what_was_approved_must_be_what_was_requested(evidence: bytes) -> None:
    files = read_archive(evidence)
    record = json.loads(files["record.json"])
    _move_a_vote(record)
    assert refusal(signed_again(files, record, Ed25519PrivateKey.generate())) == "wrong_state"


def _garbage() -> dict[str, bytes]:
    chance = random.Random(7)
    deep = b"[" * 200_000
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("record.json", b"0" * 10_000_000)
    names = ("manifest.json", "signatures.json", "record.json", "record.pdf")
    return {
        "empty": b"",
        "zeros": bytes(1000),
        "text": b"record.json",
        "random": chance.randbytes(5000),
        "head only": b"PK\x03\x04",
        "huge length": b"PK\x03\x04" + b"\xff" * 40,
        "empty archive": archive({}),
        "bomb": bomb.getvalue(),
        "deep": archive(dict.fromkeys(names, deep)),
        "empty files": archive(dict.fromkeys(names, b"")),
        "not objects": archive(dict.fromkeys(names, b"1")),
        "huge number": archive(dict.fromkeys(names, b"9" * 10_000)),
        "not a number": archive(dict.fromkeys(names, b"NaN")),
        "half a surrogate": archive(dict.fromkeys(names, b'"\\ud800"')),
        "a folder above": archive({"../../x": b""}),
    }


@pytest.mark.parametrize("kind", sorted(_garbage()))
def test_garbage_is_refused_in_words(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "evidence.zip"
    file.write_bytes(_garbage()[kind])
    assert main([str(file)]) == 1
    assert capsys.readouterr().out.splitlines()[-1].startswith("AFVIST: ")


def test_a_cut_archive_is_refused_wherever_it_is_cut(evidence: bytes) -> None:
    for length in range(0, len(evidence), 997):
        assert refusal(evidence[:length])
    assert refusal(evidence + b"\x00")
    assert refusal(b"\x00" + evidence)


def test_a_file_that_cannot_be_read_is_named_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "missing.zip"), "--lang", "en"]) == 1
    assert capsys.readouterr().out == "REJECTED: the file cannot be read (FileNotFoundError).\n"


def test_the_program_runs_as_a_folder_by_itself(evidence: bytes, tmp_path: Path) -> None:
    """As an outsider does: the folder alone, in another place, isolated from this project."""
    file, copy = tmp_path / "evidence.zip", tmp_path / "verification"
    file.write_bytes(evidence)
    copy.mkdir()
    for source in PROGRAM.glob("*.py"):
        (copy / source.name).write_bytes(source.read_bytes())
    for arguments, code, last in (([str(file)], 0, "OK"), ([str(file), "--key", "00"], 1, "AFVIST")):
        done = subprocess.run(
            [sys.executable, "-I", str(copy), *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            check=False,
            env={"PYTHONUTF8": "1"},
        )
        assert done.returncode == code, done.stderr
        assert done.stdout.splitlines()[-1].split(":")[0] == last
        assert done.stderr == ""


def test_the_program_imports_nothing_of_ours() -> None:
    allowed = set(sys.stdlib_module_names) | {"cryptography"}
    for source in PROGRAM.glob("*.py"):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert {alias.name.split(".")[0] for alias in node.names} <= allowed, source.name
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 1 or (node.module or "").split(".")[0] in allowed, source.name


def test_every_line_is_there_in_both_languages_with_the_same_facts() -> None:
    import string

    for key, texts in TEXTS.items():
        facts = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in texts]
        assert facts[0] == facts[1], key


# --- small stations -----------------------------------------------------------------------------------------


VARIED = {"c1": 6, "c2": 5, "c3": 4, "c4": 3, "c5": 1, "c6": 1}
"""Twenty papers that may be shown alone; where all chose the same they may not."""


def test_a_small_station_is_shown_nowhere_alone(installation: Installation) -> None:
    """Its agreed figures are withheld from the log, and the record shows it with its neighbour."""
    played = stations_with(installation, 20, 20, 20)
    boxes: list[dict[str, int]] = [VARIED, {"c5": 20}, VARIED]
    for station, votes in zip(played.stations, boxes, strict=True):
        form = figures(played, votes)
        for entry, who in ((1, "enterer"), (2, "enterer_2")):
            enter_tally(*played.by, played.act(who), played.election_id, station, CountKind.FINAL, entry, form)
        settle(*played.by, played.act("board_member"), played.election_id, station)
    determine(*played.by, played.act("board_member"), played.election_id)
    data = bundle_of(certified(played))
    files = read_archive(data)
    record = json.loads(files["record.json"])
    lines, trouble = verify(data)
    assert trouble is None
    alone = [block["stations"] for block in record["figures"] if len(block["stations"]) == 1]
    logs = [name for name, content in files.items() if b'"withheld":"small-count"' in content]
    agreed = [name for name, content in files.items() if rb"\"agreed\"" in content]
    assert dict(lines)["chains"]["withheld"] == len(logs) == 2
    assert len(agreed) == len(alone) == 1


def test_rows_in_which_a_small_station_differed_name_nobodys_votes(installation: Installation) -> None:
    """Shown with the others, the row that was first entered wrong would name who got its few votes."""
    played = stations_with(installation, 20, 20, 20)
    first, hidden, third = played.stations

    def enter(station: UUID, who: str, entry: int, votes: dict[str, int]) -> None:
        act, form = played.act(who), figures(played, votes)
        enter_tally(*played.by, act, played.election_id, station, CountKind.FINAL, entry, form)

    enter(hidden, "enterer", 1, {"c5": 20})
    enter(hidden, "enterer_2", 2, {"c4": 1, "c5": 19})
    act = played.act("board_member", reason="talt forkert")
    return_tally(*played.by, act, played.election_id, hidden, CountKind.FINAL, 2)
    enter(hidden, "enterer_2", 2, {"c5": 20})
    for station in (first, third):
        enter(station, "enterer", 1, VARIED)
        enter(station, "enterer_2", 2, VARIED)
    for station in played.stations:
        settle(*played.by, played.act("board_member"), played.election_id, station)
    determine(*played.by, played.act("board_member"), played.election_id)
    files = read_archive(bundle_of(certified(played)))
    (log,) = [
        text for name, text in files.items() if name.startswith("log/") and "counting" in name and "002" in name
    ]
    assert log.count(b'"withheld":"small-count"') == 3, "they differ, one is sent back, they agree"
    assert not any(word in log for word in (rb"\"differ\"", rb"\"cleared\"", rb"\"agreed\"", rb"\"c4\""))


# --- paper --------------------------------------------------------------------------------------------------


def test_the_paper_is_a_draft_until_it_is_certified_and_then_always_the_same(installation: Installation) -> None:
    played = play_to(Phase.COUNTED, installation)
    keyring = installation.keys.open(played.scope.municipality)

    def pdf() -> bytes:
        with installation.database.read() as session:
            return election_record_pdf(session, keyring, played.read())

    assert "Udkast" in text_of(pdf())
    certified(played)
    first, words = pdf(), text_of(pdf())
    assert pdf() == first == read_archive(bundle_of(played))["record.pdf"]
    with installation.database.read() as session:
        row = latest_certification(session, played.read())
    assert row is not None
    plain = "".join(words.split())
    assert "Udkast" not in words
    assert "senest 04.12.2017 kl. 23.59" in " ".join(words.split())
    for hexadecimal in (row.record_sha256, row.signature.hex(), public_key_fingerprint(row.public_key)):
        assert hexadecimal in plain
    for head in json.loads(row.record)["log_heads"]:
        assert head["hash"] in plain


def text_of(pdf: bytes) -> str:
    pypdfium2: Any = importlib.import_module("pypdfium2")
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
