"""A second counter as referee: slow, by another road. It knows no lots, only one order of luck at a time.

Every lot is a piece of luck. The referee takes everybody's luck as given, counts, and tries all luck:
what comes out the same each time is beyond dispute, what does not must be asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

Document = dict[str, Any]


def seats_by_votes(document: Document, luck: Sequence[str]) -> list[str]:
    """Personal votes with reserved seats: one seat at a time to the best who may have it."""
    people = document["candidates"]
    elected: list[str] = []

    def best(group: str | None) -> str | None:
        free = [p for p in people if p["id"] not in elected and (group is None or p.get("group") == group)]
        return min(free, key=lambda p: (-p["votes"], luck.index(p["id"])))["id"] if free else None

    empty = 0
    reserved = document.get("reserved_seats", {})
    for group, seats in reserved.items():
        for _ in range(seats):
            won = best(group)
            if won is None:
                empty += 1
            else:
                elected.append(won)
    open_seats = document["seats"] - sum(reserved.values())
    if document.get("unfilled_reserved") == "open":
        open_seats += empty
    for _ in range(open_seats):
        won = best(None)
        if won is not None:
            elected.append(won)
    return elected


def substitutes_by_votes(document: Document, elected: Sequence[str], luck: Sequence[str]) -> list[str]:
    rest = [p for p in document["candidates"] if p["id"] not in elected]
    rest.sort(key=lambda p: (-p["votes"], luck.index(p["id"])))
    return [p["id"] for p in rest][: document.get("substitutes", {}).get("max")]


def highest_quotients(
    votes: Mapping[str, int], seats: int, rooms: Mapping[str, int], luck: Sequence[str]
) -> list[str]:
    """One seat at a time to the highest quotient, by division."""
    won: list[str] = []
    for _ in range(seats):
        free = [one for one in votes if won.count(one) < rooms[one]]
        if not free:
            break
        won.append(min(free, key=lambda one: _turn(votes[one], won.count(one), luck.index(one))))
    return won


def _turn(votes: int, seats: int, luck: int) -> tuple[Fraction, int, int]:
    """Highest quotient first, then luck; lists without any vote take turns."""
    return -Fraction(votes, seats + 1), 0 if votes else seats, luck


def seats_of_lists(document: Document, luck: Sequence[str]) -> dict[str, int]:
    """D'Hondt over alliances and lists, then inside the alliances."""
    lists = {one["id"]: one["votes"] for one in document["lists"]}
    people = document.get("candidates", [])
    rooms = {one: sum(p["list"] == one for p in people) if people else 10**6 for one in lists}
    share = Fraction(document.get("threshold", "0"))
    inside = {one: votes for one, votes in lists.items() if votes >= share * sum(lists.values())}
    alliances = document.get("alliances", [])
    names = {min(one, key=luck.index): set(one) & set(inside) for one in alliances if set(one) & set(inside)}
    allied = {one for block in names.values() for one in block}
    names |= {one: {one} for one in inside if one not in allied}
    outer = highest_quotients(
        {name: sum(inside[one] for one in block) for name, block in names.items()},
        document["seats"],
        {name: sum(rooms[one] for one in block) for name, block in names.items()},
        luck,
    )
    seats = dict.fromkeys(lists, 0)
    for name, block in names.items():
        for one in highest_quotients({o: inside[o] for o in block}, outer.count(name), rooms, luck):
            seats[one] += 1
    return seats


def elected_on_lists(document: Document, luck: Sequence[str]) -> set[str]:
    """The candidates of every list: by votes, or on a party list by § 86."""
    elected: set[str] = set()
    shares = seats_of_lists(document, luck)
    for one in document["lists"]:
        seats = shares[one["id"]]
        people = [p for p in document["candidates"] if p["list"] == one["id"]]
        if one.get("order") == "partiliste":
            elected.update(party_list(one["votes"], people, seats)[:seats])
        else:
            people.sort(key=lambda p: (-p["votes"], luck.index(p["id"])))
            elected.update(p["id"] for p in people[:seats])
    return elected


def party_list(total: int, people: Sequence[Mapping[str, Any]], seats: int) -> list[str]:
    """§ 86 one vote at a time: each vote for the list goes to the first who has not reached the figure."""
    figure = 1
    while Fraction(total, seats + 1) >= figure:
        figure += 1
    sums = {p["id"]: p["votes"] for p in people}
    for _ in range(total - sum(sums.values())):
        first_below = next((one for one, votes in sums.items() if votes < figure), None)
        if first_below is not None:
            sums[first_below] += 1
    own = {p["id"]: p["votes"] for p in people}
    first = sorted((one for one in own if own[one] >= figure), key=lambda one: -own[one])
    second = [one for one in own if own[one] < figure <= sums[one]]
    third = sorted((one for one in own if sums[one] < figure), key=lambda one: -sums[one])
    return first + second + third


def papers_counted(document: Document) -> Document:
    """A block vote as personal votes, paper by paper, cross by cross; `invalid` counts the invalid papers."""
    votes = dict.fromkeys((p["id"] for p in document["candidates"]), 0)
    invalid = 0
    for ballot in document["ballots"]:
        for _ in range(ballot["count"]):
            if document["min_crosses"] <= len(ballot["ranking"]) <= document["max_crosses"]:
                for one in ballot["ranking"]:
                    votes[one] += 1
            else:
                invalid += 1
    people = [p | {"votes": votes[p["id"]]} for p in document["candidates"]]
    return document | {"candidates": people, "invalid": invalid}


def substitutes_on_lists(document: Document, luck: Sequence[str]) -> dict[str, list[str]]:
    """Each list's own queue: by votes, on a party list in the order of § 86."""
    shares = seats_of_lists(document, luck)
    queues = {}
    for one in document["lists"]:
        people = [p for p in document["candidates"] if p["list"] == one["id"]]
        if one.get("order") == "partiliste":
            order = party_list(one["votes"], people, shares[one["id"]])
        else:
            order = [p["id"] for p in sorted(people, key=lambda p: (-p["votes"], luck.index(p["id"])))]
        queues[one["id"]] = order[shares[one["id"]] :]
    return queues
