"""Personal votes: most votes win, on reserved seats first, then on open seats.

KRVL § 85 (order of votes, lot by the election board on a tie); reserved seats by the council's regulation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from election.counting.methods import person_steps as say
from election.counting.methods.inputs import Candidate, PersonalVotes, Reservation, SubstituteRule
from election.counting.methods.lots import Draws
from election.counting.methods.outcome import Decided, Lot, LotNeeded, LotRequired, PassedOver, Queue, Step
from election.counting.methods.person_margins import CITE, margins
from election.counting.methods.ranking import Level, ids, levels, tied_sets, without
from election.counting.methods.reserved_seats import GroupSeats, SeatPlan, plan_seats
from election.counting.methods.substitutes import line_up


@dataclass(slots=True)
class _Filling:
    """The seats while they are filled: who sits where, what was said, the first lot that is missing."""

    reserved: dict[str, list[Candidate]] = field(default_factory=dict)
    open: list[Candidate] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    lot: LotNeeded | None = None

    @property
    def by_reservation(self) -> list[Candidate]:
        return [one for winners in self.reserved.values() for one in winners]

    @property
    def elected(self) -> list[Candidate]:
        return self.by_reservation + self.open

    def ask(self, lot: LotNeeded, tied: Level) -> None:
        """Only the first missing lot is asked for: one at a time."""
        if self.lot is None:
            self.lot = lot
            self.steps.append(say.lot_needed(lot, tied))


def count_personal_votes(given: PersonalVotes) -> Decided | LotRequired:
    """The result of an election by personal votes.

    KRVL § 85.
    """
    opening = (say.votes_cast(given.candidates, given.seats, CITE),)
    return fill_seats(
        given.candidates, given.seats, given.reservation, given.substitutes, Draws(given.lots), opening
    )


def fill_seats(
    candidates: tuple[Candidate, ...],
    seats: int,
    reservation: Reservation,
    rule: SubstituteRule,
    draws: Draws,
    opening: tuple[Step, ...],
) -> Decided | LotRequired:
    """Seats, then substitutes, for candidates whose votes are known.

    KRVL § 85 and § 91.
    """
    plan = plan_seats(candidates, seats, reservation)
    filling = _Filling(steps=list(opening))
    for group in plan.groups:
        _fill_reserved(group, filling, draws)
    _fill_open(plan, filling, draws)
    rest = without(candidates, filling.elected)
    queues = _Queues()
    if filling.lot is None:
        filling.steps.extend(margins(plan, filling.reserved, filling.open, rest))
        queues = _line_up(candidates, rest, plan, rule, filling, draws)
    unused = _unused(candidates, filling, rest, draws)
    elected = ids(filling.elected)
    if filling.lot is not None:
        return LotRequired(filling.lot, tuple(filling.steps), elected, unused_lots=unused)
    over = _passed_over(filling, rest) if reservation.seats else None
    if over:
        filling.steps.append(say.passed_over(over, candidates))
    return Decided(
        steps=tuple(filling.steps),
        elected=elected,
        substitutes=queues.one,
        substitutes_by_group=queues.by_group,
        vacant=_vacant(plan, reservation),
        passed_over=over,
        unused_lots=unused,
    )


def _fill_reserved(group: GroupSeats, filling: _Filling, draws: Draws) -> None:
    winners = list(group.cut.certain)
    tied, places = group.cut.tied, group.cut.places
    cite = f"reserved_seats.{group.group}"
    filling.reserved[group.group] = winners
    if tied and not group.is_open_to_lot:
        filling.steps.append(say.tie_without_effect(tied, cite))
        winners.extend(tied[:places])
    elif tied:
        drawn = draws.for_seats(ids(tied), places)
        if drawn is None:
            filling.ask(LotNeeded("seat", ids(tied), places, CITE), tied)
        else:
            filling.steps.append(say.lot_drawn(tied, drawn, places, CITE))
            winners.extend(_in_order(tied, drawn[:places]))
    filling.steps.append(say.reserved_filled(group, winners))


def _fill_open(plan: SeatPlan, filling: _Filling, draws: Draws) -> None:
    opened = plan.open
    by_reservation = filling.by_reservation
    for level in opened.whole_levels:
        filling.open.extend(without(level, by_reservation))
    if opened.places and filling.lot is None:
        tied = without(opened.last_level, by_reservation)
        drawn = draws.for_seats(ids(tied), opened.places)
        if drawn is None:
            filling.ask(LotNeeded("seat", ids(tied), opened.places, CITE), tied)
        else:
            filling.steps.append(say.lot_drawn(tied, drawn, opened.places, CITE))
            filling.open.extend(_in_order(tied, drawn[: opened.places]))
    if opened.seats:
        filling.steps.append(say.open_filled(opened.seats, filling.open, opened.unfilled, CITE))


def _in_order(people: Level, drawn: Sequence[str]) -> list[Candidate]:
    by_id = {one.id: one for one in people}
    return [by_id[one] for one in drawn]


@dataclass(frozen=True, slots=True)
class _Queues:
    one: Queue | None = None
    by_group: dict[str, Queue] | None = None


def _line_up(
    candidates: tuple[Candidate, ...],
    rest: Level,
    plan: SeatPlan,
    rule: SubstituteRule,
    filling: _Filling,
    draws: Draws,
) -> _Queues:
    """One queue, or one for each group; nobody without a group stands in a group's queue."""
    if rule.order == "none":
        return _Queues()
    lines: dict[str, Level] = {"": rest}
    if rule.order == "within-group":
        named = [one.group for one in plan.groups] + [one.group for one in candidates if one.group is not None]
        lines = {group: tuple(one for one in rest if one.group == group) for group in named}
    queues: dict[str, Queue] = {}
    for group, people in lines.items():
        lined = line_up(people, rule, draws)
        if lined.lot is not None:
            filling.ask(lined.lot, tuple(one for one in people if one.id in lined.lot.among))
            return _Queues()
        queues[group] = lined.queue
        filling.steps.extend(say.order_drawn(level, drawn) for level, drawn in lined.drawn)
        filling.steps.append(say.substitutes(people, lined.queue, group))
    if rule.order == "within-group":
        return _Queues(by_group=queues)
    return _Queues(one=queues[""])


def _passed_over(filling: _Filling, rest: Level) -> tuple[PassedOver, ...]:
    """Everyone not elected with more votes than the one elected by reservation with the fewest."""
    seated = [(one, group) for group, winners in filling.reserved.items() for one in winners]
    if not seated:
        return ()
    fewest, group = min(seated, key=lambda pair: pair[0].votes)
    above = [one for level in levels(rest) for one in level if one.votes > fewest.votes]
    return tuple(PassedOver(one.id, fewest.id, f"reserved_seats.{group}") for one in above)


def _vacant(plan: SeatPlan, reservation: Reservation) -> dict[str, int]:
    vacant = {one.group: 0 if reservation.unfilled_become_open else one.unfilled for one in plan.groups}
    vacant["open"] = plan.open.unfilled
    return vacant


def _unused(candidates: tuple[Candidate, ...], filling: _Filling, rest: Level, draws: Draws) -> tuple[Lot, ...]:
    pools = [candidates, without(candidates, filling.by_reservation), rest]
    groups = {one.group for one in candidates if one.group is not None}
    for group in groups:
        pools.extend(tuple(one for one in pool if one.group == group) for pool in (candidates, rest))
    return draws.unused(tied_sets(pools).__contains__, {one.id: one.votes for one in candidates})
