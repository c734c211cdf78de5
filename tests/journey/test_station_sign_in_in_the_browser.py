# mypy: disable-error-code="no-untyped-call"
"""A one-day code in Chromium: on the plan, two sheets, code and PIN on another computer, straight to the desk."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from playwright.sync_api import Browser, expect

from election.call.acts import move_clock
from registry.act import Installation
from tests.journey.browser import Site, Visitor
from tests.scenarios import ELECTION_ON, PASSWORD, Played, at, call_koege, polling, with_candidates, with_roll

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.journey
ONCE = pytest.mark.parametrize("engine_name", ["sqlite"])


@pytest.fixture
def played(installation: Installation) -> Played:
    found = polling(with_candidates(with_roll(call_koege(installation))))
    move_clock(*found.by, found.act("election_administrator"), found.election_id, at(ELECTION_ON, "18:00"))
    return found


def text_on(sheet: Path) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(sheet))


def fetched(visitor: Visitor, button: str, path: Path) -> str:
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name=button).click()
    download.value.save_as(path)
    return text_on(path)


@ONCE
def test_somebody_without_a_password_works_at_a_desk_for_a_day(
    chromium: Browser, site: Site, played: Played, tmp_path: Path
) -> None:
    """Ada puts Åse on the plan by name alone; she and Bo of the board sign for a code, she prints it and he the
    PIN. Åse signs in with the two sheets and stands at desk 4. Ada ends the code, and the desk is closed at once.
    """
    site.must_say_demo = True
    ada = Visitor(chromium, site).sign_in("election_administrator", PASSWORD)
    ada.open("/0259/integrationsraad/2017/vagtplan/001/")
    ada.sees("Der er huller i planen", "ingen leder")
    ada.fill("Navn, når personen", "Åse Østergård")
    ada.fill("Bordets nummer", "4")
    ada.press("Sæt på planen")
    ada.sees("Personen er sat på planen.", "Åse Østergård", "Borde i brug: 4")
    ada.look("staffing-1-plan")
    ada.page.get_by_role("link", name="Dan koder til alle").click()
    ada.sees("Dan dagskoder", "Åse Østergård")
    ada.look("staffing-2-two-sign")
    ada.fill("Din adgangskode", PASSWORD)
    ada.fill("Den anden persons brugernavn", "board_member")
    ada.fill("Den anden persons adgangskode", PASSWORD)
    ada.press("Dan koder (1)")
    ada.sees("Der er dannet én dagskode.", "PIN-kuverterne på Board Member", "Dagskoder venter på dig")
    ada.look("staffing-2-sheets")
    texts = [fetched(ada, "Hent dagskoder (PDF)", tmp_path / "1.pdf")]
    bo = Visitor(chromium, site).sign_in("board_member", PASSWORD)
    bo.open("/0259/integrationsraad/2017/vagtplan/001/")
    bo.sees("PIN-kuverter venter på dig")
    bo.look("staffing-2-pins")
    texts.append(fetched(bo, "Hent PIN-kuverterne (PDF)", tmp_path / "2.pdf"))
    bo.leave()
    code, pin = re.search(r"\b\w{4}-\w{4}\b", texts[0]), re.search(r"\b\d{6}\b", texts[1])
    assert code
    assert pin
    aase = Visitor(chromium, site).open("/stemmested-log-ind")
    aase.look("staffing-3-sign-in", is_public=True)
    aase.fill("Dagskode", code[0].lower())
    aase.fill("PIN", "x")
    aase.press("Log ind")
    aase.sees("Koden eller PIN er forkert")
    aase.fill("PIN", pin[0])
    aase.press("Log ind")
    expect(aase.page.get_by_label("Scan valgkortet")).to_be_visible()
    assert aase.page.url.endswith("/stemmested/001/bord/4/")
    aase.sees("Åse Østergård")
    ada.open("/0259/integrationsraad/2017/vagtplan/001/")
    ada.page.get_by_role("button", name="Afslut dagskoden for Åse").click()
    ada.sees("Dagskoden er afsluttet")
    aase.open("/0259/integrationsraad/2017/stemmested/001/bord/4/")
    aase.sees("Log ind")
    ada.leave()
    aase.leave()
