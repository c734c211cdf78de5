"""The pages of batches and dispatches, over HTTP and without a script."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path
from uuid import uuid4

import pypdf
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from flask.testing import FlaskClient
from sqlalchemy import update

from election.call.acts import move_clock
from election.poll_cards.batch_rules import BatchKind
from election.roll.records import RollEntry
from registry.act import Installation
from tests.election.poll_cards.batched import ADMIN, KEEPER, batch, finished, issued, opened
from tests.election.poll_cards.test_dispatches import Sent, certificate, decrypted, receipt
from tests.scenarios import PASSWORD, Played, form_value, sign_in

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])
BASE = "/0259/integrationsraad/2017/valgkort/"


@pytest.fixture
def played(installation: Installation) -> Played:
    """Six voters; the third is protected."""
    playing = issued(installation, 6, protected=frozenset({2}), streets=("=Formelvej 1", "Torvet 2", "Torvet 10"))
    move_clock(*playing.by, playing.act(ADMIN), playing.election_id, playing.now)
    return playing


def text_of(client: FlaskClient, page: str = BASE) -> str:
    answer = client.get(page)
    assert answer.status_code == 200, page
    return answer.get_data(as_text=True)


def forms(page: str, action: str) -> list[dict[str, str]]:
    """The hidden fields of every form that is sent to an address ending so."""
    found = []
    for form in re.findall(rf'<form[^>]*action="[^"]*{re.escape(action)}"[^>]*>.*?</form>', page, re.DOTALL):
        hidden = [re.search(r'name="([^"]*)"', one) for one in re.findall(r'<input[^>]*type="hidden"[^>]*>', form)]
        names = [one[1] for one in hidden if one is not None]
        found.append({name: form_value(form, name) for name in names})
    return found


def press(client: FlaskClient, action: str, page: str = BASE, **fields: object) -> str:
    """Send the first form of a page that goes to this address, and follow it."""
    hidden = forms(text_of(client, page), action)
    assert hidden, f"no form for {action}"
    answer = client.post(BASE + action, data=hidden[0] | fields, follow_redirects=True)
    assert answer.status_code == 200, action
    return answer.get_data(as_text=True)


def test_a_batch_from_the_first_press_to_the_printed_parts(client: FlaskClient, played: Played) -> None:
    sign_in(client, ADMIN)
    assert "Dan et parti af 5 kort" in text_of(client)
    assert "til en beskyttet" not in text_of(client), "that is the roll keeper's"
    told = press(client, "parti")
    assert "Parti 1: Almindelige kort" in told
    assert "Ikke færdigt" in told
    (action,) = re.findall(r'action="[^"]*/valgkort/(parti/[^"]*/lav)"', told)
    told = press(client, action)
    assert "1 af 1 dele er trykt og læst tilbage" in told
    assert "Alle dele er trykt" in told
    told = text_of(client)
    assert "Færdigt: hver kode er læst tilbage" in told
    made = action.split("/")[1]
    part = client.get(f"{BASE}parti/{made}/del/1.pdf")
    assert len(pypdf.PdfReader(io.BytesIO(part.data)).pages) == 5
    with zipfile.ZipFile(io.BytesIO(client.get(f"{BASE}parti/{made}/valgkort.zip").data)) as archive:
        assert archive.namelist() == ["del-001.pdf"]
        assert archive.read("del-001.pdf") == part.data
    assert client.get(f"{BASE}parti/{made}/del/2.pdf").status_code == 404
    assert client.get(f"{BASE}parti/{made}/arbejde").status_code == 302, "nothing is at work"


def test_the_send_list_is_for_a_spreadsheet_in_the_order_of_the_cards_and_without_cpr(
    client: FlaskClient, played: Played
) -> None:
    made = finished(played)
    sign_in(client, KEEPER)
    data = client.get(f"{BASE}parti/{made}/forsendelsesliste.csv").data
    assert data.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";")
    assert head[:4] == ["Plads", "Del", "Side", "Nummer på listen"]
    lines = [one.line for one in opened(played, made).lines()]
    assert [(int(r[0]), int(r[1]), int(r[2]), int(r[3])) for r in rows] == [
        (n, 1, n, line.number) for n, line in enumerate(lines, start=1)
    ]
    assert "'=Formelvej 1" in {row[5] for row in rows}
    assert not any(person.cpr in data.decode() for person in played.people)


def test_protected_peoples_parts_are_fetched_by_the_roll_keeper_alone_and_by_pressing(
    client: FlaskClient, played: Played
) -> None:
    made = finished(played, BatchKind.PROTECTED)
    sign_in(client, KEEPER)
    hidden = forms(text_of(client), f"parti/{made}/beskyttet")
    assert [one["what"] for one in hidden] == ["zip", "list", "1"]
    answers = [client.post(f"{BASE}parti/{made}/beskyttet", data=one) for one in hidden]
    assert [one.mimetype for one in answers] == ["application/zip", "text/csv", "application/pdf"]
    name = played.people[2].surname
    assert name in pypdf.PdfReader(io.BytesIO(answers[2].data)).pages[0].extract_text()
    for page in ("del/1.pdf", "valgkort.zip", "forsendelsesliste.csv"):
        assert client.get(f"{BASE}parti/{made}/{page}").status_code == 404
    bad = client.post(f"{BASE}parti/{made}/beskyttet", data=hidden[0] | {"what": "9", "request_id": str(uuid4())})
    assert bad.status_code == 404
    client.post("/log-ud", data={"csrf_token": hidden[0]["csrf_token"]})
    sign_in(client, ADMIN)
    token = form_value(text_of(client), "csrf_token")
    assert "Kun den valglisteansvarlige kan lave og hente dette parti" in text_of(client)
    refused = client.post(f"{BASE}parti/{made}/beskyttet", data=hidden[0] | {"csrf_token": token})
    assert refused.status_code == 403
    assert client.post(f"{BASE}parti/{made}/lav", data={"csrf_token": token}).status_code == 404


def test_a_name_that_cannot_be_printed_is_shown_with_its_number(client: FlaskClient, played: Played) -> None:
    sign_in(client, KEEPER)
    assert "Alle navne kan trykkes" in text_of(client, BASE + "proev")
    with played.installation.database.write() as session:
        for entry, name in ((played.entries[0], "山田"), (played.entries[1], "Çiğdem")):
            session.execute(update(RollEntry).where(RollEntry.id == entry).values(surname=name))
    told = text_of(client, BASE + "proev")
    assert "Disse navne eller adresser kan ikke trykkes" in told
    assert "山田" in told
    assert "Çiğdem" not in told


def test_a_dispatch_from_the_certificate_to_the_deleted_package(
    client: FlaskClient, played: Played, tmp_path: Path
) -> None:
    """The fingerprint is shown before anybody signs; a bad receipt is shown line by line."""
    made = finished(played)
    key = rsa.generate_private_key(65537, 2048)
    sign_in(client, KEEPER)
    page = f"{BASE}forsendelse/parti/{made}"
    shown = text_of(client, page)
    token = {"csrf_token": form_value(shown, "csrf_token")}
    wrong = client.post(page, data=token | {"certificate": "hej"}).get_data(as_text=True)
    assert "R442" in wrong or "kan ikke læses" in wrong
    shown = client.post(page, data=token | {"certificate": certificate(key)}).get_data(as_text=True)
    assert "Sammenlign fingeraftrykket" in shown
    seen = form_value(shown, "seen")
    assert seen in shown.replace("\n", "")
    signed = {
        "certificate": certificate(key), "seen": seen, "channel": "digital_post", "sign": "1",
        "request_id": form_value(shown, "request_id"), "own_password": PASSWORD,
        "second_username": ADMIN, "second_password": PASSWORD,
    }  # fmt: skip
    for missing in ("channel", "second_password"):
        again = client.post(page, data=token | signed | {missing: ""}).get_data(as_text=True)
        assert "Noget skal rettes" in again, missing
    answer = client.post(page, data=token | signed)
    assert answer.status_code == 303
    told = text_of(client, answer.location)
    assert "CN=Fjernprint Prøve A/S" in told
    path = tmp_path / "fetched.zip"
    with client.get(answer.location + "/pakke.zip") as package:
        path.write_bytes(package.data)
    files = decrypted(path, key, path.parent)
    sent = Sent(made, files)
    assert len(sent.references) == 5
    where = answer.location.removeprefix(BASE)
    bad = press(client, where + "/kvittering", answer.location, receipt=(io.BytesIO(b"x;sent\ny"), "k.csv"))
    assert "Kvitteringen har 2 fejl. Intet er indlæst" in bad
    assert "Linjen skal have to felter" in bad
    good = press(client, where + "/kvittering", answer.location, receipt=(io.BytesIO(receipt(sent, 1)), "k.csv"))
    assert "4 sendt, 1 ikke" in good
    assert "Slet pakken nu" in good
    overview = text_of(client)
    assert "Kvitteringen er indlæst. Slet pakken nu" in overview
    assert "Hvert kort i et parti, talt én gang" in overview
    assert "Dan et parti af ét kort" in overview, "the failed one goes by paper"
    gone = press(client, where + "/slet", answer.location)
    assert "Pakken er slettet" in gone
    assert client.get(answer.location + "/pakke.zip").status_code == 404


@pytest.mark.parametrize("who", ["polling_official", "station_leader", "auditor", "enterer"])
def test_nobody_else_comes_near_the_batches(client: FlaskClient, played: Played, who: str) -> None:
    made = batch(played)
    sign_in(client, who)
    for page in ("", f"parti/{made}/valgkort.zip", f"forsendelse/parti/{made}", f"parti/{made}/arbejde"):
        assert client.get(BASE + page).status_code == 403
