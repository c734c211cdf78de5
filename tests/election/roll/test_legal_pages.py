"""The pages of the frozen roll, without scripts: answer, corrections, declarations, objections, copies."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from election.call.acts import move_clock
from election.roll.records import (
    RollCopy,
    RollCorrection,
    RollDeclaration,
    RollEntry,
    RollObjection,
    RollObjectionDecision,
    entry_by_index,
)
from registry.act import Installation
from tests.scenarios import (
    ELECTION_ON,
    PASSWORD,
    Person,
    Played,
    at,
    call_koege,
    form_value,
    invented_cpr,
    is_invented,
    people,
    polling,
    sign_in,
    with_candidates,
    with_roll,
)

if TYPE_CHECKING:
    from flask.testing import FlaskClient

pytestmark = [pytest.mark.parametrize("engine_name", ["sqlite"]), pytest.mark.slow]
BASE = "/0259/integrationsraad/2017/valgliste"
COSIGN = {"own_password": PASSWORD, "second_username": "election_administrator", "second_password": PASSWORD}
UNKNOWN, MOVED = 8, 9


class Office:
    """The roll keeper's browser."""

    def __init__(self, client: FlaskClient, played: Played) -> None:
        self.client, self.played = client, played

    def page(self, path: str) -> str:
        answer = self.client.get(BASE + path)
        assert answer.status_code == 200, (path, answer.status_code)
        return html.unescape(answer.get_data(as_text=True))

    def send(self, path: str, page: str, to: str = "", **fields: str) -> tuple[int, str]:
        """Send the form of `page`: the status of the answer, and the page that one ends at."""
        hidden = ("csrf_token", "request_id", "effect", "text_version")
        data = {name: form_value(page, name) for name in hidden if f'name="{name}"' in page} | fields
        answer = self.client.post(BASE + (to or path), data=data)
        status = answer.status_code
        if status == 303:
            answer = self.client.get(answer.headers["Location"])
        return status, html.unescape(answer.get_data(as_text=True))

    def count(self, table: type) -> int:
        with self.played.installation.database.read() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def entry(self, cpr: str) -> RollEntry:
        with self.played.installation.database.read() as session:
            index = self.played.installation.keys.open("0259").blind_index(cpr)
            found = entry_by_index(session, self.played.read(), index)
            assert found is not None
            return found

    def look_up(self, typed: str) -> str:
        _status, page = self.send("/person", self.page("/person"), cpr=typed)
        return page

    def set_clock(self, to: object) -> None:
        self.played.now = to  # type: ignore[assignment]
        act = self.played.act("election_administrator")
        move_clock(*self.played.by, act, self.played.election_id, to)  # type: ignore[arg-type]


@pytest.fixture
def office(installation: Installation, client: FlaskClient) -> Office:
    rows = people(10)
    rows[0] = replace(rows[0], first_names="Hemmelig", surname="Lund", is_protected=True)
    rows[UNKNOWN] = replace(rows[UNKNOWN], country="")
    rows[MOVED] = replace(rows[MOVED], status="moved_out")
    played = with_roll(call_koege(installation), rows=rows)
    sign_in(client, "roll_keeper")
    made = Office(client, played)
    made.set_clock(played.now)
    return made


def twin_of(person: Person) -> str:
    return next(c for c in (f"{person.cpr[:6]}{n:04d}" for n in range(4000)) if c != person.cpr and is_invented(c))


def new_person(cpr: str, **changes: str) -> dict[str, str]:
    return {
        "cpr": cpr,
        "first_names": "Noor",
        "surname": "Sen",
        "address": "Nørregade 9",
        "postal_code": "4600",
        "city": "Køge",
        "is_resident": "y",
        **COSIGN,
        **changes,
    }


def added(cpr: str, **changes: str) -> dict[str, str]:
    return new_person(cpr, kind="moved_in", is_covered="y", reason="Bopælsattest set", **changes)


def declared(cpr: str, **changes: str) -> dict[str, str]:
    return new_person(cpr, statement="1", given_how="paper", given_on="11-11-2017", **changes)


# --- the clerk's answer -----------------------------------------------------------------------------------


