"""An enterer was away for too long: the figures are typed once, not twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from election.call.rules import Phase
from registry.accounts.records import SignIn
from registry.act import Installation
from tests.journey.browser import Site, Visitor, wait_until_drawn
from tests.scenarios import PASSWORD, figures, play_to

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("engine_name", ["sqlite"])]
ENTRY = "/0259/integrationsraad/2017/optaelling/001/preliminary/1"


def test_figures_typed_before_the_sign_in_ran_out_are_sent_again(
    installation: Installation, chromium: Browser, site: Site
) -> None:
    played = play_to(Phase.COUNTING, installation)
    ida = Visitor(chromium, site).sign_in("enterer", PASSWORD).open(ENTRY)
    wait_until_drawn(ida.page)
    typed = [str(number) for number in figures(played, {"c1": 15}).values()]
    boxes = ida.page.locator("input[data-tally]").all()
    for box, number in zip(boxes, typed, strict=True):
        box.fill(number)
    with installation.database.write() as session:
        session.execute(update(SignIn).values(seen_at=datetime.now(UTC) - timedelta(minutes=16)))
    ida.press("Send indtastningen")
    ida.sees("Du er logget ud", "det er ikke tabt")
    ida.look("signed-out-1-sign-in", is_public=True)
    ida.fill("Brugernavn", "enterer")
    ida.fill("Adgangskode", PASSWORD)
    ida.press("Log ind")
    ida.sees("Det, du skrev, er ikke sendt endnu")
    ida.look("signed-out-2-send-again")
    ida.press("Send igen")
    ida.sees("Tallene er gemt. Den anden indtastning mangler.")
    ida.leave()
