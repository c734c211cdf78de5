"""A broker for MitID in the tests: a real OpenID provider package in a process, with invented people.

What a person's record says overrides what the provider would put into the ID token, so that every token that
must be refused can be had from it, properly signed.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import requests

from registry.configuration import Configuration

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

CLIENT = "raadsvalg-proeve"


@dataclass
class BrokerOfTests:
    """`issuer` is its address."""

    issuer: str

    def wait(self) -> None:
        """Until it answers; it takes a second or two to start."""
        for _ in range(200):
            try:
                requests.get(self.issuer + "/.well-known/openid-configuration", timeout=10)
            except requests.ConnectionError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError("the broker of the tests did not start")

    def configured(self, configuration: Configuration, **settings: Any) -> Configuration:
        """The configuration of an application that uses this broker."""
        secret = configuration.instance / "mitid.secret"
        secret.write_text("en-proeves-hemmelighed\n", encoding="utf-8")
        given: dict[str, Any] = {"mitid_issuer": self.issuer, "mitid_client": CLIENT, "mitid_scopes": "openid"}
        return replace(configuration, **given | {"mitid_secret_file": str(secret)} | settings)

    def knows(self, subject: str, **claims: object) -> None:
        """Somebody with these claims, on top of or in place of the usual ones."""
        told: dict[str, Any] = {"loa": "https://data.gov.dk/concept/core/nsis/loa/Substantial"}
        told |= claims
        answer = requests.put(f"{self.issuer}/users/{subject}", json=told, timeout=10)
        assert answer.status_code == 204

    def proves(self, address: str, subject: str) -> str:
        """What the person does at the broker: the path and query with which the browser comes back."""
        answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        back = urlsplit(answer.headers["Location"])
        return f"{back.path}?{back.query}"

    def cancels(self, address: str) -> str:
        answer = requests.post(address, data={"action": "deny"}, allow_redirects=False, timeout=10)
        back = urlsplit(answer.headers["Location"])
        # This provider forgets the state when somebody cancels, which it must not (RFC 6749, 4.1.2.1).
        return f"{back.path}?{back.query}&state={query_of(address)['state']}"


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def begun(client: FlaskClient, page: str, municipality: str = "0259") -> str:
    """Follow the link to MitID from `page`: the address of the broker."""
    answer = client.get(f"/mitid/{municipality}/log-ind", query_string={"next": page})
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return str(answer.headers["Location"])


def signed_in(client: FlaskClient, broker: BrokerOfTests, subject: str, page: str) -> TestResponse:
    """The whole way to the broker and back; the answer is the redirect to `page`, or a refusal."""
    return client.get(broker.proves(begun(client, page), subject))


@contextmanager
def serving_broker() -> Iterator[BrokerOfTests]:
    """The provider in a process of its own, for as long as the block lasts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "oidc_provider_mock",
        "--port",
        str(port),
        "--host",
        "localhost",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    made = BrokerOfTests(f"http://localhost:{port}")
    try:
        made.wait()
        yield made
    finally:
        process.terminate()
        process.wait(10)
