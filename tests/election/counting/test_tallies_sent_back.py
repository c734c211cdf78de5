"""What goes back to whom when two tallies differ: nobody picks a winner, nothing is written over."""

from __future__ import annotations

import pytest

from election.call.records import election as read_election
from election.call.rules import Phase
from election.counting.acts import TallyState, determine, enter_tally, return_tally, settle
from election.counting.printing import count_record_pdf
from election.counting.progress import EntryState, NextStep, progress
from election.counting.records import tally_history
from election.counting.rules import CountKind
from registry.act import Installation
from registry.findings import Refused
from tests.scenarios import Played, figures, play_to

KIND = CountKind.PRELIMINARY


def enter(played: Played, who: str, entry: int, votes: dict[str, int]) -> TallyState:
    form = figures(played, votes)
    act = played.act(who)
    return enter_tally(*played.by, act, played.election_id, played.stations[0], KIND, entry, form).state


def send_back(played: Played, entry: int) -> tuple[str, ...]:
    act = played.act("board_member", reason="Talt igen")
    return return_tally(*played.by, act, played.election_id, played.stations[0], KIND, entry)


def test_both_sent_back_keep_what_was_the_same(installation: Installation) -> None:
    """c1 8 against 7, c2 7 against 8: only these two rows are cleared, in the first as in the second."""
    played = play_to(Phase.COUNTING, installation)
    assert enter(played, "enterer", 1, {"c1": 8, "c2": 7}) is TallyState.WAITING_FOR_OTHER
    assert enter(played, "enterer_2", 2, {"c1": 7, "c2": 8}) is TallyState.DIFFER
    assert send_back(played, 1) == ("c1", "c2")
    assert send_back(played, 2) == ("c1", "c2")
    assert enter(played, "enterer", 1, {"c1": 8, "c2": 7}) is TallyState.WAITING_FOR_OTHER
    assert enter(played, "enterer_2", 2, {"c1": 8, "c2": 7}) is TallyState.AGREED
    with installation.database.read() as session:
        election = read_election(session, played.scope, played.election_id)
        every = tally_history(session, election, played.stations[0], KIND)
        assert [(t.entry, t.revision, t.returned_at is None) for t in every] == [
            (1, 1, False),
            (1, 2, True),
            (2, 1, False),
            (2, 2, True),
        ]


def test_a_tally_cannot_go_back_twice(installation: Installation) -> None:
    played = play_to(Phase.COUNTING, installation)
    enter(played, "enterer", 1, {"c1": 15})
    send_back(played, 1)
    with pytest.raises(Refused, match="R328"):
        send_back(played, 1)


def test_the_next_step_is_told_at_every_turn(installation: Installation) -> None:
    """Entered, differing, sent back, agreed, settled: each has its own next step."""
    played = play_to(Phase.COUNTING, installation)

    def step() -> NextStep:
        with installation.database.read() as session:
            election = read_election(session, played.scope, played.election_id)
            (unit,) = progress(session, election)
            return unit.next_step

    assert step() is NextStep.ENTER
    enter(played, "enterer", 1, {"c1": 8, "c2": 7})
    assert step() is NextStep.ENTER_OTHER
    enter(played, "enterer_2", 2, {"c1": 7, "c2": 8})
    assert step() is NextStep.COUNT_AGAIN
    send_back(played, 2)
    assert step() is NextStep.ENTER_AGAIN
    enter(played, "enterer_2", 2, {"c1": 8, "c2": 7})
    assert step() is NextStep.SETTLE
    settle(*played.by, played.act("board_member"), played.election_id, played.stations[0])
    assert step() is NextStep.DONE


def test_a_tally_that_was_sent_back_is_still_its_enterers(installation: Installation) -> None:
    """Entry 1 went back: it is marked so, and names the person who must enter it again."""
    played = play_to(Phase.COUNTING, installation)
    enter(played, "enterer", 1, {"c1": 15})
    send_back(played, 1)
    with installation.database.read() as session:
        election = read_election(session, played.scope, played.election_id)
        (unit,) = progress(session, election)
    first, second = unit.counts[KIND].entries
    assert (first.state, first.official_name) == (EntryState.RETURNED, "Enterer")
    assert second.state is EntryState.NOT_ENTERED


def test_a_count_record_is_printed_from_the_settled_ledger(installation: Installation) -> None:
    """15 admitted, 15 in the box: the template adds the ledger up again and would refuse a wrong sum."""
    played = play_to(Phase.COUNTED, installation)
    with installation.database.read() as session:
        election = read_election(session, played.scope, played.election_id)
        (unit,) = progress(session, election)
        assert count_record_pdf(session, election, unit.station).startswith(b"%PDF")


def test_no_count_record_before_the_station_has_opened(installation: Installation) -> None:
    played = play_to(Phase.PREPARATION, installation)
    with installation.database.read() as session:
        election = read_election(session, played.scope, played.election_id)
        (unit,) = progress(session, election)
        with pytest.raises(Refused, match="R336"):
            count_record_pdf(session, election, unit.station)


def test_a_result_waits_for_what_a_later_count_brings(installation: Installation) -> None:
    """Settled with 15 of 15 papers; the final count finds 14: it must be explained before there is a result."""
    played = play_to(Phase.COUNTING, installation)
    for entry, who in ((1, "enterer"), (2, "enterer_2")):
        enter(played, who, entry, {"c1": 15})
    settle(*played.by, played.act("board_member"), played.election_id, played.stations[0])
    form = figures(played, {"c1": 14}) | {"unissued": 85}
    for entry, who in ((1, "enterer"), (2, "enterer_2")):
        act = played.act(who)
        enter_tally(*played.by, act, played.election_id, played.stations[0], CountKind.FINAL, entry, form)
    with pytest.raises(Refused, match="R332"):
        determine(*played.by, played.act("board_member"), played.election_id)
