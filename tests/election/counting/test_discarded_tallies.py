"""Two tallies that nobody can use: the board discards both, and both are entered anew as whole forms."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from election.call.rules import Phase
from election.counting.acts import TallyState, enter_tally, return_tally
from election.counting.entry_acts import discard_tallies
from election.counting.progress import NextStep, progress
from election.counting.records import Tally, counts, tally_history
from election.counting.rules import CountKind
from registry.act import Installation
from registry.findings import Refused
from tests.scenarios import Played, figures, form_value, play_to, sign_in

KIND = CountKind.PRELIMINARY
PAGES = "/0259/integrationsraad/2017/optaelling/001"
WHY = "Bunkerne var blandet sammen"


def enter(played: Played, who: str, entry: int, votes: dict[str, int], **other: int) -> TallyState:
    form = figures(played, votes) | other
    act = played.act(who)
    return enter_tally(*played.by, act, played.election_id, played.stations[0], KIND, entry, form).state


def discard(played: Played, who: str = "board_member", reason: str = WHY) -> tuple[int, int]:
    act = played.act(who, reason=reason)
    return discard_tallies(*played.by, act, played.election_id, played.stations[0], KIND)


def history(played: Played) -> list[Tally]:
    with played.installation.database.read() as session:
        return tally_history(session, played.read(), played.stations[0], KIND)


@pytest.fixture
def differing(installation: Installation) -> Played:
    """c1 8 against 7, c2 7 against 8."""
    played = play_to(Phase.COUNTING, installation)
    enter(played, "enterer", 1, {"c1": 8, "c2": 7})
    assert enter(played, "enterer_2", 2, {"c1": 7, "c2": 8}) is TallyState.DIFFER
    return played


def test_both_are_discarded_whole_and_the_old_figures_stay_with_the_reason(differing: Played) -> None:
    assert discard(differing) == (1, 1)
    every = history(differing)
    assert [(t.entry, t.figures["c1"], t.return_reason) for t in every] == [(1, 8, WHY), (2, 7, WHY)]
    for tally in every:
        assert tally.returned_by == differing.officials["board_member"]
        assert set(tally.cleared_rows or ()) == set(tally.figures)
    with differing.installation.database.read() as session:
        (unit,) = progress(session, differing.read())
        assert unit.next_step is NextStep.ENTER_AGAIN
        assert counts(session, differing.read()) == {}


def test_afterwards_two_new_tallies_become_the_count(differing: Played) -> None:
    discard(differing)
    assert enter(differing, "enterer", 1, {"c1": 9, "c2": 6}) is TallyState.WAITING_FOR_OTHER
    assert enter(differing, "enterer_2", 2, {"c1": 9, "c2": 6}) is TallyState.AGREED
    assert [(t.entry, t.revision, t.figures["c1"]) for t in history(differing)] == [
        (1, 1, 8),
        (1, 2, 9),
        (2, 1, 7),
        (2, 2, 9),
    ]


def test_two_that_are_the_same_and_do_not_add_up_may_be_discarded(installation: Installation) -> None:
    """15 votes, 14 papers in the box, twice."""
    played = play_to(Phase.COUNTING, installation)
    enter(played, "enterer", 1, {"c1": 8, "c2": 7}, in_box=14)
    assert enter(played, "enterer_2", 2, {"c1": 8, "c2": 7}, in_box=14) is TallyState.DO_NOT_ADD_UP
    assert discard(played) == (1, 1)


def test_one_tally_alone_is_not_discarded(installation: Installation) -> None:
    played = play_to(Phase.COUNTING, installation)
    enter(played, "enterer", 1, {"c1": 8, "c2": 7})
    with pytest.raises(Refused, match="R340"):
        discard(played)
    assert history(played)[0].returned_at is None


def test_what_is_agreed_is_not_discarded(installation: Installation) -> None:
    played = play_to(Phase.COUNTING, installation)
    for entry, who in ((1, "enterer"), (2, "enterer_2")):
        enter(played, who, entry, {"c1": 8, "c2": 7})
    with pytest.raises(Refused, match="R327"):
        discard(played)


def test_after_one_went_back_there_is_nothing_to_discard(differing: Played) -> None:
    act = differing.act("board_member", reason="Talt igen")
    return_tally(*differing.by, act, differing.election_id, differing.stations[0], KIND, 1)
    with pytest.raises(Refused, match="R340"):
        discard(differing)


@pytest.mark.parametrize(
    ("who", "reason", "code"),
    [("board_member", " ", "R005"), ("station_leader", WHY, "R002"), ("enterer", WHY, "R002")],
)
def test_only_the_board_with_a_reason(differing: Played, who: str, reason: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        discard(differing, who, reason)
    assert all(tally.returned_at is None for tally in history(differing))


def one_person(played: Played, *usernames: str) -> None:
    """These accounts carry the fingerprint of the same CPR number."""
    with played.installation.database.write() as session:
        for username in usernames:
            session.execute(
                text("UPDATE official SET cpr_index = :i WHERE username = :u"), {"i": b"one", "u": username}
            )


def test_a_board_member_who_entered_under_another_account_discards_nothing(differing: Played) -> None:
    one_person(differing, "enterer_2", "board_member")
    with pytest.raises(Refused, match="R329"):
        discard(differing)
    assert discard(differing, "board_member_2") == (1, 1)


def test_two_accounts_of_one_person_are_not_two_people(installation: Installation) -> None:
    played = play_to(Phase.COUNTING, installation)
    one_person(played, "enterer", "enterer_2")
    enter(played, "enterer", 1, {"c1": 15})
    with pytest.raises(Refused, match="R325"):
        enter(played, "enterer_2", 2, {"c1": 15})


# --- the page ---------------------------------------------------------------------------------------------


def test_the_page_discards_with_a_reason_and_never_says_which_one_is_right(
    differing: Played, client: FlaskClient
) -> None:
    sign_in(client, "board_member")
    address = f"{PAGES}/preliminary/forskelle"
    page = client.get(address).text
    typed = {name: form_value(page, name) for name in ("csrf_token", "discard-request_id")}
    assert "skal udfyldes" in client.post(address, data=typed | {"discard-reason": ""}).text
    assert all(tally.returned_at is None for tally in history(differing))
    done = client.post(address, data=typed | {"discard-reason": WHY}, follow_redirects=True).text
    assert "Begge indtastninger er kasseret" in done
    again = client.post(address, data=typed | {"discard-reason": WHY})
    assert again.status_code == 302, "a double click gets the same answer"
    old = client.get(f"{PAGES}/historik").text
    assert old.count(WHY) == 2


def test_a_second_form_on_an_old_page_is_refused_on_the_page(differing: Played, client: FlaskClient) -> None:
    sign_in(client, "board_member")
    address = f"{PAGES}/preliminary/forskelle"
    page = client.get(address).text
    typed = {name: form_value(page, name) for name in ("csrf_token", "discard-request_id")}
    discard(differing)
    answer = client.post(address, data=typed | {"discard-reason": WHY})
    assert answer.status_code == 409
    assert "Intet er kasseret" in answer.text


def test_the_leader_sends_back_but_has_no_button_that_discards(differing: Played, client: FlaskClient) -> None:
    sign_in(client, "station_leader")
    page = client.get(f"{PAGES}/preliminary/forskelle").text
    assert "Send tilbage" in page
    assert "Kassér" not in page


def test_whoever_entered_gets_an_empty_form_back(differing: Played, client: FlaskClient) -> None:
    discard(differing)
    sign_in(client, "enterer")
    page = client.get(f"{PAGES}/preliminary/1").text
    assert WHY in page
    fields = re.findall(r"<input\b[^>]*\bdata-tally\b[^>]*>", page)
    assert len(fields) == len(history(differing)[0].figures)
    assert all('value=""' in field for field in fields)
