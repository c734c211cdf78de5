"""The exercise over HTTP: marked on every page, scans ticked off, an answer lost, never elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from election.call.records import Kind
from election.polling.records import PollingEvent
from election.polling.rules import EventKind
from election.training.database import NotForTraining
from election.training.deck import read_deck
from election.training.rules import Task
from registry.act import Installation
from registry.configuration import Configuration
from tests.election.training.test_exercise import card, exercise
from tests.scenarios import Played, call_koege, form_value, sign_in
from wsgi import create_app

HOME = "/0259/integrationsraad/2017"
PAGE, DESK = f"{HOME}/oevelse/", f"{HOME}/stemmested/001/bord/1/"


@pytest.fixture
def played(installation: Installation) -> Played:
    return exercise(installation)


@pytest.fixture
def trained(played: Played, configuration: Configuration) -> Iterator[Flask]:
    app = create_app(replace(configuration, training=True))
    yield app
    app.extensions["exercise"].rush.stop()
    app.extensions["installation"].database.dispose()


@pytest.fixture
def trainee(trained: Flask) -> FlaskClient:
    client = trained.test_client()
    sign_in(client, "polling_official")
    return client


def send(client: FlaskClient, address: str, page: str = PAGE, **fields: str) -> str:
    token = form_value(client.get(page).get_data(as_text=True), "csrf_token")
    answer = client.post(address, data={"csrf_token": token} | fields, follow_redirects=True)
    return answer.get_data(as_text=True)


def admissions(played: Played) -> int:
    with played.installation.database.read() as session:
        query = select(func.count()).select_from(PollingEvent).where(PollingEvent.kind == EventKind.ADMIT.value)
        return session.scalar(query) or 0


def test_every_page_says_that_it_is_an_exercise(trainee: FlaskClient) -> None:
    for path in ("/", PAGE, DESK, f"{HOME}/", "/stemmested-log-ind", "/findes-ikke", f"{HOME}/vagtplan/"):
        page = trainee.get(path).get_data(as_text=True)
        assert "ØVELSE – intet her tæller" in page, path


def test_elsewhere_there_is_no_exercise(played: Played, client: FlaskClient) -> None:
    sign_in(client, "polling_official")
    assert client.get(PAGE).status_code == 404
    assert "ØVELSE" not in client.get(f"{HOME}/").get_data(as_text=True)


@pytest.mark.parametrize("kind", [Kind.LIVE, Kind.REHEARSAL])
def test_the_program_does_not_start_an_exercise_on_another_database(
    installation: Installation, configuration: Configuration, kind: Kind
) -> None:
    call_koege(installation, kind=kind)
    with pytest.raises(NotForTraining):
        create_app(replace(configuration, training=True))


def test_a_card_that_leaves_nothing_is_ticked_off_when_it_was_read(
    trainee: FlaskClient, configuration: Configuration
) -> None:
    trainee.get(PAGE)
    deck = read_deck(configuration.instance)
    assert deck is not None
    assert "0 af 10" in trainee.get(PAGE).get_data(as_text=True)
    send(trainee, f"{DESK}opslag", DESK, token=card(deck, Task.OTHER_ELECTION).text.lower())
    assert "1 af 10" in trainee.get(PAGE).get_data(as_text=True)
    send(trainee, f"{DESK}opslag", DESK, token=card(deck, Task.DOUBLE).text)
    assert "2 af 10" in trainee.get(PAGE).get_data(as_text=True), "the second attempt is on record"


def test_an_answer_that_is_lost_admits_once(
    trainee: FlaskClient, played: Played, configuration: Configuration
) -> None:
    """Sent while the line is lost, sent again while it is lost, sent again after it: one paper."""
    trainee.get(PAGE)
    deck = read_deck(configuration.instance)
    assert deck is not None
    before = admissions(played)
    voter = f"{DESK}vaelger/{card(deck, Task.ORDINARY).entry}"
    page = trainee.get(f"{voter}?fra=kort").get_data(as_text=True)
    form = {name: form_value(page, name) for name in ("csrf_token", "request_id")}
    assert "sekunder" in send(trainee, f"{PAGE}linje", what="lose", seconds="30")
    first = trainee.post(f"{voter}/luk-ind?fra=kort", data=form)
    assert (first.status_code, first.data, admissions(played)) == (503, b"", before + 1)
    assert trainee.post(f"{voter}/luk-ind?fra=kort", data=form).status_code == 503
    assert trainee.get(DESK).status_code == 503
    assert "2 gange" not in trainee.get(PAGE).get_data(as_text=True)
    send(trainee, f"{PAGE}linje", what="restore")
    again = trainee.post(f"{voter}/luk-ind?fra=kort", data=form)
    assert again.status_code == 303
    assert re.search(r"udfald=", again.headers["Location"]), "the same answer as the one that was lost"
    assert admissions(played) == before + 1


def test_a_rush_starts_and_stops_from_the_page(trainee: FlaskClient, trained: Flask) -> None:
    assert "i gang ved bord 12 og 13" in send(trainee, f"{PAGE}myldretid", what="start", pace="40")
    assert trained.extensions["exercise"].rush.is_running
    assert "kan ikke startes nu" in send(trainee, f"{PAGE}myldretid", what="start", pace="40")
    assert "Myldretiden er stoppet" in send(trainee, f"{PAGE}myldretid", what="stop")
    assert not trained.extensions["exercise"].rush.is_running


def test_the_cards_are_printed_and_dealt_anew(trainee: FlaskClient, configuration: Configuration) -> None:
    assert trainee.get(f"{PAGE}kort.pdf").data.startswith(b"%PDF")
    deck = read_deck(configuration.instance)
    assert deck is not None
    answer = send(trainee, f"{PAGE}nye-kort")
    assert "nye kort" in answer or "ikke opdigtede vælgere nok" in answer
    assert read_deck(configuration.instance) is not None
