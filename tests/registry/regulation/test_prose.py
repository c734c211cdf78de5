"""The regulation as a legal document: every value is said, with its source, in plain Danish."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, time
from enum import StrEnum
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.regulation.choices import GroupKind, PollingKind
from registry.regulation.prose import danish, seats
from registry.regulation.prose.document import Document, Statement
from registry.regulation.prose.legal_text import REST, legal_text
from registry.regulation.ruled import Ruled
from registry.regulation.rules import Moment, Regulation
from registry.regulation.sheet import sheet
from registry.regulation.values import every_value
from tests.registry.regulation.shaped import KOEGE, SHIPPED, all_open, shaped, without

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def screen() -> Flask:
    """What the sheet needs to find the words of a language."""
    app = Flask(__name__)
    Babel(app, default_locale="da")  # type: ignore[no-untyped-call]
    return app


def statements(text: Document) -> list[Statement]:
    return [s for chapter in text.chapters for paragraph in chapter.paragraphs for s in paragraph.statements]


def sentence(regulation: Regulation, key: str) -> str:
    found = [s.text for s in statements(legal_text(regulation)) if key in s.keys]
    assert len(found) == 1, key
    return found[0]


@pytest.mark.parametrize("regulation_id", SHIPPED)
def test_every_value_of_a_shipped_regulation_is_said_once(regulation_id: str, screen: Flask) -> None:
    """Also every line of the sheet. A new key of the schema fails here until it has a sentence."""
    regulation = SHIPPED[regulation_id]
    text = legal_text(regulation)
    said = [key for statement in statements(text) for key in statement.keys]
    assert sorted(said) == sorted(path for path, _ in every_value(regulation))
    assert REST not in {chapter.title for chapter in text.chapters}
    with screen.test_request_context():
        assert sorted(said) == sorted(line.key for section in sheet(regulation) for line in section.lines)


@pytest.mark.parametrize("regulation_id", SHIPPED)
def test_every_sentence_is_a_sentence(regulation_id: str) -> None:
    """It begins with a capital or a figure and ends with one full stop; no key, no choice, no “None” shows."""
    for statement in statements(legal_text(SHIPPED[regulation_id])):
        assert re.match(r"[A-ZÆØÅ0-9]", statement.text), statement.text
        assert re.search(r"[^.]\.$", statement.text.replace("…", "")), statement.text
        assert not re.search(r"\bNone\b|\bTrue\b|\bFalse\b|[a-z]_[a-z]|personal-votes", statement.text)


def test_a_value_without_a_sentence_of_its_own_is_still_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a later schema adds stands in a last chapter by its key, rather than nowhere."""
    monkeypatch.setattr(seats, "parts", lambda _: ())
    last = legal_text(KOEGE).chapters[-1]
    assert last.title == REST
    assert "ties.drawn_by: valgbestyrelsen." in {s.text for s in last.paragraphs[0].statements}


def test_paragraphs_are_numbered_through_and_notes_too() -> None:
    text = legal_text(KOEGE)
    numbers = [paragraph.number for chapter in text.chapters for paragraph in chapter.paragraphs]
    assert numbers == list(range(1, len(numbers) + 1))
    notes = [note.number for chapter in text.chapters for note in chapter.notes]
    assert notes == list(range(1, len(notes) + 1))
    assert len({note.text for chapter in text.chapters for note in chapter.notes}) == len(notes)
    assert {n for s in statements(text) for n in s.notes} == set(notes)


def test_the_title_names_the_council() -> None:
    assert legal_text(KOEGE).title == "Valgregulativ for Integrationsrådet i Køge"
    assert legal_text(all_open()).title == "Valgregulativ for koege-2018"


def test_an_assumed_value_is_marked_and_listed_with_its_reason() -> None:
    text = legal_text(KOEGE)
    point = next(one for one in text.assumed if one.text == "Hver vælger har 1 stemme.")
    assert point.place == "§ 5, stk. 3"
    assert point.why.startswith("antallet af stemmer til hver vælger er ikke nævnt")
    assert len(text.assumed) == sum(rule.is_assumed for _, rule in every_value(KOEGE))


