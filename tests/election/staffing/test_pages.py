# mypy: disable-error-code="no-untyped-call"
"""The plan of a station over HTTP, the two sheets, and signing in with code and PIN."""

from __future__ import annotations

import re
from io import BytesIO

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from election.call.acts import move_clock
from registry.act import Installation
from tests.scenarios import (
    ELECTION_ON,
    Played,
    at,
    call_koege,
    form_value,
    polling,
    sign_in,
    with_candidates,
    with_roll,
)

HOME = "/0259/integrationsraad/2017"
PLAN = f"{HOME}/vagtplan/001/"


@pytest.fixture
def played(installation: Installation) -> Played:
    """Two stations, open; the clock stands at six on the polling day."""
    found = polling(with_candidates(with_roll(call_koege(installation, stations=2))))
    move_clock(*found.by, found.act("election_administrator"), found.election_id, at(ELECTION_ON, "18:00"))
    return found


def send(client: FlaskClient, page: str, address: str | None = None, **fields: str) -> TestResponse:
    """Fill a form of a page and send it, with its hidden fields."""
    shown = client.get(page).get_data(as_text=True)
    own = {"csrf_token": form_value(shown, "csrf_token")}
    if 'name="request_id"' in shown:
        own["request_id"] = form_value(shown, "request_id")
    return client.post(address or page, data=own | fields)


def put(client: FlaskClient, **fields: str) -> TestResponse:
    plain = {"person": "", "name": "", "role": "polling_official", "desk": "", "from_clock": "16.00"}
    return send(client, PLAN, **(plain | {"until_clock": "21.00"} | fields))


def text_of(answer: TestResponse) -> str:
    document = pypdfium2.PdfDocument(BytesIO(answer.data))
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def sheets(client: FlaskClient) -> tuple[TestResponse, TestResponse]:
    page = send(client, PLAN, f"{PLAN}koder").get_data(as_text=True)
    sealed = re.findall(r'name="sealed" value="([^"]+)"', page)
    token = form_value(page, "csrf_token")
    answers = [
        client.post(f"{PLAN}koder/ark", data={"csrf_token": token, "sheet": name, "sealed": one})
        for name, one in zip(("codes", "pins"), sealed, strict=True)
    ]
    return answers[0], answers[1]


def test_a_person_is_put_on_the_plan_and_the_gaps_are_said(client: FlaskClient, played: Played) -> None:
    sign_in(client, "election_administrator")
    assert "ingen leder" in client.get(PLAN).get_data(as_text=True)
    assert put(client, name="Åse Østergård", desk="4").status_code == 303
    page = client.get(PLAN).get_data(as_text=True)
    assert "Åse Østergård" in page
    assert "Borde i brug: 4" in page
    assert "kun én ved bordene" in page
    overview = client.get(f"{HOME}/vagtplan/").get_data(as_text=True)
    assert "Planen gælder ved bordene" in overview


def test_mistakes_are_told_at_their_field(client: FlaskClient, played: Played) -> None:
    sign_in(client, "election_administrator")
    assert "Vælg en person, eller skriv navnet" in put(client).get_data(as_text=True)
    assert "tal fra 1 til 99" in put(client, name="A", desk="100").get_data(as_text=True)
    assert "Skriv timerne som 08.00" in put(client, name="A", until_clock="25.00").get_data(as_text=True)
    assert "CPR-nummer" in put(client, name="A 010158-1234").get_data(as_text=True)
    assert "Ingen er på planen endnu" in client.get(PLAN).get_data(as_text=True)


def test_all_bad_lines_are_shown_and_none_is_taken(client: FlaskClient, played: Played) -> None:
    sign_in(client, "election_administrator")
    page = f"{PLAN}flere"
    bad = send(client, page, lines="Ole;bord;1;16.00;20.00\nIda;kok;1;16.00;20.00\nEva").get_data(as_text=True)
    assert "Linje 2" in bad
    assert "Linje 3" in bad
    assert "Ingen er på planen endnu" in client.get(PLAN).get_data(as_text=True)
    assert send(client, page, lines="Ole Jensen;bord;1;16.00;20.00").status_code == 303
    assert "Ole Jensen" in client.get(PLAN).get_data(as_text=True)


