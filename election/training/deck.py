"""The cards of an exercise: made through the acts from invented voters, and kept in a file beside the database.

The file says which voter each card stands for and how much was on record when it was made, so that the page sees
what has been met since. Drawing a new deck takes other voters.
"""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from election.call import clock
from election.call.records import Election, Station, election, stations
from election.poll_cards.records import PollCard, card_text, station_code_of, valid_cards
from election.poll_cards.rules import TOKEN_BYTES, compose
from election.polling.acts import admit, replace_card_at_station
from election.polling.records import PollingEvent, VoterMark
from election.polling.rules import EventKind
from election.postal.acts import receive, review
from election.roll.records import RollEntry, voters
from election.staffing.records import has_duties, roles_on_duty
from election.staffing.rules import AT_A_STATION, may_work_at
from election.training.rules import LESSONS, NO_COLLEAGUES, NO_MORE_VOTERS, Task
from registry.accounts.records import holders
from registry.act import Act, Installation
from registry.database import Scope
from registry.findings import Refused
from registry.keys import Keyring
from registry.roles import Role

FILE = "training.json"


@dataclass(frozen=True, slots=True)
class Dealt:
    """One card, or one person without a card. `text` is what is scanned or typed."""

    task: Task
    text: str
    born: str
    entry: str = ""
    before: int = 0


@dataclass(frozen=True, slots=True)
class Deck:
    """All cards of one exercise, and the texts that have been scanned since."""

    cards: tuple[Dealt, ...]
    dealt: tuple[str, ...] = ()
    """Voters who stand on any card, also of earlier decks: the rush leaves them alone."""
    scanned: frozenset[str] = field(default_factory=frozenset)


def read_deck(folder: Path) -> Deck | None:
    try:
        content = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    cards = tuple(Dealt(**(one | {"task": Task(one["task"])})) for one in content["cards"])
    return Deck(cards, tuple(content["dealt"]), frozenset(content["scanned"]))


def keep_deck(folder: Path, deck: Deck) -> None:
    """The whole file is replaced at once, so a reader never sees half of it."""
    content = {"cards": [asdict(one) for one in deck.cards], "dealt": deck.dealt, "scanned": sorted(deck.scanned)}
    new = folder / f"{FILE}.new"
    new.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    new.replace(folder / FILE)


def deal(installation: Installation, scope: Scope, election_id: UUID, dealt: tuple[str, ...] = ()) -> Deck:
    """New cards from voters that were never dealt. Raises Refused R698 when there are not enough."""
    with installation.database.read() as session:
        table = _Table.of(installation, session, scope, election_id, dealt)
    cards = list(_cards(installation, table))
    with installation.database.read() as session:
        counted = events_of(session, table.election, [one.entry for one in cards if one.entry])
    kept = tuple(_counted(one, counted) for one in cards)
    return Deck(kept, (*dealt, *(one.entry for one in kept if one.entry)))


def events_of(session: Session, of: Election, entries: list[str]) -> Mapping[str, list[EventKind]]:
    """What has happened to these voters at any desk, from the register of events."""
    rows = session.execute(
        select(PollingEvent.entry_id, PollingEvent.kind).where(
            PollingEvent.municipality == of.municipality,
            PollingEvent.council == of.council,
            PollingEvent.election_id == of.id,
            PollingEvent.entry_id.in_([UUID(one) for one in entries]),
        )
    )
    found: dict[str, list[EventKind]] = {one: [] for one in entries}
    for entry_id, kind in rows:
        found[str(entry_id)].append(EventKind(kind))
    return found


def waiting_voters(session: Session, of: Election, station: Station, dealt: tuple[str, ...]) -> list[UUID]:
    """Who can still be let in at a station and stands on no card."""
    taken = set(_marked(session, of)) | {UUID(one) for one in dealt}
    return [one.id for one in voters(session, of) if one.station_id in (None, station.id) and one.id not in taken]


def who_may_work(session: Session, of: Election, station_id: UUID, role: Role) -> list[UUID]:
    """Officials who may act at a station in this role: where there is a plan, those who are on it."""
    has_plan = has_duties(session, of)
    return [
        one
        for one in sorted(holders(session, of.scope)[role])
        if may_work_at(has_plan, roles_on_duty(session, of, station_id, one), role)
    ]


