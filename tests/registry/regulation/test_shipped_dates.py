"""The dates that the sources tell come out of the calendar, worked back from the real election days."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from registry.regulation.calendar import COPENHAGEN, deadlines, instant, local_instant
from registry.regulation.loader import shipped
from registry.regulation.ruled import Ruled
from registry.regulation.rules import Moment, Regulation

GENTOFTE, GENTOFTE_DAY = shipped("gentofte-2018").regulation, date(2018, 2, 22)
KOEGE, KOEGE_DAY = shipped("koege-2021").regulation, date(2021, 11, 23)
ELDERLY, MUNICIPAL_DAY = shipped("aeldreraad").regulation, date(2025, 11, 18)


def local(rule: Ruled[Moment], day: date) -> datetime:
    return instant(rule.value, day).astimezone(COPENHAGEN)


def clock(at: datetime) -> str:
    """The time on a Danish wall."""
    return f"{at.astimezone(COPENHAGEN):%Y-%m-%d %H.%M}"


def test_gentofte_2018_voted_on_a_thursday_and_its_dates_are_those_of_its_page() -> None:
    """Candidacies by 4 January 12:00 (27 + 22 = 49 days before), mended by the 11th 12:00, pamphlet three weeks
    before, votes by post from 31 January 8:00 to 21 February 16:00; the meeting 18:00 to 20:00."""
    assert GENTOFTE_DAY.isoweekday() == 4
    candidacy, polling = GENTOFTE.candidacy, GENTOFTE.polling
    assert clock(local(candidacy.closes, GENTOFTE_DAY)) == "2018-01-04 12.00"
    assert clock(local(candidacy.cure_until, GENTOFTE_DAY)) == "2018-01-11 12.00"
    assert local(candidacy.presented_by, GENTOFTE_DAY).date() == date(2018, 2, 1)
    assert clock(local(polling.postal_opens, GENTOFTE_DAY)) == "2018-01-31 08.00"
    assert clock(local(polling.postal_closes, GENTOFTE_DAY)) == "2018-02-21 16.00"
    assert (polling.opens.value, polling.closes.value) == (time(18), time(20))
    assert not any(
        one.is_assumed
        for one in (candidacy.closes, candidacy.cure_until, polling.postal_opens, polling.postal_closes)
    )
    assert (GENTOFTE.after.appointed_in_month.value, GENTOFTE.after.term_ends_on.value) == (3, date(2021, 12, 31))


def test_the_calendar_of_gentofte_2018_has_them_too() -> None:
    found = {one.key: clock(one.at) for one in deadlines(GENTOFTE, GENTOFTE_DAY)}
    assert found["candidacy_closes"] == "2018-01-04 12.00"
    assert found["cure_until"] == "2018-01-11 12.00"
    assert found["poll_closes"] == "2018-02-22 20.00"


def test_koege_2021_presents_its_candidates_when_the_meeting_begins() -> None:
    """Tuesday 23 November 2021, 17:00."""
    assert KOEGE_DAY.isoweekday() == 2
    assert clock(local(KOEGE.candidacy.presented_by, KOEGE_DAY)) == "2021-11-23 17.00"


def test_a_poll_for_the_elderly_can_be_cancelled_until_four_weeks_before() -> None:
    """Tuesday 18 November 2025 less 28 days is Tuesday 21 October."""
    assert local(ELDERLY.uncontested.latest, MUNICIPAL_DAY).date() == date(2025, 10, 21)
    assert local(ELDERLY.candidacy.closes, MUNICIPAL_DAY) < local(ELDERLY.uncontested.latest, MUNICIPAL_DAY)


@pytest.mark.parametrize(
    ("regulation", "day"),
    [(GENTOFTE, GENTOFTE_DAY), (KOEGE, KOEGE_DAY), (ELDERLY, MUNICIPAL_DAY),
     (shipped("gentofte-2022").regulation, date(2022, 1, 27)),
     (shipped("svendborg-2025").regulation, MUNICIPAL_DAY),
     (shipped("kobenhavn-2006").regulation, date(2006, 3, 7)),
     (shipped("koege-2014").regulation, date(2013, 11, 25))],
)  # fmt: skip
def test_the_work_of_an_office_comes_in_an_order_that_can_be_kept(regulation: Regulation, day: date) -> None:
    """Candidacies, the roll, the cards, the votes by post; then the poll, complaints, and last the destruction."""
    candidacy, roll, after = regulation.candidacy, regulation.roll, regulation.after
    in_order = [candidacy.opens, candidacy.closes, candidacy.cure_until]
    at = [local(rule, day) for rule in in_order]
    assert at == sorted(at)
    assert local(roll.frozen_by, day) <= local(roll.poll_cards_sent_by, day) < local_instant(day, time(8))
    assert local(regulation.polling.postal_opens, day) < local(regulation.polling.postal_closes, day)
    assert local(after.complaint_until, day) < local(after.destroy_roll_from, day)
    assert regulation.basis.adopted_on.value <= local(candidacy.opens, day).date()
