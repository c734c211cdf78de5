"""A decision about the roll in the reader's language. The reason code is the context of the translation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import force_locale, pgettext

from election.roll.rules import SENTENCES, ReasonCode, sentence_facts
from registry.languages import EVERY_LANGUAGE
from registry.regulation.rules import RightRule
from registry.wording import direction_of, said

GRANTED = "granted"
"""The context of the sentence of a yes, which has no reason code."""


@dataclass(frozen=True, slots=True)
class InTheirLanguage:
    """A sentence that an official reads out or prints for somebody, beside the Danish one."""

    language: str
    language_name: str
    direction: str
    sentence: str


def say_decision(reason: ReasonCode | None, rule: RightRule, municipality_name: str) -> str:
    """The decision in one sentence with its source; `reason` None is a yes."""
    facts = said(sentence_facts(reason, rule, municipality_name))
    return str(pgettext(GRANTED if reason is None else reason.value, SENTENCES[reason])).format(**facts)


def in_their_language(language: str | None, say: Callable[[], str]) -> InTheirLanguage | None:
    """What `say` says, in the language that the person reads. None when it is Danish or not one of ours."""
    if language is None or language == "da" or language not in EVERY_LANGUAGE:
        return None
    with force_locale(language):
        sentence = say()
    return InTheirLanguage(language, EVERY_LANGUAGE[language], direction_of(language), sentence)
