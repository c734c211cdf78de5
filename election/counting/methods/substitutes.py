"""Those not elected, lined up as substitutes in order of votes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from election.counting.methods.inputs import SubstituteRule
from election.counting.methods.lots import Draws
from election.counting.methods.outcome import LotNeeded, Queue
from election.counting.methods.ranking import Level, ids, levels

CITE = "KRVL § 91"


@dataclass(frozen=True, slots=True)
class LineUp:
    """A queue with the ties that draws have settled, or the lot without which it has no order."""

    queue: Queue
    drawn: tuple[tuple[Level, tuple[str, ...]], ...] = ()
    lot: LotNeeded | None = None


def line_up(people: Level, rule: SubstituteRule, draws: Draws) -> LineUp:
    """The queue of `people` by votes, cut at the rule's length.

    Equal votes need a lot when the queue is ranked and at least one of the tied stands in it; a tie
    behind the cut needs none. Unranked, the tied stay one group; a group that straddles the cut stays
    whole, for nothing but a lot could divide it.

    KRVL § 91.
    """
    places: list[tuple[str, ...]] = []
    settled: list[tuple[Level, tuple[str, ...]]] = []
    length = 0
    for level in levels(people):
        if rule.most is not None and length >= rule.most:
            break
        length += len(level)
        if len(level) == 1 or not rule.is_ranked:
            places.append(ids(level))
            continue
        drawn = draws.for_order(ids(level))
        if drawn is None:
            lot = LotNeeded("substitute-order", ids(level), len(level), CITE)
            return LineUp(Queue((), rule.is_ranked), lot=lot)
        settled.append((level, drawn))
        places.extend((one,) for one in drawn)
    return LineUp(_cut_queue(places, rule), tuple(settled))


def line_up_in_order(people: Level, rule: SubstituteRule) -> Queue:
    """The queue of people whose order the law gives without a lot.

    KRVL § 86 and § 91.
    """
    return _cut_queue(((one,) for one in ids(people)), rule)


def _cut_queue(places: Iterable[tuple[str, ...]], rule: SubstituteRule) -> Queue:
    kept: list[tuple[str, ...]] = []
    length = 0
    for place in places:
        if rule.most is not None and length >= rule.most:
            break
        kept.append(place)
        length += len(place)
    return Queue(tuple(kept), rule.is_ranked)
