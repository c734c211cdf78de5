"""What a regulation says: every value with its source, or openly assumed. No rule of one council is code.

A file `files/<council>-<year>.toml` becomes one `Regulation` (see `loader`). Each section of the file is
one frozen dataclass here, and its fields are the keys that the section must have: a new key is a new field.
A field with a default came with the second edition of the schema (`schema = 2`): from then on its key must
stand in the file, and an election that was called on an older file still reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from registry.regulation.ballot_rules import WITHOUT_THE_SECTION, BallotRules
from registry.regulation.choices import (
    CouncilKind,
    CountPlace,
    Declared,
    LateCandidacy,
    OriginRule,
    PollingKind,
    Residence,
    State,
    StationChoice,
    Supporters,
    Ties,
)
from registry.regulation.council_rules import Composition, MeetingRules
from registry.regulation.plausibility_rules import NO_EXPECTATIONS, PlausibilityRules
from registry.regulation.ruled import NOT_IN_FIRST_EDITION, Ruled, in_first_edition
from registry.regulation.seat_rules import Lists, Seats, Substitutes

_LATER: Any = NOT_IN_FIRST_EDITION
_ZERO: Any = in_first_edition(0)


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
    kind: Ruled[CouncilKind] = _LATER


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A document that the regulation was made from: its `version` is its date or number, "-" where it has none."""

    code: str
    title: Ruled[str]
    version: Ruled[str]


@dataclass(frozen=True, slots=True)
class Basis:
    """Where the regulation comes from and from when to when it holds (both dates included).

    `amending_act` is the act that gave the legal basis its wording, "-" where none is named.
    """

    act: Ruled[str]
    adopted_by: Ruled[str]
    adopted_on: Ruled[date]
    valid_from_on: Ruled[date]
    valid_to_on: Ruled[date]
    amending_act: Ruled[str] = _LATER
    state: Ruled[State] = _LATER


@dataclass(frozen=True, slots=True)
class Polling:
    """`opens` and `closes` are local times on election day; closing is still an act, never the clock.

    With `letters` they are the hours in which what came by post may still be handed in on the last day.
    """

    kind: Ruled[PollingKind]
    has_poll_cards: Ruled[bool]
    station_choice: Ruled[StationChoice]
    stations: Ruled[tuple[str, ...]]
    opens: Ruled[time]
    closes: Ruled[time]
    counted_at: Ruled[CountPlace] = _LATER
    has_preliminary_count: Ruled[bool] = _LATER
    postal_opens: Ruled[Moment] = _LATER
    postal_closes: Ruled[Moment] = _LATER


@dataclass(frozen=True, slots=True)
class RightRule:
    """Who has a right. `outside_groups` and `outside_countries` together are the named, dated set that
    *born outside* is measured against, and `outside_name` is what the municipality calls it ("-" without one);
    `or_born_or_parent_born_in` adds people whatever the rest says. `years_in_realm` are whole years of unbroken
    residence on election day, 0 for none."""

    minimum_age: Ruled[int]
    residence: Ruled[Residence]
    origin: Ruled[OriginRule]
    outside_groups: Ruled[tuple[str, ...]]
    outside_countries: Ruled[tuple[str, ...]]
    or_born_or_parent_born_in: Ruled[tuple[str, ...]]
    is_declaration_allowed: Ruled[bool]
    years_in_realm: Ruled[int] = _ZERO
    outside_name: Ruled[str] = _LATER


@dataclass(frozen=True, slots=True)
class RightToStand:
    same_as_vote: Ruled[bool]
    own: RightRule | None = None


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
    declared: Ruled[Declared] = _LATER
    supporters_from: Ruled[Supporters] = _LATER
    presented_by: Ruled[Moment] = _LATER


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
    """`appointed_in_month` is 1–12. `replacement_…` say who proposes and who approves a new member in the term."""

    complaint_until: Ruled[Moment]
    complaint_to: Ruled[str]
    appointed_by: Ruled[str]
    term_starts_on: Ruled[date]
    term_ends_on: Ruled[date]
    destroy_roll_from: Ruled[Moment]
    appointed_in_month: Ruled[int] = _LATER
    constitutive_meeting_by: Ruled[Moment] = _LATER
    replacement_nominated_by: Ruled[str] = _LATER
    replacement_approved_by: Ruled[str] = _LATER


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
    ballot: BallotRules = WITHOUT_THE_SECTION
    plausibility: PlausibilityRules = NO_EXPECTATIONS
    composition: Composition | None = None
    meetings: MeetingRules | None = None
    schema: int = 1
    sources: tuple[SourceDocument, ...] = ()

    @property
    def stand_rule(self) -> RightRule:
        """The rule that decides who may stand: the own one, or the one that decides who may vote."""
        return self.right_to_stand.own or self.right_to_vote

    @property
    def has_reserved_seats(self) -> bool:
        return bool(self.seats.reserved.value)

    @property
    def has_direct_election(self) -> bool:
        return self.polling.kind.value is not PollingKind.NONE

    @property
    def most_substitutes(self) -> int:
        return self.substitutes.most(self.seats.number.value)
