"""Papers at a desk, their inverses, envelopes and conflicts: on both engines, through the acts."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from election.call.records import stations
from election.polling.acts import AlreadyAdmitted, admit, undo_admit
from election.polling.conflicts import ConflictKind, PollingConflict, conflicts, settlements
from election.polling.decision_acts import decide_doubtful, settle_conflict
from election.polling.doubt import decisions, undecided_doubtful
from election.polling.fates import FateKind, fate_of, recent
from election.polling.paper_acts import count_queue, doubtful, exchange, give_help, return_unused, undo_event
from election.polling.records import PollingEvent, event_counts, mark_of
from election.polling.rules import EventKind, Turnout, turnout
from election.polling.standing import line_of, standings
from registry.act import Act, Installation
from registry.findings import Refused
from tests.scenarios import DESK, Played, call_koege, polling, with_candidates, with_roll
from tests.snapshots import remembered

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow


def _play(installation: Installation) -> Played:
    return polling(with_candidates(with_roll(call_koege(installation), 12), 6), admitted=4)


@pytest.fixture
def played(installation: Installation) -> Played:
    """Four of twelve admitted at desk A; 100 papers."""
    return remembered("a desk with four admitted", installation, lambda: _play(installation))


def here(played: Played) -> tuple[UUID, UUID]:
    return played.election_id, played.stations[0]


def desk(played: Played, **more: object) -> Act:
    return played.act("polling_official", **more)  # type: ignore[arg-type]


def refused(code: str, do: Callable[[], object]) -> None:
    with pytest.raises(Refused) as told:
        do()
    assert told.value.kind.code == code


def figures(played: Played) -> Turnout:
    with played.installation.database.read() as session:
        return turnout(event_counts(session, played.read()).get(played.stations[0], {}), None)


def undo(played: Played, event: UUID, reason: str = "slået forkert") -> UUID:
    return undo_event(*played.by, desk(played, reason=reason), *here(played), DESK, event)


def test_each_act_of_the_desk_is_taken_back_once(played: Played) -> None:
    """One of each, each taken back: all figures 0 again, 4 still admitted. A second time is refused: R700."""
    admitted = played.entries[0]
    events = [
        exchange(*played.by, desk(played), *here(played), DESK),
        give_help(*played.by, desk(played), *here(played), DESK),
        doubtful(*played.by, desk(played, reason="uden papirer"), *here(played), DESK, None),
        return_unused(*played.by, desk(played), *here(played), DESK, admitted),
    ]
    before = figures(played)
    assert (before.exchanges, before.helped, before.doubtful, before.returned) == (1, 1, 1, 1)
    refused("R005", lambda: undo(played, events[0], reason=""))
    for event in events:
        undo(played, event)
        with pytest.raises(Refused) as told:
            undo(played, event)
        assert told.value.kind.code == "R700"
    after = figures(played)
    assert (after.exchanges, after.helped, after.doubtful, after.returned, after.admitted) == (0, 0, 0, 0, 4)
    return_unused(*played.by, desk(played), *here(played), DESK, admitted)
    assert figures(played).returned == 1


def test_help_names_no_voter(played: Played) -> None:
    event = give_help(*played.by, desk(played), *here(played), DESK)
    with played.installation.database.read() as session:
        row = session.get(PollingEvent, (played.scope.municipality, played.scope.council, event))
        assert row is not None
        assert (row.kind, row.entry_id) == (EventKind.HELP, None)


def test_a_paper_comes_back_once_for_each_voter(played: Played) -> None:
    """The second return is refused (R527), of somebody who was not admitted too (R510)."""
    first = played.entries[0]
    return_unused(*played.by, desk(played), *here(played), DESK, first)
    refused("R527", lambda: return_unused(*played.by, desk(played), *here(played), DESK, first))
    refused("R510", lambda: return_unused(*played.by, desk(played), *here(played), DESK, played.entries[9]))
    assert figures(played).returned == 1


def test_an_admission_is_undone_with_the_leader_and_a_reason(played: Played) -> None:
    """Alone: R524. With the leader beside, or by the leader: undone, and the voter can be admitted again."""
    by, first, second = played.by, played.entries[0], played.entries[1]
    alone = desk(played, reason="forkert vælger")
    refused("R524", lambda: undo_admit(*by, alone, *here(played), DESK, first))
    together = desk(played, reason="forkert vælger", second="station_leader")
    undo_admit(*by, together, *here(played), DESK, first)
    undo_admit(*by, played.act("station_leader", reason="forkert vælger"), *here(played), DESK, second)
    refused("R005", lambda: undo_admit(*by, played.act("station_leader"), *here(played), DESK, played.entries[2]))
    admit(*by, desk(played), *here(played), DESK, first)
    assert figures(played).admitted == 3


def test_an_admission_whose_paper_came_back_is_not_undone(played: Played) -> None:
    """The paper lies in the pile of returned ones: undo that first (R528), else one more would be missing."""
    first = played.entries[0]
    event = return_unused(*played.by, desk(played), *here(played), DESK, first)
    leader = played.act("station_leader", reason="forkert vælger")
    refused("R528", lambda: undo_admit(*played.by, leader, *here(played), DESK, first))
    undo(played, event)
    undo_admit(*played.by, leader, *here(played), DESK, first)
    assert (figures(played).admitted, figures(played).returned) == (3, 0)


def test_a_voter_of_an_accepted_envelope_was_not_admitted_at_a_table(played: Played) -> None:
    """Nothing to undo (R715): the envelope's vote is in the box. The voter stays marked, and no figure changes."""
    voter = played.entries[6]
    event = doubtful(*played.by, desk(played, reason="uden papirer"), *here(played), DESK, voter)
    two = played.act("board_member", second="station_leader", reason="pas vist bagefter")
    decide_doubtful(*played.by, two, *here(played), event, True)
    before = figures(played)
    leader = played.act("station_leader", reason="forkert vælger")
    refused("R715", lambda: undo_admit(*played.by, leader, *here(played), DESK, voter))
    assert figures(played) == before
    assert isinstance(admit(*played.by, desk(played), *here(played), DESK, voter), AlreadyAdmitted)


