"""The end of the roll in a browser: what is kept, the list of what goes, two signatures, the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from election.call.acts import move_clock
from election.call.rules import Phase
from registry.act import Installation
from registry.backups.copies import make
from registry.configuration import Configuration
from tests.election.retention.ends import ADMIN, KEEPER, may_be_destroyed
from tests.journey.browser import Site, Visitor
from tests.scenarios import PASSWORD, play_to

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("engine_name", ["sqlite"]), pytest.mark.nightly]
HERE = "/0259/integrationsraad/2017/opbevaring"


def test_the_roll_is_destroyed_by_two_people(
    installation: Installation, configuration: Configuration, chromium: Browser, site: Site
) -> None:
    """Fifteen voters and one backup; the keyboard and the labels are enough, and every page says DEMO."""
    played = may_be_destroyed(play_to(Phase.CERTIFIED, installation))
    move_clock(*played.by, played.act(ADMIN), played.election_id, played.now)
    make(configuration, configuration.instance / "backups")
    site.must_say_demo = True
    keeper = Visitor(chromium, site).sign_in(KEEPER, PASSWORD)
    keeper.open(f"{HERE}/").look("opbevaring", is_public=True)
    keeper.press("Slet oplysningerne om de 3 personer")
    keeper.sees("Oplysninger om 3 personer uden for valglisten er slettet.")
    admin = Visitor(chromium, site).sign_in(ADMIN, PASSWORD)
    admin.open(f"{HERE}/konsekvensanalyse")
    admin.press("Registrer")
    admin.look("konsekvensanalyse", is_public=True)
    for label, value in (
        ("Hvor dokumentet ligger", "17/1234-5"),
        ("Dokumentets udgave", "1"),
        ("Godkendt af", "Direktøren"),
        ("Godkendt den", "01-08-2017"),
    ):
        admin.fill(label, value)
    admin.press("Registrer")
    admin.sees("Konsekvensanalysen er registreret.", "17/1234-5")
    admin.open(f"{HERE}/nulrapport").look("nulrapport-valg", is_public=True)
    assert admin.download("Nulrapport til underskrift (PDF)")[:5] == b"%PDF-"
    admin.open(f"{HERE}/destruer")
    admin.sees("Én sikkerhedskopi kan ikke åbnes bagefter", "Det, der forsvinder", "Det, der bliver")
    admin.press("Destruer valglisten")
    admin.sees("Noget skal rettes")
    admin.look("destruer", is_public=True)
    admin.fill("Begrundelse", "Klagefristen er udløbet.")
    admin.fill("Din adgangskode", PASSWORD)
    admin.fill("Den anden persons brugernavn", KEEPER)
    admin.fill("Den anden persons adgangskode", PASSWORD)
    admin.press("Destruer valglisten")
    admin.sees("Valglisten er destrueret. Tag en ny sikkerhedskopi nu.", "ikke længere kan åbnes: 1")
    admin.look("destruktion", is_public=True)
    admin.open(f"{HERE}/destruer").look("destrueret", is_public=True)
    keeper.leave()
    admin.leave()
