"""Which envelope counts, what keeps one out, and how few are too few."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from election.postal.rules import GROUNDS, Envelope, Ground, State, is_too_late, later_than, propose, too_few

CLOSES = datetime(2017, 11, 27, 19, 0, tzinfo=UTC)
NOVEMBER = {day: date(2017, 11, day) for day in range(1, 28)}


def envelope(number: int, day: int | None, state: State = State.WAITING) -> Envelope:
    return Envelope(number, NOVEMBER[day] if day else None, state)


def asked(one: Envelope, *others: Envelope, is_voter: bool = True, has_come: bool = False) -> Ground | None:
    days = {"first_on": NOVEMBER[1], "last_on": NOVEMBER[24]}
    return propose(one, others, is_voter=is_voter, has_come=has_come, **days).ground


def test_one_that_came_while_the_poll_was_open_is_in_time_to_the_second() -> None:
    assert not is_too_late(CLOSES, CLOSES)
    assert is_too_late(CLOSES + timedelta(seconds=1), CLOSES)


def test_a_voter_with_one_envelope_is_proposed_for_the_box() -> None:
    assert asked(envelope(1, 14)) is None


def test_the_last_cast_counts_and_not_the_last_received() -> None:
    """Nr. 2 was cast on the 10th and came after nr. 1, cast on the 14th: nr. 1 counts."""
    one, two = envelope(1, 14), envelope(2, 10)
    assert asked(one, two) is None
    assert asked(two, one) is Ground.NOT_THE_LAST


def test_cast_on_the_same_day_the_higher_number_is_the_later() -> None:
    assert asked(envelope(1, 14), envelope(2, 14)) is Ground.NOT_THE_LAST
    assert asked(envelope(2, 14), envelope(1, 14)) is None


def test_an_envelope_without_a_readable_day_is_never_believed_to_be_the_later() -> None:
    assert asked(envelope(1, 14), envelope(2, None)) is None
    assert asked(envelope(2, None), envelope(1, 14)) is Ground.NOT_THE_LAST


@pytest.mark.parametrize("state", [State.SET_ASIDE, State.TOO_LATE])
def test_a_later_one_that_cannot_count_gives_way(state: State) -> None:
    """§ 71(3) speaks of votes that can be considered: one that was set aside or came too late is none."""
    assert later_than(envelope(1, 10), [envelope(2, 14, state)]) is None
    assert asked(envelope(1, 10), envelope(2, 14, state)) is None


def test_of_several_later_ones_the_last_is_named() -> None:
    later = later_than(envelope(1, 3), [envelope(2, 20), envelope(3, 10), envelope(4, 20)])
    assert later is not None
    assert later.number == 4


@pytest.mark.parametrize(("day", "ground"), [(24, None), (25, Ground.OUT_OF_TIME), (1, None)])
def test_cast_after_the_last_day_of_casting_it_is_out_of_time(day: int, ground: Ground | None) -> None:
    assert asked(envelope(1, day)) is ground


def test_before_the_first_day_it_is_out_of_time_too_and_a_regulation_may_name_no_days() -> None:
    early = Envelope(1, date(2017, 10, 31), State.WAITING)
    assert asked(early) is Ground.OUT_OF_TIME
    free = propose(early, [], is_voter=True, has_come=False, first_on=None, last_on=None)
    assert free.ground is None


def test_whoever_is_not_on_the_roll_or_has_come_to_the_table_is_said_first() -> None:
    late = envelope(1, 25)
    assert asked(late, is_voter=False, has_come=True) is Ground.NOT_ON_THE_ROLL
    assert asked(late, has_come=True) is Ground.HAS_VOTED_HERE


@pytest.mark.parametrize(("papers", "move"), [(0, False), (1, True), (4, True), (5, False), (40, False)])
def test_fewer_than_five_are_moved_and_none_need_not_be(papers: int, move: bool) -> None:
    assert bool(too_few({"": papers})) is move


def test_the_small_number_holds_for_each_ballot_type() -> None:
    """Twelve lie in the box: seven, five and none are enough or nothing; of thirteen, four are too few."""
    assert too_few({"vestlig": 7, "ikke-vestlig": 5, "øvrige": 0}) == {}
    assert too_few({"vestlig": 9, "ikke-vestlig": 4}) == {"ikke-vestlig": 4}


def test_every_ground_has_its_sentence() -> None:
    assert set(GROUNDS) == set(Ground)
