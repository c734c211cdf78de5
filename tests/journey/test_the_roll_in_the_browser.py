"""The frozen roll in Chromium: every page of it at both widths, the stop for look-alikes, a protected name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Browser

from election.call.acts import move_clock
from registry.act import Installation
from tests.journey.browser import Site, Visitor
from tests.scenarios import PASSWORD, Played, call_koege, invented_cpr, is_invented, people, with_roll

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("engine_name", ["sqlite"])]
HOME = "/0259/integrationsraad/2017/valgliste"
UNKNOWN = 8


@pytest.fixture
def played(installation: Installation) -> Played:
    rows = people(10)
    rows[0] = replace(rows[0], first_names="Hemmelina", surname="Skjultsen", is_protected=True)
    rows[UNKNOWN] = replace(rows[UNKNOWN], country="")
    found = with_roll(call_koege(installation, regulation="koege-2014"), rows=rows)
    move_clock(*found.by, found.act("election_administrator"), found.election_id, found.now)
    return found


def cosign(keeper: Visitor) -> None:
    keeper.fill("Din adgangskode", PASSWORD)
    keeper.fill("Den anden persons brugernavn", "election_administrator")
    keeper.fill("Den anden persons adgangskode", PASSWORD)


def fill_person(keeper: Visitor, cpr: str, first_names: str, surname: str) -> None:
    for label, value in (("CPR-nummer", cpr), ("Fornavne", first_names), ("Efternavn", surname)):
        keeper.fill(label, value)
    keeper.fill("Adresse", "Nørregade 9")
    keeper.choose("Gruppe", "ikke-vestlig")
    keeper.tick("Jeg har slået bopælen op")


@pytest.mark.slow
def test_the_office_corrects_the_roll_in_the_browser(chromium: Browser, site: Site, played: Played) -> None:
    """From the question to the correction: answer, declaration, entry, correction, stop, objection, copy."""
    keeper = Visitor(chromium, site).sign_in("roll_keeper", PASSWORD)
    keeper.open(HOME + "/").look("roll-overview", is_public=True)
    keeper.open(HOME + "/person")
    keeper.fill("CPR-nummer", played.people[UNKNOWN].cpr)
    keeper.press("Slå op")
    keeper.sees("registret ved for lidt", "27. november 2017 kl. 20.00")
    keeper.look("roll-answer", is_public=True)

    keeper.follow("Tag imod erklæringen")
    keeper.tick("Jeg er født i Danmark")
    keeper.tick("På papir")
    fill_person(keeper, played.people[UNKNOWN].cpr, "Noor", "Sen")
    cosign(keeper)
    keeper.look("roll-declare", is_public=True)
    keeper.press("Tilføj personen")
    keeper.sees("Tilføjet: nummer 10 på listen", "Tilføjet efter egen erklæring")
    keeper.look("roll-entry", is_public=True)

    keeper.follow("Slet fra listen")
    keeper.look("roll-correct", is_public=True)
    keeper.tick("Fejl på listen")
    keeper.fill("Begrundelse", "Stod på listen to gange")
    cosign(keeper)
    keeper.press("Slet fra listen")
    keeper.sees("Slettet: nummer 10 på listen")

    stop_for_a_look_alike(keeper, site, played)
    look_at_a_protected_name(keeper)
    an_objection(keeper)

    keeper.open(HOME + "/kopier/")
    keeper.fill("Hvem får kopien", "Bord 1, hvis computeren svigter")
    with keeper.page.expect_download() as fetched:
        keeper.page.get_by_role("button", name="Registrer, og hent kopien (PDF)").click()
    assert fetched.value.suggested_filename == "valgliste-kopi-1.pdf"
    keeper.open(HOME + "/kopier/").look("roll-copies", is_public=True)
    keeper.follow("Kopi nr. 1")
    keeper.look("roll-copy", is_public=True)
    keeper.open(HOME + "/rettelser").look("roll-corrections", is_public=True)
    keeper.leave()


def stop_for_a_look_alike(keeper: Visitor, site: Site, played: Played) -> None:
    there = played.people[1]
    twin = next(c for c in (f"{there.cpr[:6]}{n:04d}" for n in range(4000)) if c != there.cpr and is_invented(c))
    keeper.open(HOME + "/tilfoej")
    keeper.tick("Flyttet til kommunen")
    fill_person(keeper, twin, there.first_names, there.surname)
    keeper.tick("Jeg har set i registret")
    keeper.fill("Begrundelse", "Bopælsattest set")
    cosign(keeper)
    keeper.press("Tilføj personen")
    keeper.sees("Stop: står personen allerede på listen?", f"{there.first_names} {there.surname}")
    keeper.look("roll-look-alike", is_public=True)
    # The stop is answered with 409, which the browser puts on its console.
    keeper.complaints[:] = [one for one in keeper.complaints if "409" not in one]
    site.troubles[:] = [one for one in site.troubles if not one.startswith("409")]
    keeper.tick("Det er en anden person")
    cosign(keeper)
    keeper.press("Tilføj personen")
    keeper.sees("Tilføjet: nummer 11 på listen")


def look_at_a_protected_name(keeper: Visitor) -> None:
    keeper.open(HOME + "/person")
    keeper.fill("CPR-nummer", invented_cpr(0))
    keeper.press("Slå op")
    keeper.follow("Se posten, dens historie, og ret den")
    keeper.sees("Beskyttet navn")
    keeper.choose("Hvorfor?", "Valgkortet skal sendes eller udleveres")
    keeper.look("roll-protected", is_public=True)
    keeper.press("Vis navn og adresse")
    keeper.sees("Hemmelina Skjultsen", "Vises kun nu")
    keeper.look("roll-protected-seen", is_public=True)


def an_objection(keeper: Visitor) -> None:
    keeper.open(HOME + "/indsigelser/ny")
    keeper.fill("Hvem gør indsigelse", "Vera Vred")
    keeper.tick("Brev")
    keeper.tick("At en person kommer på listen")
    keeper.fill("Hvad siger den", "Jeg mangler på listen.")
    keeper.look("roll-objection-new", is_public=True)
    keeper.press("Gem indsigelsen")
    keeper.sees("Indsigelse 1", "rettidig")
    keeper.tick("Afvist")
    keeper.fill("Begrundelse", "Personen er ikke omfattet af reglen om baggrund.")
    cosign(keeper)
    keeper.look("roll-objection", is_public=True)
    keeper.press("Gem afgørelsen")
    keeper.follow("Skriv svaret ud")
    keeper.sees("Du får ikke medhold")
    keeper.look("roll-objection-letter", is_public=True)
    keeper.open(HOME + "/indsigelser/").look("roll-objections", is_public=True)
