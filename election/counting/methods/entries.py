"""What the documents of several methods hold: the people who stand, and the draws made so far."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from election.counting.methods.bad_input import BadInput
from election.counting.methods.fields import array, known_ids, record, shown, text, whole
from election.counting.methods.inputs import Candidate
from election.counting.methods.outcome import Lot

_SMALLEST_LOT = 2


def candidates_in(value: object, required: Collection[str], optional: Collection[str]) -> tuple[Candidate, ...]:
    """The candidates, in the order of the paper, with what the method says of each."""
    found: dict[str, Candidate] = {}
    for position, item in enumerate(array(value, "candidates")):
        place = f"candidates[{position}]"
        entry = record(item, place, required, optional)
        candidate = Candidate(
            id=text(entry["id"], f"{place}.id"),
            name=text(entry["name"], f"{place}.name"),
            votes=whole(entry.get("votes", 0), f"{place}.votes"),
            group=text(entry["group"], f"{place}.group") if "group" in entry else None,
            list_id=text(entry["list"], f"{place}.list") if "list" in entry else None,
        )
        if candidate.id in found:
            raise BadInput(f"{place}.id", f"{shown(candidate.id)} stands twice")
        found[candidate.id] = candidate
    return tuple(found.values())


def lots_in(
    document: Mapping[str, object], known: Collection[str], may_repeat: Collection[str] = frozenset[str]()
) -> tuple[Lot, ...]:
    """The draws. The same people twice would be two answers to one question (unless ids name lists too)."""
    names = frozenset(known)
    seen: set[frozenset[str]] = set()
    found: list[Lot] = []
    for position, item in enumerate(array(document.get("lots", []), "lots")):
        place = f"lots[{position}]"
        entry = record(item, place, ("among", "drawn"), ())
        among = known_ids(entry["among"], f"{place}.among", names)
        drawn = known_ids(entry["drawn"], f"{place}.drawn", frozenset(among))
        if len(among) < _SMALLEST_LOT:
            raise BadInput(f"{place}.among", "must name at least two")
        if not drawn:
            raise BadInput(f"{place}.drawn", "must name at least one")
        if frozenset(among) in seen and not set(among) <= set(may_repeat):
            raise BadInput(f"{place}.among", "names those of an earlier lot again")
        seen.add(frozenset(among))
        found.append(Lot(among, drawn))
    return tuple(found)
