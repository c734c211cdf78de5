"""Bench depth: how many stand for how many seats, who would step in, and what follows under this regulation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from election.candidacy.rules import is_uncontested
from registry.findings import Fact, Finding, FindingKind, Term, finding_kind
from registry.regulation.choices import Method, SubstituteOrder, UnfilledReserved
from registry.regulation.ruled import Ruled
from registry.regulation.rules import Regulation

GROUP_HAS_NO_SUBSTITUTE = finding_kind(
    "W250", "Gruppen “{group}” har lige så mange kandidater som pladser, så den har ingen stedfortræder."
)
ALL_MAY_HAVE_A_SEAT = finding_kind(
    "W251",
    "Alle, der stiller op, kan få en plads. Valgbestyrelsen kan aflyse afstemningen senest {latest}. "
    "Så er der ingen stedfortrædere.",
)
POLL_IS_HELD_ANYWAY = finding_kind(
    "W252",
    "Alle, der stiller op, kan få en plads, men regulativet tillader ikke at aflyse afstemningen. "
    "Der skal stemmes.",
)
TOO_LATE_FOR_NO_POLL = finding_kind(
    "W253",
    "Alle, der stiller op, kan få en plads, men afstemningen kunne senest aflyses {latest}. Der skal stemmes.",
)
NO_SUBSTITUTES = finding_kind(
    "W254",
    "Ingen kan blive stedfortræder. Regulativet har plads til {most}. Bliver en plads ledig, er der ingen til at "
    "træde ind.",
)
SEATS_STAY_EMPTY = finding_kind("W255", "{empty} af {seats} pladser bliver tomme, hvis der ikke kommer flere.")
GROUP_SEATS_VACANT = finding_kind(
    "W256",
    "Gruppen “{group}” har {candidates} kandidater til {seats} reserverede pladser. "
    "{empty} af dem bliver stående tomme.",
)
GROUP_SEATS_OPEN = finding_kind(
    "W257",
    "Gruppen “{group}” har {candidates} kandidater til {seats} reserverede pladser. "
    "{empty} af dem går til de øvrige kandidater.",
)
LIST_IS_EMPTY = finding_kind(
    "W258",
    "{number} kandidater står ikke på nogen liste, og pladserne fordeles på lister. Lad dem vælge en liste.",
)
REGULATION_IS_SILENT = finding_kind("W259", "Regulativet siger ikke, {what}. Få det afgjort, før fristen udløber.")


@dataclass(frozen=True, slots=True)
class Follows:
    """One thing that follows from the number of candidates, and what it rests on. `is_trouble`: somebody may want
    to do something about it while candidates may still register."""

    finding: Finding
    source: str
    is_trouble: bool


@dataclass(frozen=True, slots=True)
class Stands:
    """Somebody who would stand if everything that waits were accepted."""

    group: str | None = None
    list_key: str | None = None
    is_accepted: bool = True


@dataclass(frozen=True, slots=True)
class Bench:
    """`seats` is None where the regulation leaves the number open. `candidates` counts those who are accepted and
    those who wait; `substitutes` how many of them could step in. `vacant` seats nobody could fill."""

    candidates: int
    accepted: int
    seats: int | None
    substitutes: int
    vacant: int
    is_poll_needed: bool
    follows: tuple[Follows, ...]

    @property
    def waiting(self) -> int:
        return self.candidates - self.accepted

    @property
    def is_thin(self) -> bool:
        """Whether something follows that somebody may want to do something about."""
        return any(one.is_trouble for one in self.follows)


@dataclass(frozen=True, slots=True)
class _Filled:
    """How the seats could be filled: by group (reserved seats) and by those left over."""

    vacant_of_group: Mapping[str, int]
    vacant: int
    left_over: int


def bench(
    standing: Sequence[Stands], regulation: Regulation, *, cancel_until: datetime | None, latest: str, at: datetime
) -> Bench:
    """What these candidates mean under this regulation. `cancel_until` is the last instant at which the poll may
    be called off (None where that is not said), `latest` the same as the screen writes it, `at` the
    election's time. (Regulation: seats, substitutes, uncontested; ældreloven § 36(3) is the model)
    """
    seats = regulation.seats
    number = None if seats.number.is_unset else seats.number.value
    accepted = sum(one.is_accepted for one in standing)
    if number is None:
        silent = _about(REGULATION_IS_SILENT, seats.number, what=Term("hvor mange pladser der er"))
        return Bench(len(standing), accepted, None, 0, 0, bool(standing), (silent,))
    reserved = {} if seats.reserved.is_unset else dict(seats.reserved.value)
    opens = not seats.unfilled_reserved.is_unset and seats.unfilled_reserved.value is UnfilledReserved.OPEN
    groups = [one.group for one in standing]
    filled = _fill(groups, number, reserved, opens=opens)
    is_poll_needed = not is_uncontested(groups, number, reserved, opens_unfilled=opens)
    substitutes = _substitutes(regulation, filled.left_over, number)
    follows = (
        *_of_groups(standing, regulation, reserved, filled),
        *_of_seats(filled, number, seats.number),
        *_of_lists(standing, regulation),
        *_of_poll(regulation, len(standing), is_poll_needed, cancel_until, latest, at),
        *_of_substitutes(regulation, standing, reserved, substitutes, number),
    )
    return Bench(len(standing), accepted, number, substitutes, filled.vacant, is_poll_needed, follows)


def _fill(groups: Sequence[str | None], seats: int, reserved: Mapping[str, int], *, opens: bool) -> _Filled:
    """Each group's own seats first; then the open ones, with those of the groups where they are opened."""
    of_group = Counter(group for group in groups if group in reserved)
    vacant = {group: max(0, has - of_group[group]) for group, has in reserved.items()}
    rest = len(groups) - sum(min(of_group[group], has) for group, has in reserved.items())
    room = seats - sum(reserved.values()) + (sum(vacant.values()) if opens else 0)
    taken = min(rest, room)
    empty = room - taken + (0 if opens else sum(vacant.values()))
    return _Filled(vacant, empty, rest - taken)


