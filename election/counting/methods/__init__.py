"""Counting: a document or typed input in, a typed outcome with its steps out. Pure: nothing else is touched.

personal_votes   most votes win, reserved seats first          KRVL § 85
block_vote       several crosses on a paper                    KRVL § 85
tie_round        equals in a round of their own, then a lot    BEK 2678/2021 §§ 6–8
papers           papers with crosses as rows of bits
lists_dhondt     lists and alliances by highest quotients      KRVL §§ 81–82, 85–86
three_rounds     one post in at most three rounds              KSTL § 24(1)
groups_dhondt    several posts chosen by groups in turn        KSTL § 24(3)
substitutes      those not elected in order                    KRVL § 91
lots             draws made by people, one question at a time  KRVL §§ 81(2), 85
*_steps          what the protocol says; *_margins how close it was
reading          the contract's input, every oddity refused; document writes its output
"""

from __future__ import annotations

from election.counting.methods.bad_input import BadInput
from election.counting.methods.block_vote import count_block_vote
from election.counting.methods.document import as_document
from election.counting.methods.groups_dhondt import count_groups_dhondt
from election.counting.methods.inputs import (
    BlockVote,
    Candidate,
    CountInput,
    Group,
    GroupsDhondt,
    PersonalVotes,
    Round,
    ThreeRounds,
)
from election.counting.methods.lists_dhondt import count_lists_dhondt
from election.counting.methods.outcome import Decided, Lot, LotNeeded, LotRequired, NextRound, Outcome, Step
from election.counting.methods.personal_votes import count_personal_votes
from election.counting.methods.reading import read_document
from election.counting.methods.three_rounds import count_three_rounds, votes_needed

__all__ = [
    "BadInput",
    "Candidate",
    "CountInput",
    "Decided",
    "Group",
    "GroupsDhondt",
    "Lot",
    "LotNeeded",
    "LotRequired",
    "NextRound",
    "Outcome",
    "Round",
    "Step",
    "ThreeRounds",
    "as_document",
    "count",
    "count_document",
    "read_document",
    "votes_needed",
]


def count(given: CountInput) -> Outcome:
    """Count by the method the input belongs to. Raises BadInput for a lot that answers no tie and for rounds
    that cannot have been held so."""
    if isinstance(given, PersonalVotes):
        return count_personal_votes(given)
    if isinstance(given, BlockVote):
        return count_block_vote(given)
    if isinstance(given, ThreeRounds):
        return count_three_rounds(given)
    if isinstance(given, GroupsDhondt):
        return count_groups_dhondt(given)
    return count_lists_dhondt(given)


def count_document(obj: object) -> dict[str, object]:
    """Read, count and write: the whole contract for one decoded document. Raises BadInput."""
    return as_document(count(read_document(obj)))
