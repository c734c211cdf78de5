"""The way from the result to the seated council with one thing unusual at a time; sums are done by hand.

Unless a test says otherwise: four stand for five seats, so c1–c4 are elected without a poll and nobody waits in
line; with ten others 14 of the 15 seats are filled, and 8 must be present. In `polled` the votes are 8 6 5 4 3 2 1
for c1–c7, so c1–c5 are elected and c6, c7 wait in line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scripts.rehearsal.__main__ import BAD_INPUT, FINISHED, WAITING, rehearse
from scripts.rehearsal.council_files import read_decisions, read_meeting
from scripts.rehearsal.trouble import BadInput
from scripts.verification.command import verify
from tests.journey.small_case import (
    NOT_ON_THE_ROLL,
    OFFICIALS,
    SmallCase,
    at_the_table,
    cpr,
    resident,
    stands,
    tally,
    votes,
)

pytestmark = [pytest.mark.slow, pytest.mark.nightly]

COUNCIL_OFFICIALS = OFFICIALS | {
    "Cille Cert": ("certifier",),
    "Claus Cert": ("certifier",),
    "Sara Sek": ("council_secretary",),
}
CERTIFICATION = '[certification]\nrequested_by = "Cille Cert"\napproved_by = "Claus Cert"\n'
DECIDED = '[appointment]\nbody = "Køge Byråd"\ndate = 2017-12-19\ncase_no = "2017-1"\n'
NAMES = dict(zip(["b1", "b2", "b3", "b4", "s1", "s2", "s3", "s4", "s5", "p1"], "ABCDEFGHIJ", strict=True))
GROUPS = {"b": "housing", "s": "society", "p": "municipal"}
OTHERS = [*NAMES]
HERE = ["c1", "c2", "c3", "c4", *OTHERS]
VICE = '[[election]]\npost = "vice_chair"\nnominees = ["c2"]\n'
VOTES = votes(8, 6, 5, 4, 3, 2, 1)


def decided(rulings: Mapping[str, str] | None = None, *, before: str = CERTIFICATION + DECIDED) -> str:
    rulings = {f"c{n}": "appointed" for n in range(1, 5)} if rulings is None else rulings
    text = before + "".join(
        f'[[appointment.elected]]\nid = "{one}"\ndecision = "{ruling}"\nreason = "fordi"\n'
        for one, ruling in rulings.items()
    )
    return text + "".join(
        f'[[appointment.member]]\nid = "{one}"\nname = "Medlem {name}"\nseat_group = "{GROUPS[one[0]]}"\n'
        for one, name in NAMES.items()
    )


def met(
    present: Iterable[str] = HERE,
    *posts: str,
    at: str = "2018-01-08T19:00:00",
    sent: str = "2017-12-21",
    by: str = "Sara Sek",
) -> str:
    posts = posts or ('[[election]]\npost = "chair"\nnominees = ["c1"]\n', VICE)
    top = f'convened_by = "{by}"\nnotice_sent = {sent}\nat = {at}\npresent = {json.dumps(list(present))}\n'
    return top + "".join(posts)


def chair(*rounds: str, post: str = "chair", nominees: Iterable[str] = ("c1", "c2", "c3")) -> str:
    return f'[[election]]\npost = "{post}"\nnominees = {json.dumps(list(nominees))}\n' + "".join(rounds)


def held(clock: str, given: str, blank: int = 0, more: str = "") -> str:
    """A round: `given` is `c1 = 5, c2 = 4`."""
    return f"[[election.round]]\nat = 2018-01-08T{clock}:00\nvotes = {{ {given} }}\nblank = {blank}\n{more}\n"


def moved(one: str, clock: str, kind: str = "arrival") -> str:
    return f'[[{kind}]]\nid = "{one}"\nat = 2018-01-08T{clock}:00\n'


def uncontested(decisions: str | None = None, meeting: str | None = None, **changes: Any) -> SmallCase:
    files = {
        "decisions.toml": decided() if decisions is None else decisions,
        "meeting.toml": met() if meeting is None else meeting,
    }
    case = SmallCase(
        candidacies=[stands(n) for n in range(4)],
        top='uncontested_decided_by = "Birthe Formand"\n',
        officials=dict(COUNCIL_OFFICIALS),
        files=files,
    )
    return replace(case, **changes)


def polled(rulings: Mapping[str, str], meeting: str | None = None, **changes: Any) -> SmallCase:
    """c1–c5 are appointed where `rulings` does not say otherwise. The chair is b1: whoever declines cannot be."""
    every = {f"c{n}": "appointed" for n in range(1, 6)} | dict(rulings)
    posts = chair(nominees=["b1"]), chair(post="vice_chair", nominees=["b2"])
    case = SmallCase(
        polling=at_the_table(range(29)),
        tallies=tally(VOTES),
        officials=dict(COUNCIL_OFFICIALS),
        files={
            "decisions.toml": decided(every),
            "meeting.toml": met(OTHERS, *posts) if meeting is None else meeting,
        },
    )
    return replace(case, **changes)


def played(case: SmallCase, folder: Path, database: str | None = None) -> tuple[int, str, dict[str, Any]]:
    """The exit code, the last line and every JSON file. What is refused leaves the report and nothing else."""
    out, said = folder / "out", list[str]()
    code = rehearse(case.write(folder / "case"), out, database, said.append, with_papers=False)
    if code == BAD_INPUT:
        assert [path.name for path in out.iterdir()] == ["report.txt"]
    return code, said[-1], {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in out.glob("*.json")}


def elected_seats(files: Mapping[str, Any]) -> list[str | None]:
    return [seat["id"] for seat in files["council"]["seats"] if seat["group"] == "elected"]


LINES = [
    (
        "the first in line declines too",
        {"c1": "declined", "c6": "declined"},
        ["c2", "c3", "c4", "c5", "c7"],
    ),
    (
        "a refused place stays empty",
        {"c1": "not_appointed", "c2": "declined"},
        ["c3", "c4", "c5", "c6", None],
    ),
    (
        "one is named and the one before follows",
        {"c1": "declined", "c2": "declined", "c7": "appointed"},
        ["c3", "c4", "c5", "c6", "c7"],
    ),
]


@pytest.mark.parametrize(("rulings", "seated"), [line[1:] for line in LINES], ids=[line[0] for line in LINES])
def test_whoever_declines_is_followed_by_the_next_in_line(
    rulings: dict[str, str], seated: list[str | None], tmp_path: Path
) -> None:
    code, last, files = played(polled(rulings), tmp_path)
    assert code == FINISHED, last
    assert elected_seats(files) == seated


def test_nobody_in_line_is_appointed_out_of_turn(tmp_path: Path) -> None:
    """c7, while c6 is before."""
    code, last, _ = played(polled({"c1": "declined", "c7": "appointed"}), tmp_path)
    assert code == BAD_INPUT
    assert "R566" in last


def test_among_equals_in_line_the_body_chooses(tmp_path: Path) -> None:
    """c6 and c7 have 2 votes each and are not ranked: with one place the case waits to be told which of them."""
    case = polled(
        {"c1": "declined"},
        polling=at_the_table(range(30)),
        tallies=tally(votes(8, 6, 5, 4, 3, 2, 2)),
        change_rules=[("substitutes.are_ranked", "false")],
    )
    assert played(case, tmp_path / "a")[:2] == (WAITING, "waiting: decisions.toml: decision on c6 / c7")
    chosen = polled({"c1": "declined", "c7": "appointed"}).files
    code, last, files = played(replace(case, files=chosen), tmp_path / "b")
    assert code == FINISHED, last
    assert elected_seats(files) == ["c2", "c3", "c4", "c5", "c7"]


def test_a_reserved_seat_goes_to_the_next_of_its_own_group(tmp_path: Path) -> None:
    """Køge 2014 with substitutes within each group: c5 and c6 (5th, 6th; western) hold the two reserved seats
    beside c1–c3. Both decline; only c7 is western too, so one seat stays empty although c4 has more votes."""
    western = (4, 5, 6)
    base = polled({})
    rulings = dict.fromkeys(("c1", "c2", "c3"), "appointed") | {"c5": "declined", "c6": "declined"}
    day = "2013-11-25"
    case = replace(
        base,
        regulation="koege-2014",
        day=day,
        residents=[resident(n, born_in="DE" if n in western else "SO") for n in range(30)] + NOT_ON_THE_ROLL,
        candidacies=[stands(n, at="2013-11-01T10:00:00") for n in range(7)],
        polling=at_the_table(range(29), day=day),
        change_rules=[("substitutes.order", '"within-group"')],
        files={
            "decisions.toml": decided(rulings)
            .replace("2017-12-19", "2013-12-17")
            .replace('"municipal"', '"society"'),
            "meeting.toml": met(OTHERS, chair(nominees=["b1"]), chair(post="vice_chair", nominees=["b2"]))
            .replace("2018-", "2014-")
            .replace("2017-", "2013-"),
        },
    )
    folder = case.write(tmp_path / "case")
    plan = folder / "election.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("2017-11-13", "2013-11-11"), encoding="utf-8")
    said: list[str] = []
    assert rehearse(folder, tmp_path / "out", None, said.append, with_papers=False) == FINISHED, said[-1]
    council = json.loads((tmp_path / "out" / "council.json").read_text(encoding="utf-8"))
    assert elected_seats({"council": council}) == ["c1", "c2", "c3", "c7", None]
    assert [(s["id"], s["for"]) for s in council["substitutes"]] == [("c4", "ikke-vestlig"), ("c7", "vestlig")]


def without(*names: str) -> dict[str, Any]:
    return {name: roles for name, roles in COUNCIL_OFFICIALS.items() if name not in names}


ONLY_APPROVER = decided(before='[certification]\napproved_by = "Cille Cert"\n' + DECIDED)
NOBODY = CERTIFICATION + DECIDED + "".join(
    f'[[appointment.elected]]\nid = "c{n}"\ndecision = "declined"\n' for n in range(1, 5)
)  # fmt: skip
NAMED = ("meetings.ballot_form", '"named"')
MISSING = [
    (uncontested(officials=without("Cille Cert", "Claus Cert")), "official with role certifier"),
    (uncontested(officials=without("Sara Sek")), "official with role council_secretary"),
    (uncontested(NOBODY), "members: nobody is appointed to the council"),
    (uncontested(meeting=met([])), "quorum (0 of 15 present, 8 needed)"),
    (
        uncontested(meeting=met(HERE, chair(held("19:10", "c1 = 9"))), change_rules=[NAMED]),
        "meeting.toml: election[1].round[1].by_name",
    ),
]


@pytest.mark.parametrize(("case", "said"), MISSING, ids=[said for _, said in MISSING])
def test_people_and_names_that_are_missing_are_waited_for(case: SmallCase, said: str, tmp_path: Path) -> None:
    assert played(case, tmp_path)[:2] == (WAITING, f"waiting: {said}")


def test_who_is_to_approve_is_not_taken_to_ask(tmp_path: Path) -> None:
    """Only the one who approves is named, the first with the role: the other one asks. And a notice of the
    meeting's own day, without a time, was sent before a meeting in the morning."""
    meeting = met(at="2018-01-08T09:00:00", sent="2018-01-08")
    code, last, files = played(uncontested(ONLY_APPROVER, meeting), tmp_path)
    assert code == FINISHED, last
    assert files["meeting"]["notice"]["days"] == 0


