"""Reading decisions.toml and meeting.toml: what was certified, who was appointed, and how the council met."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from registry.appointment.rules import Ruling
from scripts.rehearsal.trouble import BadInput, holds_cpr
from scripts.rehearsal.words import has_control_character, read_instant

DECISIONS, MEETING = "decisions.toml", "meeting.toml"
MOST_CHARACTERS = 1000
"""Of one text: a paper must have room for it."""
LONGEST = timedelta(days=1)
"""A meeting ends within a day of its beginning; a later time is a slip of the pen."""
COPENHAGEN = ZoneInfo("Europe/Copenhagen")


@dataclass(frozen=True, slots=True)
class RulingInput:
    id: str
    ruling: Ruling
    reason: str


@dataclass(frozen=True, slots=True)
class MemberInput:
    id: str
    name: str
    seat_group: str
    nominated_by: str


@dataclass(frozen=True, slots=True)
class AppointmentInput:
    body: str | None
    decided_on: date
    case_no: str
    elected: tuple[RulingInput, ...]
    members: tuple[MemberInput, ...]


@dataclass(frozen=True, slots=True)
class Decisions:
    """decisions.toml. A part that is absent is None: the stage that needs it waits or takes the first who may."""

    requested_by: str | None
    approved_by: str | None
    appointment: AppointmentInput | None


@dataclass(frozen=True, slots=True)
class LotInput:
    """`among` is empty when the file does not say between whom."""

    drawn: tuple[str, ...]
    among: tuple[str, ...]
    drawn_by: str
    witnesses: str
    method: str


@dataclass(frozen=True, slots=True)
class RoundInput:
    """`by_name` (voter → choice, "" blank) stands in for `votes` where the votes bear names."""

    at: datetime
    votes: Mapping[str, int]
    blank: int
    invalid: int
    lot: LotInput | None
    by_name: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class PostInput:
    where: str
    post: str
    nominees: tuple[str, ...]
    rounds: tuple[RoundInput, ...]


@dataclass(frozen=True, slots=True)
class MovementInput:
    where: str
    id: str
    is_arrival: bool
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class MeetingInput:
    convened_by: str
    notice_sent_at: datetime
    at: datetime
    present: tuple[str, ...]
    movements: tuple[MovementInput, ...]
    posts: tuple[PostInput, ...]


def read_decisions(folder: Path) -> Decisions | None:
    """decisions.toml, or None when there is no such file. Raises BadInput that names the key."""
    document = _document(folder, DECISIONS)
    if document is None:
        return None
    top = _Table(DECISIONS, "", document, {"certification", "appointment"})
    certification = top.table("certification", {"requested_by", "approved_by"})
    appointment = top.table("appointment", {"body", "date", "case_no", "elected", "member"})
    return Decisions(
        certification.optional("requested_by") if certification else None,
        certification.optional("approved_by") if certification else None,
        _appointment(appointment) if appointment else None,
    )


def _appointment(table: _Table) -> AppointmentInput:
    elected = tuple(
        RulingInput(one.text("id"), _ruling(one), one.optional("reason") or "")
        for one in table.tables("elected", {"id", "decision", "reason"})
    )
    members = tuple(
        MemberInput(one.text("id"), one.text("name"), one.text("seat_group"), one.optional("nominated_by") or "")
        for one in table.tables("member", {"id", "name", "seat_group", "nominated_by"})
    )
    ids = [*(one.id for one in elected), *(one.id for one in members)]
    for one in ids:
        if ids.count(one) > 1:
            raise BadInput(DECISIONS, f"appointment: {one!r} stands twice")
    return AppointmentInput(table.optional("body"), table.day("date"), table.text("case_no"), elected, members)


def _ruling(table: _Table) -> Ruling:
    text = table.text("decision")
    if text not in set(Ruling):
        raise table.bad("decision", f"must be one of {', '.join(Ruling)}")
    return Ruling(text)


def read_meeting(folder: Path) -> MeetingInput | None:
    """meeting.toml, or None when there is no such file. Raises BadInput that names the key."""
    document = _document(folder, MEETING)
    if document is None:
        return None
    known = {"convened_by", "notice_sent", "at", "present", "arrival", "departure", "election"}
    top = _Table(MEETING, "", document, known)
    at, present = top.instant("at"), top.texts("present")
    movements = [
        MovementInput(one.where, one.text("id"), key == "arrival", _during(one, at), one.optional("reason") or "")
        for key in ("arrival", "departure")
        for one in top.tables(key, {"id", "at", "reason"})
    ]
    posts = tuple(
        PostInput(one.where, one.text("post"), one.texts("nominees"), tuple(_rounds(one, at)))
        for one in top.tables("election", {"post", "nominees", "round"})
    )
    return MeetingInput(
        top.text("convened_by"),
        top.notice("notice_sent", at),
        at,
        present,
        tuple(_in_order(movements, present)),
        posts,
    )


def _during(table: _Table, began_at: datetime) -> datetime:
    at = table.instant("at")
    if at > began_at + LONGEST:
        raise table.bad("at", "is more than a day after the meeting began")
    return at


def _in_order(movements: Iterable[MovementInput], present: Iterable[str]) -> Iterable[MovementInput]:
    """In the order of time; within a minute whoever is in the room leaves before coming back, and the reverse."""
    here, left = set(present), sorted(movements, key=lambda one: one.at)
    while left:
        now = [one for one in left if one.at == left[0].at]
        first = next((one for one in now if one.is_arrival is (one.id not in here)), now[0])
        left.remove(first)
        (here.add if first.is_arrival else here.discard)(first.id)
        yield first


def _rounds(table: _Table, began_at: datetime) -> Iterable[RoundInput]:
    for one in table.tables("round", {"at", "votes", "by_name", "blank", "invalid", "lot"}):
        votes, by_name = one.raw.get("votes", {}), one.raw.get("by_name")
        if not isinstance(votes, dict) or bool(votes) is (by_name is not None):
            raise one.bad("votes", "must be a table of whole numbers by id")
        yield RoundInput(
            _during(one, began_at),
            {who: _whole(number, one, f"votes.{who}") for who, number in votes.items()},
            _whole(one.raw.get("blank", 0), one, "blank"),
            _whole(one.raw.get("invalid", 0), one, "invalid"),
            _lot(one),
            _named_votes(one, by_name),
        )


def _named_votes(table: _Table, given: object) -> Mapping[str, str] | None:
    if given is None:
        return None
    if not isinstance(given, dict) or not given or not all(isinstance(one, str) for one in given.values()):
        raise table.bad("by_name", "must be a table with the id that each voter chose, empty for blank")
    if "blank" in table.raw:
        raise table.bad("blank", "is added up from by_name")
    return {voter: choice.strip() for voter, choice in given.items()}


def _lot(table: _Table) -> LotInput | None:
    """`lot` is who was drawn: an id, several in the order drawn, or a table with `drawn`, `drawn_by` and so on."""
    given = table.raw.get("lot")
    if given is None:
        return None
    details: dict[str, str] = {}
    among: tuple[str, ...] = ()
    if isinstance(given, dict):
        whole = _Table(
            table.file, f"{table.where}.lot", given, {"drawn", "drawn_by", "witnesses", "method", "among"}
        )
        details = {key: whole.optional(key) or "" for key in ("drawn_by", "witnesses", "method")}
        among = _ids(given.get("among", []), whole, "among")
        drawn = _ids(given.get("drawn"), whole, "drawn")
    else:
        drawn = _ids(given, table, "lot")
    if not drawn:
        raise table.bad("lot", "must be an id, or ids in the order drawn")
    return LotInput(
        drawn,
        among,
        details.get("drawn_by") or "mødelederen",
        details.get("witnesses") or "mødets deltagere",
        details.get("method") or "lodtrækning på mødet",
    )


def _ids(given: object, table: _Table, key: str) -> tuple[str, ...]:
    if isinstance(given, str):
        given = [part for part in given.split(" / ") if part.strip()]
    if not isinstance(given, list) or not all(isinstance(one, str) and one.strip() for one in given):
        raise table.bad(key, "must be an id, or ids in the order drawn")
    return tuple(one.strip() for one in given)


def _whole(value: object, table: _Table, key: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 10**6:
        raise table.bad(key, "must be a whole number, 0 or more")
    return value


def _document(folder: Path, name: str) -> dict[str, Any] | None:
    path = folder / name
    if not path.exists():
        return None
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:  # also a number of more digits than Python reads
        raise BadInput(name, str(error)) from error


@dataclass(frozen=True)
class _Table:
    """A table of a file with the keys that it may have; every trouble names its place."""

    file: str
    where: str
    raw: Mapping[str, Any]
    known: set[str]

    def __post_init__(self) -> None:
        for key in self.raw:
            if key not in self.known:
                raise self.bad(key, "is an unknown key")

    def bad(self, key: str, reason: str) -> BadInput:
        return BadInput(self.file, f"{self.where}.{key} {reason}".lstrip("."))

    def text(self, key: str) -> str:
        value = self.raw.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.bad(key, "must be a text")
        return self._plain(key, value)

    def _plain(self, key: str, value: str) -> str:
        if has_control_character(value):
            raise self.bad(key, "holds a control character")
        if len(value) > MOST_CHARACTERS:
            raise self.bad(key, f"is longer than {MOST_CHARACTERS} characters")
        if holds_cpr(value):  # it would stand in the minutes, which everybody may read
            raise self.bad(key, "holds what may be a CPR number")
        return value.strip()

    def optional(self, key: str) -> str | None:
        value = self.raw.get(key)
        return None if value in (None, "") else self.text(key)

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.raw.get(key)
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            raise self.bad(key, "must be a list of ids")
        found = tuple(self._plain(key, one) for one in value)
        if len(set(found)) != len(found):
            raise self.bad(key, "names somebody twice")
        return found

    def table(self, key: str, known: set[str]) -> _Table | None:
        value = self.raw.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.bad(key, f"must be written as [{key}]")
        return _Table(self.file, f"{self.where}.{key}".lstrip("."), value, known)

    def tables(self, key: str, known: set[str]) -> list[_Table]:
        value = self.raw.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self.bad(key, f"must be written as [[{key}]]")
        place = f"{self.where}.{key}".lstrip(".")
        return [_Table(self.file, f"{place}[{n}]", one, known) for n, one in enumerate(value, start=1)]

    def day(self, key: str) -> date:
        value = self.raw.get(key)
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError as error:
                raise self.bad(key, "must be a date such as 2017-12-19") from error
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.bad(key, "must be a date such as 2017-12-19")
        return value

    def instant(self, key: str) -> datetime:
        """Local time of Europe/Copenhagen, as a TOML time or a text."""
        value = self.raw.get(key)
        if isinstance(value, datetime):
            value = value.isoformat()
        if not isinstance(value, str):
            raise self.bad(key, "must be a time such as 2018-01-08T19:00:00")
        return read_instant(value, lambda reason: self.bad(key, reason))

    def notice(self, key: str, meeting_at: datetime) -> datetime:
        """When a notice was sent: a day alone is noon, or before the meeting when that is earlier the same day."""
        value = self.raw.get(key)
        is_day = isinstance(value, str) and len(value) == len("2017-12-19")
        if not is_day and (not isinstance(value, date) or isinstance(value, datetime)):
            return self.instant(key)
        day = self.day(key)
        noon = read_instant(f"{day.isoformat()}T12:00:00", lambda reason: self.bad(key, reason))
        return min(noon, meeting_at) if day == meeting_at.astimezone(COPENHAGEN).date() else noon
