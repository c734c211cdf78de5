"""Cards as they come to the desk: crumpled, stained, written on. Printed at 300 dpi and read by another program."""

from __future__ import annotations

import random

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
    document = pypdfium2.PdfDocument(render("poll_card.typ", SHEET | {"cards": data}))
    return [document[page].render(scale=DPI / 72, grayscale=True).to_pil() for page in range(len(document))]


def code_on(page: Image.Image) -> tuple[int, int, int, int]:
    """Where the undamaged code stands: left, top, right, bottom in pixels."""
    (code,) = zxingcpp.read_barcodes(page)
    corners = (
        code.position.top_left, code.position.top_right, code.position.bottom_left, code.position.bottom_right,
    )  # fmt: skip
    across, down = [corner.x for corner in corners], [corner.y for corner in corners]
    return min(across), min(down), max(across), max(down)


def stained(page: Image.Image, code: tuple[int, int, int, int], chance: random.Random) -> Image.Image:
    """Blotches, dark and light, of 5 % of the code in all, anywhere on it, finder patterns too."""
    page = page.copy()
    pen, (left, top, right, bottom) = ImageDraw.Draw(page), code
    width, height = right - left, bottom - top
    rest = DAMAGED * width * height
    while rest > 0:
        across = chance.randint(width // 40, width // 8)
        down = max(1, min(chance.randint(height // 40, height // 8), round(rest / across)))
        x, y = chance.randint(left, right - across), chance.randint(top, bottom - down)
        pen.rectangle((x, y, x + across - 1, y + down - 1), fill=chance.choice((0, 255)))
        rest -= across * down
    return page


def test_of_100_cards_with_5_percent_of_the_code_spoilt_90_are_read_first_time_and_none_wrong() -> None:
    """Each is tried once, as a scanner would. A text that is read is the one that was printed."""
    cards, chance = texts(), random.Random(7)
    right = wrong = 0
    for text, page in zip(cards, printed(cards), strict=True):
        found = zxingcpp.read_barcodes(stained(page, code_on(page), chance))
        for code in found:
            read = read_card(code.text)
            right += isinstance(read, CardText) and read.text == text
            wrong += not (isinstance(read, CardText) and read.text == text)
    assert wrong == 0
    assert right >= 90, f"{right} of {CARDS} read"


def test_the_stains_are_as_large_as_they_are_said_to_be() -> None:
    """Otherwise the test above would prove nothing: between 2 and 6 % of the code's pixels have changed."""
    page, chance = printed(texts()[:1])[0], random.Random(3)
    code = code_on(page)
    for _ in range(20):
        before, after = page.crop(code), stained(page, code, chance).crop(code)
        changed = sum(one != other for one, other in zip(before.tobytes(), after.tobytes(), strict=True))
        assert 0.01 < changed / (before.width * before.height) < 0.06
