"""One-day codes: a printed code and a PIN open a station's pages for one day, and the PIN stands in for a password
where two people sign.

The code has 40 bits and is printed; the PIN has 20 bits and comes on another sheet. A wrong PIN is counted before
it is looked at, for the code whatever device it was typed on, so that no number of devices or of tries in the
same moment gives a sixth. Only somebody with the printed code, or a colleague who is signed in, can lock it, and
each of the two locks on its own: a colleague's slips never keep anybody from signing in.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from registry.accounts.records import DayPass, Grant, Official, SignIn, SignInFailure, token_digest
from registry.accounts.rules import PIN_DIGITS, Failures, locked_until
from registry.database import WHOLE_MUNICIPALITY, Database
from registry.findings import Refused, finding_kind
from registry.roles import Role

if TYPE_CHECKING:
    from argon2 import PasswordHasher

WRONG_PASS = finding_kind(
    "R691", "Koden eller PIN er forkert. Du er ikke logget ind. Se på begge ark, og prøv igen."
)
PASS_LOCKED = finding_kind(
    "R692",
    "PIN er skrevet forkert for mange gange. Koden er låst i {minutes} minutter. Vent, eller bed valgkontoret om "
    "en ny kode.",
)
PASS_NOT_YET = finding_kind(
    "R693", "Koden gælder først fra {from_at}. Du er ikke logget ind. Prøv igen, når det er blevet tid."
)
PASS_OVER = finding_kind("R694", "Koden gjaldt til {until_at} og er udløbet. Du er ikke logget ind.")
PASS_ENDED = finding_kind(
    "R695", "Koden er afsluttet. Du er ikke logget ind. Spørg stemmestedets leder eller valgkontoret."
)
WRONG_PIN = finding_kind("R696", "PIN er forkert. Intet er ændret. Prøv igen.")

OF_A_PASS = frozenset({Role.POLLING_OFFICIAL, Role.STATION_LEADER})
"""All that a one-day code opens, whatever else its holder may do with a password."""
_CODE, _CONFIRM = "code", "confirm"
_COPENHAGEN = ZoneInfo("Europe/Copenhagen")


class PassClock(Protocol):
    """The present instant where a code is used: the computer's, or the clock of a demo."""

    def __call__(self, municipality: str, council: str, place: str, /) -> datetime: ...


def computers_clock(_municipality: str, _council: str, _place: str) -> datetime:
    return datetime.now(UTC)


def looks_like_pin(typed: str) -> bool:
    plain = typed.strip()
    return len(plain) == PIN_DIGITS and plain.isascii() and plain.isdigit()


def grants_of_pass(grants: Iterable[Grant], council: str) -> frozenset[Grant]:
    """What is left of somebody's roles when they came in by a one-day code: the station's, for its council."""
    return frozenset(
        Grant(council, one.role)
        for one in grants
        if one.role in OF_A_PASS and one.council in (council, WHOLE_MUNICIPALITY)
    )


def check_pass(
    database: Database, passwords: PasswordHasher, clock_of: PassClock, code: str, pin: str
) -> tuple[DayPass, Official]:
    """Who this code and PIN belong to. Raises Refused R691–R695; its owner alone is told why it does not hold."""
    with database.read() as session:
        row = session.execute(
            select(DayPass, Official)
            .join(Official, (Official.municipality == DayPass.municipality) & (Official.id == DayPass.official_id))
            .where(DayPass.code_sha256 == token_digest(code), Official.ended_at.is_(None))
        ).first()
    if row is None:
        passwords.hash(pin)  # as long as a code that exists
        raise Refused(WRONG_PASS, status=403)
    found: DayPass = row[0]
    if not _pin_fits(database, passwords, found, pin, _CODE):
        raise Refused(WRONG_PASS, status=403)
    _demand_running(found, clock_of(found.municipality, found.council, found.place))
    return found, row[1]


def confirms(
    database: Database, passwords: PasswordHasher, clock_of: PassClock, person: Official, pin: str
) -> bool | None:
    """Whether this is the PIN of a code of the person that holds now; None when there is no such code."""
    with database.read() as session:
        held = session.scalars(
            select(DayPass).where(
                DayPass.municipality == person.municipality,
                DayPass.official_id == person.id,
                DayPass.ended_at.is_(None),
            )
        ).all()
    running = [one for one in held if _runs(one, clock_of(one.municipality, one.council, one.place))]
    if not running:
        return None
    return any(_pin_fits(database, passwords, one, pin, _CONFIRM) for one in running)


def hold_pass(session: Session, day_pass: DayPass, now: datetime) -> None:
    """In the transaction of a sign-in: the code was not ended in this very moment, and earlier ones by it end."""
    ended_at = session.scalar(
        select(DayPass.ended_at)
        .where(
            DayPass.municipality == day_pass.municipality,
            DayPass.council == day_pass.council,
            DayPass.id == day_pass.id,
        )
        .with_for_update(read=True)
    )
    if ended_at is not None:
        raise Refused(PASS_ENDED, status=403)
    session.execute(
        update(SignIn).where(SignIn.day_pass_id == day_pass.id, SignIn.ended_at.is_(None)).values(ended_at=now)
    )


def pass_by_id(session: Session, municipality: str, day_pass_id: UUID) -> DayPass | None:
    """A code that somebody is signed in by, to be kept and read after the session is closed."""
    return session.scalar(select(DayPass).where(DayPass.municipality == municipality, DayPass.id == day_pass_id))


def _runs(day_pass: DayPass, now: datetime) -> bool:
    return day_pass.ended_at is None and day_pass.from_at <= now < day_pass.until_at


def _demand_running(day_pass: DayPass, now: datetime) -> None:
    if day_pass.ended_at is not None:
        raise Refused(PASS_ENDED, status=403)
    if now < day_pass.from_at:
        raise Refused(PASS_NOT_YET, status=403, from_at=_shown(day_pass.from_at))
    if now >= day_pass.until_at:
        raise Refused(PASS_OVER, status=403, until_at=_shown(day_pass.until_at))


def _shown(at: datetime) -> str:
    return at.astimezone(_COPENHAGEN).strftime("%d.%m.%Y kl. %H.%M")


def _pin_fits(database: Database, passwords: PasswordHasher, day_pass: DayPass, pin: str, where: str) -> bool:
    """Raises Refused R692. The try is counted first, and forgotten when it was right."""
    key, now = (f"pass/{day_pass.id}", where), datetime.now(UTC)
    with database.write() as session:
        insert: Any = sqlite.insert if database.is_sqlite else postgresql.insert
        none = {"username": key[0], "device": key[1], "failures": 0, "last_at": now}
        session.execute(insert(SignInFailure).values(none).on_conflict_do_nothing())
        row = session.scalars(
            select(SignInFailure)
            .where(SignInFailure.username == key[0], SignInFailure.device == key[1])
            .with_for_update()
        ).one()
        until = locked_until(Failures(row.failures, row.last_at), now)
        if until is None:
            row.failures, row.last_at = row.failures + 1, now
    if until is not None:
        raise Refused(PASS_LOCKED, status=429, minutes=int((until - now).total_seconds() // 60) + 1)
    try:
        passwords.verify(day_pass.pin_hash, pin.strip())
    except (VerifyMismatchError, InvalidHashError):
        return False
    with database.write() as session:
        session.execute(
            delete(SignInFailure).where(SignInFailure.username == key[0], SignInFailure.device == key[1])
        )
    return True
