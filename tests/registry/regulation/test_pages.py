"""The regulation editor in the browser: from a copy to an adopted regulation that an election is called on."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from registry.accounts.acts import appoint_first, hasher
from registry.act import Act, Installation
from registry.regulation.loader import load_bytes, shipped_ids
from registry.roles import Role
from tests.scenarios import PASSWORD, SCOPE, form_value, officials, sign_in

pytestmark = pytest.mark.slow

DRAFT = "/regulativer/integrationsraad/koege-2030"
SECOND = "anden"


@pytest.fixture
def office(installation: Installation, client: FlaskClient) -> FlaskClient:
    """The election administrator is signed in; a colleague with the same role can sign beside her."""
    officials(installation)
    start = Act(UUID(int=0), Role.SYSTEM_ADMINISTRATOR, datetime(2026, 1, 1, tzinfo=UTC), uuid4())
    with installation.database.write() as session:
        secret = hasher("test").hash(PASSWORD)
        appoint_first(session, SCOPE.municipality, SECOND, "Anden", secret, [Role.ELECTION_ADMINISTRATOR], start)
    sign_in(client, "election_administrator")
    return client


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)[-800:]
    return answer.get_data(as_text=True)


def form_of(text: str, containing: str = "request_id") -> dict[str, str]:
    """What a browser would send from the form on the page: every named input, select and textarea."""
    for form in re.findall(r"<form\b.*?</form>", text, re.S):
        if containing in form and "/log-ud" not in form:
            break
    found: dict[str, str] = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="file"' not in tag:
            found[name[1]] = html.unescape(value[1]) if value else ""
    for name, inner in re.findall(r'<textarea\b[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S):
        found[name] = html.unescape(inner).removeprefix("\r\n").removeprefix("\n")
    for name, inner in re.findall(r'<select\b[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        options = re.findall(r"<option\b([^>]*)>", inner)
        chosen = next((o for o in options if "selected" in o), options[0])
        found[name] = html.unescape(re.search(r'value="([^"]*)"', chosen)[1])  # type: ignore[index]
    return found


def begin(client: FlaskClient, made_from: str = "koege-2018", **more: object) -> object:
    text = page(client, "/regulativer/nyt")
    sent: dict[str, object] = {**form_of(text, "made_from"), "made_from": made_from, **more}
    sent |= {"council": "integrationsraad", "regulation_id": "koege-2030"}
    return client.post("/regulativer/nyt", data=sent)


def save(client: FlaskClient, unit: str, changes: Mapping[str, str], status: int = 302) -> str:
    sent = form_of(page(client, f"{DRAFT}/afsnit/{unit}"), "seen") | dict(changes)
    answer = client.post(f"{DRAFT}/afsnit/{unit}", data=sent)
    assert answer.status_code == status, answer.get_data(as_text=True)[-1500:]
    return answer.get_data(as_text=True)


def test_from_a_copy_to_an_adopted_regulation(office: FlaskClient) -> None:
    """Seven seats instead of five; a colleague signs beside the administrator; then nothing can be changed."""
    begin(office)
    save(office, "seats", {"number-value": "7", "number-cite": "§ 4"})
    save(office, "basis", {"state-value": "approved", "state-standing": "cited", "state-cite": "Byrådet"})
    text = page(office, f"{DRAFT}/vedtag")
    assert "7" in text
    sent = form_of(text, "seen") | {
        "own_password": PASSWORD,
        "second_username": SECOND,
        "second_password": PASSWORD,
    }
    assert office.post(f"{DRAFT}/vedtag", data=sent).status_code == 302
    done = page(office, DRAFT)
    assert "Vedtaget" in done
    assert f"{DRAFT}/afsnit/seats" not in done
    assert "koege-2030" in page(office, "/nyt-valg")
    refused = office.post(f"{DRAFT}/afsnit/seats", data=form_of(page(office, f"{DRAFT}/afsnit/seats"), "seen"))
    assert refused.status_code == 409
    assert "R452" in refused.get_data(as_text=True)


def test_what_is_typed_wrong_stays_and_says_what_to_write(office: FlaskClient) -> None:
    begin(office)
    text = save(office, "seats", {"number-value": "syv", "number-cite": "§ 4", "method-cite": "efter mødet"}, 200)
    assert "Skriv et helt tal." in text
    assert form_of(text, "seen")["number-value"] == "syv"
    assert form_of(text, "seen")["method-cite"] == "efter mødet"
    assert "is = 5" in page(office, f"{DRAFT}/1.toml")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"number-cite": ""}, "Skriv, hvor det står"),
        ({"number-standing": "assumed", "number-why": ""}, "Skriv hvorfor."),
        ({"number-standing": "open", "number-why": ""}, "Skriv hvorfor."),
        ({"method-value": "x"}, "Vælg en af mulighederne."),
        ({"reserved-value": "vestlig 3"}, "Skriv én gruppe på hver linje"),
    ],
)
def test_a_value_without_a_reason_is_not_saved(office: FlaskClient, changes: dict[str, str], told: str) -> None:
    begin(office)
    assert told in save(office, "seats", changes, 200)
    assert "2.toml" not in page(office, DRAFT)


def test_two_tabs_do_not_overwrite_each_other(office: FlaskClient) -> None:
    begin(office)
    first = form_of(page(office, f"{DRAFT}/afsnit/seats"), "seen")
    second = form_of(page(office, f"{DRAFT}/afsnit/seats"), "seen")
    office.post(f"{DRAFT}/afsnit/seats", data=first | {"number-value": "7"})
    answer = office.post(f"{DRAFT}/afsnit/seats", data=second | {"number-value": "9"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "En anden har gemt dette afsnit" in html.unescape(text)
    assert form_of(text, "seen")["number-value"] == "9"
    assert "is = 7" in page(office, f"{DRAFT}/2.toml")


def test_a_draft_from_a_file_keeps_its_comments(office: FlaskClient) -> None:
    file = (BytesIO(b'# vores egen\nid = "gammel"\n'), "vores.toml")
    begin(office, file=file)
    assert "# vores egen" in page(office, f"{DRAFT}/1.toml")
    assert "R052" not in page(office, DRAFT)  # the sentences stand without the code, with a link to the place
    assert f"{DRAFT}/afsnit/seats" in page(office, DRAFT)


@pytest.mark.parametrize("content", [b"id = ", b"\xff\xfe", b"PK\x03\x04", b"[" * 5000])
def test_a_file_that_is_no_regulation_is_refused_in_words(office: FlaskClient, content: bytes) -> None:
    answer = begin(office, file=(BytesIO(content), "x.toml"))
    assert "kan ikke læses som TOML" in html.unescape(answer.get_data(as_text=True))  # type: ignore[attr-defined]
    page(office, DRAFT, 404)


def test_entries_are_added_and_removed(office: FlaskClient) -> None:
    begin(office)
    sent = form_of(page(office, DRAFT), 'value="sources"') | {"what": "add", "path": "sources", "code": "notat"}
    assert office.post(f"{DRAFT}/ordn", data=sent).headers["Location"].endswith("/afsnit/sources.notat")
    save(
        office,
        "sources.notat",
        {"title-value": "Notat", "title-cite": "notatet", "version-value": "1. marts", "version-cite": "notatet"},
    )
    sent = form_of(page(office, DRAFT), 'value="sources"') | {"what": "add", "path": "sources", "code": "Å å"}
    office.post(f"{DRAFT}/ordn", data=sent)
    assert "Koden er kun små bogstaver" in html.unescape(page(office, DRAFT))
    sent = form_of(page(office, DRAFT), "sources.notat") | {"what": "remove", "path": "sources.notat"}
    office.post(f"{DRAFT}/ordn", data=sent)
    page(office, f"{DRAFT}/afsnit/sources.notat", 404)


def test_the_ballot_is_written_in_a_draft_that_says_nothing_of_it(office: FlaskClient) -> None:
    """The draft shows what it assumes of the ballot and of figures to explain; what is saved stands there."""
    begin(office)
    assert html.unescape(page(office, DRAFT)).count("står ikke i filen: antages") == 2
    save(
        office,
        "ballot",
        {"order-value": "rotation", "order-standing": "cited", "order-cite": "byrådets beslutning"},
    )
    shown = html.unescape(page(office, DRAFT))
    assert shown.count("står ikke i filen: antages") == 1
    assert "W480" in shown
    assert "ét navn længere nede end det forrige" in html.unescape(page(office, f"{DRAFT}/vedtag"))


def test_the_blank_one_leads_through_all_that_must_be_filled_in(office: FlaskClient) -> None:
    begin(office, "blank")
    text = html.unescape(page(office, DRAFT))
    assert "steder skal udfyldes eller rettes" in text
    assert "Vedtag regulativet" not in text
    for unit in ("", "municipality", "right_to_vote", "composition", "meetings"):
        page(office, f"{DRAFT}/afsnit/{unit}")


@pytest.mark.parametrize("regulation_id", shipped_ids())
def test_every_shipped_regulation_can_be_read(office: FlaskClient, regulation_id: str) -> None:
    assert "§ 1" in html.unescape(page(office, f"/regulativer/med-programmet/{regulation_id}"))


def test_a_revision_is_the_file_and_the_document(office: FlaskClient) -> None:
    begin(office)
    data = office.get(f"{DRAFT}/1.toml").get_data()
    assert load_bytes(data, "koege-2030").id == "koege-2030"
    assert office.get(f"{DRAFT}/1.pdf").get_data().startswith(b"%PDF")
    page(office, f"{DRAFT}/9.toml", 404)


@pytest.mark.parametrize("who", ["roll_keeper", "polling_official", "council_secretary"])
def test_others_do_not_write_regulations(installation: Installation, client: FlaskClient, who: str) -> None:
    officials(installation)
    sign_in(client, who)
    for address in ("/regulativer/", "/regulativer/nyt", DRAFT):
        assert client.get(address).status_code == 403


def test_a_draft_of_another_council_is_not_found(office: FlaskClient) -> None:
    begin(office)
    page(office, "/regulativer/aeldreraad/koege-2030", 404)
    assert form_value(page(office, f"{DRAFT}/vedtag"), "request_id")


def test_a_group_that_is_named_like_html_stays_text(office: FlaskClient) -> None:
    """What an administrator types into a regulation is shown as it was typed, on every page that shows it."""
    begin(office)
    save(office, "council", {"name-value": "<b>Råd</b> 100 %(x)s", "name-cite": "§ 1"})
    for address in (DRAFT, f"{DRAFT}/afsnit/council", f"{DRAFT}/vedtag"):
        text = page(office, address)
        assert "<b>Råd" not in text
    assert "&lt;b&gt;Råd&lt;/b&gt; 100 %(x)s" in page(office, f"{DRAFT}/vedtag")
