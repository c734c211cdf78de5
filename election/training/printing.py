"""The cards of an exercise on paper, each with what should happen on the other half of its row."""

from __future__ import annotations

from election.call.records import Election
from election.poll_cards.qr import qr_svg
from election.poll_cards.rules import TEXT_SYMBOLS, in_groups
from election.roll.printing import document_header
from election.training.deck import Deck
from election.training.rules import LESSONS
from registry.documents import danish_day, render


def cards_pdf(election: Election, deck: Deck) -> bytes:
    """To cut out and lay on the practice table."""
    rows = [
        {
            "number": number,
            "title": str(LESSONS[one.task].title),
            "right": str(LESSONS[one.task].right),
            "born": one.born,
            "qr_svg": qr_svg(one.text),
            "groups": groups_of(one.text),
        }
        for number, one in enumerate(deck.cards, start=1)
    ]
    return render(
        "training_cards.typ", document_header(election) | {"day": danish_day(election.election_on), "cards": rows}
    )


def groups_of(text: str) -> list[str]:
    """A card's text in its groups; six digits of a birth date as they are."""
    return list(in_groups(text)) if len(text) == TEXT_SYMBOLS else [text]