def test_of_two_admissions_the_marked_one_is_undone_and_the_other_holds(played: Played) -> None:
    """Admitted at A and on a paper form: A is undone, the form's admission holds, then it is undone as well."""
    voter = played.entries[0]
    played.now = played.now.replace(minute=3)
    with played.installation.database.write() as session:
        session.add(
            PollingEvent(
                municipality=played.scope.municipality,
                council=played.scope.council,
                id=uuid4(),
                election_id=played.election_id,
                station_id=played.stations[0],
                entry_id=voter,
                kind=EventKind.ADMIT.value,
                desk="papir",
                ground="papirskema 1 linje 1",
                at=played.now,
                by=played.act("polling_official").actor,
            )
        )
    leader = played.act("station_leader", reason="forkert vælger")
    first = undo_admit(*played.by, leader, *here(played), DESK, voter)
    with played.installation.database.read() as session:
        marked = mark_of(session, played.read(), voter)
        assert marked is not None
        assert (marked.desk, marked.admitted_at) == ("papir", played.now)
        undone = session.get(PollingEvent, (played.scope.municipality, played.scope.council, first))
        assert undone is not None
        of = session.get(PollingEvent, (played.scope.municipality, played.scope.council, undone.undoes_id))
        assert of is not None
        assert of.desk == DESK
    assert isinstance(admit(*played.by, desk(played), *here(played), "B", voter), AlreadyAdmitted)
    assert figures(played).admitted == 4
    again = played.act("station_leader", reason="heller ikke")
    undo_admit(*played.by, again, *here(played), DESK, voter)
    assert not isinstance(admit(*played.by, desk(played), *here(played), "B", voter), AlreadyAdmitted)
    assert figures(played).admitted == 4


def test_an_admission_and_what_is_not_here_is_not_taken_back_by_its_event(played: Played) -> None:
    done = admit(*played.by, desk(played), *here(played), DESK, played.entries[5])
    assert not isinstance(done, AlreadyAdmitted)
    refused("R529", lambda: undo(played, done.event_id))
    refused("R529", lambda: undo(played, uuid4()))


def test_an_envelope_is_decided_by_two_and_accepted_marks_the_voter(played: Played) -> None:
    """One of the list accepted: marked, so admitting is refused. Decided twice: R701. Taken back then: R701."""
    voter = played.entries[6]
    event = doubtful(*played.by, desk(played, reason="uden papirer"), *here(played), DESK, voter)
    with played.installation.database.read() as session:
        station = stations(session, played.read())[0]
        assert [one.id for one in undecided_doubtful(session, station)] == [event]
    alone = played.act("station_leader", reason="pas vist")
    refused("R006", lambda: decide_doubtful(*played.by, alone, *here(played), event, True))
    two = played.act("board_member", second="station_leader", reason="pas vist bagefter")
    decide_doubtful(*played.by, two, *here(played), event, True)
    again = played.act("board_member", second="station_leader", reason="pas vist bagefter")
    refused("R701", lambda: decide_doubtful(*played.by, again, *here(played), event, False))
    refused("R701", lambda: undo(played, event))
    assert isinstance(admit(*played.by, desk(played), *here(played), DESK, voter), AlreadyAdmitted)
    with played.installation.database.read() as session:
        assert undecided_doubtful(session, stations(session, played.read())[0]) == []
        marked = mark_of(session, played.read(), voter)
        assert marked is not None
        assert marked.has_paper


