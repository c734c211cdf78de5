"""Printed documents: what stands on the paper is what was handed over, on every page and for every reader."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import UTC, date, datetime
from typing import Any

import pypdf
import pypdfium2
import pytest
import zxingcpp

from election.poll_cards.qr import qr_svg
from election.poll_cards.rules import compose, in_groups
from registry.documents import (
    DocumentProblem,
    danish_date,
    danish_day,
    danish_time,
    render,
    render_chunks,
    unprintable,
)

pytestmark = pytest.mark.slow

NAMES = (
    "Fatima Yılmaz",
    "Nguyễn Thị Ánh Tuyết",
    "محمد عبد الرحمن",
    "Łukasz Świętosławski-Żółć",
    "Şükrü Çağlar Öztürk",
    "Олександра Шевченко",
    "Jørgen Ærø Åse-Sørensen",
    "#strong[Bobby] *Tables* \\ $x$ @ref <a>",
    "Maria-Magdalena Konstantinopolitanczykowianeczka af Rosenkrantz-Gyldenløve",
    "Abdirahman Cabdulle Xuseen",
    "Zoë O’Neill",
    "Đặng Văn Đức",
)
ELECTION = {
    "is_demo": False,
    "dated_on": date(2017, 11, 6),
    "municipality": "Køge Kommune",
    "election_title": "Valg til Integrationsrådet i Køge Kommune",
    "day": "mandag den 27. november 2017",
}
CPR_LIKE = re.compile(r"(?<!\d)\d{6}[-\s]?\d{4}(?!\d)")


def card_text(number: int) -> str:
    token = hashlib.sha256(str(number).encode()).digest()[:16]
    return compose(election_code="K7", station_code="001", token=token)


def station(name: str) -> dict[str, object]:
    return {
        "name": name,
        "address": ["Torvet 1", "4600 Køge"],
        "day": "mandag den 27. november 2017",
        "hours": "kl. 17.00–20.00",
    }


def card_header(**changes: object) -> dict[str, object]:
    header: dict[str, object] = {
        **ELECTION,
        "sender": ["Køge Kommune", "Torvet 1", "4600 Køge"],
        "contact": "Spørgsmål: valg@example.dk",
        "stations": {"001": station("Kantinen, Køge Rådhus"), "002": station("Karlemosens Kulturhus")},
    }
    return header | changes


def card(number: int, name: str, **changes: object) -> dict[str, object]:
    text = card_text(number)
    voter: dict[str, object] = {
        "name": name,
        "address": ["Søparken 12, 2. tv.", "4600 Køge"],
        "roll_number": number,
        "stations": ["001"],
        "qr_svg": qr_svg(text),
        "groups": list(in_groups(text)),
        "is_replacement": False,
    }
    return voter | changes


def ballot(candidates: int, **changes: object) -> dict[str, object]:
    names = [f"{NAMES[n % len(NAMES)].split()[0]} Prøvesen {n}" for n in range(candidates)]
    data: dict[str, object] = {**ELECTION, "seats": 5, "crosses": {"most": 1, "least": 1}, "candidates": names}
    return data | changes


def voters(count: int) -> list[dict[str, object]]:
    return [
        {"number": n + 1, "name": f"{NAMES[n % len(NAMES)]} {n}", "born": f"{n % 28 + 1:02}-{n % 12 + 1:02}-1996"}
        for n in range(count)
    ]


def printed_list(count: int, **changes: object) -> dict[str, object]:
    data: dict[str, object] = {
        **ELECTION,
        "station": {"name": "Kantinen, Køge Rådhus", "hours": "kl. 17.00–20.00"},
        "roll": {"sha256": "0123456789" * 6 + "abcd", "frozen": "3. november 2017 kl. 12.05", "voters": 1432},
        "groups": [{"heading": "A", "voters": voters(count)}],
    }
    return data | changes


def count_record(**changes: object) -> dict[str, object]:
    """Handed out 264, returned 1, exchanged 2, postal 12: 264 − 1 − 2 − 0 + 12 = 273 expected; 272 counted."""
    data: dict[str, object] = {
        **ELECTION,
        "station": {"name": "Kantinen, Køge Rådhus", "address": ["Torvet 1", "4600 Køge"]},
        "board": [{"name": "Kirsten Holm", "role": "Formand", "present": "kl. 16.30–20.45"}],
        "opening": {
            "at": "kl. 17.00",
            "by": "Kirsten Holm",
            "boxes": 1,
            "boxes_shown_empty": True,
            "admitted": 0,
            "in_box": 0,
            "delivered": 1500,
        },
        "closing": {"at": "kl. 20.04", "by": "Kirsten Holm"},
        "counters": [{"label": "Har stemt", "number": 261}],
        "ledger": {
            "delivered": 1500,
            "unissued": 1236,
            "handed_out": 264,
            "returned": 1,
            "exchanged": 2,
            "in_envelopes": 0,
            "postal_in_box": 12,
            "in_box": 272,
            "difference": -1,
            "stock_difference": 0,
        },
        "tally": [{"label": "Amina Ahmed", "number": 267}, {"label": "Blanke", "number": 5}],
        "findings": [
            {"code": "F302", "text": "Der mangler 1 stemmeseddel.", "explanation": "Set gå.", "by": "O. V."}
        ],
        "events": [{"at": "kl. 18.12", "text": "Strømmen gik i fire minutter."}],
        "signatures": ["Kirsten Holm", "Şükrü Çağlar"],
    }
    return data | changes


def with_ledger(**changes: object) -> dict[str, object]:
    record = count_record()
    ledger = record["ledger"]
    assert isinstance(ledger, dict)
    return record | {"ledger": ledger | changes}


def pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def codes(pdf: bytes, *, dpi: int = 150) -> list[str]:
    """Every page drawn as a picture and read by a decoder that shares nothing with the printer."""
    document: Any = pypdfium2.PdfDocument(pdf)  # type: ignore[no-untyped-call]
    found = []
    for number in range(len(document)):
        (code,) = zxingcpp.read_barcodes(document[number].render(scale=dpi / 72).to_pil())
        found.append(code.text)
    return found


def documents(*, is_demo: bool = False) -> dict[str, bytes]:
    demo = {"is_demo": is_demo}
    cards = [card(n + 1, name) for n, name in enumerate(NAMES)]
    return {
        "poll_card": render("poll_card.typ", card_header(cards=cards) | demo),
        "ballot_paper": render("ballot_paper.typ", ballot(23) | demo),
        "printed_list": render("printed_list.typ", printed_list(80) | demo),
        "count_record": render("count_record.typ", count_record() | demo),
    }


@pytest.fixture(scope="module")
def printed() -> dict[str, bytes]:
    return documents()


KINDS = ("poll_card", "ballot_paper", "printed_list", "count_record")


def test_the_code_on_every_printed_card_is_the_code_that_was_issued(printed: dict[str, bytes]) -> None:
    assert codes(printed["poll_card"]) == [card_text(n + 1) for n in range(len(NAMES))]


def test_a_card_shows_what_krvl_10_asks_for_and_the_code_as_text(printed: dict[str, bytes]) -> None:
    """KRVL § 10: name, address, roll number, polling place, day and time."""
    all_pages = pages(printed["poll_card"])
    assert len(all_pages) == len(NAMES)
    for expected in (
        "Fatima Yılmaz",
        "Søparken 12, 2. tv.",
        "Nummer på valglisten 1",
        "Kantinen, Køge Rådhus",
        "Mandag den 27. november 2017",
        "kl. 17.00–20.00",
        " ".join(in_groups(card_text(1))),
    ):
        assert expected in all_pages[0]
    assert NAMES[7] in all_pages[7]


def test_the_lines_in_other_languages_are_the_same_on_every_card(printed: dict[str, bytes]) -> None:
    ends = {page[page.index("Du har ret til at stemme") :] for page in pages(printed["poll_card"])}
    assert len(ends) == 1
    (line,) = ends
    assert "You have the right to vote" in line
    assert "Oy kullanma hakkınız var" in line


def test_only_a_replacement_says_that_it_replaces_an_earlier_card() -> None:
    cards = [card(1, "Fatima Yılmaz"), card(2, "Zoë O’Neill", is_replacement=True)]
    first, second = pages(render("poll_card.typ", card_header(cards=cards)))
    assert "erstatter" not in first
    assert "Dette valgkort erstatter et tidligere." in second


def test_a_full_replacement_card_with_notes_and_a_long_address_stays_one_page() -> None:
    address = ["c/o Pedersen", "Karlemoseparken 104, st. th.", "Ølby Lyng", "4600 Køge", "Danmark"]
    cards = [card(1, NAMES[8], address=address, is_replacement=True)]
    notes = ["Du kan brevstemme i Borgerservice indtil fredag den 24. november 2017.", "Der er niveaufri adgang."]
    pdf = render("poll_card.typ", card_header(cards=cards, notes=notes))
    (page,) = pages(pdf)
    assert codes(pdf) == [card_text(1)]
    assert "Danmark" in page
    assert "niveaufri" in page


def test_with_free_choice_the_card_names_every_place() -> None:
    (page,) = pages(render("poll_card.typ", card_header(cards=[card(1, "Zoë", stations=["001", "002"])])))
    assert "vælg ét sted" in page
    assert "Karlemosens Kulturhus, Torvet 1, 4600 Køge" in page


def test_places_with_different_hours_do_not_share_a_card() -> None:
    stations = {"001": station("A"), "002": station("B") | {"hours": "kl. 10.00–12.00"}}
    with pytest.raises(DocumentProblem, match=r"R421 .*samme dag og tid"):
        render("poll_card.typ", card_header(stations=stations, cards=[card(1, "Zoë", stations=["001", "002"])]))


@pytest.mark.parametrize("kind", KINDS)
def test_every_document_is_tagged_and_has_language_title_and_standard(
    kind: str, printed: dict[str, bytes]
) -> None:
    reader = pypdf.PdfReader(io.BytesIO(printed[kind]))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "da-DK"
    assert "/StructTreeRoot" in root
    assert reader.metadata is not None
    assert "Valg til Integrationsrådet" in str(reader.metadata.title)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert b"<pdfuaid:part>1<" in printed[kind]
    assert b"<pdfaid:part>2<" in printed[kind]


def test_the_code_has_a_text_for_those_who_do_not_see_it(printed: dict[str, bytes]) -> None:
    found: list[str] = []

    def walk(node: object) -> None:
        if isinstance(node, pypdf.generic.IndirectObject):
            node = node.get_object()
        if isinstance(node, pypdf.generic.ArrayObject):
            for part in node:
                walk(part)
        elif isinstance(node, pypdf.generic.DictionaryObject):
            if "/Alt" in node:
                found.append(str(node["/Alt"]))
            if "/K" in node:
                walk(node["/K"])

    root: Any = pypdf.PdfReader(io.BytesIO(printed["poll_card"])).trailer["/Root"]
    walk(root["/StructTreeRoot"])
    assert len(found) == len(NAMES)
    assert all(" ".join(in_groups(card_text(n + 1))) in text for n, text in enumerate(found))


@pytest.mark.parametrize("kind", KINDS)
def test_no_document_holds_digits_that_look_like_a_personal_number(kind: str, printed: dict[str, bytes]) -> None:
    """The check sum of the printed list here is almost all digits, and is printed in fours."""
    for page in pages(printed[kind]):
        assert not CPR_LIKE.search(page)


def test_a_card_tells_nobody_the_birth_date(printed: dict[str, bytes]) -> None:
    for page in pages(printed["poll_card"]):
        assert re.findall(r"\b(?:19|20)\d\d\b", page) == ["2017"]


@pytest.mark.slow
def test_a_demo_says_so_on_every_page_and_a_real_document_nowhere(printed: dict[str, bytes]) -> None:
    for kind, pdf in documents(is_demo=True).items():
        for page in pages(pdf):
            assert "DEMO – prøve uden gyldighed" in page, kind
            assert page.count("DEMO") >= 2, kind
    for pdf in printed.values():
        assert not any("DEMO" in page for page in pages(pdf))


def test_the_same_data_give_the_same_bytes_whatever_their_order(printed: dict[str, bytes]) -> None:
    assert documents() == printed
    backwards = dict(reversed(count_record().items()))
    assert render("count_record.typ", backwards) == printed["count_record"]


@pytest.mark.parametrize(
    ("candidates", "width", "height"),
    [(1, 148, 210), (5, 148, 210), (23, 210, 297), (40, 210, 297), (96, 420, 297)],
)
def test_a_ballot_paper_is_one_page_with_everybody_in_the_drawn_order(
    candidates: int, width: int, height: int
) -> None:
    data = ballot(candidates)
    pdf = render("ballot_paper.typ", data)
    box = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    assert (round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)) == (width, height)
    (page,) = pages(pdf)
    printed_numbers = [int(n) for n in re.findall(r"Prøvesen (\d+)", page)]
    assert printed_numbers == list(range(candidates))
    assert "Sæt ét kryds (X)" in page


def test_two_ballot_papers_are_the_same_paper() -> None:
    """Nothing numbers a paper: neither its bytes nor a word on it differ from the next one's."""
    assert render("ballot_paper.typ", ballot(5)) == render("ballot_paper.typ", ballot(5))


