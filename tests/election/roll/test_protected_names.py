"""One protected person on the roll, and every page, list and paper of the election: neither name nor address."""

from __future__ import annotations

import html
import io
import zipfile
from dataclasses import replace
from uuid import UUID, uuid4

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from election.call.acts import move_clock
from election.candidacy.acts import open_candidacy
from election.candidacy.case_acts import Registration, register
from election.poll_cards.records import PollCard, card_text, valid_cards
from election.polling.acts import admit
from election.postal.acts import receive
from election.postal.records import PostalVote
from election.roll.acts import draw_up, freeze, import_extract
from election.roll.copies import print_copy
from election.roll.corrections import CorrectionKind, correct
from election.roll.objections import Asks, CameIn, receive_objection
from election.roll.protection import LookReason, look_at_protected
from election.roll.records import RollEntry, entry_by_index
from registry.act import Installation
from registry.audit.records import LogEntry
from registry.doors import who_may_open
from registry.findings import Refused
from registry.roles import EVERY_ROLE, Role
from tests.election.poll_cards.batched import finished
from tests.scenarios import (
    CANDIDACY_AT,
    DESK,
    POLLING_AT,
    ROLL_AT,
    SCOPE,
    Played,
    call_koege,
    extract_csv,
    form_value,
    people,
    polling,
    sign_in,
    with_candidates,
)
from tests.snapshots import stage

pytestmark = [pytest.mark.parametrize("engine_name", ["sqlite"]), pytest.mark.slow]
FIRST, LAST, STREET = "Hemmelina", "Skjultsen", "Skjulstræde 77"
HIDDEN = (FIRST, LAST, "Skjulstræde")
SECRET = 9
BASE = "/0259/integrationsraad/2017"
MASK = "Beskyttet navn"


@stage
def with_secret_roll(played: Played) -> Played:
    """Fifteen voters, one of whom is protected and has an address in the register."""
    rows = people(15)
    rows[SECRET] = replace(rows[SECRET], first_names=FIRST, surname=LAST, is_protected=True)
    data = extract_csv(rows).replace(f"{FIRST};{LAST};;;".encode(), f"{FIRST};{LAST};{STREET};4600;Køge".encode())
    assert STREET.encode() in data
    played.people, played.now = rows, ROLL_AT
    import_extract(*played.by, played.act("roll_keeper"), played.election_id, data)
    draw_up(*played.by, played.act("roll_keeper"), played.election_id)
    two = played.act("roll_keeper", second="election_administrator")
    freeze(*played.by, two, played.election_id)
    with played.installation.database.read() as session:
        played.entries = list(session.scalars(select(RollEntry.id).order_by(RollEntry.number)))
    return played


def secret(played: Played) -> RollEntry:
    with played.installation.database.read() as session:
        index = played.installation.keys.open("0259").blind_index(played.people[SECRET].cpr)
        found = entry_by_index(session, played.read(), index)
        assert found is not None
        assert (found.first_names, found.address) == (FIRST, STREET)
        return found


@pytest.fixture
def played(installation: Installation) -> Played:
    """Polling: cards, a copy, an objection, a correction, the protected person admitted."""
    return _on_every_list(with_secret_roll(call_koege(installation)))


@stage
def _on_every_list(playing: Played) -> Played:
    key = secret(playing).id
    two = playing.act("roll_keeper", second="election_administrator", reason="Fejl")
    kind, cpr = CorrectionKind.ERROR, playing.people[SECRET].cpr
    correct(*playing.by, two, playing.election_id, kind, cpr)
    two = playing.act("roll_keeper", second="election_administrator", reason="Fejl")
    correct(*playing.by, two, playing.election_id, kind, cpr)
    who, asks = playing.act("roll_keeper"), Asks.CHANGE
    receive_objection(*playing.by, who, playing.election_id, playing.now, CameIn.LETTER, "Vera", asks, "Ret", cpr)
    print_copy(*playing.by, playing.act("roll_keeper"), playing.election_id, None, "Bord 1")
    polling(with_candidates(playing, 6))
    here = (playing.election_id, playing.stations[0])
    receive(*playing.by, playing.act("polling_official"), *here, key, None, "Valgkontoret")
    admit(*playing.by, playing.act("polling_official"), *here, DESK, key)
    act = playing.act("election_administrator")
    move_clock(*playing.by, act, playing.election_id, max(playing.now, POLLING_AT))
    return playing


def texts(data: bytes, mimetype: str) -> str:
    """What a reader can read in an answer: a page, a document, an archive of documents."""
    if mimetype == "application/pdf":
        return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    if mimetype == "application/zip":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return " ".join(
                texts(archive.read(name), "application/pdf" if name.endswith(".pdf") else "text/plain")
                for name in archive.namelist()
            )
    return html.unescape(data.decode("utf-8", "replace"))


def leaks(told: str) -> list[str]:
    return [word for word in HIDDEN if word.casefold() in told.casefold()]


