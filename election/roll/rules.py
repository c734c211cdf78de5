"""Who may vote and who may stand, decided from the register, each answer with its reason and its source.

What stays of a decision is the reason code, the source and, where seats are reserved, the group; never a
country.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from election.roll.groups import Grouping
from election.roll.origin import Covered, PersonFacts, covered
from registry.findings import Fact, Term, in_context
from registry.regulation.country_sets import CountrySets
from registry.regulation.rules import Regulation, RightRule
from registry.residents.rules import ResidentRow, ResidentStatus


class ReasonCode(StrEnum):
    """Why somebody is not on the roll: the first that applies, in this order."""

    OTHER_MUNICIPALITY = "other_municipality"
    MOVED_OUT = "moved_out"
    DEAD = "dead"
    MISSING = "missing"
    UNDER_AGE = "under_age"
    TOO_SHORT_RESIDENCE = "too_short_residence"
    ORIGIN_UNKNOWN = "origin_unknown"
    ORIGIN_NOT_COVERED = "origin_not_covered"


_BY_STATUS: Mapping[str, ReasonCode] = {
    ResidentStatus.MOVED_OUT: ReasonCode.MOVED_OUT,
    ResidentStatus.DEAD: ReasonCode.DEAD,
    ResidentStatus.MISSING: ReasonCode.MISSING,
}

SENTENCES: Mapping[ReasonCode | None, str] = {
    None: in_context(
        "granted",
        "Personen har ret: fyldt {age} år på valgdagen, bor i {municipality} og er omfattet af reglen om "
        "baggrund ({cite}).",
    ),
    ReasonCode.OTHER_MUNICIPALITY: in_context(
        "other_municipality", "Personen har ikke ret: ikke tilmeldt i {municipality} på udtrækkets dag ({cite})."
    ),
    ReasonCode.MOVED_OUT: in_context("moved_out", "Personen har ikke ret: fraflyttet {municipality} ({cite})."),
    ReasonCode.DEAD: in_context("dead", "Personen har ikke ret: registreret som død ({cite})."),
    ReasonCode.MISSING: in_context("missing", "Personen har ikke ret: registreret som forsvundet ({cite})."),
    ReasonCode.UNDER_AGE: in_context(
        "under_age", "Personen har ikke ret: ikke fyldt {age} år på valgdagen ({cite})."
    ),
    ReasonCode.TOO_SHORT_RESIDENCE: in_context(
        "too_short_residence",
        "Personen har ikke ret: har ikke boet uafbrudt i riget de seneste {years} år før valgdagen ({cite}).",
    ),
    ReasonCode.ORIGIN_UNKNOWN: in_context(
        "origin_unknown",
        "Personen er ikke på listen: registret ved for lidt om baggrunden til at afgøre det ({cite}).{declare}",
    ),
    ReasonCode.ORIGIN_NOT_COVERED: in_context(
        "origin_not_covered",
        "Personen er ikke på listen: efter registret ikke omfattet af reglen om baggrund ({cite}).{declare}",
    ),
}
"""One Danish sentence per decision; the reason code is its context in the translations."""
DECLARE = Term(" Personen kan tilføjes efter egen erklæring.")


@dataclass(frozen=True, slots=True)
class RightDecision:
    """One right: granted (`reason` is None) or not, with the source of the rule that decided."""

    has_right: bool
    reason: ReasonCode | None
    cite: str


@dataclass(frozen=True, slots=True)
class RollDecision:
    """Both rights of one person. `reason` and `cite` are about voting; `group` only where seats are reserved
    and the person may vote or stand."""

    may_vote: bool
    may_stand: bool
    reason: ReasonCode | None
    cite: str
    stand_reason: ReasonCode | None
    stand_cite: str
    group: str | None


def age_on(born_on: date, day: date) -> int:
    """Whole years on a day. Somebody born on 29 February turns a year older on 1 March in a common year."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


