"""One official act = one function = one transaction = one entry in the log.

`official_act` turns a function that does the work into an act that anyone may call with the installation,
the scope and an `Act`. Whatever goes wrong, nothing is half done; the same `request_id` gives the same answer.
"""

from __future__ import annotations

import json
import secrets
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast, get_type_hints
from uuid import UUID, uuid4, uuid5

from cattrs.preconf.json import make_converter
from sqlalchemy import Connection, String, bindparam, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.exc import StaleDataError

from registry.audit.records import append
from registry.audit.rules import commitment
from registry.database import Base, Database, Scope, Transaction
from registry.findings import Refused, finding_kind
from registry.keys import KeyFolder, Keyring
from registry.one_person import is_one_of
from registry.prepared import Place, Prepared
from registry.roles import Role
from registry.sealed_files import SealedFiles

WRONG_ROLE = finding_kind(
    "R002",
    "Det må din rolle ikke. Intet er ændret. Bed en kollega med den rette rolle om at gøre det.",
)
CHANGED_MEANWHILE = finding_kind(
    "R003",
    "En anden har ændret det samme, efter at du åbnede siden. Din ændring er ikke gemt. "
    "Hent siden igen, og se, hvad der står nu.",
)
REQUEST_REUSED = finding_kind(
    "R004",
    "Denne formular er allerede sendt med andre oplysninger. Intet er ændret. Åbn siden på ny.",
)
REASON_MISSING = finding_kind("R005", "Der mangler en begrundelse. Intet er ændret. Skriv hvorfor, og send igen.")
SECOND_PERSON_MISSING = finding_kind(
    "R006",
    "Det kræver to forskellige personer. Intet er ændret. Bed en kollega om at skrive under sammen med dig.",
)
SAME_PERSON_TWICE = finding_kind(
    "R007",
    "De to brugernavne hører til den samme person. Intet er ændret. "
    "Bed en kollega om at skrive under sammen med dig.",
)

P = ParamSpec("P")
R = TypeVar("R")
_KEPT_IN_A_REASON = "\n\t\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Act:
    """Who does it, as what, when by the election's clock, under which request, and why."""

    actor: UUID
    role: Role
    at: datetime
    request_id: UUID
    reason: str = ""
    second_actor: UUID | None = None
    draw: UUID = field(default_factory=uuid4, compare=False)
    """What the act's own ids are made from: told again from a journal, the act makes the same rows."""

    def __post_init__(self) -> None:
        """A reason is text that somebody typed: no control character, and none that turns what follows around."""
        if not self.reason.isprintable():
            kept = (c for c in self.reason if c in _KEPT_IN_A_REASON or unicodedata.category(c)[0] != "C")
            object.__setattr__(self, "reason", "".join(kept))


class HoldsRole(Protocol):
    """Whether an official holds a role for a council now; wired in by whoever assembles the house."""

    def __call__(self, place: Place, scope: Scope, official: UUID, roles: Iterable[Role]) -> bool: ...


class Journal(Protocol):
    """Where the laptop of a station keeps each act before anybody is told that it is done."""

    def write(self, work: Work, deed: Deed, answer: object) -> None:
        """Called last, right before the commit. Raises Refused where it cannot be kept: then nothing is done."""
        ...


@dataclass(frozen=True, slots=True)
class Installation:
    """What every act needs: the database, the keys, who holds which role; at a station alone, its journal."""

    database: Database
    keys: KeyFolder
    holds_role: HoldsRole
    journal: Journal | None = None
    sealed: SealedFiles | None = None
    """Files that hold voters; none at a station alone."""


@dataclass(frozen=True, slots=True)
class Called:
    """The function that an act is, by its place in the house, and what it was called with."""

    place: str
    about: UUID
    args: tuple[object, ...]
    kwargs: dict[str, object]


