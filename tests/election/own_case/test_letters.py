"""What candidates are written to: every mail in every language, with what to do, until when, and the way in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from election.call.records import Kind
from election.candidacy.acts import extend, open_candidacy
from election.candidacy.case_acts import (
    Named,
    Registration,
    complain,
    confirm_refusal,
    decide,
    decide_complaint,
    propose_refusal,
    register,
    send,
    strike,
    withdraw,
)
from election.candidacy.mails import Mail
from election.candidacy.part_acts import send_links
from election.candidacy.records import candidacy
from election.candidacy.rules import Decision, Part, StruckKind
from registry.act import Installation
from registry.configuration import Configuration
from registry.languages import EVERY_LANGUAGE
from registry.mail import records
from registry.mail.postman import deliver_due
from registry.mail.records import Message
from registry.mail.transports import Letter
from registry.roles import ONESELF, Role
from tests.mail_server import MailServer, serving_mail
from tests.scenarios import CANDIDACY_AT, ELECTION_ON, Played, at, call_koege, with_roll
from tests.snapshots import remembered

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("engine_name", ["sqlite"])]
ADMIN = "election_administrator"
SITE = "https://valg.example.dk"
HERE = "/0259/integrationsraad/2017/kandidater"
UNTIL = "2017-11-22T11:00:00+00:00"
FACTS: Mapping[Mail, Mapping[str, Any]] = {
    Mail.RECEIVED: {"at": "2017-11-09T12:07:42+00:00"},
    Mail.RECEIVED_LATE: {"at": "2017-11-20T11:00:01+00:00"},
    Mail.MENDED: {"at": "2017-11-21T11:00:00+00:00"},
    Mail.RETURNED: {"defects": [{"part": "name", "text": "Skriv dit kaldenavn."}], "reason": "", "until": UNTIL},
    Mail.REFUSED: {"reason": "Du bor ikke i Køge.", "section": "§ 3, stk. 1"},
    Mail.COMPLAINT_UPHELD: {"reason": "Adressen var rigtig."},
    Mail.COMPLAINT_REJECTED: {"reason": "Adressen er i Solrød."},
    Mail.STRUCK: {"reason": "Du er flyttet."},
    Mail.EXTENDED: {"until": UNTIL, "reason": "Der er for få kandidater."},
    Mail.IN_TIME: {"until": UNTIL, "reason": "Der er for få kandidater."},
    Mail.LINK: {"token": "et-langt-og-hemmeligt-ord", "until": UNTIL},
}


@pytest.fixture
def configuration(configuration: Configuration) -> Configuration:
    return replace(configuration, address=SITE)


@pytest.fixture
def played(installation: Installation) -> Played:
    return remembered("letters", installation, lambda: _opened(installation))


def _opened(installation: Installation) -> Played:
    played = with_roll(call_koege(installation))
    played.now = CANDIDACY_AT
    open_candidacy(*played.by, played.act(ADMIN), played.election_id)
    return played


def registered(played: Played, number: int = 0, language: str = "da", name: str = "Amina Hassan") -> UUID:
    given = Registration(played.people[number].cpr, name, "amina@example.dk", language=language)
    return register(*played.by, played.act(ADMIN), played.election_id, given).candidacy_id


def version(played: Played, candidacy_id: UUID) -> int:
    with played.installation.database.read() as session:
        return candidacy(session, played.scope, played.election_id, candidacy_id).version


def written(app: Flask, played: Played, about: UUID, kind: Mail, language: str, **more: Any) -> Letter:
    """The letter of one mail with made-up facts."""
    found = Message(
        municipality=played.scope.municipality,
        council=played.scope.council,
        id=uuid4(),
        about=about,
        kind=kind.value,
        language=language,
    )
    facts = {"number": 7, "name": "Amina Hassan"} | dict(FACTS.get(kind, {})) | more
    with app.app_context(), played.installation.database.read() as session:
        letter: Letter = app.extensions["post"].write(session, found, facts)
    return letter


@pytest.mark.parametrize("kind", Mail)
def test_every_mail_can_be_written_in_every_language(app: Flask, played: Played, kind: Mail) -> None:
    about = registered(played)
    for language in EVERY_LANGUAGE:
        letter = written(app, played, about, kind, language)
        said = letter.subject + letter.body
        assert letter.subject
        assert "%(" not in said
        assert "{" not in said
        assert "Amina Hassan" in letter.body
        assert "7" in letter.subject
        assert SITE + HERE in letter.body
        assert played.people[0].cpr not in said
        for name in {"reason", "section"} & set(FACTS.get(kind, {})):
            assert FACTS[kind][name] in letter.body
        if "until" in FACTS.get(kind, {}):
            assert "22" in letter.body
            assert "12.00" in letter.body


def test_a_refusal_names_reason_section_and_where_to_complain(app: Flask, played: Played) -> None:
    body = written(app, played, registered(played), Mail.REFUSED, "da").body
    assert "Begrundelse: Du bor ikke i Køge." in body
    assert "Bestemmelse: § 3, stk. 1" in body
    assert "kan du klage" in body
    assert f"{SITE}{HERE}/min-sag\n" in body


def test_what_is_to_be_mended_is_named_with_the_deadline_to_the_hour(app: Flask, played: Played) -> None:
    body = written(app, played, registered(played), Mail.RETURNED, "da").body
    assert "- Navn på stemmesedlen: Skriv dit kaldenavn.\n" in body
    assert "senest 22. november 2017 kl. 12.00 (dansk tid)." in body


def test_a_link_opens_the_case_and_says_for_how_long(app: Flask, played: Played) -> None:
    body = written(app, played, registered(played), Mail.LINK, "da").body
    assert f"{SITE}{HERE}/link/et-langt-og-hemmeligt-ord\n" in body
    assert "én gang og indtil 22. november 2017 kl. 12.00 (dansk tid)" in body


def test_names_and_numbers_keep_their_direction_in_a_sentence_from_right_to_left(
    app: Flask, played: Played
) -> None:
    about = registered(played)
    assert "\u2068Amina Hassan\u2069" in written(app, played, about, Mail.ACCEPTED, "ar").body
    assert "\u2068" not in written(app, played, about, Mail.ACCEPTED, "pl").body


def test_a_mail_of_an_election_that_is_no_election_says_so(app: Flask, played: Played) -> None:
    assert played.read().kind == Kind.REHEARSAL
    assert written(app, played, registered(played), Mail.ACCEPTED, "da").subject.startswith("PRØVE: ")


class TestWithoutAnAddress:
    @pytest.fixture
    def configuration(self, configuration: Configuration) -> Configuration:
        return replace(configuration, address="")

    def test_the_page_is_named_where_there_can_be_no_link(self, app: Flask, played: Played) -> None:
        about = registered(played)
        assert "under “Min anmeldelse”" in written(app, played, about, Mail.ACCEPTED, "da").body
        body = written(app, played, about, Mail.LINK, "da").body
        assert f"\n{HERE}/link/et-langt-og-hemmeligt-ord\n" in body
        assert "http" not in body


# --- the acts themselves ----------------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[MailServer]:
    with serving_mail() as made:
        yield made


class TestThroughARealServer:
    @pytest.fixture
    def configuration(self, configuration: Configuration, server: MailServer) -> Configuration:
        return replace(
            configuration,
            mail_host="127.0.0.1",
            mail_port=server.port,
            mail_security="none",
            mail_from="valg@koege.example",
            mail_every_seconds=0,
        )

    def test_the_whole_way_of_a_candidate_is_told_in_arabic(
        self, app: Flask, played: Played, server: MailServer
    ) -> None:
        about = registered(played, language="ar", name="Amina Hassan")

        def do(act: Callable[..., Any], who: str, *args: Any, reason: str = "", versioned: bool = True) -> None:
            by = replace(played.act(who), reason=reason)
            at_version = (version(played, about),) if versioned else ()
            act(*played.by, by, played.election_id, about, *at_version, *args)

        do(decide, ADMIN, Decision.RETURN, (Named(Part.NAME, "Skriv dit kaldenavn."),))
        do(send, ADMIN, versioned=False)
        do(propose_refusal, ADMIN, "§ 3", reason="Bor i Solrød")
        do(confirm_refusal, "board_member")
        do(complain, ADMIN, reason="Jeg bor i Køge", versioned=False)
        do(decide_complaint, "board_member_2", True, reason="Bor i Køge")
        do(decide, ADMIN, Decision.ACCEPT)
        do(withdraw, ADMIN, reason="Eget ønske")
        kinds = told_by(app, played, server, about)
        assert kinds == [
            *(Mail.RECEIVED, Mail.RETURNED, Mail.MENDED, Mail.REFUSED, Mail.COMPLAINT_RECEIVED),
            *(Mail.COMPLAINT_UPHELD, Mail.ACCEPTED, Mail.WITHDRAWN),
        ]
        assert {mail["Content-Language"] for mail in server.mails} == {"ar"}
        assert all(f"{SITE}{HERE}/min-sag" in text for text in server.texts())
        assert all(not re.search(r"\d{10}", text) for text in server.texts())

    def test_link_extension_and_strike_are_told_too(self, app: Flask, played: Played, server: MailServer) -> None:
        about = registered(played)
        token = "et-ord-som-ingen-gaetter"
        send_links(
            *played.by,
            replace(played.act(ADMIN), role=Role.CANDIDATE, actor=ONESELF),
            played.election_id,
            "Amina@example.dk",
            (token,),
        )
        day = ELECTION_ON.replace(day=23)
        later = (at(day, "12:00"), at(day, "13:00"), at(day, "13:00"))
        extend(*played.by, replace(played.act(ADMIN), reason="For få"), played.election_id, *later)
        decide(
            *played.by,
            played.act(ADMIN),
            played.election_id,
            about,
            version(played, about),
            Decision.ACCEPT,
        )
        strike(
            *played.by,
            replace(played.act(ADMIN), reason="Flyttet"),
            played.election_id,
            about,
            version(played, about),
            StruckKind.LOST_RIGHT,
        )
        assert told_by(app, played, server, about) == [
            *(Mail.RECEIVED, Mail.LINK, Mail.EXTENDED, Mail.ACCEPTED, Mail.STRUCK)
        ]
        assert f"{SITE}{HERE}/link/{token}\n" in server.texts()[1]

    def test_the_command_sends_what_is_due(self, app: Flask, played: Played, server: MailServer) -> None:
        registered(played)
        answer = app.test_cli_runner().invoke(args=["mail", "send"])
        assert answer.output == "Sendt: 1. Ikke sendt: 0.\n"
        assert len(server.mails) == 1


class TestWithoutAServer:
    def test_the_command_says_that_mail_is_not_set_up(self, app: Flask, played: Played) -> None:
        about = registered(played)
        answer = app.test_cli_runner().invoke(args=["mail", "send"])
        assert answer.exit_code == 1
        assert "RAADSVALG_MAIL_HOST" in answer.output
        with played.installation.database.read() as session:
            assert [m.sent_at for m in records.messages_about(session, played.scope, about)] == [None]


def told_by(app: Flask, played: Played, server: MailServer, about: UUID) -> list[Mail]:
    """Send everything, and the kinds of mail about the case in the order queued."""
    post = app.extensions["post"]
    with app.app_context():
        done = deliver_due(played.installation, post.transport, post.write, datetime.now(UTC))
    assert done.failed == 0
    assert done.sent == len(server.mails)
    with played.installation.database.read() as session:
        return [Mail(one.kind) for one in records.messages_about(session, played.scope, about)]
