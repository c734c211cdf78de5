"""The choices a regulation has where it may not write freely. A new choice needs code that applies it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from registry.findings import Term


class PollingKind(StrEnum):
    """`none`: the council has no direct election; the regulation says how it is appointed and meets."""

    MEETING = "meeting"
    STATIONS = "stations"
    LETTERS = "letters"
    NONE = "none"


class CouncilKind(StrEnum):
    """What kind of council it is: the law that its regulation must keep to depends on it."""

    INTEGRATION = "integration"
    SENIORS = "seniors"
    ASSOCIATION = "association"


class State(StrEnum):
    """How far a regulation has come. Only one that is approved or in force may be used in an election."""

    DRAFT = "draft"
    APPROVED = "approved"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"


class CountPlace(StrEnum):
    STATION = "station"
    CENTRAL = "central"


class Declared(StrEnum):
    """When somebody can declare that they stand: before the election meeting, or at the meeting itself too."""

    BEFORE = "before"
    AT_MEETING = "at_meeting"


class Supporters(StrEnum):
    """Who may support a candidacy."""

    VOTERS = "voters"
    ANYBODY = "anybody"


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
    COUNTRY = "country"
    DISTRICT = "district"


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


class BallotOrder(StrEnum):
    """How candidates are ordered on the ballot. `rotation`: by lot; each station begins one name later."""

    LOT = "lot"
    ALPHABETICAL = "alphabetical"
    ROTATION = "rotation"


class AfterPrinting(StrEnum):
    """What happens to a ballot that is made when a candidate dies or loses the right to stand."""

    MARKED = "marked"
    REPRINTED = "reprinted"


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


class DecisionTie(StrEnum):
    """What ends a tie when the council decides a matter; elections have a rule of their own."""

    CHAIR_DECIDES = "chair_decides"
    FALLS = "falls"


class TieRule(StrEnum):
    """What ends a tie in the deciding round; before there is a chair it is always a lot."""

    LOT = "lot"
    CHAIR_DECIDES = "chair_decides"


BORN_OUTSIDE = frozenset({OriginRule.SELF, OriginRule.SELF_OR_ONE_PARENT, OriginRule.SELF_OR_BOTH_PARENTS})
"""The origin rules that measure birth against a named set of countries."""

GROUP_NAMES: Mapping[GroupKind, frozenset[str]] = {
    GroupKind.NONE: frozenset(),
    GroupKind.WESTERN: frozenset({Term("vestlig"), Term("ikke-vestlig")}),
}
"""The groups of the kinds that the program itself knows; `western` is Statistics Denmark's DST-western.
Those of `country` and `district` stand in the regulation (seats.group_members)."""
