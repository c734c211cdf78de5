"""Poll cards in Chromium: a batch printed with its progress, sent with a certificate, received, deleted."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from playwright.sync_api import Browser

from election.call.acts import move_clock
from registry.act import Installation
from tests.election.poll_cards.batched import ADMIN, KEEPER, issued
from tests.election.poll_cards.test_dispatches import certificate
from tests.journey.browser import Site, Visitor
from tests.scenarios import PASSWORD

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.parametrize("engine_name", ["sqlite"])]
CARDS = "/0259/integrationsraad/2017/valgkort/"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_batch_is_printed_sent_and_its_package_deleted(
    chromium: Browser, site: Site, installation: Installation, tmp_path: Path, scripts: bool
) -> None:
    played = issued(installation, 6, protected=frozenset({2}))
    move_clock(*played.by, played.act(ADMIN), played.election_id, played.now)
    keeper = Visitor(chromium, site, scripts=scripts).sign_in(KEEPER, PASSWORD)
    keeper.open(CARDS)
    keeper.press("Dan et parti af 5 kort")
    keeper.press("Lav delene i parti 1")
    keeper.sees("Alle dele er trykt, og hver kode er læst tilbage og er rigtig.")
    keeper.look("poll-cards-at-work")
    keeper.follow("Tilbage til valgkort")
    keeper.press("Dan et parti af ét kort til en beskyttet")
    keeper.press("Lav delene i parti 2")
    keeper.sees("Alle dele er trykt")
    keeper.open(CARDS).look("poll-cards-overview", is_public=True)
    keeper.follow("Send med Digital Post eller fjernprint")
    keeper.look("poll-cards-send")
    keeper.fill("Modtagerens certifikat (PEM)", certificate(rsa.generate_private_key(65537, 2048)))
    keeper.press("Læs certifikatet")
    keeper.sees("Sammenlign fingeraftrykket", "CN=Fjernprint Prøve A/S")
    keeper.tick("Digital Post")
    keeper.fill("Din adgangskode", PASSWORD)
    keeper.fill("Den anden persons brugernavn", ADMIN)
    keeper.fill("Den anden persons adgangskode", PASSWORD)
    keeper.look("poll-cards-sign", is_public=True)
    keeper.press("Lav den krypterede pakke")
    keeper.sees("Hent pakken (ZIP)")
    wrong = tmp_path / "kvittering.csv"
    wrong.write_text("abc;sent\nx\n")
    keeper.labelled("Modtagerens kvittering (CSV)").set_input_files(wrong)
    keeper.press("Indlæs kvitteringen")
    keeper.sees("Kvitteringen har 2 fejl. Intet er indlæst")
    keeper.look("poll-cards-receipt", is_public=True)
    keeper.press("Slet pakken")
    keeper.sees("Pakken er slettet")
    keeper.open(CARDS).look("poll-cards-end")
    keeper.leave()
