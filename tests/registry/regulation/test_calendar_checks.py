"""A sound regulation on a day that does not suit it: every warning, and the day beside it that is in order."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.findings import Finding
from registry.regulation.calendar import Moved, deadlines, left_open, month_after
from registry.regulation.calendar_checks import calendar_warnings, working_days_after
from registry.regulation.free_days import free_day, is_working_day
from registry.regulation.ruled import Ruled
from registry.regulation.rules import Moment, Regulation
from registry.regulation.values import every_value
from tests.registry.regulation.shaped import KOEGE, SHIPPED, all_open, shaped, without

MONDAY = date(2017, 11, 27)
PLAIN = shaped(
    without("polling.postal_opens", "polling.postal_closes"),
    candidacy__opens=Moment(-91, time(8)),
    candidacy__closes=Moment(-14, time(12)),
    candidacy__cure_until=Moment(-12, time(12)),
    candidacy__withdrawal_until=Moment(-12, time(12)),
    uncontested__latest=Moment(-11, time(12)),
    roll__frozen_by=Moment(-10, time(12)),
    roll__poll_cards_sent_by=Moment(-7, time(12)),
    after__complaint_until=Moment(7, time(23, 59)),
)
"""Every deadline on a working day when election day is Monday 27 November 2017."""


def warned(regulation: Regulation = PLAIN, day: date = MONDAY, **known: Any) -> list[str]:
    return [one.kind.code for one in calendar_warnings(regulation, day, **known)]


def warning(code: str, regulation: Regulation = PLAIN, day: date = MONDAY, **known: Any) -> Finding:
    return next(one for one in calendar_warnings(regulation, day, **known) if one.kind.code == code)


def test_a_day_that_suits_the_regulation() -> None:
    assert warned() == []
    assert warned(called_at=datetime(2017, 8, 1, tzinfo=UTC), extract_on=date(2017, 11, 10)) == []


def test_a_date_that_was_moved_is_judged_where_it_stands_now() -> None:
    """From Monday 13 November to Saturday the 18th, past the cancelling on Thursday the 16th."""
    saturday = Moved(datetime(2017, 11, 18, 11, tzinfo=UTC), datetime(2017, 11, 12, tzinfo=UTC), "for få", 1)
    moved = {"candidacy_closes": saturday, "cure_until": saturday}
    assert {"W436", "W445"} <= set(warned(moved=moved))


# Free days


@pytest.mark.parametrize(
    ("on", "name"),
    [
        (date(2023, 5, 5), "Store bededag"),
        (date(2024, 4, 26), None),  # the same day a year later: no holiday any more
        (date(2025, 4, 17), "Skærtorsdag"),
        (date(2025, 4, 18), "Langfredag"),
        (date(2025, 5, 29), "Kristi himmelfartsdag"),
        (date(2025, 6, 9), "Anden pinsedag"),
        (date(2025, 6, 5), "Grundlovsdag"),
        (date(2025, 12, 24), "Juleaftensdag"),
        (date(2025, 12, 31), "Nytårsaften"),
        (date(2025, 5, 1), None),
        (date(2025, 11, 15), "lørdag"),
        (date(2025, 11, 16), "søndag"),
        (date(2025, 11, 18), None),
    ],
)
def test_free_days_by_their_danish_names(on: date, name: str | None) -> None:
    free = free_day(on)
    assert (free.name if free else None) == name
    assert is_working_day(on) is (name is None)


def test_a_holiday_on_a_sunday_is_called_by_its_name() -> None:
    free = free_day(date(2025, 4, 20))
    assert free is not None
    assert (free.name, free.is_holiday) == ("Påskedag", True)


def test_a_deadline_on_a_saturday() -> None:
    """27 November less 9 days is Saturday the 18th."""
    found = warning("W436", shaped(PLAIN, roll__frozen_by=Moment(-9, time(12))))
    assert found.in_danish().startswith("“Valglisten er lukket” falder på en lørdag, 18.11.2017.")


def test_a_deadline_on_a_holiday() -> None:
    """Election on Tuesday 17 June 2025: eight days before is Anden pinsedag, twelve days before 5 June."""
    regulation = shaped(PLAIN, roll__poll_cards_sent_by=Moment(-8, time(12)))
    found = calendar_warnings(regulation, date(2025, 6, 17))
    holidays = {one.facts["free_day"]: one.facts["on"] for one in found if one.kind.code == "W437"}
    assert holidays == {"Anden pinsedag": "09.06.2025", "Grundlovsdag": "05.06.2025"}


def test_election_day_itself_is_named_once() -> None:
    """Sunday 26 November 2017: the poll and the last objection and addition, not the closing too."""
    on_the_day = [
        str(one.facts["what"])
        for one in calendar_warnings(PLAIN, date(2017, 11, 26))
        if one.facts.get("on") == "26.11.2017"
    ]
    assert len(on_the_day) == 3
    assert on_the_day.count("Afstemningen begynder") == 1


def test_nobody_has_to_come_on_new_years_day() -> None:
    """The term begins on 1 January, a holiday."""
    assert free_day(PLAIN.after.term_starts_on.value) is not None
    assert warned() == []


# Too late


def test_a_deadline_before_the_call() -> None:
    """Called on 20 November: candidates could stand until the 13th, mend until the 15th, and so on."""
    late = calendar_warnings(PLAIN, MONDAY, called_at=datetime(2017, 11, 20, 13, 0, tzinfo=UTC))
    assert {one.kind.code for one in late} == {"W438"}
    assert [one.facts["path"] for one in late] == [
        "candidacy.closes",
        "candidacy.cure_until",
        "candidacy.withdrawal_until",
        "uncontested.latest",
        "roll.frozen_by",
        "roll.poll_cards_sent_by",
    ]


def test_that_candidacy_opened_before_the_call_costs_nobody_a_day() -> None:
    assert warned(called_at=datetime(2017, 10, 1, tzinfo=UTC)) == []


def test_a_day_that_is_only_planned_is_held_against_now() -> None:
    assert warned(now=datetime(2017, 11, 13, 12, 0, tzinfo=UTC)) == ["W439"]
    assert warned(now=datetime(2017, 11, 13, 10, 0, tzinfo=UTC)) == []


def test_once_it_is_called_the_past_is_no_warning() -> None:
    called_at = datetime(2017, 8, 1, tzinfo=UTC)
    assert warned(called_at=called_at, now=datetime(2017, 12, 1, tzinfo=UTC)) == []


# Order


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"polling__postal_opens": Moment(-13, time(8))}, "polling.postal_opens"),
        ({"roll__poll_cards_sent_by": Moment(-11, time(8))}, "roll.poll_cards_sent_by"),
        ({"roll__poll_cards_sent_by": Moment(0, time(18))}, "polling.opens"),
        ({"after__complaint_until": Moment(0, time(19))}, "after.complaint_until"),
        ({"after__constitutive_meeting_by": Moment(3, time(19))}, "after.constitutive_meeting_by"),
    ],
)
def test_dates_in_the_wrong_order(values: dict[str, Any], path: str) -> None:
    found = warning("W440", shaped(PLAIN, **values))
    assert found.facts["path"] == path


def test_the_council_cannot_meet_before_the_month_in_which_it_is_appointed() -> None:
    """Meeting at the latest 28 December, appointment in January. In January it may come before or after."""
    meeting = {"after__constitutive_meeting_by": Moment(31, time(19)), "after__appointed_in_month": 1}
    found = [
        one
        for one in calendar_warnings(shaped(PLAIN, **meeting), MONDAY)
        if one.facts.get("path") == "after.constitutive_meeting_by" and one.kind.code == "W440"
    ]
    assert [one.facts["other_on"] for one in found] == ["01.01.2018"]
    january = meeting | {"after__constitutive_meeting_by": Moment(37, time(19))}
    assert "W440" not in warned(shaped(PLAIN, **january))


@pytest.mark.parametrize(
    ("closes", "cure", "is_short"),
    [
        (Moment(-14, time(12)), Moment(-14, time(18)), True),  # the same Monday
        (Moment(-14, time(12)), Moment(-13, time(12)), False),  # Monday to Tuesday
        (Moment(-10, time(12)), Moment(-8, time(23)), True),  # Friday to Sunday
        (Moment(-10, time(12)), Moment(-7, time(12)), False),  # Friday to Monday
    ],
)
def test_a_cure_shorter_than_a_working_day(closes: Moment, cure: Moment, is_short: bool) -> None:
    regulation = shaped(PLAIN, candidacy__closes=closes, candidacy__cure_until=cure)
    assert ("W441" in warned(regulation)) is is_short


def test_working_days_over_easter_2025() -> None:
    """Wednesday 16 April to Wednesday the 23rd: Thursday, Friday, Sunday and Monday are holidays."""
    assert working_days_after(date(2025, 4, 16), date(2025, 4, 21)) == 0
    assert working_days_after(date(2025, 4, 16), date(2025, 4, 23)) == 2
    assert working_days_after(date(2025, 4, 16), date(2025, 4, 16)) == 0


def test_a_poll_cancelled_before_the_candidates_are_known() -> None:
    early = shaped(PLAIN, uncontested__latest=Moment(-13, time(12)))
    assert warned(early) == ["W445"]
    assert "15.11.2017" in warning("W445", early).in_danish()


# The clock


def test_an_hour_that_does_not_exist() -> None:
    """26 March 2017, 2:00 became 3:00: the poll of 27 March has a deadline the day before at 2:30."""
    regulation = shaped(PLAIN, roll__objections_until=Moment(-1, time(2, 30)))
    found = warning("W443", regulation, date(2017, 3, 27))
    assert (found.facts["on"], found.facts["clock"], found.facts["meant"]) == ("26.03.2017", "02.30", "03.30")


def test_an_hour_that_occurs_twice() -> None:
    """29 October 2017, 3:00 became 2:00."""
    regulation = shaped(PLAIN, roll__objections_until=Moment(-1, time(2, 30)))
    found = warning("W444", regulation, date(2017, 10, 30))
    assert (found.facts["on"], found.facts["clock"]) == ("29.10.2017", "02.30")
    assert "W444" not in warned(shaped(PLAIN, roll__objections_until=Moment(-1, time(3, 0))), date(2017, 10, 30))


# Roll and council


def test_the_roll_is_frozen_before_the_extract_is_taken() -> None:
    """Frozen on 17 November."""
    assert warned(extract_on=date(2017, 11, 18)) == ["W446"]
    assert warned(extract_on=date(2017, 11, 17)) == []


def test_nobody_can_be_added_after_the_poll() -> None:
    late = shaped(PLAIN, roll__additions_until=Moment(0, time(20, 30)))
    assert warned(late) == ["W449"]
    assert "kl. 20.30" in warning("W449", late).in_danish()


def test_the_term_begins_before_the_poll() -> None:
    """Køge's term of 2018 with a poll on Tuesday 9 January 2018; on 1 January itself it is in order."""
    assert "W442" in warned(day=date(2018, 1, 9))
    assert "W442" not in warned(day=date(2018, 1, 1))


