"""News for a station that works alone: its list anew from the centre, and on the laptop only what differs.

What the laptop itself has done is never touched: a voter whom it admitted stays admitted, whatever the list says;
the centre finds the difference when it takes that line over.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Table, and_, insert, select, update
from sqlalchemy.orm import Session

from election.alone.contents import Row, cards_of, from_json, in_json, marks_of, voters_of
from election.call.records import Election, Station
from election.poll_cards.records import CardState
from election.polling.records import StationOpening
from registry.database import Base

_NEVER_COMPARED = frozenset({"cpr_index", "cpr_sealed"})
"""Drawn at random for each list."""
_GIVEN = ("admitted_at", "postal_accepted_at", "station_id", "desk")


@dataclass(frozen=True, slots=True)
class Change:
    """One row as it is now, with values that JSON can hold."""

    table: str
    row: dict[str, Any]


@dataclass(frozen=True, slots=True)
class News:
    """A list: its number rises, its fingerprint says whether anything is new."""

    number: int
    sha256: str
    through: int
    rows: dict[str, list[Row]]


def news_of(
    session: Session, election: Election, station: Station, number: int, through: int
) -> tuple[str, bytes]:
    """Fingerprint and content of the station's list now; `through` is the last line taken from the laptop."""
    tables = Base.metadata.tables
    own = {
        "roll_entry": voters_of(session, election, station),
        "poll_card": cards_of(session, election, station),
        "voter_mark": marks_of(session, election, station),
    }
    rows = {name: [in_json(tables[name], row) for row in listed] for name, listed in own.items()}
    if not election.is_live:
        rows["election"] = [_clock_of(election)]
    for row in rows["roll_entry"]:
        for column in _NEVER_COMPARED:
            row.pop(column)
    for found in rows.values():
        found.sort(key=lambda row: str(row.get("id") or row["entry_id"]))
    plain = json.dumps(rows, sort_keys=True, ensure_ascii=False).encode()
    sha256 = hashlib.sha256(plain).hexdigest()
    about = {"number": number, "sha256": sha256, "through": through}
    return sha256, zlib.compress(json.dumps(about | {"rows": rows}).encode())


def read_news(content: bytes) -> News:
    """ValueError where it is none."""
    found = json.loads(zlib.decompress(content))
    return News(int(found["number"]), str(found["sha256"]), int(found["through"]), found["rows"])


def changes(session: Session, station_id: UUID, news: News, last_seq: int) -> tuple[Change, ...]:
    """What differs from the laptop's own rows. Reads only. `last_seq` is the laptop's newest line."""
    here = _rows(session, "election")
    found = [
        Change("election", row)
        for row in news.rows.get("election", [])
        if here[row["id"]]["clock_at"] != row["clock_at"]
    ]
    found += _of_voters(session, news.rows["roll_entry"])
    found += _of_cards(session, news.rows["poll_card"])
    found += _of_marks(session, station_id, news.rows["voter_mark"], has_all=news.through == last_seq)
    return tuple(found)


def apply(session: Session, given: Iterable[Change]) -> int:
    """Part of an act: write each row over the one with its key, or add it. Returns how many.

    A voter who was admitted while the news was read stays admitted.
    """
    number = 0
    for change in given:
        table = Base.metadata.tables[change.table]
        values = from_json(table, change.row)
        is_key = and_(*(column == values[column.name] for column in table.primary_key.columns))
        before = session.execute(select(table).where(is_key)).mappings().first()
        if before is not None and before.get("admitted_at") and _is_of_package(session, before):
            continue
        number += 1
        if before is None:
            session.execute(insert(table), _whole(table, values))
        else:
            keys = {column.name for column in table.primary_key.columns}
            session.execute(update(table).where(is_key).values({n: v for n, v in values.items() if n not in keys}))
    return number


def _clock_of(election: Election) -> Row:
    """Where the clock of a demo or rehearsal stands now; a real one needs no telling."""
    clock = {"municipality": election.municipality, "council": election.council, "id": election.id}
    return in_json(Base.metadata.tables["election"], clock | {"clock_at": election.clock_at})


