"""Putting people on the plan of a station and taking them off; the one-day codes with which they sign in there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from election.ballots.acts import station_of
from election.call.clock import local
from election.call.gate import ElectionWork, election_act
from election.call.records import Station, stations
from election.staffing import findings as say
from election.staffing.plan import examine, hours_in_words, is_candidate, role_against
from election.staffing.records import Duty, duties, end_passes, has_duties, passes_at, place_of, roles_on_duty
from election.staffing.rules import AT_A_STATION, LONGEST, Shift, at_once, may_work_at, pass_hours
from registry.accounts.acts import add_without_password, give_role
from registry.accounts.records import DayPass, holds_role, names, official
from registry.accounts.rules import ROLES_CLASH
from registry.act import Act, ActRecord, Installation
from registry.database import WHOLE_MUNICIPALITY, Scope, search_key
from registry.findings import Finding, Refused
from registry.roles import ROLE_NAMES, Role


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody who has no account yet. The CPR number is only to see that no candidate works at the polls."""

    name: str
    cpr: str | None = None


@dataclass(frozen=True, slots=True)
class MadePass:
    """A one-day code and its PIN, both hashed before they come here, so that no log can hold them."""

    official_id: UUID
    code_sha256: bytes
    pin_hash: str


@election_act("staffing.assign")
def assign(
    work: ElectionWork,
    station_id: UUID,
    person: UUID | NewPerson,
    role: Role,
    desk: str,
    from_at: datetime,
    until_at: datetime,
) -> UUID:
    """Give somebody a duty at a station. Whoever is new gets an account without a password, and only this role.

    Raises Refused R010, R670–R673. (KRVL §§ 16–17, 78a borrowed)
    """
    station = station_of(work, station_id)
    _demand_hours(work, role, from_at, until_at)
    official_id = _add(work, person) if isinstance(person, NewPerson) else person
    duty = _place(work, station, official_id, role, desk, from_at, until_at)
    work.note(station=station.code, duty=str(duty), official=str(official_id), role=role.value)
    return duty


@election_act("staffing.assign")
def assign_many(work: ElectionWork, station_id: UUID, text: str) -> int:
    """Take every line, or none. Returns how many duties. Raises Refused R676, which names all bad lines."""
    station = station_of(work, station_id)
    taken, problems = examine(work.session, work.election, station, text)
    if problems:
        raise Refused(say.LINES_WRONG, problems=" ".join(one.in_danish() for one in problems))
    added: dict[str, UUID] = {}
    for placed in taken:
        line, who = placed.line, placed.official
        if who is None:
            key = search_key(line.who)
            if key not in added:  # two lines with one new name are one person's two duties
                added[key] = _add(work, NewPerson(line.who))
            who = added[key]
        _place(work, station, who, line.role, line.desk, line.from_at, line.until_at)
    work.note(station=station.code, duties=len(taken), new_officials=len(added))
    return len(taken)


@election_act("staffing.end")
def end(work: ElectionWork, duty_id: UUID) -> int:
    """A duty ends; the row stays. Whoever has no other one at that station loses the code for it and is signed
    out there. Returns how many codes ended.
    """
    duty = work.session.get(Duty, (work.scope.municipality, work.scope.council, duty_id))
    if duty is None or duty.election_id != work.election.id or duty.ended_at is not None:
        raise Refused(say.NO_SUCH_DUTY)
    duty.ended_at, duty.ended_by = work.act.at, work.act.actor
    work.session.flush()
    station, ended = station_of(work, duty.station_id), 0
    if not roles_on_duty(work.session, work.election, station.id, duty.official_id):
        theirs = [
            one for one in passes_at(work.session, work.election, station) if one.official_id == duty.official_id
        ]
        ended = end_passes(work.session, theirs, work.act.at, work.act.actor)
    work.note(station=station.code, duty=str(duty_id), official=str(duty.official_id), codes_ended=ended)
    return ended


