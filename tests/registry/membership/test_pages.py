"""The council on a date for anybody, and the secretary's way from an empty seat to the next in line."""

from __future__ import annotations

import html
import re
from datetime import date
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from registry.act import Installation
from registry.membership.acts import answer_offer, end_membership, offer_seat
from registry.membership.records import memberships
from registry.membership.rules import Answer, EndReason
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
    people,
    seat_everybody,
    seated,
)
from tests.scenarios import at, form_value, sign_in

pytestmark = pytest.mark.slow

FIRST, SECOND, *_ = ELECTED
NEXT, AFTER_NEXT, *_ = SUBSTITUTES
LAST_DAY = date(2018, 2, 28)


@pytest.fixture
def council(installation: Installation) -> Council:
    """All 15 sit; it is 2 March 2018."""
    return seated(installation).move_to(at(date(2018, 3, 2), "10:00"))


def shown(client: FlaskClient, path: str = "/") -> str:
    answer = client.get(ADDRESS + path)
    assert answer.status_code == 200, answer.status_code
    return told(answer.get_data(as_text=True))


def told(page: str) -> str:
    """The page as it is read: no tags, one blank between words; the values of fields are kept."""
    main = page[page.index("<main") : page.index("</main>")]
    main = re.sub(r'<input[^>]*\bvalue="([^"]*)"[^>]*>', r" [\1] ", main)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def sent(client: FlaskClient, form_page: str, path: str, **data: str) -> tuple[int, str]:
    page = client.get(ADDRESS + form_page).get_data(as_text=True)
    hidden = {name: form_value(page, name) for name in ("csrf_token", "request_id")}
    answer = client.post(ADDRESS + path, data=hidden | data)
    text = answer.get_data(as_text=True)
    return answer.status_code, told(text) if "<main" in text else ""


def spell(council: Council, name: str) -> tuple[UUID, UUID]:
    """The membership and the seat of somebody."""
    who = people(council)[name]
    with council.installation.database.read() as session:
        row = next(row for row in memberships(session, council.read()) if row.person_id == who)
    return row.id, row.seat_id


def left(council: Council, name: str, reason: EndReason = EndReason.MOVED_OUT, text: str = "") -> UUID:
    return end_membership(*council.by, council.act(), spell(council, name)[0], LAST_DAY, reason, text)


# --- for anybody ------------------------------------------------------------------------------------------


def test_elected_appointed_and_seated_are_three_things_that_anybody_can_tell_apart(
    installation: Installation, client: FlaskClient
) -> None:
    council = name_others(open_council(installation))
    page = shown(client)
    assert "Amina Hassan er valgt – endnu ikke udpeget." in page
    assert page.count("Et medlem er indstillet – endnu ikke udpeget.") == 10
    assert "Samira Haddad" not in page, "who is only proposed is not told before the decision"
    appoint_everybody(council)
    page = shown(client)
    assert "Amina Hassan er udpeget, men har ikke fået pladsen endnu." in page
    seat_everybody(council)
    page = shown(client)
    assert "Rådet er ikke trådt til endnu" in page
    assert "Samira Haddad Udpeget af Køge Byråd efter indstilling fra Kursistrådet. 1. jan. 2018" in page
    assert "Tom plads" not in page


def test_the_full_council_says_how_everybody_came_and_that_it_follows_its_rule(
    council: Council, client: FlaskClient
) -> None:
    page = shown(client)
    assert "Medlemmer 2. marts 2018" in page
    assert "Amina Hassan Valgt. Udpeget af Køge Byråd. 1. jan. 2018" in page
    assert "Karen Østergaard Udpeget af Køge Byråd. 1. jan. 2018" in page
    assert "Ja. Alle pladser er besat, som reglen siger." in page
    assert "Medlemmer med stemmeret 15 antaget: det højeste antal er læst som det fastsatte" in page
    assert "15 medlemmer tiltrådte" in page
    assert "Registrer udtræden" not in page
    assert council.term_id


def test_an_empty_seat_is_shown_empty_with_the_reason_and_nothing_private(
    council: Council, client: FlaskClient
) -> None:
    left(council, SECOND, text="Har fået arbejde i Aarhus")
    page = shown(client)
    assert "Tom plads Tom siden 1. marts 2018. Omar Nowak: flyttet fra kommunen." in page
    assert "Direkte valgte: 1 af 5 pladser er ikke besat." in page
    assert "Der er 14 medlemmer med stemmeret; reglen er 15." in page
    assert "28. februar 2018 Omar Nowak flyttet fra kommunen" in page
    assert "Aarhus" not in page


@pytest.mark.parametrize("typed", ["28-02-2018", "28.02.2018", "2018-02-28"])
def test_the_council_of_an_earlier_day_is_as_it_was_then(
    council: Council, client: FlaskClient, typed: str
) -> None:
    left(council, SECOND)
    page = shown(client, f"/?dato={typed}")
    assert "Medlemmer 28. februar 2018" in page
    assert "Omar Nowak Valgt. Udpeget af Køge Byråd." in page
    assert "Tom plads" not in page


