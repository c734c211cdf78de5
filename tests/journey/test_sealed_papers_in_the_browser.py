"""Few papers, sealed packets, papers that are gone: every page is looked at in Chromium, wide and narrow."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from election.closing.acts import close_polls
from election.packets.records import packets
from registry.act import Installation
from tests.election.closing.test_merging import FEW, MANY, played_with
from tests.journey.browser import Site, Visitor
from tests.scenarios import PASSWORD

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("engine_name", ["sqlite"])]
HOME = "/0259/integrationsraad/2017"


def cosign(visitor: Visitor, second: str) -> None:
    visitor.fill("Din adgangskode", PASSWORD)
    visitor.fill("Den anden persons brugernavn", second)
    visitor.fill("Den anden persons adgangskode", PASSWORD)


def test_a_small_box_goes_on_and_arrives(installation: Installation, chromium: Browser, site: Site) -> None:
    played = played_with(installation, MANY, FEW)
    with installation.database.write() as session:
        session.merge(played.read()).clock_at = played.now
    admin = Visitor(chromium, site).sign_in("election_administrator", PASSWORD).open(f"{HOME}/smaa-optaellinger/")
    admin.sees("Stemmested 2", "Køge Rådhus, kantinen")
    admin.look("small-counts")
    admin.leave()
    lone = Visitor(chromium, site).sign_in("station_leader", PASSWORD).open(f"{HOME}/stemmested/002/luk")
    lone.sees("Åbn ikke kassen", "3 stemmesedler i kassen")
    lone.look("closing-small-box")
    lone.fill("Plombens nummer", "K 17")
    cosign(lone, "board_member")
    lone.press("Forsegl kassen til vejen")
    lone.sees("Kassen er forseglet og går til Køge Rådhus, kantinen")
    lone.look("closing-box-sealed")
    lone.open(f"{HOME}/pakker/002").sees("Uåbnet stemmekasse", "K 17")
    lone.fill("Antal", "97")
    lone.fill("Plombens nummer", "K 18")
    lone.fill("Hvor bringes pakken hen?", "Rådhuset")
    cosign(lone, "board_member")
    lone.press("Skriv på pakkelisten")
    lone.sees("K 18")
    lone.look("packets-station")
    lone.follow("Modtag plombe K 17")
    lone.look("packets-arrival")
    lone.fill("Nummeret på plomben", "k17")
    lone.page.get_by_text("Ja, begge er hele").click()
    cosign(lone, "board_member")
    lone.press("Gem modtagelsen")
    lone.sees("Modtaget, som sendt")
    lone.open(f"{HOME}/pakker/")
    lone.look("packets-overview")
    lone.leave()
    with installation.database.read() as session:
        assert sorted(one.seal_number for one in packets(session, played.read())) == ["K 17", "K 18"]


def test_papers_that_are_gone_and_the_walls(installation: Installation, chromium: Browser, site: Site) -> None:
    played = played_with(installation, MANY, FEW)
    why = played.act("election_administrator", reason="Bøgerne er ført på papir")
    close_polls(*played.by, why, played.election_id)
    with installation.database.write() as session:
        session.merge(played.read()).clock_at = played.now
    board = Visitor(chromium, site).sign_in("board_member", PASSWORD).open(f"{HOME}/optaelling/001/bortkommet")
    board.look("lost-box")
    board.fill("Hvad er der sket?", "Bilen brændte på vejen til rådhuset")
    board.page.get_by_text("Resultatet opgøres uden disse papirer").click()
    board.fill("Begrundelse", "Papirerne kan ikke skaffes igen")
    cosign(board, "board_member_2")
    board.press("Gem afgørelsen")
    board.sees("Afgørelsen er gemt")
    board.open(f"{HOME}/optaelling/001/bortkommet").sees("24", "Resultatet opgøres uden disse papirer")
    board.look("lost-box-decided")
    board.leave()
    everybody = Visitor(chromium, site).open(f"{HOME}/optaelling/vaeg?stille=1")
    everybody.sees("stemmesteder er talt")
    everybody.look("count-wall")
    everybody.open(f"{HOME}/fremmoede/vaeg?stille=1").sees("har stemt")
    everybody.look("turnout-wall")
    everybody.leave()
