"""The case as a whole, over the net: sent, late, returned, refused, complained of, withdrawn; who may open it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from election.call.lots import BALLOT_ORDER
from election.candidacy.acts import close_candidacy, settle_ballot_order
from election.candidacy.case_acts import Named, confirm_refusal, decide, propose_refusal
from election.candidacy.part_acts import make_link
from election.candidacy.records import Candidacy, cases, steps
from election.candidacy.rules import Decision, Part, State, StepKind
from election.polling.acts import open_polls
from registry.configuration import Configuration
from registry.mail.records import Message
from tests.broker import BrokerOfTests
from tests.election.own_case.phone import CASE, HERE, Phone, at_clock, hidden_of, text_of
from tests.scenarios import CLOSED_AT, ELECTION_ON, Played, at, sign_in

pytestmark = pytest.mark.slow
ADMIN = "election_administrator"
PAGES = (
    "",
    "/navn",
    "/kontakt",
    "/foto",
    "/praesentation",
    "/praesentation/da",
    "/samtykker",
    "/stillere",
    "/erklaering",
    "/sprog",
    "/send",
    "/kvittering.pdf",
    "/traek-tilbage",
    "/slet",
    "/klage",
)
NAME = "Amina med et navn"


@pytest.fixture
def configuration(with_mitid: Configuration) -> Configuration:
    return with_mitid


@pytest.fixture
def amina(phone: Phone, played: Played, broker: BrokerOfTests) -> Phone:
    """She has filled in what must be filled in."""
    phone.sign_in(broker, "amina", played.people[0].cpr).begin()
    phone.saves("/navn", ballot_name=NAME)
    phone.saves("/kontakt", email="amina@example.dk", phone="")
    phone.saves("/erklaering", is_willing="y")
    return phone


def _row(played: Played, number: int = 1) -> Candidacy:
    with played.installation.database.read() as session:
        return cases(session, played.read())[number - 1]


def _kinds(played: Played) -> list[StepKind]:
    with played.installation.database.read() as session:
        return [step.of_kind for step in steps(session, _row(played))]


def _return(played: Played, *named: Named) -> None:
    row, act = _row(played), played.act(ADMIN)
    decide(*played.by, act, played.election_id, row.id, row.version, Decision.RETURN, named)


def _refuse(played: Played, reason: str = "Navnet er en andens.") -> None:
    row = _row(played)
    act = played.act(ADMIN, reason=reason)
    propose_refusal(*played.by, act, played.election_id, row.id, row.version, "Regulativets § 4")
    confirm_refusal(*played.by, played.act("board_member"), played.election_id, row.id, _row(played).version)


# --- who may open it -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_a_page_shows_nothing_to_who_only_knows_the_address(amina: Phone, app: Flask, path: str) -> None:
    """No address holds the id of a case: what a stranger opens is the page that says how to get in."""
    answer = app.test_client().get(CASE + path)
    assert answer.status_code == 200
    assert "Log ind for at se din egen anmeldelse" in text_of(answer)
    assert NAME not in text_of(answer)


def test_the_id_of_a_case_opens_nothing(amina: Phone, app: Flask, played: Played) -> None:
    case_id = _row(played).id
    for address in (f"{CASE}/{case_id}", f"{HERE}/link/{case_id}", f"{CASE}?id={case_id}"):
        answer = app.test_client().get(address)
        assert NAME not in text_of(answer)
        assert "amina@example.dk" not in text_of(answer)
    assert "Log ind" in text_of(app.test_client().get(f"{HERE}/{case_id}", follow_redirects=True))


def test_what_was_typed_when_the_visit_ended_is_shown_once_more(amina: Phone) -> None:
    form = hidden_of(amina.reads("/praesentation/da"))
    amina.client.delete_cookie("citizen")
    answer = amina.send("/praesentation/da", form, text="To timers arbejde <b>her</b>")
    assert answer.status_code == 403
    assert "To timers arbejde &lt;b&gt;her&lt;/b&gt;" in text_of(answer)


def test_two_people_on_one_phone_never_meet_each_others_case(
    amina: Phone, played: Played, broker: BrokerOfTests
) -> None:
    amina.client.post(f"{CASE}/log-ud", data=hidden_of(amina.reads(), f"{CASE}/log-ud"))
    assert "Log ind for at se din egen anmeldelse" in amina.reads()
    omar = amina.sign_in(broker, "omar", played.people[1].cpr)
    assert NAME not in omar.reads()
    omar.begin()
    assert NAME not in omar.reads()


def test_a_draft_is_nobodys_but_the_candidates(amina: Phone, app: Flask) -> None:
    office = app.test_client()
    sign_in(office, ADMIN)
    assert NAME not in text_of(office.get(f"{HERE}/"))


# --- the one-time link -----------------------------------------------------------------------------------


def _link(played: Played, token: str = "et-hemmeligt-ord") -> str:
    make_link(*played.by, played.act(ADMIN), played.election_id, _row(played).id, token)
    return f"{HERE}/link/{token}"


def _open(client: FlaskClient, link: str) -> tuple[int, str]:
    answer = client.post(link, data=hidden_of(client.get(link).get_data(as_text=True)))
    return answer.status_code, answer.get_data(as_text=True)


def test_a_link_opens_the_case_once_and_only_when_a_person_presses_the_button(
    amina: Phone, app: Flask, played: Played
) -> None:
    amina.saves("/send")
    link, first, second = _link(played), app.test_client(), app.test_client()
    for _ in range(3):
        assert "Åbn min anmeldelse" in text_of(second.get(link))  # a program that checks mails
    assert _open(first, link)[0] == 303
    assert NAME in Phone(first).reads()
    status, page = _open(second, link)
    assert (status, "Linket kan ikke bruges" in page) == (410, True)
    assert NAME not in Phone(second).reads()
    later = hidden_of(Phone(first).reads("/kontakt"))
    assert Phone(first).send("/kontakt", later, email="ny@example.dk", phone="").status_code == 303


def test_signing_in_by_mitid_ends_a_visit_by_link_and_the_other_way_round(
    amina: Phone, app: Flask, played: Played, broker: BrokerOfTests
) -> None:
    phone = Phone(app.test_client())
    amina.saves("/send")
    assert _open(phone.client, _link(played))[0] == 303
    assert NAME in phone.reads()
    phone.sign_in(broker, "omar", played.people[1].cpr)
    assert NAME not in phone.reads()
    phone.client.delete_cookie("citizen")
    assert NAME not in phone.reads()  # the link did not come back
    phone.sign_in(broker, "omar", played.people[1].cpr)
    assert _open(phone.client, _link(played, "et-andet-ord"))[0] == 303
    assert NAME in phone.reads()
    assert phone.client.get_cookie("citizen") is None


def test_a_visit_by_link_ends_with_the_hour(
    amina: Phone, app: Flask, played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    amina.saves("/send")
    phone = Phone(app.test_client())
    monkeypatch.setattr("election.own_case.visit.LINK_VISIT", timedelta(seconds=-1))
    assert _open(phone.client, _link(played))[0] == 303
    assert NAME not in phone.reads()


def test_whoever_asks_for_a_link_learns_nothing(amina: Phone, app: Flask, played: Played) -> None:
    """The same words for an address that is known and for one that is not; only the first gets a mail."""
    pages = []
    for address in ("amina@example.dk", "ukendt@example.dk"):
        page = app.test_client().get(f"{HERE}/bed-om-link").get_data(as_text=True)
        answer = app.test_client().post(f"{HERE}/bed-om-link", data=hidden_of(page) | {"email": address})
        assert answer.status_code == 400  # another browser's form
        client = app.test_client()
        hidden = hidden_of(client.get(f"{HERE}/bed-om-link").get_data(as_text=True))
        answer = client.post(f"{HERE}/bed-om-link", data=hidden | {"email": address})
        pages.append((answer.status_code, text_of(answer).replace(hidden["csrf_token"], "")))
        assert client.post(f"{HERE}/bed-om-link", data=hidden | {"email": address}).status_code == 200
    assert pages[0] == pages[1]
    with played.installation.database.read() as session:
        assert [mail.kind for mail in session.scalars(select(Message))] == ["link"]


def test_links_cannot_be_asked_for_without_end(amina: Phone, client: FlaskClient) -> None:
    said = []
    for _ in range(4):
        hidden = hidden_of(client.get(f"{HERE}/bed-om-link").get_data(as_text=True))
        said.append(client.post(f"{HERE}/bed-om-link", data=hidden | {"email": "x@example.dk"}).status_code)
    assert said == [200, 200, 200, 429]


# --- sending ---------------------------------------------------------------------------------------------


def test_it_is_sent_and_a_receipt_can_be_fetched(amina: Phone, played: Played) -> None:
    page = amina.reads("/send")
    assert "Alt, der kræves, er udfyldt" in page
    amina.saves("/send")
    assert _row(played).in_state is State.SUBMITTED
    page = amina.reads()
    assert "Anmeldelsen er modtaget" in page
    assert "7. november 2017 kl. 09.00" in page
    receipt = amina.client.get(f"{CASE}/kvittering.pdf")
    assert receipt.data.startswith(b"%PDF")
    assert receipt.headers["Content-Disposition"] == 'attachment; filename="kvittering-1.pdf"'


def test_sending_is_possible_whatever_is_missing(phone: Phone, played: Played, broker: BrokerOfTests) -> None:
    phone.sign_in(broker, "amina", played.people[0].cpr).begin()
    page = phone.reads("/send")
    assert "Du kan sende alligevel." in page
    assert "22. november 2017 kl. 12.00" in page
    phone.saves("/send")
    assert _row(played).in_state is State.SUBMITTED
    page = phone.reads()
    assert "noget mangler" in page
    phone.saves("/erklaering", is_willing="y")  # and mended without being sent again


def test_a_double_click_and_two_windows_send_once(amina: Phone, played: Played) -> None:
    one, other = hidden_of(amina.reads("/send")), hidden_of(amina.reads("/send"))
    assert [amina.send("/send", one).status_code for _ in range(2)] == [303, 303]
    answer = amina.client.post(f"{CASE}/send", data=other, follow_redirects=True)
    assert "Anmeldelsen er “Modtaget”" in text_of(answer)
    assert _kinds(played) == [StepKind.SUBMITTED]


@pytest.mark.parametrize(("seconds", "state"), [(0, State.SUBMITTED), (1, State.LATE)])
def test_the_deadline_passes_while_the_form_is_open(
    amina: Phone, played: Played, seconds: int, state: State
) -> None:
    """To the second: at 12.00.00 it is in time; a second later it is kept and marked late."""
    form = hidden_of(amina.reads("/send"))
    at_clock(played, at(ELECTION_ON - timedelta(days=7), "12:00") + timedelta(seconds=seconds))
    assert amina.send("/send", form).status_code == 303
    assert _row(played).in_state is state
    page = amina.reads()
    assert ("den kom efter fristen. Den er gemt" in page) == (state is State.LATE)
    assert ("går ikke tabt" in page) == (state is State.LATE)


def test_the_phase_is_over_while_the_form_is_open(amina: Phone, played: Played) -> None:
    """R080 is a page with what was typed, on the part as on the sending; the draft stays."""
    part, sending = hidden_of(amina.reads("/kontakt")), hidden_of(amina.reads("/send"))
    Phone(amina.client).saves("/send")
    row = _row(played)
    decide(*played.by, played.act(ADMIN), played.election_id, row.id, row.version, Decision.ACCEPT)
    at_clock(played, CLOSED_AT)
    close_candidacy(*played.by, played.act(ADMIN), played.election_id)
    lot = played.lot(BALLOT_ORDER, ["c1"], ["c1"])
    settle_ballot_order(*played.by, played.act("board_member"), played.election_id, lot)
    at_clock(played, at(ELECTION_ON, "16:00"))
    open_polls(*played.by, played.act(ADMIN), played.election_id)
    answer = amina.send("/kontakt", part, email="sent@example.dk", phone="")
    assert answer.status_code == 409
    assert 'value="sent@example.dk"' in text_of(answer)
    assert "Afstemning" in text_of(answer)
    answer = amina.send("/send", sending | {"request_id": str(uuid4())})
    assert (answer.status_code, "R080" in text_of(answer) or "i fasen" in text_of(answer)) == (409, True)
    assert "Du er kandidat" in amina.reads()
    assert "Begynd her" not in text_of(amina.client.get(f"{HERE}/stil-op"))


@pytest.mark.parametrize("field", ["request_id", "seen", "version", "csrf_token"])
def test_a_forged_form_is_answered_by_a_page(amina: Phone, field: str) -> None:
    for path in ("/navn", "/samtykker", "/slet"):
        answer = amina.send(path, hidden_of(amina.reads(path)) | {field: "'; drop"}, is_sure="y", ballot_name="x")
        assert answer.status_code < 500
        assert "<main" in text_of(answer) or answer.status_code == 303


# --- decided ---------------------------------------------------------------------------------------------


def test_what_must_be_mended_is_named_with_its_deadline_and_its_page(amina: Phone, played: Played) -> None:
    amina.saves("/send")
    _return(played, Named(Part.NAME, "Skriv dit efternavn."), Named(Part.OTHER, "Ring til os."))
    page = amina.reads()
    assert "Noget skal rettes senest 22. november 2017 kl. 12.00" in page
    assert "Skriv dit efternavn." in page
    assert f'href="{CASE}/navn">Ret: Navn på stemmesedlen' in page
    assert "Skriv dit efternavn." in amina.reads("/navn")
    amina.saves("/navn", ballot_name="Amina Hassan")
    assert _row(played).in_state is State.RETURNED  # nothing is sent by itself
    amina.saves("/send")
    assert _kinds(played) == [StepKind.SUBMITTED, StepKind.RETURNED, StepKind.MENDED]
    assert "Skriv dit efternavn." not in amina.reads("/navn")


def test_a_refusal_says_why_by_which_section_and_where_to_complain(amina: Phone, played: Played) -> None:
    amina.saves("/send")
    row = _row(played)
    act = played.act(ADMIN, reason="Hemmelig indstilling")
    propose_refusal(*played.by, act, played.election_id, row.id, row.version, "§ 4")
    assert "Hemmelig indstilling" not in amina.reads()  # nothing is decided by one person
    confirm_refusal(*played.by, played.act("board_member"), played.election_id, row.id, _row(played).version)
    page = amina.reads()
    assert "Hemmelig indstilling" in page
    assert "Afgørelsen bygger på: § 4." in page
    assert "Klagen går til Køge Byråd." in page
    amina.saves("/klage", reason="Jeg bor her.")
    assert _kinds(played)[-1] is StepKind.COMPLAINED
    page = amina.reads()
    assert "Din klage er modtaget. Du får besked" in page
    assert "Jeg bor her." in page


def test_a_complaint_without_words_or_without_a_refusal(amina: Phone, played: Played) -> None:
    assert "Der er ikke noget at klage over" in amina.reads("/klage")
    amina.saves("/send")
    _refuse(played)
    answer = amina.fill("/klage", reason="  ")
    assert "Der mangler en begrundelse." in text_of(answer)
    assert StepKind.COMPLAINED not in _kinds(played)


def test_an_accepted_candidate_can_change_consents_and_nothing_else(amina: Phone, played: Played) -> None:
    amina.saves("/send")
    row = _row(played)
    old = hidden_of(amina.reads("/navn"))
    decide(*played.by, played.act(ADMIN), played.election_id, row.id, row.version, Decision.ACCEPT)
    assert "Du er kandidat" in amina.reads()
    assert f'href="{CASE}/navn"' not in amina.reads()
    assert f'href="{CASE}/samtykker"' in amina.reads()
    answer = amina.send("/navn", old, ballot_name="Et andet")
    assert (answer.status_code, 'value="Et andet"' in text_of(answer)) == (409, True)
    assert _row(played).ballot_name == NAME


# --- going back ------------------------------------------------------------------------------------------


def test_a_candidacy_is_withdrawn_by_the_candidate_until_the_time(amina: Phone, played: Played) -> None:
    amina.saves("/send")
    assert "Ja, det er jeg sikker på" in text_of(amina.fill("/traek-tilbage"))
    assert _row(played).in_state is State.SUBMITTED
    amina.saves("/traek-tilbage", is_sure="y", reason="Jeg flytter.")
    assert _row(played).in_state is State.WITHDRAWN
    assert "Anmeldelsen er trukket tilbage" in amina.reads()
    assert "Jeg flytter." in amina.reads()


def test_after_the_time_it_stands(amina: Phone, played: Played) -> None:
    amina.saves("/send")
    form = hidden_of(amina.reads("/traek-tilbage"))
    at_clock(played, at(ELECTION_ON - timedelta(days=5), "12:00") + timedelta(seconds=1))
    answer = amina.send("/traek-tilbage", form, is_sure="y")
    assert (answer.status_code, "22.11.2017 kl. 12.00" in text_of(answer)) == (409, True)
    assert _row(played).in_state is State.SUBMITTED
    assert "Træk anmeldelsen tilbage" not in amina.reads()


def test_a_withdrawal_of_what_has_changed_meanwhile_asks_again(amina: Phone, played: Played) -> None:
    amina.saves("/send")
    form = hidden_of(amina.reads("/traek-tilbage"))
    amina.saves("/kontakt", email="ny@example.dk", phone="")
    answer = amina.send("/traek-tilbage", form, is_sure="y", reason="Jeg flytter.")
    assert (answer.status_code, "Jeg flytter." in text_of(answer)) == (409, True)
    again = hidden_of(text_of(answer)) | {"request_id": str(uuid4())}
    assert amina.send("/traek-tilbage", again, is_sure="y", reason="Jeg flytter.").status_code == 303
    assert _row(played).in_state is State.WITHDRAWN


def test_a_draft_is_deleted_and_what_was_sent_is_not(amina: Phone, played: Played) -> None:
    form = hidden_of(amina.reads("/slet"))
    amina.saves("/send")
    answer = amina.send("/slet", form, is_sure="y")
    assert answer.status_code == 409
    assert "Den kan ikke slettes" in amina.reads("/slet")
    assert _row(played).in_state is State.SUBMITTED


def test_a_deleted_draft_is_gone_and_so_is_the_visit(amina: Phone, played: Played) -> None:
    answer = amina.fill("/slet", is_sure="y")
    assert (answer.status_code, answer.location) == (303, f"{HERE}/stil-op")
    with played.installation.database.read() as session:
        assert cases(session, played.read()) == []
    assert "Log ind for at se din egen anmeldelse" in amina.reads()
