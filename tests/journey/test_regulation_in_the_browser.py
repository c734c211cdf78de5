"""A regulation in Chromium: copied, changed, read as a document, adopted by two, an election called on it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser

from election.candidacy.acts import extend, open_candidacy
from registry.accounts.acts import appoint_first, hasher
from registry.act import Act, Installation
from registry.roles import Role
from tests.journey.browser import PHONE, Site, Visitor
from tests.scenarios import PASSWORD, at, call_koege, officials

pytestmark = [pytest.mark.journey, pytest.mark.nightly]

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
def test_the_ballot_is_written_in_a_draft_that_says_nothing_of_it(
    office: None, chromium: Browser, site: Site
) -> None:
    visitor = Visitor(chromium, site)
    visitor.sign_in("election_administrator", PASSWORD).open("/regulativer/nyt?fra=koege-2021")
    visitor.fill("Rådets navn i adresser", "integrationsraad")
    visitor.fill("Regulativets id", "koege-2030")
    visitor.press("Lav udkastet")
    visitor.sees("står ikke i filen: antages")
    visitor.look("r9-draft-without-the-ballot", is_public=True)
    visitor.follow("Stemmesedlen")
    visitor.look("r10-ballot", is_public=True)
    visitor.page.locator("#order-value").select_option(value="rotation")
    visitor.press("Gem")
    visitor.sees("Afsnittet er gemt.", "har kun ét stemmested")
    visitor.leave()


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_the_calendar_shows_that_the_deadline_was_extended(
    installation: Installation, chromium: Browser, site: Site
) -> None:
    """Køge 2017: from Monday 20 to Wednesday 22 November, with curing and withdrawal until the day after."""
    played = call_koege(installation)
    open_candidacy(*played.by, played.act("election_administrator"), played.election_id)
    played.now = at(date(2017, 11, 17), "10:00")
    why = played.act("election_administrator", reason="Kun 4 har meldt sig til 5 pladser")
    noon = [at(date(2017, 11, day), "12:00") for day in (22, 23, 23)]
    extend(*played.by, why, played.election_id, *noon)
    visitor = Visitor(chromium, site)
    visitor.sign_in("election_administrator", PASSWORD).open("/0259/integrationsraad/2017/kalender")
    visitor.sees("forlænget", "Kun 4 har meldt sig til 5 pladser")
    visitor.look("r11-calendar-extended", is_public=True)
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
