"""København 2006 from files: sixteen stations, lists, votes by post, small stations; every sum done by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from registry.regulation.loader import shipped
from scripts.rehearsal.__main__ import BAD_INPUT, WAITING, rehearse
from scripts.rehearsal.case import read_case
from scripts.rehearsal.invent_case import invent
from scripts.rehearsal.plans import PLANS

pytestmark = [pytest.mark.slow, pytest.mark.nightly]

CASES = Path(__file__).parent / "cases"
CASE = CASES / "kobenhavn-2006"
SMALL = ("Kulturhuset Christianshavn", "Kulturhuset Ryparken", "Kulturhuset Kongens Enghave")
LISTS = {
    "Blandet liste": range(1, 7),
    "Broen": range(7, 12),
    "Ny By": range(12, 16),
    "Mangfoldighed": range(16, 19),
}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The case played once on SQLite."""
    out, said = tmp_path_factory.mktemp("kobenhavn"), list[str]()
    rehearse(CASE, out, None, said.append, with_papers=False)
    assert (out / "result.json").exists(), said[-1]
    return out


def read(out: Path, name: str) -> Any:
    return json.loads((out / name).read_text(encoding="utf-8"))


def test_the_seats_are_those_of_the_division_table(played: Path) -> None:
    """Blandet liste 106, Broen 78, Ny By 66, Mangfoldighed 53, Verden i Byen 26. Eleven seats, by place:

    | divided by | Blandet liste | Broen | Ny By | Mangfoldighed | Verden i Byen |
    |---|---|---|---|---|---|
    | 1 | 106 (1)    | 78 (2) | 66 (3) | 53 (4)     | 26 (tied) |
    | 2 | 53 (4)     | 39 (6) | 33 (8) | 26½ (9)    | 13 |
    | 3 | 35⅓ (7)    | 26 (tied) | 22  | 17⅔        | |
    | 4 | 26½ (9)    | 19½    | 16½    | | |
    | 5 | 21⅕        | | | | |

    Ten seats are given; for the eleventh Broen and Verden i Byen both have 26: the lot drew Verden i Byen.
    """
    result = read(played, "result.json")
    assert result["seats_by_list"] == {
        "Blandet liste": 4, "Broen": 2, "Ny By": 2, "Mangfoldighed": 2, "Verden i Byen": 1,
    }  # fmt: skip
    tied = [step["figures"] for step in result["steps"] if "drawn" in step["figures"]]
    assert tied == [{"tied": ["Broen", "Verden i Byen"], "places": 1, "drawn": ["Verden i Byen", "Broen"]}]


def test_on_each_list_the_personal_votes_decide_and_the_rest_wait_on_the_same_list(played: Path) -> None:
    """Blandet liste 25 19 16 13 | 9 6; Broen 22 15 | 12 9 6; Ny By 20 15 | 12 8; Mangfoldighed 21 14 | 10;
    Verden i Byen 12 | 9. c21 was born in a country of the set and may not stand."""
    result = read(played, "result.json")
    assert set(result["elected"]) == {f"c{n}" for n in (1, 2, 3, 4, 7, 8, 12, 13, 16, 17, 19)}
    assert result["substitutes_by_list"] == {
        "Blandet liste": ["c5", "c6"],
        "Broen": ["c9", "c10", "c11"],
        "Ny By": ["c14", "c15"],
        "Mangfoldighed": ["c18"],
        "Verden i Byen": ["c20"],
    }
    states = {row["id"]: (row["state"], *row["reasons"]) for row in read(played, "candidates.json")}
    assert states.pop("c21") == ("refused", "origin_not_covered")
    assert set(states.values()) == {("accepted",)}


def test_the_figures_shown_add_up_to_the_votes_of_each_list(played: Path) -> None:
    """329 valid + 5 blank + 4 invalid = 338 papers in sixteen boxes; 106 for Blandet liste and its candidates."""
    blocks = read(played, "result.json")["stations"]
    assert sum(block["valid"] for block in blocks) == 329
    assert sum(block["blank"] for block in blocks) == 5
    assert sum(sum(block["invalid"].values()) for block in blocks) == 4
    assert sum(block["in_box"] for block in blocks) == 338
    totals = {row: sum(block["votes"][row] for block in blocks) for row in blocks[0]["votes"]}
    by_list = {name: totals[f"list:{name}"] + sum(totals[f"c{n}"] for n in own) for name, own in LISTS.items()}
    assert by_list == {"Blandet liste": 106, "Broen": 78, "Ny By": 66, "Mangfoldighed": 53}


def test_a_small_station_never_stands_alone(played: Path) -> None:
    """Christianshavn 9 is mixed with Indre By 24 = 33, Ryparken 11 with Østerbro 21 = 32; Kongens Enghave 7 has
    its own count and is shown with the next one, Vesterbro 25 = 32. Vanløse has just the 20 that are enough."""
    blocks = read(played, "result.json")["stations"]
    least = shipped("kobenhavn-2006").regulation.counting.small_count.value
    assert {name for block in blocks for name in block["stations"]} == set(
        shipped("kobenhavn-2006").regulation.polling.stations.value
    )
    assert all(block["valid"] >= least for block in blocks)
    assert [block["valid"] for block in blocks if block["stations"] == ["Kulturhuset Vanløse"]] == [20]
    together = {tuple(block["stations"]): block["valid"] for block in blocks if len(block["stations"]) > 1}
    assert together == {
        ("Kulturhuset Indre By", "Kulturhuset Christianshavn"): 33,
        ("Kulturhuset Østerbro", "Kulturhuset Ryparken"): 32,
        ("Kulturhuset Kongens Enghave", "Kulturhuset Vesterbro"): 32,
    }
    assert not any(block["stations"] == [name] for block in blocks for name in SMALL)


