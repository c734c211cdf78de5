"""How close it was, where persons have seats by votes: the fewest votes that would have changed who is elected.

A margin is exact: with so many votes more the person has a seat whatever a lot would give; with one fewer a lot is
drawn; with fewer than that nothing changes. All other votes stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from election.counting.methods.inputs import Candidate
from election.counting.methods.outcome import Step
from election.counting.methods.ranking import Level
from election.counting.methods.reserved_seats import SeatPlan

CITE = "KRVL § 85"
_OPEN = ""


def votes_more_da(number: int) -> str:
    return f"{number} {'stemme' if number == 1 else 'stemmer'} mere"


def votes_more_en(number: int) -> str:
    return f"{number} more {'vote' if number == 1 else 'votes'}"


def nearest(elected: Sequence[Candidate], rest: Level, cite: str = CITE) -> Step:
    """The margin where all seats go by votes to anybody."""
    if not elected or not rest:
        return nobody(cite, rest)
    return _margin(_fewest(elected), _most(rest), cite)


def margins(
    plan: SeatPlan, reserved: Mapping[str, Sequence[Candidate]], opened: Sequence[Candidate], rest: Level
) -> list[Step]:
    """The margin of each group with reserved seats, then of the open seats; of none of them only where nobody
    could have had a seat.

    Somebody of a group may come in on one of its seats or on an open one: the nearer of the two is the margin.
    """
    last = {group: _fewest(winners) for group, winners in reserved.items() if winners}
    if opened:
        last[_OPEN] = _fewest(opened)
    near: dict[str, list[Candidate]] = {}
    for one in rest:
        ways = [way for way in (_OPEN, one.group) if way is not None and way in last]
        if ways:
            near.setdefault(min(ways, key=lambda way: last[way].votes), []).append(one)
    steps = [
        _margin(last[way], _most(near[way]), f"reserved_seats.{way}" if way else CITE)
        for way in (*(group.group for group in plan.groups), _OPEN)
        if way in near
    ]
    return steps or [nobody(CITE, rest)]


def nobody(cite: str, rest: Sequence[Candidate]) -> Step:
    """No number of votes would have changed who is elected."""
    if rest:
        why_da = "De pladser, der er, er forbeholdt andre grupper"
        why_en = "The seats are reserved for other groups"
    else:
        why_da, why_en = "Alle, der stiller op, er valgt", "All who stand are elected"
    return Step(
        cite,
        f"Margin: {why_da}, så flere stemmer havde ikke ændret, hvem der er valgt.",
        f"Margin: {why_en}, so more votes would not have changed who is elected.",
        {"margin": None},
    )


def _fewest(people: Sequence[Candidate]) -> Candidate:
    return min(people, key=lambda one: one.votes)


def _most(people: Sequence[Candidate]) -> Candidate:
    return max(people, key=lambda one: one.votes)


def _margin(last: Candidate, best: Candidate, cite: str) -> Step:
    missing = last.votes - best.votes + 1
    lot_da = f" Med {missing - 1} var der trukket lod." if missing > 1 else ""
    lot_en = f" With {missing - 1} a lot would have been drawn." if missing > 1 else ""
    return Step(
        cite,
        f"Margin: Med {votes_more_da(missing)} havde {best.name} ({best.votes}) fået den sidste plads,"
        f" som gik til {last.name} ({last.votes}).{lot_da}",
        f"Margin: with {votes_more_en(missing)} {best.name} ({best.votes}) would have had the last seat,"
        f" which went to {last.name} ({last.votes}).{lot_en}",
        {
            "last_elected": {last.id: last.votes},
            "best_not_elected": {best.id: best.votes},
            "margin": missing,
            "lot_with": missing - 1 if missing > 1 else None,
        },
    )
