"""Citizens sign in through a broker: the whole way, and everything that must be refused on it."""

from __future__ import annotations

import base64
import hashlib
import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g, request
from flask.testing import FlaskClient
from sqlalchemy import select, update

from registry.accounts import broker as module
from registry.accounts.broker import Level, broker_settings, level_of
from registry.accounts.identities import CitizenVisit, MitidRequest
from registry.accounts.mitid import Citizen, citizen, citizens_cpr
from registry.act import Installation
from registry.configuration import Configuration, ConfigurationError
from registry.doors import for_citizens, local_path, who_may_open
from tests.broker import CLIENT, BrokerOfTests, begun, query_of, serving_broker, signed_in
from tests.scenarios import PASSWORD, SCOPE, form_value, invented_cpr, officials, sign_in

pytestmark = pytest.mark.slow

CPR = invented_cpr(1)
PAGE = "/tilgaengelighed"
FAILED = "Det lykkedes ikke at logge ind"
ONCE = pytest.mark.parametrize("engine_name", ["sqlite"])


@pytest.fixture(scope="module")
def broker() -> Iterator[BrokerOfTests]:
    with serving_broker() as served:
        yield served


@pytest.fixture
def configuration(configuration: Configuration, broker: BrokerOfTests) -> Configuration:
    return broker.configured(configuration)


