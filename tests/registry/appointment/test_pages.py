"""The page of the case: what is proposed, what is refused without losing a word, who may only read."""

from __future__ import annotations

import html
import io
import re

import pypdf
import pytest
from flask.testing import FlaskClient

from registry.act import Installation
from tests.councils import (
    ADDRESS,
    APPOINTED_AT,
    ELECTED,
    SUBSTITUTES,
    Council,
    appoint_everybody,
    name_others,
    nominee_ids,
    open_council,
)
from tests.scenarios import form_value, sign_in

pytestmark = pytest.mark.slow

HERE = f"{ADDRESS}/udpegning/"
FIRST, SECOND, *_ = ELECTED
NEXT, AFTER_NEXT, *_ = SUBSTITUTES


@pytest.fixture
def council(installation: Installation) -> Council:
    return open_council(installation).move_to(APPOINTED_AT)


def shown(client: FlaskClient, path: str = HERE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return html.unescape(answer.get_data(as_text=True))


def sent(client: FlaskClient, path: str, **data: str) -> tuple[int, str]:
    page = client.get(HERE).get_data(as_text=True)
    hidden = {name: form_value(page, name) for name in ("csrf_token", "request_id")}
    answer = client.post(HERE + path, data=hidden | data)
    return answer.status_code, html.unescape(answer.get_data(as_text=True))


def decision(council: Council, rulings: dict[str, str], **changes: str) -> dict[str, str]:
    ids = nominee_ids(council)
    chosen = {f"ruling-{ids[name]}": ruling for name, ruling in rulings.items()}
    return {"body": "Køge Byråd", "decided_on": "19-12-2017", "case_no": "17/4711"} | chosen | changes


def is_checked(page: str, council: Council, name: str, ruling: str) -> bool:
    field = f'name="ruling-{nominee_ids(council)[name]}" value="{ruling}"'
    return re.search(re.escape(field) + r" checked", page) is not None


def test_elected_is_not_appointed_and_the_page_says_so(council: Council, client: FlaskClient) -> None:
    sign_in(client, "council_secretary")
    page = shown(client)
    assert page.count("Valgt – endnu ikke udpeget") >= 5
    assert "Ingen plads er ledig endnu. En stedfortræder kommer først i betragtning" in page
    assert f"ruling-{nominee_ids(council)[NEXT]}" not in page, "a substitute cannot be chosen before their turn"


def test_a_secretary_names_a_member_and_reads_what_is_free(council: Council, client: FlaskClient) -> None:
    sign_in(client, "council_secretary")
    status, _ = sent(client, "navngiv", name="Anna Petrova", group="society", on_behalf_of="Sprogcaféen")
    assert status == 302
    page = shown(client)
    assert "Anna Petrova er føjet til sagen." in page
    assert "Lokalsamfundet (4 af 5 ledige)" in page
    assert "Indstillet – endnu ikke udpeget" in page


def test_a_refused_name_stays_in_the_form_with_the_code(council: Council, client: FlaskClient) -> None:
    sign_in(client, "council_secretary")
    status, page = sent(client, "navngiv", name=FIRST, group="society", on_behalf_of="Sprogcaféen i Ellemarken")
    assert status == 409
    assert "Kode: R573" in page
    assert 'value="Sprogcaféen i Ellemarken"' in page
    assert 'value="Køge Byråd"' in page, "the other form of the page is still filled in"


def test_one_meetings_decisions_are_saved_together(council: Council, client: FlaskClient) -> None:
    sign_in(client, "council_secretary")
    rulings = dict.fromkeys(ELECTED[1:], "appointed") | {FIRST: "declined"}
    status, _ = sent(client, "afgoer", **decision(council, rulings))
    assert status == 302
    page = shown(client)
    assert "Afgørelsen om 5 personer er gemt." in page
    assert f"Det er nu turen til {NEXT}." in page
    assert f"{NEXT} står før {AFTER_NEXT} i rækken." in page
    assert f"ruling-{nominee_ids(council)[NEXT]}" in page
    assert 'value="17/4711"' in page, "the next decision of the same meeting begins with its case number"


def test_nothing_typed_is_lost_when_the_decision_is_refused(council: Council, client: FlaskClient) -> None:
    """The day is before the election: nobody is appointed, and every choice stands as it was made."""
    sign_in(client, "council_secretary")
    reason = {f"reason-{nominee_ids(council)[SECOND]}": "Er flyttet til Greve"}
    data = decision(council, {FIRST: "appointed", SECOND: "not_appointed"}, decided_on="01-11-2017") | reason
    status, page = sent(client, "afgoer", **data)
    assert status == 409
    assert "Kode: R571" in page
    assert 'value="01-11-2017"' in page
    assert 'value="17/4711"' in page
    assert 'value="Er flyttet til Greve"' in page
    assert is_checked(page, council, FIRST, "appointed")
    assert is_checked(page, council, SECOND, "not_appointed")
    assert "Ingen afgørelse er registreret endnu." in page


def test_a_reason_that_is_missing_is_asked_for_beside_the_person(council: Council, client: FlaskClient) -> None:
    sign_in(client, "council_secretary")
    status, page = sent(client, "afgoer", **decision(council, {FIRST: "not_appointed"}))
    assert status == 409
    assert "Skriv, hvorfor personen ikke bliver udpeget." in page
    assert f'href="#reason-{nominee_ids(council)[FIRST]}"' in page


@pytest.mark.parametrize("day", ["i går", "31-02-2018", ""])
def test_a_day_that_cannot_be_read_stays_as_it_was_typed(council: Council, client: FlaskClient, day: str) -> None:
    sign_in(client, "council_secretary")
    status, page = sent(client, "afgoer", **decision(council, {FIRST: "appointed"}, decided_on=day))
    assert status == 409
    assert f'value="{day}"' in page
    assert ("Skriv dagen som dd-mm-åååå" if day else "Feltet skal udfyldes.") in page


def test_a_choice_for_somebody_whose_turn_was_lost_is_refused_and_not_passed_over(
    council: Council, client: FlaskClient
) -> None:
    """The page was opened while a place was free; meanwhile it was taken."""
    sign_in(client, "council_secretary")
    status, page = sent(client, "afgoer", **decision(council, {FIRST: "appointed", NEXT: "appointed"}))
    assert status == 409
    assert "Kode: R566" in page
    assert "Ingen afgørelse er registreret endnu." in page


def test_a_decision_about_nobody_is_not_a_decision(council: Council, client: FlaskClient) -> None:
    sign_in(client, "council_secretary")
    status, page = sent(client, "afgoer", **decision(council, {}))
    assert status == 409
    assert "Vælg en afgørelse for mindst én person. Intet er gemt." in page


def test_everybody_missing_is_chosen_with_one_button_and_nothing_is_saved(
    council: Council, client: FlaskClient
) -> None:
    name_others(council)
    sign_in(client, "council_secretary")
    status, page = sent(client, "afgoer", **decision(council, {FIRST: "declined"}), alle="1")
    assert status == 200
    assert is_checked(page, council, FIRST, "declined"), "what was chosen already is kept"
    assert all(is_checked(page, council, name, "appointed") for name in (SECOND, "Karen Østergaard"))
    assert "Ingen afgørelse er registreret endnu." in page


def test_a_corrected_decision_is_shown_beside_the_one_that_holds(council: Council, client: FlaskClient) -> None:
    sign_in(client, "council_secretary")
    why = {f"reason-{nominee_ids(council)[FIRST]}": "sagsnummeret var skrevet forkert"}
    for case_no in ("17/1", "17/2"):
        sent(client, "afgoer", **decision(council, {FIRST: "appointed"}, case_no=case_no, **why))
    page = shown(client)
    assert page.count("Udpeget (rettet senere)") == 1
    assert "17/1" in page
    assert "Council Secretary" in page


def test_a_double_click_is_one_decision(council: Council, client: FlaskClient) -> None:
    sign_in(client, "council_secretary")
    page = client.get(HERE).get_data(as_text=True)
    hidden = {name: form_value(page, name) for name in ("csrf_token", "request_id")}
    data = hidden | decision(council, {FIRST: "appointed"})
    assert [client.post(HERE + "afgoer", data=data).status_code for _ in range(2)] == [302, 302]
    assert "rettet senere" not in shown(client)


def test_an_auditor_reads_the_case_and_gets_no_form(council: Council, client: FlaskClient) -> None:
    sign_in(client, "auditor")
    page = shown(client)
    assert "Hvem er foreslået" in page
    assert "Gem afgørelsen" not in page
    assert client.get(HERE + "sag.pdf").status_code == 200


@pytest.mark.parametrize(("who", "status"), [("", 302), ("enterer", 403), ("certifier", 403)])
def test_the_case_is_not_for_everybody(council: Council, client: FlaskClient, who: str, status: int) -> None:
    if who:
        sign_in(client, who)
    assert client.get(HERE).status_code == status
    assert council.term_id


def test_the_case_is_fetched_as_a_document(council: Council, client: FlaskClient) -> None:
    appoint_everybody(name_others(council))
    sign_in(client, "election_administrator")
    answer = client.get(HERE + "sag.pdf")
    assert answer.mimetype == "application/pdf"
    assert "udpegning.pdf" in answer.headers["Content-Disposition"]
    assert len(pypdf.PdfReader(io.BytesIO(answer.data)).pages) >= 2


def test_a_council_that_is_not_there_has_no_case(council: Council, client: FlaskClient) -> None:
    sign_in(client, "council_secretary")
    assert client.get(HERE.replace("integrationsraad", "aeldreraad")).status_code == 404
    assert council.term_id
