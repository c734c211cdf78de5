"""The desk in Chromium, on both engines: keyboard and scanner only; without scripts; a page from right to left."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, expect

from election.call.acts import move_clock
from election.call.frame import frame_of_page
from election.call.records import stations
from election.poll_cards.records import card_text, valid_cards
from election.poll_cards.rules import compose
from registry.act import Installation
from tests.journey.browser import Site, Visitor
from tests.scenarios import (
    PASSWORD,
    POLLING_AT,
    Person,
    Played,
    call_koege,
    is_invented,
    people,
    polling,
    with_candidates,
    with_roll,
)

if TYPE_CHECKING:
    from flask import Flask

pytestmark = pytest.mark.journey

DESK_1, DESK_2 = "stemmested/001/bord/1/", "stemmested/001/bord/2/"


@pytest.fixture
def played(installation: Installation) -> Played:
    """Køge while polling goes on, 17.00 by its clock; voters 0 and 1 are born on the same day."""
    rows = people(8)
    rows[1] = Person(cpr=_born_with(rows[0].cpr), first_names="Zahra", surname="Zaman")
    found = polling(with_candidates(with_roll(call_koege(installation), rows=rows)), papers=100)
    move_clock(*found.by, found.act("election_administrator"), found.election_id, POLLING_AT)
    return found


def _born_with(cpr: str) -> str:
    """An invented number of the same day and century."""
    return next(text for n in range(1, 400) if is_invented(text := f"{cpr[:6]}{int(cpr[6:]) + n:04d}"))


def home(played: Played) -> str:
    return f"/{played.scope.municipality}/{played.scope.council}/2017"


def cards(played: Played) -> dict[str, str]:
    """The text of everybody's card by birth date of six digits; the last one of a day."""
    keyring = played.installation.keys.open(played.scope.municipality)
    with played.installation.database.read() as session:
        election = played.read()
        code = stations(session, election)[0].code
        return {
            f"{entry.born_on:%d%m%y}": card_text(keyring, election.code, code, card.id)
            for card, entry in valid_cards(session, election)
        }


def born(played: Played, number: int) -> str:
    return played.people[number].cpr[:6]


def name_of(played: Played, number: int) -> str:
    return f"{played.people[number].first_names} {played.people[number].surname}"


def test_a_voter_is_admitted_with_scanner_and_one_key(
    chromium: Browser, site: Site, played: Played, engine_name: str
) -> None:
    """Card, Enter: one paper. The same card at the next desk: where and when. Esc at the comparison: nobody."""
    site.must_say_demo = True
    text = cards(played)
    tove = Visitor(chromium, site).sign_in("polling_official", PASSWORD).open(f"{home(played)}/{DESK_1}")
    expect(tove.page.get_by_label("Scan valgkortet")).to_be_focused()
    tove.scan(text[born(played, 3)])
    tove.sees(name_of(played, 3), "Er den ens?")
    tove.key("Escape")
    tove.scan(text[born(played, 2)].lower())
    tove.key("Enter")
    tove.sees("Godkendt", "Giv én stemmeseddel", name_of(played, 2))
    tom = Visitor(chromium, site).sign_in("polling_official_2", PASSWORD).open(f"{home(played)}/{DESK_2}")
    tom.scan(text[born(played, 2)])
    tom.sees("Giv ingen stemmeseddel", "27.11.2017 kl. 17.00", "Køge Rådhus, kantinen, bord 1")
    tom.sees("Forsøget er skrevet i loggen.")
    tom.scan(_of_another_election(played))
    tom.sees("Kortet hører til et andet valg. Ingen er lukket ind.")
    if engine_name == "sqlite":
        tom.look("desk-1-other-election")
    tom.scan(text[born(played, 3)][:-1])
    tom.sees("Teksten har 33 tegn; et valgkort har 34.", "Intet er ændret")
    tom.scan(text[born(played, 3)])  # nobody was admitted by looking and going back
    tom.key("Enter")
    tom.sees("Giv én stemmeseddel", name_of(played, 3))
    tove.leave()
    tom.leave()


def _of_another_election(played: Played) -> str:
    other = "ZZ" if played.read().code != "ZZ" else "YY"
    return compose(election_code=other, station_code="001", token=b"\x07" * 16)


