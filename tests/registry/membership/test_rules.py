"""Spells: both days count, and two of them never share a day on one seat."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.membership.rules import Spell, overlaps

JAN, FEB, MAR = date(2018, 1, 1), date(2018, 2, 28), date(2018, 3, 1)


@pytest.mark.parametrize(
    ("one", "other", "do"),
    [
        (Spell(JAN, FEB), Spell(MAR, None), False),
        (Spell(JAN, MAR), Spell(MAR, None), True),
        (Spell(JAN, None), Spell(MAR, None), True),
        (Spell(MAR, None), Spell(JAN, FEB), False),
        (Spell(JAN, JAN), Spell(JAN, JAN), True),
        (Spell(FEB, FEB), Spell(JAN, MAR), True),
    ],
)
def test_the_last_day_of_one_and_the_first_of_the_next_are_different_days(
    one: Spell, other: Spell, do: bool
) -> None:
    """28 February and 1 March touch and do not overlap; 1 March and 1 March do."""
    assert overlaps(one, [other]) is do
    assert overlaps(other, [one]) is do


@pytest.mark.parametrize(
    ("day", "holds"), [(JAN - timedelta(days=1), False), (JAN, True), (FEB, True), (MAR, False)]
)
def test_a_spell_holds_on_its_first_and_its_last_day(day: date, holds: bool) -> None:
    assert Spell(JAN, FEB).holds_on(day) is holds


DAYS = st.integers(0, 30).map(lambda n: JAN + timedelta(days=n))
SPELLS = st.tuples(DAYS, st.none() | st.integers(0, 20)).map(
    lambda pair: Spell(pair[0], None if pair[1] is None else pair[0] + timedelta(days=pair[1]))
)


@given(SPELLS, SPELLS)
def test_two_spells_overlap_exactly_when_some_day_is_in_both(one: Spell, other: Spell) -> None:
    """Counted day by day over 60 days: 30 + 20 lie inside."""
    days = [JAN + timedelta(days=n) for n in range(60)]
    assert overlaps(one, [other]) == any(one.holds_on(day) and other.holds_on(day) for day in days)
