"""Photos: whatever is sent, what is kept is a plain JPEG of the pixels, or a refusal that says what to do."""

from __future__ import annotations

import struct
import warnings
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from election.candidacy import photos
from election.candidacy.photos import cropped, normalised
from registry.findings import FindingKind, Refused

pytestmark = pytest.mark.slow

ORIENTATION, GPS = 0x0112, 0x8825
RED, BLUE = (220, 30, 30), (30, 30, 220)


def sent(image: Image.Image, kind: str = "JPEG", **how: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def near(pixel: object, colour: tuple[int, int, int], by: int = 12) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(one - other) <= by for one, other in zip(pixel, colour, strict=True))


def half_red(size: tuple[int, int] = (400, 600)) -> Image.Image:
    """Red above, blue below."""
    image = Image.new("RGB", size, BLUE)
    image.paste(RED, (0, 0, size[0], size[1] // 2))
    return image


def refused(data: bytes) -> FindingKind:
    with pytest.raises(Refused) as caught:
        normalised(data)
    assert "{" not in caught.value.in_danish()
    return caught.value.kind


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_kind_becomes_a_jpeg(kind: str) -> None:
    kept = opened(normalised(sent(half_red(), kind)))
    assert (kept.format, kept.mode, kept.size) == ("JPEG", "RGB", (400, 600))
    assert near(kept.getpixel((200, 50)), RED)
    assert near(kept.getpixel((200, 550)), BLUE)


def test_the_longest_side_is_1600_and_a_small_one_is_not_enlarged() -> None:
    assert opened(normalised(sent(half_red((3200, 2400))))).size == (1600, 1200)
    assert opened(normalised(sent(half_red((300, 250))))).size == (300, 250)


def test_place_camera_and_comments_are_gone() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Hemmeligt kamera"
    exif.get_ifd(GPS)[1] = "N"
    data = sent(half_red(), exif=exif, comment=b"Hemmelig hilsen", icc_profile=srgb_profile())
    assert b"Hemmelig" in data
    kept = normalised(data)
    assert b"Hemmelig" not in kept
    assert not opened(kept).getexif()
    assert not {"exif", "comment", "icc_profile", "xmp", "photoshop"} & set(opened(kept).info)


def test_what_a_png_says_beside_its_pixels_is_gone() -> None:
    beside = PngImagePlugin.PngInfo()
    beside.add_text("Comment", "Hemmelig hilsen", zip=False)
    data = sent(half_red(), "PNG", pnginfo=beside)
    assert b"Hemmelig" in data
    assert b"Hemmelig" not in normalised(data)


@pytest.mark.parametrize(("orientation", "red_is_at"), [(1, "top"), (3, "bottom"), (6, "right"), (8, "left")])
def test_a_photo_from_a_phone_is_turned_upright(orientation: int, red_is_at: str) -> None:
    """Orientation 6: the row that comes first is shown to the right."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    kept = opened(normalised(sent(half_red(), exif=exif)))
    width, height = kept.size
    assert (width > height) is (red_is_at in ("left", "right"))
    places = {
        "top": (width // 2, 20),
        "bottom": (width // 2, height - 20),
        "left": (20, height // 2),
        "right": (width - 20, height // 2),
    }
    assert near(kept.getpixel(places[red_is_at]), RED)


def srgb_profile() -> bytes:
    return bytes(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())


def test_a_colour_profile_is_applied_and_dropped() -> None:
    """In a profile whose red is the blue of others, what is stored as red is shown as blue."""
    names = srgb_profile().replace(b"rXYZ", b"----", 1).replace(b"bXYZ", b"rXYZ", 1)
    swapped = names.replace(b"----", b"bXYZ", 1)
    kept = opened(normalised(sent(half_red(), icc_profile=swapped)))
    assert near(kept.getpixel((200, 50)), BLUE)
    assert "icc_profile" not in kept.info
    plain = opened(normalised(sent(half_red(), icc_profile=srgb_profile())))
    assert near(plain.getpixel((200, 50)), RED)


def test_a_broken_profile_does_not_cost_the_photo() -> None:
    kept = opened(normalised(sent(half_red(), icc_profile=b"not a profile at all")))
    assert near(kept.getpixel((200, 50)), RED)


def test_cmyk_grey_and_sixteen_bits_are_read() -> None:
    assert near(opened(normalised(sent(half_red().convert("CMYK")))).getpixel((200, 50)), RED, by=25)
    assert near(opened(normalised(sent(Image.new("L", (300, 300), 90)))).getpixel((9, 9)), (90, 90, 90))
    deep = Image.new("I;16", (300, 300), 90 * 256)
    assert near(opened(normalised(sent(deep, "PNG"))).getpixel((9, 9)), (90, 90, 90))
    assert near(opened(normalised(sent(Image.new("1", (300, 300), 1), "PNG"))).getpixel((9, 9)), (255, 255, 255))


def test_what_is_transparent_becomes_white() -> None:
    clear = Image.new("RGBA", (300, 300), (*RED, 0))
    clear.paste((*RED, 255), (0, 0, 300, 150))
    palette = Image.new("P", (300, 300), 0)
    palette.putpalette([*BLUE, *RED])
    palette.paste(1, (0, 0, 300, 150))
    for data in (
        sent(clear, "PNG"),
        sent(clear, "WEBP", lossless=True),
        sent(palette, "PNG", transparency=0),
        sent(palette, "PNG", transparency=bytes([0, 255])),
    ):
        kept = opened(normalised(data))
        assert near(kept.getpixel((150, 40)), RED)
        assert near(kept.getpixel((150, 260)), (255, 255, 255))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_an_animation_the_first_picture_is_kept(kind: str) -> None:
    first, second = Image.new("RGB", (300, 300), RED), Image.new("RGB", (300, 300), BLUE)
    data = sent(first, kind, save_all=True, append_images=[second])
    kept = opened(normalised(data))
    assert getattr(kept, "n_frames", 1) == 1
    assert near(kept.getpixel((150, 150)), RED)


def test_a_script_behind_the_pixels_is_left_behind() -> None:
    for kind in ("JPEG", "PNG", "WEBP"):
        data = sent(half_red(), kind) + b"<script>alert(1)</script>%PDF-1.7 PK\x03\x04"
        assert b"script" not in normalised(data)


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff\xd8\xff\xe0", id="the first bytes of a JPEG only"),
        pytest.param(SVG, id="svg with script"),
        pytest.param(b"<!doctype html><img src=x onerror=alert(1)>", id="html"),
        pytest.param(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", id="pdf"),
        pytest.param(b"MZ" + bytes(500), id="program"),
        pytest.param("أحبك".encode() * 50, id="text"),
        pytest.param(b"GIF89a<svg onload=alert(1)>" + bytes(400), id="polyglot"),
        pytest.param(sent(half_red(), "GIF"), id="gif"),
        pytest.param(sent(half_red(), "BMP"), id="bmp"),
        pytest.param(sent(half_red(), "TIFF"), id="tiff"),
    ],
)
def test_what_is_no_image_is_refused(data: bytes) -> None:
    assert refused(data) is photos.NOT_AN_IMAGE


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_file_that_was_cut_short_is_refused(kind: str) -> None:
    noisy = Image.effect_noise((400, 400), 80).convert("RGB")
    data = sent(noisy, kind)
    assert refused(data[: len(data) // 2]) is photos.NOT_AN_IMAGE


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_no_single_broken_byte_is_a_fault(kind: str) -> None:
    """Every outcome is a photo or a refusal; any other exception would be a fault on the candidate's screen."""
    data = sent(Image.effect_noise((210, 210), 80).convert("RGB"), kind)
    outcomes = set()
    for place in [*range(0, min(len(data), 260)), *range(260, len(data), len(data) // 40)]:
        try:
            outcomes.add(opened(normalised(data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :])).format)
        except Refused as trouble:
            outcomes.add(trouble.kind.code)
    assert {"JPEG", "R266"} <= outcomes <= {"JPEG", "R266", "R268", "R269"}


def test_fifty_megabytes_are_not_even_opened() -> None:
    data = sent(half_red()) + bytes(50_000_000)
    assert refused(data) is photos.FILE_TOO_LARGE


def png_that_says(width: int, height: int) -> bytes:
    """A small file that would need `width` × `height` pixels of memory."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(99_999))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(8000, 5001), (10_000, 10_000), (60_000, 60_000), (200_000, 200_000)])
def test_a_decompression_bomb_is_refused_before_it_is_unpacked(size: tuple[int, int]) -> None:
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        assert refused(png_that_says(*size)) is photos.TOO_MANY_PIXELS
    assert not heard


def test_forty_megapixels_are_taken() -> None:
    assert opened(normalised(sent(Image.new("RGB", (8000, 5000), RED)))).size == (1600, 1000)


@pytest.mark.parametrize("size", [(199, 400), (1, 1), (400, 150), (8000, 300)])
def test_what_is_too_small_or_too_narrow_is_refused(size: tuple[int, int]) -> None:
    assert refused(sent(Image.new("RGB", size, RED))) is photos.TOO_FEW_PIXELS


def test_what_is_shown_is_a_portrait_of_the_place_that_was_chosen() -> None:
    """A photo of 1000 × 500, left half red: at zoom 100 the portrait is 400 wide, and 600 can be moved."""
    wide = Image.new("RGB", (1000, 500), BLUE)
    wide.paste(RED, (0, 0, 500, 500))
    whole = normalised(sent(wide))
    left, middle, right = (opened(cropped(whole, 100, across, 50)) for across in (0, 50, 100))
    assert left.size == middle.size == right.size == (600, 750)
    assert near(left.getpixel((590, 300)), RED)
    assert near(right.getpixel((10, 300)), BLUE)
    assert near(middle.getpixel((250, 300)), RED)
    assert near(middle.getpixel((350, 300)), BLUE)


def test_zoom_shows_a_part_of_the_height_too() -> None:
    """600 × 750 at zoom 300 shows 200 × 250: at the top only the red, at the bottom only the blue."""
    whole = normalised(sent(half_red((600, 750))))
    top, bottom = opened(cropped(whole, 300, 0, 0)), opened(cropped(whole, 300, 0, 100))
    assert near(top.getpixel((300, 740)), RED)
    assert near(bottom.getpixel((300, 10)), BLUE)


def test_numbers_outside_are_taken_as_the_nearest_inside() -> None:
    whole = normalised(sent(half_red()))
    assert cropped(whole, 100, 0, 0) == cropped(whole, -5, -1, -999)
    assert cropped(whole, 300, 100, 100) == cropped(whole, 99999, 101, 10**9)
