"""“May I vote?” in Chromium, in Danish, English and Arabic, on a desk and on a phone, without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from election.call.records import stations
from election.call.rules import Phase
from election.poll_cards.acts import issue
from election.poll_cards.records import card_text, station_code_of, valid_cards
from election.poll_cards.rules import in_groups
from registry.act import Installation
from registry.configuration import Configuration
from tests.broker import serving_broker
from tests.journey.browser import PHONE, Site, Visitor, serving
from tests.scenarios import PASSWORD, Played, play_to

pytestmark = pytest.mark.journey

PAGE = "/0259/integrationsraad/2017/kan-jeg-stemme"
ONCE = pytest.mark.parametrize("engine_name", ["sqlite"])
CLERKS_PAGE = "/0259/integrationsraad/2017/valgliste/person"
ENGLISH, ARABIC = "English", "العربية"


@pytest.fixture
def played(installation: Installation) -> Played:
    found = play_to(Phase.PREPARATION, installation)
    issue(*found.by, found.act("roll_keeper"), found.election_id)
    return found


def _card(played: Played) -> tuple[str, str]:
    """What the first voter reads on the card, in groups, and the birth date as they would write it."""
    with played.installation.database.read() as session:
        election = played.read()
        keyring = played.installation.keys.open(played.scope.municipality)
        by_id = {station.id: station for station in stations(session, election)}
        card, entry = valid_cards(session, election)[0]
        text = card_text(keyring, election.code, station_code_of(entry, by_id), card.id)
        return " ".join(in_groups(text)), f"{entry.born_on:%d-%m-%Y}"


@ONCE
def test_a_card_is_looked_up_in_three_languages(played: Played, chromium: Browser, site: Site) -> None:
    number, born_on = _card(played)
    person = Visitor(chromium, site)
    person.open(PAGE)
    person.look("a0-may-i-vote-da", is_public=True)
    person.press("Se svaret")
    person.look("a1-may-i-vote-errors-da")
    person.fill("Valgkortets nummer", number)
    person.fill("Fødselsdato", born_on)
    person.press("Se svaret")
    person.sees("Kortet gælder", "Køge Rådhus, kantinen")
    person.look("a2-the-card-holds-da", is_public=True)
    person.follow(ENGLISH)
    person.sees("May I vote?")
    person.look("a3-may-i-vote-en", is_public=True)
    person.fill("Number of the poll card", number)
    person.fill("Date of birth", "01-01-1950")
    person.press("See the answer")
    person.sees("We cannot confirm that")
    person.look("a4-not-confirmed-en", is_public=True)
    person.follow(ARABIC)
    person.look("a5-may-i-vote-ar", is_public=True)
    person.fill("رقم بطاقة الناخب", number)
    person.fill("تاريخ الميلاد", born_on)
    person.press("اعرض الجواب")
    person.sees("البطاقة صالحة", "Køge Rådhus, kantinen")
    person.look("a6-the-card-holds-ar", is_public=True)
    person.leave()
    plain = Visitor(chromium, site, scripts=False)
    plain.open(PAGE)
    plain.fill("Valgkortets nummer", number)
    plain.fill("Fødselsdato", born_on)
    plain.press("Se svaret")
    plain.sees("Kortet gælder")
    plain.leave()


@ONCE
def test_the_clerk_reads_the_answer_out_in_arabic(played: Played, chromium: Browser, site: Site) -> None:
    refused = next(person for person in played.people if person.country == "DK")
    clerk = Visitor(chromium, site).sign_in("roll_keeper", PASSWORD).open(CLERKS_PAGE)
    clerk.fill("CPR-nummer eller nummer på listen", refused.cpr)
    clerk.choose("Personens sprog", ARABIC)
    clerk.press("Slå op")
    clerk.sees("Ikke på valglisten", "الشخص ليس في القائمة", "Skriv svaret ud")
    clerk.look("ab-read-out-ar", is_public=True)
    clerk.leave()


@ONCE
def test_a_phone_in_arabic_by_mitid_and_the_other_languages(
    played: Played, configuration: Configuration, chromium: Browser
) -> None:
    """The whole way to the broker and back by hand; then each language at both widths, with axe."""
    from wsgi import create_app

    refused = next(person for person in played.people if person.country == "DK")
    with serving_broker() as broker:
        app = create_app(broker.configured(configuration))
        broker.knows("amal", **{"dk.cpr": refused.cpr})
        with serving(app) as site:
            person = Visitor(chromium, site, width=PHONE)
            person.open("/")
            person.follow(ARABIC)
            person.look("a7-home-ar", is_public=True)
            person.follow("هل يمكنني التصويت؟")
            person.follow("تسجيل الدخول بواسطة MitID")
            person.page.get_by_label("sub").or_(person.page.locator("input[name=sub]")).first.fill("amal")
            with person.page.expect_navigation():
                person.page.keyboard.press("Enter")
            person.sees("اسمك غير موجود في قائمة الناخبين", "ماذا يمكنك أن تفعل؟")
            person.look("a8-own-answer-ar")
            for name, code in (("Dansk", "da"), (ENGLISH, "en"), ("اردو", "ur"), ("Українська", "uk")):
                person.follow(name)
                person.look(f"a9-own-answer-{code}")
            person.follow("Dansk")
            person.press("Log ud")
            person.sees("Du er logget ud", "Log ind med MitID")
            wide = Visitor(chromium, site)
            wide.open(PAGE)
            others = (("فارسی", "fa"), ("اردو", "ur"), ("Soomaali", "so"), ("Polski", "pl"), ("Türkçe", "tr"))
            for name, code in others:
                wide.follow(name)
                wide.look(f"aa-may-i-vote-{code}")
            wide.leave()
        app.extensions["installation"].database.dispose()
