"""“May I vote?” over the net: the answer is the asker's own, and a third person is never confirmed."""

from __future__ import annotations

import logging
import re
import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from werkzeug.test import TestResponse

from election.call.records import stations
from election.call.rules import Phase
from election.look_up.pages import ALL, CARD, CARD_IN_A_DAY, NETWORK
from election.poll_cards.acts import issue
from election.poll_cards.acts import replace as replace_card
from election.poll_cards.records import PollCard, card_text, station_code_of, valid_cards
from election.poll_cards.rules import in_groups
from election.roll.records import RollEntry, RollRefusal
from registry.accounts.limits import Asking, network_of
from registry.act import Installation
from registry.configuration import Configuration
from tests.broker import BrokerOfTests, serving_broker, signed_in
from tests.scenarios import (
    Played,
    call_koege,
    form_value,
    invented_cpr,
    people,
    play_to,
    sign_in,
    with_candidates,
    with_roll,
)

pytestmark = pytest.mark.slow

PAGE = "/0259/integrationsraad/2017/kan-jeg-stemme"
UNCONFIRMED, VALID = "Det kan vi ikke bekræfte", "Kortet gælder"
ONCE = pytest.mark.parametrize("engine_name", ["sqlite"])


@pytest.fixture
def played(installation: Installation) -> Played:
    """Køge in preparation with 15 voters, 3 people who may not vote, and a card for every voter."""
    found = play_to(Phase.PREPARATION, installation)
    issue(*found.by, found.act("roll_keeper"), found.election_id)
    return found


def _cards(played: Played) -> list[tuple[str, date]]:
    """What stands on each card, and its voter's birth date."""
    with played.installation.database.read() as session:
        election = played.read()
        keyring = played.installation.keys.open(played.scope.municipality)
        by_id = {station.id: station for station in stations(session, election)}
        return [
            (card_text(keyring, election.code, station_code_of(entry, by_id), card.id), entry.born_on)
            for card, entry in valid_cards(session, election)
        ]


def _ask(client: FlaskClient, number: str, born_on: date | str, page: str = PAGE) -> TestResponse:
    token = form_value(client.get(page).get_data(as_text=True), "csrf_token")
    typed = born_on if isinstance(born_on, str) else f"{born_on:%d-%m-%Y}"
    return client.post(page, data={"csrf_token": token, "number": number, "born_on": typed})


def _without_what_was_typed(answer: TestResponse) -> str:
    """The page without the token of the form and what the asker has typed."""
    page = answer.get_data(as_text=True)
    return re.sub(r'<input\b[^>]*name="(csrf_token|number|born_on)"[^>]*>', "", page)


@pytest.fixture
def generous(monkeypatch: pytest.MonkeyPatch) -> None:
    """No limit stands in the way of this test."""
    for name in ("CARD", "CARD_IN_A_DAY", "NETWORK", "ALL"):
        monkeypatch.setattr(f"election.look_up.pages.{name}", replace(globals()[name], times=100_000))


def test_a_card_and_its_birth_date_say_that_the_card_holds_and_where(played: Played, client: FlaskClient) -> None:
    number, born_on = _cards(played)[0]
    page = _ask(client, number, born_on).get_data(as_text=True)
    assert VALID in page
    assert "Køge Rådhus, kantinen" in page
    assert "mandag den 27. november 2017" in page
    assert "kl. 17.00–20.00" in page


@ONCE
def test_the_answer_to_a_card_names_nobody(played: Played, client: FlaskClient) -> None:
    """Neither name, address, CPR number nor roll number: the card is confirmed, not a person."""
    number, born_on = _cards(played)[0]
    page = _ask(client, number, born_on).get_data(as_text=True)
    for person in played.people:
        assert person.cpr not in page
        assert f"{person.first_names} {person.surname}" not in page
    assert "Nørregade" not in page
    assert "Nummer på valglisten" not in page


@ONCE
def test_a_number_is_typed_as_it_stands_on_the_card(played: Played, client: FlaskClient, generous: None) -> None:
    number, born_on = _cards(played)[0]
    groups = in_groups(number)
    for typed in (number, " ".join(groups), "-".join(groups), number.lower(), number.replace("0", "O")):
        assert VALID in _ask(client, typed, born_on).get_data(as_text=True), typed
    assert VALID in _ask(client, number, f"{born_on:%d%m%Y}").get_data(as_text=True)


