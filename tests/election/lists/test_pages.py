"""Lists on the screen: the office files, the representative names, nobody reads before and everybody after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from election.call.acts import move_clock
from election.candidacy.acts import close_candidacy
from election.candidacy.part_acts import Person, Written, begin, consent, seen_of, write
from election.candidacy.records import candidacy as find
from election.candidacy.rules import ConsentKind
from election.lists.acts import Filed, claim, file_list, notice
from registry.act import Installation
from registry.configuration import Configuration
from tests.broker import BrokerOfTests, serving_broker, signed_in
from tests.lists import ADMIN, NAMES, accept, as_candidate, call_with_lists, deadline, filed, registered
from tests.scenarios import Played, call_koege, form_value, invented_cpr, people, sign_in, with_roll

pytestmark = pytest.mark.slow

HERE = "/0259/integrationsraad/2017/lister"
MINE, PUBLIC = f"{HERE}/min", f"{HERE}/offentlig"


@pytest.fixture(scope="module")
def broker() -> Iterator[BrokerOfTests]:
    with serving_broker() as serving:
        yield serving


@pytest.fixture
def configuration(configuration: Configuration, broker: BrokerOfTests) -> Configuration:
    return broker.configured(configuration)


@pytest.fixture
def played(installation: Installation) -> Played:
    """Clock of the election: just after candidates were opened."""
    called = call_with_lists(installation)
    move_clock(*called.by, called.act(ADMIN), called.election_id, called.now)
    return called


def _sent(client: FlaskClient, page: str, ends: str, **typed: str) -> TestResponse:
    """The form of the page whose address ends so, with what is typed into it (names after the prefix)."""
    text = client.get(page).get_data(as_text=True)
    form = next(part for part in text.split("<form")[1:] if f'{ends}"' in part.split(">")[0])
    form = form.split("</form>")[0]
    names = {name.split('"')[0] for name in form.split('name="')[1:]}
    data = {
        name: form_value(form, name) for name in names if 'type="hidden"' in form.split(f'name="{name}"')[0][-40:]
    }
    given = {next(n for n in names if n == name or n.endswith("-" + name)): value for name, value in typed.items()}
    action = form.split('action="')[1].split('"')[0]
    return client.post(action, data=data | given)


def _in(client: FlaskClient, broker: BrokerOfTests, number: int) -> None:
    """Sign in as candidate `number`."""
    cpr = invented_cpr(number)
    broker.knows("l" + cpr[::-1], **{"dk.cpr": cpr})
    assert signed_in(client, broker, "l" + cpr[::-1], MINE).status_code == 302


def _text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def test_the_office_files_a_list_and_names_its_candidates(played: Played, client: FlaskClient) -> None:
    registered(played, 1, "A"), registered(played, 2, "A")
    sign_in(client, ADMIN)
    typed = {"key": "A", "name": "Broen", "order": "ordered"}
    typed |= {"representative_name": "Rep Person", "representative_contact": "rep@example.dk"}
    answer = _sent(client, f"{HERE}/", "/lister/", **typed)
    assert answer.status_code == 303
    page = _text(client.get(answer.location))
    assert "A · Broen" in page
    assert "De har valgt listen, men står ikke på den" in page
    for number in ("2", "1"):
        assert _sent(client, answer.location, "/navngiv", number=number).status_code == 303
    page = _text(client.get(answer.location))
    assert page.index(NAMES[1]) < page.index(NAMES[0])
    assert (
        _sent(
            client, answer.location, "/orden", **{"place-1": "1", "place-2": "2", "order": "ordered"}
        ).status_code
        == 303
    )
    page = _text(client.get(answer.location))
    assert page.index(NAMES[0]) < page.index(NAMES[1])


def test_what_cannot_be_done_is_said_and_what_was_typed_stays(played: Played, client: FlaskClient) -> None:
    registered(played, 1, "A")
    made = filed(played, "A", "Broen", names=[1])
    sign_in(client, ADMIN)
    for typed, code in (("77", 409), ("1", 409), ("et", 422), ("", 422)):
        answer = _sent(client, f"{HERE}/{made}", "/navngiv", number=typed)
        assert answer.status_code == code
        assert f'value="{typed}"' in _text(answer)
    answer = _sent(client, f"{HERE}/{made}", "/orden", **{"place-1": "2", "order": "ordered"})
    assert answer.status_code == 409
    assert "Hver kandidat på listen skal have sin egen plads" in _text(answer)
    assert _sent(client, f"{HERE}/{made}", "/traek-tilbage", reason="").status_code == 422
    assert client.post(f"{HERE}/{made}/noget-andet").status_code == 400


def test_a_candidate_founds_a_list_and_names_another(
    played: Played, client: FlaskClient, broker: BrokerOfTests
) -> None:
    """The name of somebody who has not chosen the list is not told: a number could be guessed."""
    registered(played, 1, "A"), registered(played, 2, "B")
    _in(client, broker, 1)
    answer = _sent(client, MINE, "/lister/min", key="A", name="Broen", order="side_by_side")
    assert answer.status_code == 303
    assert NAMES[0] in _text(client.get(MINE))
    assert _sent(client, MINE, "/navngiv", number="2").status_code == 303
    page = _text(client.get(MINE))
    assert "Navnet vises, når kandidaten har valgt listen" in page
    assert NAMES[1] not in page
    assert _sent(client, MINE, "/fjern").status_code == 303
    assert NAMES[0] not in _text(client.get(MINE)).split("De har valgt listen")[0]


def test_the_representative_withdraws_the_list(played: Played, client: FlaskClient, broker: BrokerOfTests) -> None:
    founder = registered(played, 1, "A")
    file_list(
        *played.by, as_candidate(played), played.election_id, Filed("A", "Broen", False, founder.candidacy_id)
    )
    _in(client, broker, 1)
    answer = _sent(client, MINE, "/traek-tilbage", reason="Vi stopper.")
    assert answer.location.endswith("/kandidater/min-sag")
    assert "Anmeld en liste" in _text(client.get(MINE))


def test_nobody_but_the_representative_gets_at_a_list(
    played: Played, app: Flask, client: FlaskClient, broker: BrokerOfTests
) -> None:
    founder = registered(played, 1, "A")
    registered(played, 2, "B")
    given = Filed("A", "Broen", False, founder.candidacy_id)
    made = file_list(*played.by, as_candidate(played), played.election_id, given)
    assert "Broen" not in _text(client.get(MINE))
    assert client.get(f"{HERE}/{made}").status_code == 302
    _in(client, broker, 2)
    assert "Broen" not in _text(client.get(MINE))
    owner = app.test_client()
    _in(owner, broker, 1)
    page = _text(owner.get(MINE))
    data = {"csrf_token": form_value(_text(client.get(MINE)), "csrf_token"), "claim-number": "2"}
    data["claim-request_id"] = form_value(page, "claim-request_id")
    assert client.post(f"{MINE}/navngiv", data=data).status_code == 303
    assert "Nr. 2" not in _text(owner.get(MINE))


def test_both_sides_file_an_alliance_and_take_it_back(played: Played, client: FlaskClient) -> None:
    one, other = filed(played, "A", "Broen"), filed(played, "B", "Ny By")
    sign_in(client, ADMIN)
    assert _sent(client, f"{HERE}/{one}", "/valgforbund").status_code == 303
    assert "Venter på den anden liste" in _text(client.get(f"{HERE}/{one}"))
    assert "Kun den ene har anmeldt det" in _text(client.get(f"{HERE}/"))
    assert _sent(client, f"{HERE}/{other}", "/valgforbund").status_code == 303
    assert "Gælder" in _text(client.get(f"{HERE}/"))
    assert _sent(client, f"{HERE}/{one}", "/valgforbund").status_code == 303
    assert "Den anden liste vil gerne" in _text(client.get(f"{HERE}/{one}"))


def test_lists_are_secret_until_candidates_are_closed_and_public_afterwards(
    played: Played, client: FlaskClient
) -> None:
    case = registered(played, 1, "A")
    one = filed(played, "A", "Broen", names=[1])
    other = filed(played, "B", "Ny By")
    for by, to in ((one, other), (other, one)):
        notice(*played.by, played.act(ADMIN), played.election_id, by, None, to, True)
    accept(played, case)
    secret = _text(client.get(PUBLIC))
    for text in ("Broen", "Ny By", NAMES[0]):
        assert text not in secret
    played.now = deadline(played, "closes") + timedelta(seconds=1)
    close_candidacy(*played.by, played.act(ADMIN), played.election_id)
    page = _text(client.get(PUBLIC))
    for text in ("A · Broen", NAMES[0], "B · Ny By", "Valgforbund"):
        assert text in page


def test_too_late_the_list_is_shown_and_no_form(
    played: Played, client: FlaskClient, broker: BrokerOfTests
) -> None:
    founder = registered(played, 1, "A")
    made = file_list(
        *played.by, as_candidate(played), played.election_id, Filed("A", "Broen", False, founder.candidacy_id)
    )
    _in(client, broker, 1)
    page = _text(client.get(MINE))
    played.now = deadline(played, "cure_until") + timedelta(seconds=1)
    move_clock(*played.by, played.act(ADMIN), played.election_id, played.now)
    late = client.post(
        f"{MINE}/navngiv",
        data={
            "csrf_token": form_value(page, "csrf_token"),
            "claim-request_id": form_value(page, "claim-request_id"),
            "claim-number": "1",
        },
    )
    assert late.status_code == 409
    assert "Listen kan ikke længere ændres" in _text(late)
    assert "Sæt på listen" not in _text(late)
    sign_in(client, ADMIN)
    assert "Sæt på listen" not in _text(client.get(f"{HERE}/{made}"))


def test_an_election_of_persons_has_no_page_of_lists(installation: Installation, client: FlaskClient) -> None:
    call_koege(installation)
    assert client.get(PUBLIC).status_code == 404
    sign_in(client, ADMIN)
    assert client.get(f"{HERE}/").status_code == 404


def test_a_name_cut_away_is_said_to_the_representative(
    played: Played, client: FlaskClient, broker: BrokerOfTests
) -> None:
    """Eleven seats, fifteen names: the sixteenth goes."""
    founder = registered(played, 1, "A")
    given = Filed("A", "Broen", False, founder.candidacy_id)
    made = file_list(*played.by, as_candidate(played), played.election_id, given)
    for number in range(2, 17):
        begin(*played.by, as_candidate(played), played.election_id, Person(invented_cpr(300 + number)), "da")
        claim(*played.by, played.act(ADMIN), played.election_id, made, None, number)
    _in(client, broker, 1)
    assert _text(client.get(MINE)).count("Går ud: for mange navne") == 1


def test_a_protected_name_is_not_told_to_the_representative(
    played: Played, client: FlaskClient, broker: BrokerOfTests
) -> None:
    """The roll says that the name is protected, and the candidate has not said that it may be shown."""
    founder = registered(played, 1, "A")
    registered(played, 2, "A")
    rows = [replace(person, municipality="0101") for person in people(4)]
    rows[2] = replace(rows[2], is_protected=True)
    with_roll(played, rows=rows)
    played.now = deadline(played, "opens")
    given = Filed("A", "Broen", False, founder.candidacy_id)
    file_list(*played.by, as_candidate(played), played.election_id, given)
    _in(client, broker, 1)
    assert NAMES[1] not in _text(client.get(MINE))
    assert _sent(client, MINE, "/navngiv", number="2").status_code == 303
    page = _text(client.get(MINE))
    assert NAMES[0] in page
    assert NAMES[1] not in page


def test_a_draft_is_told_to_nobody(played: Played, client: FlaskClient, broker: BrokerOfTests) -> None:
    """Neither the office nor the representative learns what stands in a draft, named by the list or not."""
    founder = registered(played, 1, "A")
    given = Filed("A", "Broen", False, founder.candidacy_id)
    made = file_list(*played.by, as_candidate(played), played.election_id, given)
    drafts = [
        begin(*played.by, as_candidate(played), played.election_id, Person(invented_cpr(n)), "da") for n in (2, 3)
    ]
    for draft, name in zip(drafts, NAMES[1:], strict=False):
        written = Written(ballot_name=name, list_key="A")
        with played.installation.database.read() as session:
            shown = seen_of(find(session, played.scope, played.election_id, draft), {}, written)
        write(*played.by, as_candidate(played), played.election_id, draft, shown, written)
    claim(*played.by, played.act(ADMIN), played.election_id, made, None, 2)
    _in(client, broker, 1)
    own = _text(client.get(MINE))
    sign_in(client, ADMIN)
    for page in (own, _text(client.get(f"{HERE}/{made}"))):
        assert NAMES[0] in page
        assert NAMES[1] not in page
        assert NAMES[2] not in page


def test_a_protected_name_leaves_the_public_page_with_the_consent(
    installation: Installation, client: FlaskClient
) -> None:
    played = call_with_lists(installation)
    made = registered(played, 1, "A")
    rows = [replace(person, municipality="0101") for person in people(4)]
    rows[1] = replace(rows[1], is_protected=True)
    with_roll(played, rows=rows)
    played.now = deadline(played, "opens")
    _say(played, made.candidacy_id, frozenset({ConsentKind.PROTECTED_NAME}))
    with installation.database.read() as session:
        version = find(session, played.scope, played.election_id, made.candidacy_id).version
    accept(played, replace(made, version=version))
    played.now = deadline(played, "closes") + timedelta(minutes=1)
    close_candidacy(*played.by, played.act(ADMIN), played.election_id)
    assert NAMES[0] in _text(client.get(PUBLIC))
    _say(played, made.candidacy_id, frozenset())
    page = _text(client.get(PUBLIC))
    assert NAMES[0] not in page
    assert "Navnet er beskyttet" in page


def _say(played: Played, candidacy_id: UUID, given: frozenset[ConsentKind]) -> None:
    consent(*played.by, as_candidate(played), played.election_id, candidacy_id, given)


def test_a_number_too_long_for_any_case_is_none(played: Played, client: FlaskClient) -> None:
    made = filed(played, "A", "Broen")
    sign_in(client, ADMIN)
    page = _text(client.get(f"{HERE}/{made}"))
    typed = {"csrf_token": form_value(page, "csrf_token"), "release-number": "9" * 5000}
    assert client.post(f"{HERE}/{made}/fjern", data=typed).status_code == 404