@dataclass
class Work:
    """The open transaction of one act. `note` adds facts to its log entry: figures and ids, no person."""

    transaction: Transaction
    scope: Scope
    act: Act
    keyring: Keyring
    writer: str = "office"
    facts: dict[str, object] = field(default_factory=dict)
    afterwards: list[Callable[[Installation], object]] = field(default_factory=list)
    """What must wait until the transaction is committed. The act is done then, so none of it may refuse."""
    called: Called | None = None
    is_told_again: bool = False
    """Done elsewhere already, on a station's laptop: what would stop a desk does not stop this."""
    ids_drawn: int = 0

    def new_id(self) -> UUID:
        """A random id for a row that later acts name: the same one when the act is told again from a journal."""
        self.ids_drawn += 1
        return uuid5(self.act.draw, str(self.ids_drawn))

    @property
    def session(self) -> Session:
        return self.transaction.session

    @property
    def connection(self) -> Connection:
        """For prepared statements; what the session holds back is not sent before them."""
        return self.transaction.connection

    def note(self, **facts: object) -> None:
        self.facts.update(facts)


class ActRecord(Base):
    """An act that was done, with its answer, so that a repeated request gets the same one."""

    __tablename__ = "act"

    municipality: Mapped[str] = mapped_column(String(4), primary_key=True)
    council: Mapped[str] = mapped_column(String(40), primary_key=True)
    request_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    actor_id: Mapped[UUID]
    role: Mapped[str]
    second_actor_id: Mapped[UUID | None]
    at: Mapped[datetime]
    reason: Mapped[str]
    reason_salt: Mapped[bytes]
    input_fingerprint: Mapped[bytes]
    answer: Mapped[str]


_ACTS = ActRecord.__table__.columns
_EARLIER = Prepared(
    select(_ACTS.name, _ACTS.input_fingerprint, _ACTS.answer).where(
        _ACTS.municipality == bindparam("municipality"),
        _ACTS.council == bindparam("council"),
        _ACTS.request_id == bindparam("request_id"),
    )
)
_ADD = Prepared(insert(ActRecord.__table__))  # type: ignore[arg-type]

_converter = make_converter()
_converter.register_unstructure_hook(UUID, str)
_converter.register_structure_hook(UUID, lambda value, _: UUID(value))


@dataclass(frozen=True, slots=True)
class Deed:
    """What `perform` needs to know about an act beside its input."""

    name: str
    roles: frozenset[Role]
    answer_type: Any
    needs_reason: bool = False
    needs_second: bool = False
    is_exclusive: bool = True
    """False for a small act that many do at once: it may share a commit with others (`Database.together`)."""


def perform(
    installation: Installation,
    scope: Scope,
    act: Act,
    deed: Deed,
    given: tuple[object, ...],
    do: Callable[[Work], R],
) -> R:
    """Run `do` as one official act. Raises Refused; any other exception is a fault. Nothing is half done."""
    keyring = installation.keys.open(scope.municipality)
    digest = keyring.fingerprint(repr((deed.name, str(act.actor), act.reason, given)))
    afterwards: list[Callable[[Installation], object]] = []
    database, request = installation.database, _request(scope, act)
    # A line in the journal of a station alone must never be of an act that somebody else's trouble took back.
    is_shared = not deed.is_exclusive and installation.journal is None

    def once(transaction: Transaction) -> R:
        afterwards.clear()
        if not is_shared:  # where many wait, a repeated request is told by the key of its record instead
            earlier = _earlier(_EARLIER.rows(transaction.connection, **request))
            if earlier is not None:
                return cast(R, _same_answer(earlier, deed, digest))
        _demand(installation, transaction.connection, scope, act, deed)
        work = Work(transaction, scope, act, keyring, afterwards=afterwards)
        answer: R = do(work)
        transaction.flush()
        _record(work, deed, digest, answer)
        if installation.journal is not None:
            installation.journal.write(work, deed, answer)
        return answer

    try:
        answer = database.together(once) if is_shared else database.alone(once)
    except (Refused, StaleDataError, IntegrityError) as trouble:
        earlier = _earlier(database.ask(_EARLIER, **request))
        if earlier is not None:  # the form was sent before, or two tabs sent it at once and the other was first
            return cast(R, _same_answer(earlier, deed, digest))
        if isinstance(trouble, StaleDataError):
            raise Refused(CHANGED_MEANWHILE) from trouble
        raise
    for follow in afterwards:
        follow(installation)
    return answer


