"""Presence as intervals, the quorum of every phrase, the notice: sums on paper."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.meetings.rules import (
    Interval,
    Presence,
    PresenceKind,
    days_of_notice,
    intervals,
    latest_notice,
    present_at,
    quorum_of,
)
from registry.regulation.choices import QuorumBase, QuorumPhrase

A, B = UUID(int=1), UUID(int=2)
CAME, WENT, EXCUSED = PresenceKind.ARRIVED, PresenceKind.LEFT, PresenceKind.EXCUSED


def _at(minute: int) -> datetime:
    return datetime(2018, 1, 8, 17, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("phrase", "size", "needed"),
    [
        (QuorumPhrase.AT_LEAST_HALF, 15, 8),
        (QuorumPhrase.AT_LEAST_HALF, 14, 7),
        (QuorumPhrase.MORE_THAN_HALF, 14, 8),
        (QuorumPhrase.MORE_THAN_HALF, 15, 8),
    ],
)
def test_the_phrase_decides_and_not_a_number(phrase: QuorumPhrase, size: int, needed: int) -> None:
    """Half of 15 is 7½, so at least 8; half of 14 is 7, which is at least half and not more than half."""
    quorum = quorum_of(phrase, QuorumBase.LEGAL_SIZE, size, size, needed)
    assert (quorum.needed, quorum.is_met) == (needed, True)
    assert not quorum_of(phrase, QuorumBase.LEGAL_SIZE, size, size, needed - 1).is_met


def test_empty_seats_count_unless_the_regulation_says_filled_seats() -> None:
    """15 seats, 4 of them empty: 8 of the 11 members must come; of the filled seats half of 11 is 5½, so 6."""
    legal = quorum_of(QuorumPhrase.AT_LEAST_HALF, QuorumBase.LEGAL_SIZE, 15, 11, 7)
    filled = quorum_of(QuorumPhrase.AT_LEAST_HALF, QuorumBase.FILLED_SEATS, 15, 11, 7)
    assert (legal.needed, legal.size, legal.is_met) == (8, 15, False)
    assert (filled.needed, filled.size, filled.is_met) == (6, 11, True)


def test_the_sentence_has_the_numbers() -> None:
    quorum = quorum_of(QuorumPhrase.AT_LEAST_HALF, QuorumBase.LEGAL_SIZE, 15, 15, 9)
    assert quorum.sentence == "9 af 15 er til stede, 8 kræves: rådet er beslutningsdygtigt."


def test_who_came_left_and_came_back_was_there_twice() -> None:
    """From 17.00 to 17.10 and from 17.20 on; at 17.10 sharp nobody, at 17.20 sharp somebody."""
    events = [
        Presence(A, CAME, _at(0), 1),
        Presence(A, WENT, _at(10), 2),
        Presence(B, EXCUSED, _at(0), 3),
        Presence(A, CAME, _at(20), 4),
    ]
    assert intervals(events) == {A: (Interval(_at(0), _at(10)), Interval(_at(20), None))}
    assert [A in present_at(events, _at(minute)) for minute in (0, 9, 10, 19, 20)] == [
        True,
        True,
        False,
        False,
        True,
    ]
    assert B not in present_at(events, _at(30))


def test_in_the_same_minute_the_order_of_registering_counts() -> None:
    assert present_at([Presence(A, WENT, _at(5), 2), Presence(A, CAME, _at(5), 1)], _at(5)) == frozenset()


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 59)), max_size=12))
def test_whoever_is_present_is_within_one_of_their_intervals(steps: list[tuple[bool, int]]) -> None:
    """The two readings of the same events agree at every minute."""
    person = uuid4()
    events: list[Presence] = []
    for number, (comes, minute) in enumerate(sorted(steps, key=lambda step: step[1])):
        is_here = person in present_at(events, _at(59))
        if comes != is_here:
            events.append(Presence(person, CAME if comes else WENT, _at(minute), number))
    stays = intervals(events).get(person, ())
    for minute in range(60):
        inside = any(one.since <= _at(minute) and (one.until is None or _at(minute) < one.until) for one in stays)
        assert inside == (person in present_at(events, _at(minute)))


@pytest.mark.parametrize(("sent_on", "days"), [(date(2017, 12, 19), 14), (date(2017, 12, 20), 13)])
def test_two_weeks_before_is_fourteen_days(sent_on: date, days: int) -> None:
    """For 2 January: 19 December is 14 days before, 20 December 13."""
    assert days_of_notice(sent_on, date(2018, 1, 2)) == days
    assert latest_notice(date(2018, 1, 2), 14) == date(2017, 12, 19)
