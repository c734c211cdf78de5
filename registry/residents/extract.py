"""The resident extract: one CSV file becomes typed rows and a report that names every bad line.

Columns may stand in any order; `;` or `,` and UTF-8 or Windows-1252 are detected. Nothing is imported here:
the caller decides whether one bad row refuses the whole file. No problem text repeats the content of a cell.

Reading goes column by column through blocks of some thousand lines: the same text in a column is the same value,
and most of a block needs no look at single rows.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from itertools import compress, groupby
from typing import Any

from registry.findings import Fact, Finding, FindingKind, Term
from registry.residents import findings as say
from registry.residents import rules
from registry.residents.csv_file import Batch, Trouble, batches, open_text
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
FIELDS = tuple(one.name for one in fields(ResidentRow))[:-1]
"""The columns of accepted rows; the line stands apart."""
_PLACES = {name: FIELDS.index(name) for name in FIELDS}
_ADDRESS = ("address", "postal_code", "city")
_PAST_DATES = ("moved_in", "resident_in_dk_since", "status_since")
_LINE_BITS = 29
_EARLY_DATE = date.min
_NOTHING: Mapping[str, Fact] = {}
DETAILED_PROBLEMS = 20_000
"""With more problems than this, only the first of each row is told: a wholly wrong file stays readable."""
CACHED_VALUES = 10_000
"""Texts of one column that are remembered with what they mean; of addresses there is no end."""
Column = Sequence[Any]


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
    `rows` is empty when the rows were not asked for.
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
        return self.rows_in - self.rows_rejected


@dataclass(frozen=True, slots=True)
class AcceptedRows:
    """The good rows of one block: their lines, and one column for each of `FIELDS`."""

    lines: Sequence[int]
    columns: Sequence[Column]

    def column(self, name: str) -> Column:
        return self.columns[_PLACES[name]]


class ExtractReader:
    """Reads an extract block by block, so that its size does not matter. Never raises for what the file holds.

    Go through `blocks` to the end; then `report` says everything. No CPR number is given out twice; that one
    stands in the file again shows later: `withdrawn` are the numbers of such rows, which had been given out.
    """

    def __init__(self, data: bytes, extract_date: date) -> None:
        self.data = data
        self.withdrawn: frozenset[str] = frozenset()
        self._reading: _Reading | None = None
        self._problems: list[RowProblem] = []
        self._warnings: tuple[RowProblem, ...] = ()
        self._separator = ""
        self._file = open_text(data)
        if isinstance(self._file, Trouble):
            self._problems = [RowProblem(self._file.line, "", self._file.kind)]
            return
        self._separator, header, self._problems = _read_header(self._file.first_line())
        if not self._problems:
            self._reading = _Reading(header, extract_date)

    @property
    def has_problems(self) -> bool:
        """Whether something is wrong in what has been read so far."""
        return bool(self._problems or (self._reading and self._reading.problems))

    @property
    def rows_read(self) -> int:
        return self._reading.rows_in if self._reading else 0

    def blocks(self) -> Iterator[AcceptedRows]:
        """The good rows, block by block."""
        reading, file = self._reading, self._file
        if reading is None or isinstance(file, Trouble):
            return
        last_line = 1
        for batch in batches(file, self._separator, reading.columns):
            yield reading.take(batch)
            last_line = batch.last_line
        self.withdrawn = reading.reject_doubles()
        if not reading.rows_in:
            self._problems = [RowProblem(1, "", say.NO_ROWS)]
        self._warnings = () if file.is_last_terminated else (RowProblem(last_line, "", say.NO_LAST_NEWLINE),)

    def report(self, rows: tuple[ResidentRow, ...] = ()) -> ExtractReport:
        """What was found, when every block has been read."""
        reading, file = self._reading, self._file
        is_readable = not self._problems and reading is not None
        encoding = "" if isinstance(file, Trouble) else file.encoding
        sha256 = hashlib.sha256(self.data).hexdigest()
        if reading is None or not is_readable:
            return ExtractReport((), tuple(self._problems), (), 0, 0, False, encoding, self._separator, sha256)
        return ExtractReport(
            rows=rows,
            problems=tuple(sorted(reading.problems, key=lambda problem: problem.line)),
            warnings=self._warnings,
            rows_in=reading.rows_in,
            rows_rejected=len(reading.rejected),
            is_readable=True,
            encoding=encoding,
            separator=self._separator,
            sha256=sha256,
        )


def read_extract(data: bytes, *, extract_date: date) -> ExtractReport:
    """Read a whole extract with its rows. Dates after `extract_date` are problems."""
    reader = ExtractReader(data, extract_date)
    rows = [
        ResidentRow(*values)
        for block in reader.blocks()
        for values in zip(*block.columns, block.lines, strict=True)
    ]
    return reader.report(tuple(row for row in rows if row.cpr not in reader.withdrawn))


def check_extract(data: bytes, *, extract_date: date) -> ExtractReport:
    """What `read_extract` finds, without keeping a row: the report's `rows` are empty, its figures are not."""
    reader = ExtractReader(data, extract_date)
    for _ in reader.blocks():
        pass
    return reader.report()


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


class _Births(dict[str, object]):
    """The date of birth, or the problem, that the first seven digits of a CPR number stand for."""

    def __missing__(self, digits: str) -> object:
        read = rules.read_cpr(digits + "000")
        found = read if isinstance(read, FindingKind) else read[1]
        if len(self) < 2 * CACHED_VALUES:
            self[digits] = found
        return found