@pytest.fixture
def exchanged(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the application has sent to exchange codes."""
    sent: list[dict[str, Any]] = []

    class Watched(module._CLIENT):  # type: ignore[misc]
        def fetch_token(self, *args: Any, **given: Any) -> Any:
            sent.append(given)
            return super().fetch_token(*args, **given)

    monkeypatch.setattr(module, "_CLIENT", Watched)
    return sent


@pytest.fixture
def who(app: Flask) -> list[Citizen | None]:
    """A page for citizens of the tests; whoever opens it is added to the list."""
    seen: list[Citizen | None] = []

    def show() -> str:
        seen.append(citizen())
        return citizens_cpr()[:0] + "her"

    @app.before_request
    def of_a_council() -> None:
        if request.path == "/0259/borger":
            g.scope = SCOPE

    app.add_url_rule("/0259/borger", "test.citizens", for_citizens(show))
    return seen


def _visits(installation: Installation) -> list[CitizenVisit]:
    with installation.database.read() as session:
        return list(session.scalars(select(CitizenVisit)))


def _page(client: FlaskClient, address: str) -> str:
    return client.get(address, follow_redirects=True).get_data(as_text=True)


def test_somebody_signs_in_and_is_back_where_they_were(
    installation: Installation, client: FlaskClient, broker: BrokerOfTests, who: list[Citizen | None]
) -> None:
    broker.knows("amina", **{"dk.cpr": CPR})
    answer = signed_in(client, broker, "amina", "/0259/borger")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/0259/borger")
    assert client.get("/0259/borger").status_code == 200
    person = who[0]
    assert person is not None
    assert (person.issuer, person.subject, person.level) == (broker.issuer, "amina", Level.SUBSTANTIAL)
    assert person.cpr_index == installation.keys.open("0259").blind_index(CPR)


@ONCE
def test_what_is_sent_to_the_broker(app: Flask, broker: BrokerOfTests) -> None:
    """Code flow with state, nonce and an S256 challenge, a fresh sign-in, and nothing about the person."""
    address = begun(app.test_client(), PAGE)
    sent = query_of(address)
    assert sent["response_type"] == "code"
    assert sent["client_id"] == CLIENT
    assert sent["code_challenge_method"] == "S256"
    assert len(sent["code_challenge"]) == 43
    assert min(len(sent["state"]), len(sent["nonce"])) >= 43  # 256 bits
    assert (sent["prompt"], sent["scope"], sent["max_age"]) == ("login", "openid", "600")
    assert PAGE not in address
    again = query_of(begun(app.test_client(), PAGE))
    assert not {again[name] for name in ("state", "nonce", "code_challenge")} & set(sent.values())


@ONCE
def test_the_code_is_exchanged_with_its_verifier(
    client: FlaskClient, broker: BrokerOfTests, exchanged: list[dict[str, Any]]
) -> None:
    broker.knows("amina", **{"dk.cpr": CPR})
    address = begun(client, PAGE)
    client.get(broker.proves(address, "amina"))
    verifier = exchanged[-1]["code_verifier"]
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    assert digest.decode().rstrip("=") == query_of(address)["code_challenge"]


NOW = int(time.time())
WRONG_TOKENS: dict[str, dict[str, object]] = {
    "another nonce": {"nonce": "af-en-anden"},
    "another audience": {"aud": "en-anden-tjeneste"},
    "several audiences, ours not among them": {"aud": ["a", "b"]},
    "another issuer": {"iss": "https://broker.example.dk"},
    "expired": {"exp": NOW - 3600},
    "not yet valid": {"nbf": NOW + 3600},
    "proved yesterday": {"auth_time": NOW - 86_400},
    "proved tomorrow": {"auth_time": NOW + 86_400},
    "proved at no time": {"auth_time": None},
    "for another party": {"azp": "en-anden-tjeneste"},
    "the wrong access token": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
}


@ONCE
@pytest.mark.parametrize("wrong", WRONG_TOKENS)
def test_a_token_that_is_signed_and_yet_wrong_lets_nobody_in(
    installation: Installation, client: FlaskClient, broker: BrokerOfTests, wrong: str
) -> None:
    broker.knows("amina", **{"dk.cpr": CPR, **WRONG_TOKENS[wrong]})
    answer = signed_in(client, broker, "amina", PAGE)
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    assert "Set-Cookie" not in answer.headers or "citizen=" not in str(answer.headers.getlist("Set-Cookie"))
    assert FAILED in _page(client, PAGE)
    assert _visits(installation) == []


@ONCE
@pytest.mark.parametrize("level", ["https://data.gov.dk/concept/core/nsis/loa/Low", "low", "", None, 3, "ukendt"])
def test_a_low_or_unknown_level_is_refused(
    installation: Installation, client: FlaskClient, broker: BrokerOfTests, level: object
) -> None:
    broker.knows("amina", **{"dk.cpr": CPR, "loa": level})
    signed_in(client, broker, "amina", PAGE)
    assert "lavere sikringsniveau" in _page(client, PAGE)
    assert _visits(installation) == []


@ONCE
@pytest.mark.parametrize("cpr", [None, "", "123", "0102501234567", "٠١٠٢٥٠١٢٣٤", 102501234, ["0102501234"]])
def test_without_a_cpr_number_nobody_is_found(
    installation: Installation, client: FlaskClient, broker: BrokerOfTests, cpr: object
) -> None:
    broker.knows("amina", **({} if cpr is None else {"dk.cpr": cpr}))
    signed_in(client, broker, "amina", PAGE)
    assert "ikke dit CPR-nummer fra MitID" in _page(client, PAGE)
    assert _visits(installation) == []


@ONCE
def test_a_state_is_used_once(
    installation: Installation, client: FlaskClient, broker: BrokerOfTests, exchanged: list[dict[str, Any]]
) -> None:
    """The same answer of the broker a second time: the state is gone, so the code is not even tried."""
    broker.knows("amina", **{"dk.cpr": CPR})
    back = broker.proves(begun(client, PAGE), "amina")
    assert client.get(back).status_code == 302
    assert client.get(back).status_code == 400
    assert len(exchanged) == 1
    assert len(_visits(installation)) == 1


@ONCE
def test_a_code_is_used_once(installation: Installation, client: FlaskClient, broker: BrokerOfTests) -> None:
    """A code that was used before, with a fresh state: the broker refuses it."""
    broker.knows("amina", **{"dk.cpr": CPR})
    first = query_of(broker.proves(begun(client, PAGE), "amina"))
    client.get("/mitid/tilbage", query_string=first)
    state = query_of(begun(client, PAGE))["state"]
    answer = client.get("/mitid/tilbage", query_string={"code": first["code"], "state": state})
    assert answer.headers["Location"] == PAGE
    assert FAILED in _page(client, PAGE)
    assert len(_visits(installation)) == 1


@ONCE
@pytest.mark.parametrize("state", ["", "gaettet", None])
def test_a_wrong_state_is_refused(
    installation: Installation, client: FlaskClient, broker: BrokerOfTests, state: str | None
) -> None:
    broker.knows("amina", **{"dk.cpr": CPR})
    back = query_of(broker.proves(begun(client, PAGE), "amina"))
    given = {"code": back["code"]} | ({} if state is None else {"state": state})
    answer = client.get("/mitid/tilbage", query_string=given)
    assert answer.status_code == 400
    assert FAILED in answer.get_data(as_text=True)
    assert _visits(installation) == []


@ONCE
def test_nobody_is_signed_in_by_somebody_elses_link(
    installation: Installation, app: Flask, client: FlaskClient, broker: BrokerOfTests
) -> None:
    """Somebody signs in up to the last step and sends the link to another: that browser did not begin it."""
    broker.knows("amina", **{"dk.cpr": CPR})
    back = broker.proves(begun(client, PAGE), "amina")
    other = app.test_client()
    begun(other, PAGE)
    assert other.get(back).status_code == 400
    assert _visits(installation) == []


@ONCE
def test_a_subject_longer_than_the_standard_allows_is_refused(
    installation: Installation, client: FlaskClient, broker: BrokerOfTests
) -> None:
    broker.knows("a" * 256, **{"dk.cpr": CPR})
    signed_in(client, broker, "a" * 256, PAGE)
    assert FAILED in _page(client, PAGE)
    assert _visits(installation) == []


@ONCE
def test_an_answer_of_another_issuer_is_refused(
    installation: Installation, client: FlaskClient, broker: BrokerOfTests
) -> None:
    broker.knows("amina", **{"dk.cpr": CPR})
    back = broker.proves(begun(client, PAGE), "amina")
    client.get(back + "&iss=https://broker.example.dk")
    assert FAILED in _page(client, PAGE)
    assert _visits(installation) == []


@ONCE
def test_who_comes_back_too_late_begins_again(
    installation: Installation, client: FlaskClient, broker: BrokerOfTests
) -> None:
    broker.knows("amina", **{"dk.cpr": CPR})
    back = broker.proves(begun(client, PAGE), "amina")
    with installation.database.write() as session:
        session.execute(update(MitidRequest).values(began_at=datetime.now(UTC) - timedelta(minutes=11)))
    assert client.get(back).status_code == 400
    assert _visits(installation) == []


@ONCE
def test_who_cancels_is_told_so(client: FlaskClient, broker: BrokerOfTests) -> None:
    address = begun(client, PAGE)
    answer = client.get(broker.cancels(address))
    assert answer.headers["Location"] == PAGE
    assert "Du afbrød" in _page(client, PAGE)


def test_signing_out_leaves_nothing(
    installation: Installation, client: FlaskClient, broker: BrokerOfTests, who: list[Citizen | None]
) -> None:
    broker.knows("amina", **{"dk.cpr": CPR})
    signed_in(client, broker, "amina", "/0259/borger")
    assert len(_visits(installation)) == 1
    token = form_value(client.get("/log-ind").get_data(as_text=True), "csrf_token")
    answer = client.post("/mitid/log-ud", data={"csrf_token": token, "next": PAGE})
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    assert _visits(installation) == []
    away = client.get("/0259/borger")
    assert away.status_code == 302
    assert who == []


@pytest.mark.parametrize("column", ["seen_at", "began_at"])
def test_a_visit_runs_out_and_its_row_goes(
    installation: Installation, client: FlaskClient, broker: BrokerOfTests, who: list[Citizen | None], column: str
) -> None:
    """Sixteen minutes without a request, or an hour and a minute altogether."""
    broker.knows("amina", **{"dk.cpr": CPR})
    signed_in(client, broker, "amina", "/0259/borger")
    ago = datetime.now(UTC) - timedelta(minutes=16 if column == "seen_at" else 61)
    with installation.database.write() as session:
        session.execute(update(CitizenVisit).values({column: ago}))
    assert client.get("/0259/borger").status_code == 302
    assert who == []
    assert _visits(installation) == []


@ONCE
def test_a_citizens_visit_and_an_officials_are_apart(
    installation: Installation, client: FlaskClient, broker: BrokerOfTests, who: list[Citizen | None]
) -> None:
    """A citizen is no official, an official no citizen; signing in as one neither makes nor ends the other."""
    officials(installation)
    broker.knows("amina", **{"dk.cpr": CPR})
    signed_in(client, broker, "amina", "/0259/borger")
    assert client.get("/medarbejdere").headers["Location"].startswith("/log-ind")
    sign_in(client, "roll_keeper", PASSWORD)
    assert client.get("/0259/borger").status_code == 200
    assert client.get("/min-konto").status_code == 200


@ONCE
def test_a_citizen_of_one_municipality_is_nobody_in_another(
    installation: Installation, app: Flask, client: FlaskClient, broker: BrokerOfTests
) -> None:
    """The fingerprint of a CPR number is made with the municipality's own key."""
    broker.knows("amina", **{"dk.cpr": CPR})
    signed_in(client, broker, "amina", PAGE)
    cookie = client.get_cookie("citizen")
    assert cookie is not None
    for municipality, is_known in (("0259", True), ("0157", False)):
        with app.test_request_context("/", headers={"Cookie": f"citizen={cookie.value}"}):
            g.scope = replace(SCOPE, municipality=municipality)
            assert (citizen() is not None) is is_known


def test_the_number_is_sealed_in_the_row_and_nowhere_else(
    installation: Installation,
    client: FlaskClient,
    broker: BrokerOfTests,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Not in a cookie, an address, a log line or the database in clear; moved to another row it does not open."""
    broker.knows("amina", **{"dk.cpr": CPR})
    with caplog.at_level(logging.DEBUG):
        answer = signed_in(client, broker, "amina", PAGE)
        page = _page(client, PAGE)
    assert CPR not in page + str(answer.headers) + caplog.text
    (visit,) = _visits(installation)
    assert CPR.encode() not in visit.cpr_sealed + visit.cpr_index
    if installation.database.is_sqlite:
        assert not any(CPR.encode() in file.read_bytes() for file in tmp_path.glob("raadsvalg.db*"))


@ONCE
def test_the_cookie_of_an_installation_on_the_net_is_protected(
    configuration: Configuration, broker: BrokerOfTests
) -> None:
    from wsgi import create_app

    app = create_app(replace(configuration, cookie_is_secure=True))
    client = app.test_client()
    broker.knows("amina", **{"dk.cpr": CPR})
    with client:
        address = client.get("/mitid/0259/log-ind", base_url="https://localhost").headers["Location"]
        answer = client.get(broker.proves(address, "amina"), base_url="https://localhost")
    (cookie,) = (one for one in answer.headers.getlist("Set-Cookie") if "citizen" in one)
    assert cookie.startswith("__Host-citizen=")
    assert all(part in cookie for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"))
    assert "Expires" not in cookie
    assert len(cookie.split("=")[1].split(";")[0]) >= 43
    app.extensions["installation"].database.dispose()


@ONCE
def test_behind_a_proxy_the_broker_sends_people_back_to_the_address_they_know(
    configuration: Configuration,
) -> None:
    from wsgi import create_app

    app = create_app(replace(configuration, proxies=1))
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "valg.example.dk", "X-Forwarded-For": "192.0.2.7"}
    sent = query_of(app.test_client().get("/mitid/0259/log-ind", headers=headers).headers["Location"])
    assert sent["redirect_uri"] == "https://valg.example.dk/mitid/tilbage"
    app.extensions["installation"].database.dispose()


@ONCE
def test_a_broker_that_does_not_answer_is_told_in_words(configuration: Configuration) -> None:
    from wsgi import create_app

    app = create_app(replace(configuration, mitid_issuer="http://localhost:1"))
    client = app.test_client()
    assert client.get("/mitid/0259/log-ind", query_string={"next": PAGE}).headers["Location"] == PAGE
    assert "MitID svarer ikke lige nu" in _page(client, PAGE)
    app.extensions["installation"].database.dispose()


@ONCE
def test_a_broker_that_calls_itself_something_else_is_not_believed(
    configuration: Configuration, broker: BrokerOfTests
) -> None:
    """The issuer is taken from the configuration, so a document from 127.0.0.1 naming localhost is refused."""
    from registry.accounts.broker import Broker

    settings = broker_settings(configuration)
    assert settings is not None
    from registry.findings import Refused

    elsewhere = Broker(replace(settings, issuer=broker.issuer + "/en-anden"))
    with pytest.raises(Refused):
        elsewhere.address(state="s", nonce="n", verifier="v" * 43, return_to="/", language="da")


@ONCE
def test_where_mitid_is_not_configured_there_is_no_way_in(
    configuration: Configuration, broker: BrokerOfTests
) -> None:
    from wsgi import create_app

    app = create_app(replace(configuration, mitid_issuer=""))
    client = app.test_client()
    assert client.get("/mitid/0259/log-ind").status_code == 404
    assert client.get("/mitid/tilbage", query_string={"state": "x", "code": "y"}).status_code == 404
    app.extensions["installation"].database.dispose()


@ONCE
def test_a_municipality_without_keys_has_no_citizens(client: FlaskClient) -> None:
    assert client.get("/mitid/9999/log-ind").status_code == 404


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"mitid_issuer": "http://broker.example.dk", "mitid_client": "x"}, "ISSUER must begin with https"),
        ({"mitid_issuer": "https://broker.example.dk"}, "CLIENT is missing"),
        (
            {"mitid_issuer": "https://b.example.dk", "mitid_client": "x", "mitid_least_level": "enough"},
            "LEAST_LEVEL",
        ),
        (
            {"mitid_issuer": "https://b.example.dk", "mitid_client": "x", "mitid_secret_file": "/findes/ikke"},
            "SECRET_FILE cannot be read",
        ),
    ],
)
def test_half_a_configuration_stops_the_program(settings: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        broker_settings(Configuration(**settings))  # type: ignore[arg-type]


def test_the_secret_is_read_from_a_file_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "hemmelighed"
    file.write_text("  abc\n")
    settings = broker_settings(
        Configuration(mitid_issuer="https://b.example.dk/", mitid_client="x", mitid_secret_file=str(file))
    )
    assert settings is not None
    assert (settings.secret, settings.issuer) == ("abc", "https://b.example.dk")


@pytest.mark.parametrize(
    ("claim", "level"),
    [
        ("https://data.gov.dk/concept/core/nsis/loa/Substantial", Level.SUBSTANTIAL),
        ("SUBSTANTIAL", Level.SUBSTANTIAL),
        ("Betydelig", Level.SUBSTANTIAL),
        ("http://eidas.europa.eu/LoA/high", Level.HIGH),
        ("urn:grn:authn:dk:mitid:low", Level.LOW),
        ("substantially", None),
        (2, None),
        (None, None),
    ],
)
def test_levels_are_known_by_their_last_word(claim: object, level: Level | None) -> None:
    assert level_of(claim) is level


@pytest.mark.parametrize(
    ("wanted", "followed"),
    [
        ("/0259/integrationsraad/2017/kan-jeg-stemme", True),
        ("/a?b=c", True),
        ("//ond.example", False),
        ("/\\ond.example", False),
        ("/\t/ond.example", False),
        ("\\\\ond.example", False),
        ("https://ond.example", False),
        ("javascript:alert(1)", False),
        ("", False),
        (None, False),
        ("/a\r\nSet-Cookie: x", False),
    ],
)
def test_only_a_path_of_our_own_is_followed(wanted: str | None, followed: bool) -> None:
    assert local_path(wanted) == (wanted if followed else "/")


@ONCE
def test_a_door_for_citizens_is_a_declared_door(app: Flask, who: list[Citizen | None]) -> None:
    assert who_may_open(app)["test.citizens"] == "citizen"
