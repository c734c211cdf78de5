"""A station on its own laptop, in Chromium: the package, the laptop's own pages, its desk and its closing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, expect

from election.alone.certificate import certificate_in
from election.alone.rules import Link
from election.call.acts import move_clock
from election.call.records import election as read_election
from registry.configuration import Configuration
from tests.election.alone.setting import make, start_laptop, two_stations
from tests.journey.browser import Site, Visitor, serving
from tests.scenarios import COUNTING_AT, PASSWORD, POLLING_AT, Played
from wsgi import create_app

if TYPE_CHECKING:
    from flask import Flask

    from election.alone.laptop import Laptop

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.parametrize("engine_name", ["sqlite"])]
ELECTION = "/0259/integrationsraad/2017"
STATION = f"{ELECTION}/stemmested/001"


@pytest.fixture
def played(app: Flask) -> Played:
    found = two_stations(app.extensions["installation"])
    move_clock(*found.by, found.act("election_administrator"), found.election_id, POLLING_AT)
    return found


def born(played: Played, number: int) -> str:
    """The birth date of a voter of the laptop's station, as it is typed."""
    return played.people[number * 2].cpr[:6]


def later(laptop: Laptop) -> None:
    """A quarter past eight by the laptop's clock; a rehearsal's stands still."""
    with laptop.installation.database.write() as session:
        read_election(session, laptop.scope, laptop.head.election).clock_at = COUNTING_AT


def test_the_pages_of_a_laptop(
    chromium: Browser, site: Site, played: Played, configuration: Configuration, tmp_path: Path
) -> None:
    """At the centre two people make the package. On the laptop: its start page, a voter admitted and told twice,
    what is handed over on a stick, the fingerprints, and the closing, all while no line is there."""
    leader = Visitor(chromium, site).sign_in("station_leader", PASSWORD).open(f"{ELECTION}/alene/")
    leader.look("alone-1-centre", is_public=True)
    leader.open(f"{ELECTION}/alene/001/pakke").look("alone-2-make", is_public=True)
    made = make(played, tmp_path / "packages", address="https://central.example")
    leader.open(f"{ELECTION}/alene/pakke/{made.package_id}").look("alone-3-package", is_public=True)
    leader.leave()

    laptop = start_laptop(played, made, tmp_path / "packages", tmp_path / "memory", tmp_path)
    certificate = certificate_in(tmp_path / "tls", ["localhost"])
    own = replace(configuration, certificate_file=str(certificate.certificate))
    with serving(create_app(own, laptop)) as there:
        on_the_laptop(chromium, there, played, laptop)
    assert there.troubles == []
    assert laptop.journal.last_seq == 3  # admitted, refused, closed
    laptop.installation.database.dispose()


_SAME_TEXT_MS = 2100
"""The same text again within two seconds is one scan that came twice (static/scan.js)."""


def on_the_laptop(chromium: Browser, there: Site, played: Played, laptop: Laptop) -> None:
    somebody = Visitor(chromium, there).open("/certifikat")
    somebody.look("alone-4-certificate", is_public=True)
    somebody.leave()
    tove = Visitor(chromium, there).sign_in("polling_official", PASSWORD).open("/")
    tove.look("alone-5-start", is_public=True)
    tove.open(f"{STATION}/bord/1/").look("alone-6-desk", is_public=True)
    tove.sees("Alene siden kl.")
    tove.scan(born(played, 1))
    tove.key("Enter")
    tove.sees("Giv én stemmeseddel", "1 registrering ikke afleveret endnu")
    tove.page.wait_for_timeout(_SAME_TEXT_MS)
    tove.scan(born(played, 1))
    tove.sees("Giv ingen stemmeseddel")
    tove.press("Skriv forsøget i loggen")
    tove.look("alone-7-refused", is_public=True)
    tove.leave()

    leader = Visitor(chromium, there).sign_in("station_leader", PASSWORD).open("/laptop/")
    leader.sees("Registreringer på laptoppen", "Gem aflevering på nøgle")
    leader.look("alone-8-hand-over", is_public=True)
    assert leader.download("Gem aflevering på nøgle") == laptop.delivery()
    laptop.link = Link.MISMATCH
    leader.open("/laptop/").sees("Passer ikke sammen")
    leader.look("alone-9-mismatch", is_public=True)
    laptop.link = Link.ALONE
    later(laptop)
    leader.open(f"{STATION}/luk").look("alone-10-closing", is_public=True)
    leader.tick("Den sidste")
    leader.press("Luk dørene")
    leader.sees("Dørene er lukket. Resten sker ved centralen")
    expect(leader.page.get_by_role("button", name="Gem de talte tal")).to_have_count(0)
    leader.look("alone-11-closed", is_public=True)
    leader.follow("Aflever til centralen")
    leader.sees("Denne laptop", "3 registreringer ikke afleveret endnu")
    leader.leave()
