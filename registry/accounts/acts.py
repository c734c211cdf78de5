"""Acts on officials and roles. Sign-ins themselves are in sign_in.py: they are no official acts."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from uuid import UUID, uuid4

from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.accounts import records
from registry.accounts.records import (
    NO_PASSWORD,
    Official,
    OneTimeCode,
    RoleGrant,
    by_username,
    token_digest,
)
from registry.accounts.rules import (
    CODE_USED,
    LAST_ADMINISTRATOR,
    LEAST_PASSWORD,
    NOT_AN_OFFICIAL,
    PASSWORD_TOO_SHORT,
    ROLES_CLASH,
    USERNAME_TAKEN,
    clash,
)
from registry.act import Act, Installation, Work, official_act
from registry.audit.records import append
from registry.database import WHOLE_MUNICIPALITY, Scope, search_key
from registry.findings import Refused
from registry.roles import ROLE_NAMES, Role


def hasher(cost: str) -> PasswordHasher:
    """argon2id at its recommended cost, or (`test`) at a cost that is good for nothing but tests."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1) if cost == "test" else PasswordHasher()


@official_act("accounts.create_official", {Role.SYSTEM_ADMINISTRATOR})
def create_official(work: Work, username: str, name: str, password_hash: str, cpr: str | None = None) -> UUID:
    """Create an official without any role. The password arrives hashed, so no log or record can hold it."""
    made = _new_official(work.session, work.scope.municipality, username, name, password_hash, work.act)
    if cpr:
        made.cpr_index = work.keyring.blind_index(cpr)
    work.note(official=str(made.id))
    return made.id


@official_act("accounts.grant_role", {Role.SYSTEM_ADMINISTRATOR})
def grant_role(work: Work, official_id: UUID, role: Role, council: str) -> UUID:
    """Give an official a role for one council (or `*`). Raises Refused when the roles clash (docs/roles.md)."""
    person = records.official(work.session, work.scope.municipality, official_id)
    if person is None or person.ended_at is not None:
        raise Refused(NOT_AN_OFFICIAL, status=404)
    held = {g.role for g in records.grants(work.session, work.scope.municipality, official_id)}
    other = clash(held, role)
    if other is not None:
        raise Refused(ROLES_CLASH, name=person.name, role=ROLE_NAMES[role], held=ROLE_NAMES[other])
    grant = _new_grant(work.session, Scope(work.scope.municipality, council), official_id, role, work.act)
    work.note(official=str(official_id), role=role.value, council=council)
    return grant.id


@official_act("accounts.end_role", {Role.SYSTEM_ADMINISTRATOR}, needs_reason=True)
def end_role(work: Work, official_id: UUID, role: Role, council: str) -> int:
    """End a role; the row stays with its dates and reason. Returns how many grants ended."""
    grants = work.session.scalars(
        select(RoleGrant).where(
            RoleGrant.municipality == work.scope.municipality,
            RoleGrant.council == council,
            RoleGrant.official_id == official_id,
            RoleGrant.role == role.value,
            RoleGrant.ended_at.is_(None),
        )
    ).all()
    everyone = records.holders(work.session, work.scope)[Role.SYSTEM_ADMINISTRATOR]
    if role is Role.SYSTEM_ADMINISTRATOR and everyone <= {official_id}:
        raise Refused(LAST_ADMINISTRATOR)
    for grant in grants:
        grant.ended_at, grant.ended_by, grant.end_reason = work.act.at, work.act.actor, work.act.reason
    records.end_sign_ins(work.session, work.scope.municipality, official_id, work.act.at)
    work.note(official=str(official_id), role=role.value, council=council)
    return len(grants)


@official_act("accounts.set_password", {Role.SYSTEM_ADMINISTRATOR})
def set_password(work: Work, official_id: UUID, password_hash: str) -> None:
    """Give an official a new password and end all open sessions."""
    person = records.official(work.session, work.scope.municipality, official_id)
    if person is None:
        raise Refused(NOT_AN_OFFICIAL, status=404)
    person.password_hash = password_hash
    records.end_sign_ins(work.session, work.scope.municipality, official_id, work.act.at)
    work.note(official=str(official_id))


