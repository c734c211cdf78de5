"""Keys and fingerprints that people type and compare, the chain of lines, what differs, and what a screen says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from election.alone.rules import (
    Difference,
    LaptopState,
    Link,
    Seen,
    difference,
    expires_at,
    fingerprint_of,
    is_skewed,
    is_too_early,
    key_text,
    misfit,
    read_key,
    sentence_of,
)
from election.polling.conflicts import ConflictKind

KEY = bytes(range(16))
HERE, THERE, CARD, NEW_CARD = (UUID(int=number) for number in (1, 2, 3, 4))


def test_a_key_is_read_as_it_is_printed_typed_small_or_with_look_alike_signs() -> None:
    printed = key_text(KEY)
    assert [len(group) for group in printed] == [4] * 7
    assert read_key(" ".join(printed)) == KEY
    assert read_key("-".join(printed).lower().replace("0", "o").replace("1", "l")) == KEY


def test_a_slip_of_the_hand_is_seen_in_nearly_every_place() -> None:
    """Two check symbols: one wrong symbol in a thousand may pass, and then the key does not open the package."""
    text = "".join(key_text(KEY))
    wrong = [text[:at] + ("7" if sign != "7" else "8") + text[at + 1 :] for at, sign in enumerate(text)]
    assert sum(read_key(one) is not None for one in wrong) == 0
    assert read_key(text[:-1]) is None
    assert read_key("") is None


def test_a_fingerprint_is_the_first_hundred_bits() -> None:
    """00…00 but for the hundredth bit: nineteen times 0, then 1."""
    assert "".join(fingerprint_of(f"{1 << 156:064x}")) == "0" * 19 + "1"
    assert fingerprint_of(f"{(1 << 156) - 1:064x}") == ("0000",) * 5


@pytest.mark.parametrize(
    ("seq", "prev", "code"), [(5, "h4", None), (6, "h4", "R767"), (4, "h4", "R767"), (5, "other", "R768")]
)
def test_only_the_next_line_with_the_right_one_before_it_fits(seq: int, prev: str, code: str | None) -> None:
    found = misfit(4, "h4", seq, prev)
    assert (found.kind.code if found else None) == code


@pytest.mark.parametrize(
    ("seen", "card", "expected"),
    [
        (Seen(True, True, HERE, False, CARD), CARD, None),
        (Seen(True, True, None, False, None), None, None),
        (Seen(True, True, HERE, True, CARD), CARD, Difference.DOUBLE),
        (Seen(True, False, HERE, True, CARD), CARD, Difference.DOUBLE),
        (Seen(True, False, HERE, False, CARD), CARD, Difference.STRUCK),
        (Seen(True, True, THERE, False, CARD), CARD, Difference.MOVED),
        (Seen(True, True, HERE, False, NEW_CARD), CARD, Difference.REPLACED_CARD),
        (Seen(False, False, None, False, None), None, Difference.UNKNOWN),
    ],
)
def test_what_the_centre_sees_differently_is_named_by_its_gravest(
    seen: Seen, card: UUID | None, expected: Difference | None
) -> None:
    assert difference(seen, HERE, card) is expected


def test_the_differences_are_the_kinds_of_conflicts() -> None:
    assert {one.value for one in Difference} == {one.value for one in ConflictKind}


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (LaptopState(Link.CONNECTED, 0), "Forbundet med centralen, sidst kl. 14.07"),
        (LaptopState(Link.ALONE, 212), "Alene siden kl. 14.05"),
        (
            LaptopState(Link.INTERRUPTED, 3, trouble="fejl 503"),
            "Afbrudt: fejl 503",
        ),
        (LaptopState(Link.WITHOUT, 9), "Uden linje"),
    ],
)
def test_the_state_stands_in_words(state: LaptopState, words: str) -> None:
    sentence, facts = sentence_of(state, "14.07", "14.05")
    assert sentence % facts == words


def test_every_state_has_its_words() -> None:
    for link in Link:
        sentence, facts = sentence_of(LaptopState(link, 1), "-", "-")
        assert sentence % facts


@pytest.mark.parametrize(("seconds", "expected"), [(30, False), (31, True), (-31, True), (3600, True)])
def test_half_a_minute_is_allowed(seconds: int, expected: bool) -> None:
    assert is_skewed(timedelta(seconds=seconds)) is expected


def test_a_live_package_opens_until_the_morning_after_and_a_demo_from_when_it_was_made() -> None:
    midnight, made = datetime(2017, 11, 26, 23, tzinfo=UTC), datetime(2026, 1, 5, 8, tzinfo=UTC)
    assert expires_at(made, midnight, is_live=True) == datetime(2017, 11, 28, 11, tzinfo=UTC)
    assert expires_at(made, midnight, is_live=False) == datetime(2026, 1, 6, 20, tzinfo=UTC)


def test_nothing_is_registered_before_the_day() -> None:
    assert is_too_early(date(2017, 11, 26), date(2017, 11, 27))
    assert not is_too_early(date(2017, 11, 27), date(2017, 11, 27))
    assert not is_too_early(date(2017, 11, 28), date(2017, 11, 27))
