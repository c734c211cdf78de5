"""What the tests of the counting night have in common: both tallies entered, the ledger settled, the result."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
from sqlalchemy import select

from election.call.lots import Lot
from election.counting.acts import TallyState, determine, enter_tally, record_lot, settle
from election.counting.progress import LotAsked, lot_asked, progress
from election.counting.rules import CountKind
from election.polling.acts import admit
from election.roll.records import RollEntry
from registry.act import Installation
from registry.regulation.loader import load_bytes, shipped
from tests.scenarios import (
    BOARD,
    DESK,
    Played,
    call_koege,
    counting,
    figures,
    people,
    polling,
    with_candidates,
    with_roll,
)


def entered(
    played: Played, votes: Mapping[str, int], kind: CountKind = CountKind.FINAL, station: int = 0
) -> TallyState:
    """The same figures twice, by two people."""
    form = figures(played, votes)
    for entry, who in ((1, "enterer"), (2, "enterer_2")):
        answer = enter_tally(
            *played.by, played.act(who), played.election_id, played.stations[station], kind, entry, form
        )
    return answer.state


def settled(played: Played) -> str:
    """The ledger of every station closed and the count asked; its outcome."""
    for station in played.stations:
        settle(*played.by, played.act("board_member"), played.election_id, station)
    return determine(*played.by, played.act("board_member"), played.election_id).outcome


def asked(played: Played) -> LotAsked | None:
    with played.installation.database.read() as session:
        election = played.read()
        return lot_asked(session, election, progress(session, election))


def drawn(played: Played, order: tuple[str, ...], method: str = "Sedler i en skål") -> None:
    """The lot that is asked for, in this order."""
    lot = asked(played)
    assert lot is not None
    how = Lot(lot.purpose, lot.among, order, BOARD[0], "To vidner", method, played.now)
    record_lot(*played.by, played.act("board_member"), played.election_id, how)


def ruled(monkeypatch: pytest.MonkeyPatch, **changes: str) -> None:
    """From now on Køge's regulation says otherwise in these keys: `votes_per_voter="3"`."""
    known = shipped("koege-2018")
    text = known.data.decode()
    for key, value in changes.items():
        text, times = re.subn(rf"^{key} = {{ is = [^,}}]+", f"{key} = {{ is = {value}", text, flags=re.MULTILINE)
        assert times == 1, f"{key} is there {times} times"
    data = text.encode()
    changed = replace(
        known, data=data, sha256=hashlib.sha256(data).hexdigest(), regulation=load_bytes(data, "koege-2018")
    )
    monkeypatch.setattr("tests.scenarios.shipped", lambda _id: changed)


def stations_with(installation: Installation, *voters: int) -> Played:
    """Counting: so many have voted at each station in turn; seven candidates for five seats."""
    played = call_koege(installation, stations=len(voters))
    districts = [
        "Ellemarken" if place == 1 else str(place) for place, number in enumerate(voters, 1) for _ in range(number)
    ]
    rows = [replace(one, district=own) for one, own in zip(people(sum(voters)), districts, strict=True)]
    played = polling(with_candidates(with_roll(played, rows=rows), 7))
    with installation.database.read() as session:
        entries = session.execute(select(RollEntry.id, RollEntry.station_id)).all()
    for entry, station in entries:
        assert station is not None
        admit(*played.by, played.act("polling_official"), played.election_id, station, DESK, entry)
    return counting(played)