def test_who_entered_the_count_is_not_taken_for_a_certifier(tmp_path: Path) -> None:
    """Nobody is named, and the first with the role has entered the count: the two others certify."""
    officials = {"Ida Ind": ("enterer", "certifier")} | without("Ida Ind")
    case = polled({}, officials=officials)
    case.files["decisions.toml"] = decided({f"c{n}": "appointed" for n in range(1, 6)}, before=DECIDED)
    assert played(case, tmp_path)[0] == FINISHED


LOT = "c1 = 4, c2 = 4, c3 = 4"
TO_THIRD = held("19:10", LOT), held("19:12", LOT, more='lot = "c3 / c1"'), held("19:14", "c1 = 5, c3 = 7")
CHAIR_DECIDES = ("meetings.tie", '"chair_decides"')
TIE = "c1 = 7, c2 = 7"
VICE_BY_CHAIR = chair(
    held("19:20", TIE), held("19:21", TIE), held("19:22", TIE, more='lot = "c2"'),
    post="vice_chair", nominees=["c1", "c2"],
)  # fmt: skip
OTHER_RULES = [
    ("meetings.quorum_base", '"filled_seats"'),
    ("meetings.majority", '"plurality"'),
    ("meetings.convened_by", '"oldest"'),
]
OUT_AND_BACK = moved("c3", "19:05"), moved("c3", "19:05", "departure")
NIGHT = [
    held("02:50", "c1 = 6, c3 = 6").replace("2018-01-08T02:50:00", "2018-10-28T02:50:00+02:00"),
    held("02:10", "c3 = 9").replace("2018-01-08T02:10:00", "2018-10-28T02:10:00+01:00"),
]
BY_CHAIR = chair(held("19:10", "c3 = 8")), VICE_BY_CHAIR
HELD = [
    ("three equal for the third round", met(HERE[:12], chair(*TO_THIRD), VICE), [], [False]),
    ("the eighth comes late", met(HERE[:7], chair(nominees=["c3"]), VICE, moved("s1", "19:20")), [], []),
    ("in the hour that occurs twice", met(HERE, chair(*NIGHT), VICE, at="2018-10-27T23:30:00"), [], []),
    (
        "the chair ends the tie; one was out for less than a minute",
        met(HERE, *OUT_AND_BACK, *BY_CHAIR),
        [CHAIR_DECIDES],
        [True],
    ),
    ("7 of 14", met(HERE[:7], chair(held("19:10", "c3 = 3, c1 = 2", 2)), VICE, by="c3"), OTHER_RULES, []),
]


