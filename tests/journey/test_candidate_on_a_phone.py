"""A candidate on a phone in Chromium: in Arabic from the sign-in to accepted; in Danish returned, refused and
complained of; every page in Danish, English and Arabic against axe and both widths."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from election.call.acts import move_clock
from election.candidacy.acts import open_candidacy
from election.candidacy.case_acts import Named, confirm_refusal, decide, propose_refusal
from election.candidacy.part_acts import make_link
from election.candidacy.records import Candidacy, cases, consented, texts
from election.candidacy.rules import Decision, Part, State
from registry.act import Installation
from registry.configuration import Configuration
from tests.broker import BrokerOfTests, serving_broker
from tests.journey.browser import PHONE, WIDE, Site, Visitor, serving
from tests.scenarios import CANDIDACY_AT, Played, call_koege, with_roll

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("engine_name", ["sqlite"])]

HERE = "/0259/integrationsraad/2017/kandidater"
CASE = f"{HERE}/min-sag"
ADMIN = "election_administrator"
PARTS = (
    "navn",
    "kontakt",
    "foto",
    "praesentation",
    "praesentation/ar",
    "samtykker",
    "stillere",
    "erklaering",
    "sprog",
    "send",
)


@pytest.fixture
def played(installation: Installation) -> Played:
    found = with_roll(call_koege(installation))
    found.now = CANDIDACY_AT
    move_clock(*found.by, found.act(ADMIN), found.election_id, found.now)
    open_candidacy(*found.by, found.act(ADMIN), found.election_id)
    return found


@pytest.fixture(scope="module")
def broker() -> Iterator[BrokerOfTests]:
    with serving_broker() as served:
        yield served


@pytest.fixture
def site(played: Played, configuration: Configuration, broker: BrokerOfTests) -> Iterator[Site]:
    """The application with MitID; Amal is the first on the roll. Afterwards: no page failed."""
    from wsgi import create_app

    app = create_app(broker.configured(configuration))
    broker.knows("amal", **{"dk.cpr": played.people[0].cpr})
    with serving(app) as served:
        yield served
    app.extensions["installation"].database.dispose()
    assert served.troubles == []


def _in(person: Visitor, language: str) -> Visitor:
    person.context.add_cookies([{"name": "language", "value": language, "url": person.site.address}])
    return person


def _go(person: Visitor) -> None:
    """Press or follow what the page offers first, whatever it is called in the language of the page."""
    with person.page.expect_navigation(wait_until="domcontentloaded"):
        person.page.locator("main .actions .button-primary").first.click()


def _sign_in(person: Visitor) -> None:
    """From the page that says who can stand, through the broker, to one's own case."""
    person.open(f"{HERE}/stil-op")
    _go(person)
    person.page.locator("input[name=sub]").first.fill("amal")
    with person.page.expect_navigation():
        person.page.keyboard.press("Enter")
    assert person.page.url.endswith(CASE)
    person.complaints.clear()  # the broker's own page has some


def _part(person: Visitor, path: str) -> None:
    """The part that stands in the list of the case."""
    with person.page.expect_navigation(wait_until="domcontentloaded"):
        person.page.locator(f"main a[href$='/min-sag/{path}']").first.click()


def _tick(person: Visitor, name: str) -> None:
    person.page.locator(f"label[for='{name}']").click()


def _send_photo(person: Visitor) -> None:
    picture = Image.new("RGB", (900, 700), (90, 140, 190))
    picture.paste((230, 190, 150), (300, 150, 600, 550))
    out = BytesIO()
    picture.save(out, "JPEG")
    person.page.set_input_files("#photo", {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()})
    _go(person)


def _save_in_another_window(person: Visitor) -> None:
    """The name is open in two windows; the other one saves first."""
    person.open(f"{CASE}/navn")
    person.page.fill("#ballot_name", "Fra det ene vindue")
    other = person.context.new_page()
    other.goto(f"{CASE}/navn")
    other.fill("#ballot_name", "Fra det andet vindue")
    with other.expect_navigation():
        other.locator("main .actions .button-primary").first.click()
    other.close()


def _row(played: Played) -> Candidacy:
    with played.installation.database.read() as session:
        return cases(session, played.read())[0]


