"""Reading the codes of printed cards as a scanner would: another drawing program and another decoder than ours.

A page is drawn as pixels, coarsely, and its QR code is looked for upright in the quarter where it stands; only
where nothing is found there, on the whole page, finely, in any direction. Most of the work is taking in the page.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pypdfium2
import zxingcpp

_QUICK_DPI, _THOROUGH_DPI = 100, 150
"""A module of the code is 4.5 pixels wide on the first look."""
_RIGHT, _TOP = 0.78, 0.45
"""Parts of the page's width and height that are cut off on the first look."""
_QR: Any = zxingcpp.BarcodeFormat.QRCode
_one_at_a_time = threading.Lock()
"""The drawing program may be used by one thread at a time."""


class PagesDiffer(Exception):
    """The document has another number of pages than its cards: our bug."""


def read_codes(pdf: bytes, pages_of_cards: Sequence[int]) -> list[str | None]:
    """The text of the code on each card, None where none or several were read.

    `pages_of_cards` says how many pages each card has; its code stands on the first.
    """
    found: list[str | None] = []
    with _one_at_a_time:
        document: Any = pypdfium2.PdfDocument(pdf)  # type: ignore[no-untyped-call]
        try:
            if len(document) != sum(pages_of_cards):
                raise PagesDiffer(f"{len(document)} pages, {sum(pages_of_cards)} expected")
            at = 0
            for pages in pages_of_cards:
                found.append(_code_on(document[at]))
                at += pages
        finally:
            document.close()
    return found


def _code_on(page: Any) -> str | None:
    try:
        width, height = page.get_size()
        found = _quick_look(page, (0, 0, width * _RIGHT, height * _TOP)) or _thorough_look(page)
    finally:
        page.close()
    return found[0] if len(found) == 1 else None


def _quick_look(page: Any, crop: tuple[float, float, float, float]) -> list[str]:
    with _drawn(page, _QUICK_DPI, crop) as pixels:
        found = zxingcpp.read_barcodes(
            pixels, formats=_QR, try_rotate=False, try_downscale=False, try_invert=False
        )
        return [code.text for code in found]


def _thorough_look(page: Any) -> list[str]:
    with _drawn(page, _THOROUGH_DPI, (0, 0, 0, 0)) as pixels:
        return [code.text for code in zxingcpp.read_barcodes(pixels, formats=_QR)]


@contextmanager
def _drawn(page: Any, dpi: int, crop: tuple[float, float, float, float]) -> Iterator[memoryview]:
    """Grey pixels in rows, where the drawing program has put them; a row may be longer than the page is wide."""
    picture = page.render(scale=dpi / 72, grayscale=True, crop=crop, may_draw_forms=False)
    try:
        yield memoryview(picture.buffer).cast("B").cast("B", (picture.height, picture.stride))
    finally:
        picture.close()
