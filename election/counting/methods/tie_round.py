"""A block vote whose ties are settled by one more round, and by lot only when that is level, too.

BEK 2678/2021 §§ 6–8 (the assembly of representatives of the national integration council): those level for the
last seats stand in a new round in which each may cast as many votes as there are seats left. The substitutes stand
in the order of the first round's votes, as after any other block vote.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from election.counting.methods import person_steps as say
from election.counting.methods.bad_input import BadInput
from election.counting.methods.fields import shown
from election.counting.methods.inputs import BlockVote, Candidate
from election.counting.methods.lots import Draws
from election.counting.methods.outcome import Decided, LotNeeded, LotRequired, NextRound, Queue, Step
from election.counting.methods.papers import bundled, judge
from election.counting.methods.person_margins import CITE as CITE_VOTES
from election.counting.methods.person_margins import nearest
from election.counting.methods.ranking import Cut, Level, cut, ids, tied_sets, without
from election.counting.methods.substitutes import line_up

CITE = "BEK 2678/2021 § 7"
SECOND = 2


@dataclass(frozen=True, slots=True)
class _Winners:
    """Who has the last seats, in the order in which they won them; or the lot that says so."""

    people: Level
    margin: Step | None = None
    lot: LotNeeded | None = None


def fill_seats_by_round(
    given: BlockVote, candidates: Level, draws: Draws, opening: tuple[Step, ...]
) -> Decided | LotRequired | NextRound:
    """Seats, then substitutes. A round that nobody needed is bad input.

    BEK 2678/2021 §§ 6–8.
    """
    steps = list(opening)
    first = cut(candidates, given.seats)
    if given.tie_round is not None and not first.tied:
        raise BadInput("tie_round", "is held though nobody is level for the last seat")
    levels = [candidates]
    elected = first.certain
    winners: _Winners | None = None
    lot: LotNeeded | None = None
    if first.tied:
        steps.append(say.round_between(first.tied, first.places, CITE))
        if given.tie_round is None:
            unused = draws.unused(tied_sets(levels).__contains__, _votes(candidates))
            return NextRound(SECOND, ids(first.tied), tuple(steps), unused, ids(elected))
        again = _second_round(given, first, steps)
        levels.append(again)
        winners = _last_seats(cut(again, first.places), again, draws, steps)
        lot = winners.lot
        by_id = {one.id: one for one in first.tied}
        elected += tuple(by_id[one.id] for one in winners.people)
    queue: Queue | None = None
    rest = without(candidates, elected)
    if lot is None:
        steps.append(say.open_filled(given.seats, elected, max(given.seats - len(elected), 0), CITE_VOTES))
        steps.append(winners.margin if winners and winners.margin else nearest(elected, rest))
        if given.substitutes.order != "none":
            lined = line_up(rest, given.substitutes, draws)
            lot, queue = lined.lot, lined.queue
            if lot is None:
                steps.extend(say.order_drawn(level, drawn) for level, drawn in lined.drawn)
                steps.append(say.substitutes(rest, queue))
            else:
                steps.append(say.lot_needed(lot, tuple(one for one in rest if one.id in lot.among)))
    unused = draws.unused(tied_sets([*levels, rest]).__contains__, _votes(candidates))
    if lot is not None:
        return LotRequired(lot, tuple(steps), ids(elected), unused_lots=unused)
    vacant = {"open": given.seats - len(elected)}
    return Decided(tuple(steps), ids(elected), substitutes=queue, vacant=vacant, unused_lots=unused)


def _votes(people: Level) -> dict[str, int]:
    return {one.id: one.votes for one in people}


def _second_round(given: BlockVote, first: Cut, steps: list[Step]) -> Level:
    """Those level, with their votes of the new round."""
    names = ids(first.tied)
    for position, ballot in enumerate(given.tie_round or ()):
        for place, name in enumerate(ballot.crosses):
            if name not in names:
                at = f"tie_round.ballots[{position}].ranking[{place}]"
                raise BadInput(at, f"{shown(name)} does not stand in this round")
    least, most = min(given.min_crosses, first.places), first.places
    papers = judge(bundled(given.tie_round or (), names), len(names), least, most)
    again = tuple(replace(one, votes=votes) for one, votes in zip(first.tied, papers.votes, strict=True))
    steps.append(say.papers_judged(papers, least, most, CITE))
    steps.append(say.votes_cast(again, first.places, CITE))
    return again


def _last_seats(result: Cut, again: tuple[Candidate, ...], draws: Draws, steps: list[Step]) -> _Winners:
    people = result.certain
    if result.tied:
        drawn = draws.for_seats(ids(result.tied), result.places)
        if drawn is None:
            lot = LotNeeded("seat", ids(result.tied), result.places, CITE)
            steps.append(say.lot_needed(lot, result.tied))
            return _Winners(people, lot=lot)
        steps.append(say.lot_drawn(result.tied, drawn, result.places, CITE))
        by_id = {one.id: one for one in result.tied}
        people += tuple(by_id[one] for one in drawn[: result.places])
    return _Winners(people, margin=nearest(people, without(again, people), CITE))
