"""Paper forms are made, read by two, and taken into the list by the leader and a second person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from uuid import UUID

from election.ballots.acts import station_of
from election.ballots.rules import ballot_types, type_of_voter
from election.call.clock import shown
from election.call.gate import ElectionWork, election_act
from election.call.records import Station
from election.paper_forms import rules as say
from election.paper_forms.records import (
    FormLine,
    FormReading,
    FormTaken,
    PaperForm,
    entries_by_number,
    form_of,
    next_number,
    readings,
)
from election.paper_forms.rules import DESK, Piles, ReadLine, State, as_read, looks_like_cpr, mended, roll_number
from election.paper_forms.standing import FormNow, form_now, piles_of
from election.polling import findings
from election.polling.at_station import demand_leader, demand_on_this_computer, station_name
from election.polling.conflicts import ConflictKind, PollingConflict
from election.polling.events import write_event
from election.polling.records import closing, mark, mark_of, opening
from election.polling.rules import EventKind
from election.roll.records import RollEntry
from election.staffing.acts import demand_duty
from registry.findings import Refused
from registry.one_person import is_one_of


@dataclass(frozen=True, slots=True)
class Reading:
    """How the form stands after it was read, and on which lines the two readings differ."""

    state: State
    differing: tuple[int, ...]
    do_piles_differ: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What a form brought: voters marked, and lines that became a conflict. Together the papers handed out."""

    marked: int
    conflicts: int
    exchanged: int = 0
    returned: int = 0


@election_act("paper_forms.make")
def make(work: ElectionWork, station_id: UUID, count: int, line_count: int = say.LINES) -> list[int]:
    """Number so many empty forms for a station. Returns their numbers, which run through the whole election."""
    station = station_of(work, station_id)
    demand_duty(work, station)
    if not 1 <= count <= say.MOST_FORMS or not 1 <= line_count <= say.MOST_LINES:
        raise Refused(say.IMPOSSIBLE_NUMBER, forms=say.MOST_FORMS, lines=say.MOST_LINES)
    shut = closing(work.session, station)
    if shut is not None and not work.act.reason.strip():
        raise Refused(say.STATION_IS_SHUT, station=station.name, at=shown(shut.at))
    first = next_number(work.session, work.election)
    numbers = list(range(first, first + count))
    for number in numbers:
        work.session.add(
            PaperForm(
                municipality=work.scope.municipality,
                council=work.scope.council,
                id=work.new_id(),
                election_id=work.election.id,
                station_id=station.id,
                number=number,
                line_count=line_count,
                at=work.act.at,
                by=work.act.actor,
                is_void=False,
            )
        )
    work.note(station=station.code, first=first, forms=count)
    return numbers


@election_act("paper_forms.void")
def void(work: ElectionWork, form_ids: tuple[UUID, ...]) -> int:
    """These forms are spoiled or were never used. One that somebody has read needs a reason. Returns how many."""
    done = 0
    for form_id in form_ids:
        form = _form(work, form_id)
        now = form_now(work.session, work.election, form)
        if now.state is State.VOID:
            continue
        if now.taken is not None:
            raise Refused(say.IS_TAKEN, number=form.number, at=shown(now.taken.at))
        if now.state is not State.UNREAD and not work.act.reason.strip():
            raise Refused(say.HAS_READINGS, number=form.number)
        form.is_void = True
        done += 1
    work.note(forms=done)
    return done


@election_act("paper_forms.read")
def read(
    work: ElectionWork,
    form_id: UUID,
    lines: tuple[ReadLine, ...],
    filled: int | None = None,
    piles: Piles = Piles(),  # noqa: B008 - a frozen value
) -> Reading:
    """What one person reads from a form, alone. Where two people differ, each may read just those lines again.

    `filled` is the number of lines that the reader counted on the sheet: a line that was skipped shows at once.
    `piles` stand at its foot; they are read again only where the two differ about them.
    """
    form = _form(work, form_id)
    now = form_now(work.session, work.election, form)
    _demand_unfinished(now)
    _demand_another_person(work, form)
    _demand_no_cpr(lines)
    if not piles.are_possible:
        raise Refused(say.PILE_IMPOSSIBLE, most=say.MOST_IN_A_PILE)
    given = [as_read(line.number, line.typed, line.clock) for line in lines]
    _demand_lines(form, given)
    own = now.own_lines(work.act.actor)
    if own is not None:
        if now.state is State.READ_ONCE:
            raise Refused(say.READ_BY_YOU, number=form.number)
        if {line.number for line in given} != set(now.differing):
            raise Refused(say.READ_THESE_LINES, lines=", ".join(map(str, now.differing)))
        kept = mended(own, given)
        if not now.do_piles_differ:
            piles = now.own_piles(work.act.actor)
    else:
        kept = mended({}, given)
        if filled is not None and filled != len(kept):
            raise Refused(say.OTHER_TOTAL, typed=len(kept), filled=filled)
    _keep(work, form, list(kept.values()), piles)
    work.session.flush()
    after = form_now(work.session, work.election, form)
    work.note(form=form.number, lines=len(kept), state=after.state.value)
    return Reading(after.state, after.differing, after.do_piles_differ)


