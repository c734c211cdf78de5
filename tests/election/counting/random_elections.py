"""Small random elections with few votes, so that ties are the normal case. Everything follows from the seed."""

from __future__ import annotations

import random
from typing import Any

Document = dict[str, Any]
PEOPLE = ("a", "b", "c", "d", "e")


def personal_votes(chance: random.Random) -> Document:
    people: list[Document] = []
    for one in PEOPLE[: chance.randint(1, 5)]:
        person: Document = {"id": one, "name": one.upper(), "votes": chance.randint(0, 3)}
        group = chance.choice(["x", "y", None])
        people.append(person if group is None else person | {"group": group})
    return {"method": "personal-votes", "candidates": people} | _seats(chance)


def _seats(chance: random.Random) -> Document:
    reserved = {"x": chance.randint(0, 2), "y": chance.randint(0, 2)} if chance.random() < 0.7 else {}
    most = chance.choice([None, None, 0, 1, 2])
    return {
        "seats": max(1, sum(reserved.values())) + chance.randint(0, 2),
        "reserved_seats": reserved,
        "unfilled_reserved": chance.choice(["vacant", "open"]),
        "substitutes": {"order": "votes"} | ({} if most is None else {"max": most}),
    }


def block_vote(chance: random.Random) -> Document:
    """Papers with none to all crosses; now and then an entry that stands for no paper, or for many."""
    document = personal_votes(chance) | {"method": "block-vote"}
    ids = [one["id"] for one in document["candidates"]]
    for one in document["candidates"]:
        del one["votes"]
    most = chance.randint(1, 4)
    papers = [
        {"count": chance.choice([0, 1, 1, 1, 2, 3]), "ranking": chance.sample(ids, chance.randint(0, len(ids)))}
        for _ in range(chance.randint(0, 6))
    ]
    return document | {"ballots": papers, "max_crosses": most, "min_crosses": chance.randint(0, most)}


def lists_dhondt(chance: random.Random, with_people: bool | None = None) -> Document:
    ids = "ABCD"[: chance.randint(1, 4)]
    has_people = chance.random() < 0.7 if with_people is None else with_people
    lists: list[Document] = []
    people: list[Document] = []
    for one in ids:
        own = [chance.randint(0, 2) for _ in range(chance.randint(0, 3))] if has_people else []
        people += [{"id": f"{one}{i}", "name": f"{one}{i}", "votes": v, "list": one} for i, v in enumerate(own)]
        order = chance.choice(["sideordnet", "partiliste"])
        lists.append({"id": one, "name": one, "votes": sum(own) + chance.randint(0, 5), "order": order})
    alliances: list[list[str]] = chance.choice([[], [["A", "B"]], [["B", "A"]], [["A", "C"], ["D", "B"]]])
    document = {
        "method": "lists-dhondt",
        "seats": chance.randint(1, 5),
        "lists": lists,
        "alliances": [one for one in alliances if set(one) <= set(ids)],
        "threshold": chance.choice(["0", "0", "0.2"]),
    }
    return document | ({"candidates": people} if people else {})


def three_rounds(chance: random.Random) -> Document:
    """Also rounds that cannot have been held so."""
    held = []
    for number in range(chance.randint(0, 3)):
        standing = PEOPLE[:4] if number < 2 else chance.sample(PEOPLE[:4], 2)
        votes = {one: chance.randint(0, 3) for one in standing}
        blank, invalid = chance.randint(0, 2), chance.randint(0, 1)
        present = sum(votes.values()) + blank + invalid + chance.choice([0, 0, 0, 1, 2, -1])
        held.append({"present": max(present, 0), "votes": votes, "blank": blank, "invalid": invalid})
    return {
        "method": "majority-three-rounds",
        "seats": 1,
        "candidates": [{"id": one, "name": one.upper()} for one in PEOPLE[:4]],
        "rounds": held,
        "majority_of": chance.choice(["present", "cast"]),
    }


def groups_dhondt(chance: random.Random) -> Document:
    members = [chance.randint(0, 8) for _ in range(chance.randint(1, 4))]
    members[0] = members[0] or 1
    return {
        "method": "groups-dhondt",
        "seats": chance.randint(1, 9),
        "groups": [{"id": one, "members": number} for one, number in zip(PEOPLE, members, strict=False)],
    }
