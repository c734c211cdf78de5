"""Block vote: papers with several crosses, counted to personal votes; then as personal votes.

The number of crosses is the council's own rule; papers outside it are invalid. KRVL § 85 for the rest.
"""

from __future__ import annotations

from dataclasses import replace

from election.counting.methods import person_steps as say
from election.counting.methods.inputs import BlockVote
from election.counting.methods.lots import Draws
from election.counting.methods.outcome import Decided, LotRequired, NextRound
from election.counting.methods.papers import judge
from election.counting.methods.person_margins import CITE
from election.counting.methods.personal_votes import fill_seats
from election.counting.methods.tie_round import fill_seats_by_round


def count_block_vote(given: BlockVote) -> Decided | LotRequired | NextRound:
    """The result of an election where each voter may put several crosses.

    Raises BadInput for a round between equals that cannot have been held so.

    KRVL § 85; BEK 2678/2021 §§ 6–8 where equals stand in a round of their own.
    """
    papers = judge(given.bundles, len(given.candidates), given.min_crosses, given.max_crosses)
    candidates = tuple(
        replace(one, votes=votes) for one, votes in zip(given.candidates, papers.votes, strict=True)
    )
    opening = (
        say.papers_judged(papers, given.min_crosses, given.max_crosses),
        say.votes_cast(candidates, given.seats, CITE),
    )
    draws = Draws(given.lots)
    result: Decided | LotRequired | NextRound
    if given.ties_by_round:
        result = fill_seats_by_round(given, candidates, draws, opening)
    else:
        result = fill_seats(candidates, given.seats, given.reservation, given.substitutes, draws, opening)
    return replace(result, invalid_ballots=papers.too_many + papers.too_few)
