"""The rule behind a step, in words that are not a key of a file."""

from __future__ import annotations

from flask import Flask

from election.counting.citing import cited, cited_in_danish


def test_a_section_stands_as_it_is(app: Flask) -> None:
    with app.test_request_context():
        assert cited("KRVL § 85") == cited_in_danish("KRVL § 85") == "KRVL § 85"


def test_reserved_seats_are_the_regulations_rule(app: Flask) -> None:
    with app.test_request_context():
        assert cited("reserved_seats.vestlig") == "regulativets regel om pladser til vestlig"
    assert cited_in_danish("reserved_seats.vestlig") == "regulativets regel om pladser til vestlig"
