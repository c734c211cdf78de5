"""The office's inbox and case, the two who refuse, the board's complaint, the counter, the lot, no poll."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from election.call.acts import move_clock
from election.candidacy.acts import close_candidacy, open_candidacy
from election.candidacy.case_acts import Registration, decide, register
from election.candidacy.records import candidacies, photo, texts
from election.candidacy.records import candidacy as find
from election.candidacy.rules import Decision, State
from registry.act import Installation
from registry.regulation.calendar import instant
from tests.election.candidacy.played import accepted, cpr, nominating
from tests.election.candidacy.played import on_paper as on_paper_there
from tests.scenarios import (
    CANDIDACY_AT,
    CLOSED_AT,
    Played,
    call_koege,
    form_value,
    people,
    sign_in,
    with_candidates,
    with_roll,
)

pytestmark = pytest.mark.slow

HERE = "/0259/integrationsraad/2017/kandidater"
ADMIN, BOARD, COLLEAGUE = "election_administrator", "board_member", "board_member_2"


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """The pages ask no other database than the acts do; those are tried on both."""
    return str(request.param)


@pytest.fixture
def played(installation: Installation) -> Played:
    """The roll is frozen and candidates may register."""
    called = with_roll(call_koege(installation), voters=9)
    called.now = max(called.now, CANDIDACY_AT)
    open_candidacy(*called.by, called.act(ADMIN), called.election_id)
    return called


def came(played: Played, number: int = 0, **given: object) -> UUID:
    """A case on paper of this person of the extract."""
    person = played.people[number]
    name = f"{person.first_names} {person.surname} {'ABCDEFGHIJ'[number]}"
    written = {"cpr": person.cpr, "ballot_name": name, "email": "kandidat@example.dk"} | given
    made = register(*played.by, played.act(ADMIN), played.election_id, Registration(**written))  # type: ignore[arg-type]
    return made.candidacy_id


def case_of(candidacy_id: UUID) -> str:
    return f"{HERE}/{candidacy_id}"


def read(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.get_data(as_text=True)


def send(client: FlaskClient, page: str, action: str, prefix: str = "", **data: str) -> tuple[int, str]:
    """Send the form that stands on `page` to `action`, with its hidden fields."""
    text, mark = client.get(page).get_data(as_text=True), f"{prefix}-" if prefix else ""
    hidden = {"csrf_token": form_value(text, "csrf_token")}
    for name in ("request_id", "version", "seen"):
        if f'name="{mark}{name}"' in text:
            hidden[mark + name] = form_value(text, mark + name)
    answer = client.post(action, data=hidden | {mark + name: value for name, value in data.items()})
    return answer.status_code, answer.get_data(as_text=True)


def on_case(client: FlaskClient, case: str, action: str, prefix: str, **data: str) -> tuple[int, str]:
    return send(client, case, f"{case}/{action}", prefix, **data)


def state_of(played: Played, candidacy_id: UUID) -> State:
    with played.installation.database.read() as session:
        return find(session, played.scope, played.election_id, candidacy_id).in_state


def pass_deadline(played: Played) -> None:
    election = played.read()
    played.now = instant(election.regulation.candidacy.closes.value, election.election_on) + timedelta(minutes=1)
    move_clock(*played.by, played.act(ADMIN), played.election_id, played.now)


# --- the inbox ----------------------------------------------------------------------------------------------


def numbers_in_order(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'/kandidater/[0-9a-f-]{36}">(\d+)\. ', page)]


def test_the_inbox_begins_with_what_must_be_done_first(played: Played, client: FlaskClient) -> None:
    """1 accepted, 2 returned, 3 new, 4 proposed for refusal: 4, 3, 2, 1."""
    ids = [came(played, number) for number in range(4)]
    sign_in(client, ADMIN)
    on_case(client, case_of(ids[0]), "godkend", "accept")
    on_case(client, case_of(ids[1]), "send-tilbage", "back", other="Ring til os.")
    on_case(client, case_of(ids[3]), "indstil", "refuse", reason="Flyttet.", section="other", other_section="§ 3")
    page = read(client, f"{HERE}/")
    assert numbers_in_order(page) == [4, 3, 2, 1]
    assert "Indstillet til afvisning: en anden skal bekræfte" in page


@pytest.mark.parametrize(
    ("wanted", "shown"), [("submitted", [2]), ("accepted", [1]), ("todo", [2]), ("vrøvl", [2, 1])]
)
def test_the_inbox_can_be_narrowed_to_a_state_by_a_link(
    played: Played, client: FlaskClient, wanted: str, shown: list[int]
) -> None:
    ids = [came(played, number) for number in range(2)]
    sign_in(client, ADMIN)
    on_case(client, case_of(ids[0]), "godkend", "accept")
    assert numbers_in_order(read(client, f"{HERE}/?vis={wanted}")) == shown


def test_the_inbox_names_the_checks_that_are_not_good(played: Played, client: FlaskClient) -> None:
    """Person 9 of the extract is of Danish origin and not on the roll."""
    came(played, 9)
    sign_in(client, ADMIN)
    assert "Retten til at stille op" in read(client, f"{HERE}/")


def test_the_inbox_says_how_deep_the_bench_is_and_offers_to_extend(played: Played, client: FlaskClient) -> None:
    """4 stand for 5 seats: a seat stays empty and nobody could step in."""
    for number in range(4):
        came(played, number)
    sign_in(client, ADMIN)
    page = read(client, f"{HERE}/")
    assert "4 kandidater til 5 pladser, 0 stedfortrædere" in page
    assert "1 af 5 pladser bliver tomme" in page
    assert f'href="{HERE}/forlaeng"' in page


def test_ninety_six_candidates_are_shown_in_less_than_a_second(
    installation: Installation, client: FlaskClient
) -> None:
    """Frederiksberg 2014 had 96."""
    called = with_roll(call_koege(installation), rows=people(96))
    called.now = max(called.now, CANDIDACY_AT)
    open_candidacy(*called.by, called.act(ADMIN), called.election_id)
    for number, person in enumerate(called.people):
        name = f"{person.first_names} {person.surname} {chr(65 + number // 26)}{chr(97 + number % 26)}"
        given = Registration(person.cpr, name, supporters=(called.people[number - 1].cpr,))
        register(*called.by, called.act(ADMIN), called.election_id, given)
    sign_in(client, ADMIN)
    read(client, f"{HERE}/")  # templates are compiled
    began = time.perf_counter()
    page = read(client, f"{HERE}/")
    assert time.perf_counter() - began < 1
    assert len(numbers_in_order(page)) == 96


# --- who may open what --------------------------------------------------------------------------------------

PAGES = ("", "/ret", "/foto", "/stillere", "/udgaar")
ACTIONS = ("godkend", "send-tilbage", "indstil", "afvis", "afgoer-klage", "traek-tilbage", "link", "fjern-foto")


@pytest.mark.parametrize("page", PAGES)
def test_a_case_that_does_not_exist_is_not_found(played: Played, client: FlaskClient, page: str) -> None:
    sign_in(client, ADMIN)
    assert client.get(f"{HERE}/{uuid4()}{page}").status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_whoever_knows_only_the_id_of_a_case_is_shown_the_sign_in(
    played: Played, client: FlaskClient, page: str
) -> None:
    answer = client.get(case_of(came(played)) + page)
    assert (answer.status_code, "/log-ind" in answer.location) == (302, True)
    assert "Amina" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("who", ["roll_keeper", "enterer", "auditor", "certifier"])
@pytest.mark.parametrize("page", ["", "/forlaeng", "/papir"])
def test_the_cases_are_closed_to_other_roles(played: Played, client: FlaskClient, who: str, page: str) -> None:
    sign_in(client, who)
    assert client.get(f"{HERE}{page or '/'}").status_code == 403


@pytest.mark.parametrize("action", [action for action in ACTIONS if action not in ("afvis", "afgoer-klage")])
def test_a_board_member_reads_a_case_but_neither_writes_nor_sees_the_number(
    played: Played, client: FlaskClient, action: str
) -> None:
    case = case_of(came(played))
    sign_in(client, BOARD)
    text = read(client, case)
    assert played.people[0].cpr[:6] not in text
    assert "kandidat@example.dk" not in text
    assert "Godkend anmeldelsen" not in text
    assert client.post(f"{case}/{action}", data={"csrf_token": form_value(text, "csrf_token")}).status_code == 403


def test_a_draft_is_in_no_inbox_and_cannot_be_opened_by_the_office(played: Played, client: FlaskClient) -> None:
    from election.candidacy.part_acts import Person, begin
    from registry.act import Act
    from registry.roles import ONESELF, Role

    act = Act(ONESELF, Role.CANDIDATE, played.now, uuid4())
    draft = begin(*played.by, act, played.election_id, Person(played.people[0].cpr), "ar")
    sign_in(client, ADMIN)
    assert numbers_in_order(read(client, f"{HERE}/")) == []
    assert client.get(case_of(draft)).status_code == 404


# --- deciding -----------------------------------------------------------------------------------------------


def test_the_case_shows_every_check_with_its_section(played: Played, client: FlaskClient) -> None:
    sign_in(client, ADMIN)
    page = read(client, case_of(came(played)))
    for what in ("Retten til at stille op", "Alder", "Bopæl", "Frist", "Navnets form", "Stillere", "Kontakt"):
        assert f">{what}</th>" in page
    assert "KRVL § 24, stk. 1 som forbillede" in page


def test_of_two_tabs_on_one_case_the_second_changes_nothing(played: Played, client: FlaskClient) -> None:
    """The second tab's reason is kept on the page, which now shows what has happened."""
    made = came(played)
    case = case_of(made)
    sign_in(client, ADMIN)
    stale = read(client, case)
    assert on_case(client, case, "godkend", "accept")[0] == 302
    late = client.post(
        f"{case}/traek-tilbage",
        data={
            "csrf_token": form_value(stale, "csrf_token"),
            "withdraw-request_id": form_value(stale, "withdraw-request_id"),
            "withdraw-version": form_value(stale, "withdraw-version"),
            "withdraw-reason": "Bad om det ved skranken",
        },
    )
    text = late.get_data(as_text=True)
    assert (late.status_code, "R003" in text, "Bad om det ved skranken" in text) == (409, True, True)
    assert state_of(played, made) is State.ACCEPTED


