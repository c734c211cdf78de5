"""Names made to be mistaken, to hide, or to run over the line of the ballot; and honest ones that are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from election.candidacy.names import LONGEST_NAME, clean_name, is_ballot_name, name_key
from election.candidacy.typed import clean_text


@pytest.mark.parametrize(
    "name",
    [
        "مُحَمَّد علي",  # every letter with its vowel
        "कृष्णमूर्ति शर्मा",
        "श्री राम",
        "Ольга Коваленко",
        "Αλέξης Παπάς",
        "Ольга Hansen",  # two alphabets in two words: nobody is misled
        "Ẹ̀bùn Adé",
        "ကျော် စွာ",
        "李小龍",
        "ชัยวัฒน์ สุขใจ",
        "Jean‑Luc Ngọc",
        "Hawaiʻi Kamehameha",
    ],
)
def test_honest_names_in_any_script_stand(name: str) -> None:
    assert is_ballot_name(name)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Z\u0301\u0302\u0303\u0304alma Gran", "four accents on one letter run into the line above"),
        ("A\u0301\u0302 B\u0301\u0302", "more accents than letters"),
        ("\u0301Amina Hassan", "an accent without a letter"),
        ("Amina -\u0301 Hassan", "an accent on a hyphen"),
        ("A\u0336m\u0336i\u0336na Hassan", "letters struck through"),
        ("Amina\u20dd Hassan", "a ring round a letter"),
        ("\u0410mina Hassan", "a Cyrillic А in a Latin word"),
        ("Am\u0456na Hassan", "a Cyrillic і in a Latin word"),
        ("Amina Hass\u03b1n", "a Greek α in a Latin word"),
        ("...", "signs only"),
        ("-’-", "signs only"),
        (". A", "one letter"),
        ("\uff21\uff4d\uff49\uff4e\uff41", "wide letters"),
        ("\U0001d400\U0001d426\U0001d422\U0001d427\U0001d41a", "bold letters"),
        ("\u3164\u3164\u3164", "letters that draw nothing"),
        ("\u115f\u1160", "letters that draw nothing"),
        ("\u0661\u0662 Amina", "Arabic figures"),
    ],
)
def test_names_that_are_not_what_they_look_like_do_not_stand(name: str, why: str) -> None:
    assert not is_ballot_name(name), why


def test_what_draws_nothing_is_taken_out() -> None:
    assert clean_name("A\ufe0fmi\u034fna\u3164 \U000e0100Hassan\x00\ud800") == "Amina Hassan"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Саша Нур", "Caшa Hyp"),
        ("СОКО ВАН", "COKO BAH"),
        ("Ана Соса", "AHA COCA"),
        ("ΝΙΚΟ ΤΑΤΑ", "NIKO TATA"),
        ("Amina\u200d Hassan", "Amina Hassan"),
    ],
)
def test_names_of_the_same_shape_in_two_alphabets_cannot_be_told_apart(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Ольга Коваль", "Ольга Ковалик"), ("Bo Æ", "Bo AE"), ("Bo Ø", "Bo O")]
)
def test_names_that_look_different_keep_their_own_key(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@given(st.text(max_size=200))
def test_whatever_is_typed_cleaning_does_not_fail_and_is_done_after_once(typed: str) -> None:
    """Every sign of Unicode, halves of signs too."""
    for clean in (clean_name, clean_text):
        once = clean(typed)
        assert clean(once) == once
        once.encode()
    if is_ballot_name(typed):
        assert 2 <= len(clean_name(typed)) <= LONGEST_NAME
        assert name_key(typed)


def test_very_long_text_is_no_name() -> None:
    assert not is_ballot_name("Amina " * 100_000)


def test_a_text_keeps_its_lines_and_the_joiners_that_persian_needs() -> None:
    assert clean_text("می\u200cروم\r\n\r\n  to \t ord\u2028her\n") == "می\u200cروم\n\nto ord her"
