"""A small election with one thing unusual at a time: each sum is done by hand in the docstring.

Unless a test says otherwise: thirty may vote and 29 are admitted at one station; the votes are
8 6 5 4 3 2 1 for c1–c7, so c1–c5 are elected and c6, c7 are substitutes; 71 of 100 papers are left.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, Protocol

import pytest

from scripts.rehearsal.__main__ import BAD_INPUT, WAITING, rehearse
from tests.journey.small_case import (
    DAY,
    NOT_ON_THE_ROLL,
    OFFICIALS,
    SmallCase,
    at_the_table,
    cpr,
    lines,
    resident,
    stands,
    tally,
    votes,
)

pytestmark = [pytest.mark.slow, pytest.mark.nightly]

VOTES = votes(8, 6, 5, 4, 3, 2, 1)
BY = "Regin Rulle;Ada Admin"
DONE = "waiting: decisions.toml"
FREE = ("polling.station_choice", '"free_choice"')
NORTH, SOUTH = ("Nordskolen", ("Nord",), 50), ("Sydskolen", ("Syd", "Vest"), 50)
TWO_DISTRICTS = [
    *(resident(n) for n in range(16)),
    *(resident(n, district="Syd") for n in range(16, 30)),
    *NOT_ON_THE_ROLL,
]


class Play(Protocol):
    def __call__(self, case: SmallCase) -> tuple[int, str, dict[str, Any]]: ...


@pytest.fixture
def play(database_url: str, engine_name: str, tmp_path: Path) -> Play:
    """Rehearse a case; gives the exit code, the last line and every JSON file by its name without ending."""

    def played(case: SmallCase) -> tuple[int, str, dict[str, Any]]:
        out, said = tmp_path / "out", list[str]()
        database = database_url if engine_name == "postgresql" else None
        code = rehearse(case.write(tmp_path / "case"), out, database, said.append, with_papers=False)
        files = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in out.glob("*.json")}
        if code == BAD_INPUT:
            assert [path.name for path in out.iterdir()] == ["report.txt"]
        return code, said[-1], files

    return played


def usual(**changes: Any) -> SmallCase:
    return SmallCase(**({"polling": at_the_table(range(29)), "tallies": tally(VOTES)} | changes))


def act(time: str, kind: str, voter: int | None = None, ground: str = "", station: str = "Rådhuset") -> str:
    return f"{DAY}T{time};{station};{kind};{'' if voter is None else cpr(voter)};{ground}"


def by_time(*stations: list[str]) -> list[str]:
    return sorted((row for rows in stations for row in rows), key=lambda row: row[:19])


def test_the_usual_case_has_just_the_keys_of_the_contract(play: Play) -> None:
    """36 in the extract = 30 who may vote + one for each of six reasons; 29 of 30 voted: 0.9667."""
    code, last, files = play(usual())
    assert (code, last) == (WAITING, DONE)
    assert set(files["roll"]) == {"residents", "may_vote", "may_stand", "refused", "by_station", "sha256"}
    assert set(files["roll"]["refused"].values()) == {1}
    assert (files["roll"]["residents"], files["roll"]["may_vote"], len(files["roll"]["refused"])) == (36, 30, 6)
    assert set(files["candidates"][0]) == {"id", "ballot_name", "state", "reasons"}
    assert set(files["turnout"]) == {"stations", "total"}
    keys = {"may_vote", "admitted", "postal", "returned", "refused_second_time", "share"}
    assert set(files["turnout"]["total"]) == keys
    assert files["turnout"]["total"]["share"] == "0.9667"
    assert set(files["ledger"]["stations"]["Rådhuset"]) == {
        "delivered", "unissued", "handed_out", "returned", "exchanged", "in_envelopes", "postal_in_box",
        "in_box", "difference", "stock_difference", "findings", "explained",
    }  # fmt: skip
    assert (files["result"]["status"], files["result"]["elected"]) == ("final", ["c1", "c2", "c3", "c4", "c5"])


def test_the_computers_date_plays_no_part(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def outputs(year: int) -> dict[str, bytes]:
        class Computer(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Any:
                return datetime(year, 2, 28, 23, 59, tzinfo=tz or UTC)

        for module in ("registry.act", "election.call.clock", "scripts.rehearsal.__main__"):
            monkeypatch.setattr(f"{module}.datetime", Computer)
        out = tmp_path / str(year)
        case = usual(candidacies=[stands(n, supporters=cpr(20)) for n in range(8)])
        rehearse(case.write(tmp_path / "case"), out, None, lambda _: None, with_papers=False)
        return {path.name: path.read_bytes() for path in out.glob("*.json")}

    assert outputs(1999) == outputs(2091)


def test_a_second_admission_at_another_station_is_refused_and_counted_there(play: Play) -> None:
    """Sixteen vote in the north, thirteen in the south; voter 0 of the north then tries in the south."""
    south = at_the_table(range(16, 29), "Sydskolen", more=[act("19:00:00", "admit", 0, station="Sydskolen")])
    case = usual(
        stations=(NORTH, SOUTH),
        residents=TWO_DISTRICTS,
        polling=by_time(at_the_table(range(16), "Nordskolen"), south),
        tallies=None,
    )
    code, last, files = play(case)
    assert (code, last) == (WAITING, "waiting: tallies.csv")
    assert files["roll"]["by_station"] == {"Nordskolen": 16, "Sydskolen": 14}
    figures = files["turnout"]["stations"]
    assert [figures[s]["refused_second_time"] for s in ("Nordskolen", "Sydskolen")] == [0, 1]
    assert (figures["Sydskolen"]["admitted"], figures["Sydskolen"]["share"]) == (13, "0.9286")  # 13 / 14


def test_who_has_not_voted_is_shown_to_the_own_station(play: Play) -> None:
    south = at_the_table([16], "Sydskolen", more=[act("19:00:00", "admit", 0, station="Sydskolen")])
    case = usual(stations=(NORTH, SOUTH), residents=TWO_DISTRICTS, polling=south)
    code, last, _ = play(case)
    assert code == BAD_INPUT
    assert "polling.csv, line 4, column act: R504" in last


def test_with_free_choice_an_undone_voter_votes_elsewhere_and_stations_have_no_share(play: Play) -> None:
    north = at_the_table(range(16), "Nordskolen", more=[act("19:00:00", "undo_admit", 0, "fejl", "Nordskolen")])
    south = at_the_table(range(16, 29), "Sydskolen", more=[act("19:01:00", "admit", 0, station="Sydskolen")])
    case = usual(
        stations=(NORTH, SOUTH),
        residents=TWO_DISTRICTS,
        polling=by_time(north, south),
        tallies=None,
        change_rules=[FREE],
    )
    _, _, files = play(case)
    assert files["roll"]["by_station"] == {}
    figures = files["turnout"]["stations"]
    assert [(one["admitted"], one["may_vote"], one["share"]) for one in figures.values()] == [
        (15, None, None),
        (14, None, None),
    ]
    assert files["turnout"]["total"]["share"] == "0.9667"


def test_every_kind_of_paper_on_one_evening(play: Play) -> None:
    """Admitted 20 + voter 26 + voter 5 again − 1 undone = 21; one exchange, three doubtful: 25 handed out.
    25 − 1 returned − 1 exchanged − 3 in envelopes + 1 by post = 21 in the box; 100 − 25 = 75 left.
    """
    early = f"2017-11-20T10:00:00;Rådhuset;postal_received;{cpr(25)};"
    posted = [
        early,
        early.replace(cpr(25), cpr(40)),  # has no right to vote
        early.replace(cpr(25), cpr(29)),  # dies before the day
        act("16:00:00", "postal_accepted", 25),
        act("16:01:00", "postal_set_aside", 40, "ikke på valglisten"),
        act("16:02:00", "postal_set_aside", 29, "død"),
    ]
    table = [
        act("18:00:00", "admit", 25), act("18:01:00", "admit", 26), act("18:02:00", "exchange"),
        act("18:03:00", "return_unused", 3), act("18:04:00", "replace_card", 27),
        act("18:05:00", "doubtful", None, "uden papirer"), act("18:06:00", "doubtful", 40, "ikke på listen"),
        act("18:07:00", "doubtful", 28, "andet navn"), act("18:08:00", "undo_admit", 5, "forkert person"),
        act("18:09:00", "admit", 5),
    ]  # fmt: skip
    found = votes(8, 5, 4, 3, 1, 0, 0, exchanged=1, returned=1, in_envelopes=3, unissued=75)
    dead = lines("at;cpr;kind;reason;by;approved_by", [f"2017-11-24T10:00:00;{cpr(29)};dead;død;{BY}"])
    case = usual(
        polling=posted + at_the_table(range(20), more=table),
        tallies=tally(found),
        files={"corrections.csv": dead},
    )
    _, _, files = play(case)
    assert files["turnout"]["total"] == {
        "may_vote": 29, "admitted": 21, "postal": 1, "returned": 1, "refused_second_time": 1, "share": "0.7586",
    }  # fmt: skip
    ledger = files["ledger"]["stations"]["Rådhuset"]
    assert (ledger["handed_out"], ledger["in_box"], ledger["difference"]) == (25, 21, 0)
    assert (ledger["stock_difference"], ledger["findings"]) == (0, [])


def test_the_roll_is_corrected_when_the_file_says_so_also_during_the_evening(play: Play) -> None:
    """41 (origin unknown) is added at 18:00 and admitted at 19:00; 1, who voted at 17:02, is struck at 18:00."""
    rows = [f"{DAY}T18:00:00;{cpr(41)};late_add;erklæring;{BY}", f"{DAY}T18:00:00;{cpr(1)};moved;flyttet;{BY}"]
    case = usual(
        polling=at_the_table(range(28), more=[act("19:00:00", "admit", 41)]),
        files={"corrections.csv": lines("at;cpr;kind;reason;by;approved_by", rows)},
    )
    code, last, files = play(case)
    assert (code, last) == (WAITING, DONE)
    assert (files["turnout"]["total"]["may_vote"], files["turnout"]["total"]["admitted"]) == (30, 29)


def test_who_lacks_supporters_is_refused_and_the_others_stand(play: Play) -> None:
    """Two are needed. 10 supports c2 and c3 and counts for neither; c4 supports himself; 40 may not vote."""
    given = [(11, 12), (13, 10), (14, 10, 15), (3, 17), (18, 40), (19, 20)]
    rows = [stands(n, supporters=" ".join(map(cpr, own))) for n, own in enumerate(given)]
    case = usual(candidacies=rows, polling=None, change_rules=[("candidacy.supporters_min", "2")])
    code, last, files = play(case)
    assert (code, last) == (WAITING, "waiting: polling.csv")
    states = {c["id"]: (c["state"], c["reasons"]) for c in files["candidates"]}
    assert {name for name, (state, _) in states.items() if state == "accepted"} == {"c1", "c3", "c6"}
    assert states["c2"] == states["c4"] == states["c5"] == ("refused", ["too_few_supporters"])


def test_a_name_is_free_again_when_its_bearer_withdrew_before_the_decision(play: Play) -> None:
    rows = [stands(8, "Kandidat A", withdrawn="2017-11-05T09:00:00"), *(stands(n) for n in range(7))]
    late = [stands(9, at="2017-11-20T12:00:01"), stands(10, withdrawn="2017-11-22T12:00:01")]
    refused = [stands(40, "Lars Ek"), stands(41, "Lis Ek"), "0203054003;Bo Ek;;;2017-11-19T10:00:00;;"]
    names = [stands(11, "محمد العربي"), stands(12, "Đặng Thị-Ánh O’Brien")]
    _, last, files = play(usual(candidacies=[*rows, *late, *refused, *names], polling=None))
    assert last == "waiting: polling.csv"
    assert {c["id"]: (c["state"], *c["reasons"]) for c in files["candidates"] if c["reasons"]} == {
        "c1": ("withdrawn", "withdrawn"),
        "c9": ("late", "late"),
        "c10": ("accepted", "withdrawal_too_late"),
        "c11": ("refused", "origin_not_covered"),
        "c12": ("refused", "origin_unknown"),
        "c13": ("refused", "under_age"),
    }


UNCONTESTED = {
    "four for five seats": ([], -4, DONE),
    "a late sixth changes nothing": ([stands(5, at="2017-11-24T10:00:00")], -4, DONE),
    "a sixth withdraws in time": ([stands(5, withdrawn="2017-11-22T10:00:00")], -4, DONE),
    "when it is too late to cancel": (
        [stands(5, withdrawn="2017-11-22T10:00:00")], -6, "waiting: polling.csv",
    ),
    "six for five": ([stands(5)], -4, "waiting: polling.csv"),
}  # fmt: skip


@pytest.mark.parametrize("situation", UNCONTESTED)
def test_the_poll_is_cancelled_when_the_last_candidacy_is_settled_in_time(tmp_path: Path, situation: str) -> None:
    more, latest, last = UNCONTESTED[situation]
    case = SmallCase(
        candidacies=[stands(n) for n in range(5 if more else 4)] + more,
        top='uncontested_decided_by = "Bent Holm"',
        change_rules=[("uncontested.latest", f"{{ days = {latest}, at = 12:00:00 }}")],
    )
    out, said = tmp_path / "out", list[str]()
    rehearse(case.write(tmp_path / "case"), out, None, said.append, with_papers=False)
    assert said[-1] == last
    assert (out / "result.json").exists() == (last == DONE)


def test_a_preliminary_count_gives_a_preliminary_result_without_the_stock(play: Play) -> None:
    papers = {row: number for row, number in VOTES.items() if row[0] == "c" or row in ("blank", "in_box")}
    _, last, files = play(usual(tallies=tally(papers, count="preliminary")))
    assert (last, files["result"]["status"]) == (DONE, "preliminary")
    assert files["ledger"]["stations"]["Rådhuset"]["unissued"] is None


def test_a_final_count_that_only_one_has_entered_is_waited_for(play: Play) -> None:
    _, last, files = play(usual(tallies=tally(VOTES, count="preliminary") + tally(VOTES, by=["Ida Ind"])))
    assert last == "waiting: tallies.csv Rådhuset, final: entry 2"
    assert "result" not in files


def test_a_ground_that_the_regulation_does_not_name_counts_as_invalid(play: Play) -> None:
    """24 votes + 5 invalid = 29 papers; 5 of 29 is above 100 per mille (W312). The text holds a CPR number."""
    found = votes(8, 6, 5, 3, 2, 0, 0) | {"in_box": 29, "invalid:own-ground": 5, "unissued": 71}
    text = lines(
        "station;finding;text;by", [f"Rådhuset;W312;{cpr(3)} gik;Lone Leder", "Rådhuset;F302;nej;Lone Leder"]
    )
    _, last, files = play(usual(tallies=tally(found), files={"explanations.csv": text}))
    assert last == "waiting: lot substitute-order c6 / c7"
    assert files["ledger"]["stations"]["Rådhuset"]["explained"] == {"W312": "******-**** gik"}
    shown = files["result"]["stations"][0]
    assert (shown["valid"], shown["invalid"]) == (24, {"own-ground": 5})


def test_a_small_station_is_shown_together_with_its_neighbour(play: Play) -> None:
    """22 + 7 papers, counted apart: the south is below 20, so its votes are only shown with the north's."""
    people = [resident(n) for n in range(22)] + [resident(n, district="Syd") for n in range(22, 30)]
    polling = by_time(at_the_table(range(22), "Nordskolen"), at_the_table(range(22, 29), "Sydskolen"))
    tallies = tally(votes(6, 5, 4, 3, 2, 1, 1, delivered=50), "Nordskolen")
    tallies += tally(votes(2, 1, 1, 1, 1, 1, 0, delivered=50), "Sydskolen")
    _, last, files = play(usual(stations=(NORTH, SOUTH), residents=people, polling=polling, tallies=tallies))
    assert last == DONE
    assert [ledger["in_box"] for ledger in files["ledger"]["stations"].values()] == [22, 7]
    (block,) = files["result"]["stations"]
    assert (block["stations"], block["in_box"], block["votes"]["c1"]) == (["Nordskolen", "Sydskolen"], 29, 8)


