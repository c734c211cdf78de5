"""The stored log. The two keys make a fork of a chain impossible; triggers refuse change and deletion."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import BigInteger, String, UniqueConstraint, bindparam, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from registry.audit.rules import NO_ENTRY, ChainReport, Link, canonical, check_chain, leaf_hash
from registry.database import Base, Scope
from registry.prepared import Place, Prepared


class LogEntry(Base):
    """One entry: the body is canonical JSON without personal data in clear."""

    __tablename__ = "log_entry"
    __table_args__ = (UniqueConstraint("municipality", "council", "writer", "prev"),)

    municipality: Mapped[str] = mapped_column(String(4), primary_key=True)
    council: Mapped[str] = mapped_column(String(40), primary_key=True)
    writer: Mapped[str] = mapped_column(String(80), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    prev: Mapped[bytes]
    body: Mapped[bytes]
    leaf_hash: Mapped[bytes]
    recorded_at: Mapped[datetime]


# Every act passes here, a whole station's at once: the statements are built once, not for each entry.
_LOG = LogEntry.__table__.columns
_HEAD = Prepared(
    select(_LOG.seq, _LOG.leaf_hash)
    .where(
        _LOG.municipality == bindparam("municipality"),
        _LOG.council == bindparam("council"),
        _LOG.writer == bindparam("writer"),
    )
    .order_by(_LOG.seq.desc())
    .limit(1)
)
_ADD = Prepared(insert(LogEntry.__table__))  # type: ignore[arg-type]
_LOCK = Prepared(select(func.pg_advisory_xact_lock(bindparam("number", type_=BigInteger))))


def append(place: Place, scope: Scope, writer: str, content: Mapping[str, object], recorded_at: datetime) -> None:
    """Add an entry to the writer's chain in the caller's transaction; call it last, right before commit."""
    connection = place.connection() if isinstance(place, Session) else place
    if connection.dialect.name == "postgresql":
        chain_name = f"{scope.municipality}|{scope.council}|{writer}".encode()
        number = int.from_bytes(hashlib.sha256(chain_name).digest()[:8], "big", signed=True)
        _LOCK.rows(connection, number=number)
    chain = {"municipality": scope.municipality, "council": scope.council, "writer": writer}
    head = _HEAD.first(connection, **chain)
    seq, prev = (head[0] + 1, head[1]) if head else (1, NO_ENTRY)
    body = canonical(content)
    leaf = leaf_hash(writer, seq, prev, body)
    _ADD.change(connection, **chain, seq=seq, prev=prev, body=body, recorded_at=recorded_at, leaf_hash=leaf)


def writers(session: Session, municipality: str | None = None) -> list[tuple[Scope, str]]:
    """Every chain of the installation, or of one municipality."""
    query = select(LogEntry.municipality, LogEntry.council, LogEntry.writer).distinct()
    if municipality is not None:
        query = query.where(LogEntry.municipality == municipality)
    rows = session.execute(query.order_by(LogEntry.municipality, LogEntry.council, LogEntry.writer))
    return [(Scope(row.municipality, row.council), row.writer) for row in rows]


def verify(session: Session, scope: Scope, writer: str) -> ChainReport:
    """Check one chain in the database from its first entry."""
    return check_chain(writer, links(session, scope, writer))


def heads(session: Session, scope: Scope) -> list[Link]:
    """The newest entry of every chain of one council, by writer."""
    last = (
        select(LogEntry.writer, func.max(LogEntry.seq).label("seq"))
        .where(LogEntry.municipality == scope.municipality, LogEntry.council == scope.council)
        .group_by(LogEntry.writer)
        .subquery()
    )
    rows = session.execute(
        select(LogEntry.writer, LogEntry.seq, LogEntry.prev, LogEntry.body, LogEntry.leaf_hash)
        .join(last, (last.c.writer == LogEntry.writer) & (last.c.seq == LogEntry.seq))
        .where(LogEntry.municipality == scope.municipality, LogEntry.council == scope.council)
    )
    found = [Link(row.writer, row.seq, row.prev, row.body, row.leaf_hash) for row in rows]
    return sorted(found, key=lambda link: link.writer)


def newest(session: Session, municipality: str, limit: int = 200) -> list[LogEntry]:
    """The newest entries of a municipality, newest first, for the auditor's page."""
    return list(
        session.scalars(
            select(LogEntry)
            .where(LogEntry.municipality == municipality)
            .order_by(LogEntry.recorded_at.desc(), LogEntry.writer, LogEntry.seq.desc())
            .limit(limit)
        )
    )


def links(session: Session, scope: Scope, writer: str) -> Iterator[Link]:
    """One chain from its first entry."""
    rows = session.execute(
        select(LogEntry.seq, LogEntry.prev, LogEntry.body, LogEntry.leaf_hash)
        .where(
            LogEntry.municipality == scope.municipality,
            LogEntry.council == scope.council,
            LogEntry.writer == writer,
        )
        .order_by(LogEntry.seq)
    ).yield_per(1000)
    for row in rows:
        yield Link(writer, row.seq, row.prev, row.body, row.leaf_hash)
