"""The receipt: exact time, what is missing and until when, in the candidate's language; no CPR number."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from uuid import UUID

import pypdf
import pytest
from flask import Flask

from election.call.records import election as read_election
from election.candidacy.acts import open_candidacy
from election.candidacy.case_acts import Registration, register
from election.candidacy.records import candidacy
from election.candidacy.rules import ConsentKind
from election.own_case.receipt import receipt_pdf
from registry.act import Installation
from registry.languages import EVERY_LANGUAGE
from tests.lists import call_with_lists, registered
from tests.scenarios import CANDIDACY_AT, ELECTION_ON, Played, at, call_koege, with_roll
from tests.snapshots import remembered

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("engine_name", ["sqlite"])]
ADMIN = "election_administrator"


@pytest.fixture
def played(installation: Installation) -> Played:
    return remembered("receipt", installation, lambda: _opened(installation))


def _opened(installation: Installation) -> Played:
    played = with_roll(call_koege(installation))
    played.now = CANDIDACY_AT
    open_candidacy(*played.by, played.act(ADMIN), played.election_id)
    return played


def sent(played: Played, language: str = "da", *, when: datetime = CANDIDACY_AT, is_willing: bool = True) -> UUID:
    played.now = when
    given = Registration(
        played.people[0].cpr,
        "Amina Hassan",
        "amina@example.dk",
        "12 34 56 78",
        texts=(("da", "Hej"),),
        is_willing=is_willing,
        language=language,
        consents=frozenset({ConsentKind.PHOTO}),
    )
    return register(*played.by, played.act(ADMIN), played.election_id, given).candidacy_id


def receipt(app: Flask, played: Played, candidacy_id: UUID) -> pypdf.PdfReader:
    with app.app_context(), played.installation.database.read() as session:
        election = read_election(session, played.scope, played.election_id)
        row = candidacy(session, played.scope, played.election_id, candidacy_id)
        return pypdf.PdfReader(io.BytesIO(receipt_pdf(session, election, row)))


def text_of(paper: pypdf.PdfReader) -> str:
    return "\n".join(page.extract_text() for page in paper.pages)


def test_it_says_when_to_the_second_and_by_which_clock(app: Flask, played: Played) -> None:
    made = sent(played, when=at(ELECTION_ON.replace(day=9), "13:07").replace(second=42))
    text = text_of(receipt(app, played, made))
    assert "9. november 2017 kl. 13.07.42 (UTC+01:00)" in text
    assert "Anmeldelse nr." in text
    assert "Amina Hassan" in text
    assert "Integrationsrådet i Køge" in text
    assert "ikke en afgørelse" in text


def test_the_hour_that_comes_twice_is_told_apart(app: Flask, played: Played) -> None:
    """On 29 October 2017 the clocks went back at 3.00: 2.30 came at 0.30 and again at 1.30 UTC."""
    made = sent(played)
    seen = []
    for hour in (0, 1):
        with played.installation.database.write() as session:
            row = candidacy(session, played.scope, played.election_id, made)
            row.submitted_at = datetime(2017, 10, 29, hour, 30, 5, tzinfo=UTC)
        seen += re.findall(r"29\. oktober 2017 kl\. [^)]*\)", text_of(receipt(app, played, made)))
    assert seen == ["29. oktober 2017 kl. 02.30.05 (UTC+02:00)", "29. oktober 2017 kl. 02.30.05 (UTC+01:00)"]


def test_what_is_missing_stands_there_with_the_deadline(app: Flask, played: Played) -> None:
    text = text_of(receipt(app, played, sent(played, is_willing=False)))
    assert "Erklæring om at ville vælges" in text.split("Det mangler endnu")[1].split("Frister")[0]
    assert "22. november 2017 kl. 12.00" in text


def test_a_name_that_no_font_here_has_costs_nobody_the_receipt(app: Flask, played: Played) -> None:
    made = sent(played)
    with played.installation.database.write() as session:
        candidacy(session, played.scope, played.election_id, made).ballot_name = "አስቴር"
    text = text_of(receipt(app, played, made))
    assert "Det kan ikke trykkes, men står i din sag." in text
    assert "7. november 2017 kl. 09.00.00" in text


def test_a_list_in_letters_that_cannot_be_printed_keeps_nobody_from_the_receipt(
    app: Flask, installation: Installation
) -> None:
    played = call_with_lists(installation)
    made = registered(played, 1, "\U00013000\U00013001").candidacy_id
    assert "Det kan ikke trykkes, men står i din sag." in text_of(receipt(app, played, made))


def test_when_nothing_is_missing_it_says_so(app: Flask, played: Played) -> None:
    assert "Vi kan ikke se, at der mangler noget." in text_of(receipt(app, played, sent(played)))


def test_what_was_sent_is_named(app: Flask, played: Played) -> None:
    text = text_of(receipt(app, played, sent(played))).split("Det har du sendt")[1]
    for part in ("amina@example.dk, 12 34 56 78", "Dansk", "Mit foto må vises offentligt."):
        assert part in text
    assert "Min e-mail må vises" not in text


def test_a_late_one_is_kept_and_says_that_it_was_late(app: Flask, played: Played) -> None:
    made = sent(played, when=at(ELECTION_ON.replace(day=20), "12:00").replace(second=1))
    text = text_of(receipt(app, played, made))
    assert "kl. 12.00.01 (UTC+01:00)" in text
    assert "Anmeldelsen kom efter fristen. Den er gemt." in text


@pytest.mark.parametrize("language", EVERY_LANGUAGE)
def test_it_is_made_in_every_language_without_a_number_of_a_person(
    app: Flask, played: Played, language: str
) -> None:
    paper = receipt(app, played, sent(played, language))
    assert str(paper.root_object["/Lang"]).split("-")[0] == language
    text = text_of(paper)
    assert "amina@example.dk" in text
    assert played.people[0].cpr not in re.sub(r"[\s-]", "", text)
    assert "DEMO" in text