def test_every_voter_is_counted_once_wherever_the_paper_was_handed_out(played: Path) -> None:
    """338 in the boxes + 1 carried away + 2 handed back − 10 by post = 331 admitted; (331 + 10) / 524 = 0.6508.

    522 on the frozen roll + 3 by declaration − 1 who moved = 524. Three second attempts were refused: at the
    same station, at the next one, and after a vote by post.
    """
    assert read(played, "roll.json")["by_station"] == {}
    turnout = read(played, "turnout.json")
    assert turnout["total"] == {
        "may_vote": 524, "admitted": 331, "postal": 10, "returned": 2, "refused_second_time": 3, "share": "0.6508",
    }  # fmt: skip
    assert len(turnout["stations"]) == 16
    assert {figures["share"] for figures in turnout["stations"].values()} == {None}
    refused = {name: one["refused_second_time"] for name, one in turnout["stations"].items()}
    assert {name for name, number in refused.items() if number} == {
        "Kulturhuset Østerbro", "Kulturhuset Ydre Nørrebro", "Kulturhuset Valby",
    }  # fmt: skip


def test_the_papers_of_mixed_stations_are_in_one_ledger_and_counted_once(played: Path) -> None:
    """Indre By 24 − 3 by post + 1 exchanged = 22 handed out, Christianshavn 9: 31; 31 − 1 + 3 = 33 in the box.

    Østerbro 21 and Ryparken 11 + 1 exchanged: 33; the one exchanged lies in the common heap: 33 − 1 = 32.
    """
    ledgers = read(played, "ledger.json")["stations"]
    assert len(ledgers) == 14
    shown = ("delivered", "handed_out", "exchanged", "postal_in_box", "in_box", "difference", "stock_difference")
    assert [ledgers["Kulturhuset Indre By"][key] for key in shown] == [200, 31, 1, 3, 33, 0, 0]
    assert [ledgers["Kulturhuset Østerbro"][key] for key in shown] == [200, 33, 1, 0, 32, 0, 0]
    assert ledgers["Kulturhuset Østerbro"]["counted_with"] == ["Kulturhuset Ryparken"]
    assert {name: one["findings"] for name, one in ledgers.items() if one["findings"]} == {
        "Kulturhuset Ydre Nørrebro": ["F302"]
    }
    assert ledgers["Kulturhuset Sundby"]["in_envelopes"] == 1


def test_both_databases_give_the_same_files(
    played: Path, database_url: str, engine_name: str, tmp_path: Path
) -> None:
    if engine_name != "postgresql":
        pytest.skip("SQLite has played it already")
    rehearse(CASE, tmp_path / "out", database_url, lambda _: None, with_papers=False)
    for path in played.glob("*.json"):
        assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes(), path.name


def test_without_the_lot_the_run_waits_for_the_two_lists(tmp_path: Path) -> None:
    case, said = tmp_path / "case", list[str]()
    invent(PLANS["kobenhavn-2006"], case)
    lots = (case / "lots.csv").read_text(encoding="utf-8").splitlines()
    (case / "lots.csv").write_text("\n".join(line for line in lots if not line.startswith("list-seat;")) + "\n")
    assert rehearse(case, tmp_path / "out", None, said.append, with_papers=False) == WAITING
    assert said[-1] == "waiting: lot list-seat Broen / Verden i Byen"


def test_a_candidate_without_a_list_is_bad_input(tmp_path: Path) -> None:
    case, said = tmp_path / "case", list[str]()
    invent(PLANS["kobenhavn-2006"], case)
    rows = (case / "candidacies.csv").read_text(encoding="utf-8").replace(";Broen;", ";;", 1)
    (case / "candidacies.csv").write_text(rows, encoding="utf-8")
    assert rehearse(case, tmp_path / "out", None, said.append, with_papers=False) == BAD_INPUT
    assert "candidacies.csv, line 8, column list" in said[-1]


@pytest.mark.parametrize("name", PLANS)
def test_a_case_is_what_its_plan_gives(name: str, tmp_path: Path) -> None:
    """The same name gives the same files; what is decided by hand may stand beside them."""
    invent(PLANS[name], tmp_path)
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (CASES / name / path.name).read_bytes(), path.name


def test_the_people_are_invented_and_the_greenlanders_stand_on_the_mixed_list() -> None:
    """No CPR number passes modulus 11, none was born on a 1 January; c1 has Greenland in the extract."""
    rows = [line.split(";") for line in (CASE / "residents.csv").read_text(encoding="utf-8").splitlines()[1:]]
    weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    assert len(rows) == 1000
    for row in rows:
        assert sum(int(d) * w for d, w in zip(row[0], weights, strict=True)) % 11 != 0
        assert not row[0].startswith("0101")
    greenlandic = {row[0] for row in rows if "GL" in row[10:13]}
    on_list = {row.cpr(): row["list"] for row in read_case(CASE).candidacies or ()}
    assert {on_list[cpr] for cpr in greenlandic & on_list.keys()} == {"Blandet liste"}