class RightJudge:
    """One rule on one election day, with its country sets looked up once for all residents."""

    def __init__(self, rule: RightRule, municipality: str, election_day: date, sets: CountrySets) -> None:
        self.rule, self.municipality, self.election_day = rule, municipality, election_day
        groups, countries = rule.outside_groups.value, rule.outside_countries.value
        self.inside = sets.union(groups, countries, election_day)
        self.always_in = frozenset(rule.or_born_or_parent_born_in.value)
        self.years_in_realm = rule.years_in_realm.value
        self.granted = RightDecision(True, None, rule.origin.source)
        self.refused = {reason: RightDecision(False, reason, _source(rule, reason)) for reason in ReasonCode}

    def __call__(self, person: PersonFacts) -> RightDecision:
        """Residence, then age, then origin: the first that fails is the reason (contract, reason codes)."""
        if person.municipality != self.municipality:
            return self.refused[ReasonCode.OTHER_MUNICIPALITY]
        if person.status != ResidentStatus.RESIDENT:
            return self.refused[_BY_STATUS[person.status]]
        if age_on(person.born_on, self.election_day) < self.rule.minimum_age.value:
            return self.refused[ReasonCode.UNDER_AGE]
        if not self._has_lived_here_long_enough(person):
            return self.refused[ReasonCode.TOO_SHORT_RESIDENCE]
        found = covered(person, self.rule.origin.value, self.inside, self.always_in)
        if found is Covered.YES:
            return self.granted
        unknown = found is Covered.UNKNOWN
        return self.refused[ReasonCode.ORIGIN_UNKNOWN if unknown else ReasonCode.ORIGIN_NOT_COVERED]

    def _has_lived_here_long_enough(self, person: PersonFacts) -> bool:
        """Whole years of unbroken residence in the realm on election day. (KRVL § 1 borrowed, where wanted)"""
        if not self.years_in_realm:
            return True
        since = person.in_realm_since_on
        return since is not None and age_on(since, self.election_day) >= self.years_in_realm


class RollJudge:
    """Decides whole rolls: make it once, call it for each resident."""

    def __init__(self, regulation: Regulation, election_day: date, sets: CountrySets) -> None:
        code = regulation.municipality.code.value
        self.vote = RightJudge(regulation.right_to_vote, code, election_day, sets)
        own = regulation.right_to_stand.own
        self.stand = self.vote if own is None else RightJudge(own, code, election_day, sets)
        self.grouping = Grouping(regulation, self.vote.inside, election_day, sets)

    def __call__(self, person: PersonFacts) -> RollDecision:
        vote = self.vote(person)
        stand = vote if self.stand is self.vote else self.stand(person)
        group = self.grouping(person) if vote.has_right or stand.has_right else None
        return RollDecision(
            vote.has_right, stand.has_right, vote.reason, vote.cite, stand.reason, stand.cite, group
        )


def decide(person: PersonFacts, regulation: Regulation, election_day: date, sets: CountrySets) -> RollDecision:
    """Both rights of one person; for a whole extract make one `RollJudge` instead."""
    return RollJudge(regulation, election_day, sets)(person)


def may_vote(person: PersonFacts, regulation: Regulation, election_day: date, sets: CountrySets) -> RightDecision:
    return RollJudge(regulation, election_day, sets).vote(person)


def may_stand(person: PersonFacts, regulation: Regulation, election_day: date, sets: CountrySets) -> RightDecision:
    return RollJudge(regulation, election_day, sets).stand(person)


def in_danish(reason: ReasonCode | None, rule: RightRule, municipality_name: str) -> str:
    """The decision in one sentence with its source; `reason` None is a yes."""
    return SENTENCES[reason].format(**sentence_facts(reason, rule, municipality_name))


def sentence_facts(reason: ReasonCode | None, rule: RightRule, municipality_name: str) -> dict[str, Fact]:
    """What a sentence of `SENTENCES` names."""
    return {
        "age": rule.minimum_age.value,
        "years": rule.years_in_realm.value,
        "municipality": municipality_name,
        "cite": _source(rule, reason),
        "declare": DECLARE if rule.is_declaration_allowed.value else "",
    }


def _source(rule: RightRule, reason: ReasonCode | None) -> str:
    if reason is ReasonCode.UNDER_AGE:
        return rule.minimum_age.source
    if reason is ReasonCode.TOO_SHORT_RESIDENCE:
        return rule.years_in_realm.source
    if reason in (None, ReasonCode.ORIGIN_UNKNOWN, ReasonCode.ORIGIN_NOT_COVERED):
        return rule.origin.source
    return rule.residence.source


class RegisteredPerson(Protocol):
    """A stored resident, whatever the table is: what `facts_of` reads of it."""

    born_on: date
    residence_municipality: str
    status: str
    citizenship: str
    birth_country: str
    mother_birth_country: str
    father_birth_country: str
    mother_citizenship: str
    father_citizenship: str
    resident_in_dk_since_on: date | None
    polling_district: str


def facts_of(person: RegisteredPerson) -> PersonFacts:
    """The facts of a stored resident."""
    return PersonFacts(
        person.born_on,
        person.residence_municipality,
        person.status,
        person.citizenship,
        person.birth_country,
        person.mother_birth_country,
        person.father_birth_country,
        person.mother_citizenship,
        person.father_citizenship,
        person.resident_in_dk_since_on,
        person.polling_district,
    )


def facts_of_row(row: ResidentRow) -> PersonFacts:
    """The facts of a row as it was read from an extract."""
    return PersonFacts(
        row.born_on,
        row.municipality,
        row.status,
        row.citizenship,
        row.birth_country,
        row.mother_birth_country,
        row.father_birth_country,
        row.mother_citizenship,
        row.father_citizenship,
        row.resident_in_dk_since_on,
        row.polling_district,
    )
