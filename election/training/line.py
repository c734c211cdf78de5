"""A line that is lost for a while: the desk's requests get no answer, the rest of the program goes on.

The first voter who is let in meanwhile is let in, and only the answer is lost: that is the case in which a desk
must not do it twice.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

_DESK = re.compile(r"^/[^/]+/[^/]+/[^/]+/stemmested/[^/]+/bord/")
_ADMITS = re.compile(r"/luk-ind/?$")
_SOCKETS = ("gunicorn.socket", "werkzeug.socket")


@dataclass
class LostLine:
    """WSGI: closes the connection of a desk without an answer while the line is lost; 503 where it cannot."""

    app: Callable[..., Iterable[bytes]]
    clock: Callable[[], float] = time.monotonic
    until: float = 0.0
    lost_answers: int = 0
    _lets_one_through: bool = False
    _guard: Lock = field(default_factory=Lock)

    def lose(self, seconds: int) -> None:
        with self._guard:
            self.until, self._lets_one_through, self.lost_answers = self.clock() + seconds, True, 0

    def restore(self) -> None:
        with self._guard:
            self.until = 0.0

    @property
    def seconds_left(self) -> int:
        return max(0, round(self.until - self.clock()))

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if self.clock() >= self.until or not _DESK.match(environ.get("PATH_INFO", "")):
            return self.app(environ, start_response)
        with self._guard:
            self.lost_answers += 1
            goes_through = self._lets_one_through and _is_admission(environ)
            if goes_through:
                self._lets_one_through = False
        if goes_through:
            self._work_without_answer(environ)
        return _hang_up(environ, start_response)

    def _work_without_answer(self, environ: dict[str, Any]) -> None:
        answer = self.app(environ, lambda *_args, **_kwargs: lambda _data: None)
        try:
            for _ in answer:
                pass
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()


def _is_admission(environ: dict[str, Any]) -> bool:
    return environ.get("REQUEST_METHOD") == "POST" and bool(_ADMITS.search(environ.get("PATH_INFO", "")))


def _hang_up(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    connection = next((environ[key] for key in _SOCKETS if environ.get(key) is not None), None)
    if connection is not None:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
    start_response("503 Service Unavailable", [("Content-Length", "0"), ("Connection", "close")])
    return [b""]