def test_accepting_from_a_stale_page_is_refused_and_says_so(played: Played, client: FlaskClient) -> None:
    made = came(played)
    case = case_of(made)
    sign_in(client, ADMIN)
    stale = read(client, case)
    on_case(client, case, "send-tilbage", "back", other="Ret navnet.")
    data = {name: form_value(stale, name) for name in ("csrf_token", "accept-request_id", "accept-version")}
    answer = client.post(f"{case}/godkend", data=data)
    assert (answer.status_code, "R003" in answer.get_data(as_text=True)) == (409, True)
    assert state_of(played, made) is State.RETURNED


def test_a_double_click_on_accept_is_one_decision(played: Played, client: FlaskClient) -> None:
    case = case_of(came(played))
    sign_in(client, ADMIN)
    page = read(client, case)
    data = {name: form_value(page, name) for name in ("csrf_token", "accept-request_id", "accept-version")}
    assert [client.post(f"{case}/godkend", data=data).status_code for _ in range(2)] == [302, 302]


def test_what_is_missing_is_suggested_and_sent_back_part_by_part(played: Played, client: FlaskClient) -> None:
    case = case_of(came(played, email="", is_willing=False))
    sign_in(client, ADMIN)
    assert "Erklær, at du vil vælges." in read(client, case)
    status, _ = on_case(
        client, case, "send-tilbage", "back", contact="Skriv et nummer.", willingness="Skriv under."
    )
    assert status == 302
    page = read(client, case)
    assert "Kontakt: Skriv et nummer." in page
    assert "Sendt tilbage for at blive rettet" in page