def test_stations_that_are_mixed_have_one_ledger_under_the_one_that_counts(play: Play) -> None:
    """22 + 7 = 29 papers of 100 in one heap."""
    people = [resident(n) for n in range(22)] + [resident(n, district="Syd") for n in range(22, 30)]
    polling = by_time(at_the_table(range(22), "Nordskolen"), at_the_table(range(22, 29), "Sydskolen"))
    merge = '[[merge]]\nfrom = "Sydskolen"\ninto = "Nordskolen"'
    case = usual(
        stations=(NORTH, SOUTH),
        residents=people,
        polling=polling,
        bottom=merge,
        tallies=tally(VOTES, "Nordskolen"),
    )
    _, last, files = play(case)
    assert last == DONE
    assert list(files["ledger"]["stations"]) == ["Nordskolen"]
    ledger = files["ledger"]["stations"]["Nordskolen"]
    assert (ledger["delivered"], ledger["handed_out"], ledger["counted_with"]) == (100, 29, ["Sydskolen"])
    assert [block["stations"] for block in files["result"]["stations"]] == [["Nordskolen", "Sydskolen"]]


def test_lists_by_dhondt_with_crosses_at_the_list(play: Play) -> None:
    """A: c1 c4 c7 = 4 + 3 + 1 and 3 at the list: 11; B: c2 c5 = 6 + 2 + 1 = 9; C: c3 c6 = 5 + 4 = 9.
    11 9 9 5½ 4½ 4½: A 2, and B and C one each with 4½ tied for the fifth: a lot.
    """
    rows = [stands(n, party="ABC"[n % 3]) for n in range(7)]
    found = {"list:A": 3, "list:B": 1, "list:C": 0} | votes(4, 6, 5, 3, 2, 4, 1) | {"in_box": 29, "unissued": 71}
    rules = [
        ("lists.are_allowed", "true"),
        ("seats.method", '"lists-dhondt"'),
        ("substitutes.order", '"per-list"'),
    ]
    drawn = lines(
        "for;among;drawn;drawn_by;witnesses;method;at",
        [
            f"list-seat;B / C;C;Bent Holm;Vera Vidne;sedler;{DAY}T22:00:00",
            f"seat;c1 / c2;c1;Bent Holm;Vera Vidne;sedler;{DAY}T22:00:00",  # for a tie that is not there
        ],
    )
    case = usual(candidacies=rows, tallies=tally(found), change_rules=rules, files={"lots.csv": drawn})
    _, last, files = play(case)
    assert last == DONE
    assert files["result"]["seats_by_list"] == {"A": 2, "B": 1, "C": 2}
    assert set(files["result"]["elected"]) == {"c1", "c4", "c2", "c3", "c6"}