@election_act("paper_forms.take", needs_second=True)
def take(work: ElectionWork, form_id: UUID) -> Taken:
    """Leader and second person take a form that two have read alike into the list: each line is one paper.

    Each line becomes an admission, whoever it is: the paper was handed out, and it lies in the box with the
    others. That holds also for a number that fits nobody: had it been counted as doubtful, the ledger would
    look for an envelope that does not exist. What does not fit becomes a conflict, settled before the book is
    signed. What came back while the station worked on paper is counted as if it had come back at a desk; whoever
    gave a paper back stays marked. (KRVL §§ 52–54 borrowed)
    """
    demand_leader(work)
    form = _form(work, form_id)
    station = station_of(work, form.station_id)
    work.writer = f"station/{station.code}"
    demand_on_this_computer(work, station.id)
    if opening(work.session, station) is None:
        raise Refused(findings.STATION_NOT_OPEN, station=station.name)
    now = form_now(work.session, work.election, form)
    if now.taken is not None:
        raise Refused(say.IS_TAKEN, number=form.number, at=shown(now.taken.at))
    if now.state is not State.AGREED:
        raise Refused(say.NOT_AGREED, number=form.number)
    piles = piles_of(now.second)
    if not now.second_lines and not piles.papers:
        raise Refused(say.NOTHING_READ, number=form.number)
    numbers = {line.number: roll_number(line) for line in now.second_lines.values()}
    wanted = {number for number in numbers.values() if number is not None}
    entries = entries_by_number(work.session, work.election, wanted)
    conflicts = 0
    for line in now.second_lines.values():
        number = numbers[line.number]
        conflicts += _admit(work, station, form, line, entries.get(number) if number is not None else None)
    _take_piles(work, station, form, piles, entries.values())
    answer = Taken(len(now.second_lines) - conflicts, conflicts, piles.exchanged or 0, piles.returned or 0)
    work.session.add(
        FormTaken(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=work.new_id(),
            election_id=work.election.id,
            form_id=form.id,
            marked=answer.marked,
            conflicts=answer.conflicts,
            at=work.act.at,
            by=work.act.actor,
            cosigned_by=work.act.second_actor,
        )
    )
    work.note(station=station.code, form=form.number, **asdict(answer))
    return answer


def _take_piles(
    work: ElectionWork, station: Station, form: PaperForm, piles: Piles, entries: Iterable[RollEntry]
) -> None:
    """The papers that came back, one event each. Which kind of paper is told by the form's voters, where all have
    the same one; else by people: the foot of the form does not say it.
    """
    if not piles.papers:
        return
    where = f"papirskema {form.number}"
    types = ballot_types(work.election)
    if len(types) > 1:
        types = tuple({type_of_voter(work.election, entry.group) or "" for entry in entries})
    if len(types) != 1:
        stands = (
            f"{where[0].upper()}{where[1:]}: {piles.exchanged or 0} ombyttet, {piles.returned or 0} tilbage ubrugt"
        )
        _put_down(
            work, station, ConflictKind.UNKNOWN, None, stands, "Slagsen kan ikke ses. Registrer dem ved bordet"
        )
        return
    for kind, number in ((EventKind.EXCHANGE, piles.exchanged), (EventKind.RETURN_UNUSED, piles.returned)):
        for _ in range(number or 0):
            write_event(work, station.id, kind, DESK, None, ground=where, ballot_type=types[0])


def _admit(work: ElectionWork, station: Station, form: PaperForm, line: ReadLine, entry: RollEntry | None) -> bool:
    """One line: mark the voter, count the paper. Whether it became a conflict."""
    where = f"papirskema {form.number} linje {line.number}"
    kind, elsewhere = _trouble(work, station, entry)
    if entry is not None and kind is not ConflictKind.DOUBLE:
        mark(work.session, work.scope, entry.id, station.id, DESK, admitted_at=work.act.at)
    paper = (type_of_voter(work.election, entry.group) or "") if entry is not None else ""
    write_event(
        work,
        station.id,
        EventKind.ADMIT,
        DESK,
        entry.id if entry is not None else None,
        ground=where,
        ballot_type=paper,
    )
    if kind is None:
        return False
    stands = " ".join(
        part for part in (line.typed or "uden nummer", f"kl. {line.clock}" if line.clock else "") if part
    )
    _put_down(work, station, kind, entry, f"{where[0].upper()}{where[1:]}: {stands}", elsewhere)
    return True


