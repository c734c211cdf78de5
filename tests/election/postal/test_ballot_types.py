"""Postal votes where each group has its own paper: moved together, kept apart in the figures."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from election.ballots.rules import ballot_types
from election.call.records import Station
from election.closing.standing import closing_now
from election.postal.acts import move, receive, review
from election.postal.records import postal_by_type, postal_in_box
from election.postal.rules import Ground
from election.postal.standing import box_of
from election.roll.records import RollEntry
from registry.act import Installation
from registry.findings import Refused
from tests.election.ballots.approved import OTHERS, WESTERN, Groups, groups_voting
from tests.scenarios import Played

pytestmark = pytest.mark.slow
HOUR = timedelta(minutes=30)


@pytest.fixture
def groups(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Groups:
    return groups_voting(installation, monkeypatch)


def accept(played: Played, entry: UUID, station: int) -> UUID:
    came = receive(
        *played.by,
        played.act("polling_official"),
        played.election_id,
        played.stations[station],
        entry,
        None,
        "Post",
    )
    _review(played, came.postal_id, None)
    return came.postal_id


def _review(played: Played, postal_id: UUID, ground: Ground | None, remark: str = "") -> None:
    act = played.act("station_leader", second="polling_official")
    review(*played.by, act, played.election_id, postal_id, ground is None, ground, remark)


def moved(played: Played, papers: int, source: int, into: int) -> int:
    act = played.act("station_leader", second="board_member")
    return move(*played.by, act, played.election_id, played.stations[source], played.stations[into], papers)


def lying(played: Played) -> dict[tuple[int, str], int]:
    with played.installation.database.read() as session:
        found = postal_by_type(session, played.read())
    return {(played.stations.index(where), key): number for (where, key), number in found.items()}


def test_few_of_one_type_are_moved_though_all_together_are_enough(groups: Groups) -> None:
    """Station 1: six of one type and two of the other, eight in all. The two are too few, so all eight are
    carried, and each type is in the ledger of the box where it lies now."""
    played, voters = groups.played, groups.voters
    for entry in (*voters[0, OTHERS][:6], *voters[0, WESTERN][:2]):
        accept(played, entry, 0)
    with played.installation.database.read() as session:
        box = box_of(session, played.read(), played.stations[0])
        assert (box.must_move, box.in_box, box.few) == (True, 8, ((WESTERN, 2),))
    with pytest.raises(Refused, match="R734"):
        moved(played, 2, 0, 1)
    assert moved(played, 8, 0, 1) == 8
    assert lying(played) == {(1, OTHERS): 6, (1, WESTERN): 2}
    with played.installation.database.read() as session:
        election = played.read()
        assert list(postal_in_box(session, election).values()) == [0, 8]
        here, there = (
            closing_now(
                session, election, session.get_one(Station, (played.scope.municipality, played.scope.council, one))
            )
            for one in played.stations
        )
        assert [one.postal_in_box for one in here.registered.values()] == [0, 0]
        assert {key: one.postal_in_box for key, one in there.registered.items()} == {OTHERS: 6, WESTERN: 2}
        assert ballot_types(election) == (OTHERS, WESTERN)
        assert not box_of(session, election, played.stations[1]).must_move


def test_five_of_each_type_stay(groups: Groups) -> None:
    """Seven and none: nothing is too few, and a type that nobody used is not a small number."""
    played, voters = groups.played, groups.voters
    for entry in voters[0, OTHERS]:
        accept(played, entry, 0)
    with played.installation.database.read() as session:
        assert not box_of(session, played.read(), played.stations[0]).must_move
    with pytest.raises(Refused, match="R732"):
        moved(played, 7, 0, 1)


def test_what_was_carried_away_is_not_taken_back_when_another_has_come_since(groups: Groups) -> None:
    """One is moved; an hour later another of the other type is accepted: only that one can be taken out."""
    played, voters = groups.played, groups.voters
    first = accept(played, voters[0, OTHERS][0], 0)
    played.now += HOUR
    moved(played, 1, 0, 1)
    played.now += HOUR
    second = accept(played, voters[0, WESTERN][0], 0)
    assert lying(played) == {(1, OTHERS): 1, (0, WESTERN): 1}
    with pytest.raises(Refused, match="R729"):
        _review(played, first, Ground.DEAD, "ny oplysning")
    _review(played, second, Ground.DEAD, "ny oplysning")
    assert lying(played) == {(1, OTHERS): 1}


def test_a_sender_without_a_group_is_not_accepted_by_guessing(groups: Groups) -> None:
    """No paper is theirs, so none could be in the ledger; it waits for the office. Setting it aside works."""
    played, entry = groups.played, groups.voters[0, OTHERS][0]
    with played.installation.database.write() as session:
        session.execute(update(RollEntry).where(RollEntry.id == entry).values(group=None))
    with pytest.raises(Refused, match="R716"):
        accept(played, entry, 0)
    assert lying(played) == {}