def test_kobenhavns_term_began_on_election_day_and_its_members_were_appointed_in_april() -> None:
    found = warned(SHIPPED["kobenhavn-2006"], date(2006, 3, 7))
    assert "W442" not in found
    assert "W448" in found


def test_a_constitutive_meeting_outside_the_term() -> None:
    """22 December 2017, the term begins on 1 January 2018."""
    outside = shaped(PLAIN, after__constitutive_meeting_by=Moment(25, time(17)))
    assert warned(outside) == ["W447"]
    inside = shaped(PLAIN, after__constitutive_meeting_by=Moment(45, time(17)))
    assert warned(inside) == []


@pytest.mark.parametrize(
    ("day", "month", "first", "last"),
    [
        (date(2017, 11, 27), 12, date(2017, 12, 1), date(2017, 12, 31)),
        (date(2017, 11, 27), 11, date(2017, 11, 1), date(2017, 11, 30)),
        (date(2018, 2, 22), 3, date(2018, 3, 1), date(2018, 3, 31)),
        (date(2017, 11, 27), 2, date(2018, 2, 1), date(2018, 2, 28)),
    ],
)
def test_the_month_of_the_appointment_is_the_next_such_month(
    day: date, month: int, first: date, last: date
) -> None:
    assert month_after(day, month) == (first, last)


