"""The calendar and the regulation of an election, as officials read and fetch them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from pypdf import PdfReader

from election.call.records import Election
from registry.act import Installation
from registry.regulation.ruled import Ruled
from tests.registry.regulation.shaped import KOEGE, shaped
from tests.scenarios import call_koege, sign_in

pytestmark = pytest.mark.slow

HOME = "/0259/integrationsraad/2017/"


@pytest.fixture
def official(installation: Installation, client: FlaskClient) -> FlaskClient:
    """Somebody who keeps the roll, signed in, in an election that has been called on Køge's rules of 2018."""
    call_koege(installation)
    sign_in(client, "roll_keeper")
    return client


def page(client: FlaskClient, name: str) -> str:
    answer = client.get(HOME + name)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def test_the_calendar_says_weekday_hour_source_and_who_acts(official: FlaskClient) -> None:
    shown = page(official, "kalender")
    assert "Sidste frist for at anmelde sig som kandidat" in shown
    assert "mandag den 20. november 2017" in shown
    assert "Valget er udskrevet" in shown
    assert "Folkeregisterudtrækkets dag" in shown
    assert "valgbestyrelsen" in shown
    assert "antaget" in shown


def test_a_source_is_printed_as_it_stands(official: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A regulation is free text: a per cent sign and an angle bracket in it are only signs."""
    odd = Ruled("Rådet <b>selv</b>", "højst 5 % af <i>alle</i>")
    monkeypatch.setattr(
        Election,
        "regulation",
        shaped(KOEGE, after__appointed_by=odd, after__term_starts_on=Ruled(date(2018, 1, 1), odd.cite)),
    )
    for name in ("kalender", "regulativ"):
        shown = page(official, name)
        assert "højst 5 % af &lt;i&gt;alle&lt;/i&gt;" in shown
        assert "Rådet &lt;b&gt;selv&lt;/b&gt;" in shown


def test_what_the_regulation_leaves_open_is_named_below(official: FlaskClient) -> None:
    shown = page(official, "kalender")
    assert "Det siger regulativet ikke" in shown
    assert "after.constitutive_meeting_by" in shown


def test_a_date_that_does_not_fit_is_warned_of_with_its_code(official: FlaskClient) -> None:
    """Postal voting begins 42 days before, the candidates are settled five days before."""
    assert re.search(
        r"<strong>W440</strong> “Brevstemmeafgivningen begynder”, 16.10.2017", page(official, "kalender")
    )


def test_the_line_of_time_is_drawn_without_script_or_style(official: FlaskClient) -> None:
    shown = page(official, "kalender")
    drawing = re.search(r"<svg role=\"img\" aria-labelledby=\"timeline-title.*?</svg>", shown)
    assert drawing is not None
    assert "style=" not in drawing.group()
    assert drawing.group().count("<circle") == 17


def test_the_calendar_can_be_fetched_for_a_calendar_program(official: FlaskClient) -> None:
    answer = official.get(HOME + "kalender.ics")
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    assert answer.headers["Content-Disposition"] == "attachment; filename=valgkalender-2017.ics"
    found = {str(event["uid"]).split(".")[0]: event for event in Calendar.from_ical(answer.data).walk("VEVENT")}
    assert found["poll_opens"].decoded("dtstart") == datetime(2017, 11, 27, 16, 0, tzinfo=UTC)
    assert found["extract_on"].decoded("dtstart") == date(2017, 11, 10)
    assert str(found["poll_opens"]["summary"]) == "DEMO: Afstemningen begynder"
    assert "/kalender" in str(found["poll_opens"]["description"])
    assert answer.data == official.get(HOME + "kalender.ics").data


def test_the_regulation_stands_as_text_before_its_values(official: FlaskClient) -> None:
    shown = page(official, "regulativ")
    text, values = shown.index("§ 5. Valgte medlemmer"), shown.index("Værdi for værdi")
    assert text < values
    assert "Der vælges 5 medlemmer." in shown
    assert "(antaget)" in shown


def test_the_lists_of_what_is_assumed_open_and_to_be_explained_come_first(official: FlaskClient) -> None:
    shown = page(official, "regulativ")
    first_chapter = shown.index("Kapitel 1.")
    for words in ("W470", "åbne punkter: det siger regulativet ikke", "antagelser: det siger ingen kilde"):
        assert 0 < shown.index(words) < first_chapter


def test_every_note_that_is_referred_to_is_there(official: FlaskClient) -> None:
    shown = page(official, "regulativ")
    referred = set(re.findall(r'href="#(note-\d+)"', shown))
    assert referred
    assert referred == set(re.findall(r'id="(note-\d+)"', shown))


def test_the_regulation_can_be_fetched_on_paper(official: FlaskClient) -> None:
    answer = official.get(HOME + "regulativ.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == "attachment; filename=regulativ-koege-2018.pdf"
    first = PdfReader(BytesIO(answer.data)).pages[0].extract_text()
    assert "Valgregulativ for Integrationsrådet i Køge" in first
    assert "DEMO" in first


@pytest.mark.parametrize("name", ["kalender", "kalender.ics", "regulativ", "regulativ.pdf"])
def test_only_officials_read_them(installation: Installation, client: FlaskClient, name: str) -> None:
    call_koege(installation)
    assert client.get(HOME + name).status_code == 302
