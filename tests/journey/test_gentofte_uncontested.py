"""Gentofte, November 2021: six stood for six seats, the board cancelled the poll, and nobody was a substitute.

From the candidacies on paper to the case for the municipal council, on the regulation that comes with the program.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from scripts.rehearsal.__main__ import WAITING, rehearse
from tests.journey.small_case import OFFICIALS, SmallCase, resident, stands

pytestmark = pytest.mark.slow

DAY = "2022-01-20"
IN_TIME = "2021-12-01T10:00:00"
"""The day before the deadline, 49 days before the election at noon."""
DECIDED = """[certification]
requested_by = "Carla Cert"
approved_by = "Claus Cert"

[appointment]
body = "Gentofte Kommunalbestyrelse"
date = 2022-01-31
case_no = "2021-1103"
"""


def _play(folder: Path, candidates: int, **more: Any) -> tuple[int, str, Path]:
    case = SmallCase(
        regulation="gentofte-2022",
        day=DAY,
        stations=(("Valgmødet i Gentofte", ("*",), 100),),
        officials={
            **OFFICIALS,
            "Asta Admin": ("election_administrator",),
            "Carla Cert": ("certifier",),
            "Claus Cert": ("certifier",),
            "Sara Sekr": ("council_secretary",),
        },
        top='uncontested_decided_by = "Birthe Formand"',
        residents=[resident(n, municipality="0157") for n in range(30)],
        candidacies=[stands(n, at=IN_TIME) for n in range(candidates)],
        **more,
    )
    said: list[str] = []
    code = rehearse(case.write(folder / "case"), folder / "out", None, said.append, with_papers=False)
    return code, said[-1], folder / "out"


def _read(out: Path, name: str) -> Any:
    return json.loads((out / name).read_text(encoding="utf-8"))


def test_six_for_six_go_without_a_vote_into_the_case_for_the_municipal_council(tmp_path: Path) -> None:
    """Everybody is elected, with no votes at all (not 0), no substitute, no vacant seat; the case waits for a
    decision on each of the six."""
    code, last, out = _play(tmp_path, 6, files={"decisions.toml": DECIDED})
    assert code == WAITING, last
    result = _read(out, "result.json")
    assert result["elected"] == ["c1", "c2", "c3", "c4", "c5", "c6"]
    assert result["substitutes"] == []
    assert result["vacant"] == {"open": 0}
    assert "votes" not in json.dumps(result["steps"][0]["figures"])
    assert last == "waiting: decisions.toml: decision on c1"
    case = "".join(page.extract_text() for page in PdfReader(out / "appointment_case.pdf").pages)
    assert all(f"Kandidat {letter}" in case for letter in "ABCDEF")
    assert "uden afstemning" in " ".join(case.split())
    assert "skulle have været holdt torsdag den 20. januar 2022" in " ".join(case.split())


def test_seven_for_six_need_a_poll(tmp_path: Path) -> None:
    """One more, and the board's decision is refused: the case waits for those who vote."""
    code, last, out = _play(tmp_path, 7)
    assert code == WAITING
    assert last == "waiting: polling.csv"
    assert not (out / "result.json").exists()
