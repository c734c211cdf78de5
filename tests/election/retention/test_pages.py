"""The pages about keeping: what an official sees before signing, and that every page still opens afterwards."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from election.call.acts import move_clock
from election.call.rules import Phase
from election.retention.records import destruction_of
from registry.act import Installation
from registry.doors import who_may_open
from tests.election.retention.ends import ADMIN, KEEPER, destroyed, may_be_destroyed
from tests.scenarios import PASSWORD, Played, form_value, officials, play_to, sign_in

pytestmark = pytest.mark.slow

HERE = "/0259/integrationsraad/2017/opbevaring"


@pytest.fixture
def over(installation: Installation) -> Played:
    """The election's clock stands where the roll may go."""
    played = may_be_destroyed(play_to(Phase.CERTIFIED, installation))
    move_clock(*played.by, played.act(ADMIN), played.election_id, played.now)
    return played


def _page(client: FlaskClient, path: str) -> str:
    answer = client.get(HERE + path)
    assert answer.status_code == 200, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def _send(client: FlaskClient, path: str, shown: str, **given: str) -> Any:
    hidden = {"csrf_token": form_value(shown, "csrf_token"), "request_id": form_value(shown, "request_id")}
    return client.post(HERE + path, data=hidden | given, follow_redirects=True)


def test_both_lists_are_shown_before_anybody_signs(over: Played, client: FlaskClient) -> None:
    sign_in(client, ADMIN)
    page = _page(client, "/destruer")
    for words in ("Personer på valglisten", "Valgkort", "Attesterede valgbøger", "Begrundelse", "Fortryd"):
        assert words in page


def test_two_people_destroy_the_roll_in_the_browser(over: Played, client: FlaskClient) -> None:
    """The list is read, both passwords are typed, the record is shown; a second time there is nothing to sign."""
    sign_in(client, ADMIN)
    page = _page(client, "/destruer")
    cosigned = {"own_password": PASSWORD, "second_username": KEEPER, "second_password": PASSWORD}
    seen = {"seen": form_value(page, "seen")}
    without = _send(client, "/destruer", page, reason="", **cosigned, **seen)
    assert "Feltet skal udfyldes" in without.get_data(as_text=True)
    done = _send(client, "/destruer", page, reason="Klagefristen er udløbet.", **cosigned, **seen)
    text = done.get_data(as_text=True)
    assert done.request.path == f"{HERE}/protokol"
    assert "Klagefristen er udløbet." in text
    assert "Election Administrator og Roll Keeper" in text
    assert "Væk fra tabeller, filer og sikkerhedskopier" in text
    again = _page(client, "/destruer")
    assert "allerede destrueret" in again
    assert 'name="own_password"' not in again


def test_too_early_the_page_says_from_when(installation: Installation, client: FlaskClient) -> None:
    play_to(Phase.CERTIFIED, installation)
    sign_in(client, KEEPER)
    page = _page(client, "/destruer")
    assert "Valglisten kan først destrueres 05.12.2017 kl. 00.00" in page
    assert "ikke sendt til udpegning" in page
    assert 'name="own_password"' not in page


def test_only_the_keeper_forgets_the_refused(over: Played, client: FlaskClient) -> None:
    sign_in(client, KEEPER)
    page = _page(client, "/")
    assert "Slet oplysningerne om de 3 personer" in page
    done = _send(client, "/glem-afviste", page)
    assert "3 personer uden for valglisten er slettet" in done.get_data(as_text=True)
    assert "Der er ingen oplysninger om dem." in _page(client, "/")


def test_an_auditor_reads_and_has_no_button(over: Played, client: FlaskClient) -> None:
    sign_in(client, "auditor")
    page = _page(client, "/")
    assert "Personer på valglisten" in page
    assert "<form" not in page.split("<main", 1)[1]
    assert client.post(f"{HERE}/glem-afviste").status_code in (400, 403)


def test_the_zero_report_on_screen_and_paper(over: Played, client: FlaskClient) -> None:
    sign_in(client, "board_member")
    page = _page(client, "/nulrapport")
    assert "Databasen er til prøver og demo" in page
    assert "DEMO" in page
    pdf = client.get(f"{HERE}/nulrapport.pdf")
    assert (pdf.status_code, pdf.data[:5]) == (200, b"%PDF-")


def test_the_assessment_is_recorded_by_the_administrator_only(over: Played, client: FlaskClient) -> None:
    given = {"reference": "17/1234-5", "document_version": "2", "approved_by": "Direktøren"}
    sign_in(client, ADMIN)
    page = _page(client, "/konsekvensanalyse")
    late = _send(client, "/konsekvensanalyse", page, **given, approved_on="06-12-2017")
    assert late.status_code == 409
    page = _page(client, "/konsekvensanalyse")
    done = _send(client, "/konsekvensanalyse", page, **given, approved_on="01-08-2017")
    assert "17/1234-5" in done.get_data(as_text=True)
    sign_in(client, KEEPER)
    seen = _page(client, "/konsekvensanalyse")
    assert "17/1234-5" in seen
    assert "Registrer en udgave" not in seen


