"""What somebody who asks “may I vote?” is told, and what they can do about it until when.

By a poll card the answer is about the card: it holds, or that cannot be confirmed; why not is never said, so
that nobody learns anything of a third person. By MitID the answer is the person's own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from election.call.rules import Phase
from election.roll.rules import ReasonCode
from registry.regulation.calendar import instant
from registry.regulation.ruled import Ruled
from registry.regulation.rules import Moment, Regulation

_OVER = frozenset({Phase.COUNTING, Phase.COUNTED, Phase.CERTIFIED})
_LONGEST_NUMBER = 200
_YEAR_DIGITS, _DATE_DIGITS, _DATE_PARTS = 4, 8, 3


class Stage(StrEnum):
    """How far the roll of the election is, for somebody outside."""

    NO_ROLL = "no_roll"
    DRAFT = "draft"
    FROZEN = "frozen"
    NO_POLL = "no_poll"
    OVER = "over"
    DESTROYED = "destroyed"

    @property
    def answers(self) -> bool:
        """Whether there is an entry to look up."""
        return self in (Stage.DRAFT, Stage.FROZEN, Stage.NO_POLL, Stage.OVER)

    @property
    def has_a_poll(self) -> bool:
        return self in (Stage.DRAFT, Stage.FROZEN)


def stage_of(phase: Phase, *, has_roll: bool, is_frozen: bool, has_entries: bool) -> Stage:
    """A frozen roll without a single entry has been destroyed, as the rules demand. (KRVL § 106, stk. 4)"""
    if not has_roll:
        return Stage.NO_ROLL
    if is_frozen and not has_entries:
        return Stage.DESTROYED
    if phase is Phase.UNCONTESTED:
        return Stage.NO_POLL
    if phase in _OVER:
        return Stage.OVER
    return Stage.FROZEN if is_frozen else Stage.DRAFT


class Standing(StrEnum):
    """How somebody stands who has proved who they are."""

    MAY_VOTE = "may_vote"
    ONLY_STANDS = "only_stands"
    STRUCK = "struck"
    REFUSED = "refused"
    UNKNOWN = "unknown"


def standing_of(*, is_on_roll: bool, may_vote: bool, is_struck: bool, is_refused: bool) -> Standing:
    """One of five; being struck goes before what the person could do until then."""
    if is_on_roll:
        if is_struck:
            return Standing.STRUCK
        return Standing.MAY_VOTE if may_vote else Standing.ONLY_STANDS
    return Standing.REFUSED if is_refused else Standing.UNKNOWN


@dataclass(frozen=True, slots=True)
class Remedies:
    """What a person who is not on the roll can still do: until when they may declare, and object."""

    declare_until: datetime | None = None
    object_until: datetime | None = None
    is_too_late_to_object: bool = False


def remedies(
    regulation: Regulation, election_on: date, reason: ReasonCode | None, standing: Standing, now: datetime
) -> Remedies:
    """Only what is still open, and only where the regulation names a deadline. (KRVL §§ 11-12 borrowed)"""
    if standing is Standing.MAY_VOTE:
        return Remedies()
    declared = regulation.right_to_vote.is_declaration_allowed
    can_declare = reason in (ReasonCode.ORIGIN_UNKNOWN, ReasonCode.ORIGIN_NOT_COVERED, None)
    may_declare = can_declare and standing in (Standing.REFUSED, Standing.ONLY_STANDS)
    is_allowed = may_declare and not declared.is_unset and declared.value
    declare = _still_open(regulation.roll.additions_until, election_on, now) if is_allowed else None
    until = moment(regulation.roll.objections_until, election_on)
    return Remedies(
        declare,
        _still_open(regulation.roll.objections_until, election_on, now),
        is_too_late_to_object=until is not None and until < now,
    )


def moment(ruled: Ruled[Moment], election_on: date) -> datetime | None:
    """The instant of a moment; None where the regulation leaves it open."""
    return None if ruled.is_unset else instant(ruled.value, election_on)


def _still_open(ruled: Ruled[Moment], election_on: date, now: datetime) -> datetime | None:
    until = moment(ruled, election_on)
    return until if until is not None and until >= now else None


def plain_number(typed: str) -> str:
    """A card number as it is typed on any keyboard: digits of every script are the digits of the card."""
    return _western_digits(typed[:_LONGEST_NUMBER])


def read_birth_date(typed: str) -> date | None:
    """Day, month and year, however they are parted: `31-12-1980`, `31.12.1980`, `1/2 1980`, `31121980`."""
    parts = list(_runs_of_digits(_western_digits(typed[:_LONGEST_NUMBER])))
    if len(parts) == 1 and len(parts[0]) == _DATE_DIGITS:
        parts = [parts[0][:2], parts[0][2:4], parts[0][4:]]
    if len(parts) != _DATE_PARTS or len(parts[2]) != _YEAR_DIGITS or max(map(len, parts[:2])) > 2:
        return None
    day, month, year = map(int, parts)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _western_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)


def _runs_of_digits(text: str) -> Iterator[str]:
    run = ""
    for sign in text + " ":
        if sign.isdecimal():
            run += sign
        elif run:
            yield run
            run = ""