def test_an_envelope_of_somebody_who_has_voted_can_only_be_set_aside(played: Played) -> None:
    """Admitted at a desk after the envelope: accepting is R704 and nothing is decided; setting aside works."""
    voter = played.entries[7]
    event = doubtful(*played.by, desk(played, reason="kort glemt"), *here(played), DESK, voter)
    admit(*played.by, desk(played), *here(played), "B", voter)
    two = played.act("board_member", second="station_leader", reason="har stemt")
    refused("R704", lambda: decide_doubtful(*played.by, two, *here(played), event, True))
    aside = played.act("board_member", second="board_member_2", reason="har stemt ved bord B")
    decide_doubtful(*played.by, aside, *here(played), event, False)
    with played.installation.database.read() as session:
        decided = decisions(session, played.read())[event]
        assert (decided.is_accepted, decided.reason) == (False, "har stemt ved bord B")


def test_an_envelope_of_nobody_is_accepted_only_when_somebody_was_found(played: Played) -> None:
    """Not found at the desk: R703 without a line of the list, marked with one. Taken back: R702."""
    event = doubtful(*played.by, desk(played, reason="ikke fundet"), *here(played), DESK, None)
    gone = doubtful(*played.by, desk(played, reason="fejl"), *here(played), DESK, None)
    undo(played, gone)
    two = played.act("board_member", second="station_leader", reason="glemt på listen")
    refused("R702", lambda: decide_doubtful(*played.by, two, *here(played), gone, False))
    refused("R703", lambda: decide_doubtful(*played.by, two, *here(played), event, True))
    decide_doubtful(*played.by, two, *here(played), event, True, played.entries[8])
    assert isinstance(admit(*played.by, desk(played), *here(played), DESK, played.entries[8]), AlreadyAdmitted)


def test_a_conflict_is_settled_once_by_two_with_an_account(played: Played) -> None:
    with played.installation.database.write() as session:
        conflict = PollingConflict(
            municipality=played.scope.municipality,
            council=played.scope.council,
            id=uuid4(),
            election_id=played.election_id,
            station_id=played.stations[0],
            entry_id=played.entries[0],
            kind=ConflictKind.DOUBLE.value,
            here="kl. 17.05 ved bord A",
            elsewhere="kl. 17.01 på Stemmested 2",
            at=played.now,
        )
        session.add(conflict)
        key = conflict.id
    refused(
        "R006", lambda: settle_conflict(*played.by, played.act("station_leader", reason="x"), *here(played), key)
    )
    two = played.act("station_leader", second="board_member", reason="Samme person, to kort. Anmeldt.")
    settle_conflict(*played.by, two, *here(played), key)
    more = played.act("station_leader", second="board_member", reason="En gang til")
    refused("R706", lambda: settle_conflict(*played.by, more, *here(played), key))
    refused("R705", lambda: settle_conflict(*played.by, more, *here(played), uuid4()))
    with played.installation.database.read() as session:
        assert conflicts(session, played.read(), played.stations[0], only_open=True) == []
        assert settlements(session, played.read())[key].account == "Samme person, to kort. Anmeldt."


def test_the_line_is_counted_and_the_wait_is_estimated(played: Played) -> None:
    """Four admitted in the first two minutes, twelve in line: 12 · 2 / 4 = 6 minutes. Later counts replace it."""
    refused("R707", lambda: count_queue(*played.by, desk(played), *here(played), -1))
    count_queue(*played.by, desk(played), *here(played), 40)
    now = played.now = played.now.replace(minute=2, second=0)
    count_queue(*played.by, desk(played), *here(played), 12)
    with played.installation.database.read() as session:
        line = line_of(session, played.read(), standings(session, played.read())[0], now)
    assert line is not None
    assert (line.people, line.minutes) == (12, 6)


def test_whether_it_went_through_always_has_an_answer(played: Played) -> None:
    """Admitted: done, when and where. The second attempt: refused. Anything else: unknown; no name in any."""
    first, second, queue = desk(played), desk(played), desk(played)
    admit(*played.by, first, *here(played), DESK, played.entries[5])
    admit(*played.by, second, *here(played), "B", played.entries[5])
    count_queue(*played.by, queue, *here(played), 3)
    with played.installation.database.read() as session:
        station = stations(session, played.read())[0]
        done = fate_of(session, station, first.request_id)
        assert (done.kind, done.desk, done.at) == (FateKind.DONE, DESK, first.at)
        assert fate_of(session, station, second.request_id).kind is FateKind.REFUSED
        assert fate_of(session, station, queue.request_id).kind is FateKind.UNKNOWN
        assert fate_of(session, station, uuid4()).kind is FateKind.UNKNOWN
        assert recent(session, played.read(), station, DESK)[0].kind is EventKind.ADMIT
