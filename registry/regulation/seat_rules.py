"""What a regulation says of the seats, the lists and the substitutes of its election."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registry.regulation.choices import GroupKind, Method, SubstituteOrder, UnfilledReserved
from registry.regulation.ruled import Ruled, in_first_edition

THE_REST = "*"
"""In `seats.group_members`: every country or district that no other group names."""
_NO: Any = in_first_edition(False)
_NO_MEMBERS: Any = in_first_edition({})


@dataclass(frozen=True, slots=True)
class Seats:
    """`votes_per_voter` is the most crosses a paper may have; `min_crosses` the fewest.

    `group_members` says which countries or districts a group of `reserved` has (`*`: the rest), where
    `group_kind` is `country` or `district`. `is_vote_within_group`: each group votes for its own candidates.
    """

    number: Ruled[int]
    method: Ruled[Method]
    votes_per_voter: Ruled[int]
    min_crosses: Ruled[int]
    group_kind: Ruled[GroupKind]
    reserved: Ruled[Mapping[str, int]]
    unfilled_reserved: Ruled[UnfilledReserved]
    group_members: Ruled[Mapping[str, tuple[str, ...]]] = _NO_MEMBERS
    is_vote_within_group: Ruled[bool] = _NO


@dataclass(frozen=True, slots=True)
class Lists:
    """`threshold` is a share of all list votes as a decimal string, "0" for none."""

    are_allowed: Ruled[bool]
    are_alliances_allowed: Ruled[bool]
    threshold: Ruled[str]


@dataclass(frozen=True, slots=True)
class Substitutes:
    """`max` substitutes in all or, with `is_per_member`, for each elected member."""

    order: Ruled[SubstituteOrder]
    max: Ruled[int]
    are_ranked: Ruled[bool]
    is_per_member: Ruled[bool] = _NO

    def most(self, seats: int) -> int:
        """How many substitutes there can be for so many elected members."""
        return self.max.value * (seats if self.is_per_member.value else 1)
