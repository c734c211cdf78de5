"""An attacker with the database, its write-ahead log and the web log tries to say what each voter voted.

The attacker knows who was admitted, in which order and when, and every figure of the count. Whoever guesses the
commonest choice for everybody is right as often as it was voted: no attack may do better than that by more than
three standard deviations. The same attacks find nearly every vote in a database that leaks, so they do work.
"""

from __future__ import annotations

import math
import random
import sqlite3
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from registry.act import Installation
from registry.database import Base
from tests.scenarios import (
    Played,
    call_koege,
    counted,
    counting,
    form_value,
    polling,
    sign_in,
    with_candidates,
    with_roll,
)

if TYPE_CHECKING:
    from flask.testing import FlaskClient

TOTALS = {"c1": 20, "c2": 16, "c3": 12, "c4": 8, "c5": 4}
VOTERS, CANDIDATES = sum(TOTALS.values()), len(TOTALS)
DESK_PAGE = "/0259/integrationsraad/2017/stemmested/001/bord/1"
pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Loot:
    """What the attacker holds: voters in the order of their admission, figures, files, lines of the web log."""

    voters: Sequence[UUID]
    totals: Mapping[str, int]
    stored: bytes
    web_log: Sequence[str]


Attack = Callable[[Loot], Mapping[UUID, str]]


def by_order_of_the_count(loot: Loot) -> dict[UUID, str]:
    """The n-th voter has the n-th vote as the count lists them."""
    row = [label for label, number in loot.totals.items() for _ in range(number)]
    return dict(zip(loot.voters, row, strict=True))


def by_what_follows(loot: Loot) -> dict[UUID, str]:
    """The label that stands next after a trace of the voter in the database file or its write-ahead log."""
    return _beside(loot, after=True)


def by_what_precedes(loot: Loot) -> dict[UUID, str]:
    """The label that stands last before a trace of the voter there."""
    return _beside(loot, after=False)


def _beside(loot: Loot, *, after: bool) -> dict[UUID, str]:
    labels = sorted(
        (found, label)
        for label in loot.totals
        for mark in (f'"{label}"', f"'{label}'", f" {label} ")
        for found in _every(loot.stored, mark.encode())
    )
    offsets = [offset for offset, _ in labels]
    guesses = {}
    for voter in loot.voters:
        best = (math.inf, "")
        for place in (place for trace in _traces(voter) for place in _every(loot.stored, trace)):
            at = bisect_left(offsets, place) - (not after)
            if 0 <= at < len(labels):
                best = min(best, (abs(offsets[at] - place), labels[at][1]))
        guesses[voter] = best[1]
    return guesses


def by_the_web_log(loot: Loot) -> dict[UUID, str]:
    """The label that is named in the voter's own line, in the next one, or in the one before."""
    guesses: dict[UUID, str] = {}
    for voter in loot.voters:
        at = next((number for number, line in enumerate(loot.web_log) if str(voter) in line), 0)
        near = [*loot.web_log[at : at + 2], *loot.web_log[max(0, at - 1) : at]]
        guesses[voter] = next((label for line in near for label in loot.totals if f" {label} " in line), "")
    return guesses


def _every(stored: bytes, wanted: bytes) -> list[int]:
    found, at = [], stored.find(wanted)
    while at >= 0:
        found.append(at)
        at = stored.find(wanted, at + 1)
    return found


def _traces(voter: UUID) -> tuple[bytes, ...]:
    return (voter.hex.encode(), str(voter).encode(), voter.bytes)


ATTACKS: tuple[Attack, ...] = (by_order_of_the_count, by_what_follows, by_what_precedes, by_the_web_log)


def most_by_chance(totals: Mapping[str, int]) -> float:
    """Hits of whoever always says the commonest choice, and three standard deviations."""
    voters = sum(totals.values())
    share = max(totals.values()) / voters
    return voters * share + 3 * math.sqrt(voters * share * (1 - share))


