"""The counting form on paper and on the screen: one layout, one source of labels."""

from __future__ import annotations

import importlib
import re
from typing import TYPE_CHECKING, Any

import pytest

from election.call.records import stations
from election.call.rules import Phase
from election.counting.assembly import form_of
from election.counting.layout import parts_of, row_names
from election.counting.printing import counting_form_pdf
from election.counting.rules import CountKind, Form
from registry.act import Installation
from tests.scenarios import play_to, sign_in

if TYPE_CHECKING:
    from flask.testing import FlaskClient

ADDRESS = "/0259/integrationsraad/2017/optaelling/001/preliminary"


def words_of(pdf: bytes) -> str:
    pypdfium2: Any = importlib.import_module("pypdfium2")
    document = pypdfium2.PdfDocument(pdf)
    try:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
    finally:
        document.close()


@pytest.mark.parametrize("most", [1, 5])
@pytest.mark.parametrize("lists", [(), ("A", "B")])
def test_the_parts_hold_every_row_once_in_the_forms_order(lists: tuple[str, ...], most: int) -> None:
    form = Form(("c2", "c1"), lists, ("torn",), min_crosses=1, max_crosses=most)
    assert tuple(row for part in parts_of(form) for row in part.rows) == form.rows


def test_the_paper_has_the_rows_of_the_screen_in_the_same_order(
    installation: Installation, client: FlaskClient
) -> None:
    """The labels beside the fields of the page, from top to bottom, stand on the paper in that order."""
    played = play_to(Phase.COUNTING, installation)
    sign_in(client, "enterer")
    page = client.get(f"{ADDRESS}/1").get_data(as_text=True)
    labels = [
        re.sub("<[^>]+>", "", label)  # the ground of an invalid paper is marked as Danish on every page
        for label in re.findall(r'<th scope="row"><label for="row\d+">(.*?)</label>', page)
    ]
    headings = re.findall(r'<th scope="rowgroup" colspan="2"><strong>(.*?)</strong>', page)
    with installation.database.read() as session:
        election = played.read()
        form, called = form_of(session, election), row_names(session, election)
    assert labels == [called[row] for row in form.rows]
    answer = client.get(f"{ADDRESS}/skema.pdf")
    assert answer.mimetype == "application/pdf"
    words = words_of(answer.data)
    last = 0
    for label in labels:
        last = words.index(label, last) + len(label)
    assert all(heading in words for heading in headings)
    assert "Køge Rådhus, kantinen" in words
    assert "Foreløbig optælling" in words


def test_the_paper_says_that_an_empty_field_is_not_nought_and_asks_for_two_signatures(
    installation: Installation,
) -> None:
    played = play_to(Phase.COUNTING, installation)
    with installation.database.read() as session:
        election = played.read()
        (station,) = stations(session, election)
        words = words_of(counting_form_pdf(session, election, station, CountKind.FINAL))
    assert "Det er ikke det samme som 0" in words
    assert words.count("Navn og underskrift") == 2
    assert "Fintælling" in words


def test_the_form_is_linked_from_the_entry_page_and_from_the_station(
    installation: Installation, client: FlaskClient
) -> None:
    play_to(Phase.COUNTING, installation)
    sign_in(client, "enterer")
    for page in (f"{ADDRESS}/1", "/0259/integrationsraad/2017/optaelling/"):
        assert f'href="{ADDRESS}/skema.pdf"' in client.get(page).get_data(as_text=True)
