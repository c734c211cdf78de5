"""On the laptop: handing over line by line and fetching news, as long as it takes, disturbing no desk."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

import requests

from election.alone import findings as say
from election.alone.laptop import Laptop
from election.alone.rules import Link
from election.alone.taking_over import LINES_AT_ONCE
from registry.findings import Refused

_log = logging.getLogger("raadsvalg")
EVERY_SECONDS = 3.0
NEWS_EVERY_ROUNDS = 5
WAIT_SECONDS = (3.05, 15)
"""To connect, and to answer: a line that is half open must not hold the next try back for long."""
_MISMATCH = frozenset({say.CHAIN_BROKEN.code, say.LINE_UNREADABLE.code})


class NoLine(Exception):
    """The centre cannot be reached."""


class NotKnown(Exception):
    """Somebody answers, but knows nothing of this package."""


class Troubled(Exception):
    """The centre answers that it cannot now. The message says why, in words."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the centre says to lines that were handed over."""

    last_seq: int
    clock: datetime
    code: str = ""
    text: str = ""


class Line(Protocol):
    """The way to the centre. Raises NoLine, NotKnown, Troubled."""

    def hand_over(self, sealed: Sequence[bytes], in_all: int, clock: datetime) -> Answer: ...

    def news(self, known: str) -> bytes | None:
        """None when the list with this fingerprint is the newest."""
        ...


class WebLine:
    """By https, or by http inside a closed net: the lines are encrypted and the news is signed either way."""

    def __init__(self, address: str, package: UUID, token: str) -> None:
        self._at = f"{address}/stationspakke/{package}"
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"

    def hand_over(self, sealed: Sequence[bytes], in_all: int, clock: datetime) -> Answer:
        headers = {
            "X-Lines": str(in_all),
            "X-Clock": clock.isoformat(),
            "Content-Type": "application/octet-stream",
        }
        answer = self._ask("POST", "/linjer", b"".join(sealed), headers)
        try:
            told: dict[str, Any] = answer.json()
            return Answer(
                int(told["last_seq"]),
                datetime.fromisoformat(told["clock"]),
                told.get("code", ""),
                told.get("text", ""),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise NotKnown from error

    def news(self, known: str) -> bytes | None:
        try:
            answer = self._ask("GET", "/nyt", None, {"If-None-Match": known})
        except NotKnown:  # the package has ended; whether the centre knows it at all is said by /linjer
            return None
        return None if answer.status_code == 304 else answer.content

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> requests.Response:
        try:
            answer = self._session.request(
                method, self._at + path, data=body, headers=headers, timeout=WAIT_SECONDS, allow_redirects=False
            )
        except requests.RequestException as error:
            raise NoLine from error
        if answer.status_code in (401, 403, 404):
            raise NotKnown
        if answer.status_code not in (200, 304, 409):
            raise Troubled(f"centralen svarer med fejl {answer.status_code}")
        return answer


class Courier:
    """Rounds to the centre. One at a time; what it finds stands in the laptop's state."""

    def __init__(self, laptop: Laptop, line: Line) -> None:
        self.laptop, self.line = laptop, line
        self._stop = threading.Event()
        self._rounds = 0

    def begin(self) -> None:
        threading.Thread(target=self._run, name="courier", daemon=True).start()

    def end(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.round()
            except Exception:
                _log.exception("the courier stumbled; it goes on")
            self.laptop.journal.newest.wait(EVERY_SECONDS)
            self.laptop.journal.newest.clear()
            self._stop.wait(0.2)  # a queue's admissions travel together

    def round(self) -> Link:
        """Hand over what is new and, now and then, fetch news. Never raises for a line that is away."""
        laptop = self.laptop
        try:
            while self._hand_over():
                pass
            if laptop.link is Link.CONNECTED and self._rounds % NEWS_EVERY_ROUNDS == 0:
                self._fetch()
            self._rounds += 1
        except NoLine:
            self._now(Link.ALONE)
        except NotKnown:
            self._now(Link.OTHER_ELECTION)
        except Troubled as trouble:
            self._now(Link.INTERRUPTED, str(trouble))
        except Refused as trouble:
            self._now(Link.INTERRUPTED, trouble.in_danish())
        return laptop.link

    def _hand_over(self) -> bool:
        """Whether there is more to hand over."""
        laptop = self.laptop
        in_all = laptop.journal.last_seq
        begin = min(laptop.handed_over, in_all)
        sealed = laptop.journal.sealed[begin : begin + LINES_AT_ONCE]
        asked_at = datetime.now(UTC)
        answer = self.line.hand_over(sealed, in_all, asked_at)
        heard_at = datetime.now(UTC)
        with laptop.state_lock:
            laptop.skew = asked_at + (heard_at - asked_at) / 2 - answer.clock
            laptop.heard_at = heard_at
            # The centre's own word counts, also when it has less than before: it may have been restored.
            laptop.handed_over = answer.last_seq
        if answer.last_seq > in_all:
            laptop.journal.stop(say.CENTRE_IS_AHEAD)
            self._now(Link.MISMATCH, "centralen har flere registreringer end denne laptop")
            return False
        if answer.code in _MISMATCH:
            self._now(Link.MISMATCH, answer.text)
            return False
        if answer.code and answer.code != say.GAP.code:
            self._now(Link.INTERRUPTED, answer.text)
            return False
        self._now(Link.CONNECTED)
        is_moving = answer.last_seq > begin or (answer.code == say.GAP.code and answer.last_seq < begin)
        return is_moving and answer.last_seq < laptop.journal.last_seq

    def _fetch(self) -> None:
        news = self.line.news(self.laptop.news_sha256)
        if news is not None:
            self.laptop.take(news)

    def _now(self, link: Link, trouble: str = "") -> None:
        laptop = self.laptop
        with laptop.state_lock:
            if link is not Link.CONNECTED and (laptop.link is Link.CONNECTED or laptop.alone_since is None):
                laptop.alone_since = datetime.now(UTC)
            if link is Link.CONNECTED:
                laptop.alone_since = None
            laptop.link, laptop.trouble = link, trouble
