"""Six users press buttons in any order: one person, an enterer or changed data never make a certification."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from election.call.rules import Phase
from election.certification.acts import approve, receive_complaint, reopen, request, withdraw
from election.certification.record import content_of
from election.certification.records import certifications
from election.certification.rules import state_sha256
from election.counting.acts import determine, enter_tally
from election.counting.rules import CountKind
from registry.accounts.records import RoleGrant, holds_role
from registry.act import Act, Installation
from registry.database import WHOLE_MUNICIPALITY, Database
from registry.findings import Refused
from registry.keys import KeyFolder
from registry.roles import Role
from registry.schema import upgrade
from tests.scenarios import Played, clear_votes, figures, play_to

pytestmark = pytest.mark.slow

USERS = ("certifier", "certifier_2", "enterer", "enterer_2", "board_member", "alias")
"""All six may certify, enter and sit on the board by their roles; `alias` is another account of `certifier`."""
ONE_PERSON = {"alias": "certifier"}
STEPS = ("request", "approve", "withdraw", "reopen", "determine", "complain", "enter", "wait", "tamper")


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Counted by `enterer` and `enterer_2`, then everybody is given every role."""
    folder = tmp_path_factory.mktemp("sequences")
    upgrade(f"sqlite:///{folder}/start.db")
    database = Database(f"sqlite:///{folder}/start.db")
    played = play_to(Phase.COUNTED, Installation(database, KeyFolder(folder / "keys"), holds_role))
    played.officials = played.officials | {"alias": played.officials["council_secretary"]}
    with database.write() as session:
        for who in USERS:
            for role in (Role.CERTIFIER, Role.ENTERER, Role.BOARD_MEMBER):
                session.add(
                    RoleGrant(
                        municipality=played.scope.municipality,
                        council=WHOLE_MUNICIPALITY,
                        id=uuid4(),
                        official_council=WHOLE_MUNICIPALITY,
                        official_id=played.officials[who],
                        role=role.value,
                        granted_at=played.now,
                        granted_by=played.officials["system_administrator"],
                    )
                )
        session.execute(
            text("UPDATE official SET cpr_index = :i WHERE username IN ('certifier', 'council_secretary')"),
            {"i": b"one"},
        )
    database.dispose()
    return played


class Play:
    """One sequence on its own copy, with what a reader of the log would know."""

    def __init__(self, start: Played, folder: Path) -> None:
        source = start.installation.database.engine.url.database
        assert source is not None
        copy = folder / f"{uuid4()}.db"
        shutil.copyfile(source, copy)
        installation = replace(start.installation, database=Database(f"sqlite:///{copy}"))
        self.played = replace(start, installation=installation)
        self.requests: list[tuple[UUID, str, str]] = []
        """Request, who asked, and the state as it was then."""
        self.enterers = {"enterer", "enterer_2"}
        self.approvals = 0

    def act(self, who: str, role: Role, *, reason: str = "", second: str | None = None) -> Act:
        people, now = self.played.officials, self.played.now
        return Act(people[who], role, now, uuid4(), reason, people[second] if second else None)

    def state(self) -> str:
        with self.played.installation.database.read() as session:
            return state_sha256(content_of(session, self.played.read()))

    def step(self, what: str, who: str, which: int) -> None:
        try:
            getattr(self, what)(who, which)
        except Refused:
            return

    def request(self, who: str, _which: int) -> None:
        asked = request(*self.played.by, self.act(who, Role.CERTIFIER), self.played.election_id)
        assert who not in self.enterers
        self.requests.append((asked, who, self.state()))

    def approve(self, who: str, which: int) -> None:
        if not self.requests:
            return
        asked, requester, state = self.requests[which % len(self.requests)]
        now = self.state()
        approve(*self.played.by, self.act(who, Role.CERTIFIER), self.played.election_id, asked)
        self.approvals += 1
        assert ONE_PERSON.get(who, who) != ONE_PERSON.get(requester, requester), "one person"
        assert not {who, requester} & self.enterers, "an enterer"
        assert state == now, "the data had changed"

    def withdraw(self, who: str, which: int) -> None:
        if self.requests:
            asked = self.requests[which % len(self.requests)][0]
            act = self.act(who, Role.CERTIFIER, reason="Ses efter")
            withdraw(*self.played.by, act, self.played.election_id, asked)

    def reopen(self, who: str, which: int) -> None:
        act = self.act(who, Role.CERTIFIER, reason="Rettes", second=USERS[which % len(USERS)])
        reopen(*self.played.by, act, self.played.election_id)

    def determine(self, who: str, _which: int) -> None:
        determine(*self.played.by, self.act(who, Role.BOARD_MEMBER), self.played.election_id)

    def complain(self, who: str, _which: int) -> None:
        act = self.act(who, Role.BOARD_MEMBER)
        receive_complaint(*self.played.by, act, self.played.election_id, "En vælger", "Køen", self.played.now)

    def enter(self, who: str, which: int) -> None:
        """A preliminary tally, after the final one: no figure of the result changes, but who has entered does."""
        form = figures(self.played, clear_votes(15, 6))
        act, station = self.act(who, Role.ENTERER), self.played.stations[0]
        entry = 1 + which % 2
        enter_tally(*self.played.by, act, self.played.election_id, station, CountKind.PRELIMINARY, entry, form)
        self.enterers.add(who)
        if who in ONE_PERSON or who in ONE_PERSON.values():
            self.enterers |= {*ONE_PERSON, *ONE_PERSON.values()}

    def wait(self, _who: str, which: int) -> None:
        self.played.now += timedelta(hours=1 + which)

    def tamper(self, _who: str, which: int) -> None:
        """Somebody with the database at hand renames a member of the board."""
        with self.played.installation.database.write() as session:
            session.execute(text("UPDATE board_member SET name = :name WHERE is_chair"), {"name": f"Nr. {which}"})


