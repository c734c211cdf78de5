"""Who may vote in København on 7 March 2006: own birth, one parent's birth, or Greenland."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from election.roll.origin import PersonFacts
from election.roll.rules import ReasonCode, RollJudge, decide, facts_of_row, may_stand
from registry.regulation.country_sets import shipped_country_sets
from registry.regulation.loader import shipped
from registry.residents.extract import read_extract

DATA = Path(__file__).parents[3] / "../shared/data/residents"
DAY = date(2006, 3, 7)
SETS = shipped_country_sets()
KOBENHAVN = shipped("kobenhavn-2006").regulation
DANE = PersonFacts(date(1970, 5, 4), "0101", "resident", "DK", "DK", "DK", "DK", "DK", "DK", date(1990, 1, 1), "")
"""A resident of København born in Denmark of two parents born in Denmark."""
NOT_COVERED, UNKNOWN = ReasonCode.ORIGIN_NOT_COVERED, ReasonCode.ORIGIN_UNKNOWN


def reason(**changes: object) -> ReasonCode | None:
    return decide(replace(DANE, **changes), KOBENHAVN, DAY, SETS).reason  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("own", "mother", "father", "expected"),
    [
        ("TR", "TR", "TR", None),
        ("TR", "DK", "DK", None),
        ("DK", "SO", "DK", None),
        ("DK", "DK", "SO", None),
        ("DK", "DK", "DK", NOT_COVERED),
        ("DE", "DE", "DE", NOT_COVERED),
        ("SE", "NO", "IS", NOT_COVERED),
        ("US", "CA", "JP", NOT_COVERED),
        ("DE", "TR", "DE", None),
        ("GL", "GL", "GL", None),
        ("GL", "DK", "DK", None),
        ("DK", "GL", "DK", None),
        ("DK", "DK", "GL", None),
        ("FO", "FO", "FO", NOT_COVERED),
        ("YU", "YU", "YU", None),
        ("DK", "", "SO", None),
        ("GL", "", "", None),
        ("DK", "", "DK", UNKNOWN),
        ("", "DK", "DK", UNKNOWN),
        ("DE", "", "", UNKNOWN),
    ],
)
def test_one_birth_outside_the_set_or_in_greenland_is_enough(
    own: str, mother: str, father: str, expected: ReasonCode | None
) -> None:
    """Norden, EU, EEA, CH, US, CA, JP, NZ and AU are inside. Of three births one outside, or one in GL, is a yes.

    With none, an unknown one could still be a yes: the person may declare it. The Faroes give no right.
    """
    assert reason(birth_country=own, mother_birth_country=mother, father_birth_country=father) == expected


@pytest.mark.parametrize(
    ("country", "expected"),
    [("PL", NOT_COVERED), ("GB", NOT_COVERED), ("RO", None), ("BG", None), ("HR", None)],
)
def test_the_union_is_the_one_of_that_day(country: str, expected: ReasonCode | None) -> None:
    """On 7 March 2006 Poland (2004) and the United Kingdom (until 2020) are in the EU; Romania and Bulgaria
    join on 1 January 2007 and Croatia on 1 July 2013, so they are outside."""
    births = {"birth_country": country, "mother_birth_country": country, "father_birth_country": country}
    assert reason(**births) == expected


@pytest.mark.parametrize(
    ("born_on", "expected"),
    [(date(1988, 3, 7), None), (date(1988, 3, 8), ReasonCode.UNDER_AGE), (date(1989, 1, 2), ReasonCode.UNDER_AGE)],
)
def test_eighteen_on_the_day_and_not_a_day_later(born_on: date, expected: ReasonCode | None) -> None:
    """1988 + 18 = 2006: born on 7 March is 18 that day, born on 8 March is 17 for one more day."""
    assert reason(birth_country="TR", born_on=born_on) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"status": "moved_out"}, ReasonCode.MOVED_OUT),
        ({"status": "dead"}, ReasonCode.DEAD),
        ({"status": "missing"}, ReasonCode.MISSING),
        ({"municipality": "0147"}, ReasonCode.OTHER_MUNICIPALITY),
    ],
)
def test_only_residents_of_the_municipality(changes: dict[str, str], expected: ReasonCode) -> None:
    """Born in Turkey and grown up: the right falls with the residence alone. 0147 is Frederiksberg."""
    assert reason(birth_country="TR", **changes) == expected


def test_whoever_may_vote_may_stand_and_no_group_is_kept() -> None:
    greenlander = replace(DANE, mother_birth_country="GL")
    assert may_stand(greenlander, KOBENHAVN, DAY, SETS).has_right
    assert decide(greenlander, KOBENHAVN, DAY, SETS).group is None


def test_the_sample_extract_gives_the_figure_of_the_other_program() -> None:
    """Of 6,000 rows 2,339 may vote: 2,287 by own or one parent's birth, and 52 more by Greenland."""
    if not (DATA / "kobenhavn-2006.csv").exists():
        pytest.skip("the sample extracts are not beside the project")
    expected = json.loads((DATA / "kobenhavn-2006.expected.json").read_text())["rules"]
    judge = RollJudge(KOBENHAVN, DAY, SETS)
    rows = read_extract((DATA / "kobenhavn-2006.csv").read_bytes(), extract_date=DAY).rows
    figures = expected["self-or-one-parent, same countries, or born or parent born in GL"]
    assert sum(judge(facts_of_row(row)).may_vote for row in rows) == figures["may_vote"] == 2287 + 52