@election_act("staffing.make_passes", needs_second=True)
def make_passes(work: ElectionWork, station_id: UUID, made: tuple[MadePass, ...]) -> int:
    """One-day codes for people on the plan of a station; an earlier code of the same person there ends.

    By two, or one person alone could invent another and sign for both: the first gets the codes, the second the
    PINs (`codes.py`). Returns how many. Raises Refused R674, R687, R690, R797. (Regulation: two people sign)
    """
    station = station_of(work, station_id)
    from_at, until_at = pass_hours(work.election.election_on, work.election.regulation.polling.opens.value)
    if work.act.at >= until_at:
        raise Refused(say.DAY_IS_OVER)
    if not made:
        raise Refused(say.NO_CODES_NEEDED)
    wanted = {one.official_id for one in made}
    if not wanted <= {one.official_id for one in duties(work.session, work.election, station.id)}:
        raise Refused(say.NO_SUCH_DUTY)
    own = wanted & {work.act.actor, work.act.second_actor}
    if own:
        known = names(work.session, work.scope.municipality, own)
        raise Refused(say.OWN_PASS, name=", ".join(sorted(known.values())))
    held = [one for one in passes_at(work.session, work.election, station) if one.official_id in wanted]
    replaced = end_passes(work.session, held, work.act.at, work.act.actor)
    work.session.add_all(
        DayPass(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=work.new_id(),
            official_council=WHOLE_MUNICIPALITY,
            official_id=one.official_id,
            code_sha256=one.code_sha256,
            pin_hash=one.pin_hash,
            place=place_of(work.election, station),
            from_at=from_at,
            until_at=until_at,
            made_at=work.act.at,
            made_by=work.act.actor,
        )
        for one in made
    )
    work.note(station=station.code, codes=len(made), replaced=replaced)
    return len(made)


@election_act("staffing.fetch_pins")
def fetch_pins(work: ElectionWork, station_id: UUID, making: UUID, pins: int) -> int:
    """Put on record that the second of the two who made codes (`making` is that request) fetches the PINs.

    The page may send the sheet in the answer to this act, and only there. Raises Refused R796.
    """
    station, made = station_of(work, station_id), _making(work, making)
    if made is None or made.second_actor_id != work.act.actor:
        raise Refused(say.PINS_OF_ANOTHER, status=403)
    work.note(station=station.code, making=str(making), pins=pins)
    return pins


@election_act("staffing.fetch_codes")
def fetch_codes(work: ElectionWork, station_id: UUID, making: UUID, codes: int) -> int:
    """Put on record that the one who pressed fetches the sheet of codes. Raises Refused R794."""
    station, made = station_of(work, station_id), _making(work, making)
    if made is None or made.actor_id != work.act.actor:
        raise Refused(say.CODES_OF_ANOTHER, status=403)
    work.note(station=station.code, making=str(making), codes=codes)
    return codes


def made_before(installation: Installation, scope: Scope, act: Act) -> int | None:
    """How many codes this very person made under this request already; None where it was something else."""
    with installation.database.read() as session:
        made = session.get(ActRecord, (scope.municipality, scope.council, act.request_id))
    is_same = made is not None and made.name == "staffing.make_passes"
    same_people = made is not None and (made.actor_id, made.second_actor_id) == (act.actor, act.second_actor)
    return int(made.answer) if made is not None and is_same and same_people else None


def _making(work: ElectionWork, making: UUID) -> ActRecord | None:
    made = work.session.get(ActRecord, (work.scope.municipality, work.scope.council, making))
    return made if made is not None and made.name == "staffing.make_passes" else None


@election_act("staffing.end_pass")
def end_pass(work: ElectionWork, station_id: UUID, pass_id: UUID) -> int:
    """End a one-day code: it opens nothing any more, and who is signed in by it is signed out at once.

    A leader ends codes of the own station only. Returns how many ended.
    """
    station = station_of(work, station_id)
    demand_duty(work, station)
    found = [one for one in passes_at(work.session, work.election, station) if one.id == pass_id]
    if not found:
        raise Refused(say.NO_SUCH_PASS)
    work.note(station=station.code, day_pass=str(pass_id), official=str(found[0].official_id))
    return end_passes(work.session, found, work.act.at, work.act.actor)


