"""Refusing takes two people; the candidate is told why and by which section, and may complain to the board."""

from __future__ import annotations

from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import text

from election.candidacy.case_acts import (
    complain,
    confirm_refusal,
    decide_complaint,
    drop_refusal,
    propose_refusal,
)
from election.candidacy.rules import Decision, State
from registry.act import Installation
from tests.election.candidacy.played import (
    ADMIN,
    BOARD,
    CLOSES,
    at_once,
    case,
    code,
    decided,
    fill,
    filled_in,
    history,
    mails,
    nominating,
    own,
    send_it,
    sent,
    state,
    told,
    withdraw_it,
)
from tests.scenarios import Played

pytestmark = pytest.mark.slow

WHY, SECTION = "Flyttede fra kommunen den 1. november", "KRVL § 3"


@pytest.fixture
def played(installation: Installation) -> Played:
    return nominating(installation)


def propose(played: Played, made: UUID, who: str = ADMIN, why: str = WHY, section: str = SECTION) -> State:
    act = played.act(who, reason=why)
    return propose_refusal(*played.by, act, played.election_id, made, case(played, made).version, section)


def confirm(played: Played, made: UUID, who: str = BOARD) -> State:
    return confirm_refusal(*played.by, played.act(who), played.election_id, made, case(played, made).version)


def drop(played: Played, made: UUID, who: str = BOARD) -> State:
    act = played.act(who, reason="Adressen var rigtig")
    return drop_refusal(*played.by, act, played.election_id, made, case(played, made).version)


def protest(played: Played, made: UUID, why: str = "Jeg bor her stadig") -> State:
    return complain(*played.by, own(played, why), played.election_id, made)


def answer(played: Played, made: UUID, is_upheld: bool, who: str = "board_member_2") -> State:
    act = played.act(who, reason="Vi har set lejekontrakten")
    return decide_complaint(*played.by, act, played.election_id, made, case(played, made).version, is_upheld)


def refused(played: Played, number: int = 0) -> UUID:
    made = sent(played, number)
    propose(played, made)
    confirm(played, made)
    return made


def test_a_refusal_is_none_before_another_person_confirms_it(played: Played) -> None:
    made = sent(played)
    assert propose(played, made) is State.SUBMITTED
    assert told(played, made) == ["received"]
    assert code(partial(confirm, played, made, ADMIN)) == "R225"
    assert state(played, made) is State.SUBMITTED
    assert confirm(played, made) is State.REFUSED
    row = case(played, made)
    assert (row.decision_reason, row.decided_at, row.refusal_proposed_by) == (WHY, played.now, None)


def test_another_account_of_the_one_who_proposed_confirms_nothing(played: Played) -> None:
    made = sent(played)
    propose(played, made)
    with played.installation.database.write() as session:
        session.execute(text("UPDATE official SET cpr_index = :i"), {"i": b"one person"})
    assert code(partial(confirm, played, made)) == "R225"
    assert state(played, made) is State.SUBMITTED


def test_the_refused_candidate_is_told_the_reason_and_the_section(played: Played) -> None:
    kind, facts = mails(played, refused(played))[-1]
    assert kind == "refused"
    assert WHY in facts
    assert "KRVL \\u00a7 3" in facts


@pytest.mark.parametrize(
    ("why", "section", "expected"), [("", SECTION, "R005"), (WHY, "", "R237"), (WHY, "\x00 ", "R237")]
)
def test_a_refusal_has_a_reason_and_a_section(played: Played, why: str, section: str, expected: str) -> None:
    made = sent(played)
    assert code(partial(propose, played, made, why=why, section=section)) == expected
    assert history(played, made) == ["submitted"]


def test_what_is_proposed_for_refusal_waits_for_the_second_person(played: Played) -> None:
    made = sent(played)
    propose(played, made)
    assert code(partial(decided, played, made)) == "R227"
    assert code(partial(decided, played, made, Decision.RETURN, "Mangler")) == "R227"
    assert code(partial(propose, played, made)) == "R227"
    assert drop(played, made) is State.SUBMITTED
    assert code(partial(confirm, played, made)) == "R226"
    assert code(partial(drop, played, made)) == "R226"
    assert decided(played, made) is State.ACCEPTED
    assert history(played, made) == ["submitted", "refusal_proposed", "refusal_dropped", "accepted"]
    assert told(played, made) == ["received", "accepted"]


