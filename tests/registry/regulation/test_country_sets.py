"""Named, dated sets of countries: the day decides, both ends included."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from registry.findings import Refused
from registry.regulation.country_sets import FILE, read_country_sets, shipped_country_sets

SETS = shipped_country_sets()


@pytest.mark.parametrize(
    ("group", "country", "day", "belongs"),
    [
        ("EU", "HR", date(2013, 6, 30), False),
        ("EU", "HR", date(2013, 7, 1), True),
        ("EU", "GB", date(2020, 1, 31), True),
        ("EU", "GB", date(2020, 2, 1), False),
        ("EU", "RO", date(2006, 3, 7), False),
        ("Norden", "GL", date(1950, 1, 1), True),
        ("DST-western", "JP", date(2017, 11, 27), False),
        ("DST-western", "GB", date(2026, 1, 1), True),
    ],
)
def test_the_day_decides_who_belongs(group: str, country: str, day: date, belongs: bool) -> None:
    assert (country in SETS.members(group, day)) is belongs


def test_eu_had_28_members_in_2017_and_27_in_2021() -> None:
    assert len(SETS.members("EU", date(2017, 11, 27))) == 28
    assert len(SETS.members("EU", date(2021, 11, 23))) == 27


def test_groups_and_single_countries_make_one_set() -> None:
    day = date(2018, 2, 22)
    union = SETS.union(["Norden", "EEA-EFTA"], ["JP"], day)
    assert union == {"DK", "SE", "NO", "FI", "IS", "GL", "FO", "LI", "JP"}
    assert SETS.union([], [], day) == frozenset()


def test_an_unknown_group_is_refused() -> None:
    with pytest.raises(Refused, match="R061"):
        SETS.members("Atlantis", date(2017, 1, 1))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("group;country;from;to\n", 1),
        ("group,country,from,to\nEU,BEL,,\n", 2),
        ("group,country,from,to\nEU,BE,,\nEU,FR,1958,\n", 3),
        ("group,country,from,to\nEU,BE,\n", 2),
        ('group,country,from,to\nEU,"BE\n', 1),
    ],
)
def test_a_damaged_file_names_its_line(text: str, line: int) -> None:
    with pytest.raises(Refused, match=f"R060.*linje {line} "):
        read_country_sets(text.encode())


def test_the_shipped_file_is_the_one_that_the_samples_were_worked_out_with() -> None:
    original = Path(__file__).parents[3] / "../shared/data/country-groups.csv"
    if not original.exists():
        pytest.skip("the sample data are not beside the project")
    assert FILE.read_bytes() == original.read_bytes()
