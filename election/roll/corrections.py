"""Corrections of the frozen roll, person by person, up to and on election day.

Each is a row that stays, with kind, reason and two people, beside what it does to the entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from election.call.clock import shown
from election.call.gate import ElectionWork, election_act
from election.call.records import stations
from election.roll import findings as say
from election.roll.districts import StationFinder
from election.roll.look_alikes import LookAlikes, look_alikes
from election.roll.objection_records import demand_upheld
from election.roll.records import (
    Roll,
    RollCorrection,
    RollEntry,
    entry_by_index,
    highest_number,
    roll_of,
)
from election.roll.rules import age_on
from election.roll.traces import paper_given
from registry.database import search_key, sort_key
from registry.findings import Refused, Term
from registry.free_text import holds_cpr
from registry.keys import Cell
from registry.regulation.calendar import instant


class CorrectionKind(StrEnum):
    LATE_ADD = "late_add"
    MOVED_IN = "moved_in"
    MOVED = "moved"
    DEAD = "dead"
    CITIZENSHIP = "citizenship"
    ERROR = "error"


class Effect(StrEnum):
    """What a correction does to the roll."""

    ADDED = "added"
    STRUCK = "struck"
    RESTORED = "restored"


KIND_NAMES = {
    CorrectionKind.LATE_ADD: Term("Tilføjet sent"),
    CorrectionKind.MOVED_IN: Term("Flyttet til kommunen"),
    CorrectionKind.MOVED: Term("Flyttet fra kommunen"),
    CorrectionKind.DEAD: Term("Død"),
    CorrectionKind.CITIZENSHIP: Term("Ændret statsborgerskab"),
    CorrectionKind.ERROR: Term("Fejl på listen"),
}
EFFECT_NAMES = {
    Effect.ADDED: Term("Tilføjet"),
    Effect.STRUCK: Term("Slettet"),
    Effect.RESTORED: Term("Sat på igen"),
}
STRIKES = (CorrectionKind.MOVED, CorrectionKind.DEAD, CorrectionKind.CITIZENSHIP, CorrectionKind.ERROR)
ADDS = (CorrectionKind.LATE_ADD, CorrectionKind.MOVED_IN, CorrectionKind.CITIZENSHIP, CorrectionKind.ERROR)
_WITH_A_DEADLINE = (CorrectionKind.LATE_ADD, CorrectionKind.MOVED_IN)


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

    @property
    def name(self) -> str:
        return f"{self.first_names} {self.surname}".strip()


@dataclass(frozen=True, slots=True)
class Why:
    """What stands on record about a correction beside its kind."""

    reason: str
    is_another_person: bool = False
    objection_id: UUID | None = None


@election_act("roll.correct", needs_reason=True, needs_second=True)
def correct(
    work: ElectionWork,
    kind: CorrectionKind,
    cpr: str,
    person: LatePerson | None = None,
    *,
    is_another_person: bool = False,
    objection_id: UUID | None = None,
) -> int:
    """Add one person to the frozen roll, or strike one. Returns the roll number.

    A death or a move strikes; a late addition and somebody who moved in add; a changed citizenship and an
    error do what the roll does not say yet. The struck row stays, and so does every correction.
    `is_another_person`: two people have seen that whoever looks alike is somebody else. (KRVL § 12 borrowed)
    """
    demand_frozen(work)
    index = work.keyring.blind_index(cpr)
    entry = entry_by_index(work.session, work.election, index)
    why = Why(work.act.reason, is_another_person, objection_id)
    is_on = entry is not None and is_on_roll(entry)
    adds = kind in (CorrectionKind.LATE_ADD, CorrectionKind.MOVED_IN) or (kind in ADDS and not is_on)
    if not adds:
        if entry is None:
            raise Refused(say.NOT_ON_ROLL)
        return strike(work, entry, kind, why).number
    return add(work, kind, cpr, index, entry, person, why).number


@election_act("roll.correct", needs_reason=True, needs_second=True)
def correct_entry(
    work: ElectionWork,
    entry_id: UUID,
    kind: CorrectionKind,
    effect: Effect,
    *,
    objection_id: UUID | None = None,
) -> int:
    """Strike an entry or put it back, as the official saw it: a page that is out of date does nothing else.

    (KRVL § 12 borrowed)
    """
    demand_frozen(work)
    entry = work.session.get(
        RollEntry, (work.scope.municipality, work.scope.council, entry_id), with_for_update=True
    )
    if entry is None or entry.election_id != work.election.id:
        raise Refused(say.NO_SUCH_ENTRY, status=404)
    why = Why(work.act.reason, objection_id=objection_id)
    if effect is Effect.STRUCK and kind in STRIKES:
        return strike(work, entry, kind, why).number
    if effect is Effect.RESTORED and kind in ADDS:
        return restore(work, entry, kind, why).number
    raise Refused(say.KIND_DOES_NOT_FIT)


def demand_frozen(work: ElectionWork) -> Roll:
    roll = roll_of(work.session, work.election, for_update=True)
    if roll is None or not roll.is_frozen:
        raise Refused(say.ROLL_NOT_FROZEN)
    return roll


def is_on_roll(entry: RollEntry) -> bool:
    """Stands there with the right to vote."""
    return entry.struck_at is None and entry.may_vote


def strike(work: ElectionWork, entry: RollEntry, kind: CorrectionKind, why: Why) -> RollEntry:
    """The entry stays and is struck; a paper that was given stays given."""
    if not is_on_roll(entry):
        raise Refused(say.NOT_ON_ROLL)
    entry.struck_at, entry.struck_kind = work.act.at, kind.value
    keep(work, entry, kind, Effect.STRUCK, why)
    return entry


def restore(work: ElectionWork, entry: RollEntry, kind: CorrectionKind, why: Why) -> RollEntry:
    """Somebody who stood on the roll, or could only stand for election, may vote (again)."""
    if is_on_roll(entry):
        raise Refused(say.ALREADY_ON_ROLL)
    if kind in _WITH_A_DEADLINE:
        demand_in_time(work)
    entry.struck_at = entry.struck_kind = None
    entry.may_vote, entry.added_late_at = True, work.act.at
    keep(work, entry, kind, Effect.RESTORED, why)
    return entry


def add(
    work: ElectionWork,
    kind: CorrectionKind,
    cpr: str,
    index: bytes,
    entry: RollEntry | None,
    person: LatePerson | None,
    why: Why,
    *,
    may_stand: bool = False,
) -> RollEntry:
    """One more voter under the next number, or one who is there already put back. Raises Refused, LookAlikes."""
    if entry is not None:
        return restore(work, entry, kind, why)
    if kind in _WITH_A_DEADLINE:
        demand_in_time(work)
    if person is None or not person.name:
        raise Refused(say.NO_PERSON_DATA)
    demand_age(work, person.born_on)
    found = look_alikes(work.session, work.election, person.name, person.born_on, but=index)
    if found and not why.is_another_person:
        raise LookAlikes(say.LOOK_ALIKE, found)
    added = _new_entry(work, cpr, index, person, may_stand=may_stand)
    work.note(look_alikes=len(found))
    keep(work, added, kind, Effect.ADDED, why)
    return added


def demand_in_time(work: ElectionWork) -> None:
    """Nobody is added after the deadline, to the second; at the very second is in time.

    (regulation: roll.additions_until)
    """
    rule = work.election.regulation.roll.additions_until
    until = instant(rule.value, work.election.election_on)
    if is_after(work.act.at, until):
        raise Refused(say.ADDITIONS_CLOSED, at=shown(until), cite=rule.source)


def is_after(at: datetime, until: datetime) -> bool:
    """Later than the second in which a deadline ends."""
    return at.replace(microsecond=0) > until


def demand_age(work: ElectionWork, born_on: date) -> None:
    """(regulation: right_to_vote.minimum_age)"""
    rule = work.election.regulation.right_to_vote.minimum_age
    if age_on(born_on, work.election.election_on) < rule.value:
        raise Refused(say.TOO_YOUNG, born=f"{born_on:%d-%m-%Y}", age=rule.value, cite=rule.source)


def keep(work: ElectionWork, entry: RollEntry, kind: CorrectionKind, effect: Effect, why: Why) -> None:
    """The row of the correction, and what the log says of it: no name and no reason in clear."""
    if holds_cpr(why.reason):
        raise Refused(say.CPR_IN_TEXT)
    if why.objection_id is not None:
        demand_upheld(work.session, work.election, why.objection_id)
    is_after_paper = paper_given(work.session, work.election, entry.id) is not None
    work.session.add(
        RollCorrection(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=uuid4(),
            election_id=work.election.id,
            entry_id=entry.id,
            objection_id=why.objection_id,
            kind=kind.value,
            effect=effect.value,
            reason=why.reason.strip(),
            is_after_paper=is_after_paper,
            is_another_person=why.is_another_person,
            at=work.act.at,
            by=work.act.actor,
            cosigned_by=work.act.second_actor,
        )
    )
    work.note(kind=kind.value, effect=effect.value, entry=str(entry.id), is_after_paper=is_after_paper)


def _new_entry(work: ElectionWork, cpr: str, index: bytes, person: LatePerson, *, may_stand: bool) -> RollEntry:
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
        may_stand=may_stand,
        cite=work.election.regulation.right_to_vote.origin.source,
        group=person.group if work.election.regulation.has_reserved_seats else None,
        station_id=station.id if station else None,
        polling_district=person.polling_district,
        added_late_at=work.act.at,
    )
    work.session.add(added)
    work.session.flush()
    return added