def secret_choices(voters: Sequence[UUID], totals: Mapping[str, int]) -> dict[UUID, str]:
    """What each voter did in the booth: known to this test and written nowhere."""
    votes = [label for label, number in totals.items() for _ in range(number)]
    random.Random(1848).shuffle(votes)
    return dict(zip(voters, votes, strict=True))


@pytest.fixture
def election(installation: Installation, client: FlaskClient) -> tuple[Played, Loot]:
    """Sixty voters come through the pages of a desk; then the papers are counted."""
    played = polling(with_candidates(with_roll(call_koege(installation), VOTERS + 4), CANDIDATES))
    web_log: list[str] = []
    sign_in(client, "polling_official")
    voters = list(played.entries[:VOTERS])
    random.Random(7).shuffle(voters)
    for voter in voters:
        page = client.get(f"{DESK_PAGE}/vaelger/{voter}?fra=kort").get_data(as_text=True)
        address = f"{DESK_PAGE}/vaelger/{voter}/luk-ind?fra=kort"
        data = {name: form_value(page, name) for name in ("csrf_token", "request_id")}
        answer = client.post(address, data=data)
        web_log.append(f"{played.now:%H:%M:%S} POST {address} {answer.status_code}")
        assert answer.status_code == 303
    counting(played)
    counted(played, TOTALS)
    return played, Loot(voters, TOTALS, _stored(installation), web_log)


def _stored(installation: Installation) -> bytes:
    """Database file and write-ahead log as they lie on the disk; of a server, every row as text."""
    if installation.database.is_sqlite:
        path = Path(str(installation.database.engine.url.database))
        return path.read_bytes() + Path(f"{path}-wal").read_bytes()
    with installation.database.read() as session:
        return "\n".join(
            str(row) for table in Base.metadata.sorted_tables for row in session.execute(text(f'TABLE "{table}"'))
        ).encode()


def test_no_attack_links_voters_to_choices_better_than_chance(election: tuple[Played, Loot]) -> None:
    _, loot = election
    truth = secret_choices(loot.voters, loot.totals)
    assert sum(loot.stored.count(trace) for trace in _traces(loot.voters[0])) > 0, "the loot holds the voters"
    for attack in ATTACKS:
        guesses = attack(loot)
        hits = sum(guesses[voter] == choice for voter, choice in truth.items())
        assert hits <= most_by_chance(loot.totals), attack.__name__


def test_the_order_of_admission_stands_nowhere_in_the_count(election: tuple[Played, Loot]) -> None:
    """Every row of the count holds sums; none has as many entries as there are voters."""
    played, _ = election
    with played.installation.database.read() as session:
        for table in ("tally", "count", "result"):
            rows = session.execute(text(f'TABLE "{table}"' if not played.installation.database.is_sqlite
                                        else f'SELECT * FROM "{table}"')).all()  # fmt: skip
            assert 0 < len(rows) < 10, table


@pytest.fixture
def leaky(tmp_path: Path) -> tuple[Loot, dict[UUID, str]]:
    """What nobody should build: a row for each paper, written in the same transaction as the admission."""
    voters = [uuid4() for _ in range(VOTERS)]
    truth = secret_choices(voters, TOTALS)
    path = tmp_path / "leaky.db"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE seen (row TEXT)")
    for voter in voters:
        connection.execute("INSERT INTO seen VALUES (?)", (f'{voter.hex} "{truth[voter]}"',))
    stored = path.read_bytes() + Path(f"{path}-wal").read_bytes()
    connection.close()
    log = [f"18:00 POST /vote {voter} {truth[voter]} 303" for voter in voters]
    return Loot(voters, TOTALS, stored, log), truth


@pytest.mark.parametrize("attack", [by_what_follows, by_the_web_log])
def test_the_attacks_find_the_votes_where_they_leak(attack: Attack, leaky: tuple[Loot, dict[UUID, str]]) -> None:
    loot, truth = leaky
    hits = Counter(attack(loot)[voter] == choice for voter, choice in truth.items())
    assert hits[True] > most_by_chance(loot.totals)
    assert hits[True] >= 0.8 * VOTERS