def test_the_answer_is_one_sentence_with_section_version_code_and_what_can_be_done(office: Office) -> None:
    """Origin unknown: the section, the regulation's id and eight digits of its fingerprint, the code, the
    invitation to declare until 27 November 20.00, the objection until 12.00."""
    page = office.look_up(office.played.people[UNKNOWN].cpr)
    election = office.played.read()
    assert "registret ved for lidt om baggrunden" in page
    assert f"{election.regulation_id} · {election.regulation_sha256[:8]}" in page
    for told in ("origin_unknown", "27. november 2017 kl. 20.00", "27. november 2017 kl. 12.00"):
        assert told in page
    assert f'href="{BASE}/erklaering"' in page
    assert f'href="{BASE}/indsigelser/ny"' in page
    assert office.played.people[UNKNOWN].cpr not in page.replace(
        f'value="{office.played.people[UNKNOWN].cpr}"', ""
    )


def test_another_reason_says_what_would_change_it_and_invites_no_declaration(office: Office) -> None:
    page = office.look_up(office.played.people[MOVED].cpr)
    assert "moved_out" in page
    assert "bopælsattest" in page
    assert f'href="{BASE}/tilfoej"' in page
    assert f'href="{BASE}/erklaering"' not in page


def test_after_the_deadline_nobody_is_invited(office: Office) -> None:
    office.set_clock(at(ELECTION_ON, "20:00:01"))
    page = office.look_up(office.played.people[UNKNOWN].cpr)
    assert "Fristen for egen erklæring var 27. november 2017 kl. 20.00" in page
    assert f'href="{BASE}/erklaering"' not in page


@pytest.mark.parametrize("typed", ["12345678901", "abc", "010203-456", ""])
def test_what_is_no_number_is_not_looked_up(office: Office, typed: str) -> None:
    assert "answer-title" not in office.look_up(typed)


def test_somebody_unknown_is_told_so(office: Office) -> None:
    page = office.look_up(invented_cpr(700))
    assert "ikke i udtrækket" in page
    assert "Registrer en indsigelse" in page


# --- corrections ------------------------------------------------------------------------------------------


def test_a_voter_is_struck_by_two_people_and_the_history_shows_it(office: Office) -> None:
    person = office.played.people[1]
    path = f"/vaelger/{office.entry(person.cpr).id}"
    assert path in office.look_up(str(office.entry(person.cpr).number))
    form = office.page(path + "/ret")
    status, page = office.send(path + "/ret", form, kind="dead", reason="Dødsattest set", **COSIGN)
    assert status == 303
    for told in ("Dødsattest set", "Slettet", "Roll Keeper og Election Administrator"):
        assert told in page
    assert office.entry(person.cpr).struck_at is not None
    assert "Personen er slettet af valglisten" in office.look_up(person.cpr)
    assert "Dødsattest set" in office.page("/rettelser")


def test_two_tabs_and_a_double_click(office: Office) -> None:
    """Both tabs show “strike”. The second tab is refused and puts nobody back; the same form twice is one act."""
    path = f"/vaelger/{office.entry(office.played.people[1].cpr).id}/ret"
    first, second = office.page(path), office.page(path)
    filled = {"kind": "error", "reason": "Står to gange", **COSIGN}
    assert office.send(path, first, **filled)[0] == 303
    assert office.send(path, first, **filled)[0] == 303
    status, page = office.send(path, second, **filled)
    assert status == 409
    assert "står ikke på valglisten" in page
    assert office.count(RollCorrection) == 1


def test_a_correction_needs_a_reason_without_a_number_and_another_person(office: Office) -> None:
    path = f"/vaelger/{office.entry(office.played.people[1].cpr).id}/ret"
    form = office.page(path)
    assert "CPR-nummer" in office.send(path, form, kind="dead", reason="Se 0102034567", **COSIGN)[1]
    alone = {**COSIGN, "second_username": "roll_keeper"}
    office.send(path, form, kind="dead", reason="Død", **alone)
    wrong = {**COSIGN, "second_password": "forkert"}
    office.send(path, form, kind="dead", reason="Død", **wrong)
    assert office.count(RollCorrection) == 0


def test_a_death_after_the_vote_says_that_the_paper_stands(
    installation: Installation, client: FlaskClient
) -> None:
    played = polling(with_candidates(with_roll(call_koege(installation), 8)), admitted=1)
    sign_in(client, "roll_keeper")
    office = Office(client, played)
    office.set_clock(played.now)
    path = f"/vaelger/{played.admitted[0]}"
    assert "Har fået en stemmeseddel" in office.page(path)
    form = office.page(path + "/ret")
    assert "står ved magt" in form
    status, page = office.send(path + "/ret", form, kind="dead", reason="Død kl. 17.30", **COSIGN)
    assert status == 303
    assert "Vælgeren har allerede fået en stemmeseddel 27. november 2017 kl. 17.00" in page
    assert "efter at vælgeren havde fået en stemmeseddel" in page


