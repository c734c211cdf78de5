"""Ways in which an extract can be broken on its way from the register: each takes a good file and breaks it.

The same seed breaks the same file in the same way, so that a failure can be looked at again.
"""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from collections.abc import Callable
from datetime import date, timedelta

from scripts.rehearsal.invent import COLUMNS, residents

EXTRACT_ON = date(2017, 11, 10)
Damage = Callable[[random.Random, bytes], bytes]
_NUMBERS = ("-1", "NaN", "1e400", "Infinity", "0x10", "1,5", "٣", "-0", "1e-9", "9" * 40)
_FORMULAS = ('=CMD|"/C calc"!A0', "=1+1", "+45 1234", "-2+3", "@SUM(A1)", "\t=1", "=HYPERLINK(1)")
_HOMOGLYPHS = str.maketrans("AaEeOoPcHi", "АаЕеОоРсНі")  # Latin to Cyrillic
_INVISIBLE = (
    "\u202e",
    "\u2066",
    "\u200b",
    "\ufeff",
    "\u00ad",
    "\u0007",
    "\u001b",
    "\ufffe",
    "\ud7ff",
    "\U000e0001",
)


def good_file(chance: random.Random, people: int = 12) -> bytes:
    lines = residents(chance, people, EXTRACT_ON)
    return "".join(line + "\r\n" for line in (COLUMNS, *lines)).encode()


def _lines(data: bytes) -> list[bytes]:
    return data.split(b"\n")


def _some_line(chance: random.Random, lines: list[bytes]) -> int:
    return chance.randrange(len(lines))


def _in_cell(chance: random.Random, data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Change one cell of one line, the header's too."""
    lines = _lines(data)
    at = _some_line(chance, lines)
    cells = lines[at].split(b";")
    place = chance.randrange(len(cells))
    cells[place] = change(cells[place])
    lines[at] = b";".join(cells)
    return b"\n".join(lines)


def _in_columns(data: bytes, change: Callable[[list[bytes]], list[bytes]]) -> bytes:
    """The same change in every line."""
    return b"\n".join(b";".join(change(line.split(b";"))) if line else line for line in _lines(data))


def truncated(chance: random.Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data))]


def with_bom(chance: random.Random, data: bytes) -> bytes:
    at = chance.choice((0, 0, chance.randrange(len(data))))
    return data[:at] + b"\xef\xbb\xbf" + data[at:]


def as_latin_1(chance: random.Random, data: bytes) -> bytes:
    return data.decode(errors="replace").encode(chance.choice(("latin-1", "cp1252", "cp850")), "replace")