def test_sending_back_without_a_word_is_refused(played: Played, client: FlaskClient) -> None:
    case = case_of(came(played))
    sign_in(client, ADMIN)
    status, text = on_case(client, case, "send-tilbage", "back")
    assert (status, "R234" in text) == (409, True)


def test_no_cpr_number_goes_into_a_free_text_and_the_rest_is_kept(played: Played, client: FlaskClient) -> None:
    made = came(played)
    case = case_of(made)
    sign_in(client, ADMIN)
    told = {"other": f"Ring om {played.people[1].cpr}", "name": "Skriv hele navnet."}
    status, text = on_case(client, case, "send-tilbage", "back", **told)
    assert (status, "Her må ikke stå et CPR-nummer" in text, "Skriv hele navnet." in text) == (200, True, True)
    assert state_of(played, made) is State.SUBMITTED


def test_a_refusal_takes_two_and_the_first_sees_that_somebody_else_must(
    played: Played, client: FlaskClient
) -> None:
    made = came(played)
    case = case_of(made)
    sign_in(client, ADMIN)
    refusal = {"reason": "Flyttet fra kommunen 1. november.", "section": "other", "other_section": "§ 3, stk. 1"}
    assert on_case(client, case, "indstil", "refuse", **refusal)[0] == 302
    page = read(client, case)
    assert "En anden end dig skal bekræfte den" in page
    assert "Bekræft afvisningen" not in page
    forged = {"confirm-version": form_value(page, "drop-version"), "confirm-request_id": str(uuid4())}
    answer = client.post(f"{case}/afvis", data=forged | {"csrf_token": form_value(page, "csrf_token")})
    status, text = answer.status_code, answer.get_data(as_text=True)
    assert (status, "R225" in text, state_of(played, made)) == (409, True, State.SUBMITTED)

    colleague = client.application.test_client()
    sign_in(colleague, BOARD)
    shown = read(colleague, case)
    assert "Election Administrator har indstillet" in shown
    assert "Flyttet fra kommunen 1. november." in shown
    assert on_case(colleague, case, "afvis", "confirm")[0] == 302
    assert state_of(played, made) is State.REFUSED


