"""The text on a poll card: what was printed is read back, and whatever else is typed is refused by name."""

from __future__ import annotations

import hashlib
import re

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from qrcode.exceptions import DataOverflowError

from election.poll_cards import rules
from election.poll_cards.qr import qr_svg
from election.poll_cards.rules import (
    ALPHABET,
    CardProblem,
    CardText,
    compose,
    in_groups,
    read_card,
    token_digest,
)

TOKEN = bytes(range(16))
CARD = compose(election_code="K7", station_code="001", token=TOKEN)

tokens = st.binary(min_size=16, max_size=16)
election_codes = st.text(ALPHABET, min_size=2, max_size=2)
station_codes = st.text(ALPHABET, min_size=3, max_size=3)
cards = st.builds(
    lambda election, station, token: compose(election_code=election, station_code=station, token=token),
    election_codes,
    station_codes,
    tokens,
)


def refused_as(text: str) -> str:
    read = read_card(text)
    assert isinstance(read, CardProblem), f"{text!r} was read as a card"
    assert "{" not in read.in_danish()
    return read.kind.code


@given(election_codes, station_codes, tokens)
def test_a_printed_card_is_read_back(election: str, station: str, token: bytes) -> None:
    text = compose(election_code=election, station_code=station, token=token)
    assert re.fullmatch(r"[0-9A-Z]{34}", text)
    read = read_card(text)
    assert isinstance(read, CardText)
    assert (read.election_code, read.station_code, read.text) == (election, station, text)
    assert token_digest(text) == token_digest(read) == hashlib.sha256(token).digest()


@given(cards)
def test_a_card_typed_in_groups_by_hand_is_the_same_card(text: str) -> None:
    """Lower case, blanks between the groups, O for 0 and l for 1, and the Enter of the scanner."""
    by_hand = " ".join(in_groups(text)).lower().replace("0", "O").replace("1", "l")
    assert read_card(f"  {by_hand}\r\n") == read_card("-".join(in_groups(text))) == read_card(text)


@given(cards)
def test_no_group_can_be_taken_for_a_personal_number(text: str) -> None:
    assert "".join(in_groups(text)) == text
    assert not re.search(r"\d{5}", " ".join(in_groups(text)))


def test_every_single_wrong_symbol_is_refused() -> None:
    """34 places × 31 other symbols = 1,054 texts."""
    tried = 0
    for place, symbol in enumerate(CARD):
        for other in ALPHABET.replace(symbol, ""):
            assert refused_as(CARD[:place] + other + CARD[place + 1 :]) in {"R404", "R405"}
            tried += 1
    assert tried == 34 * 31


@given(cards, st.integers(0, 33), st.sampled_from(ALPHABET))
def test_axiom_one_wrong_symbol_in_any_card_is_refused(text: str, place: int, other: str) -> None:
    wrong = text[:place] + other + text[place + 1 :]
    if wrong != text:
        assert refused_as(wrong) in {"R404", "R405"}


@given(cards, st.integers(0, 32))
def test_axiom_two_swapped_neighbours_in_any_card_are_refused(text: str, place: int) -> None:
    swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    if swapped != text:
        assert refused_as(swapped) in {"R404", "R405"}


@given(cards, st.sampled_from("89ABCDEFGHJKMNPQRSTVWXYZ"))
def test_a_token_above_128_bits_is_refused_even_with_right_check_symbols(text: str, first: str) -> None:
    """26 symbols of 5 bits hold 130 bits, so the first symbol of a token is at most 7 (2 bits unused)."""
    forged = rules._with_check(text[:6] + first + text[7:-2])
    assert refused_as(forged) in {"R404", "R405"}


@given(st.text(max_size=80))
def test_whatever_is_typed_gets_an_answer_and_never_an_error(typed: str) -> None:
    read = read_card(typed)
    assert isinstance(read, CardText | CardProblem)
    if isinstance(read, CardProblem):
        assert read.in_danish().endswith(".")


