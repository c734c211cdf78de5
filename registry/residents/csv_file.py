"""Bytes of a CSV file as records with their physical line numbers, block by block.

The standard reader gives up at the first stray quotation mark; here one bad record costs one record, and the
next line is read as if nothing had happened. Lines without quotation marks are split many at a time; only the
others take the careful way. A block is decoded when its turn comes, so a large file is never twice in memory.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from registry.findings import Fact, FindingKind
from registry.residents import findings as say

LINES_PER_RECORD = 20
"""A record with more line breaks inside quotation marks than this has lost its closing mark."""
LINE_LIMIT = 20_000
"""The longest line in characters."""
BLOCK_BYTES = 200_000
"""About 1,500 residents. More than `LINE_LIMIT` characters take: a longer line stands in a block of its own."""

_BOM = b"\xef\xbb\xbf"
_ANYTHING = re.compile(rb"\S")

_NOT_TEXT = (b"\xff\xfe", b"\xfe\xff", b"PK\x03\x04", b"%PDF", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_BYTES = bytes(range(0x80, 0x100))


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file that can be read as text. Bytes that could not be read become surrogates."""

    data: bytes
    start: int
    encoding: str
    is_last_terminated: bool

    def first_line(self) -> str:
        end = self.data.find(b"\n", self.start)
        return self._text(self.start, len(self.data) if end < 0 else end)

    def blocks(self) -> Iterator[tuple[str, bool]]:
        """Whole lines of about `BLOCK_BYTES`, each with its line feed, and whether they are the last."""
        data, start, size = self.data, self.start, len(self.data)
        while start < size:
            end = size if size - start <= BLOCK_BYTES else data.rfind(b"\n", start, start + BLOCK_BYTES) + 1
            if not end:  # one line, longer than is allowed
                end = data.find(b"\n", start) + 1 or size
                text = self._text(start, end)
                yield (text + "\n" if data.endswith(b"\n", start, end) else text), end == size
            else:
                yield self._text(start, end), end == size
            start = end

    def _text(self, start: int, end: int) -> str:
        """A line far beyond the limit is cut: that it is too long shows just as well."""
        codec = "utf-8" if self.encoding == "utf-8" else "cp1252"
        return self.data[start : min(end, start + BLOCK_BYTES)].decode(codec, "surrogateescape")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a file or a record could not be split; `line` is physical, counted from 1."""

    line: int
    kind: FindingKind
    more: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Batch:
    """The records of one block: those with the right number of cells, and what is wrong with the others."""

    lines: Sequence[int]
    rows: Sequence[list[str]]
    troubles: Sequence[Trouble]
    last_line: int
    """The last physical line of the block."""


def open_text(data: bytes) -> TextFile | Trouble:
    """Find out how a file is written; trouble only when it is no text at all."""
    start = len(_BOM) if data.startswith(_BOM) else 0
    if not _ANYTHING.search(data, start):
        return Trouble(1, say.EMPTY_FILE)
    if data.startswith(_NOT_TEXT):
        return Trouble(1, say.NOT_TEXT)
    if (nul := data.find(b"\0")) >= 0:
        return Trouble(data.count(b"\n", 0, nul) + 1, say.NUL_CHARACTER)
    return TextFile(data, start, _encoding_of(data, start), data.endswith(b"\n"))


def _encoding_of(data: bytes, start: int) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(start, len(data), BLOCK_BYTES):
            decoder.decode(data[at : at + BLOCK_BYTES])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        without, sequences = _UTF8_SEQUENCE.subn(b"", data)
        stray = len(without) - len(without.translate(None, _HIGH_BYTES))
        if sequences < stray:  # not UTF-8 with a few damaged bytes, but another encoding
            return "windows-1252"
    return "utf-8"


def batches(file: TextFile, separator: str, cells: int) -> Iterator[Batch]:
    """Every record after the header, in order; blank lines are passed over.

    `cells` is the number that a record has; one with line breaks must have it, or its mark was stray."""
    carried: list[str] = []
    line = 1
    for block, is_last in file.blocks():
        text = block
        if line == 1:
            text, line = block.partition("\n")[2], 2
        is_ended = file.is_last_terminated or not is_last
        plain = _plain(text, separator, cells) if is_ended and text and not carried else None
        if plain is not None:
            yield Batch(range(line, line + len(plain)), plain, (), line + len(plain) - 1)
            line += len(plain)
            continue
        texts = text.split("\n")
        if is_ended:
            texts.pop()
        careful = _Careful(carried + texts, line, separator, cells, is_last=is_last, is_ended=is_ended)
        yield careful.batch()
        carried = careful.left
        line += len(careful.texts) - len(carried)


def _plain(text: str, separator: str, cells: int) -> list[list[str]] | None:
    """The cells of a block in which every line is one record without quotation marks; None for any other."""
    if '"' in text:
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    rows = [line.split(separator) for line in text.removesuffix("\n").split("\n")]
    if any(len(row) != cells for row in rows) or max(map(len, text.split("\n"))) >= LINE_LIMIT:
        return None
    return rows


class _Careful:
    """Reads a block line by line; what may go on in the next block is left for it."""

    def __init__(
        self, texts: list[str], first: int, separator: str, cells: int, *, is_last: bool, is_ended: bool
    ) -> None:
        self.texts, self.first, self.separator, self.cells = texts, first, separator, cells
        self.is_last, self.is_ended = is_last, is_ended
        self.left: list[str] = []
        self.lines: list[int] = []
        self.rows: list[list[str]] = []
        self.troubles: list[Trouble] = []

    def batch(self) -> Batch:
        texts, index = self.texts, 0
        while index < len(texts):
            text = texts[index]
            line = self.first + index
            if len(text) > LINE_LIMIT:
                self.troubles.append(Trouble(line, say.OVERSIZE, {"limit": LINE_LIMIT}))
            elif '"' in text:
                if len(texts) - index < LINES_PER_RECORD and not self.is_last:
                    self.left = texts[index:]
                    break
                record, used = _quoted(texts, index, line, self.separator, self.cells)
                self._take(record, index)
                index += used - 1
            elif text and not text.isspace():
                self._take(Record(line, text.removesuffix("\r").split(self.separator)), index)
            index += 1
        last_line = self.first + len(texts) - len(self.left) - 1
        return Batch(self.lines, self.rows, self.troubles, last_line)

    def _take(self, record: Record | Trouble, index: int) -> None:
        is_cut_off = self.is_last and not self.is_ended and index == len(self.texts) - 1
        if isinstance(record, Trouble):
            kind = say.CUT_OFF if is_cut_off and record.kind is say.OPEN_QUOTE else record.kind
            self.troubles.append(Trouble(record.line, kind))
        elif len(record.cells) == self.cells:
            self.lines.append(record.line)
            self.rows.append(record.cells)
        else:
            few = say.CUT_OFF if is_cut_off else say.TOO_FEW_CELLS
            kind = few if len(record.cells) < self.cells else say.TOO_MANY_CELLS
            facts: Mapping[str, Fact] = {"found": len(record.cells), "expected": self.cells}
            self.troubles.append(Trouble(record.line, kind, facts))


def _quoted(
    texts: Sequence[str], index: int, line: int, separator: str, cells: int
) -> tuple[Record | Trouble, int]:
    """The record that begins in `texts[index]`, and how many lines it takes."""
    window = texts[index : index + LINES_PER_RECORD]
    reader = csv.reader((text[:LINE_LIMIT] + "\n" for text in window), delimiter=separator, strict=True)
    try:
        found = next(reader)
    except csv.Error as trouble:
        is_open = reader.line_num > 1 or "unexpected end" in str(trouble)
        return Trouble(line, say.OPEN_QUOTE if is_open else say.BAD_QUOTE), 1
    used = reader.line_num
    swallows_a_row = any(text.count(separator) >= cells - 1 for text in window[1:used])
    if used > 1 and (len(found) != cells or swallows_a_row):
        return Trouble(line, say.OPEN_QUOTE), 1
    return Record(line, found), used