def test_a_refusal_without_a_section_keeps_the_reason_that_was_typed(played: Played, client: FlaskClient) -> None:
    case = case_of(came(played))
    sign_in(client, ADMIN)
    status, text = on_case(client, case, "indstil", "refuse", reason="Flyttet i går.", section="")
    assert (status, "Flyttet i går." in text, "Vælg en bestemmelse ovenfor" in text) == (200, True, True)


def test_a_section_can_be_chosen_from_the_sources_of_the_checks(played: Played, client: FlaskClient) -> None:
    case = case_of(came(played, 9))
    sign_in(client, ADMIN)
    page = read(client, case)
    chosen = re.search(r'<option value="([^"]+)">Retten til at stille op', page)
    assert chosen is not None
    section = chosen[1].replace("&#34;", '"').replace("&amp;", "&")
    assert on_case(client, case, "indstil", "refuse", reason="Ikke omfattet.", section=section)[0] == 302
    assert "Indstillet til afvisning" in read(client, case)


def test_a_proposal_that_is_dropped_leaves_the_case_to_be_decided(played: Played, client: FlaskClient) -> None:
    made = came(played)
    case = case_of(made)
    sign_in(client, ADMIN)
    on_case(client, case, "indstil", "refuse", reason="Flyttet.", section="other", other_section="§ 3")
    assert on_case(client, case, "tag-indstilling-tilbage", "drop", reason="Bor her alligevel.")[0] == 302
    assert on_case(client, case, "godkend", "accept")[0] == 302
    assert state_of(played, made) is State.ACCEPTED


