"""The plan of a station: hours, gaps, nobody at two stations at once, who may act where; lines that are pasted."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from election.poll_cards.rules import ALPHABET
from election.staffing import findings as say
from registry.findings import Finding
from registry.free_text import holds_cpr
from registry.regulation.calendar import local_instant
from registry.roles import Role

AT_A_STATION = frozenset({Role.STATION_LEADER, Role.POLLING_OFFICIAL})
LEAST_AT_TABLES = 2
HIGHEST_DESK = 99
LONGEST = timedelta(hours=18)
BEFORE_OPENING = timedelta(hours=1)
CODE_SYMBOLS = 8
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_CLOCK = re.compile(r"(\d{1,2})[.:](\d{2})")
_ROLES = {"leder": Role.STATION_LEADER, "bord": Role.POLLING_OFFICIAL}
_COLUMNS = 5


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody at a station for some hours."""

    station_id: UUID
    official_id: UUID
    role: Role
    desk: str
    from_at: datetime
    until_at: datetime


class Lack(StrEnum):
    LEADER = "leader"
    TABLES = "tables"


@dataclass(frozen=True, slots=True)
class Gap:
    """Hours in which a station lacks its leader, or somebody at the tables (`people` are there)."""

    lack: Lack
    from_at: datetime
    until_at: datetime
    people: int


def gaps(shifts: Iterable[Shift], opens_at: datetime, closes_at: datetime) -> list[Gap]:
    """Every stretch of the opening hours without a leader, or with fewer than two at the tables; in order.

    (Regulation: polling hours; KRVL §§ 16(6), 17 borrowed)
    """
    every = list(shifts)
    edges = {opens_at, closes_at}
    edges |= {at for one in every for at in (one.from_at, one.until_at) if opens_at < at < closes_at}
    marks = sorted(edges)
    found: list[Gap] = []
    for lack, role, least in (
        (Lack.LEADER, Role.STATION_LEADER, 1),
        (Lack.TABLES, Role.POLLING_OFFICIAL, LEAST_AT_TABLES),
    ):
        for start, end in pairwise(marks):
            there = {
                one.official_id
                for one in every
                if one.role is role and one.from_at <= start and end <= one.until_at
            }
            if len(there) >= least:
                continue
            before = found[-1] if found else None
            if before and (before.lack, before.until_at, before.people) == (lack, start, len(there)):
                found[-1] = Gap(lack, before.from_at, end, before.people)
            else:
                found.append(Gap(lack, start, end, len(there)))
    return sorted(found, key=lambda gap: (gap.from_at, gap.lack))


def at_once(wanted: Shift, others: Iterable[Shift]) -> Shift | None:
    """A shift of the same person in some of the same hours, wherever it is. (Regulation: one place at a time)"""
    return next(
        (
            one
            for one in others
            if one.official_id == wanted.official_id
            and one.from_at < wanted.until_at
            and wanted.from_at < one.until_at
        ),
        None,
    )


def may_work_at(has_duties: bool, roles_here: frozenset[Role], acting_as: Role) -> bool:
    """Whether an official with these duties at a station may act there in this role.

    Without a single duty in the election nobody is held to a station. The hours do not bind: the last in line
    votes after closing time, and whoever takes over may be late. A leader may help at a desk; nobody at a desk
    leads. (Regulation: duties at the stations; KRVL § 17 borrowed)
    """
    if not has_duties or acting_as not in AT_A_STATION or acting_as in roles_here:
        return True
    return acting_as is Role.POLLING_OFFICIAL and Role.STATION_LEADER in roles_here


def hours(day: date, start: str, end: str) -> tuple[datetime, datetime] | None:
    """Two times of the clock on the polling day; an end before the start is on the day after. None: not that.

    (Regulation: a duty lasts 18 hours at most)
    """
    first, last = _clock(start), _clock(end)
    if first is None or last is None or first[1]:
        return None
    from_at = local_instant(day, first[0])
    is_next_day = last[1] or last[0] <= first[0]
    until_at = local_instant(day + timedelta(days=1) if is_next_day else day, last[0])
    return (from_at, until_at) if timedelta() < until_at - from_at <= LONGEST else None


def _clock(typed: str) -> tuple[time, bool] | None:
    """The time, and whether it was written as 24.00."""
    found = _CLOCK.fullmatch(typed.strip())
    if found is None or int(found[2]) > 59 or int(found[1]) > 24 or (found[1] == "24" and found[2] != "00"):
        return None
    return time(int(found[1]) % 24, int(found[2])), found[1] == "24"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of many: who (a name, or the username of somebody known) does what from when to when."""

    number: int
    who: str
    role: Role
    desk: str
    from_at: datetime
    until_at: datetime


def read_lines(text: str, day: date) -> tuple[list[Line], list[Finding]]:
    """Lines of name; leder|bord; desk; from; to — and what is wrong, all of it. Separated by ; or tabulator.

    A first line of headings is passed over. (Regulation: all lines are taken, or none)
    """
    lines: list[Line] = []
    problems: list[Finding] = []
    for number, raw in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        if not raw.strip() or (number == 1 and raw.split(";")[0].split("\t")[0].strip().lower() == "navn"):
            continue
        read = _line(number, raw, day)
        if isinstance(read, Line):
            lines.append(read)
        else:
            problems.append(read)
    return lines, problems


def _line(number: int, raw: str, day: date) -> Line | Finding:
    if holds_cpr(raw):
        return Finding(say.LINE_CPR, {"line": number})
    cells = [cell.strip() for cell in next(csv.reader([raw], delimiter="\t" if "\t" in raw else ";"))]
    while len(cells) > _COLUMNS and not cells[-1]:
        cells.pop()
    if len(cells) != _COLUMNS or not cells[0]:
        return Finding(say.LINE_COLUMNS, {"line": number})
    who, typed, desk, start, end = cells
    role = _ROLES.get(typed.lower())
    if role is None:
        return Finding(say.LINE_ROLE, {"line": number, "typed": typed})
    if desk and not is_desk(desk):
        return Finding(say.LINE_DESK, {"line": number, "highest": HIGHEST_DESK})
    found = hours(day, start, end)
    if found is None:
        return Finding(say.LINE_HOURS, {"line": number, "hours": LONGEST // timedelta(hours=1)})
    return Line(number, " ".join(who.split()), role, desk.lstrip("0"), *found)


def is_desk(text: str) -> bool:
    """A number that a desk can have."""
    return text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= HIGHEST_DESK


def code_of(drawn: bytes) -> str:
    """Five random bytes as the eight symbols of a one-day code: 40 bits in the alphabet of the poll cards."""
    number = int.from_bytes(drawn[:5], "big")
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(CODE_SYMBOLS)))


def in_two_groups(code: str) -> str:
    return f"{code[:4]}-{code[4:]}"


def read_code(typed: str) -> str | None:
    """The code as it was printed, whatever case, spaces and look-alike letters; None when it cannot be one."""
    plain = "".join(sign for sign in typed.upper() if sign.isalnum()).translate(_READ_AS)
    return plain if len(plain) == CODE_SYMBOLS and set(plain) <= set(ALPHABET) else None


def pass_hours(day: date, opens: time) -> tuple[datetime, datetime]:
    """A one-day code holds from one hour before the polls open until midnight. (Regulation: polling hours)"""
    return local_instant(day, opens) - BEFORE_OPENING, local_instant(day + timedelta(days=1), time())


def desks_used(shifts: Sequence[Shift]) -> list[str]:
    """The numbers of the desks that somebody is placed at, in order."""
    return sorted({one.desk for one in shifts if one.desk}, key=lambda desk: (len(desk), desk))
