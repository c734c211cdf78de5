"""What in a regulation contradicts the law that holds at its time, and what an office should look at again.

`F…` contradicts the law; `W…` must be explained. Nothing is said of a value that is left open. The law changes:
the beginning of the term decides which version a regulation is held against.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from registry.findings import Finding, FindingKind, Refused, Term
from registry.regulation import findings as say
from registry.regulation.choices import BORN_OUTSIDE, BallotOrder, CouncilKind, OriginRule, Route
from registry.regulation.country_sets import CountrySets, shipped_country_sets
from registry.regulation.law_sentences import (
    ALL_ELECTED,
    APPOINTED_SENIORS,
    BORROWED,
    CANCELLED_TOO_LATE,
    DENMARK_OUTSIDE,
    LEFT_TO_A_COMMITTEE,
    MORE_SUBSTITUTES,
    MORE_THAN_LAW_ASKS,
    NO_DIRECT_ELECTION,
    NO_LISTS,
    NO_RESIDENCE,
    NOT_BY_MUNICIPAL_COUNCIL,
    NOT_THE_COMPOSITION,
    OTHER_TERM,
    OWN_RULES_OF_PROCEDURE,
    RESERVED_IN_A_SENIORS_COUNCIL,
    ROTATION_AT_ONE_STATION,
    SEVERAL_VOTES,
    TERM_TOO_LONG,
    TIME_UNKNOWN,
    TOO_FEW_MEMBERS,
    WRONG_AGE,
)
from registry.regulation.ruled import Ruled
from registry.regulation.rules import Moment, Regulation, RightRule
from registry.regulation.values import every_value

SECTION_42_IS_NEW_FROM = date(2022, 1, 1)
"""Law no. 2623 of 28 December 2021, § 3 no. 6."""
SENIORS_ACT_FROM = date(2025, 7, 1)
"""Law no. 1651 of 2024: §§ 34-36 took the place of §§ 30-32 of the act before it, with the same content."""

_COUNCIL_BODY = re.compile(r"kommunalbestyrelse|byråd|borgerrepræsentation|kommunens råd", re.IGNORECASE)
_PART_OF_THE_MUNICIPALITY = re.compile(r"udvalg|forvaltning|direktion|kommune|magistrat", re.IGNORECASE)
_BORROWED = re.compile(r"KRVL|kommunal- og regionalvalglov", re.IGNORECASE)
NOBODY = "-"


@dataclass(frozen=True, slots=True)
class Law:
    """The version of the law that a regulation is held against; the sections with their act, in Danish."""

    members: str
    appointment: str
    term: str
    procedure: str
    is_before_2022: bool = False


BEFORE_2022 = Term("integrationsloven § 42 i dens ordlyd før 2022")
FROM_2022 = Term("integrationsloven § 42, stk. 3 (lov nr. 2623 af 28. december 2021)")
FROM_2022_PROCEDURE = Term("integrationsloven § 42, stk. 5 (lov nr. 2623 af 28. december 2021)")
OLD_SECTION_42 = Law(BEFORE_2022, BEFORE_2022, BEFORE_2022, BEFORE_2022, is_before_2022=True)
NEW_SECTION_42 = Law("", FROM_2022, FROM_2022, FROM_2022_PROCEDURE)


@dataclass(frozen=True, slots=True)
class SeniorsLaw:
    """The sections on councils of the elderly, in the act that holds them at the time."""

    direct_election: str
    members: str
    procedure: str
    term: str
    rights: str
    cancelling: str


BEFORE_JULY_2025 = SeniorsLaw(
    Term("retssikkerhedsloven § 30, stk. 1"),
    Term("retssikkerhedsloven § 30, stk. 2"),
    Term("retssikkerhedsloven § 31, stk. 1"),
    Term("retssikkerhedsloven § 32, stk. 1"),
    Term("retssikkerhedsloven § 32, stk. 2"),
    Term("retssikkerhedsloven § 32, stk. 3"),
)
FROM_JULY_2025 = SeniorsLaw(
    Term("ældreloven § 34, stk. 1"),
    Term("ældreloven § 34, stk. 2"),
    Term("ældreloven § 35, stk. 1"),
    Term("ældreloven § 36, stk. 1"),
    Term("ældreloven § 36, stk. 2"),
    Term("ældreloven § 36, stk. 3"),
)

Check = Callable[[], Finding | None]


def law_findings(regulation: Regulation, sets: CountrySets | None = None) -> tuple[Finding, ...]:
    """Everything that contradicts the law (`F…`) or should be looked at again (`W…`), in the order of the law.

    `sets` are the named groups of countries; without it those that come with the program."""
    checks = _checks(regulation, sets or shipped_country_sets())
    return tuple(found for check in checks if (found := _seen(check)) is not None)


def _seen(check: Check) -> Finding | None:
    try:
        return check()
    except Refused as trouble:
        if trouble.kind is not say.UNSET:
            raise
        return None


def _checks(r: Regulation, sets: CountrySets) -> Iterator[Check]:
    kind = CouncilKind.INTEGRATION if r.council.kind.is_unset else r.council.kind.value
    begins_on = first_day(r)
    if begins_on is None and kind is not CouncilKind.ASSOCIATION:
        yield lambda: Finding(TIME_UNKNOWN, {"path": "after.term_starts_on"})
    elif begins_on is not None and kind is CouncilKind.INTEGRATION:
        yield from _integration(r, OLD_SECTION_42 if begins_on < SECTION_42_IS_NEW_FROM else NEW_SECTION_42)
    elif begins_on is not None and kind is CouncilKind.SENIORS:
        yield from _seniors(r, BEFORE_JULY_2025 if begins_on < SENIORS_ACT_FROM else FROM_JULY_2025)
    yield lambda: _denmark(r.right_to_vote, "right_to_vote", sets, begins_on)
    own = r.right_to_stand.own
    if own is not None:
        yield lambda: _denmark(own, "right_to_stand.own", sets, begins_on)
    yield lambda: _composition(r)
    yield lambda: _rotation(r)
    if kind is not CouncilKind.SENIORS:
        yield lambda: _borrowed(r)


def first_day(r: Regulation) -> date | None:
    """The day whose law counts: the first of the term, else the first on which the regulation holds."""
    for day in (r.after.term_starts_on, r.basis.valid_from_on, r.basis.adopted_on):
        if not day.is_unset:
            return day.value
    return None


def _found(kind: FindingKind, is_wrong: bool, path: str, section: str, **facts: str | int) -> Finding | None:
    return Finding(kind, {"path": path, "section": section, **facts}) if is_wrong else None


# Councils for integration ------------------------------------------------------------------------------------


def _integration(r: Regulation, law: Law) -> Iterator[Check]:
    """integrationsloven § 42, in the version before or after law no. 2623 of 2021."""
    council, meetings, after = r.composition, r.meetings, r.after
    if law.is_before_2022 and council is not None:
        yield lambda: _at_least(council.legal_size, "composition.legal_size", law.members, 7)
        yield lambda: _found(NO_RESIDENCE, not council.must_reside.value, "composition.must_reside", law.members)
        yield lambda: _found(
            ALL_ELECTED,
            bool(council.groups) and all(group.route.value is Route.ELECTED for group in council.groups),
            "composition.groups",
            law.members,
        )
    yield lambda: _by_municipal_council("after.appointed_by", after.appointed_by, law.appointment)
    yield lambda: _by_municipal_council(
        "after.replacement_approved_by", after.replacement_approved_by, law.appointment
    )
    if meetings is not None:
        yield lambda: _by_municipal_council("meetings.rules_adopted_by", meetings.rules_adopted_by, law.procedure)
    yield lambda: _term(r, law)


def _at_least(size: Ruled[int], path: str, section: str, least: int) -> Finding | None:
    return _found(TOO_FEW_MEMBERS, size.value < least, path, section, members=size.value, least=least)


def _by_municipal_council(path: str, body: Ruled[str], section: str) -> Finding | None:
    name = body.value
    if name == NOBODY or _COUNCIL_BODY.search(name):
        return None
    kind = LEFT_TO_A_COMMITTEE if _PART_OF_THE_MUNICIPALITY.search(name) else NOT_BY_MUNICIPAL_COUNCIL
    return _found(kind, True, path, section, body=name)


def _term(r: Regulation, law: Law) -> Finding | None:
    """The council's term follows the municipal one: four years from 1 January after a municipal election."""
    begins_on, ends_on = r.after.term_starts_on.value, r.after.term_ends_on.value
    path = "after.term_ends_on"
    if not law.is_before_2022 and is_longer_than_four_years(begins_on, ends_on):
        return _found(TERM_TOO_LONG, True, path, law.term)
    municipal_end = date(begins_on.year + (1 - begins_on.year) % 4, 12, 31)
    period = f"{begins_on:%d.%m.%Y}–{ends_on:%d.%m.%Y}"
    return _found(OTHER_TERM, ends_on != municipal_end, path, law.term, period=period)