@pytest.mark.parametrize(("meeting", "rules", "by_chair"), [one[1:] for one in HELD], ids=[one[0] for one in HELD])
def test_a_meeting_is_held_as_the_file_has_it(
    meeting: str, rules: list[tuple[str, str]], by_chair: list[bool], tmp_path: Path
) -> None:
    code, last, files = played(uncontested(meeting=meeting, change_rules=rules), tmp_path)
    assert code == FINISHED, last
    assert files["meeting"]["posts"]["chair"] == "c3"
    lots = [lot for election in files["meeting"]["elections"] for lot in election["lots"]]
    assert [lot["is_chairs_decision"] for lot in lots] == by_chair


def test_votes_that_bear_names_are_added_up(database_url: str, engine_name: str, tmp_path: Path) -> None:
    """Nine for c1, one for c2, one blank, three did not vote: 9 of the 14 present, 8 are needed."""
    choices = {**dict.fromkeys(HERE[:9], "c1"), "s2": "c2", "s3": ""}
    table = ", ".join(f'{voter} = "{choice}"' for voter, choice in choices.items())
    round_ = f"[[election.round]]\nat = 2018-01-08T19:10:00\nby_name = {{ {table} }}\n"
    case = uncontested(meeting=met(HERE, chair(round_), VICE), change_rules=[NAMED])
    code, last, files = played(case, tmp_path, database_url if engine_name == "postgresql" else None)
    assert code == FINISHED, last
    told = files["meeting"]["elections"][0]["rounds"][0]
    assert (told["votes"], told["blank"], told["needed"]) == ({"c1": 9, "c2": 1}, 1, 8)


