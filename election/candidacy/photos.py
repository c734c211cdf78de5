"""A candidate's photo, made anew from its pixels, so that nothing else of what was sent is ever kept or shown.

What a file is called, and what it says it is, counts for nothing: only what can be decoded is an image. The place
where it was taken, the camera, a script hidden behind the pixels: all of it stays behind.
"""

from __future__ import annotations

import struct
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL import Image, ImageCms

from registry.findings import Refused, finding_kind

NOT_AN_IMAGE = finding_kind(
    "R266",
    "Filen er ikke et billede, som vi kan læse. Fotoet er ikke gemt. "
    "Vælg et billede af typen JPEG, PNG eller WebP.",
)
FILE_TOO_LARGE = finding_kind(
    "R267",
    "Filen fylder mere end {most} MB. Fotoet er ikke gemt. Vælg en mindre udgave, eller tag et nyt billede.",
)
TOO_MANY_PIXELS = finding_kind(
    "R268",
    "Billedet har mere end {most} millioner pixel. Fotoet er ikke gemt. Vælg en mindre udgave.",
)
TOO_FEW_PIXELS = finding_kind(
    "R269",
    "Billedet er for lille eller for smalt: det skal være mindst {least} pixel på hver led. Fotoet er ikke gemt. "
    "Vælg et større.",
)

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_MEGABYTES = 10
MOST_MEGAPIXELS = 40
LEAST_SIDE = 200
LONGEST_SIDE = 1600
SHOWN_SIZE = (600, 750)
"""Width and height in pixels: a portrait of 4 by 5."""
ZOOM = (100, 300)
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    ArithmeticError,
    LookupError,
    TypeError,
    MemoryError,
    struct.error,
)
"""What the decoders raise on files that are broken, some of them on purpose."""
_ONE_AT_A_TIME = threading.Lock()


def normalised(data: bytes) -> bytes:
    """What is kept of a file that somebody sent: an upright JPEG in sRGB, at most 1600 pixels long, no metadata.

    Of an animation it is the first picture; what is transparent becomes white. Raises Refused R266–R269.
    """
    if len(data) > MOST_MEGABYTES * 1_000_000:
        raise Refused(FILE_TOO_LARGE, most=MOST_MEGABYTES)
    try:
        with _decoding(), Image.open(BytesIO(data), formats=FORMATS) as image:
            return _remade(image)
    except Image.DecompressionBombError as error:
        raise Refused(TOO_MANY_PIXELS, most=MOST_MEGAPIXELS) from error
    except _BROKEN as error:
        raise Refused(NOT_AN_IMAGE) from error


def cropped(whole: bytes, zoom: int, across: int, down: int) -> bytes:
    """The portrait that is shown: a JPEG of 600 × 750 out of what `normalised` made.

    `zoom` in per cent: at 100 as much as can be is shown; `across` and `down` in per cent of what can be moved.
    Numbers outside are taken as the nearest inside.
    """
    part = 100 / _within(zoom, *ZOOM)
    with _decoding(), Image.open(BytesIO(whole), formats=("JPEG",)) as image:
        fits = min(image.width / SHOWN_SIZE[0], image.height / SHOWN_SIZE[1]) * part
        width, height = SHOWN_SIZE[0] * fits, SHOWN_SIZE[1] * fits
        left = (image.width - width) * _within(across, 0, 100) / 100
        top = (image.height - height) * _within(down, 0, 100) / 100
        box = (left, top, min(left + width, image.width), min(top + height, image.height))
        return _written(image.resize(SHOWN_SIZE, Image.Resampling.LANCZOS, box))


@contextmanager
def _decoding() -> Iterator[None]:
    """One picture at a time, which bounds the memory; what the decoders warn of is of no use to anybody."""
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _remade(image: Image.Image) -> bytes:
    if image.width * image.height > MOST_MEGAPIXELS * 1_000_000:
        raise Refused(TOO_MANY_PIXELS, most=MOST_MEGAPIXELS)
    shrinks = min(1.0, LONGEST_SIDE / max(image.size))
    if min(image.size) * shrinks < LEAST_SIDE:
        raise Refused(TOO_FEW_PIXELS, least=LEAST_SIDE)
    turned = _UPRIGHT.get(_orientation(image))
    image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is decoded small at once
    image.load()
    plain = _opaque(image)
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return _written(plain if turned is None else plain.transpose(turned))


def _orientation(image: Image.Image) -> int:
    try:
        found = image.getexif().get(_ORIENTATION, 1)
    except _BROKEN:  # a picture is worth keeping even if what stands beside it is broken
        return 1
    return found if isinstance(found, int) else 1


def _opaque(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        grey = image.convert("I").point(lambda value: value * (1 / 256))
        return grey.convert("L").convert("RGB")
    if not image.has_transparency_data:
        return _in_srgb(image)
    seen = image.convert("RGBA")
    seen.info = {"icc_profile": image.info.get("icc_profile")}
    white = Image.new("RGB", seen.size, "white")
    white.paste(_in_srgb(seen), mask=seen.getchannel("A"))
    return white


def _in_srgb(image: Image.Image) -> Image.Image:
    """By the picture's own colour profile where it has one that can be used."""
    profile = image.info.get("icc_profile")
    plain = image if image.mode in ("L", "CMYK", "RGB") else image.convert("RGB")
    if not profile:
        return plain.convert("RGB")
    try:
        found = ImageCms.profileToProfile(
            plain,
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, *_BROKEN):
        return plain.convert("RGB")
    return found or plain.convert("RGB")


def _written(image: Image.Image) -> bytes:
    """Only the pixels are taken along: a new image knows nothing of where they come from."""
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    out = BytesIO()
    bare.save(out, "JPEG", quality=85, optimize=True, progressive=True)
    return out.getvalue()


def _within(number: int, least: int, most: int) -> int:
    return max(least, min(most, number))