def test_three_crosses_each_add_up_when_papers_can_carry_them(play: Play) -> None:
    """29 papers carry 29 to 87 votes; 77 fit."""
    found = votes(20, 18, 15, 10, 9, 3, 2) | {"in_box": 29, "unissued": 71}
    rules = [("seats.method", '"block-vote"'), ("seats.votes_per_voter", "3")]
    _, last, files = play(usual(tallies=tally(found), change_rules=rules))
    assert (last, files["result"]["elected"]) == (DONE, ["c1", "c2", "c3", "c4", "c5"])


HEADER = "at;station;act;cpr;ground\n"
STOPS = {
    "waiting: official with role station_leader": usual(
        officials={name: roles for name, roles in OFFICIALS.items() if name != "Lone Leder"}
    ),
    "waiting: close Rådhuset": usual(polling=at_the_table(range(29))[:-1]),
    "polling.csv, line 33, column act: R501": usual(
        polling=[*at_the_table(range(29)), act("20:10:00", "admit", 29)]
    ),
    "polling.csv, line 5, column at": usual(
        polling=at_the_table([0], more=[act("18:01:00", "exchange"), act("18:00:00", "exchange")])
    ),
    "polling.csv, line 4, column act: R430": usual(
        polling=at_the_table([0], more=[act("18:00:00", "replace_card", 0)]),
        change_rules=[("polling.has_poll_cards", "false")],
    ),
    "polling.csv, line 2, column ground: holds a control character": usual(
        files={"polling.csv": f"{HEADER}{DAY}T17:00:00;Rådhuset;exchange;;a\0b\n"}
    ),
    "'******-****' is not an ISO time": usual(
        files={"polling.csv": f"{HEADER}{cpr(0)};Rådhuset;admit;{cpr(0)};\n"}
    ),
    "'Ada Admin' is not on the election board": usual(top='uncontested_decided_by = "Ada Admin"'),
    "ballots_delivered must be a whole number": usual(stations=(("Rådhuset", ("*",), 10**20),)),
    "candidacies.csv, line 3, column cpr: R202": usual(candidacies=[stands(0), stands(0, "En Anden")]),
    "line 2, column withdrawn_at": usual(candidacies=[stands(0, withdrawn="2017-10-31T10:00:00")]),
    "line 6, column row: ": usual(tallies=[row.replace(";c5;", ";c55;") for row in tally(VOTES)]),
    "election.toml: merge": usual(bottom='[[merge]]\nfrom = "Rådhuset"\ninto = "Rådhuset"'),
}