def test_code_and_pin_stand_on_different_sheets_and_open_the_desk(
    app: Flask, client: FlaskClient, played: Played
) -> None:
    """The whole way: on the plan, two sheets, sign-in on another computer, straight to desk 4, then to work."""
    sign_in(client, "election_administrator")
    put(client, name="Åse Østergård", desk="4")
    codes, pins = sheets(client)
    code = re.search(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b", text_of(codes))
    pin = re.search(r"\b\d{6}\b", text_of(pins))
    assert code
    assert pin
    assert pin[0] not in text_of(codes)
    assert code[0] not in text_of(pins)
    assert "/stemmested-log-ind" in text_of(codes)
    laptop = app.test_client()
    answer = send(laptop, "/stemmested-log-ind", code=code[0].lower(), pin=pin[0])
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{HOME}/stemmested/001/bord/4/")
    assert laptop.get(f"{HOME}/stemmested/001/bord/4/").status_code == 200
    assert laptop.get(f"{HOME}/vagtplan/").status_code == 403
    assert client.get(PLAN).get_data(as_text=True).count("Har dagskode") == 1
    ended = re.search(r'action="([^"]+/kode/[^"]+/afslut)"', client.get(PLAN).get_data(as_text=True))
    assert ended
    assert send(client, PLAN, ended[1]).status_code == 303
    assert laptop.get(f"{HOME}/stemmested/001/bord/4/").status_code == 302, "to the sign-in"
    again = send(laptop, "/stemmested-log-ind", code=code[0], pin=pin[0]).get_data(as_text=True)
    assert "Koden er afsluttet" in again
    assert pin[0] not in again, "the PIN is never shown again"


def test_a_sheet_is_sealed_for_its_own_kind_and_station(client: FlaskClient, played: Played) -> None:
    """The sealed PINs do not open as codes, and a made-up text opens as nothing."""
    sign_in(client, "election_administrator")
    put(client, name="Åse Østergård")
    page = send(client, PLAN, f"{PLAN}koder").get_data(as_text=True)
    _, pins = re.findall(r'name="sealed" value="([^"]+)"', page)
    token = form_value(page, "csrf_token")
    for sheet, sealed, where in (
        ("codes", pins, PLAN),
        ("pins", pins, f"{HOME}/vagtplan/002/"),
        ("pins", "x", PLAN),
    ):
        given = {"csrf_token": token, "sheet": sheet, "sealed": sealed}
        answer = client.post(f"{where}koder/ark", data=given, follow_redirects=True)
        assert answer.mimetype == "text/html"
        assert "Arkene kan ikke hentes mere" in answer.get_data(as_text=True)


def test_wrong_codes_say_so_in_words_and_lock_after_five(app: Flask, client: FlaskClient, played: Played) -> None:
    sign_in(client, "election_administrator")
    put(client, name="Åse Østergård")
    code = re.search(r"\w{4}-\w{4}", text_of(sheets(client)[0]))
    assert code
    laptop = app.test_client()
    assert "forkert" in send(laptop, "/stemmested-log-ind", code="hov", pin="1").get_data(as_text=True)
    told = [send(laptop, "/stemmested-log-ind", code=code[0], pin="x").get_data(as_text=True) for _ in range(6)]
    assert all("forkert." in page for page in told[:5])
    assert "låst i 15 minutter" in told[5]


def test_the_plan_on_paper_and_a_leader_sees_it(client: FlaskClient, played: Played) -> None:
    sign_in(client, "election_administrator")
    assert client.get(f"{PLAN}vagtplan.pdf").status_code == 409
    put(client, name="Åse Østergård")
    assert "Åse Østergård" in text_of(client.get(f"{PLAN}vagtplan.pdf"))
    sign_in(client, "station_leader")
    page = client.get(PLAN).get_data(as_text=True)
    assert "Åse Østergård" in page
    assert "Sæt en person på planen" not in page
    assert client.get(f"{HOME}/vagtplan/999/").status_code == 404