@pytest.mark.parametrize(("ruling", "state"), [("upheld", State.SUBMITTED), ("rejected", State.REFUSED)])
def test_the_board_decides_a_complaint_that_came_on_paper(
    played: Played, client: FlaskClient, ruling: str, state: State
) -> None:
    made = came(played)
    case = case_of(made)
    sign_in(client, ADMIN)
    on_case(client, case, "indstil", "refuse", reason="Flyttet.", section="other", other_section="§ 3")
    board = client.application.test_client()
    sign_in(board, BOARD)
    on_case(board, case, "afvis", "confirm")
    assert on_case(client, case, "klage-modtaget", "complained", reason="Brev: bor her endnu.")[0] == 302
    assert "Valgbestyrelsen afgør klagen." in read(client, case)
    assert "Klage: valgbestyrelsen skal afgøre den" in read(client, f"{HERE}/?vis=todo")
    data = {"ruling": ruling, "reason": "Set på lejekontrakten."}
    status, text = on_case(board, case, "afgoer-klage", "complaint", **data)
    assert (status, "R247" in text, "Set på lejekontrakten." in text) == (409, True, True)
    another = client.application.test_client()
    sign_in(another, "board_member_2")
    assert on_case(another, case, "afgoer-klage", "complaint", **data)[0] == 302
    assert state_of(played, made) is state


def test_a_late_candidacy_is_marked_and_cannot_be_accepted_under_this_regulation(
    played: Played, client: FlaskClient
) -> None:
    """koege-2018: late = refused."""
    pass_deadline(played)
    made = came(played)
    sign_in(client, ADMIN)
    assert "Kom for sent: afgør anmeldelsen" in read(client, f"{HERE}/")
    status, text = on_case(client, case_of(made), "godkend", "accept", reason="Bussen var forsinket")
    assert (status, "R219" in text, "Bussen var forsinket" in text) == (409, True, True)


def test_withdrawing_at_the_candidates_wish_needs_a_reason(played: Played, client: FlaskClient) -> None:
    made = came(played)
    case = case_of(made)
    sign_in(client, ADMIN)
    assert on_case(client, case, "traek-tilbage", "withdraw", reason="")[0] == 200
    assert state_of(played, made) is State.SUBMITTED
    assert on_case(client, case, "traek-tilbage", "withdraw", reason="Mødte op og bad om det.")[0] == 302
    assert state_of(played, made) is State.WITHDRAWN


def test_before_the_order_is_settled_a_struck_candidate_leaves_the_ballot(
    played: Played, client: FlaskClient
) -> None:
    made = came(played)
    case = case_of(made)
    sign_in(client, ADMIN)
    on_case(client, case, "godkend", "accept")
    page = read(client, f"{case}/udgaar")
    assert "Navnet kommer ikke på stemmesedlen" in page
    told = {"kind": "died", "reason": "Folkeregistret, i dag."}
    assert send(client, f"{case}/udgaar", f"{case}/udgaar", **told)[0] == 302
    assert state_of(played, made) is State.STRUCK


def test_after_the_order_is_settled_the_page_says_that_the_name_stays_and_is_marked(
    installation: Installation, client: FlaskClient
) -> None:
    played = with_candidates(with_roll(call_koege(installation)), 6)
    with installation.database.read() as session:
        made = candidacies(session, played.read())[0].id
    sign_in(client, ADMIN)
    assert "Navnet bliver stående på stemmesedlen og bliver mærket" in read(client, f"{case_of(made)}/udgaar")
    told = {"kind": "lost_right", "reason": "Flyttet i dag."}
    assert send(client, f"{case_of(made)}/udgaar", f"{case_of(made)}/udgaar", **told)[0] == 302
    assert "navnet står der og er mærket" in read(client, case_of(made))


def test_a_mail_that_was_given_up_is_shown_and_can_be_sent_again(played: Played, client: FlaskClient) -> None:
    from sqlalchemy import update

    from registry.mail.records import Message

    case = case_of(came(played))
    with played.installation.database.write() as session:
        session.execute(update(Message).values(next_try_at=None, failure="SMTP"))
    sign_in(client, ADMIN)
    assert "En mail kom ikke frem" in read(client, f"{HERE}/")
    page = read(client, case)
    action = re.search(rf'action="({case}/mail/[0-9a-f-]+)"', page)
    assert action is not None
    data = {"csrf_token": form_value(page, "csrf_token"), "request_id": str(uuid4())}
    assert client.post(action[1], data=data).status_code == 302
    assert client.post(f"{case}/mail/{uuid4()}", data=data).status_code == 404
    assert "Kom ikke frem" not in read(client, case)


