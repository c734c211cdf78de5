# mypy: disable-error-code="no-untyped-call"
"""Papers that are gone: counted without, the first count stands, a new poll, or found – each decided by two."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from election.call.lots import BALLOT_ORDER, lots
from election.call.rules import Phase
from election.certification.records import latest_certification
from election.counting.acts import determine, enter_tally, settle
from election.counting.assembly import status_of, units
from election.counting.lost_box_acts import Decision, record_lost_box
from election.counting.lost_boxes import lost_boxes
from election.counting.records import latest_result
from election.counting.rules import CountKind
from registry.act import Installation
from registry.findings import Refused
from tests.election.counting.figures_of_a_night import drawn, entered, settled, stations_with
from tests.scenarios import (
    PASSWORD,
    Played,
    call_koege,
    certified,
    clear_votes,
    counting,
    figures,
    form_value,
    polling,
    sign_in,
    with_candidates,
    with_roll,
)

if TYPE_CHECKING:
    from flask.testing import FlaskClient

BOARD, OTHER = "board_member", "board_member_2"
TWO = "/0259/integrationsraad/2017"
CLEAR = {"c1": 9, "c2": 8, "c3": 6, "c4": 4, "c5": 2, "c6": 1}


@pytest.fixture
def night(installation: Installation) -> Played:
    return counting(polling(with_candidates(with_roll(call_koege(installation), 16), 6), admitted=15))


@pytest.fixture
def two(installation: Installation) -> Played:
    return stations_with(installation, 30, 30)


def lose_second(played: Played, decision: Decision) -> int:
    act = played.act(BOARD, second=OTHER, reason="Papirerne kan ikke skaffes igen")
    return record_lost_box(*played.by, act, played.election_id, played.stations[1], "Bilen brændte", decision)


def lose(played: Played, decision: Decision, circumstances: str = "Bilen brændte") -> int:
    act = played.act(BOARD, second=OTHER, reason="Papirerne kan ikke skaffes igen")
    where = played.stations[0]
    return record_lost_box(*played.by, act, played.election_id, where, circumstances, decision)


def preliminary(played: Played) -> None:
    form, where = figures(played, clear_votes(15, 6)), played.stations[0]
    for entry, who in ((1, "enterer"), (2, "enterer_2")):
        enter_tally(*played.by, played.act(who), played.election_id, where, CountKind.PRELIMINARY, entry, form)


def finish(played: Played) -> tuple[str, str]:
    settle(*played.by, played.act(BOARD), played.election_id, played.stations[0])
    found = determine(*played.by, played.act(BOARD), played.election_id)
    return found.outcome, found.status


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, check=lambda trouble: trouble.kind.code == code)


def test_counted_without_the_papers_are_missing_in_the_ledger_and_the_reason_stands_there(night: Played) -> None:
    lose(night, Decision.COUNTED_WITHOUT)
    with night.installation.database.read() as session:
        (unit,) = units(session, night.read())
        assert unit.ledger.difference == -15
        assert unit.unexplained == ()
        assert "Bilen brændte" in unit.explained["F302"]
        assert "kan ikke skaffes" in unit.explained["F302"]
    settle(*night.by, night.act(BOARD), night.election_id, night.stations[0])


def test_the_first_count_may_stand_as_the_final_one(night: Played) -> None:
    with refused("R361"):
        lose(night, Decision.PRELIMINARY_HOLDS)
    preliminary(night)
    with night.installation.database.read() as session:
        assert status_of(units(session, night.read())) is CountKind.PRELIMINARY
    lose(night, Decision.PRELIMINARY_HOLDS)
    assert finish(night) == ("decided", "final")
    certified(night)
    with night.installation.database.read() as session:
        certificate = latest_certification(session, night.read())
        assert certificate is not None
        assert json.loads(certificate.record)["ledger"][0]["count"] == "preliminary"
    assert night.read().in_phase is Phase.CERTIFIED


def test_where_people_must_vote_again_there_is_no_result(night: Played) -> None:
    preliminary(night)
    lose(night, Decision.POLL_AGAIN)
    with refused("R331"):
        determine(*night.by, night.act(BOARD), night.election_id)
    lose(night, Decision.FOUND)
    assert finish(night) == ("decided", "preliminary")


def test_every_decision_stays_and_the_latest_holds(night: Played) -> None:
    with refused("R363"):
        lose(night, Decision.FOUND)
    with refused("R362"):
        lose(night, Decision.POLL_AGAIN, "  ")
    assert [lose(night, one) for one in (Decision.POLL_AGAIN, Decision.COUNTED_WITHOUT, Decision.FOUND)] == [
        1,
        2,
        3,
    ]
    with night.installation.database.read() as session:
        (held,) = lost_boxes(session, night.read()).values()
        assert (held.decision, held.papers) == ("found", 15)
        (unit,) = units(session, night.read())
        assert unit.figures is None


def test_what_is_finally_counted_is_not_lost(night: Played) -> None:
    form = figures(night, clear_votes(15, 6))
    for entry, who in ((1, "enterer"), (2, "enterer_2")):
        enter_tally(*night.by, night.act(who), night.election_id, night.stations[0], CountKind.FINAL, entry, form)
    with refused("R360"):
        lose(night, Decision.COUNTED_WITHOUT)


def test_what_was_shown_only_together_with_others_cannot_be_left_out_afterwards(two: Played) -> None:
    """All at the second station chose the same, so they are shown as one: without it one saw the votes."""
    entered(two, CLEAR, CountKind.PRELIMINARY)
    entered(two, {"c3": 30}, CountKind.PRELIMINARY, 1)
    for station in two.stations:
        settle(*two.by, two.act(BOARD), two.election_id, station)
    lose_second(two, Decision.COUNTED_WITHOUT)  # nothing is published yet
    lose_second(two, Decision.FOUND)
    assert determine(*two.by, two.act(BOARD), two.election_id).status == "preliminary"
    with refused("R365"):
        lose_second(two, Decision.COUNTED_WITHOUT)
    assert lose_second(two, Decision.PRELIMINARY_HOLDS) == 3


@pytest.mark.slow
def test_the_page_says_how_much_the_papers_weigh(night: Played, client: FlaskClient) -> None:
    preliminary(night)
    sign_in(client, BOARD)
    where = "/0259/integrationsraad/2017/optaelling/001/bortkommet"
    page = client.get(where).get_data(as_text=True)
    given = {name: form_value(page, name) for name in ("csrf_token", "request_id")}
    given |= {"own_password": PASSWORD, "second_username": OTHER, "second_password": PASSWORD}
    given |= {"circumstances": "Bilen brændte", "decision": "preliminary_holds", "reason": ""}
    assert client.post(where, data=given).status_code == 200
    assert client.post(where, data=given | {"reason": "Kan ikke tælles igen"}).status_code == 303
    page = client.get(where).get_data(as_text=True)
    assert "De kunne have ændret resultatet" in page
    assert "Det gælder 15 papirer." in page


def drawn_with_both(played: Played) -> None:
    """c5 and c6 have 4 each, and it is drawn; without the second station they have 3 and 1."""
    entered(played, {"c1": 8, "c2": 7, "c3": 6, "c4": 5, "c5": 3, "c6": 1}, CountKind.PRELIMINARY)
    entered(played, {"c1": 26, "c5": 1, "c6": 3}, CountKind.PRELIMINARY, 1)
    assert settled(played) == "lot-required"
    drawn(played, ("c6", "c5"))


@pytest.mark.slow
def test_papers_that_take_a_drawn_tie_with_them_revoke_the_draw(two: Played, client: FlaskClient) -> None:
    drawn_with_both(two)
    lose_second(two, Decision.COUNTED_WITHOUT)
    with two.installation.database.read() as session:
        assert [lot.purpose for lot in lots(session, two.read()) if lot.purpose != BALLOT_ORDER] == []
    sign_in(client, BOARD)
    for page in ("/optaelling/", "/optaelling/002/bortkommet", "/optaelling/lod", "/resultat"):
        assert client.get(TWO + page).status_code == 200, page
    assert settled(two) == "decided"
    assert "Lodtrækninger, der ikke gælder mere" in client.get(f"{TWO}/resultat").text


@pytest.mark.slow
def test_a_draw_that_no_longer_fits_is_no_dead_end_wherever_it_comes_from(
    two: Played, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it was kept before the draw was let go of: the pages say determine again, and that does it."""
    drawn_with_both(two)
    with monkeypatch.context() as patched:
        patched.setattr("election.counting.lost_box_acts.let_go_of_lots", lambda _work: None)
        lose_second(two, Decision.COUNTED_WITHOUT)
    settle(*two.by, two.act(BOARD), two.election_id, two.stations[1])
    sign_in(client, BOARD)
    for page in ("/optaelling/", "/optaelling/002/bortkommet", "/optaelling/lod", "/resultat"):
        assert client.get(TWO + page).status_code == 200, page
    assert "mangler at opgøre resultatet" in client.get(f"{TWO}/resultat").text
    assert settled(two) == "decided"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("votes", "told"),
    [
        ({"c1": 7, "c2": 6, "c3": 5, "c4": 4, "c5": 4, "c6": 4}, "De kunne have ændret resultatet"),
        ({"c1": 7, "c2": 6, "c3": 6, "c4": 5, "c5": 5, "c6": 1}, "De kunne have ændret resultatet"),
        ({"c1": 6, "c2": 6, "c3": 6, "c4": 6, "c5": 6}, "De kunne ikke have ændret, hvem der er valgt"),
    ],
)
def test_the_weight_of_four_papers(
    installation: Installation, client: FlaskClient, votes: dict[str, int], told: str
) -> None:
    """A lot is asked for; 5 against 1 + 4 makes a lot, one fewer than the margin; 6 against 0 + 4 nothing."""
    two = stations_with(installation, 30, 4)
    entered(two, votes)
    lose_second(two, Decision.COUNTED_WITHOUT)
    sign_in(client, BOARD)
    assert told in client.get(f"{TWO}/optaelling/002/bortkommet").text


@pytest.mark.slow
def test_found_papers_count_and_the_page_warns_that_the_difference_shows_them(
    two: Played, client: FlaskClient
) -> None:
    where = f"{TWO}/optaelling/002/bortkommet"
    entered(two, CLEAR)
    lose_second(two, Decision.COUNTED_WITHOUT)
    sign_in(client, BOARD)
    assert "kan deres stemmer læses af forskellen" not in client.get(where).text
    assert settled(two) == "decided"
    assert "kan deres stemmer læses af forskellen" in client.get(where).text
    lose_second(two, Decision.FOUND)
    assert "kan deres stemmer læses af forskellen" not in client.get(where).text
    entered(two, {"c3": 30}, CountKind.FINAL, 1)
    assert settled(two) == "decided"
    with two.installation.database.read() as session:
        result = latest_result(session, two.read())
        assert result is not None
        (block,) = result.stations
    assert block["votes"]["c3"] == 36
