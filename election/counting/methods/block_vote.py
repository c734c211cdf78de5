"""Block vote: papers with several crosses, counted to personal votes; then as personal votes.

The number of crosses is the council's own rule; papers outside it are invalid. KRVL § 85 for the rest.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import chain

from election.counting.methods import person_steps as say
from election.counting.methods.inputs import Ballot, BlockVote
from election.counting.methods.lots import Draws
from election.counting.methods.outcome import Decided, LotRequired
from election.counting.methods.personal_votes import CITE, fill_seats

_Kinds = dict[tuple[int, int], list[tuple[str, ...]]]


def count_block_vote(given: BlockVote) -> Decided | LotRequired:
    """The result of an election where each voter may put several crosses.

    KRVL § 85.
    """
    kinds = _by_kind(given.ballots)
    too_many = sum(papers * len(same) for (papers, crosses), same in kinds.items() if crosses > given.max_crosses)
    too_few = sum(papers * len(same) for (papers, crosses), same in kinds.items() if crosses < given.min_crosses)
    valid = sum(papers * len(same) for (papers, _), same in kinds.items()) - too_many - too_few
    votes = _votes(kinds, given.min_crosses, given.max_crosses)
    candidates = tuple(replace(one, votes=votes[one.id]) for one in given.candidates)
    opening = (
        say.papers_judged(valid, too_many, too_few, given.min_crosses, given.max_crosses),
        say.votes_cast(candidates, given.seats, CITE),
    )
    draws = Draws(given.lots)
    result = fill_seats(candidates, given.seats, given.reservation, given.substitutes, draws, opening)
    return replace(result, invalid_ballots=too_many + too_few)


def _by_kind(ballots: tuple[Ballot, ...]) -> _Kinds:
    """Entries that weigh the same and hold as many crosses together: judged once, added up in one pass."""
    kinds: _Kinds = defaultdict(list)
    for one in ballots:
        crosses = one.crosses
        kinds[one.papers, len(crosses)].append(crosses)
    return kinds


def _votes(kinds: _Kinds, least: int, most: int) -> Counter[str]:
    """Votes per candidate from the valid papers."""
    votes: Counter[str] = Counter()
    for (papers, crosses), same in kinds.items():
        if least <= crosses <= most:
            for candidate, times in Counter(chain.from_iterable(same)).items():
                votes[candidate] += papers * times
    return votes
