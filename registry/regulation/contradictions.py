"""Values that are well formed one by one but cannot hold together. Pure; all are found at once."""

from __future__ import annotations

import re
from collections.abc import Iterator

from registry.findings import Finding, Refused, Term
from registry.regulation import findings as say
from registry.regulation.choices import (
    BORN_OUTSIDE,
    GROUP_NAMES,
    GroupKind,
    Method,
    OriginRule,
    Route,
    SubstituteOrder,
)
from registry.regulation.rules import Moment, Regulation, RightRule


def contradictions(regulation: Regulation, country_groups: frozenset[str]) -> tuple[Finding, ...]:
    """Every contradiction of a regulation, as findings R057 with key path and reason.

    `country_groups` are the names of the dated country groups that exist."""
    checks = (_names, _seats, _lists, _rights, _deadlines, _limits, _council, _meetings)
    found = [contradiction for check in checks for contradiction in _of(check(regulation))]
    found += _of(_country_groups(regulation, country_groups))
    return tuple(Finding(say.CONTRADICTION, {"path": path, "why": why}) for path, why in found)


def _of(check: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """What a check finds until it meets a value that is left open: nothing can be said of that."""
    try:
        yield from check
    except Refused as trouble:
        if trouble.kind is not say.UNSET:
            raise


def _names(regulation: Regulation) -> Iterator[tuple[str, str]]:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", regulation.id):
        yield "id", Term("id er små bogstaver, tal og bindestreg.")
    if not re.fullmatch(r"[0-9]{4}", regulation.municipality.code.value):
        yield "municipality.code", Term("kommunekoden er fire cifre med foranstillet nul.")
    basis = regulation.basis
    if basis.valid_from_on.value > basis.valid_to_on.value:
        yield "basis.valid_to_on", Term("regulativet ophører, før det gælder.")
    if not regulation.polling.stations.value:
        yield "polling.stations", Term("der skal være mindst ét valgsted.")
    if regulation.polling.opens.value >= regulation.polling.closes.value:
        yield "polling.closes", Term("valgstedet lukker, før det åbner.")
    if regulation.after.term_starts_on.value > regulation.after.term_ends_on.value:
        yield "after.term_ends_on", Term("perioden slutter, før den begynder.")


def _seats(regulation: Regulation) -> Iterator[tuple[str, str]]:
    seats = regulation.seats
    number, votes = seats.number.value, seats.votes_per_voter.value
    reserved = seats.reserved.value
    if number < 1:
        yield "seats.number", Term("der skal være mindst ét mandat.")
    if votes < 1:
        yield "seats.votes_per_voter", Term("hver vælger skal have mindst én stemme.")
    if not 1 <= seats.min_crosses.value <= votes:
        yield "seats.min_crosses", Term("det mindste antal krydser ligger mellem 1 og votes_per_voter.")
    if votes > 1 and seats.method.value is not Method.BLOCK_VOTE:
        yield "seats.votes_per_voter", Term("flere krydser kræver metoden block-vote.")
    if sum(reserved.values()) > number:
        yield "seats.reserved", Term("der er reserveret flere mandater, end der er mandater.")
    if any(places < 1 for places in reserved.values()):
        yield "seats.reserved", Term("en gruppe har mindst ét reserveret mandat.")
    if set(reserved) - GROUP_NAMES[seats.group_kind.value]:
        yield "seats.reserved", Term("en gruppe hører ikke til inddelingen i seats.group_kind.")
    if seats.group_kind.value is not GroupKind.NONE and not reserved:
        yield "seats.group_kind", Term("uden reserverede mandater må ingen gruppe registreres; skriv none.")
    if reserved and seats.method.value is Method.LISTS_DHONDT:
        yield "seats.reserved", Term("reserverede mandater kan ikke forenes med lister.")


def _lists(regulation: Regulation) -> Iterator[tuple[str, str]]:
    lists, order = regulation.lists, regulation.substitutes.order.value
    if lists.are_allowed.value != (regulation.seats.method.value is Method.LISTS_DHONDT):
        yield "lists.are_allowed", Term("lister og metoden lists-dhondt hører sammen.")
    if lists.are_alliances_allowed.value and not lists.are_allowed.value:
        yield "lists.are_alliances_allowed", Term("valgforbund kræver lister.")
    if not re.fullmatch(r"0(\.[0-9]{1,6})?", lists.threshold.value):
        yield "lists.threshold", Term('spærregrænsen er en andel under 1 som tekst, for eksempel "0.05".')
    if order is SubstituteOrder.PER_LIST and not lists.are_allowed.value:
        yield "substitutes.order", Term("stedfortrædere efter liste kræver lister.")
    if order is SubstituteOrder.WITHIN_GROUP and not regulation.seats.reserved.value:
        yield "substitutes.order", Term("stedfortrædere inden for gruppen kræver reserverede mandater.")
    if regulation.substitutes.max.value < 0:
        yield "substitutes.max", Term("antallet kan ikke være negativt.")
    if (order is SubstituteOrder.NONE) != (regulation.substitutes.max.value == 0):
        yield "substitutes.max", Term("ingen stedfortrædere skrives order = none og max = 0.")


def _rights(regulation: Regulation) -> Iterator[tuple[str, str]]:
    stand = regulation.right_to_stand
    if stand.same_as_vote.value == (stand.own is not None):
        yield "right_to_stand.own", Term("enten gælder reglen for valgret, eller der står en egen regel.")
    yield from _right("right_to_vote", regulation.right_to_vote)
    if stand.own is not None:
        yield from _right("right_to_stand.own", stand.own)


def _right(path: str, rule: RightRule) -> Iterator[tuple[str, str]]:
    if not 0 <= rule.minimum_age.value <= 120:
        yield f"{path}.minimum_age", Term("alderen er mellem 0 og 120 år.")
    names_a_set = bool(rule.outside_groups.value or rule.outside_countries.value)
    if names_a_set != (rule.origin.value in BORN_OUTSIDE):
        yield f"{path}.outside_groups", Term("en landekreds hører til reglerne self…, og kun til dem.")
    if rule.origin.value is OriginRule.DECLARATION and not rule.is_declaration_allowed.value:
        yield f"{path}.is_declaration_allowed", Term("reglen declaration kræver, at erklæring er tilladt.")
    for key in ("outside_countries", "or_born_or_parent_born_in"):
        countries: tuple[str, ...] = getattr(rule, key).value
        if any(not re.fullmatch(r"[A-Z]{2}", country) for country in countries):
            yield f"{path}.{key}", Term("et land skrives med to store bogstaver.")


def _country_groups(regulation: Regulation, known: frozenset[str]) -> Iterator[tuple[str, str]]:
    rules = [("right_to_vote", regulation.right_to_vote)]
    if regulation.right_to_stand.own is not None:
        rules.append(("right_to_stand.own", regulation.right_to_stand.own))
    for path, rule in rules:
        if set(rule.outside_groups.value) - known:
            yield f"{path}.outside_groups", f"landegruppen kendes ikke; mulige: {', '.join(sorted(known))}."


def _deadlines(regulation: Regulation) -> Iterator[tuple[str, str]]:
    candidacy, after = regulation.candidacy, regulation.after
    in_order: list[tuple[str, Moment, str, Moment]] = [
        ("candidacy.closes", candidacy.opens.value, "candidacy.opens", candidacy.closes.value),
        ("candidacy.cure_until", candidacy.closes.value, "candidacy.closes", candidacy.cure_until.value),
        (
            "candidacy.withdrawal_until",
            candidacy.opens.value,
            "candidacy.opens",
            candidacy.withdrawal_until.value,
        ),
        (
            "after.destroy_roll_from",
            after.complaint_until.value,
            "after.complaint_until",
            after.destroy_roll_from.value,
        ),
    ]
    if regulation.uncontested.is_allowed.value:
        latest = regulation.uncontested.latest.value
        in_order.append(("uncontested.latest", candidacy.closes.value, "candidacy.closes", latest))
    for path, earlier, name, later in in_order:
        if (later.days, later.at) < (earlier.days, earlier.at):
            yield path, f"fristen ligger før {name}."
    for path, moment in (
        ("candidacy.closes", candidacy.closes),
        ("uncontested.latest", regulation.uncontested.latest),
    ):
        if moment.value.days > 0:
            yield path, Term("fristen ligger efter valgdagen.")
    if after.complaint_until.value.days < 0:
        yield "after.complaint_until", Term("klagefristen ligger før valgdagen.")


def _limits(regulation: Regulation) -> Iterator[tuple[str, str]]:
    candidacy, counting = regulation.candidacy, regulation.counting
    if not 0 <= candidacy.supporters_min.value <= candidacy.supporters_max.value:
        yield "candidacy.supporters_max", Term("det højeste antal stillere er mindre end det laveste.")
    if counting.small_count.value < 0:
        yield "counting.small_count", Term("tallet kan ikke være negativt.")
    for key in ("blanks_limit_per_mille", "invalid_limit_per_mille"):
        if not 0 <= getattr(counting, key).value <= 1000:
            yield f"counting.{key}", Term("en promille ligger mellem 0 og 1000.")
    for ground in counting.invalid_grounds:
        if not re.fullmatch(r"[a-z][a-z_]*", ground.code):
            yield f"counting.invalid_grounds.{ground.code}", Term("koden er små bogstaver og understreg.")


def _council(regulation: Regulation) -> Iterator[tuple[str, str]]:
    council = regulation.composition
    if council is None:
        return
    if council.legal_size.value < 1:
        yield "composition.legal_size", Term("rådet har mindst ét medlem.")
    if len(council.elected_groups) != 1:
        yield "composition.groups", Term("netop én gruppe er valgt.")
    for group in council.groups:
        path = f"composition.groups.{group.code}.seats"
        if (group.seats is None) != (group.route.value is Route.ELECTED):
            yield path, Term("antallet står i seats.number for de valgte, og her for de andre.")
        elif group.seats is not None and group.seats.value < 1:
            yield path, Term("en gruppe har mindst én plads.")
        if not re.fullmatch(r"[a-z][a-z_]*", group.code):
            yield f"composition.groups.{group.code}", Term("koden er små bogstaver og understreg.")
        if (group.route.value is Route.NOMINATED) == (group.nominated_by.value == "-"):
            yield f"composition.groups.{group.code}.nominated_by", Term("kun nominated har en, der indstiller.")


def _meetings(regulation: Regulation) -> Iterator[tuple[str, str]]:
    rules = regulation.meetings
    if rules is None:
        return
    if rules.notice_days.value < 0:
        yield "meetings.notice_days", Term("tallet kan ikke være negativt.")
    if rules.posts[0].code != "chair":
        yield "meetings.posts", Term("den første post er chair.")
    known = {group.code for group in regulation.composition.groups} if regulation.composition else set()
    for post in rules.posts:
        if set(post.open_to.value) - known:
            yield f"meetings.posts.{post.code}.open_to", Term("gruppen står ikke i composition.groups.")
        if post.unless_held.value and not post.open_to.value:
            yield f"meetings.posts.{post.code}.unless_held", Term("det kræver grupper i open_to.")
