"""The guided screen without scripts: one step at a time, refusals where they happen, and the wall."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from election.constitution.acts import nominate, record_round
from registry.act import Installation
from registry.meetings.acts import finish_item
from registry.regulation.choices import BallotForm
from tests.councils import ADDRESS, seated
from tests.registry.meetings.convened import CHAIR_DECIDES, NAMES, Held, convened, opened
from tests.scenarios import form_value, sign_in

if TYPE_CHECKING:
    from flask.testing import FlaskClient

pytestmark = pytest.mark.slow

SCREEN = ADDRESS + "/konstituering/"
WALL = SCREEN + "storskaerm"
EIGHT = "8 af 15 til stede"


def _page(client: FlaskClient, path: str = SCREEN) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def _send(
    client: FlaskClient, page: str, button: str, data: dict[str, str] | None = None, nth: int = 0
) -> tuple[int, str]:
    """Send the form in which this button stands, as it is filled in, with `data` on top."""
    forms = [form for form in re.findall(r"<form\b.*?</form>", page, re.S) if f">{button}<" in form]
    form = forms[nth]
    given: dict[str, str] = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        kind, name = re.search(r'type="(\w+)"', tag), re.search(r'name="([^"]+)"', tag)
        if name and kind and (kind[1] not in ("radio", "checkbox") or " checked" in tag):
            value = re.search(r'value="([^"]*)"', tag)
            given[name[1]] = value[1] if value else ""
    for name_, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\s*(.*?)</textarea>', form, re.S):
        given[name_] = text
    for name_, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        given[name_] = chosen[1] if chosen else ""
    action = re.search(r'action="([^"]+)"', form)
    answer = client.post(action[1] if action else SCREEN, data=given | (data or {}))
    if answer.status_code == 303:
        return 303, _page(client, answer.headers["Location"])
    return answer.status_code, answer.get_data(as_text=True)


def _votes(page: str, prefix: str = "round-votes_") -> list[str]:
    return re.findall(rf'name="({prefix}[0-9a-f]+)"', page)


@pytest.fixture
def held(installation: Installation) -> Held:
    return convened(installation)


@pytest.fixture
def secretary(client: FlaskClient, held: Held) -> FlaskClient:
    sign_in(client, "council_secretary")
    return client


def test_a_secretary_holds_the_whole_meeting_by_its_buttons(secretary: FlaskClient, held: Held) -> None:
    """Roll call, the appointment, three posts, closing: each page has the one next button."""
    page = _page(secretary)
    here = {f"call-member_{held.who[name].hex}": "here" for name in NAMES[:9]}
    status, page = _send(secretary, page, "Åbn mødet", here)
    assert (status, "9 af 15 til stede" in page, "beslutningsdygtig · kræver 8" in page) == (303, True, True)
    _status, page = _send(secretary, page, "Afslut punktet")
    who = {"nominate-nominees": str(held.who[NAMES[0]])}
    _status, page = _send(secretary, page, "Fortsæt med de foreslåede", who)
    _status, page = _send(secretary, page, "Valgt uden modkandidat")
    assert f"{NAMES[0]} er valgt til formand" in page
    _status, page = _send(secretary, page, "Ja, valget er modtaget")
    assert f"{NAMES[0]} leder mødet som formand." in page
    who = {"nominate-nominees": str(held.who[NAMES[14]])}
    _status, page = _send(secretary, page, "Fortsæt med de foreslåede", who)
    _status, page = _send(secretary, page, "Valgt uden modkandidat")
    assert f"{NAMES[14]} er ikke til stede." in page
    _status, page = _send(secretary, page, "Ja, valget er modtaget")
    assert f"{NAMES[14]} er allerede næstformand" in page
    _status, page = _send(secretary, page, "Skriv det i referatet, og gå videre")
    _status, page = _send(secretary, page, "Afslut punktet", {"point-text": "Næste møde er den 5. februar."})
    _status, page = _send(secretary, page, "Slut mødet")
    assert "Mødet er sluttet" in page
    assert held.lines(6)[0] == "Næste møde er den 5. februar."
    pdf = secretary.get(ADDRESS + "/moede/referat.pdf")
    assert pdf.data.startswith(b"%PDF")
    assert "filename=referat.pdf" in pdf.headers["Content-Disposition"]


def test_a_refused_round_says_so_in_place_and_keeps_what_was_typed(secretary: FlaskClient, held: Held) -> None:
    """9 present, 7 + 4 votes: R636 with 409; the figures are still in the fields, the round is not kept."""
    opened(held, 9)
    nominees = held.first(2)
    _send(secretary, _page(secretary), "Afslut punktet")
    nominate(*held.by, held.meeting_id, held.item(3), nominees, held.now)
    page = _page(secretary)
    first, second = _votes(page)
    status, page = _send(secretary, page, "Gem runde 1", {first: "7", second: "4"})
    assert (status, "R636" in page, "Der er afgivet 11 stemmer, men 9 er til stede." in page) == (409, True, True)
    assert re.search(rf'name="{first}"[^>]*value="7"|value="7"[^>]*name="{first}"', page)
    status, page = _send(secretary, page, "Gem runde 1", {first: "tre"})
    assert (status, "skriv et tal, 0 hvis der ingen er" in page) == (200, True)
    status, page = _send(secretary, page, "Gem runde 1", {first: "4", second: "4"})
    assert (status, "Ingen er valgt – der holdes runde 2" in page) == (303, True)
    assert "Regel: KSTL § 24, stk. 1" in page
    assert "antaget" in page
    status, page = _send(secretary, page, "Annuller runde 1", {"annul-reason": "Talt forkert."})
    assert (status, "Runde 1 er annulleret: Talt forkert." in page) == (303, True)


def test_without_quorum_the_screen_offers_no_round(secretary: FlaskClient, held: Held) -> None:
    """7 of 15: the button is not there; when the eighth is registered under presence, it is."""
    opened(held, 7)
    _status, page = _send(secretary, _page(secretary), "Afslut punktet")
    assert "Rådet er ikke beslutningsdygtigt" in page
    assert "Fortsæt med de foreslåede" not in page
    who = held.who[NAMES[7]]
    _status, page = _send(secretary, page, "Kommer", {"what": f"arrived:{who}"})
    assert EIGHT in page
    assert "Fortsæt med de foreslåede" in page
    status, page = _send(secretary, page, "Kommer", {"what": f"arrived:{who}"})
    assert (status, "R608" in page) == (409, True)
    action = SCREEN + f"fremmoede/{held.event(NAMES[7])}/fortryd"
    form = {"csrf_token": form_value(page, "csrf_token"), "undo-request_id": form_value(page, "undo-request_id")}
    assert secretary.post(action, data=form).status_code == 303
    assert "7 af 15 til stede" in _page(secretary)


def test_the_lot_is_offered_among_the_tied_or_the_chair_decides(
    client: FlaskClient, installation: Installation
) -> None:
    """Vice-chair 5 – 5 in round 3 where the chair decides: no lot; the chair's own tie is a lot."""
    held = opened(convened(installation, CHAIR_DECIDES), 10)
    sign_in(client, "council_secretary")
    _status, page = _send(client, _page(client), "Afslut punktet")
    a, b = held.first(2)
    ballot = nominate(*held.by, held.meeting_id, held.item(3), (a, b), held.now)
    for _ in range(3):
        record_round(*held.by, ballot, held.now, {a: 5, b: 5})
    page = _page(client)
    assert "Gem formandens afgørelse" not in page
    assert page.count(f'<option value="{a}">') == page.count(f'<option value="{b}">') == 1
    drawn = {"tie-drawn1": str(b), "tie-drawn_by": "Sekretæren", "tie-witnesses": "Alle", "tie-method": "Sedler"}
    _status, page = _send(client, page, "Gem lodtrækningen", drawn)
    _status, page = _send(client, page, "Ja, valget er modtaget")
    c = held.who[NAMES[2]]
    ballot = nominate(*held.by, held.meeting_id, held.item(4), (a, c), held.now)
    for _ in range(3):
        record_round(*held.by, ballot, held.now, {a: 5, c: 5})
    page = _page(client)
    assert "Gem lodtrækningen" not in page
    assert "Lod" not in _page(client, WALL)
    _status, page = _send(client, page, "Gem formandens afgørelse", {"chair-choice": str(c)})
    assert f"{NAMES[2]} er valgt til næstformand" in page
    assert "regulativet: meetings.tie" in page


