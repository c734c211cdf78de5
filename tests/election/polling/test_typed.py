"""What is typed or scanned at a desk: when it is a date, a name or both, and what a name fits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from election.poll_cards.rules import compose, in_groups
from election.polling.typed import Search, fits, search_typed, words_of


@pytest.mark.parametrize(
    ("typed", "digits", "words"),
    [
        ("240390", "240390", ()),
        (" 24-03-90 ", "240390", ()),
        ("24 03 90", "240390", ()),
        ("24031990", "24031990", ()),
        ("24.03.1990", "24031990", ()),
        ("fatima 240390", "240390", ("fatima",)),
        ("240390 fatima", "240390", ("fatima",)),
        ("FATIMA 24 03 90 HASSAN", "240390", ("fatima", "hassan")),
        ("Zaman-Bak", "", ("zaman", "bak")),
        ("Æbelø 010190", "010190", ("aebeloe",)),
        ("Yılmaz", "", ("yilmaz",)),
        ("fa 2403", "2403", ("fa",)),  # no date: told so, not taken for a card
    ],
)
def test_a_date_a_name_or_both_in_any_order(typed: str, digits: str, words: tuple[str, ...]) -> None:
    """See each row."""
    assert search_typed(typed) == Search(digits, words)


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "0101011234", "1AB001", "https://x", "24o390", "٢٤٠٣٩٠"]
)
def test_what_is_neither_is_left_to_the_reader_of_cards(typed: str) -> None:
    """Too few digits, a CPR number, a part of a card, an address, a letter between digits, other digits."""
    assert search_typed(typed) is None


@given(st.binary(min_size=16, max_size=16), st.booleans())
def test_axiom_a_whole_card_is_hardly_ever_a_search(token: bytes, with_spaces: bool) -> None:
    """34 symbols without spaces are never one; in groups only if every group were letters or digits alone."""
    text = compose(election_code="A1", station_code="001", token=token)
    found = search_typed(" ".join(in_groups(text)) if with_spaces else text)
    assert found is None or (with_spaces and len(found.digits) not in (6, 8))


@pytest.mark.parametrize(
    ("typed", "name", "is_found"),
    [
        ("fat", "Fatima Hassan", True),
        ("has", "Fatima Hassan", True),
        ("f h", "Fatima Hassan", True),
        ("atima", "Fatima Hassan", False),
        ("bak", "Amina Zaman-Bak", True),
        ("yilm", "Leyla Yılmaz", True),
        ("cigdem", "Çiğdem Ali", True),
        ("aaberg", "Ivan Åberg", True),
        ("fatima x", "Fatima Hassan", False),
    ],
)
def test_every_typed_word_begins_a_word_of_the_name(typed: str, name: str, is_found: bool) -> None:
    """See each row."""
    assert fits(words_of(typed), " ".join(words_of(name))) is is_found
