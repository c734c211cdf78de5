"""The count on the wall and the sheet that is read aloud: what is told, and what is not told yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from election.call.rules import Phase
from election.counting.acts import enter_tally
from election.counting.lost_box_acts import Decision, record_lost_box
from election.counting.recount import reopen_count
from election.counting.rules import CountKind
from registry.act import Installation
from tests.election.overview.published import enter_and_determine, preliminary, with_lists, words_of
from tests.scenarios import (
    Played,
    call_koege,
    counting,
    figures,
    play_to,
    polling,
    sign_in,
    with_candidates,
    with_roll,
)

if TYPE_CHECKING:
    from flask.testing import FlaskClient

COUNT = "/0259/integrationsraad/2017/optaelling"
WALL, ALOUD = f"{COUNT}/vaeg", f"{COUNT}/oplaesning"


def body(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    return page[page.index("<main") :]


def enter(played: Played, station: int, *entries: int) -> None:
    form = figures(played, {"c1": 7})
    who = {1: "enterer", 2: "enterer_2"}
    for entry in entries:
        act = played.act(who[entry])
        enter_tally(
            *played.by, act, played.election_id, played.stations[station], CountKind.PRELIMINARY, entry, form
        )


def test_the_wall_is_for_everybody_and_fetches_itself_without_a_script(
    installation: Installation, client: FlaskClient
) -> None:
    play_to(Phase.POLLING, installation)
    page = client.get(WALL).get_data(as_text=True)
    assert "Optællingen er ikke begyndt" in page
    assert client.get(WALL).headers["Refresh"] == "30"
    assert "Refresh" not in client.get(WALL + "?stille=1").headers
    assert "<script" not in page


def test_the_wall_tells_which_stations_are_counted_and_no_figure(
    installation: Installation, client: FlaskClient
) -> None:
    """Three stations: one agreed, one entered once, one not at all. One of three is counted."""
    played = with_candidates(with_roll(call_koege(installation, stations=3), 15), 6)
    counting(polling(played))
    enter(played, 0, 1, 2)
    enter(played, 1, 1)
    page = body(client, WALL)
    assert "1 af 3 stemmesteder er talt" in page
    missing, counted = page.split("Talt</h2>")
    assert "Køge Rådhus, kantinen" in counted
    assert "Stemmested 2" in missing
    assert "Stemmested 3" in missing
    assert "Amina Hassan" not in page
    assert "7" not in page


def test_papers_that_are_gone_are_not_told_as_counted(installation: Installation, client: FlaskClient) -> None:
    """Two stations: one agreed, the other's papers are gone and it is counted without them."""
    played = with_candidates(with_roll(call_koege(installation, stations=2), 15), 6)
    counting(polling(played))
    enter(played, 0, 1, 2)
    act = played.act("board_member", second="board_member_2", reason="De kan ikke skaffes igen")
    station = played.stations[1]
    record_lost_box(*played.by, act, played.election_id, station, "Bilen brændte", Decision.COUNTED_WITHOUT)
    page = body(client, WALL)
    assert "1 af 2 stemmesteder er talt" in page
    gone, counted = page.split("Talt</h2>")
    assert "Stemmested 2" in gone
    assert "der tælles uden" in gone
    assert "Stemmested 2" not in counted
    assert "Alt er talt" in page


def test_the_wall_names_the_elected_only_once_the_result_is_determined(
    installation: Installation, client: FlaskClient
) -> None:
    preliminary(installation)
    page = body(client, WALL)
    assert "Valgt – endnu ikke udpeget" in page
    assert "Amina Hassan A" in page
    assert "Zeynep Ali E" not in page
    assert "Stemmesedlerne er ikke fintalt" in page


