"""The office's inbox: every case that was sent, what it waits for, and what must be done first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from election.call import clock
from election.call.records import Election
from election.candidacy.bench import Bench
from election.candidacy.bench_records import bench_among
from election.candidacy.checks import Check, facts_of_all
from election.candidacy.deadlines import Deadlines, deadlines
from election.candidacy.office_records import failed_mails, steps_of
from election.candidacy.records import Candidacy, candidacies
from election.candidacy.rules import OPEN_STATES, State, StepKind, is_late
from registry.findings import Term


class Waits(StrEnum):
    """What a case waits for, in the order in which the office should look at it."""

    SECOND_PERSON = "second_person"
    COMPLAINT = "complaint"
    TIME_IS_UP = "time_is_up"
    DECISION = "decision"
    LATE = "late"
    LOOK_AGAIN = "look_again"
    CANDIDATE = "candidate"
    NOTHING = "nothing"


WAITS_NAMES: Mapping[Waits, Term] = {
    Waits.SECOND_PERSON: Term("Indstillet til afvisning: en anden skal bekræfte"),
    Waits.COMPLAINT: Term("Klage: valgbestyrelsen skal afgøre den"),
    Waits.TIME_IS_UP: Term("Tiden til at rette er gået: afgør anmeldelsen"),
    Waits.DECISION: Term("Afgør anmeldelsen"),
    Waits.LATE: Term("Kom for sent: afgør anmeldelsen"),
    Waits.LOOK_AGAIN: Term("Godkendt, men noget har ændret sig: se efter"),
    Waits.CANDIDATE: Term("Kandidaten skal rette"),
    Waits.NOTHING: Term("–"),
}
FOR_THE_OFFICE = tuple(one for one in Waits if one not in (Waits.CANDIDATE, Waits.NOTHING))
_ORDER = {one: place for place, one in enumerate(Waits)}


@dataclass(frozen=True, slots=True)
class Line:
    """One case in the inbox. `days_left` to mend: None where nothing waits, negative once the time is up."""

    row: Candidacy
    waits: Waits
    days_left: int | None
    findings: tuple[Check, ...]
    failed_mails: int

    @property
    def is_for_the_office(self) -> bool:
        return self.waits in FOR_THE_OFFICE


@dataclass(frozen=True, slots=True)
class Inbox:
    """`lines` by what must be done first; `counts` of every state."""

    lines: tuple[Line, ...]
    counts: Mapping[State, int]
    until: Deadlines
    bench: Bench

    @property
    def to_do(self) -> int:
        return sum(line.is_for_the_office for line in self.lines)

    @property
    def undecided(self) -> int:
        return sum(self.counts.get(state, 0) for state in OPEN_STATES)

    def shown(self, wanted: str) -> tuple[Line, ...]:
        """The lines of a state, those the office must do something about (`todo`), or all."""
        if wanted == "todo":
            return tuple(line for line in self.lines if line.is_for_the_office)
        if wanted in frozenset(State):
            return tuple(line for line in self.lines if line.row.in_state is State(wanted))
        return self.lines


def inbox_of(session: Session, election: Election) -> Inbox:
    """Every case but drafts, which nobody but the candidate sees."""
    rows = candidacies(session, election)
    until, now = deadlines(session, election), clock.now(election)
    facts, steps, failed = (
        facts_of_all(session, election, rows),
        steps_of(session, rows),
        failed_mails(session, rows),
    )
    lines = []
    for row in rows:
        findings = facts[row.id].findings if row.in_state in _LOOKED_AT else ()
        step = steps[row.id][-1].of_kind if steps[row.id] else None
        waits = waits_for(row, step, findings, now, until)
        lines.append(Line(row, waits, days_left(row, now, until), findings, failed.get(row.id, 0)))
    lines.sort(key=lambda line: (_ORDER[line.waits], not line.failed_mails, line.row.sent_at, line.row.number))
    counts = Counter(row.in_state for row in rows)
    return Inbox(tuple(lines), counts, until, bench_among(rows, election))


_LOOKED_AT = OPEN_STATES | {State.LATE, State.ACCEPTED}


def waits_for(
    row: Candidacy, last: StepKind | None, findings: Sequence[Check], now: datetime, until: Deadlines
) -> Waits:
    """What must happen next. The time to mend binds the candidate; a late one waits as long as it is undecided."""
    if row.refusal_proposed_by is not None:
        return Waits.SECOND_PERSON
    match row.in_state:
        case State.REFUSED if last is StepKind.COMPLAINED:
            return Waits.COMPLAINT
        case State.RETURNED:
            return Waits.TIME_IS_UP if is_late(now, until.cure_until) else Waits.CANDIDATE
        case State.SUBMITTED:
            return Waits.DECISION
        case State.LATE:
            return Waits.LATE
        case State.ACCEPTED if row.struck_at is None and any(check.kind == "bad" for check in findings):
            return Waits.LOOK_AGAIN
    return Waits.NOTHING


def days_left(row: Candidacy, now: datetime, until: Deadlines) -> int | None:
    """Whole days, by the calendar, until the last time to mend defects; None where nothing is waiting."""
    if row.in_state not in OPEN_STATES:
        return None
    if is_late(now, until.cure_until):
        return -1
    return (clock.local(until.cure_until).date() - clock.local(now).date()).days


def say_days(days: int | None) -> str:
    """How much time is left, in words."""
    if days is None:
        return "–"
    if days < 0:
        return _("tiden er gået")
    if not days:
        return _("i dag")
    return _("1 dag") if days == 1 else _("%(days)s dage", days=days)
