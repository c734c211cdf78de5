"""The certified result becomes a term and a case; from here on no election is known."""

from __future__ import annotations

import pytest

from election.call.records import election as read_election
from election.call.rules import NOT_IN_THIS_PHASE, Phase
from election.certification.acts import approve, reopen, request
from election.certification.handover import hand_over, source_of
from election.certification.rules import HANDED_OVER_ALREADY
from election.counting.acts import determine
from election.overview.afterwards import Standing, afterwards
from registry.act import Installation
from registry.appointment.acts import Decided, decide_all
from registry.appointment.records import case_of, nominees
from registry.appointment.rules import CASE_IS_USED, Ruling
from registry.councils.records import groups, people, seats, term, term_from
from registry.findings import Refused
from registry.membership.acts import seat_appointed
from tests.scenarios import Played, certified, play_to

pytestmark = pytest.mark.slow


@pytest.fixture
def played(installation: Installation) -> Played:
    """6 candidates, 15 votes, 5 seats: c1–c5 are elected, c6 is the substitute; certified by two."""
    return certified(play_to(Phase.COUNTED, installation))


def hand(played: Played) -> object:
    return hand_over(*played.by, played.act("council_secretary"), played.election_id)


def test_every_seat_exists_from_the_handover_and_all_are_empty(played: Played) -> None:
    """koege-2018: 5 elected + 4 + 5 + 1 = 15 seats."""
    hand(played)
    with played.installation.database.read() as session:
        election = read_election(session, played.scope, played.election_id)
        council = term_from(session, played.scope, source_of(election))
        assert council is not None
        kinds = {group.id: group.code for group in groups(session, council)}
        codes = [kinds[seat.group_id] for seat in seats(session, council)]
    assert {code: codes.count(code) for code in codes} == {
        "elected": 5,
        "housing": 4,
        "society": 5,
        "municipal": 1,
    }


def test_the_case_names_the_elected_in_order_and_the_substitute_with_rank(played: Played) -> None:
    hand(played)
    with played.installation.database.read() as session:
        election = read_election(session, played.scope, played.election_id)
        council = term_from(session, played.scope, source_of(election))
        assert council is not None
        of = case_of(session, council)
        assert of is not None
        line = [(one.label, one.rank) for one in nominees(session, of)]
        assert afterwards(session, election).standing is Standing.CERTIFIED
        assert of.facts["record_sha256"] == afterwards(session, election).record_sha256
    assert line == [("c1", None), ("c2", None), ("c3", None), ("c4", None), ("c5", None), ("c6", 1)]


def test_nothing_is_handed_over_before_it_is_certified(installation: Installation) -> None:
    played = play_to(Phase.COUNTED, installation)
    with pytest.raises(Refused) as refused:
        hand(played)
    assert refused.value.kind is NOT_IN_THIS_PHASE
    with installation.database.read() as session:
        assert term_from(session, played.scope, "election/2017") is None


def test_the_same_record_is_not_handed_over_twice(played: Played) -> None:
    hand(played)
    with pytest.raises(Refused) as refused:
        hand(played)
    assert refused.value.kind is HANDED_OVER_ALREADY


def certify_again(played: Played) -> None:
    act = played.act("certifier", reason="to sedler lå i den forkerte bunke", second="board_member")
    reopen(*played.by, act, played.election_id)
    determine(*played.by, played.act("board_member"), played.election_id)
    asked = request(*played.by, played.act("certifier"), played.election_id)
    approve(*played.by, played.act("certifier_2"), played.election_id, asked)


def test_a_corrected_record_makes_a_new_revision_of_the_case_with_the_same_people(played: Played) -> None:
    hand(played)
    certify_again(played)
    hand(played)
    with played.installation.database.read() as session:
        council = term_from(session, played.scope, "election/2017")
        assert council is not None
        of = case_of(session, council)
        assert of is not None
        assert of.revision == 2
        assert len(people(session, played.scope)) == 6


def test_a_correction_after_the_decision_is_told_and_changes_nothing(played: Played) -> None:
    term_id = hand(played)
    with played.installation.database.read() as session:
        of = case_of(session, term(session, played.scope, term_id))  # type: ignore[arg-type]
        assert of is not None
        line = nominees(session, of)
        day = of.election_on
    ruling = Decided(Ruling.APPOINTED, "Køge Byråd", day, "17-1")
    decide_all(*played.by, played.act("council_secretary"), of.id, tuple((one.id, ruling) for one in line[:5]))
    assert seat_appointed(*played.by, played.act("council_secretary"), of.id) == 5
    with played.installation.database.read() as session:
        after = afterwards(session, read_election(session, played.scope, played.election_id))
    assert after.standing is Standing.SEATED
    assert set(after.rulings) == after.seated == {"c1", "c2", "c3", "c4", "c5"}
    certify_again(played)
    with pytest.raises(Refused) as refused:
        hand(played)
    assert refused.value.kind is CASE_IS_USED
