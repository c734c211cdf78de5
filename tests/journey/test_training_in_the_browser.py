"""An exercise in Chromium: a card is scanned and ticked off, the line is lost, trying again admits once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser

from election.training.deck import read_deck
from election.training.rules import Task
from registry.act import Installation
from registry.configuration import Configuration
from tests.election.training.test_exercise import card, exercise
from tests.election.training.test_pages import admissions
from tests.journey.browser import Site, Visitor, serving
from tests.scenarios import PASSWORD, Played
from wsgi import create_app

if TYPE_CHECKING:
    from flask import Flask

pytestmark = pytest.mark.journey
ONCE = pytest.mark.parametrize("engine_name", ["sqlite"])
PAGE = "/0259/integrationsraad/2017/oevelse/"


@pytest.fixture
def played(installation: Installation) -> Played:
    return exercise(installation)


@pytest.fixture
def trained(played: Played, configuration: Configuration) -> Iterator[Flask]:
    app = create_app(replace(configuration, training=True))
    yield app
    app.extensions["installation"].database.dispose()


@pytest.fixture
def classroom(trained: Flask) -> Iterator[Site]:
    with serving(trained) as served:
        served.must_say_demo = True
        yield served
    assert served.without_demo == []


@ONCE
def test_a_trainee_meets_a_card_and_a_lost_line(
    chromium: Browser, classroom: Site, played: Played, configuration: Configuration
) -> None:
    """One card let in and ticked off. Then the line is lost in the moment of the next: the browser gets nothing;
    sent again when it is back, the same answer comes, and there is one admission more, not two."""
    tove = Visitor(chromium, classroom).sign_in("polling_official", PASSWORD).open(PAGE)
    tove.sees("ØVELSE – intet her tæller", "Et almindeligt kort", "0 af 10")
    tove.look("training-1-page")
    deck = read_deck(configuration.instance)
    assert deck is not None
    before = admissions(played)
    tove.follow("Gå til bord 1")
    tove.scan(card(deck, Task.ORDINARY).text)
    tove.key("Enter")
    tove.sees("Giv én stemmeseddel", "ØVELSE")
    tove.scan(card(deck, Task.OTHER_ELECTION).text)
    tove.sees("Kortet hører til et andet valg")
    tove.open(PAGE).sees("2 af 10")
    tove.open("/0259/integrationsraad/2017/stemmested/001/bord/1/")
    tove.scan(card(deck, Task.PROTECTED).text)
    address = tove.page.url
    ada = Visitor(chromium, classroom).sign_in("election_administrator", PASSWORD).open(PAGE)
    ada.press("Lad linjen ryge")
    ada.sees("Linjen er væk")
    answer = tove.page.evaluate(_SEND_THE_FORM)
    assert answer == "no answer"
    assert admissions(played) == before + 2, "done, but nobody was told"
    ada.press("Giv linjen tilbage")
    ada.sees("Linjen er tilbage.")
    assert tove.page.url == address
    tove.key("Enter")
    tove.sees("Giv én stemmeseddel")
    assert admissions(played) == before + 2
    ada.leave()
    with pytest.raises(AssertionError, match="the browser complained"):
        tove.leave()  # of the answer that did not come, and of nothing else
    assert len(tove.complaints) == 1, tove.complaints


_SEND_THE_FORM = """async () => {
  const form = [...document.querySelectorAll('form')].find(one => one.action.includes('luk-ind'));
  const fields = new URLSearchParams(new FormData(form));
  try { const answer = await fetch(form.action, {method: 'POST', body: fields}); return String(answer.status); }
  catch (error) { return 'no answer'; }
}"""
