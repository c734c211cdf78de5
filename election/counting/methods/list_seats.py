"""How many seats each list has: alliances first, then inside each alliance."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from election.counting.methods import list_steps as say
from election.counting.methods.highest_quotients import Contender, are_exactly_tied, order_of_places, share_out
from election.counting.methods.inputs import ListsDhondt, alliance_id
from election.counting.methods.list_shares import contests, lists_taking_part, rooms_of, with_tied
from election.counting.methods.lots import Draws
from election.counting.methods.outcome import AllianceSeats, LotNeeded, Step

CITE = "KRVL § 81(2)"
CITE_INSIDE = "KRVL § 82"


@dataclass(slots=True)
class ListSeats:
    """Seats by list while they are shared out. `most` is what a list can end with after missing lots."""

    seats: dict[str, int] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)
    alliances: tuple[AllianceSeats, ...] = ()
    places: list[str] = field(default_factory=list)
    unplaced: int = 0
    lot: LotNeeded | None = None
    contests: list[tuple[list[Contender], dict[str, int]]] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def is_tied_set(self, names: frozenset[str]) -> bool:
        """Whether exactly these had equal quotients in one of the contests."""
        return any(are_exactly_tied(names, contenders, seats) for contenders, seats in self.contests)


def seats_of_lists(given: ListsDhondt, draws: Draws) -> ListSeats:
    """Seats for the lists and alliances.

    KRVL § 81 and § 82.
    """
    result = ListSeats()
    result.steps.append(say.votes_of_lists(given, lists_taking_part(given), CITE))
    rooms = rooms_of(given)
    outer, inside = contests(given, rooms)
    outer_seats, outer_most, drawn = _share(outer, given.seats, draws, result, CITE)
    outer_places = order_of_places(outer, outer_seats, drawn) if given.candidates else []
    result.seats = {one.id: 0 for one in given.lists}
    result.most = dict(result.seats)
    turns: dict[str, deque[str]] = {}
    for name, members in inside.items():
        if len(members) == 1:
            result.seats[members[0].id] = outer_seats[name]
            result.most[members[0].id] = outer_most[name]
            turns[name] = deque([members[0].id] * outer_seats[name] if given.candidates else [])
            continue
        contenders = [Contender(one.id, one.votes, rooms[one.id]) for one in members]
        is_certain = outer_most[name] == outer_seats[name]
        turns[name] = deque(_inside(given, contenders, outer_seats[name], draws, result, is_certain))
    result.places = [turns[name].popleft() for name in outer_places if turns[name]]
    result.alliances = tuple(
        AllianceSeats(members, outer_seats.get(alliance_id(members), 0)) for members in given.alliances
    )
    return result


def _share(
    contenders: list[Contender], seats: int, draws: Draws, result: ListSeats, cite: str
) -> tuple[dict[str, int], dict[str, int], tuple[str, ...]]:
    """Seats certain, seats possible, and the winners by lot. Asks for the lot when it is not drawn yet."""
    shares = share_out(contenders, seats)
    certain = dict(shares.seats)
    most = {one: number + (one in shares.tied) for one, number in certain.items()}
    result.unplaced += shares.unplaced
    drawn: tuple[str, ...] = ()
    if shares.tied:
        found = draws.for_lists(shares.tied, shares.places)
        if found is None:
            if result.lot is None:
                result.lot = LotNeeded("list-seat", shares.tied, shares.places, cite)
                result.steps.append(say.lot_needed(result.lot, contenders, certain))
        else:
            drawn = found[: shares.places]
            certain = most = shares.after(drawn)
            result.steps.append(say.lot_drawn(shares.tied, found, shares.places, cite))
    result.contests.append((contenders, certain))
    result.steps.append(say.seats_shared(contenders, certain, cite))
    return certain, most, drawn


def _inside(
    given: ListsDhondt,
    contenders: list[Contender],
    seats: int,
    draws: Draws,
    result: ListSeats,
    is_certain: bool,
) -> list[str]:
    """The lists of one alliance. Before a missing lot between alliances, only what every outcome gives."""
    if is_certain:
        certain, most, drawn = _share(contenders, seats, draws, result, CITE_INSIDE)
    else:
        drawn = ()
        certain = dict(share_out(contenders, seats).seats)
        most = with_tied(share_out(contenders, seats + 1))
    result.seats.update(certain)
    result.most.update(most)
    return order_of_places(contenders, certain, drawn) if given.candidates else []
