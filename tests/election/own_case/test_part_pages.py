"""What a candidate fills in on a phone: from the page that says who can stand to a draft with every part."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from PIL import Image

from election.candidacy.acts import close_candidacy, open_candidacy
from election.candidacy.photos import SHOWN_SIZE
from election.candidacy.records import Candidacy, ListClaim, cases, consented, photo, texts
from election.candidacy.rules import ConsentKind
from registry.act import Installation
from registry.configuration import Configuration
from tests.broker import BrokerOfTests
from tests.election.own_case.phone import CASE, HERE, Phone, at_clock, hidden_of, text_of
from tests.scenarios import CANDIDACY_AT, CLOSED_AT, Played, call_koege, invented_cpr, people, with_roll

pytestmark = pytest.mark.slow
ADMIN = "election_administrator"


@pytest.fixture
def configuration(with_mitid: Configuration) -> Configuration:
    return with_mitid


@pytest.fixture
def amina(phone: Phone, played: Played, broker: BrokerOfTests) -> Phone:
    """She is on the roll and has begun."""
    return phone.sign_in(broker, "amina", played.people[0].cpr).begin()


def _row(played: Played) -> Candidacy:
    with played.installation.database.read() as session:
        return cases(session, played.read())[0]


# --- who can stand ---------------------------------------------------------------------------------------


def test_everybody_can_read_who_can_stand_and_until_when(phone: Phone) -> None:
    page = phone.client.get(f"{HERE}/stil-op").get_data(as_text=True)
    assert "Send senest 20. november 2017 kl. 12.00" in page
    assert "22. november 2017 kl. 12.00" in page  # until then something can be mended
    assert "Du er fyldt 18 år på valgdagen" in page
    assert "Du bor i Køge" in page
    assert "Log ind med MitID" in page
    assert "cirka 10 minutter" in page


def test_before_candidates_may_register_the_page_says_from_when(
    installation: Installation, client: FlaskClient, broker: BrokerOfTests
) -> None:
    played = with_roll(call_koege(installation))
    page = client.get(f"{HERE}/stil-op").get_data(as_text=True)
    assert "Der er ikke åbnet endnu" in page
    assert "28. august 2017 kl. 08.00" in page
    assert "Begynd her" not in page
    own = Phone(client).sign_in(broker, "early", played.people[0].cpr).reads()
    assert "28. august 2017 kl. 08.00" in own
    assert "Begynd" not in own


def test_after_the_deadline_one_may_still_send_and_reads_what_follows(phone: Phone, played: Played) -> None:
    at_clock(played, CLOSED_AT)
    page = phone.client.get(f"{HERE}/stil-op").get_data(as_text=True)
    assert "Fristen er udløbet" in page
    assert "Efter reglerne bliver en for sen anmeldelse afvist." in page
    assert "Log ind med MitID" in page


def test_who_is_on_the_roll_reads_at_once_that_the_right_is_confirmed(
    phone: Phone, played: Played, broker: BrokerOfTests
) -> None:
    page = phone.sign_in(broker, "amina", played.people[0].cpr).reads()
    assert "Du kan stille op" in page
    assert "Det er bekræftet" in page


@pytest.mark.parametrize("who", ["refused by the roll", "unknown"])
def test_a_program_never_says_no(phone: Phone, played: Played, broker: BrokerOfTests, who: str) -> None:
    """Somebody of Danish origin, and somebody who is in no extract: both may begin, and a person decides."""
    danish = next(person.cpr for person in played.people if person.country == "DK")
    cpr = danish if who == "refused by the roll" else invented_cpr(5000)
    page = phone.sign_in(broker, "somebody", cpr).reads()
    assert "Det er ikke et nej." in page
    assert "Du kan stille op</" not in page
    assert "Valgkontoret ser på, om du kan stille op." in phone.begin().reads()
    assert _row(played).right_to_stand == "to_be_examined"


def test_beginning_twice_gives_one_draft(phone: Phone, played: Played, broker: BrokerOfTests) -> None:
    hidden = hidden_of(phone.sign_in(broker, "amina", played.people[0].cpr).reads(), f"{CASE}/begynd")
    for _ in range(2):
        assert phone.send("/begynd", hidden).status_code == 303
    assert phone.send("/begynd", hidden | {"request_id": str(uuid4())}).status_code == 303
    with played.installation.database.read() as session:
        assert len(cases(session, played.read())) == 1


def test_the_draft_writes_in_the_language_of_the_page(phone: Phone, played: Played, broker: BrokerOfTests) -> None:
    phone.client.set_cookie("language", "ar")
    page = phone.sign_in(broker, "amina", played.people[0].cpr).begin().reads()
    assert 'dir="rtl"' in page
    assert _row(played).language == "ar"


# --- the parts -------------------------------------------------------------------------------------------


def test_the_list_names_one_next_step_until_all_is_there(amina: Phone, played: Played) -> None:
    assert "Næste: Kontakt" in amina.reads()  # the name is known from the roll
    amina.saves("/kontakt", email="amina@example.dk", phone="")
    assert "Næste: Erklæring om at ville vælges" in amina.reads()
    amina.saves("/erklaering", is_willing="y")
    page = amina.reads()
    assert "Næste:" not in page
    assert 'button-primary" href="/0259/integrationsraad/2017/kandidater/min-sag/send"' in page
    row = _row(played)
    assert (row.email, row.willing_at is not None) == ("amina@example.dk", True)


@pytest.mark.parametrize("name", ["Dr. Amina Hassan", "Amina 2", "A", "Æ" * 61])
def test_a_name_against_the_rules_is_kept_and_pointed_out(amina: Phone, played: Played, name: str) -> None:
    answer = amina.fill("/navn", ballot_name=name)
    assert (answer.status_code, answer.location) == (303, f"{CASE}/navn")
    assert "følger ikke reglerne" in amina.reads("/navn")
    assert _row(played).ballot_name == name
    assert "Næste: Navn på stemmesedlen" in amina.reads()


@pytest.mark.parametrize("name", ["أمينة حسن", "Çiğdem Yılmaz", "Іван Коваленко", "Ørjan Åberg", "محمد علی"])
def test_a_name_in_any_script(amina: Phone, played: Played, name: str) -> None:
    amina.saves("/navn", ballot_name=f"  {name}\u202e\u0007 ")
    assert _row(played).ballot_name == name
    assert f"<bdi>{name}</bdi>" in amina.reads()


def test_two_windows_nothing_typed_is_lost_and_what_is_stored_is_shown(amina: Phone, played: Played) -> None:
    """R224: the second window reads both, and saves its own by saving once more."""
    old = hidden_of(amina.reads("/navn"))
    amina.saves("/navn", ballot_name="Amina fra det ene vindue")
    answer = amina.send("/navn", old, ballot_name="Amina fra det andet")
    page = text_of(answer)
    assert answer.status_code == 409
    assert "Amina fra det ene vindue" in page
    assert 'value="Amina fra det andet"' in page
    assert _row(played).ballot_name == "Amina fra det ene vindue"
    assert amina.send("/navn", hidden_of(page), ballot_name="Amina fra det andet").status_code == 303
    assert _row(played).ballot_name == "Amina fra det andet"


def test_the_back_button_and_other_words_do_not_pass_for_the_same_sending(amina: Phone, played: Played) -> None:
    old = hidden_of(amina.reads("/kontakt"))
    assert amina.send("/kontakt", old, email="a@example.dk", phone="").status_code == 303
    assert amina.send("/kontakt", old, email="a@example.dk", phone="").status_code == 303  # a double click
    answer = amina.send("/kontakt", old, email="b@example.dk", phone="")
    assert answer.status_code == 409
    assert 'value="b@example.dk"' in text_of(answer)
    assert _row(played).email == "a@example.dk"


@pytest.mark.parametrize("email", ["amina", "amina@", "a b@example.dk", "<script>@example.dk"])
def test_what_is_no_address_is_refused_beside_its_field(amina: Phone, played: Played, email: str) -> None:
    answer = amina.fill("/kontakt", email=email, phone="12 34 56 78")
    assert answer.status_code == 409
    assert 'id="email-error"' in text_of(answer)
    assert "12 34 56 78" in text_of(answer)
    assert "<script>@" not in text_of(answer)
    assert _row(played).email == ""


def test_a_presentation_in_several_languages(amina: Phone, played: Played) -> None:
    amina.saves("/praesentation/da", text="Jeg vil\r\narbejde for\u202e sprogcaféer.\x07")
    amina.saves("/praesentation/ar", text="أريد أن أعمل من أجل الجميع.")
    with played.installation.database.read() as session:
        kept = texts(session, _row(played))
    assert kept == {"da": "Jeg vil\narbejde for sprogcaféer.", "ar": "أريد أن أعمل من أجل الجميع."}
    amina.saves("/praesentation/ar", text="")
    with played.installation.database.read() as session:
        assert set(texts(session, _row(played))) == {"da"}
    assert amina.client.get(f"{CASE}/praesentation/xx").status_code == 404


def test_the_server_counts_the_signs(amina: Phone, played: Played) -> None:
    amina.saves("/praesentation/da", text="x" * 2000)
    assert "Lige nu er der brugt 2000." in amina.reads("/praesentation/da")
    answer = amina.fill("/praesentation/da", text="y" * 2001)
    assert "Teksten er 2001 tegn. Der er plads til 2000." in text_of(answer)
    assert "y" * 2001 in text_of(answer)
    with played.installation.database.read() as session:
        assert texts(session, _row(played)) == {"da": "x" * 2000}


def test_a_cpr_number_in_the_presentation_is_not_kept(amina: Phone, played: Played) -> None:
    answer = amina.fill("/praesentation/da", text=f"Jeg er {played.people[0].cpr[:6]}-{played.people[0].cpr[6:]}")
    assert "Her må ikke stå et CPR-nummer" in text_of(answer)
    with played.installation.database.read() as session:
        assert texts(session, _row(played)) == {}


def test_more_than_any_form_holds_is_answered_by_a_page(amina: Phone) -> None:
    answer = amina.fill("/praesentation/da", text="x" * 2_000_000)
    assert answer.status_code == 413
    assert "R260" in text_of(answer)


# --- the photo -------------------------------------------------------------------------------------------


def _jpeg(width: int = 900, height: int = 700) -> bytes:
    """Left half red, right half blue."""
    picture = Image.new("RGB", (width, height), (200, 0, 0))
    picture.paste((0, 0, 200), (width // 2, 0, width, height))
    out = BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()


def _shown(played: Played) -> Image.Image | None:
    with played.installation.database.read() as session:
        kept = photo(session, _row(played))
    return None if kept is None else Image.open(BytesIO(kept.shown))


def test_a_photo_is_cut_looked_at_kept_replaced_and_removed(amina: Phone, played: Played) -> None:
    assert amina.sends_photo(_jpeg()).status_code == 303
    first = _shown(played)
    assert first is not None
    assert first.size == SHOWN_SIZE
    page = amina.reads("/foto")
    assert "data:image/jpeg;base64," in page
    hidden = hidden_of(page, f"{CASE}/foto/udsnit")
    numbers = {"zoom": "200", "across": "100", "down": "0"}
    looked = amina.client.post(f"{CASE}/foto/udsnit", data=hidden | numbers | {"look": "1"})
    assert "Sådan ser det ud, hvis du gemmer" in text_of(looked)
    assert 'value="200"' in text_of(looked)
    assert _shown(played) == first  # looking keeps nothing
    hidden = hidden_of(text_of(looked), f"{CASE}/foto/udsnit")
    assert amina.client.post(f"{CASE}/foto/udsnit", data=hidden | numbers | {"keep": "1"}).status_code == 303
    cut = _shown(played)
    assert cut is not None
    assert cut.getpixel((10, 10))[2] > 150  # type: ignore[index]  # all the way to the right: blue
    assert amina.sends_photo(_jpeg(600, 800)).status_code == 303
    assert amina.client.post(f"{CASE}/foto/fjern", data=hidden_of(amina.reads("/foto"), f"{CASE}/foto/fjern"))
    assert _shown(played) is None
    assert "data:image" not in amina.reads("/foto")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "content", [SVG, b"", b"GIF89a", b"%PDF-1.7", _jpeg()[:500], b"\xff\xd8\xff" + b"<script>" * 100]
)
def test_what_is_no_image_is_refused_and_the_photo_stays(amina: Phone, played: Played, content: bytes) -> None:
    amina.sends_photo(_jpeg())
    before = _shown(played)
    answer = amina.sends_photo(content)
    assert answer.status_code == 409
    assert 'id="photo-error"' in text_of(answer)
    assert _shown(played) == before


@pytest.mark.parametrize("megabytes", [10, 50])
def test_a_file_that_is_too_large_is_answered_by_the_page(amina: Phone, played: Played, megabytes: int) -> None:
    amina.sends_photo(_jpeg())
    before = _shown(played)
    answer = amina.sends_photo(b"\xff\xd8\xff" + bytes(megabytes * 1_000_000))
    assert answer.status_code in (409, 413)
    assert "Filen fylder mere end 10 MB" in text_of(answer)
    assert _shown(played) == before


def test_no_file_and_numbers_that_are_none(amina: Phone, played: Played) -> None:
    hidden = hidden_of(amina.reads("/foto"), f"{CASE}/foto")
    assert "R261" not in text_of(amina.send("/foto", hidden))
    assert "Du har ikke valgt et billede" in text_of(amina.send("/foto", hidden))
    assert amina.send("/foto/udsnit", hidden, zoom="mange", keep="1").location == f"{CASE}/foto"
    amina.sends_photo(_jpeg())
    answer = amina.send("/foto/udsnit", hidden, zoom="9999999", across="-5", down="x", look="1")
    assert answer.status_code < 400


# --- consents --------------------------------------------------------------------------------------------


def _given(played: Played) -> frozenset[ConsentKind]:
    with played.installation.database.read() as session:
        return consented(session, _row(played))


def test_each_consent_is_given_and_taken_back_by_itself(amina: Phone, played: Played) -> None:
    amina.saves("/samtykker", photo="y", presentation="y")
    assert _given(played) == {ConsentKind.PHOTO, ConsentKind.PRESENTATION}
    assert "Du sagde ja 7. november 2017" in amina.reads("/samtykker")
    amina.saves("/samtykker", presentation="y")
    assert _given(played) == {ConsentKind.PRESENTATION}
    assert "Du tog det tilbage" in amina.reads("/samtykker")


def test_an_old_window_takes_no_consent_back(amina: Phone, played: Played) -> None:
    old = hidden_of(amina.reads("/samtykker"))
    amina.saves("/samtykker", photo="y")
    answer = amina.send("/samtykker", old, presentation="y")
    assert answer.status_code == 409
    assert _given(played) == {ConsentKind.PHOTO}


def test_consents_can_be_taken_back_when_nothing_else_can_be_changed(amina: Phone, played: Played) -> None:
    amina.saves("/samtykker", photo="y")
    at_clock(played, CLOSED_AT)
    close_candidacy(*played.by, played.act(ADMIN), played.election_id)
    amina.saves("/samtykker")
    assert _given(played) == frozenset()


# --- what only some elections ask for --------------------------------------------------------------------


def _elsewhere(installation: Installation, regulation: str) -> Played:
    """An election under another council's rules. There is no roll yet, so nobody's right is confirmed."""
    played = call_koege(installation, regulation=regulation)
    at_clock(played, CANDIDACY_AT)
    open_candidacy(*played.by, played.act(ADMIN), played.election_id)
    return played


def test_where_there_are_lists_one_is_written_or_chosen(
    installation: Installation, client: FlaskClient, broker: BrokerOfTests
) -> None:
    """No list is filed yet: its name is typed. Two lists name the candidate: one must be chosen."""
    played = _elsewhere(installation, "kobenhavn-2006")
    phone = Phone(client).sign_in(broker, "amina", invented_cpr(1)).begin()
    phone.saves("/liste", list_key="Blandet liste")
    row = _row(played)
    assert row.list_key == "Blandet liste"
    phone.saves("/liste", list_key="")
    with installation.database.write() as session:
        for key in ("A", "B"):
            of = {"municipality": row.municipality, "council": row.council, "candidacy_id": row.id}
            session.add(ListClaim(id=uuid4(), list_key=key, position=1, **of))
    phone.saves("/navn", ballot_name="Amina Hassan")
    assert "Flere lister har dig med" in phone.reads()
    assert "Næste: Liste" in phone.reads()
    answer = phone.fill("/liste", list_key="C")
    assert answer.status_code == 200
    assert _row(played).list_key is None
    phone.saves("/liste", list_key="B")
    assert _row(played).list_key == "B"


def test_where_supporters_are_needed_the_candidate_has_a_link_to_share(
    installation: Installation, client: FlaskClient, broker: BrokerOfTests
) -> None:
    played = _elsewhere(installation, "svendborg-2025")
    phone = Phone(client).sign_in(broker, "amina", invented_cpr(1)).begin()
    page = phone.reads("/stillere")
    assert f"http://localhost{HERE}/stoet/{_row(played).support_code}" in page
    assert "mindst 6 og højst" in page
    assert 'role="img" aria-label="QR-kode med dit link"' in page
    assert invented_cpr(1) not in page
    assert "0 tæller. Der skal være mindst 6." in phone.reads()


def test_parts_that_this_election_does_not_ask_for_are_not_there(amina: Phone) -> None:
    for path in ("/liste", "/gruppe"):
        assert amina.client.get(CASE + path).status_code == 404


def test_where_seats_are_reserved_and_the_roll_knows_no_group_it_is_asked_for(
    installation: Installation, client: FlaskClient, broker: BrokerOfTests
) -> None:
    played = _elsewhere(installation, "koege-2014")
    phone = Phone(client).sign_in(broker, "amina", invented_cpr(1)).begin()
    phone.saves("/gruppe", group="vestlig")
    assert _row(played).group == "vestlig"
    assert phone.fill("/gruppe", group="østlig").status_code == 200
    assert _row(played).group == "vestlig"


def test_a_protected_name_is_shown_to_nobody_before_the_candidate_says_so(
    installation: Installation, client: FlaskClient, broker: BrokerOfTests
) -> None:
    rows = [replace(person, is_protected=number == 0) for number, person in enumerate(people(5))]
    played = with_roll(call_koege(installation), rows=rows)
    at_clock(played, CANDIDACY_AT)
    open_candidacy(*played.by, played.act(ADMIN), played.election_id)
    phone = Phone(client).sign_in(broker, "amina", rows[0].cpr).begin()
    assert _row(played).ballot_name == ""
    assert "Dit navn er beskyttet. Sig ja til, at det må vises." in phone.reads()
    phone.saves("/samtykker", protected_name="y")
    assert _given(played) == {ConsentKind.PROTECTED_NAME}
    assert "Dit navn er beskyttet." not in phone.reads()
