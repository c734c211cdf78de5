"""Every page says who may open it, and opens for nobody else: the whole matrix of roles and routes."""

from __future__ import annotations

from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from election.call.rules import Phase
from registry.act import Installation
from registry.doors import UndeclaredDoor, open_to, public, who_may_open
from registry.roles import EVERY_ROLE, Role
from tests.councils import seated
from tests.scenarios import SCOPE, play_to, sign_in

pytestmark = pytest.mark.slow

ARGUMENTS = {
    "aid": "proeve",
    "municipality": SCOPE.municipality,
    "council": SCOPE.council,
    "slug": "2017",
    "kind": "final",
    "which": "codes",
    "entry": 1,
    "number": 1,
    "filename": "findes-ikke",
}
CODES = {"home.language": "da"}
"""What `code` is on these pages; elsewhere it is a station."""
SIGN_IN = "/log-ind"
MITID = "/mitid/"
OF_NO_OFFICIAL = ("public", "citizen")
"""A citizen proves by MitID who they are; officials have no part in it."""


def _address(app: Flask, rule: Rule) -> str:
    given: dict[str, object] = {}
    for name in rule.arguments:
        if name == "code":
            given[name] = CODES.get(rule.endpoint, "001")
        else:
            given[name] = ARGUMENTS.get(name, uuid4())
    with app.test_request_context():
        built = rule.build(given)
    assert built is not None
    return built[1]


@pytest.fixture
def open_to_all_methods(app: Flask) -> Flask:
    """Tokens against forged forms are tested by themselves; here the door behind them is asked."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def _routes(app: Flask) -> list[tuple[Rule, str]]:
    return [
        (rule, method)
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint)
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
        if rule.endpoint != "static"
    ]


def _answer(client: FlaskClient, method: str, address: str) -> tuple[int, str]:
    answer = client.open(address, method=method)
    return answer.status_code, answer.headers.get("Location", "")


def _an_election_and_its_council(installation: Installation) -> None:
    """An election before its poll, and beside it a council that is seated: pages of both can be asked for."""
    played = play_to(Phase.PREPARATION, installation)
    seated(installation, played.officials)


MACHINES = "station_door.lines"
"""Where a station's laptop hands over."""
ONCE = pytest.mark.parametrize("engine_name", ["sqlite"])
"""Who may open a page does not depend on the database."""


@pytest.mark.slow
@ONCE
@pytest.mark.parametrize("role", sorted(EVERY_ROLE))
def test_every_page_opens_for_the_roles_it_names_and_for_no_other(
    installation: Installation, open_to_all_methods: Flask, role: Role
) -> None:
    """Each route and method: 403 without the role, never 403 from the door with it, and a fault (500) never."""
    _an_election_and_its_council(installation)
    app, wrong = open_to_all_methods, []
    doors, client = who_may_open(app), app.test_client()
    sign_in_without_token(client, role.value)
    for rule, method in _routes(app):
        if rule.endpoint in ("accounts.sign_out", "accounts.sign_in", "accounts.switch"):
            continue  # they would end the very session that is asked
        door = doors[rule.endpoint]
        status, location = _answer(client, method, _address(app, rule))
        may = door in OF_NO_OFFICIAL or role in door
        if door == "citizen" and not location.startswith(MITID):
            wrong.append(f"{method} {rule.endpoint} as {role.value}: {status}, and no citizen is signed in")
        if status >= 500 or (not may and status != 403) or (may and SIGN_IN in location):
            wrong.append(f"{method} {rule.endpoint} as {role.value}: {status}, declared for {door}")
        if may and status == 403 and method == "GET":
            wrong.append(f"{method} {rule.endpoint} as {role.value}: 403 behind an open door")
    assert wrong == []


def sign_in_without_token(client: FlaskClient, who: str) -> None:
    from tests.scenarios import PASSWORD

    answer = client.post(SIGN_IN, data={"username": who, "password": PASSWORD})
    assert answer.status_code == 302


