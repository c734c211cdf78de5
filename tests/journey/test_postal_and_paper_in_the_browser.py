"""Postal votes and paper forms in Chromium: by the keyboard, looked at by axe, no wider than a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, expect

from election.call.acts import move_clock
from election.paper_forms.acts import make, read
from election.paper_forms.records import forms
from election.paper_forms.rules import ReadLine
from election.postal.acts import receive, review
from registry.act import Installation
from tests.journey.browser import Site, Visitor
from tests.scenarios import (
    PASSWORD,
    POLLING_AT,
    Played,
    call_koege,
    people,
    polling,
    with_candidates,
    with_roll,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("engine_name", ["sqlite"])]
HERE = "/0259/integrationsraad/2017/stemmested/001"
LETTERS, PAPER = f"{HERE}/brevstemmer", f"{HERE}/papir/"


@pytest.fixture
def played(installation: Installation) -> Played:
    found = polling(with_candidates(with_roll(call_koege(installation, stations=2), rows=people(12)), 6))
    move_clock(*found.by, found.act("election_administrator"), found.election_id, POLLING_AT)
    return found


@pytest.fixture
def leader(played: Played, site: Site, chromium: Browser) -> Iterator[Visitor]:
    visitor = Visitor(chromium, site).sign_in("station_leader", PASSWORD)
    yield visitor
    visitor.leave()


def two_sign(visitor: Visitor, second: str) -> None:
    visitor.fill("Din adgangskode", PASSWORD)
    visitor.fill("Den anden persons brugernavn", second)
    visitor.fill("Den anden persons adgangskode", PASSWORD)


def test_a_postal_vote_from_the_letter_to_the_box_and_to_the_neighbour(played: Played, leader: Visitor) -> None:
    """Two letters from one voter: the number said big, all of them side by side, two sign, one is carried on."""
    entry, station = played.entries[0], played.stations[0]
    receive(*played.by, played.act("polling_official"), played.election_id, station, entry, None, "Borgerservice")
    born = played.people[0].cpr[:6]
    leader.open(LETTERS)
    leader.page.keyboard.type(born)
    leader.key("Enter")
    leader.look("postal-station")
    leader.open(f"{LETTERS}/modtag/{entry}")
    expect(leader.labelled("Afgivet den")).to_be_focused()
    leader.page.keyboard.type("14-11-2017")
    leader.look("postal-receive")
    leader.key("Enter")
    leader.sees("Skriv 2 på kuverten")
    leader.look("postal-number", is_public=True)
    leader.follow("Næste brevstemme")
    leader.follow("Nr. 2")
    leader.sees("Vælgeren har sendt 2 brevstemmer", "Listen siger: den kan godkendes")
    leader.page.get_by_text("Godkendt: stemmekuverten").click()
    two_sign(leader, "polling_official")
    leader.look("postal-vote", is_public=True)
    leader.press("Gem afgørelsen")
    leader.sees("Læg stemmekuverten uåbnet i stemmekassen", "For få godkendte brevstemmer her: 1")
    leader.follow("Flyt brevstemmerne")
    leader.fill("Kuverter, talt af jer begge", "1")
    two_sign(leader, "board_member")
    leader.look("postal-move")
    leader.press("Flyt dem")
    leader.sees("Brevstemmer flyttet til Stemmested 2: 1")
    leader.open("/0259/integrationsraad/2017/brevstemmer/")
    leader.look("postal-register")


def test_paper_from_the_blackout_to_the_list(played: Played, leader: Visitor) -> None:
    """A form that another person has read; two lines differ; read again; taken in by two."""
    make(*played.by, played.act("station_leader"), played.election_id, played.stations[0], 3, 25)
    with played.installation.database.read() as session:
        form = forms(session, played.read(), played.stations[0])[0].id
    other = (ReadLine(1, "1", "18.05"), ReadLine(2, "2", "18.06"), ReadLine(3, "99", "18.07"))
    read(*played.by, played.act("polling_official"), played.election_id, form, other)
    leader.open(f"{HERE}/bord/1/")
    leader.follow("Papir, hvis alt svigter")
    leader.look("paper-overview", is_public=True)
    leader.follow("Aflæs skema 1")
    expect(leader.labelled("Linje 1: nummer på listen")).to_be_focused()
    for typed in ("1", "18.05", "12", "18.06", "99", "18.07"):
        leader.page.keyboard.type(typed)
        leader.page.keyboard.press("Tab")
    leader.fill("Udfyldte linjer i alt", "3")
    leader.press("Gem aflæsningen")
    leader.sees("Nummeret findes ikke på valglisten.")
    leader.look("paper-read", is_public=True)
    leader.tick("Linje 3: det står der")
    leader.press("Gem aflæsningen")
    leader.sees("linje 2 forskelligt")
    leader.follow("Se forskellene på skema 1")
    leader.look("paper-differences")
    leader.fill("Linje 2: nummer på listen", "2")
    leader.fill("Linje 2: klokken", "18.06")
    leader.press("Gem aflæsningen")
    leader.follow("Tag skema 1 ind")
    two_sign(leader, "polling_official")
    leader.look("paper-take")
    leader.press("Tag skemaet ind")
    leader.sees("2 vælgere er registreret. 1 linjer passer ikke")
    leader.follow("Kassér skemaer")
    leader.look("paper-void")


def test_both_read_in_english_too(played: Played, site: Site, chromium: Browser) -> None:
    entry, station = played.entries[0], played.stations[0]
    come = receive(*played.by, played.act("polling_official"), played.election_id, station, entry, None, "Posten")
    two = played.act("station_leader", second="polling_official")
    review(*played.by, two, played.election_id, come.postal_id, True, None)
    visitor = Visitor(chromium, site).sign_in("station_leader", PASSWORD)
    visitor.open("/sprog/en")
    for name, address in (("postal-station-en", LETTERS), ("paper-overview-en", PAPER)):
        visitor.open(address)
        visitor.look(name)
    visitor.leave()