def test_six_digits_choose_among_those_born_that_day(
    chromium: Browser, site: Site, played: Played, engine_name: str
) -> None:
    """Two were born that day: the key 2 chooses the second, Enter admits; the page never shows a CPR number."""
    tove = Visitor(chromium, site).sign_in("polling_official", PASSWORD).open(f"{home(played)}/{DESK_1}")
    tove.scan(born(played, 0))
    tove.sees("Hvem er det?", name_of(played, 0), name_of(played, 1))
    assert played.people[0].cpr[6:] not in tove.page.content()
    assert born(played, 0) not in tove.page.url, "a birth date stands in the address"
    if engine_name == "sqlite":
        tove.look("desk-2-born-that-day")
    tove.key("2")
    tove.sees(name_of(played, 1), "Er det ham eller hende?")
    tove.key("Enter")
    tove.sees("Giv én stemmeseddel", name_of(played, 1))
    tove.scan("310299")
    tove.sees("Skriv fødselsdatoen som seks cifre")
    tove.scan("010101")
    tove.sees("Ingen på listen er født 01-01-01.")
    if engine_name == "sqlite":
        tove.look("desk-3-nobody-born")
    tove.leave()


def test_exchange_return_and_undo_with_the_keyboard(
    chromium: Browser, site: Site, played: Played, engine_name: str
) -> None:
    """One admitted, one paper exchanged, one returned unused: 2 handed out of 100. The undo needs a reason."""
    text = cards(played)
    tove = Visitor(chromium, site).sign_in("polling_official", PASSWORD).open(f"{home(played)}/{DESK_1}")
    tove.scan(text[born(played, 4)])
    tove.key("Enter")
    tove.tab_to("Ombyt stemmeseddel")
    tove.key("Enter")
    tove.sees("Ombyttet: giv én ny stemmeseddel")
    tove.tab_to("Ubrugt tilbage")
    tove.key("Enter")
    tove.key("Enter")
    tove.sees("Ubrugt stemmeseddel er leveret tilbage")
    tove.tab_to("Fortryd registrering")
    tove.key("Enter")
    tove.scan(born(played, 4))
    tove.sees("Gør det kun, når stemmesedlen ikke er brugt", "bord 1")
    tove.tab_to("Fortryd registreringen")
    tove.key("Enter")
    tove.sees("Noget skal rettes", "Begrundelse: Feltet skal udfyldes.")
    if engine_name == "sqlite":
        tove.look("desk-4-undo-without-reason")
    tove.labelled("Begrundelse").focus()
    tove.page.keyboard.type("forkert vælger valgt på skærmen")
    for label, typed in (
        ("Din adgangskode", PASSWORD),
        ("Lederens brugernavn", "station_leader"),
        ("Lederens adgangskode", PASSWORD),
    ):
        tove.labelled(label).focus()
        tove.page.keyboard.type(typed)
    tove.tab_to("Fortryd registreringen")
    tove.key("Enter")
    tove.sees("Registreringen er fortrudt", name_of(played, 4))
    tove.leave()


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_the_desk_works_without_scripts(chromium: Browser, site: Site, played: Played) -> None:
    """The same pages with JavaScript switched off: admitted by card and by birth date, refused the second time."""
    text = cards(played)
    tove = Visitor(chromium, site, scripts=False).sign_in("polling_official", PASSWORD)
    tove.open(f"{home(played)}/stemmested/001")
    tove.fill("Bordets nummer", "1")
    tove.press("Begynd ved bordet")
    tove.fill("Scan valgkortet", text[born(played, 2)])
    tove.press("Slå op")
    tove.press("Ja, luk ind")
    tove.sees("Giv én stemmeseddel", name_of(played, 2))
    tove.fill("Scan valgkortet", born(played, 0))
    tove.press("Slå op")
    with tove.page.expect_navigation():
        tove.page.get_by_role("link", name=name_of(played, 1)).click()
    tove.press("Ja, luk ind")
    tove.sees("Giv én stemmeseddel", name_of(played, 1))
    tove.fill("Scan valgkortet", text[born(played, 2)])
    tove.press("Slå op")
    tove.sees("Giv ingen stemmeseddel", "bord 1", "Forsøget er skrevet i loggen.")
    tove.leave()


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_page_from_right_to_left_has_no_sideways_scrolling(
    app: Flask, chromium: Browser, site: Site, played: Played
) -> None:
    """No language of the pages runs from right to left yet; the frame is told that one does."""
    app.context_processor(
        lambda: {"frame": replace(frame_of_page(), locale="ar", text_direction="rtl")}  # after the one of the app
    )
    visitor = Visitor(chromium, site)
    for path, name in (
        ("/", "rtl-home"),
        (f"{home(played)}/kandidater/liste", "rtl-candidates"),
        ("/log-ind", "rtl-sign-in"),
    ):
        visitor.open(path)
        expect(visitor.page.locator("html")).to_have_attribute("dir", "rtl")
        visitor.look(name, is_public=True)
    visitor.sign_in("polling_official", PASSWORD).open(f"{home(played)}/{DESK_1}").look("rtl-desk")
    visitor.leave()