def _wrong_ways(played: Played) -> Iterator[tuple[str, str, date]]:
    """Everything that can be wrong with a question, each with a name."""
    cards = _cards(played)
    (number, born_on), (other_number, other_born) = cards[0], cards[1]
    yield "somebody else's birth date", number, other_born
    yield "a day off", number, born_on + timedelta(days=1)
    yield "somebody else's card", other_number, born_on
    yield "a card that does not exist", number[:-4] + "0000", born_on
    yield "half a number", number[:20], born_on
    yield "no number at all", "kan jeg stemme", born_on
    yield "a CPR number", "0102501234", born_on
    yield "an address", "https://example.dk/?" + number, born_on
    yield "as long as it gets", "1" * 100, born_on


def test_whatever_is_wrong_the_answer_is_the_same(
    installation: Installation, app: Flask, played: Played, client: FlaskClient, generous: None
) -> None:
    """Wrong number, wrong birth date, replaced card, struck voter, card of another election: the same body and
    the same status, byte for byte, but for what the asker has typed."""
    cards = _cards(played)
    other = with_candidates(with_roll(call_koege(installation, played.officials, slug="2018"), 15), 6)
    issue(*other.by, other.act("roll_keeper"), other.election_id)
    number_elsewhere, born_elsewhere = _cards(other)[0]
    replace_card(*played.by, played.act("roll_keeper"), played.election_id, played.entries[2])
    with installation.database.write() as session:
        struck = update(RollEntry).where(RollEntry.id == played.entries[3])
        session.execute(struck.values(struck_at=played.now, struck_kind="dead"))
    asked = list(_wrong_ways(played))
    asked.append(("a replaced card", *cards[2]))
    asked.append(("a card of somebody who was struck", *cards[3]))
    asked.append(("a card of another election", number_elsewhere, born_elsewhere))
    answers = {name: _ask(client, number, born_on) for name, number, born_on in asked}
    assert {answer.status_code for answer in answers.values()} == {200}
    bodies = {name: _without_what_was_typed(answer) for name, answer in answers.items()}
    assert {name for name, body in bodies.items() if UNCONFIRMED not in body} == set()
    assert len(set(bodies.values())) == 1, sorted(bodies)


@pytest.mark.slow
@ONCE
def test_a_wrong_answer_takes_as_long_whatever_is_wrong(
    played: Played, client: FlaskClient, generous: None
) -> None:
    """Medians of 40 questions each, a card that exists against one that does not: within half of each other.

    Both are counted, read and looked for by one query; the rest is the noise of the machine.
    """
    number, born_on = _cards(played)[0]
    token = form_value(client.get(PAGE).get_data(as_text=True), "csrf_token")

    def seconds(number: str, born_on: date) -> float:
        start = time.perf_counter()
        client.post(PAGE, data={"csrf_token": token, "number": number, "born_on": f"{born_on:%d-%m-%Y}"})
        return time.perf_counter() - start

    known, unknown = [], []
    for _ in range(40):
        known.append(seconds(number, born_on + timedelta(days=1)))
        unknown.append(seconds(number[:-4] + "0000", born_on))
    ratio = statistics.median(known) / statistics.median(unknown)
    assert 0.67 < ratio < 1.5


@ONCE
def test_an_empty_form_is_told_what_is_missing_and_is_not_counted(
    installation: Installation, played: Played, client: FlaskClient
) -> None:
    page = _ask(client, "", "i morgen").get_data(as_text=True)
    assert "Feltet skal udfyldes." in page
    assert "Skriv dag, måned og år" in page
    with installation.database.read() as session:
        assert list(session.scalars(select(Asking))) == []


def _let_pass(installation: Installation, time_: timedelta) -> None:
    with installation.database.write() as session:
        for row in session.scalars(select(Asking)):
            row.began_at -= time_


# --- how often ----------------------------------------------------------------------------------------------


def test_a_card_can_be_asked_for_five_times_in_a_quarter_then_it_is_said_when_again(
    installation: Installation, played: Played, client: FlaskClient
) -> None:
    """The sixth question gets 429 and no answer, even a right one; after a quarter of an hour it is answered."""
    number, born_on = _cards(played)[0]
    for _ in range(CARD.times):
        assert _ask(client, number, born_on + timedelta(days=1)).status_code == 200
    refused = _ask(client, number.lower(), born_on)
    page = refused.get_data(as_text=True)
    assert refused.status_code == 429
    assert "Prøv igen om 15 minutter" in page
    assert VALID not in page
    other_number, other_born = _cards(played)[1]
    assert VALID in _ask(client, other_number, other_born).get_data(as_text=True)
    _let_pass(installation, timedelta(minutes=16))
    assert VALID in _ask(client, number, born_on).get_data(as_text=True)


