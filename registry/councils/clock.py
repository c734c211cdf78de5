"""The one clock of a council's life. No act reads the computer's clock; it takes `at` from here."""

from __future__ import annotations

from datetime import UTC, date, datetime

from registry.councils.records import CouncilTerm
from registry.regulation.calendar import COPENHAGEN


def now(term: CouncilTerm) -> datetime:
    """The present instant of the council: the real one, or where a demo's clock was set."""
    return term.clock_at or datetime.now(UTC)


def today(term: CouncilTerm) -> date:
    return local_day(now(term))


def shown(instant: datetime) -> str:
    """An instant as the paper shows it: 27.11.2017 kl. 18.10."""
    return instant.astimezone(COPENHAGEN).strftime("%d.%m.%Y kl. %H.%M")


def local_day(instant: datetime) -> date:
    """The Danish date of an instant."""
    return instant.astimezone(COPENHAGEN).date()


def council_day(term: CouncilTerm, instant: datetime) -> date:
    """The day whose members meet at an instant; a meeting before the term begins is of those it begins with.

    (KSTL § 6 borrowed: the meeting is held in December, the term begins on 1 January)
    """
    return max(local_day(instant), term.starts_on)
