"""The pages of certification, as officials use them without a script; and what everybody may fetch."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from election.call.rules import Phase
from election.certification.records import latest_certification
from registry.act import Installation
from scripts.verification.command import verify
from tests.scenarios import PASSWORD, Played, certified, form_value, play_to, sign_in

pytestmark = pytest.mark.slow

HOME = "/0259/integrationsraad/2017"
ATTESTATION = HOME + "/attestation/"
PUBLIC = ("valgbog.pdf", "valgbog.json", "evidence.zip")


@pytest.fixture
def played(installation: Installation) -> Played:
    return play_to(Phase.COUNTED, installation)


def page(client: FlaskClient, address: str = ATTESTATION) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def send(client: FlaskClient, action: str, **data: str) -> tuple[int, str]:
    """Fill in the form whose action ends so, on the page of certification."""
    shown = page(client)
    form = next(f for f in re.findall(r"<form\b.*?</form>", shown, flags=re.DOTALL) if f'{action}"' in f)
    address = re.search(r'action="([^"]*)"', form)
    assert address is not None
    hidden = {name: form_value(form, name) for name in ("csrf_token", "request_id")}
    answer = client.post(address.group(1), data=hidden | data)
    return answer.status_code, answer.get_data(as_text=True)


def test_two_certifiers_certify_through_the_pages_and_everybody_can_check(
    played: Played, client: FlaskClient
) -> None:
    assert [client.get(ATTESTATION + name).status_code for name in PUBLIC] == [404, 404, 404]
    sign_in(client, "certifier")
    first = page(client)
    assert "Klar til attestation" in first
    assert "Amina Hassan A" in first
    assert send(client, "/attestation/anmod", own_password=PASSWORD)[0] == 302
    mine = page(client)
    assert "Venter på en anden attestant" in mine
    assert "/godkend" not in mine
    sign_in(client, "certifier_2")
    assert "Certifier har bedt om attestation" in page(client)
    assert client.get(ATTESTATION + "udkast.pdf").data.startswith(b"%PDF")
    assert send(client, "/godkend", own_password=PASSWORD)[0] == 302
    assert played.phase is Phase.CERTIFIED
    assert "Resultatet er attesteret" in page(client)
    stranger = client.application.test_client()
    files = {name: stranger.get(ATTESTATION + name) for name in PUBLIC}
    assert {one.status_code for one in files.values()} == {200}
    assert verify(files["evidence.zip"].data)[1] is None
    with played.installation.database.read() as session:
        row = latest_certification(session, played.read())
    assert row is not None
    assert files["valgbog.json"].data == row.record


@pytest.mark.parametrize(("password", "status", "words"), [("", 200, "skal udfyldes"), ("forkert", 403, "R0")])
def test_without_the_own_password_nothing_is_asked_and_nothing_approved(
    played: Played, client: FlaskClient, password: str, status: int, words: str
) -> None:
    sign_in(client, "certifier")
    answer, text = send(client, "/attestation/anmod", own_password=password)
    assert (answer, words in text) == (status, True)
    assert "Klar til attestation" in page(client)


def test_a_wrong_person_sees_why_there_is_no_button(played: Played, client: FlaskClient) -> None:
    """The board and the auditor watch; an enterer has no page here."""
    for who in ("board_member", "auditor", "council_secretary"):
        sign_in(client, who)
        assert "/attestation/anmod" not in page(client)
    sign_in(client, "enterer")
    assert client.get(ATTESTATION).status_code == 403


def test_before_there_is_a_result_the_page_says_what_is_missing(
    installation: Installation, client: FlaskClient
) -> None:
    play_to(Phase.PREPARATION, installation)
    sign_in(client, "certifier")
    assert "Der er intet resultat endnu" in page(client)
    assert client.get(ATTESTATION + "udkast.pdf").status_code == 404


def test_a_request_is_withdrawn_with_a_reason(played: Played, client: FlaskClient) -> None:
    sign_in(client, "certifier")
    send(client, "/attestation/anmod", own_password=PASSWORD)
    assert send(client, "/traek-tilbage", reason="")[0] == 200
    assert send(client, "/traek-tilbage", reason="Tallene ses efter")[0] == 302
    assert "Klar til attestation" in page(client)


def test_a_changed_result_is_shown_as_such(played: Played, client: FlaskClient) -> None:
    from election.counting.acts import determine

    sign_in(client, "certifier")
    send(client, "/attestation/anmod", own_password=PASSWORD)
    determine(*played.by, played.act("board_member"), played.election_id)
    assert "Anmodningen gælder ikke længere" in page(client)
    assert send(client, "/attestation/anmod", own_password=PASSWORD)[0] == 302


def test_two_people_reopen_and_the_record_is_public_no_more_but_stays(played: Played, client: FlaskClient) -> None:
    certified(played)
    sign_in(client, "board_member")
    data = {
        "own_password": PASSWORD,
        "second_username": "certifier",
        "second_password": PASSWORD,
        "reason": "To bunker var byttet om",
    }
    assert send(client, "/genaabn", **(data | {"reason": ""}))[0] == 200
    assert played.phase is Phase.CERTIFIED
    assert send(client, "/genaabn", **data)[0] == 302
    assert played.read().phase == "counted"
    assert "To bunker var byttet om" in page(client)
    assert [client.get(ATTESTATION + name).status_code for name in PUBLIC] == [404, 404, 404]
    assert client.get(ATTESTATION + "1/valgbog.pdf").data.startswith(b"%PDF")
    assert client.get(ATTESTATION + "2/valgbog.pdf").status_code == 404


def test_an_uncontested_election_is_certified_on_the_same_page(
    installation: Installation, client: FlaskClient
) -> None:
    certified(play_to(Phase.UNCONTESTED, installation))
    sign_in(client, "certifier")
    shown = page(client)
    assert "Afgjort uden afstemning" in shown
    assert "/genaabn" not in shown
    assert "Afgjort uden afstemning" in page(client, HOME + "/resultat")


def test_a_complaint_is_written_down_and_decided(played: Played, client: FlaskClient) -> None:
    address = HOME + "/klager"
    sign_in(client, "council_secretary")
    shown = page(client, address)
    assert "Klage skal være modtaget senest 4. december 2017" in shown
    data = {
        "csrf_token": form_value(shown, "csrf_token"),
        "request_id": form_value(shown, "request_id"),
        "from_whom": "En vælger",
        "about": "Køen var lang",
        "received_at": "26-08-2017 20.10",
    }
    assert "findes ikke" in client.post(address, data=data | {"received_at": "31-02-2017 10.00"}).text
    assert client.post(address, data=data).status_code == 302
    shown = page(client, address)
    assert "rettidig" in shown
    link = re.search(r'href="([^"]*/klager/[^"]+)"', shown)
    assert link is not None
    shown = page(client, link.group(1))
    decided = {
        "csrf_token": form_value(shown, "csrf_token"),
        "request_id": form_value(shown, "request_id"),
        "outcome": "rejected",
        "text": "Alle i køen kom til at stemme.",
    }
    assert client.post(link.group(1), data=decided | {"outcome": ""}).status_code == 200
    assert client.post(link.group(1), data=decided).status_code == 302
    assert "Alle i køen kom til at stemme." in page(client, address)
    assert "Alle i køen kom til at stemme." in page(client, link.group(1))