class _Reading:
    """Collects problems block by block, and counts."""

    def __init__(self, header: list[str], extract_date: date) -> None:
        self.extract_date = extract_date
        self.columns = len(header)
        self.problems: list[RowProblem] = []
        self.rejected: set[int] = set()
        self.rows_in = 0
        self.known = set[int]()
        self.again = set[int]()
        """Lines with a CPR number that an earlier line has."""
        self.places_of = array("q")
        """Every CPR number with its line behind it in one whole number: sorted, they show the doubles."""
        self.births = _Births()
        self.caches = [_Cells(name, reader) for name, reader in COLUMNS.items() if name != "cpr"]
        self.places = [header.index(name) for name in NAMES]

    def reject(self, line: int, column: str, kind: FindingKind, more: Mapping[str, Fact] = _NOTHING) -> None:
        if len(self.problems) < DETAILED_PROBLEMS or line not in self.rejected:
            self.problems.append(RowProblem(line, column, kind, more))
        self.rejected.add(line)

    def take(self, batch: Batch) -> AcceptedRows:
        """Count the records of one block, keep the good rows, and say what is wrong with the others."""
        self.rows_in += len(batch.rows) + len(batch.troubles)
        for trouble in batch.troubles:
            self.reject(trouble.line, "", trouble.kind, trouble.more)
        if not batch.rows:
            return AcceptedRows((), [()] * len(FIELDS))
        lines, before = batch.lines, len(self.rejected) + len(self.again)
        by_place = list(zip(*batch.rows, strict=True))
        values: dict[str, Column] = {}
        for name, place, cache in zip(NAMES[1:], self.places[1:], self.caches, strict=True):
            values[name] = self.cells(name, cache, by_place[place], lines)
        cprs, births = self.cprs(by_place[self.places[0]], lines)
        self.check_together(lines, values)
        columns: list[Column] = [cprs, births, *values.values()]
        if len(self.rejected) + len(self.again) > before:
            is_good = [line not in self.rejected and line not in self.again for line in lines]
            columns = [list(compress(column, is_good)) for column in columns]
            lines = list(compress(lines, is_good))
        return AcceptedRows(lines, columns)

    def cells(self, name: str, cache: _Cells, column: Sequence[str], lines: Sequence[int]) -> Column:
        values = list(map(cache.__getitem__, column))
        if FindingKind in set(map(type, values)):
            for line, value in zip(lines, values, strict=True):
                if isinstance(value, FindingKind):
                    self.reject(line, name, value, {"limit": rules.TEXT_LIMIT})
        return values

    def cprs(self, column: Sequence[str], lines: Sequence[int]) -> tuple[Column, Column]:
        """The CPR numbers as ten digits and the dates of birth."""
        numbers, births, known = list[str](), list[Any](), self.births
        for cell in column:
            if len(cell) == 10 and cell.isdigit() and cell.isascii():
                numbers.append(cell)
                births.append(known[cell[:7]])
            else:
                stripped = cell.strip()
                read = rules.read_cpr(stripped) if stripped else say.CELL_EMPTY
                number, born = ("", read) if isinstance(read, FindingKind) else read
                numbers.append(number)
                births.append(born)
        found = [
            (int(number), line)
            for number, born, line in zip(numbers, births, lines, strict=True)
            if born.__class__ is date
        ]
        self.remember(found)
        if set(map(type, births)) != {date} or max(births) > self.extract_date:
            for line, born in zip(lines, births, strict=True):
                if isinstance(born, FindingKind):
                    self.reject(line, "cpr", born)
                elif born > self.extract_date:
                    self.reject(line, "cpr", say.BORN_LATER)
        return numbers, births

    def remember(self, found: Sequence[tuple[int, int]]) -> None:
        """Keep the CPR numbers of a block, and see which of them stood in the file before."""
        self.places_of.extend([number << _LINE_BITS | line for number, line in found])
        fresh = {number for number, _ in found}
        if len(fresh) < len(found) or not fresh.isdisjoint(self.known):
            for number, line in found:
                if number in self.known:
                    self.again.add(line)
                self.known.add(number)
        else:
            self.known |= fresh

    def check_together(self, lines: Sequence[int], values: Mapping[str, Column]) -> None:
        """What only shows when several cells, or the extract date, are seen together."""
        for name in _PAST_DATES:
            latest = max((day for day in set(values[name]) if day.__class__ is date), default=_EARLY_DATE)
            if latest > self.extract_date:
                for line, day in zip(lines, values[name], strict=True):
                    if day.__class__ is date and day > self.extract_date:
                        self.reject(line, name, say.DATE_LATER)
        if "" in values["surname"] and "" in values["first_names"]:
            for line, surname, first_names in zip(lines, values["surname"], values["first_names"], strict=True):
                if not surname and not first_names:
                    self.reject(line, "surname", say.CELL_EMPTY)
        for name in _ADDRESS:
            if "" in values[name]:
                for line, cell, is_protected in zip(lines, values[name], values["protected"], strict=True):
                    if not cell and is_protected is False:
                        self.reject(line, name, say.ADDRESS_EMPTY)

    def reject_doubles(self) -> frozenset[str]:
        """Reject every row whose CPR number stands in the file again. Returns those numbers."""
        doubled = set[str]()
        if not self.again:
            return frozenset()
        for number, together in groupby(sorted(self.places_of), key=lambda one: one >> _LINE_BITS):
            first, *others = (one & (1 << _LINE_BITS) - 1 for one in together)
            if others:
                doubled.add(f"{number:010}")
                for line in others:
                    self.reject(line, "cpr", say.SAME_CPR, {"other": first})
                self.reject(first, "cpr", say.SAME_CPR, {"other": others[0]})
        return frozenset(doubled)
