"""The plan of a station: hours, gaps, one place at a time, who may act where, pasted lines, one-day codes."""

from __future__ import annotations

from datetime import date, time, timedelta
from uuid import UUID

import pytest

from election.staffing.rules import (
    Gap,
    Lack,
    Line,
    Shift,
    at_once,
    code_of,
    desks_used,
    gaps,
    hours,
    in_two_groups,
    may_work_at,
    pass_hours,
    read_code,
    read_lines,
)
from registry.roles import Role
from tests.scenarios import ELECTION_ON, at

LEADER, DESK = Role.STATION_LEADER, Role.POLLING_OFFICIAL
HALL, SCHOOL = UUID(int=1), UUID(int=2)
OPENS, CLOSES = at(ELECTION_ON, "08:00"), at(ELECTION_ON, "20:00")


def shift(who: int, role: Role, start: str, end: str, station: UUID = HALL, desk: str = "") -> Shift:
    return Shift(station, UUID(int=who), role, desk, at(ELECTION_ON, start), at(ELECTION_ON, end))


def gap(lack: Lack, start: str, end: str, people: int) -> Gap:
    return Gap(lack, at(ELECTION_ON, start), at(ELECTION_ON, end), people)


def test_a_station_with_a_leader_and_two_at_the_tables_all_day_has_no_gap() -> None:
    plan = [shift(1, LEADER, "07:00", "21:00"), shift(2, DESK, "07:00", "14:00"), shift(3, DESK, "08:00", "20:00")]
    assert gaps([*plan, shift(4, DESK, "14:00", "20:00")], OPENS, CLOSES) == []


def test_nobody_at_all_is_two_gaps_as_long_as_the_day() -> None:
    assert gaps([], OPENS, CLOSES) == [
        gap(Lack.LEADER, "08:00", "20:00", 0),
        gap(Lack.TABLES, "08:00", "20:00", 0),
    ]


def test_gaps_are_named_by_their_hours_and_by_how_many_are_there() -> None:
    """The leader comes at 9 and goes at 20; one is at the tables 8–12, two 12–14, none after 14."""
    plan = [shift(1, LEADER, "09:00", "20:00"), shift(2, DESK, "07:00", "14:00"), shift(3, DESK, "12:00", "14:00")]
    assert gaps(plan, OPENS, CLOSES) == [
        gap(Lack.LEADER, "08:00", "09:00", 0),
        gap(Lack.TABLES, "08:00", "12:00", 1),
        gap(Lack.TABLES, "14:00", "20:00", 0),
    ]


def test_a_leader_does_not_count_at_the_tables_and_two_shifts_of_one_person_are_one_person() -> None:
    plan = [shift(1, LEADER, "08:00", "20:00"), shift(2, DESK, "08:00", "20:00"), shift(2, DESK, "08:00", "20:00")]
    assert gaps(plan, OPENS, CLOSES) == [gap(Lack.TABLES, "08:00", "20:00", 1)]


@pytest.mark.parametrize(
    ("start", "end", "who", "is_taken"),
    [
        ("14:00", "20:00", 1, False),
        ("13:59", "20:00", 1, True),
        ("09:00", "10:00", 1, True),
        ("09:00", "10:00", 2, False),
        ("06:00", "07:00", 1, False),
    ],
)
def test_nobody_is_at_two_places_at_once(start: str, end: str, who: int, is_taken: bool) -> None:
    """Person 1 works 7–14 at the town hall; the next shift may begin when that one ends."""
    first = shift(1, DESK, "07:00", "14:00")
    assert (at_once(shift(who, DESK, start, end, SCHOOL), [first]) is first) == is_taken


@pytest.mark.parametrize(
    ("has_duties", "roles_here", "acting_as", "may"),
    [
        (False, frozenset(), DESK, True),
        (False, frozenset(), LEADER, True),
        (True, frozenset(), DESK, False),
        (True, frozenset(), LEADER, False),
        (True, frozenset({DESK}), DESK, True),
        (True, frozenset({DESK}), LEADER, False),
        (True, frozenset({LEADER}), DESK, True),
        (True, frozenset({LEADER}), LEADER, True),
        (True, frozenset(), Role.ELECTION_ADMINISTRATOR, True),
        (True, frozenset(), Role.BOARD_MEMBER, True),
    ],
)
def test_with_a_plan_only_those_on_it_act_at_a_station(
    has_duties: bool, roles_here: frozenset[Role], acting_as: Role, may: bool
) -> None:
    assert may_work_at(has_duties, roles_here, acting_as) is may