@pytest.mark.parametrize("last", STOPS)
def test_a_stop_names_what_is_missing_or_the_place_that_is_wrong(tmp_path: Path, last: str) -> None:
    """Whatever is wrong with the files, nothing but the report is written."""
    out, said = tmp_path / "out", list[str]()
    code = rehearse(STOPS[last].write(tmp_path / "case"), out, None, said.append, with_papers=False)
    assert last in said[-1]
    assert code == (WAITING if last.startswith("waiting") else BAD_INPUT)
    assert code == WAITING or [path.name for path in out.iterdir()] == ["report.txt"]


def test_a_database_that_cannot_be_used_is_bad_input_and_its_password_is_not_shown(tmp_path: Path) -> None:
    case, said = usual().write(tmp_path / "case"), list[str]()
    url = "postgresql+psycopg://somebody:secret@127.0.0.1:1/none"
    assert rehearse(case, tmp_path / "out", url, said.append) == BAD_INPUT
    assert said[-1].startswith("bad input: --database")
    assert "secret" not in said[-1]


def test_a_rehearsal_wants_a_database_without_elections_and_may_be_repeated_in_its_folder(tmp_path: Path) -> None:
    case, out, said = usual(tallies=None).write(tmp_path / "case"), tmp_path / "out", list[str]()
    assert rehearse(case, out, None, said.append, with_papers=False) == WAITING
    taken = f"sqlite:///{tmp_path / 'taken.db'}"
    (out / "rehearsal.db").rename(tmp_path / "taken.db")
    assert rehearse(case, out, taken, said.append, with_papers=False) == BAD_INPUT
    assert "holds elections already" in said[-1]
    assert [path.name for path in out.iterdir()] == ["report.txt"]
    assert rehearse(case, out, None, said.append, with_papers=False) == WAITING
