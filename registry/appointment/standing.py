"""Where the case stands: who is proposed for which kind of seat, what was decided, and who must wait and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy.orm import Session

from registry.appointment.records import (
    AppointmentCase,
    AppointmentDecision,
    Nominee,
    decisions,
    line_up,
    nominees,
)
from registry.appointment.rules import Candidate, Ruling, free_places, next_in_line, why_not_now
from registry.councils.records import CouncilTerm, SeatGroup, groups, people, seats
from registry.councils.rules import GroupRule, deviations
from registry.findings import Finding


@dataclass(frozen=True, slots=True)
class Proposed:
    """Somebody in the case. `waits` says why a substitute's turn has not come; None when it has."""

    nominee: Nominee
    name: str
    group: SeatGroup
    decision: AppointmentDecision | None
    waits: Finding | None
    is_proposed: bool
    """Whether the case recommends this person: everybody but those who are out and substitutes who wait."""

    @property
    def is_substitute(self) -> bool:
        return self.nominee.rank is not None

    @property
    def ruling(self) -> Ruling | None:
        return Ruling(self.decision.ruling) if self.decision else None

    @property
    def is_seated(self) -> bool:
        return self.nominee.seated_at is not None

    @property
    def is_open(self) -> bool:
        """Whether a decision can be recorded about this person now."""
        return not self.is_seated and (self.waits is None or self.decision is not None)

    @property
    def on_behalf_of(self) -> str:
        """Who proposes this person: as it was typed, else whoever the regulation names; "-" when nobody does."""
        return self.nominee.on_behalf_of or self.group.nominated_by


@dataclass(frozen=True, slots=True)
class GroupStanding:
    """One kind of seat with its people; `people` are those for its seats, then come the substitutes."""

    group: SeatGroup
    seats: int
    people: tuple[Proposed, ...]
    substitutes: tuple[Proposed, ...]

    @property
    def taken(self) -> int:
        return sum(one.is_proposed for one in (*self.people, *self.substitutes))

    @property
    def free(self) -> int:
        return max(0, self.seats - self.taken)


@dataclass(frozen=True, slots=True)
class CaseStanding:
    groups: tuple[GroupStanding, ...]
    deviations: tuple[Finding, ...]
    """How the council would differ from its regulation if everybody proposed were appointed."""

    @property
    def everybody(self) -> tuple[Proposed, ...]:
        return tuple(one for group in self.groups for one in (*group.people, *group.substitutes))

    @property
    def waiting_for_a_seat(self) -> tuple[Proposed, ...]:
        """Appointed, but not seated yet."""
        return tuple(one for one in self.everybody if one.ruling is Ruling.APPOINTED and not one.is_seated)


def standing(session: Session, council: CouncilTerm, of: AppointmentCase) -> CaseStanding:
    """The case as it stands now."""
    names = {key: person.name for key, person in people(session, council.scope).items()}
    ruled, line = decisions(session, of), line_up(of, session, names)
    kinds = groups(session, council)
    by_id = {group.id: group for group in kinds}
    recommended = _recommended(list(line.values()))
    found = []
    for one in nominees(session, of):
        candidate, decision = line.get(one.id), ruled.get(one.id)
        waits = why_not_now(candidate, list(line.values())) if candidate else None
        is_out = decision is not None and decision.ruling != Ruling.APPOINTED
        is_proposed = candidate in recommended if candidate else not is_out
        found.append(Proposed(one, names[one.person_id], by_id[one.group_id], decision, waits, is_proposed))
    sizes = Counter(seat.group_id for seat in seats(session, council))
    rows = tuple(
        GroupStanding(
            group,
            sizes[group.id],
            tuple(p for p in found if p.group is group and not p.is_substitute),
            tuple(p for p in found if p.group is group and p.is_substitute),
        )
        for group in kinds
    )
    rules = [GroupRule(row.group.code, row.group.name, row.seats, row.group.has_vote) for row in rows]
    members = {row.group.code: row.taken for row in rows}
    return CaseStanding(rows, deviations(council.legal_size, rules, members))


def _recommended(line: list[Candidate]) -> list[Candidate]:
    """The elected who are not out, the substitutes who are appointed, and the next ones for the places left."""
    chosen = [one for one in line if not one.is_out and (one.is_elected or one.ruling is Ruling.APPOINTED)]
    for queue in {one.queue for one in line}:
        own = [one for one in line if one.queue == queue]
        waiting = sorted((one for one in own if one.rank and one.ruling is None), key=lambda one: one.rank or 0)
        free = free_places(queue, own)
        # Substitutes whom the regulation ranks equal are not chosen between here: that is the body's choice.
        while free > 0 and waiting and len(turn := next_in_line(queue, waiting)) <= free:
            chosen += turn
            free -= len(turn)
            waiting = waiting[len(turn) :]
    return chosen
