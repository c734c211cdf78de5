"""The resident extract: one CSV file becomes typed rows and a report that names every bad line.

Columns may stand in any order; `;` or `,` and UTF-8 or Windows-1252 are detected. Nothing is imported here:
the caller decides whether one bad row refuses the whole file. No problem text repeats the content of a cell.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from operator import itemgetter
from typing import Any

from registry.findings import Fact, Finding, FindingKind, Term
from registry.residents import findings as say
from registry.residents import rules
from registry.residents.csv_file import LINE_LIMIT, Lines, Record, Trouble, read_lines, records
from registry.residents.rules import ResidentRow

Reader = Callable[[str], object]

COLUMNS: Mapping[str, Reader] = {
    "cpr": rules.read_cpr,
    "first_names": rules.read_text,
    "surname": rules.read_text,
    "address": rules.read_text,
    "postal_code": rules.read_text,
    "city": rules.read_text,
    "municipality": rules.read_municipality,
    "moved_in": rules.read_date,
    "resident_in_dk_since": rules.read_date,
    "citizenship": rules.read_country,
    "birth_country": rules.read_country,
    "mother_birth_country": rules.read_country,
    "father_birth_country": rules.read_country,
    "mother_citizenship": rules.read_country,
    "father_citizenship": rules.read_country,
    "protected": rules.read_protected,
    "status": rules.read_status,
    "status_since": rules.read_date,
    "polling_district": rules.read_text,
}
"""Every column of the contract with the reader of its cells, in the order of `ResidentRow`."""

NAMES = tuple(COLUMNS)
MUST_BE_FILLED = frozenset(
    {"cpr", "municipality", "moved_in", "resident_in_dk_since", "protected", "status", "status_since"}
)
_FIELDS = [one.name.removesuffix("_on") for one in fields(ResidentRow)]
_FIRST_NAMES, _SURNAME = _FIELDS.index("first_names"), _FIELDS.index("surname")
_PROTECTED = _FIELDS.index("is_protected")
_ADDRESS = tuple((name, _FIELDS.index(name)) for name in ("address", "postal_code", "city"))
_PAST_DATES = tuple((name, _FIELDS.index(name)) for name in ("moved_in", "resident_in_dk_since", "status_since"))
DETAILED_PROBLEMS = 20_000
"""With more problems than this, only the first of each row is told: a wholly wrong file stays readable."""
CACHED_VALUES = 50_000


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong in one place. `column` is "" when the whole line, or the whole file, is meant."""

    line: int
    column: str
    kind: FindingKind
    more: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return self.kind.code

    @property
    def finding(self) -> Finding:
        return Finding(self.kind, {"line": self.line, "column": self.column or Term("linjen"), **self.more})

    @property
    def text(self) -> str:
        return self.finding.in_danish()


@dataclass(frozen=True, slots=True)
class ExtractReport:
    """What a file holds. `rows_in` = `rows_accepted` + `rows_rejected`, always.

    When the file itself cannot be read (`is_readable` false) no row is counted. `warnings` refuse nothing.
    """

    rows: tuple[ResidentRow, ...]
    problems: tuple[RowProblem, ...]
    warnings: tuple[RowProblem, ...]
    rows_in: int
    rows_rejected: int
    is_readable: bool
    encoding: str
    separator: str
    sha256: str

    @property
    def rows_accepted(self) -> int:
        return len(self.rows)


def read_extract(data: bytes, *, extract_date: date) -> ExtractReport:
    """Read a whole extract; never raises for what the file holds. Dates after `extract_date` are problems."""
    sha256 = hashlib.sha256(data).hexdigest()
    lines = read_lines(data)
    if isinstance(lines, Trouble):
        problem = RowProblem(lines.line, "", lines.kind)
        return ExtractReport((), (problem,), (), 0, 0, False, "", "", sha256)
    separator, header, problems = _read_header(lines.texts[0])
    reading = _Reading(header, extract_date)
    if not problems:
        for record in records(lines, separator, len(header), start=1):
            reading.take(record, is_cut_off=not lines.is_last_terminated and record.line == len(lines.texts))
        if not reading.rows_in:
            problems = [RowProblem(1, "", say.NO_ROWS)]
    if problems:
        return ExtractReport((), tuple(problems), (), 0, 0, False, lines.encoding, separator, sha256)
    return ExtractReport(
        rows=tuple(row for row in reading.rows if row.line not in reading.rejected),
        problems=tuple(sorted(reading.problems, key=lambda problem: problem.line)),
        warnings=_warnings(lines),
        rows_in=reading.rows_in,
        rows_rejected=len(reading.rejected),
        is_readable=True,
        encoding=lines.encoding,
        separator=separator,
        sha256=sha256,
    )


def _warnings(lines: Lines) -> tuple[RowProblem, ...]:
    if lines.is_last_terminated:
        return ()
    return (RowProblem(len(lines.texts), "", say.NO_LAST_NEWLINE),)


