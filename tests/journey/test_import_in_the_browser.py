"""The extract in a real browser, without scripts: told as it goes, compared, taken over."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from election.roll import import_pages, long_work, pages
from registry.act import Installation
from tests.journey.browser import PHONE, Visitor, serving, started
from tests.scenarios import PASSWORD, ROLL_AT, call_koege, extract_csv, people

pytestmark = [pytest.mark.journey, pytest.mark.nightly]
HERE = "/0259/integrationsraad/2017/valgliste/"


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _send(visitor: Visitor, file: Path, rows: bytes) -> None:
    file.write_bytes(rows)
    visitor.open(HERE)
    visitor.labelled("Udtræk fra folkeregistret").set_input_files(file)
    visitor.untick("Prøv først")
    visitor.press("Læs filen")


def test_a_later_extract_is_compared_and_taken_over(
    app: Flask, installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixty, then fifty of them and one new: 10 of 60 gone is 17 %, unusual, and explained."""
    monkeypatch.setattr(import_pages, "SMALL_FILE", 0)
    monkeypatch.setattr(pages, "MANY_RESIDENTS", 0)
    monkeypatch.setattr(long_work, "_EVERY_S", 0.01)
    called = call_koege(installation)
    called.now = ROLL_AT
    rows = people(61)
    with serving(app) as site, started() as browser:
        keeper = Visitor(browser, site, scripts=False).sign_in("roll_keeper", PASSWORD)
        _send(keeper, tmp_path / "udtraek.csv", extract_csv(rows[:60]))
        keeper.sees("Læst 60 af ca. 60 rækker", "60 af 60 rækker er indlæst", "Lukker du siden")
        keeper.leave()
        keeper = Visitor(browser, site).sign_in("roll_keeper", PASSWORD)
        _send(keeper, tmp_path / "udtraek.csv", extract_csv(rows[10:61]))
        keeper.sees("Læst 51 af ca. 51 rækker", "Udtrækket venter")
        keeper.look("23-import-at-work", is_public=True)
        keeper.open(HERE)
        keeper.sees("Et nyt udtræk venter på dig", "venter")
        keeper.look("24-roll-with-waiting-extract", is_public=True)
        keeper.follow("Se forskellen")
        keeper.sees("10 af de 60 personer i det forrige udtræk er væk (17 %)")
        keeper.look("25-comparison", is_public=True)
        keeper.press("Tag i brug")
        keeper.sees("Feltet skal udfyldes.")
        keeper.look("26-comparison-without-reason")
        keeper.fill("Begrundelse", "Kommunen er delt ved årsskiftet.")
        keeper.press("Tag i brug")
        keeper.sees("Udtræk nr. 2 er taget i brug.")
        keeper.press("Lav valglisten")
        keeper.sees("Skrevet 51 af 51 beboere", "51 kan stemme")
        keeper.follow("Se tallene")
        _send(keeper, tmp_path / "udtraek.csv", extract_csv(rows[11:61]))
        keeper.follow("Se forskellen til det forrige udtræk")
        keeper.sees("Forskellen er ikke usædvanlig")
        keeper.look("27-comparison-usual", is_public=True)
        keeper.press("Smid væk")
        keeper.sees("oplysninger om 50 personer er slettet", "smidt væk")
        keeper.leave()
        phone = Visitor(browser, site, width=PHONE).sign_in("roll_keeper", PASSWORD)
        phone.open(HERE + "udtraek/sammenlign").sees("Intet udtræk venter")
        phone.look("28-nothing-waits")
        phone.leave()
    assert site.troubles == []