def official_act(
    name: str, roles: Iterable[Role], *, needs_reason: bool = False, needs_second: bool = False
) -> Callable[[Callable[Concatenate[Work, P], R]], Callable[Concatenate[Installation, Scope, Act, P], R]]:
    """Declare an official act of the registry: its name in the log and the roles that may do it."""
    allowed = frozenset(roles)

    def declare(
        function: Callable[Concatenate[Work, P], R],
    ) -> Callable[Concatenate[Installation, Scope, Act, P], R]:
        deed = Deed(name, allowed, get_type_hints(function)["return"], needs_reason, needs_second)

        def done(installation: Installation, scope: Scope, act: Act, /, *args: P.args, **kwargs: P.kwargs) -> R:
            given = (*args, *sorted(kwargs.items()))
            return perform(installation, scope, act, deed, given, lambda work: function(work, *args, **kwargs))

        update_wrapper(done, function)
        return done

    return declare


def _demand(installation: Installation, place: Place, scope: Scope, act: Act, deed: Deed) -> None:
    if act.role not in deed.roles or not installation.holds_role(place, scope, act.actor, {act.role}):
        raise Refused(WRONG_ROLE, status=403)
    if deed.needs_reason and not act.reason.strip():
        raise Refused(REASON_MISSING)
    if deed.needs_second:
        if act.second_actor is None or act.second_actor == act.actor:
            raise Refused(SECOND_PERSON_MISSING)
        if is_one_of(place, scope.municipality, act.second_actor, [act.actor]):
            raise Refused(SAME_PERSON_TWICE)
        if not installation.holds_role(place, scope, act.second_actor, deed.roles):
            raise Refused(WRONG_ROLE, status=403)


def _request(scope: Scope, act: Act) -> dict[str, object]:
    return {"municipality": scope.municipality, "council": scope.council, "request_id": act.request_id}


def _earlier(rows: list[tuple[Any, ...]]) -> tuple[str, bytes, str] | None:
    """Name, input's fingerprint and answer of an act that was done under this request."""
    return cast(tuple[str, bytes, str], rows[0]) if rows else None


def _same_answer(earlier: tuple[str, bytes, str], deed: Deed, digest: bytes) -> Any:
    name, fingerprint, answer = earlier
    if name != deed.name or fingerprint != digest:
        raise Refused(REQUEST_REUSED)
    return _converter.structure(json.loads(answer), deed.answer_type)


def _record(work: Work, deed: Deed, digest: bytes, answer: object) -> None:
    act, scope = work.act, work.scope
    salt = secrets.token_bytes(16)
    _ADD.change(
        work.connection,
        **_request(scope, act),
        name=deed.name,
        actor_id=act.actor,
        role=act.role.value,
        second_actor_id=act.second_actor,
        at=act.at,
        reason=act.reason,
        reason_salt=salt,
        input_fingerprint=digest,
        answer=json.dumps(_converter.unstructure(answer, unstructure_as=deed.answer_type)),
    )
    entry: dict[str, object] = {
        "act": deed.name,
        "actor": str(act.actor),
        "role": act.role.value,
        "at": act.at.astimezone(UTC).isoformat(),
        "request": str(act.request_id),
        "facts": work.facts,
    }
    if act.second_actor is not None:
        entry["second"] = str(act.second_actor)
    if act.reason:
        entry["reason_sha256"] = commitment(salt, act.reason)
    append(work.connection, scope, work.writer, entry, datetime.now(UTC))
