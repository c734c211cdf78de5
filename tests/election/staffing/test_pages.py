# mypy: disable-error-code="no-untyped-call"
"""The plan of a station over HTTP, the two sheets, and signing in with code and PIN."""

from __future__ import annotations

import re
from io import BytesIO
from uuid import uuid4

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from election.call.acts import move_clock
from registry.act import Installation
from tests.scenarios import (
    ELECTION_ON,
    PASSWORD,
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


def make(client: FlaskClient, second: str = "board_member", **fields: str) -> str:
    """Codes for everybody without one, signed by whoever is signed in and by `second`; the page that follows."""
    signed = {"own_password": PASSWORD, "second_username": second, "second_password": PASSWORD}
    answer = send(client, f"{PLAN}koder", **(signed | fields))
    return client.get(PLAN).text if answer.status_code == 303 else answer.text


def fetch(browser: FlaskClient, which: str) -> TestResponse:
    page = browser.get(PLAN).get_data(as_text=True)
    waiting = re.search(rf'action="([^"]+/ark/{which}/[^"]+)"', page)
    assert waiting
    return send(browser, PLAN, waiting[1], request_id=form_value(page[waiting.end() :], "request_id"))


def sheets(app: Flask, client: FlaskClient) -> tuple[TestResponse, TestResponse]:
    """The codes for the one who pressed, the PINs for the board member on a computer of their own."""
    make(client)
    codes, other = fetch(client, "codes"), app.test_client()
    sign_in(other, "board_member")
    return codes, fetch(other, "pins")


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
    codes, pins = sheets(app, client)
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


def test_whoever_presses_gets_no_pin_and_the_second_no_code(
    app: Flask, client: FlaskClient, played: Played
) -> None:
    """The PINs wait on the plan of the board member alone, and are gone when they are fetched; the page with the
    codes, carried to another browser, opens for nobody else."""
    sign_in(client, "election_administrator")
    put(client, name="Åse Østergård")
    assert "Åse Østergård" in client.get(f"{PLAN}koder").get_data(as_text=True)
    page = make(client)
    assert "PIN-kuverterne på Board Member" in page
    assert "/ark/pins/" not in page
    of_codes = re.search(r'action="([^"]+/ark/codes/[^"]+)"', page)
    assert of_codes
    browsers = {who: app.test_client() for who in ("board_member", "board_member_2")}
    for who, browser in browsers.items():
        sign_in(browser, who)
        shown = browser.get(PLAN).get_data(as_text=True)
        assert ("PIN-kuverter venter på dig" in shown) == (who == "board_member")
        assert "Dagskoder venter på dig" not in shown
        given = {"csrf_token": form_value(shown, "csrf_token"), "request_id": str(uuid4())}
        told = browser.post(of_codes[1], data=given, follow_redirects=True)
        assert "Arkene kan ikke hentes mere" in told.get_data(as_text=True)
    assert "PIN-kuverter venter på dig" not in client.get(PLAN).get_data(as_text=True)
    second = browsers["board_member"]
    waiting = re.search(r'action="([^"]+/ark/pins/[^"]+)"', second.get(PLAN).get_data(as_text=True))
    assert waiting
    for browser in (client, browsers["board_member_2"]):
        own = browser.get(f"{PLAN}koder").get_data(as_text=True)
        given = {"csrf_token": form_value(own, "csrf_token"), "request_id": str(uuid4())}
        answer = browser.post(waiting[1], data=given, follow_redirects=True)
        assert (answer.mimetype, "Arkene kan ikke" in answer.get_data(as_text=True)) == ("text/html", True)
    assert fetch(second, "pins").mimetype == "application/pdf"
    assert "venter på dig" not in second.get(PLAN).get_data(as_text=True)
    again = send(second, PLAN, waiting[1], request_id=str(uuid4()))
    assert (again.status_code, again.mimetype) == (303, "text/html")


def test_a_double_click_loses_no_sheet(app: Flask, client: FlaskClient, played: Played) -> None:
    """The same form twice: the second answer is the first one's, and the printed code opens the desk."""
    sign_in(client, "election_administrator")
    put(client, name="Åse Østergård", desk="4")
    page = client.get(f"{PLAN}koder").text
    typed = {name: form_value(page, name) for name in ("csrf_token", "request_id")}
    typed |= {"own_password": PASSWORD, "second_username": "board_member", "second_password": PASSWORD}
    answers = [client.post(f"{PLAN}koder", data=typed) for _ in range(2)]
    assert [(one.status_code, one.headers["Location"]) for one in answers] == [(303, PLAN)] * 2
    assert client.get(PLAN).text.count("Har dagskode") == 1
    code = re.search(r"\w{4}-\w{4}", text_of(fetch(client, "codes")))
    other = app.test_client()
    sign_in(other, "board_member")
    pin = re.search(r"\b\d{6}\b", text_of(fetch(other, "pins")))
    assert code
    assert pin
    laptop = app.test_client()
    assert send(laptop, "/stemmested-log-ind", code=code[0], pin=pin[0]).status_code == 303


def test_the_scanner_reads_the_code_from_its_sheet_and_nothing_from_the_pins(
    app: Flask, client: FlaskClient, played: Played
) -> None:
    """Read by a decoder that knows nothing of the maker, as 150 dots an inch print it."""
    sign_in(client, "election_administrator")
    put(client, name="Åse Østergård")
    put(client, name="Bo Berg")
    codes, pins = sheets(app, client)
    read = []
    for page in pypdfium2.PdfDocument(BytesIO(codes.data)):
        (found,) = zxingcpp.read_barcodes(page.render(scale=150 / 72).to_pil())
        written = re.search(r"\w{4}-\w{4}", page.get_textpage().get_text_range())
        assert written
        assert found.text == written[0].replace("-", "")
        read.append(found.text)
    assert len(set(read)) == 2
    for page in pypdfium2.PdfDocument(BytesIO(pins.data)):
        assert zxingcpp.read_barcodes(page.render(scale=150 / 72).to_pil()) == []


@pytest.mark.parametrize(
    ("second", "password", "said"),
    [
        ("board_member", "forkert", "Brugernavn eller adgangskode er forkert"),
        ("election_administrator", PASSWORD, "to forskellige personer"),
        ("enterer", PASSWORD, "Det må din rolle ikke"),
        ("", "", "Feltet skal udfyldes"),
    ],
)
def test_without_a_second_signature_nothing_is_made(
    client: FlaskClient, played: Played, second: str, password: str, said: str
) -> None:
    sign_in(client, "election_administrator")
    put(client, name="Åse Østergård")
    page = make(client, second, second_password=password)
    assert said in page
    assert "Åse Østergård" in page, "the form is still there"
    assert "Har dagskode" not in client.get(PLAN).get_data(as_text=True)


def test_a_code_for_one_person_anew_and_for_nobody_who_is_not_on_the_plan(
    client: FlaskClient, played: Played
) -> None:
    sign_in(client, "election_administrator")
    put(client, name="Åse Østergård")
    put(client, name="Bo Berg")
    link = re.search(r'href="([^"]+/koder\?official=[^"]+)" aria-label="[^"]+Bo Berg"', client.get(PLAN).text)
    assert link
    shown = client.get(link[1]).text
    assert "Bo Berg" in shown
    assert "Åse Østergård" not in shown
    page = make(client, official=form_value(shown, "official"))
    assert "Der er dannet én dagskode." in page
    assert client.get(PLAN).text.count("Har dagskode") == 1
    assert client.get(f"{PLAN}koder?official={uuid4()}").status_code == 409


def test_a_board_member_sees_the_plan_and_changes_nothing_on_it(client: FlaskClient, played: Played) -> None:
    sign_in(client, "election_administrator")
    put(client, name="Åse Østergård")
    duty = re.search(r'action="([^"]+/vagt/[^"]+/afslut)"', client.get(PLAN).text)
    assert duty
    sign_in(client, "board_member")
    page = client.get(PLAN).text
    assert "Åse Østergård" in page
    assert "Sæt en person på planen" not in page
    assert "/afslut" not in page
    assert put(client, name="Opfundet Person").status_code == 403
    assert send(client, PLAN, duty[1]).status_code == 403


def test_wrong_codes_say_so_in_words_and_lock_after_five(app: Flask, client: FlaskClient, played: Played) -> None:
    sign_in(client, "election_administrator")
    put(client, name="Åse Østergård")
    code = re.search(r"\w{4}-\w{4}", text_of(sheets(app, client)[0]))
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
