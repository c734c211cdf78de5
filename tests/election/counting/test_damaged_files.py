"""Thousands of count files with something wrong: one line and exit 2, never a trace, never a decision."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from election.counting.__main__ import main
from tests.election.counting.test_bad_input import DOCUMENTS

SHORT = 250
NIGHTLY = 10_000
WRONG: dict[type, list[Any]] = {
    int: [-1, 10**15 + 1, 10**30, 1.0, 0.5, True, None, "1", [], {}],
    str: ["", "a\nb", "\u202e", 7, None, False, ["A"], {}],
    bool: [0, 1, "true", None],
    list: [{}, "a", 1, None, True],
    dict: [[], "a", 1, None, False],
}


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, one in inner for found in places(one, (*path, key)))]


def at(document: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        document = document[key]
    return document


def wrong_value(document: Any, chance: random.Random) -> bytes:
    path = chance.choice(places(document)[1:])
    at(document, path[:-1])[path[-1]] = chance.choice(WRONG[type(at(document, path))])
    return json.dumps(document).encode()


def strange_key(document: Any, chance: random.Random) -> bytes:
    spots = [at(document, path) for path in places(document) if isinstance(at(document, path), dict)]
    chance.choice(spots)[chance.choice(["note", "Votes", "", "id ", "__class__"])] = "x"
    return json.dumps(document).encode()


def key_gone(document: Any, chance: random.Random) -> bytes:
    wanted = {"method", "seats", "id", "name", "count", "ranking", "among", "drawn", "present", "blank", "members"}
    spots = [path for path in places(document) if path and path[-1] in wanted]
    path = chance.choice(spots)
    del at(document, path[:-1])[path[-1]]
    return json.dumps(document).encode()


def key_twice(document: Any, chance: random.Random) -> bytes:
    written = json.dumps(document)
    starts = [i for i in range(len(written) - 1) if written[i : i + 2] == '{"']
    start = chance.choice(starts)
    key = written[start + 1 : written.index('"', start + 2) + 1]
    return (written[: start + 1] + f"{key}: 0, " + written[start + 1 :]).encode()


def torn(document: Any, chance: random.Random) -> bytes:
    written = json.dumps(document).encode()
    return written[: chance.randrange(len(written))]


def stray_byte(document: Any, chance: random.Random) -> bytes:
    written = json.dumps(document).encode()
    spot = chance.randrange(len(written) + 1)
    return written[:spot] + chance.choice([b"\xff", b"\x00", b"\x1b", b"\xed\xa0\x80"]) + written[spot:]


def lot_without_a_tie(document: Any, chance: random.Random) -> bytes:
    ids = [one["id"] for one in document.get("lists", document.get("groups", document.get("candidates")))]
    drawn = chance.sample(ids, 1) * 2 if chance.random() < 0.5 else [*chance.sample(ids, 1), "nobody"]
    document["lots"] = [*document.get("lots", []), {"among": drawn, "drawn": drawn}]
    return json.dumps(document).encode()


DAMAGES = [wrong_value, wrong_value, strange_key, key_gone, key_twice, torn, stray_byte, lot_without_a_tie]


@pytest.mark.parametrize("files", [SHORT, pytest.param(NIGHTLY, marks=pytest.mark.nightly)])
def test_a_damaged_file_is_never_counted(
    files: int, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = tmp_path / "count.json"
    for seed in range(files):
        chance = random.Random(seed)
        content = chance.choice(DAMAGES)(DOCUMENTS[chance.choice(list(DOCUMENTS))](), chance)
        path.write_bytes(content)
        code = main([str(path)])
        out, err = capfdbinary.readouterr()
        assert (code, out) == (2, b""), (seed, content)
        assert err.decode("ascii").count("\n") == 1, (seed, content)
        assert err.endswith(b"\n")


@pytest.mark.parametrize("files", [SHORT, pytest.param(NIGHTLY, marks=pytest.mark.nightly)])
def test_noise_is_refused_or_it_is_another_good_file(
    files: int, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """A digit may become another digit, and that is a file like any other: counted as what it says."""
    path = tmp_path / "count.json"
    refused = 0
    for seed in range(files):
        chance = random.Random(seed)
        content = bytearray(json.dumps(DOCUMENTS[chance.choice(list(DOCUMENTS))]()).encode())
        for _ in range(chance.randint(1, 3)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        path.write_bytes(bytes(content))
        code = main([str(path)])
        out, err = capfdbinary.readouterr()
        if code == 2:
            refused += 1
            assert (out, err.decode("ascii").count("\n")) == (b"", 1), (seed, bytes(content))
        else:
            outcomes = {0: "decided", 3: "lot-required", 4: "next-round"}
            assert (json.loads(out)["outcome"], err) == (outcomes[code], b""), (seed, bytes(content))
    assert refused > files // 2
