"""How mail leaves the house: what must be configured, and that the way is closed where it has to be."""

from __future__ import annotations

import socket
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from registry.configuration import Configuration, ConfigurationError
from registry.mail.transports import (
    Console,
    Letter,
    NotSent,
    Sender,
    Smtp,
    mail_is_on,
    put_together,
    site_address,
    transport_of,
)
from tests.mail_server import MailServer, serving_mail

pytestmark = pytest.mark.slow

SERVER = Configuration(mail_host="smtp.example.dk", mail_from="valg@example.dk")
SENDER = Sender("valg@example.dk")


def mail(text: str = "Hej\n") -> EmailMessage:
    return put_together(
        SENDER, "amina@example.dk", Letter("Emne", text), "ar", UUID(int=7), datetime(2027, 11, 1, tzinfo=UTC)
    )


def test_without_configuration_no_mail_leaves() -> None:
    assert transport_of(Configuration()) is None
    assert not mail_is_on(Configuration())


def test_a_server_is_used_as_configured(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("en-adgangskode\n", encoding="utf-8")
    given = replace(SERVER, mail_user="valg", mail_password_file=str(secret), mail_reply_to="svar@example.dk")
    assert transport_of(given) == Smtp(
        Sender("valg@example.dk", "svar@example.dk"), "smtp.example.dk", 587, "starttls", "valg", "en-adgangskode"
    )
    assert mail_is_on(given)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"mail_host": "smtp.example.dk"}, "RAADSVALG_MAIL_FROM is missing"),
        ({"mail_from": "valg@example.dk"}, "RAADSVALG_MAIL_FROM without RAADSVALG_MAIL_HOST"),
        ({"mail_user": "valg"}, "RAADSVALG_MAIL_USER without"),
        ({"mail_host": "h", "mail_from": "ingen adresse"}, "RAADSVALG_MAIL_FROM must be"),
        ({"mail_host": "h", "mail_from": "a@b.dk\nBcc: c@d.dk"}, "RAADSVALG_MAIL_FROM must be"),
        ({"mail_host": "h", "mail_from": "a@b.dk", "mail_reply_to": "x"}, "RAADSVALG_MAIL_REPLY_TO"),
        ({"mail_host": "h", "mail_from": "a@b.dk", "mail_security": "ssl"}, "RAADSVALG_MAIL_SECURITY"),
        ({"mail_host": "h", "mail_from": "a@b.dk", "mail_port": 0}, "RAADSVALG_MAIL_PORT"),
        ({"mail_host": "h", "mail_from": "a@b.dk", "mail_port": 70000}, "RAADSVALG_MAIL_PORT"),
        ({"mail_host": "h", "mail_from": "a@b.dk", "mail_user": "u"}, "MAIL_USER, RAADSVALG_MAIL_PASSWORD_FILE"),
        ({"mail_host": "h", "mail_from": "a@b.dk", "mail_password_file": "f"}, "belong together"),
        (
            {"mail_host": "h", "mail_from": "a@b.dk", "mail_user": "u", "mail_password_file": "/findes/ikke"},
            "RAADSVALG_MAIL_PASSWORD_FILE cannot be read",
        ),
        (
            {
                "mail_host": "h",
                "mail_from": "a@b.dk",
                "mail_user": "u",
                "mail_password_file": "f",
                "mail_security": "none",
            },
            "in the clear",
        ),
        ({"mail_host": "h", "mail_from": "a@b.dk", "mail_to_console": True}, "only one of"),
    ],
)
def test_half_a_configuration_stops_the_program_and_is_named(given: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        transport_of(Configuration(**given))


@pytest.mark.parametrize(
    ("given", "is_fine"),
    [
        ("", True),
        ("https://valg.example.dk/", True),
        ("http://localhost:8000", True),
        ("http://valg.example.dk", False),
        ("valg.example.dk", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://valg.example.dk/?a=b", False),
    ],
)
def test_links_lead_to_a_closed_address_only(given: str, is_fine: bool) -> None:
    configuration = Configuration(address=given)
    if is_fine:
        assert site_address(configuration) == given.rstrip("/")
    else:
        with pytest.raises(ConfigurationError, match="RAADSVALG_ADDRESS"):
            site_address(configuration)


def test_a_demo_prints_the_whole_mail(capsys: pytest.CaptureFixture[str]) -> None:
    made = transport_of(Configuration(mail_to_console=True))
    assert isinstance(made, Console)
    made.send(mail("http://localhost/et-langt-link/" + "x" * 90 + "\nمرحبا\n"))
    shown = capsys.readouterr().out
    assert "To: amina@example.dk" in shown
    assert "Subject: Emne" in shown
    assert "http://localhost/et-langt-link/" + "x" * 90 + "\nمرحبا\n" in shown


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of 127.0.0.1, by itself."""
    folder = tmp_path_factory.mktemp("certificate")
    made = folder / "both.pem"
    subprocess.run(
        [
            *["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"],
            *["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(folder / "key"), "-out", str(made)],
        ],
        check=True,
        capture_output=True,
    )
    with made.open("a") as both:
        both.write((folder / "key").read_text())
    return made


@pytest.fixture
def closed_server(certificate: Path) -> Iterator[MailServer]:
    """Takes mails after STARTTLS and from whoever knows the password only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        is_right = isinstance(given, LoginPassword) and given.password == b"en-adgangskode"
        return AuthResult(success=is_right, handled=False)

    with serving_mail(tls_context=context, authenticator=knows, auth_required=True) as made:
        yield made


def sends(server: MailServer, password: str = "en-adgangskode", security: str = "starttls") -> str:
    try:
        Smtp(SENDER, "127.0.0.1", server.port, security, "valg", password).send(mail())
    except NotSent as trouble:
        return f"{trouble.code}, for good" if trouble.is_permanent else trouble.code
    return "sent"


def test_the_password_goes_through_a_closed_way(
    closed_server: MailServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert sends(closed_server) == "sent"
    assert closed_server.texts() == ["Hej\n"]
    assert sends(closed_server, password="forkert") == "535 SMTPAuthenticationError"


def test_a_server_that_cannot_prove_who_it_is_gets_nothing(closed_server: MailServer) -> None:
    assert sends(closed_server) == "SSLCertVerificationError"
    assert closed_server.mails == []


def test_without_a_closed_way_no_mail_is_sent_when_one_is_asked_for() -> None:
    with serving_mail() as server:
        assert sends(server) == "SMTPNotSupportedError"
        assert server.mails == []


def test_a_server_that_says_nothing_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.mail.transports._WAIT_SECONDS", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        server = MailServer(port=silent.getsockname()[1])
        assert sends(server, security="none") == "SMTPServerDisconnected"


def test_a_domain_with_danish_letters_is_reached_through_any_server() -> None:
    """Also one that knows ASCII only; the address stands in the case as it was typed."""
    with serving_mail(enable_SMTPUTF8=False) as server:
        smtp = Smtp(Sender("valg@example.dk"), "127.0.0.1", server.port, "none")
        letter, at = Letter("Hej", "Din anmeldelse er modtaget."), datetime(2017, 11, 9, tzinfo=UTC)
        smtp.send(put_together(smtp.sender, "info@kørøb.dk", letter, "da", UUID(int=1), at))
    assert [mail["To"] for mail in server.mails] == ["info@xn--krb-0nab.dk"]
