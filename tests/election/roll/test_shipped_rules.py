"""The rule of every shipped regulation on every sample extract, against a second counter; and its edges."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import pytest

from election.roll.groups import Grouping
from election.roll.origin import PersonFacts
from election.roll.rules import ReasonCode, RightJudge, facts_of_row
from registry.findings import Refused
from registry.regulation.country_sets import shipped_country_sets
from registry.regulation.loader import load_bytes, shipped
from registry.regulation.ruled import Ruled
from registry.regulation.rules import Regulation
from registry.residents.extract import read_extract
from tests.election.roll.second_counter import (
    NAIVE,
    NORDEN_EU,
    ROOT,
    SIX,
    Cells,
    births,
    by_births,
    naive_reason,
    naive_set,
)

pytestmark = pytest.mark.slow

DATA = ROOT / "../shared/data/residents"
SETS = shipped_country_sets()
SAMPLES = ("koege-2013-cp1252", "koege-2017", "gentofte-2018", "kobenhavn-2006")
ELECTING = (
    "koege-2014",
    "koege-2018",
    "koege-2021",
    "kobenhavn-2006",
    "gentofte-2018",
    "gentofte-2022",
    "svendborg-2025",
    "aeldreraad",
)


def regulation(regulation_id: str) -> Regulation:
    return shipped(regulation_id).regulation


@dataclass(frozen=True)
class Sample:
    """One sample extract: its cells as text, and what was worked out beside it."""

    rows: tuple[Cells, ...]
    data: bytes
    expected: Mapping[str, Any]

    @property
    def day(self) -> date:
        return date.fromisoformat(self.expected["election_day"])


@cache
def sample(name: str) -> Sample:
    path = DATA / f"{name}.csv"
    if not path.exists():
        pytest.skip("the sample extracts are not beside the project")
    data = path.read_bytes()
    text = data.decode("cp1252" if name.endswith("cp1252") else "utf-8-sig")
    separator = ";" if text.splitlines()[0].count(";") else ","
    rows = tuple(csv.DictReader(io.StringIO(text), delimiter=separator))
    return Sample(rows, data, json.loads((DATA / f"{name}.expected.json").read_text()))


# Extracts against the second counter and against expected.json -----------------------------------------------


def test_the_second_counter_knows_every_regulation_with_an_election() -> None:
    assert tuple(NAIVE) == ELECTING


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("regulation_id", ELECTING)
def test_every_shipped_rule_gives_the_same_reasons_as_the_second_counter(regulation_id: str, name: str) -> None:
    """Row by row, so that two mistakes cannot cancel out."""
    given = sample(name)
    municipality = given.expected["municipality"]
    judge = RightJudge(regulation(regulation_id).right_to_vote, municipality, given.day, SETS)
    rows = read_extract(given.data, extract_date=given.day).rows
    age, origin = NAIVE[regulation_id]
    found = {row.cpr: str(judge(facts_of_row(row)).reason or "") for row in rows}
    assert found == {
        row["cpr"].replace("-", ""): naive_reason(row, municipality, given.day, age, origin) for row in given.rows
    }


TITLES = {
    "gentofte-2018": "self-or-both-parents, outside Norden/EU/EEA/CH/US/CA/JP/NZ/AU",
    "svendborg-2025": "self-or-one-parent, same countries",
    "kobenhavn-2006": "self-or-one-parent, same countries, or born or parent born in GL",
    "koege-2021": "statistical origin (immigrant or descendant)",
}


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("regulation_id", TITLES)
def test_the_figures_beside_the_samples_are_reproduced(regulation_id: str, name: str) -> None:
    given = sample(name)
    judge = RightJudge(regulation(regulation_id).right_to_vote, given.expected["municipality"], given.day, SETS)
    reasons = Counter(
        judge(facts_of_row(row)).reason for row in read_extract(given.data, extract_date=given.day).rows
    )
    assert reasons[None] == given.expected["rules"][TITLES[regulation_id]]["may_vote"]
    assert sum(reasons.values()) == given.expected["rows"]
    assert {code: reasons[ReasonCode(code)] for code in given.expected["not_resident"]} == dict(
        given.expected["not_resident"]
    )
    assert reasons[ReasonCode.OTHER_MUNICIPALITY] == given.expected["other_municipality"]
    on_grounds_of_origin = reasons[ReasonCode.ORIGIN_UNKNOWN] + reasons[ReasonCode.ORIGIN_NOT_COVERED]
    assert reasons[None] + on_grounds_of_origin == given.expected["adults"]


@pytest.mark.parametrize("name", SAMPLES)
def test_svendborgs_groups_are_those_of_the_second_counter(name: str) -> None:
    """The group is the first country outside of own, mother's and father's birth; seven have a name."""
    given = sample(name)
    rule = regulation("svendborg-2025")
    municipality = given.expected["municipality"]
    judge = RightJudge(rule.right_to_vote, municipality, given.day, SETS)
    grouping = Grouping(rule, judge.inside, given.day, SETS)
    facts = [facts_of_row(row) for row in read_extract(given.data, extract_date=given.day).rows]
    found = Counter(grouping(person) for person in facts if judge(person).has_right)
    inside = naive_set(NORDEN_EU, SIX, given.day.isoformat())
    named = "VN Vietnam,SY Syrien,TR Tyrkiet,LK Sri Lanka,BA Bosnien,ER Eritrea,IR Iran"
    names = {one[:2]: one[3:] for one in named.split(",")}
    expected = Counter[str | None]()
    for row in given.rows:
        if not naive_reason(row, municipality, given.day, 18, by_births(both=False)):
            first = next(country for country in births(row) if country and country not in inside)
            expected[names.get(first, "øvrige")] += 1
    assert found == expected
    assert set(found) <= set(rule.seats.reserved.value)


# Edges, counted by hand --------------------------------------------------------------------------------------

DANE = PersonFacts(date(1970, 5, 4), "0157", "resident", "DK", "DK", "DK", "DK", "DK", "DK", date(1990, 1, 1), "")
"""Born in Denmark of two parents born in Denmark."""
NOT_COVERED, UNKNOWN = ReasonCode.ORIGIN_NOT_COVERED, ReasonCode.ORIGIN_UNKNOWN
GENTOFTE_DAY, SVENDBORG_DAY = date(2018, 2, 22), date(2025, 11, 18)


def reason_of(regulation_id: str, day: date, here: str = "0157", **changes: Any) -> ReasonCode | None:
    rule = regulation(regulation_id).right_to_vote
    return RightJudge(rule, here, day, SETS)(replace(DANE, **({"municipality": here} | changes))).reason


def born(own: str, mother: str, father: str) -> dict[str, str]:
    return {"birth_country": own, "mother_birth_country": mother, "father_birth_country": father}


@pytest.mark.parametrize(
    ("countries", "gentofte", "svendborg"),
    [
        (("TR", "TR", "TR"), None, None),
        (("DK", "TR", "DK"), NOT_COVERED, None),
        (("DK", "TR", "SO"), None, None),
        (("DK", "JP", "AU"), NOT_COVERED, NOT_COVERED),
        (("MX", "DK", "DK"), None, None),
        (("GL", "FO", "IS"), NOT_COVERED, NOT_COVERED),
        (("YU", "YU", "YU"), None, None),
        (("CS", "DK", "DK"), None, None),
        (("DD", "DE", "DE"), None, None),
        (("ZZ", "DK", "DK"), None, None),
        (("DK", "TR", ""), UNKNOWN, None),
        (("DK", "", "DK"), NOT_COVERED, UNKNOWN),
        (("DK", "", ""), UNKNOWN, UNKNOWN),
        (("", "DK", "DK"), UNKNOWN, UNKNOWN),
        (("DK", "GB", "GB"), NOT_COVERED, None),
        (("LI", "CH", "CA"), NOT_COVERED, NOT_COVERED),
    ],
)
def test_one_parent_or_both_former_states_unknown_countries_and_the_united_kingdom(
    countries: tuple[str, str, str], gentofte: ReasonCode | None, svendborg: ReasonCode | None
) -> None:
    """Former states and codes that nobody knows count as foreign. The United Kingdom was in the EU on 22 February
    2018 and is in no set on 18 November 2025. Mexico is North America on a map, but only US and CA are read so.
    One parent unknown: in Gentofte both must be outside, so with the other one inside nothing can change."""
    assert reason_of("gentofte-2018", GENTOFTE_DAY, **born(*countries)) is gentofte
    assert reason_of("svendborg-2025", SVENDBORG_DAY, "0479", **born(*countries)) is svendborg


@pytest.mark.parametrize(
    ("regulation_id", "municipality", "day", "birthday", "day_after"),
    [
        ("gentofte-2018", "0157", GENTOFTE_DAY, date(2000, 2, 22), date(2000, 2, 23)),
        ("svendborg-2025", "0479", SVENDBORG_DAY, date(2007, 11, 18), date(2007, 11, 19)),
        ("koege-2021", "0259", date(2021, 11, 23), date(2003, 11, 23), date(2003, 11, 24)),
        ("aeldreraad", "0259", SVENDBORG_DAY, date(1965, 11, 18), date(1965, 11, 19)),
    ],
)
def test_whoever_reaches_the_age_on_the_day_may_vote(
    regulation_id: str, municipality: str, day: date, birthday: date, day_after: date
) -> None:
    abroad = dict(**born("SO", "SO", "SO"), citizenship="SO", mother_citizenship="SO", father_citizenship="SO")
    assert reason_of(regulation_id, day, municipality, born_on=birthday, **abroad) is None
    assert reason_of(regulation_id, day, municipality, born_on=day_after, **abroad) is ReasonCode.UNDER_AGE


def test_in_the_elderly_council_only_age_and_residence_count() -> None:
    """60 on the day, whatever the countries; a Dane of 59 may not, and a neighbour of 90 may not."""
    day = SVENDBORG_DAY
    for countries in (("DK", "DK", "DK"), ("SO", "", ""), ("", "", "")):
        assert reason_of("aeldreraad", day, "0259", born_on=date(1960, 2, 2), **born(*countries)) is None
    assert reason_of("aeldreraad", day, "0259", born_on=date(1966, 2, 2)) is ReasonCode.UNDER_AGE
    elsewhere = reason_of("aeldreraad", day, "0259", born_on=date(1935, 2, 2), municipality="0265")
    assert elsewhere is ReasonCode.OTHER_MUNICIPALITY


def test_years_in_the_realm_are_whole_years_on_the_day() -> None:
    """Three years on 22 February 2018: since 22 February 2015 is enough, a day later is not, unknown is not."""
    rule = replace(regulation("gentofte-2018").right_to_vote, years_in_realm=Ruled(3, "§ 1"))
    judge = RightJudge(rule, "0157", GENTOFTE_DAY, SETS)
    turk = replace(DANE, **born("TR", "TR", "TR"))  # type: ignore[arg-type]
    assert judge(replace(turk, in_realm_since_on=date(2015, 2, 22))).reason is None
    for since in (date(2015, 2, 23), None):
        refused = judge(replace(turk, in_realm_since_on=since))
        assert refused.reason is ReasonCode.TOO_SHORT_RESIDENCE
        assert refused.cite == "§ 1"


def group_in_svendborg(*countries: str) -> str | None:
    rule = regulation("svendborg-2025")
    judge = RightJudge(rule.right_to_vote, "0479", SVENDBORG_DAY, SETS)
    return Grouping(rule, judge.inside, SVENDBORG_DAY, SETS)(replace(DANE, **born(*countries)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("countries", "group"),
    [
        (("VN", "DK", "DK"), "Vietnam"),
        (("DK", "SY", "TR"), "Syrien"),
        (("DK", "DK", "TR"), "Tyrkiet"),
        (("SE", "DE", "LK"), "Sri Lanka"),
        (("TR", "BA", "BA"), "Tyrkiet"),
        (("BA", "DK", "DK"), "Bosnien"),
        (("YU", "YU", "YU"), "øvrige"),
        (("", "ER", "IR"), "Eritrea"),
        (("IR", "", ""), "Iran"),
        (("SO", "VN", "VN"), "øvrige"),
        (("GB", "DK", "DK"), "øvrige"),
    ],
)
def test_own_birth_goes_before_the_mothers_and_hers_before_the_fathers(
    countries: tuple[str, str, str], group: str
) -> None:
    assert group_in_svendborg(*countries) == group


def test_a_small_extract_for_svendborg_counted_by_hand() -> None:
    """Ten: 2 Vietnam, 1 Syrien, 1 Tyrkiet, 2 øvrige (SO, YU); 2 not covered (DK, SE); 1 unknown; 1 too young."""
    people = [
        replace(DANE, **({"municipality": "0479"} | born(*countries) | more))  # type: ignore[arg-type]
        for countries, more in (
            (("VN", "VN", "VN"), {}),
            (("DK", "VN", "DK"), {}),
            (("SY", "SY", "SY"), {}),
            (("DK", "DK", "TR"), {}),
            (("SO", "SO", "SO"), {}),
            (("YU", "YU", "YU"), {}),
            (("DK", "DK", "DK"), {}),
            (("SE", "SE", "SE"), {}),
            (("DK", "", "DK"), {}),
            (("VN", "VN", "VN"), {"born_on": date(2008, 1, 2)}),
        )
    ]
    rule = regulation("svendborg-2025")
    judge = RightJudge(rule.right_to_vote, "0479", SVENDBORG_DAY, SETS)
    grouping = Grouping(rule, judge.inside, SVENDBORG_DAY, SETS)
    voters = [person for person in people if judge(person).has_right]
    assert Counter(map(grouping, voters)) == {"Vietnam": 2, "Syrien": 1, "Tyrkiet": 1, "øvrige": 2}
    assert Counter(judge(person).reason for person in people) == {
        None: 6, NOT_COVERED: 2, UNKNOWN: 1, ReasonCode.UNDER_AGE: 1,
    }  # fmt: skip


def with_areas() -> Regulation:
    """The council of the elderly with nine seats in four areas, 2 + 2 + 2 + 3, as in Vordingborg."""
    return load_bytes("\n".join(area_lines()).encode(), "test")


def area_lines() -> Iterator[str]:
    areas = '{ nord = ["Præstø", "Stensved"], syd = ["Møn"], vest = ["Vordingborg by"], resten = ["*"] }'
    changes = {
        "number": "9",
        "group_kind": '"district"',
        "reserved": "{ nord = 2, syd = 2, vest = 2, resten = 3 }",
        "group_members": areas,
        "legal_size": "9",
    }
    for line in shipped("aeldreraad").data.decode().splitlines():
        key = line.split(" = ")[0]
        yield f'{key} = {{ is = {changes[key]}, cite = "prøve" }}' if key in changes else line


def test_area_quotas_put_everybody_where_they_live() -> None:
    """2 + 2 + 2 + 3 = 9; a district that no area names, and none at all, belong to the rest."""
    rule = with_areas()
    grouping = Grouping(rule, frozenset(), SVENDBORG_DAY, SETS)
    assert sum(rule.seats.reserved.value.values()) == rule.seats.number.value == 9
    where = {
        "Præstø": "nord",
        "Stensved": "nord",
        "Møn": "syd",
        "Vordingborg by": "vest",
        "Bogø": "resten",
        "": "resten",
    }
    assert {district: grouping(replace(DANE, district=district)) for district in where} == where


@pytest.mark.parametrize("regulation_id", ["hoeje-taastrup-2018", "holbaek-2022", "aarhus"])
def test_where_no_rule_is_known_nobody_is_judged(regulation_id: str) -> None:
    """Nothing is guessed: the refusal names the key."""
    with pytest.raises(Refused, match=r"R062.*right_to_vote"):
        RightJudge(regulation(regulation_id).right_to_vote, "0169", GENTOFTE_DAY, SETS)(DANE)