def as_utf_16(chance: random.Random, data: bytes) -> bytes:
    return data.decode(errors="replace").encode(chance.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32")))


def with_nul(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + b"\0" * chance.randrange(1, 9) + data[at:]


def mixed_line_ends(chance: random.Random, data: bytes) -> bytes:
    return b"".join(
        line.rstrip(b"\r") + chance.choice((b"\n", b"\r\n", b"\r", b"\n\n", b"\r\r\n")) for line in _lines(data)
    )


def huge_cell(chance: random.Random, data: bytes) -> bytes:
    size = chance.choice((301, 19_990, 20_001, 100_000))
    return _in_cell(chance, data, lambda _: chance.choice((b"x", "å".encode(), b'"', b"\xff")) * size)


def doubled_column(chance: random.Random, data: bytes) -> bytes:
    place = chance.randrange(19)
    return _in_columns(data, lambda cells: [*cells, cells[min(place, len(cells) - 1)]])


def permuted_columns(chance: random.Random, data: bytes) -> bytes:
    """Every line in the same new order, or the header alone."""
    order = chance.sample(range(19), 19)
    head_only = chance.random() < 0.5
    lines = _lines(data)
    changed = [
        b";".join(cells[place] for place in order) if len(cells := line.split(b";")) == 19 else line
        for line in lines
    ]
    return b"\n".join([changed[0], *(lines if head_only else changed)[1:]])


def missing_column(chance: random.Random, data: bytes) -> bytes:
    place = chance.randrange(19)
    return _in_columns(data, lambda cells: cells[:place] + cells[place + 1 :])


def formula_cell(chance: random.Random, data: bytes) -> bytes:
    return _in_cell(chance, data, lambda _: chance.choice(_FORMULAS).encode())


def archive(chance: random.Random, data: bytes) -> bytes:
    kind = chance.randrange(4)
    if kind == 0:
        return gzip.compress(data, mtime=0)
    if kind == 1:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("residents.csv", data + b"0" * 100_000)
        return packed.getvalue()
    return (b"PK\x03\x04", b"%PDF-1.7\n", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")[chance.randrange(4)] + data


def odd_number(chance: random.Random, data: bytes) -> bytes:
    return _in_cell(chance, data, lambda _: chance.choice(_NUMBERS).encode())


def odd_character(chance: random.Random, data: bytes) -> bytes:
    sign = chance.choice(_INVISIBLE).encode()
    return _in_cell(chance, data, lambda cell: cell[: len(cell) // 2] + sign + cell[len(cell) // 2 :])


def homoglyphs(chance: random.Random, data: bytes) -> bytes:
    return _in_cell(chance, data, lambda cell: cell.decode(errors="replace").translate(_HOMOGLYPHS).encode())


def same_cpr_twice(chance: random.Random, data: bytes) -> bytes:
    lines = _lines(data)
    at = chance.randrange(1, max(2, len(lines) - 1))
    again = lines[min(at, len(lines) - 1)]
    lines.insert(chance.randrange(1, len(lines) + 1), again)
    return b"\n".join(lines)


def born_next_year(chance: random.Random, data: bytes) -> bytes:
    day = EXTRACT_ON + timedelta(days=chance.randrange(1, 366))
    lines = _lines(data)
    at = chance.randrange(1, max(2, len(lines) - 1))
    lines[min(at, len(lines) - 1)] = (
        f"{day:%d%m%y}5{chance.randrange(1000):03d}".encode() + lines[min(at, len(lines) - 1)][10:]
    )
    return b"\n".join(lines)


def date_to_come(chance: random.Random, data: bytes) -> bytes:
    return _in_cell(
        chance, data, lambda _: chance.choice((b"2099-01-01", b"0000-00-00", b"31-02-2011", b"2017-13-01"))
    )


def stray_quotes(chance: random.Random, data: bytes) -> bytes:
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(data) + 1)
        data = data[:at] + b'"' + data[at:]
    return data


def deleted_bytes(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + data[at + chance.randrange(1, 60) :]


def random_bytes(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + chance.randbytes(chance.randrange(1, 40)) + data[at:]


def flipped_bits(chance: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randrange(1, 6)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def swapped_lines(chance: random.Random, data: bytes) -> bytes:
    lines = _lines(data)
    first, second = _some_line(chance, lines), _some_line(chance, lines)
    lines[first], lines[second] = lines[second], lines[first]
    return b"\n".join(lines)


def joined_lines(chance: random.Random, data: bytes) -> bytes:
    lines = _lines(data)
    at = chance.randrange(max(1, len(lines) - 1))
    lines[at : at + 2] = [b"".join(lines[at : at + 2])]
    return b"\n".join(lines)


def split_line(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + b"\n" * chance.randrange(1, 30) + data[at:]


def other_separator(chance: random.Random, data: bytes) -> bytes:
    return data.replace(b";", chance.choice((b",", b"\t", b"|", b": ")))


def all_quoted(chance: random.Random, data: bytes) -> bytes:
    """Right, but read the careful way; and perhaps with a line break in a cell."""
    quoted = _in_columns(data.replace(b"\r", b""), lambda cells: [b'"' + cell + b'"' for cell in cells])
    return quoted.replace(b" ", b"\n", chance.randrange(3))


def emptied(chance: random.Random, data: bytes) -> bytes:
    return chance.choice(
        (b"", b"\n", b" \r\n ", b"\xef\xbb\xbf", data.split(b"\n")[0], data.split(b"\n")[0] + b"\n")
    )


DAMAGES: tuple[Damage, ...] = (
    truncated, with_bom, as_latin_1, as_utf_16, with_nul, mixed_line_ends, huge_cell, doubled_column,
    permuted_columns, missing_column, formula_cell, archive, odd_number, odd_character, homoglyphs,
    same_cpr_twice, born_next_year, date_to_come, stray_quotes, deleted_bytes, random_bytes, flipped_bits,
    swapped_lines, joined_lines, split_line, other_separator, all_quoted, emptied,
)  # fmt: skip


def damaged_file(seed: int) -> tuple[str, bytes]:
    """The file of this seed, with the names of one to three damages."""
    chance = random.Random(seed)
    data, names = good_file(chance, chance.choice((1, 3, 12, 30))), list[str]()
    for damage in [DAMAGES[seed % len(DAMAGES)], *chance.sample(DAMAGES, chance.choice((0, 0, 1, 2)))]:
        if data:
            data = damage(chance, data)
            names.append(damage.__name__)
    return " + ".join(names), data
