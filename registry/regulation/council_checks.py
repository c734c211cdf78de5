"""What cannot hold together in the council itself: groups with reserved seats, composition, posts. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from registry.findings import Refused, Term
from registry.regulation import findings as say
from registry.regulation.choices import GROUP_NAMES, GroupKind, Route
from registry.regulation.council_rules import Composition, MeetingRules, PostRule, SeatGroupRule
from registry.regulation.ruled import Ruled
from registry.regulation.rules import Regulation
from registry.regulation.seat_rules import THE_REST, Seats

NOBODY = "-"
Check = tuple[str, Callable[[], bool], str]
"""The key path that is named, whether it is broken, and why that cannot be."""


def is_seen(broken: Callable[[], bool]) -> bool:
    """Nothing can be said of a value that is left open."""
    try:
        return broken()
    except Refused as trouble:
        if trouble.kind is not say.UNSET:
            raise
        return False


def code_check(path: str, code: str) -> Check:
    """A name that the file gives and the database keeps."""
    return (
        path,
        lambda: not re.fullmatch(r"[a-z][a-z_]*", code),
        Term("koden er små bogstaver og understreg."),
    )


def group_checks(r: Regulation) -> Iterator[Check]:
    """Which groups there may be: those the program knows, or those that seats.group_members names."""
    seats = r.seats
    path = "seats.reserved"
    yield (
        path,
        lambda: sum(seats.reserved.value.values()) > seats.number.value,
        Term("der er reserveret flere mandater, end der er mandater."),
    )
    yield (
        path,
        lambda: any(places < 1 for places in seats.reserved.value.values()),
        Term("en gruppe har mindst ét reserveret mandat."),
    )
    yield (
        path,
        lambda: bool(set(seats.reserved.value) - _group_names(seats)),
        Term("en gruppe hører ikke til inddelingen i seats.group_kind; andre grupper står i seats.group_members."),
    )
    yield (
        "seats.group_kind",
        lambda: seats.group_kind.value is not GroupKind.NONE and not seats.reserved.value,
        Term("uden reserverede mandater må ingen gruppe registreres; skriv none."),
    )
    yield from _group_members(seats)


def _group_members(seats: Seats) -> Iterator[Check]:
    path = "seats.group_members"

    def members() -> Mapping[str, tuple[str, ...]]:
        return seats.group_members.value

    def every() -> list[str]:
        return [one for group in members().values() for one in group]

    yield (
        path,
        lambda: bool(members()) and seats.group_kind.value in GROUP_NAMES,
        Term("lande og områder står der kun, når seats.group_kind er country eller district."),
    )
    yield (
        path,
        lambda: bool(set(members()) - set(seats.reserved.value)),
        Term("en gruppe uden reserveret mandat må ikke registreres."),
    )
    yield path, lambda: not all(members().values()), Term("en gruppe har mindst ét land eller område.")
    yield path, lambda: every().count(THE_REST) > 1, Term("kun én gruppe kan være resten (*).")
    yield (
        path,
        lambda: len({one for one in every() if one != THE_REST}) < sum(one != THE_REST for one in every()),
        Term("et land eller område hører til én gruppe."),
    )
    yield (
        path,
        lambda: (
            seats.group_kind.value is GroupKind.COUNTRY
            and any(one != THE_REST and not re.fullmatch(r"[A-Z]{2}", one) for one in every())
        ),
        Term("et land skrives med to store bogstaver."),
    )


def _group_names(seats: Seats) -> set[str]:
    return set(GROUP_NAMES.get(seats.group_kind.value) or seats.group_members.value)


def council_checks(r: Regulation, council: Composition) -> Iterator[Check]:
    """Who sits in the council, and how each kind of seat is filled."""
    yield "composition.legal_size", lambda: council.legal_size.value < 1, Term("rådet har mindst ét medlem.")
    yield (
        "composition.groups",
        lambda: r.has_direct_election and len(council.elected_groups) != 1,
        Term("netop én gruppe er valgt."),
    )
    yield (
        "composition.groups",
        lambda: not r.has_direct_election and bool(council.elected_groups),
        Term("uden direkte valg (polling.kind = none) er ingen gruppe valgt."),
    )
    for group in council.groups:
        yield from _group(group)


def _group(group: SeatGroupRule) -> Iterator[Check]:
    path = f"composition.groups.{group.code}"
    yield (
        f"{path}.seats",
        lambda: (group.seats is None) != (group.route.value is Route.ELECTED),
        Term("antallet står i seats.number for de valgte, og her for de andre."),
    )
    yield (
        f"{path}.seats",
        lambda: group.seats is not None and group.seats.value < 1,
        Term("en gruppe har mindst én plads."),
    )
    yield code_check(path, group.code)
    yield (
        f"{path}.nominated_by",
        lambda: (group.route.value is Route.NOMINATED) == (group.nominated_by.value == NOBODY),
        Term("kun nominated har en, der indstiller."),
    )


def meeting_checks(r: Regulation, rules: MeetingRules) -> Iterator[Check]:
    """Notice and posts."""
    groups = {group.code for group in r.composition.groups} if r.composition else set()
    yield from (_not_negative(key, rules) for key in ("notice_days", "agenda_days", "meetings_per_year"))
    yield (
        "meetings.posts",
        lambda: bool(rules.posts) and rules.posts[0].code != "chair",
        Term("den første post er chair."),
    )
    for post in rules.posts:
        yield from _post(post, groups)


def _not_negative(key: str, rules: MeetingRules) -> Check:
    days: Ruled[int] = getattr(rules, key)
    return f"meetings.{key}", lambda: days.value < 0, Term("tallet kan ikke være negativt.")


def _post(post: PostRule, groups: set[str]) -> Iterator[Check]:
    path = f"meetings.posts.{post.code}"
    yield (
        f"{path}.open_to",
        lambda: bool(set(post.open_to.value) - groups),
        Term("gruppen står ikke i composition.groups."),
    )
    yield (
        f"{path}.unless_held",
        lambda: post.unless_held.value and not post.open_to.value,
        Term("det kræver grupper i open_to."),
    )