def add_without_password(
    session: Session, municipality: str, name: str, act: Act, *, cpr_index: bytes | None = None
) -> Official:
    """Somebody who signs in by one-day codes only, for an act of a room that places people at stations.

    The username is made here from the first name, so that it can be typed where two people sign.
    """
    first = "".join(sign for sign in search_key(name).split(" ")[0] if sign.isascii() and sign.isalpha())[:12]
    username = ""
    while not username or by_username(session, username) is not None:
        username = f"{first or 'vagt'}{secrets.randbelow(9000) + 1000}"
    made = _new_official(session, municipality, username, name, NO_PASSWORD, act)
    made.cpr_index = cpr_index
    return made


def give_role(session: Session, scope: Scope, official_id: UUID, role: Role, act: Act) -> bool:
    """Grant a role that is not held yet, as part of an act that has looked for roles that clash. False: held."""
    if records.holds_role(session, scope, official_id, {role}):
        return False
    _new_grant(session, scope, official_id, role, act)
    return True


def has_officials(session: Session) -> bool:
    """Whether anybody has an account in this installation."""
    return session.scalar(select(Official.id).limit(1)) is not None


def check_password_length(password: str) -> None:
    """Raises Refused. (ASVS 5.0, 6.2.1 asks for eight, recommends more.)"""
    if len(password) < LEAST_PASSWORD:
        raise Refused(PASSWORD_TOO_SHORT, least=LEAST_PASSWORD)


def make_one_time_code(installation: Installation, act_at: Act) -> str:
    """A code for the first administrator of an empty installation. Only its hash is kept."""
    code = secrets.token_hex(8).upper()
    with installation.database.write() as session:
        session.add(OneTimeCode(code_sha256=token_digest(code), made_at=act_at.at))
    return code


def first_administrator(
    installation: Installation,
    act: Act,
    code: str,
    municipality: str,
    username: str,
    name: str,
    password_hash: str,
) -> UUID:
    """Use the one-time code: make the municipality's keys and its first system administrator.

    Nothing is made, not even a folder of keys, before the code is known to be right.
    """
    with installation.database.write() as session:
        row = session.get(OneTimeCode, token_digest(code.strip().upper()))
        if row is None or row.used_at is not None:
            raise Refused(CODE_USED)
        row.used_at = act.at
        installation.keys.create(municipality)
        return appoint_first(
            session, municipality, username, name, password_hash, [Role.SYSTEM_ADMINISTRATOR], act
        )


def appoint_first(
    session: Session,
    municipality: str,
    username: str,
    name: str,
    password_hash: str,
    roles: Iterable[Role],
    act: Act,
) -> UUID:
    """The first official of a municipality, who is appointed by nobody: the log says so."""
    made = _new_official(session, municipality, username, name, password_hash, act)
    scope = Scope(municipality, WHOLE_MUNICIPALITY)
    for role in roles:
        _new_grant(session, scope, made.id, role, act)
    entry = {
        "act": "accounts.first_administrator",
        "actor": str(made.id),
        "at": act.at.isoformat(),
        "facts": {},
    }
    session.flush()
    append(session, scope, "office", entry, act.at)
    return made.id


def _new_official(
    session: Session, municipality: str, username: str, name: str, password_hash: str, act: Act
) -> Official:
    if by_username(session, username) is not None:
        raise Refused(USERNAME_TAKEN, username=username)
    made = Official(
        municipality=municipality,
        council=WHOLE_MUNICIPALITY,
        id=uuid4(),
        username=username.strip().lower(),
        name=name.strip(),
        password_hash=password_hash,
        created_at=act.at,
    )
    session.add(made)
    session.flush()
    return made


def _new_grant(session: Session, scope: Scope, official_id: UUID, role: Role, act: Act) -> RoleGrant:
    grant = RoleGrant(
        municipality=scope.municipality,
        council=scope.council,
        id=uuid4(),
        official_council=WHOLE_MUNICIPALITY,
        official_id=official_id,
        role=role.value,
        granted_at=act.at,
        granted_by=act.actor,
    )
    session.add(grant)
    session.flush()
    return grant