@dataclass
class _Table:
    """What the dealing needs, read once."""

    scope: Scope
    election: Election
    here: Station
    elsewhere: Station | None
    keyring: Keyring
    people: Mapping[Role, list[UUID]]
    free: list[tuple[PollCard, RollEntry]]
    texts: Mapping[UUID, str]
    birth_days: frozenset[date]

    @classmethod
    def of(
        cls, installation: Installation, session: Session, scope: Scope, election_id: UUID, dealt: tuple[str, ...]
    ) -> _Table:
        of = election(session, scope, election_id)
        every, keyring = stations(session, of), installation.keys.open(scope.municipality)
        cards, taken = valid_cards(session, of), set(_marked(session, of)) | {UUID(one) for one in dealt}
        by_id = {one.id: one for one in every}
        return cls(
            scope,
            of,
            every[0],
            every[1] if len(every) > 1 else None,
            keyring,
            {role: who_may_work(session, of, every[0].id, role) for role in AT_A_STATION},
            [(card, entry) for card, entry in cards if entry.id not in taken],
            {
                entry.id: card_text(keyring, of.code, station_code_of(entry, by_id), card.id)
                for card, entry in cards
            },
            frozenset(entry.born_on for _, entry in cards),
        )

    def act(self, role: Role, *, second: Role | None = None) -> Act:
        cosigners = self.people[second] if second else []
        actor = next(iter(self.people[role]), None)
        cosigner = next((one for one in cosigners if one != actor), None)
        if actor is None or (second and cosigner is None):
            raise Refused(NO_COLLEAGUES)
        return Act(actor, role, clock.now(self.election), uuid4(), "Øvelse", cosigner)

    def take(self, *, is_protected: bool = False, station: Station | None = None) -> RollEntry:
        """The next voter of a station; those who are alike are kept for their own lesson."""
        wanted, doubles = (station or self.here).id, self._doubles()
        for place, (_, entry) in enumerate(self.free):
            if entry.station_id not in (None, wanted) or entry.is_protected != is_protected:
                continue
            if not is_protected and (entry.name, entry.born_on) in doubles:
                continue
            return self.free.pop(place)[1]
        raise Refused(NO_MORE_VOTERS)

    def take_alike(self) -> list[RollEntry]:
        doubles = self._doubles()
        found = [
            entry
            for _, entry in self.free
            if (entry.name, entry.born_on) in doubles and entry.station_id in (None, self.here.id)
        ][:2]
        self.free = [one for one in self.free if one[1] not in found]
        return found

    def _doubles(self) -> set[tuple[str, date]]:
        count = Counter((entry.name, entry.born_on) for _, entry in self.free if not entry.is_protected)
        return {who for who, number in count.items() if number > 1}

    def card(self, task: Task, entry: RollEntry, text: str = "") -> Dealt:
        return Dealt(task, text or self.texts[entry.id], f"{entry.born_on:%d-%m-%Y}", str(entry.id))


def _cards(installation: Installation, table: _Table) -> Iterator[Dealt]:
    by, which = (installation, table.scope), table.election.id
    yield table.card(Task.ORDINARY, table.take())
    for entry in table.take_alike():
        yield table.card(Task.ALIKE, entry)
    with_name_hidden = next((e for _, e in table.free if e.is_protected), None)
    if with_name_hidden is not None:
        yield table.card(Task.PROTECTED, table.take(is_protected=True))
    used = table.take()
    admit(*by, table.act(Role.POLLING_OFFICIAL), which, table.here.id, "2", used.id)
    yield table.card(Task.DOUBLE, used)
    by_post = table.take()
    came = receive(
        *by,
        table.act(Role.STATION_LEADER),
        which,
        table.here.id,
        by_post.id,
        None,
        "Borgerservice",
    )
    review(*by, table.act(Role.STATION_LEADER, second=Role.POLLING_OFFICIAL), which, came.postal_id, True, None)
    yield table.card(Task.POSTAL, by_post)
    lost = table.take()
    replace_card_at_station(*by, table.act(Role.POLLING_OFFICIAL), which, table.here.id, "2", lost.id)
    yield table.card(Task.REPLACED, lost)
    if table.elsewhere is not None:
        yield table.card(Task.OTHER_STATION, table.take(station=table.elsewhere))
    other = "ZZ" if table.election.code != "ZZ" else "YY"
    foreign = compose(election_code=other, station_code="001", token=secrets.token_bytes(TOKEN_BYTES))
    yield Dealt(Task.OTHER_ELECTION, foreign, "")
    nobody = next(day for day in _days() if day not in table.birth_days)
    yield Dealt(Task.NOT_ON_ROLL, f"{nobody:%d%m%y}", f"{nobody:%d-%m-%Y}")


def _days() -> Iterator[date]:
    """Days of birth to look for one on which nobody here was born."""
    day = date(1972, 2, 29)
    while True:
        yield day
        day += timedelta(days=1)


def _counted(card: Dealt, counted: Mapping[str, list[EventKind]]) -> Dealt:
    leaves = LESSONS[card.task].leaves
    before = sum(kind is leaves for kind in counted.get(card.entry, ()))
    return Dealt(card.task, card.text, card.born, card.entry, before)


def _marked(session: Session, of: Election) -> list[UUID]:
    return list(
        session.scalars(
            select(VoterMark.entry_id)
            .join(
                RollEntry,
                (RollEntry.municipality == VoterMark.municipality)
                & (RollEntry.council == VoterMark.council)
                & (RollEntry.id == VoterMark.entry_id),
            )
            .where(
                VoterMark.municipality == of.municipality,
                VoterMark.council == of.council,
                RollEntry.election_id == of.id,
            )
        )
    )
