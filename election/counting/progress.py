"""How far the count is: who has entered, what differs, what comes next. What is not agreed shows no figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from election.call.records import Election, Station
from election.call.rules import Phase
from election.candidacy.records import accepted
from election.counting.assembly import Unit, form_of, units
from election.counting.count_now import counted_now
from election.counting.records import (
    Tally,
    assignments,
    counts,
    latest_result,
    settlements,
    tallies,
    tally_history,
)
from election.counting.resting import has_changed_since
from election.counting.rules import CountKind, Form, check_sums, differing_rows
from registry.accounts.records import names


class EntryState(StrEnum):
    NOT_ENTERED = "not_entered"
    ENTERED = "entered"
    RETURNED = "returned"
    AGREED = "agreed"


class NextStep(StrEnum):
    ENTER = "enter"
    ENTER_OTHER = "enter_other"
    COUNT_AGAIN = "count_again"
    ENTER_AGAIN = "enter_again"
    EXPLAIN = "explain"
    SETTLE = "settle"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class EntryProgress:
    """One of the two tallies of a station: whose it is and where it stands, never what it says."""

    entry: int
    state: EntryState
    official_id: UUID | None
    official_name: str


@dataclass(frozen=True, slots=True)
class CountProgress:
    """The two tallies of a station. `differing` names rows; `adds_up` is told only when the two are the same."""

    kind: CountKind
    entries: tuple[EntryProgress, EntryProgress]
    differing: tuple[str, ...]
    adds_up: bool
    is_agreed: bool
    was_entered: bool = False
    """Something was entered once, also where both persons were released from their entries since."""

    @property
    def is_begun(self) -> bool:
        return self.was_entered or any(one.state is not EntryState.NOT_ENTERED for one in self.entries)

    @property
    def needs_supervisor(self) -> bool:
        return bool(self.differing) or not self.adds_up

    def entry(self, number: int) -> EntryProgress:
        return self.entries[number - 1]

    def entered_by(self, official_id: UUID) -> int | None:
        """Which of the two this person has entered, if any."""
        return next((one.entry for one in self.entries if one.official_id == official_id), None)


@dataclass(frozen=True, slots=True)
class UnitProgress:
    unit: Unit
    counts: Mapping[CountKind, CountProgress]
    settled_at: datetime | None
    next_step: NextStep

    @property
    def station(self) -> Station:
        return self.unit.station

    @property
    def name(self) -> str:
        return " + ".join(member.name for member in self.unit.members)

    @property
    def count_under_way(self) -> CountProgress:
        """The final count once it has begun, else the preliminary one."""
        final = self.counts[CountKind.FINAL]
        return final if final.is_begun else self.counts[CountKind.PRELIMINARY]


@dataclass(frozen=True, slots=True)
class LotAsked:
    """The draw that the count waits for: between exactly these, for so many places."""

    purpose: str
    among: tuple[str, ...]
    names: Mapping[str, str]
    places: int
    cite: str
    text_da: str
    text_en: str


def progress(session: Session, election: Election) -> list[UnitProgress]:
    """Every station that counts, in order, with its next step."""
    form, settled = form_of(session, election), settlements(session, election)
    live = {(t.station_id, t.kind, t.entry): t for t in tallies(session, election)}
    agreed = counts(session, election)
    found = []
    for unit in units(session, election):
        by_kind = {
            kind: _count(session, election, form, unit.station.id, kind, live, (unit.station.id, kind) in agreed)
            for kind in CountKind
        }
        settlement = settled.get(unit.settled_as)
        step = _next_step(unit, by_kind, is_settled=settlement is not None)
        found.append(UnitProgress(unit, by_kind, settlement.at if settlement else None, step))
    return found


def _count(
    session: Session,
    election: Election,
    form: Form,
    station_id: UUID,
    kind: CountKind,
    live: Mapping[tuple[UUID, str, int], Tally],
    is_agreed: bool,
) -> CountProgress:
    who = assignments(session, election, station_id, kind)
    was_entered = bool(tally_history(session, election, station_id, kind))
    called = names(session, election.municipality, who.values())
    own = [live.get((station_id, kind, entry)) for entry in (1, 2)]

    def state_of(entry: int) -> EntryState:
        if is_agreed:
            return EntryState.AGREED
        if own[entry - 1] is not None:
            return EntryState.ENTERED
        return EntryState.RETURNED if entry in who else EntryState.NOT_ENTERED

    one, other = own
    both = one is not None and other is not None and not is_agreed
    differing: tuple[str, ...] = ()
    adds_up = True
    if both:
        assert one is not None
        assert other is not None
        differing = differing_rows(form, one.figures, other.figures)
        adds_up = bool(differing) or not check_sums(form, one.figures)
    first, second = (
        EntryProgress(entry, state_of(entry), who.get(entry), called.get(who[entry], "") if entry in who else "")
        for entry in (1, 2)
    )
    return CountProgress(kind, (first, second), differing, adds_up, is_agreed, was_entered)


def _next_step(unit: Unit, by_kind: Mapping[CountKind, CountProgress], *, is_settled: bool) -> NextStep:
    final = by_kind[CountKind.FINAL]
    count = final if final.is_begun else by_kind[CountKind.PRELIMINARY]
    states = {one.state for one in count.entries}
    counts_as_nothing = unit.count is None and unit.figures is not None  # its papers are gone
    if not count.is_agreed and not counts_as_nothing:
        if count.needs_supervisor:
            return NextStep.COUNT_AGAIN
        if EntryState.RETURNED in states:
            return NextStep.ENTER_AGAIN
        return NextStep.ENTER_OTHER if EntryState.ENTERED in states else NextStep.ENTER
    if unit.unexplained:
        return NextStep.EXPLAIN
    return NextStep.DONE if is_settled else NextStep.SETTLE


def is_ready(every: list[UnitProgress]) -> bool:
    """Whether nothing but a lot can keep the result from being determined."""
    return bool(every) and all(one.next_step is NextStep.DONE for one in every)


def is_open_for_counting(election: Election) -> bool:
    """Tallies may be entered: also after a preliminary result, for the final count."""
    return election.in_phase in (Phase.COUNTING, Phase.COUNTED)


def has_more_than_the_result(session: Session, election: Election, every: list[UnitProgress]) -> bool:
    """Whether there is no result yet, or one of its stations is or has been counted again since."""
    kept = latest_result(session, election)
    return kept is None or has_changed_since(session, election, kept, [one.unit for one in every])


def lot_asked(session: Session, election: Election, every: list[UnitProgress]) -> LotAsked | None:
    """The draw that the count asks for now; None while stations are missing, or when no draw is needed."""
    if not is_open_for_counting(election) or not is_ready(every):
        return None
    document = counted_now(session, election)
    asked = document.get("lot_required") if document is not None else None
    if document is None or not isinstance(asked, dict):
        return None
    purpose, places, among = str(asked["for"]), int(asked["places"]), tuple(asked["among"])
    tie = _step_about(document["steps"], among)
    called = {c.label: c.ballot_name for c in accepted(session, election)}
    return LotAsked(
        purpose=purpose,
        among=among,
        names={one: called.get(one, one) for one in among},
        places=len(among) if purpose == "substitute-order" else places,
        cite=str(asked["cite"]),
        text_da=tie["text_da"],
        text_en=tie["text_en"],
    )


def _step_about(steps: Any, among: tuple[str, ...]) -> Any:
    """The step that names exactly those tied; what was beyond dispute may be told after it."""
    named = [step for step in steps if set(step["figures"].get("tied", ())) == set(among)]
    return (named or steps)[-1]