class Place(Protocol):
    """A station, however it was read."""

    @property
    def id(self) -> UUID: ...
    @property
    def name(self) -> str: ...


def demand_duty(
    work: ElectionWork, station: Place, *, or_at: Place | None = None, are_there_any: bool | None = None
) -> None:
    """Who acts at a station is on its plan, once the election has a plan; so is whoever signs beside them, of
    whom a duty at `or_at` is enough as well. Raises Refused R675, R795.

    `are_there_any` spares the question whether there are duties at all, where somebody has just asked it.
    What was done on a station's own laptop has been done: it is not stopped afterwards. (KRVL § 17 borrowed)
    """
    act = work.act
    if work.is_told_again or (act.role not in AT_A_STATION and act.second_actor is None):
        return
    if not (has_duties(work.session, work.election) if are_there_any is None else are_there_any):
        return
    here = roles_on_duty(work.session, work.election, station.id, act.actor)
    if not may_work_at(True, here, act.role):
        raise Refused(say.NOT_ON_DUTY_HERE, status=403, station=station.name)
    if act.second_actor is not None and not _may_sign(work, act.second_actor, station, or_at):
        raise Refused(say.SECOND_NOT_ON_DUTY, status=403, station=station.name)


def _may_sign(work: ElectionWork, second: UUID, *places: Place | None) -> bool:
    """Whether the second person is of the office or the board, where these may do it, or on duty at a place."""
    if holds_role(work.session, work.scope, second, work.roles - AT_A_STATION):
        return True
    as_what = [role for role in work.roles & AT_A_STATION if holds_role(work.session, work.scope, second, {role})]
    here = [roles_on_duty(work.session, work.election, one.id, second) for one in places if one is not None]
    return any(may_work_at(True, roles, role) for roles in here for role in as_what)


def _demand_hours(work: ElectionWork, role: Role, from_at: datetime, until_at: datetime) -> None:
    day = work.election.election_on
    if role not in AT_A_STATION or local(from_at).date() != day or not timedelta() < until_at - from_at <= LONGEST:
        raise Refused(say.HOURS_WRONG, hours=LONGEST // timedelta(hours=1))


def _add(work: ElectionWork, person: NewPerson) -> UUID:
    index = work.keyring.blind_index(person.cpr) if person.cpr else None
    made = add_without_password(work.session, work.scope.municipality, person.name, work.act, cpr_index=index)
    return made.id


def _place(
    work: ElectionWork,
    station: Station,
    official_id: UUID,
    role: Role,
    desk: str,
    from_at: datetime,
    until_at: datetime,
) -> UUID:
    person = official(work.session, work.scope.municipality, official_id)
    if person is None or person.ended_at is not None:
        raise Refused(say.NO_SUCH_PERSON)
    if is_candidate(work.session, work.election, person.cpr_index):
        raise Refused(say.DUTY_OF_CANDIDATE, name=person.name)
    against = role_against(work.session, work.election, person.id, role)
    if against is not None:
        raise Refused(ROLES_CLASH, name=person.name, role=ROLE_NAMES[role], held=ROLE_NAMES[against])
    wanted = Shift(station.id, person.id, role, desk, from_at, until_at)
    other = at_once(wanted, (one.shift for one in duties(work.session, work.election)))
    if other is not None:
        names_of = {one.id: one.name for one in stations(work.session, work.election)}
        raise Refused.because(Finding(say.DUTY_ELSEWHERE, {"name": person.name} | hours_in_words(other, names_of)))
    give_role(work.session, work.scope, person.id, role, work.act)
    duty = Duty(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=work.new_id(),
        election_id=work.election.id,
        station_id=station.id,
        official_id=person.id,
        role=role.value,
        desk=desk,
        from_at=from_at,
        until_at=until_at,
        at=work.act.at,
        by=work.act.actor,
    )
    work.session.add(duty)
    work.session.flush()
    return duty.id
