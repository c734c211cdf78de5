"""Shipped regulations played from invented files to the counted result, and one that nobody has seen before."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from registry.regulation.law import law_findings
from registry.regulation.loader import load_bytes, shipped
from scripts.rehearsal.__main__ import FINISHED, WAITING, rehearse
from scripts.rehearsal.invent import KOEGE, Town
from scripts.rehearsal.invent_case import invent
from scripts.rehearsal.plans import Plan, StationPlan

pytestmark = [pytest.mark.slow, pytest.mark.nightly]

DATA = Path(__file__).parents[2] / "../shared/data/residents"
DONE = "waiting: decisions.toml"
STREETS = [("Prøvevej", "5700"), ("Eksempelgade", "5700")]
SVENDBORG = Town(
    "0479",
    "0450",
    "Svendborg",
    STREETS,
    ("Midtbyen",),
    abroad=("VN", "SY", "TR", "LK", "BA", "ER", "IR", "SO", "DE"),
)
AREAS = Town("0390", "0336", "Vordingborg", [("Prøvevej", "4760")], ("Nord", "Syd", "Vest", "Øst"))

Play = Callable[[Plan], dict[str, Any]]


@pytest.fixture
def play(database_url: str, engine_name: str, tmp_path: Path) -> Play:
    """Invent the case of a plan, play it to the counted result, and give every JSON file by its name."""

    def played(plan: Plan) -> dict[str, Any]:
        case, out, said = tmp_path / "case", tmp_path / "out", list[str]()
        invent(plan, case)
        database = database_url if engine_name == "postgresql" else None
        code = rehearse(case, out, database, said.append, with_papers=False)
        assert (code, said[-1]) == (WAITING, DONE), said[-3:]
        return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in out.glob("*.json")}

    return played


def changed(regulation_id: str, changes: dict[str, str]) -> bytes:
    """A shipped regulation with other values, each by its whole path."""
    lines, here, done = list[str](), "", set[str]()
    for line in shipped(regulation_id).data.decode().splitlines():
        if line.startswith("["):
            here = line.strip("[]") + "."
        path = here + line.split(" = ")[0]
        if path in changes:
            done.add(path)
            lines.append(f'{path.split(".")[-1]} = {{ is = {changes[path]}, cite = "prøve" }}')
        else:
            lines.append(line)
    assert done == set(changes)
    text = "\n".join(lines)
    return text.replace(f'id = "{regulation_id}"', 'id = "proeve-2029"').encode()


def elected_in(result: dict[str, Any]) -> set[str]:
    return set(result["elected"])


def test_gentofte_2018_on_the_sample_extract(play: Play) -> None:
    """379 of 1,500 may vote. Votes 40 31 25 19 18 12 9 4 = 158, six seats: c1–c6; c7 and c8 are substitutes.

    158 valid + 2 blank + 1 invalid = 161 in the box, 6 of them by post: 155 admitted.
    """
    path = DATA / "gentofte-2018.csv"
    if not path.exists():
        pytest.skip("the sample extracts are not beside the project")
    expected = json.loads((DATA / "gentofte-2018.expected.json").read_text())
    station = StationPlan(
        "Valgmødet i Gentofte", delivered=500, blank=2, invalid={"uncertain": 1}, postal=6, exchanged=1
    )
    plan = Plan(
        "gentofte-2018",
        date(2018, 2, 22),
        date(2018, 2, 22),
        0,
        2018,
        votes=(40, 31, 25, 19, 18, 12, 9, 4),
        stations=[station],
        extract=path.read_bytes(),
        supporters=3,
        candidacies_from=70,
        candidacies_every=2,
        ballot_order_before=30,
    )
    files = play(plan)
    roll = files["roll"]
    assert (roll["residents"], roll["may_vote"], roll["may_stand"]) == (1500, 379, 379)
    assert {code: roll["refused"][code] for code in expected["not_resident"]} == expected["not_resident"]
    assert "groups" not in roll
    assert elected_in(files["result"]) == {"c1", "c2", "c3", "c4", "c5", "c6"}
    assert files["result"]["substitutes"] == ["c7", "c8"]
    total = files["turnout"]["total"]
    assert (total["admitted"], total["postal"], total["may_vote"]) == (155, 6, 379)
    ledger = files["ledger"]["stations"]["Valgmødet i Gentofte"]
    assert (ledger["in_box"], ledger["difference"], ledger["stock_difference"]) == (161, 0, 0)


def test_svendborg_2025_seats_one_of_each_group_and_leaves_iran_empty(play: Play) -> None:
    """One seat for each group, six supporters each. Vietnam c1 20 before c2 15, Syrien c3 9, Tyrkiet c4 14 before
    c5 13, Sri Lanka c6 3, Bosnien c7 8, Eritrea c8 5, øvrige c9 21 before c10 20: eight seats, seven elected,
    for nobody stands for Iran. c2, c5 and c10 have more votes than c6 and are substitutes in their groups."""
    groups = ("Vietnam", "Vietnam", "Syrien", "Tyrkiet", "Tyrkiet", "Sri Lanka", "Bosnien", "Eritrea")
    plan = Plan(
        "svendborg-2025",
        date(2025, 11, 18),
        date(2025, 10, 20),
        600,
        2025,
        votes=(20, 15, 9, 14, 13, 3, 8, 5, 21, 20),
        stations=[StationPlan("Valgstedet i Svendborg", delivered=400, exchanged=1, returned=1)],
        town=SVENDBORG,
        groups=(*groups, "øvrige", "øvrige"),
        supporters=6,
        candidacies_from=70,
        ballot_order_before=30,
    )
    files = play(plan)
    assert set(files["roll"]["groups"]) == {*groups, "Iran", "øvrige"}
    assert sum(files["roll"]["groups"].values()) == files["roll"]["may_vote"]
    result = files["result"]
    assert elected_in(result) == {"c1", "c3", "c4", "c6", "c7", "c8", "c9"}
    assert result["substitutes_by_group"]["Vietnam"] == ["c2"]
    assert result["substitutes_by_group"]["øvrige"] == ["c10"]
    assert {group: seats for group, seats in result["vacant"].items() if seats} == {"Iran": 1}
    assert files["turnout"]["total"]["admitted"] == 129  # 128 votes, and one paper handed back


def test_in_svendborg_five_supporters_are_one_too_few(tmp_path: Path) -> None:
    """Every candidacy is sent back for its missing supporter, not mended, and refused: nobody is left."""
    plan = Plan(
        "svendborg-2025",
        date(2025, 11, 18),
        date(2025, 10, 20),
        300,
        2025,
        votes=(5, 4),
        stations=[StationPlan("Valgstedet i Svendborg", delivered=50)],
        town=SVENDBORG,
        groups=("Vietnam", "Syrien"),
        supporters=5,
        candidacies_from=70,
    )
    said = list[str]()
    invent(plan, tmp_path / "case")
    rehearse(tmp_path / "case", tmp_path / "out", None, said.append, with_papers=False)
    assert said[-1] == "waiting: candidacies.csv (no accepted candidate)"
    candidates = json.loads((tmp_path / "out" / "candidates.json").read_text())
    assert {one["state"] for one in candidates} == {"refused"}


def test_koege_2021_has_two_substitutes_for_each_of_five(play: Play) -> None:
    """Votes 30 24 18 15 12 for the seats; then 11 10 9 … 1: of the sixteen who stand, the ten next are substitutes
    (2 × 5) and the sixteenth, with one vote, is not."""
    votes = (30, 24, 18, 15, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1)
    plan = Plan(
        "koege-2021",
        date(2021, 11, 23),
        date(2021, 11, 9),
        500,
        2021,
        votes=votes,
        stations=[StationPlan("Køge Rådhus, kantinen", delivered=400)],
        candidacies_every=2,
    )
    result = play(plan)["result"]
    assert result["elected"] == ["c1", "c2", "c3", "c4", "c5"]
    assert result["substitutes"] == [f"c{number}" for number in range(6, 16)]


def test_area_quotas_seat_somebody_with_fewer_votes_than_one_who_is_not(play: Play) -> None:
    """Nine seats, 2 + 2 + 2 + 3 by area, as Vordingborg's council of the elderly has them. Nord 30 20 10, Syd
    9 8 7, Vest 6 5, Øst 4 3 2 1: elected c1 c2, c4 c5, c7 c8, c9 c10 c11. c3 with 10 votes is passed over by c4
    with 9 and by c11 with 2. It is no contradiction, but the office is warned."""
    areas = '{ Nord = ["Nord"], Syd = ["Syd"], Vest = ["Vest"], "Øst" = ["Øst"] }'
    rules = changed(
        "aeldreraad",
        {
            "municipality.code": '"0390"',
            "municipality.name": '"Vordingborg Kommune"',
            "seats.number": "9",
            "seats.group_kind": '"district"',
            "seats.reserved": '{ Nord = 2, Syd = 2, Vest = 2, "Øst" = 3 }',
            "seats.group_members": areas,
            "composition.legal_size": "9",
        },
    )
    codes = {finding.kind.code for finding in law_findings(load_bytes(rules, "prøve"))}
    assert "W473" in codes
    assert not [code for code in codes if code.startswith("F")]
    names = ("Nord",) * 3 + ("Syd",) * 3 + ("Vest",) * 2 + ("Øst",) * 4
    plan = Plan(
        "rules.toml",
        date(2025, 11, 18),
        date(2025, 10, 20),
        900,
        2029,
        votes=(30, 20, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1),
        stations=[StationPlan("Stemmestedet", delivered=300)],
        town=AREAS,
        groups=names,
        rules=rules,
        candidacies_from=80,
        ballot_order_before=30,
    )
    files = play(plan)
    assert set(files["roll"]["groups"]) == {"Nord", "Syd", "Vest", "Øst"}
    assert files["roll"]["refused"].keys() <= {"other_municipality", "moved_out", "dead", "missing", "under_age"}
    result = files["result"]
    assert elected_in(result) == {"c1", "c2", "c4", "c5", "c7", "c8", "c9", "c10", "c11"}
    assert "c3" in {one["id"] for one in result["passed_over"]}


NEW = {
    "right_to_vote.minimum_age": "16",
    "right_to_vote.origin": '"self"',
    "right_to_vote.outside_groups": '["Norden"]',
    "right_to_vote.outside_countries": '["PL", "DE"]',
    "right_to_vote.outside_name": '"nærområdet"',
    "right_to_vote.years_in_realm": "2",
    "seats.number": "3",
    "seats.method": '"block-vote"',
    "seats.votes_per_voter": "2",
    "substitutes.max": "1",
    "substitutes.is_per_member": "false",
    "polling.has_poll_cards": "false",
    "polling.opens": "10:00:00",
    "candidacy.supporters_min": "1",
    "composition.groups.elected.name": '"De tre"',
    "composition.legal_size": "13",
    "composition.is_maximum": "false",
}


def test_a_regulation_that_is_new_to_the_program_needs_no_line_of_code(play: Play) -> None:
    """Sixteen years, born outside Norden, PL and DE, two years in the realm, three seats, two crosses, one
    substitute, no poll cards: no council has this rule. Votes 9 8 7 6 5 = 35 crosses on 35 papers: c1 c2 c3, and
    c4 waits."""
    plan = Plan(
        "rules.toml",
        date(2029, 9, 6),
        date(2029, 8, 20),
        300,
        2029,
        votes=(9, 8, 7, 6, 5),
        stations=[StationPlan("Køge Rådhus, kantinen", delivered=100)],
        town=KOEGE,
        rules=changed("koege-2021", NEW),
        supporters=1,
    )
    files = play(plan)
    assert files["roll"]["may_vote"] + sum(files["roll"]["refused"].values()) == 300
    assert files["roll"]["refused"]["too_short_residence"] > 0
    assert (files["result"]["elected"], files["result"]["substitutes"]) == (["c1", "c2", "c3"], ["c4"])


def _appointed_and_met(_plan: Plan, folder: Path) -> None:
    members = "".join(f'[[appointment.elected]]\nid = "c{n}"\ndecision = "appointed"\n' for n in range(1, 6))
    (folder / "decisions.toml").write_text(
        '[certification]\nrequested_by = "Carla Certifikat"\napproved_by = "Claus Certifikat"\n'
        '[appointment]\nbody = "Kommunalbestyrelsen"\ndate = 2025-12-02\ncase_no = "2025-60"\n' + members
    )
    (folder / "meeting.toml").write_text(
        'convened_by = "Sara Sekretær"\nnotice_sent = 2025-12-15\nat = 2026-01-08T16:00:00\n'
        'present = ["c1", "c2", "c4"]\n'
        '[[election]]\npost = "chair"\nnominees = ["c4"]\n[[election]]\npost = "vice_chair"\nnominees = ["c2"]\n'
    )


def test_the_template_of_a_council_of_the_elderly_ends_in_a_constituted_council(tmp_path: Path) -> None:
    """Five seats, votes 12 11 10 9 8 7: c1–c5 sit and c6 is substitute. Three of five present: at least half."""
    plan = Plan(
        "aeldreraad",
        date(2025, 11, 18),
        date(2025, 10, 20),
        300,
        60,
        votes=(12, 11, 10, 9, 8, 7),
        stations=[StationPlan("Stemmestedet", delivered=100)],
        candidacies_from=80,
        ballot_order_before=30,
        after_the_count=_appointed_and_met,
    )
    said = list[str]()
    invent(plan, tmp_path / "case")
    code = rehearse(tmp_path / "case", tmp_path / "out", None, said.append, with_papers=False)
    assert (code, said[-1]) == (FINISHED, "rådet har konstitueret sig")
    meeting = json.loads((tmp_path / "out" / "meeting.json").read_text())
    council = json.loads((tmp_path / "out" / "council.json").read_text())
    assert (meeting["quorum"]["needed"], meeting["quorum"]["present"]) == (3, 3)
    assert meeting["posts"] == {"chair": "c4", "vice_chair": "c2"}
    assert [one["id"] for one in council["substitutes"]] == ["c6"]
    assert council["deviations"] == []


@pytest.mark.parametrize("others", [("koege-2014", "koege-2018")])
def test_the_same_extract_gives_another_roll_under_another_regulation(
    others: Sequence[str], tmp_path: Path
) -> None:
    """Nothing but the rule differs: the two of Køge count the same people, with and without groups."""
    base = Plan(
        others[0], date(2017, 11, 27), date(2017, 11, 13), 200, 7, votes=(3,), stations=[StationPlan("Stedet")]
    )
    found = []
    for name in others:
        said, folder = list[str](), tmp_path / name
        invent(replace(base, regulation=name), folder / "case")
        (folder / "case" / "candidacies.csv").unlink()
        rehearse(folder / "case", folder / "out", None, said.append, with_papers=False)
        assert said[-1] == "waiting: candidacies.csv"
        found.append(json.loads((folder / "out" / "roll.json").read_text()))
    with_groups, without = found
    assert with_groups["may_vote"] == without["may_vote"] == sum(with_groups["groups"].values())
    assert "groups" not in without
