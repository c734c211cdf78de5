"""How a station is staffed: the plan with its gaps, and what stands in the way of somebody who is to be added."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from election.call.clock import local
from election.call.records import Election, Station, stations
from election.candidacy.records import accepted
from election.staffing import findings as say
from election.staffing.records import Duty, duties, has_duties, passes_at, roles_on_duty
from election.staffing.rules import Gap, Line, Shift, at_once, desks_used, gaps, may_work_at, read_lines
from registry.accounts.records import DayPass, Official, grants, names, officials
from registry.accounts.rules import clash
from registry.database import search_key
from registry.findings import Finding
from registry.regulation.calendar import local_instant
from registry.roles import ROLE_NAMES, Role


@dataclass(frozen=True, slots=True)
class OnDuty:
    """One line of the plan. `code` is the one-day code that the person has for this station."""

    duty: Duty
    name: str
    username: str
    code: DayPass | None
    is_named_like_a_candidate: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """One station's people, and when too few of them are there."""

    station: Station
    people: tuple[OnDuty, ...]
    gaps: tuple[Gap, ...]
    desks: tuple[str, ...]

    @property
    def without_code(self) -> list[UUID]:
        return list(dict.fromkeys(one.duty.official_id for one in self.people if one.code is None))


@dataclass(frozen=True, slots=True)
class Placed:
    """A line that can be taken; `official` is None for somebody who is not known yet."""

    line: Line
    official: UUID | None


def hours_of_poll(election: Election) -> tuple[datetime, datetime]:
    polling, day = election.regulation.polling, election.election_on
    return local_instant(day, polling.opens.value), local_instant(day, polling.closes.value)


def plan_of(session: Session, election: Election, station: Station, every: Sequence[Duty] | None = None) -> Plan:
    """The plan of one station; `every` spares the question for the duties where several are shown."""
    held = [one for one in every if one.station_id == station.id] if every is not None else None
    return _plan(session, election, station, duties(session, election, station.id) if held is None else held)


def plans(session: Session, election: Election) -> list[Plan]:
    """Every station's plan in the order of the stations."""
    every = duties(session, election)
    return [plan_of(session, election, station, every) for station in stations(session, election)]


def _plan(session: Session, election: Election, station: Station, held: Sequence[Duty]) -> Plan:
    shifts = [one.shift for one in held]
    people = {one.id: one for one in officials(session, election.municipality)}
    left = names(session, election.municipality, {one.official_id for one in held} - people.keys())
    codes = {one.official_id: one for one in passes_at(session, election, station)}
    candidates = {search_key(one.ballot_name) for one in accepted(session, election)}
    rows = []
    for duty in held:
        person = people.get(duty.official_id)
        name = person.name if person else left.get(duty.official_id, "?")
        is_unknown = person is not None and person.cpr_index is None
        rows.append(
            OnDuty(
                duty,
                name,
                person.username if person else "",
                codes.get(duty.official_id),
                is_unknown and search_key(name) in candidates,
            )
        )
    return Plan(station, tuple(rows), tuple(gaps(shifts, *hours_of_poll(election))), tuple(desks_used(shifts)))


def looked_after(
    session: Session, election: Election, official_id: UUID, roles: Collection[Role]
) -> frozenset[UUID]:
    """The stations whose own things somebody with these roles may see: every one for whoever is not held to the
    plan, else where they are on duty.
    """
    known = has_duties(session, election)
    return frozenset(
        one.id
        for one in stations(session, election)
        if not known
        or any(may_work_at(known, roles_on_duty(session, election, one.id, official_id), role) for role in roles)
    )


def examine(
    session: Session, election: Election, station: Station, text: str
) -> tuple[list[Placed], list[Finding]]:
    """Which people the lines mean, and everything that is wrong with any of them."""
    lines, problems = read_lines(text, election.election_on)
    known = officials(session, election.municipality)
    held = [one.shift for one in duties(session, election)]
    candidates = _candidates(session, election)
    names_of = {one.id: one.name for one in stations(session, election)}
    taken: list[Placed] = []
    shifts: dict[str, list[Shift]] = {}
    for line in lines:
        found = _meant(line, known)
        if len(found) > 1:
            problems.append(Finding(say.LINE_NAMESAKES, {"line": line.number, "name": line.who}))
            continue
        person = found[0] if found else None
        # Somebody new has no id yet: what counts is that two lines name the same person.
        shift = _shift(line, station, person.id if person else UUID(int=0))
        mine = shifts.setdefault(str(person.id) if person else search_key(line.who), [])
        if problem := _against(session, election, line, person, shift, [*held, *mine], candidates, names_of):
            problems.append(problem)
        else:
            mine.append(shift)
            taken.append(Placed(line, person.id if person else None))
    return taken, sorted(problems, key=lambda one: int(one.facts["line"]))


def _meant(line: Line, known: Iterable[Official]) -> list[Official]:
    by_username = [one for one in known if one.username == line.who.lower()]
    return by_username or [one for one in known if search_key(one.name) == search_key(line.who)]


def _shift(line: Line, station: Station, official: UUID) -> Shift:
    return Shift(station.id, official, line.role, line.desk, line.from_at, line.until_at)


def _against(
    session: Session,
    election: Election,
    line: Line,
    person: Official | None,
    shift: Shift,
    held: list[Shift],
    candidates: frozenset[bytes],
    names_of: dict[UUID, str],
) -> Finding | None:
    facts: dict[str, str | int] = {"line": line.number, "name": person.name if person else line.who}
    other = at_once(shift, held)
    if other is not None:
        return Finding(say.LINE_ELSEWHERE, facts | hours_in_words(other, names_of))
    if person is None:
        return None
    if person.cpr_index in candidates:
        return Finding(say.LINE_CANDIDATE, facts)
    against = role_against(session, election, person.id, line.role)
    if against is not None:
        return Finding(say.LINE_ROLES_CLASH, facts | {"role": ROLE_NAMES[line.role], "held": ROLE_NAMES[against]})
    return None


def _candidates(session: Session, election: Election) -> frozenset[bytes]:
    return frozenset(one.cpr_index for one in accepted(session, election))


def is_candidate(session: Session, election: Election, cpr_index: bytes | None) -> bool:
    """Whether an official whose number is known here stands in the election. (KRVL §§ 16, 78a borrowed)"""
    return cpr_index is not None and cpr_index in _candidates(session, election)


def role_against(session: Session, election: Election, official: UUID, role: Role) -> Role | None:
    """A role of the official that nobody may hold together with this one."""
    return clash({one.role for one in grants(session, election.municipality, official)}, role)


def hours_in_words(shift: Shift, names_of: dict[UUID, str]) -> dict[str, str | int]:
    """The facts of a refusal that names another shift."""
    return {
        "station": names_of.get(shift.station_id, "?"),
        "from_clock": f"{local(shift.from_at):%H.%M}",
        "until_clock": f"{local(shift.until_at):%H.%M}",
    }