# --- the counter --------------------------------------------------------------------------------------------


def on_paper(client: FlaskClient, **data: str) -> tuple[int, str]:
    return send(client, f"{HERE}/papir", f"{HERE}/papir", **data)


def test_the_clerk_registers_all_parts_of_somebody_without_mitid(played: Played, client: FlaskClient) -> None:
    sign_in(client, ADMIN)
    person = played.people[0]
    status, _ = on_paper(
        client,
        cpr=f"{person.cpr[:6]}-{person.cpr[6:]}",
        ballot_name="Amina Hassan",
        phone="12 34 56 78",
        language="ar",
        text_da="Jeg vil arbejde for sprogcaféer.",
        text_ar="سأعمل من أجل مقاهي اللغة",
        consent_presentation="y",
        supporters=f"{played.people[1].cpr}\n{played.people[2].cpr}",
        is_willing="y",
    )
    assert status == 302
    with played.installation.database.read() as session:
        row = candidacies(session, played.read())[0]
        assert (row.language, row.phone, row.willing_at is not None) == ("ar", "12 34 56 78", True)
        assert set(texts(session, row)) == {"da", "ar"}
    page = read(client, case_of(row.id))
    assert 'lang="ar" dir="rtl"' in page
    assert "2 af 2 tæller. 2 er på papir." in page
    assert played.people[1].cpr not in page


def test_after_an_error_nothing_that_was_typed_at_the_counter_is_lost(played: Played, client: FlaskClient) -> None:
    sign_in(client, ADMIN)
    data = {"cpr": "12", "ballot_name": "Amina Hassan", "text_tr": "Merhaba", "language": "tr"}
    _status, text = on_paper(client, **data)
    assert "Skriv ti cifre." in text
    assert "Merhaba" in text
    data |= {"cpr": played.people[0].cpr, "ballot_name": "Dr. Amina"}
    status, text = on_paper(client, **data)
    assert (status, "R200" in text, "Merhaba" in text) == (409, True, True)


def test_whoever_is_registered_already_is_not_registered_twice(played: Played, client: FlaskClient) -> None:
    came(played)
    sign_in(client, ADMIN)
    status, text = on_paper(client, cpr=played.people[0].cpr, ballot_name="Amina Hassan", language="da")
    assert (status, "R202" in text) == (409, True)


def test_the_clerk_changes_parts_later_and_a_stale_form_is_held_back(played: Played, client: FlaskClient) -> None:
    made = came(played)
    page, action = f"{case_of(made)}/ret", f"{case_of(made)}/ret"
    sign_in(client, ADMIN)
    stale = read(client, page)
    new = {"ballot_name": "Amina H", "language": "da", "phone": "1", "consent_photo": "y"}
    assert send(client, page, action, **new)[0] == 302
    hidden = {name: form_value(stale, name) for name in ("csrf_token", "request_id", "seen")}
    late = client.post(action, data=hidden | {"ballot_name": "Amina Anden", "language": "da"})
    text = late.get_data(as_text=True)
    assert (late.status_code, "R224" in text, "Amina Anden" in text, "Amina H" in text) == (409, True, True, True)
    with played.installation.database.read() as session:
        row = find(session, played.scope, played.election_id, made)
        assert (row.ballot_name, row.phone) == ("Amina H", "1")
    assert "Mit foto må vises offentligt." in read(client, case_of(made))


def test_more_supporters_are_typed_later_and_only_their_number_is_shown(
    played: Played, client: FlaskClient
) -> None:
    made = came(played, supporters=(played.people[1].cpr,))
    page = f"{case_of(made)}/stillere"
    sign_in(client, ADMIN)
    status, text = send(client, page, page, supporters=f"{played.people[2].cpr}\n123")
    assert (status, "Se på linje 2." in text) == (200, True)
    assert send(client, page, page, supporters=played.people[2].cpr)[0] == 302
    assert "2 af 2 tæller." in read(client, page)
    assert played.people[2].cpr not in read(client, page)