def test_the_count_survives_a_restart_and_is_shared_by_processes(
    configuration: Configuration, played: Played, client: FlaskClient
) -> None:
    """Three questions to one process, two to another started later: the next one to either is refused."""
    from wsgi import create_app

    number, born_on = _cards(played)[0]
    second = create_app(configuration)
    other = second.test_client()
    for asker in (client, client, client, other, other):
        assert _ask(asker, number, born_on).status_code == 200
    assert _ask(client, number, born_on).status_code == 429
    assert _ask(other, number, born_on).status_code == 429
    second.extensions["installation"].database.dispose()


@ONCE
def test_a_card_has_a_limit_for_the_day_too(
    installation: Installation, played: Played, client: FlaskClient
) -> None:
    """Twenty questions in four quarters; the twenty-first, in the fifth quarter, waits until tomorrow."""
    number, born_on = _cards(played)[0]
    for asked in range(CARD_IN_A_DAY.times):
        if asked % CARD.times == 0:
            _let_pass(installation, timedelta(minutes=16))
        assert _ask(client, number, born_on).status_code == 200, asked
    _let_pass(installation, timedelta(minutes=16))
    refused = _ask(client, number, born_on)
    assert refused.status_code == 429
    minutes = int(re.findall(r"Prøv igen om (\d+) minutter", refused.get_data(as_text=True))[0])
    assert 22 * 60 < minutes <= 24 * 60


@ONCE
@pytest.mark.parametrize("limit", [NETWORK, ALL])
def test_a_network_and_everybody_together_have_a_limit(
    played: Played, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, limit: object
) -> None:
    name = "NETWORK" if limit is NETWORK else "ALL"
    monkeypatch.setattr(f"election.look_up.pages.{name}", replace(NETWORK if name == "NETWORK" else ALL, times=3))
    cards = _cards(played)
    for number, born_on in cards[:3]:
        assert _ask(client, number, born_on).status_code == 200
    assert _ask(client, *cards[3]).status_code == 429
    token = form_value(client.get(PAGE).get_data(as_text=True), "csrf_token")
    data = {"csrf_token": token, "number": cards[4][0], "born_on": f"{cards[4][1]:%d-%m-%Y}"}
    elsewhere = client.post(PAGE, data=data, environ_base={"REMOTE_ADDR": "198.51.100.7"})
    assert elsewhere.status_code == (200 if name == "NETWORK" else 429)


