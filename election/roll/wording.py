"""A decision about the roll in the reader's language. The reason code is the context of the translation."""

from __future__ import annotations

from flask_babel import gettext, pgettext

from election.roll.rules import SENTENCES, ReasonCode, sentence_facts
from registry.findings import Term
from registry.regulation.rules import RightRule

GRANTED = "granted"
"""The context of the sentence of a yes, which has no reason code."""


def say_decision(reason: ReasonCode | None, rule: RightRule, municipality_name: str) -> str:
    """The decision in one sentence with its source; `reason` None is a yes."""
    facts = {
        name: gettext(fact) if isinstance(fact, Term) else fact
        for name, fact in sentence_facts(reason, rule, municipality_name).items()
    }
    return str(pgettext(GRANTED if reason is None else reason.value, SENTENCES[reason])).format(**facts)
