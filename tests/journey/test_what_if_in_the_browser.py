"""What if another rule held? The counts in Chromium, wide and on a phone, from the election's own extract."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from election.roll.acts import import_extract
from registry.act import Installation
from tests.journey.browser import PHONE, WIDE, Site, Visitor
from tests.journey.small_case import NOT_ON_THE_ROLL, RESIDENT_COLUMNS, lines, resident
from tests.scenarios import PASSWORD, Played, call_koege

pytestmark = [pytest.mark.journey, pytest.mark.nightly]

PEOPLE = [
    *(resident(n, born_in="VN") for n in range(9)),
    *(resident(n, born_in="TR") for n in range(9, 14)),
    *(resident(n, born_in="DE") for n in range(14, 18)),
    *NOT_ON_THE_ROLL,
]


@pytest.fixture
def called(installation: Installation) -> Played:
    """Køge is called; 9 from Vietnam, 5 from Türkiye, 4 from Germany, and six who may not vote."""
    played = call_koege(installation)
    data = lines(RESIDENT_COLUMNS, PEOPLE).encode()
    import_extract(*played.by, played.act("roll_keeper"), played.election_id, data)
    return played


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_the_office_compares_two_rules(called: Played, chromium: Browser, site: Site, width: int) -> None:
    """By Statistics Denmark 9 + 5 + 4 = 18 may vote; by a birth outside Norden and the EU 9 + 5 = 14: 4 lose."""
    visitor = Visitor(chromium, site, width=width)
    visitor.sign_in("roll_keeper", PASSWORD).open("/0259/integrationsraad/2017/valgliste/")
    visitor.follow("Hvad hvis en anden regel gjaldt?")
    visitor.look(f"w1-choose-{width}", is_public=True)
    visitor.page.locator("#b").select_option(value="svendborg-2025")
    visitor.press("Regn efter")
    visitor.sees("Kun til kontoret", "Kan stemme, efter gruppe")
    figures = visitor.page.locator(".key-figures__value").all_inner_texts()
    assert figures == ["24", "18", "14", "0", "4", "20"]
    assert visitor.page.get_by_role("row", name="Iran").inner_text().split() == ["Iran", "–", "0"]
    visitor.look(f"w2-counts-{width}", is_public=True)
    visitor.leave()