def test_too_many_candidates_for_one_paper_are_refused_in_words() -> None:
    with pytest.raises(DocumentProblem, match=r"R421 .*A3"):
        render("ballot_paper.typ", ballot(151))


@pytest.mark.parametrize(
    ("most", "least", "words"),
    [(1, 1, "Sæt ét kryds (X)"), (3, 1, "Sæt højst tre krydser (X)"), (5, 5, "Sæt fem krydser (X)")],
)
def test_the_paper_says_how_many_crosses(most: int, least: int, words: str) -> None:
    (page,) = pages(render("ballot_paper.typ", ballot(8, crosses={"most": most, "least": least})))
    assert words in page


def test_a_paper_with_lists_keeps_each_list_together() -> None:
    """1 + 6, then a gap and 1 + 9: 18 rows fill one column of 24; 1 + 11 do not follow and open the next."""
    sizes = {"A": 6, "B": 9, "C": 11}
    order = [f"{letter}-{n}." for letter, size in sizes.items() for n in range(size)]
    lists = [
        {
            "letter": letter,
            "name": f"Listen {letter}",
            "has_box": True,
            "candidates": [name for name in order if name[0] == letter],
        }
        for letter in sizes
    ]
    data = {key: value for key, value in ballot(0).items() if key != "candidates"}
    (page,) = pages(render("ballot_paper.typ", data | {"lists": lists}))
    assert re.findall(r"[ABC]-\d+\.", page) == order
    assert "ud for en liste eller ud for en kandidat" in page
    assert "(fortsat)" not in page


