"""Six people press any button of the counting night in any order: no figure is lost, no count has one author."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from election.call.rules import Phase
from election.counting.acts import TallyState, determine, enter_tally, return_tally, settle
from election.counting.assembly import form_of
from election.counting.assignment import release_entry
from election.counting.entry_acts import discard_tallies
from election.counting.records import Count, Tally
from election.counting.recount import reopen_count
from election.counting.rules import CountKind, check_sums
from registry.accounts.records import RoleGrant, holds_role
from registry.act import Act, Installation
from registry.database import WHOLE_MUNICIPALITY, Database
from registry.findings import Refused
from registry.keys import KeyFolder
from registry.roles import Role
from registry.schema import upgrade
from tests.scenarios import Played, figures, play_to

MAY = {
    "enterer": {Role.ENTERER},
    "enterer_2": {Role.ENTERER},
    "station_leader": {Role.ENTERER, Role.STATION_LEADER},
    "board_member": {Role.ENTERER, Role.BOARD_MEMBER},
    "board_member_2": {Role.BOARD_MEMBER},
    "auditor": {Role.AUDITOR},
}
WHO, KINDS, ENTRIES = st.sampled_from(sorted(MAY)), st.sampled_from(list(CountKind)), st.integers(1, 2)
RIGHT = {"c1": 5, "c2": 4, "c3": 3, "c4": 2, "c5": 1}
FIGURES = ("right", "right", "swapped", "too_few_papers")
WHY = "Talt igen"


@dataclass
class Entered:
    """What the reader of the log knows of one tally."""

    kind: CountKind
    entry: int
    who: str
    what: str
    is_live: bool = True
    is_cleared: bool = False
    """It is entered anew as a whole: nothing can be compared with it."""


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The polls are closed; two people who have other work may enter too."""
    folder = tmp_path_factory.mktemp("night")
    upgrade(f"sqlite:///{folder}/start.db")
    database = Database(f"sqlite:///{folder}/start.db")
    played = play_to(Phase.COUNTING, Installation(database, KeyFolder(folder / "keys"), holds_role))
    with database.write() as session:
        for who in ("station_leader", "board_member"):
            session.add(
                RoleGrant(
                    municipality=played.scope.municipality,
                    council=WHOLE_MUNICIPALITY,
                    id=uuid4(),
                    official_council=WHOLE_MUNICIPALITY,
                    official_id=played.officials[who],
                    role=Role.ENTERER.value,
                    granted_at=played.now,
                    granted_by=played.officials["system_administrator"],
                )
            )
    database.dispose()
    return played


