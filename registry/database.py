"""Engine, session, base class and column types. SQLite and PostgreSQL are both first-class.

SQLite runs in WAL with synchronous=FULL and every write transaction begins IMMEDIATE behind one fair lock
in the process: its own busy handler sleeps and starves a waiter for seconds, a queue does not. Small acts that
many do at once share a commit there (`together`); PostgreSQL does that by itself.

What is deleted must be gone from the file too: SQLite overwrites it with zeros (secure_delete), and `scrub`
then rewrites the file and empties the journal beside it; on PostgreSQL it rewrites the tables.
"""

from __future__ import annotations

import sqlite3
import time
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar, cast
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Engine,
    ForeignKeyConstraint,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    Uuid,
    create_engine,
    event,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from registry.findings import Refused, finding_kind
from registry.group_commit import Busy, FairLock, GroupCommit, Outcome
from registry.prepared import Prepared

R = TypeVar("R")
BUSY = finding_kind(
    "R001",
    "Systemet er optaget af en anden registrering. Intet er ændret. Prøv igen om et øjeblik.",
)
WAIT_SECONDS = 20.0
LARGEST_GROUP = 64
"""How many small acts share one commit at most: nobody waits for more than so many others."""
_SCRUB_TRIES, _SCRUB_PATIENCE_MS = 4, 1500
"""How long a reader of older rows is waited for, before it is said that the file still holds them."""
WHOLE_MUNICIPALITY = "*"
"""The council of rows that belong to the municipality as such: officials and their sign-ins."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Aware in Python, UTC in the database; a naive datetime is refused (ValueError)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this attribute from the class
        datetime: UtcDateTime(),
        UUID: Uuid(),
        str: Text(),
        bytes: LargeBinary(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
    }


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows: the municipality's four-digit code and the council's name in addresses and keys."""

    municipality: str
    council: str


class OfCouncil:
    """Every row's key begins with municipality and council, and so does every foreign key.

    Two councils in one installation are therefore kept apart by the database itself: a row of one cannot
    refer to a row of the other. Ids are random and made here, so they say nothing about order.
    """

    municipality: Mapped[str] = mapped_column(String(4), primary_key=True)
    council: Mapped[str] = mapped_column(String(40), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)

    @property
    def scope(self) -> Scope:
        return Scope(self.municipality, self.council)


def refers_to(table: str, column: str, key: str = "id") -> ForeignKeyConstraint:
    """A foreign key inside the same municipality and council."""
    return ForeignKeyConstraint(
        ["municipality", "council", column],
        [f"{table}.municipality", f"{table}.council", f"{table}.{key}"],
    )


class Transaction:
    """An open transaction. Prepared statements take `connection`; `session` is made when somebody asks for it."""

    def __init__(self, connection: Connection, session: Session | None = None) -> None:
        self.connection = connection
        self._session, self._is_own = session, session is None

    @property
    def session(self) -> Session:
        if self._session is None:
            self._session = Session(
                self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False
            )
        return self._session

    def flush(self) -> None:
        """Send what the session still holds back; an own session has done its part then."""
        if self._session is not None and self._is_own:
            self._session.commit()
            self._session.close()
        elif self._session is not None:
            self._session.flush()

    def abandon(self) -> None:
        """Nothing of it is kept: whoever began the transaction takes it back."""
        if self._session is not None and self._is_own:
            self._session.close()


Job = Callable[[Transaction], Any]


