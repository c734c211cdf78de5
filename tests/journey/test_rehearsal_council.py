"""From the counted result to the constituted council, from files: what comes out, and what a case is told."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from scripts.rehearsal.__main__ import BAD_INPUT, FINISHED, WAITING, rehearse

pytestmark = pytest.mark.slow

CASES = Path(__file__).parent / "cases"


def play(case: Path, out: Path, database: str | None = None) -> tuple[int, str]:
    said: list[str] = []
    code = rehearse(case, out, database, said.append, with_papers=False)
    return code, said[-1]


def read(out: Path, name: str) -> Any:
    return json.loads((out / name).read_text(encoding="utf-8"))


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CASES / "koege-2017", tmp_path / "case"))


def change(case: Path, name: str, old: str, new: str) -> None:
    path = case / name
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def without(case: Path, name: str, kind: str, one: str) -> None:
    """Take the table of one person out of a file."""
    path = case / name
    tables = re.split(r"(?m)^(?=\[)", path.read_text(encoding="utf-8"))
    kept = [table for table in tables if not (table.startswith(kind) and f'id = "{one}"' in table)]
    assert len(kept) == len(tables) - 1
    path.write_text("".join(kept), encoding="utf-8")


@pytest.mark.parametrize("name", ["koege-2013", "koege-2017", "koege-2017-uncontested", "kobenhavn-2006"])
def test_each_case_ends_in_a_constituted_council(
    name: str, database_url: str, engine_name: str, tmp_path: Path
) -> None:
    database = database_url if engine_name == "postgresql" else None
    assert play(CASES / name, tmp_path / "out", database) == (FINISHED, "rådet har konstitueret sig")
    meeting, council = read(tmp_path / "out", "meeting.json"), read(tmp_path / "out", "council.json")
    assert meeting["posts"]["chair"]
    assert meeting["closed_at"]
    assert council["legal_size"] == len(council["seats"])


def test_koege_2017_seats_fifteen_and_elects_its_chair_in_the_third_round(tmp_path: Path) -> None:
    """c4 declines, so c7, first in line, takes the fifth elected seat: 5 + 4 + 5 + 1 = 15, nothing deviates.

    12 present of 15, then 13: at least half of 15 is 8, so it is quorate. More than half of 13 is 7: 5 and 5 are
    not enough. For the third round c3 and s1 stand equal at 4, and the lot draws c3. There 6 of the 11 votes cast
    decide, although 6 is less than 7. c3 is vice-chair unopposed, and the municipal council's member takes the
    third post, being the only one who may.
    """
    assert play(CASES / "koege-2017", tmp_path)[0] == FINISHED
    council, meeting = read(tmp_path, "council.json"), read(tmp_path, "meeting.json")
    states = {member["id"]: member["state"] for member in council["members"]}
    assert states["c4"] == "declined"
    assert {one for one, state in states.items() if state == "seated"} == {
        "c1", "c3", "c6", "c7", "c8", "b1", "b2", "b3", "b4", "s1", "s2", "s3", "s4", "s5", "p1",
    }  # fmt: skip
    assert council["deviations"] == []
    assert [(s["id"], s["rank"], s["state"]) for s in council["substitutes"]] == [
        ("c7", 1, "seated"),
        ("c2", 2, None),
        ("c5", 3, None),
        ("c9", 4, None),
    ]
    assert meeting["quorum"] == {
        "phrase": "at_least_half", "size": 15, "needed": 8, "present": 12, "is_quorate": True,
    }  # fmt: skip
    chair = meeting["elections"][0]
    assert [(r["present"], r["needed"]) for r in chair["rounds"]] == [(13, 7), (13, 7), (13, 6)]
    assert chair["lots"] == [
        {"for": "round-three", "among": ["c3", "s1"], "drawn": ["c3"], "is_chairs_decision": False}
    ]
    assert meeting["posts"] == {"chair": "c1", "vice_chair": "c3", "municipal_member": "p1"}
    assert meeting["presence"]["b3"][0]["to"].startswith("2018-01-08T19:40")


def test_uncontested_one_is_not_appointed_and_eight_of_fifteen_are_just_enough(tmp_path: Path) -> None:
    """4 stand for 5 seats and c2 is not appointed: 3 elected, 4 + 3 + 1 others, 11 of 15. The municipal member is
    vice-chair, so the third post falls away."""
    assert play(CASES / "koege-2017-uncontested", tmp_path)[0] == FINISHED
    council, meeting = read(tmp_path, "council.json"), read(tmp_path, "meeting.json")
    assert sum(seat["state"] == "vacant" for seat in council["seats"]) == 4
    assert len(council["deviations"]) == 3
    reasons = {m["id"]: m["start_reason"] for m in council["members"]}
    assert (reasons["c1"], reasons["c2"], reasons["b1"]) == ("uncontested", None, "appointed")
    assert (meeting["quorum"]["present"], meeting["quorum"]["is_quorate"]) == (8, True)
    assert meeting["notice"] == {"sent_on": "2017-12-29", "days": 10, "rule_days": 14, "is_late": True}
    assert meeting["posts"] == {"chair": "c3", "vice_chair": "p1", "municipal_member": None}


def test_kobenhavn_2006_sits_from_the_decision_thirty_days_after_the_election(tmp_path: Path) -> None:
    """7 March + 30 days = 6 April 2006. c7 of Broen declines: c9, first of Broen's substitutes, follows."""
    assert play(CASES / "kobenhavn-2006", tmp_path)[0] == FINISHED
    council = read(tmp_path, "council.json")
    assert council["term"] == {"starts_on": "2006-03-07", "ends_on": "2010-03-06"}
    seated = [m for m in council["members"] if m["state"] == "seated"]
    assert len(seated) == 11
    assert {m["starts_on"] for m in seated} == {"2006-04-06"}
    assert next(m for m in seated if m["id"] == "c9")["start_reason"] == "succeeded"