def test_an_open_value_is_said_openly_and_listed() -> None:
    text = legal_text(without("seats.votes_per_voter"))
    point = next(one for one in text.left_open if one.place == "§ 5, stk. 3")
    assert point.text == "Regulativet siger ikke, hvor mange stemmer hver vælger har."
    assert point.why == "kilden tier"


def test_where_everything_is_open_each_chapter_says_so_once() -> None:
    """Eleven chapters of Køge, one sentence each, and one note: the reason is the same everywhere."""
    text = legal_text(all_open())
    assert all(len(chapter.paragraphs) == 1 for chapter in text.chapters)
    assert all(s.text.startswith("Regulativet siger ikke noget om") for s in statements(text))
    assert [note.text for chapter in text.chapters for note in chapter.notes] == ["ikke fastsat: kilden tier"]
    said = [key for statement in statements(text) for key in statement.keys]
    assert sorted(said) == sorted(path for path, _ in every_value(all_open()))


def test_a_council_without_an_election_says_why_its_rules_are_missing() -> None:
    regulation = SHIPPED["hoeje-taastrup-2018"]
    assert sentence(regulation, "polling.kind") == "Ingen medlemmer vælges ved direkte valg."
    assert sentence(regulation, "polling.opens") == (
        "Rådet vælges ikke ved direkte valg, og regulativet siger ikke noget om afstemningen."
    )


def test_a_regulation_without_rules_for_the_council_says_so() -> None:
    text = legal_text(replace(KOEGE, composition=None, meetings=None))
    assert [s.text for s in statements(text) if not s.keys and s.is_unset] == [
        "Regulativet siger ikke noget om rådets sammensætning.",
        "Regulativet siger ikke noget om rådets møder.",
    ]


@pytest.mark.parametrize(
    ("values", "key", "words"),
    [
        ({}, "seats.number", "Der vælges 5 medlemmer."),
        ({"seats__number": 1}, "seats.number", "Der vælges 1 medlem."),
        (
            {"candidacy__closes": Moment(-14, time(12))},
            "candidacy.closes",
            "Anmeldelsen skal være inde senest 14 dage før valgdagen kl. 12.00.",
        ),
        (
            {"candidacy__closes": Moment(-1, time(8, 5))},
            "candidacy.closes",
            "Anmeldelsen skal være inde senest 1 dag før valgdagen kl. 8.05.",
        ),
        (
            {"candidacy__closes": Moment(0, time(17))},
            "candidacy.closes",
            "Anmeldelsen skal være inde senest valgdagen kl. 17.00.",
        ),
        (
            {"seats__reserved": {"ikke-vestlig": 3, "vestlig": 2}, "seats__group_kind": GroupKind.WESTERN},
            "seats.reserved",
            "Forbeholdt er 3 pladser til gruppen »ikke-vestlig« og 2 pladser til gruppen »vestlig«.",
        ),
        (
            {"seats__group_members": {"tyrkisk": ("TR",), "andre": ("*",)}},
            "seats.group_members",
            "Grupperne omfatter »tyrkisk« (Tyrkiet) og »andre« (alle andre).",
        ),
        (
            {"lists__threshold": "0.025"},
            "lists.threshold",
            "En liste skal have mindst 2,5 procent af stemmerne for at få plads.",
        ),
        (
            {"substitutes__max": 2, "substitutes__is_per_member": True},
            "substitutes.max",
            "Der kan højst være 2 stedfortrædere for hvert medlem.",
        ),
        (
            {"right_to_vote__or_born_or_parent_born_in": ("GL",)},
            "right_to_vote.or_born_or_parent_born_in",
            "Den, der selv er født i Grønland eller har en forælder, der er det, opfylder altid kravet om "
            "baggrund.",
        ),
        (
            {"polling__stations": ("Rådhuset", "Biblioteket")},
            "polling.stations",
            "Stemmestederne er Rådhuset; Biblioteket.",
        ),
        ({"after__appointed_in_month": 12}, "after.appointed_in_month", "De udpeges i december."),
        (
            {"after__term_starts_on": date(2018, 1, 1)},
            "after.term_starts_on",
            "Rådets periode begynder den 1. januar 2018.",
        ),
        (
            {"uncontested__is_allowed": False},
            "uncontested.latest",
            "Fristen for at aflyse, 4 dage før valgdagen kl. 12.00, har ingen virkning.",
        ),
        (
            {"polling__has_poll_cards": False},
            "roll.poll_cards_sent_by",
            "Fristen for at sende valgkort, 7 dage før valgdagen kl. 12.00, har ingen virkning.",
        ),
        (
            {"polling__kind": PollingKind.LETTERS},
            "polling.closes",
            "Stemmer skal være afleveret senest kl. 20.00.",
        ),
        (
            {"composition__legal_size": 15, "composition__is_maximum": True},
            "composition.legal_size",
            "Rådet har op til 15 medlemmer med stemmeret.",
        ),
    ],
)
def test_values_in_plain_words(values: dict[str, Any], key: str, words: str) -> None:
    assert sentence(shaped(**values), key) == words


