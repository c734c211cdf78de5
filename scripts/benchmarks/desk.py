"""One desk as a process of its own: signs in, then sends the desk's admit form as fast as it is answered.

Standard library only, so that thirty-two of them start quickly. Talks with `checkin` in lines of JSON: first
where to sign in, then for each round the attempts, then `go`. Runs as `python -m scripts.benchmarks.desk`.
"""

from __future__ import annotations

import json
import re
import socket
import sys
import time
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

_ANSWER_WITHIN_S = 60.0
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)
_LOCATION = re.compile(rb"\r\nlocation: *([^\r]+)", re.I)
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="csrf_token"')


class Desk:
    """A signed-in browser that stands at one desk."""

    def __init__(self, port: int, username: str, password: str, address: str) -> None:
        self.port, self.address = port, address
        self.cookies: dict[str, str] = {}
        page = self._page("GET", "/log-ind")
        self._page("POST", "/log-ind", username=username, password=password, csrf_token=_token_of(page))
        self.csrf_token = _token_of(self._page("GET", address))
        self.cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items()).encode()

    def _page(self, method: str, path: str, **fields: str) -> str:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fields:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=_ANSWER_WITHIN_S)
        connection.request(method, path, urlencode(fields) if fields else None, headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        connection.close()
        if answer.status != (302 if fields else 200):
            raise RuntimeError(f"{method} {path} was answered with {answer.status}")
        return body

    def work(self, attempts: list[list[str]], seconds: float) -> dict[str, Any]:
        """Send the attempts (entry, request id) one after the other until all are answered or time is up."""
        done: list[tuple[str, float]] = []
        begun = time.monotonic()
        with socket.create_connection(("127.0.0.1", self.port), _ANSWER_WITHIN_S) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for entry_id, request_id in attempts:
                sent = time.monotonic()
                if sent - begun > seconds:
                    break
                line.sendall(self._form(entry_id, request_id))
                outcome = self._outcome(_read(line))
                done.append((outcome, time.monotonic() - sent))
        return {"begun": begun, "ended": time.monotonic(), "answers": done}

    def _form(self, entry_id: str, request_id: str) -> bytes:
        body = urlencode({"csrf_token": self.csrf_token, "request_id": request_id}).encode()
        return (
            f"POST {self.address}vaelger/{entry_id}/luk-ind?fra=kort HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\nCookie: "
        ).encode() + b"%b\r\n\r\n%b" % (self.cookie, body)

    def _outcome(self, head: bytes) -> str:
        """What became of an attempt. A cookie that comes with it is dropped: it holds what the next page shows
        once and forgets, and no page is shown here, so it would grow from refusal to refusal.
        """
        location = _LOCATION.search(head)
        if location and b" 303 " in head[:16]:
            where = location.group(1)
            if b"udfald=" in where:
                return "admitted " + where.split(b"udfald=")[1].decode()
            if b"/vaelger/" in where:
                return "refused"
        return "trouble " + head.split(b"\r\n", 1)[0].decode(errors="replace")


def _read(line: socket.socket) -> bytes:
    """The head of the answer; its body is read and dropped."""
    got = b""
    while b"\r\n\r\n" not in got:
        part = line.recv(65536)
        if not part:
            raise ConnectionError("the server closed the line in the middle of an answer")
        got += part
    head, _, body = got.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    missing = (int(length.group(1)) if length else 0) - len(body)
    while missing > 0:
        missing -= len(line.recv(65536))
    return head


def _token_of(page: str) -> str:
    found = _TOKEN.search(page)
    if found is None:
        raise RuntimeError("the page has no form")
    return found.group(1) or found.group(2)


def main() -> None:
    place = json.loads(sys.stdin.readline())
    desk = Desk(place["port"], place["username"], place["password"], place["address"])
    print("ready", flush=True)
    for line in sys.stdin:
        given = json.loads(line)
        print("ready", flush=True)
        if sys.stdin.readline().strip() != "go":
            return
        print(json.dumps(desk.work(given["attempts"], given["seconds"])), flush=True)


if __name__ == "__main__":
    main()
