"""Supporters by MitID and on paper: whom one may support, how many, until when, and who counts."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import select

from election.candidacy.filled import filled, supporters_that_count
from election.candidacy.part_acts import discard
from election.candidacy.records import Supporter, supporters
from election.candidacy.rules import Part, missing
from election.candidacy.supporter_acts import enter_supporters, support, take_back_support
from registry.act import ActRecord, Installation
from registry.audit.records import LogEntry
from registry.mail.records import Message
from tests.election.candidacy.played import (
    ADMIN,
    CURE,
    LETTERS,
    at_once,
    case,
    code,
    cpr,
    decided,
    draft,
    filled_in,
    nominating,
    on_paper,
    own,
    read,
    send_it,
    sent,
    supports,
    withdraw_it,
)
from tests.scenarios import Played, invented_cpr

pytestmark = pytest.mark.slow


@pytest.fixture
def played(installation: Installation) -> Played:
    """Two supporters are needed; there is room for three."""
    return nominating(installation, candidacy__supporters_min="2", candidacy__supporters_max="3")


def back(played: Played, made: UUID, who: int) -> int:
    return support(*played.by, supports(played), played.election_id, made, cpr(played, who))


def take_back(played: Played, made: UUID, who: int) -> int:
    return take_back_support(*played.by, supports(played), played.election_id, made, cpr(played, who))


def enter(played: Played, made: UUID, *who: int) -> int:
    numbers = tuple(cpr(played, one) for one in who)
    return enter_supporters(*played.by, played.act(ADMIN), played.election_id, made, numbers)


def count(played: Played, made: UUID) -> int:
    found: int = read(played, lambda s, e: supporters_that_count(s, e, case(played, made)))
    return found


def test_supporters_are_counted_and_the_candidate_reads_how_many_are_missing(played: Played) -> None:
    made = filled_in(played)
    assert back(played, made, 5) == 1
    assert read(played, lambda s, e: missing(filled(s, e, case(played, made)))) == (Part.SUPPORTERS,)
    assert back(played, made, 6) == 2
    assert read(played, lambda s, e: missing(filled(s, e, case(played, made)))) == ()


def test_nobody_supports_themselves_or_twice_or_two(played: Played) -> None:
    first, second = draft(played, 0), draft(played, 1)
    assert code(partial(back, played, first, 0)) == "R240"
    back(played, first, 5)
    assert code(partial(back, played, first, 5)) == "R242"
    assert code(partial(back, played, second, 5)) == "R241"
    assert (count(played, first), count(played, second)) == (1, 0)


def test_a_supporter_changes_their_mind_by_taking_it_back_first(played: Played) -> None:
    first, second = sent(played, 0), sent(played, 1)
    back(played, first, 5)
    assert take_back(played, first, 5) == 0
    assert code(partial(take_back, played, first, 5)) == "R244"
    assert back(played, second, 5) == 1


def test_a_candidate_may_support_another(played: Played) -> None:
    first, second = sent(played, 0), sent(played, 1)
    back(played, second, 0)
    assert count(played, second) == 1
    assert count(played, first) == 0


def test_there_is_room_for_three_and_not_for_a_fourth(played: Played) -> None:
    made = sent(played)
    for who in (5, 6, 7):
        back(played, made, who)
    assert code(partial(back, played, made, 8)) == "R243"
    assert code(partial(enter, played, made, 8)) == "R208"
    assert enter(played, made, 5, 6, 7) == 3  # those who are there already take no room


def test_who_has_no_right_to_vote_may_sign_and_does_not_count(played: Played) -> None:
    """Of Danish origin, and somebody nobody knows: neither is told, neither counts."""
    made = sent(played)
    back(played, made, 13)
    support(*played.by, supports(played), played.election_id, made, invented_cpr(700))
    back(played, made, 5)
    assert count(played, made) == 1


def test_where_anybody_may_support_everybody_counts(installation: Installation) -> None:
    played = nominating(installation, candidacy__supporters_from='"anybody"')
    made = sent(played)
    back(played, made, 13)
    assert count(played, made) == 1


@pytest.mark.parametrize(
    ("after", "expected"), [(timedelta(milliseconds=900), "done"), (timedelta(seconds=1), "R245")]
)
def test_supporters_come_and_go_until_the_time_to_mend(played: Played, after: timedelta, expected: str) -> None:
    made = sent(played)
    back(played, made, 5)
    played.now = CURE + after
    assert code(partial(back, played, made, 6)) == expected
    assert code(partial(take_back, played, made, 5)) == expected
    assert enter(played, made, 7) >= 2  # paper that came in time is typed when there is time


def test_what_is_decided_or_withdrawn_takes_no_more_supporters(played: Played) -> None:
    one, other = sent(played, 0), sent(played, 1)
    back(played, one, 5)
    back(played, one, 6)
    decided(played, one)
    assert code(partial(back, played, one, 7)) == "R245"
    assert code(partial(take_back, played, one, 5)) == "R245"
    assert code(partial(enter, played, one, 7)) == "R204"
    withdraw_it(played, other)
    assert code(partial(back, played, other, 7)) == "R245"
    assert code(partial(enter, played, other, 7)) == "R204"


def test_the_supporter_of_a_candidacy_that_is_withdrawn_is_free(played: Played) -> None:
    first, second = sent(played, 0), sent(played, 1)
    back(played, first, 5)
    withdraw_it(played, first)
    assert back(played, second, 5) == 1
    assert count(played, second) == 1


def test_the_supporter_of_a_draft_that_is_deleted_is_free(played: Played) -> None:
    first, second = draft(played, 0), sent(played, 1)
    back(played, first, 5)
    discard(*played.by, own(played), played.election_id, first)
    assert back(played, second, 5) == 1


def test_a_regulation_without_supporters_takes_none(installation: Installation) -> None:
    played = nominating(installation, candidacy__supporters_max="0")
    made = sent(played)
    for act in (
        partial(back, played, made, 5),
        partial(take_back, played, made, 5),
        partial(enter, played, made, 5),
    ):
        assert code(act) == "R246"
    assert count(played, made) == 0


def test_who_signed_on_paper_for_two_counts_for_none(played: Played) -> None:
    """Number 5 signed for both, 6 for the first, 7 for the second: one and one."""
    first, second = sent(played, 0), sent(played, 1)
    assert enter(played, first, 5, 6) == 2
    assert enter(played, second, 5, 7) == 2
    assert (count(played, first), count(played, second)) == (1, 1)
    assert code(partial(back, played, first, 5)) == "R242"
    take_back(played, second, 5)
    assert (count(played, first), count(played, second)) == (2, 1)


def test_a_signature_for_a_draft_does_not_cost_a_candidacy_that_was_sent(played: Played) -> None:
    """It counts for the one that was sent; for the draft it does not, and once that is sent, for neither."""
    begun, made = filled_in(played, 0), sent(played, 1)
    back(played, begun, 5)
    enter(played, made, 5)
    assert (count(played, begun), count(played, made)) == (0, 1)
    send_it(played, begun)
    assert (count(played, begun), count(played, made)) == (0, 0)


def test_the_office_enters_nobody_on_a_draft(played: Played) -> None:
    assert code(partial(enter, played, draft(played), 5)) == "R203"


@pytest.mark.parametrize("typed", ["1", "x" * 10, "\x00" * 10, "\ud800" * 10, "1" * 100_000])
def test_a_supporter_whose_number_is_no_cpr_number_is_refused_and_none_is_kept(played: Played, typed: str) -> None:
    made = sent(played)
    act = played.act(ADMIN)
    numbers = (cpr(played, 5), typed)
    assert code(lambda: enter_supporters(*played.by, act, played.election_id, made, numbers)) == "R207"
    assert read(played, lambda s, e: supporters(s, [case(played, made)])) == {"c1": []}


def test_paper_and_mitid_are_told_apart_and_the_same_person_is_there_once(played: Played) -> None:
    made = on_paper(played, 0, supporters=(cpr(played, 5), cpr(played, 5))).candidacy_id
    back(played, made, 6)
    with played.installation.database.read() as session:
        assert sorted(session.scalars(select(Supporter.is_signed))) == [False, True]


def test_one_supporter_in_two_windows_at_once_supports_one(played: Played) -> None:
    first, second = sent(played, 0), sent(played, 1)
    answers = at_once(partial(back, played, first, 5), partial(back, played, second, 5))
    assert sorted(map(str, answers)) == ["1", "R241"]
    assert count(played, first) + count(played, second) == 1


def test_four_supporters_at_once_find_room_for_three(played: Played) -> None:
    made = sent(played)
    answers = at_once(*[partial(back, played, made, who) for who in (5, 6, 7, 8)])
    assert sorted(map(str, answers)) == ["1", "2", "3", "R243"]


def test_neither_log_nor_acts_nor_mail_hold_who_supports_whom(played: Played) -> None:
    """The keyed fingerprint is in the supporter's row and nowhere else; the number is nowhere."""
    made = accepted_with(played)
    fingerprint = played.installation.keys.open("0259").blind_index(cpr(played, 5))
    with played.installation.database.read() as session:
        for table in (LogEntry, ActRecord, Message):
            stored = repr(session.execute(select(table.__table__)).all())
            assert cpr(played, 5) not in stored, table
            assert repr(fingerprint) not in stored, table
            assert fingerprint.hex() not in stored, table
    assert case(played, made).ballot_name == LETTERS[0]


def accepted_with(played: Played) -> UUID:
    made = sent(played, 0)
    back(played, made, 5)
    back(played, made, 6)
    decided(played, made)
    return made
