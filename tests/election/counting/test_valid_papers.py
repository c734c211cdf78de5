"""With several crosses on a paper, papers and crosses are counted apart. (KRVL §§ 74, 78 borrowed)"""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from election.call.rules import Phase
from election.counting.acts import TallyState, enter_tally
from election.counting.assembly import form_of
from election.counting.records import counts
from election.counting.rules import CountKind, Form, added, check_fields, check_sums, differing_rows
from registry.act import Installation
from registry.findings import Refused
from tests.election.counting.figures_of_a_night import ruled
from tests.scenarios import Played, _play_to, figures, form_value, play_to, sign_in

FORM = Form(("c1", "c2", "c3"), (), ("marked",), 1, 3)
ONE = Form(("c1", "c2", "c3"), (), ("marked",), 1, 1)
KIND = CountKind.FINAL


def tally(*votes: int, valid: int | None, blank: int = 0, marked: int = 0, in_box: int) -> dict[str, int]:
    rows = {f"c{number}": cast for number, cast in enumerate(votes, 1)}
    rows |= {"blank": blank, "invalid:marked": marked, "in_box": in_box}
    return rows if valid is None else rows | {"valid": valid}


def test_the_form_asks_for_valid_papers_only_where_votes_are_no_papers() -> None:
    assert FORM.rows == (
        *("c1", "c2", "c3", "valid", "blank", "invalid:marked"),
        *("in_box", "unissued", "returned", "exchanged", "in_envelopes"),
    )
    assert "valid" not in ONE.rows
    assert "valid" not in FORM.required


@pytest.mark.parametrize(
    ("votes", "valid", "in_box", "codes"),
    [
        ((10, 5, 5), 10, 13, []),  # 20 crosses on 10 papers, 2 blank, 1 invalid
        ((10, 10, 10), 10, 13, []),
        ((4, 3, 3), 10, 13, []),
        ((4, 3, 2), 10, 13, ["F309"]),  # 9 crosses: less than one on each
        ((11, 10, 10), 10, 13, ["F309"]),  # 31: more than three on each
        ((10, 5, 5), 9, 13, ["F309"]),  # 9 + 2 + 1 are not 13
        ((10, 5, 5), 11, 13, ["F309"]),
        ((0, 0, 0), 0, 3, []),
        ((10, 5, 5), None, 13, []),
        ((11, 10, 10), None, 13, ["F305"]),
    ],
)
def test_papers_fill_the_box_and_crosses_fit_on_papers(
    votes: tuple[int, ...], valid: int | None, in_box: int, codes: list[str]
) -> None:
    found = check_sums(FORM, tally(*votes, valid=valid, blank=2, marked=1, in_box=in_box))
    assert [one.kind.code for one in found] == codes
    assert all("{" not in one.in_danish() for one in found)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.integers(0, 3), st.integers(0, 3))
def test_whatever_papers_say_adds_up(crosses: list[int], blank: int, marked: int) -> None:
    """Papers with one to three crosses each, dealt round; those without a cross are blank."""
    with_a_cross = [number for number in crosses if number]
    votes = [0, 0, 0]
    for paper, number in enumerate(with_a_cross):
        for place in range(number):
            votes[(paper + place) % 3] += 1
    empty = len(crosses) - len(with_a_cross) + blank
    in_box = len(with_a_cross) + empty + marked
    figures_ = tally(*votes, valid=len(with_a_cross), blank=empty, marked=marked, in_box=in_box)
    assert check_fields(FORM, figures_) == []
    assert check_sums(FORM, figures_) == []
    assert check_sums(FORM, figures_ | {"valid": len(with_a_cross) + 1}) != []


def test_not_entered_is_not_the_same_as_entered() -> None:
    one, other = tally(3, 2, 1, valid=3, in_box=3), tally(3, 2, 1, valid=None, in_box=3)
    assert differing_rows(FORM, one, other) == ("valid",)


