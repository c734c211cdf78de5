"""Corrections of the frozen roll, person by person, up to and on election day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import uuid4

from election.call.gate import ElectionWork, election_act
from election.call.records import stations
from election.roll import findings as say
from election.roll.districts import StationFinder
from election.roll.records import RollEntry, entry_by_index, highest_number, roll_of
from registry.database import search_key, sort_key
from registry.findings import Refused, Term
from registry.keys import Cell


class CorrectionKind(StrEnum):
    LATE_ADD = "late_add"
    MOVED = "moved"
    DEAD = "dead"
    CITIZENSHIP = "citizenship"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class LatePerson:
    """What the office types about somebody who is added after the roll was frozen."""

    first_names: str
    surname: str
    born_on: date
    address: str = ""
    postal_code: str = ""
    city: str = ""
    is_protected: bool = False
    group: str | None = None
    polling_district: str = ""


@election_act("roll.correct", needs_reason=True, needs_second=True)
def correct(work: ElectionWork, kind: CorrectionKind, cpr: str, person: LatePerson | None = None) -> int:
    """Add one person to the frozen roll, or strike one. Returns the roll number.

    A death or a move strikes; a late addition adds; a changed citizenship and an error do what the roll
    does not say yet. The struck row stays. (KRVL § 12 borrowed)
    """
    roll = roll_of(work.session, work.election, for_update=True)
    if roll is None or not roll.is_frozen:
        raise Refused(say.ROLL_NOT_FROZEN)
    index = work.keyring.blind_index(cpr)
    entry = entry_by_index(work.session, work.election, index)
    is_on = entry is not None and entry.struck_at is None and entry.may_vote
    adds = kind is CorrectionKind.LATE_ADD or (
        kind in (CorrectionKind.CITIZENSHIP, CorrectionKind.ERROR) and not is_on
    )
    if adds and is_on:
        raise Refused(say.ALREADY_ON_ROLL)
    if not adds and (entry is None or not is_on):
        raise Refused(say.NOT_ON_ROLL)
    if adds:
        entry = _add_late(work, cpr, index, entry, person)
    else:
        assert entry is not None
        entry.struck_at, entry.struck_kind = work.act.at, kind.value
    work.note(kind=kind.value, entry=str(entry.id))
    return entry.number


def _add_late(
    work: ElectionWork, cpr: str, index: bytes, entry: RollEntry | None, person: LatePerson | None
) -> RollEntry:
    if entry is not None:
        entry.struck_at = entry.struck_kind = None
        entry.may_vote, entry.added_late_at = True, work.act.at
        return entry
    if person is None or not f"{person.first_names}{person.surname}".strip():
        raise Refused(say.NO_PERSON_DATA)
    where = StationFinder(work.election, stations(work.session, work.election))
    station = where(person.polling_district)
    if station is None and where.is_own_station:
        raise Refused(say.DISTRICT_WITHOUT_STATION, districts=person.polling_district or Term("(intet distrikt)"))
    entry_id = uuid4()
    added = RollEntry(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=entry_id,
        election_id=work.election.id,
        number=highest_number(work.session, work.election) + 1,
        cpr_sealed=work.keyring.seal(cpr, Cell("roll_entry", "cpr", entry_id)),
        cpr_index=index,
        first_names=person.first_names,
        surname=person.surname,
        name_sort_key=sort_key(f"{person.surname} {person.first_names}"),
        name_search_key=search_key(f"{person.first_names} {person.surname}"),
        born_on=person.born_on,
        address=person.address,
        postal_code=person.postal_code,
        city=person.city,
        is_protected=person.is_protected,
        may_vote=True,
        may_stand=False,
        cite=work.election.regulation.right_to_vote.origin.source,
        group=person.group if work.election.regulation.has_reserved_seats else None,
        station_id=station.id if station else None,
        polling_district=person.polling_district,
        added_late_at=work.act.at,
    )
    work.session.add(added)
    work.session.flush()
    return added
