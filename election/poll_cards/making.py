"""Making the parts of a batch: printed, read back code by code, sealed, recorded.

The work can be stopped between two parts and goes on with the next one, also in another process. While one part is
read back the next one is printed, so that two processors have work. In memory are two parts and never more.
"""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from election.call import clock
from election.call.records import Election, stations
from election.call.records import election as read_election
from election.poll_cards import findings as say
from election.poll_cards.batch_acts import finish_part
from election.poll_cards.batch_records import Line, batch_by_id, fingerprint, part_lines, parts
from election.poll_cards.part_files import batch_folder, bound, file_names, sealed_files
from election.poll_cards.printing import card_data, card_header
from election.poll_cards.read_back import read_codes
from election.poll_cards.records import ANY_STATION, CardBatch, CardPart, card_text
from registry.act import Act, Installation
from registry.database import Scope
from registry.documents import render_chunks
from registry.findings import Refused
from registry.keys import Keyring
from registry.residents.progress import Progress, Stage

_STATIONS_ON_THE_FRONT = 3
"""More do not fit beside the address; they stand on the back (templates/documents/poll_card.typ)."""
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Job:
    """Whose batch is made, by whom."""

    installation: Installation
    scope: Scope
    act: Act
    election_id: UUID
    batch_id: UUID

    @property
    def keyring(self) -> Keyring:
        return self.installation.keys.open(self.scope.municipality)

    def read(self, session: Session) -> tuple[Election, CardBatch]:
        election = read_election(session, self.scope, self.election_id)
        batch = batch_by_id(session, election, self.batch_id)
        if batch is None:
            raise Refused(say.NO_SUCH_BATCH, status=404)
        return election, batch


@dataclass(frozen=True, slots=True)
class Drawn:
    """A part that is printed and not yet read back."""

    number: int
    lines: list[Line]
    texts: list[str]
    pages: list[int]
    pdf: bytes
    bound_to: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.pdf).hexdigest()


def make_parts(job: Job, progress: Progress) -> int:
    """Make every part that is not made yet, in order. Returns how many were made now.

    `progress` hears of each and may stop it: finished parts stay, the one at work is dropped. Raises Refused
    R435 with the card whose code is not what it must be; R436 when a card keeps changing meanwhile.
    """
    with job.installation.database.read() as session:
        _election, batch = job.read(session)
        done = parts(session, batch)
        _tidy(job, batch, done)
    missing = sorted(set(range(1, batch.parts + 1)) - {part.number for part in done})
    finished = len(done)
    with ThreadPoolExecutor(1) as checker:
        waiting: Future[int] | None = None
        for number in missing:
            drawn = _draw(job, number)
            if waiting is not None:
                waiting.result()
                finished += 1
            progress(Stage.PRINTED, finished, batch.parts)
            waiting = checker.submit(_finish, job, drawn)
        if waiting is not None:
            waiting.result()
            progress(Stage.PRINTED, finished + 1, batch.parts)
    return len(missing)


def _draw(job: Job, number: int) -> Drawn:
    with job.installation.database.read() as session:
        election, batch = job.read(session)
        lines = part_lines(session, election, batch, number)
        bound_to = bound(session, batch, number)
        every = [station.code for station in stations(session, election)]
        header = card_header(session, election) | {"dated_on": clock.local(batch.made_at).date()}
    texts = [card_text(job.keyring, election.code, line.station_code, line.card_id) for line in lines]
    cards = [
        card_data(
            name=line.name,
            address=line.address_lines,
            roll_number=line.number,
            stations=every if line.station_code == ANY_STATION else [line.station_code],
            text=text,
            is_replacement=line.is_replacement,
        )
        for line, text in zip(lines, texts, strict=True)
    ]
    has_back = len(every) > _STATIONS_ON_THE_FRONT
    pages = [2 if has_back and line.station_code == ANY_STATION else 1 for line in lines]
    pdf = b"".join(render_chunks("poll_card.typ", header, cards, size=max(1, len(cards)))) if cards else b""
    return Drawn(number, lines, texts, pages, pdf, bound_to)


def _finish(job: Job, drawn: Drawn) -> int:
    """Read back, seal, record; drawn anew where a card was replaced meanwhile."""
    for _ in range(_TRIES - 1):
        try:
            return _record(job, drawn)
        except Refused as refused:
            if refused.kind is not say.CHANGED_WHILE_PRINTED:
                raise
            drawn = _draw(job, drawn.number)
    return _record(job, drawn)


def _record(job: Job, drawn: Drawn) -> int:
    check(drawn)
    files = sealed_files(job.installation)
    names = file_names(job.scope, job.election_id, job.batch_id, drawn.number, drawn.sha256)
    files.write(job.keyring, names[0], drawn.bound_to, drawn.pdf)
    files.write(job.keyring, names[1], drawn.bound_to, _as_json(drawn))
    with job.installation.database.read() as session:
        at = clock.now(read_election(session, job.scope, job.election_id))
    act = replace(job.act, request_id=uuid4(), draw=uuid4(), at=at)
    given = (job.election_id, job.batch_id, drawn.number, fingerprint(drawn.lines), drawn.sha256, len(drawn.lines))
    try:
        return finish_part(job.installation, job.scope, act, *given)
    except Refused as refused:
        if refused.kind is not say.PART_MADE:
            for name in names:
                files.remove(name)
        raise


def check(drawn: Drawn) -> None:
    """Every code read back by another program and the same as it must be, or Refused R435."""
    if not drawn.lines:
        return
    codes = read_codes(drawn.pdf, drawn.pages)
    for line, text, code in zip(drawn.lines, drawn.texts, codes, strict=True):
        if code != text:
            raise Refused(say.CODE_NOT_READ, part=drawn.number, number=line.number)


def _as_json(drawn: Drawn) -> bytes:
    page, cards = 1, []
    for line, pages in zip(drawn.lines, drawn.pages, strict=True):
        cards.append(asdict(line) | {"card_id": str(line.card_id), "page": page})
        page += pages
    return json.dumps(cards, ensure_ascii=False).encode()


def _tidy(job: Job, batch: CardBatch, done: list[CardPart]) -> None:
    """What a killed process left: files of parts that were never recorded."""
    about = (job.scope, job.election_id, batch.id)
    known = {name for part in done for name in file_names(*about, part.number, part.sha256)}
    folder = batch_folder(*about)
    sealed_files(job.installation).keep_only(folder, {name.rpartition("/")[2] for name in known})
