"""The regulation on paper: a tagged PDF with everything in it, and the same bytes each time."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from registry.regulation.law import law_findings
from registry.regulation.printing import regulation_document
from tests.registry.regulation.shaped import KOEGE, SHIPPED, all_open, shaped

pytestmark = pytest.mark.slow

ON = date(2017, 11, 1)
SHA = "0123456789abcdef" * 4


def words(pdf: bytes) -> str:
    pages = PdfReader(BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text().replace("\u200b", "").split()) for page in pages)


def test_it_says_which_regulation_it_is_and_what_stands_in_it() -> None:
    pdf = regulation_document(KOEGE, SHA, dated_on=ON, findings=law_findings(KOEGE))
    text = words(pdf)
    for part in (
        "Valgregulativ for Integrationsrådet i Køge",
        "koege-2018",
        "gældende",
        SHA[:16],
        "Kapitel 3. Pladser og stemmer",
        "§ 5. Valgte medlemmer",
        "Hver vælger har 1 stemme.",
        "Kilder til kapitel 3",
        "Antagelser",
        "Åbne punkter",
        "W470",
        "1. november 2017",
    ):
        assert part in text, part


def test_it_is_tagged_and_made_the_same_each_time() -> None:
    pdf = regulation_document(KOEGE, SHA, dated_on=ON)
    assert PdfReader(BytesIO(pdf)).trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert pdf == regulation_document(KOEGE, SHA, dated_on=ON)


def test_a_demo_says_demo_on_every_page() -> None:
    pdf = regulation_document(KOEGE, SHA, dated_on=ON, is_demo=True)
    pages = PdfReader(BytesIO(pdf)).pages
    assert all("DEMO" in page.extract_text() for page in pages)


@pytest.mark.parametrize("regulation_id", SHIPPED)
def test_every_shipped_regulation_can_be_printed(regulation_id: str) -> None:
    assert regulation_document(SHIPPED[regulation_id], SHA, dated_on=ON).startswith(b"%PDF")


def test_a_regulation_in_which_nothing_is_decided_can_be_printed() -> None:
    text = words(regulation_document(all_open(), SHA, dated_on=ON))
    assert "ikke angivet" in text
    assert "Åbne punkter" in text
    assert "Antagelser" not in text


def test_a_name_with_signs_of_the_typesetter_is_printed_as_it_is() -> None:
    pdf = regulation_document(shaped(council__name="Rådet #1 *for* [alle] @ $x$"), SHA, dated_on=ON)
    assert "Rådet #1 *for* [alle] @ $x$" in words(pdf)