@ONCE
def test_who_is_not_signed_in_is_sent_to_the_sign_in_from_every_page_that_is_not_public(
    installation: Installation, open_to_all_methods: Flask
) -> None:
    _an_election_and_its_council(installation)
    app, wrong = open_to_all_methods, []
    doors, client = who_may_open(app), open_to_all_methods.test_client()
    for rule, method in _routes(app):
        door = doors[rule.endpoint]
        status, location = _answer(client, method, _address(app, rule))
        to_sign_in = status == 302 and location.startswith(MITID if door == "citizen" else SIGN_IN)
        if status >= 500 or to_sign_in != (door != "public"):
            wrong.append(f"{method} {rule.endpoint}: {status} {location}")
    assert wrong == []


@ONCE
def test_an_official_of_another_municipality_opens_no_page_of_this_election(
    installation: Installation, open_to_all_methods: Flask
) -> None:
    from dataclasses import replace

    from tests.scenarios import officials

    _an_election_and_its_council(installation)
    officials(installation, replace(SCOPE, municipality="0157"))
    app, wrong = open_to_all_methods, []
    doors, client = who_may_open(app), open_to_all_methods.test_client()
    sign_in_without_token(client, "0157.election_administrator")
    for rule, method in _routes(app):
        if "municipality" in rule.arguments and doors[rule.endpoint] not in OF_NO_OFFICIAL:
            status, _ = _answer(client, method, _address(app, rule))
            if status != 403:
                wrong.append(f"{method} {rule.endpoint}: {status}")
    assert wrong == []


@ONCE
def test_every_post_without_a_token_is_refused(installation: Installation, app: Flask) -> None:
    _an_election_and_its_council(installation)
    client, wrong = app.test_client(), []
    sign_in(client, "election_administrator")
    for rule, method in _routes(app):
        if method == "POST":
            status, _ = _answer(client, method, _address(app, rule))
            # A laptop has no session that a foreign page could use: to whom lacks its token nothing is there.
            if status != (404 if rule.endpoint == MACHINES else 400):
                wrong.append(f"{rule.endpoint}: {status}")
    assert wrong == []


@ONCE
def test_every_answer_carries_the_protecting_headers(client: FlaskClient) -> None:
    for address in ("/", SIGN_IN, "/findes-ikke", "/0259/integrationsraad/2017/"):
        headers = client.get(address).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"


def test_an_application_with_an_undeclared_page_does_not_start() -> None:
    app = Flask("bare")
    app.add_url_rule("/hemmeligt", "secret", lambda: "x")
    with pytest.raises(UndeclaredDoor, match="'secret' declares no role"):
        who_may_open(app)
    app.view_functions["secret"] = public(lambda: "x")
    assert who_may_open(app)["secret"] == "public"
    app.view_functions["secret"] = open_to(Role.AUDITOR)(lambda: "x")
    assert who_may_open(app)["secret"] == frozenset({Role.AUDITOR})


@ONCE
def test_no_page_takes_a_choice_from_a_voter(app: Flask) -> None:
    """The paper ballot is the only ballot: public pages that take a form are those for candidates and sign-in."""
    doors = who_may_open(app)
    taking = {r.endpoint for r, method in _routes(app) if method == "POST" and doors[r.endpoint] == "public"}
    assert taking - {MACHINES} <= {
        "accounts.sign_in",
        "accounts.sign_out",
        "accounts.switch",
        "accounts.first_administrator",
        "lists.change_mine",
        "lists.mine",
        "look_up.page",
        "mitid.sign_out",
        "own_case.ask_for_link",
        "own_case.begin_case",
        "own_case.check",
        "own_case.complain",
        "own_case.consent",
        "own_case.contact",
        "own_case.crop",
        "own_case.discard",
        "own_case.give_support",
        "own_case.group",
        "own_case.language",
        "own_case.link",
        "own_case.list_choice",
        "own_case.name",
        "own_case.photo",
        "own_case.presentation_in",
        "own_case.remove_photo",
        "own_case.sign_out",
        "own_case.willingness",
        "own_case.withdraw",
        "station_sign_in.page",
    }


@ONCE
def test_no_address_holds_a_cpr_number(app: Flask) -> None:
    assert [r.rule for r in app.url_map.iter_rules() if "cpr" in r.rule.lower()] == []
