"""Statements that are compiled once and then go straight to the driver.

Every page asks who is signed in, every act writes its record and its log entry, and a desk's line waits for
some ten of these small statements a voter. SQLAlchemy's way through one costs several times what the database
needs for it. So the statement is still written in SQLAlchemy, once for both engines, and with the types of its
columns; only the layers between compiling and sending are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Executable
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

Place = Session | Connection
"""Where a statement is sent: the transaction of a session, or a connection that stands in one."""
_CURSOR = "cursor of prepared statements"
_Convert = Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The text for one engine, and what turns values into the driver's and rows into ours."""

    text: str
    is_positional: bool
    values: tuple[tuple[str, _Convert], ...]
    constants: Mapping[str, object]
    columns: tuple[_Convert, ...]

    def sent(self, given: Mapping[str, object]) -> Any:
        known = {**self.constants, **given}
        if self.is_positional:
            return [known[name] if turn is None else turn(known[name]) for name, turn in self.values]
        return {name: known[name] if turn is None else turn(known[name]) for name, turn in self.values}


class Prepared:
    """A statement, or one for each engine. Values are given by name; rows come back as plain tuples."""

    def __init__(self, statement: Executable | Mapping[str, Executable]) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, place: Place, **given: object) -> list[tuple[Any, ...]]:
        """Every row. Raises what the database refuses as SQLAlchemy does (IntegrityError and so on)."""
        compiled, answer = self._send(place, given)
        found = answer.fetchall()
        return [_converted(row, compiled.columns) for row in found]

    def first(self, place: Place, **given: object) -> tuple[Any, ...] | None:
        """The first row, if there is one."""
        compiled, answer = self._send(place, given)
        row = answer.fetchone()
        return None if row is None else _converted(row, compiled.columns)

    def change(self, place: Place, **given: object) -> int:
        """Change rows; how many there were."""
        _, answer = self._send(place, given)
        number: int = answer.rowcount
        return number

    def _send(self, place: Place, given: Mapping[str, object]) -> tuple[_Compiled, Any]:
        connection = place.connection() if isinstance(place, Session) else place
        dialect = connection.dialect
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = self._compile(dialect)
        line: Any = connection.connection.dbapi_connection
        driver: Any = dialect.dbapi
        try:
            cursor = connection.info.get(_CURSOR)  # one for each line: making one costs psycopg half a statement
            if cursor is None:
                cursor = connection.info[_CURSOR] = line.cursor()
            cursor.execute(compiled.text, compiled.sent(given))
            return compiled, cursor
        except driver.Error as trouble:
            is_lost = dialect.is_disconnect(trouble, line, None)
            if is_lost:
                connection.invalidate(trouble)
            raise DBAPIError.instance(
                compiled.text,
                None,
                trouble,
                driver.Error,
                hide_parameters=True,  # what people typed must not stand in the log beside an error
                connection_invalidated=is_lost,
                dialect=dialect,
            ) from trouble

    def _compile(self, dialect: Dialect) -> _Compiled:
        statement: Any = self._statement
        if isinstance(statement, Mapping):
            statement = statement[dialect.name]
        made: SQLCompiler = statement.compile(dialect=dialect)
        assert "POSTCOMPILE" not in made.string, f"a list of values cannot be prepared: {made.string}"
        types = {name: bound.type.dialect_impl(dialect) for bound, name in made.bind_names.items()}
        names = list(types) if made.positiontup is None else made.positiontup
        values = tuple((name, types[name].bind_processor(dialect)) for name in names)
        constants = {name: value for name, value in made.params.items() if value is not None}
        columns: tuple[_Convert, ...] = ()
        if statement.is_select:
            impls = (column.type.dialect_impl(dialect) for column in statement.selected_columns)
            columns = tuple(impl.result_processor(dialect, None) for impl in impls)
        return _Compiled(made.string, made.positiontup is not None, values, constants, columns)


def _converted(row: tuple[Any, ...], columns: tuple[_Convert, ...]) -> tuple[Any, ...]:
    return tuple(
        value if turn is None or value is None else turn(value) for value, turn in zip(row, columns, strict=True)
    )