def _read_header(text: str) -> tuple[str, list[str], list[RowProblem]]:
    """The separator, the column names in the order of the file, and what is wrong with them."""
    by_separator = {
        separator: [cell.strip().strip('"').strip().lower() for cell in text.split(separator)]
        for separator in (";", ",")
    }
    separator = max(by_separator, key=lambda one: len(set(by_separator[one]) & set(NAMES)))
    header = by_separator[separator]
    if len(set(header) & set(NAMES)) * 2 < len(NAMES):
        looks_right = sum(name in text.lower() for name in NAMES) * 2 >= len(NAMES)
        kind = say.WRONG_SEPARATOR if looks_right else say.NO_HEADER
        return separator, header, [RowProblem(1, "", kind)]
    problems = [RowProblem(1, name, say.MISSING_COLUMN) for name in NAMES if name not in header]
    for position, name in enumerate(header, start=1):
        if name not in COLUMNS:
            problems.append(RowProblem(1, "", say.UNKNOWN_COLUMN, {"position": position}))
        elif name in header[: position - 1]:
            problems.append(RowProblem(1, name, say.DUPLICATE_COLUMN))
    return separator, header, problems


class _Cells(dict[str, object]):
    """The cells of one column that were read before: the same text is the same value, or the same problem."""

    def __init__(self, name: str, reader: Reader) -> None:
        super().__init__()
        self.reader = reader
        self.must_be_filled = name in MUST_BE_FILLED

    def __missing__(self, cell: str) -> object:
        stripped = cell.strip(" \t")
        value = say.CELL_EMPTY if self.must_be_filled and not stripped else self.reader(stripped)
        if len(self) < CACHED_VALUES:
            self[cell] = value
        return value


class _Reading:
    """Collects rows and problems record by record."""

    def __init__(self, header: list[str], extract_date: date) -> None:
        self.extract_date = extract_date
        self.columns = len(header)
        self.rows: list[ResidentRow] = []
        self.problems: list[RowProblem] = []
        self.rejected: set[int] = set()
        self.rows_in = 0
        self.line_of_cpr: dict[str, int] = {}
        self.doubled: set[int] = set()
        if set(header) == set(NAMES):
            self.in_order = itemgetter(*(header.index(name) for name in NAMES))
        self.caches = [_Cells(name, reader) for name, reader in COLUMNS.items() if name != "cpr"]

    def reject(self, line: int, column: str, kind: FindingKind, **more: Fact) -> None:
        if len(self.problems) < DETAILED_PROBLEMS or line not in self.rejected:
            self.problems.append(RowProblem(line, column, kind, more))
        self.rejected.add(line)

    def take(self, record: Record | Trouble, *, is_cut_off: bool) -> None:
        """Count one record, and keep it as a row or say what is wrong with it."""
        self.rows_in += 1
        line = record.line
        if isinstance(record, Trouble):
            kind = say.CUT_OFF if is_cut_off and record.kind is say.OPEN_QUOTE else record.kind
            self.reject(line, "", kind, limit=LINE_LIMIT)
        elif len(record.cells) == self.columns:
            self.row(line, self.in_order(record.cells))
        else:
            found = len(record.cells)
            few = say.CUT_OFF if is_cut_off else say.TOO_FEW_CELLS
            kind = few if found < self.columns else say.TOO_MANY_CELLS
            self.reject(line, "", kind, found=found, expected=self.columns)

    def row(self, line: int, cells: tuple[str, ...]) -> None:
        values: list[Any] = [cache[cell] for cache, cell in zip(self.caches, cells[1:], strict=True)]
        if FindingKind in map(type, values):
            for name, value in zip(NAMES[1:], values, strict=True):
                if isinstance(value, FindingKind):
                    self.reject(line, name, value, limit=rules.TEXT_LIMIT)
        values[:0] = self.cpr(line, cells[0].strip())
        self.check_together(line, values)
        if line not in self.rejected:
            values.append(line)
            self.rows.append(ResidentRow(*values))

    def cpr(self, line: int, cell: str) -> tuple[str, date | None]:
        read = rules.read_cpr(cell) if cell else say.CELL_EMPTY
        if isinstance(read, FindingKind):
            self.reject(line, "cpr", read)
            return "", None
        cpr, born_on = read
        if born_on > self.extract_date:
            self.reject(line, "cpr", say.BORN_LATER)
        first = self.line_of_cpr.setdefault(cpr, line)
        if first != line:
            self.reject(line, "cpr", say.SAME_CPR, other=first)
            if first not in self.doubled:
                self.doubled.add(first)
                self.reject(first, "cpr", say.SAME_CPR, other=line)
        return cpr, born_on

    def check_together(self, line: int, values: list[Any]) -> None:
        """What only shows when several cells, or the extract date, are seen together."""
        for name, position in _PAST_DATES:
            day = values[position]
            if day.__class__ is date and day > self.extract_date:
                self.reject(line, name, say.DATE_LATER)
        if not values[_SURNAME] and not values[_FIRST_NAMES]:
            self.reject(line, "surname", say.CELL_EMPTY)
        if values[_PROTECTED] is False:
            for name, position in _ADDRESS:
                if not values[position]:
                    self.reject(line, name, say.ADDRESS_EMPTY)
