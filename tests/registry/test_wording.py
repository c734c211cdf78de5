"""Days and instants in the reader's language, also where a sentence carries one as Danish paper writes it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from flask_babel import force_locale

from registry.findings import Finding, FindingKind
from registry.wording import say, say_instant, say_short_date

if TYPE_CHECKING:
    from flask import Flask

SEEN = FindingKind("F000", "Set {at} ved {desk}.")
AT = datetime(2017, 11, 27, 16, 5, tzinfo=UTC)  # 17.05 in Denmark


@pytest.mark.parametrize(
    ("language", "long", "medium"),
    [("da", "27. november 2017", "27. nov. 2017"), ("en", "27 November 2017", "27 Nov 2017")],
)
def test_the_day_stands_before_the_month_in_both_languages(
    app: Flask, language: str, long: str, medium: str
) -> None:
    with app.test_request_context(), force_locale(language):
        assert say_short_date(date(2017, 11, 27), "long") == long
        assert say_short_date(date(2017, 11, 27)) == medium
        assert say_instant(AT).startswith(long)


@pytest.mark.parametrize(
    ("language", "at", "told"),
    [
        ("da", "27.11.2017 kl. 17.05", "Set 27.11.2017 kl. 17.05 ved 2."),
        ("en", "27.11.2017 kl. 17.05", "Set 27 November 2017 at 17.05 ved 2."),
        ("en", "27.11.2017", "Set 27.11.2017 ved 2."),
        ("en", "før 27.11.2017 kl. 17.05", "Set før 27.11.2017 kl. 17.05 ved 2."),
    ],
)
def test_an_instant_among_the_facts_is_said_in_the_language_and_nothing_else_is_touched(
    app: Flask, language: str, at: str, told: str
) -> None:
    with app.test_request_context(), force_locale(language):
        assert say(Finding(SEEN, {"at": at, "desk": "2"})) == told
