"""A photo small enough for a list of a hundred on a phone, and for the booklet."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from PIL import Image

SMALL_SIZE = (240, 300)
"""Pixels: 30 mm wide in print at 200 dots an inch."""
_QUALITY = 78


@lru_cache(maxsize=128)
def small(photo: bytes) -> bytes:
    """A smaller JPEG of a photo that this program has made itself."""
    with Image.open(BytesIO(photo), formats=("JPEG",)) as image:
        image.draft("RGB", SMALL_SIZE)
        smaller = image.convert("RGB").resize(SMALL_SIZE, Image.Resampling.LANCZOS)
    out = BytesIO()
    smaller.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()
