"""The journal of a laptop: every act on its disk and on the stick before anybody is told that it is done.

One line for each act, encrypted, pointing back to the line before. A line is written and flushed to the medium
inside the act's transaction; where that fails, the act is refused. Where the transaction fails after it, the line
is taken back. A line that was cut short by a stop was never answered for, so it is dropped at the next start.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import event

from election.alone.findings import JOURNAL_DAMAGED, NOT_WRITTEN, NOT_YET_THE_DAY, OUT_OF_STEP
from election.alone.rules import Line, is_too_early, line_hash
from election.alone.sealing import LineSeal
from election.alone.telling import line_of, read, written
from election.call.clock import local
from registry.act import Deed, Work
from registry.findings import FindingKind, Refused, Term

DISK, STICK = Term("laptoppens disk"), Term("USB-nøglen")
NAME = "journal"
Knows = Callable[[Work, object, tuple[object, ...]], Mapping[str, Any]]
"""What the laptop knew of the voter of an act, for the centre to compare."""


@dataclass
class JournalFile:
    """The lines on one medium."""

    path: Path
    where: str
    length: int = 0
    lines: list[bytes] = field(default_factory=list)

    def load(self, seal: LineSeal, first: str) -> list[tuple[Line, str]]:
        """Every whole line from the first. Raises Refused R777 where one in the middle is not whole."""
        raw = self.path.read_bytes() if self.path.exists() else b""
        pieces = raw.split(b"\n")
        found: list[tuple[Line, str]] = []
        prev, self.length, self.lines = first, 0, []
        for number, piece in enumerate(pieces[:-1], start=1):  # what follows the last line break was cut short
            try:
                seq, plain, own = seal.open(piece)
                line = read(plain)
            except (Refused, ValueError) as error:
                raise Refused(JOURNAL_DAMAGED, last=number - 1) from error
            if seq != number or line.seq != number or line.prev != prev:
                raise Refused(JOURNAL_DAMAGED, last=number - 1)
            found.append((line, own))
            prev, self.length = own, self.length + len(piece) + 1
            self.lines.append(piece + b"\n")
        return found

    def put(self, lines: list[bytes]) -> None:
        """Add lines and wait until they are on the medium. OSError: nothing was added."""
        try:
            size = self.path.stat().st_size if self.path.exists() else 0
            if size < self.length:
                raise OSError(f"{self.path} is not the medium that it was")
            with self.path.open("r+b" if self.path.exists() else "w+b") as file:
                file.truncate(self.length)
                file.seek(self.length)
                file.write(b"".join(lines))
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):
                self.cut(self.length)
            raise
        self.length += sum(len(line) for line in lines)

    def cut(self, length: int) -> None:
        """Take back what stands after `length`."""
        if self.path.exists():
            with self.path.open("r+b") as file:
                file.truncate(length)
                os.fsync(file.fileno())
        self.length = length


class StationJournal:
    """The journal of one package on this machine: on the disk and, where one was given, on a stick."""

    def __init__(
        self, seal: LineSeal, first: str, election_on: date, disk: Path, stick: Path | None = None
    ) -> None:
        """`first` is the package's fingerprint (hex): the first line points back to it."""
        self.seal, self._first, self._election_on = seal, first, election_on
        self.files = [JournalFile(disk, DISK)] + ([JournalFile(stick, STICK)] if stick else [])
        self.sealed: list[bytes] = []
        """Lines that are acknowledged, as they are handed over."""
        self.newest = threading.Event()
        self._last_hash = first
        self._stopped: FindingKind | None = None
        self.knows: Knows = lambda _work, _answer, _args: {}

    @property
    def last_seq(self) -> int:
        return len(self.sealed)

    def stop(self, why: FindingKind) -> None:
        """Nothing more is registered here until a new start."""
        self._stopped = why

    def load(self) -> list[Line]:
        """What was done before. The longer copy holds, the other is brought up to it. Raises R772, R777."""
        copies = [(file, file.load(self.seal, self._first)) for file in self.files]
        best, found = max(copies, key=lambda copy: len(copy[1]))
        for file, lines in copies:
            if [own for _, own in lines] != [own for _, own in found[: len(lines)]]:
                raise Refused(JOURNAL_DAMAGED, last=len(lines))
            try:
                file.cut(file.length)
                if best.lines[len(lines) :]:
                    file.put(best.lines[len(lines) :])
            except OSError as error:
                raise Refused(NOT_WRITTEN, where=file.where) from error
        self.sealed = list(best.lines)
        self._last_hash = found[-1][1] if found else self._first
        return [line for line, _ in found]

    def write(self, work: Work, deed: Deed, answer: object) -> None:
        """Part of the act (registry.act.Journal). Raises Refused R770–R773; then the act is not done."""
        if self._stopped is not None:
            raise Refused(self._stopped, status=503)
        if deed.name != "alone.take_news":  # the evening before, too; and it brings a demo's clock forward
            self._demand_the_day(work)
        seq = self.last_seq + 1
        args = work.called.args if work.called else ()
        line = line_of(work, deed, answer, seq, self._last_hash, self.knows(work, answer, args))
        plain = written(line)
        sealed = self.seal.close(seq, plain)
        before = self._last_hash
        self._put(sealed)
        self._last_hash = line_hash(plain)

        def acknowledged(_session: object) -> None:
            self.sealed.append(sealed)
            self.newest.set()

        def taken_back(_session: object) -> None:
            if self.last_seq >= seq:
                return
            self._last_hash = before
            try:
                for file in self.files:
                    file.cut(file.length - len(sealed))
            except OSError:
                self._stopped = OUT_OF_STEP

        event.listen(work.session, "after_commit", acknowledged, once=True)
        event.listen(work.session, "after_rollback", taken_back, once=True)

    def _demand_the_day(self, work: Work) -> None:
        today = local(work.act.at).date()
        if is_too_early(today, self._election_on):
            raise Refused(NOT_YET_THE_DAY, day=f"{self._election_on:%d.%m.%Y}", today=f"{today:%d.%m.%Y}")

    def _put(self, sealed: bytes) -> None:
        done: list[JournalFile] = []
        for file in self.files:
            try:
                file.put([sealed])
            except OSError as error:
                try:
                    for other in done:
                        other.cut(other.length - len(sealed))
                except OSError:
                    self._stopped = OUT_OF_STEP
                raise Refused(NOT_WRITTEN, status=503, where=file.where) from error
            done.append(file)