def _is_of_package(session: Session, mark: Mapping[Any, Any]) -> bool:
    """Admitted at a table of this station: an opening of any other never lies on this laptop."""
    opened = StationOpening.__table__.c
    return session.execute(select(opened.id).where(opened.station_id == mark["station_id"])).first() is not None


def _whole(table: Table, values: Row) -> Row:
    """Somebody new on the list: what is not told is as empty as in a package."""
    if table.name != "roll_entry":
        return values
    key = UUID(str(values["id"]))
    return {"cpr_sealed": b"", "cpr_index": hashlib.sha256(b"added|" + key.bytes).digest()} | values


def _of_voters(session: Session, listed: list[Row]) -> Iterable[Change]:
    here = _rows(session, "roll_entry")
    for row in listed:
        before = here.get(row["id"])
        if before is None or any(before.get(name) != value for name, value in row.items()):
            yield Change("roll_entry", row)
    known = {row["id"] for row in listed}
    for key, before in here.items():
        if key not in known and before["station_id"] is not None and before["struck_at"] is None:
            # Not on this station's list any more: moved. Where to is not told, only that it is not here.
            yield Change("roll_entry", {name: before[name] for name in _KEYS} | {"may_vote": False})


_KEYS = ("municipality", "council", "id")


def _of_cards(session: Session, listed: list[Row]) -> Iterable[Change]:
    here = _rows(session, "poll_card")
    valid = {row["entry_id"]: row for row in here.values() if row["state"] == CardState.ISSUED}
    for row in sorted(listed, key=lambda one: one["state"] == CardState.ISSUED.value):  # first what became void
        before = here.get(row["id"])
        is_valid = row["state"] == CardState.ISSUED.value
        if before is None and is_valid and row["entry_id"] in valid:
            old = valid[row["entry_id"]]
            if not any(one["id"] == old["id"] and one["state"] != CardState.ISSUED.value for one in listed):
                void = {"state": CardState.REPLACED.value, "replaced_at": row["issued_at"]}
                yield Change("poll_card", {name: old[name] for name in _KEYS} | void)
        # A card that this laptop replaced stays replaced, although the centre has not heard of it yet.
        if before is None or (before["state"] == CardState.ISSUED.value and not is_valid):
            yield Change("poll_card", row)


def _of_marks(session: Session, station_id: UUID, listed: list[Row], *, has_all: bool) -> Iterable[Change]:
    """Admitted here says the centre: by another laptop, or by this one, which may have undone it since. Only when
    the centre has every line of this one is it known which."""
    here = _rows(session, "voter_mark", key="entry_id")
    told = {row["entry_id"]: row for row in listed}
    for entry, row in told.items():
        if row["admitted_at"] and row["station_id"] == str(station_id) and not has_all:
            continue
        before = here.get(entry)
        is_own = before is not None and before["admitted_at"] and before["station_id"] == str(station_id)
        has_paper = row["admitted_at"] or row["postal_accepted_at"]
        if not is_own and before != row and (has_paper or before is not None):
            yield Change("voter_mark", row)
    for entry, before in here.items():
        is_own = before["station_id"] == str(station_id) and before["admitted_at"]
        has_paper = before["admitted_at"] or before["postal_accepted_at"]
        if entry not in told and has_paper and not is_own and not _is_own_letter(before, station_id):
            yield Change("voter_mark", before | dict.fromkeys(_GIVEN))


def _is_own_letter(mark: Mapping[str, Any], station_id: UUID) -> bool:
    """Accepted here: the centre may not have heard of it yet."""
    return bool(mark["postal_accepted_at"]) and mark["station_id"] == str(station_id)


def _rows(session: Session, name: str, key: str = "id") -> dict[str, Row]:
    table = Base.metadata.tables[name]
    return {
        str(row[key]): in_json(table, row)
        for row in (dict(one) for one in session.execute(select(table)).mappings())
    }
