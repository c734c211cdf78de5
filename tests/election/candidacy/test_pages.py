"""A candidate's phone, the receipt and what it never says; the office's case; the lot; the poll not needed."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from election.call.acts import move_clock
from election.candidacy.acts import close_candidacy, open_candidacy
from registry.act import Installation
from registry.regulation.calendar import instant
from tests.scenarios import CLOSED_AT, Played, call_koege, form_value, sign_in, with_candidates, with_roll

pytestmark = pytest.mark.slow

HERE = "/0259/integrationsraad/2017/kandidater"
ADMIN = "election_administrator"


@pytest.fixture
def played(installation: Installation) -> Played:
    """The roll is frozen and candidates may register."""
    called = with_roll(call_koege(installation), voters=9)
    open_candidacy(*called.by, called.act(ADMIN), called.election_id)
    return called


def _filled(page: str, cpr: str, name: str, ballot_name: str) -> dict[str, str]:
    return {
        "csrf_token": form_value(page, "csrf_token"),
        "request_id": form_value(page, "request_id"),
        "cpr": cpr,
        "registered_name": name,
        "ballot_name": ballot_name,
        "contact": "12 34 56 78",
        "presentation": "Jeg vil arbejde for sprogcaféer.",
        "is_willing": "y",
    }


def _register(client: FlaskClient, cpr: str, name: str, ballot_name: str) -> str:
    """The path of the receipt."""
    page = client.get(f"{HERE}/anmeld").get_data(as_text=True)
    answer = client.post(f"{HERE}/anmeld", data=_filled(page, cpr, name, ballot_name))
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return answer.location


def _own_name(played: Played, number: int = 0) -> tuple[str, str]:
    person = played.people[number]
    return person.cpr, f"{person.first_names} {person.surname}"


def _post(client: FlaskClient, path: str, form_page: str, **data: str) -> tuple[int, str]:
    page = client.get(form_page).get_data(as_text=True)
    hidden = {k: form_value(page, k) for k in ("csrf_token", "request_id", "version") if f'name="{k}"' in page}
    answer = client.post(path, data=hidden | data)
    return answer.status_code, answer.get_data(as_text=True)


def _case_path(client: FlaskClient, number: int) -> str:
    page = client.get(f"{HERE}/").get_data(as_text=True)
    found = re.search(rf'href="([^"]+)">{number}\. ', page)
    assert found is not None
    return found[1]


def _decide(client: FlaskClient, case: str, decision: str, reason: str = "") -> tuple[int, str]:
    return _post(client, f"{case}/afgoer", case, decision=decision, reason=reason)


def test_who_writes_number_and_name_of_the_roll_reads_that_the_right_is_confirmed(
    played: Played, client: FlaskClient
) -> None:
    cpr, name = _own_name(played)
    receipt = client.get(_register(client, cpr, name.upper(), "Amina H"))
    text = receipt.get_data(as_text=True)
    assert "Bekræftet" in text
    assert cpr not in text
    assert cpr not in receipt.request.path


@pytest.mark.parametrize("kind", ["wrong name", "not on the roll", "unknown"])
def test_whoever_is_not_confirmed_reads_the_same_whatever_the_reason(
    played: Played, client: FlaskClient, kind: str
) -> None:
    """A stranger with somebody's number, somebody of Danish origin and a number nobody has: never a no."""
    cpr, name = _own_name(played, 9 if kind == "not on the roll" else 0)
    cpr = "0101010101" if kind == "unknown" else cpr
    name = "Forkert Navn" if kind == "wrong name" else name
    text = client.get(_register(client, cpr, name, "Amina H")).get_data(as_text=True)
    assert "Kontoret ser på den" in text
    assert "Bekræftet" not in text