def test_who_mends_meanwhile_is_not_refused_on_what_the_page_showed_before(played: Played) -> None:
    made = sent(played)
    propose(played, made)
    version = case(played, made).version
    fill(played, made, phone="12345678")
    act = played.act(BOARD)
    assert code(lambda: confirm_refusal(*played.by, act, played.election_id, made, version)) == "R003"


def test_a_candidate_who_withdraws_meanwhile_is_not_refused(played: Played) -> None:
    made = sent(played)
    propose(played, made)
    withdraw_it(played, made)
    assert code(partial(confirm, played, made)) == "R204"
    assert case(played, made).refusal_proposed_by is None


def test_of_two_who_confirm_and_drop_at_once_one_is_heard(played: Played) -> None:
    made = sent(played)
    propose(played, made)
    version = case(played, made).version
    yes, no = played.act("board_member_2"), played.act("board_member_3", reason="Nej")
    answers = at_once(
        partial(confirm_refusal, *played.by, yes, played.election_id, made, version),
        partial(drop_refusal, *played.by, no, played.election_id, made, version),
    )
    assert "R003" in answers
    assert state(played, made) in answers


def test_two_who_propose_at_once_make_one_proposal(played: Played) -> None:
    made = sent(played)
    version = case(played, made).version
    acts = [played.act(ADMIN, reason=WHY) for _ in range(2)]
    tasks = [partial(propose_refusal, *played.by, act, played.election_id, made, version, SECTION) for act in acts]
    assert sorted(map(str, at_once(*tasks))) == ["R003", "submitted"]
    assert history(played, made).count("refusal_proposed") == 1


def test_a_complaint_that_is_upheld_opens_the_candidacy_again(played: Played) -> None:
    made = refused(played)
    assert protest(played, made) is State.REFUSED
    assert answer(played, made, is_upheld=True) is State.SUBMITTED
    assert case(played, made).decision_reason is None
    assert decided(played, made) is State.ACCEPTED
    assert told(played, made) == ["received", "refused", "complaint_received", "complaint_upheld", "accepted"]


def test_a_complaint_that_is_rejected_is_the_end(played: Played) -> None:
    made = refused(played)
    protest(played, made)
    assert answer(played, made, is_upheld=False) is State.REFUSED
    assert told(played, made)[-1] == "complaint_rejected"
    assert code(partial(answer, played, made, is_upheld=True)) == "R233"
    assert code(partial(protest, played, made)) == "R233"


def test_a_refusal_is_complained_of_once_and_with_words(played: Played) -> None:
    made = refused(played)
    assert code(partial(answer, played, made, is_upheld=True)) == "R233"
    assert code(partial(protest, played, made, "\u202e ")) == "R005"
    protest(played, made)
    assert code(partial(protest, played, made)) == "R233"
    assert told(played, made).count("complaint_received") == 1


def test_nobody_complains_of_what_was_not_refused(played: Played) -> None:
    made = sent(played)
    assert code(partial(protest, played, made)) == "R233"
    decided(played, made)
    assert code(partial(protest, played, made)) == "R233"


def test_a_late_one_refused_for_that_is_in_time_when_the_board_says_so(played: Played) -> None:
    """The board finds that it was handed in before noon; it is not refused again for being late."""
    made = filled_in(played)
    played.now = CLOSES.replace(minute=5)
    assert send_it(played, made) is State.LATE
    assert propose(played, made) is State.LATE
    confirm(played, made)
    protest(played, made)
    answer(played, made, is_upheld=True)
    decided(played, made, Decision.RETURN, "Send navnet igen")
    assert send_it(played, made) is State.SUBMITTED
    assert decided(played, made) is State.ACCEPTED


def test_a_reason_of_odd_signs_is_cleaned_and_kept(played: Played) -> None:
    made = sent(played)
    propose(played, made, why="Fra\x00flyttet\u202e\ud800\nden 1.", section="§ 3\x00")
    confirm(played, made)
    assert case(played, made).decision_reason == "Fraflyttet\nden 1."
    protest(played, made, "x" * 100_000)


@pytest.mark.parametrize("who", [ADMIN, BOARD])
def test_who_had_a_part_in_the_refusal_does_not_answer_the_complaint(played: Played, who: str) -> None:
    """The administrator proposed and the board's first member confirmed; the second answers."""
    made = refused(played)
    protest(played, made)
    assert code(partial(answer, played, made, True, who)) == ("R002" if who == ADMIN else "R247")
    assert answer(played, made, True) is State.SUBMITTED
