"""What a regulation says of the council itself: who fills which seats, and how its meetings decide."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from registry.regulation.choices import (
    BallotForm,
    Convener,
    DecisionTie,
    Majority,
    QuorumBase,
    QuorumPhrase,
    Route,
    TieRule,
)
from registry.regulation.ruled import NOT_IN_FIRST_EDITION, Ruled

_LATER: Any = NOT_IN_FIRST_EDITION


@dataclass(frozen=True, slots=True)
class SeatGroupRule:
    """One kind of seat: how many, how they are filled, who appoints, and whether they vote.

    `nominated_by` names whoever proposes the members, "-" where nobody does. `seats` is absent for the elected:
    theirs is the number that the election is about.
    """

    code: str
    name: Ruled[str]
    route: Ruled[Route]
    nominated_by: Ruled[str]
    has_vote: Ruled[bool]
    seats: Ruled[int] | None = None


@dataclass(frozen=True, slots=True)
class Composition:
    """`legal_size` is the fixed number of voting seats: quorum is measured against it, not against rows.

    `is_maximum`: there may be fewer members. `must_reside`: a member lives in the municipality, all the time.
    """

    legal_size: Ruled[int]
    groups: tuple[SeatGroupRule, ...]
    is_maximum: Ruled[bool] = _LATER
    must_reside: Ruled[bool] = _LATER

    def group(self, code: str) -> SeatGroupRule | None:
        return next((group for group in self.groups if group.code == code), None)

    def seats_of(self, group: SeatGroupRule, elected: int) -> int:
        """How many seats a kind has; `elected` is the number that the election is about."""
        return elected if group.seats is None else group.seats.value

    @property
    def elected_groups(self) -> tuple[SeatGroupRule, ...]:
        return tuple(group for group in self.groups if group.route.value is Route.ELECTED)


@dataclass(frozen=True, slots=True)
class PostRule:
    """A post that the council fills among its members. `open_to` names seat groups; none means everybody.

    `unless_held` means that the post falls away when a member of those groups holds another post already.
    """

    code: str
    name: Ruled[str]
    open_to: Ruled[tuple[str, ...]]
    unless_held: Ruled[bool]


@dataclass(frozen=True, slots=True)
class MeetingRules:
    """The council's own rules of meeting. `notice_days` are whole days between dispatch and the constitutive
    meeting, `agenda_days` between agenda and any other. `rhythm` says in words when the council meets;
    `meetings_per_year` is the number it must reach."""

    convened_by: Ruled[Convener]
    notice_days: Ruled[int]
    quorum: Ruled[QuorumPhrase]
    quorum_base: Ruled[QuorumBase]
    majority: Ruled[Majority]
    ballot_form: Ruled[BallotForm]
    tie: Ruled[TieRule]
    must_accept: Ruled[bool]
    posts: tuple[PostRule, ...]
    decision_tie: Ruled[DecisionTie] = _LATER
    agenda_days: Ruled[int] = _LATER
    rhythm: Ruled[str] = _LATER
    meetings_per_year: Ruled[int] = _LATER
    rules_adopted_by: Ruled[str] = _LATER

    def post(self, code: str) -> PostRule | None:
        return next((post for post in self.posts if post.code == code), None)


def quorum(phrase: QuorumPhrase, size: int) -> int:
    """How many must be present, out of `size`: at least half of 15 is 8, of 14 is 7; more than half of 14 is 8.

    The phrase is stored, never a number. (KSTL § 11(2) borrowed where the regulation says so)
    """
    half = Fraction(size, 2)
    least = int(half) + 1
    if phrase is QuorumPhrase.AT_LEAST_HALF and half.denominator == 1:
        return int(half)
    return least