def test_who_is_not_decided_upon_is_waited_for(case: Path, tmp_path: Path) -> None:
    without(case, "decisions.toml", "[[appointment.elected]]", "c6")
    assert play(case, tmp_path / "out") == (WAITING, "waiting: decisions.toml: decision on c6")
    assert read(tmp_path / "out", "result.json")["status"] == "certified"


def test_a_place_to_which_somebody_was_not_appointed_stays_empty(case: Path, tmp_path: Path) -> None:
    change(case, "decisions.toml", 'decision = "declined"', 'decision = "not_appointed"')
    change(case, "meeting.toml", '"c7", ', '"s4", ')
    assert play(case, tmp_path / "out")[0] == FINISHED
    seats = read(tmp_path / "out", "council.json")["seats"]
    assert [seat["id"] for seat in seats if seat["group"] == "elected"] == ["c1", "c3", "c6", "c8", None]


def test_a_preliminary_result_is_not_certified(case: Path, tmp_path: Path) -> None:
    path = case / "tallies.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(";final;", ";preliminary;"), encoding="utf-8")
    code, said = play(case, tmp_path / "out")
    assert (code, said) == (WAITING, "waiting: tallies.csv: the final count")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('lot = "c3"', "", "waiting: lot round-three c3 / s1"),
        ("votes = { c1 = 6, c3 = 5 }", "votes = { c1 = 5, c3 = 5 }", "waiting: lot seat c1 / c3"),
        ('nominees = ["c3"]', 'nominees = ["c3", "c6"]', "waiting: round 1 of vice_chair"),
    ],
)
def test_a_lot_or_a_round_that_is_missing_is_waited_for(
    case: Path, tmp_path: Path, old: str, new: str, said: str
) -> None:
    change(case, "meeting.toml", old, new)
    assert play(case, tmp_path / "out") == (WAITING, said)
    assert (tmp_path / "out" / "minutes.pdf").exists()


