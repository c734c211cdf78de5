"""The printer's order of cards, their parts, and reading what the receiver of a dispatch reports back."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from enum import StrEnum

from registry.findings import Term

CARDS_IN_A_PART = 125
"""Each more costs 0.6 MB while it is made; each part costs 60 ms besides its cards."""


class BatchKind(StrEnum):
    ORDINARY = "ordinary"
    PROTECTED = "protected"


class Channel(StrEnum):
    DIGITAL_POST = "digital_post"
    REMOTE_PRINT = "remote_print"


class Outcome(StrEnum):
    SENT = "sent"
    FAILED = "failed"


KIND_NAMES = {BatchKind.ORDINARY: Term("Almindelige kort"), BatchKind.PROTECTED: Term("Kort til beskyttede")}
CHANNEL_NAMES = {Channel.DIGITAL_POST: Term("Digital Post"), Channel.REMOTE_PRINT: Term("Fjernprint")}
_DIGITS_OF_A_HOUSE_NUMBER = 6
_DIGITS = re.compile(r"\d+")


def mailing_key(station_code: str, postal_code: str, street_sort_key: str, number: int) -> str:
    """Where a card stands in the printer's pile: station, postal code, street, house number as a person sorts
    them (2 before 10), roll number.

    `street_sort_key` is the address with its number, in the form that sorts as Danish does.
    """
    street = _DIGITS.sub(lambda found: found.group().zfill(_DIGITS_OF_A_HOUSE_NUMBER), street_sort_key)
    return "\t".join((station_code, postal_code, street, f"{number:08d}"))  # a tab sorts before every letter


def parts_of(cards: int) -> int:
    """How many parts a batch has; the last one may be smaller."""
    return -(-cards // CARDS_IN_A_PART)


def part_of(place: int) -> int:
    """The part of the card that stands at this place of the batch, counted from 0. Parts count from 1."""
    return place // CARDS_IN_A_PART + 1


# --- the receiver's receipt ---------------------------------------------------------------------------------

NOT_TWO_CELLS = Term("Linjen skal have to felter: reference;status")
UNKNOWN_REFERENCE = Term("Referencen hører ikke til denne forsendelse")
TWICE = Term("Referencen står to gange")
UNKNOWN_STATUS = Term("Status skal være “sent” eller “failed”")
NO_TEXT = Term("Filen er ikke tekst i UTF-8")
MISSING = Term("Så mange kort mangler i kvitteringen:")


@dataclass(frozen=True, slots=True)
class BadLine:
    """What is wrong in one line of a receipt, or (line 0) with all of it. Never what stood there."""

    line: int
    why: Term
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """References by what became of them; usable only when there is no bad line."""

    outcomes: dict[str, Outcome]
    bad: tuple[BadLine, ...]

    def number_of(self, outcome: Outcome) -> int:
        return sum(one is outcome for one in self.outcomes.values())


def read_receipt(data: bytes, known: Container[str], cards: int) -> Receipt:
    """All of a receipt: `reference;status`, one line for each of the `cards` that were sent."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Receipt({}, (BadLine(0, NO_TEXT),))
    outcomes: dict[str, Outcome] = {}
    bad = list(_bad_lines(text, known, outcomes))
    if not bad and len(outcomes) != cards:
        bad.append(BadLine(0, MISSING, cards - len(outcomes)))
    return Receipt(outcomes, tuple(bad))


def _bad_lines(text: str, known: Container[str], outcomes: dict[str, Outcome]) -> Iterator[BadLine]:
    for line, typed in enumerate(text.splitlines(), start=1):
        plain = [cell.strip().strip('"').lower() for cell in typed.split(";")]
        if not any(plain) or (line == 1 and plain == ["reference", "status"]):
            continue
        if len(plain) != 2:
            yield BadLine(line, NOT_TWO_CELLS)
        elif plain[0] not in known:
            yield BadLine(line, UNKNOWN_REFERENCE)
        elif plain[0] in outcomes:
            yield BadLine(line, TWICE)
        elif plain[1] not in set(Outcome):
            yield BadLine(line, UNKNOWN_STATUS)
        else:
            outcomes[plain[0]] = Outcome(plain[1])
