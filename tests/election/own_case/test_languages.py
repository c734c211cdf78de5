"""The candidate's own pages in the languages that only pages for everybody have: nothing is left in Danish."""

from __future__ import annotations

import pytest
from flask import Flask

from election.candidacy.case_acts import Named, confirm_refusal, decide, propose_refusal
from election.candidacy.records import Candidacy, cases
from election.candidacy.rules import Decision, Part
from registry.configuration import Configuration
from registry.wording import direction_of
from tests.broker import BrokerOfTests
from tests.election.own_case.phone import CASE, HERE, Phone, hidden_of
from tests.languages import OTHERS, missed_by
from tests.scenarios import Played, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("engine_name", ["sqlite"])]
ADMIN = "election_administrator"
OUTSIDE = (
    f"{HERE}/stil-op",
    f"{HERE}/bed-om-link",
    f"{HERE}/link/x",
    f"{HERE}/stoet/findes-ikke",
    f"{HERE}/liste",
    CASE,
)
PAGES = (
    "",
    "/navn",
    "/kontakt",
    "/foto",
    "/praesentation",
    "/praesentation/ar",
    "/samtykker",
    "/stillere",
    "/erklaering",
    "/sprog",
    "/send",
    "/traek-tilbage",
    "/slet",
    "/klage",
)


@pytest.fixture
def configuration(with_mitid: Configuration) -> Configuration:
    return with_mitid


def _row(played: Played) -> Candidacy:
    with played.installation.database.read() as session:
        return cases(session, played.read())[0]


def _look(phone: Phone, *addresses: str) -> None:
    """Every page in every language, whole and in its direction; Danish again afterwards."""
    for locale in OTHERS:
        phone.client.set_cookie("language", locale)
        for address in addresses:
            page = phone.client.get(address, follow_redirects=True).get_data(as_text=True)
            assert f'<html lang="{locale}" dir="{direction_of(locale)}">' in page[:200], address
    phone.client.set_cookie("language", "da")


def test_from_the_start_to_the_complaint_no_sentence_is_left_in_danish(
    phone: Phone, played: Played, broker: BrokerOfTests, app: Flask
) -> None:
    """Nobody signed in, a new case, a draft, sent, returned with every part, sent again, and refused."""
    missed, own = missed_by(app), tuple(CASE + path for path in PAGES)
    _look(phone, *OUTSIDE)
    phone.sign_in(broker, "amina", played.people[0].cpr)
    _look(phone, CASE)
    phone.begin()
    _look(phone, *own)
    phone.saves("/navn", ballot_name="Amina med et navn")
    phone.saves("/kontakt", email="amina@example.dk", phone="12 34 56 78")
    phone.saves("/praesentation/ar", text="نص قصير")
    _look(phone, *own)
    phone.client.post(f"{CASE}/send", data=hidden_of(phone.reads("/send")))
    _look(phone, *own, f"{HERE}/stoet/{_row(played).support_code}")
    row, named = _row(played), tuple(Named(part, "Gør noget ved det.") for part in Part)
    decide(*played.by, played.act(ADMIN), played.election_id, row.id, row.version, Decision.RETURN, named)
    _look(phone, *own)
    phone.client.post(f"{CASE}/send", data=hidden_of(phone.reads("/send")))
    row, act = _row(played), played.act(ADMIN, reason="Navnet er en andens.")
    propose_refusal(*played.by, act, played.election_id, row.id, row.version, "Regulativets § 4")
    confirm_refusal(*played.by, played.act("board_member"), played.election_id, row.id, _row(played).version)
    _look(phone, *own)
    assert missed == set()


def test_an_official_who_looks_at_a_candidates_page_reads_danish(phone: Phone, played: Played) -> None:
    sign_in(phone.client, ADMIN)
    phone.client.set_cookie("language", "ar")
    assert '<html lang="da" dir="ltr">' in phone.client.get(f"{HERE}/stil-op").get_data(as_text=True)
