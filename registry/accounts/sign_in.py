"""Signing in: flask-login, wrapped once and typed. The browser holds a random token, the server the session."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask import Flask, g, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy import select, update

from registry.accounts import records
from registry.accounts.acts import hasher
from registry.accounts.passes import (
    OF_A_PASS,
    WRONG_PIN,
    PassClock,
    check_pass,
    computers_clock,
    confirms,
    grants_of_pass,
    hold_pass,
    looks_like_pin,
    pass_by_id,
)
from registry.accounts.records import (
    NO_PASSWORD,
    DayPass,
    Grant,
    Official,
    SignIn,
    SignInFailure,
    Visit,
    by_username,
    token_digest,
)
from registry.accounts.rules import LOCKED, WRONG_PASSWORD, locked_until
from registry.act import Installation
from registry.configuration import Configuration
from registry.database import WHOLE_MUNICIPALITY, Database, Scope
from registry.findings import Refused
from registry.roles import Role

ABSOLUTE_LIMIT = timedelta(hours=12)
CONFIRMED_WITHIN = timedelta(minutes=5)
_SEEN_EVERY = timedelta(seconds=60)
DESK_ROLES = frozenset({Role.POLLING_OFFICIAL, Role.STATION_LEADER})


class SignedIn(UserMixin):
    """The official behind this request."""

    def __init__(self, token: str, person: Official | Visit, grants: frozenset[Grant]) -> None:
        self.id = token
        self.official_id: UUID = person.id
        self.municipality: str = person.municipality
        self.name: str = person.name
        self.username: str = person.username
        self.day_pass_id: UUID | None = person.day_pass_id if isinstance(person, Visit) else None
        self.grants = grants

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held for the council of this page; on pages without a council, all of them."""
        scope: Scope | None = g.get("scope")
        if scope is None:
            return frozenset(grant.role for grant in self.grants)
        return self.roles_for(scope)

    def roles_for(self, scope: Scope) -> frozenset[Role]:
        if scope.municipality != self.municipality:
            return frozenset()
        return frozenset(
            grant.role for grant in self.grants if grant.council in (scope.council, WHOLE_MUNICIPALITY)
        )