def test_more_valid_papers_than_papers_are_seen_at_once_and_with_one_cross_there_is_no_such_row() -> None:
    assert [f.kind.code for f in check_fields(FORM, tally(3, 2, 1, valid=4, in_box=3))] == ["R324"]
    assert [f.kind.code for f in check_fields(ONE, tally(1, 1, 1, valid=3, in_box=3))] == ["R322"]


def test_a_part_of_the_valid_papers_is_not_shown_as_all_of_them() -> None:
    one, other = tally(3, 2, 1, valid=3, in_box=3), tally(3, 2, 1, valid=None, in_box=4)
    assert "valid" not in added(FORM, [one, other])
    assert added(FORM, [one, one])["valid"] == 6


# --- an election with three crosses -----------------------------------------------------------------------


@pytest.fixture
def three_crosses(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Played:
    ruled(monkeypatch, method='"block-vote"', votes_per_voter="3")
    return _play_to(Phase.COUNTING, installation, 15, 6)


def papers(played: Played, **other: int) -> dict[str, int]:
    """40 crosses on 15 papers."""
    form = figures(played, {"c1": 10, "c2": 9, "c3": 8, "c4": 7, "c5": 4, "c6": 2})
    return form | {"in_box": 15, "unissued": 85} | other


def enter(played: Played, who: str, entry: int, form: dict[str, int]) -> TallyState:
    return enter_tally(
        *played.by, played.act(who), played.election_id, played.stations[0], KIND, entry, form
    ).state


def test_a_file_may_leave_valid_papers_out_and_both_must_say_the_same(three_crosses: Played) -> None:
    assert enter(three_crosses, "enterer", 1, papers(three_crosses)) is TallyState.WAITING_FOR_OTHER
    assert enter(three_crosses, "enterer_2", 2, papers(three_crosses)) is TallyState.AGREED
    with three_crosses.installation.database.read() as session:
        election = three_crosses.read()
        assert form_of(session, election).max_crosses == 3
        (count,) = counts(session, election).values()
    assert "valid" not in count.figures


def test_two_that_say_the_same_wrong_number_of_valid_papers_do_not_become_the_count(three_crosses: Played) -> None:
    wrong = papers(three_crosses, valid=14)
    enter(three_crosses, "enterer", 1, wrong)
    assert enter(three_crosses, "enterer_2", 2, wrong) is TallyState.DO_NOT_ADD_UP


def test_the_screen_asks_for_valid_papers_and_says_what_does_not_fit(
    three_crosses: Played, client: FlaskClient
) -> None:
    sign_in(client, "enterer")
    address = "/0259/integrationsraad/2017/optaelling/001/final/1"
    page = client.get(address).text
    rows = re.findall(r'<label for="(row\d+)">([^<]+)</label>', page)
    (valid,) = [name for name, label in rows if label == "Gyldige stemmesedler"]
    with three_crosses.installation.database.read() as session:
        form = form_of(session, three_crosses.read())
    typed = {f"row{number}": str(papers(three_crosses).get(row, "")) for number, row in enumerate(form.rows)}
    typed |= {name: form_value(page, name) for name in ("csrf_token", "request_id")}
    assert "skriv et tal, 0 hvis der ingen er" in client.post(address, data=typed).text
    assert (
        "14 gyldige, 0 blanke og ugyldige, 15 stemmesedler"
        in client.post(address, data=typed | {valid: "14"}).text
    )
    assert client.post(address, data=typed | {valid: "15"}).status_code == 302


def test_with_one_cross_the_screen_has_no_such_row(installation: Installation, client: FlaskClient) -> None:
    played = play_to(Phase.COUNTING, installation)
    sign_in(client, "enterer")
    assert "Gyldige stemmesedler" not in client.get("/0259/integrationsraad/2017/optaelling/001/final/1").text
    with pytest.raises(Refused, match="R322"):
        enter(played, "enterer", 1, figures(played, {"c1": 15}) | {"valid": 15})
