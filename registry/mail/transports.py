"""How a mail leaves the house: by a mail server, or onto the screen of a demo."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from unicodedata import category
from urllib.parse import urlsplit
from uuid import UUID

import click

from registry.configuration import Configuration, ConfigurationError

_WAIT_SECONDS = 20
_SECURITY = ("starttls", "tls", "none")
_NO_HOST = ("mail_user", "mail_password_file", "mail_from", "mail_reply_to")
_OWN_MACHINE = ("localhost", "127.0.0.1", "::1")
_BREAKS = ("Cc", "Zl", "Zp")
"""Control characters and ends of lines. Marks of direction, and the joiners of Persian, belong to the text."""
_DEMO_SENDER = "raadsvalg@localhost"


class NotSent(Exception):
    """The mail did not leave. `code` says why in a word or two: never an address, never what it says."""

    def __init__(self, code: str, *, is_permanent: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.is_permanent = is_permanent


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Who mails come from."""

    address: str
    reply_to: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


class Transport(Protocol):
    @property
    def sender(self) -> Sender: ...

    def send(self, mail: EmailMessage) -> None:
        """Raises NotSent."""
        ...


def put_together(
    sender: Sender, to: str, letter: Letter, language: str, mail_id: UUID, at: datetime
) -> EmailMessage:
    """The whole mail. Its id is that of the message, so that one that is sent twice can be told to be the same.

    A line break in a subject would begin a header of somebody else's making. Raises NotSent for a bad address.
    """
    mail = EmailMessage()
    try:
        name, _at, domain = to.rpartition("@")
        # kørøb.dk is a domain like any other, and every server takes it in its other writing.
        mail["To"] = Address(addr_spec=f"{name}@{domain.encode('idna').decode()}")
    except (ValueError, IndexError, HeaderParseError) as error:
        raise NotSent("address", is_permanent=True) from error
    mail["From"] = Address(addr_spec=sender.address)
    if sender.reply_to:
        mail["Reply-To"] = Address(addr_spec=sender.reply_to)
    mail["Subject"] = " ".join("".join(c if category(c) not in _BREAKS else " " for c in letter.subject).split())
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{mail_id}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.body, cte="quoted-printable")
    mail["Content-Language"] = language
    return mail


@dataclass(frozen=True, slots=True)
class Console:
    """Prints the mail: what a demo has instead of a mail server."""

    sender: Sender

    def send(self, mail: EmailMessage) -> None:
        shown = [f"{name}: {mail[name]}" for name in ("From", "To", "Subject")]
        click.echo("\n".join(["", "─── mail ───", *shown, "", mail.get_content().rstrip(), "────────────", ""]))


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server. What it says about the addressee is final; what is wrong with us may be mended meanwhile."""

    sender: Sender
    host: str
    port: int
    security: str
    user: str = ""
    password: str = ""

    def send(self, mail: EmailMessage) -> None:
        server = self._connected()
        try:
            server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _words in refused.recipients.values()]
            raise NotSent(f"{codes[0]} SMTPRecipientsRefused", is_permanent=all(c >= 500 for c in codes)) from None
        except smtplib.SMTPDataError as refused:
            raise NotSent(f"{refused.smtp_code} SMTPDataError", is_permanent=refused.smtp_code >= 500) from None
        except smtplib.SMTPNotSupportedError:  # an address with other letters than the server can take
            raise NotSent("SMTPNotSupportedError", is_permanent=True) from None
        except (smtplib.SMTPException, OSError, UnicodeError) as trouble:
            raise _for_now(trouble) from None
        finally:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()

    def _connected(self) -> smtplib.SMTP:
        trusted = ssl.create_default_context()
        server: smtplib.SMTP | None = None
        try:
            if self.security == "tls":
                server = smtplib.SMTP_SSL(self.host, self.port, timeout=_WAIT_SECONDS, context=trusted)
            else:
                server = smtplib.SMTP(self.host, self.port, timeout=_WAIT_SECONDS)
            if self.security == "starttls":
                server.starttls(context=trusted)
            if self.user:
                server.login(self.user, self.password)
        except (smtplib.SMTPException, OSError) as trouble:
            if server is not None:
                server.close()
            raise _for_now(trouble) from None
        return server


def _for_now(trouble: Exception) -> NotSent:
    code = f"{trouble.smtp_code} " if isinstance(trouble, smtplib.SMTPResponseException) else ""
    return NotSent(code + type(trouble).__name__)


def mail_is_on(configuration: Configuration) -> bool:
    """Whether mails leave the house at all; where not, they wait in the queue."""
    return bool(configuration.mail_host) or configuration.mail_to_console


def transport_of(configuration: Configuration) -> Transport | None:
    """None when no mail is sent. Raises ConfigurationError when it is only half configured, or unsafe."""
    if not mail_is_on(configuration):
        given = [name for name in _NO_HOST if getattr(configuration, name)]
        if given:
            raise ConfigurationError(f"{_named(*given)} without {_named('mail_host')}")
        return None
    for name in ("mail_from", "mail_reply_to"):
        _demand_address(name, getattr(configuration, name))
    if configuration.mail_to_console:
        if configuration.mail_host:
            raise ConfigurationError(f"only one of {_named('mail_host', 'mail_to_console')} can be set")
        return Console(Sender(configuration.mail_from or _DEMO_SENDER, configuration.mail_reply_to))
    return _server(configuration)


def _server(configuration: Configuration) -> Smtp:
    if not configuration.mail_from:
        raise ConfigurationError(f"{_named('mail_from')} is missing")
    security = configuration.mail_security
    if security not in _SECURITY:
        raise ConfigurationError(f"{_named('mail_security')} must be {', '.join(_SECURITY)}, not {security!r}")
    if not 0 < configuration.mail_port < 65536:
        raise ConfigurationError(f"{_named('mail_port')} must be 1 to 65535")
    if bool(configuration.mail_user) != bool(configuration.mail_password_file):
        raise ConfigurationError(f"{_named('mail_user', 'mail_password_file')} belong together")
    if configuration.mail_user and security == "none" and configuration.mail_host not in _OWN_MACHINE:
        raise ConfigurationError(f"{_named('mail_security')} none would send the password in the clear")
    return Smtp(
        Sender(configuration.mail_from, configuration.mail_reply_to),
        configuration.mail_host,
        configuration.mail_port,
        security,
        configuration.mail_user,
        _password(configuration.mail_password_file),
    )


def site_address(configuration: Configuration) -> str:
    """Without a slash at the end; empty when it is not set. Raises ConfigurationError."""
    address = configuration.address.rstrip("/")
    place = urlsplit(address)
    is_safe = place.scheme == "https" or (place.scheme == "http" and place.hostname in _OWN_MACHINE)
    if address and not (is_safe and place.hostname and not place.query and not place.fragment):
        raise ConfigurationError(f"{_named('address')} must begin with https://, not {address!r}")
    return address


def _demand_address(name: str, address: str) -> None:
    try:
        is_one = not address or bool(Address(addr_spec=address).domain)
    except (ValueError, IndexError, HeaderParseError):
        is_one = False
    if not is_one:
        raise ConfigurationError(f"{_named(name)} must be a mail address, not {address!r}")


def _password(file: str) -> str:
    if not file:
        return ""
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise ConfigurationError(f"{_named('mail_password_file')} cannot be read: {file}") from error


def _named(*fields: str) -> str:
    return ", ".join(f"RAADSVALG_{field.upper()}" for field in fields)
