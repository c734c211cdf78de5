"""Buttons pressed in any order: never two chairs, a round with too many papers, or the post of a stranger."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from election.constitution.acts import accept, decline, elect_unopposed, leave_post, nominate, record_round
from election.constitution.going_back import annul_round, reopen_post, undo_decline, withdraw
from election.constitution.records import BallotRound, PostBallot, ballots
from election.constitution.standing import standing
from election.constitution.ties import chair_decides, record_lot
from registry.accounts.records import holds_role
from registry.act import Installation
from registry.councils import clock
from registry.database import Database
from registry.findings import Refused
from registry.keys import KeyFolder
from registry.meetings.acts import close_meeting, finish_item, register_presence
from registry.meetings.going_back import reopen_item, undo_open, undo_presence
from registry.meetings.records import meeting, members_at, presence, presence_events
from registry.meetings.rules import PresenceKind, present_at
from registry.membership.records import offices
from registry.schema import upgrade
from tests.registry.meetings.convened import CHAIR_DECIDES, Held, convened, opened

pytestmark = pytest.mark.slow

_STEPS = ("propose", "round", "unopposed", "lot", "chair", "accept", "decline", "undo_decline", "annul",
          "withdraw", "leave", "reopen", "come", "go", "undo", "undo_open", "finish", "close")  # fmt: skip
_OFTEN = (*_STEPS, *("propose", "round", "accept", "unopposed") * 5, "lot", "chair", "decline", "come", "leave")
"""What a meeting consists of comes more often than what ends it, or few sequences would get anywhere."""


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Held]:
    """A meeting with thirteen members, where the chair ends a tie."""
    folder = tmp_path_factory.mktemp("meetings")
    upgrade(f"sqlite:///{folder}/start.db")
    keys = KeyFolder(folder / "keys")
    keys.create("0259")
    database = Database(f"sqlite:///{folder}/start.db")
    held = opened(convened(Installation(database, keys, holds_role), CHAIR_DECIDES), 13)
    database.dispose()
    return folder, held


def _again(start: tuple[Path, Held]) -> Held:
    """The same meeting in a copy of the database."""
    folder, held = start
    shutil.copyfile(folder / "start.db", folder / "run.db")
    database = Database(f"sqlite:///{folder}/run.db")
    house = Installation(database, held.council.installation.keys, holds_role)
    council = type(held.council)(
        house, held.council.scope, held.council.term_id, held.council.case_id, held.council.who
    )
    return Held(council, held.meeting_id, held.who, held.now)


def _latest(held: Held, *states: str) -> UUID | None:
    """The last ballot in one of these states, else the last of all."""
    with held.council.installation.database.read() as session:
        found = ballots(session, meeting(session, held.council.scope, held.meeting_id))
        live = [row for row in found if row.state in states] or found
        return live[-1].id if live else None


def _nominees(held: Held, made: UUID) -> list[UUID]:
    with held.council.installation.database.read() as session:
        row = session.get(PostBallot, (held.council.scope.municipality, held.council.scope.council, made))
        return [UUID(one) for one in row.nominees] if row else []


def _tied(held: Held, made: UUID) -> tuple[UUID, ...]:
    with held.council.installation.database.read() as session:
        row = session.get(PostBallot, (held.council.scope.municipality, held.council.scope.council, made))
        found = standing(session, row) if row else None
        return tuple(UUID(one) for one in found.lot_among) if found else ()


def _deed(held: Held, step: str, a: int, b: int) -> Callable[[], object]:
    """One press of a button with figures that may or may not fit."""
    people, item = held.first(15), held.item(2 + a % 5)
    wanted = ("elected",) if step in ("accept", "decline") else ("open", "elected")
    made = _latest(held, *wanted) or UUID(int=0)
    by, why, at = held.by, held.reasoned(), held.now
    tied = _tied(held, made)
    one = people[b % 15]
    stand = [*_nominees(held, made), *people[a : a + 1]][:2]
    votes = dict(zip(stand, (b % 7, a % 6), strict=False))
    proposed = (people[a], one) if b % 2 else (people[a],)
    post = held.item(3 + b % 3)
    choices: dict[str, Callable[[], object]] = {
        "propose": lambda: nominate(*by, held.meeting_id, post, proposed, at),
        "round": lambda: record_round(*by, made, at, votes, a % 2),
        "unopposed": lambda: elect_unopposed(*by, made, at),
        "lot": lambda: record_lot(*by, made, tied[:1] or (one,), "Sekretæren", "Mødet", "Sedler", at),
        "chair": lambda: chair_decides(*by, made, tied[0] if tied else one, at),
        "accept": lambda: accept(*by, made, at),
        "decline": lambda: decline(*by, made, at),
        "undo_decline": lambda: undo_decline(*by, made),
        "annul": lambda: annul_round(*why, made),
        "withdraw": lambda: withdraw(*why, made),
        "leave": lambda: leave_post(*by, held.meeting_id, held.item(5), at),
        "reopen": lambda: (reopen_post if a % 2 else reopen_item)(*by, held.meeting_id, item),
        "come": lambda: register_presence(*by, held.meeting_id, one, PresenceKind.ARRIVED, at),
        "go": lambda: register_presence(*by, held.meeting_id, one, PresenceKind.LEFT, at),
        "undo": lambda: undo_presence(*by, held.meeting_id, _event(held, a)),
        "undo_open": lambda: undo_open(*by, held.meeting_id) if a == b else None,
        "finish": lambda: finish_item(*by, held.meeting_id, held.item(2 + 4 * (a % 2)), at, "Drøftet."),
        "close": lambda: close_meeting(*by, held.meeting_id, at) if a == b == 0 else None,
    }
    return choices[step]


def _event(held: Held, number: int) -> UUID:
    with held.council.installation.database.read() as session:
        every = presence_events(session, meeting(session, held.council.scope, held.meeting_id))
        return every[number % len(every)].id if every else UUID(int=0)


def _holds(held: Held) -> None:
    council = held.council.read()
    with held.council.installation.database.read() as session:
        of = meeting(session, held.council.scope, held.meeting_id)
        day = clock.council_day(council, held.now)
        members = {p.membership.person_id for p in members_at(session, council, held.now) if p.membership}
        posts = offices(session, council, day)
        assert len({office.post for office in posts}) == len(posts), "two people hold one post"
        assert len({office.person_id for office in posts}) == len(posts), "one person holds two posts"
        assert {office.person_id for office in posts} <= members, "a post of somebody who is no member"
        held_posts = {(office.post, office.person_id) for office in posts}
        accepted = {(row.post, row.winner_id) for row in ballots(session, of) if row.state == "accepted"}
        assert held_posts == accepted, "a post that no ballot gave, or the other way round"
        here = present_at(presence(session, of), held.now)
        for one in session.scalars(select(BallotRound).where(BallotRound.annulled_at.is_(None))):
            assert sum(one.votes.values()) + one.blank + one.invalid == one.papers <= one.present
            assert len(one.entitled) == one.present >= 8, "a round without quorum"
        assert here <= members


_QUIETLY = [HealthCheck.function_scoped_fixture]
_ANY_STEPS = st.lists(
    st.tuples(st.sampled_from(_OFTEN), st.integers(0, 14), st.integers(0, 14)), min_size=12, max_size=30
)


@settings(max_examples=12, deadline=None, suppress_health_check=_QUIETLY)
@given(steps=_ANY_STEPS)
def test_no_sequence_of_acts_breaks_the_meeting(
    start: tuple[Path, Held], steps: list[tuple[str, int, int]]
) -> None:
    """Acts in any order, most of them refused: after each, posts, rounds and presence agree with the law."""
    _play(start, steps)


@pytest.mark.nightly
@settings(max_examples=100, deadline=None, suppress_health_check=_QUIETLY)
@given(steps=_ANY_STEPS)
def test_no_sequence_of_many_acts_breaks_the_meeting(
    start: tuple[Path, Held], steps: list[tuple[str, int, int]]
) -> None:
    _play(start, steps)


def _play(start: tuple[Path, Held], steps: list[tuple[str, int, int]]) -> None:
    held = _again(start)
    try:
        for step, a, b in steps:
            try:
                _deed(held, step, a, b)()
            except Refused:
                continue
            _holds(held)
    finally:
        held.council.installation.database.dispose()
