"""The pages at the centre, the machines' door, and the line on every page of a laptop."""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from election.alone.handing_over import WebLine
from election.alone.package import kept
from election.alone.records import StationPackage
from election.alone.rules import Link, fingerprint_of
from election.alone.sealing import secrets_of
from election.call.records import Election
from election.call.rules import Phase
from registry.configuration import Configuration
from tests.election.alone.setting import at_desk, listed, make, marked, own_voters, start_laptop, two_stations
from tests.scenarios import PASSWORD, form_value, sign_in
from wsgi import create_app

ALONE = "/0259/integrationsraad/2017/alene/"


def test_two_people_make_a_package_and_fetch_file_and_sheet(app: Flask, client: FlaskClient) -> None:
    two_stations(app.extensions["installation"])
    sign_in(client, "station_leader")
    assert "Kører ved centralen" in client.get(ALONE).get_data(as_text=True)
    page = client.get(ALONE + "001/pakke").get_data(as_text=True)
    given = {
        "csrf_token": form_value(page, "csrf_token"),
        "request_id": form_value(page, "request_id"),
        "laptop": "Laptop 7",
        "address": "",
        "own_password": PASSWORD,
        "second_username": "election_administrator",
        "second_password": PASSWORD,
    }
    made = client.post(ALONE + "001/pakke", data=given)
    assert made.status_code == 303
    where = made.headers["Location"]
    shown = client.get(where).get_data(as_text=True)
    assert "Laptop 7" in shown
    sent = {"csrf_token": form_value(shown, "csrf_token")}
    package = client.post(where + "/fil", data=sent | {"request_id": str(uuid4())}).data
    for group in fingerprint_of(hashlib.sha256(package).hexdigest()):
        assert group in shown
    assert client.post(where + "/ark", data=sent | {"request_id": str(uuid4())}).data.startswith(b"%PDF")
    again = client.post(ALONE + "001/pakke", data=given)
    assert again.headers["Location"] == where, "the same form twice is one package"


def test_a_stick_is_read_twice_and_taken_once(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    played = two_stations(app.extensions["installation"])
    made = make(played, tmp_path / "packages")
    laptop = start_laptop(played, made, tmp_path / "packages", tmp_path / "m", tmp_path)
    voters = own_voters(played)[:3]
    for voter in voters:
        at_desk(laptop, played, voter)
    sign_in(client, "station_leader")
    place = f"{ALONE}pakke/{made.package_id}"
    for told in ("3 nye registreringer er overtaget.", "0 nye registreringer er overtaget."):
        page = client.get(place).get_data(as_text=True)
        given = {
            "csrf_token": form_value(page, "csrf_token"),
            "request_id": form_value(page, "request_id"),
            "file": (io.BytesIO(laptop.delivery()), "aflevering"),
        }
        done = client.post(
            place + "/noegle", data=given, content_type="multipart/form-data", follow_redirects=True
        )
        assert told in done.get_data(as_text=True)
    assert marked(played.installation) == set(voters)
    assert listed(played) == []


@pytest.mark.parametrize("gone", ["ended", "expired", "counting"])
def test_a_laptop_learns_nothing_more_but_hands_over(
    app: Flask, client: FlaskClient, tmp_path: Path, gone: str
) -> None:
    played = two_stations(app.extensions["installation"])
    played.now = datetime.now(UTC)
    made = make(played, tmp_path / "packages")
    laptop = start_laptop(played, made, tmp_path / "packages", tmp_path / "m", tmp_path)
    at_desk(laptop, played, own_voters(played)[0])
    door, token = f"/stationspakke/{made.package_id}", {"Authorization": f"Bearer {laptop.using.token}"}
    assert client.get(door + "/nyt", headers=token).status_code == 200
    with played.installation.database.write() as session:
        if gone == "counting":
            session.execute(update(Election).values(phase=Phase.COUNTING.value))
        elif gone == "ended":
            session.execute(update(StationPackage).values(ended_at=played.now))
        else:
            session.execute(update(StationPackage).values(made_at=played.now - timedelta(hours=37)))
    assert client.get(door + "/nyt", headers=token).status_code == 404
    assert client.post(door + "/linjer", data=b"", headers=token).status_code == 200


def test_no_more_news_is_no_trouble_on_the_laptop(monkeypatch: pytest.MonkeyPatch) -> None:
    line = WebLine("http://127.0.0.1:9", UUID(int=1), "token")
    gone = requests.Response()
    gone.status_code = 404
    monkeypatch.setattr(line._session, "request", lambda *_, **__: gone)
    assert line.news("") is None


def test_the_machines_door_opens_to_the_token_alone(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    played = two_stations(app.extensions["installation"])
    played.now = datetime.now(UTC)
    made = make(played, tmp_path / "packages")
    laptop = start_laptop(played, made, tmp_path / "packages", tmp_path / "m", tmp_path)
    at_desk(laptop, played, own_voters(played)[0])
    door = f"/stationspakke/{made.package_id}"
    assert client.post(door + "/linjer", data=b"").status_code == 404
    assert client.post(door + "/linjer", headers={"Authorization": "Bearer wrong"}).status_code == 404
    token = {"Authorization": f"Bearer {laptop.using.token}"}
    done = client.post(door + "/linjer", data=b"".join(laptop.journal.sealed), headers=token)
    assert (done.status_code, done.get_json()["last_seq"]) == (200, 1)
    broken = client.post(door + "/linjer", data=b"2 AAAA\n", headers=token)
    assert (broken.status_code, broken.get_json()["code"]) == (409, "R769")
    news = client.get(door + "/nyt", headers=token)
    assert laptop.take(news.data) == 0
    assert client.get(door + "/nyt", headers=token | {"If-None-Match": laptop.news_sha256}).status_code == 304


def test_every_page_of_a_laptop_says_how_it_stands(
    app: Flask, client: FlaskClient, configuration: Configuration, tmp_path: Path
) -> None:
    played = two_stations(app.extensions["installation"])
    made = make(played, tmp_path / "packages", address="http://127.0.0.1:9")
    laptop = start_laptop(played, made, tmp_path / "packages", tmp_path / "m", tmp_path)
    at_desk(laptop, played, own_voters(played)[0])
    browser = create_app(configuration, laptop).test_client()
    sign_in(browser, "polling_official")
    desk = browser.get("/0259/integrationsraad/2017/stemmested/001/bord/1/").get_data(as_text=True)
    assert "Alene siden kl." in desk
    assert "· 1 registrering ikke afleveret endnu" in desk
    at_desk(laptop, played, own_voters(played)[1])
    assert "· 2 registreringer ikke afleveret endnu" in browser.get("/laptop/").text
    laptop.link = Link.CONNECTED
    assert "· 2 registreringer på vej" in browser.get("/laptop/").text
    laptop.handed_over = 2
    assert "på vej" not in browser.get("/laptop/").text
    laptop.link, laptop.handed_over = Link.OTHER_ELECTION, 1
    assert "Andet valg" in browser.get("/laptop/").get_data(as_text=True)
    assert client.get("/laptop/tilstand").status_code == 404, "the centre is no laptop"
    assert kept(tmp_path / "packages", made.package_id) is not None
    assert secrets_of(played.installation.keys.open("0259"), made.package_id).token == laptop.using.token
    laptop.installation.database.dispose()