@dataclass(frozen=True, slots=True)
class Gatekeeper:
    """Checks passwords, opens and ends sessions. Instants here are the computer's own: no act of an election."""

    installation: Installation
    configuration: Configuration
    passwords: PasswordHasher
    clock_of: PassClock = computers_clock
    """By which clock one-day codes run; whoever assembles the house knows the clocks of elections."""
    passes: dict[UUID, DayPass] = field(default_factory=dict)
    """Codes that somebody is signed in by. What is read of them never changes; one that ends ends its sign-ins."""

    @classmethod
    def of(
        cls, installation: Installation, configuration: Configuration, clock_of: PassClock = computers_clock
    ) -> Gatekeeper:
        return cls(installation, configuration, hasher(configuration.password_cost), clock_of)

    @property
    def database(self) -> Database:
        return self.installation.database

    def check(self, username: str, password: str, device: str) -> Official:
        """The official with this name and password. Raises Refused: wrong, or locked for a while."""
        username, now = username.strip().lower(), datetime.now(UTC)
        with self.database.read() as reading:
            until = locked_until(records.failures(reading, username, device), now)
            person = by_username(reading, username)
        if until is not None:
            raise Refused(LOCKED, status=429, minutes=int((until - now).total_seconds() // 60) + 1)
        if self._fits(person, password):
            assert person is not None
            self._forget_failures(username, device)
            return person
        self._count_failure(username, device, now)
        raise Refused(WRONG_PASSWORD, status=403)

    def confirm(self, username: str, typed: str, device: str, roles: Iterable[Role]) -> Official:
        """Who signs here and now: by password or, in acts of a station, by the PIN of a code that holds.

        Raises Refused R011, R012, R692, R696.
        """
        if OF_A_PASS & set(roles) and looks_like_pin(typed):
            with self.database.read() as reading:
                person = by_username(reading, username)
            fits = confirms(self.database, self.passwords, self.clock_of, person, typed) if person else None
            if fits and person is not None:
                return person
            if fits is False:
                raise Refused(WRONG_PIN, status=403)
        return self.check(username, typed, device)

    def check_pass(self, code: str, pin: str) -> tuple[DayPass, Official]:
        """The one-day code that this is, with whose it is. Raises Refused R691–R695."""
        return check_pass(self.database, self.passwords, self.clock_of, code, pin)

    def open(self, person: Official, day_pass: DayPass | None = None) -> None:
        """Sign in on this browser under a new token; whoever was signed in here before is signed out.

        By a one-day code: wherever else somebody is signed in by it, that ends, so a stolen code is noticed.
        """
        self.close()
        token, now = secrets.token_urlsafe(32), datetime.now(UTC)
        with self.database.write() as writing:
            if day_pass is not None:
                hold_pass(writing, day_pass, now)
            writing.add(
                SignIn(
                    token_sha256=token_digest(token),
                    municipality=person.municipality,
                    official_id=person.id,
                    began_at=now,
                    seen_at=now,
                    confirmed_at=now,
                    day_pass_id=day_pass.id if day_pass else None,
                )
            )
        session.clear()
        session["token"] = token
        login_user(SignedIn(token, person, frozenset()))

    def close(self) -> None:
        """End the session of this browser."""
        token = session.get("token")
        if token:
            with self.database.write() as writing:
                writing.execute(
                    update(SignIn)
                    .where(SignIn.token_sha256 == token_digest(token), SignIn.ended_at.is_(None))
                    .values(ended_at=datetime.now(UTC))
                )
        logout_user()
        session.clear()

    def load(self, token: str) -> SignedIn | None:
        """The signed-in official of a token, or None when the session has ended or run out."""
        now = datetime.now(UTC)
        visit = records.visit(self.database, token_digest(token))
        if visit is None:
            return None
        if visit.day_pass_id is not None:
            within = self._within_pass(visit, visit.day_pass_id)
            if within is None:
                return None
            visit = within
        elif now - visit.began_at > ABSOLUTE_LIMIT:
            return None
        idle = timedelta(minutes=self.configuration.session_idle_minutes)
        if {grant.role for grant in visit.grants} & DESK_ROLES:
            idle *= 4
        if now - visit.seen_at > idle:
            return None
        if now - visit.seen_at > _SEEN_EVERY:
            with self.database.write() as writing:
                writing.execute(
                    update(SignIn).where(SignIn.token_sha256 == token_digest(token)).values(seen_at=now)
                )
        return SignedIn(token, visit, visit.grants)

    def _within_pass(self, visit: Visit, day_pass_id: UUID) -> Visit | None:
        """The visit with no more than the code opens; None when its day is over."""
        known = self.passes.get(day_pass_id)
        if known is None:
            with self.database.read() as reading:
                known = pass_by_id(reading, visit.municipality, day_pass_id)
            if known is None:
                return None
            self.passes[day_pass_id] = known
        if self.clock_of(known.municipality, known.council, known.place) >= known.until_at:
            return None
        return replace(visit, grants=grants_of_pass(visit.grants, known.council))

    def _fits(self, person: Official | None, password: str) -> bool:
        """Takes as long for an unknown name as for a wrong password."""
        has_one = person is not None and person.password_hash != NO_PASSWORD
        stored = person.password_hash if person and has_one else self.passwords.hash("nobody")
        try:
            return self.passwords.verify(stored, password) and has_one
        except (VerifyMismatchError, InvalidHashError):
            return False

    def _count_failure(self, username: str, device: str, now: datetime) -> None:
        with self.database.write() as writing:
            row = writing.scalar(
                select(SignInFailure)
                .where(SignInFailure.username == username, SignInFailure.device == device)
                .with_for_update()
            )
            if row is None:
                writing.add(SignInFailure(username=username, device=device, failures=1, last_at=now))
            else:
                row.failures, row.last_at = row.failures + 1, now

    def _forget_failures(self, username: str, device: str) -> None:
        with self.database.read() as reading:
            if reading.get(SignInFailure, (username, device)) is None:
                return
        with self.database.write() as writing:
            row = writing.get(SignInFailure, (username, device))
            if row is not None:
                writing.delete(row)


def install(app: Flask, gatekeeper: Gatekeeper) -> None:
    """Give the application its sign-in."""
    manager: Any = LoginManager()
    manager.session_protection = None  # the server-side session is what counts
    manager.user_loader(gatekeeper.load)
    manager.init_app(app)
    app.extensions["gatekeeper"] = gatekeeper


def visitor() -> SignedIn | None:
    """The official behind this request, or None on a public page that nobody is signed in to."""
    person = current_user._get_current_object()
    return person if isinstance(person, SignedIn) else None


def signed_in_official() -> SignedIn:
    """The official behind this request; only to be called behind a door that demands one."""
    person = current_user._get_current_object()
    assert isinstance(person, SignedIn)
    return person


def new_device() -> str:
    return uuid4().hex
