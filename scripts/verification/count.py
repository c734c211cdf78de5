"""Who is elected, worked out once more in the shortest way, where no lot decides."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, TypeVar

from .trouble import Rejected, Says, demand

T = TypeVar("T")


class Tie(Exception):
    """The votes alone do not decide."""


def check_result(record: Any, say: Says) -> None:
    """Elected and substitutes are candidates, no more than the seats, and those whom the votes elect."""
    document, names = record["document"], {c["id"]: c["name"] for c in record["candidates"]}
    elected, seats = list(document["elected"]), record["regulation"]["seats"]
    waiting = [one for queue in _queues(document) for place in queue for one in _people(place)]
    demand(document["outcome"] == "decided", "wrong_result", where=document["outcome"])
    demand(len(set(elected)) == len(elected) <= seats, "wrong_result", where="elected")
    demand(set(elected) | set(waiting) <= set(names), "wrong_result", where="candidates")
    demand(not set(elected) & set(waiting), "wrong_result", where="substitutes")
    say("elected", elected=len(elected), seats=seats, names=", ".join(names[one] for one in elected))
    if record["election"]["is_uncontested"]:
        demand(set(elected) == set(names) and not waiting, "wrong_result", where="uncontested")
        return
    demand(record["given"]["seats"] == seats, "wrong_result", where="seats")
    _recount(record, set(elected), say)


def _queues(document: Any) -> list[Any]:
    queues = [document.get("substitutes") or []]
    for key in ("substitutes_by_group", "substitutes_by_list"):
        queues += (document.get(key) or {}).values()
    return queues


def _people(place: Any) -> list[str]:
    return place if isinstance(place, list) else [place]


def _recount(record: Any, elected: set[str], say: Says) -> None:
    given = record["given"]
    ways = {"personal-votes": _personal, "lists-dhondt": _lists}
    if given["method"] not in ways:
        say("not_recounted", method=given["method"])
        return
    try:
        found = ways[given["method"]](given)
    except Tie:
        _check_order(given, elected, say)
        return
    demand(found == elected, "wrong_result", where=", ".join(sorted(found ^ elected)))
    say("recounted")


def _check_order(given: Any, elected: set[str], say: Says) -> None:
    """A lot decided: without lists and reserved seats, at least nobody passes anyone with more votes."""
    if given["method"] != "personal-votes" or given.get("reserved_seats"):
        say("not_recounted", method=given["method"])
        return
    inside = [c["votes"] for c in given["candidates"] if c["id"] in elected]
    outside = [c["votes"] for c in given["candidates"] if c["id"] not in elected]
    demand(min(inside, default=0) >= max(outside, default=0), "wrong_result", where="votes")
    say("by_lot")


def _top(ranked: Sequence[tuple[Any, T]], places: int) -> list[T]:
    """The first `places` by figure. Raises Tie when the last one in and the first one out have the same."""
    in_order = sorted(ranked, key=lambda one: -one[0])
    if 0 < places < len(in_order) and in_order[places - 1][0] == in_order[places][0]:
        raise Tie
    return [one for _, one in in_order[: max(places, 0)]]


def _personal(given: Any) -> set[str]:
    """Reserved seats first, each group by its own votes; then by votes among all who are left."""
    elected: set[str] = set()
    reserved, unfilled = given.get("reserved_seats", {}), 0
    for group, number in reserved.items():
        own = [(c["votes"], c["id"]) for c in given["candidates"] if c.get("group") == group]
        elected |= set(_top(own, number))
        unfilled += max(0, number - len(own))
    places = given["seats"] - sum(reserved.values())
    places += unfilled if given.get("unfilled_reserved") == "open" else 0
    rest = [(c["votes"], c["id"]) for c in given["candidates"] if c["id"] not in elected]
    return elected | set(_top(rest, places))


def _lists(given: Any) -> set[str]:
    """Highest quotients, as many for a list as it has candidates; in a list, most personal votes."""
    if given.get("alliances") or any(one.get("order", "sideordnet") != "sideordnet" for one in given["lists"]):
        raise Tie
    total, least = sum(one["votes"] for one in given["lists"]), Fraction(given.get("threshold", "0"))
    quotients = []
    for one in given["lists"]:
        if total and Fraction(one["votes"], total) < least:
            continue
        size = sum(c["list"] == one["id"] for c in given["candidates"])
        quotients += [(Fraction(one["votes"], divisor), one["id"]) for divisor in range(1, size + 1)]
    won = _top(quotients, given["seats"])
    if any(one["votes"] == 0 and one["id"] in won for one in given["lists"]):
        raise Tie
    elected: set[str] = set()
    for one in given["lists"]:
        own = [(c["votes"], c["id"]) for c in given["candidates"] if c["list"] == one["id"]]
        elected |= set(_top(own, won.count(one["id"])))
    if not elected and given["seats"]:
        raise Rejected("wrong_result", where="lists")
    return elected
