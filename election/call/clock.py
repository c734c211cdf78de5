"""The one clock of an election. No act reads the computer's clock; it takes `at` from here."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from election.call.records import Election

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def now(election: Election) -> datetime:
    """The present instant of the election: the real one, or where a demo's clock was set."""
    return election.clock_at or datetime.now(UTC)


def local(instant: datetime) -> datetime:
    return instant.astimezone(COPENHAGEN)


def shown(instant: datetime) -> str:
    """An instant as the paper shows it: 27.11.2017 kl. 18.10."""
    return local(instant).strftime("%d.%m.%Y kl. %H.%M")