# --- afterwards --------------------------------------------------------------------------------------------

_OF_COUNCIL = {"municipality": "0259", "council": "integrationsraad", "slug": "2017"}


def _addresses(app: Flask, played: Played) -> list[tuple[str, str]]:
    """Every page with rows that exist where the address names one: the station, a candidate, the first tally."""
    with played.installation.database.read() as session:
        from election.candidacy.records import candidacies

        candidate = candidacies(session, played.read())[-1].id
    values: dict[str, object] = {
        **_OF_COUNCIL,
        **{"kind": "final", "entry": 1, "number": 1, "filename": "icon.svg", "code": "001"},
        **{"station_id": played.stations[0], "candidacy_id": candidate},
    }
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()) or rule.endpoint == "static":
            continue
        given = {name: values.get(name, uuid4()) for name in rule.arguments}
        if rule.endpoint in ("home.language", "candidacy.receipt", "candidacy.mend"):
            given["code"] = "da"
        if "aid" in given:
            given["aid"] = "proeve"
        with app.test_request_context():
            built = rule.build(given)
        assert built is not None
        found.append((rule.endpoint, built[1]))
    return found


@pytest.mark.slow
def test_every_page_of_the_election_opens_before_and_after_alike(
    over: Played, app: Flask, client: FlaskClient
) -> None:
    """Each page by somebody who may open it: the same answer as before the destruction, and no fault.

    Only two kinds answer otherwise: the record, which is there now, and the poll cards, which are refused.
    """

    doors = who_may_open(app)

    def answers() -> dict[str, int]:
        found: dict[str, int] = {}
        for role in (
            "auditor",
            "system_administrator",
            KEEPER,
            ADMIN,
            "board_member",
            "station_leader",
            "enterer",
        ):
            sign_in(client, role)
            for endpoint, address in _addresses(app, over):
                is_sign_in = endpoint in ("accounts.sign_out", "accounts.sign_in", "accounts.switch")
                if is_sign_in or endpoint in found or not (doors[endpoint] == "public" or role in doors[endpoint]):
                    continue
                found[endpoint] = client.get(address).status_code
        return found

    before = answers()
    destroyed(over)
    after = answers()
    assert {page: status for page, status in after.items() if status >= 500} == {}
    changed = {page for page in after if after[page] != before[page]}
    gone = {page for page, status in after.items() if page.startswith("poll_cards.") and status == 409}
    assert changed == {"retention.record"} | gone
    assert len(after) > 60
    with over.installation.database.read() as session:
        assert destruction_of(session, over.read()) is not None


def test_the_list_of_tasks_reminds_and_then_is_quiet(over: Played, client: FlaskClient) -> None:
    sign_in(client, KEEPER)
    before = client.get("/").get_data(as_text=True)
    assert "Slet oplysningerne om dem, der ikke er på valglisten" in before
    assert "Destruer valglisten (to personer)" in before
    destroyed(over)
    after = client.get("/").get_data(as_text=True)
    assert "Slet oplysningerne om dem, der ikke er på valglisten" not in after
    assert "Destruer valglisten (to personer)" not in after


# --- calling -----------------------------------------------------------------------------------------------


def test_a_live_election_is_called_in_the_browser_and_shows_its_zero_report(
    installation: Installation, client: FlaskClient
) -> None:
    """An empty database: the form, the call, and the report to be signed. No DEMO on any of it."""
    officials(installation)
    sign_in(client, ADMIN)
    page = client.get("/nyt-valg").get_data(as_text=True)
    given = {
        "regulation_id": "koege-2018",
        "election_on": "27-11-2027",
        "extract_on": "10-11-2027",
        "slug": "2027",
    }
    hidden = {"csrf_token": form_value(page, "csrf_token"), "request_id": form_value(page, "request_id")}
    called = client.post("/nyt-valg", data=hidden | given, follow_redirects=True)
    text = called.get_data(as_text=True)
    assert called.request.path == "/0259/integrationsraad/2027/opbevaring/nulrapport", text[:3000]
    assert "Ingen vælgere fra et tidligere valg" in text
    assert "demo-banner" not in text


def test_where_tests_are_held_the_page_says_so_before_anything_is_typed(
    installation: Installation, client: FlaskClient
) -> None:
    play_to(Phase.CALLED, installation)
    sign_in(client, ADMIN)
    page = client.get("/nyt-valg").get_data(as_text=True)
    assert "Databasen er til prøver og demo" in page
    assert 'name="slug"' not in page
    assert "demo-banner" in page