def test_somebody_who_moved_in_is_added(office: Office) -> None:
    cpr = invented_cpr(700)
    status, page = office.send("/tilfoej", office.page("/tilfoej"), **added(cpr))
    assert status == 303
    assert "Nummer 9 på valglisten" in page
    assert cpr not in page
    assert office.entry(cpr).polling_district == ""


@pytest.mark.parametrize(
    "bad",
    [
        {"cpr": "0102"},
        {"cpr": "9902034567"},
        {"surname": ""},
        {"is_resident": ""},
        {"is_covered": ""},
        {"kind": "dead"},
        {"reason": ""},
        {"surname": "Sen 0102034567"},
        {"postal_code": "46"},
    ],
)
def test_a_form_that_is_not_filled_in_adds_nobody(office: Office, bad: dict[str, str]) -> None:
    data = {**added(invented_cpr(700)), **bad}
    status, page = office.send("/tilfoej", office.page("/tilfoej"), **{k: v for k, v in data.items() if v})
    assert status == 200
    assert "Noget skal rettes" in page
    assert office.count(RollCorrection) == 0


def test_a_look_alike_stops_on_the_server_and_the_tick_goes_on(office: Office) -> None:
    """No tick is offered before; ticked beforehand it would not be asked, so it is asked for with the list."""
    there = office.played.people[1]
    data = added(twin_of(there), first_names=there.first_names, surname=there.surname)
    form = office.page("/tilfoej")
    assert "is_another_person" not in form
    status, page = office.send("/tilfoej", form, **data)
    assert status == 409
    for told in ("Stop: står personen allerede på listen?", there.surname, "slet den gamle post som fejl"):
        assert told in page
    assert office.count(RollCorrection) == 0
    status, page = office.send("/tilfoej", page, is_another_person="y", **data)
    assert status == 303
    assert "en anden, der ligner, står på listen" in page


def test_a_protected_look_alike_shows_no_name(office: Office) -> None:
    there = office.played.people[0]
    data = added(twin_of(there), first_names="Hemmelig", surname="Lunt")
    _status, page = office.send("/tilfoej", office.page("/tilfoej"), **data)
    assert "Beskyttet navn" in page
    assert "Lund" not in page


# --- declarations -----------------------------------------------------------------------------------------


def test_a_declaration_adds_and_keeps_only_that_it_was_given(office: Office) -> None:
    person = office.played.people[UNKNOWN]
    form = office.page("/erklaering")
    assert "ikke hvilken sætning, og intet land" in form
    status, page = office.send("/erklaering", form, **declared(person.cpr))
    assert status == 303
    assert "Tilføjet efter egen erklæring (tekst statistical-1)" in page
    assert office.count(RollDeclaration) == 1


def test_a_declaration_of_somebody_who_moved_away_says_what_is_needed(office: Office) -> None:
    status, page = office.send(
        "/erklaering", office.page("/erklaering"), **declared(office.played.people[MOVED].cpr)
    )
    assert status == 409
    assert "en rettelse med en bopælsattest" in page


@pytest.mark.parametrize(
    "bad", [{"statement": ""}, {"given_on": "31-02-2017"}, {"given_how": ""}, {"is_resident": ""}]
)
def test_a_declaration_that_is_not_filled_in_adds_nobody(office: Office, bad: dict[str, str]) -> None:
    data = {**declared(office.played.people[UNKNOWN].cpr), **bad}
    status, page = office.send("/erklaering", office.page("/erklaering"), **{k: v for k, v in data.items() if v})
    assert status == 200
    assert "Noget skal rettes" in page
    assert office.count(RollDeclaration) == 0


# --- objections -------------------------------------------------------------------------------------------


def objection(**changes: str) -> dict[str, str]:
    return {
        "sender": "Vera Vred",
        "came_in_how": "letter",
        "came_in_at": "11-11-2017 08.30",
        "asks": "add",
        "wording": "Jeg mangler på listen.",
        **changes,
    }