CHOICES = [(path, rule.stated) for path, rule in every_value(KOEGE) if isinstance(rule.stated, StrEnum)]


@pytest.mark.parametrize(("path", "stated"), CHOICES, ids=[path for path, _ in CHOICES])
def test_every_choice_of_the_schema_has_words(path: str, stated: StrEnum) -> None:
    """Two choices of one key never say the same."""
    every = list(type(stated))
    said = {sentence(shaped(**{path.replace(".", "__"): choice}), path) for choice in every}
    assert len(said) == len(every)


BOTH = [path for path, rule in every_value(KOEGE) if isinstance(rule.stated, bool)]


@pytest.mark.parametrize("path", BOTH)
def test_yes_and_no_are_two_sentences(path: str) -> None:
    key = path.replace(".", "__")
    assert sentence(shaped(**{key: True}), path) != sentence(shaped(**{key: False}), path)


EVERY_PATH = sorted(path for path, _ in every_value(KOEGE) if "invalid_grounds" not in path)


@given(st.sets(st.sampled_from(EVERY_PATH)))
@settings(max_examples=80, deadline=None)
def test_whatever_is_open_the_document_can_be_read(paths: set[str]) -> None:
    regulation = without(*paths)
    said = [key for statement in statements(legal_text(regulation)) for key in statement.keys]
    assert sorted(said) == sorted(path for path, _ in every_value(regulation))


@pytest.mark.parametrize(
    ("share", "words"), [("0.05", "5 procent"), ("0.025", "2,5 procent"), ("0.001", "0,1 procent")]
)
def test_a_share_in_words(share: str, words: str) -> None:
    assert danish.percent(share) == words


def test_a_list_in_words() -> None:
    assert [danish.listed(["a", "b", "c"]), danish.listed(["a"]), danish.listed([])] == ["a, b og c", "a", ""]


def test_what_nobody_knows_is_said_as_it_is() -> None:
    assert (danish.country("XQ"), danish.month(13), danish.group("Ny")) == ("XQ", "måned nummer 13", "Ny")


def test_the_same_source_is_one_note() -> None:
    """A sentence and the next with the same words as their source share the number."""
    rule = Ruled(18, "vedtægten § 3")
    regulation = shaped(right_to_vote__minimum_age=rule, seats__number=Ruled(5, "vedtægten § 3"))
    numbers = {
        s.notes
        for s in statements(legal_text(regulation))
        if set(s.keys) & {"right_to_vote.minimum_age", "seats.number"}
    }
    assert len(numbers) == 1
