"""Ballot papers that two people have approved, and an election where each group has its own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from election.ballots.acts import approve_proof, move, propose_proof
from election.ballots.stock_rules import Movement
from election.roll.records import RollEntry
from registry.act import Installation
from registry.regulation.loader import shipped
from tests.election.presentation.standing import pdf
from tests.scenarios import Person, Played, call_koege, invented_cpr, people, polling, with_candidates, with_roll
from tests.snapshots import remembered

WESTERN, OTHERS = "vestlig", "ikke-vestlig"
ADMIN, BOARD, LEADER = "election_administrator", "board_member", "station_leader"
_ONE_QUEUE = (
    'is_vote_within_group = { is = false, assumed = true, why = "beretningen siger ikke, at hver gruppe stemmer '
    'for sig" }'
)


def approve(played: Played) -> str:
    """The administrator makes the proof, a member of the board approves it. Returns what was approved."""
    sha256 = propose_proof(*played.by, played.act(ADMIN), played.election_id)
    approve_proof(*played.by, played.act(BOARD), played.election_id, sha256)
    return sha256


def moved(played: Played, kind: Movement, papers: int, **more: Any) -> int:
    """Papers change hands; the administrator and the leader of a station sign unless somebody else does."""
    given = {"source": None, "to": None, "type": "", "batch": "kasse 1", "seal": "4711", "reason": ""} | more
    act = played.act(given.get("by", ADMIN), second=given.get("second", LEADER), reason=given["reason"])
    return move(
        *played.by,
        act,
        played.election_id,
        kind,
        given["source"],
        given["to"],
        given["type"],
        papers,
        given["batch"],
        given["seal"],
    )


def two_groups(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Played:
    """Køge 2014, had each group voted for its own: three of Syrian and two of Polish origin stand."""
    _ruled(monkeypatch)
    return remembered("ballots, two groups", installation, lambda: _two_groups(installation))


def _ruled(monkeypatch: pytest.MonkeyPatch) -> None:
    known = shipped("koege-2014")
    text = known.data.decode()
    assert _ONE_QUEUE in text
    data = text.replace(_ONE_QUEUE, 'is_vote_within_group = { is = true, cite = "§ 4" }').encode()
    ruled = replace(known, data=data, sha256=hashlib.sha256(data).hexdigest())
    monkeypatch.setattr("tests.scenarios.shipped", lambda _id: ruled)


def _two_groups(installation: Installation) -> Played:
    called = call_koege(installation, regulation="koege-2014", stations=2)
    names = (("Amina", "SY"), ("Bartosz", "PL"), ("Çiğdem", "SY"), ("Dorota", "PL"), ("Omar", "SY"), ("Ewa", "PL"))
    rows = [Person(invented_cpr(n), first, "Nowak", country) for n, (first, country) in enumerate(names)]
    return with_candidates(with_roll(called, rows=rows), 5)


@dataclass(frozen=True)
class Groups:
    """Two stations in the middle of the polling day, and the voters of each by group."""

    played: Played
    voters: dict[tuple[int, str], list[UUID]]
    """By number of the station and group, in the order of the roll."""


def groups_voting(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Groups:
    """At station 1 seven of Syrian and four of Polish origin, at station 2 three of each; papers for all."""
    _ruled(monkeypatch)
    played = remembered("ballots, groups voting", installation, lambda: _groups_voting(installation))
    found: dict[tuple[int, str], list[UUID]] = {}
    with installation.database.read() as session:
        for entry in session.scalars(select(RollEntry).order_by(RollEntry.number)):
            if entry.station_id is not None and entry.group is not None:
                place = played.stations.index(entry.station_id)
                found.setdefault((place, entry.group), []).append(entry.id)
    return Groups(played, found)


def _groups_voting(installation: Installation) -> Played:
    called = call_koege(installation, regulation="koege-2014", stations=2)
    origins = [*["SY"] * 7, *["PL"] * 4, *["SY"] * 3, *["PL"] * 3]
    rows = [
        replace(person, country=country, district="2" if place >= 11 else "Ellemarken")
        for place, (person, country) in enumerate(zip(people(17), origins, strict=True))
    ]
    played = with_candidates(with_roll(called, rows=rows), 8)
    approve(played)
    for group in (OTHERS, WESTERN):
        moved(played, Movement.PRINTED, 100, type=group)
        for station in played.stations:
            moved(played, Movement.DELIVERED, 20, to=station, type=group)
    return polling(played, papers=0)


def words_of(data: bytes) -> list[str]:
    """The text of each page, in reading order, with every space the same."""
    document = pdf(data)
    found = [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
    document.close()
    return found


def squares_of(data: bytes) -> list[list[tuple[float, float, float]]]:
    """Where the boxes are on each page: left, bottom and side in points, from the top left downwards."""
    document = pdf(data)
    found = []
    for page in document:
        squares = set()
        for one in page.get_objects(max_depth=5):
            left, bottom, right, top = one.get_bounds()
            if one.type == 2 and 15 < right - left < 26 and abs((right - left) - (top - bottom)) < 0.1:
                squares.add((round(left, 1), round(bottom, 1), round(right - left, 1)))
        found.append(sorted(squares, key=lambda at: (at[0], -at[1])))
    document.close()
    return found