def test_an_objection_from_receipt_to_correction(office: Office) -> None:
    """Received, decided by two, the correction linked from the form that the objection leads to."""
    person = office.played.people[UNKNOWN]
    status, page = office.send("/indsigelser/ny", office.page("/indsigelser/ny"), **objection(cpr=person.cpr))
    assert status == 303
    assert "Indsigelse 1" in page
    assert person.cpr not in page
    with office.played.installation.database.read() as session:
        key = session.scalars(select(RollObjection.id)).one()
    path = f"/indsigelser/{key}"
    decision = {"ruling": "upheld", "reason": "Registret mangler forældrene", "cite": "§ 3", **COSIGN}
    form = office.page(path)
    assert office.send(path, form, **decision)[0] == 303
    status, page = office.send(path, form, **decision)
    assert status == 303, "the same form twice is one decision"
    assert "Rettelsen mangler" in page
    form = office.page(f"/erklaering?indsigelse={key}")
    status, page = office.send("/erklaering", form, **declared(person.cpr, objection=str(key)))
    assert status == 303
    assert "(indsigelse 1)" in page
    assert "Listen er rettet" in office.page(path)


def test_a_decision_is_made_once_and_the_letter_says_where_to_complain(office: Office) -> None:
    office.send("/indsigelser/ny", office.page("/indsigelser/ny"), **objection())
    with office.played.installation.database.read() as session:
        key = session.scalars(select(RollObjection.id)).one()
    path, decision = f"/indsigelser/{key}", {"reason": "Ikke omfattet", "cite": "§ 3", **COSIGN}
    first, second = office.page(path), office.page(path)
    assert office.send(path, first, ruling="rejected", **decision)[0] == 303
    status, page = office.send(path, second, ruling="upheld", **decision)
    assert status == 409
    assert "Indsigelse 1 er afgjort" in page or "Afgjort" in page
    assert office.count(RollObjectionDecision) == 1
    letter = office.page(path + "/svar")
    for told in ("Vera Vred", "Du får ikke medhold", "Ikke omfattet", "§ 3", "kan du klage over valget til"):
        assert told in letter


@pytest.mark.parametrize(
    "bad",
    [
        {"wording": "Stryg 010203-4567"},
        {"sender": ""},
        {"came_in_at": "31-11-2017 08.30"},
        {"came_in_at": "i går"},
        {"cpr": "123"},
        {"asks": "alt"},
    ],
)
def test_an_objection_that_is_not_filled_in_is_not_kept(office: Office, bad: dict[str, str]) -> None:
    status, page = office.send("/indsigelser/ny", office.page("/indsigelser/ny"), **objection(**bad))
    assert status == 200
    assert "Noget skal rettes" in page
    assert office.count(RollObjection) == 0


def test_a_late_objection_is_kept_and_says_so(office: Office) -> None:
    office.set_clock(at(ELECTION_ON, "13:00"))
    data = objection(came_in_at="27-11-2017 12.01")
    _status, page = office.send("/indsigelser/ny", office.page("/indsigelser/ny"), **data)
    assert "for sent" in page
    assert "Efter fristen." in office.page("/indsigelser/")


# --- copies -----------------------------------------------------------------------------------------------


def test_printing_a_copy_is_an_act_and_the_register_shows_it(office: Office) -> None:
    form = office.page("/kopier/")
    hidden = {name: form_value(form, name) for name in ("csrf_token", "request_id")}
    sent = {**hidden, "station": "", "purpose": "Bord 1"}
    for _twice in range(2):  # a double click fetches the same copy
        answer = office.client.post(BASE + "/kopier/valgliste.pdf", data=sent)
        assert answer.mimetype == "application/pdf"
        assert "valgliste-kopi-1.pdf" in answer.headers["Content-Disposition"]
    assert office.count(RollCopy) == 1
    register = office.page("/kopier/")
    assert "Kopi nr. 1" in register
    assert "Bord 1" in register
    with office.played.installation.database.read() as session:
        key = session.scalars(select(RollCopy.id)).one()
    office.played.now += timedelta(hours=1)
    status, page = office.send(f"/kopier/{key}", office.page(f"/kopier/{key}"), how="destroyed")
    assert status == 303
    assert "Makuleret" in page
    status, page = office.send(f"/kopier/{key}", register, how="returned")
    assert status == 409


def test_a_copy_without_a_purpose_is_not_printed(office: Office) -> None:
    status, page = office.send("/kopier/", office.page("/kopier/"), to="/kopier/valgliste.pdf", purpose=" ")
    assert status == 409
    assert "Det mangler, hvad kopien skal bruges til" in page
    assert office.count(RollCopy) == 0


def test_the_roll_is_nowhere_to_be_fetched_without_an_act(office: Office) -> None:
    assert office.client.get(BASE + "/valgliste.pdf").status_code == 404
    assert office.client.get(BASE + "/kopier/valgliste.pdf").status_code in (404, 405)