@pytest.mark.parametrize(
    ("start", "end", "length"),
    [
        ("08.00", "20.30", timedelta(hours=12, minutes=30)),
        ("7.00", "24.00", timedelta(hours=17)),
        ("19:00", "00:30", timedelta(hours=5, minutes=30)),
        ("08.00", "08.00", None),
        ("05.00", "24.00", None),
        ("24.00", "08.00", None),
        ("8", "20", None),
        ("08.60", "20.00", None),
        ("25.00", "20.00", None),
        ("", "20.00", None),
    ],
)
def test_hours_are_typed_by_the_clock(start: str, end: str, length: timedelta | None) -> None:
    found = hours(ELECTION_ON, start, end)
    assert (found[1] - found[0] if found else None) == length


GOOD = "Navn;Opgave;Bord;Fra;Til\nAmina Hassan;leder;;07.00;20.30\n\nOle  Jensen;Bord;01;08.00;14.00;;\n"


def test_lines_are_read_with_or_without_headings() -> None:
    lines, problems = read_lines("\ufeff" + GOOD, ELECTION_ON)
    assert problems == []
    assert lines == [
        Line(2, "Amina Hassan", LEADER, "", at(ELECTION_ON, "07:00"), at(ELECTION_ON, "20:30")),
        Line(4, "Ole Jensen", DESK, "1", at(ELECTION_ON, "08:00"), at(ELECTION_ON, "14:00")),
    ]


def test_lines_from_a_spreadsheet_are_separated_by_tabulators() -> None:
    lines, problems = read_lines("Ole Jensen\tbord\t2\t08.00\t14.00", ELECTION_ON)
    assert (lines[0].who, lines[0].desk, problems) == ("Ole Jensen", "2", [])


def test_every_bad_line_is_named() -> None:
    text = "A;leder;;07.00;20.00\nB\nC;kok;;07.00;20.00\nD;bord;100;07.00;20.00\nE;bord;1;07.00;07.00\n"
    text += "F 010180-1234;bord;1;07.00;20.00\n;bord;1;07.00;20.00"
    lines, problems = read_lines(text, ELECTION_ON)
    assert [line.who for line in lines] == ["A"]
    assert [(one.facts["line"], one.kind.code) for one in problems] == [
        (2, "R677"), (3, "R678"), (4, "R680"), (5, "R679"), (6, "R684"), (7, "R677"),
    ]  # fmt: skip


def test_a_code_has_forty_bits_and_is_read_as_it_may_be_typed() -> None:
    """32⁸ = 2⁴⁰; the letters that look like digits are read as those."""
    assert code_of(bytes(5)) == "00000000"
    assert code_of(b"\xff" * 5) == "ZZZZZZZZ"
    assert in_two_groups("K7QM4D2X") == "K7QM-4D2X"
    assert read_code(" k7qm-4d2x ") == "K7QM4D2X"
    assert read_code("O1IL 0000") == "01110000"
    assert [read_code(text) for text in ("", "K7QM-4D2", "K7QM-4D2XX", "K7QM-4DUX", "K7QM-4Dæ2")] == [None] * 5


def test_a_code_holds_from_an_hour_before_opening_to_midnight_also_when_the_clock_changes() -> None:
    from_at, until_at = pass_hours(ELECTION_ON, time(8))
    assert (from_at, until_at) == (at(ELECTION_ON, "07:00"), at(date(2017, 11, 28), "00:00"))
    from_at, until_at = pass_hours(date(2017, 10, 29), time(8))
    assert until_at - from_at == timedelta(hours=17)


def test_desks_are_named_once_and_in_the_order_of_their_numbers() -> None:
    plan = [shift(n, DESK, "08:00", "20:00", desk=desk) for n, desk in enumerate(["10", "2", "", "2"])]
    assert desks_used(plan) == ["2", "10"]
