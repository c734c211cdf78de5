"""How single cells are read: the century rule and the cleaning of text."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.dk import cpr as independent

from registry.findings import FindingKind
from registry.residents.rules import century_of, read_country, read_cpr, read_date, read_text


@pytest.mark.parametrize(
    ("digit", "year", "century"),
    [
        (0, 0, 1900),
        (3, 99, 1900),
        (4, 0, 2000),
        (4, 36, 2000),
        (4, 37, 1900),
        (9, 36, 2000),
        (9, 37, 1900),
        (5, 0, 2000),
        (5, 57, 2000),
        (5, 58, 1800),
        (8, 57, 2000),
        (8, 99, 1800),
    ],
)
def test_the_seventh_digit_gives_the_century(digit: int, year: int, century: int) -> None:
    assert century_of(digit, year) == century


@given(st.integers(0, 9), st.integers(0, 99))
def test_the_century_equals_an_independent_table(digit: int, year: int) -> None:
    number = f"0101{year:02}{digit}000"
    assert read_cpr(number) == (number, independent.get_birth_date(number))


def test_29_february_exists_only_in_leap_years() -> None:
    assert read_cpr("2902004321") == ("2902004321", date(2000, 2, 29))
    assert isinstance(read_cpr("2902000321"), FindingKind)  # 1900 had none


def test_modulus_11_is_not_demanded() -> None:
    assert read_cpr("0203804321") == ("0203804321", date(1980, 3, 2))


@given(st.dates(min_value=date(1000, 1, 1)))
def test_both_ways_to_write_a_date_mean_the_same(day: date) -> None:
    assert read_date(day.isoformat()) == read_date(f"{day:%d-%m-%Y}") == day


@pytest.mark.parametrize("code", ["DK", "so", "YU", "SU", "ZZ"])
def test_former_states_and_unknown_codes_are_countries(code: str) -> None:
    assert read_country(code) == code.upper()


@given(st.text())
def test_cleaned_text_stays_as_it_is_when_cleaned_again(text: str) -> None:
    once = read_text(text)
    if isinstance(once, str):
        assert read_text(once) == once
        assert "\u202e" not in once
