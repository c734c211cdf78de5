"""Elections with lists, played through the acts: København's regulation with alliances, invented people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from election.call.acts import add_station, call_election, set_board
from election.call.records import Kind
from election.candidacy.acts import open_candidacy
from election.candidacy.case_acts import Registered, Registration, decide, register
from election.candidacy.rules import Decision
from election.lists.acts import Filed, claim, file_list
from registry.act import Act, Installation
from registry.regulation.calendar import instant
from registry.regulation.loader import shipped
from registry.roles import ONESELF, Role
from tests.scenarios import BOARD, CALLED_AT, ELECTION_ON, EXTRACT_ON, SCOPE, Played, invented_cpr, officials

ADMIN = "election_administrator"
_NO_ALLIANCES = b"are_alliances_allowed = { is = false"
NAMES = (
    "Amina Hassan",
    "Yusuf Kaya",
    "Leyla Ali",
    "Omar Diaz",
    "Zeynep Ak",
    "Ivan Nowak",
    "Fatima Rahimi",
    "Dalibor Ur",
)


def call_with_lists(installation: Installation, *, with_alliances: bool = True) -> Played:
    """Eleven seats on lists; candidates may register, no roll yet. Phase: candidacy."""
    who = officials(installation)
    rules = shipped("kobenhavn-2006").data
    if with_alliances:
        assert _NO_ALLIANCES in rules
        rules = rules.replace(_NO_ALLIANCES, b"are_alliances_allowed = { is = true")
    act = Act(who[ADMIN], Role.ELECTION_ADMINISTRATOR, CALLED_AT, uuid4())
    called = call_election(
        *(installation, SCOPE, act, "2017", Kind.REHEARSAL, ELECTION_ON, EXTRACT_ON, "kobenhavn-2006"),
        *(sha256(rules).hexdigest(), rules, CALLED_AT),
    )
    played = Played(installation, called.election_id, who)
    set_board(
        *played.by,
        played.act(ADMIN),
        played.election_id,
        BOARD[0],
        BOARD[1:],
        "Borgerrepræsentationen",
        EXTRACT_ON,
    )
    played.stations.append(add_station(*played.by, played.act(ADMIN), played.election_id, "Kulturhuset", ("*",)))
    rule = played.read().regulation.candidacy
    played.now = max(CALLED_AT, instant(rule.opens.value, ELECTION_ON))
    open_candidacy(*played.by, played.act(ADMIN), played.election_id)
    return played


def deadline(played: Played, name: str) -> datetime:
    """`closes`, `cure_until` or `withdrawal_until` of the regulation."""
    return instant(getattr(played.read().regulation.candidacy, name).value, ELECTION_ON)


def registered(played: Played, number: int, list_key: str) -> Registered:
    """Candidate `number` (from 1), on paper, for this list."""
    given = Registration(invented_cpr(number), NAMES[number - 1], f"k{number}@example.dk", list_key=list_key)
    return register(*played.by, played.act(ADMIN), played.election_id, given)


def accept(played: Played, made: Registered) -> None:
    decide(*played.by, played.act(ADMIN), played.election_id, made.candidacy_id, made.version, Decision.ACCEPT)


def filed(played: Played, key: str, name: str, *, is_ordered: bool = False, names: Sequence[int] = ()) -> UUID:
    """A list that the office files, with the candidates it names by the number of their case."""
    given = Filed(key, name, is_ordered, None, "En Repræsentant", "rep@example.dk")
    made = file_list(*played.by, played.act(ADMIN), played.election_id, given)
    for number in names:
        claim(*played.by, played.act(ADMIN), played.election_id, made, None, number)
    return made


def as_candidate(played: Played) -> Act:
    """An act that a candidate does from the own case."""
    return Act(ONESELF, Role.CANDIDATE, played.now, uuid4())
