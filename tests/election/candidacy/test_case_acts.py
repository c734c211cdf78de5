"""A candidacy as a whole: sent in time or late, sent back, accepted, withdrawn, struck from the ballot."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from uuid import uuid4

import pytest

from election.call.rules import Phase
from election.candidacy.acts import close_candidacy
from election.candidacy.case_acts import send
from election.candidacy.rules import Decision, RightToStand, State, StruckKind
from election.polling.acts import open_polls
from registry.act import Installation
from registry.regulation.calendar import local_instant
from tests.election.candidacy.played import (
    ADMIN,
    CLOSES,
    CURE,
    accepted,
    at_once,
    case,
    close,
    code,
    decided,
    draft,
    fill,
    filled_in,
    history,
    nominating,
    own,
    send_it,
    sent,
    settle,
    state,
    strike_it,
    told,
    withdraw_it,
)
from tests.scenarios import POLLING_AT, Played, at

pytestmark = pytest.mark.slow


@pytest.fixture
def played(installation: Installation) -> Played:
    return nominating(installation)


# --- sending -----------------------------------------------------------------------------------------------


def test_an_empty_draft_can_be_sent_and_the_receipt_says_when(played: Played) -> None:
    made = draft(played)
    fill(played, made, email="amina@example.dk")
    receipt = send(*played.by, own(played), played.election_id, made)
    assert (receipt.state, receipt.number, receipt.received_at) == (State.SUBMITTED, 1, played.now)
    assert receipt.right_to_stand is RightToStand.CONFIRMED
    assert case(played, made).submitted_at == played.now
    assert (history(played, made), told(played, made)) == (["submitted"], ["received"])


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (timedelta(seconds=-1), State.SUBMITTED),
        (timedelta(0), State.SUBMITTED),
        (timedelta(milliseconds=900), State.SUBMITTED),  # 12:00:00.9 is 12:00:00 on the receipt
        (timedelta(seconds=1), State.LATE),
    ],
)
def test_the_deadline_is_kept_to_the_second(played: Played, after: timedelta, expected: State) -> None:
    made = filled_in(played)
    played.now = CLOSES + after
    assert send_it(played, made) is expected
    is_late = expected is State.LATE
    assert told(played, made) == (["received_late"] if is_late else ["received"])


def test_the_second_before_the_deadline_is_late_once_candidates_are_closed(played: Played) -> None:
    """Closed early, for a reason; what comes then is kept, and marked late."""
    made = filled_in(played)
    close_candidacy(*played.by, played.act(ADMIN, reason="Alle pladser er dækket"), played.election_id)
    assert send_it(played, made) is State.LATE


def test_the_deadline_that_passes_while_the_form_is_open_loses_nothing(played: Played) -> None:
    made = filled_in(played)
    close(played)
    assert fill(played, made, phone="12345678") is State.DRAFT
    assert send_it(played, made) is State.LATE
    assert case(played, made).phone == "12345678"


@pytest.mark.parametrize(
    ("after", "expected"), [(timedelta(0), State.SUBMITTED), (timedelta(seconds=1), State.LATE)]
)
def test_what_was_sent_back_is_sent_again_until_the_time_to_mend(
    played: Played, after: timedelta, expected: State
) -> None:
    made = sent(played)
    first_sent = case(played, made).submitted_at
    decided(played, made, Decision.RETURN, "Skriv hele efternavnet")
    played.now = CURE + after
    assert send_it(played, made) is expected
    assert case(played, made).submitted_at == first_sent
    assert history(played, made)[-1] == ("mended" if expected is State.SUBMITTED else "late")


def test_what_came_too_late_does_not_become_timely_by_being_sent_back_and_mended(played: Played) -> None:
    made = filled_in(played)
    played.now = CLOSES + timedelta(hours=1)
    send_it(played, made)
    decided(played, made, Decision.RETURN, "Skriv hele efternavnet")
    assert code(partial(decided, played, made, reason="Vi tager den alligevel")) == "R219"
    assert send_it(played, made) is State.LATE
    assert code(partial(decided, played, made, reason="Vi tager den alligevel")) == "R219"


def test_the_same_request_twice_is_one_sending(played: Played) -> None:
    made, act = filled_in(played), own(played, request_id=uuid4())
    answers = [send(*played.by, act, played.election_id, made) for _ in range(2)]
    assert answers[0] == answers[1]
    assert (history(played, made), told(played, made)) == (["submitted"], ["received"])


def test_of_two_windows_that_send_the_same_draft_at_once_one_sends_it(played: Played) -> None:
    made = filled_in(played)
    answers = at_once(*[partial(send_it, played, made)] * 2)
    assert sorted(map(str, answers)) == ["R204", "submitted"]
    assert (history(played, made), told(played, made)) == (["submitted"], ["received"])


def test_a_request_sent_twice_at_once_gets_the_same_receipt(played: Played) -> None:
    made, act = filled_in(played), own(played)
    answers = at_once(*[partial(send, *played.by, act, played.election_id, made)] * 4)
    assert len(set(map(str, answers))) == 1
    assert told(played, made) == ["received"]


def test_what_is_accepted_withdrawn_or_waiting_is_not_sent_again(played: Played) -> None:
    made = sent(played)
    assert code(partial(send_it, played, made)) == "R204"
    decided(played, made)
    assert code(partial(send_it, played, made)) == "R204"
    withdraw_it(played, made)
    assert code(partial(send_it, played, made)) == "R204"


# 29 October 2017 at 03:00 the clock goes back to 02:00; 25 March 2018 at 02:00 it goes on to 03:00.
BACK, FORWARD = date(2017, 10, 29), date(2018, 3, 25)


@pytest.mark.parametrize(
    ("day", "clock", "utc"),
    [
        (BACK, "01:59:59", "2017-10-28T23:59:59"),
        (BACK, "02:30:00", "2017-10-29T00:30:00"),  # the first of the two half past two
        (BACK, "03:00:00", "2017-10-29T02:00:00"),
        (FORWARD, "01:59:59", "2018-03-25T00:59:59"),
        (FORWARD, "02:30:00", "2018-03-25T01:30:00"),  # there is no half past two: half past three
        (FORWARD, "03:00:00", "2018-03-25T01:00:00"),
        (FORWARD, "12:00:00", "2018-03-25T10:00:00"),
    ],
)
def test_a_deadline_on_the_night_when_the_clock_changes_is_one_instant(day: date, clock: str, utc: str) -> None:
    hour, minute, second = map(int, clock.split(":"))
    found = local_instant(day, at(day, clock).time().replace(hour=hour, minute=minute, second=second))
    assert found.replace(tzinfo=None).isoformat() == utc


@pytest.mark.parametrize(
    ("days", "clock", "closes_at"),
    [
        (-29, "02:30:00", "2017-10-29T00:30:00+00:00"),  # half past two the first time, in summer time
        (-29, "12:00:00", "2017-10-29T11:00:00+00:00"),
        (-30, "12:00:00", "2017-10-28T10:00:00+00:00"),
    ],
)
def test_a_closing_time_in_the_hour_that_occurs_twice_closes_once(
    installation: Installation, days: int, clock: str, closes_at: str
) -> None:
    """In time at the second itself, late one second after, whatever the clock on the wall shows."""
    played = nominating(installation, candidacy__closes=f"{{ days = {days}, at = {clock} }}")
    on_time, late = filled_in(played, 0), filled_in(played, 1)
    played.now = type(played.now).fromisoformat(closes_at)
    assert send_it(played, on_time) is State.SUBMITTED
    played.now += timedelta(seconds=1)
    assert send_it(played, late) is State.LATE


# --- withdrawing -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "expected"), [(timedelta(milliseconds=900), "done"), (timedelta(seconds=1), "R215")]
)
def test_a_candidate_withdraws_until_the_second_of_the_deadline(
    played: Played, after: timedelta, expected: str
) -> None:
    made = accepted(played, 0)[0]
    played.now = CURE + after
    assert code(partial(withdraw_it, played, made)) == expected
    row = case(played, made)
    is_gone = expected == "done"
    assert (row.in_state is State.WITHDRAWN, row.accepted_name_key is None) == (is_gone, is_gone)
    assert ("withdrawn" in told(played, made)) is is_gone


def test_after_a_withdrawal_the_ballot_order_is_drawn_anew(played: Played) -> None:
    made = accepted(played, 0, 1)
    close(played)
    settle(played)
    withdraw_it(played, made[0])
    assert played.read().ballot_order_settled_at is None
    settle(played)
    assert [case(played, one).ballot_position for one in made] == [None, 1]


# --- struck ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after_printing", ["marked", "reprinted"])
def test_who_dies_before_the_ballot_is_made_leaves_it(installation: Installation, after_printing: str) -> None:
    played = nominating(installation, ballot__after_printing=after_printing)
    made = accepted(played, 0)[0]
    assert strike_it(played, made) is State.STRUCK
    row = case(played, made)
    assert (row.is_marked, row.accepted_name_key, row.struck_kind) == (False, None, "died")
    assert "struck" not in told(played, made)  # nobody writes to the dead


@pytest.mark.parametrize(
    ("after_printing", "expected", "is_marked", "is_settled"),
    [("marked", State.ACCEPTED, True, True), ("reprinted", State.STRUCK, False, False)],
)
def test_once_the_ballot_is_made_it_is_marked_or_printed_anew_as_the_regulation_says(
    installation: Installation, after_printing: str, expected: State, is_marked: bool, is_settled: bool
) -> None:
    played = nominating(installation, ballot__after_printing=after_printing)
    made = accepted(played, 0, 1)
    close(played)
    settle(played)
    assert strike_it(played, made[0], StruckKind.LOST_RIGHT) is expected
    assert case(played, made[0]).is_marked is is_marked
    assert (played.read().ballot_order_settled_at is not None) is is_settled
    assert told(played, made[0])[-1] == "struck"
    assert code(partial(strike_it, played, made[0])) == "R204"
    assert code(partial(withdraw_it, played, made[0])) == "R204"


def test_while_the_polls_are_open_the_name_is_marked_whatever_the_regulation_says(
    installation: Installation,
) -> None:
    played = nominating(installation, ballot__after_printing="reprinted")
    made = accepted(played, 0, 1)
    close(played)
    settle(played)
    played.now = max(played.now, POLLING_AT)
    open_polls(*played.by, played.act(ADMIN), played.election_id)
    assert played.phase is Phase.POLLING
    assert strike_it(played, made[1]) is State.ACCEPTED
    assert case(played, made[1]).is_marked


def test_a_ballot_that_is_made_anew_no_longer_bears_a_marked_name(played: Played) -> None:
    """One dies after the ballot was made; then another withdraws, and the ballot is made again."""
    made = accepted(played, 0, 1, 2)
    close(played)
    settle(played)
    strike_it(played, made[0])
    withdraw_it(played, made[1])
    assert settle(played) == ("c3",)
    assert [state(played, one) for one in made] == [State.STRUCK, State.WITHDRAWN, State.ACCEPTED]
    assert case(played, made[0]).ballot_position is None


def test_only_who_is_accepted_is_struck(played: Played) -> None:
    made = sent(played)
    assert code(partial(strike_it, played, made)) == "R204"
