"""A blackout through the pages, without scripts: the list on paper, the forms, keyed twice, taken in."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pypdf
import pytest
from sqlalchemy import select

from election.call.acts import move_clock
from election.paper_forms.records import FormLine, PaperForm
from election.polling.records import VoterMark, event_counts
from election.polling.rules import turnout
from election.roll.records import RollEntry
from registry.act import Installation
from tests.scenarios import (
    PASSWORD,
    Played,
    call_koege,
    form_value,
    people,
    polling,
    sign_in,
    with_candidates,
    with_roll,
)

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("engine_name", ["sqlite"])]
BASE = "/0259/integrationsraad/2017/stemmested/001"
PAPER = f"{BASE}/papir/"
ON_A_FORM = 25


@dataclass
class Station:
    app: Flask
    played: Played

    def client(self, who: str) -> FlaskClient:
        client = self.app.test_client()
        sign_in(client, who)
        return client

    def forms(self) -> list[UUID]:
        with self.played.installation.database.read() as session:
            return list(session.scalars(select(PaperForm.id).order_by(PaperForm.number)))

    def numbers(self) -> list[int]:
        with self.played.installation.database.read() as session:
            return sorted(session.scalars(select(RollEntry.number).where(RollEntry.may_vote)))

    def admitted(self) -> int:
        with self.played.installation.database.read() as session:
            counts = event_counts(session, self.played.read()).get(self.played.stations[0], {})
            return turnout(counts, None).admitted


def send(client: FlaskClient, address: str, shown: str = "", **fields: str) -> str:
    page = client.get(shown or address).get_data(as_text=True)
    data = {name: form_value(page, name) for name in ("csrf_token", "request_id") if f'name="{name}"' in page}
    answer = client.post(address, data=data | fields, follow_redirects=True)
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def as_typed(numbers: list[int], minute: int = 0) -> dict[str, str]:
    """One form as the fields of the page, with the total at its foot."""
    lines = {f"n{line}": str(number) for line, number in enumerate(numbers, start=1)}
    times = {f"t{line}": f"18.{(minute + line) % 60:02d}" for line in range(1, len(numbers) + 1)}
    return lines | times | {"filled": str(len(numbers))}


def station_with(installation: Installation, app: Flask, voters: int) -> Station:
    rows = people(voters)
    rows[10] = replace(rows[10], first_names="Hemmelig", surname="Skjult", is_protected=True)
    played = polling(with_candidates(with_roll(call_koege(installation), rows=rows), 6), papers=400)
    act = played.act("election_administrator")
    move_clock(*played.by, act, played.election_id, played.now + timedelta(minutes=5))
    return Station(app, played)


@pytest.fixture
def station(installation: Installation, app: Flask) -> Station:
    return station_with(installation, app, 30)


def cosigned(second: str = "polling_official") -> dict[str, str]:
    return {"own_password": PASSWORD, "second_username": second, "second_password": PASSWORD}


def made(station: Station, leader: FlaskClient, count: int = 1) -> list[UUID]:
    assert "er lavet" in send(leader, f"{PAPER}nye", PAPER, count=str(count), line_count=str(ON_A_FORM))
    return station.forms()


def test_two_hundred_voters_on_eight_forms_keyed_twice(installation: Installation, app: Flask) -> None:
    """The drill: 8 forms of 25 lines = 200 voters, read by two who see nothing of each other, taken in by two:
    200 admissions, 200 marks, every form done, no conflict."""
    station = station_with(installation, app, 200)
    leader, one, two = (
        station.client(who) for who in ("station_leader", "polling_official", "polling_official_2")
    )
    forms, numbers = made(station, leader, 8), station.numbers()
    assert (len(forms), len(numbers)) == (8, 200)
    for place, form in enumerate(forms):
        sheet = as_typed(numbers[place * ON_A_FORM :][:ON_A_FORM], minute=place)
        assert "Nu skal en anden aflæse det" in send(one, f"{PAPER}{form}/aflaes", **sheet)
        blank = two.get(f"{PAPER}{form}/aflaes").get_data(as_text=True)
        assert f'value="{sheet["n1"]}"' not in blank, "the second reader sees nothing of the first"
        assert "aflæst ens af to" in send(two, f"{PAPER}{form}/aflaes", **sheet)
        told = send(leader, f"{PAPER}{form}/tag-ind", **cosigned())
        assert "25 vælgere er registreret. 0 linjer passer ikke" in told
    assert station.admitted() == 200
    with installation.database.read() as session:
        marks = session.scalars(select(VoterMark).where(VoterMark.admitted_at.is_not(None))).all()
        assert (len(marks), {mark.desk for mark in marks}) == (200, {"papir"})


def test_two_clicks_from_the_desk_and_from_the_station_to_the_list_as_it_stands(station: Station) -> None:
    """The link, then the button; the copy is numbered, and whoever has voted is crossed off in words."""
    leader = station.client("station_leader")
    for page in (f"{BASE}/bord/1/", f"{BASE}/"):
        assert f'href="{PAPER}"' in leader.get(page).get_data(as_text=True)
    official = station.client("polling_official")
    form, number = made(station, leader)[0], station.numbers()[0]
    for who in (official, leader):
        send(who, f"{PAPER}{form}/aflaes", **as_typed([number]))
    send(leader, f"{PAPER}{form}/tag-ind", **cosigned())
    page = leader.get(PAPER).get_data(as_text=True)
    answer = leader.post(
        f"{PAPER}valgliste-nu.pdf",
        data={name: form_value(page, name) for name in ("csrf_token", "request_id")},
    )
    assert answer.mimetype == "application/pdf"
    text = " ".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(answer.data)).pages)
    text = re.sub(r"\s+", " ", text)
    assert text.count("har stemt kl. 17.05") == 1
    assert "Kopi nr. 1" in text
    assert "som det stod 27.11.2017 kl. 17.05" in text
    assert "Skjult" not in text
    assert "Kopien er ny" in re.sub(r"\s+", " ", leader.get(PAPER).get_data(as_text=True))
    assert "listen trykt kl. 17.05" in leader.get(f"{BASE}/").get_data(as_text=True)


def test_where_two_differ_both_are_shown_and_the_fields_are_empty(station: Station) -> None:
    leader, one, two = (
        station.client(who) for who in ("station_leader", "polling_official", "polling_official_2")
    )
    form, (a, b, c) = made(station, leader)[0], station.numbers()[:3]
    send(one, f"{PAPER}{form}/aflaes", **as_typed([a, b]))
    told = send(two, f"{PAPER}{form}/aflaes", **as_typed([a, c]))
    assert "linje 2 forskelligt" in told
    shown = re.sub(r"\s+", " ", two.get(f"{PAPER}{form}/aflaes").get_data(as_text=True))
    assert f"<strong>{b}</strong>" in shown
    assert f"<strong>{c}</strong>" in shown
    assert 'name="n1"' not in shown
    assert re.search(r'name="n2"[^>]*value=""', shown)
    assert "aflæst ens af to" in send(two, f"{PAPER}{form}/aflaes", n2=str(b), t2="18:02")
    assert "2 vælgere er registreret" in send(leader, f"{PAPER}{form}/tag-ind", **cosigned())


def test_a_number_that_fits_nobody_is_said_at_once_and_kept_when_it_stands_there(station: Station) -> None:
    leader, one = station.client("station_leader"), station.client("polling_official")
    form = made(station, leader)[0]
    told = send(one, f"{PAPER}{form}/aflaes", n1="99999", t1="18.01", filled="1")
    assert "Nummeret findes ikke på valglisten" in told
    assert 'value="99999"' in told
    assert "Ikke aflæst" in leader.get(PAPER).get_data(as_text=True)
    for who in (one, leader):
        send(who, f"{PAPER}{form}/aflaes", n1="99999", t1="18.01", filled="1", k1="1")
    told = send(leader, f"{PAPER}{form}/tag-ind", **cosigned())
    assert "0 vælgere er registreret. 1 linjer passer ikke" in told
    assert station.admitted() == 1


@pytest.mark.parametrize(("filled", "words"), [("", "Tæl de udfyldte linjer"), ("3", "Der er tastet 2 linjer")])
def test_a_line_that_was_skipped_shows_by_the_total(station: Station, filled: str, words: str) -> None:
    leader = station.client("station_leader")
    form, numbers = made(station, leader)[0], station.numbers()[:2]
    told = send(leader, f"{PAPER}{form}/aflaes", **(as_typed(numbers) | {"filled": filled}))
    assert words in told
    assert f'value="{numbers[1]}"' in told


def test_the_two_numbers_at_the_foot_are_read_by_two_and_taken(station: Station) -> None:
    """One misreads 1 for 7: both numbers are shown, only the foot is read again, and one exchange is counted."""
    leader, one = station.client("station_leader"), station.client("polling_official")
    form, (number,) = made(station, leader)[0], station.numbers()[:1]
    send(one, f"{PAPER}{form}/aflaes", **as_typed([number]), exchanged="7", returned="")
    told = send(leader, f"{PAPER}{form}/aflaes", **as_typed([number]), exchanged="1", returned="")
    assert "tallene nederst forskelligt" in told
    shown = one.get(f"{PAPER}{form}/aflaes").text
    assert 'name="n1"' not in shown
    assert re.search(r"<td[^>]*>7</td>", shown)
    assert re.search(r"<td[^>]*>intet</td>", shown)
    assert "aflæst ens af to" in send(one, f"{PAPER}{form}/aflaes", exchanged="1", returned="")
    assert "ombyttet 1, tilbage ubrugt intet" in send(leader, f"{PAPER}{form}/tag-ind")
    assert "1 vælgere er registreret" in send(leader, f"{PAPER}{form}/tag-ind", **cosigned())
    with station.played.installation.database.read() as session:
        counts = event_counts(session, station.played.read())[station.played.stations[0]]
    assert (turnout(counts, None).exchanges, turnout(counts, None).returned) == (1, 0)


def test_empty_forms_are_printed_and_unused_ones_are_thrown_away(station: Station) -> None:
    leader = station.client("station_leader")
    forms = made(station, leader, 2)
    answer = leader.get(f"{PAPER}skemaer.pdf")
    pages = pypdf.PdfReader(io.BytesIO(answer.data)).pages
    assert [f"Papirskema nr. {number}" in page.extract_text() for number, page in enumerate(pages, 1)] == [
        True,
        True,
    ]
    assert "2 skemaer er kasseret" in send(leader, f"{PAPER}kasser", which=[str(one) for one in forms])  # type: ignore[arg-type]
    assert leader.get(f"{PAPER}skemaer.pdf").status_code == 404


def test_an_official_cannot_take_a_form_in_nor_print_the_list(station: Station) -> None:
    leader, one = station.client("station_leader"), station.client("polling_official")
    form = made(station, leader)[0]
    assert one.get(f"{PAPER}{form}/tag-ind").status_code == 403
    assert "Stemmestedets leder trykker den" in one.get(PAPER).get_data(as_text=True)
    assert one.get(PAPER).status_code == 200


def test_a_form_of_another_station_is_not_found_here(station: Station) -> None:
    leader = station.client("station_leader")
    form = made(station, leader)[0]
    assert leader.get(PAPER.replace("/001/", "/002/")).status_code == 404
    assert leader.get(f"{PAPER}{station.played.election_id}/aflaes").status_code == 404
    assert leader.get(f"{PAPER}{form}/aflaes").status_code == 200


def test_a_cpr_number_on_a_sheet_is_refused_at_once_and_not_kept(installation: Installation, app: Flask) -> None:
    """Also ten digits that begin with a nought: the page sends what was typed, sign for sign."""
    place = station_with(installation, app, 12)
    send(place.client("station_leader"), f"{PAPER}nye", PAPER, count="1", line_count="25")
    form = f"{PAPER}{place.forms()[0]}/aflaes"
    told = send(place.client("polling_official"), form, n1="0101901234", t1="18.05", filled="1")
    assert "ligner et CPR-nummer. Intet er gemt" in told
    with installation.database.read() as session:
        assert session.scalars(select(FormLine)).all() == []
