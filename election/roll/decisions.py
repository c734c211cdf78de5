"""Deciding a whole extract: people whose facts the rules cannot tell apart are decided together."""

from __future__ import annotations

from datetime import date

from election.roll.origin import PersonFacts
from election.roll.rules import RollDecision, RollJudge, age_on
from registry.regulation.country_sets import CountrySets
from registry.regulation.rules import Regulation
from registry.residents.bulk import as_date

Day = date | str
Facts = tuple[Day, str, str, str, str, str, str, str, str, Day | None, str]
"""What `PersonFacts` holds, in its order; dates as `bulk.read_blocks` gives them."""


class _Reached(dict[Day | None, int]):
    """How many of some numbers of whole years have passed on a day since a date: -1 for no date."""

    def __init__(self, limits: set[int], day: date) -> None:
        super().__init__()
        self.limits, self.day = limits, day
        self[None] = -1

    def __missing__(self, since: Day | None) -> int:
        assert since is not None
        years = age_on(as_date(since), self.day)
        reached = self[since] = sum(years >= limit for limit in self.limits)
        return reached


class Decisions:
    """The distinct decisions of one election, by number; `judge` decides each of them once.

    The rules ask a birth date only which minimum age it has reached on election day, and the date of residence
    only whether the years in the realm are full. So these two stand in the key instead of the dates.
    """

    def __init__(self, regulation: Regulation, election_day: date, sets: CountrySets) -> None:
        self.judge = RollJudge(regulation, election_day, sets)
        rules = (self.judge.vote.rule, self.judge.stand.rule)
        self._ages = _Reached({rule.minimum_age.value for rule in rules}, election_day)
        self._years = _Reached({rule.years_in_realm.value for rule in rules}, election_day)
        self._known: dict[object, int] = {}
        self.found: list[RollDecision] = []

    def number_of(self, facts: Facts) -> int:
        """The place of the decision in `found`."""
        key = (self._ages[facts[0]], facts[1:9], self._years[facts[9]], facts[10])
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = len(self.found)
            born_on, *middle, since_on, district = facts
            since = as_date(since_on) if since_on is not None else None
            person = PersonFacts(as_date(born_on), *middle, since, district)  # type: ignore[call-arg, arg-type]
            self.found.append(self.judge(person))
        return number
