"""Elections to posts: the ministry's example, the vectors of the three rounds, groups that choose in turn.

Each vector is a file with an input and what must come out of `python -m election.counting` for it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from election.counting.__main__ import main

ROOT = Path(__file__).resolve().parents[3]
VECTORS = Path(__file__).parent / "vectors"
EXIT = {"decided": 0, "lot-required": 3, "next-round": 4}
Document = dict[str, Any]


class Vectors:
    """Counts a vector as the command line does."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[bytes]) -> None:
        self._folder = folder
        self._capture = capture

    def run(self, name: str) -> Document:
        """The output, which is as the vector says apart from its steps, with the exit code that belongs to it."""
        vector = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
        path = self._folder / "input.json"
        path.write_text(json.dumps(vector["input"]), encoding="utf-8")
        code = main([str(path)])
        out, err = self._capture.readouterr()
        assert err == b""
        found: Document = json.loads(out)
        assert {key: value for key, value in found.items() if key != "steps"} == vector["expected"]
        assert list(found)[:-1] == list(vector["expected"])
        assert code == EXIT[found["outcome"]]
        return found


@pytest.fixture
def vectors(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Vectors:
    return Vectors(tmp_path, capfdbinary)


def danish(found: Document) -> list[str]:
    return [step["text_da"] for step in found["steps"]]


def needed(found: Document) -> list[int]:
    return [step["figures"]["needed"] for step in found["steps"] if "needed" in step["figures"]]


def test_v1_the_ministrys_own_example(vectors: Vectors) -> None:
    """21 present: more than 10.5, so 11. A has 10 twice. Round 3: 10 + 8 = 18 cast, more than 9: A with 10."""
    found = vectors.run("v01-the-ministrys-own-example")
    assert needed(found) == [11, 11, 10]
    assert danish(found) == [
        "Runde 1: A fik 10 stemmer, B 8, C 3. 21 til stede, 11 stemmer kræves."
        " Ingen er valgt; der holdes en anden runde.",
        "Runde 2: A fik 10 stemmer, B 8, C 3. 21 til stede, 11 stemmer kræves."
        " Ingen er valgt; der holdes en tredje runde mellem A og B.",
        "Runde 3: A fik 10 stemmer, B 8, 3 blanke. 21 til stede."
        " Flertallet regnes af de afgivne stemmer på de to, i alt 18: 10 stemmer kræves. A er valgt."
        " Margin: Havde 1 af de 10 stemmer været på B, var der trukket lod.",
    ]


def test_v2_more_than_half_of_fifteen(vectors: Vectors) -> None:
    """15 present: more than 7.5, so 8. A has 8."""
    found = vectors.run("v02-elected-in-the-first-round")
    assert needed(found) == [8]
    assert danish(found) == [
        "Runde 1: A fik 8 stemmer, B 7. 15 til stede, 8 stemmer kræves. A er valgt."
        " Margin: Havde 1 af de 8 stemmer været på en anden, var A ikke valgt."
    ]
    assert found["steps"][0]["cite"] == "KSTL § 24, stk. 1"


def test_v3_half_of_those_present_is_not_enough(vectors: Vectors) -> None:
    """14 present: more than 7, so 8. A has 7, also because one paper was blank."""
    found = vectors.run("v03-seven-of-fourteen-present")
    assert danish(found) == [
        "Runde 1: A fik 7 stemmer, B 6, 1 blank. 14 til stede, 8 stemmer kræves."
        " Ingen er valgt; der holdes en anden runde."
    ]
    assert found["steps"][0]["figures"]["missing"] == 1


def test_v4_the_same_votes_with_a_majority_of_those_cast(vectors: Vectors) -> None:
    """7 + 6 = 13 for persons; the blank paper is not counted: more than 6.5, so 7. A has 7."""
    found = vectors.run("v04-seven-of-thirteen-cast")
    assert needed(found) == [7]
    assert found["steps"][0]["cite"] == "KSTL § 24, stk. 1; majority_of cast"
    assert "Flertallet regnes af de afgivne stemmer på personer, i alt 13: 7 stemmer kræves." in danish(found)[0]


def test_v5_the_only_one_who_received_votes_is_elected_in_round_2_and_not_in_round_1(vectors: Vectors) -> None:
    """9 present: 5 needed. A has 4, five papers are blank. In round 2 that is enough, for nobody else has any."""
    first = vectors.run("v05-only-one-received-votes-in-the-first-round")
    second = vectors.run("v05-only-one-received-votes")
    assert needed(second) == [5, 5]
    assert danish(second)[:1] == danish(first)
    assert danish(second)[1] == (
        "Runde 2: A fik 4 stemmer, 5 blanke. 9 til stede, 5 stemmer kræves. Kun A fik stemmer. A er valgt."
        " Margin: Med 1 stemme på en anden var ingen valgt i denne runde."
    )


def test_v6_a_lot_says_who_meets_the_leader_in_round_3(vectors: Vectors) -> None:
    """11 present: 6 needed, A has 5. B and C have 3 each for one place: lot. C is drawn, and 6 of 11 elect C."""
    asked = vectors.run("v06-the-second-place-is-tied")
    drawn = vectors.run("v06-with-the-lot")
    held = vectors.run("v06-with-the-lot-and-round-three")
    assert vectors.run("v06-round-three-held-without-the-lot") == asked
    assert danish(asked)[-1] == "Der skal trækkes lod mellem B og C om den anden plads i tredje runde."
    assert danish(drawn)[-1] == "Lodtrækning mellem B og C: C. Der holdes en tredje runde mellem A og C."
    assert danish(held)[:3] == danish(drawn)
    assert held["steps"][-1]["figures"]["margin"] == 1


def test_v7_a_lot_says_who_wins_a_tied_round_3(vectors: Vectors) -> None:
    """5 and 5 of 10: neither has more than half of 10, which is 6. The lot draws B."""
    asked = vectors.run("v07-round-three-is-tied")
    drawn = vectors.run("v07-with-the-lot")
    assert danish(asked)[-1] == "Der skal trækkes lod mellem A og B om, hvem der er valgt."
    assert danish(drawn)[-1] == (
        "Lodtrækning mellem A og B: B er trukket og er valgt. Margin: Med 1 stemme mere var A valgt uden lod."
    )
    assert danish(drawn)[:-1] == danish(asked)[:-1]


def test_v12_blank_papers_do_not_count_in_round_3(vectors: Vectors) -> None:
    """15 present: 8 needed, A has 6. Round 3: 6 + 4 = 10 cast, more than 5: A with 6, though 15 are present."""
    assert needed(vectors.run("v12-blank-papers-in-round-three")) == [8, 8, 6]


def test_groups_8_4_3_for_5_seats_need_a_lot_for_the_second_and_third_choice(vectors: Vectors) -> None:
    """8, then 8/2 = 4 and 4/1 = 4 (lot), then 3/1 = 3, then 8/3 = 2⅔ before 4/2 = 2: G1 3, G2 1, G3 1."""
    asked = vectors.run("groups-15-present-5-seats")
    drawn = vectors.run("groups-15-present-5-seats-with-the-lot")
    assert danish(asked)[-1] == ("Lige store kvotienter (G1 8/2, G2 4/1) om valg nr. 2–3. Der skal trækkes lod.")
    shares = next(step["figures"]["seats"] for step in drawn["steps"] if "order" in step["figures"])
    assert shares == {"G1": 3, "G2": 1, "G3": 1}
    assert danish(drawn)[2] == (
        "Grupperne vælger i denne rækkefølge: 1. G1 (8/1), 2. G2 (4/1), 3. G1 (8/2), 4. G3 (3/1), 5. G1 (8/3)."
        " Pladser: G1 3, G2 1, G3 1."
    )


def test_groups_6_3_2_for_4_seats_need_a_lot_for_the_last_seat_too(vectors: Vectors) -> None:
    """6, then 6/2 = 3 and 3/1 = 3 (lot: the order), then 6/3 = 2 and 2/1 = 2 for one seat (lot: the seat)."""
    vectors.run("groups-11-present-4-seats")
    vectors.run("groups-11-present-4-seats-the-last-seat")
    drawn = vectors.run("groups-11-present-4-seats-with-both-lots")
    assert danish(drawn)[2] == "Lige store kvotienter (G1 6/3, G3 2/1) om valg nr. 4. Lodtrækning: G3."


def test_another_round_exits_4_in_a_process_of_its_own(tmp_path: Path) -> None:
    vector = json.loads((VECTORS / "v03-seven-of-fourteen-present.json").read_text(encoding="utf-8"))
    path = tmp_path / "input.json"
    path.write_text(json.dumps(vector["input"]), encoding="utf-8")
    command = [sys.executable, "-m", "election.counting", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (4, b"")
    assert json.loads(done.stdout)["next_round"] == {"number": 2, "between": ["A", "B"]}


def test_no_vector_is_forgotten() -> None:
    """Every file is named in a test above."""
    source = Path(__file__).read_text(encoding="utf-8")
    files = sorted(path.stem for path in VECTORS.glob("*.json"))
    assert len(files) == 18
    assert [one for one in files if f'"{one}' not in source] == []
