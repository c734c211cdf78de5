"""Values that are well formed one by one but cannot hold together. Pure; all are found at once.

Each check stands alone: a value that is left open silences only the checks that read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from registry.findings import Finding, Term
from registry.regulation import findings as say
from registry.regulation.choices import (
    BORN_OUTSIDE,
    Declared,
    Method,
    OriginRule,
    PollingKind,
    SubstituteOrder,
)
from registry.regulation.council_checks import (
    NOBODY,
    Check,
    code_check,
    council_checks,
    group_checks,
    is_seen,
    meeting_checks,
)
from registry.regulation.ruled import Ruled
from registry.regulation.rules import Moment, Regulation, RightRule


def contradictions(regulation: Regulation, country_groups: frozenset[str]) -> tuple[Finding, ...]:
    """Every contradiction of a regulation, as findings R057 with key path and reason.

    `country_groups` are the names of the dated country groups that exist."""
    every = (*_checks(regulation), *_country_groups(regulation, country_groups))
    return tuple(
        Finding(say.CONTRADICTION, {"path": path, "why": why}) for path, broken, why in every if is_seen(broken)
    )


def _checks(regulation: Regulation) -> Iterator[Check]:
    for part in (
        _names,
        _polling,
        _seats,
        group_checks,
        _lists,
        _rights,
        _order,
        _around_the_poll,
        _limits,
        _after,
    ):
        yield from part(regulation)
    if regulation.composition is not None:
        yield from council_checks(regulation, regulation.composition)
    if regulation.meetings is not None:
        yield from meeting_checks(regulation, regulation.meetings)


def _names(r: Regulation) -> Iterator[Check]:
    yield (
        "id",
        lambda: not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", r.id),
        Term("id er små bogstaver, tal og bindestreg."),
    )
    yield (
        "municipality.code",
        lambda: not re.fullmatch(r"[0-9]{4}", r.municipality.code.value),
        Term("kommunekoden er fire cifre med foranstillet nul."),
    )
    yield (
        "basis.valid_to_on",
        lambda: r.basis.valid_from_on.value > r.basis.valid_to_on.value,
        Term("regulativet ophører, før det gælder."),
    )


def _polling(r: Regulation) -> Iterator[Check]:
    polling, candidacy = r.polling, r.candidacy
    yield "polling.stations", lambda: not polling.stations.value, Term("der skal være mindst ét valgsted.")
    yield (
        "polling.closes",
        lambda: polling.opens.value >= polling.closes.value,
        Term("valgstedet lukker, før det åbner."),
    )
    yield (
        "polling.postal_closes",
        lambda: _of(polling.postal_opens) > _of(polling.postal_closes),
        Term("fristen ligger før polling.postal_opens."),
    )
    yield (
        "polling.postal_closes",
        lambda: _of(polling.postal_closes) > (0, polling.closes.value),
        Term("fristen ligger efter, at valgstedet er lukket (polling.closes)."),
    )
    yield (
        "candidacy.declared",
        lambda: candidacy.declared.value is Declared.AT_MEETING and polling.kind.value is not PollingKind.MEETING,
        Term("man kan kun melde sig på mødet, når afstemningen er et valgmøde (polling.kind = meeting)."),
    )


def _seats(r: Regulation) -> Iterator[Check]:
    seats = r.seats
    path = "seats.votes_per_voter"
    yield "seats.number", lambda: seats.number.value < 1, Term("der skal være mindst ét mandat.")
    yield path, lambda: seats.votes_per_voter.value < 1, Term("hver vælger skal have mindst én stemme.")
    yield (
        "seats.min_crosses",
        lambda: not 1 <= seats.min_crosses.value <= seats.votes_per_voter.value,
        Term("det mindste antal krydser ligger mellem 1 og votes_per_voter."),
    )
    yield (
        path,
        lambda: seats.votes_per_voter.value > 1 and seats.method.value is not Method.BLOCK_VOTE,
        Term("flere krydser kræver metoden block-vote."),
    )
    yield (
        "seats.reserved",
        lambda: bool(seats.reserved.value) and seats.method.value is Method.LISTS_DHONDT,
        Term("reserverede mandater kan ikke forenes med lister."),
    )
    yield (
        "seats.is_vote_within_group",
        lambda: seats.is_vote_within_group.value and sum(seats.reserved.value.values()) != seats.number.value,
        Term("når hver gruppe stemmer for sig, skal alle mandater være reserveret (seats.reserved)."),
    )


def _lists(r: Regulation) -> Iterator[Check]:
    lists, rule = r.lists, r.substitutes
    yield (
        "lists.are_allowed",
        lambda: lists.are_allowed.value != (r.seats.method.value is Method.LISTS_DHONDT),
        Term("lister og metoden lists-dhondt hører sammen."),
    )
    yield (
        "lists.are_alliances_allowed",
        lambda: lists.are_alliances_allowed.value and not lists.are_allowed.value,
        Term("valgforbund kræver lister."),
    )
    yield (
        "lists.threshold",
        lambda: not re.fullmatch(r"0(\.[0-9]{1,6})?", lists.threshold.value),
        Term('spærregrænsen er en andel under 1 som tekst, for eksempel "0.05".'),
    )
    yield (
        "substitutes.order",
        lambda: rule.order.value is SubstituteOrder.PER_LIST and not lists.are_allowed.value,
        Term("stedfortrædere efter liste kræver lister."),
    )
    yield (
        "substitutes.order",
        lambda: rule.order.value is SubstituteOrder.WITHIN_GROUP and not r.seats.reserved.value,
        Term("stedfortrædere inden for gruppen kræver reserverede mandater."),
    )
    yield "substitutes.max", lambda: rule.max.value < 0, Term("antallet kan ikke være negativt.")
    yield (
        "substitutes.max",
        lambda: (rule.order.value is SubstituteOrder.NONE) != (rule.max.value == 0),
        Term("ingen stedfortrædere skrives order = none og max = 0."),
    )
    yield (
        "substitutes.is_per_member",
        lambda: rule.is_per_member.value and rule.max.value == 0,
        Term("uden stedfortrædere er der intet antal for hvert medlem; skriv false."),
    )


def _rights(r: Regulation) -> Iterator[Check]:
    stand = r.right_to_stand
    yield (
        "right_to_stand.own",
        lambda: stand.same_as_vote.value == (stand.own is not None),
        Term("enten gælder reglen for valgret, eller der står en egen regel."),
    )
    yield from _right("right_to_vote", r.right_to_vote)
    if stand.own is not None:
        yield from _right("right_to_stand.own", stand.own)


def _right(path: str, rule: RightRule) -> Iterator[Check]:
    def names_a_set() -> bool:
        return bool(rule.outside_groups.value or rule.outside_countries.value)

    yield (
        f"{path}.minimum_age",
        lambda: not 0 <= rule.minimum_age.value <= 120,
        Term("alderen er mellem 0 og 120 år."),
    )
    yield (
        f"{path}.years_in_realm",
        lambda: not 0 <= rule.years_in_realm.value <= 120,
        Term("antallet af år er mellem 0 og 120."),
    )
    yield (
        f"{path}.outside_groups",
        lambda: names_a_set() != (rule.origin.value in BORN_OUTSIDE),
        Term("en landekreds hører til reglerne self…, og kun til dem."),
    )
    yield (
        f"{path}.outside_name",
        lambda: rule.outside_name.value != NOBODY and not names_a_set(),
        Term('uden landekreds er der intet at give navn; skriv "-".'),
    )
    yield (
        f"{path}.is_declaration_allowed",
        lambda: rule.origin.value is OriginRule.DECLARATION and not rule.is_declaration_allowed.value,
        Term("reglen declaration kræver, at erklæring er tilladt."),
    )
    yield from (_country_codes(path, rule, key) for key in ("outside_countries", "or_born_or_parent_born_in"))


def _country_codes(path: str, rule: RightRule, key: str) -> Check:
    countries: Ruled[tuple[str, ...]] = getattr(rule, key)
    return (
        f"{path}.{key}",
        lambda: any(not re.fullmatch(r"[A-Z]{2}", country) for country in countries.value),
        Term("et land skrives med to store bogstaver."),
    )


def _country_groups(r: Regulation, known: frozenset[str]) -> Iterator[Check]:
    why = f"landegruppen kendes ikke; mulige: {', '.join(sorted(known))}."
    vote, own = r.right_to_vote, r.right_to_stand.own
    yield "right_to_vote.outside_groups", lambda: bool(set(vote.outside_groups.value) - known), why
    if own is not None:
        yield "right_to_stand.own.outside_groups", lambda: bool(set(own.outside_groups.value) - known), why


def _of(rule: Ruled[Moment]) -> tuple[int, object]:
    return rule.value.days, rule.value.at


def _before(path: str, later: Ruled[Moment], name: str, earlier: Ruled[Moment]) -> Check:
    return path, lambda: _of(later) < _of(earlier), f"fristen ligger før {name}."


def _order(r: Regulation) -> Iterator[Check]:
    """Deadlines that follow one another, whatever the election day is."""
    candidacy, after, latest = r.candidacy, r.after, r.uncontested.latest
    opens, closes = candidacy.opens, candidacy.closes
    yield _before("candidacy.closes", closes, "candidacy.opens", opens)
    yield _before("candidacy.cure_until", candidacy.cure_until, "candidacy.closes", closes)
    yield _before("candidacy.withdrawal_until", candidacy.withdrawal_until, "candidacy.opens", opens)
    yield _before("candidacy.presented_by", candidacy.presented_by, "candidacy.closes", closes)
    yield _before(
        "after.destroy_roll_from", after.destroy_roll_from, "after.complaint_until", after.complaint_until
    )
    path, _broken, why = _before("uncontested.latest", latest, "candidacy.closes", closes)
    yield path, lambda: r.uncontested.is_allowed.value and _of(latest) < _of(closes), why


def _around_the_poll(r: Regulation) -> Iterator[Check]:
    """Deadlines that must lie before the poll, or after it."""
    for path, moment in (
        ("candidacy.closes", r.candidacy.closes),
        ("candidacy.presented_by", r.candidacy.presented_by),
        ("uncontested.latest", r.uncontested.latest),
        ("roll.frozen_by", r.roll.frozen_by),
        ("roll.poll_cards_sent_by", r.roll.poll_cards_sent_by),
    ):
        yield _not_after_the_poll(path, moment)
    after = r.after
    yield (
        "after.complaint_until",
        lambda: after.complaint_until.value.days < 0,
        Term("klagefristen ligger før valgdagen."),
    )
    yield (
        "after.constitutive_meeting_by",
        lambda: after.constitutive_meeting_by.value.days <= 0,
        Term("det konstituerende møde ligger før eller på valgdagen."),
    )


def _not_after_the_poll(path: str, moment: Ruled[Moment]) -> Check:
    return path, lambda: moment.value.days > 0, Term("fristen ligger efter valgdagen.")


def _limits(r: Regulation) -> Iterator[Check]:
    candidacy, counting = r.candidacy, r.counting
    yield (
        "candidacy.supporters_max",
        lambda: not 0 <= candidacy.supporters_min.value <= candidacy.supporters_max.value,
        Term("det højeste antal stillere er mindre end det laveste."),
    )
    yield "counting.small_count", lambda: counting.small_count.value < 0, Term("tallet kan ikke være negativt.")
    yield _per_mille("blanks_limit_per_mille", counting.blanks_limit_per_mille)
    yield _per_mille("invalid_limit_per_mille", counting.invalid_limit_per_mille)
    plausibility = r.plausibility
    yield (
        "plausibility.difference_limit",
        lambda: plausibility.difference_limit.value < 0,
        Term("tallet kan ikke være negativt."),
    )
    yield "plausibility.outlier_times", lambda: plausibility.outlier_times.value < 1, Term("tallet er mindst 1.")
    yield "plausibility.outlier_least", lambda: plausibility.outlier_least.value < 1, Term("tallet er mindst 1.")
    yield from (code_check(f"counting.invalid_grounds.{one.code}", one.code) for one in counting.invalid_grounds)


def _per_mille(key: str, limit: Ruled[int]) -> Check:
    return (
        f"counting.{key}",
        lambda: not 0 <= limit.value <= 1000,
        Term("en promille ligger mellem 0 og 1000."),
    )


def _after(r: Regulation) -> Iterator[Check]:
    after = r.after
    yield (
        "after.term_ends_on",
        lambda: after.term_starts_on.value > after.term_ends_on.value,
        Term("perioden slutter, før den begynder."),
    )
    yield (
        "after.appointed_in_month",
        lambda: not 1 <= after.appointed_in_month.value <= 12,
        Term("måneden er et tal fra 1 til 12."),
    )