def arguments(played: Played) -> dict[str, object]:
    """What stands in an address, so that a page shows the protected person wherever it can show somebody."""
    from election.candidacy.records import candidacies
    from election.roll.records import RollCopy, RollObjection

    with played.installation.database.read() as session:
        key = secret(played).id
        return {
            "municipality": SCOPE.municipality,
            "council": SCOPE.council,
            "slug": "2017",
            "code": "001",
            "number": 1,
            "entry_id": key,
            "card_id": session.scalars(select(PollCard.id).where(PollCard.entry_id == key)).one(),
            "copy_id": session.scalars(select(RollCopy.id)).one(),
            "postal_id": session.scalars(select(PostalVote.id)).one(),
            "objection_id": session.scalars(select(RollObjection.id)).one(),
            "candidacy_id": candidacies(session, played.read())[0].id,
        }


def address(app: Flask, rule: Rule, known: dict[str, object]) -> str | None:
    """The address of a page of this election, None for a page of something else."""
    if "slug" not in rule.arguments or not rule.arguments <= known.keys():
        return None
    with app.test_request_context():
        built = rule.build({name: known[name] for name in rule.arguments})
    return built[1] if built else None


@pytest.mark.slow
@pytest.mark.parametrize("role", sorted(EVERY_ROLE))
def test_no_page_list_or_paper_of_the_election_shows_a_protected_name(
    played: Played, app: Flask, role: Role
) -> None:
    """Every GET page that this role may open, with the protected person's own keys in the address; also the
    roll keeper sees the name only after asking for it."""
    client, doors, known = app.test_client(), who_may_open(app), arguments(played)
    sign_in(client, role.value)
    seen, found = 0, []
    for rule in app.url_map.iter_rules():
        door = doors[rule.endpoint]
        if "GET" not in (rule.methods or set()) or (isinstance(door, frozenset) and role not in door):
            continue
        page = address(app, rule, known)
        if page is None:
            continue
        answer = client.get(page)
        if answer.status_code != 200:
            continue
        seen += 1
        if words := leaks(texts(answer.data, answer.mimetype or "")):
            found.append(f"{rule.endpoint} as {role.value}: {words}")
    assert found == []
    assert seen >= 3, "the walk must have seen pages"


def post(client: FlaskClient, page: str, to: str, **fields: str) -> str:
    """Send a form of a page and follow to where it leads."""
    shown = client.get(page).get_data(as_text=True)
    data = {name: form_value(shown, name) for name in ("csrf_token", "request_id") if f'name="{name}"' in shown}
    answer = client.post(to, data=data | fields, follow_redirects=True)
    return texts(answer.data, answer.mimetype or "")


def test_the_desk_finds_a_protected_voter_by_birth_date_and_by_card(
    installation: Installation, client: FlaskClient
) -> None:
    """The number and “spørg personen” stand where the name would; one key admits; the result shows no name."""
    playing = polling(with_candidates(with_secret_roll(call_koege(installation)), 6))
    act = playing.act("election_administrator")
    move_clock(*playing.by, act, playing.election_id, playing.now)
    sign_in(client, "polling_official")
    person, entry = playing.people[SECRET], secret(playing)
    desk = f"{BASE}/stemmested/001/bord/1/"
    with installation.database.read() as session:
        cards = {e.id: c for c, e in valid_cards(session, playing.read())}
        text = card_text(installation.keys.open("0259"), playing.read().code, "001", cards[entry.id].id)
    told = post(client, desk, desk + "opslag", token=person.cpr[:6], til="stem")
    assert f"vaelger/{entry.id}" not in told, "six digits find nobody with a protected name"
    for typed in (f"{entry.born_on:%d%m%Y}", text):
        told = post(client, desk, desk + "opslag", token=typed, til="stem")
        assert "Beskyttet navn: spørg personen" in told
        assert f"{entry.number}" in told
        assert leaks(told) == []
    voter = f"{desk}vaelger/{entry.id}?fra=dato"
    to = f"{desk}vaelger/{entry.id}/luk-ind?fra=dato"
    told = post(client, voter, to, said_name="Wrong Person")
    assert "Ingen er lukket ind" in told
    assert leaks(told) == []
    told = post(client, voter, to, said_name=f"{FIRST} {LAST}".lower())
    assert "Giv én stemmeseddel" in told
    assert leaks(told) == []
    again = post(client, desk, desk + "opslag", token=text, til="stem")
    assert "Giv ingen stemmeseddel" in again
    assert leaks(again) == []
    postal = f"{BASE}/stemmested/001/brevstemmer"
    told = post(client, postal, postal + "/opslag", token=person.cpr[:6])
    assert MASK in told
    assert leaks(told) == []