def test_the_wall_takes_the_names_down_while_a_station_is_counted_again(
    installation: Installation, client: FlaskClient
) -> None:
    played = play_to(Phase.COUNTED, installation)
    act = played.act("board_member", reason="talt forkert", second="board_member_2")
    reopen_count(*played.by, act, played.election_id, played.stations[0], CountKind.FINAL)
    page = body(client, WALL)
    assert "0 af 1 stemmesteder er talt" in page
    assert "Amina Hassan" not in page


def test_the_wall_of_an_election_without_a_poll_says_so(installation: Installation, client: FlaskClient) -> None:
    play_to(Phase.UNCONTESTED, installation)
    assert "Valget er afgjort uden afstemning" in body(client, WALL)


def test_a_hundred_stations_stand_close(installation: Installation, client: FlaskClient) -> None:
    counting(polling(with_candidates(with_roll(call_koege(installation, stations=30), 15), 6), papers=0))
    assert "wall__stations--many" in body(client, WALL)


def test_the_sheet_is_read_in_ballot_order_and_says_what_is_open(
    installation: Installation, client: FlaskClient
) -> None:
    """On the election night: 15 of 15, votes, who would be elected, final count, two certifiers, appointment."""
    played = preliminary(installation)
    with installation.database.write() as session:
        session.merge(played.read()).clock_at = played.now
    sign_in(client, "board_member")
    page, paper = body(client, ALOUD), words_of(client.get(f"{ALOUD}.pdf").data)
    for text in (page, paper):
        for expected in (
            "Her er det foreløbige resultat af valget til Integrationsrådet i Køge mandag den 27. november 2017.",
            "15 af 15 vælgere har stemt. Det er 100,0 procent.",
            "Blanke stemmesedler: 1. Ugyldige: 0.",
            "Efter disse tal er valgt – endnu ikke udpeget",
            "Stemmesedlerne fintælles i morgen. Tallene kan ændre sig.",
            "To attestanter skal bekræfte resultatet.",
            "Køge Byråd udpeger rådet. Indtil da er ingen udpeget.",
        ):
            assert expected in text
        assert "er medlem" not in text
    names = [
        "Amina Hassan A",
        "Yusuf Yılmaz B",
        "Leyla Kovalenko C",
        "Omar Åberg D",
        "Zeynep Ali E",
        "Ivan Nowak F",
    ]
    votes = paper[: paper.index("Blanke stemmesedler:")]
    assert sorted(names, key=votes.index) == names
    assert f'href="{ALOUD}"' in body(client, f"{COUNT}/")


def test_with_lists_each_is_read_with_all_its_votes_and_the_ballots_own_order(
    installation: Installation, client: FlaskClient
) -> None:
    """The ballot order was drawn c6 … c1, so Ivan Nowak (c6) is read first and Amina Hassan (c1) last."""
    with_lists(installation)
    sign_in(client, "board_member")
    words = words_of(client.get(f"{ALOUD}.pdf").data)
    assert "Liste A (Broen) i alt 17" in words
    assert words.index("Ivan Nowak C 12") < words.index("Omar Diaz B 7") < words.index("Amina Hassan A 5")
    assert "fintælles i morgen" not in words


def test_a_corrected_sheet_says_that_it_replaces_what_was_read(
    installation: Installation, client: FlaskClient
) -> None:
    played = preliminary(installation)
    votes = {"c1": 4, "c2": 3, "c3": 2, "c4": 2, "c5": 1, "c6": 2}
    enter_and_determine(played, CountKind.FINAL, votes, blank=1)
    sign_in(client, "board_member")
    page = body(client, ALOUD)
    assert "Det er opgørelse nummer 2 og afløser den, der er læst op før." in page
    assert "Her er det fintalte resultat" in page


@pytest.mark.parametrize("address", [ALOUD, f"{ALOUD}.pdf"])
def test_nothing_is_read_aloud_before_a_result(
    installation: Installation, client: FlaskClient, address: str
) -> None:
    play_to(Phase.COUNTING, installation)
    sign_in(client, "board_member")
    answer = client.get(address)
    assert answer.status_code == 409
    assert "R345" in answer.get_data(as_text=True)
