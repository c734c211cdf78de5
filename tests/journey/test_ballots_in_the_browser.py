"""The ballot papers in Chromium: proof and approval by the keyboard, the ledger signed by two, without scripts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from election.call.acts import move_clock
from registry.act import Installation
from tests.election.ballots.approved import OTHERS, two_groups
from tests.journey.browser import Site, Visitor
from tests.scenarios import PASSWORD, Played

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.parametrize("engine_name", ["sqlite"])]
PAPERS = "/0259/integrationsraad/2017/stemmesedler"
STATION = "Køge Rådhus, kantinen"


@pytest.fixture
def groups(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Played:
    played = two_groups(installation, monkeypatch)
    now = played.now + timedelta(hours=1)
    move_clock(*played.by, played.act("election_administrator"), played.election_id, now)
    return played


def write(visitor: Visitor, source: str, to: str, papers: str, second: str) -> None:
    visitor.follow("Skriv en bevægelse (to personer)")
    visitor.choose("Hvorfra", source)
    visitor.choose("Hvortil", to)
    visitor.choose("Stemmeseddel", f"A – {OTHERS}")
    visitor.fill("Antal stemmesedler", papers)
    visitor.fill("Parti, bundt eller kasse", "kasse 1")
    visitor.fill("Plombens nummer", "4711")
    visitor.fill("Din adgangskode", PASSWORD)
    visitor.fill("Den anden persons brugernavn", second)
    visitor.fill("Den anden persons adgangskode", PASSWORD)


def test_a_paper_for_each_group_is_approved_printed_and_delivered(
    chromium: Browser, site: Site, groups: Played
) -> None:
    admin = Visitor(chromium, site).sign_in("election_administrator", PASSWORD)
    admin.open(f"{PAPERS}/").look("ballots-before", is_public=True)
    admin.tab_to("Lav korrekturen")
    admin.key("Enter")
    admin.look("ballots-propose", is_public=True)
    admin.fill("Din adgangskode", PASSWORD)
    admin.press("Lav korrekturen")
    admin.sees("Du har selv lavet korrekturen")

    board = Visitor(chromium, site, scripts=False).sign_in("board_member", PASSWORD)
    board.open(f"{PAPERS}/korrektur")
    board.tick("Jeg har sammenlignet hvert navn")
    board.fill("Din adgangskode", PASSWORD)
    board.press("Godkend til tryk")
    board.sees("Godkendt til tryk", "Den er ikke ændret siden")
    board.leave()

    admin.open(f"{PAPERS}/")
    write(admin, "Trykkeriet", "Lageret", "300", "board_member")
    admin.look("ballots-movement", is_public=True)
    admin.press("Gem bevægelsen")
    write(admin, "Lageret", STATION, "-120", "station_leader")
    admin.press("Gem bevægelsen")
    admin.sees("Noget skal rettes", "Skriv, hvorfor tallet rettes")
    admin.look("ballots-movement-wrong")
    admin.fill("Antal stemmesedler", "120")
    admin.fill("Din adgangskode", PASSWORD)
    admin.fill("Den anden persons adgangskode", PASSWORD)
    admin.press("Gem bevægelsen")
    admin.sees(f"{STATION} har nu fået 120 stemmesedler.")
    admin.look("ballots-ledger", is_public=True)
    assert admin.download("Hent regnskabet (PDF)").startswith(b"%PDF")
    admin.open("/sprog/en?next=" + PAPERS + "/").look("ballots-in-english", is_public=True)
    admin.open(f"{PAPERS}/korrektur").look("ballots-proof-in-english")
    admin.leave()


def test_the_leader_finds_the_ledger_and_writes_what_is_sent_back(
    chromium: Browser, site: Site, groups: Played
) -> None:
    leader = Visitor(chromium, site).sign_in("station_leader", PASSWORD)
    leader.open(f"{PAPERS}/").look("ballots-leader")
    leader.follow("Skriv en bevægelse (to personer)")
    leader.sees("Den, der giver, og den, der får")
    leader.leave()
