"""Figures of a polling station, and what six typed digits can mean."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from election.closing.rules import Registered, ledger_of
from election.polling.rules import EventKind, Turnout, added, dates_of, decimal, minutes_in_line, turnout

counts = st.dictionaries(st.sampled_from(EventKind), st.integers(0, 20_000))


def test_admitted_is_admissions_less_those_undone() -> None:
    """120 admissions, 2 undone: 118. With 4 postal votes accepted 122 have voted; 122/1417 = 0.0861 (0.08609…)."""
    figures = turnout(
        {EventKind.ADMIT: 120, EventKind.UNDO_ADMIT: 2, EventKind.POSTAL_ACCEPTED: 4, EventKind.ADMIT_REFUSED: 1},
        may_vote=1417,
    )
    assert (figures.admitted, figures.postal, figures.voted) == (118, 4, 122)
    assert figures.refused_second_time == 1
    assert figures.share == "0.0861"


def test_exchange_return_and_doubt_do_not_change_who_was_admitted() -> None:
    """10 admitted, 3 exchanged, 2 returned unused, 1 into an envelope: still 10 admitted, 10/40 = 0.2500."""
    figures = turnout(
        {
            EventKind.ADMIT: 10,
            EventKind.EXCHANGE: 3,
            EventKind.RETURN_UNUSED: 2,
            EventKind.DOUBTFUL: 1,
            EventKind.REPLACE_CARD: 5,
        },
        may_vote=40,
    )
    assert figures == Turnout(
        may_vote=40, admitted=10, postal=0, returned=2, refused_second_time=0, exchanges=3, doubtful=1
    )
    assert figures.share == "0.2500"


def test_a_postal_vote_received_or_set_aside_is_no_vote() -> None:
    """5 received, 3 accepted, 2 set aside: 3 have voted; 3/12 = 0.2500."""
    figures = turnout(
        {EventKind.POSTAL_RECEIVED: 5, EventKind.POSTAL_ACCEPTED: 3, EventKind.POSTAL_SET_ASIDE: 2}, may_vote=12
    )
    assert figures.voted == 3
    assert figures.share == "0.2500"


def test_nothing_happened() -> None:
    """A zero report: 0 of 900 is 0.0000."""
    assert turnout({}, 900).share == "0.0000"
    assert turnout({}, 900).voted == 0


@pytest.mark.parametrize("may_vote", [None, 0])
def test_free_choice_of_station_has_no_share(may_vote: int | None) -> None:
    """7 admitted where nobody knows of how many, or of none: no share, never a division by 0."""
    assert turnout({EventKind.ADMIT: 7}, may_vote).share is None


def test_all_stations_together() -> None:
    """Two stations: 30 − 1 + 2 postal and 12 admitted: 41 admitted, 43 voted of 500 = 0.0860."""
    first = turnout({EventKind.ADMIT: 30, EventKind.UNDO_ADMIT: 1, EventKind.POSTAL_ACCEPTED: 2}, None)
    second = turnout({EventKind.ADMIT: 12, EventKind.EXCHANGE: 4}, None)
    total = added([first, second], may_vote=500)
    assert (total.admitted, total.voted, total.exchanges, total.share) == (41, 43, 4, "0.0860")


@given(st.lists(counts, max_size=6), st.integers(1, 100_000))
def test_axiom_together_is_the_sum_of_the_parts(parts: list[dict[EventKind, int]], may_vote: int) -> None:
    total = added((turnout(part, None) for part in parts), may_vote)
    merged = {kind: sum(part.get(kind, 0) for part in parts) for kind in EventKind}
    assert total == turnout(merged, may_vote)


@pytest.mark.parametrize(
    ("share", "places", "text"),
    [
        (Fraction(1, 3), 4, "0.3333"),  # 0.33333… down
        (Fraction(2, 3), 4, "0.6667"),  # 0.66666… up
        (Fraction(1, 8), 2, "0.13"),  # 0.125: half goes up
        (Fraction(1, 20_000), 4, "0.0001"),  # 0.00005: half goes up
        (Fraction(1, 20_001), 4, "0.0000"),  # just below half
        (Fraction(1), 4, "1.0000"),
        (Fraction(5, 4), 1, "1.3"),  # 1.25: half goes up; more admitted than on the roll is shown, not hidden
    ],
)
def test_a_share_is_rounded_half_up(share: Fraction, places: int, text: str) -> None:
    """See each row."""
    assert decimal(share, places) == text


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(1, 8))
def test_axiom_rounding_is_off_by_half_a_unit_at_most(votes: int, of: int, places: int) -> None:
    share, shown = Fraction(votes, of), Fraction(decimal(Fraction(votes, of), places))
    assert abs(share - shown) <= Fraction(1, 2 * 10**places)


def test_six_digits_mean_the_nineteen_hundreds_first() -> None:
    """24 03 90 can be 1990, 2090 or 1890: all three are real days."""
    assert dates_of("240390") == (date(1990, 3, 24), date(2090, 3, 24), date(1890, 3, 24))


def test_leap_day_only_in_leap_years() -> None:
    """29 02 00: 1900 and 1800 were no leap years, 2000 was. 29 02 99: none of 1999, 2099, 1899."""
    assert dates_of("290200") == (date(2000, 2, 29),)
    assert dates_of("290299") == ()


@pytest.mark.parametrize(
    "typed", ["", "24039", "2403901", "310499", "001290", "241390", "24o390", "٢٤٠٣٩٠", "24-390"]
)
def test_what_is_no_date_means_nothing(typed: str) -> None:
    """Too short, too long, 31 April, day 0, month 13, a letter, digits of another script, a hyphen."""
    assert dates_of(typed) == ()


@given(st.dates(date(1900, 1, 1), date(1999, 12, 31)))
def test_axiom_every_birthday_is_found_by_its_own_six_digits(born_on: date) -> None:
    found = dates_of(f"{born_on:%d%m%y}")
    assert found[0] == born_on
    assert all((day.day, day.month) == (born_on.day, born_on.month) for day in found)
    assert born_on + timedelta(days=1) not in found


def test_eight_digits_mean_one_day() -> None:
    """24 03 1990 is one day; 31 02 1990 is none."""
    assert dates_of("24031990") == (date(1990, 3, 24),)
    assert dates_of("31021990") == ()


def test_an_accepted_envelope_is_a_vote_and_one_that_waits_is_none() -> None:
    """10 admitted, 1 of them gave the paper back, 3 envelopes of which 2 accepted, 4 by post: 10 + 2 + 4 = 16 have
    voted, 16/40 = 0.4000. In the boxes: 10 + 3 handed out − 1 back − 1 envelope + 4 by post = 15 = 16 − 1.
    """
    figures = turnout(
        {EventKind.ADMIT: 10, EventKind.RETURN_UNUSED: 1, EventKind.DOUBTFUL: 3, EventKind.POSTAL_ACCEPTED: 4},
        may_vote=40,
        envelopes_accepted=2,
    )
    assert (figures.voted, figures.share) == (16, "0.4000")
    registered = Registered(
        delivered=20, handed_out=13, returned=1, exchanged=0, in_envelopes=3 - 2, postal_in_box=4
    )
    assert ledger_of(registered, None).expected_in_box == figures.voted - figures.returned
    assert added([figures, figures], may_vote=80).voted == 32


def test_what_is_taken_back_is_not_counted() -> None:
    """5 exchanges, 2 taken back: 3. 4 returned − 1 = 3, 2 doubtful − 2 = 0, 6 helped − 1 = 5."""
    figures = turnout(
        {
            EventKind.EXCHANGE: 5,
            EventKind.UNDO_EXCHANGE: 2,
            EventKind.RETURN_UNUSED: 4,
            EventKind.UNDO_RETURN: 1,
            EventKind.DOUBTFUL: 2,
            EventKind.UNDO_DOUBTFUL: 2,
            EventKind.HELP: 6,
            EventKind.UNDO_HELP: 1,
        },
        None,
    )
    assert (figures.exchanges, figures.returned, figures.doubtful, figures.helped) == (3, 3, 0, 5)


@pytest.mark.parametrize(
    ("people", "admitted", "minutes", "wait"),
    [
        (30, 60, 20, 10),  # 3 a minute: 30 people in 10 minutes
        (31, 60, 20, 11),  # 10.33… is rounded up
        (0, 0, 20, 0),  # nobody waits
        (5, 0, 20, None),  # nobody came through: no pace, unknown
        (5, 10, 0, None),  # opened this minute
    ],
)
def test_the_wait_follows_the_pace(people: int, admitted: int, minutes: int, wait: int | None) -> None:
    """See each row."""
    assert minutes_in_line(people, admitted, minutes) == wait
