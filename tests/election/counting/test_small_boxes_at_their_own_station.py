# mypy: disable-error-code="no-untyped-call"
"""So few papers that they show how people voted are never counted at their own station, whatever a page hides."""

from __future__ import annotations

import pytest

from election.closing.acts import close_polls
from election.closing.rules import Piles
from election.counting.acts import TallyState, enter_tally
from election.counting.assembly import station_figures
from election.counting.rules import CountKind
from election.packets.acts import receive
from election.packets.records import packets
from registry.act import Installation
from registry.findings import Refused
from tests.election.closing.test_merging import ADMIN, FEW, MANY, both, count, played_with, send
from tests.scenarios import Played, figures


def end_the_polls(played: Played) -> Played:
    close_polls(*played.by, played.act(ADMIN, reason="Bøgerne er ført på papir"), played.election_id)
    return played


def enter(played: Played, station: int, votes: int) -> TallyState:
    """Both entries of a station; the state after the second."""
    where, form = both(played)[station], figures(played, {"c1": votes - 2, "c2": 1, "c3": 1})
    for entry, who in ((1, "enterer"), (2, "enterer_2")):
        act = played.act(who)
        done = enter_tally(*played.by, act, played.election_id, where, CountKind.PRELIMINARY, entry, form)
    return done.state


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, check=lambda trouble: trouble.kind.code == code)


def test_a_box_that_two_people_sent_on_is_not_counted_where_it_came_from(installation: Installation) -> None:
    played = played_with(installation, MANY, FEW)
    send(played)
    end_the_polls(played)
    with refused("R369") as trouble:
        enter(played, 1, FEW)
    assert "tælles sammen med dem fra" in str(trouble.value)
    with installation.database.read() as session:
        (box,) = packets(session, played.read())
    act = played.act("station_leader", second="board_member")
    receive(*played.by, act, played.election_id, box.id, box.seal_number, True, "")
    assert enter(played, 0, MANY + FEW) is TallyState.AGREED


def test_the_neighbour_named_beforehand_counts_what_nobody_sent_on(installation: Installation) -> None:
    played = end_the_polls(played_with(installation, MANY, FEW))
    with refused("R369"):
        enter(played, 1, FEW)
    assert enter(played, 0, MANY + FEW) is TallyState.AGREED


def test_a_small_box_without_a_neighbour_waits_for_the_two_who_decide_where_it_goes(
    installation: Installation,
) -> None:
    """Decided also after the polls are closed, so that the count is never locked."""
    played = played_with(installation, MANY, FEW, named=False)
    count(played, both(played)[0], Piles(100 - MANY, 0, 0, 0, MANY))
    end_the_polls(played)
    with refused("R370"):
        enter(played, 1, FEW)
    send(played)
    with refused("R369"):
        enter(played, 1, FEW)


def test_where_every_station_was_closed_on_paper_a_small_count_is_taken_and_never_shown_alone(
    installation: Installation,
) -> None:
    played = end_the_polls(played_with(installation, MANY, FEW, named=False))
    for station, votes in ((0, MANY), (1, FEW)):
        assert enter(played, station, votes) is TallyState.AGREED
    with installation.database.read() as session:
        (block,) = station_figures(session, played.read())
        assert block["in_box"] == MANY + FEW


def test_many_papers_are_counted_at_their_own_station(installation: Installation) -> None:
    played = end_the_polls(played_with(installation, MANY, MANY, named=False))
    assert enter(played, 1, MANY) is TallyState.AGREED
