"""A station without a line, strained: random days between a laptop and the centre, and what can go wrong.

Each scenario is drawn from its number. Desks at the laptop admit, undo, exchange and replace cards; the centre
replaces cards, strikes voters and accepts postal votes; what is handed over is lost, unanswered, doubled or in the
wrong order; news comes or does not; the laptop is switched off and started again from its disk or, as another
machine, from the stick; sometimes the centre ends the package and admits voters itself. In the end everything is
delivered. Then nothing that was acknowledged may be missing, nothing may be there twice, and the list of conflicts
must be the one that a second book-keeping beside the program expects.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import func, select

from election.alone.acts import end_package, make_package
from election.alone.handing_over import Answer, Courier, NoLine
from election.alone.laptop import Laptop, start
from election.alone.news import news_of
from election.alone.package import kept
from election.alone.records import StationPackage, last_taken, package_by_id
from election.alone.sealing import Secrets, close_news, secrets_of
from election.alone.taking_over import hand_in
from election.call.records import Station
from election.call.records import election as read_election
from election.poll_cards.acts import replace as replace_card
from election.poll_cards.records import PollCard, valid_card_of
from election.polling.acts import Admitted, admit, replace_card_at_station, undo_admit
from election.polling.conflicts import PollingConflict
from election.polling.paper_acts import exchange
from election.polling.records import PollingEvent
from election.postal.acts import receive, review
from election.roll.corrections import CorrectionKind, Effect, correct_entry
from election.roll.records import RollEntry
from registry.accounts.records import holders
from registry.act import Act, Installation
from registry.database import Scope
from registry.findings import Refused
from registry.roles import Role
from registry.schema import upgrade
from scripts.straining.book import Book

VOTERS_IN_A_DAY = 8
STEPS = 60
_DESKS = ("1", "2", "3")
_HAPPENINGS = {
    "admit": 38,
    "undo": 6,
    "exchange": 4,
    "card_here": 5,
    "card_there": 5,
    "strike": 3,
    "post": 4,
    "deliver": 10,
    "lost": 5,
    "unanswered": 5,
    "doubled": 4,
    "disordered": 3,
    "stick": 3,
    "news": 5,
    "crash": 3,
    "other_machine": 2,
    "torn": 1,
}


@dataclass
class Centre:
    """The centre of a place that polls: who works there, and the station that works alone."""

    installation: Installation
    scope: Scope
    election_id: UUID
    station_id: UUID
    voters: list[UUID]
    folder: Path
    now: datetime

    def __post_init__(self) -> None:
        with self.installation.database.read() as session:
            self.people = {role: sorted(people) for role, people in holders(session, self.scope).items()}
        self.template = self.folder / "empty.db"
        upgrade(f"sqlite:///{self.template}")

    def act(self, role: Role, *, reason: str = "", second: Role | None = None) -> Act:
        self.now += timedelta(seconds=1)
        actor = self.people[role][0]
        cosigner = next((one for one in self.people[second] if one != actor), None) if second else None
        return Act(actor, role, self.now, uuid4(), reason, cosigner)


class BadLine:
    """The way to the centre, in the mood of the moment."""

    def __init__(self, day: Day) -> None:
        self.day, self.mood = day, "deliver"

    def hand_over(self, sealed: Sequence[bytes], in_all: int, clock: datetime) -> Answer:  # noqa: ARG002
        if self.mood == "lost":
            raise NoLine
        day = self.day
        if self.mood == "disordered" and len(sealed) > 1:
            day.arrive(sealed[1:])
        answer = day.arrive(sealed)
        if self.mood == "doubled":
            answer = day.arrive(sealed)
        if self.mood == "unanswered":
            raise NoLine
        return answer

    def news(self, known: str) -> bytes | None:  # noqa: ARG002
        return None


class Day:
    """One scenario."""

    def __init__(self, centre: Centre, number: int, place: int) -> None:
        """`place` counts the days of a run: each has voters of its own."""
        self.centre, self.number, self.random = centre, number, random.Random(number)  # noqa: S311 - a draw of tests
        begin = place * VOTERS_IN_A_DAY
        assert begin + VOTERS_IN_A_DAY <= len(centre.voters), "too few voters for so many days"
        self.voters = centre.voters[begin : begin + VOTERS_IN_A_DAY]
        self.book, self.machines = Book(), 0
        self.folder = centre.folder / f"day-{number}"
        self.stick = self.folder / "stick"
        self.stick.mkdir(parents=True)
        with centre.installation.database.read() as session:
            for voter in self.voters:
                self.book.card[voter] = self._card(session, voter)
        made = make_package(
            *self._at_centre(Role.STATION_LEADER, second=Role.ELECTION_ADMINISTRATOR),
            centre.station_id,
            f"Laptop {number}",
            str(self.folder),
            "",
        )
        self.package_id = made.package_id
        self.disk = self.folder / "disk-0"
        self.disk.mkdir()
        self.laptop = self._start()
        self.line = BadLine(self)
        self.courier = Courier(self.laptop, self.line)
        self.is_ended = False

    def play(self) -> list[str]:
        """What is wrong in the end; nothing, when all is well."""
        names, weights = list(_HAPPENINGS), list(_HAPPENINGS.values())
        for step in range(STEPS):
            if step == STEPS * 3 // 4 and self.random.random() < 0.6:
                self._centre_goes_on()
            happening = self.random.choices(names, weights)[0]
            try:
                self._happen(happening)
            except Refused:
                continue  # told at the desk or at the centre: nothing was acknowledged
        self._finish()
        return self._wrong()

    def _happen(self, what: str) -> None:
        voter, desk = self.random.choice(self.voters), self.random.choice(_DESKS)
        if what == "admit":
            self._admit(voter, desk)
        elif what == "undo":
            self._undo(desk)
        elif what == "exchange":
            done = exchange(*self._at_laptop(), self.centre.station_id, desk)
            self.book.lines[self.laptop.journal.last_seq] = ("exchange", None, done)
        elif what == "card_here":
            self._card_here(voter, desk)
        elif what == "card_there":
            self.book.card[voter] = replace_card(*self._at_centre(Role.ROLL_KEEPER), voter)
        elif what == "strike":
            self._strike(voter)
        elif what == "post":
            self._post(voter)
        elif what == "news":
            self.laptop.take(self._news())
        elif what == "stick":
            self.arrive(self.laptop.journal.sealed)
        elif what in ("crash", "other_machine", "torn"):
            self._die(what)
        else:
            self.line.mood = what
            self.courier.round()

    def _admit(self, voter: UUID, desk: str) -> None:
        with self.laptop.installation.database.read() as session:
            card = self._card(session, voter)
        done = admit(*self._at_laptop(), self.centre.station_id, desk, voter)
        if isinstance(done, Admitted):
            seq = self.laptop.journal.last_seq
            self.book.lines[seq] = ("admit", voter, done.event_id)
            self.book.card_then[seq] = card

    def _undo(self, desk: str) -> None:
        voter = self.random.choice(self.voters)
        done = undo_admit(
            *self._at_laptop(Role.STATION_LEADER, reason="Forkert vælger"), self.centre.station_id, desk, voter
        )
        seq = self.laptop.journal.last_seq
        self.book.lines[seq] = ("undo", voter, done)
        earlier = [one for one in sorted(self.book.lines) if self.book.lines[one][:2] == ("admit", voter)]
        self.book.undone[seq] = self.book.lines[earlier[-1]][2]

    def _card_here(self, voter: UUID, desk: str) -> None:
        with self.laptop.installation.database.read() as session:
            known = frozenset(session.scalars(select(PollCard.id).where(PollCard.entry_id == voter)))
        done = replace_card_at_station(*self._at_laptop(), self.centre.station_id, desk, voter)
        seq = self.laptop.journal.last_seq
        self.book.lines[seq] = ("card", voter, done)
        self.book.cards_known[seq] = known

    def _post(self, voter: UUID) -> None:
        office = self._at_centre(Role.ELECTION_ADMINISTRATOR)
        letter = receive(*office, self.centre.station_id, voter, None, "Valgkontoret")
        by_two = self._at_centre(Role.STATION_LEADER, second=Role.BOARD_MEMBER)
        review(*by_two, letter.postal_id, True, None)
        self.book.paper[voter] = "post"

    def _strike(self, voter: UUID) -> None:
        correct_entry(
            *self._at_centre(Role.ROLL_KEEPER, reason="Død i morges", second=Role.ELECTION_ADMINISTRATOR),
            voter,
            CorrectionKind.DEAD,
            Effect.STRUCK,
        )
        self.book.struck.add(voter)

    def _die(self, how: str) -> None:
        """Switched off: what was in memory is gone. What remains is the disk, or the stick in another machine."""
        self.laptop.installation.database.dispose()
        if how == "torn":
            with (self.disk / "journal").open("ab") as file:
                file.write(b"%d AAAA" % (self.laptop.journal.last_seq + 1))
        if how == "other_machine":
            self.machines += 1
            self.disk = self.folder / f"disk-{self.machines}"
            self.disk.mkdir()
        self.laptop = self._start()
        self.courier = Courier(self.laptop, self.line)

    def _centre_goes_on(self) -> None:
        """The laptop is given up for dead: the package is ended, and four voters come to the centre."""
        end_package(*self._at_centre(Role.STATION_LEADER, reason="Laptoppen svarer ikke"), self.package_id, None)
        self.is_ended = True
        for voter in self.random.sample(self.voters, 4):
            try:
                done = admit(*self._at_centre(Role.POLLING_OFFICIAL), self.centre.station_id, "9", voter)
            except Refused:
                continue
            if isinstance(done, Admitted):
                self.book.paper[voter] = "centre"

    def _finish(self) -> None:
        """Everything arrives after all, by stick, and once more for good measure."""
        for _ in range(2):
            self.arrive(self.laptop.journal.sealed)
        if not self.is_ended:
            end_package(
                *self._at_centre(Role.STATION_LEADER, reason="Alt er afleveret"),
                self.package_id,
                self.laptop.journal.last_seq,
            )
        self.laptop.installation.database.dispose()

    def _wrong(self) -> list[str]:
        found: list[str] = []
        with self.centre.installation.database.read() as session:
            package = self._package(session)
            if last_taken(session, package)[0] != self.laptop.journal.last_seq:
                found.append("not every line has arrived")
            for seq, (what, voter, answer) in self.book.lines.items():
                refused_there = what == "card" and voter in self.book.struck
                kind = PollCard if what == "card" else PollingEvent
                if not refused_there and session.scalar(select(kind.id).where(kind.id == answer)) is None:
                    found.append(f"line {seq} ({what}) was acknowledged and is lost")
            admitted = session.scalar(
                select(func.count()).where(
                    PollingEvent.entry_id.in_(self.voters), PollingEvent.kind == "admit", PollingEvent.desk != "9"
                )
            )
            acknowledged = sum(what == "admit" for what, _, _ in self.book.lines.values())
            if admitted != acknowledged:
                found.append(f"{admitted} admissions at the centre, {acknowledged} acknowledged at the laptop")
            rows = session.execute(
                select(PollingConflict.entry_id, PollingConflict.kind).where(
                    PollingConflict.entry_id.in_(self.voters)
                )
            )
            listed = Counter((row.entry_id, row.kind) for row in rows)
            found += [f"conflict not listed: {one[1]}" for one in (self.book.expected - listed).elements()]
            found += [f"conflict out of the blue: {one[1]}" for one in (listed - self.book.expected).elements()]
        return [f"day {self.number}: {one}" for one in found]

    def arrive(self, sealed: Sequence[bytes]) -> Answer:
        with self.centre.installation.database.read() as session:
            package = self._package(session)
        done = hand_in(self.centre.installation, package, sealed, "line")
        self.book.take(done.last_seq)
        code = done.trouble.kind.code if done.trouble else ""
        return Answer(done.last_seq, datetime.now(UTC), code, code)

    def _news(self) -> bytes:
        keyring = self.centre.installation.keys.open(self.centre.scope.municipality)
        with self.centre.installation.database.read() as session:
            package = self._package(session)
            election = read_election(session, self.centre.scope, self.centre.election_id)
            station = session.get(Station, (package.municipality, package.council, package.station_id))
            assert station is not None
            number = int(self.centre.now.timestamp() * 1000)
            _, content = news_of(session, election, station, number, last_taken(session, package)[0])
        return close_news(content, self._secrets(), keyring.signing)

    def _start(self) -> Laptop:
        memory = self.folder / f"memory-{uuid4()}"
        memory.mkdir()
        shutil.copyfile(self.centre.template, memory / "raadsvalg.db")
        package = kept(self.folder, self.package_id)
        assert package is not None
        return start(package, self._secrets().key, memory, self.disk / "journal", self.stick / "journal")

    def _secrets(self) -> Secrets:
        return secrets_of(self.centre.installation.keys.open(self.centre.scope.municipality), self.package_id)

    def _package(self, session: object) -> StationPackage:
        found = package_by_id(session, self.package_id)  # type: ignore[arg-type]
        assert found is not None
        return found

    def _card(self, session: object, voter: UUID) -> UUID | None:
        entry = session.get(RollEntry, (self.centre.scope.municipality, self.centre.scope.council, voter))  # type: ignore[attr-defined]
        card = valid_card_of(session, entry)  # type: ignore[arg-type]
        return card.id if card is not None else None

    def _at_laptop(
        self, role: Role = Role.POLLING_OFFICIAL, *, reason: str = ""
    ) -> tuple[Installation, Scope, Act, UUID]:
        act = self.centre.act(role, reason=reason)
        return self.laptop.installation, self.centre.scope, act, self.centre.election_id

    def _at_centre(
        self, role: Role, *, reason: str = "", second: Role | None = None
    ) -> tuple[Installation, Scope, Act, UUID]:
        act = self.centre.act(role, reason=reason, second=second)
        return self.centre.installation, self.centre.scope, act, self.centre.election_id


def strain(centre: Centre, numbers: Sequence[int], say: Callable[[str], None] = lambda _: None) -> list[str]:
    """Play these scenarios, telling after every tenth how far it is; what is wrong, in words."""
    wrong: list[str] = []
    for place, number in enumerate(numbers):
        day = Day(centre, number, place)
        wrong += day.play()
        shutil.rmtree(day.folder)
        if place % 10 == 9:
            say(f"{place + 1} of {len(numbers)} days, {len(wrong)} wrong")
    return wrong