def check(start: Played, folder: Path, steps: list[tuple[str, str, int]]) -> int:
    play = Play(start, folder)
    try:
        for what, who, which in steps:
            play.step(what, who, which)
        with play.played.installation.database.read() as session:
            rows = certifications(session, play.played.read())
            assert len(rows) == play.approvals
            assert all(row.requested_by != row.approved_by for row in rows)
    finally:
        play.played.installation.database.dispose()
    return play.approvals


ANY = st.lists(
    st.tuples(
        st.sampled_from((*STEPS, "request", "approve", "approve")), st.sampled_from(USERS), st.integers(0, 8)
    ),
    min_size=3,
    max_size=14,
)
_QUIETLY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=15, deadline=None, suppress_health_check=_QUIETLY)
@given(steps=ANY)
def test_no_sequence_of_acts_certifies_what_four_eyes_have_not_seen(
    start: Played, tmp_path: Path, steps: list[tuple[str, str, int]]
) -> None:
    check(start, tmp_path, steps)


@pytest.mark.nightly
@settings(max_examples=200, deadline=None, suppress_health_check=_QUIETLY)
@given(steps=ANY)
def test_no_sequence_of_many(start: Played, tmp_path: Path, steps: list[tuple[str, str, int]]) -> None:
    check(start, tmp_path, steps)


def test_the_sequences_can_certify_at_all(start: Played, tmp_path: Path) -> None:
    """Otherwise the property would hold of nothing: asked by one, approved by another; twice with a reopening."""
    once = [("request", "certifier", 0), ("approve", "certifier_2", 0)]
    again = [("reopen", "certifier", 4), ("request", "alias", 0), ("approve", "board_member", 1)]
    assert check(start, tmp_path, [*once, *again]) == 2


@pytest.mark.parametrize(
    "steps",
    [
        [("request", "certifier", 0), ("approve", "alias", 0)],
        [("request", "certifier", 0), ("approve", "enterer", 0)],
        [("request", "certifier", 0), ("enter", "certifier", 0), ("approve", "certifier_2", 0)],
        [("request", "certifier", 0), ("enter", "alias", 0), ("approve", "certifier_2", 0)],
        [("request", "certifier", 0), ("tamper", "alias", 0), ("approve", "certifier_2", 0)],
        [("request", "certifier", 0), *[("wait", "alias", 8)] * 3, ("approve", "certifier_2", 0)],
    ],
)
def test_what_a_sequence_must_not_do(start: Played, tmp_path: Path, steps: list[tuple[str, str, int]]) -> None:
    assert check(start, tmp_path, steps) == 0
