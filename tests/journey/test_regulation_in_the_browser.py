"""A regulation in Chromium: copied, changed, read as a document, adopted by two, an election called on it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser

from registry.accounts.acts import appoint_first, hasher
from registry.act import Act, Installation
from registry.roles import Role
from tests.journey.browser import PHONE, Site, Visitor
from tests.scenarios import PASSWORD, officials

pytestmark = pytest.mark.journey

SECOND = "administrator.to"


@pytest.fixture
def office(installation: Installation) -> None:
    """Everyone of the house, and a second election administrator."""
    officials(installation)
    start = Act(UUID(int=0), Role.SYSTEM_ADMINISTRATOR, datetime(2026, 1, 1, tzinfo=UTC), uuid4())
    with installation.database.write() as session:
        secret = hasher("test").hash(PASSWORD)
        appoint_first(session, "0259", SECOND, "Bente Holm", secret, [Role.ELECTION_ADMINISTRATOR], start)


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_regulation_is_written_and_adopted(office: None, chromium: Browser, site: Site) -> None:
    visitor = Visitor(chromium, site)
    visitor.sign_in("election_administrator", PASSWORD).open("/regulativer/")
    visitor.look("r1-regulations", is_public=True)
    visitor.follow("Lav et nyt udkast")
    visitor.look("r2-begin", is_public=True)
    visitor.labelled("Begynd med").select_option(value="koege-2021")
    visitor.fill("Rådets navn i adresser", "integrationsraad")
    visitor.fill("Regulativets id", "koege-2030")
    visitor.press("Lav udkastet")
    visitor.look("r3-draft", is_public=True)
    visitor.follow("Pladser og stemmer")
    visitor.page.locator("#number-value").fill("syv")
    visitor.press("Gem")
    visitor.sees("Noget skal rettes", "Skriv et helt tal.")
    visitor.look("r4-unit-with-a-mistake", is_public=True)
    visitor.page.locator("#number-value").fill("7")
    visitor.page.locator("#number-cite").fill("§ 4 i forretningsordenen")
    visitor.press("Gem")
    visitor.sees("Afsnittet er gemt.")
    visitor.follow("Grundlag")
    visitor.page.locator("#state-value").select_option(value="approved")
    visitor.page.locator("#state-standing").select_option(value="cited")
    visitor.page.locator("#state-cite").fill("Byrådet 1. marts 2030, punkt 7")
    visitor.press("Gem")
    visitor.follow("Vedtag regulativet")
    visitor.look("r5-adopt", is_public=True)
    visitor.fill("Din adgangskode", PASSWORD)
    visitor.fill("Den anden persons brugernavn", SECOND)
    visitor.fill("Den anden persons adgangskode", PASSWORD)
    visitor.press("Erklær regulativet vedtaget")
    visitor.sees("Det kan ikke ændres mere")
    visitor.look("r6-adopted", is_public=True)
    assert visitor.download("Hent filen (TOML)").count(b"is = 7") == 1
    visitor.open("/nyt-valg")
    visitor.page.locator("#regulation_id").select_option(value="integrationsraad/koege-2030")
    visitor.leave()


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_the_blank_regulation_on_a_phone(office: None, chromium: Browser, site: Site) -> None:
    visitor = Visitor(chromium, site, width=PHONE)
    visitor.sign_in("election_administrator", PASSWORD).open("/regulativer/nyt")
    visitor.fill("Rådets navn i adresser", "seniorraad")
    visitor.fill("Regulativets id", "nyt-2030")
    visitor.press("Lav udkastet")
    visitor.look("r7-blank")
    visitor.open("/regulativer/seniorraad/nyt-2030/afsnit/right_to_vote")
    visitor.look("r8-right-to-vote")
    visitor.leave()
