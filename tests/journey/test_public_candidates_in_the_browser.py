"""Who stands, in Chromium: the list and a candidate in Danish, English and Arabic, on a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from election.candidacy.case_acts import strike
from election.candidacy.rules import StruckKind
from registry.act import Installation
from tests.election.presentation.standing import EVERY_CHOICE, Standing, close, stand, version_of
from tests.journey.browser import PHONE, Site, Visitor
from tests.scenarios import Played, call_koege, with_roll

pytestmark = pytest.mark.journey

LIST = "/0259/integrationsraad/2017/kandidater/liste"
ONCE = pytest.mark.parametrize("engine_name", ["sqlite"])
ALL = EVERY_CHOICE[-1]
DANISH = "Jeg vil arbejde for flere mødesteder, kortere ventetid og bedre undervisning i dansk. " * 4
ARABIC = "أعمل من أجل أماكن لقاء أكثر في Køge، ومن أجل مكتبة مفتوحة كل مساء حتى الساعة 20.00. " * 4
URDU = "میں کیوگے میں ملنے کی مزید جگہیں چاہتا ہوں۔"


@pytest.fixture
def played(installation: Installation) -> Played:
    found = with_roll(call_koege(installation), 30)
    given = [
        Standing("Amina Hassan", "amina@example.dk", "40 11 11 11", {"da": DANISH, "ar": ARABIC}, ALL, 10),
        Standing("Ørjan Æbelø-Åberg", texts={"da": DANISH}, consents=frozenset()),
        Standing("Çiğdem Yılmaz", "c@example.dk", "", {"tr": "Daha çok buluşma yeri.", "ur": URDU}, ALL, 90),
        Standing("Maria Guadalupe Fernández de la Vega Sanz y Montemayor Ruiz", "", "", {"en": "More."}, ALL, 160),
        *(Standing(f"Yusuf Ali {chr(65 + n)}", "", "", {"da": DANISH}, ALL, 200 + n) for n in range(8)),
    ]
    cases = stand(found, given)
    close(found)
    act = found.act("election_administrator", reason="Meddelt valgkontoret.")
    last = cases[-1]
    strike(*found.by, act, found.election_id, last, version_of(found, last), StruckKind.LOST_RIGHT)
    return found


@ONCE
def test_the_candidates_in_three_languages(played: Played, chromium: Browser, site: Site) -> None:
    person = Visitor(chromium, site)
    person.open(LIST)
    person.sees("Kandidater: 12.", "Amina Hassan", "Udgået")
    person.look("p0-candidates-da", is_public=True)
    person.fill("Søg efter navn eller ord", "oerjan")
    person.press("Søg")
    person.sees("Fundet: 1 af 12")
    person.look("p1-candidates-found-da")
    person.follow("Ørjan Æbelø-Åberg")
    person.sees("Ingen præsentation.")
    person.open(f"{LIST}/1")
    person.look("p2-candidate-da", is_public=True)
    person.follow("English")
    person.look("p3-candidate-en", is_public=True)
    person.open(LIST)
    person.look("p4-candidates-en", is_public=True)
    person.follow("العربية")
    person.look("p5-candidates-ar", is_public=True)
    person.open(f"{LIST}/1")
    person.look("p6-candidate-ar", is_public=True)
    person.leave()


@ONCE
def test_on_a_phone_without_scripts_by_keyboard(played: Played, chromium: Browser, site: Site) -> None:
    person = Visitor(chromium, site, width=PHONE, scripts=False)
    person.open(LIST)
    person.labelled("Søg efter navn eller ord").focus()
    person.page.keyboard.type("بيوت لقاء"[5:])
    with person.page.expect_navigation():
        person.page.keyboard.press("Enter")
    person.sees("Fundet: 1 af 12", "Amina Hassan")
    person.leave()