def is_longer_than_four_years(begins_on: date, ends_on: date) -> bool:
    """Both days included: 1 January 2022 to 31 December 2025 is four years."""
    month, day = (2, 28) if (begins_on.month, begins_on.day) == (2, 29) else (begins_on.month, begins_on.day)
    return ends_on >= date(begins_on.year + 4, month, day)


# Councils of the elderly -------------------------------------------------------------------------------------


def _seniors(r: Regulation, law: SeniorsLaw) -> Iterator[Check]:
    """ældreloven §§ 34-36 from 1 July 2025; before that retssikkerhedsloven §§ 30-32."""
    council, after = r.composition, r.after
    yield lambda: _found(NO_DIRECT_ELECTION, not r.has_direct_election, "polling.kind", law.direct_election)
    if council is not None:
        yield lambda: _found(
            NO_DIRECT_ELECTION,
            r.has_direct_election and any(g.route.value is not Route.ELECTED for g in council.groups),
            "composition.groups",
            law.direct_election,
        )
        yield lambda: _at_least(council.legal_size, "composition.legal_size", law.members, 5)
    else:
        yield lambda: _at_least(r.seats.number, "seats.number", law.members, 5)
    yield from _seniors_rights(r, law)
    yield lambda: _found(NO_LISTS, r.lists.are_allowed.value, "lists.are_allowed", law.members)
    yield lambda: _found(NO_LISTS, r.lists.are_alliances_allowed.value, "lists.are_alliances_allowed", law.members)
    yield lambda: _found(
        TERM_TOO_LONG,
        is_longer_than_four_years(after.term_starts_on.value, after.term_ends_on.value),
        "after.term_ends_on",
        law.term,
    )
    yield from _seniors_cancelling(r, law)
    yield from _seniors_habits(r, law)


