"""From the extract to the frozen roll. What changes after that stands in corrections.py."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from uuid import UUID, uuid4

from sqlalchemy import delete, insert

from election.call.gate import ElectionWork, election_act
from election.call.records import Election, Station, stations
from election.roll import findings as say
from election.roll.districts import StationFinder
from election.roll.records import (
    Roll,
    RollEntry,
    RollRefusal,
    entries,
    roll_of,
)
from election.roll.rules import RollDecision, RollJudge, facts_of
from registry.database import search_key, sort_key
from registry.findings import Refused, Term
from registry.keys import Cell
from registry.regulation.country_sets import shipped_country_sets
from registry.residents.acts import Imported
from registry.residents.acts import import_extract as store_extract
from registry.residents.extract import read_extract
from registry.residents.records import Resident, forget, latest_extract, residents

_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class RollFigures:
    """residents = may_vote + everyone in `refused`; `by_station` is empty with free choice of station."""

    residents: int
    may_vote: int
    may_stand: int
    refused: dict[str, int]
    groups: dict[str, int]
    by_station: dict[str, int]


@dataclass(frozen=True, slots=True)
class Frozen:
    sha256: str
    may_vote: int


@election_act("roll.import_extract")
def import_extract(work: ElectionWork, data: bytes, accept_good_rows: bool = False) -> Imported:
    """Read an extract and keep it as a new dated snapshot. One bad row refuses the whole file, unless
    `accept_good_rows` says otherwise, which the log records. (contracts/residents.md)
    """
    _demand_open(work)
    report = read_extract(data, extract_date=work.election.extract_on)
    if report.problems and not (accept_good_rows and report.rows):
        raise Refused(say.EXTRACT_REFUSED, number=len(report.problems))
    work.note(accepted_good_rows=bool(report.problems))
    return store_extract(work, data, work.election.extract_on, report)


@election_act("roll.draw_up")
def draw_up(work: ElectionWork) -> RollFigures:
    """Decide every resident of the newest extract, each with reason code and section.

    A roll that was drawn up before and is not frozen is replaced.
    """
    _demand_open(work)
    election, scope = work.election, work.scope
    extract = latest_extract(work.session, scope)
    if extract is None or extract.forgotten_at is not None:
        raise Refused(say.NO_EXTRACT)
    _remove_draft(work)  # before the residents are read: it makes the session read again what it holds
    where = StationFinder(election, stations(work.session, election))
    sorting = [
        (sort_key(f"{person.surname} {person.first_names}"), person.born_on, person.cpr_index, person, decision)
        for person, decision in _decisions(election, residents(work.session, extract))
    ]
    sorting.sort(key=lambda row: row[:3])
    on_roll: list[Mapping[str, object]] = []
    refused: list[Mapping[str, object]] = []
    figures = Counter[str]()
    missing: set[str] = set()
    groups, by_station, reasons = Counter[str](), Counter[str](), Counter[str]()
    for key, _, _, person, decision in sorting:
        if not decision.may_vote:
            reasons[str(decision.reason)] += 1
        if not (decision.may_vote or decision.may_stand):
            refused.append(_refusal_values(work, person, decision))
            continue
        station = where(person.polling_district)
        if station is None and where.is_own_station:
            missing.add(person.polling_district or Term("(intet distrikt)"))
        entry = _entry_values(work, person, decision, len(on_roll) + 1, key, station)
        on_roll.append(entry)
        figures["may_vote"] += decision.may_vote
        figures["may_stand"] += decision.may_stand
        if decision.may_vote:
            if decision.group is not None:
                groups[decision.group] += 1
            if station is not None:
                by_station[station.name] += 1
    if missing:
        raise Refused(say.DISTRICT_WITHOUT_STATION, districts=", ".join(sorted(missing)))
    for table, rows in ((RollEntry, on_roll), (RollRefusal, refused)):
        for start in range(0, len(rows), _CHUNK):
            work.session.execute(insert(table), rows[start : start + _CHUNK])
    answer = RollFigures(
        len(sorting),
        figures["may_vote"],
        figures["may_stand"],
        dict(sorted(reasons.items())),
        dict(sorted(groups.items())),
        dict(sorted(by_station.items())),
    )
    work.session.add(
        Roll(
            municipality=scope.municipality,
            council=scope.council,
            id=uuid4(),
            election_id=election.id,
            extract_id=extract.id,
            drawn_up_at=work.act.at,
            figures=asdict(answer),
        )
    )
    work.note(figures=asdict(answer))
    return answer


@election_act("roll.freeze", needs_second=True)
def freeze(work: ElectionWork) -> Frozen:
    """Freeze the roll by two people. From here on countries are gone, and of those who are not on the roll
    only a keyed fingerprint and the reason code remain. (KRVL §§ 8–10 borrowed; contracts/residents.md)
    """
    roll = roll_of(work.session, work.election, for_update=True)
    if roll is None:
        raise Refused(say.NO_ROLL)
    if roll.is_frozen:
        raise Refused(say.ROLL_IS_FROZEN)
    if not roll.figures["may_vote"]:
        raise Refused(say.NOBODY_MAY_VOTE)
    roll.sha256 = _hash(work)
    roll.frozen_at, roll.frozen_by, roll.approved_by = work.act.at, work.act.actor, work.act.second_actor
    gone = forget(work.session, work.scope, work.act.at)
    work.note(sha256=roll.sha256, figures=roll.figures, residents_forgotten=gone)
    return Frozen(roll.sha256, int(roll.figures["may_vote"]))


def _demand_open(work: ElectionWork) -> None:
    roll = roll_of(work.session, work.election, for_update=True)
    if roll is not None and roll.is_frozen:
        raise Refused(say.ROLL_IS_FROZEN)


def _decisions(election: Election, people: Iterable[Resident]) -> Iterator[tuple[Resident, RollDecision]]:
    judge = RollJudge(election.regulation, election.election_on, shipped_country_sets())
    for person in people:
        yield person, judge(facts_of(person))


def _remove_draft(work: ElectionWork) -> None:
    for table in (RollEntry, RollRefusal, Roll):
        work.session.execute(
            delete(table).where(
                table.municipality == work.scope.municipality,
                table.council == work.scope.council,
                table.election_id == work.election.id,
            )
        )
    work.session.expire_all()


def _refusal_values(work: ElectionWork, person: Resident, decision: RollDecision) -> Mapping[str, object]:
    return {
        "municipality": work.scope.municipality,
        "council": work.scope.council,
        "id": uuid4(),
        "election_id": work.election.id,
        "cpr_index": person.cpr_index,
        "reason": str(decision.reason),
        "cite": decision.cite,
    }


def _entry_values(
    work: ElectionWork,
    person: Resident,
    decision: RollDecision,
    number: int,
    key: str,
    station: Station | None,
) -> Mapping[str, object]:
    entry_id = uuid4()
    cpr = work.keyring.unseal(person.cpr_sealed, Cell("resident", "cpr", person.id))
    return {
        "municipality": work.scope.municipality,
        "council": work.scope.council,
        "id": entry_id,
        "election_id": work.election.id,
        "number": number,
        "cpr_sealed": work.keyring.seal(cpr, Cell("roll_entry", "cpr", entry_id)),
        "cpr_index": person.cpr_index,
        "first_names": person.first_names,
        "surname": person.surname,
        "name_sort_key": key,
        "name_search_key": search_key(f"{person.first_names} {person.surname}"),
        "born_on": person.born_on,
        "address": person.address,
        "postal_code": person.postal_code,
        "city": person.city,
        "is_protected": person.is_protected,
        "may_vote": decision.may_vote,
        "may_stand": decision.may_stand,
        "cite": decision.cite,
        "group": decision.group,
        "station_id": station.id if station else None,
        "polling_district": person.polling_district,
        "added_late_at": None,
        "struck_at": None,
        "struck_kind": None,
    }


def _hash(work: ElectionWork) -> str:
    """SHA-256 over what the printed list shows and who may do what, line by line in roll order."""
    codes: dict[UUID, str] = {s.id: s.code for s in stations(work.session, work.election)}
    total = hashlib.sha256()
    for entry in entries(work.session, work.election):
        line = [
            entry.number,
            entry.first_names,
            entry.surname,
            entry.born_on.isoformat(),
            entry.may_vote,
            entry.may_stand,
            entry.group,
            codes.get(entry.station_id) if entry.station_id else None,
        ]
        total.update(json.dumps(line, ensure_ascii=False).encode() + b"\n")
    return total.hexdigest()
