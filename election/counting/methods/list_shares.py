"""Who competes with whom for seats: lists and alliances with each other, then the lists inside an alliance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from election.counting.methods.highest_quotients import Contender, Shares, share_out
from election.counting.methods.inputs import CandidateList, ListsDhondt, alliance_id


@dataclass(frozen=True, slots=True)
class Possible:
    """Seats by list before any lot: what each has for certain, and what it can end with."""

    fewest: Mapping[str, int]
    most: Mapping[str, int]


def lists_taking_part(given: ListsDhondt) -> list[CandidateList]:
    """Lists whose share of all votes is at least the threshold."""
    total = sum(one.votes for one in given.lists)
    part, whole = given.threshold.numerator, given.threshold.denominator
    return [one for one in given.lists if one.votes * whole >= total * part]


def rooms_of(given: ListsDhondt) -> dict[str, int | None]:
    """Candidates of each list; None has no limit, for nobody's candidates are known."""
    if not given.candidates:
        return {one.id: None for one in given.lists}
    standing = Counter(person.list_id for person in given.candidates)
    return {one.id: standing[one.id] for one in given.lists}


Contests = tuple[list[Contender], dict[str, list[CandidateList]]]


def contests(given: ListsDhondt, rooms: Mapping[str, int | None]) -> Contests:
    """The outer contest, and the lists of each contender: alliances as one, others alone, in the lists' order.

    KRVL § 81 and § 82.
    """
    named = {one: alliance_id(members) for members in given.alliances for one in members}
    inside: dict[str, list[CandidateList]] = {}
    for one in lists_taking_part(given):
        inside.setdefault(named.get(one.id, one.id), []).append(one)
    outer = [
        Contender(name, sum(one.votes for one in members), _sum_rooms(members, rooms))
        for name, members in inside.items()
    ]
    return outer, inside


def _sum_rooms(members: Sequence[CandidateList], rooms: Mapping[str, int | None]) -> int | None:
    known = [room for one in members if (room := rooms[one.id]) is not None]
    return sum(known) if len(known) == len(members) else None


def contests_with(before: Contests, more_for: CandidateList, votes: int) -> Contests:
    """The same contests when one list that takes part has so many votes more."""
    outer, inside = before
    name = next(one for one, members in inside.items() if any(same is more_for for same in members))
    members = [replace(one, votes=one.votes + votes) if one is more_for else one for one in inside[name]]
    return (
        [replace(one, votes=one.votes + votes) if one.id == name else one for one in outer],
        inside | {name: members},
    )


def possible_seats(
    given: ListsDhondt, rooms: Mapping[str, int | None], among: Contests, only: str | None = None
) -> Possible:
    """What no lot can change: seats that every outcome gives a list, and that some outcome gives.

    Of `only` one list, when nothing is asked about the others: then no other alliance is looked into.
    """
    outer, inside = among
    fewest = {one.id: 0 for one in given.lists}
    most = dict(fewest)
    shares = share_out(outer, given.seats)
    for contender in outer:
        number = shares.seats[contender.id]
        highest = number + (contender.id in shares.tied)
        members = inside[contender.id]
        if only is not None and all(one.id != only for one in members):
            continue
        if len(members) == 1:
            fewest[members[0].id], most[members[0].id] = number, highest
            continue
        within = [Contender(one.id, one.votes, rooms[one.id]) for one in members]
        certain = share_out(within, number)
        fewest.update(certain.seats)
        most.update(with_tied(certain if highest == number else share_out(within, highest)))
    return Possible(fewest, most)


def with_tied(shares: Shares) -> dict[str, int]:
    """What each can end with when the lot goes its way."""
    return {one: number + (one in shares.tied) for one, number in shares.seats.items()}
