"""One browser, several people: nothing that was opened for one is sent as another's; numbers out of the world."""

from __future__ import annotations

import pytest

from election.candidacy.part_acts import make_link
from election.candidacy.records import Candidacy, cases, photo, texts
from election.candidacy.rules import State
from registry.configuration import Configuration
from tests.broker import BrokerOfTests
from tests.election.own_case.phone import CASE, HERE, Phone, hidden_of
from tests.election.presentation.standing import portrait
from tests.scenarios import Played

pytestmark = pytest.mark.slow


@pytest.fixture
def configuration(with_mitid: Configuration) -> Configuration:
    return with_mitid


def _rows(played: Played) -> list[Candidacy]:
    with played.installation.database.read() as session:
        return cases(session, played.read())


def _next_person(phone: Phone, played: Played, broker: BrokerOfTests) -> None:
    phone.client.post(f"{CASE}/log-ud", data=hidden_of(phone.reads(), f"{CASE}/log-ud"))
    phone.sign_in(broker, "omar", played.people[1].cpr).begin()
    phone.reads()


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/kontakt", {"email": "amina@example.dk", "phone": ""}),
        ("/praesentation/da", {"text": "Aminas ord"}),
        ("/samtykker", {"email": "y"}),
        ("/erklaering", {"is_willing": "y"}),
        ("/send", {}),
    ],
)
def test_what_was_opened_for_one_is_not_sent_as_the_next(
    phone: Phone, played: Played, broker: BrokerOfTests, path: str, typed: dict[str, str]
) -> None:
    """Both cases look alike on these pages, so what was seen does not tell them apart."""
    phone.sign_in(broker, "amina", played.people[0].cpr).begin()
    opened = hidden_of(phone.reads(path))
    _next_person(phone, played, broker)
    assert phone.send(path, opened, **typed).status_code == 400
    omar = _rows(played)[1]
    assert (omar.in_state, omar.email, omar.willing_at) == (State.DRAFT, "", None)
    with played.installation.database.read() as session:
        assert not texts(session, omar)


def test_a_form_of_ones_own_still_goes_after_signing_in_again(
    phone: Phone, played: Played, broker: BrokerOfTests
) -> None:
    phone.sign_in(broker, "amina", played.people[0].cpr).begin()
    opened = hidden_of(phone.reads("/kontakt"))
    phone.client.delete_cookie("citizen")
    phone.reads()
    phone.sign_in(broker, "amina", played.people[0].cpr)
    phone.reads()
    assert phone.send("/kontakt", opened, email="amina@example.dk", phone="").status_code == 303
    assert _rows(played)[0].email == "amina@example.dk"


def test_a_link_to_another_case_ends_the_forms_too(phone: Phone, played: Played, broker: BrokerOfTests) -> None:
    phone.sign_in(broker, "omar", played.people[1].cpr).begin()
    row = _rows(played)[0]
    phone.saves("/navn", ballot_name="Omar Yusuf")
    phone.send("/send", hidden_of(phone.reads("/send")))
    make_link(*played.by, played.act("election_administrator"), played.election_id, row.id, "omars-ord")
    phone.client.post(f"{CASE}/log-ud", data=hidden_of(phone.reads(), f"{CASE}/log-ud"))
    phone.sign_in(broker, "amina", played.people[0].cpr).begin()
    opened = hidden_of(phone.reads("/kontakt"))
    link = f"{HERE}/link/omars-ord"
    phone.client.post(link, data=hidden_of(phone.client.get(link).get_data(as_text=True)))
    phone.reads()
    assert phone.send("/kontakt", opened, email="amina@example.dk", phone="").status_code == 400
    assert _rows(played)[0].email == ""


@pytest.mark.parametrize(
    ("typed", "kept"), [("9" * 30, 300), ("-5", 100), ("9" * 12, 300)], ids=["huge", "negative", "too big"]
)
def test_a_crop_out_of_the_world_is_the_nearest(
    phone: Phone, played: Played, broker: BrokerOfTests, typed: str, kept: int
) -> None:
    phone.sign_in(broker, "amina", played.people[0].cpr).begin()
    assert phone.sends_photo(portrait(9).whole).status_code == 303
    hidden = hidden_of(phone.reads("/foto"), f"{CASE}/foto/udsnit")
    numbers = {"zoom": typed, "across": typed, "down": "50", "keep": "1"}
    assert phone.client.post(f"{CASE}/foto/udsnit", data=hidden | numbers).status_code == 303
    with played.installation.database.read() as session:
        found = photo(session, _rows(played)[0])
        assert found is not None
        assert found.zoom == kept
        assert found.across in (0, 100)


def test_a_support_link_with_a_null_sign_is_nobodys(phone: Phone) -> None:
    for code in ("%00", "a%00b"):
        assert phone.client.get(f"{HERE}/stoet/{code}").status_code == 404


def test_a_cpr_number_is_no_name(phone: Phone, played: Played, broker: BrokerOfTests) -> None:
    """It would stand in every mail and on the receipt."""
    phone.sign_in(broker, "amina", played.people[0].cpr).begin()
    answer = phone.fill("/navn", ballot_name=f"Amina {played.people[0].cpr}")
    assert "Her må ikke stå et CPR-nummer" in answer.get_data(as_text=True)
    assert played.people[0].cpr not in _rows(played)[0].ballot_name
