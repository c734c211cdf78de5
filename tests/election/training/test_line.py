"""A lost line: desks get no answer, one admission goes through and only its answer is lost, the rest goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from election.training.line import LostLine

DESK = "/0259/raad/2017/stemmested/001/bord/1/"
ADMIT = DESK + "vaelger/abc/luk-ind"


class Program:
    """Remembers what reached it."""

    def __init__(self) -> None:
        self.reached: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.reached.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        start_response("200 OK", [])
        return [b"svar"]


class Plug:
    """A connection that remembers being closed."""

    is_closed = False

    def shutdown(self, _how: int) -> None:
        self.is_closed = True


def ask(line: LostLine, path: str, method: str = "GET", plug: Plug | None = None) -> tuple[str, bytes]:
    seen: list[str] = []
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "gunicorn.socket": plug}
    body = b"".join(line(environ, lambda status, _headers, *_: seen.append(status)))
    return seen[0], body


def make() -> tuple[LostLine, Program, list[float]]:
    now, program = [1000.0], Program()
    return LostLine(program, clock=lambda: now[0]), program, now


def test_a_line_that_is_not_lost_changes_nothing() -> None:
    line, program, _ = make()
    assert ask(line, DESK) == ("200 OK", b"svar")
    assert program.reached == [f"GET {DESK}"]


def test_a_desk_gets_no_answer_and_other_pages_do() -> None:
    line, program, now = make()
    line.lose(30)
    assert ask(line, DESK) == ("503 Service Unavailable", b"")
    assert ask(line, DESK + "opslag", "POST")[0].startswith("503")
    assert ask(line, "/0259/raad/2017/oevelse/")[0] == "200 OK"
    assert program.reached == ["GET /0259/raad/2017/oevelse/"]
    assert line.lost_answers == 2
    now[0] += 29.9
    assert ask(line, DESK)[0].startswith("503")
    now[0] += 0.1
    assert ask(line, DESK)[0] == "200 OK"


def test_one_admission_goes_through_without_an_answer() -> None:
    """The first is done and nobody is told; the second try does not even arrive; after the line, it does."""
    line, program, _ = make()
    line.lose(60)
    assert ask(line, ADMIT, "POST") == ("503 Service Unavailable", b"")
    assert ask(line, ADMIT, "POST") == ("503 Service Unavailable", b"")
    assert program.reached == [f"POST {ADMIT}"]
    line.restore()
    assert ask(line, ADMIT, "POST") == ("200 OK", b"svar")


def test_where_the_server_hands_over_the_connection_it_is_closed_without_a_word() -> None:
    line, _, _ = make()
    line.lose(30)
    plug = Plug()
    ask(line, DESK, plug=plug)
    assert plug.is_closed