def test_a_double_click_gives_one_candidacy_and_the_same_receipt(played: Played, client: FlaskClient) -> None:
    page = client.get(f"{HERE}/anmeld").get_data(as_text=True)
    data = _filled(page, *_own_name(played), "Amina H")
    first, second = (client.post(f"{HERE}/anmeld", data=data) for _ in range(2))
    assert first.location == second.location
    assert client.get(second.location).status_code == 200


def test_a_receipt_of_somebody_else_is_not_found_by_guessing(played: Played, client: FlaskClient) -> None:
    receipt = _register(client, *_own_name(played), "Amina H")
    assert client.get(receipt[:-1] + ("A" if receipt[-1] != "A" else "B")).status_code == 404


def test_what_was_typed_is_not_lost_when_the_name_cannot_stand_on_the_ballot(
    played: Played, client: FlaskClient
) -> None:
    page = client.get(f"{HERE}/anmeld").get_data(as_text=True)
    answer = client.post(f"{HERE}/anmeld", data=_filled(page, *_own_name(played), "Dr. Amina"))
    assert answer.status_code == 409
    assert "Jeg vil arbejde for sprogcaféer." in answer.get_data(as_text=True)


def test_the_sixth_candidacy_from_one_phone_is_not_received(played: Played, client: FlaskClient) -> None:
    for number in range(5):
        _register(client, f"010101010{number}", "X Y", f"Kandidat {'ABCDE'[number]}")
    page = client.get(f"{HERE}/anmeld").get_data(as_text=True)
    answer = client.post(f"{HERE}/anmeld", data=_filled(page, "0101010109", "X Y", "Kandidat F"))
    assert answer.status_code == 429


def test_before_the_opening_the_page_says_when_it_opens(installation: Installation, client: FlaskClient) -> None:
    call_koege(installation)
    text = client.get(f"{HERE}/anmeld").get_data(as_text=True)
    assert "Der er ikke åbnet for anmeldelser endnu" in text
    assert 'name="cpr"' not in text


def test_a_late_candidacy_is_kept_marked_late_and_cannot_be_accepted_under_this_regulation(
    played: Played, client: FlaskClient
) -> None:
    """koege-2018: late = refused."""
    election = played.read()
    played.now = instant(election.regulation.candidacy.closes.value, election.election_on) + timedelta(minutes=1)
    move_clock(*played.by, played.act(ADMIN), played.election_id, played.now)
    close_candidacy(*played.by, played.act(ADMIN), played.election_id)
    assert "Fristen er overskredet" in client.get(f"{HERE}/anmeld").get_data(as_text=True)
    receipt = _register(client, *_own_name(played), "Amina H")
    assert "mærket som modtaget for sent" in client.get(receipt).get_data(as_text=True)
    sign_in(client, ADMIN)
    status, text = _decide(client, _case_path(client, 1), "accept", "Bussen var forsinket")
    assert (status, "R219" in text) == (409, True)


def test_a_returned_candidacy_is_mended_by_the_candidate_and_then_accepted(
    played: Played, client: FlaskClient
) -> None:
    receipt = _register(client, *_own_name(played), "Amina H")
    sign_in(client, ADMIN)
    case = _case_path(client, 1)
    assert _decide(client, case, "return")[0] == 200  # the form again: a reason is missing
    assert _decide(client, case, "return", "Skriv hele efternavnet.")[0] == 302
    text = client.get(receipt).get_data(as_text=True)
    assert "Skriv hele efternavnet." in text
    assert _post(client, f"{receipt}/ret", f"{receipt}/ret", ballot_name="Amina Hassan", contact="1")[0] == 302
    assert _decide(client, case, "accept")[0] == 302
    assert "Du er godkendt som kandidat" in client.get(receipt).get_data(as_text=True)
    status, again = _post(client, f"{receipt}/ret", f"{receipt}/ret", ballot_name="Anden Person", contact="1")
    assert (status, "Godkendt" in again) == (409, True)


