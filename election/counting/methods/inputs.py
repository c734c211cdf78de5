"""What is counted, as typed values: one class per method. `reading` is the only door in from documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from election.counting.methods.outcome import Lot

SubstituteOrder = Literal["votes", "within-group", "per-list", "none"]
MajorityOf = Literal["present", "cast"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate with personal votes, in the order of the ballot paper."""

    id: str
    name: str
    votes: int = 0
    group: str | None = None
    list_id: str | None = None


@dataclass(frozen=True, slots=True)
class SubstituteRule:
    """How those not elected line up. `most` is the length of a queue; None is no limit."""

    order: SubstituteOrder
    most: int | None = None
    is_ranked: bool = True


@dataclass(frozen=True, slots=True)
class Reservation:
    """Seats reserved for groups, in the order in which the groups are filled."""

    seats: tuple[tuple[str, int], ...] = ()
    unfilled_become_open: bool = False


@dataclass(frozen=True, slots=True)
class PersonalVotes:
    """Most personal votes win."""

    seats: int
    candidates: tuple[Candidate, ...]
    reservation: Reservation
    substitutes: SubstituteRule
    lots: tuple[Lot, ...] = ()


@dataclass(frozen=True, slots=True)
class Ballot:
    """So many papers with crosses at exactly these candidates."""

    papers: int
    crosses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """So many entries as rows of bits. `rows`: crosses, a row for each candidate in their order. `papers`: how
    many papers each entry stands for, in binary, the row of ones first."""

    entries: int
    rows: tuple[int, ...]
    papers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BlockVote:
    """Papers with several crosses; the candidates' votes are what the papers give them.

    Where `ties_by_round` is true those level for the last seats stand in one more round, of which `tie_round`
    holds the papers (None: not held yet), before a lot is drawn.
    """

    seats: int
    candidates: tuple[Candidate, ...]
    bundles: tuple[Bundle, ...]
    max_crosses: int
    min_crosses: int
    reservation: Reservation
    substitutes: SubstituteRule
    lots: tuple[Lot, ...] = ()
    ties_by_round: bool = False
    tie_round: tuple[Ballot, ...] | None = None


@dataclass(frozen=True, slots=True)
class CandidateList:
    """A list with all its votes: crosses at the list and personal votes of its candidates."""

    id: str
    name: str
    votes: int
    is_party_list: bool = False


@dataclass(frozen=True, slots=True)
class ListsDhondt:
    """Lists by highest quotients. Without candidates only the seats are shared out."""

    seats: int
    lists: tuple[CandidateList, ...]
    candidates: tuple[Candidate, ...]
    alliances: tuple[tuple[str, ...], ...]
    threshold: Fraction
    substitutes: SubstituteRule
    lots: tuple[Lot, ...] = ()


@dataclass(frozen=True, slots=True)
class Round:
    """One round of votes for one post: members present in this round, votes by id (absent is none)."""

    present: int
    votes: Mapping[str, int]
    blank: int = 0
    invalid: int = 0


@dataclass(frozen=True, slots=True)
class ThreeRounds:
    """One post, in at most three rounds. `majority_of` is for rounds 1 and 2; `cast` are votes for persons."""

    candidates: tuple[Candidate, ...]
    rounds: tuple[Round, ...]
    majority_of: MajorityOf = "present"
    lots: tuple[Lot, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A group of members that chooses together."""

    id: str
    members: int


@dataclass(frozen=True, slots=True)
class GroupsDhondt:
    """Several posts, chosen by groups in the order of their quotients."""

    seats: int
    groups: tuple[Group, ...]
    lots: tuple[Lot, ...] = ()


CountInput = PersonalVotes | BlockVote | ListsDhondt | ThreeRounds | GroupsDhondt


def alliance_id(lists: tuple[str, ...]) -> str:
    """The name of an alliance in a lot: its lists joined by plus signs."""
    return "+".join(lists)
