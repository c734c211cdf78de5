"""The desk through its pages, without scripts, on both engines: nothing but the one key admits anybody."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from election.call.records import by_slug
from election.poll_cards.acts import replace as replace_poll_card
from election.poll_cards.records import card_text, valid_cards
from election.poll_cards.rules import compose
from election.polling.records import event_counts
from election.polling.rules import EventKind
from registry.act import Installation
from registry.roles import Role
from tests.scenarios import (
    PASSWORD,
    SCOPE,
    Played,
    call_koege,
    form_value,
    is_invented,
    people,
    polling,
    sign_in,
    with_candidates,
    with_roll,
)

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    from flask.testing import FlaskClient

WITH_THE_LEADER = {
    "own_password": PASSWORD,
    "second_username": "station_leader",
    "second_password": PASSWORD,
}
BASE = "/0259/integrationsraad/2017/stemmested/001"


@dataclass
class Desk:
    """One desk in a browser without scripts."""

    client: FlaskClient
    played: Played
    number: int = 1

    @property
    def address(self) -> str:
        return f"{BASE}/bord/{self.number}/"

    def page(self, address: str = "") -> str:
        return str(self.client.get(address or self.address).get_data(as_text=True))

    def send(self, address: str, page: str, **fields: str) -> tuple[str, str]:
        """Send a form of this page; where it leads to, and what stands there."""
        data = {name: form_value(page, name) for name in ("csrf_token", "request_id")} | fields
        answer = self.client.post(address, data=data, follow_redirects=True)
        return answer.request.full_path, str(answer.get_data(as_text=True))

    def scan(self, text: str) -> tuple[str, str]:
        return self.send(self.address + "opslag", self.page(), token=text, til="stem")

    def confirm(self, page: str, **fields: str) -> tuple[str, str]:
        found = re.search(r'action="([^"]*luk-ind[^"]*)"', page)
        assert found, "nobody can be admitted from this page"
        return self.send(found.group(1).replace("&amp;", "&"), page, **fields)

    def number_of(self, kind: EventKind) -> int:
        with self.played.installation.database.read() as session:
            election = by_slug(session, SCOPE, "2017")
            assert election is not None
            return sum(counts.get(kind, 0) for counts in event_counts(session, election).values())


def cards_of(played: Played) -> list[tuple[str, Any]]:
    """The text of every card that holds, with its voter, in roll order."""
    with played.installation.database.read() as session:
        election = by_slug(session, SCOPE, "2017")
        assert election is not None
        keyring = played.installation.keys.open(SCOPE.municipality)
        return [
            (card_text(keyring, election.code, "001", card.id), entry)
            for card, entry in valid_cards(session, election)
        ]


def twins() -> list[Any]:
    """Twelve voters of whom two share name and birth date."""
    rows = people(12)
    taken = {row.cpr for row in rows}
    cprs = (f"{rows[0].cpr[:6]}{serial:04d}" for serial in range(4000))
    rows[1] = replace(rows[0], cpr=next(cpr for cpr in cprs if cpr not in taken and is_invented(cpr)))
    return rows


@pytest.fixture
def desk(installation: Installation, client: FlaskClient) -> Desk:
    played = polling(with_candidates(with_roll(call_koege(installation), rows=twins())))
    sign_in(client, Role.POLLING_OFFICIAL.value)
    return Desk(client, played)


def test_one_scan_and_one_key(desk: Desk) -> None:
    """The scan alone admits nobody (0 events); the key admits one (1 event) and says so."""
    text, entry = cards_of(desk.played)[4]
    where, page = desk.scan(text)
    assert "/vaelger/" in where
    assert entry.name in page
    assert desk.number_of(EventKind.ADMIT) == 0
    _, page = desk.confirm(page)
    assert 'data-verdict="admit"' in page
    assert "Giv én stemmeseddel" in page
    assert desk.number_of(EventKind.ADMIT) == 1


def test_the_same_form_twice_admits_once(desk: Desk) -> None:
    """A double key press sends one request id twice: the same answer, 1 admission, 0 refused attempts."""
    _, page = desk.scan(cards_of(desk.played)[4][0])
    first, second = desk.confirm(page), desk.confirm(page)
    assert first[0] == second[0]
    assert 'data-verdict="admit"' in second[1]
    assert (desk.number_of(EventKind.ADMIT), desk.number_of(EventKind.ADMIT_REFUSED)) == (1, 0)


def test_back_to_the_voter_shows_stop_and_no_key(desk: Desk) -> None:
    where, page = desk.scan(cards_of(desk.played)[4][0])
    desk.confirm(page)
    again = desk.page(where)
    assert 'data-verdict="stop"' in again
    assert "Ja, luk ind" not in again


def test_a_slip_of_the_hand_is_no_second_attempt(desk: Desk) -> None:
    """The card just admitted is scanned again at the same desk: stop, but nothing on record against the voter."""
    text, _ = cards_of(desk.played)[4]
    desk.confirm(desk.scan(text)[1])
    _, page = desk.scan(text)
    assert 'data-verdict="stop"' in page
    assert desk.number_of(EventKind.ADMIT_REFUSED) == 0


def test_a_used_card_at_another_desk_is_told_where_and_when(desk: Desk) -> None:
    """Admitted at desk 1; at desk 2 stop, with the desk's number; 1 refused attempt on record."""
    text, _ = cards_of(desk.played)[4]
    desk.confirm(desk.scan(text)[1])
    other = Desk(desk.client, desk.played, number=2)
    _, page = other.scan(text)
    assert 'data-verdict="stop"' in page
    assert "bord 1" in page
    assert "Forsøget er skrevet i loggen" in page
    assert (desk.number_of(EventKind.ADMIT), desk.number_of(EventKind.ADMIT_REFUSED)) == (1, 1)