def test_a_refused_candidate_reads_the_reason_that_a_person_wrote(played: Played, client: FlaskClient) -> None:
    receipt = _register(client, *_own_name(played), "Amina H")
    sign_in(client, ADMIN)
    assert _decide(client, _case_path(client, 1), "refuse", "Flyttet fra kommunen i går.")[0] == 302
    text = client.get(receipt).get_data(as_text=True)
    assert "Flyttet fra kommunen i går." in text


def test_of_two_tabs_on_one_case_the_second_changes_nothing(played: Played, client: FlaskClient) -> None:
    _register(client, *_own_name(played), "Amina H")
    sign_in(client, ADMIN)
    case = _case_path(client, 1)
    page = client.get(case).get_data(as_text=True)
    stale = {key: form_value(page, key) for key in ("csrf_token", "version")}
    assert _decide(client, case, "accept")[0] == 302
    late = client.post(
        f"{case}/traek-tilbage",
        data={
            "csrf_token": stale["csrf_token"],
            "withdraw-request_id": str(uuid4()),
            "withdraw-version": stale["version"],
            "withdraw-reason": "Bad om det",
        },
    )
    assert (late.status_code, "R003" in late.get_data(as_text=True)) == (409, True)


def test_a_board_member_reads_a_case_but_neither_decides_nor_sees_the_number(
    played: Played, client: FlaskClient
) -> None:
    cpr, name = _own_name(played)
    _register(client, cpr, name, "Amina H")
    sign_in(client, "board_member")
    case = _case_path(client, 1)
    text = client.get(case).get_data(as_text=True)
    assert cpr[:6] not in text
    assert "Gem afgørelsen" not in text
    assert client.post(f"{case}/afgoer", data={"csrf_token": form_value(text, "csrf_token")}).status_code in (
        400,
        403,
    )


def test_a_lot_that_gives_two_candidates_the_same_place_is_not_kept(played: Played, client: FlaskClient) -> None:
    for number in range(2):
        _register(client, *_own_name(played, number), f"Kandidat {'AB'[number]}")
    sign_in(client, ADMIN)
    for number in (1, 2):
        _decide(client, _case_path(client, number), "accept")
    played.now = max(played.now, CLOSED_AT)
    close_candidacy(*played.by, played.act(ADMIN), played.election_id)
    lot = {
        "drawn_by": "Board Member",
        "witnesses": "To borgere",
        "method": "Sedler i en skål",
        "drawn_at": "14-11-2017 10.30",
    }
    order = f"{HERE}/raekkefoelge"
    status, text = _post(client, order, order, **lot, **{"place-c1": "1", "place-c2": "1"})
    assert (status, "én gang" in text) == (409, True)
    assert _post(client, order, order, **lot, **{"place-c1": "2", "place-c2": "1"})[0] == 302
    public = client.get(f"{HERE}/liste").get_data(as_text=True)
    assert public.index("Kandidat B") < public.index("Kandidat A")


def test_the_public_list_is_empty_while_candidates_may_register(played: Played, client: FlaskClient) -> None:
    _register(client, *_own_name(played), "Amina H")
    sign_in(client, ADMIN)
    _decide(client, _case_path(client, 1), "accept")
    assert "Amina H" not in client.get(f"{HERE}/liste").get_data(as_text=True)


@pytest.mark.parametrize(("candidates", "is_cancelled"), [(5, True), (6, False)])
def test_five_candidates_for_five_seats_need_no_poll_and_six_do(
    installation: Installation, client: FlaskClient, candidates: int, is_cancelled: bool
) -> None:
    with_candidates(with_roll(call_koege(installation)), candidates)
    sign_in(client, "board_member")
    status, text = _post(client, f"{HERE}/fredsvalg", f"{HERE}/fredsvalg", is_decided="y")
    if is_cancelled:
        assert status == 302
        assert "Der holdes ikke afstemning" in client.get(f"{HERE}/liste").get_data(as_text=True)
    else:
        assert (status, "R212" in text) == (409, True)
