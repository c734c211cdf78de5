"""Deadlines, expiry, who is the same person, and what the fingerprint of the certified state depends on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from election.certification.rules import (
    Certifier,
    canonical_bytes,
    complaint_deadline,
    expires_at,
    has_entered,
    has_expired,
    in_groups,
    is_late,
    state_sha256,
)
from registry.regulation.loader import shipped

ONE, OTHER = UUID(int=1), UUID(int=2)


def test_a_complaint_must_be_received_within_seven_days_to_the_last_second_of_the_day() -> None:
    """Election 27 November 2017, E+7 23:59:59 in Copenhagen (UTC+1) = 4 December 22:59:59 UTC."""
    deadline = complaint_deadline(shipped("koege-2018").regulation, date(2017, 11, 27))
    assert deadline == datetime(2017, 12, 4, 22, 59, 59, tzinfo=UTC)
    assert not is_late(deadline, deadline)
    assert is_late(deadline + timedelta(microseconds=1), deadline)


def test_the_deadline_follows_the_clock_on_the_wall_in_summer() -> None:
    """12 June 2023 + 7 days: 19 June 23:59:59 in Copenhagen is 21:59:59 UTC."""
    deadline = complaint_deadline(shipped("koege-2018").regulation, date(2023, 6, 12))
    assert deadline == datetime(2023, 6, 19, 21, 59, 59, tzinfo=UTC)


def test_a_request_holds_for_24_hours_and_not_a_second_more() -> None:
    asked = datetime(2017, 11, 28, 9, tzinfo=UTC)
    until = expires_at(asked)
    assert until == datetime(2017, 11, 29, 9, tzinfo=UTC)
    assert not has_expired(until, until - timedelta(seconds=1))
    assert has_expired(until, until)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Certifier(ONE), Certifier(ONE), True),
        (Certifier(ONE), Certifier(OTHER), False),
        (Certifier(ONE, b"a"), Certifier(OTHER, b"a"), True),
        (Certifier(ONE, b"a"), Certifier(OTHER, b"b"), False),
        (Certifier(ONE, None), Certifier(OTHER, None), False),
        (Certifier(ONE, b"a"), Certifier(OTHER, None), False),
    ],
)
def test_two_accounts_of_one_cpr_number_are_one_person(one: Certifier, other: Certifier, same: bool) -> None:
    assert one.is_same_person_as(other) is same
    assert other.is_same_person_as(one) is same
    assert has_entered(one, [other]) is same


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), min_size=1))
def test_the_fingerprint_depends_on_the_content_and_not_on_its_order(content: dict[str, object]) -> None:
    assert state_sha256(content) == state_sha256(dict(reversed(list(content.items()))))
    key = next(iter(content))
    assert state_sha256(content) != state_sha256(content | {key: [content[key]]})


@pytest.mark.parametrize("number", [0.5, float("nan"), {"in": [{"a": 1.0}]}])
def test_a_record_holds_no_number_with_a_decimal_point(number: object) -> None:
    with pytest.raises(ValueError, match=r"whole numbers|JSON compliant"):
        canonical_bytes({"x": number})


def test_a_fingerprint_is_read_aloud_in_groups() -> None:
    assert in_groups("0123456789ab") == "0123 4567 89ab"
