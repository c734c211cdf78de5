"""`python -m election.counting FILE`: exit codes, bytes, and one line for whatever is wrong with the file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from election.counting.__main__ import main
from tests.election.counting.documents import people, personal

ROOT = Path(__file__).resolve().parents[3]


def run(path: Path) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "election.counting", str(path)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False)


def written(folder: Path, content: object) -> Path:
    path = folder / "count.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def test_a_decided_count_exits_0_with_the_same_bytes_each_time(tmp_path: Path) -> None:
    path = written(tmp_path, personal(1, [{"id": "æ", "name": "Åse Ørbæk", "votes": 3}, *people(1)]))
    first, second = run(path), run(path)
    assert (first.returncode, first.stderr) == (0, b"")
    assert first.stdout == second.stdout
    assert json.loads(first.stdout)["elected"] == ["æ"]
    assert "Åse Ørbæk" in first.stdout.decode("utf-8")


def test_a_count_that_waits_for_a_lot_exits_3(tmp_path: Path) -> None:
    result = run(written(tmp_path, personal(1, people(3, 3))))
    assert result.returncode == 3
    assert json.loads(result.stdout)["lot_required"]["among"] == ["c1", "c2"]


def test_bad_input_exits_2_with_one_line_and_no_output(tmp_path: Path) -> None:
    result = run(written(tmp_path, personal(0, people(3))))
    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr == b"seats: must be from 1 to 10^15\n"


GOOD = json.dumps(personal(1, people(3, 1)))


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "line 1 column 1: is not JSON"),
        (b"\xff\xfe", "byte 0: is not UTF-8"),
        (b'{"method": "personal-votes"', "line 1 column 28: is not JSON"),
        (b"\xef\xbb\xbf{}", "line 1 column 1: is not JSON"),
        (b"[]", "document: must be an object"),
        (b"{}", "method: is missing"),
        (b"NaN", "document: must be an object"),
        (b'{"method": "x", "method": "x"}', '"method": is a key that stands twice in one object'),
        (b'{"a\\n\\ud800": 1, "a\\n\\ud800": 1}', '"a\\n\\ud800": is a key that stands twice in one object'),
        (b"[" * 100_000, "document: is nested too deeply"),
        (GOOD.replace("3", "3.0").encode(), "candidates[0].votes: must be a whole number"),
        (GOOD.replace("3", "3e0").encode(), "candidates[0].votes: must be a whole number"),
        (GOOD.replace("3", "NaN").encode(), "candidates[0].votes: must be a whole number"),
        (GOOD.replace("3", "-Infinity").encode(), "candidates[0].votes: must be a whole number"),
        (GOOD.replace("3", "true").encode(), "candidates[0].votes: must be a whole number"),
        (GOOD.replace("3", "9" * 5000).encode(), "candidates[0].votes: must be from 0 to 10^15"),
        (GOOD.replace("3", "-" + "9" * 5000).encode(), "candidates[0].votes: must be from 0 to 10^15"),
        (
            GOOD.replace("Kandidat 1", "\\ud800").encode(),
            "candidates[0].name: holds a character that cannot be printed",
        ),
    ],
)
def test_a_file_that_is_wrong(
    content: bytes, line: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main([str(written(tmp_path, content))]) == 2
    out, err = capfdbinary.readouterr()
    assert out == b""
    assert err.decode("ascii") == line + "\n"


@pytest.mark.parametrize("name", ["absent.json", ".", "a\0b"])
def test_a_file_that_cannot_be_read(name: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main([str(tmp_path / name)]) == 2
    out, err = capfdbinary.readouterr()
    assert out == b""
    assert err.startswith(b"file: cannot be read")
    assert err.count(b"\n") == 1


@pytest.mark.parametrize("arguments", [[], ["a", "b"]])
def test_without_exactly_one_file(arguments: list[str], capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(arguments) == 2
    assert capfdbinary.readouterr() == (b"", b"arguments: give exactly one file\n")


def test_a_result_that_cannot_be_written_exits_2_with_one_line(tmp_path: Path) -> None:
    path = written(tmp_path, personal(1, people(3, 1)))
    command = [sys.executable, "-m", "election.counting", str(path)]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr == b"output: cannot be written (No space left on device)\n"


def test_whoever_reads_only_the_beginning_hears_nothing_of_it(tmp_path: Path) -> None:
    """So many candidates that the result is larger than what a pipe holds."""
    path = written(tmp_path, personal(1, people(*range(5000, 0, -1))))
    command = [sys.executable, "-m", "election.counting", str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        assert program.stdout.read(1) == b"{"
        program.stdout.close()
        assert (program.wait(60), program.stderr.read()) == (0, b"")