def test_a_proof_cannot_be_taken_for_a_paper() -> None:
    (page,) = pages(render("ballot_paper.typ", ballot(5, is_proof=True)))
    assert "KORREKTUR – ikke en stemmeseddel" in page


@pytest.mark.slow
@pytest.mark.parametrize("count", [0, 1, 29, 30, 31, 400])
def test_every_voter_is_on_the_printed_list_once(count: int) -> None:
    text = " ".join(pages(render("printed_list.typ", printed_list(count))))
    assert len(re.findall(r"\d\d-\d\d-1996", text)) == count
    assert f"{count} vælger" in text


def test_the_printed_list_has_no_address_and_pages_with_numbers(printed: dict[str, bytes]) -> None:
    all_pages = pages(printed["printed_list"])
    for number, page in enumerate(all_pages, start=1):
        assert f"Side {number} af {len(all_pages)}" in page
        assert "Kontrolsum 0123 4567" in page
        assert "Søparken" not in page


def test_the_count_record_prints_the_sums_and_what_was_explained(printed: dict[str, bytes]) -> None:
    text = " ".join(pages(printed["count_record"]))
    for expected in ("Skal være i kassen 273", "Talt i kassen 272", "−1", "Set gå.", "Stemmekassen blev vist tom"):
        assert expected in text


