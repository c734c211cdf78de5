"""Papers that were set aside: the election board decides each by a majority, and figures are not touched."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from election.call.rules import Phase
from election.counting.disputed import is_majority, may_count_as
from election.counting.disputed_acts import decide_disputed
from election.counting.records import disputed_papers, tallies
from election.counting.rules import Form
from election.polling.records import station_now
from registry.act import Installation
from registry.findings import Refused
from tests.scenarios import Played, form_value, play_to, sign_in

FORM = Form(candidates=("c1", "c2"), lists=(), invalid=("uncertain",), min_crosses=1, max_crosses=1)


@pytest.mark.parametrize(
    ("votes_for", "votes_against", "members", "fits"),
    [(2, 1, 3, True), (3, 0, 3, True), (1, 0, 3, True), (1, 1, 3, False), (0, 0, 3, False), (3, 1, 3, False)],
)
def test_more_for_than_against_and_no_more_votes_than_members(
    votes_for: int, votes_against: int, members: int, fits: bool
) -> None:
    assert is_majority(votes_for, votes_against, members) is fits


@pytest.mark.parametrize(
    ("row", "fits"), [("c2", True), ("blank", True), ("invalid:uncertain", True), ("in_box", False), ("c9", False)]
)
def test_a_paper_counts_as_a_candidate_or_as_blank_or_invalid(row: str, fits: bool) -> None:
    assert may_count_as(FORM, row) is fits


def decided(
    played: Played, *, counted_as: str = "c1", votes: tuple[int, int] = (2, 1), who: str = "board_member"
) -> None:
    act = played.act(who, reason="krydset står i feltet")
    decide_disputed(
        *played.by, act, played.election_id, played.stations[0], "kryds og en streg", counted_as, *votes
    )


def kept(played: Played) -> list[tuple[str, int, int]]:
    with played.installation.database.read() as session:
        election = played.read()
        station = station_now(session, election, played.stations[0])
        assert station is not None
        rows = disputed_papers(session, election, station.id)
        assert not tallies(session, election)
        return [(row.counted_as, row.votes_for, row.votes_against) for row in rows]


def test_the_decision_is_kept_and_no_figure_changes(installation: Installation) -> None:
    played = play_to(Phase.COUNTING, installation)
    decided(played)
    assert kept(played) == [("c1", 2, 1)]


@pytest.mark.parametrize(
    ("counted_as", "votes", "who", "code"),
    [
        ("in_box", (2, 1), "board_member", "R337"),
        ("c1", (1, 1), "board_member", "R338"),
        ("c1", (9, 0), "board_member", "R338"),
        ("c1", (2, 1), "enterer", "R002"),
    ],
)
def test_what_cannot_be_a_decision_of_the_board_is_refused_and_nothing_is_kept(
    installation: Installation, counted_as: str, votes: tuple[int, int], who: str, code: str
) -> None:
    played = play_to(Phase.COUNTING, installation)
    with pytest.raises(Refused, match=code):
        decided(played, counted_as=counted_as, votes=votes, who=who)
    assert kept(played) == []


def test_the_page_keeps_what_was_typed_when_there_is_no_majority(
    installation: Installation, client: FlaskClient
) -> None:
    """One for and one against is refused and may be mended; two for and one against is kept and printed."""
    play_to(Phase.COUNTING, installation)
    sign_in(client, "board_member")
    page = "/0259/integrationsraad/2017/optaelling/001/tvivl"
    text = client.get(page).get_data(as_text=True)
    typed = {
        "mark": "kryds og streg",
        "counted_as": "c1",
        "votes_for": "1",
        "votes_against": "1",
        "reason": "tydeligt",
    }
    typed |= {name: form_value(text, name) for name in ("csrf_token", "request_id")}
    refused = client.post(page, data=typed)
    assert refused.status_code == 409
    assert 'value="kryds og streg"' in refused.get_data(as_text=True)
    assert client.post(page, data=typed | {"votes_for": "2"}).status_code == 302
    assert "kryds og streg" in client.get(page).get_data(as_text=True)
    assert client.get(page.replace("tvivl", "optaellingsprotokol.pdf")).data.startswith(b"%PDF")


@pytest.mark.parametrize("votes", ["100", "-1", "9" * 400])
def test_no_board_has_so_many_votes_and_the_field_says_so(
    installation: Installation, client: FlaskClient, votes: str
) -> None:
    played = play_to(Phase.COUNTING, installation)
    sign_in(client, "board_member")
    page = "/0259/integrationsraad/2017/optaelling/001/tvivl"
    text = client.get(page).get_data(as_text=True)
    typed = {"mark": "kryds", "counted_as": "c1", "votes_for": "2", "votes_against": "0", "reason": "tydeligt"}
    typed |= {name: form_value(text, name) for name in ("csrf_token", "request_id")}
    for field in ("votes_for", "votes_against"):
        told = client.post(page, data=typed | {field: votes})
        assert told.status_code == 200
        assert "Skriv et tal fra 0 til 99." in told.text
    assert kept(played) == []


def test_all_grounds_that_were_seen_stay_and_the_first_is_recorded(installation: Installation) -> None:
    """Written on, and it is not sure for whom: BEK 30/2024 §§ 11–12 stand before §§ 16–17."""
    played = play_to(Phase.COUNTING, installation)
    act, of, mark = played.act("board_member", reason="enige"), played.election_id, "kryds mellem felter og et ord"
    decide_disputed(*played.by, act, of, played.stations[0], mark, "invalid", 3, 0, ("marked", "uncertain"))
    with installation.database.read() as session:
        (paper,) = disputed_papers(session, played.read(), played.stations[0])
    assert (paper.counted_as, paper.found_grounds) == ("invalid:uncertain", ["uncertain", "marked"])


def test_what_is_on_a_paper_is_told_without_a_number_that_may_be_somebodys(installation: Installation) -> None:
    played = play_to(Phase.COUNTING, installation)
    act = played.act("board_member", reason="enige")
    for mark, code in (("der står 010190-1234", "R359"), (" ", "R337")):
        with pytest.raises(Refused, match=code):
            decide_disputed(*played.by, act, played.election_id, played.stations[0], mark, "c1", 3, 0)
    assert kept(played) == []


def test_the_board_ticks_what_it_sees_and_the_page_says_as_what_it_counts(
    installation: Installation, client: FlaskClient
) -> None:
    play_to(Phase.COUNTING, installation)
    sign_in(client, "board_member")
    page = "/0259/integrationsraad/2017/optaelling/001/tvivl"
    text = client.get(page).get_data(as_text=True)
    typed: dict[str, str | list[str]] = {
        "mark": "kryds og et ord",
        "counted_as": "c1",
        "seen": ["marked", "uncertain"],
        "votes_for": "3",
        "votes_against": "0",
        "reason": "tydeligt",
    }
    typed |= {name: form_value(text, name) for name in ("csrf_token", "request_id")}
    refused = client.post(page, data=typed)
    assert (refused.status_code, "Efter de grunde, der er set" in refused.text) == (409, True)
    assert refused.text.count("checked") == 2
    told = client.post(page, data=typed | {"mark": "010190-1234"}).text
    assert "Her må ikke stå et CPR-nummer" in told
    assert client.post(page, data=typed | {"counted_as": "invalid"}).status_code == 302
    row = client.get(page).text.split("kryds og et ord")[1].split("</tr>")[0]
    assert row.index("Det er usikkert, hvem der er stemt på; Særpræget") < row.index("Ugyldige: Det er usikkert")