@given(st.text(ALPHABET, min_size=34, max_size=34))
def test_a_made_up_text_that_is_read_is_exactly_the_text_it_says(typed: str) -> None:
    read = read_card(typed)
    assert isinstance(read, CardProblem) or read.text == typed


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "R400"),
        (" \t\r\n", "R400"),
        (CARD[:-1], "R401"),
        (CARD[:12], "R401"),
        (CARD + CARD, "R402"),
        ("A" * 100_000, "R402"),
        (CARD[:-1] + "Ø", "R403"),
        (CARD[:-1] + "U", "R403"),
        (CARD[:-1] + "\x00", "R403"),
        ("À&K)ààA" + CARD, "R404"),
        ("يبل" + CARD, "R404"),
        ("https://example.dk/valgkort/1", "R406"),
        ("httpsÆ--example.dk-valgkort", "R406"),
        ("WIFI:S:gæst;T:WPA;P:hemmeligt;;", "R406"),
        ("010190-1234", "R408"),
        ("0101901234", "R408"),
    ],
)
def test_each_kind_of_wrong_text_is_named(typed: str, code: str) -> None:
    assert refused_as(typed) == code


def test_a_german_keyboard_that_swaps_y_and_z_is_named_as_the_keyboard() -> None:
    text = next(
        text
        for number in range(100)
        if {"Y", "Z"} & set(text := compose(election_code="YZ", station_code="001", token=bytes([number]) * 16))
    )
    assert refused_as(text.translate(str.maketrans("YZ", "ZY"))) == "R404"


def test_a_card_of_a_later_version_is_named() -> None:
    later = rules._with_check("2" + CARD[1:-2])
    read = read_card(later)
    assert isinstance(read, CardProblem)
    assert (read.kind.code, read.facts) == ("R407", {"version": "2"})


def test_the_refusal_never_repeats_what_was_typed() -> None:
    for typed in (CARD[:-1], "010190-1234", CARD[:-1] + "Ø"):
        read = read_card(typed)
        assert isinstance(read, CardProblem)
        assert typed not in read.in_danish()
        assert CARD[6:20] not in read.in_danish()


@pytest.mark.parametrize(
    ("election", "station", "token"),
    [
        ("K", "001", TOKEN),
        ("KO", "001", TOKEN),
        ("k7", "001", TOKEN),
        ("K7", "0001", TOKEN),
        ("K7", "001", TOKEN[1:]),
    ],
)
def test_a_card_is_not_composed_from_a_code_of_another_form(election: str, station: str, token: bytes) -> None:
    with pytest.raises(ValueError, match=r"must be|bytes"):
        compose(election_code=election, station_code=station, token=token)


def test_a_digest_is_not_made_of_something_else_than_a_card() -> None:
    with pytest.raises(ValueError, match="R405"):
        token_digest(CARD[:-1] + ("0" if CARD[-1] != "0" else "1"))
    with pytest.raises(ValueError, match="symbols"):
        in_groups(CARD[:-1])


def test_numbered_codes_keep_their_order_and_length() -> None:
    assert [rules.numbered_code(n, 3) for n in (0, 1, 31, 32, 32767)] == ["000", "001", "00Z", "010", "ZZZ"]
    with pytest.raises(ValueError, match="does not fit"):
        rules.numbered_code(1024, 2)


def test_the_qr_picture_is_read_back_by_another_decoder() -> None:
    """The path is drawn as pixels here, 6 per module, without the library that made it."""
    svg = qr_svg(CARD)
    picture = Image.new("L", (37 * 6, 37 * 6), 255)
    pen = ImageDraw.Draw(picture)
    x = y = 0
    for from_x, from_y, further, length in re.findall(r"M(\d+) (\d+)|m(\d+) 0|h(\d+)v1h-\d+z", svg):
        if from_x:
            x, y = int(from_x), int(from_y)
        elif further:
            x += int(further)
        else:
            pen.rectangle((x * 6, y * 6, (x + int(length)) * 6 - 1, y * 6 + 5), fill=0)
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == CARD
    assert code.format == zxingcpp.BarcodeFormat.QRCode


def test_a_text_that_is_too_long_for_the_picture_is_an_error() -> None:
    with pytest.raises(DataOverflowError):
        qr_svg("A" * 48)


def test_a_token_that_happens_to_hold_http_is_a_card_and_no_address() -> None:
    """H T T P are symbols of the alphabet: among 40,000 cards one holds them somewhere in its token."""
    text = "134001448HTTPFDGBZ7KPEVZN358HCD57Z"
    read = read_card(text)
    assert isinstance(read, CardText)
    assert (read.text, len(token_digest(text))) == (text, 32)
    assert refused_as(text.replace("Z7K", "ZK7")) == "R406"
