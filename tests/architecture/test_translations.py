"""Every sentence that can reach a screen is in the catalogues, and English says all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from flask import Flask, render_template
from flask.testing import FlaskClient

from election.call.frame import Frame
from election.call.readiness import DUTIES
from election.call.rules import PHASE_NAMES
from election.candidacy.rules import STATE_NAMES
from election.roll.rules import DECLARE, SENTENCES
from registry.findings import CATALOGUE
from registry.roles import EVERY_ROLE, ROLE_NAMES
from scripts.documentation.pages import every_page
from scripts.translations import ROOT, catalogue, collect, compile_all

Key = tuple[str, str]
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|%%")


@pytest.fixture(scope="module")
def english() -> Catalog:
    return catalogue("en")


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    """The pages read the compiled catalogues, which are not kept in the repository."""
    compile_all()


def _sentences(known: Catalog) -> Iterator[Message]:
    return (message for message in known if message.id)


def _key(message: Message) -> Key:
    return message.context or "", str(message.id)


def _texts(words: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return tuple(words) if isinstance(words, list | tuple) else (words or "",)


def test_the_catalogue_holds_the_sentences_of_the_sources_and_no_others(english: Catalog) -> None:
    """`python -m scripts.translations update` mends it."""
    assert {_key(m) for m in _sentences(english)} == {_key(m) for m in _sentences(collect())}


def test_english_is_complete(english: Catalog) -> None:
    open_ones = [_key(m) for m in _sentences(english) if m.fuzzy or not all(_texts(m.string))]
    assert open_ones == []


def test_english_names_the_same_facts_as_danish(english: Catalog) -> None:
    for message in _sentences(english):
        danish, foreign = _texts(message.id), _texts(message.string)
        assert len(danish) == len(foreign), message.id
        for before, after in zip(danish, foreign, strict=True):
            assert sorted(PLACEHOLDER.findall(before)) == sorted(PLACEHOLDER.findall(after)), before


def test_every_finding_has_an_english_sentence_of_its_own(english: Catalog) -> None:
    """The code is the context, so two codes with one Danish sentence keep two English ones."""
    every_page(ROOT)  # imports every room
    for code, kind in CATALOGUE.items():
        message = english.get(kind.text, context=code)
        assert message is not None, f"{code} is not in the catalogue"
        assert message.string, f"{code} has no English sentence"


def test_the_words_of_the_tables_are_in_the_catalogue(english: Catalog) -> None:
    """Phases, states, roles and duties reach the screen through a table."""
    assert set(ROLE_NAMES) == EVERY_ROLE
    words = [*PHASE_NAMES.values(), *STATE_NAMES.values(), *ROLE_NAMES.values(), DECLARE]
    words += [duty.text for group in DUTIES for duty in group]
    assert [word for word in words if english.get(word) is None] == []


def test_each_reason_of_the_roll_is_translated_under_its_code(english: Catalog) -> None:
    for reason, sentence in SENTENCES.items():
        message = english.get(sentence, context="granted" if reason is None else reason.value)
        assert message is not None, sentence


def test_a_page_is_english_for_a_reader_who_chose_english(client: FlaskClient) -> None:
    client.set_cookie("language", "en")
    page = client.get("/log-ind").get_data(as_text=True)
    assert '<html lang="en" dir="ltr">' in page
    assert "Skip to content" in page
    assert "Password" in page
    assert "Adgangskode" not in page


def test_a_page_is_danish_for_a_reader_who_chose_nothing(client: FlaskClient) -> None:
    page = client.get("/log-ind").get_data(as_text=True)
    assert '<html lang="da" dir="ltr">' in page
    assert "Adgangskode" in page


@pytest.mark.parametrize("locale", ["ar", "ur", "fa"])
def test_a_language_from_right_to_left_turns_the_page(locale: str, app: Flask) -> None:
    """The direction comes from the language, and the stylesheet of the design system from the direction."""
    frame = Frame(locale, text_direction=Locale(locale).text_direction)
    with app.test_request_context("/"):
        page = render_template("base.html", frame=frame)
    assert f'<html lang="{locale}" dir="rtl">' in page
    assert "css/dkfds.rtl.min.css" in page


@pytest.mark.parametrize("locale", ["da", "en", "tr", "so", "pl", "uk"])
def test_a_language_from_left_to_right_leaves_the_page(locale: str, app: Flask) -> None:
    frame = Frame(locale, text_direction=Locale(locale).text_direction)
    with app.test_request_context("/"):
        page = render_template("base.html", frame=frame)
    assert f'<html lang="{locale}" dir="ltr">' in page
    assert "css/dkfds.min.css" in page