DAMAGE = [
    ("decisions.toml", "Claus Certifikat", "Carla Certifikat", "R534"),
    ("decisions.toml", 'id = "c1"', 'id = "c99"', "neither elected nor a substitute"),
    ("decisions.toml", 'decision = "declined"', 'decision = "undecided"', "appointment.elected[4].decision"),
    ("decisions.toml", 'seat_group = "municipal"', 'seat_group = "elected"', "R567"),
    ("decisions.toml", 'id = "b2"', 'id = "b1"', "stands twice"),
    ("decisions.toml", "case_no", "case", "unknown key"),
    ("meeting.toml", "Sara Sekretær", "Tove Tilforordnet", "council_secretary"),
    ("meeting.toml", '"c7", ', '"c4", ', "R607"),
    ("meeting.toml", "19:33:00", "19:25:00", "earlier"),
    ("meeting.toml", 'lot = "c3"', 'lot = "c1"', "R640"),
]
MORE_DAMAGE = [
    ("decisions.toml", "Claus Certifikat", "Ida Indtaster", "certification.approved_by"),
    ("decisions.toml", "date = 2017-12-19", "date = 2017-11-19", "R571"),
    ("decisions.toml", 'seat_group = "municipal"', 'seat_group = "housing"', "R568"),
    ("decisions.toml", 'id = "b2"', 'id = "c2"', "R576"),
    ("meeting.toml", '"c7", ', '"c77", ', "present"),
    ("meeting.toml", "blank = 1", "blank = 2", "R636"),
    ("meeting.toml", "votes = { c1 = 6, c3 = 5 }", "votes = { c1 = 6, s1 = 5 }", "R638"),
    ("meeting.toml", "notice_sent = 2017-12-21", "notice_sent = 2018-01-09", "R616"),
    ("meeting.toml", 'post = "vice_chair"', 'post = "treasurer"', "treasurer"),
    ("meeting.toml", 'nominees = ["c3"]', 'nominees = ["c1"]', "R634"),
]
"""The same ways in other places; what each code refuses is tried in its own room."""


@pytest.mark.parametrize(
    ("name", "old", "new", "place"),
    [*DAMAGE, *(pytest.param(*row, marks=pytest.mark.nightly) for row in MORE_DAMAGE)],
)
def test_what_cannot_have_happened_is_bad_input_and_leaves_nothing_but_the_report(
    case: Path, tmp_path: Path, name: str, old: str, new: str, place: str
) -> None:
    change(case, name, old, new)
    code, said = play(case, tmp_path / "out")
    assert code == BAD_INPUT, said
    assert place in said
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["report.txt"]


def test_a_round_without_quorum_is_bad_input(case: Path, tmp_path: Path) -> None:
    """7 of 15 present when the first round is said to have been held; 8 are needed."""
    change(case, "meeting.toml", '"b1", "b2", "b3", "s1", "s2", "s3", "p1"]', '"s1"]')
    without(case, "meeting.toml", "[[departure]]", "b3")
    code, said = play(case, tmp_path / "out")
    assert code == BAD_INPUT
    assert "R612" in said


def test_a_meeting_that_nobody_could_decide_at_waits_for_people(case: Path, tmp_path: Path) -> None:
    path = case / "meeting.toml"
    text = path.read_text(encoding="utf-8")
    text = text[: text.index("[[arrival]]")].replace(', "s1", "s2", "s3", "p1"]', "]")
    path.write_text(text.replace(', "b2", "b3"', ""), encoding="utf-8")
    assert play(case, tmp_path / "out") == (WAITING, "waiting: quorum (6 of 15 present, 8 needed)")


def test_a_meeting_in_december_is_of_those_with_whom_the_term_begins(case: Path, tmp_path: Path) -> None:
    """Decided on 19 December, met on the 28th, term from 1 January: those of 1 January constitute themselves."""
    path = case / "meeting.toml"
    text = path.read_text(encoding="utf-8").replace("2018-01-08", "2017-12-28").replace("2017-12-21", "2017-12-20")
    path.write_text(text, encoding="utf-8")
    assert play(case, tmp_path / "out")[0] == FINISHED
    assert read(tmp_path / "out", "meeting.json")["posts"]["chair"] == "c1"
