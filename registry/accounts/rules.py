"""Which roles one person may hold together, and when a sign-in is locked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.findings import finding_kind
from registry.roles import EVERY_ROLE, Role

ROLES_CLASH = finding_kind(
    "R010",
    "{name} kan ikke være både {role} og {held}. Intet er ændret. Giv opgaven til en anden person.",
)
LOCKED = finding_kind(
    "R011",
    "Der er skrevet forkert adgangskode for mange gange. Vent {minutes} minutter, eller bed "
    "systemadministratoren om en ny adgangskode.",
)
WRONG_PASSWORD = finding_kind("R012", "Brugernavn eller adgangskode er forkert. Prøv igen.")
USERNAME_TAKEN = finding_kind("R013", "Brugernavnet {username} er i brug. Intet er ændret. Vælg et andet.")
PASSWORD_TOO_SHORT = finding_kind("R014", "Adgangskoden skal være på mindst {least} tegn. Intet er ændret.")
CODE_USED = finding_kind(
    "R015",
    "Engangskoden er forkert, brugt eller udløbet. Intet er ændret. Start programmet igen med --empty for en ny.",
)
NOT_AN_OFFICIAL = finding_kind("R016", "Personen findes ikke i denne kommune. Intet er ændret.")
LAST_ADMINISTRATOR = finding_kind(
    "R017",
    "Der skal altid være en systemadministrator. Intet er ændret. Udpeg en ny, før du fjerner den sidste.",
)

TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
LEAST_PASSWORD = 12
PIN_DIGITS = 6

_ALONE = {Role.SYSTEM_ADMINISTRATOR: EVERY_ROLE, Role.AUDITOR: EVERY_ROLE}
"""Who runs the machine has no part in the election; who audits has no part in what is audited."""


def clash(held: Iterable[Role], wanted: Role) -> Role | None:
    """A role in `held` that nobody may hold together with `wanted`, or None.

    Being enterer and certifier of the same count, or both enterers of one station, is refused by the act
    itself, because it depends on what the person has done. (Own decision, docs/roles.md.)
    """
    for role in sorted(held):
        if role != wanted and (wanted in _ALONE.get(role, ()) or role in _ALONE.get(wanted, ())):
            return role
    return None


@dataclass(frozen=True, slots=True)
class Failures:
    """Wrong passwords in a row for one account from one device."""

    count: int
    last_at: datetime | None


def locked_until(failures: Failures, now: datetime) -> datetime | None:
    """Until when further tries are refused unread, or None. (ASVS 5.0, 6.3.1.)"""
    if failures.last_at is None or failures.count < TRIES:
        return None
    until = failures.last_at + LOCKED_FOR
    return until if until > now else None