def test_the_successor_sits_and_the_line_tells_who_waits(council: Council, client: FlaskClient) -> None:
    seat = left(council, SECOND)
    offer = offer_seat(*council.by, council.act(), seat, nominee_ids(council)[NEXT])
    assert "Pladsen er tilbudt den næste stedfortræder." in shown(client)
    answer_offer(*council.by, council.act(), offer, Answer.ACCEPTED, "", date(2018, 3, 2))
    page = shown(client)
    assert "Ivan Kovalenko Stedfortræder, der er trådt ind. 2. mar. 2018" in page
    assert re.search(r"1 Ivan Kovalenko \S? ?Sidder i rådet 2 Fatima Rahimi \S? ?Venter", page)
    assert "2. marts 2018 Ivan Kovalenko indtrådt som stedfortræder" in page
    between = shown(client, "/?dato=01-03-2018")
    assert "Ivan Kovalenko tiltræder 2. marts 2018." in between


@pytest.mark.parametrize("typed", ["31-12-2017", "01-01-2022"])
def test_a_date_outside_the_term_says_so_and_shows_nobody(
    council: Council, client: FlaskClient, typed: str
) -> None:
    page = shown(client, f"/?dato={typed}")
    assert "Datoen ligger uden for perioden" in page
    assert FIRST not in page
    assert council.term_id


def test_a_date_that_cannot_be_read_is_told_and_kept(council: Council, client: FlaskClient) -> None:
    page = shown(client, "/?dato=i+fjor")
    assert "“i fjor” er ikke en dato." in page
    assert "[i fjor]" in page
    assert FIRST in page
    assert council.term_id


def test_an_earlier_term_is_listed_and_can_be_opened(council: Council, client: FlaskClient) -> None:
    """A second term of the same dates stands in for the next; each page leads to the other."""
    later = open_council(council.installation, council.who, source="election/2021", opened_at=council.now)
    newest = client.get(f"{ADDRESS}/").get_data(as_text=True)
    assert f"periode={council.term_id}" in newest
    assert FIRST in told(newest)
    assert "endnu ikke udpeget" in told(newest)
    old = client.get(f"{ADDRESS}/?periode={council.term_id}").get_data(as_text=True)
    assert "endnu ikke udpeget" not in told(old)
    assert f"periode={later.term_id}" in old
    assert client.get(f"{ADDRESS}/?periode={uuid4()}").status_code == 404


# --- for the secretary ------------------------------------------------------------------------------------


def test_the_appointed_are_seated_with_one_button(installation: Installation, client: FlaskClient) -> None:
    appoint_everybody(name_others(open_council(installation)))
    sign_in(client, "council_secretary")
    assert "Giv de 15 udpegede plads" in shown(client, "/medlemmer")
    assert sent(client, "/medlemmer", "/medlemmer/plads")[0] == 302
    page = shown(client, "/medlemmer")
    assert "15 har fået plads i rådet." in page
    assert "Tom plads" not in page


def test_the_end_of_a_membership_says_first_what_follows(council: Council, client: FlaskClient) -> None:
    sign_in(client, "council_secretary")
    membership_id, seat_id = spell(council, SECOND)
    path = f"/medlemmer/{membership_id}/udtraeden"
    assert "Den næste i rækken er Ivan Kovalenko." in shown(client, path)
    given = {"last_on": "28-02-2018", "reason": "moved_out", "text": "Flyttet til Greve"}
    status, page = sent(client, path, path, **given)
    assert status == 200
    assert "Omar Nowak har sidste dag 28. februar 2018. Grund: flyttet fra kommunen." in page
    assert "Tom plads" not in shown(client), "nothing is registered yet"
    status, _ = sent(client, path, path, confirmed="ja", **given)
    assert status == 302
    page = shown(client, f"/plads/{seat_id}")
    assert "Tilbyd Ivan Kovalenko pladsen" in page
    assert "Flyttet til Greve" in page


def test_a_refused_end_keeps_what_was_typed(council: Council, client: FlaskClient) -> None:
    sign_in(client, "council_secretary")
    path = f"/medlemmer/{spell(council, SECOND)[0]}/udtraeden"
    given = {"last_on": "31-12-2017", "reason": "resigned", "text": "Ønsker ikke at fortsætte"}
    status, page = sent(client, path, path, confirmed="ja", **given)
    assert status == 409
    assert "Kode: R586" in page
    assert "[31-12-2017]" in page
    assert "Ønsker ikke at fortsætte" in page


def test_an_end_needs_a_day_and_a_reason(council: Council, client: FlaskClient) -> None:
    sign_in(client, "council_secretary")
    path = f"/medlemmer/{spell(council, SECOND)[0]}/udtraeden"
    status, page = sent(client, path, path, last_on="i går", reason="")
    assert status == 409
    assert "Skriv dagen som dd-mm-åååå" in page
    assert "Grund: Feltet skal udfyldes." in page