def test_each_wrong_card_has_its_own_words_and_admits_nobody(desk: Desk) -> None:
    """Other election, unknown, replaced, damaged, a CPR number, no date, nobody born then: 0 events."""
    text, entry = cards_of(desk.played)[4]
    code = text[1:3]
    replace_poll_card(*desk.played.by, desk.played.act("polling_official"), desk.played.election_id, entry.id)
    for typed, words in (
        (compose(election_code="ZZ" if code != "ZZ" else "YY", station_code="001", token=bytes(16)), "andet valg"),
        (compose(election_code=code, station_code="001", token=b"\1" * 16), "findes ikke på listen"),
        (text, "erstattet af et nyt"),
        (text[:-1], "Kun en del kom med"),
        ("0101011234", "ligner et personnummer"),
        ("310299", "seks cifre"),
        ("010101", "Ingen på listen er født"),
    ):
        _, page = desk.scan(typed)
        assert words in page
        assert re.search(r'data-verdict="(stop|wait)"', page)
        assert "Ja, luk ind" not in page
    assert desk.number_of(EventKind.ADMIT) == 0


def test_one_birth_date_one_voter(desk: Desk) -> None:
    _, entry = cards_of(desk.played)[-1]
    where, page = desk.scan(f"{entry.born_on:%d-%m-%y}")
    assert where.endswith("fra=dato")
    assert 'data-verdict="admit"' in desk.confirm(page)[1]


def test_look_alikes_must_be_told_apart(desk: Desk) -> None:
    """Two of the same name and birth date: the list shows both; without the tick 0 are admitted, with it 1."""
    born = next(row for row in desk.played.people if row.cpr == twins()[0].cpr).cpr[:6]
    where, page = desk.scan(born)
    assert "/foedt" in where
    assert born not in where
    links = re.findall(r'href="([^"]*/vaelger/[^"]*)"', page)
    assert len(links) == 2
    page = desk.page(links[0].replace("&amp;", "&"))
    assert "Flere har samme navn og fødselsdato" in page
    _, page = desk.confirm(page)
    assert desk.number_of(EventKind.ADMIT) == 0
    _, page = desk.confirm(page, is_identified="y")
    assert 'data-verdict="admit"' in page
    assert desk.number_of(EventKind.ADMIT) == 1


def test_an_exchange_needs_a_paper_that_is_out(desk: Desk) -> None:
    """Nothing handed out: refused, 0 exchanges. After one admission: 1 exchange, sent twice still 1."""
    page = desk.page()
    _, told = desk.send(desk.address + "ombyt", page)
    assert "ikke udleveret så mange" in told
    desk.confirm(desk.scan(cards_of(desk.played)[4][0])[1])
    page = desk.page()
    for _ in range(2):
        _, told = desk.send(desk.address + "ombyt", page)
        assert "giv én ny stemmeseddel" in told
    assert desk.number_of(EventKind.EXCHANGE) == 1


def test_undone_with_a_reason_and_admitted_again(desk: Desk) -> None:
    """Admitted, undone, admitted: 2 admissions − 1 undone = 1. Without a reason nothing is undone."""
    text, entry = cards_of(desk.played)[4]
    desk.confirm(desk.scan(text)[1])
    address = f"{desk.address}vaelger/{entry.id}/fortryd"
    desk.send(address, desk.page(address), reason="")
    assert desk.number_of(EventKind.UNDO_ADMIT) == 0
    _, page = desk.send(address, desk.page(address), reason="Forkert vælger valgt", **WITH_THE_LEADER)
    assert "Registreringen er fortrudt" in page
    desk.confirm(desk.scan(text)[1])
    assert (desk.number_of(EventKind.ADMIT), desk.number_of(EventKind.UNDO_ADMIT)) == (2, 1)


def test_a_desk_is_closed_to_whoever_has_no_role_there(desk: Desk) -> None:
    desk.client.post("/log-ud", data={"csrf_token": form_value(desk.page(), "csrf_token")})
    sign_in(desk.client, Role.ENTERER.value)
    assert desk.client.get(desk.address).status_code == 403
