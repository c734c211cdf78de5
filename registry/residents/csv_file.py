"""Bytes of a CSV file as records with their physical line numbers.

The standard reader gives up at the first stray quotation mark; here one bad record costs one record, and the
next line is read as if nothing had happened.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from registry.findings import FindingKind
from registry.residents import findings as say

LINES_PER_RECORD = 20
"""A record with more line breaks inside quotation marks than this has lost its closing mark."""
LINE_LIMIT = 20_000
"""The longest line in characters."""

_NOT_TEXT = (b"\xff\xfe", b"\xfe\xff", b"PK\x03\x04", b"%PDF", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")


@dataclass(frozen=True, slots=True)
class Lines:
    """The physical lines of a text without their line feeds. Bytes that could not be read are surrogates."""

    texts: list[str]
    encoding: str
    is_last_terminated: bool


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a file or a record could not be split; `line` is physical, counted from 1."""

    line: int
    kind: FindingKind


@dataclass(frozen=True, slots=True)
class Record:
    line: int
    cells: list[str]


def read_lines(data: bytes) -> Lines | Trouble:
    """Decode and split a file; trouble only when it is no text at all."""
    if not data.removeprefix(b"\xef\xbb\xbf").strip():
        return Trouble(1, say.EMPTY_FILE)
    if data.startswith(_NOT_TEXT):
        return Trouble(1, say.NOT_TEXT)
    if (nul := data.find(b"\0")) >= 0:
        return Trouble(data.count(b"\n", 0, nul) + 1, say.NUL_CHARACTER)
    text, encoding = _decoded(data)
    texts = text.split("\n")
    is_last_terminated = not texts[-1]
    if is_last_terminated:
        texts.pop()
    return Lines(texts, encoding, is_last_terminated)


def _decoded(data: bytes) -> tuple[str, str]:
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        pass
    sequences = _UTF8_SEQUENCE.findall(data)
    stray = len(_HIGH_BYTE.findall(data)) - sum(map(len, sequences))
    if len(sequences) >= stray:  # UTF-8 with a few damaged bytes, not another encoding
        return data.decode("utf-8", "surrogateescape").removeprefix("\ufeff"), "utf-8"
    return data.decode("cp1252", "surrogateescape"), "windows-1252"


def records(lines: Lines, separator: str, cells: int, *, start: int) -> Iterator[Record | Trouble]:
    """Every record from line index `start` on, in order; blank lines are passed over.

    `cells` is the number that a record has; one with line breaks must have it, or its mark was stray."""
    texts = lines.texts
    index = start
    while index < len(texts):
        text = texts[index]
        line = index + 1
        index += 1
        if len(text) > LINE_LIMIT:
            yield Trouble(line, say.OVERSIZE)
        elif '"' in text:
            record, used = _quoted(lines, line, separator, cells)
            yield record
            index += used - 1
        elif text and not text.isspace():
            yield Record(line, text.removesuffix("\r").split(separator))


def _quoted(lines: Lines, line: int, separator: str, cells: int) -> tuple[Record | Trouble, int]:
    """The record that begins in `line`, and how many lines it takes."""
    window: Sequence[str] = lines.texts[line - 1 : line - 1 + LINES_PER_RECORD]
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
