"""A station's laptop: its list laid out in memory, its journal told again, and from then on the station's server.

The list is decrypted into a folder that lives in the machine's memory; only the encrypted package and the
encrypted journal stay on the disk. A new start makes the same state again from these two, so does another laptop
with the same stick.
"""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from election.alone import findings as say
from election.alone.acts import take_news
from election.alone.contents import lay_out, unpacked
from election.alone.journal import StationJournal
from election.alone.news import changes, read_news
from election.alone.package import opened
from election.alone.rules import LaptopState, Line, Link
from election.alone.sealing import Head, LineSeal, Secrets, fingerprint, open_news
from election.alone.taking_over import stick_file
from election.alone.telling import act_at, act_of, input_of
from election.call.clock import now
from election.call.records import Election
from election.call.records import election as election_by_id
from election.poll_cards.records import PollCard, valid_card_of
from election.polling.records import PollingEvent, standing_event
from election.polling.rules import EventKind
from election.postal.records import PostalVote
from election.roll.records import RollEntry
from registry.accounts.records import holds_role
from registry.act import Act, Installation, Work
from registry.database import Database, Scope
from registry.findings import Refused
from registry.keys import KeyFolder
from registry.roles import Role
from registry.schema import upgrade


@dataclass
class Laptop:
    """What one process on a laptop holds: the installation with the journal, and how it stands to the centre."""

    head: Head
    using: Secrets
    sha256: str
    installation: Installation
    journal: StationJournal
    state_lock: threading.Lock = field(default_factory=threading.Lock)
    handed_over: int = 0
    """The newest line that the centre has said it has."""
    link: Link = Link.ALONE
    heard_at: datetime | None = None
    alone_since: datetime | None = None
    trouble: str = ""
    skew: timedelta | None = None
    news_number: int = 0
    news_sha256: str = ""

    @property
    def scope(self) -> Scope:
        return Scope(self.head.municipality, self.head.council)

    @property
    def state(self) -> LaptopState:
        with self.state_lock:
            unsent = max(0, self.journal.last_seq - self.handed_over)
            return LaptopState(
                self.link, unsent, self.heard_at, self.alone_since, self.trouble, self.skew, self.news_number
            )

    def delivery(self, after: int = 0) -> bytes:
        """The file that a stick carries to the centre: encrypted lines from the one after `after`."""
        return stick_file(self.head.package, self.journal.sealed[after:])

    def take(self, news: bytes) -> int:
        """Bring the list up to the centre's. Returns how many rows changed. Raises Refused R775, R778."""
        told = read_news(open_news(news, self.using, self.head.public_key))
        if told.number < self.news_number:
            raise Refused(say.NEWS_TOO_OLD, given=told.number, last=self.news_number)
        with self.installation.database.read() as session:
            differs = changes(session, self.head.station, told, self.journal.last_seq)
            at = now(election_by_id(session, self.scope, self.head.election))
        if differs:
            # The signature is the centre's: whoever made the package there answers for what it tells.
            trusting = replace(self.installation, holds_role=_told_by_the_centre)
            act = Act(self.head.made_by, Role.STATION_LEADER, at, uuid4())
            take_news(trusting, self.scope, act, self.head.election, told.number, differs)
        with self.state_lock:
            self.news_number = told.number
            # What was left aside because lines were under way is asked for again.
            self.news_sha256 = told.sha256 if told.through == self.journal.last_seq else ""
        return len(differs)


