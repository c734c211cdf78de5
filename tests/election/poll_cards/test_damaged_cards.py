"""Cards as they come to the desk, stained and written on: printed at 300 dpi, read by another program."""

from __future__ import annotations

import random
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from election.poll_cards.printing import card_data
from election.poll_cards.rules import CardText, compose, read_card
from registry.documents import render

pytestmark = pytest.mark.slow
CARDS, DPI = 100, 300
DAMAGED = 0.05
"""Of the area of the code."""
Box = tuple[int, int, int, int]
SHEET = {
    "is_demo": False,
    "dated_on": "2017-11-06",
    "municipality": "Køge Kommune",
    "election_title": "Valg til Integrationsrådet i Køge Kommune",
    "sender": ["Køge Kommune"],
    "stations": {
        "001": {"name": "Rådhuset", "address": [], "day": "mandag den 27. november 2017", "hours": "kl. 17–20"}
    },
}


def texts() -> list[str]:
    chance = random.Random(20)
    return [compose(election_code="K7", station_code="001", token=chance.randbytes(16)) for _ in range(CARDS)]


def printed(cards: list[str]) -> list[Image.Image]:
    data = [
        card_data(
            name=f"Prøve {number}",
            address=["Torvet 1", "4600 Køge"],
            roll_number=number,
            stations=["001"],
            text=text,
            is_replacement=False,
        )
        for number, text in enumerate(cards, start=1)
    ]
    document: Any = pypdfium2.PdfDocument(  # type: ignore[no-untyped-call]
        render("poll_card.typ", SHEET | {"cards": data})
    )
    return [document[page].render(scale=DPI / 72, grayscale=True).to_pil() for page in range(len(document))]


def code_on(page: Image.Image) -> Box:
    """Where the undamaged code stands: left, top, right, bottom in pixels."""
    (code,) = zxingcpp.read_barcodes(page)
    at = code.position
    across = [corner.x for corner in (at.top_left, at.top_right, at.bottom_left, at.bottom_right)]
    down = [corner.y for corner in (at.top_left, at.top_right, at.bottom_left, at.bottom_right)]
    return min(across), min(down), max(across), max(down)


def stained(page: Image.Image, code: Box, chance: random.Random, *, spares_finders: bool) -> Image.Image:
    """One to twelve blotches, dark or light, of 5 % of the code in all."""
    page = page.copy()
    pen, (left, top, right, bottom) = ImageDraw.Draw(page), code
    width, height = right - left, bottom - top
    shares = [chance.uniform(0.5, 1.5) for _ in range(chance.randint(1, 12))]
    for share in shares:
        area = DAMAGED * width * height * share / sum(shares)
        across = round((area * chance.uniform(0.5, 2)) ** 0.5)
        down = round(area / across)
        x, y = chance.randint(left, right - across), chance.randint(top, bottom - down)
        while spares_finders and _on_a_finder(x - left, y - top, across, down, width):
            x, y = chance.randint(left, right - across), chance.randint(top, bottom - down)
        pen.rectangle((x, y, x + across - 1, y + down - 1), fill=chance.choice((0, 255)))
    return page


def _on_a_finder(x: int, y: int, across: int, down: int, size: int) -> bool:
    """The three corner marks of 8 of 29 modules, by which a decoder finds a code at all."""
    mark = size * 8 / 29
    is_left, is_right = x < mark, x + across > size - mark
    is_top, is_bottom = y < mark, y + down > size - mark
    return (is_left and is_top) or (is_right and is_top) or (is_left and is_bottom)


def tried(*, spares_finders: bool) -> tuple[int, int]:
    """Right and wrong texts among 100 cards, each tried once as a scanner would."""
    cards, chance = texts(), random.Random(7)
    pages = printed(cards)
    left, top, right, bottom = code = code_on(pages[0])
    around = (left - 60, top - 60, right + 60, bottom + 60)
    read = wrong = 0
    for text, page in zip(cards, pages, strict=True):
        spoilt = stained(page, code, chance, spares_finders=spares_finders).crop(around)
        for found in zxingcpp.read_barcodes(spoilt):
            is_right = found.text == text and isinstance(read_card(found.text), CardText)
            read, wrong = read + is_right, wrong + (not is_right)
    return read, wrong


def test_of_100_cards_with_5_percent_of_the_code_spoilt_90_are_read_first_time_and_none_wrong() -> None:
    read, wrong = tried(spares_finders=True)
    assert wrong == 0
    assert read >= 90, f"{read} of {CARDS} read"


def test_a_spoilt_corner_mark_costs_the_scan_and_never_gives_a_wrong_text() -> None:
    """No correction reaches the three marks of a QR code: such a card is typed, or found by birth date."""
    read, wrong = tried(spares_finders=False)
    assert wrong == 0
    assert read >= 30, f"{read} of {CARDS} read"


def test_the_stains_are_as_large_as_they_are_said_to_be() -> None:
    """Otherwise the tests above would prove nothing: half of what is painted had that colour before."""
    page, chance = printed(texts()[:1])[0], random.Random(3)
    code = code_on(page)
    shares = []
    for _ in range(40):
        before = page.crop(code)
        after = stained(page, code, chance, spares_finders=True).crop(code)
        changed = sum(one != other for one, other in zip(before.tobytes(), after.tobytes(), strict=True))
        shares.append(changed / (before.width * before.height))
    assert 0.015 < sum(shares) / len(shares) < 0.05