WRONG_LOT = [text.replace('"c3 / c1"', '{ drawn = ["c3"], among = ["c1", "c3"] }') for text in TO_THIRD]
LEAVES = moved("c4", "19:10", "departure")
IMPOSSIBLE = [
    ("before the appointment", met(at="2017-12-10T19:00:00", sent="2017-12-01"), "R615"),
    ("after the term", met(at="2030-01-08T19:00:00"), "R621"),
    ("the same post twice", met(HERE, chair(nominees=["c1"]), chair(nominees=["c2"])), "stands twice"),
    ("another lot than asked for", met(HERE[:12], chair(*WRONG_LOT)), "lot.among"),
    ("the eighth leaves", met(HERE[:8], chair(held("19:10", "c1 = 5")), LEAVES), "R612"),
]


@pytest.mark.parametrize(("meeting", "said"), [one[1:] for one in IMPOSSIBLE], ids=[one[0] for one in IMPOSSIBLE])
def test_a_meeting_that_cannot_have_been_held_is_bad_input(meeting: str, said: str, tmp_path: Path) -> None:
    code, last, _ = played(uncontested(meeting=meeting), tmp_path)
    assert code == BAD_INPUT, last
    assert said in last


ROUND = met(HERE, chair(held("19:10", "c1 = 8", more='lot = "c1"')), moved("c4", "19:05"))
UNREADABLE = [
    ('case_no = "2017-1"', "case_no = 1" + "0" * 5000),
    ('"Medlem A"', '"' + "x" * 10**6 + '"'),
    ('"Medlem A"', '"Medlem \\u202eA"'),
    ('"Medlem A"', '"Medlem 010203-1234"'),
    ("date = 2017-12-19", "date = 2017-12-19T12:00:00"),
    ("[certification]", "certification = 1"),
    ("at = 2018-01-08T19:00:00", "at = 0001-01-01T00:00:00"),
    ("at = 2018-01-08T19:00:00", "at = 9999-12-31T23:59:59-12:00"),
    ("at = 2018-01-08T19:00:00", "at = 2018-10-28T02:30:00"),
    ("at = 2018-01-08T19:00:00", "at = 2018-01-08"),
    ("at = 2018-01-08T19:10:00", "at = 2018-02-08T19:10:00"),
    ("at = 2018-01-08T19:05:00", "at = 2018-02-08T19:05:00"),
    ("votes = { c1 = 8 }", "votes = {}"),
    ("votes = { c1 = 8 }", 'votes = { c1 = "8" }'),
    ("votes = { c1 = 8 }", "votes = { c1 = -8 }"),
    ("votes = { c1 = 8 }", "votes = { c1 = true }"),
    ("votes = { c1 = 8 }", 'votes = { c1 = 8 }\nby_name = { c1 = "c1" }'),
    ('lot = "c1"', "lot = {}"),
    ('lot = "c1"', 'lot = { drawn = "c1", among = 1 }'),
    ("present", "presence"),
    ("present = [", 'present = ["c1", '),
]


