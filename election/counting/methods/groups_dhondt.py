"""Several posts chosen by groups: the groups choose in the order of their quotients, one place at a time.

KSTL § 24, stk. 3: members divided by 1, 2, 3 …, the highest quotients choose. Equal quotients are settled by lot
also where all of them win a place, for the lot says who chooses first. The lots come one at a time in the order of
the quotients; groups that are level again at a lower quotient draw again.
"""

from __future__ import annotations

from election.counting.methods import group_steps as say
from election.counting.methods.highest_quotients import Contender, quotients_in_order
from election.counting.methods.inputs import GroupsDhondt
from election.counting.methods.lots import Draws
from election.counting.methods.outcome import Decided, LotNeeded, LotRequired, Step


def count_groups_dhondt(given: GroupsDhondt) -> Decided | LotRequired:
    """Which group chooses first, second and so on.

    KSTL § 24, stk. 3.
    """
    contenders = [Contender(one.id, one.members) for one in given.groups]
    levels = quotients_in_order(contenders, given.seats)
    draws = Draws(given.lots)
    order: list[say.Choice] = []
    steps: list[Step] = [say.groups_declared(given)]
    lot: LotNeeded | None = None
    for level in levels:
        if not level.places:
            break
        names = tuple(level.divisors)
        if len(names) > 1:
            drawn = draws.for_lists(names, level.places)
            if drawn is None:
                lot = LotNeeded("choice-order", names, level.places, say.CITE)
                steps.append(say.lot_needed(lot, level, given, len(order)))
                break
            steps.append(say.lot_drawn(drawn, level, given, len(order)))
            names = drawn[: level.places]
        order.extend(say.Choice(one, level.divisors[one]) for one in names)
    tied = {frozenset(level.divisors) for level in levels}
    unused = draws.unused(tied.__contains__, {one.id: one.members for one in given.groups})
    chosen = tuple(one.group for one in order)
    if lot is not None:
        return LotRequired(lot, tuple(steps), choice_order=chosen, unused_lots=unused)
    steps.append(say.order_of_choice(order, given))
    steps.append(say.margin(contenders, chosen))
    return Decided(tuple(steps), choice_order=chosen, unused_lots=unused)