class Night(RuleBasedStateMachine):
    """One night on a copy of the database, beside the few lines that say what must come of each button."""

    start: Played
    folder: Path
    agreed_ever = 0

    def __init__(self) -> None:
        super().__init__()
        source = self.start.installation.database.engine.url.database
        assert source is not None
        self.file = self.folder / f"{uuid4()}.db"
        shutil.copyfile(source, self.file)
        installation = replace(self.start.installation, database=Database(f"sqlite:///{self.file}"))
        self.played = replace(self.start, installation=installation)
        self.station = self.played.stations[0]
        right = figures(self.played, RIGHT)
        self.forms = {
            "right": right,
            "swapped": right | {"c1": 4, "c2": 5},
            "too_few_papers": right | {"in_box": 14},
        }
        self.every: list[Entered] = []
        self.owner: dict[tuple[CountKind, int], str] = {}
        self.agreed: dict[CountKind, str] = {}
        self.revisions = dict.fromkeys(CountKind, 0)
        self.have_seen: dict[CountKind, set[str]] = {kind: set() for kind in CountKind}
        self.seconds = 0

    def teardown(self) -> None:
        self.played.installation.database.dispose()
        self.file.unlink()

    def act(self, who: str, role: Role, second: str | None = None) -> Act:
        people = self.played.officials
        self.seconds += 1
        at = self.played.now + timedelta(seconds=self.seconds)
        return Act(people[who], role, at, uuid4(), WHY, people[second] if second else None)

    def live(self, kind: CountKind) -> dict[int, Entered]:
        return {one.entry: one for one in self.every if one.kind is kind and one.is_live}

    def authors(self, kind: CountKind) -> set[str]:
        """Everyone who ever entered, also who was released since."""
        return {one.who for one in self.every if one.kind is kind}

    def made(self, kind: CountKind, entry: int) -> set[str]:
        return {one.who for one in self.every if (one.kind, one.entry) == (kind, entry)}

    def done(self, expected: bool, do: Callable[[], object]) -> object:
        """What the act answered; it is refused exactly when it must be."""
        if expected:
            return do()
        with pytest.raises(Refused):
            do()
        return None

    @rule(who=WHO, kind=KINDS, entry=ENTRIES, what=st.sampled_from(FIGURES))
    def enter(self, who: str, kind: CountKind, entry: int, what: str) -> None:
        may = (
            Role.ENTERER in MAY[who]
            and kind not in self.agreed
            and who not in self.made(kind, 3 - entry)
            and who not in self.have_seen[kind]
            and self.owner.get((kind, entry), who) == who
            and entry not in self.live(kind)
        )
        form, act, of = self.forms[what], self.act(who, Role.ENTERER), self.played.election_id
        answer = self.done(may, lambda: enter_tally(*self.played.by, act, of, self.station, kind, entry, form))
        if not may:
            return
        self.owner[kind, entry] = who
        self.every.append(Entered(kind, entry, who, what))
        other = self.live(kind).get(3 - entry)
        state = TallyState.WAITING_FOR_OTHER
        if other is not None:
            state = TallyState.DIFFER if other.what != what else TallyState.DO_NOT_ADD_UP
            if other.what == what != "too_few_papers":
                state = TallyState.AGREED
                self.agreed[kind] = what
                self.revisions[kind] += 1
                Night.agreed_ever += 1
        assert answer.state is state  # type: ignore[attr-defined]

    @rule(kind=KINDS)
    def both_enter_what_is_right(self, kind: CountKind) -> None:
        """As nearly all do: whoever has an entry enters it, else the next who is free."""
        for entry in (1, 2):
            may = ("enterer", "enterer_2", "station_leader", "board_member")
            kept_out = self.made(kind, 3 - entry) | self.have_seen[kind]
            free = [who for who in may if who not in kept_out]
            owner = self.owner.get((kind, entry), free[0] if free else "")
            if entry not in self.live(kind) and owner:
                self.enter(owner, kind, entry, "right")

    @precondition(lambda self: self.every)
    @rule(who=WHO, kind=KINDS, entry=ENTRIES)
    def send_back(self, who: str, kind: CountKind, entry: int) -> None:
        role = Role.BOARD_MEMBER if Role.BOARD_MEMBER in MAY[who] else Role.STATION_LEADER
        live = self.live(kind)
        may = role in MAY[who] and who not in self.authors(kind) and kind not in self.agreed and entry in live
        act, of = self.act(who, role), self.played.election_id
        cleared = self.done(may, lambda: return_tally(*self.played.by, act, of, self.station, kind, entry))
        if may:
            mine = [one for one in self.every if one.kind is kind and one.entry == 3 - entry]
            differs = mine and not mine[-1].is_cleared and mine[-1].what != live[entry].what
            if differs:
                one, other = self.forms[mine[-1].what], self.forms[live[entry].what]
                assert cleared == tuple(row for row in ("c1", "c2", "in_box") if one[row] != other[row])
            else:
                assert set(cleared) == set(self.forms["right"])  # type: ignore[call-overload]
            live[entry].is_live, live[entry].is_cleared = False, not differs
            self.have_seen[kind].add(who)

    @precondition(lambda self: self.every)
    @rule(who=WHO, kind=KINDS, entry=ENTRIES)
    def release(self, who: str, kind: CountKind, entry: int) -> None:
        """Another takes over what was sent back; its person enters neither of the other's."""
        may = (
            Role.BOARD_MEMBER in MAY[who]
            and who not in self.authors(kind)
            and (kind, entry) in self.owner
            and entry not in self.live(kind)
        )
        act, of = self.act(who, Role.BOARD_MEMBER), self.played.election_id
        gone = self.done(may, lambda: release_entry(*self.played.by, act, of, self.station, kind, entry))
        if may:
            assert gone == self.played.officials[self.owner.pop((kind, entry))]
            self.have_seen[kind].add(who)

    @precondition(lambda self: len(self.every) > 1)
    @rule(who=WHO, kind=KINDS)
    def discard(self, who: str, kind: CountKind) -> None:
        live = self.live(kind)
        may = (
            Role.BOARD_MEMBER in MAY[who]
            and who not in self.authors(kind)
            and kind not in self.agreed
            and len(live) == 2
        )
        act, of = self.act(who, Role.BOARD_MEMBER), self.played.election_id
        self.done(may, lambda: discard_tallies(*self.played.by, act, of, self.station, kind))
        for one in live.values() if may else ():
            one.is_live, one.is_cleared = False, True
            self.have_seen[kind].add(who)

    @precondition(lambda self: self.agreed)
    @rule(who=WHO, second=WHO, kind=KINDS)
    def reopen(self, who: str, second: str, kind: CountKind) -> None:
        board = all(Role.BOARD_MEMBER in MAY[one] for one in (who, second))
        may = board and who != second and kind in self.agreed
        act, of = self.act(who, Role.BOARD_MEMBER, second), self.played.election_id
        self.done(may, lambda: reopen_count(*self.played.by, act, of, self.station, kind))
        if may:
            del self.agreed[kind]
            self.have_seen[kind].clear()
            for one in self.live(kind).values():
                one.is_live, one.is_cleared = False, True

    @precondition(lambda self: self.agreed)
    @rule(who=WHO)
    def close_and_count(self, who: str) -> None:
        """From a count that is agreed; never from the first one while the final one is made again."""
        stands = CountKind.FINAL in self.agreed or not self.revisions[CountKind.FINAL]
        may = Role.BOARD_MEMBER in MAY[who] and stands
        by, act = self.played.by, Role.BOARD_MEMBER
        self.done(may, lambda: settle(*by, self.act(who, act), self.played.election_id, self.station))
        self.done(may, lambda: determine(*by, self.act(who, act), self.played.election_id))

    @invariant()
    def nothing_is_lost_and_no_count_has_one_author(self) -> None:
        names = {official: who for who, official in self.played.officials.items()}
        with self.played.installation.database.read() as session:
            form = form_of(session, self.played.read())
            tallies = list(session.scalars(select(Tally).order_by(Tally.kind, Tally.entry, Tally.revision)))
            counts = list(session.scalars(select(Count).order_by(Count.kind, Count.revision)))
        found = [(t.kind, t.entry, names[t.official_id], t.figures, t.returned_at is None) for t in tallies]
        known = [(e.kind.value, e.entry, e.who, self.forms[e.what], e.is_live) for e in self.every]
        assert found == sorted(known, key=lambda one: one[:2])
        for tally in tallies:
            told = (tally.returned_by, tally.return_reason, tally.cleared_rows)
            assert all(told) if tally.returned_at else not any(told)
        for kind in CountKind:
            own = [count for count in counts if count.kind == kind.value]
            assert [count.revision for count in own] == list(range(1, self.revisions[kind] + 1))
            assert sum(count.reopened_at is None for count in own) == (kind in self.agreed)
            for count in own:
                assert check_sums(form, count.figures) == []
                same = [t for t in tallies if t.kind == count.kind and t.figures == count.figures]
                assert len({t.official_id for t in same}) >= 2, "one author"
                assert {t.entry for t in same} == {1, 2}
            if kind in self.agreed:
                assert {t.figures == own[-1].figures for t in tallies if t.kind == kind and not t.returned_at} == {
                    True
                }


def played_often(start: Played, folder: Path, runs: int, steps: int) -> int:
    """How often figures were agreed in so many nights."""
    Night.start, Night.folder, Night.agreed_ever = start, folder, 0
    quietly = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        Night,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=quietly,
            database=None,
        ),
    )
    return Night.agreed_ever


def test_no_order_of_buttons_leads_to_a_forbidden_state(start: Played, tmp_path: Path) -> None:
    assert played_often(start, tmp_path, runs=12, steps=12) > 0


@pytest.mark.nightly
def test_no_order_of_buttons_in_ten_thousand_nights(start: Played, tmp_path: Path) -> None:
    assert played_often(start, tmp_path, runs=10_000, steps=16) > 1000
