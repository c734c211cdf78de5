# mypy: disable-error-code="no-untyped-call"
"""Sealed packets: by two, one seal each; on arrival by two; nothing final is counted over an unseen seal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID

import pypdfium2
import pytest

from election.counting.acts import enter_tally
from election.counting.rules import CountKind
from election.packets import acts
from election.packets.printing import packing_list_pdf
from election.packets.records import packets
from election.packets.rules import OF_EVERY_STATION, Content, is_as_sent
from election.packets.standing import PackingList, packing_lists
from registry.act import Installation
from registry.findings import Refused
from tests.scenarios import (
    PASSWORD,
    Played,
    call_koege,
    clear_votes,
    counting,
    figures,
    form_value,
    polling,
    sign_in,
    with_candidates,
    with_roll,
)

if TYPE_CHECKING:
    from flask.testing import FlaskClient

LEADER, BOARD = "station_leader", "board_member"
PAGE = "/0259/integrationsraad/2017/pakker/"


@pytest.fixture
def night(installation: Installation) -> Played:
    return counting(polling(with_candidates(with_roll(call_koege(installation), 16), 5), admitted=15))


def seal(played: Played, number: str, content: Content = Content.VALID, sheets: int | None = 15) -> UUID:
    act, station = played.act(LEADER, second=BOARD), played.stations[0]
    return acts.seal(*played.by, act, played.election_id, station, content, sheets, number, "Rådhuset")


def receive(played: Played, packet: UUID, found: str, *, is_intact: bool = True, remark: str = "") -> UUID:
    act = played.act(BOARD, second=LEADER)
    return acts.receive(*played.by, act, played.election_id, packet, found, is_intact, remark)


def of_the_hall(played: Played) -> PackingList:
    with played.installation.database.read() as session:
        return packing_lists(session, played.read())[0]


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, check=lambda trouble: trouble.kind.code == code)


@pytest.mark.parametrize(
    ("found", "is_intact", "same"),
    [
        ("ab 12", True, True),
        ("AB12", True, True),
        ("AB12", False, False),
        ("AB13", True, False),
        ("", True, False),
    ],
)
def test_a_seal_is_the_same_whatever_its_spaces_and_letters(found: str, is_intact: bool, same: bool) -> None:
    assert is_as_sent("AB 12", found, is_intact) is same


def test_a_packet_goes_from_seal_to_arrival(night: Played) -> None:
    assert of_the_hall(night).missing == OF_EVERY_STATION
    packet = seal(night, "  AB   12 ")
    (line,) = of_the_hall(night).lines
    assert (line.packet.seal_number, line.packet.sheets, line.is_as_sent) == ("AB 12", 15, None)
    assert Content.VALID not in of_the_hall(night).missing
    receive(night, packet, "ab12")
    (line,) = of_the_hall(night).lines
    assert line.is_as_sent is True
    assert of_the_hall(night).on_the_way == ()


def test_what_did_not_arrive_as_it_left_is_said_in_words(night: Played) -> None:
    packet = seal(night, "AB 12")
    for found, is_intact in (("AB 13", True), ("AB 12", False), ("", True)):
        with refused("R824"):
            receive(night, packet, found, is_intact=is_intact)
    receive(night, packet, "AB 13", is_intact=False, remark="Plomben var brudt")
    (line,) = of_the_hall(night).lines
    assert line.is_as_sent is False
    with refused("R823"):
        receive(night, packet, "AB 12")


@pytest.mark.parametrize(
    ("number", "sheets", "code"), [("", 1, "R821"), ("ab12", 1, "R820"), ("C", -1, "R827"), ("C", 10**7, "R827")]
)
def test_no_packet_without_a_seal_of_its_own(night: Played, number: str, sheets: int, code: str) -> None:
    seal(night, "AB 12")
    with refused(code):
        seal(night, number, sheets=sheets)
    assert len(of_the_hall(night).lines) == 1


def test_the_final_count_waits_until_every_seal_was_looked_at(night: Played) -> None:
    """The preliminary one does not: the packets are sealed after it."""
    packet, form = seal(night, "AB 12"), figures(night, clear_votes(15, 5))

    def enter(kind: CountKind) -> None:
        act, station = night.act("enterer"), night.stations[0]
        enter_tally(*night.by, act, night.election_id, station, kind, 1, form)

    with refused("R826"):
        enter(CountKind.FINAL)
    enter(CountKind.PRELIMINARY)
    receive(night, packet, "AB 12")
    enter(CountKind.FINAL)


def test_the_list_is_printed_with_seals_and_arrivals(night: Played) -> None:
    packet = seal(night, "AB 12")
    seal(night, "CD 34", Content.SET_ASIDE, 0)
    receive(night, packet, "AB 99", is_intact=False, remark="Anden plombe")
    pages = pypdfium2.PdfDocument(packing_list_pdf(night.read(), of_the_hall(night)))
    text = " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())
    for expected in ("AB 12", "CD 34", "Gyldige stemmesedler", "Ikke som sendt", "AB 99", "Anden plombe"):
        assert expected in text


@pytest.mark.slow
def test_the_pages_seal_and_receive(night: Played, client: FlaskClient) -> None:
    sign_in(client, LEADER)
    two = {"own_password": PASSWORD, "second_username": BOARD, "second_password": PASSWORD}

    def send(where: str, **fields: str) -> str:
        page = client.get(where).get_data(as_text=True)
        data = two | {name: form_value(page, name) for name in ("csrf_token", "request_id")} | fields
        return re.sub(r"\s+", " ", client.post(where, data=data, follow_redirects=True).get_data(as_text=True))

    given = {"content": "valid", "sheets": "15", "goes_to": "Rådhuset"}
    assert "Plombens nummer" in send(PAGE + "001", **given, seal_number="")
    sealed = send(PAGE + "001", **given, seal_number="AB 12")
    assert "Pakken er skrevet på pakkelisten" in sealed
    again = send(PAGE + "001", **given, seal_number="ab12")
    assert "R820" in again or "sidder allerede på en anden pakke" in again
    with night.installation.database.read() as session:
        (packet,) = packets(session, night.read())
    where = f"{PAGE}modtag/{packet.id}"
    assert "Det blev ikke gemt" in send(where, seal_found="AB 13", state="intact", remark="")
    assert "Modtaget, som sendt" in send(where, seal_found="AB 12", state="intact", remark="")
    assert client.get(PAGE + "001/pakkeliste.pdf").data.startswith(b"%PDF")
    assert "Modtaget" in client.get(PAGE).get_data(as_text=True)


def test_a_stranger_sees_no_packet(night: Played, client: FlaskClient) -> None:
    assert night.stations
    assert client.get(PAGE).status_code == 302
