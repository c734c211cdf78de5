"""Postal votes through the acts, on both engines: received, reviewed by two, taken back, moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from election.call.acts import count_together
from election.call.records import election as read_election
from election.closing.acts import count_papers
from election.closing.merging_acts import decide_merge
from election.closing.records import PaperCount
from election.closing.rules import Piles
from election.counting.assembly import turnouts, units
from election.polling.acts import Admitted, AlreadyAdmitted, admit, close_station
from election.polling.records import event_counts, mark_of
from election.polling.rules import EventKind
from election.postal.acts import Received, move, receive, review
from election.postal.records import PostalReview, moves, postal_by_type, postal_in_box, register, reviews
from election.postal.rules import Ground
from election.postal.standing import box_of, boxes
from election.roll.records import RollEntry
from registry.act import Installation
from registry.findings import Refused
from tests.scenarios import COUNTING_AT, DESK, Played, call_koege, people, polling, with_candidates, with_roll
from tests.snapshots import remembered

pytestmark = pytest.mark.slow


def _two_stations(installation: Installation) -> Played:
    """Twelve voters: the first eight of the entries at station 1, the last four at station 2."""
    rows = [replace(person, district="2") if place >= 8 else person for place, person in enumerate(people(12))]
    played = polling(with_candidates(with_roll(call_koege(installation, stations=2), rows=rows), 6))
    with installation.database.read() as session:
        of_two = set(session.scalars(select(RollEntry.id).where(RollEntry.station_id == played.stations[1])))
    played.entries.sort(key=of_two.__contains__)
    return played


@pytest.fixture
def played(installation: Installation) -> Played:
    return remembered("postal", installation, lambda: _two_stations(installation))


def come(played: Played, entry: UUID | None, *, cast_on: date | None = None, station: int = 0) -> Received:
    act = played.act("polling_official")
    place = played.stations[station]
    return receive(*played.by, act, played.election_id, place, entry, cast_on, "Borgerservice")


def decide(played: Played, one: Received, ground: Ground | None = None, remark: str = "") -> int:
    """Two people decide; without a ground it is accepted."""
    act = played.act("station_leader", second="polling_official")
    return review(*played.by, act, played.election_id, one.postal_id, ground is None, ground, remark)


def refused(played: Played, one: Received, ground: Ground | None = None, remark: str = "") -> str:
    with pytest.raises(Refused) as trouble:
        decide(played, one, ground, remark)
    return trouble.value.kind.code


def events(played: Played, station: int = 0) -> dict[str, int]:
    with played.installation.database.read() as session:
        counts = event_counts(session, read_election(session, played.scope, played.election_id))
        return {kind.value: number for kind, number in counts.get(played.stations[station], {}).items()}


def in_boxes(played: Played) -> list[int]:
    with played.installation.database.read() as session:
        found = postal_in_box(session, played.read())
        return [found[station] for station in played.stations]


def is_marked(played: Played, entry: UUID) -> bool:
    with played.installation.database.read() as session:
        mark = mark_of(session, played.read(), entry)
        return mark is not None and mark.postal_accepted_at is not None


def moved(played: Played, papers: int, source: int = 0, into: int = 1) -> int:
    act = played.act("station_leader", second="board_member")
    return move(*played.by, act, played.election_id, played.stations[source], played.stations[into], papers)


def test_every_envelope_gets_the_next_number_of_the_election_whatever_the_station(played: Played) -> None:
    entries = played.entries
    numbers = [
        come(played, entries[0]).number,
        come(played, entries[9], station=1).number,
        come(played, None).number,
    ]
    assert numbers == [1, 2, 3]
    assert events(played)["postal_received"] == 2


def test_the_same_request_gives_the_same_number(played: Played) -> None:
    act = played.act("polling_official")
    station, entry = played.stations[0], played.entries[0]
    first, again = (
        receive(*played.by, act, played.election_id, station, entry, None, "Borgerservice") for _ in range(2)
    )
    assert first == again
    with played.installation.database.read() as session:
        assert len(register(session, played.read())) == 1


def test_one_that_came_when_the_poll_was_over_is_stamped_and_never_reviewed(played: Played) -> None:
    """The poll in Køge ends at 20.00; at 20.00 it is in time, a minute later it is not."""
    played.now = played.now.replace(hour=19, minute=0, second=0)
    assert not come(played, played.entries[0]).is_too_late
    played.now += timedelta(minutes=1)
    late = come(played, played.entries[1])
    assert late.is_too_late
    assert refused(played, late) == "R722"
    assert refused(played, late, Ground.PROCEDURE) == "R722"
    assert not is_marked(played, played.entries[1])


def test_it_may_be_written_down_later_than_it_came_but_not_before(played: Played) -> None:
    act, place = played.act("polling_official"), (played.election_id, played.stations[0], played.entries[0])
    with pytest.raises(Refused, match="kan ikke være kommet"):
        receive(*played.by, act, *place, None, "Posten", played.now + timedelta(minutes=1))
    with pytest.raises(Refused, match="kan ikke være afgivet"):
        receive(*played.by, act, *place, date(2017, 11, 27), "Posten", played.now - timedelta(days=3))
    with pytest.raises(Refused, match="hvor brevstemmen kom ind"):
        receive(*played.by, act, *place, None, "  ")
    assert (
        receive(*played.by, act, *place, date(2017, 11, 20), "Posten", played.now - timedelta(days=3)).number == 1
    )


def test_accepted_by_two_the_voter_is_marked_and_gets_no_paper_at_a_table(played: Played) -> None:
    one, entry = come(played, played.entries[0]), played.entries[0]
    assert decide(played, one) == 1
    assert is_marked(played, entry)
    answer = admit(*played.by, played.act("polling_official"), played.election_id, played.stations[0], DESK, entry)
    assert isinstance(answer, AlreadyAdmitted)
    assert answer.by_post
    assert in_boxes(played) == [1, 0]


def test_one_person_cannot_review_alone(played: Played) -> None:
    one = come(played, played.entries[0])
    for second in (None, "station_leader"):
        act = played.act("station_leader", second=second)
        with pytest.raises(Refused) as trouble:
            review(*played.by, act, played.election_id, one.postal_id, True, None)
        assert trouble.value.kind.code == "R006"
    assert not is_marked(played, played.entries[0])


def test_who_was_admitted_at_the_table_cannot_be_accepted(played: Played) -> None:
    one, entry = come(played, played.entries[0]), played.entries[0]
    admit(*played.by, played.act("polling_official"), played.election_id, played.stations[0], DESK, entry)
    assert refused(played, one) == "R725"
    decide(played, one, Ground.HAS_VOTED_HERE)
    assert events(played) == {"admit": 1, "postal_received": 1, "postal_set_aside": 1}
    assert in_boxes(played) == [0, 0]


def test_a_sender_who_is_not_on_the_roll_can_only_be_set_aside(played: Played) -> None:
    one = come(played, None)
    assert refused(played, one) == "R721"
    assert decide(played, one, Ground.NOT_ON_THE_ROLL) == 1


def test_only_the_last_cast_is_accepted(played: Played) -> None:
    """Cast on the 14th (nr. 1) and on the 10th (nr. 2): nr. 2 cannot be accepted while nr. 1 may count."""
    entry = played.entries[0]
    last, earlier = (come(played, entry, cast_on=date(2017, 11, day)) for day in (14, 10))
    assert refused(played, earlier) == "R723"
    decide(played, last)
    assert refused(played, earlier) == "R724"
    decide(played, earlier, Ground.NOT_THE_LAST)
    assert in_boxes(played) == [1, 0]


def test_the_earlier_one_counts_when_the_later_cannot_be_considered(played: Played) -> None:
    entry = played.entries[0]
    last, earlier = (come(played, entry, cast_on=date(2017, 11, day)) for day in (14, 10))
    decide(played, last, Ground.PROCEDURE, "følgebrevet er ikke underskrevet")
    decide(played, earlier)
    assert is_marked(played, entry)


def test_a_ground_that_the_register_contradicts_is_refused(played: Played) -> None:
    one = come(played, played.entries[0])
    assert refused(played, one, Ground.NOT_THE_LAST) == "R731"
    assert refused(played, one, Ground.HAS_VOTED_HERE) == "R731"
    act = played.act("station_leader", second="polling_official")
    with pytest.raises(Refused) as trouble:
        review(*played.by, act, played.election_id, one.postal_id, False, None)
    assert trouble.value.kind.code == "R730"


def test_a_second_thought_is_a_new_row_and_every_trace_has_its_inverse(played: Played) -> None:
    """Accepted (+1), taken back (−1), accepted again (+1): one vote, and the voter could have come in between."""
    one, entry = come(played, played.entries[0]), played.entries[0]
    decide(played, one)
    assert refused(played, one) == "R726"
    assert refused(played, one, Ground.WRONG_NUMBER) == "R727"
    assert decide(played, one, Ground.WRONG_NUMBER, "to stemmekuverter") == 2
    assert not is_marked(played, entry)
    assert in_boxes(played) == [0, 0]
    with played.installation.database.read() as session:
        election = played.read()
        assert turnouts(session, election, {})[played.stations[0]].postal == 0
        assert [row.ground for row in reviews(session, election)[one.postal_id]] == ["", "wrong_number"]
    assert decide(played, one, None, "den ene var en kvittering") == 3
    assert is_marked(played, entry)
    assert in_boxes(played) == [1, 0]
    assert events(played)["postal_taken_back"] == 1
    with played.installation.database.read() as session:
        assert postal_by_type(session, played.read()) == {(played.stations[0], ""): 1}


def test_taken_back_the_voter_can_vote_at_the_table(played: Played) -> None:
    one, entry = come(played, played.entries[0]), played.entries[0]
    decide(played, one)
    decide(played, one, Ground.PROCEDURE, "følgebrevet mangler")
    answer = admit(*played.by, played.act("polling_official"), played.election_id, played.stations[0], DESK, entry)
    assert isinstance(answer, Admitted)
    assert refused(played, one, None, "alligevel") == "R725"


def test_the_same_review_sent_twice_is_one(played: Played) -> None:
    one = come(played, played.entries[0])
    act = played.act("station_leader", second="polling_official")
    given = played.election_id, one.postal_id
    assert [review(*played.by, act, *given, True, None) for _ in range(2)] == [1, 1]
    with played.installation.database.read() as session:
        assert session.scalar(select(func.count()).select_from(PostalReview)) == 1


def test_too_few_are_moved_by_two_and_the_figures_of_both_boxes_follow(played: Played) -> None:
    """Two accepted at station 2 and three at station 1: all five lie in the box of station 1 afterwards, and
    turnout stays with the station of the voters."""
    for entry in played.entries[:3]:
        decide(played, come(played, entry))
    for entry in played.entries[8:10]:
        decide(played, come(played, entry, station=1))
    with pytest.raises(Refused) as trouble:
        moved(played, 3, source=1, into=0)
    assert trouble.value.kind.code == "R734"
    assert moved(played, 2, source=1, into=0) == 2
    assert in_boxes(played) == [5, 0]
    with played.installation.database.read() as session:
        election = played.read()
        assert [unit.ledger.postal_in_box for unit in units(session, election)] == [5, 0]
        assert [turnouts(session, election, {})[one].postal for one in played.stations] == [3, 2]
        assert postal_by_type(session, election) == {(played.stations[0], ""): 5}
        assert not box_of(session, election, played.stations[0]).must_move
        assert [one.papers for one in moves(session, election)] == [2]
    assert events(played, 1) == {"postal_accepted": 2, "postal_received": 2}


def test_what_lies_in_another_box_is_not_taken_back_and_a_later_one_is_moved_too(played: Played) -> None:
    first = come(played, played.entries[8], station=1)
    decide(played, first)
    moved(played, 1, source=1, into=0)
    assert refused(played, first, Ground.DEAD, "ny oplysning") == "R729"
    decide(played, come(played, played.entries[9], station=1))
    assert in_boxes(played) == [1, 1]
    moved(played, 1, source=1, into=0)
    assert in_boxes(played) == [2, 0]


def test_where_all_boxes_are_poor_they_are_moved_once_and_lie_together(played: Played) -> None:
    """One accepted at each station: those of station 1 go to station 2; the two there are not sent back."""
    decide(played, come(played, played.entries[0]))
    decide(played, come(played, played.entries[8], station=1))
    with played.installation.database.read() as session:
        assert [box.must_move for box in boxes(session, played.read())] == [True, True]
    moved(played, 1)
    with played.installation.database.read() as session:
        assert [box.must_move for box in boxes(session, played.read())] == [False, False]


@pytest.mark.parametrize(("accepted", "code"), [(0, "R732"), (5, "R732")])
def test_none_and_enough_are_not_moved(played: Played, accepted: int, code: str) -> None:
    for entry in played.entries[:accepted]:
        decide(played, come(played, entry))
    with pytest.raises(Refused) as trouble:
        moved(played, accepted or 1)
    assert trouble.value.kind.code == code


def test_they_go_to_the_neighbour_that_was_named_and_to_no_other(installation: Installation) -> None:
    played = call_koege(installation, stations=3)
    polling(with_candidates(with_roll(played, 12), 6))
    admin, (one, two, three) = played.act("election_administrator"), played.stations
    count_together(*played.by, admin, played.election_id, one, three)
    decide(played, come(played, played.entries[0]))
    act = played.act("station_leader", second="board_member")
    with pytest.raises(Refused) as trouble:
        move(*played.by, act, played.election_id, one, two, 1)
    assert trouble.value.kind.code == "R735"
    with pytest.raises(Refused) as trouble:
        move(*played.by, act, played.election_id, one, one, 1)
    assert trouble.value.kind.code == "R739"
    assert (
        move(*played.by, played.act("station_leader", second="board_member"), played.election_id, one, three, 1)
        == 1
    )


def test_when_the_papers_are_counted_the_box_is_open_and_nothing_is_changed(played: Played) -> None:
    one, two = come(played, played.entries[0]), come(played, played.entries[1])
    decide(played, one)
    with played.installation.database.write() as session:
        own = {"municipality": played.scope.municipality, "council": played.scope.council}
        figures = dict.fromkeys(("unissued", "returned", "exchanged", "in_envelopes", "in_box"), 0)
        who = {"by": played.officials["station_leader"], "cosigned_by": played.officials["board_member"]}
        session.add(
            PaperCount(
                **own, id=one.postal_id, election_id=played.election_id, station_id=played.stations[0],
                ballot_type="", attempt=1, reason="", at=played.now, **figures, **who,
            )
        )  # fmt: skip
    assert refused(played, two) == "R728"
    assert refused(played, one, Ground.DEAD, "ny oplysning") == "R728"
    with pytest.raises(Refused) as trouble:
        moved(played, 1)
    assert trouble.value.kind.code == "R728"
    assert EventKind.POSTAL_TAKEN_BACK.value not in events(played)


def _count_papers(played: Played, station: int, into: int | None = None) -> None:
    """Every pile is empty. Where the box holds too few papers it goes `into` another station first."""
    act = played.act("station_leader", second="board_member")
    if into is not None:
        places = played.stations[station], played.stations[into]
        sealing = played.act("station_leader", second="board_member")
        decide_merge(*played.by, sealing, played.election_id, *places, "P1")
    in_box = 0 if into is None else None
    piles = {"": Piles(unissued=0, returned=0, exchanged=0, in_envelopes=0, in_box=in_box)}
    count_papers(*played.by, act, played.election_id, played.stations[station], piles)


def test_a_station_waits_for_the_few_that_must_come_to_it(played: Played) -> None:
    """Five accepted at station 1 and one at station 2: station 1 is not counted before that one has come."""
    for entry in played.entries[:5]:
        decide(played, come(played, entry))
    decide(played, come(played, played.entries[8], station=1))
    played.now = COUNTING_AT
    for place in played.stations:
        close_station(*played.by, played.act("station_leader"), played.election_id, place, True)
    with pytest.raises(Refused, match="Stemmested 2 flyttes til") as trouble:
        _count_papers(played, 0)
    assert trouble.value.kind.code == "R755"
    moved(played, 1, source=1, into=0)
    _count_papers(played, 0, into=1)
    _count_papers(played, 1)


def test_few_with_no_sealed_box_left_are_kept_told_and_counted(played: Played) -> None:
    """Station 1 was counted while the only envelope of station 2 waited: it cannot be moved any more."""
    late = come(played, played.entries[8], station=1)
    played.now = COUNTING_AT
    for place in played.stations:
        close_station(*played.by, played.act("station_leader"), played.election_id, place, True)
    _count_papers(played, 0)
    decide(played, late)
    with played.installation.database.read() as session:
        box = box_of(session, played.read(), played.stations[1])
        assert (box.must_move, box.is_kept, box.in_box) == (False, True, 1)
    _count_papers(played, 1, into=0)
    with played.installation.database.read() as session:
        assert [box.is_kept for box in boxes(session, played.read())] == [False, True]