def _put_down(
    work: ElectionWork, station: Station, kind: ConflictKind, entry: RollEntry | None, here: str, elsewhere: str
) -> None:
    """A conflict, for the leader to settle."""
    work.session.add(
        PollingConflict(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=work.new_id(),
            election_id=work.election.id,
            station_id=station.id,
            entry_id=entry.id if entry is not None else None,
            kind=kind.value,
            here=here,
            elsewhere=elsewhere,
            at=work.act.at,
        )
    )


def _trouble(work: ElectionWork, station: Station, entry: RollEntry | None) -> tuple[ConflictKind | None, str]:
    """What does not fit about a line, and what had happened elsewhere, in words."""
    if entry is None:
        return ConflictKind.UNKNOWN, ""
    before = mark_of(work.session, work.election, entry.id)
    if before is not None and before.postal_accepted_at is not None:
        return ConflictKind.DOUBLE, f"Brevstemme godkendt {shown(before.postal_accepted_at)}"
    if before is not None and before.admitted_at is not None:
        place = f"{station_name(work, before.station_id)}, bord {before.desk or '?'}"
        return ConflictKind.DOUBLE, f"{place}, {shown(before.admitted_at)}"
    if entry.struck_at is not None or not entry.may_vote:
        return ConflictKind.STRUCK, f"Slettet {shown(entry.struck_at)}" if entry.struck_at else ""
    if entry.station_id is not None and entry.station_id != station.id:
        return ConflictKind.MOVED, f"Hører til {station_name(work, entry.station_id)}"
    return None, ""


def _form(work: ElectionWork, form_id: UUID) -> PaperForm:
    found = form_of(work.session, work.election, form_id)
    if found is None:
        raise Refused(say.NO_SUCH_FORM, status=404)
    demand_duty(work, station_of(work, found.station_id))
    return found


def _demand_unfinished(now: FormNow) -> None:
    if now.state is State.VOID:
        raise Refused(say.IS_VOID, number=now.form.number)
    if now.taken is not None:
        raise Refused(say.IS_TAKEN, number=now.form.number, at=shown(now.taken.at))
    if now.state is State.AGREED:
        raise Refused(say.AGREED_ALREADY, number=now.form.number)


def _demand_another_person(work: ElectionWork, form: PaperForm) -> None:
    """Two readings are of two people: another account of somebody who has read the form reads nothing."""
    before = {one.by for one in readings(work.session, work.election, [form.id]).get(form.id, [])}
    if is_one_of(work.session, work.scope.municipality, work.act.actor, before - {work.act.actor}):
        raise Refused(say.READ_BY_YOU, number=form.number)


def _demand_no_cpr(typed: tuple[ReadLine, ...]) -> None:
    """What is read is kept, shown and put into a conflict for others to read."""
    for line in typed:
        if looks_like_cpr(line):
            raise Refused(say.LOOKS_LIKE_CPR, line=line.number)


def _demand_lines(form: PaperForm, given: list[ReadLine]) -> None:
    for line in given:
        if not 1 <= line.number <= form.line_count:
            raise Refused(say.NOT_ON_THE_FORM, number=form.number, line=line.number)
        if max(len(line.typed), len(line.clock)) > say.LONGEST:
            raise Refused(say.TOO_LONG, line=line.number)


def _keep(work: ElectionWork, form: PaperForm, kept: list[ReadLine], piles: Piles) -> None:
    attempts = readings(work.session, work.election, [form.id]).get(form.id, [])
    own = {"municipality": work.scope.municipality, "council": work.scope.council, "election_id": work.election.id}
    reading = FormReading(
        **own,
        id=work.new_id(),
        form_id=form.id,
        attempt=len(attempts) + 1,
        at=work.act.at,
        by=work.act.actor,
        exchanged=piles.exchanged,
        returned=piles.returned,
    )
    work.session.add(reading)
    numbers = {roll_number(line) for line in kept}
    entries = entries_by_number(work.session, work.election, {one for one in numbers if one is not None})
    for line in kept:
        entry = entries.get(roll_number(line) or -1)
        work.session.add(
            FormLine(
                **own,
                id=work.new_id(),
                reading_id=reading.id,
                number=line.number,
                entry_id=entry.id if entry is not None else None,
                typed=line.typed,
                clock=line.clock,
            )
        )