def test_a_photo_is_made_anew_and_shown_on_the_case_only_to_the_office(
    played: Played, client: FlaskClient
) -> None:
    from io import BytesIO

    from PIL import Image

    made = came(played)
    case = case_of(made)
    sign_in(client, ADMIN)
    page = read(client, f"{case}/foto")
    hidden = {name: form_value(page, name) for name in ("csrf_token", "request_id")}
    bad = hidden | {"photo": (BytesIO(b"<svg onload='x'/>"), "me.jpg")}
    answer = client.post(f"{case}/foto", data=bad, content_type="multipart/form-data")
    assert (answer.status_code, "R266" in answer.get_data(as_text=True)) == (409, True)
    picture = BytesIO()
    Image.new("RGB", (900, 1200), "green").save(picture, "PNG")
    picture.seek(0)
    good = hidden | {"photo": (picture, "me.png"), "zoom": "150", "across": "50", "down": "0"}
    assert client.post(f"{case}/foto", data=good, content_type="multipart/form-data").status_code == 302
    assert 'src="data:image/jpeg;base64,' in read(client, case)
    with played.installation.database.read() as session:
        kept = photo(session, find(session, played.scope, played.election_id, made))
        assert kept is not None
        assert (kept.zoom, kept.down) == (150, 0)


def test_a_one_time_link_is_shown_once_with_a_code_and_opens_no_number(
    played: Played, client: FlaskClient
) -> None:
    made = came(played)
    sign_in(client, ADMIN)
    page = read(client, case_of(made))
    data = {"csrf_token": form_value(page, "csrf_token"), "request_id": str(uuid4())}
    answer = client.post(f"{case_of(made)}/link", data=data)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert re.search(r"http://localhost\S*/kandidater/link/[\w-]{32}", text)
    assert "<svg role=" in text
    assert played.people[0].cpr not in text


# --- the deadline, the lot, the poll that is not needed -----------------------------------------------------


def extension(closes: str, **more: str) -> dict[str, str]:
    return {"closes_at": closes, "cure_until": closes, "withdrawal_until": closes, "reason": "For få."} | more


def test_an_extension_makes_a_late_candidacy_timely(played: Played, client: FlaskClient) -> None:
    """The deadline was 20 November 12.00; one came at 12.01; it is extended to the 22nd."""
    pass_deadline(played)
    made = came(played)
    sign_in(client, BOARD)
    page = f"{HERE}/forlaeng"
    assert 'value="20-11-2017 12.00"' in read(client, page)
    assert send(client, page, page, **extension("22-11-2017 12.00"))[0] == 302
    assert state_of(played, made) is State.SUBMITTED
    assert "22. november 2017" in read(client, f"{HERE}/")
    assert "For få." in read(client, page)


def test_a_deadline_that_cannot_be_is_said_beside_its_field_and_the_reason_is_kept(
    played: Played, client: FlaskClient
) -> None:
    sign_in(client, ADMIN)
    page = f"{HERE}/forlaeng"
    status, text = send(client, page, page, **extension("19-11-2017 12.00"))
    assert (status, "R230" in text, "For få." in text) == (409, True, True)
    assert 'id="closes_at-error"' in text


@pytest.mark.parametrize("typed", ["i morgen", "31-02-2017 12.00", "22-11-2017 25.00", ""])
def test_a_deadline_that_is_no_time_is_asked_for_again(played: Played, client: FlaskClient, typed: str) -> None:
    sign_in(client, ADMIN)
    page = f"{HERE}/forlaeng"
    status, text = send(client, page, page, **extension("22-11-2017 12.00", cure_until=typed))
    assert (status, 'id="cure_until-error"' in text) == (200, True)


def test_once_candidates_are_closed_the_deadline_cannot_be_extended(
    installation: Installation, client: FlaskClient
) -> None:
    with_candidates(with_roll(call_koege(installation)), 6)
    sign_in(client, ADMIN)
    assert "Fristen kan ikke forlænges nu" in read(client, f"{HERE}/forlaeng")


