"""What a trainee has met, and that every task has its lesson."""

from __future__ import annotations

import pytest

from election.polling.rules import EventKind
from election.training.rules import LESSONS, LINE_SECONDS, MOST_AT_ONCE, MOST_MINUTES, PACES, Task, is_met

ADMIT, REFUSED = EventKind.ADMIT, EventKind.ADMIT_REFUSED


def test_every_task_has_a_lesson_in_words() -> None:
    assert set(LESSONS) == set(Task)
    assert all(lesson.title and lesson.right for lesson in LESSONS.values())


@pytest.mark.parametrize(
    ("task", "was_scanned", "before", "events", "met"),
    [
        (Task.ORDINARY, True, 0, [], False),
        (Task.ORDINARY, False, 0, [ADMIT], True),
        (Task.DOUBLE, True, 0, [ADMIT], False),
        (Task.DOUBLE, True, 0, [ADMIT, REFUSED], True),
        (Task.DOUBLE, True, 1, [ADMIT, REFUSED], False),
        (Task.POSTAL, False, 0, [EventKind.POSTAL_ACCEPTED, REFUSED], True),
        (Task.OTHER_STATION, False, 0, [], False),
        (Task.OTHER_STATION, True, 0, [], True),
        (Task.REPLACED, True, 0, [], True),
        (Task.NOT_ON_ROLL, True, 0, [], True),
    ],
)
def test_what_leaves_an_event_is_met_by_the_event_and_the_rest_by_the_scan(
    task: Task, was_scanned: bool, before: int, events: list[EventKind], met: bool
) -> None:
    assert is_met(task, was_scanned, before, events) is met


def test_a_rush_and_a_lost_line_have_an_end() -> None:
    assert max(PACES) * MOST_MINUTES <= 2 * MOST_AT_ONCE
    assert (min(LINE_SECONDS), max(LINE_SECONDS)) == (30, 120)
