"""A queued mail is sent once, or tried again, or given up and shown; never lost, never sent twice at once."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from registry.act import Act, Installation
from registry.database import Scope
from registry.findings import Refused
from registry.mail import records
from registry.mail.acts import retry
from registry.mail.postman import WAITS, Delivered, Rounds, deliver_due
from registry.mail.records import Message, queue
from registry.mail.transports import Letter, Sender, Smtp
from registry.roles import Role
from tests.mail_server import MailServer, serving_mail
from tests.scenarios import SCOPE, officials

pytestmark = pytest.mark.slow

NOW = datetime(2027, 11, 1, 8, 0, 0, 123456, tzinfo=UTC)
TO = "amina@example.dk"
ARABIC = "تم استلام ترشحك رقم 7. يمكنك تعديله حتى الساعة 12.00. " * 60


@pytest.fixture
def server() -> Iterator[MailServer]:
    with serving_mail() as made:
        yield made


def smtp(port: int) -> Smtp:
    return Smtp(Sender("valg@koege.example", "kontor@koege.example"), "127.0.0.1", port, "none")


def write(_session: Session, message: Message, facts: Mapping[str, Any]) -> Letter:
    return Letter(facts["subject"], f"{message.kind}: {facts['text']}\n")


def queued(
    installation: Installation, *, text: str = "Hej", subject: str = "Din sag", to: str = TO, at: datetime = NOW
) -> UUID:
    keyring = installation.keys.open(SCOPE.municipality)
    facts = {"text": text, "subject": subject}
    with installation.database.write() as session:
        return queue(session, SCOPE, keyring, uuid4(), "accepted", "da", to, facts, at)


def read(installation: Installation, message_id: UUID, scope: Scope = SCOPE) -> Message:
    with installation.database.read() as session:
        found = records.message(session, scope, message_id)
    assert found is not None
    return found


def sent(installation: Installation, server: MailServer, now: datetime = NOW) -> Delivered:
    return deliver_due(installation, smtp(server.port), write, now)


def test_a_mail_is_sent_and_nothing_is_kept_of_it(installation: Installation, server: MailServer) -> None:
    made = queued(installation)
    assert sent(installation, server) == Delivered(1, 0)
    assert server.texts() == ["accepted: Hej\n"]
    row = read(installation, made)
    assert (row.sent_at, row.next_try_at, row.tries, row.failure) == (NOW, None, 1, "")
    assert (row.to_sealed, row.facts_sealed) == (b"", b"")
    assert not row.is_given_up
    assert sent(installation, server, NOW + timedelta(days=1)) == Delivered(0, 0)


def test_what_the_mail_is_is_said_in_its_head(installation: Installation, server: MailServer) -> None:
    made = queued(installation, subject="Godkendt: Æbelø")
    sent(installation, server)
    mail = server.mails[0]
    assert mail["To"] == TO
    assert mail["From"] == "valg@koege.example"
    assert mail["Reply-To"] == "kontor@koege.example"
    assert mail["Subject"] == "Godkendt: Æbelø"
    assert mail["Content-Language"] == "da"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == f"<{made}@koege.example>"
    assert mail["Date"].datetime == NOW.replace(microsecond=0)
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content_charset() == "utf-8"
    assert server.raw[0].isascii()


def test_a_long_arabic_text_arrives_as_it_was_written(installation: Installation, server: MailServer) -> None:
    queued(installation, text=ARABIC, subject="أميرة: \u2068nr. 7\u2069")
    sent(installation, server)
    assert server.texts() == [f"accepted: {ARABIC}\n"]
    assert server.mails[0]["Subject"] == "أميرة: \u2068nr. 7\u2069"
    assert max(len(line) for line in server.raw[0].split(b"\r\n")) < 999


@pytest.mark.parametrize("breaks", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x00"])
def test_a_line_break_in_a_name_begins_no_header(
    installation: Installation, server: MailServer, breaks: str
) -> None:
    queued(installation, subject=f"Hej{breaks}Bcc: alle@example.dk", text=f"x{breaks}.{breaks}MAIL FROM:<a@b>")
    assert sent(installation, server) == Delivered(1, 0)
    assert server.mails[0]["Bcc"] is None
    assert server.mails[0]["Subject"] == "Hej Bcc: alle@example.dk"
    assert len(server.mails) == 1


@pytest.mark.parametrize(
    "to", ["a@example.dk\r\nBcc: b@example.dk", "a@example.dk, b@example.dk", "", "ingen", "@"]
)
def test_a_bad_address_is_given_up_without_asking_the_server(
    installation: Installation, server: MailServer, to: str
) -> None:
    made = queued(installation, to=to)
    assert sent(installation, server) == Delivered(0, 1)
    row = read(installation, made)
    assert row.is_given_up
    assert row.failure == "address"
    assert server.mails == []


def test_not_now_is_tried_again_after_a_minute(installation: Installation, server: MailServer) -> None:
    made = queued(installation)
    server.about_mail = [f"451 later, {TO}"]
    assert sent(installation, server) == Delivered(0, 1)
    row = read(installation, made)
    assert row.failure == "451 SMTPDataError"
    assert (row.tries, row.next_try_at, row.sent_at) == (1, NOW + timedelta(minutes=1), None)
    assert sent(installation, server, NOW + timedelta(seconds=59)) == Delivered(0, 0)
    assert sent(installation, server, NOW + timedelta(seconds=60)) == Delivered(1, 0)
    assert read(installation, made).failure == ""


@pytest.mark.parametrize("place", ["addressee", "mail"])
def test_never_is_given_up_at_once_and_can_be_tried_again(
    installation: Installation, server: MailServer, place: str
) -> None:
    made = queued(installation)
    answers = server.about_addressee if place == "addressee" else server.about_mail
    answers.append(f"550 no such user {TO}")
    assert sent(installation, server) == Delivered(0, 1)
    row = read(installation, made)
    assert row.failure in ("550 SMTPRecipientsRefused", "550 SMTPDataError")
    assert row.is_given_up
    assert row.can_be_retried
    with installation.database.read() as session:
        assert [one.id for one in records.given_up(session, SCOPE)] == [made]
    assert sent(installation, server, NOW + timedelta(days=9)) == Delivered(0, 0)


def test_a_server_that_is_down_is_tried_eight_times_over_a_day(installation: Installation) -> None:
    """At once, then after 1, 5, 30 minutes, 2 hours and three times 6 hours: 20 h 36 min."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        down = smtp(free.getsockname()[1])
        made = queued(installation)
        now, tries = NOW, 0
        while (row := read(installation, made)).next_try_at is not None:
            now, tries = row.next_try_at, tries + 1
            assert deliver_due(installation, down, write, now) == Delivered(0, 1)
    assert (tries, row.tries, now - NOW) == (8, 8, timedelta(hours=20, minutes=36))
    assert sum(WAITS, timedelta()) == now - NOW
    assert row.failure == "ConnectionRefusedError"
    assert row.can_be_retried


