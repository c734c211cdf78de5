"""Supporters by a candidate's link, over the net: one candidate, not oneself, and nobody else's number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from election.call.acts import move_clock
from election.candidacy.acts import open_candidacy
from election.candidacy.case_acts import Registration, decide, register, withdraw
from election.candidacy.part_acts import Person, begin
from election.candidacy.records import Candidacy, candidacy, supporters
from election.candidacy.rules import Decision
from election.candidacy.supporter_acts import enter_supporters
from registry.act import Act, Installation
from registry.configuration import Configuration
from registry.regulation.calendar import instant
from registry.roles import ONESELF, Role
from tests.broker import BrokerOfTests, serving_broker, signed_in
from tests.scenarios import CANDIDACY_AT, Played, call_koege, form_value, invented_cpr, people, with_roll
from tests.scenarios import Person as Somebody

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("engine_name", ["sqlite"])]

HERE = "/0259/integrationsraad/2017/kandidater/stoet"
ADMIN = "election_administrator"
YES, TAKE_BACK = "Ja, jeg vil være stiller", "Tag min støtte tilbage"
DONE, BACK = "Tak. Du er nu stiller.", "Din støtte er taget tilbage."
PROTECTED = 8


@pytest.fixture(scope="module")
def broker() -> Iterator[BrokerOfTests]:
    with serving_broker() as serving:
        yield serving


@pytest.fixture
def configuration(configuration: Configuration, broker: BrokerOfTests) -> Configuration:
    return broker.configured(configuration)


@pytest.fixture
def played(installation: Installation) -> Played:
    """Nine voters, the last with a protected name, and three people who may not vote; candidates may register."""
    rows = people(9, others=3)
    rows[PROTECTED] = Somebody(rows[PROTECTED].cpr, "Hemmelig", "Person", is_protected=True)
    called = with_roll(call_koege(installation), rows=rows)
    called.now = CANDIDACY_AT
    open_candidacy(*called.by, called.act(ADMIN), called.election_id)
    return called


def _registered(played: Played, number: int, name: str) -> Candidacy:
    given = Registration(played.people[number].cpr, name, "kandidat@example.dk")
    made = register(*played.by, played.act(ADMIN), played.election_id, given)
    return _case(played, made.candidacy_id)


def _case(played: Played, candidacy_id: UUID) -> Candidacy:
    with played.installation.database.read() as reading:
        return candidacy(reading, played.scope, played.election_id, candidacy_id)


def _number_of_supporters(played: Played, row: Candidacy) -> int:
    with played.installation.database.read() as reading:
        return len(supporters(reading, [row])[row.label])


def _page_of(row: Candidacy) -> str:
    return f"{HERE}/{row.support_code}"


def _in(client: FlaskClient, broker: BrokerOfTests, page: str, cpr: str) -> str:
    """Sign in as somebody; the page that follows."""
    broker.knows("x" + cpr[::-1], **{"dk.cpr": cpr})
    assert signed_in(client, broker, "x" + cpr[::-1], page).location == page
    return client.get(page).get_data(as_text=True)


def _form(page: str, step: str) -> dict[str, str]:
    """What one of the forms of the page sends."""
    form = next(part for part in page.split("<form") if f'value="{step}"' in part)
    return {
        "csrf_token": form_value(form, "csrf_token"),
        "request_id": form_value(form, "request_id"),
        "step": step,
    }


def _press(client: FlaskClient, address: str, step: str) -> TestResponse:
    return client.post(address, data=_form(client.get(address).get_data(as_text=True), step))


def _follow(client: FlaskClient, answer: TestResponse) -> str:
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return client.get(answer.location).get_data(as_text=True)


def test_the_page_says_whose_candidacy_it_is_and_the_rules_before_anybody_signs_in(
    played: Played, client: FlaskClient
) -> None:
    row = _registered(played, 0, "Amina Hassan")
    page = client.get(_page_of(row)).get_data(as_text=True)
    for text in (
        "Amina Hassan",
        "Integrationsråd",
        "27. november 2017",
        "kun være stiller for én",
        "give dig penge",
    ):
        assert text in page
    assert YES not in page
    assert played.people[0].cpr not in page
    assert "kandidat@example.dk" not in page


def test_a_voter_supports_and_takes_it_back_and_may_do_it_once_more(
    played: Played, client: FlaskClient, broker: BrokerOfTests
) -> None:
    row = _registered(played, 0, "Amina Hassan")
    page = _in(client, broker, _page_of(row), played.people[1].cpr)
    assert "så din støtte tæller" in page
    assert DONE in _follow(client, _press(client, _page_of(row), "support"))
    assert _number_of_supporters(played, row) == 1
    page = client.get(_page_of(row)).get_data(as_text=True)
    assert TAKE_BACK in page
    assert YES not in page
    assert BACK in _follow(client, _press(client, _page_of(row), "leave"))
    assert _number_of_supporters(played, row) == 0
    assert DONE in _follow(client, _press(client, _page_of(row), "support"))
    assert _number_of_supporters(played, row) == 1


def test_sent_twice_and_sent_again_from_the_page_before_there_is_one_supporter(
    played: Played, client: FlaskClient, broker: BrokerOfTests
) -> None:
    """A double click sends the same form; the back button in a second window sends an older one."""
    row = _registered(played, 0, "Amina Hassan")
    page = _in(client, broker, _page_of(row), played.people[1].cpr)
    older = client.get(_page_of(row)).get_data(as_text=True)
    for sent in (page, page, older):
        assert client.post(_page_of(row), data=_form(sent, "support")).status_code == 303
    assert _number_of_supporters(played, row) == 1


def test_a_supporter_of_another_is_told_which_and_may_change(
    played: Played, client: FlaskClient, broker: BrokerOfTests
) -> None:
    first, second = _registered(played, 0, "Amina Hassan"), _registered(played, 2, "Leyla Ali")
    before = _in(client, broker, _page_of(second), played.people[1].cpr)
    _press(client, _page_of(first), "support")
    page = client.get(_page_of(second)).get_data(as_text=True)
    assert "Du er allerede stiller for Amina Hassan" in page
    assert YES not in page
    refused = client.post(_page_of(second), data=_form(before, "support"))
    assert refused.status_code == 409
    assert "Amina Hassan" in refused.get_data(as_text=True)
    assert _number_of_supporters(played, second) == 0
    assert BACK in _follow(client, _press(client, _page_of(second), "leave_other"))
    _press(client, _page_of(second), "support")
    assert (_number_of_supporters(played, first), _number_of_supporters(played, second)) == (0, 1)


def test_whom_somebody_supports_is_told_to_nobody_else(
    played: Played, app: Flask, client: FlaskClient, broker: BrokerOfTests
) -> None:
    first, second = _registered(played, 0, "Amina Hassan"), _registered(played, 2, "Leyla Ali")
    _in(client, broker, _page_of(first), played.people[1].cpr)
    _press(client, _page_of(first), "support")
    stranger = app.test_client()
    assert "Amina Hassan" not in stranger.get(_page_of(second)).get_data(as_text=True)
    assert "Amina Hassan" not in _in(stranger, broker, _page_of(second), played.people[3].cpr)


def test_nobody_supports_themselves(played: Played, client: FlaskClient, broker: BrokerOfTests) -> None:
    own, other = _registered(played, 0, "Amina Hassan"), _registered(played, 2, "Leyla Ali")
    page = _in(client, broker, _page_of(own), played.people[0].cpr)
    assert "Man kan ikke være stiller for sig selv" in page
    assert YES not in page
    form = _form(client.get(_page_of(other)).get_data(as_text=True), "support")
    assert client.post(_page_of(own), data=form).status_code == 409
    assert _number_of_supporters(played, own) == 0


def test_the_number_of_somebody_else_cannot_be_sent(
    played: Played, client: FlaskClient, broker: BrokerOfTests
) -> None:
    """Who the supporter is, is what MitID has said: a number in the form or the address changes nothing."""
    row = _registered(played, 0, "Amina Hassan")
    mine, others = played.people[1].cpr, played.people[4].cpr
    form = _form(_in(client, broker, _page_of(row), mine), "support")
    client.post(_page_of(row) + f"?cpr={others}", data=form | {"cpr": others, "cpr_index": others})
    keyring = played.installation.keys.open(played.scope.municipality)
    with played.installation.database.read() as reading:
        assert supporters(reading, [row])[row.label] == [keyring.blind_index(mine)]


def test_without_a_sign_in_nothing_is_supported_and_the_page_says_so(
    played: Played, client: FlaskClient, broker: BrokerOfTests
) -> None:
    row = _registered(played, 0, "Amina Hassan")
    form = _form(_in(client, broker, _page_of(row), played.people[1].cpr), "support")
    client.delete_cookie("citizen")
    answer = client.post(_page_of(row), data=form)
    assert "Du er ikke logget ind længere" in _follow(client, answer)
    assert _number_of_supporters(played, row) == 0


def test_who_may_not_vote_is_told_that_the_support_does_not_count(
    played: Played, client: FlaskClient, broker: BrokerOfTests
) -> None:
    row = _registered(played, 0, "Amina Hassan")
    for cpr in (played.people[10].cpr, invented_cpr(700)):
        page = _in(client, broker, _page_of(row), cpr)
        assert "kun, hvis du har valgret, og det kan vi ikke se" in page
        assert YES in page


def test_before_there_is_a_roll_nobody_is_told_that_it_counts(
    installation: Installation, client: FlaskClient, broker: BrokerOfTests
) -> None:
    played = call_koege(installation)
    played.people = people(3)
    played.now = CANDIDACY_AT
    open_candidacy(*played.by, played.act(ADMIN), played.election_id)
    row = _registered(played, 0, "Amina Hassan")
    page = _in(client, broker, _page_of(row), played.people[1].cpr)
    assert "Valglisten er ikke lavet endnu" in page


def test_a_link_that_leads_nowhere_tells_nothing(played: Played, client: FlaskClient) -> None:
    """A code that nobody has: 404. A candidacy that was withdrawn: 410. The page is the same, and names nobody."""
    row = _registered(played, 0, "Amina Hassan")
    withdraw(*played.by, played.act(ADMIN, reason="Eget ønske."), played.election_id, row.id, row.version)
    gone, unknown = client.get(_page_of(row)), client.get(f"{HERE}/findes-ikke")
    assert (gone.status_code, unknown.status_code) == (410, 404)
    assert "Amina" not in gone.get_data(as_text=True)
    same = [a.get_data(as_text=True).replace(row.support_code, "findes-ikke") for a in (gone, unknown)]
    assert same[0] == same[1]


def test_a_protected_name_stands_on_no_page_before_the_candidate_says_so(
    played: Played, client: FlaskClient
) -> None:
    row = _registered(played, PROTECTED, "Hemmelig Person")
    page = client.get(_page_of(row)).get_data(as_text=True)
    assert f"Kandidat nr. {row.number}" in page
    assert "Hemmelig" not in page


def test_a_draft_without_a_name_is_called_by_its_number(
    played: Played, client: FlaskClient, broker: BrokerOfTests
) -> None:
    act = Act(ONESELF, Role.CANDIDATE, played.now, uuid4())
    made = begin(*played.by, act, played.election_id, Person(invented_cpr(701)), "so")
    row = _case(played, made)
    _in(client, broker, _page_of(row), played.people[1].cpr)
    assert f"Kandidat nr. {row.number}" in client.get(_page_of(row)).get_data(as_text=True)
    assert DONE in _follow(client, _press(client, _page_of(row), "support"))


def test_a_candidate_with_enough_supporters_gets_no_more(
    played: Played, client: FlaskClient, broker: BrokerOfTests
) -> None:
    """Køge takes 25."""
    row = _registered(played, 0, "Amina Hassan")
    before = _in(client, broker, _page_of(row), played.people[1].cpr)
    numbers = tuple(invented_cpr(number) for number in range(800, 825))
    enter_supporters(*played.by, played.act(ADMIN), played.election_id, row.id, numbers)
    assert "Kandidaten har stillere nok" in client.get(_page_of(row)).get_data(as_text=True)
    answer = client.post(_page_of(row), data=_form(before, "support"))
    assert answer.status_code == 409
    assert _number_of_supporters(played, row) == 25


@pytest.mark.parametrize("why", ["accepted", "too late"])
def test_when_it_is_too_late_the_support_that_is_there_stays(
    played: Played, client: FlaskClient, broker: BrokerOfTests, why: str
) -> None:
    row = _registered(played, 0, "Amina Hassan")
    _in(client, broker, _page_of(row), played.people[1].cpr)
    _press(client, _page_of(row), "support")
    before = client.get(_page_of(row)).get_data(as_text=True)
    if why == "accepted":
        decide(*played.by, played.act(ADMIN), played.election_id, row.id, row.version, Decision.ACCEPT)
    else:
        election = played.read()
        until = instant(election.regulation.candidacy.cure_until.value, election.election_on)
        played.now = until + timedelta(seconds=1)
        move_clock(*played.by, played.act(ADMIN), played.election_id, played.now)
    page = client.get(_page_of(row)).get_data(as_text=True)
    assert "Det kan ikke længere ændres" in page
    assert TAKE_BACK not in page
    assert client.post(_page_of(row), data=_form(before, "leave")).status_code == 409
    assert _number_of_supporters(played, row) == 1


def test_at_the_last_second_a_support_still_counts(
    played: Played, client: FlaskClient, broker: BrokerOfTests
) -> None:
    row = _registered(played, 0, "Amina Hassan")
    _in(client, broker, _page_of(row), played.people[1].cpr)
    election = played.read()
    played.now = instant(election.regulation.candidacy.cure_until.value, election.election_on)
    move_clock(*played.by, played.act(ADMIN), played.election_id, played.now)
    assert DONE in _follow(client, _press(client, _page_of(row), "support"))


def test_after_signing_out_the_next_person_on_the_phone_sees_nothing(
    played: Played, client: FlaskClient, broker: BrokerOfTests
) -> None:
    row = _registered(played, 0, "Amina Hassan")
    page = _in(client, broker, _page_of(row), played.people[1].cpr)
    _press(client, _page_of(row), "support")
    out = client.post("/mitid/log-ud", data={"csrf_token": form_value(page, "csrf_token"), "next": _page_of(row)})
    assert out.location == _page_of(row)
    page = client.get(_page_of(row)).get_data(as_text=True)
    assert TAKE_BACK not in page
    assert "Log ind med" in page
