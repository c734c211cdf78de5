"""One extract under two rules: who would gain and who would lose the right to vote, as counts. Pure.

Nobody is named and nothing is kept: a person is seen once, counted, and forgotten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from election.roll.groups import Grouping
from election.roll.origin import PersonFacts
from election.roll.rules import ReasonCode, RightJudge
from registry.findings import Refused, finding_kind
from registry.regulation import findings as say
from registry.regulation.country_sets import CountrySets
from registry.regulation.rules import Regulation

NO_EXTRACT_TO_COMPARE = finding_kind(
    "R479",
    "Der er intet udtræk at regne på. Intet er ændret. Indlæs et udtræk, eller vælg en fil her; den gemmes ikke.",
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What one rule says of one person; `reason` is None for a yes, `group` only where seats are reserved."""

    reason: ReasonCode | None
    group: str | None = None

    @property
    def may_vote(self) -> bool:
        return self.reason is None


Judge = Callable[[PersonFacts], Judged]


@dataclass(frozen=True, slots=True)
class RightsCompared:
    """Counts of people: residents = `both` + `neither` + `gain` + `lose`.

    `refused_…` by reason; `gained_from` by the reason that A gave, `lost_to` by the reason that B gives.
    `groups_…` count those who may vote.
    """

    residents: int
    both: int
    neither: int
    gain: int
    lose: int
    refused_a: Mapping[ReasonCode, int]
    refused_b: Mapping[ReasonCode, int]
    gained_from: Mapping[ReasonCode, int]
    lost_to: Mapping[ReasonCode, int]
    groups_a: Mapping[str, int]
    groups_b: Mapping[str, int]

    @property
    def may_vote_a(self) -> int:
        return self.both + self.lose

    @property
    def may_vote_b(self) -> int:
        return self.both + self.gain

    @property
    def unchanged(self) -> int:
        return self.both + self.neither


def compare_rights(people: Iterable[PersonFacts], judge_a: Judge, judge_b: Judge) -> RightsCompared:
    """Judge everybody by both rules and count. gain − lose = may_vote_b − may_vote_a, always."""
    seen = Counter[tuple[Judged, Judged]]((judge_a(person), judge_b(person)) for person in people)
    outcome = Counter[tuple[bool, bool]]()
    refused_a, refused_b = Counter[ReasonCode](), Counter[ReasonCode]()
    gained_from, lost_to = Counter[ReasonCode](), Counter[ReasonCode]()
    groups_a, groups_b = Counter[str](), Counter[str]()
    for (a, b), number in seen.items():
        outcome[a.may_vote, b.may_vote] += number
        for judged, refused, groups in ((a, refused_a, groups_a), (b, refused_b, groups_b)):
            if judged.reason is not None:
                refused[judged.reason] += number
            elif judged.group is not None:
                groups[judged.group] += number
        if a.reason is not None and b.may_vote:
            gained_from[a.reason] += number
        if b.reason is not None and a.may_vote:
            lost_to[b.reason] += number
    return RightsCompared(
        residents=seen.total(),
        both=outcome[True, True],
        neither=outcome[False, False],
        gain=outcome[False, True],
        lose=outcome[True, False],
        refused_a=refused_a,
        refused_b=refused_b,
        gained_from=gained_from,
        lost_to=lost_to,
        groups_a=groups_a,
        groups_b=groups_b,
    )


def judge_of(regulation: Regulation, municipality: str, election_day: date, sets: CountrySets) -> Judge:
    """The right to vote by a regulation, applied to the people of `municipality`, whoever's regulation it is.

    Refused (R062) where the regulation leaves open what decides it.
    """
    right = RightJudge(regulation.right_to_vote, municipality, election_day, sets)
    grouping = Grouping(regulation, right.inside, election_day, sets)
    yes, no = Judged(None), {reason: Judged(reason) for reason in ReasonCode}

    def judge(person: PersonFacts) -> Judged:
        reason = right(person).reason
        if reason is not None:
            return no[reason]
        group = grouping(person)
        return yes if group is None else Judged(None, group)

    return judge


def can_be_judged(regulation: Regulation, sets: CountrySets) -> bool:
    """Whether a regulation says enough to decide who may vote."""
    rule = regulation.right_to_vote
    if rule.minimum_age.is_unset or rule.residence.is_unset or rule.origin.is_unset:
        return False
    try:
        judge_of(regulation, "0000", date(2000, 1, 1), sets)
    except Refused as trouble:
        if trouble.kind is not say.UNSET:
            raise
        return False
    return True
