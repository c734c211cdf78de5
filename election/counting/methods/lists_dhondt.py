"""Lists by D'Hondt: alliances, lists inside them, then the candidates of each list.

KRVL §§ 81–82 (seats), 85 (candidates side by side), 86 (party lists), 91 (substitutes).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from election.counting.methods import list_margins, person_steps
from election.counting.methods import list_steps as say
from election.counting.methods.inputs import Candidate, CandidateList, ListsDhondt
from election.counting.methods.list_candidates import beyond_dispute, party_list_order, seats_on_list
from election.counting.methods.list_seats import CITE as CITE_SEATS
from election.counting.methods.list_seats import ListSeats, seats_of_lists
from election.counting.methods.lots import Draws
from election.counting.methods.outcome import Decided, Lot, LotNeeded, LotRequired, Queue, Step
from election.counting.methods.ranking import Level, ids, tied_sets, without
from election.counting.methods.substitutes import line_up, line_up_in_order

CITE = "KRVL § 85"


@dataclass(slots=True)
class _Chosen:
    """The candidates while they are chosen: who is elected on which list, the first lot that is missing."""

    people: dict[str, Level]
    elected: dict[str, Level] = field(default_factory=dict)
    lot: LotNeeded | None = None
    steps: list[Step] = field(default_factory=list)

    def ask(self, lot: LotNeeded, tied: Level) -> None:
        if self.lot is None:
            self.lot = lot
            self.steps.append(person_steps.lot_needed(lot, tied))

    def rest(self, list_id: str) -> Level:
        return without(self.people[list_id], self.elected[list_id])


def count_lists_dhondt(given: ListsDhondt) -> Decided | LotRequired:
    """The result of an election with lists.

    KRVL § 81, § 82, § 85, § 86 and § 91.
    """
    draws = Draws(given.lots)
    shared = seats_of_lists(given, draws)
    if shared.unplaced:
        shared.steps.append(say.unplaced(shared.unplaced))
    if shared.lot is None:
        shared.steps.append(list_margins.between_lists(given, shared.seats, CITE_SEATS))
    if not given.candidates:
        unused = draws.unused(shared.is_tied_set, {})
        if shared.lot is not None:
            return _stopped(shared.lot, given, shared, None, unused)
        return _decided(given, shared, None, _Queues(), unused)
    chosen = _choose(given, shared, draws)
    queues = _Queues()
    if chosen.lot is None:
        queues = _line_up(given, shared, chosen, draws)
    unused = draws.unused(
        lambda names: _is_tied(names, given, shared, chosen), {c.id: c.votes for c in given.candidates}
    )
    if chosen.lot is not None:
        return _stopped(chosen.lot, given, shared, chosen, unused)
    return _decided(given, shared, chosen, queues, unused)


def _choose(given: ListsDhondt, shared: ListSeats, draws: Draws) -> _Chosen:
    """List by list. Where the list's own number of seats is in dispute, only what every outcome gives."""
    people: dict[str, list[Candidate]] = {one.id: [] for one in given.lists}
    for person in given.candidates:
        people[str(person.list_id)].append(person)
    chosen = _Chosen({one: tuple(standing) for one, standing in people.items()}, lot=shared.lot)
    for one in given.lists:
        fewest, most = shared.seats[one.id], shared.most[one.id]
        if fewest != most:
            chosen.elected[one.id] = beyond_dispute(one, chosen.people[one.id], fewest, most)
        else:
            chosen.elected[one.id] = _elect(one, fewest, chosen, draws)
    return chosen


def _elect(one: CandidateList, seats: int, chosen: _Chosen, draws: Draws) -> Level:
    people = chosen.people[one.id]
    if one.is_party_list:
        order = party_list_order(one, people, seats)
        elected = order.order[:seats]
        chosen.steps.append(say.elected_on_party_list(one, seats, order))
        chosen.steps.extend(list_margins.on_list(one, people, elected))
        return elected
    result = seats_on_list(one, people, seats)
    elected = result.certain
    if result.tied:
        drawn = draws.for_seats(ids(result.tied), result.places)
        if drawn is None:
            chosen.ask(LotNeeded("seat", ids(result.tied), result.places, CITE), result.tied)
            return elected
        chosen.steps.append(person_steps.lot_drawn(result.tied, drawn, result.places, CITE))
        by_id = {person.id: person for person in result.tied}
        elected += tuple(by_id[name] for name in drawn[: result.places])
    if seats:
        chosen.steps.append(say.elected_on_list(one, seats, elected))
    chosen.steps.extend(list_margins.on_list(one, people, elected))
    return elected


