"""What a regulation says: every value with its source, or openly assumed. No rule of one council is code.

A file `files/<council>-<year>.toml` becomes one `Regulation` (see `loader`). Each section of the file is
one frozen dataclass here, and its fields are the keys that the section must have: a new key is a new field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from registry.regulation.choices import (
    GroupKind,
    LateCandidacy,
    Method,
    OriginRule,
    PollingKind,
    Residence,
    StationChoice,
    SubstituteOrder,
    Ties,
    UnfilledReserved,
)
from registry.regulation.council_rules import Composition, MeetingRules
from registry.regulation.ruled import Ruled


@dataclass(frozen=True, slots=True)
class Moment:
    """A deadline relative to election day: whole days (negative = before) and local Danish time."""

    days: int
    at: time


@dataclass(frozen=True, slots=True)
class Municipality:
    code: Ruled[str]
    name: Ruled[str]


@dataclass(frozen=True, slots=True)
class Council:
    id: Ruled[str]
    name: Ruled[str]


@dataclass(frozen=True, slots=True)
class Basis:
    """Where the regulation comes from and from when to when it holds (both dates included)."""

    act: Ruled[str]
    adopted_by: Ruled[str]
    adopted_on: Ruled[date]
    valid_from_on: Ruled[date]
    valid_to_on: Ruled[date]


@dataclass(frozen=True, slots=True)
class Polling:
    """`opens` and `closes` are local times on election day; closing is still an act, never the clock."""

    kind: Ruled[PollingKind]
    has_poll_cards: Ruled[bool]
    station_choice: Ruled[StationChoice]
    stations: Ruled[tuple[str, ...]]
    opens: Ruled[time]
    closes: Ruled[time]


@dataclass(frozen=True, slots=True)
class RightRule:
    """Who has a right. `outside_groups` and `outside_countries` together are the named, dated set that
    *born outside* is measured against; `or_born_or_parent_born_in` adds people whatever the rest says."""

    minimum_age: Ruled[int]
    residence: Ruled[Residence]
    origin: Ruled[OriginRule]
    outside_groups: Ruled[tuple[str, ...]]
    outside_countries: Ruled[tuple[str, ...]]
    or_born_or_parent_born_in: Ruled[tuple[str, ...]]
    is_declaration_allowed: Ruled[bool]


@dataclass(frozen=True, slots=True)
class RightToStand:
    same_as_vote: Ruled[bool]
    own: RightRule | None = None


@dataclass(frozen=True, slots=True)
class Seats:
    """`votes_per_voter` is the most crosses a paper may have; `min_crosses` the fewest."""

    number: Ruled[int]
    method: Ruled[Method]
    votes_per_voter: Ruled[int]
    min_crosses: Ruled[int]
    group_kind: Ruled[GroupKind]
    reserved: Ruled[Mapping[str, int]]
    unfilled_reserved: Ruled[UnfilledReserved]


@dataclass(frozen=True, slots=True)
class Lists:
    """`threshold` is a share of all list votes as a decimal string, "0" for none."""

    are_allowed: Ruled[bool]
    are_alliances_allowed: Ruled[bool]
    threshold: Ruled[str]


@dataclass(frozen=True, slots=True)
class Substitutes:
    order: Ruled[SubstituteOrder]
    max: Ruled[int]
    are_ranked: Ruled[bool]


@dataclass(frozen=True, slots=True)
class TieRules:
    seats: Ruled[Ties]
    substitutes: Ruled[Ties]
    drawn_by: Ruled[str]


@dataclass(frozen=True, slots=True)
class CandidacyRules:
    supporters_min: Ruled[int]
    supporters_max: Ruled[int]
    opens: Ruled[Moment]
    closes: Ruled[Moment]
    cure_until: Ruled[Moment]
    withdrawal_until: Ruled[Moment]
    late: Ruled[LateCandidacy]


@dataclass(frozen=True, slots=True)
class Uncontested:
    """May the election board cancel the poll when no more stand than there are seats, and until when?"""

    is_allowed: Ruled[bool]
    latest: Ruled[Moment]


@dataclass(frozen=True, slots=True)
class RollRules:
    frozen_by: Ruled[Moment]
    poll_cards_sent_by: Ruled[Moment]
    objections_until: Ruled[Moment]
    additions_until: Ruled[Moment]


@dataclass(frozen=True, slots=True)
class InvalidGround:
    code: str
    text: Ruled[str]


@dataclass(frozen=True, slots=True)
class CountingRules:
    """`invalid_grounds` stand in order of precedence. Limits are per mille of the papers in the box."""

    invalid_grounds: tuple[InvalidGround, ...]
    small_count: Ruled[int]
    blanks_limit_per_mille: Ruled[int]
    invalid_limit_per_mille: Ruled[int]


@dataclass(frozen=True, slots=True)
class AfterPoll:
    complaint_until: Ruled[Moment]
    complaint_to: Ruled[str]
    appointed_by: Ruled[str]
    term_starts_on: Ruled[date]
    term_ends_on: Ruled[date]
    destroy_roll_from: Ruled[Moment]


@dataclass(frozen=True, slots=True)
class Regulation:
    """The rules of one council for one term. What came later to the schema may be missing in an older file."""

    id: str
    title: Ruled[str]
    municipality: Municipality
    council: Council
    basis: Basis
    polling: Polling
    right_to_vote: RightRule
    right_to_stand: RightToStand
    seats: Seats
    lists: Lists
    substitutes: Substitutes
    ties: TieRules
    candidacy: CandidacyRules
    uncontested: Uncontested
    roll: RollRules
    counting: CountingRules
    after: AfterPoll
    composition: Composition | None = None
    meetings: MeetingRules | None = None

    @property
    def stand_rule(self) -> RightRule:
        """The rule that decides who may stand: the own one, or the one that decides who may vote."""
        return self.right_to_stand.own or self.right_to_vote

    @property
    def has_reserved_seats(self) -> bool:
        return bool(self.seats.reserved.value)
