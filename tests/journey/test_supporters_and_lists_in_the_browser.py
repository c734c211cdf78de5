"""A supporter on a phone, and a list from its founding to the public page, in Chromium and by MitID."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser

from election.call.acts import move_clock
from election.call.records import election as read_election
from election.candidacy.acts import close_candidacy
from election.candidacy.case_acts import decide
from election.candidacy.records import candidacies, candidacy
from election.candidacy.rules import Decision
from election.lists.acts import notice
from election.lists.records import standing_lists
from registry.act import Installation
from registry.configuration import Configuration
from tests.broker import serving_broker
from tests.journey.browser import PHONE, Visitor, serving
from tests.lists import ADMIN, NAMES, call_with_lists, deadline, filed, registered
from tests.scenarios import PASSWORD, Played, invented_cpr

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("engine_name", ["sqlite"])]

HERE = "/0259/integrationsraad/2017"


@pytest.fixture
def played(installation: Installation) -> Played:
    """Three candidates of list A and two of list B; there is no roll yet."""
    called = call_with_lists(installation)
    for number, key in enumerate("AAABB", 1):
        registered(called, number, key)
    move_clock(*called.by, called.act(ADMIN), called.election_id, called.now)
    return called


def _sign_in(person: Visitor, subject: str) -> None:
    person.follow("Log ind med MitID")
    person.page.locator("input[name=sub]").first.fill(subject)
    with person.page.expect_navigation():
        person.page.keyboard.press("Enter")
    # The pages of the provider fetch what is not there; they are none of ours.
    person.complaints = [one for one in person.complaints if "/oauth2/authorize" not in one]


def test_a_supporter_on_a_phone(played: Played, configuration: Configuration, chromium: Browser) -> None:
    """From the link to the thanks and back again; nothing of it needs a script."""
    from wsgi import create_app

    made = registered(played, 8, "B")
    with played.installation.database.read() as reading:
        code = candidacy(reading, played.scope, played.election_id, made.candidacy_id).support_code
    page = f"{HERE}/kandidater/stoet/{code}"
    with serving_broker() as broker:
        app = create_app(broker.configured(configuration))
        broker.knows("hamid", **{"dk.cpr": invented_cpr(9)})
        with serving(app) as site:
            person = Visitor(chromium, site, width=PHONE)
            person.open(page)
            person.sees("Bliv stiller", NAMES[7], "kun være stiller for én kandidat")
            person.look("c70-supporter-before-da")
            _sign_in(person, "hamid")
            person.sees("Valglisten er ikke lavet endnu")
            person.look("c71-supporter-signed-in-da")
            person.press("Ja, jeg vil være stiller")
            person.sees("Tak. Du er nu stiller.", "Tag min støtte tilbage")
            person.look("c72-supporter-thanks-da")
            person.page.go_back()
            person.page.reload()
            person.sees("Du er stiller for kandidaten")
            person.follow("العربية")
            person.look("c73-supporter-thanks-ar")
            person.follow("English")
            person.look("c74-supporter-thanks-en")
            person.follow("Dansk")
            person.press("Tag min støtte tilbage")
            person.sees("Din støtte er taget tilbage.", "Ja, jeg vil være stiller")
            person.press("Log ud")
            person.sees("Log ind med MitID")
            person.follow("العربية")
            person.look("c75-supporter-before-ar")
            person.leave()
            wide = Visitor(chromium, site)
            wide.open(page)
            wide.look("c76-supporter-wide-da")
            wide.leave()
            plain = Visitor(chromium, site, width=PHONE, scripts=False)
            plain.open(page)
            _sign_in(plain, "hamid")
            plain.press("Ja, jeg vil være stiller")
            plain.sees("Tak. Du er nu stiller.")
            plain.leave()
        assert site.troubles == []
        app.extensions["installation"].database.dispose()


def test_a_list_from_its_founding_to_the_public_page(
    played: Played, configuration: Configuration, chromium: Browser
) -> None:
    from wsgi import create_app

    with serving_broker() as broker:
        app = create_app(broker.configured(configuration))
        broker.knows("amina", **{"dk.cpr": invented_cpr(1)})
        with serving(app) as site:
            person = Visitor(chromium, site, width=PHONE)
            person.open(f"{HERE}/lister/min")
            _sign_in(person, "amina")
            person.open(f"{HERE}/lister/min")
            person.look("c80-found-a-list-da")
            person.fill("Listens mærke", "A")
            person.fill("Listens navn", "Broen")
            person.tick("I listens egen orden")
            person.press("Anmeld listen")
            for number in ("3", "4"):
                person.fill("Kandidatens nummer", number)
                person.press("Sæt på listen")
            person.sees("Nr. 4 står nu på listen.", "Har ikke valgt listen")
            person.look("c81-my-list-da")
            person.follow("العربية")
            person.look("c82-my-list-ar")
            person.leave()
            other = filed(played, "B", "Ny By", names=[4, 5])
            office = Visitor(chromium, site).sign_in(ADMIN, PASSWORD).open(f"{HERE}/lister/")
            office.look("c83-lists-da", is_public=True)
            office.follow("A · Broen")
            office.press("Anmeld valgforbund med B · Ny By")
            office.sees("Venter på den anden liste")
            office.look("c84-one-list-da", is_public=True)
            office.leave()
            _publish(played, other)
            reader = Visitor(chromium, site)
            reader.open(f"{HERE}/lister/offentlig")
            reader.sees("A · Broen", "B · Ny By", "Valgforbund")
            reader.look("c85-public-lists-da", is_public=True)
            reader.follow("العربية")
            reader.look("c86-public-lists-ar", is_public=True)
            reader.leave()
        assert site.troubles == []
        app.extensions["installation"].database.dispose()


def _publish(played: Played, other: UUID) -> None:
    """List B answers, two candidates are accepted, and candidates are closed."""
    with played.installation.database.read() as reading:
        election = read_election(reading, played.scope, played.election_id)
        one, filed_by_office = standing_lists(reading, election)
        cases = [(c.id, c.version) for c in candidacies(reading, election) if c.number in (1, 3, 4, 5)]
    assert filed_by_office.id == other
    notice(*played.by, played.act(ADMIN), played.election_id, filed_by_office.id, None, one.id, True)
    for made in cases:
        decide(*played.by, played.act(ADMIN), played.election_id, *made, Decision.ACCEPT)
    played.now = deadline(played, "closes") + timedelta(seconds=1)
    close_candidacy(*played.by, played.act(ADMIN), played.election_id)