def test_from_the_empty_seat_to_the_second_in_line(council: Council, client: FlaskClient) -> None:
    """The first says no and stands as passed over; the second says yes from 5 March."""
    seat = left(council, SECOND)
    path, ids = f"/plads/{seat}", nominee_ids(council)
    sign_in(client, "council_secretary")
    assert sent(client, path, f"{path}/tilbyd/{ids[NEXT]}")[0] == 302
    assert "Svar fra Ivan Kovalenko" in shown(client, path)
    assert _answer(client, path, answer="declined", reason="Har ikke tid")[0] == 302
    page = shown(client, path)
    assert "Tilbyd Fatima Rahimi pladsen" in page
    assert "1 Ivan Kovalenko Har sagt nej" in page
    assert sent(client, path, f"{path}/tilbyd/{ids[AFTER_NEXT]}")[0] == 302
    assert _answer(client, path, answer="accepted", starts_on="05-03-2018")[0] == 302
    page = shown(client, path)
    assert "Pladsen er besat" in page
    assert "Fatima Rahimi har den fra 5. marts 2018." in page
    assert "Fatima Rahimi tiltræder 5. marts 2018." in shown(client)


def _answer(client: FlaskClient, path: str, **data: str) -> tuple[int, str]:
    page = client.get(ADDRESS + path).get_data(as_text=True)
    found = re.search(rf'action="{re.escape(ADDRESS)}({re.escape(path)}/svar/[^"]+)"', page)
    assert found is not None
    return sent(client, path, found[1], **data)


def test_an_answer_that_is_refused_keeps_what_was_typed(council: Council, client: FlaskClient) -> None:
    seat = left(council, SECOND)
    path = f"/plads/{seat}"
    sign_in(client, "council_secretary")
    sent(client, path, f"{path}/tilbyd/{nominee_ids(council)[NEXT]}")
    status, page = _answer(client, path, answer="accepted", starts_on="28-02-2018", reason="Ringet i dag")
    assert status == 409
    assert "Kode: R580" in page
    assert "[28-02-2018]" in page
    assert "[Ringet i dag]" in page
    status, page = _answer(client, path, answer="accepted", starts_on="")
    assert status == 409
    assert "Skriv den første dag." in page


def test_an_offer_out_of_turn_is_refused_on_the_page_of_the_seat(council: Council, client: FlaskClient) -> None:
    path = f"/plads/{left(council, SECOND)}"
    sign_in(client, "council_secretary")
    status, page = sent(client, path, f"{path}/tilbyd/{nominee_ids(council)[AFTER_NEXT]}")
    assert status == 409
    assert "Kode: R587" in page
    assert "Tilbyd Ivan Kovalenko pladsen" in page


def test_a_seat_that_is_not_elected_leads_to_the_case(council: Council, client: FlaskClient) -> None:
    path = f"/plads/{left(council, 'Samira Haddad')}"
    sign_in(client, "council_secretary")
    assert "Pladsen har ingen stedfortræder" in shown(client, path)


def test_the_clock_of_a_demo_is_set_on_its_page_and_refused_backwards(
    council: Council, client: FlaskClient
) -> None:
    sign_in(client, "council_secretary")
    status, page = sent(client, "/ur", "/ur", to="01-01-2018 10.00")
    assert status == 409
    assert "Kode: R563" in page
    assert "[01-01-2018 10.00]" in page
    assert "Skriv fx 08-01-2018 17.00." in sent(client, "/ur", "/ur", to="i morgen")[1]
    assert sent(client, "/ur", "/ur", to="09-04-2018 17.00")[0] == 302
    assert "Medlemmer 9. april 2018" in shown(client)
    assert council.read().clock_at == at(date(2018, 4, 9), "17:00")


def test_after_the_term_the_page_shows_the_last_day_and_says_so(council: Council, client: FlaskClient) -> None:
    council.move_to(at(date(2022, 2, 1), "10:00"))
    page = shown(client)
    assert "Perioden er slut" in page
    assert "Medlemmer 31. december 2021" in page


def test_an_auditor_reads_and_changes_nothing(council: Council, client: FlaskClient) -> None:
    seat = left(council, SECOND)
    sign_in(client, "auditor")
    assert "Registrer udtræden" not in shown(client, "/medlemmer")
    assert "Tilbyd Ivan Kovalenko" not in shown(client, f"/plads/{seat}")
    assert client.get(f"{ADDRESS}/ur").status_code == 403


def test_what_is_not_there_is_not_found(council: Council, client: FlaskClient) -> None:
    sign_in(client, "council_secretary")
    assert client.get(f"{ADDRESS}/plads/{uuid4()}").status_code == 404
    assert client.get(f"{ADDRESS}/medlemmer/{uuid4()}/udtraeden").status_code == 404
    assert client.get("/0259/aeldreraad/raad/").status_code == 404
    assert council.term_id


def test_before_the_appointment_the_secretary_is_told_what_to_wait_for(
    installation: Installation, client: FlaskClient
) -> None:
    council = open_council(installation).move_to(APPOINTED_AT)
    sign_in(client, "council_secretary")
    page = shown(client, "/medlemmer")
    assert "Amina Hassan er valgt – endnu ikke udpeget." in page
    assert "Klar til at få plads" not in page
    assert council.term_id