@dataclass(frozen=True, slots=True)
class _Queues:
    one: Queue | None = None
    by_list: dict[str, Queue] | None = None


def _line_up(given: ListsDhondt, shared: ListSeats, chosen: _Chosen, draws: Draws) -> _Queues:
    rule = given.substitutes
    if rule.order == "none":
        return _Queues()
    if rule.order == "votes":
        everyone = without(given.candidates, (one for won in chosen.elected.values() for one in won))
        queue = _queue_by_votes(everyone, given, chosen, draws, "")
        return _Queues(one=queue)
    by_list: dict[str, Queue] = {}
    for one in given.lists:
        if one.is_party_list:
            seats = shared.seats[one.id]
            rest = party_list_order(one, chosen.people[one.id], seats).order[seats:]
            queue = line_up_in_order(rest, rule)
            chosen.steps.append(person_steps.substitutes(rest, queue, list_id=one.id))
        else:
            found = _queue_by_votes(chosen.rest(one.id), given, chosen, draws, one.id)
            if found is None:
                return _Queues()
            queue = found
        by_list[one.id] = queue
    return _Queues(by_list=by_list)


def _queue_by_votes(people: Level, given: ListsDhondt, chosen: _Chosen, draws: Draws, of: str) -> Queue | None:
    """One queue; None when a lot is missing, which is asked for."""
    lined = line_up(people, given.substitutes, draws)
    if lined.lot is not None:
        chosen.ask(lined.lot, tuple(one for one in people if one.id in lined.lot.among))
        return None
    chosen.steps.extend(person_steps.order_drawn(level, drawn) for level, drawn in lined.drawn)
    chosen.steps.append(person_steps.substitutes(people, lined.queue, list_id=of))
    return lined.queue


def _is_tied(names: frozenset[str], given: ListsDhondt, shared: ListSeats, chosen: _Chosen) -> bool:
    pools = [*chosen.people.values(), *(chosen.rest(one.id) for one in given.lists)]
    if given.substitutes.order == "votes":
        pools.append(tuple(one for pool in pools[len(given.lists) :] for one in pool))
    return shared.is_tied_set(names) or names in tied_sets(pools)


def _elected_in_order(shared: ListSeats, chosen: _Chosen) -> tuple[str, ...]:
    """Each place of a list goes to its next candidate: the places in the order in which they were won."""
    waiting = {one: iter(people) for one, people in chosen.elected.items()}
    taken = (next(waiting[one], None) for one in shared.places)
    return tuple(person.id for person in taken if person is not None)


def _stopped(
    lot: LotNeeded, given: ListsDhondt, shared: ListSeats, chosen: _Chosen | None, unused: tuple[Lot, ...]
) -> LotRequired:
    return LotRequired(
        lot,
        steps=(*shared.steps, *(chosen.steps if chosen else ())),
        elected=_elected_in_order(shared, chosen) if chosen else None,
        seats_by_list=shared.seats,
        seats_by_alliance=shared.alliances if given.alliances else None,
        unused_lots=unused,
    )


def _decided(
    given: ListsDhondt, shared: ListSeats, chosen: _Chosen | None, queues: _Queues, unused: tuple[Lot, ...]
) -> Decided:
    has_vacancies = bool(chosen) or bool(shared.unplaced)
    return Decided(
        steps=(*shared.steps, *(chosen.steps if chosen else ())),
        elected=_elected_in_order(shared, chosen) if chosen else None,
        substitutes=queues.one,
        substitutes_by_list=queues.by_list,
        vacant={"open": shared.unplaced} if has_vacancies else None,
        seats_by_list=shared.seats,
        seats_by_alliance=shared.alliances if given.alliances else None,
        unused_lots=unused,
    )