def test_a_lot_that_gives_two_candidates_the_same_place_is_not_kept(played: Played, client: FlaskClient) -> None:
    for number in range(2):
        made = came(played, number)
        with played.installation.database.read() as session:
            version = find(session, played.scope, played.election_id, made).version
        decide(*played.by, played.act(ADMIN), played.election_id, made, version, Decision.ACCEPT)
    played.now = max(played.now, CLOSED_AT)
    close_candidacy(*played.by, played.act(ADMIN), played.election_id)
    sign_in(client, ADMIN)
    lot = {
        "drawn_by": "Board Member",
        "witnesses": "To borgere",
        "method": "Sedler i en skål",
        "drawn_at": "14-11-2017 10.30",
    }
    order = f"{HERE}/raekkefoelge"
    status, text = send(client, order, order, **lot, **{"place-c1": "1", "place-c2": "1"})
    assert (status, "én gang" in text, "To borgere" in text) == (409, True, True)
    assert send(client, order, order, **lot, **{"place-c1": "2", "place-c2": "1"})[0] == 302
    settled = read(client, order)
    assert settled.index(f"{played.people[1].first_names} ") < settled.index(f"{played.people[0].first_names} ")
    assert "To borgere" in settled


@pytest.mark.parametrize(("candidates", "is_cancelled"), [(5, True), (6, False)])
def test_five_candidates_for_five_seats_need_no_poll_and_six_do(
    installation: Installation, client: FlaskClient, candidates: int, is_cancelled: bool
) -> None:
    with_candidates(with_roll(call_koege(installation)), candidates)
    sign_in(client, BOARD)
    status, text = send(client, f"{HERE}/fredsvalg", f"{HERE}/fredsvalg", is_decided="y")
    assert (status, "R212" in text) == ((302, False) if is_cancelled else (409, True))


def closed_with(played: Played, *numbers: int) -> str:
    """These are accepted, candidates are closed; the page of the ballot order."""
    accepted(played, *numbers)
    played.now = CLOSED_AT
    close_candidacy(*played.by, played.act(ADMIN), played.election_id)
    return f"{HERE}/raekkefoelge"


def test_where_the_order_is_alphabetical_it_is_a_button_and_no_lot(
    installation: Installation, client: FlaskClient
) -> None:
    """Çelik stands at c, before Dora; no field for a lot is shown."""
    order = closed_with(nominating(installation, ballot__order="alphabetical"), 3, 2, 0)
    sign_in(client, ADMIN)
    page = read(client, order)
    assert 'name="witnesses"' not in page
    assert send(client, order, order)[0] == 302
    settled = read(client, order)
    assert settled.index("Amina Alba") < settled.index("Çelik Can") < settled.index("Dora Dahl")


def test_with_rotation_the_page_says_where_each_station_begins(
    installation: Installation, client: FlaskClient
) -> None:
    order = closed_with(nominating(installation, ballot__order="rotation"), 0, 1)
    sign_in(client, ADMIN)
    page = read(client, order)
    assert "De andre stemmesteder begynder ét navn senere" in page
    lot = {
        "drawn_by": "Board Member",
        "witnesses": "To borgere",
        "method": "Sedler",
        "drawn_at": "20-11-2017 13.00",
    }
    assert send(client, order, order, **lot, **{"place-c1": "2", "place-c2": "1"})[0] == 302
    assert re.search(r"Køge Rådhus, kantinen</th><td>Bo Berg", read(client, order))


def test_too_few_supporters_can_be_accepted_for_a_reason_and_only_then(
    installation: Installation, client: FlaskClient
) -> None:
    played = nominating(installation, candidacy__supporters_min="2")
    case = case_of(on_paper_there(played, 0, supporters=(cpr(played, 3),)).candidacy_id)
    sign_in(client, ADMIN)
    status, text = on_case(client, case, "godkend", "accept")
    assert (status, "R239" in text) == (409, True)
    assert on_case(client, case, "godkend", "accept", reason="Den anden er lige flyttet hertil.")[0] == 302