def test_a_step_back_on_every_point(secretary: FlaskClient, held: Held) -> None:
    """The roll call, the appointment and a filled post are each taken back from the agenda."""
    opened(held, 9)
    status, page = _send(secretary, _page(secretary), "Fortryd navneopråbet")
    assert (status, "Åbn mødet" in page) == (303, True)
    opened(held, 9)
    _status, page = _send(secretary, _page(secretary), "Afslut punktet")
    _status, page = _send(secretary, _page(secretary, SCREEN + "?punkt=2"), "Åbn punktet igen")
    assert held.lines(2) == []
    _status, page = _send(secretary, page, "Afslut punktet")
    _status, page = _send(
        secretary, page, "Fortsæt med de foreslåede", {"nominate-nominees": str(held.who[NAMES[0]])}
    )
    _status, page = _send(secretary, page, "Valgt uden modkandidat")
    _status, page = _send(secretary, page, "Hold nyt valg", {"decline-reason": "for lidt tid"})
    assert f"{NAMES[0]} modtog ikke valget" in page
    _status, page = _send(secretary, page, f"{NAMES[0]} sagde ikke nej")
    _status, page = _send(secretary, page, "Ja, valget er modtaget")
    looked = _page(secretary, SCREEN + "?punkt=3")
    status, page = _send(secretary, looked, "Tag valget om", {"withdraw-reason": ""})
    assert (status, "Noget skal rettes" in page or "Feltet skal udfyldes" in page) == (200, True)
    status, page = _send(secretary, looked, "Tag valget om", {"withdraw-reason": "Forkert navn."})
    assert (status, "3. Valg: formand" in page) == (303, True)


