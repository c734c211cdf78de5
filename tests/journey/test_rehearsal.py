"""Whole elections from files: the shipped cases, and what a damaged or unfinished case is told."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any, Protocol

import pytest

from scripts.rehearsal.__main__ import BAD_INPUT, FINISHED, WAITING, rehearse

pytestmark = pytest.mark.slow

CASES = Path(__file__).parent / "cases"
CPR = re.compile(rb"(?<![0-9A-Za-z.-])[0-3][0-9][01][0-9]{3}-?[0-9]{4}(?![0-9A-Za-z])")


class Play(Protocol):
    def __call__(self, case: Path, *, with_papers: bool = ...) -> tuple[int, list[str], Path]: ...


@pytest.fixture
def play(database_url: str, engine_name: str, tmp_path: Path) -> Play:
    """Rehearse a case on this engine; gives exit code, what was said, and the output folder."""

    def played(case: Path, *, with_papers: bool = False) -> tuple[int, list[str], Path]:
        out = tmp_path / "out"
        said: list[str] = []
        database = database_url if engine_name == "postgresql" else None
        return rehearse(case, out, database, said.append, with_papers=with_papers), said, out

    return played


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A copy of Køge 2017 to damage."""
    return Path(shutil.copytree(CASES / "koege-2017", tmp_path / "case"))


def read(out: Path, name: str) -> Any:
    return json.loads((out / name).read_text(encoding="utf-8"))


def change(case: Path, name: str, old: str, new: str) -> None:
    path = case / name
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


DONE = "rådet har konstitueret sig"


def test_koege_2017_runs_to_the_council_with_a_missing_paper_explained(play: Play) -> None:
    """Votes 31 9 22 14 5 17 9 12 3, five seats: c1 31, c3 22, c6 17, c4 14, c8 12. Substitutes: c2 and c7 stand
    equal at 9, the lot drew c7 first; then c5 5 and c9 3.

    Papers: 129 admitted + 2 exchanged = 131 handed out; less 1 returned and 2 exchanged = 128 in the box, and
    127 were found: one is missing. 269 unissued + 131 = 400 delivered.
    """
    code, said, out = play(CASES / "koege-2017", with_papers=True)
    assert (code, said[-1]) == (FINISHED, DONE)
    result = read(out, "result.json")
    assert result["elected"] == ["c1", "c3", "c6", "c4", "c8"]
    assert result["substitutes"] == ["c7", "c2", "c5", "c9"]
    assert result["status"] == "certified"
    assert result["steps"]
    ledger = read(out, "ledger.json")["stations"]["Køge Rådhus, kantinen"]
    assert (ledger["handed_out"], ledger["in_box"], ledger["difference"]) == (131, 127, -1)
    assert (ledger["unissued"], ledger["stock_difference"]) == (269, 0)
    assert ledger["findings"] == ["F302"] == list(ledger["explained"])
    turnout = read(out, "turnout.json")["total"]
    assert (turnout["admitted"], turnout["returned"], turnout["refused_second_time"]) == (129, 1, 1)
    assert turnout["share"] == "0.5708"  # 129 / 226
    roll = read(out, "roll.json")
    assert roll["residents"] == 420 == roll["may_vote"] + sum(roll["refused"].values())
    assert "groups" not in roll
    papers = ("poll_cards", "ballot_paper", "printed_list", "election_record", "appointment_case", "minutes")
    for name in (f"{paper}.pdf" for paper in papers):
        assert (out / name).read_bytes().startswith(b"%PDF")


def test_koege_2013_the_reservation_changes_who_is_elected_and_a_tie_needs_a_lot(play: Play) -> None:
    """Non-western 40 30 25 | 20 15, western 12 12 12 4. Three and two seats are reserved: 40, 30, 25 and two of
    the three with 12, by lot c8 and c2. By votes alone 20 and 15 would have had the last two seats.
    """
    _, _, out = play(CASES / "koege-2013")
    result = read(out, "result.json")
    assert set(result["elected"]) == {"c1", "c3", "c5", "c8", "c2"}
    assert {passed["id"] for passed in result["passed_over"]} == {"c4", "c7"}
    assert result["substitutes"][:3] == ["c4", "c7", "c6"]
    assert set(read(out, "roll.json")["groups"]) == {"vestlig", "ikke-vestlig"}


def test_without_the_lot_the_run_waits_for_exactly_those_who_are_tied(play: Play, tmp_path: Path) -> None:
    case = Path(shutil.copytree(CASES / "koege-2013", tmp_path / "case"))
    lines = (case / "lots.csv").read_text(encoding="utf-8").splitlines()
    (case / "lots.csv").write_text("\n".join(line for line in lines if not line.startswith("seat;")) + "\n")
    code, said, out = play(case)
    assert (code, said[-1]) == (WAITING, "waiting: lot seat c2 / c6 / c8")
    assert read(out, "result.json")["elected"] == ["c1", "c3", "c5"]


