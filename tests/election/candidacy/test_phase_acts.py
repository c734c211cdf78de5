"""Opening, extending and closing; the order on the ballot; the poll that is not needed."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest

from election.call.lots import BALLOT_ORDER
from election.call.rules import Phase
from election.candidacy.acts import (
    close_candidacy,
    declare_uncontested,
    extend,
    settle_ballot_order,
)
from election.candidacy.records import accepted as standing
from election.candidacy.rules import Decision, State, StruckKind
from election.candidacy.uncontested import uncontested_document
from registry.act import Installation
from tests.election.candidacy.played import (
    ADMIN,
    BOARD,
    CLOSES,
    CURE,
    LETTERS,
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
    mails,
    nominating,
    read,
    send_it,
    sent,
    settle,
    state,
    strike_it,
    told,
    withdraw_it,
)
from tests.scenarios import ELECTION_ON, Played, at

pytestmark = pytest.mark.slow

DAY = timedelta(days=1)


@pytest.fixture
def played(installation: Installation) -> Played:
    return nominating(installation)


def prolong(
    played: Played, closes: datetime, cure: datetime, withdrawal: datetime, why: str = "For få kandidater"
) -> int:
    act = played.act(BOARD, reason=why)
    return len(extend(*played.by, act, played.election_id, closes, cure, withdrawal))


# --- extending ---------------------------------------------------------------------------------------------


def test_what_came_too_late_is_in_time_when_the_deadline_is_extended(played: Played) -> None:
    """Late by an hour; the deadline is put off by a day. Drafts and open ones are told of it, the decided not."""
    begun, waiting, done = filled_in(played, 0), sent(played, 1), accepted(played, 2)[0]
    late = filled_in(played, 3)
    played.now = CLOSES + timedelta(hours=1)
    assert send_it(played, late) is State.LATE
    assert prolong(played, CLOSES + DAY, CURE + DAY, CURE + DAY) == 1
    assert state(played, late) is State.SUBMITTED
    assert history(played, late) == ["late", "in_time"]
    assert told(played, late) == ["received_late", "in_time"]
    assert (told(played, begun), told(played, waiting)) == (["extended"], ["received", "extended"])
    assert told(played, done) == ["received", "accepted"]
    assert (CLOSES + DAY).isoformat() in mails(played, begun)[0][1]
    assert send_it(played, begun) is State.SUBMITTED
    assert decided(played, late) is State.ACCEPTED


def test_a_late_one_that_was_sent_back_is_in_time_too_and_stays_sent_back(played: Played) -> None:
    late = filled_in(played)
    played.now = CLOSES + timedelta(hours=1)
    send_it(played, late)
    decided(played, late, Decision.RETURN, "Skriv hele navnet")
    assert prolong(played, CLOSES + DAY, CURE + DAY, CURE + DAY) == 1
    assert state(played, late) is State.RETURNED
    assert send_it(played, late) is State.SUBMITTED


def test_an_extension_moves_mending_and_withdrawal_along(played: Played) -> None:
    made = sent(played)
    played.now = CLOSES
    prolong(played, CLOSES + DAY, CURE + DAY, CURE + 2 * DAY)
    played.now = CURE + DAY
    fill(played, made, phone="12345678")
    played.now = CURE + 2 * DAY
    withdraw_it(played, made)


def test_the_newest_extension_holds(played: Played) -> None:
    prolong(played, CLOSES + DAY, CURE, CURE)
    prolong(played, CLOSES + DAY + timedelta(hours=6), CURE, CURE)
    made = filled_in(played)
    played.now = CLOSES + DAY + timedelta(hours=5)
    assert send_it(played, made) is State.SUBMITTED


ELECTION_DAY = at(ELECTION_ON, "00:00")


@pytest.mark.parametrize(
    ("closes", "cure", "withdrawal", "why"),
    [
        (CLOSES, CURE, CURE, "no later than the deadline that holds"),
        (CLOSES - DAY, CURE, CURE, "earlier"),
        (CLOSES + 3 * DAY, CURE, CURE + DAY, "the time to mend ends before the deadline"),
        (CLOSES + 3 * DAY, CURE + DAY, CURE, "withdrawal ends before the deadline"),
        (CLOSES + DAY, CURE - timedelta(hours=1), CURE, "the time to mend becomes shorter"),
        (CLOSES + DAY, CURE, CURE - timedelta(hours=1), "the time to withdraw becomes shorter"),
        (CLOSES + DAY, ELECTION_DAY, CURE, "mending on election day"),
        (CLOSES + DAY, CURE, ELECTION_DAY, "withdrawing on election day"),
    ],
)
def test_an_extension_that_shortens_something_or_is_out_of_order_is_refused(
    played: Played, closes: datetime, cure: datetime, withdrawal: datetime, why: str
) -> None:
    assert code(partial(prolong, played, closes, cure, withdrawal)) == "R230", why
    assert send_it(played, filled_in(played)) is State.SUBMITTED


def test_a_deadline_that_is_over_is_not_extended_to_a_time_that_is_over_too(played: Played) -> None:
    played.now = CLOSES + DAY
    assert code(partial(prolong, played, CLOSES + DAY, CURE, CURE)) == "R230"
    assert code(partial(prolong, played, CLOSES + DAY + timedelta(seconds=1), CURE, CURE)) == "done"


def test_an_extension_needs_a_reason_and_open_candidacies(played: Played) -> None:
    assert code(partial(prolong, played, CLOSES + DAY, CURE, CURE, "")) == "R005"
    close(played)
    assert code(partial(prolong, played, CLOSES + DAY, CURE, CURE)) == "R080"


# --- closing -----------------------------------------------------------------------------------------------


def test_candidates_are_closed_before_the_deadline_for_a_reason_only(played: Played) -> None:
    played.now = CLOSES - timedelta(seconds=1)
    act = played.act(ADMIN)
    assert code(lambda: close_candidacy(*played.by, act, played.election_id)) == "R223"
    assert played.phase is Phase.CANDIDACY
    played.now = CLOSES
    assert close_candidacy(*played.by, played.act(ADMIN), played.election_id) is Phase.PREPARATION


def test_an_extended_deadline_is_the_one_to_wait_for(played: Played) -> None:
    prolong(played, CLOSES + DAY, CURE, CURE)
    played.now = CLOSES + timedelta(hours=1)
    act = played.act(ADMIN)
    assert code(lambda: close_candidacy(*played.by, act, played.election_id)) == "R223"


def test_whoever_sends_in_the_moment_of_closing_is_in_time_or_kept_as_late(played: Played) -> None:
    """Whichever comes first, nothing is lost and nothing fails."""
    made = filled_in(played)
    played.now = CLOSES
    act = played.act(ADMIN)
    answers = at_once(
        partial(send_it, played, made), partial(close_candidacy, *played.by, act, played.election_id)
    )
    assert answers[1] is Phase.PREPARATION
    assert answers[0] in (State.SUBMITTED, State.LATE)
    assert state(played, made) is answers[0]


# --- the order on the ballot -------------------------------------------------------------------------------


def order(played: Played, *among: str, drawn: tuple[str, ...] | None = None) -> tuple[str, ...]:
    lot = played.lot(BALLOT_ORDER, list(among), list(drawn or among)) if among else None
    return settle_ballot_order(*played.by, played.act(BOARD), played.election_id, lot)


def test_the_alphabet_is_danish_and_takes_no_lot(installation: Installation) -> None:
    """Z before Æ, Ø, Å; Aa is Å; an accent and a capital do not count."""
    played = nominating(installation, ballot__order="alphabetical")
    names = ("Ågot Nu", "Zara Nu", "Øjvind Nu", "Aage Nu", "ælla Nu", "Émile Nu", "Eva Nu")
    for number, name in enumerate(names):
        fill(played, draft(played, number), ballot_name=name, is_willing=True)
        made = draft(played, number)
        send_it(played, made)
        decided(played, made)
    close(played)
    assert code(partial(order, played, "c1", "c2", "c3", "c4", "c5", "c6", "c7")) == "R218"
    assert [names[int(label[1:]) - 1] for label in order(played)] == [
        "Émile Nu", "Eva Nu", "Zara Nu", "ælla Nu", "Øjvind Nu", "Aage Nu", "Ågot Nu",
    ]  # fmt: skip


def test_a_name_that_the_office_mends_is_put_in_its_place_in_the_alphabet(installation: Installation) -> None:
    played = nominating(installation, ballot__order="alphabetical")
    made = accepted(played, 0, 1)
    close(played)
    assert order(played) == ("c1", "c2")
    fill(played, made[0], act=played.act(ADMIN), ballot_name="Yasmin Alba")
    assert played.read().ballot_order_settled_at is None
    assert order(played) == ("c2", "c1")


@pytest.mark.parametrize("how", ["lot", "rotation"])
def test_the_lot_is_the_order_also_where_each_station_begins_one_later(
    installation: Installation, how: str
) -> None:
    played = nominating(installation, ballot__order=how)
    made = accepted(played, 0, 1, 2)
    close(played)
    assert order(played, "c1", "c2", "c3", drawn=("c3", "c1", "c2")) == ("c3", "c1", "c2")
    assert [case(played, one).ballot_position for one in made] == [2, 3, 1]
    assert code(partial(order, played, "c1", "c2", "c3")) == "R222"


@pytest.mark.parametrize(
    ("among", "drawn"),
    [
        (("c1", "c2"), ("c1", "c2")),
        (("c1", "c2", "c3"), ("c1", "c2", "c2")),
        (("c1", "c2", "c3"), ("c1", "c2", "c3", "c3")),
        (("c1", "c2", "c4"), ("c1", "c2", "c4")),
    ],
)
def test_a_lot_that_does_not_name_everybody_once_is_not_kept(
    played: Played, among: tuple[str, ...], drawn: tuple[str, ...]
) -> None:
    accepted(played, 0, 1, 2)
    close(played)
    assert code(partial(order, played, *among, drawn=drawn)) == "R218"
    assert played.read().ballot_order_settled_at is None


def test_the_order_waits_until_every_candidacy_is_decided(played: Played) -> None:
    accepted(played, 0)
    waiting, late = sent(played, 1), filled_in(played, 2)
    filled_in(played, 3)  # a draft is no candidacy
    close(played)
    send_it(played, late)
    assert code(partial(order, played, "c1")) == "R209"
    decided(played, waiting, Decision.RETURN, "Skriv hele navnet")
    assert code(partial(order, played, "c1")) == "R209"
    withdraw_it(played, waiting)
    assert order(played, "c1") == ("c1",)


def test_without_candidates_there_is_no_order(played: Played) -> None:
    close(played)
    assert code(partial(order, played)) == "R210"


# --- the poll that is not needed ---------------------------------------------------------------------------


def no_poll(played: Played) -> int:
    return declare_uncontested(*played.by, played.act(BOARD), played.election_id)


def test_six_for_five_seats_need_a_poll_until_one_of_them_dies(played: Played) -> None:
    """The name stays on the ballot that is made; but the dead take no seat: five for five."""
    made = accepted(played, 0, 1, 2, 3, 4, 5)
    close(played)
    settle(played)
    assert code(partial(no_poll, played)) == "R212"
    assert strike_it(played, made[2], StruckKind.DIED) is State.ACCEPTED
    assert no_poll(played) == 5
    assert played.phase is Phase.UNCONTESTED
    elected = read(played, lambda s, e: uncontested_document(s, e)["elected"])
    assert sorted(elected) == ["c1", "c2", "c4", "c5", "c6"]
    assert [c.label for c in read(played, standing)] == ["c1", "c2", "c4", "c5", "c6"]


@pytest.mark.parametrize(("after", "expected"), [(timedelta(0), "done"), (timedelta(seconds=1), "R214")])
def test_the_poll_is_cancelled_until_the_time_of_the_regulation(
    played: Played, after: timedelta, expected: str
) -> None:
    accepted(played, 0, 1)
    close(played)
    played.now = at(ELECTION_ON - 4 * DAY, "12:00") + after
    assert code(partial(no_poll, played)) == expected


def test_a_regulation_that_wants_a_poll_gets_one(installation: Installation) -> None:
    played = nominating(installation, uncontested__is_allowed="false")
    accepted(played, 0)
    close(played)
    assert code(partial(no_poll, played)) == "R213"
    assert LETTERS[0] == read(played, standing)[0].ballot_name