def start(
    package: bytes, key: bytes, folder: Path, disk: Path, stick: Path | None = None, clock: datetime | None = None
) -> Laptop:
    """Lay the list out in `folder` and tell the journals of `disk` and `stick` again.

    `folder` must lie in memory and be empty. Raises Refused R774–R777, R772.
    """
    head, content, using = opened(package, key, clock or datetime.now(UTC))
    rows = unpacked(content)
    keys = KeyFolder(folder / "keys")
    _write_keys(keys, head.municipality, using)
    database = _database(folder)
    with database.write() as session:
        lay_out(session, rows)
    sha256 = fingerprint(package)
    election_on = rows["election"][0]["election_on"]
    journal = StationJournal(LineSeal(using), sha256, election_on, disk, stick)
    plain = Installation(database, keys, holds_role)
    told = journal.load()
    for line in told:
        tell(plain, head, line)
    journal.knows = knows
    made = Laptop(head, using, sha256, replace(plain, journal=journal), journal)
    made.news_number = max((int(line.args[0]) for line in told if line.act == "alone.take_news"), default=0)
    made.alone_since = datetime.now(UTC)
    made.link = Link.ALONE if head.address else Link.WITHOUT
    return made


def tell(installation: Installation, head: Head, line: Line) -> object:
    """Do once more what a line says, under its own request: the state becomes what it was."""
    _, done = act_at(line.place)
    args, kwargs = input_of(line)
    trusting = replace(installation, holds_role=_told_by_the_centre)
    scope = Scope(head.municipality, head.council)
    return done(trusting, scope, act_of(line), line.about, *args, **kwargs)


def knows(work: Work, answer: object, args: tuple[object, ...]) -> Mapping[str, Any]:
    """What this list says of the voter of an act, for the centre to compare: cards, paper, what was undone."""
    event_id = answer if isinstance(answer, UUID) else getattr(answer, "event_id", None)
    event = _event(work, event_id) if isinstance(event_id, UUID) else None
    entry_id = next((one for one in args[2:3] if isinstance(one, UUID)), None)
    found: dict[str, Any] = {}
    if event is not None:
        found["ballot_type"] = event.ballot_type
        found["undoes"] = str(event.undoes_id) if event.undoes_id else None
    letter = _vote(work, args[0]) if entry_id is None and args and isinstance(args[0], UUID) else None
    if letter is not None and letter.entry_id is not None:
        election = election_by_id(work.session, work.scope, letter.election_id)
        accepted = standing_event(work.session, election, letter.entry_id, EventKind.POSTAL_ACCEPTED)
        found["ballot_type"] = accepted.ballot_type if accepted is not None else ""
    if entry_id is not None:
        entry = work.session.get(RollEntry, (work.scope.municipality, work.scope.council, entry_id))
        card = valid_card_of(work.session, entry) if entry is not None else None
        found["card"] = str(card.id) if card is not None else None
        found["cards"] = sorted(str(one) for one in _cards(work, entry_id))
    return found


def _cards(work: Work, entry_id: UUID) -> list[UUID]:
    of_voter = (PollCard.municipality == work.scope.municipality) & (PollCard.council == work.scope.council)
    return list(work.session.scalars(select(PollCard.id).where(of_voter, PollCard.entry_id == entry_id)))


def _vote(work: Work, postal_id: UUID) -> PostalVote | None:
    return work.session.get(PostalVote, (work.scope.municipality, work.scope.council, postal_id))


def _event(work: Work, event_id: UUID) -> PollingEvent | None:
    return work.session.get(PollingEvent, (work.scope.municipality, work.scope.council, event_id))


def _told_by_the_centre(*_asked: object, **_more: object) -> bool:
    return True


def _database(folder: Path) -> Database:
    url = f"sqlite:///{folder / 'raadsvalg.db'}"
    upgrade(url)
    return Database(url)


def _write_keys(keys: KeyFolder, municipality: str, using: Secrets) -> None:
    path = keys.folder / municipality / "keys.json"
    path.parent.mkdir(parents=True, mode=0o700)
    path.touch(mode=0o600)
    content = {
        purpose: {str(version): b64encode(key).decode() for version, key in versions.items()}
        for purpose, versions in using.key_content().items()
    }
    path.write_text(json.dumps(content), encoding="utf-8")


def election_of(session: Session, laptop: Laptop) -> Election:
    return election_by_id(session, laptop.scope, laptop.head.election)