def test_the_wall_needs_no_sign_in_and_shows_no_voters_choice(client: FlaskClient, held: Held) -> None:
    """A named vote: figures and bars; who voted for whom is not in the page. Read only, every 5 s."""
    opened(held, 9)
    finish_item(*held.by, held.meeting_id, held.item(2), held.now, "")
    a, b = held.first(2)
    ballot = nominate(*held.by, held.meeting_id, held.item(3), (a, b), held.now, BallotForm.NAMED)
    votes: dict[UUID, UUID | None] = {who: a if n < 4 else b for n, who in enumerate(held.first(8))}
    record_round(*held.by, ballot, held.now, {}, by_name=votes)
    page = _page(client, WALL)
    assert client.get(WALL).headers["Refresh"] == "5"
    assert "Refresh" not in client.get(WALL + "?stille=1").headers
    assert "9 af 15 til stede" in page
    assert page.count("<rect") == 3
    assert "<script" not in page
    assert "<form" not in page
    assert not any(name in page for name in NAMES[2:9])
    assert "DEMO – opdigtede personer" in page


@pytest.mark.parametrize("path", [WALL, SCREEN])
def test_before_the_meeting_is_convened_the_pages_say_so(
    client: FlaskClient, installation: Installation, path: str
) -> None:
    seated(installation)
    if path == SCREEN:
        assert client.get(path).status_code == 302
        sign_in(client, "council_secretary")
    assert "Mødet er ikke indkaldt" in _page(client, path)
