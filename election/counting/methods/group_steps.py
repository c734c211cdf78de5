"""What the minutes say about groups that choose in turn, in two languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from election.counting.methods.highest_quotients import Contender, QuotientLevel, last_seat
from election.counting.methods.inputs import GroupsDhondt
from election.counting.methods.outcome import LotNeeded, Step
from election.counting.methods.person_steps import seats_da, seats_en

CITE = "KSTL § 24, stk. 3"


@dataclass(frozen=True, slots=True)
class Choice:
    """One place: the group that chooses, and what its members were divided by."""

    group: str
    divisor: int


def _members_da(number: int) -> str:
    return "1 medlem" if number == 1 else f"{number} medlemmer"


def _members_en(number: int) -> str:
    return "1 member" if number == 1 else f"{number} members"


def groups_declared(given: GroupsDhondt) -> Step:
    total = sum(one.members for one in given.groups)
    named = ", ".join(f"{one.id} ({one.members})" for one in given.groups)
    return Step(
        CITE,
        f"{_members_da(total)} i grupperne {named}; {seats_da(given.seats)}."
        " Medlemstallene deles med 1, 2, 3 osv., og grupperne vælger i kvotienternes rækkefølge.",
        f"{_members_en(total)} in the groups {named}; {seats_en(given.seats)}."
        " The numbers of members are divided by 1, 2, 3 and so on,"
        " and the groups choose in the order of the quotients.",
        {"seats": given.seats, "total": total, "members": {one.id: one.members for one in given.groups}},
    )


def _quotients(level: QuotientLevel, given: GroupsDhondt) -> dict[str, str]:
    members = {one.id: one.members for one in given.groups}
    return {one: f"{members[one]}/{divisor}" for one, divisor in level.divisors.items()}


def _turns_da(first: int, places: int) -> str:
    return f"valg nr. {first}" if places == 1 else f"valg nr. {first}–{first + places - 1}"


def _turns_en(first: int, places: int) -> str:
    return f"choice no. {first}" if places == 1 else f"choices no. {first}–{first + places - 1}"


def lot_needed(lot: LotNeeded, level: QuotientLevel, given: GroupsDhondt, before: int) -> Step:
    quotients = _quotients(level, given)
    written = ", ".join(f"{one} {quotient}" for one, quotient in quotients.items())
    return Step(
        lot.cite,
        f"Lige store kvotienter ({written}) om {_turns_da(before + 1, lot.places)}. Der skal trækkes lod.",
        f"Equal quotients ({written}) for {_turns_en(before + 1, lot.places)}. A lot must be drawn.",
        {"tied": quotients, "first": before + 1, "places": lot.places},
    )


def lot_drawn(drawn: Sequence[str], level: QuotientLevel, given: GroupsDhondt, before: int) -> Step:
    quotients = _quotients(level, given)
    written = ", ".join(f"{one} {quotient}" for one, quotient in quotients.items())
    order = ", ".join(drawn)
    return Step(
        CITE,
        f"Lige store kvotienter ({written}) om {_turns_da(before + 1, level.places)}. Lodtrækning: {order}.",
        f"Equal quotients ({written}) for {_turns_en(before + 1, level.places)}. Drawn by lot: {order}.",
        {"tied": quotients, "first": before + 1, "places": level.places, "drawn": list(drawn)},
    )


def order_of_choice(order: Sequence[Choice], given: GroupsDhondt) -> Step:
    members = {one.id: one.members for one in given.groups}
    quotients = [f"{members[one.group]}/{one.divisor}" for one in order]
    turns = list(zip(order, quotients, strict=True))
    written = ", ".join(f"{turn}. {one.group} ({quotient})" for turn, (one, quotient) in enumerate(turns, 1))
    won = Counter(one.group for one in order)
    shares = ", ".join(f"{one.id} {won[one.id]}" for one in given.groups)
    return Step(
        CITE,
        f"Grupperne vælger i denne rækkefølge: {written}. Pladser: {shares}.",
        f"The groups choose in this order: {written}. Seats: {shares}.",
        {
            "order": [{"group": one.group, "quotient": quotient} for one, quotient in turns],
            "seats": {one.id: won[one.id] for one in given.groups},
        },
    )


def margin(contenders: Sequence[Contender], chosen: Sequence[str]) -> Step:
    """How many members more another group would have needed for the last place, without a lot."""
    won = Counter(chosen)
    last = last_seat(contenders, {one.id: won[one.id] for one in contenders})
    if last is None:
        return Step(
            CITE,
            "Margin: Der er kun én gruppe, så flere medlemmer havde ikke ændret noget.",
            "Margin: there is only one group, so more members would not have changed anything.",
            {"margin": None},
        )
    quotient = f"{last.winner.votes}/{last.divisor}"
    return Step(
        CITE,
        f"Margin: Med {_members_da(last.missing)} mere havde {last.best.id} ({last.best.votes}) fået"
        f" den sidste plads, som gik til {last.winner.id} (kvotient {quotient}).",
        f"Margin: with {last.missing} more {'member' if last.missing == 1 else 'members'} {last.best.id}"
        f" ({last.best.votes}) would have had the last place, which went to {last.winner.id}"
        f" (quotient {quotient}).",
        {
            "last_seat": {"to": last.winner.id, "quotient": quotient},
            "best_without": {"id": last.best.id, "votes": last.best.votes},
            "margin": last.missing,
        },
    )
