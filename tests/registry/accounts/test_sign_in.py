"""Signing in: lock-out counted in the database per device, sessions that the server can end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask, session
from sqlalchemy import select, update

from registry.accounts.records import SignIn, SignInFailure, end_sign_ins, token_digest
from registry.accounts.rules import LOCKED_FOR, TRIES, Failures, locked_until
from registry.accounts.sign_in import ABSOLUTE_LIMIT, Gatekeeper, SignedIn, install
from registry.act import Installation
from registry.configuration import Configuration
from registry.findings import Refused
from registry.roles import Role
from tests.scenarios import PASSWORD, SCOPE, officials

NOW = datetime(2017, 11, 27, 17, 10, tzinfo=UTC)


@pytest.fixture
def who(installation: Installation) -> dict[str, UUID]:
    return officials(installation)


@pytest.fixture
def keeper(installation: Installation, configuration: Configuration, who: dict[str, UUID]) -> Gatekeeper:
    return Gatekeeper.of(installation, configuration)


@pytest.fixture
def bare(keeper: Gatekeeper) -> Flask:
    """An application with nothing but the sign-in."""
    app = Flask("bare")
    app.config["SECRET_KEY"] = b"of a test"
    install(app, keeper)
    return app


def _open(keeper: Gatekeeper, app: Flask, username: str) -> str:
    """Sign in, and hand back the token that the browser would keep."""
    with app.test_request_context():
        keeper.open(keeper.check(username, PASSWORD, "laptop"))
        return str(session["token"])


def _code(keeper: Gatekeeper, username: str, password: str, device: str) -> str:
    try:
        keeper.check(username, password, device)
    except Refused as refused:
        return refused.kind.code
    return "in"


@pytest.mark.parametrize(
    ("count", "minutes_ago", "is_locked"),
    [(0, 0, False), (TRIES - 1, 0, False), (TRIES, 0, True), (TRIES, 14, True), (TRIES, 15, False), (99, 1, True)],
)
def test_five_wrong_passwords_lock_for_a_quarter(count: int, minutes_ago: int, is_locked: bool) -> None:
    failures = Failures(count, NOW - timedelta(minutes=minutes_ago))
    until = locked_until(failures, NOW)
    assert (until is not None) == is_locked
    if until is not None:
        assert until == NOW - timedelta(minutes=minutes_ago) + LOCKED_FOR


def test_the_right_password_opens_and_the_name_may_be_typed_in_capitals(keeper: Gatekeeper) -> None:
    assert keeper.check(" ENTERER ", PASSWORD, "laptop").username == "enterer"


def test_after_five_wrong_passwords_even_the_right_one_waits(keeper: Gatekeeper) -> None:
    answers = [_code(keeper, "enterer", "forkert", "laptop") for _ in range(TRIES + 2)]
    assert answers == ["R012"] * TRIES + ["R011"] * 2
    assert _code(keeper, "enterer", PASSWORD, "laptop") == "R011"


def test_guesses_elsewhere_never_lock_a_desk(keeper: Gatekeeper) -> None:
    """The same account: locked on the guesser's device, open on the desk's own laptop."""
    for _ in range(TRIES):
        _code(keeper, "enterer", "forkert", "et andet sted")
    assert _code(keeper, "enterer", PASSWORD, "et andet sted") == "R011"
    assert _code(keeper, "enterer", PASSWORD, "laptop") == "in"


def test_the_count_survives_a_restart(
    keeper: Gatekeeper, installation: Installation, configuration: Configuration
) -> None:
    for _ in range(TRIES):
        _code(keeper, "enterer", "forkert", "laptop")
    assert _code(Gatekeeper.of(installation, configuration), "enterer", PASSWORD, "laptop") == "R011"


def test_the_lock_opens_again_and_a_success_forgets_the_failures(keeper: Gatekeeper) -> None:
    for _ in range(TRIES):
        _code(keeper, "enterer", "forkert", "laptop")
    with keeper.database.write() as writing:
        writing.execute(update(SignInFailure).values(last_at=datetime.now(UTC) - LOCKED_FOR))
    assert _code(keeper, "enterer", PASSWORD, "laptop") == "in"
    with keeper.database.read() as reading:
        assert reading.scalars(select(SignInFailure)).all() == []


def test_an_unknown_name_answers_like_a_wrong_password(keeper: Gatekeeper) -> None:
    answers = [_code(keeper, "findes ikke", PASSWORD, "laptop") for _ in range(TRIES + 1)]
    assert answers == ["R012"] * TRIES + ["R011"]


def test_somebody_who_has_left_cannot_sign_in(keeper: Gatekeeper, who: dict[str, UUID]) -> None:
    from registry.accounts.records import Official

    with keeper.database.write() as writing:
        writing.execute(update(Official).where(Official.id == who["enterer"]).values(ended_at=NOW))
    assert _code(keeper, "enterer", PASSWORD, "laptop") == "R012"


def test_the_database_holds_no_token(keeper: Gatekeeper, bare: Flask) -> None:
    token = _open(keeper, bare, "enterer")
    with keeper.database.read() as reading:
        row = reading.scalars(select(SignIn)).one()
    assert row.token_sha256 == token_digest(token)
    assert token.encode() not in row.token_sha256
    assert len(token) >= 43, "256 bits"


def test_a_session_ended_by_the_server_stops_at_once(
    keeper: Gatekeeper, bare: Flask, who: dict[str, UUID]
) -> None:
    token = _open(keeper, bare, "enterer")
    assert isinstance(keeper.load(token), SignedIn)
    with keeper.database.write() as writing:
        end_sign_ins(writing, "0259", who["enterer"], datetime.now(UTC))
    assert keeper.load(token) is None


def test_a_role_that_ends_is_gone_in_the_next_request(
    keeper: Gatekeeper, bare: Flask, who: dict[str, UUID]
) -> None:
    from uuid import uuid4

    from registry.accounts.acts import end_role
    from registry.act import Act
    from tests.scenarios import EVERYWHERE

    token = _open(keeper, bare, "enterer")
    act = Act(who["system_administrator"], Role.SYSTEM_ADMINISTRATOR, NOW, uuid4(), "Orlov")
    end_role(keeper.installation, EVERYWHERE, act, who["enterer"], Role.ENTERER, "*")
    assert keeper.load(token) is None


def test_signing_in_again_makes_a_new_token_and_ends_the_old(keeper: Gatekeeper, bare: Flask) -> None:
    with bare.test_request_context():
        keeper.open(keeper.check("enterer", PASSWORD, "laptop"))
        old = str(session["token"])
        keeper.open(keeper.check("enterer_2", PASSWORD, "laptop"))
        new = str(session["token"])
    assert keeper.load(old) is None
    person = keeper.load(new)
    assert person is not None
    assert person.username == "enterer_2"


@pytest.mark.parametrize(
    ("username", "idle_minutes", "is_in"),
    [
        ("enterer", 14, True),
        ("enterer", 16, False),
        ("polling_official", 59, True),
        ("polling_official", 61, False),
        ("station_leader", 59, True),
    ],
)
def test_a_session_that_idles_runs_out_a_desk_four_times_later(
    keeper: Gatekeeper, bare: Flask, username: str, idle_minutes: int, is_in: bool
) -> None:
    token = _open(keeper, bare, username)
    with keeper.database.write() as writing:
        writing.execute(update(SignIn).values(seen_at=datetime.now(UTC) - timedelta(minutes=idle_minutes)))
    assert (keeper.load(token) is not None) == is_in


def test_a_request_keeps_a_session_alive(keeper: Gatekeeper, bare: Flask) -> None:
    token = _open(keeper, bare, "enterer")
    with keeper.database.write() as writing:
        writing.execute(update(SignIn).values(seen_at=datetime.now(UTC) - timedelta(minutes=14)))
    assert keeper.load(token) is not None
    with keeper.database.read() as reading:
        assert datetime.now(UTC) - reading.scalars(select(SignIn.seen_at)).one() < timedelta(minutes=1)


def test_no_session_lives_longer_than_a_day_of_work(keeper: Gatekeeper, bare: Flask) -> None:
    token = _open(keeper, bare, "polling_official")
    began_at = datetime.now(UTC) - ABSOLUTE_LIMIT - timedelta(seconds=1)
    with keeper.database.write() as writing:
        writing.execute(update(SignIn).values(began_at=began_at))
    assert keeper.load(token) is None


def test_a_made_up_token_is_nobody(keeper: Gatekeeper) -> None:
    assert keeper.load("x" * 43) is None
    assert keeper.load("") is None


def test_roles_are_those_for_the_council_of_the_page(keeper: Gatekeeper, bare: Flask) -> None:
    from registry.database import Scope

    person = keeper.load(_open(keeper, bare, "enterer"))
    assert person is not None
    assert person.roles_for(SCOPE) == {Role.ENTERER}
    assert person.roles_for(Scope("0157", SCOPE.council)) == frozenset()