def _substitutes(regulation: Regulation, left_over: int, seats: int) -> int:
    """Those left over, up to the number that the regulation has room for. (Regulation: substitutes)"""
    rule = regulation.substitutes
    if not rule.order.is_unset and rule.order.value is SubstituteOrder.NONE:
        return 0
    if rule.max.is_unset or rule.is_per_member.is_unset:
        return left_over
    return min(left_over, rule.most(seats))


def _about(kind: FindingKind, rule: Ruled[Any], *, is_trouble: bool = True, **facts: Fact) -> Follows:
    return Follows(Finding(kind, facts), rule.source, is_trouble)


def _of_groups(
    standing: Sequence[Stands], regulation: Regulation, reserved: Mapping[str, int], filled: _Filled
) -> Iterator[Follows]:
    """Reserved seats that nobody of the group could fill. (Regulation: seats.unfilled_reserved)"""
    unfilled = regulation.seats.unfilled_reserved
    of_group = Counter(one.group for one in standing)
    for group, empty in filled.vacant_of_group.items():
        if not empty:
            continue
        facts: Any = {
            "group": Term(group),
            "candidates": of_group[group],
            "seats": reserved[group],
            "empty": empty,
        }
        if unfilled.is_unset:
            what = Term("hvad der sker med reserverede pladser, som ingen kan få")
            yield _about(REGULATION_IS_SILENT, unfilled, what=what)
            continue
        kind = GROUP_SEATS_OPEN if unfilled.value is UnfilledReserved.OPEN else GROUP_SEATS_VACANT
        yield _about(kind, unfilled, **facts)


def _of_seats(filled: _Filled, seats: int, rule: Ruled[int]) -> Iterator[Follows]:
    if filled.vacant:
        yield _about(SEATS_STAY_EMPTY, rule, empty=filled.vacant, seats=seats)


def _of_lists(standing: Sequence[Stands], regulation: Regulation) -> Iterator[Follows]:
    """Candidates who stand on no list where seats go to lists. (Regulation: seats.method)"""
    method = regulation.seats.method
    if method.is_unset or method.value is not Method.LISTS_DHONDT:
        return
    without = sum(one.list_key is None for one in standing)
    if without:
        yield _about(LIST_IS_EMPTY, method, number=without)


def _of_poll(
    regulation: Regulation,
    candidates: int,
    is_poll_needed: bool,
    cancel_until: datetime | None,
    latest: str,
    at: datetime,
) -> Iterator[Follows]:
    """Whether the poll may be called off. (Regulation: uncontested; ældreloven § 36(3) is the model)"""
    rule = regulation.uncontested
    if is_poll_needed or not candidates:
        return
    if rule.is_allowed.is_unset or (rule.is_allowed.value and rule.latest.is_unset):
        what = Term("om afstemningen kan aflyses, når alle kan få en plads")
        yield _about(REGULATION_IS_SILENT, rule.is_allowed if rule.is_allowed.is_unset else rule.latest, what=what)
    elif not rule.is_allowed.value:
        yield _about(POLL_IS_HELD_ANYWAY, rule.is_allowed)
    elif cancel_until is not None and at > cancel_until:
        yield _about(TOO_LATE_FOR_NO_POLL, rule.latest, latest=latest)
    else:
        yield _about(ALL_MAY_HAVE_A_SEAT, rule.is_allowed, is_trouble=False, latest=latest)


def _of_substitutes(
    regulation: Regulation,
    standing: Sequence[Stands],
    reserved: Mapping[str, int],
    substitutes: int,
    seats: int,
) -> Iterator[Follows]:
    """Nobody to step in when a seat falls vacant. (Regulation: substitutes.order, substitutes.max)"""
    rule = regulation.substitutes
    has_none = not rule.order.is_unset and rule.order.value is SubstituteOrder.NONE
    if has_none or rule.order.is_unset:
        return
    if not substitutes:
        most = 0 if rule.max.is_unset or rule.is_per_member.is_unset else rule.most(seats)
        if most:
            yield _about(NO_SUBSTITUTES, rule.max, most=most)
    elif rule.order.value is SubstituteOrder.WITHIN_GROUP:
        of_group = Counter(one.group for one in standing)
        for group, has in reserved.items():
            if of_group[group] == has:
                yield _about(GROUP_HAS_NO_SUBSTITUTE, rule.order, group=Term(group))
