"""Many rows into or out of one table at once, in the transaction that is open, past SQLAlchemy's own machinery.

PostgreSQL takes them by COPY, SQLite by one compiled statement: what SQLAlchemy does for each row otherwise costs
more than the database itself. What is written may be as Python has it, or as `read_blocks` has given it: on SQLite
a date is its ISO text there and an id 32 hexadecimal digits. A new random id is text (`new_ids`).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import repeat
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Date, Integer, LargeBinary, String, Uuid
from sqlalchemy.orm import Session

from registry.database import Base, OfCouncil

_NEEDS_ESCAPE = re.compile(r"[\\\b\f\n\r\t\v]")
_ESCAPED = str.maketrans(
    {"\\": r"\\", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\v": r"\v"}
)
_NULL = r"\N"
Values = Sequence[Any]
_Convert = Callable[[Values], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Same:
    """One value for every row."""

    value: object


def new_ids(number: int) -> list[str]:
    """So many random UUIDs (version 4) as text, from one draw of the system's randomness."""
    drawn = secrets.token_bytes(16 * number).hex()
    return [
        f"{one[:8]}-{one[8:12]}-4{one[13:16]}-{'89ab'[int(one[16], 16) & 3]}{one[17:20]}-{one[20:]}"
        for one in (drawn[at : at + 32] for at in range(0, len(drawn), 32))
    ]


def recount(session: Session, *tables: type[Base]) -> None:
    """Have PostgreSQL count anew after many rows were written, in the same transaction.

    Until then it plans for empty tables: each row that is deleted or joined would be looked for in all of them.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        names = ", ".join(connection.dialect.identifier_preparer.quote(one.__tablename__) for one in tables)
        connection.exec_driver_sql(f"ANALYZE {names}")


def read_blocks(
    session: Session, table: type[OfCouncil], attributes: Sequence[str], rows: int, **equal: str
) -> Generator[list[tuple[Any, ...]], None, None]:
    """Some attributes of the rows whose other attributes equal texts or ids, as the driver gives them.

    Close it (`contextlib.closing`) when the work may stop half way: PostgreSQL holds a cursor open for it."""
    connection = session.connection()
    quote = connection.dialect.identifier_preparer.quote
    is_sqlite = connection.dialect.name == "sqlite"
    columns = table.__mapper__.columns  # type: ignore[attr-defined]
    names = ", ".join(quote(columns[one].name) for one in attributes)
    mark = "?" if is_sqlite else "%s"
    where = " AND ".join(f"{quote(columns[one].name)} = {mark}" for one in equal)
    values = tuple(
        value.replace("-", "") if is_sqlite and isinstance(columns[one].type, Uuid) else value
        for one, value in equal.items()
    )
    found = connection.exec_driver_sql(
        f"SELECT {names} FROM {quote(table.__tablename__)} WHERE {where}",  # type: ignore[attr-defined]  # noqa: S608
        values,
        execution_options={"yield_per": rows},
    )
    try:
        for some in found.partitions(rows):
            yield [tuple(row) for row in some]
    finally:
        found.close()


def as_date(value: date | str) -> date:
    """A date as `read_blocks` has given it."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def as_id(value: UUID | str) -> str:
    """An id as `read_blocks` has given it, in its usual text."""
    one = value if isinstance(value, str) else value.hex
    return f"{one[:8]}-{one[8:12]}-{one[12:16]}-{one[16:20]}-{one[20:]}"


class BulkTable:
    """Writes rows of one table. Columns that are not named are not given."""

    def __init__(self, session: Session, table: type[Base], *attributes: str) -> None:
        columns: list[Column[Any]] = [table.__mapper__.columns[attribute] for attribute in attributes]
        connection = session.connection()
        self._is_sqlite = connection.dialect.name == "sqlite"
        self._cursor: Any = connection.connection.cursor()
        quote = connection.dialect.identifier_preparer.quote
        name = quote(table.__tablename__)
        names = ", ".join(quote(column.name) for column in columns)
        if self._is_sqlite:
            self._statement = f"INSERT INTO {name} ({names}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608
        else:
            self._statement = f"COPY {name} ({names}) FROM STDIN"
        self._convert = [self._converter(column) for column in columns]

    def write(self, *columns: Values | Same) -> None:
        """The rows that the columns make, all of the same length."""
        number = next(len(column) for column in columns if not isinstance(column, Same))
        converted = [
            repeat(next(iter(convert([column.value])))) if isinstance(column, Same) else convert(column)
            for convert, column in zip(self._convert, columns, strict=True)
        ]
        if not number:
            return
        rows = zip(*converted, strict=False)  # a value for every row has no end
        if self._is_sqlite:
            self._cursor.executemany(self._statement, rows)
            return
        with self._cursor.copy(self._statement) as copy:
            copy.write("\n".join(map("\t".join, rows)) + "\n")

    def _converter(self, column: Column[Any]) -> _Convert:
        kinds = _FOR_SQLITE if self._is_sqlite else _FOR_COPY
        for kind, convert in kinds.items():
            if isinstance(column.type, kind):
                return convert
        return _only_nothing if self._is_sqlite else _only_null


def _only_nothing(values: Values) -> Values:
    """For a type that no bulk row has needed yet: an empty cell is all that may be written."""
    if any(value is not None for value in values):
        raise TypeError("a value of this type is not written in bulk")
    return values


def _only_null(values: Values) -> Values:
    return [_NULL for _ in _only_nothing(values)]


def _texts(values: Values) -> Values:
    if None in values:
        return [_NULL if value is None else value.translate(_ESCAPED) for value in values]
    if _NEEDS_ESCAPE.search("".join(values)):
        return [value.translate(_ESCAPED) for value in values]
    return values


_FOR_SQLITE: dict[type, _Convert] = {
    Uuid: lambda values: [value and value.replace("-", "") for value in values],
    Date: lambda values: [value.isoformat() if value.__class__ is date else value for value in values],
    Boolean: lambda values: values,
    Integer: lambda values: values,
    LargeBinary: lambda values: values,
    String: lambda values: values,
}
_FOR_COPY: dict[type, _Convert] = {
    Uuid: lambda values: [value or _NULL for value in values],
    Date: lambda values: [value.isoformat() if value else _NULL for value in values],
    Boolean: lambda values: ["t" if value else "f" for value in values],
    Integer: lambda values: list(map(str, values)),
    LargeBinary: lambda values: [r"\\x" + value.hex() for value in values],
    String: _texts,
}
