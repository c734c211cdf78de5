"""How far each form has come: who read it, where two readings differ, what taking it in will do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from election.call.records import Election, Station
from election.paper_forms import rules
from election.paper_forms.records import (
    FormLine,
    FormReading,
    FormTaken,
    PaperForm,
    entries_by_number,
    forms,
    lines,
    readings,
    taken,
)
from election.paper_forms.rules import Piles, ReadLine, State, differences, roll_number
from election.roll.records import RollEntry
from election.roll.station_list import ListedVoter, listed
from registry.findings import Term


@dataclass(frozen=True, slots=True)
class FormNow:
    """One form. `first` and `second` are the two latest readings of two different people, the later one last."""

    form: PaperForm
    state: State
    first: FormReading | None
    second: FormReading | None
    first_lines: Mapping[int, ReadLine]
    second_lines: Mapping[int, ReadLine]
    differing: tuple[int, ...]
    taken: FormTaken | None

    @property
    def piles(self) -> tuple[Piles, Piles]:
        """What each of the two read at the foot of the form."""
        return piles_of(self.first), piles_of(self.second)

    @property
    def do_piles_differ(self) -> bool:
        first, second = self.piles
        return self.second is not None and first != second

    def own_piles(self, official: UUID) -> Piles:
        return next(
            (piles_of(one) for one in (self.first, self.second) if one is not None and one.by == official), Piles()
        )

    def own_lines(self, official: UUID) -> Mapping[int, ReadLine] | None:
        """What this person read, if it is one of the two that are compared."""
        for reading, read in ((self.first, self.first_lines), (self.second, self.second_lines)):
            if reading is not None and reading.by == official:
                return read
        return None


def forms_now(session: Session, election: Election, every: Sequence[PaperForm]) -> list[FormNow]:
    """These forms with their readings compared."""
    read = readings(session, election, [form.id for form in every])
    pairs = {form.id: _two_latest(read.get(form.id, [])) for form in every}
    wanted = [one.id for pair in pairs.values() for one in pair if one is not None]
    written, done = lines(session, election, wanted), taken(session, election)
    return [_now(form, *pairs[form.id], written, done.get(form.id)) for form in every]


def forms_at(session: Session, election: Election, station: Station) -> list[FormNow]:
    return forms_now(session, election, forms(session, election, station.id))


def form_now(session: Session, election: Election, form: PaperForm) -> FormNow:
    return forms_now(session, election, [form])[0]


def doubts(session: Session, election: Election, form: PaperForm, read: Iterable[ReadLine]) -> dict[int, Term]:
    """What is odd about lines as they were read, by line: said at once, and kept as read if it stands there."""
    every = [line for line in read if not line.is_blank]
    numbers = {line.number: roll_number(line) for line in every}
    entries = entries_by_number(session, election, {number for number in numbers.values() if number is not None})
    seen: set[int] = set()
    found: dict[int, Term] = {}
    for line in every:
        number = numbers[line.number]
        entry = entries.get(number) if number is not None else None
        doubt = _doubt(form, line, entry)
        if doubt is None and number in seen:
            doubt = rules.TWICE_HERE
        if doubt is not None:
            found[line.number] = doubt
        if number is not None:
            seen.add(number)
    return found


def _doubt(form: PaperForm, line: ReadLine, entry: RollEntry | None) -> Term | None:
    if not line.typed:
        return rules.NO_NUMBER
    if entry is None:
        return rules.UNKNOWN_NUMBER
    if entry.struck_at is not None or not entry.may_vote:
        return rules.NO_VOTER
    if entry.station_id is not None and entry.station_id != form.station_id:
        return rules.OTHER_STATION
    return None


def _two_latest(read: Sequence[FormReading]) -> tuple[FormReading | None, FormReading | None]:
    """The latest reading, and the latest of somebody else; the earlier one first."""
    if not read:
        return None, None
    last = read[-1]
    other = next((one for one in reversed(read) if one.by != last.by), None)
    return (other, last) if other is not None else (last, None)


def _now(
    form: PaperForm,
    first: FormReading | None,
    second: FormReading | None,
    written: Mapping[UUID, Sequence[FormLine]],
    done: FormTaken | None,
) -> FormNow:
    one, two = (_lines(written.get(reading.id, ())) if reading else {} for reading in (first, second))
    differing = tuple(differences(one, two)) if second is not None else ()
    if form.is_void:
        state = State.VOID
    elif done is not None:
        state = State.TAKEN
    elif first is None:
        state = State.UNREAD
    elif second is None:
        state = State.READ_ONCE
    else:
        state = State.DIFFER if differing or piles_of(first) != piles_of(second) else State.AGREED
    return FormNow(form, state, first, second, one, two, differing, done)


def piles_of(reading: FormReading | None) -> Piles:
    return Piles(reading.exchanged, reading.returned) if reading is not None else Piles()


def _lines(rows: Iterable[FormLine]) -> dict[int, ReadLine]:
    return {row.number: ReadLine(row.number, row.typed, row.clock) for row in rows}


def named(session: Session, election: Election, read: Iterable[ReadLine]) -> dict[int, ListedVoter]:
    """Whom each line means, as a station may see them, by line."""
    numbers = {line.number: roll_number(line) for line in read}
    entries = entries_by_number(session, election, {number for number in numbers.values() if number is not None})
    ids = {entry.id for entry in entries.values()}
    shown = {one.number: one for one in listed(session, election, RollEntry.id.in_(ids))} if ids else {}
    return {line: shown[number] for line, number in numbers.items() if number is not None and number in shown}
