"""Certification in Chromium: two certifiers, a complaint, what everybody may fetch, and opening it again."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from election.call.acts import move_clock
from election.call.records import Kind
from election.call.rules import Phase
from registry.act import Installation
from scripts.verification.command import verify
from tests.journey.browser import PHONE, Site, Visitor
from tests.scenarios import PASSWORD, Played, play_to

pytestmark = pytest.mark.journey

HOME = "/0259/integrationsraad/2017/"


@pytest.fixture
def played(installation: Installation) -> Played:
    """Køge, counted on the evening of the election; its clock stands there."""
    found = play_to(Phase.COUNTED, installation)
    assert found.read().kind != Kind.LIVE
    move_clock(*found.by, found.act("election_administrator"), found.election_id, found.now)
    return found


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_two_certifiers_a_complaint_and_opening_again(played: Played, chromium: Browser, site: Site) -> None:
    site.must_say_demo = True
    one, other = Visitor(chromium, site, scripts=False), Visitor(chromium, site, width=PHONE)
    one.sign_in("certifier", PASSWORD).open(HOME + "attestation/")
    one.sees("Klar til attestation")
    one.fill("Din adgangskode", PASSWORD)
    one.press("Bed om attestation")
    one.sees("Venter på en anden attestant")
    other.sign_in("certifier_2", PASSWORD).open(HOME + "attestation/")
    other.sees("Certifier har bedt om attestation")
    other.look("90-certification-waits")
    other.fill("Din adgangskode", PASSWORD)
    other.press("Godkend og underskriv")
    other.sees("Resultatet er attesteret")
    assert verify(other.download("Beviser (evidence.zip)"))[1] is None
    assert other.download("Valgbog (PDF)").startswith(b"%PDF")
    office = Visitor(chromium, site)
    office.sign_in("board_member", PASSWORD).open(HOME + "klager")
    office.fill("Hvem klager?", "En vælger")
    office.fill("Hvad handler klagen om?", "Køen var lang")
    office.press("Gem klagen")
    office.sees("rettidig")
    office.look("92-complaints")
    office.follow("Skriv afgørelsen ind")
    office.look("93-complaint")
    office.tick("Klageren får ikke medhold")
    office.fill("Svar og begrundelse", "Alle i køen kom til at stemme.")
    office.press("Gem afgørelsen")
    office.open(HOME + "attestation/")
    office.look("91-certified")
    office.fill("Begrundelse", "To bunker var byttet om")
    office.fill("Din adgangskode", PASSWORD)
    office.fill("Den anden persons brugernavn", "certifier")
    office.fill("Den anden persons adgangskode", PASSWORD)
    office.press("Åbn igen")
    office.sees("Gælder ikke længere", "To bunker var byttet om")
    office.look("94-opened-again")
    for visitor in (one, other, office):
        visitor.leave()
    assert played.phase is Phase.COUNTED