def test_an_uncontested_election_has_no_poll_and_nobody_has_no_votes(play: Play) -> None:
    code, said, out = play(CASES / "koege-2017-uncontested")
    assert (code, said[-1]) == (FINISHED, DONE)
    result = read(out, "result.json")
    assert result["status"] == "uncontested"
    assert sorted(result["elected"]) == ["c1", "c2", "c3", "c4"]
    assert "votes" not in json.dumps(result["steps"])
    assert not (out / "turnout.json").exists()


def test_no_output_holds_a_cpr_number_or_a_country_column(play: Play) -> None:
    _, _, out = play(CASES / "koege-2017", with_papers=True)
    for path in [*sorted(out.glob("*.json")), out / "report.txt"]:
        assert not CPR.search(path.read_bytes()), path.name
    everyone = (CASES / "koege-2017" / "residents.csv").read_text(encoding="utf-8").splitlines()[1:]
    numbers = {line.split(";")[0].encode() for line in everyone}
    for path in out.iterdir():
        if path.is_file():
            content = path.read_bytes()
            assert not any(number in content for number in numbers), path.name


@pytest.mark.parametrize(
    "name",
    [
        "residents.csv",
        "candidacies.csv",
        "polling.csv",
        "tallies.csv",
        "decisions.toml",
        "meeting.toml",
    ],
)
def test_a_file_that_is_not_there_yet_is_waited_for(play: Play, case: Path, name: str) -> None:
    (case / name).unlink()
    code, said, _ = play(case)
    assert (code, said[-1]) == (WAITING, f"waiting: {name}")


def test_two_candidates_with_one_name_wait_for_a_distinct_one(play: Play, case: Path) -> None:
    rows = (case / "candidacies.csv").read_text(encoding="utf-8").splitlines()
    first, second = rows[1].split(";"), rows[2].split(";")
    second[1] = first[1].upper()
    rows[2] = ";".join(second)
    (case / "candidacies.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    code, said, out = play(case)
    assert (code, said[-1]) == (WAITING, "waiting: distinct ballot name")
    states = {row["id"]: row["state"] for row in read(out, "candidates.json")}
    assert (states["c1"], states["c2"]) == ("accepted", "submitted")


def test_a_difference_that_nobody_explained_is_waited_for(play: Play, case: Path) -> None:
    (case / "explanations.csv").unlink()
    code, said, out = play(case)
    assert code == WAITING
    assert said[-1] == "waiting: explanations.csv Køge Rådhus, kantinen F302"
    assert not (out / "result.json").exists()


DAMAGE = [
    ("polling.csv", ";open;", ";opne;", "polling.csv, line 2, column act"),
    ("tallies.csv", ";final;1;", ";finale;1;", "tallies.csv, line 2, column count"),
    ("tallies.csv", ";c1;31", ";c1;3x", "tallies.csv, line 2, column number"),
    ("tallies.csv", ";c1;31", ";c1;99999", "tallies.csv, line 2, column number"),
    ("tallies.csv", "2;Egon Indtaster;c1", "2;Ida Indtaster;c1", "column by"),
    ("election.toml", "election_day", "electionday", "unknown key 'electionday'"),
    ("election.toml", '"enterer"', '"typist"', "unknown role 'typist'"),
    ("residents.csv", ";birth_country;", ";", "residents.csv, line 1"),
    ("candidacies.csv", "submitted_at;", "sent_at;", "candidacies.csv, line 1"),
    ("lots.csv", "Birthe Formand", "Fremmed Person", "lots.csv, line 2"),
]


@pytest.mark.parametrize(("name", "old", "new", "place"), DAMAGE)
def test_bad_input_names_the_place_and_leaves_nothing_but_the_report(
    play: Play, case: Path, name: str, old: str, new: str, place: str
) -> None:
    change(case, name, old, new)
    code, said, out = play(case)
    assert code == BAD_INPUT
    assert place in said[-1]
    assert [path.name for path in out.iterdir()] == ["report.txt"]


def test_the_same_enterer_for_both_tallies_is_bad_input(play: Play, case: Path) -> None:
    path = case / "tallies.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Egon Indtaster", "Ida Indtaster"), encoding="utf-8")
    code, said, _ = play(case)
    assert code == BAD_INPUT
    assert "R325" in said[-1]


def test_tallies_that_differ_wait_and_the_ledger_says_so(play: Play, case: Path) -> None:
    change(case, "tallies.csv", "2;Egon Indtaster;c3;22", "2;Egon Indtaster;c3;21")
    code, said, out = play(case)
    assert code == WAITING
    assert said[-1].startswith("waiting: tallies differ at Køge Rådhus, kantinen")
    assert "F304" in read(out, "ledger.json")["stations"]["Køge Rådhus, kantinen"]["findings"]


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("2017-10-29T02:30:00", False),  # occurs twice: summer time ends
        ("2017-10-29T02:30:00+02:00", True),
        ("2017-10-29T02:30:00+01:00", True),
        ("2017-03-26T02:30:00", False),  # does not exist: summer time begins
    ],
)
def test_the_hour_of_the_clock_change_needs_its_offset(play: Play, case: Path, text: str, fits: bool) -> None:
    change(case, "candidacies.csv", "2017-10-18T09:12:00", text)
    code, said, _ = play(case)
    assert (code == FINISHED) is fits, said[-1]
