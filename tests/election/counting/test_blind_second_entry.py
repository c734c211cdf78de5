"""The second entry of a count is blind: nobody reads the first one's figures before both are made."""

from __future__ import annotations

from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from election.call.rules import Phase
from election.counting.acts import TallyState, enter_tally, return_tally
from election.counting.rules import CountKind
from registry.accounts.records import RoleGrant
from registry.act import Installation
from registry.database import WHOLE_MUNICIPALITY
from registry.roles import Role
from tests.scenarios import Played, figures, play_to, sign_in

KIND = CountKind.PRELIMINARY
PAGES = "/0259/integrationsraad/2017/optaelling"
FIGURE = "7311"
"""Stands nowhere but in an entry."""


def enter(played: Played, who: str, entry: int, unissued: int = 85) -> TallyState:
    act = played.act(who)
    form = figures(played, {"c1": 15}) | {"unissued": unissued}
    return enter_tally(*played.by, act, played.election_id, played.stations[0], KIND, entry, form).state


def plain(page: str) -> str:
    """Figures without the dots that divide them."""
    return page.replace(".", "")


def also_enterer(played: Played, who: str) -> None:
    with played.installation.database.write() as session:
        session.add(
            RoleGrant(
                municipality=played.scope.municipality,
                council=WHOLE_MUNICIPALITY,
                id=uuid4(),
                official_council=WHOLE_MUNICIPALITY,
                official_id=played.officials[who],
                role=Role.ENTERER.value,
                granted_at=played.now,
                granted_by=played.officials["system_administrator"],
            )
        )


def one_person(played: Played, *usernames: str) -> None:
    with played.installation.database.write() as session:
        for username in usernames:
            values = {"i": b"one person", "u": username}
            session.execute(text("UPDATE official SET cpr_index = :i WHERE username = :u"), values)


@pytest.fixture
def played(installation: Installation) -> Played:
    """Entry 1 is made: 7311 papers left over."""
    made = play_to(Phase.COUNTING, installation)
    assert enter(made, "enterer", 1, int(FIGURE)) is TallyState.WAITING_FOR_OTHER
    return made


@pytest.mark.parametrize("who", ["board_member", "auditor"])
def test_while_one_entry_is_missing_the_history_tells_who_and_when_but_no_figure(
    played: Played, client: FlaskClient, who: str
) -> None:
    also_enterer(played, "board_member")
    sign_in(client, who)
    page = client.get(f"{PAGES}/001/historik").text
    assert "Enterer" in page
    assert "Kun den ene indtastning er lavet" in page
    assert FIGURE not in plain(page)


def test_no_other_page_of_the_count_shows_the_first_entry(played: Played, client: FlaskClient) -> None:
    """Everybody who may open a page of the room, every page and every paper of it."""
    for who in ("board_member", "station_leader", "election_administrator", "auditor", "enterer_2"):
        sign_in(client, who)
        for address in (
            f"{PAGES}/",
            f"{PAGES}/001/regnskab",
            f"{PAGES}/001/preliminary/forskelle",
            f"{PAGES}/001/preliminary/1",
            f"{PAGES}/001/preliminary/2",
            f"{PAGES}/001/historik",
            "/0259/integrationsraad/2017/optaelling/vaeg",
            "/log",
        ):
            page = client.get(address)
            assert page.status_code in (200, 403), address
            assert FIGURE not in plain(page.text), (who, address)


def test_a_returned_first_entry_stays_unread(played: Played, client: FlaskClient) -> None:
    """Sent back before there was a second one: its figures would still tell what to type."""
    act = played.act("board_member", reason="Forkert bunke")
    return_tally(*played.by, act, played.election_id, played.stations[0], KIND, 1)
    sign_in(client, "board_member")
    assert FIGURE not in plain(client.get(f"{PAGES}/001/historik").text)


def test_when_both_are_made_whoever_made_neither_sees_them(played: Played, client: FlaskClient) -> None:
    assert enter(played, "enterer_2", 2) is TallyState.DIFFER
    sign_in(client, "board_member")
    assert FIGURE in plain(client.get(f"{PAGES}/001/historik").text)


def test_while_one_is_entered_anew_its_figures_are_hidden_again(played: Played, client: FlaskClient) -> None:
    enter(played, "enterer_2", 2)
    act = played.act("board_member", reason="Talt igen")
    return_tally(*played.by, act, played.election_id, played.stations[0], KIND, 2)
    sign_in(client, "board_member")
    assert FIGURE not in plain(client.get(f"{PAGES}/001/historik").text)


@pytest.mark.parametrize("address", ["001/historik", "001/preliminary/forskelle"])
def test_another_account_of_an_enterer_sees_no_figures_to_type_again(
    played: Played, client: FlaskClient, address: str
) -> None:
    enter(played, "enterer_2", 2)
    one_person(played, "enterer_2", "board_member")
    sign_in(client, "board_member")
    page = client.get(f"{PAGES}/{address}").text
    assert "Du har selv indtastet her" in page
    assert FIGURE not in plain(page)