@ONCE
def test_one_network_cannot_use_up_what_everybody_has_together(
    played: Played, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten questions from one network with a limit of three, of five for all: three count, and another may ask."""
    monkeypatch.setattr("election.look_up.pages.NETWORK", replace(NETWORK, times=3))
    monkeypatch.setattr("election.look_up.pages.ALL", replace(ALL, times=5))
    cards = _cards(played)
    statuses = [_ask(client, *cards[number]).status_code for number in range(10)]
    assert statuses == [200] * 3 + [429] * 7
    token = form_value(client.get(PAGE).get_data(as_text=True), "csrf_token")
    data = {"csrf_token": token, "number": cards[10][0], "born_on": f"{cards[10][1]:%d-%m-%Y}"}
    elsewhere = client.post(PAGE, data=data, environ_base={"REMOTE_ADDR": "198.51.100.7"})
    assert VALID in elsewhere.get_data(as_text=True)


def test_a_desk_is_never_held_up_by_what_is_asked_on_the_net(played: Played, client: FlaskClient) -> None:
    """Every limit of a card is used up on the net; the desk admits its holder all the same."""
    from election.ballots.acts import deliver
    from election.polling.acts import admit, open_polls, open_station
    from tests.scenarios import POLLING_AT

    number, born_on = _cards(played)[0]
    for _ in range(CARD.times + 1):
        answer = _ask(client, number, born_on)
    assert answer.status_code == 429
    admin = "election_administrator"
    deliver(*played.by, played.act(admin), played.election_id, played.stations[0], 100, "B1")
    played.now = max(played.now, POLLING_AT)
    open_polls(*played.by, played.act(admin), played.election_id)
    open_station(
        *played.by, played.act("station_leader"), played.election_id, played.stations[0], "4711", "To vidner"
    )
    admitted = admit(
        *played.by, played.act("polling_official"), played.election_id, played.stations[0], "A", played.entries[0]
    )
    assert admitted is not None


def test_what_is_counted_holds_neither_a_card_nor_an_address(
    installation: Installation, played: Played, client: FlaskClient
) -> None:
    """Keyed fingerprints of 32 bytes; a day later they are gone."""
    number, born_on = _cards(played)[0]
    _ask(client, number, born_on)
    with installation.database.read() as session:
        rows = list(session.scalars(select(Asking)))
    assert len(rows) == 4
    assert all(len(row.fingerprint) == 32 and row.times == 1 for row in rows)
    _let_pass(installation, timedelta(days=2))
    other_number, other_born = _cards(played)[1]
    _ask(client, other_number, other_born)
    with installation.database.read() as session:
        left = list(session.scalars(select(Asking)))
    assert len(left) == 4  # the two of the other card, the network's and everybody's, begun anew


def test_many_who_ask_at_once_are_all_counted(installation: Installation, app: Flask, played: Played) -> None:
    """Eight threads, five questions each about cards of their own: 40 counted for the network, none lost."""
    import threading

    cards = _cards(played)[:8]
    answers: list[int] = []

    def ask(number: str, born_on: date) -> None:
        client = app.test_client()
        answers.extend(_ask(client, number, born_on).status_code for _ in range(5))

    threads = [threading.Thread(target=ask, args=card) for card in cards]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 40
    with installation.database.read() as session:
        assert max(session.scalars(select(Asking.times))) == 40


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::9", "2001:db8:1::/56"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_a_network_is_what_neighbours_share(address: str | None, network: str) -> None:
    assert network_of(address) == network


# --- stages -------------------------------------------------------------------------------------------------


@ONCE
def test_before_there_is_a_roll_the_page_says_when(installation: Installation, client: FlaskClient) -> None:
    """Køge closes the roll ten days before the election at noon: 17 November."""
    call_koege(installation)
    page = client.get(PAGE).get_data(as_text=True)
    assert "Valglisten er ikke lavet endnu" in page
    assert "17. november 2017 kl. 12.00" in page
    assert "Valgkortets nummer" not in page


@ONCE
def test_before_the_cards_are_out_nobody_is_asked_for_one(installation: Installation, client: FlaskClient) -> None:
    play_to(Phase.PREPARATION, installation)
    page = client.get(PAGE).get_data(as_text=True)
    assert "Valgkortene er ikke sendt endnu" in page
    assert "Valgkortets nummer" not in page


@ONCE
@pytest.mark.parametrize(
    ("phase", "said"),
    [(Phase.UNCONTESTED, "Der bliver ingen afstemning"), (Phase.COUNTING, "Der kan ikke længere stemmes")],
)
def test_when_there_is_no_poll_to_come_the_page_says_so(
    installation: Installation, client: FlaskClient, phase: Phase, said: str
) -> None:
    play_to(phase, installation)
    page = client.get(PAGE).get_data(as_text=True)
    assert said in page
    assert "Valgkortets nummer" not in page


@ONCE
def test_when_the_roll_has_been_destroyed_the_page_says_so(
    installation: Installation, played: Played, client: FlaskClient
) -> None:
    with installation.database.write() as session:
        for table in (PollCard, RollRefusal):
            session.execute(delete(table))
        session.execute(delete(RollEntry))
    assert "Valglisten er slettet" in client.get(PAGE).get_data(as_text=True)


# --- by MitID -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def broker() -> Iterator[BrokerOfTests]:
    with serving_broker() as served:
        yield served


@pytest.fixture
def by_mitid(configuration: Configuration, broker: BrokerOfTests) -> Iterator[FlaskClient]:
    """A browser on an application that uses the broker."""
    from wsgi import create_app

    made = create_app(broker.configured(configuration))
    yield made.test_client()
    made.extensions["installation"].database.dispose()


def _own_page(client: FlaskClient, broker: BrokerOfTests, cpr: str) -> str:
    broker.knows("den-der-spoerger", **{"dk.cpr": cpr})
    assert signed_in(client, broker, "den-der-spoerger", PAGE).headers["Location"] == PAGE
    return client.get(PAGE).get_data(as_text=True)


def test_by_mitid_a_voter_sees_the_own_entry(played: Played, by_mitid: FlaskClient, broker: BrokerOfTests) -> None:
    page = _own_page(by_mitid, broker, played.people[0].cpr)
    assert "Du står på valglisten" in page
    assert "Køge Rådhus, kantinen" in page
    assert "Nummer på valglisten" in page
    assert played.people[0].cpr not in page
    assert played.people[0].surname not in page


def test_by_mitid_somebody_who_is_not_on_the_roll_sees_why_and_what_to_do(
    played: Played, by_mitid: FlaskClient, broker: BrokerOfTests
) -> None:
    """Of Danish origin, in an election of Køge: may declare until 20.00, and object until 12.00, 27 November."""
    refused = next(person for person in played.people if person.country == "DK")
    page = _own_page(by_mitid, broker, refused.cpr)
    assert "Du står ikke på valglisten" in page
    assert "efter registret ikke omfattet af reglen om baggrund" in page
    assert "erklære det hos valgkontoret senest 27. november 2017 kl. 20.00" in page
    assert "indsigelse. Den skal være hos valgkontoret senest 27. november 2017 kl. 12.00" in page


@ONCE
def test_by_mitid_somebody_whom_the_extract_does_not_know(
    played: Played, by_mitid: FlaskClient, broker: BrokerOfTests
) -> None:
    page = _own_page(by_mitid, broker, invented_cpr(400))
    assert "Du står ikke på valglisten" in page
    assert "heller ikke blandt dem" in page


@ONCE
def test_by_mitid_when_the_reasons_have_been_forgotten_the_page_says_so(
    installation: Installation, played: Played, by_mitid: FlaskClient, broker: BrokerOfTests
) -> None:
    """It does not say that somebody was never decided about when the decision has been deleted."""
    with installation.database.write() as session:
        session.execute(delete(RollRefusal))
    refused = next(person for person in played.people if person.country == "DK")
    page = _own_page(by_mitid, broker, refused.cpr)
    assert "Du står ikke på valglisten" in page
    assert "Derfor kan vi ikke sige hvorfor" in page
    assert "heller ikke blandt dem" not in page


@ONCE
def test_by_mitid_somebody_who_was_struck(
    installation: Installation, played: Played, by_mitid: FlaskClient, broker: BrokerOfTests
) -> None:
    with installation.database.write() as session:
        session.execute(update(RollEntry).values(struck_at=played.now, struck_kind="dead"))
    page = _own_page(by_mitid, broker, played.people[0].cpr)
    assert "Du er slettet fra valglisten" in page
    assert "Køge Rådhus" not in page


@ONCE
def test_a_protected_person_gets_the_same_kind_of_answer(
    installation: Installation, by_mitid: FlaskClient, broker: BrokerOfTests
) -> None:
    """Two voters, one with a protected address: but for the roll number their pages are the same."""
    rows = [replace(person, is_protected=number == 1) for number, person in enumerate(people(2))]
    with_roll(call_koege(installation), rows=rows)
    pages = []
    for row in rows:
        page = re.sub(r'name="csrf_token" value="[^"]*"', "", _own_page(by_mitid, broker, row.cpr))
        pages.append(re.sub(r"<dd>\d+</dd>", "", page))
    assert pages[0] == pages[1]


@ONCE
def test_no_cpr_number_in_an_address_a_page_or_a_log(
    played: Played, by_mitid: FlaskClient, broker: BrokerOfTests, caplog: pytest.LogCaptureFixture
) -> None:
    cpr = played.people[0].cpr
    with caplog.at_level(logging.DEBUG):
        page = _own_page(by_mitid, broker, cpr)
        wrong = _ask(by_mitid, cpr, "01-01-1980")
    shown = page + caplog.text + str(wrong.headers) + wrong.get_data(as_text=True)
    assert cpr not in shown
    assert f"{cpr[:6]}-{cpr[6:]}" not in shown
    assert wrong.headers["Cache-Control"] == "no-store"
    assert wrong.headers["Referrer-Policy"] == "no-referrer"


@ONCE
def test_without_mitid_there_is_no_button_and_the_page_says_how_else(played: Played, client: FlaskClient) -> None:
    page = client.get(PAGE).get_data(as_text=True)
    assert "Log ind med" not in page
    assert "Man kan ikke bruge MitID her" in page
    assert "Spørg valgkontoret i Køge Kommune" in page


@ONCE
def test_an_official_may_read_the_page_and_is_no_citizen(played: Played, client: FlaskClient) -> None:
    sign_in(client, "roll_keeper")
    page = client.get(PAGE).get_data(as_text=True)
    assert "Dit eget svar" not in page
