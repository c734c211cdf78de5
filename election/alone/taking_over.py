"""At the centre: lines that a laptop sends or a stick carries, taken over in their order, each at most once."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from election.alone import findings as say
from election.alone.acts import take_over
from election.alone.records import StationPackage, last_taken, package_by_id, taken
from election.alone.replaying import Outcome
from election.alone.rules import Line
from election.alone.sealing import LineSeal, secrets_of
from election.alone.telling import act_of, read
from registry.accounts.records import token_digest
from registry.act import Installation
from registry.findings import Finding, Refused

_log = logging.getLogger(__name__)
LINES_AT_ONCE = 200
STICK_MARK = b"RAADSVALG-LINES-1 "
_PATIENCE = 3
"""Somebody else may take the same lines at the same moment, from a stick."""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """How far the centre has come, and why it stopped, if it did."""

    last_seq: int
    taken_now: int
    conflicts: int
    trouble: Finding | None = None
    status: int = 200


def of_token(installation: Installation, package_id: UUID, token: str) -> StationPackage | None:
    """The package whose laptop holds this token."""
    with installation.database.read() as session:
        package = package_by_id(session, package_id)
    if package is None or not hmac.compare_digest(package.token_sha256, token_digest(token)):
        return None
    return package


def hand_in(
    installation: Installation, package: StationPackage, sealed: Sequence[bytes], carried_by: str
) -> HandedIn:
    """Take over what is new of these lines. What the centre has already is compared and passed over."""
    trusting = replace(installation, holds_role=_held_when_it_was_done)
    seal = LineSeal(secrets_of(installation.keys.open(package.municipality), package.id))
    done = conflicts = 0
    try:
        lines = [opened(seal, one) for one in sealed]
        fresh = _not_taken(installation, package, lines)
        for line, sha256 in fresh:
            outcome = _take(trusting, package, line, sha256, carried_by)
            done, conflicts = done + 1, conflicts + (outcome is Outcome.CONFLICT)
    except Refused as trouble:
        finding = Finding(trouble.kind, trouble.facts)
        return HandedIn(_last(installation, package), done, conflicts, finding, trouble.status)
    except IntegrityError:
        _log.exception("a line of package %s was not taken over", package.number)
        return HandedIn(_last(installation, package), done, conflicts, Finding(say.NOT_TAKEN, {}), 409)
    return HandedIn(_last(installation, package), done, conflicts)


def lines_of_stick(content: bytes, package: StationPackage) -> list[bytes]:
    """The lines in a file that a laptop saved. Raises Refused R779, R780."""
    first, _, rest = content.partition(b"\n")
    if not first.startswith(STICK_MARK):
        raise Refused(say.NOT_ELECTION_FILE)
    if first[len(STICK_MARK) :].strip() != str(package.id).encode():
        raise Refused(say.OTHER_STATION_FILE)
    return [line for line in rest.splitlines() if line.strip()]


def stick_file(package: UUID, sealed: Sequence[bytes]) -> bytes:
    return STICK_MARK + str(package).encode() + b"\n" + b"".join(sealed)


def package_of_stick(content: bytes) -> UUID:
    """Which package a file is of. Raises Refused R780."""
    first = content.partition(b"\n")[0]
    try:
        if not first.startswith(STICK_MARK):
            raise ValueError("not a file of lines")
        return UUID(first[len(STICK_MARK) :].strip().decode())
    except ValueError as error:
        raise Refused(say.NOT_ELECTION_FILE) from error


def _held_when_it_was_done(*_asked: object, **_more: object) -> bool:
    """The laptop asked for the role when it was done; that it has ended since undoes nothing."""
    return True


def opened(seal: LineSeal, sealed: bytes) -> tuple[Line, str]:
    """A line and its hash. Raises Refused R769."""
    seq, plain, sha256 = seal.open(sealed)
    try:
        line = read(plain)
    except ValueError as error:
        raise Refused(say.LINE_UNREADABLE, given=seq) from error
    if line.seq != seq:
        raise Refused(say.LINE_UNREADABLE, given=seq)
    return line, sha256


def _not_taken(
    installation: Installation, package: StationPackage, lines: Sequence[tuple[Line, str]]
) -> list[tuple[Line, str]]:
    """Raises Refused R768 where the centre has another line under the same counter: two laptops wrote."""
    with installation.database.read() as session:
        earlier = taken(session, package, [line.seq for line, _ in lines])
    fresh: dict[int, tuple[Line, str]] = {}
    for line, sha256 in lines:
        before = earlier[line.seq].line_sha256 if line.seq in earlier else fresh.get(line.seq, (line, sha256))[1]
        if before != sha256:
            raise Refused(say.CHAIN_BROKEN, given=line.seq)
        if line.seq not in earlier:
            fresh[line.seq] = (line, sha256)
    return [fresh[seq] for seq in sorted(fresh)]


def _take(
    installation: Installation, package: StationPackage, line: Line, sha256: str, carried_by: str
) -> Outcome:
    for attempt in range(1, _PATIENCE + 1):
        try:
            return take_over(
                installation,
                package.scope,
                act_of(line),
                package.election_id,
                package.id,
                line,
                sha256,
                carried_by,
            )
        except (Refused, IntegrityError):
            with installation.database.read() as session:
                earlier = taken(session, package, [line.seq]).get(line.seq)
            if earlier is not None and earlier.line_sha256 == sha256:
                return Outcome(earlier.outcome)
            if attempt == _PATIENCE:
                raise
    raise AssertionError("unreachable")


def _last(installation: Installation, package: StationPackage) -> int:
    with installation.database.read() as session:
        return last_taken(session, package)[0]