# What is open


def test_with_nothing_decided_there_is_no_date_no_warning_and_a_list_of_what_is_open() -> None:
    nothing = all_open()
    assert deadlines(nothing, MONDAY) == ()
    assert calendar_warnings(nothing, MONDAY, called_at=datetime(2017, 8, 1, tzinfo=UTC)) == ()
    assert {one.path for one in left_open(nothing)} >= {
        "candidacy.closes",
        "polling.opens",
        "after.term_starts_on",
    }
    assert {one.why for one in left_open(nothing)} == {"kilden tier"}


EVERY_PATH = sorted(path for path, _ in every_value(KOEGE) if "invalid_grounds" not in path)


@given(st.sets(st.sampled_from(EVERY_PATH)), st.dates(date(1999, 1, 1), date(2060, 1, 1)))
def test_whatever_is_open_and_whatever_the_day_the_calendar_can_be_shown(paths: set[str], day: date) -> None:
    regulation = without(*paths)
    found = deadlines(regulation, day, called_at=datetime(2017, 8, 1, tzinfo=UTC), extract_on=day)
    calendar_warnings(regulation, day, called_at=datetime(2017, 8, 1, tzinfo=UTC), extract_on=day)
    # Each date of the whole regulation is in the one list or in the other.
    whole = {one.key for one in deadlines(KOEGE, day)} | {one.key for one in left_open(KOEGE)}
    assert {one.key for one in found} | {one.key for one in left_open(regulation)} >= whole - {"convened_by"}


def test_what_came_with_the_second_edition_has_its_dates() -> None:
    regulation = shaped(
        KOEGE,
        candidacy__presented_by=Moment(-21, time(12)),
        after__constitutive_meeting_by=Moment(43, time(17)),
        after__appointed_in_month=12,
        meetings__notice_days=Ruled(14, "§ 4"),
    )
    found = {one.key: one for one in deadlines(regulation, MONDAY)}
    assert found["presented_by"].local.date() == date(2017, 11, 6)
    assert found["constitutive_meeting_by"].local == found["constitutive_meeting_by"].at
    assert found["constitutive_meeting_by"].local.date() == date(2018, 1, 9)
    assert found["constitutive_meeting_by"].who_acts == "rådets sekretær"
    assert (found["appointed_by"].local.date(), found["appointed_by"].is_day) == (date(2017, 12, 31), True)
    # 9 January less 14 days
    assert found["convened_by"].local.date() == date(2017, 12, 26)
    assert left_open(regulation) == ()
