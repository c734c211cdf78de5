"""The papers as they are printed, and what is laid beside or over them: read back from the PDF."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pypdfium2.raw
import pytest

from registry.documents import DocumentProblem, picture, render
from tests.election.ballots.approved import squares_of, words_of
from tests.election.presentation.standing import pdf

SIZES = (5, 12, 13, 24, 25, 48, 49, 96)
LONG = "Maria Guadalupe Fernández de la Vega Sanz y Montemayor"
GROUP = {"name": "Sri Lanka", "letter": "D", "shape": "diamond", "shape_name": "rude"}
POINTS = 72 / 25.4
_RAW: Any = pypdfium2.raw


def content(names: list[str], **more: Any) -> dict[str, Any]:
    return {
        "municipality": "Køge Kommune",
        "election_title": "Valg til Integrationsrådet",
        "day": "mandag den 27. november 2017",
        "seats": 5,
        "crosses": {"most": 1, "least": 1},
        "gone": [],
        "candidates": names,
    } | more


def numbered(count: int, name: str = "Ørjan Çiğdem Åberg") -> list[str]:
    return [f"{name} {number:03}" for number in range(count)]


def with_lists(*sizes: int) -> dict[str, Any]:
    found = content([])
    del found["candidates"]
    found["lists"] = [
        {
            "letter": letter,
            "name": f"Listen {letter}",
            "has_box": True,
            "candidates": numbered(size, f"{letter}-Æbelø"),
        }
        for letter, size in zip("ABCDEFGH", sizes, strict=False)
    ]
    return found


def printed(*papers: dict[str, Any], template: str = "ballot_paper.typ", **more: Any) -> bytes:
    top = {"is_demo": False, "dated_on": "2017-11-27", "is_proof": False, "papers": list(papers)}
    return render(template, top | more)


def letters_of(data: bytes, page: int = 0) -> list[tuple[str, float, float, float]]:
    """Each letter with left, baseline-bottom and the size it is set in."""
    document = pdf(data)
    text = document[page].get_textpage()
    found = []
    for index in range(text.count_chars()):
        left, bottom, _, _ = text.get_charbox(index)
        letter = text.get_text_range(index, 1)
        if letter.strip():  # the reader adds spaces and line breaks, which have no size
            found.append((letter, left, bottom, _RAW.FPDFText_GetFontSize(text.raw, index)))
    document.close()
    return found


# --- the paper ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", SIZES)
def test_every_name_stands_once_in_its_order_with_one_box_beside_it(count: int) -> None:
    """As many boxes as names, all of one size; no name over two columns, for its digits stand with its letters."""
    data = printed(content(numbered(count)))
    (page,), (boxes,) = words_of(data), squares_of(data)
    assert [int(n) for n in re.findall(r"Åberg (\d{3})", page)] == list(range(count))
    assert len(boxes) == count
    assert len({side for _, _, side in boxes}) == 1


@pytest.mark.parametrize("count", [7, 40, 96])
def test_the_longest_names_fit_in_one_size_and_stay_in_their_row(count: int) -> None:
    data = printed(content(numbered(count, LONG)))
    (page,), (boxes,) = words_of(data), squares_of(data)
    assert page.count("Montemayor") == len(boxes) == count
    sizes = {round(size, 1) for letter, _, bottom, size in letters_of(data) if bottom < boxes[0][1] + boxes[0][2]}
    assert len(sizes) == 1, "all names alike"
    rows = sorted({bottom for _, bottom, _ in boxes}, reverse=True)
    assert all(above - below > 15 for above, below in pairwise(rows))


@pytest.mark.parametrize(("count", "columns"), [(40, 2), (96, 4), (130, 6)])
def test_no_fold_runs_through_a_name_or_a_box(count: int, columns: int) -> None:
    """Folded in the middle: nothing stands within 2 mm of it below the head, and the boxes stand in columns."""
    data = printed(content(numbered(count)))
    (boxes,) = squares_of(data)
    assert len({left for left, _, _ in boxes}) == columns
    document = pdf(data)
    middle = document[0].get_width() / 2
    document.close()
    top = max(bottom for _, bottom, _ in boxes)
    close = [one for one in letters_of(data) if one[2] <= top and abs(one[1] - middle) < 2 * POINTS]
    assert close == []
    assert all(abs(left + side / 2 - middle) > 5 * POINTS for left, _, side in boxes)


def test_a_list_with_more_names_than_a_column_goes_on_under_its_name() -> None:
    """96 candidates on six lists: every name once, every list's box once."""
    data = printed(with_lists(30, 20, 20, 12, 8, 6))
    (page,), (boxes,) = words_of(data), squares_of(data)
    assert len(re.findall(r"Æbelø \d{3}", page)) == 96
    assert len(boxes) == 96 + 6
    assert "A · Listen A (fortsat)" in page