def _decide(played: Played, decision: Decision, *named: Named) -> None:
    row = _row(played)
    decide(*played.by, played.act(ADMIN), played.election_id, row.id, row.version, decision, named)


def test_in_arabic_from_the_sign_in_to_accepted(played: Played, chromium: Browser, site: Site) -> None:
    person = _in(Visitor(chromium, site, width=PHONE), "ar")
    person.open(f"{HERE}/stil-op")
    assert person.page.locator("html").get_attribute("dir") == "rtl"
    person.look("k0-start-ar")
    _sign_in(person)
    person.look("k1-begin-ar")
    _go(person)
    person.look("k2-draft-ar")
    _part(person, "navn")
    person.page.fill("#ballot_name", "أمل حسن")
    person.look("k3-name-ar")
    _go(person)
    _part(person, "kontakt")
    person.page.fill("#email", "amal@example.dk")
    _go(person)
    _part(person, "foto")
    _send_photo(person)
    person.page.locator("#zoom").fill("150")
    person.page.locator("button[name=look]").click()
    person.look("k4-photo-ar")
    person.page.locator("button[name=keep]").click()
    _part(person, "praesentation")
    person.look("k5-languages-ar")
    _part(person, "praesentation/ar")
    person.page.fill("#text", "أريد أن أعمل من أجل مقاهي اللغة في كوغه.\nأعيش هنا منذ ٢٠١٠.")
    person.look("k6-text-ar")
    _go(person)
    person.open(CASE)
    _part(person, "samtykker")
    _tick(person, "photo")
    _tick(person, "presentation")
    person.look("k7-consents-ar")
    _go(person)
    _go(person)  # the one next step that is left: the declaration
    assert person.page.url.endswith("/erklaering")
    _tick(person, "is_willing")
    _go(person)
    _go(person)
    person.look("k8-check-ar")
    _go(person)
    assert _row(played).in_state is State.SUBMITTED
    person.look("k9-sent-ar")
    _decide(played, Decision.ACCEPT)
    person.open(CASE)
    person.sees("أمل حسن")
    person.look("ka-accepted-ar")
    person.leave()
    row = _row(played)
    assert (row.in_state, row.language, row.ballot_name) == (State.ACCEPTED, "ar", "أمل حسن")
    with played.installation.database.read() as session:
        assert {one.value for one in consented(session, row)} == {"photo", "presentation"}
        assert "أعيش هنا منذ ٢٠١٠." in texts(session, row)["ar"]


def test_returned_mended_refused_and_complained_of(played: Played, chromium: Browser, site: Site) -> None:
    person = Visitor(chromium, site, width=PHONE, scripts=False)
    _sign_in(person)
    person.press("Begynd")
    person.follow("Se det hele, og send")
    person.sees("Det mangler", "Du kan sende alligevel.")
    person.press("Send min anmeldelse")
    person.sees("Anmeldelsen er modtaget, men noget mangler")
    with played.installation.database.read() as session:
        assert cases(session, played.read())[0].number == 1
    _decide(played, Decision.RETURN, Named(Part.CONTACT, "Skriv din e-mail."))
    person.open(CASE)
    person.sees("Noget skal rettes senest 22. november 2017 kl. 12.00", "Skriv din e-mail.")
    person.follow("Ret: Kontakt")
    person.fill("E-mail", "amal@example.dk")
    person.press("Gem")
    person.follow("Send igen")
    person.press("Send igen")
    person.sees("Rettet og sendt igen")
    row = _row(played)
    act = played.act(ADMIN, reason="Du bor ikke i kommunen.")
    propose_refusal(*played.by, act, played.election_id, row.id, row.version, "Regulativets § 4")
    confirm_refusal(*played.by, played.act("board_member"), played.election_id, row.id, _row(played).version)
    person.open(CASE)
    person.sees("Anmeldelsen er afvist", "Du bor ikke i kommunen.", "Regulativets § 4", "Køge Byråd")
    person.follow("Klag")
    person.fill("Hvad er du uenig i", "Jeg har boet her siden 2010.")
    person.press("Send klagen")
    person.sees("Din klage er modtaget. Du får besked", "Klage over afvisningen modtaget")
    person.press("Log ud")
    person.open(CASE)
    person.sees("Log ind for at se din egen anmeldelse")
    person.leave()


