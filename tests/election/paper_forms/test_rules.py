"""What two people read from a sheet of paper, and where they read it differently."""

from __future__ import annotations

import pytest

from election.paper_forms.rules import ReadLine, as_read, differences, mended, roll_number


@pytest.mark.parametrize(
    ("typed", "clock", "read"),
    [
        (" 0017 ", "14:05", ("17", "14.05")),
        ("17", "1405", ("17", "14.05")),
        ("1 7", "14,05", ("17", "14.05")),
        ("17?", "ca. 14", ("17?", "ca.14")),
        ("", "", ("", "")),
    ],
)
def test_what_two_people_write_differently_but_read_alike_is_the_same(
    typed: str, clock: str, read: tuple[str, str]
) -> None:
    line = as_read(3, typed, clock)
    assert (line.typed, line.clock) == read


def test_nothing_is_not_nought() -> None:
    """A blank line is no paper; a 0 is something that stands there and fits nobody."""
    assert as_read(1, "", "").is_blank
    assert not as_read(1, "0", "").is_blank
    assert not as_read(1, "", "14.05").is_blank
    assert roll_number(as_read(1, "0", "")) == 0
    assert roll_number(as_read(1, "", "14.05")) is None


@pytest.mark.parametrize("typed", ["17a", "-1", "1.5", "²", "9" * 10])
def test_what_cannot_be_a_roll_number_is_kept_as_it_stands_and_means_nobody(typed: str) -> None:
    assert roll_number(as_read(1, typed, "")) is None


def lines(*read: tuple[int, str, str]) -> dict[int, ReadLine]:
    return {number: as_read(number, typed, clock) for number, typed, clock in read}


def test_two_readings_differ_line_by_line_also_where_one_saw_nothing() -> None:
    """Line 1 alike, line 2 another number, line 3 another time, line 4 seen by one, line 5 by the other."""
    first = lines((1, "17", "14.05"), (2, "18", "14.06"), (3, "19", "14.07"), (4, "20", "14.08"))
    second = lines((1, "0017", "14:05"), (2, "81", "14.06"), (3, "19", "14.01"), (5, "21", "14.09"))
    assert differences(first, second) == [2, 3, 4, 5]


def test_reading_again_replaces_only_those_lines_and_a_blank_takes_one_away() -> None:
    before = lines((1, "17", ""), (2, "18", ""), (3, "19", ""))
    after = mended(before, [as_read(2, "81", ""), as_read(3, "", ""), as_read(4, "20", "")])
    assert {number: line.typed for number, line in after.items()} == {1: "17", 2: "81", 4: "20"}