@pytest.mark.parametrize("changes", [{"difference": 0}, {"stock_difference": 1}, {"returned": 3}])
def test_a_count_record_whose_sums_do_not_hold_is_not_printed(changes: dict[str, object]) -> None:
    with pytest.raises(DocumentProblem, match=r"R421 .*går ikke op"):
        render("count_record.typ", with_ledger(**changes))


def test_a_count_record_before_the_count_shows_no_figure_where_none_was_entered() -> None:
    text = " ".join(
        pages(render("count_record.typ", with_ledger(in_box=None, difference=None) | {"is_draft": True}))
    )
    assert "Talt i kassen —" in text
    assert "UDKAST" in text


def test_a_name_without_glyphs_stops_the_cards_and_is_named() -> None:
    cards = [card(1, "Fatima Yılmaz"), card(2, "山田 Tarō"), card(3, "Zoë")]
    with pytest.raises(DocumentProblem) as refused:
        render("poll_card.typ", card_header(cards=cards))
    assert refused.value.texts == ("山田 Tarō",)
    assert refused.value.kind.code == "R420"
    assert "»山田 Tarō«" in refused.value.in_danish()


def test_names_that_cannot_be_printed_are_found_before_printing() -> None:
    many = [f"{name} {n}" for n in range(40) for name in NAMES]
    odd = ["አበበ ቢቂላ", "山田", "Anna\x07", "Zoë ☺"]
    assert unprintable(many) == []
    assert unprintable([*many[:100], odd[0], *many[100:], *odd, odd[0]]) == odd
    assert unprintable([]) == []


