"""One resident as the register has handed them over, and how each cell is read.

The readers of a cell return the value, or the kind of finding that says what is wrong with it. No modulus 11:
numbers without it have been issued since 2007, most often to immigrants whose day of birth is unknown.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.findings import FindingKind
from registry.residents import findings as say

TEXT_LIMIT = 300
"""The longest name, address or district in characters."""


class ResidentStatus(StrEnum):
    RESIDENT = "resident"
    MOVED_OUT = "moved_out"
    DEAD = "dead"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class ResidentRow:
    """One accepted row. `cpr` is ten digits; an unknown country is ""; `line` is the physical line."""

    cpr: str
    born_on: date
    first_names: str
    surname: str
    address: str
    postal_code: str
    city: str
    municipality: str
    moved_in_on: date
    resident_in_dk_since_on: date
    citizenship: str
    birth_country: str
    mother_birth_country: str
    father_birth_country: str
    mother_citizenship: str
    father_citizenship: str
    is_protected: bool
    status: ResidentStatus
    status_since_on: date
    polling_district: str
    line: int


_CPR = re.compile(r"[0-9]{6}-?[0-9]{4}")
_CPR_LOST_ZERO = re.compile(r"[0-9]{5}-?[0-9]{4}")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DANISH_DATE = re.compile(r"([0-9]{2})-([0-9]{2})-([0-9]{4})")
_COUNTRY = re.compile(r"[A-Za-z]{2}")
_MUNICIPALITY = re.compile(r"[0-9]{4}")
_PLAIN = re.compile(r"[!-~\u00c0-\u017f]+(?: [!-~\u00c0-\u017f]+)*")
"""Text that needs no cleaning: printable Latin letters, already composed, with single spaces."""
_INVISIBLE = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u2060\ufeff]")
_SPACES = re.compile("(?:\r\n|[ \n\t\u00a0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000])+")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Co", "Cn"})


def century_of(seventh_digit: int, year_in_century: int) -> int:
    """The century (1800, 1900, 2000) that the seventh digit and the two-digit year stand for.

    CPR-kontoret, "Personnummeret i CPR": 0-3 → 1900s; 4 and 9 → 00-36 2000s, else 1900s;
    5-8 → 00-57 2000s, else 1800s.
    """
    if seventh_digit <= 3:
        return 1900
    if seventh_digit in (4, 9):
        return 2000 if year_in_century <= 36 else 1900
    return 2000 if year_in_century <= 57 else 1800


def read_cpr(cell: str) -> tuple[str, date] | FindingKind:
    """Ten digits and the date of birth; a dash after the sixth digit is allowed."""
    if not _CPR.fullmatch(cell):
        return say.CPR_LOST_ZERO if _CPR_LOST_ZERO.fullmatch(cell) else say.CPR_FORM
    digits = cell.replace("-", "")
    year = int(digits[4:6])
    try:
        born_on = date(century_of(int(digits[6]), year) + year, int(digits[2:4]), int(digits[:2]))
    except ValueError:
        return say.CPR_NO_DATE
    return digits, born_on


def read_date(cell: str) -> date | FindingKind:
    """ISO (2017-11-27) or Danish (27-11-2017)."""
    if iso := _ISO_DATE.fullmatch(cell):
        year, month, day = iso.groups()
    elif danish := _DANISH_DATE.fullmatch(cell):
        day, month, year = danish.groups()
    else:
        return say.DATE_FORM
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return say.DATE_FORM


def read_country(cell: str) -> str | FindingKind:
    """Two letters in upper case, or "" for unknown. Former states and unknown codes are accepted."""
    if not cell or _COUNTRY.fullmatch(cell):
        return cell.upper()
    return say.COUNTRY_FORM


def read_municipality(cell: str) -> str | FindingKind:
    """Exactly four digits, kept as text."""
    return cell if _MUNICIPALITY.fullmatch(cell) else say.MUNICIPALITY_FORM


def read_status(cell: str) -> ResidentStatus | FindingKind:
    try:
        return ResidentStatus(cell)
    except ValueError:
        return say.STATUS_FORM


def read_protected(cell: str) -> bool | FindingKind:
    return cell == "1" if cell in ("0", "1") else say.PROTECTED_FORM


def read_text(cell: str) -> str | FindingKind:
    """Text cleaned at the door: NFC, runs of white space (also a line break) as one space.

    Invisible marks (soft hyphen, zero width space, left-to-right mark …) are dropped; control characters,
    bidi embeddings and overrides, bytes that could not be read and unassigned characters are refused.
    """
    if not cell:
        return ""
    if not _PLAIN.fullmatch(cell):
        visible = _INVISIBLE.sub("", unicodedata.normalize("NFC", cell))
        cell = _SPACES.sub(" ", visible).strip(" ")
        if any(one in _BIDI or unicodedata.category(one) in _REFUSED_CATEGORIES for one in cell):
            return say.BAD_CHARACTER
    return say.OVERSIZE if len(cell) > TEXT_LIMIT else cell
