"""The closing through its page, without scripts: one form at a time, and nothing typed is lost."""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

import pytest

from election.call.records import Station
from election.closing.standing import closing_now
from election.counting.assembly import turnouts, units
from election.polling.decision_acts import decide_doubtful
from election.polling.paper_acts import doubtful
from registry.act import Installation
from tests.scenarios import (
    COUNTING_AT,
    DESK,
    PASSWORD,
    Played,
    call_koege,
    form_value,
    polling,
    sign_in,
    with_candidates,
    with_roll,
)

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    from flask.testing import FlaskClient

ELECTION = "/0259/integrationsraad/2017"
PAGE = f"{ELECTION}/stemmested/001/luk"
PILES = {"unissued_0": "88", "returned_0": "0", "exchanged_0": "0", "in_envelopes_0": "0", "in_box_0": "12"}


@dataclass
class Leader:
    client: FlaskClient
    played: Played

    def page(self, address: str = PAGE) -> str:
        return str(self.client.get(address).get_data(as_text=True))

    def send(self, where: str, **fields: str) -> tuple[int, str]:
        data = {name: form_value(self.page(), name) for name in ("csrf_token", "request_id")} | fields
        answer = self.client.post(PAGE + where, data=data, follow_redirects=True)
        return answer.status_code, re.sub(r"\s+", " ", answer.get_data(as_text=True))

    def cosigned(self, where: str, **fields: str) -> tuple[int, str]:
        two = {"own_password": PASSWORD, "second_username": "board_member", "second_password": PASSWORD}
        return self.send(where, **(two | fields))


@pytest.fixture
def leader(installation: Installation, client: FlaskClient) -> Leader:
    played = polling(with_candidates(with_roll(call_koege(installation), 14), 5), admitted=12)
    played.now = COUNTING_AT
    with installation.database.write() as session:
        row = session.merge(played.read())
        row.clock_at = COUNTING_AT
    sign_in(client, "station_leader")
    return Leader(client, played)


def test_the_whole_closing_by_one_form_at_a_time(leader: Leader) -> None:
    """100 delivered, 12 admitted: 88 left, 12 in the box; then the room, two signatures, the book."""
    assert "har stemt" in leader.page()
    _, page = leader.send("", last_in_line_has_voted="y")
    assert "talt med bagsiden op" in page
    _, page = leader.cosigned("/sedler", **PILES)
    assert "Spørg højt i lokalet" in page
    _, page = leader.send("/ingen-indsigelser")
    assert "Underskriv afstemningsbogen" in page
    _, page = leader.cosigned("/underskriv")
    assert "Afstemningsbog nr. 1 er underskrevet" in page
    pdf = leader.client.get(f"{ELECTION}/stemmested/001/afstemningsbog.pdf")
    assert (pdf.status_code, pdf.data[:5]) == (200, b"%PDF-")


def test_an_empty_field_is_not_nought_and_nothing_typed_is_lost(leader: Leader) -> None:
    leader.send("", last_in_line_has_voted="y")
    _, page = leader.cosigned("/sedler", **(PILES | {"returned_0": ""}))
    assert "Skriv et helt tal, også når det er 0." in page
    assert 'value="88"' in page
    assert "Spørg højt i lokalet" not in page


@pytest.mark.parametrize("bad", ["-1", "tolv", "1,5", "99999999999"])
def test_what_is_no_number_of_papers_is_told_at_the_field(leader: Leader, bad: str) -> None:
    leader.send("", last_in_line_has_voted="y")
    status, page = leader.cosigned("/sedler", **(PILES | {"in_box_0": bad}))
    assert status == 200
    assert "Spørg højt i lokalet" not in page


def test_a_difference_is_shown_beside_what_it_should_be_and_explained(leader: Leader) -> None:
    leader.send("", last_in_line_has_voted="y")
    _, page = leader.cosigned("/sedler", **(PILES | {"in_box_0": "11"}))
    assert "Der mangler 1 stemmesedler i kassen" in page
    assert "Underskriv afstemningsbogen" not in page
    _, page = leader.send("/forklaring", about="|F302", text="En vælger tog sedlen med ud ad døren")
    assert "En vælger tog sedlen med ud ad døren" in page


def test_the_doors_stay_open_until_the_last_in_line_has_voted(leader: Leader) -> None:
    _, page = leader.send("")
    assert "Stemmestedet er stadig åbent" in page
    status, page = leader.cosigned("/sedler", **PILES)
    assert status == 409
    assert "R800" in page or "Luk dørene efter den sidste i køen først" in page


def test_the_polls_do_not_end_without_the_book_unless_somebody_says_why(leader: Leader) -> None:
    leader.send("", last_in_line_has_voted="y")
    sign_in(leader.client, "election_administrator")
    address = f"{ELECTION}/stemmested/slut"
    form = {name: form_value(leader.page(address), name) for name in ("csrf_token", "request_id")}
    answer = leader.client.post(address, data=form)
    assert answer.status_code == 409
    assert "er ikke underskrevet" in answer.get_data(as_text=True)
    form = {name: form_value(leader.page(address), name) for name in ("csrf_token", "request_id")}
    answer = leader.client.post(address, data=form | {"reason": "Bogen er underskrevet på papir"})
    assert answer.status_code == 303


def test_everybody_sees_the_turnout_hour_by_hour(leader: Leader) -> None:
    """Twelve admitted between 17.15 and 17.20: all of them stand in the first hour."""
    leader.client.get("/log-ud")
    for address in ("/fremmoede/", "/fremmoede/vaeg"):
        answer = leader.client.get(ELECTION + address)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert "12 har stemt" in page
        assert "17.00: 12" in page


def test_the_turnout_the_books_and_the_count_agree_about_envelopes(leader: Leader) -> None:
    """12 admitted, 2 envelopes: the one accepted has voted, the one set aside has not: 12 + 1 = 13.

    In the box must be 12 + 2 handed out − 1 envelope = 13: the same on the closing page and in the count.
    """
    played = leader.played
    here = (played.election_id, played.stations[0])
    for voter, is_accepted in ((played.entries[12], True), (played.entries[13], False)):
        who = played.act("polling_official", reason="Kort glemt")
        event = doubtful(*played.by, who, *here, DESK, voter)
        two = played.act("station_leader", second="board_member", reason="Set efter bagefter")
        decide_doubtful(*played.by, two, *here, event, is_accepted)
    for address in ("/fremmoede/", "/fremmoede/vaeg"):
        page = leader.client.get(ELECTION + address).get_data(as_text=True)
        assert "13 har stemt" in page
        assert "17.00: 12" in page
        assert "20.00: 1" in page
    with played.installation.database.read() as session:
        election = played.read()
        now = closing_now(
            session, election, session.get_one(Station, (*astuple(played.scope), played.stations[0]))
        )
        assert (now.standing.figures.voted, now.ledgers[""].expected_in_box) == (13, 13)
        ledger = units(session, election)[0].ledger
        assert (ledger.in_envelopes, ledger.expected_in_box) == (1, 13)
        assert [one.voted for one in turnouts(session, election, {}).values()] == [13]


def test_a_refused_count_keeps_what_was_typed(leader: Leader) -> None:
    """Counting again without a reason is refused; the five numbers still stand in the form."""
    leader.send("", last_in_line_has_voted="y")
    leader.cosigned("/sedler", **PILES)
    assert PAGE + "?igen=1" in leader.page().replace("&amp;", "&")
    status, page = leader.cosigned("/sedler", **(PILES | {"in_box_0": "11"}))
    assert status == 409
    assert "Skriv, hvorfor der er talt igen" in page
    assert 'value="11"' in page