def _seniors_rights(r: Regulation, law: SeniorsLaw) -> Iterator[Check]:
    yield from _sixty_and_resident("right_to_vote", r.right_to_vote, law)
    if r.right_to_stand.own is not None:
        yield from _sixty_and_resident("right_to_stand.own", r.right_to_stand.own, law)


def _sixty_and_resident(path: str, rule: RightRule, law: SeniorsLaw) -> Iterator[Check]:
    age, origin, years = rule.minimum_age, rule.origin, rule.years_in_realm
    yield lambda: _found(WRONG_AGE, age.value != 60, f"{path}.minimum_age", law.rights, age=age.value)
    yield lambda: _found(MORE_THAN_LAW_ASKS, origin.value is not OriginRule.NONE, f"{path}.origin", law.rights)
    yield lambda: _found(MORE_THAN_LAW_ASKS, years.value > 0, f"{path}.years_in_realm", law.rights)


def _seniors_cancelling(r: Regulation, law: SeniorsLaw) -> Iterator[Check]:
    yield _four_weeks_before(r, "uncontested.latest", r.uncontested.latest, law)
    yield _four_weeks_before(r, "candidacy.closes", r.candidacy.closes, law)


def _four_weeks_before(r: Regulation, path: str, moment: Ruled[Moment], law: SeniorsLaw) -> Check:
    return lambda: _found(
        CANCELLED_TOO_LATE, r.uncontested.is_allowed.value and moment.value.days > -28, path, law.cancelling
    )


def _seniors_habits(r: Regulation, law: SeniorsLaw) -> Iterator[Check]:
    votes, body = r.seats.votes_per_voter, r.after.appointed_by
    yield lambda: _found(
        RESERVED_IN_A_SENIORS_COUNCIL, r.has_reserved_seats, "seats.reserved", law.direct_election
    )
    yield lambda: _found(
        SEVERAL_VOTES, votes.value > 1, "seats.votes_per_voter", law.direct_election, votes=votes.value
    )
    yield lambda: _found(
        MORE_SUBSTITUTES, r.most_substitutes > r.seats.number.value, "substitutes.max", law.members
    )
    yield lambda: _found(
        APPOINTED_SENIORS, body.value != NOBODY, "after.appointed_by", law.direct_election, body=body.value
    )
    if r.meetings is not None:
        adopted = r.meetings.rules_adopted_by
        yield lambda: _found(
            OWN_RULES_OF_PROCEDURE,
            bool(_COUNCIL_BODY.search(adopted.value) or _PART_OF_THE_MUNICIPALITY.search(adopted.value)),
            "meetings.rules_adopted_by",
            law.procedure,
            body=adopted.value,
        )


# Every council -----------------------------------------------------------------------------------------------


def _denmark(rule: RightRule, path: str, sets: CountrySets, day: date | None) -> Finding | None:
    """A set of countries without Denmark makes everybody who is born there somebody from outside."""
    groups = sets.names & set(rule.outside_groups.value)
    inside = sets.union(groups, rule.outside_countries.value, day or SENIORS_ACT_FROM)
    is_outside = rule.origin.value in BORN_OUTSIDE and "DK" not in inside
    return Finding(DENMARK_OUTSIDE, {"path": f"{path}.outside_countries"}) if is_outside else None


def _composition(r: Regulation) -> Finding | None:
    """The seats with a vote should be as many as the council has, or fewer where that is the highest number."""
    council = r.composition
    if council is None:
        return None
    elected = r.seats.number.value if council.elected_groups else 0
    seats = sum(council.seats_of(group, elected) for group in council.groups if group.has_vote.value)
    members = council.legal_size.value
    is_maximum = not council.is_maximum.is_unset and council.is_maximum.value
    if not council.groups or seats == members or (is_maximum and seats < members):
        return None
    return Finding(NOT_THE_COMPOSITION, {"path": "composition.legal_size", "seats": seats, "members": members})


def _rotation(r: Regulation) -> Finding | None:
    """A rotation evens out the first place only where there is more than one station."""
    is_alone = r.ballot.order.value is BallotOrder.ROTATION and len(r.polling.stations.value) == 1
    return Finding(ROTATION_AT_ONE_STATION, {"path": "ballot.order"}) if is_alone else None


def _borrowed(r: Regulation) -> Finding | None:
    paths = [
        path
        for path, value in every_value(r)
        if value.cite and not value.is_assumed and _BORROWED.search(value.cite)
    ]
    return Finding(BORROWED, {"path": paths[0], "values": len(paths)}) if paths else None
