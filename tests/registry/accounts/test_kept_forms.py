"""A form sent after the sign-in ran out: nothing typed is lost, nobody else reads it, no password travels."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from election.call.rules import Phase
from election.counting.records import tally_history
from election.counting.rules import CountKind
from registry.accounts.kept_forms import KEPT_FOR, LARGEST, seal, unseal
from registry.accounts.records import SignIn
from registry.act import Installation
from tests.scenarios import PASSWORD, Played, figures, form_value, play_to, sign_in

ENTRY = "/0259/integrationsraad/2017/optaelling/001/final/1"
RECOUNT = "/0259/integrationsraad/2017/optaelling/001/omtaelling"


def run_out(played: Played) -> None:
    with played.installation.database.write() as session:
        session.execute(update(SignIn).values(seen_at=datetime.now(UTC) - timedelta(hours=2)))


def typed_tally(played: Played, page: str) -> dict[str, str]:
    """Every field of the page: the rows stand as on the paper, with the figures of 15 papers."""
    rows = re.findall(r'name="(row[^"]*)"', page)
    every = figures(played, {"c1": 15})
    assert len(rows) == len(every)
    own = {name: form_value(page, name) for name in ("csrf_token", "request_id")}
    return own | {name: str(number) for name, number in zip(rows, every.values(), strict=True)}


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the form that is sent again."""
    form = page[page.index('<form method="post" action="/0259') :]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    return {name: unescape(value) for name, value in found}


def signed_in_again(client: FlaskClient, page: str, who: str, password: str = PASSWORD) -> str:
    fields = {name: form_value(page, name) for name in ("csrf_token", "kept")}
    return client.post(
        "/log-ind", query_string={"next": ENTRY}, data=fields | {"username": who, "password": password},
        follow_redirects=True,
    ).text  # fmt: skip


@pytest.fixture
def played(installation: Installation) -> Played:
    return play_to(Phase.COUNTING, installation)


def entries(played: Played) -> list[int]:
    with played.installation.database.read() as session:
        every = tally_history(session, played.read(), played.stations[0], CountKind.FINAL)
        return [int(one.figures["c1"]) for one in every]


def test_figures_typed_for_too_long_are_sent_again_by_the_same_person(played: Played, client: FlaskClient) -> None:
    sign_in(client, "enterer")
    typed = typed_tally(played, client.get(ENTRY).text)
    run_out(played)
    answer = client.post(ENTRY, data=typed)
    assert "ikke tabt" in answer.text
    assert entries(played) == []
    wrong = signed_in_again(client, answer.text, "enterer", "wrong password")
    assert "ikke tabt" in wrong, "a slip of the hand loses nothing"
    page = signed_in_again(client, wrong, "enterer")
    assert entries(played) == [], "nothing is sent by itself"
    again = hidden(page)
    assert {name: again[name] for name in typed if name != "csrf_token"} == {
        name: value for name, value in typed.items() if name != "csrf_token"
    }
    assert client.post(ENTRY, data=again).status_code == 302
    assert entries(played) == [15]


def test_the_sign_in_page_shows_nothing_of_what_was_typed(played: Played, client: FlaskClient) -> None:
    sign_in(client, "enterer")
    typed = typed_tally(played, client.get(ENTRY).text) | {"cpr": "010190-1234"}
    run_out(played)
    page = client.post(ENTRY, data=typed).text
    assert "010190" not in page
    assert typed["request_id"] not in page


def test_another_person_gets_nothing_of_it(played: Played, client: FlaskClient) -> None:
    sign_in(client, "enterer")
    typed = typed_tally(played, client.get(ENTRY).text)
    run_out(played)
    page = signed_in_again(client, client.post(ENTRY, data=typed).text, "enterer_2")
    assert "kan kun hentes af den, der skrev det" in page
    assert typed["request_id"] not in page


def test_passwords_are_not_carried_and_nothing_is_signed_without_them(
    installation: Installation, client: FlaskClient
) -> None:
    played = play_to(Phase.COUNTED, installation)
    sign_in(client, "board_member")
    page = client.get(RECOUNT).text
    typed = {
        "csrf_token": form_value(page, "csrf_token"),
        "request_id": form_value(page, "request_id"),
        "reason": "En bunke mere",
        "kind": "final",
        "own_password": PASSWORD,
        "second_username": "board_member_2",
        "second_password": PASSWORD,
    }
    run_out(played)
    page = signed_in_again(client, client.post(RECOUNT, data=typed).text, "board_member")
    assert "Adgangskoder og PIN er ikke gemt" in page
    again = hidden(page)
    assert PASSWORD not in page
    assert not {"own_password", "second_password"} & set(again)
    answer = client.post(RECOUNT, data=again)
    assert answer.status_code == 200
    assert "En bunke mere" in answer.text, "the form stands there again, without passwords"


def test_without_a_sign_in_before_it_is_the_plain_way_to_sign_in(played: Played, client: FlaskClient) -> None:
    page = client.get("/log-ind").text
    answer = client.post(ENTRY, data={"csrf_token": form_value(page, "csrf_token"), "row0": "7"})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/log-ind")


def test_what_is_sealed_opens_for_its_person_for_a_while(played: Played, client: FlaskClient) -> None:
    sign_in(client, "enterer")
    with client.session_transaction() as cookie:
        token = cookie["token"]
    keys, now = played.installation.keys, datetime.now(UTC)
    me, other = played.officials["enterer"], played.officials["enterer_2"]
    with played.installation.database.read() as session:
        sealed = seal(session, keys, token, ENTRY, [("row0", "7"), ("pin", "012345")], now)
        assert sealed is not None
        assert seal(session, keys, token, ENTRY, [("row0", "x" * LARGEST)], now) is None
        assert seal(session, keys, "nobody's", ENTRY, [("row0", "7")], now) is None
    kept = unseal(keys, "0259", me, sealed, now + KEPT_FOR)
    assert kept is not None
    assert (kept.path, kept.fields, kept.asked_for_passwords) == (ENTRY, (("row0", "7"),), True)
    assert unseal(keys, "0259", me, sealed, now + KEPT_FOR + timedelta(seconds=1)) is None
    assert unseal(keys, "0259", other, sealed, now) is None
    for broken in ("", "å", "AAAA", sealed[:-8]):
        assert unseal(keys, "0259", me, broken, now) is None
