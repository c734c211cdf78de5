"""The deadlines of Køge, worked out from 27 November 2017 (a Monday; winter time, so UTC + 1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.regulation.calendar import COPENHAGEN, Deadline, Moved, deadlines, instant, local_instant
from registry.regulation.loader import shipped
from registry.regulation.rules import Moment, Regulation

KOEGE = shipped("koege-2018").regulation
DAY = date(2017, 11, 27)


def by_key(regulation: Regulation = KOEGE) -> dict[str, Deadline]:
    return {deadline.key: deadline for deadline in deadlines(regulation, DAY)}


@pytest.mark.parametrize(
    ("key", "at"),
    [
        ("candidacy_opens", datetime(2017, 8, 28, 6, 0, tzinfo=UTC)),  # 91 days before, 8:00 summer time
        ("candidacy_closes", datetime(2017, 11, 20, 11, 0, tzinfo=UTC)),
        ("cure_until", datetime(2017, 11, 22, 11, 0, tzinfo=UTC)),
        ("uncontested_until", datetime(2017, 11, 23, 11, 0, tzinfo=UTC)),
        ("poll_opens", datetime(2017, 11, 27, 16, 0, tzinfo=UTC)),
        ("poll_closes", datetime(2017, 11, 27, 19, 0, tzinfo=UTC)),
        ("complaint_until", datetime(2017, 12, 4, 22, 59, 59, tzinfo=UTC)),
        ("term_starts", datetime(2017, 12, 31, 23, 0, tzinfo=UTC)),
    ],
)
def test_deadlines_of_27_november_2017(key: str, at: datetime) -> None:
    assert by_key()[key].at == at


def test_every_deadline_says_who_acts_why_and_whether_it_is_assumed() -> None:
    for deadline in by_key().values():
        assert deadline.text_da
        assert deadline.cite
        assert deadline.who_acts
    assert by_key()["candidacy_closes"].is_assumed


def test_deadlines_come_in_order_of_time_and_each_key_once() -> None:
    found = deadlines(KOEGE, DAY)
    assert [deadline.at for deadline in found] == sorted(deadline.at for deadline in found)
    assert len({deadline.key for deadline in found}) == len(found)


def test_a_date_that_was_moved_stands_at_its_new_place_and_tells_where_it_was() -> None:
    """From 20 to 24 November, past the end of curing on the 22nd."""
    moved = Moved(datetime(2017, 11, 24, 11, tzinfo=UTC), datetime(2017, 11, 19, tzinfo=UTC), "for få", 1)
    found = deadlines(KOEGE, DAY, moved={"candidacy_closes": moved})
    one = next(deadline for deadline in found if deadline.key == "candidacy_closes")
    assert (one.at, one.was_at, one.moved) == (moved.to, by_key()["candidacy_closes"].at, moved)
    assert [deadline.at for deadline in found] == sorted(deadline.at for deadline in found)
    assert [deadline.key for deadline in found if deadline.moved] == ["candidacy_closes"]


def test_what_the_regulation_does_not_have_has_no_deadline() -> None:
    uncontested = replace(KOEGE.uncontested, is_allowed=replace(KOEGE.uncontested.is_allowed, stated=False))
    polling = replace(KOEGE.polling, has_poll_cards=replace(KOEGE.polling.has_poll_cards, stated=False))
    without = by_key(replace(KOEGE, uncontested=uncontested, polling=polling))
    assert by_key().keys() - without.keys() == {"uncontested_until", "poll_cards_sent_by"}


def test_a_week_across_the_change_of_the_clock_keeps_the_local_hour() -> None:
    """29 October 2017, 3:00 became 2:00: seven days before 12:00 on 1 November is 12:00 summer time."""
    assert instant(Moment(-7, time(12)), date(2017, 11, 1)) == datetime(2017, 10, 25, 10, 0, tzinfo=UTC)
    assert instant(Moment(0, time(12)), date(2017, 11, 1)) == datetime(2017, 11, 1, 11, 0, tzinfo=UTC)


def test_in_the_hour_that_occurs_twice_the_first_is_meant() -> None:
    assert local_instant(date(2017, 10, 29), time(2, 30)) == datetime(2017, 10, 29, 0, 30, tzinfo=UTC)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(-300, 300), st.integers(4, 23))
def test_the_local_day_and_hour_are_those_of_the_regulation(day: date, days: int, hour: int) -> None:
    local = instant(Moment(days, time(hour)), day).astimezone(COPENHAGEN)
    assert ((local.date() - day).days, local.time()) == (days, time(hour))