def test_the_printed_cards_and_lists_carry_no_protected_name(played: Played, client: FlaskClient) -> None:
    """Also for the roll keeper: what is printed in one go passes through many hands."""
    sign_in(client, "roll_keeper")
    made = finished(played)
    with client.get(f"{BASE}/valgkort/parti/{made}/valgkort.zip") as answer:
        told = texts(answer.data, "application/zip")
    assert played.people[0].surname in told
    assert leaks(told) == []
    listed = client.get(f"{BASE}/valgkort/parti/{made}/forsendelsesliste.csv").get_data(as_text=True)
    assert played.people[0].surname in listed
    assert leaks(listed) == []
    register = f"{BASE}/valgliste/kopier/"
    told = post(client, register, register + "valgliste.pdf", station="", purpose="Bord 1")
    assert "Beskyttet navn: spørg personen" in told
    assert leaks(told) == []


def test_the_roll_keeper_sees_the_name_after_asking_and_each_look_is_in_the_log_without_it(
    played: Played, client: FlaskClient
) -> None:
    sign_in(client, "roll_keeper")
    entry = secret(played)
    page = f"{BASE}/valgliste/vaelger/{entry.id}"
    assert leaks(client.get(page).get_data(as_text=True)) == []
    told = post(client, page, page + "/navn", why="")
    assert leaks(told) == [], "without a reason nothing is shown"
    told = post(client, page, page + "/navn", why="same_person")
    assert leaks(told) == list(HIDDEN)
    assert leaks(client.get(page).get_data(as_text=True)) == [], "the next page does not show it again"
    card = post(client, f"{BASE}/valgkort/", f"{BASE}/valgkort/beskyttet/{entry.id}.pdf", request_id=str(uuid4()))
    assert leaks(card) == [FIRST, LAST]
    with played.installation.database.read() as session:
        log = [body for body in session.scalars(select(LogEntry.body)) if b"look_at_protected" in body]
    assert len(log) == 2
    assert all(str(entry.id).encode() in body for body in log)
    assert {b'"why":"same_person"' in body for body in log} == {True, False}
    assert all(leaks(body.decode()) == [] for body in log)


@pytest.mark.parametrize("role", sorted(EVERY_ROLE - {Role.ROLL_KEEPER}))
def test_nobody_else_may_ask_for_a_protected_name(played: Played, client: FlaskClient, role: Role) -> None:
    """Neither through the page nor through the act."""
    sign_in(client, role.value)
    entry = secret(played)
    data = {"why": "person_asks", "request_id": str(uuid4()), "csrf_token": _token(client)}
    for page in (f"/valgliste/vaelger/{entry.id}/navn", f"/valgkort/beskyttet/{entry.id}.pdf"):
        answer = client.post(BASE + page, data=data)
        assert answer.status_code == 403
        assert leaks(answer.get_data(as_text=True)) == []
    with pytest.raises(Refused, match="R002"):
        _look(played, role.value, entry.id)


def _token(client: FlaskClient) -> str:
    return form_value(client.get("/log-ind").get_data(as_text=True), "csrf_token")


def _look(played: Played, who: str, entry: UUID) -> object:
    return look_at_protected(*played.by, played.act(who), played.election_id, entry, LookReason.PERSON_ASKS)


def test_a_look_at_nobody_or_at_somebody_unprotected_is_refused(played: Played) -> None:
    with pytest.raises(Refused, match="R176"):
        _look(played, "roll_keeper", uuid4())
    with pytest.raises(Refused, match="R177"):
        _look(played, "roll_keeper", played.admitted[0] if played.admitted else _unprotected(played))


def _unprotected(played: Played) -> UUID:
    key = secret(played).id
    return next(entry for entry in played.entries if entry != key)


def test_the_candidates_case_shows_the_number_and_not_the_registers_name(
    installation: Installation, client: FlaskClient
) -> None:
    """Who stands chooses a name for the ballot; the register's name stays hidden from the office's other pages."""
    playing = with_secret_roll(call_koege(installation))
    playing.now = CANDIDACY_AT
    open_candidacy(*playing.by, playing.act("election_administrator"), playing.election_id)
    wish = Registration(playing.people[SECRET].cpr, "Nora Nordly", "kontakt@example.dk")
    made = register(*playing.by, playing.act("election_administrator"), playing.election_id, wish)
    act = playing.act("election_administrator")
    move_clock(*playing.by, act, playing.election_id, playing.now)
    sign_in(client, "election_administrator")
    told = None
    for rule in client.application.url_map.iter_rules():
        if "candidacy_id" in rule.arguments and "GET" in (rule.methods or set()):
            known = arguments_of_case(made.candidacy_id)
            page = address(client.application, rule, known)
            answer = client.get(page or "")
            if answer.status_code == 200:
                told = html.unescape(answer.get_data(as_text=True))
                assert leaks(told) == []
    assert told is not None
    assert "Nora Nordly" in told


def arguments_of_case(candidacy: UUID) -> dict[str, object]:
    return {
        "municipality": SCOPE.municipality,
        "council": SCOPE.council,
        "slug": "2017",
        "candidacy_id": candidacy,
    }