@pytest.mark.slow
def test_many_cards_are_made_in_chunks_that_together_hold_each_once() -> None:
    cards = [card(n, f"Prøve {n}") for n in range(1, 8)]
    chunks = list(render_chunks("poll_card.typ", card_header(), cards, size=3))
    assert [len(pages(chunk)) for chunk in chunks] == [3, 3, 1]
    assert [text for chunk in chunks for text in codes(chunk)] == [card_text(n) for n in range(1, 8)]


def test_only_templates_of_the_folder_are_printed() -> None:
    for name in ("no_such.typ", "../documents/poll_card.typ", "/etc/hostname", "fonts"):
        with pytest.raises(FileNotFoundError):
            render(name, ELECTION)


def test_data_without_a_form_on_paper_are_a_fault() -> None:
    with pytest.raises(TypeError, match="datetime has no form"):
        render("ballot_paper.typ", ballot(5, day=datetime(2017, 11, 27, tzinfo=UTC)))


def test_danish_days_and_times() -> None:
    assert danish_day(date(2017, 11, 27)) == "mandag den 27. november 2017"
    assert danish_date(date(1999, 2, 1)) == "01-02-1999"
    assert danish_time(datetime(2017, 11, 27, 16, 5, tzinfo=UTC)) == "kl. 17.05"
    with pytest.raises(ValueError, match="time zone"):
        danish_time(datetime(2017, 11, 27, 16, 5))  # noqa: DTZ001