def test_the_type_is_named_in_words_and_by_a_letter_in_a_shape() -> None:
    (page,) = words_of(printed(content(numbered(4), ballot_type=GROUP)))
    assert "Seddel D (rude): gruppen Sri Lanka" in page
    letters = letters_of(printed(content(numbered(4), ballot_type=GROUP)))
    assert max(size for letter, _, _, size in letters if letter == "D") > 30, "the big letter"


def test_several_papers_are_a_page_each_in_their_own_format() -> None:
    document = pdf(printed(content(numbered(5)), content(numbered(96))))
    assert [round(page.get_width() / POINTS) for page in document] == [148, 420]
    document.close()


@pytest.mark.parametrize("variant", ["paper", "sample", "template"])
def test_nothing_tells_two_sheets_apart(variant: str) -> None:
    first, second = (printed(content(numbered(9)), variant=variant) for _ in range(2))
    assert first == second
    assert b"/Barcode" not in first


def test_a_name_that_no_font_has_is_named_and_stops_the_paper() -> None:
    with pytest.raises(DocumentProblem) as refused:
        printed(content(["Amina", "山田"]))
    assert refused.value.texts == ("山田",)


def test_the_picture_is_of_the_same_paper() -> None:
    shown = picture("ballot_paper.typ", {"is_demo": False, "dated_on": "2017-11-27", "papers": [content(["Bo"])]})
    assert shown.startswith(b"\x89PNG")


# --- beside and over it ------------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", [*(content(numbered(n)) for n in (5, 24, 40, 96)), with_lists(9, 12, 30)])
def test_the_holes_of_the_template_lie_exactly_over_the_boxes(paper: dict[str, Any]) -> None:
    """To a tenth of a point, on a sheet of the same size; and no name shows on the template."""
    data = printed(paper, variant="template")
    assert squares_of(data) == squares_of(printed(paper))
    pages = [pdf(one) for one in (data, printed(paper))]
    assert pages[0][0].get_size() == pages[1][0].get_size()
    for one in pages:
        one.close()
    (words,) = words_of(data)
    assert "Åberg" not in words
    assert "Æbelø" not in words


@pytest.mark.parametrize("count", [5, 40, 96])
def test_the_holes_are_numbered_as_the_names_in_large_print(count: int) -> None:
    """Down each column, 1 to n; the same number stands before the same name, and its hole is beside it."""
    template = printed(content(numbered(count)), variant="template")
    (words,), (boxes,) = words_of(template), squares_of(template)
    assert [int(n) for n in re.findall(r"\b\d+\b", words.split("store skrift.")[1])] == list(range(1, count + 1))
    assert len(boxes) == count
    large = " ".join(words_of(printed(content(numbered(count)), template="ballot_large.typ")))
    pairs = re.findall(r"(\d+) Ørjan Çiğdem Åberg (\d{3})", large)
    assert [(int(number), int(name)) for number, name in pairs] == [(n + 1, n) for n in range(count)]


def test_the_template_has_its_notch_at_the_top_right() -> None:
    data = printed(content(numbered(5)), variant="template")
    words = words_of(data)[0]
    assert "klip hjørnet af" in words
    corner = [one for one in letters_of(data) if one[2] > (210 - 12) * POINTS]
    assert min(left for _, left, _, _ in corner) > 148 * POINTS / 2


@pytest.mark.parametrize(
    "paper", [content(numbered(12, LONG)), with_lists(3, 4), content([LONG], ballot_type=GROUP)]
)
def test_in_large_print_every_name_is_set_in_24_points_or_more(paper: dict[str, Any]) -> None:
    """The smaller type is the line at the foot only."""
    data = printed(paper, template="ballot_large.typ")
    document = pdf(data)
    pages = len(document)
    document.close()
    foot = 22 * 72 / 25.4
    sizes = [size for page in range(pages) for _, _, bottom, size in letters_of(data, page) if bottom > foot]
    assert min(sizes) >= 24


def test_a_specimen_cannot_be_taken_for_a_paper() -> None:
    sample, paper = (words_of(printed(content(numbered(5)), variant=one))[0] for one in ("sample", "paper"))
    assert "Prøve på stemmeseddel" in sample
    assert "kan ikke bruges til at stemme" in sample
    assert "PRØVE" in sample
    assert "røve" not in paper.lower()


@pytest.mark.parametrize("variant", ["paper", "sample", "template"])
def test_a_proof_says_so_on_every_sheet(variant: str) -> None:
    (page,) = words_of(printed(content(numbered(5)), variant=variant, is_proof=True))
    assert "KORREKTUR – ikke" in page
    (large,) = words_of(printed(content(numbered(5)), template="ballot_large.typ", is_proof=True))
    assert "KORREKTUR – ikke" in large


@pytest.mark.parametrize("template", ["ballot_paper.typ", "ballot_large.typ"])
def test_who_is_gone_is_marked_on_each(template: str) -> None:
    paper = content(["Amina", "Bo"], gone=["Bo"])
    (page,) = words_of(printed(paper, template=template))
    assert "Bo (udgået)" in page
    assert page.count("(udgået)") == 1
