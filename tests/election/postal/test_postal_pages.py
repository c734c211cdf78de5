"""Postal votes through their pages, without scripts: the number said big, two people decide, too few moved."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

import pypdf
import pytest
from sqlalchemy import select

from election.call.acts import move_clock
from election.closing.records import PaperCount
from election.polling.acts import close_station
from election.postal.records import PostalVote, postal_in_box
from election.roll.records import RollEntry
from registry.act import Installation
from tests.scenarios import (
    COUNTING_AT,
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
    from flask.testing import FlaskClient

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("engine_name", ["sqlite"])]
BASE = "/0259/integrationsraad/2017"
HERE = f"{BASE}/stemmested/001/brevstemmer"
PROTECTED = 10
"""Which of the people has a protected name."""


@dataclass
class Office:
    client: FlaskClient
    played: Played

    def page(self, address: str) -> str:
        return re.sub(r"\s+", " ", self.client.get(address).get_data(as_text=True))

    def send(self, address: str, shown: str | None = None, **fields: str) -> str:
        page = self.client.get(shown or address).get_data(as_text=True)
        data = {name: form_value(page, name) for name in ("csrf_token", "request_id") if f'name="{name}"' in page}
        answer = self.client.post(address, data=data | fields, follow_redirects=True)
        return re.sub(r"\s+", " ", answer.get_data(as_text=True))

    def receive(self, entry: object, place: str = HERE, **fields: str) -> str:
        return self.send(f"{place}/modtag/{entry}", came_to="Borgerservice", **fields)

    def review(self, number: int, place: str = HERE, **fields: str) -> str:
        two = {"own_password": PASSWORD, "second_username": "polling_official_2", "second_password": PASSWORD}
        return self.send(f"{place}/{self.envelope(number)}", **(two | fields))

    def envelope(self, number: int) -> object:
        with self.played.installation.database.read() as session:
            return session.scalars(select(PostalVote.id).where(PostalVote.number == number)).one()

    def in_boxes(self) -> list[int]:
        with self.played.installation.database.read() as session:
            found = postal_in_box(session, self.played.read())
            return [found[station] for station in self.played.stations]


@pytest.fixture
def office(installation: Installation, client: FlaskClient) -> Office:
    rows = people(12)
    rows[PROTECTED] = replace(rows[PROTECTED], first_names="Hemmelig", surname="Skjult", is_protected=True)
    played = polling(with_candidates(with_roll(call_koege(installation, stations=2), rows=rows), 5))
    act = played.act("election_administrator")
    move_clock(*played.by, act, played.election_id, played.now)
    sign_in(client, "polling_official")
    return Office(client, played)


def test_from_the_birth_date_to_the_number_on_the_envelope(office: Office) -> None:
    person = office.played.people[0]
    shown = office.send(f"{HERE}/opslag", HERE, token=person.cpr[:6])
    found = re.search(r'href="([^"]*/modtag/[^"]*)"', shown)
    assert found
    told = office.send(found.group(1), came_to="Borgerservice", cast_on="14-11-2017")
    assert 'data-verdict="admit"' in told
    assert "Skriv 1 på kuverten" in told
    assert "Borgerservice" in office.page(HERE)
    assert "Venter på to personer" in office.page(f"{BASE}/brevstemmer/")


def test_what_was_typed_wrong_is_told_and_nothing_is_lost(office: Office) -> None:
    """A day after it came, and a day that is none: the form stands with what was typed, no number is used."""
    entry = office.played.entries[0]
    told = office.receive(entry, cast_on="28-11-2017")
    assert "kan ikke være afgivet 28.11.2017" in told
    assert 'value="Borgerservice"' in told
    assert "Noget skal rettes" in office.receive(entry, cast_on="i går")
    assert "Skriv 1 på kuverten" in office.receive(entry, came_on="24-11-2017", came_clock="14:30")
    assert "24. november 2017 kl. 14.30" in office.page(HERE)


def test_two_people_accept_and_the_page_says_what_to_do_with_the_paper(office: Office) -> None:
    office.receive(office.played.entries[0])
    shown = office.page(f"{HERE}/{office.envelope(1)}")
    assert "Listen siger: den kan godkendes" in shown
    alone = office.review(1, decision="accept", second_username="polling_official")
    assert "to forskellige personer" in alone
    assert office.in_boxes() == [0, 0]
    told = office.review(1, decision="accept")
    assert "Læg stemmekuverten uåbnet i stemmekassen" in told
    assert office.in_boxes() == [1, 0]


def test_all_of_one_voter_stand_together_and_the_last_is_proposed(office: Office) -> None:
    entry = office.played.entries[0]
    office.receive(entry, cast_on="14-11-2017")
    office.receive(entry, cast_on="10-11-2017")
    shown = office.page(f"{HERE}/{office.envelope(2)}")
    assert "Vælgeren har sendt 2 brevstemmer" in shown
    assert "Vælgeren har afgivet en senere brevstemme (nr. 1)" in shown
    assert shown.index(">Nr. 2<") < shown.index(">Nr. 1<"), "in the order in which they were cast"
    assert "Gennemgå nr. 1 først" in office.review(2, decision="accept")
    told = office.review(2, decision="aside", ground="not_the_last")
    assert "Lagt til side" in told


def test_set_aside_without_a_ground_asks_for_one(office: Office) -> None:
    office.receive(office.played.entries[0])
    told = office.review(1, decision="aside", remark="følgebrevet mangler")
    assert "Vælg grunden" in told
    assert "følgebrevet mangler" in told


def test_too_few_are_proposed_and_moved(office: Office) -> None:
    office.receive(office.played.entries[0])
    office.review(1, decision="accept")
    assert "For få godkendte brevstemmer her: 1" in office.page(HERE)
    client = office.client
    client.post("/log-ud", data={"csrf_token": form_value(client.get(HERE).get_data(as_text=True), "csrf_token")})
    sign_in(client, "station_leader")
    two = {"own_password": PASSWORD, "second_username": "board_member", "second_password": PASSWORD}
    into = str(office.played.stations[1])
    assert "1 er godkendt" in office.send(f"{HERE}/flyt", into=into, papers="2", **two)
    told = office.send(f"{HERE}/flyt", into=into, papers="1", **two)
    assert "Brevstemmer flyttet til Stemmested 2: 1" in told
    assert office.in_boxes() == [0, 1]


def test_the_printed_list_has_no_protected_name_and_no_cpr_number(office: Office) -> None:
    with office.played.installation.database.read() as session:
        hidden = session.scalars(select(RollEntry).where(RollEntry.is_protected)).one()
        number, key = hidden.number, hidden.id
    office.receive(key)
    office.receive(office.played.entries[0])
    for address in (f"{BASE}/brevstemmer/liste.pdf", f"{HERE}/liste.pdf"):
        answer = office.client.get(address)
        assert answer.mimetype == "application/pdf"
        text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages)
        assert f"Nr. {number}" in text
        assert "Skjult" not in text
        assert not any(person.cpr in text for person in office.played.people)
    assert "Skjult" not in office.page(HERE)
    shown = office.page(f"{HERE}/{office.envelope(1)}")
    assert "Beskyttet navn: spørg personen" in shown
    assert "Skjult" not in shown


def test_the_desk_and_the_station_lead_there(office: Office) -> None:
    for page in (f"{BASE}/stemmested/001/bord/1/", f"{BASE}/stemmested/001/"):
        assert f'href="{HERE}"' in office.page(page)


def test_who_is_not_on_the_roll_gets_a_number_too(office: Office) -> None:
    told = office.send(f"{HERE}/modtag", came_to="Borgerservice")
    assert "Skriv 1 på kuverten" in told
    assert "Listen siger: læg den til side" in office.page(f"{HERE}/{office.envelope(1)}")


def test_the_pages_read_in_english(office: Office) -> None:
    office.receive(office.played.entries[0])
    office.client.get("/sprog/en")
    for address in (HERE, f"{BASE}/brevstemmer/", f"{HERE}/{office.envelope(1)}", f"{HERE}/modtag"):
        assert office.client.get(address).status_code == 200


def test_few_that_can_go_nowhere_any_more_are_told_where_the_board_looks(office: Office) -> None:
    """The other station was counted first: the register, the move and the closing all say so, and no move."""
    office.receive(office.played.entries[0])
    office.review(1, decision="accept")
    played = office.played
    played.now = COUNTING_AT
    close_station(*played.by, played.act("station_leader"), played.election_id, played.stations[1], True)
    piles = dict.fromkeys(("unissued", "returned", "exchanged", "in_envelopes", "in_box"), 0)
    who = {"by": played.officials["station_leader"], "cosigned_by": played.officials["board_member"]}
    with played.installation.database.write() as session:
        session.add(
            PaperCount(
                municipality=played.scope.municipality, council=played.scope.council, id=uuid4(),
                election_id=played.election_id, station_id=played.stations[1], ballot_type="", attempt=1,
                reason="", at=played.now, **piles, **who,
            )
        )  # fmt: skip
    sign_in(office.client, "station_leader")
    for address in (HERE, f"{HERE}/flyt", f"{BASE}/brevstemmer/", f"{BASE}/stemmested/001/luk"):
        assert "For få brevstemmer på" in office.page(address), address
        assert "Valgbestyrelsen skal vide" in office.page(address), address


def test_a_number_pasted_as_papers_is_told_at_the_field(office: Office) -> None:
    office.receive(office.played.entries[0])
    office.review(1, decision="accept")
    sign_in(office.client, "station_leader")
    two = {"own_password": PASSWORD, "second_username": "board_member", "second_password": PASSWORD}
    into = str(office.played.stations[1])
    told = office.send(f"{HERE}/flyt", into=into, papers="0101901234", **two)
    assert "Tæl kuverterne, og skriv tallet." in told
    assert office.in_boxes() == [1, 0]