class Database:
    """Sessions for reading and for writing, and two short ways for what is asked and done all the time."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._writing = FairLock()
        self._group: GroupCommit[Job] = GroupCommit(self._commit_group, LARGEST_GROUP)
        # Kept open between uses: taking one from the engine's pool costs more than most of what is asked.
        self._asking: deque[Connection] = deque()
        self._acting: deque[Connection] = deque()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that changes nothing; it never queues behind writers."""
        with self.engine.connect().execution_options(write=False) as connection:
            with Session(connection, autoflush=False) as session:
                yield session
            connection.rollback()

    def ask(self, question: Prepared, **given: object) -> list[tuple[Any, ...]]:
        """The rows of one question, outside any transaction."""

        def answer(connection: Connection) -> list[tuple[Any, ...]]:
            return question.rows(connection, **given)

        return self._on_kept(self._asking, answer)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on any exception. Raises Refused R001."""
        if self.is_sqlite and not self._writing.acquire(WAIT_SECONDS):
            raise Refused(BUSY, status=503)
        try:
            with Session(self.engine) as session, session.begin():
                yield session
        finally:
            if self.is_sqlite:
                self._writing.release()

    def alone(self, job: Callable[[Transaction], R]) -> R:
        """`job` in a transaction of its own, whatever it needs. Raises Refused R001 and what the job raises."""
        with self.write() as session:
            return job(Transaction(session.connection(), session))

    def together(self, job: Callable[[Transaction], R]) -> R:
        """A small `job` that many do at once: on SQLite those who wait share one commit, each kept or undone by
        itself. It answers when it is durable. Raises Refused R001 and what the job raises.

        A job must bear being done again: on a line that turns out to be dead it is, on another one.
        """
        if self.is_sqlite:
            try:
                return cast(R, self._group.do(job, WAIT_SECONDS))
            except Busy as trouble:
                raise Refused(BUSY, status=503) from trouble

        def answer(connection: Connection) -> R:
            with connection.begin():
                return job(Transaction(connection))

        return self._on_kept(self._acting, answer)

    def _commit_group(self, jobs: Sequence[Job]) -> list[Outcome]:
        if not self._writing.acquire(WAIT_SECONDS):
            raise Refused(BUSY, status=503)

        def outcomes(connection: Connection) -> list[Outcome]:
            with connection.begin():
                return [_by_itself(connection, job) for job in jobs]

        try:
            return self._on_kept(self._acting, outcomes)
        finally:
            self._writing.release()

    def _on_kept(self, kept: deque[Connection], task: Callable[[Connection], R]) -> R:
        """Do `task` on a connection that is kept open. The server may have closed it since: then on a new one."""
        while True:
            try:
                connection, is_new = kept.pop(), False
            except IndexError:
                connection, is_new = self._opened(kept), True
            try:
                answer = task(connection)
            except BaseException as trouble:
                is_lost = isinstance(trouble, DBAPIError) and trouble.connection_invalidated
                if not is_lost and not self._is_within(connection):
                    kept.append(connection)
                    raise
                connection.invalidate()  # with whatever a failed commit has left open on it
                connection.close()
                if is_new or not is_lost:
                    raise
            else:
                kept.append(connection)
                return answer

    def _is_within(self, connection: Connection) -> bool:
        """Whether a transaction is still open on this line."""
        line: Any = connection.connection.dbapi_connection
        return bool(line.in_transaction if self.is_sqlite else line.info.transaction_status)

    def _opened(self, kept: deque[Connection]) -> Connection:
        connection = self.engine.connect()
        if kept is self._asking and not self.is_sqlite:  # SQLite's driver begins nothing by itself
            connection.execution_options(isolation_level="AUTOCOMMIT")
        return connection

    def scrub(self, tables: Iterable[str]) -> bool:
        """Make deleted rows of `tables` gone from the files, too. Call it after the commit, in no transaction.

        SQLite: the whole file is rewritten and the write-ahead log emptied. PostgreSQL: the tables and their
        indexes are rewritten; its own log (pg_wal) forgets by being overwritten later (docs/data.md).
        False when somebody who still reads stands in the way: nothing is broken, try again.
        """
        try:
            return self._scrub_sqlite() if self.is_sqlite else self._scrub_postgresql(tables)
        except (DBAPIError, sqlite3.OperationalError):
            return False

    def _scrub_sqlite(self) -> bool:
        if not self._writing.acquire(WAIT_SECONDS):
            return False
        try:
            with closing(sqlite3.connect(self.engine.url.database or "", isolation_level=None)) as connection:
                # In memory: a temporary file would leave rows in free blocks of the disk.
                for pragma in (f"busy_timeout={_SCRUB_PATIENCE_MS}", "secure_delete=ON", "temp_store=MEMORY"):
                    connection.execute("PRAGMA " + pragma)
                connection.execute("VACUUM")
                for again in range(_SCRUB_TRIES):
                    is_busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                    if not is_busy:
                        return True
                    time.sleep(0.1 * again)
            return False
        finally:
            self._writing.release()

    def _scrub_postgresql(self, tables: Iterable[str]) -> bool:
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"SET lock_timeout = {_SCRUB_TRIES * _SCRUB_PATIENCE_MS}")
            try:
                for table in sorted(set(tables)):
                    connection.exec_driver_sql(f'VACUUM FULL "{table}"')
            finally:
                connection.exec_driver_sql("RESET lock_timeout")
        return True

    def dispose(self) -> None:
        for kept in (self._asking, self._acting):
            while kept:
                kept.pop().close()
        self.engine.dispose()


def _by_itself(connection: Connection, job: Job) -> Outcome:
    """One job of a group: what it did is kept, or taken back without hurting the others."""
    line: Any = connection.connection.dbapi_connection
    line.execute("SAVEPOINT job")
    transaction = Transaction(connection)
    try:
        outcome = Outcome(job(transaction))
    except Exception as trouble:
        if not line.in_transaction:  # a full disk, for one: SQLite has taken everybody's work back
            raise
        transaction.abandon()
        line.execute("ROLLBACK TO job")
        outcome = Outcome(trouble=trouble)
    line.execute("RELEASE job")
    return outcome


def make_engine(url: str) -> Engine:
    if url.startswith("sqlite"):
        engine = create_engine(
            url,
            hide_parameters=True,  # what people typed must not stand in the log beside an error
            connect_args={"check_same_thread": False},
            max_overflow=64,
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=16,
        max_overflow=32,
        isolation_level="READ COMMITTED",
    )


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=10000",
        "trusted_schema=OFF",
        "secure_delete=ON",
    ):
        connection.execute("PRAGMA " + pragma)


def _begin_sqlite(connection: Any) -> None:
    writes = connection.get_execution_options().get("write", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


_FOLDED = {ord(c): t for c, t in zip("æøåßłđðþ", ["ae", "oe", "aa", "ss", "l", "d", "d", "th"], strict=True)}
_AFTER_Z = {ord(c): t for c, t in zip("æäøöå", ["{a", "{a", "{b", "{b", "{c"], strict=True)}


def search_key(text: str) -> str:
    """Text as a tired person may type it: lower case, no accents, æøå spelt out; equal on both engines."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_FOLDED))
    return " ".join(_without_accents(folded).split())


def sort_key(text: str) -> str:
    """Danish alphabetical order as a plain string: æ ø å after z; equal on both engines."""
    lowered = unicodedata.normalize("NFC", text.casefold()).replace("aa", "å")
    marked = lowered.translate(_AFTER_Z)
    return _without_accents(unicodedata.normalize("NFKD", marked))


def _without_accents(text: str) -> str:
    return text if text.isascii() else "".join(c for c in text if not unicodedata.combining(c))
