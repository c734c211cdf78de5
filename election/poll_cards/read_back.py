"""Reading the codes of printed cards as a scanner would: another drawing program and another decoder than ours.

A page is drawn as pixels and its QR code is looked for in the quarter where it stands; only where nothing is found
there, on the whole page. 2 ms a card, of which the drawing is most.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pypdfium2
import zxingcpp

_DPI = 120
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
        found = _decoded(page, (0, 0, width * _RIGHT, height * _TOP)) or _decoded(page, (0, 0, 0, 0))
    finally:
        page.close()
    return found[0] if len(found) == 1 else None


def _decoded(page: Any, crop: tuple[float, float, float, float]) -> list[str]:
    picture = page.render(scale=_DPI / 72, grayscale=True, crop=crop, may_draw_forms=False)
    try:
        found = zxingcpp.read_barcodes(picture.to_pil(), formats=_QR)
        return [code.text for code in found]
    finally:
        picture.close()
