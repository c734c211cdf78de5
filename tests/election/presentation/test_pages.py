"""The public pages, the booklet and the open data as anybody fetches them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pypdfium2.raw
import pytest
from flask.testing import FlaskClient

from election.candidacy.acts import declare_uncontested
from election.candidacy.case_acts import strike
from election.candidacy.part_acts import consent
from election.candidacy.rules import ConsentKind, StruckKind
from registry.act import Installation
from tests.election.presentation.standing import (
    EVERY_CHOICE,
    Standing,
    close,
    pdf,
    portrait,
    stand,
    version_of,
)
from tests.scenarios import Played, call_koege, with_roll

pytestmark = pytest.mark.slow

IMAGE: int = getattr(pypdfium2.raw, "FPDF_PAGEOBJ_IMAGE")  # noqa: B009 - the module has no types
HERE = "/0259/integrationsraad/2017/kandidater"
LIST, CSV, JSON = f"{HERE}/liste", f"{HERE}/kandidater.csv", f"{HERE}/kandidater.json"
ALL = EVERY_CHOICE[-1]
ARABIC = "أريد مكتبة في الحي."
GIVEN = (
    Standing("Amina Hassan", "amina@example.dk", "40111111", {"da": "Flere møder.", "ar": ARABIC}, ALL, 10),
    Standing("Ørjan Æbelø", "oerjan@example.dk", "40222222", {"da": "Kortere køer."}, frozenset(), 20),
    Standing("Çiğdem Yılmaz", "cigdem@example.dk", "40333333", {"tr": "Buluşma yeri."}, ALL, 30),
)


def _hash(shade: int) -> str:
    return hashlib.sha256(portrait(shade).shown).hexdigest()


@pytest.fixture
def ids(installation: Installation) -> tuple[Played, list[UUID]]:
    played = with_roll(call_koege(installation), 20)
    return played, stand(played, GIVEN)


@pytest.fixture
def played(ids: tuple[Played, list[UUID]]) -> Played:
    close(ids[0])
    return ids[0]


def _page(client: FlaskClient, path: str, **asked: str) -> str:
    answer = client.get(path, query_string=asked)
    assert answer.status_code == 200, path
    assert "Set-Cookie" not in answer.headers, f"{path} sets a cookie"
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.get_data(as_text=True)


# --- the list and a candidate ------------------------------------------------------------------------------


def test_before_the_closing_nothing_is_there(ids: tuple[Played, list[UUID]], client: FlaskClient) -> None:
    page = _page(client, LIST)
    assert "Listen er ikke klar endnu" in page
    assert "Amina" not in page
    for path in ("liste/1", f"foto/{_hash(10)}.jpg", f"foto/{_hash(10)}-lille.jpg", "pjece-da.pdf"):
        assert client.get(f"{HERE}/{path}").status_code == 404, path
    assert "Amina" not in client.get(CSV).get_data(as_text=True)
    assert json.loads(client.get(JSON).data)["candidates"] == []


def test_the_list_shows_everybody_in_ballot_order(played: Played, client: FlaskClient) -> None:
    page = _page(client, LIST)
    places = [page.index(one.name) for one in GIVEN]
    assert places == sorted(places)
    assert "Kandidater: 3." in page
    assert "Flere møder." in page
    assert "Kortere køer." not in page
    assert page.count("<img") == 2
    assert page.count("Ingen præsentation.") == 1


def test_a_candidate_stands_in_every_language_with_its_direction(played: Played, client: FlaskClient) -> None:
    page = _page(client, f"{LIST}/1")
    assert '<section class="candidate-text" lang="ar" dir="rtl"' in page
    assert '<section class="candidate-text" lang="da" dir="ltr"' in page
    assert ARABIC in page
    assert "40111111" in page
    assert "mailto:amina%40example.dk" in page
    silent = _page(client, f"{LIST}/2")
    for word in ("Kortere", "40222222", "oerjan@", _hash(20)):
        assert word not in silent


@pytest.mark.parametrize("number", ["0", "4", "99999999999999999999", "-1", "c1", "1x"])
def test_an_unknown_number_is_not_found(played: Played, client: FlaskClient, number: str) -> None:
    assert client.get(f"{LIST}/{number}").status_code == 404


def test_a_case_id_opens_no_public_page(ids: tuple[Played, list[UUID]], client: FlaskClient) -> None:
    played, cases = ids
    close(played)
    for case in cases:
        assert client.get(f"{LIST}/{case}").status_code == 404
        assert str(case) not in _page(client, LIST)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("oerjan", ["Ørjan Æbelø"]),
        ("ÆBELØ", ["Ørjan Æbelø"]),
        ("مكتبة", ["Amina Hassan"]),
        ("cigdem", ["Çiğdem Yılmaz"]),
        ("køer", []),
        ("<script>alert(1)</script>", []),
    ],
)
def test_the_search_finds_names_and_published_texts(
    played: Played, client: FlaskClient, query: str, names: list[str]
) -> None:
    """»køer« stands in a text whose candidate has not agreed to show it: it is not found."""
    page = _page(client, LIST, q=query)
    assert [one.name for one in GIVEN if f"<bdi>{one.name}</bdi></a>" in page] == names
    assert f"Fundet: {len(names)} af 3 kandidater." in page
    assert "<script>alert" not in page


def test_the_list_in_one_language_shows_who_has_written_in_it(played: Played, client: FlaskClient) -> None:
    page = _page(client, LIST, sprog="ar")
    assert "Fundet: 1 af 3" in page
    assert ARABIC in page
    assert "Kandidater: 3." in _page(client, LIST, sprog="xx")


def test_a_candidate_who_is_gone_is_named_and_nothing_else(
    ids: tuple[Played, list[UUID]], client: FlaskClient
) -> None:
    played, cases = ids
    close(played)
    act = played.act("election_administrator", reason="Meddelt valgkontoret.")
    strike(*played.by, act, played.election_id, cases[0], version_of(played, cases[0]), StruckKind.DIED)
    for page in (_page(client, LIST), _page(client, f"{LIST}/1")):
        assert "Udgået" in page
        assert "Amina Hassan" in page
        for word in ("Flere møder", "40111111", "amina@", _hash(10), "død"):
            assert word not in page
    assert client.get(f"{HERE}/foto/{_hash(10)}.jpg").status_code == 404


def test_without_a_poll_the_list_says_so(installation: Installation, client: FlaskClient) -> None:
    played = with_roll(call_koege(installation), 20)
    stand(played, GIVEN)
    close(played)
    declare_uncontested(*played.by, played.act("board_member"), played.election_id)
    page = _page(client, LIST)
    assert "Der holdes ikke afstemning" in page
    assert "candidate-card__number" not in page


def test_the_front_page_leads_to_the_list(played: Played, client: FlaskClient) -> None:
    assert f'href="{LIST}"' in client.get("/").get_data(as_text=True)


def test_every_way_to_agree_on_pages_and_in_the_booklet(installation: Installation, client: FlaskClient) -> None:
    """Sixteen candidates with everything, each with other consents; what is not agreed to is on no page."""
    played = with_roll(call_koege(installation), 20)
    given = [
        Standing(
            f"Amina {_letters(n)}", f"post{n:02}@example.dk", f"4000{n:04}", {"da": f"Ord{n:02}."}, consents, n
        )
        for n, consents in enumerate(EVERY_CHOICE)
    ]
    stand(played, given)
    close(played)
    booklet, the_list = _words(client, "da"), _page(client, LIST)
    for number, one in enumerate(given):
        page = _page(client, f"{LIST}/{number + 1}")
        for kind, word in (
            (ConsentKind.PRESENTATION, one.texts["da"]),
            (ConsentKind.EMAIL, one.email),
            (ConsentKind.PHONE, one.phone),
        ):
            assert (word in page, word in booklet) == (kind in one.consents,) * 2, (one.consents, word)
        has_photo = ConsentKind.PHOTO in one.consents
        sha256 = _hash(number)
        assert (sha256 in page, sha256 in the_list) == (has_photo, has_photo)
        assert client.get(f"{HERE}/foto/{sha256}.jpg").status_code == (200 if has_photo else 404)
    images = [len(list(page.get_objects(filter=[IMAGE]))) for page in _booklet(client, "da")]
    assert sum(images) == 8


# --- photos ------------------------------------------------------------------------------------------------


def test_a_photo_is_a_jpeg_that_may_be_kept_for_a_while(played: Played, client: FlaskClient) -> None:
    answer = client.get(f"{HERE}/foto/{_hash(10)}.jpg")
    assert answer.data == portrait(10).shown
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert {"public", "immutable", "max-age=3600"} == set(answer.headers["Cache-Control"].split(", "))
    assert "Set-Cookie" not in answer.headers
    again = client.get(f"{HERE}/foto/{_hash(10)}.jpg", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    small = client.get(f"{HERE}/foto/{_hash(10)}-lille.jpg").data
    assert small.startswith(b"\xff\xd8")
    assert len(small) < len(answer.data)


def test_a_photo_without_consent_or_of_nobody_is_not_found(played: Played, client: FlaskClient) -> None:
    for sha256 in (_hash(20), _hash(99), "x", "../x"):
        answer = client.get(f"{HERE}/foto/{sha256}.jpg")
        assert answer.status_code == 404
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_photo_is_gone_when_its_consent_is_taken_back(
    ids: tuple[Played, list[UUID]], client: FlaskClient
) -> None:
    played, cases = ids
    close(played)
    assert client.get(f"{HERE}/foto/{_hash(10)}.jpg").status_code == 200
    left = ALL - {ConsentKind.PHOTO}
    consent(*played.by, played.act("election_administrator"), played.election_id, cases[0], left)
    for name in (f"{_hash(10)}.jpg", f"{_hash(10)}-lille.jpg"):
        assert client.get(f"{HERE}/foto/{name}").status_code == 404


# --- the booklet -------------------------------------------------------------------------------------------


def _booklet(client: FlaskClient, language: str) -> Iterator[Any]:
    answer = client.get(f"{HERE}/pjece-{language}.pdf")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    document = pdf(answer.data)
    yield from document
    document.close()


def _words(client: FlaskClient, language: str) -> str:
    return "\n".join(page.get_textpage().get_text_bounded() for page in _booklet(client, language))


def test_there_is_a_booklet_in_each_language_that_has_text(played: Played, client: FlaskClient) -> None:
    links = set(re.findall(r"pjece-(\w+)\.pdf", _page(client, LIST)))
    assert links == {"da", "ar", "tr"}
    for language in ("en", "uk", "xx", "da-DK"):
        assert client.get(f"{HERE}/pjece-{language}.pdf").status_code == 404


def test_the_booklet_says_how_to_vote_and_who_stands(played: Played, client: FlaskClient) -> None:
    words = _words(client, "da")
    for word in (
        "Sådan stemmer du",
        "mandag den 27. november 2017",
        "17.00–20.00",
        "Køge Rådhus, kantinen",
        "valgkort",
        "kryds",
        "1. Amina Hassan",
        "Flere møder.",
        "amina@example.dk",
        "3. Çiğdem Yılmaz",
        "Har ikke skrevet på dette sprog, men på: Türkçe",
    ):
        assert word in words.replace("\u2066", "").replace("\u2069", "").replace("\u2068", ""), word
    for word in ("Kortere", "40222222", "oerjan@", "Buluşma"):
        assert word not in words
    images = [len(list(page.get_objects(filter=[IMAGE]))) for page in _booklet(client, "da")]
    assert sum(images) == 2


def test_a_sign_without_a_font_does_not_keep_the_booklet_from_everybody(
    installation: Installation, client: FlaskClient
) -> None:
    played = with_roll(call_koege(installation), 20)
    given = Standing("Amina Hassan", texts={"da": "Mere musik 🎺 i Køge."}, consents=ALL)
    stand(played, [given, Standing("Bo Bak", texts={"da": "Grønne veje."}, consents=ALL)])
    close(played)
    words = _words(client, "da")
    assert "Mere musik" in words
    assert "i Køge." in words
    assert "Teksten har tegn, som ikke kan trykkes" in words
    assert "Grønne veje." in words
    assert words.count("som ikke kan trykkes") == 1


def test_a_name_without_a_font_is_called_by_its_number(installation: Installation, client: FlaskClient) -> None:
    played = with_roll(call_koege(installation), 20)
    stand(played, [Standing("李小龍", texts={"da": "Flere kampe."}, consents=ALL), Standing("Bo Bak")])
    close(played)
    words = _words(client, "da")
    assert "Kandidat nr. 1 (navnet kan ikke trykkes)" in words
    assert "Flere kampe." in words


@pytest.mark.slow
def test_96_candidates_with_photos_are_light_on_a_phone_and_in_the_mail(
    installation: Installation, client: FlaskClient
) -> None:
    """As many as in Frederiksberg in 2014, each with a photo and a long text in two languages."""
    played = with_roll(call_koege(installation), 96)
    long = {"da": "Jeg vil arbejde for flere mødesteder. " * 25, "ar": "أريد أماكن لقاء أكثر. " * 40}
    stand(played, [Standing(f"Amina {_letters(n)}", texts=long, consents=ALL, shade=n * 2) for n in range(96)])
    close(played)
    page = _page(client, LIST)
    assert page.count("<img") == 96
    assert page.count('loading="lazy"') == 92
    assert len(page.encode()) < 200_000
    assert len(client.get(f"{HERE}/foto/{_hash(4)}-lille.jpg").data) < 25_000
    for language in ("da", "ar"):
        booklet = client.get(f"{HERE}/pjece-{language}.pdf").data
        assert len(booklet) < 4_000_000
        document = pdf(booklet)
        assert len(document) > 20
        document.close()


def _letters(number: int) -> str:
    return f"{chr(65 + number // 26)}{chr(97 + number % 26)}"


# --- open data ---------------------------------------------------------------------------------------------


def test_open_data_are_the_same_candidates(played: Played, client: FlaskClient) -> None:
    document = json.loads(client.get(JSON).data)
    assert document["schema"] == "raadsvalg/candidates/1"
    assert document["election"] == {"id": "2017", "held_on": "2017-11-27", "kind": "rehearsal"}
    assert [one["name"] for one in document["candidates"]] == [one.name for one in GIVEN]
    assert document["candidates"][0]["photo"] == f"http://localhost{HERE}/foto/{_hash(10)}.jpg"
    assert client.get(document["candidates"][0]["photo"]).status_code == 200
    table = client.get(CSV)
    assert table.mimetype == "text/csv"
    assert table.data.startswith(b"\xef\xbb\xbf")
    assert [one.name in table.get_data(as_text=True) for one in GIVEN] == [True] * 3