def test_a_file_of_thirty_megabytes_is_answered_by_a_page(chromium: Browser, site: Site, tmp_path: Path) -> None:
    """Through a real server: no broken connection, and no waiting."""
    person = Visitor(chromium, site, width=PHONE, scripts=False)
    _sign_in(person)
    person.press("Begynd")
    person.open(f"{CASE}/foto")
    large = tmp_path / "x.jpg"
    large.write_bytes(bytes(30_000_000))
    person.page.set_input_files("#photo", large)
    person.press("Send billedet")
    person.sees("Filen fylder mere end 10 MB")
    assert site.troubles == [f"413 POST {CASE}/foto"]
    site.troubles.clear()
    person.complaints.clear()
    person.leave()


@pytest.mark.parametrize("language", ["da", "ar", pytest.param("en", marks=pytest.mark.nightly)])
def test_every_page_holds_against_axe(played: Played, chromium: Browser, site: Site, language: str) -> None:
    person = _in(Visitor(chromium, site, width=PHONE), language)
    person.open(CASE).look(f"l0-sign-in-{language}")
    person.open(f"{HERE}/bed-om-link").look(f"l1-ask-for-link-{language}")
    person.open(f"{HERE}/stil-op").look(f"l2-start-{language}")
    _sign_in(person)
    person.look(f"l3-begin-{language}")
    _go(person)
    person.look(f"l4-draft-{language}")
    for number, path in enumerate(PARTS):
        person.open(f"{CASE}/{path}").look(f"l5-{number}-{path.replace('/', '-')}-{language}")
    person.open(f"{CASE}/kontakt")
    person.page.fill("#email", "ingen adresse")
    site.troubles.clear()
    _go(person)
    person.look(f"l6-error-{language}")
    assert site.troubles == [f"409 POST {CASE}/kontakt"]
    site.troubles.clear()
    person.complaints.clear()
    _save_in_another_window(person)
    _go(person)
    person.look(f"l8-two-windows-{language}")
    assert site.troubles == [f"409 POST {CASE}/navn"]
    site.troubles.clear()
    person.complaints.clear()
    person.open(f"{CASE}/slet").look(f"l7-discard-{language}")
    person.leave()


@pytest.mark.nightly
@pytest.mark.parametrize("language", ["da", "ar", pytest.param("en", marks=pytest.mark.nightly)])
def test_every_page_of_what_was_sent_holds_against_axe(
    played: Played, chromium: Browser, site: Site, language: str
) -> None:
    person = _in(Visitor(chromium, site, width=WIDE), language)
    _sign_in(person)
    _go(person)
    person.open(f"{CASE}/foto")
    _send_photo(person)
    person.look(f"m0-photo-{language}", is_public=True)
    person.open(f"{CASE}/send")
    _go(person)
    person.look(f"m1-sent-{language}", is_public=True)
    person.open(f"{CASE}/traek-tilbage").look(f"m2-withdraw-{language}", is_public=True)
    _decide(played, Decision.RETURN, Named(Part.CONTACT, "Skriv din e-mail."))
    person.open(CASE).look(f"m3-returned-{language}", is_public=True)
    person.open(f"{CASE}/kontakt").look(f"m4-defect-{language}", is_public=True)
    row = _row(played)
    act = played.act(ADMIN, reason="Du bor ikke i kommunen.")
    propose_refusal(*played.by, act, played.election_id, row.id, row.version, "Regulativets § 4")
    confirm_refusal(*played.by, played.act("board_member"), played.election_id, row.id, _row(played).version)
    person.open(CASE).look(f"m5-refused-{language}", is_public=True)
    person.open(f"{CASE}/klage").look(f"m6-complain-{language}", is_public=True)
    make_link(*played.by, played.act(ADMIN), played.election_id, row.id, "et-hemmeligt-ord")
    person.open(f"{HERE}/link/et-hemmeligt-ord").look(f"m7-link-{language}", is_public=True)
    _go(person)
    person.look(f"m8-by-link-{language}", is_public=True)
    person.leave()