@pytest.mark.parametrize(("old", "new"), UNREADABLE, ids=[new[:40] for _, new in UNREADABLE])
def test_what_cannot_be_read_names_its_file(old: str, new: str, tmp_path: Path) -> None:
    texts = {"decisions.toml": decided(), "meeting.toml": ROUND}
    assert any(old in text for text in texts.values())
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8-sig", newline="\r\n")
    assert read_decisions(tmp_path)
    assert read_meeting(tmp_path)
    for name, text in texts.items():
        (tmp_path / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadInput, match=r"^(decisions|meeting)\.toml: ") as raised:
        _ = read_decisions(tmp_path), read_meeting(tmp_path)
    assert len(str(raised.value)) < 300


def test_the_evidence_of_a_rehearsal_is_verified_and_shows_no_cpr_number(tmp_path: Path) -> None:
    said: list[str] = []
    folder = polled({"c1": "declined"}).write(tmp_path / "case")
    assert rehearse(folder, tmp_path / "out", None, said.append) == FINISHED, said[-1]
    evidence = (tmp_path / "out" / "evidence.zip").read_bytes()
    assert verify(evidence)[1] is None
    shown = [path.read_bytes() for path in (tmp_path / "out").glob("*.json")] + [evidence]
    assert not any(cpr(n).encode() in content for content in shown for n in range(46))
