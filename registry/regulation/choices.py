"""The choices a regulation has where it may not write freely. A new choice needs code that applies it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from registry.findings import Term


class PollingKind(StrEnum):
    MEETING = "meeting"
    STATIONS = "stations"


class StationChoice(StrEnum):
    OWN_STATION = "own_station"
    FREE_CHOICE = "free_choice"


class Residence(StrEnum):
    MUNICIPALITY = "municipality"


class OriginRule(StrEnum):
    NONE = "none"
    SELF = "self"
    SELF_OR_ONE_PARENT = "self_or_one_parent"
    SELF_OR_BOTH_PARENTS = "self_or_both_parents"
    STATISTICAL = "statistical"
    DECLARATION = "declaration"


class Method(StrEnum):
    PERSONAL_VOTES = "personal-votes"
    BLOCK_VOTE = "block-vote"
    LISTS_DHONDT = "lists-dhondt"


class GroupKind(StrEnum):
    """What divides people into the groups of the reserved seats. With `none` no group is ever stored."""

    NONE = "none"
    WESTERN = "western"


class UnfilledReserved(StrEnum):
    VACANT = "vacant"
    OPEN = "open"


class SubstituteOrder(StrEnum):
    VOTES = "votes"
    WITHIN_GROUP = "within-group"
    PER_LIST = "per-list"
    NONE = "none"


class LateCandidacy(StrEnum):
    """`refused`: it gets the state late. `board_decides`: the election board may accept it with a reason."""

    REFUSED = "refused"
    BOARD_DECIDES = "board_decides"


class Ties(StrEnum):
    LOT = "lot"


class Route(StrEnum):
    """How the holders of a kind of seat are found. All of them are appointed in the end."""

    ELECTED = "elected"
    NOMINATED = "nominated"
    APPOINTED = "appointed"


class Convener(StrEnum):
    """Who convenes the constitutive meeting and presides until there is a chair."""

    SECRETARY = "secretary"
    LONGEST_SERVING = "longest_serving"
    OLDEST = "oldest"


class QuorumPhrase(StrEnum):
    AT_LEAST_HALF = "at_least_half"
    MORE_THAN_HALF = "more_than_half"


class QuorumBase(StrEnum):
    LEGAL_SIZE = "legal_size"
    FILLED_SEATS = "filled_seats"


class Majority(StrEnum):
    """What the first two rounds count against; with `plurality` there is one round and most votes win."""

    PRESENT = "present"
    CAST = "cast"
    PLURALITY = "plurality"


class BallotForm(StrEnum):
    SHOW_OF_HANDS = "show_of_hands"
    NAMED = "named"
    SECRET = "secret"  # noqa: S105 - a kind of ballot


class TieRule(StrEnum):
    """What ends a tie in the deciding round; before there is a chair it is always a lot."""

    LOT = "lot"
    CHAIR_DECIDES = "chair_decides"


GROUP_NAMES: Mapping[GroupKind, frozenset[str]] = {
    GroupKind.NONE: frozenset(),
    GroupKind.WESTERN: frozenset({Term("vestlig"), Term("ikke-vestlig")}),
}
"""The groups that each kind divides people into; `western` is Statistics Denmark's DST-western."""