def test_two_postmen_at_once_send_a_mail_once(installation: Installation, server: MailServer) -> None:
    made = [queued(installation, text=str(number)) for number in range(12)]
    start, done = threading.Barrier(3), []

    def walk() -> None:
        start.wait()
        done.append(sent(installation, server))

    postmen = [threading.Thread(target=walk) for _ in range(3)]
    for one in postmen:
        one.start()
    for one in postmen:
        one.join(60)
    assert sum(one.sent for one in done) == 12
    assert sorted(server.texts()) == sorted(f"accepted: {number}\n" for number in range(12))
    assert {read(installation, one).tries for one in made} == {1}


class Stop(BaseException):
    """The power goes."""


def test_a_stop_in_the_middle_loses_no_mail(installation: Installation, server: MailServer) -> None:
    made = queued(installation)

    def stops(_session: Session, _message: Message, _facts: Mapping[str, Any]) -> Letter:
        raise Stop

    with pytest.raises(Stop):
        deliver_due(installation, smtp(server.port), stops, NOW)
    assert sent(installation, server, NOW + timedelta(minutes=1)) == Delivered(0, 0)
    assert sent(installation, server, NOW + timedelta(minutes=11)) == Delivered(1, 0)
    assert read(installation, made).tries == 2


def test_a_fault_in_one_mail_keeps_no_other_back_and_is_not_told_in_the_log(
    installation: Installation, server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    def trips(session: Session, message: Message, facts: Mapping[str, Any]) -> Letter:
        if facts["text"] == "hemmelig":
            raise KeyError(facts["text"])
        return write(session, message, facts)

    bad, good = queued(installation, text="hemmelig"), queued(installation)
    with caplog.at_level(logging.DEBUG, logger="raadsvalg"):
        assert deliver_due(installation, smtp(server.port), trips, NOW) == Delivered(1, 1)
    assert read(installation, good).sent_at == NOW
    assert read(installation, bad).failure == "fault KeyError"
    assert str(bad) in caplog.text
    assert "hemmelig" not in caplog.text
    assert TO not in caplog.text


def test_no_more_than_the_limit_is_taken_and_the_longest_waiting_first(
    installation: Installation, server: MailServer
) -> None:
    for minutes in (1, 3, 2):
        queued(installation, text=str(minutes), at=NOW - timedelta(minutes=minutes))
    assert deliver_due(installation, smtp(server.port), write, NOW, limit=2) == Delivered(2, 0)
    assert server.texts() == ["accepted: 3\n", "accepted: 2\n"]


def admin(installation: Installation, role: Role = Role.ELECTION_ADMINISTRATOR) -> Act:
    return Act(officials(installation)[role.value], role, NOW, uuid4())


def test_an_administrator_puts_a_mail_back_that_was_given_up(
    installation: Installation, server: MailServer
) -> None:
    made, act = queued(installation, at=datetime.now(UTC) - timedelta(minutes=1)), admin(installation)
    server.about_mail = ["550 no"]
    sent(installation, server, datetime.now(UTC))
    assert retry(installation, SCOPE, act, made) is True
    assert (read(installation, made).tries, read(installation, made).failure) == (0, "")
    assert sent(installation, server, datetime.now(UTC)) == Delivered(1, 0)
    again = Act(act.actor, act.role, act.at, uuid4())
    assert retry(installation, SCOPE, again, made) is False
    assert read(installation, made).next_try_at is None


def test_a_mail_that_still_waits_is_left_as_it_is(installation: Installation) -> None:
    made = queued(installation)
    assert retry(installation, SCOPE, admin(installation), made) is False
    assert read(installation, made).next_try_at == NOW


def test_only_an_administrator_tries_again_and_only_what_is_there(installation: Installation) -> None:
    made = queued(installation)
    with pytest.raises(Refused) as wrong_role:
        retry(installation, SCOPE, admin(installation, Role.ROLL_KEEPER), made)
    assert wrong_role.value.kind.code == "R002"
    other = Scope("0147", SCOPE.council)
    installation.keys.create(other.municipality)
    with installation.database.read() as session:
        assert records.message(session, other, made) is None


def test_of_another_council_there_is_no_mail(installation: Installation) -> None:
    made, act = queued(installation), admin(installation)
    with pytest.raises(Refused) as unknown:
        retry(installation, Scope(SCOPE.municipality, "aeldreraad"), act, made)
    assert unknown.value.kind.code == "R660"


def test_the_postman_of_a_program_goes_as_soon_as_mail_is_queued(
    installation: Installation, server: MailServer
) -> None:
    rounds = Rounds(installation, smtp(server.port), write, 3600, nullcontext)
    rounds.begin()
    rounds.begin()
    try:
        threads = [one for one in threading.enumerate() if one.name == "postman"]
        assert len(threads) == 1
        made = queued(installation, at=datetime.now(UTC))
        for _ in range(200):
            if read(installation, made).sent_at is not None:
                break
            threading.Event().wait(0.05)
    finally:
        rounds.end()
    assert server.texts() == ["accepted: Hej\n"]
    assert not threads[0].is_alive()
