"""Who may vote: the order of the reasons, the age, the groups, and the figures of the sample extracts."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from election.roll.origin import PersonFacts
from election.roll.rules import (
    ReasonCode,
    RollJudge,
    age_on,
    decide,
    facts_of_row,
    in_danish,
    may_stand,
    may_vote,
)
from registry.regulation.country_sets import shipped_country_sets
from registry.regulation.loader import load_bytes, shipped
from registry.regulation.ruled import Ruled
from registry.regulation.rules import Regulation, RightRule
from registry.residents.extract import read_extract

DATA = Path(__file__).parents[3] / "../shared/data/residents"
DAY = date(2017, 11, 27)
SETS = shipped_country_sets()
KOEGE_2014 = shipped("koege-2014").regulation
KOEGE_2018 = shipped("koege-2018").regulation
AMINA = PersonFacts(date(1980, 3, 2), "0259", "resident", "SO", "SO", "SO", "", "SO", "", date(1990, 1, 1), "")
BIRTH_SET = """
outside_groups = { is = ["Norden", "EU", "EEA-EFTA"], cite = "test" }
outside_countries = { is = ["CH", "US", "CA", "JP", "NZ", "AU"], cite = "test" }
"""


def regulation_for(municipality: str, origin: str, always_in: str = "[]") -> Regulation:
    """koege-2014 for another municipality and with another origin rule."""
    text = shipped("koege-2014").data.decode()
    lines = []
    for line in text.splitlines():
        key = line.split(" = ")[0]
        if key == "code":
            lines.append(f'code = {{ is = "{municipality}", cite = "test" }}')
        elif key == "origin":
            lines.append(f'origin = {{ is = "{origin}", cite = "test" }}')
        elif key == "or_born_or_parent_born_in":
            lines.append(f'{key} = {{ is = {always_in}, cite = "test" }}')
        elif key == "outside_groups" and origin != "statistical":
            lines.append(BIRTH_SET)
        elif key != "outside_countries" or origin == "statistical":
            lines.append(line)
    return load_bytes("\n".join(lines).encode(), "test")


@pytest.mark.parametrize(
    ("born_on", "day", "age"),
    [
        (date(1999, 11, 27), DAY, 18),
        (date(1999, 11, 28), DAY, 17),
        (date(1917, 11, 27), DAY, 100),
        (date(2000, 2, 29), date(2018, 2, 28), 17),
        (date(2000, 2, 29), date(2018, 3, 1), 18),
        (date(2000, 2, 29), date(2020, 2, 29), 20),
    ],
)
def test_age_is_whole_years_on_election_day(born_on: date, day: date, age: int) -> None:
    assert age_on(born_on, day) == age


def test_somebody_who_turns_18_on_election_day_may_vote() -> None:
    young = replace(AMINA, born_on=date(1999, 11, 27))
    assert may_vote(young, KOEGE_2018, DAY, SETS).has_right
    assert may_vote(replace(AMINA, born_on=date(1999, 11, 28)), KOEGE_2018, DAY, SETS).reason == "under_age"


def test_the_first_reason_that_applies_is_the_one_told() -> None:
    """One person with every obstacle; each is taken away in turn and the next one shows."""
    facts = replace(
        AMINA,
        municipality="0101",
        status="dead",
        born_on=date(2010, 1, 2),
        citizenship="DK",
        birth_country="",
        mother_birth_country="",
        mother_citizenship="",
    )
    in_realm = Ruled(9, "§ 1")
    strict = replace(KOEGE_2018, right_to_vote=replace(KOEGE_2018.right_to_vote, years_in_realm=in_realm))
    told = []
    for change in (
        {},
        {"municipality": "0259", "status": "moved_out"},
        {"status": "dead"},
        {"status": "missing"},
        {"status": "resident"},
        {"born_on": date(1980, 1, 2), "in_realm_since_on": date(2008, 11, 28)},
        {"in_realm_since_on": date(2008, 11, 27)},
        {"birth_country": "DK"},
        {"citizenship": "SO"},
    ):
        changes: dict[str, Any] = change
        facts = replace(facts, **changes)
        told.append(decide(facts, strict, DAY, SETS).reason)
    assert told == [*ReasonCode, None]


def test_the_right_to_stand_follows_the_right_to_vote_unless_it_has_its_own_rule() -> None:
    """With an own rule of 25 years, a woman of 20 votes but does not stand."""
    own = replace(KOEGE_2018.right_to_vote.minimum_age, stated=25)
    stand: RightRule = replace(KOEGE_2018.right_to_vote, minimum_age=own)
    regulation = replace(KOEGE_2018, right_to_stand=replace(KOEGE_2018.right_to_stand, own=stand))
    young = replace(AMINA, born_on=date(1997, 5, 5))
    assert may_stand(young, KOEGE_2018, DAY, SETS).has_right
    decision = decide(young, regulation, DAY, SETS)
    assert (decision.may_vote, decision.reason) == (True, None)
    assert (decision.may_stand, decision.stand_reason) == (False, ReasonCode.UNDER_AGE)


def test_no_group_is_kept_when_no_seat_is_reserved() -> None:
    assert decide(AMINA, KOEGE_2018, DAY, SETS).group is None
    assert decide(AMINA, KOEGE_2014, DAY, SETS).group == "ikke-vestlig"


def test_an_unknown_country_of_origin_counts_as_non_western_and_sweden_as_western() -> None:
    unknown = replace(AMINA, birth_country="DK", mother_birth_country="", mother_citizenship="SE")
    assert decide(unknown, KOEGE_2014, DAY, SETS).group == "ikke-vestlig"
    swedish = replace(AMINA, mother_birth_country="SE")
    assert decide(swedish, KOEGE_2014, DAY, SETS).group == "vestlig"


def test_who_is_not_on_the_roll_gets_no_group() -> None:
    assert decide(replace(AMINA, status="dead"), KOEGE_2014, DAY, SETS).group is None


def test_croatia_is_inside_the_set_from_the_day_it_joined() -> None:
    """HR joined the EU on 1 July 2013: outside the day before, inside that day."""
    regulation = regulation_for("0259", "self")
    croat = replace(AMINA, birth_country="HR")
    assert decide(croat, regulation, date(2013, 6, 30), SETS).may_vote
    assert not decide(croat, regulation, date(2013, 7, 1), SETS).may_vote


def test_every_decision_has_one_sentence_with_its_source_and_no_country() -> None:
    for reason in (None, *ReasonCode):
        sentence = in_danish(reason, KOEGE_2018.right_to_vote, "Køge Kommune")
        assert sentence.startswith("Personen ")
        assert "(" in sentence
        assert "{" not in sentence
    young = in_danish(ReasonCode.UNDER_AGE, KOEGE_2018.right_to_vote, "Køge Kommune")
    assert "ikke fyldt 18 år" in young
    assert "antaget" in young


def test_cites_name_the_rule_that_decided() -> None:
    rule = KOEGE_2018.right_to_vote
    assert decide(AMINA, KOEGE_2018, DAY, SETS).cite == rule.origin.source
    away = decide(replace(AMINA, municipality="0101"), KOEGE_2018, DAY, SETS)
    assert away.cite == rule.residence.source


RULES = {
    "self-or-both-parents, outside Norden/EU/EEA/CH/US/CA/JP/NZ/AU": ("self_or_both_parents", "[]"),
    "self-or-one-parent, same countries": ("self_or_one_parent", "[]"),
    "self-or-one-parent, same countries, or born or parent born in GL": ("self_or_one_parent", '["GL"]'),
    "statistical origin (immigrant or descendant)": ("statistical", "[]"),
}
EXTRACTS = ["gentofte-2018", "kobenhavn-2006", "koege-2013-cp1252", "koege-2017"]


@pytest.mark.parametrize("name", EXTRACTS)
def test_the_figures_of_the_sample_extracts_are_reproduced(name: str) -> None:
    if not (DATA / f"{name}.csv").exists():
        pytest.skip("the sample extracts are not beside the project")
    expected = json.loads((DATA / f"{name}.expected.json").read_text())
    day = date.fromisoformat(expected["election_day"])
    report = read_extract((DATA / f"{name}.csv").read_bytes(), extract_date=day)
    assert (report.rows_in, report.rows_rejected) == (expected["rows"], 0)
    assert sum(row.is_protected for row in report.rows) == expected["protected"]
    assert expected["rules"].keys() == RULES.keys()
    for title, figures in expected["rules"].items():
        judge = RollJudge(regulation_for(expected["municipality"], *RULES[title]), day, SETS)
        decisions = [judge(facts_of_row(row)) for row in report.rows]
        reasons = Counter(decision.reason for decision in decisions)
        assert reasons[None] == sum(decision.may_vote for decision in decisions) == figures["may_vote"]
        assert sum(reasons.values()) == expected["rows"]
        assert {str(code): reasons[ReasonCode(code)] for code in expected["not_resident"]} == expected[
            "not_resident"
        ]
        assert reasons[ReasonCode.OTHER_MUNICIPALITY] == expected["other_municipality"]
        origin = (ReasonCode.ORIGIN_UNKNOWN, ReasonCode.ORIGIN_NOT_COVERED)
        assert reasons[None] + sum(reasons[code] for code in origin) == expected["adults"]
        if "groups" in figures:
            assert Counter(decision.group for decision in decisions if decision.may_vote) == figures["groups"]


@pytest.mark.parametrize(("name", "regulation"), [("koege-2013-cp1252", KOEGE_2014), ("koege-2017", KOEGE_2018)])
def test_the_shipped_regulations_give_the_statistical_figures(name: str, regulation: Regulation) -> None:
    if not (DATA / f"{name}.csv").exists():
        pytest.skip("the sample extracts are not beside the project")
    expected = json.loads((DATA / f"{name}.expected.json").read_text())
    day = date.fromisoformat(expected["election_day"])
    judge = RollJudge(regulation, day, SETS)
    rows = read_extract((DATA / f"{name}.csv").read_bytes(), extract_date=day).rows
    decisions = [judge(facts_of_row(row)) for row in rows]
    figures = expected["rules"]["statistical origin (immigrant or descendant)"]
    assert sum(decision.may_vote for decision in decisions) == figures["may_vote"]
    assert sum(decision.may_stand for decision in decisions) == figures["may_vote"]
