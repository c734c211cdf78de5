"""A candidate's phone without scripts: what is on a page goes back with its form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from election.call.acts import move_clock
from tests.broker import signed_in

if TYPE_CHECKING:
    from datetime import datetime

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.broker import BrokerOfTests
    from tests.scenarios import Played

HERE = "/0259/integrationsraad/2017/kandidater"
CASE = f"{HERE}/min-sag"
_BOUNDARY = "7d93b6a2e1c4"
_HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')


def hidden_of(page: str, action: str | None = None) -> dict[str, str]:
    """The hidden fields of the form that goes to `action`, or of the one that goes back to its own page."""
    for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
        opening = form.split(">", 1)[0]
        goes_to = re.search(r'action="([^"]*)"', opening)
        if (goes_to[1] if goes_to else None) == action:
            return {_attribute(tag, "name"): _attribute(tag, "value") for tag in _HIDDEN.findall(form)}
    raise AssertionError(f"no form to {action or 'the page itself'} in: {page[-3000:]}")


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found[1] if found else ""


@dataclass
class Phone:
    """Paths begin at the own case."""

    client: FlaskClient

    def sign_in(self, broker: BrokerOfTests, subject: str, cpr: str) -> Phone:
        broker.knows(subject, **{"dk.cpr": cpr})
        answer = signed_in(self.client, broker, subject, CASE)
        assert (answer.status_code, answer.location) == (302, CASE)
        return self

    def begin(self) -> Phone:
        answer = self.client.post(f"{CASE}/begynd", data=hidden_of(self.reads(), f"{CASE}/begynd"))
        assert (answer.status_code, answer.location) == (303, CASE), answer.get_data(as_text=True)
        return self

    def reads(self, path: str = "") -> str:
        answer = self.client.get(CASE + path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return answer.get_data(as_text=True)

    def fill(self, path: str, **typed: Any) -> TestResponse:
        """Open a form, type, and send it."""
        return self.send(path, hidden_of(self.reads(path)), **typed)

    def send(self, path: str, hidden: dict[str, str], **typed: Any) -> TestResponse:
        return self.client.post(CASE + path, data=hidden | typed)

    def saves(self, path: str, **typed: Any) -> None:
        answer = self.fill(path, **typed)
        assert answer.status_code == 303, answer.get_data(as_text=True)

    def sends_photo(self, content: bytes, name: str = "foto.jpg") -> TestResponse:
        hidden = hidden_of(self.reads("/foto"), f"{CASE}/foto")
        # Put together by hand: the client's own way leaves a file open when much is sent.
        begins = f"--{_BOUNDARY}\r\nContent-Disposition: form-data; name="
        fields = "".join(f'{begins}"{key}"\r\n\r\n{value}\r\n' for key, value in hidden.items())
        head = f'{fields}{begins}"photo"; filename="{name}"\r\n\r\n'.encode()
        body = head + content + f"\r\n--{_BOUNDARY}--\r\n".encode()
        kind = f"multipart/form-data; boundary={_BOUNDARY}"
        return self.client.post(f"{CASE}/foto", data=body, content_type=kind)


def text_of(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def at_clock(played: Played, instant: datetime) -> None:
    """Set the clock of the election."""
    act = played.act("election_administrator")
    move_clock(*played.by, act, played.election_id, instant)
    played.now = instant
