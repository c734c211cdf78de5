"""One extract under two rules: the sums hold whatever the people and the rules are, and the page names nobody."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from io import BytesIO
from random import Random

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from election.call.records import Kind
from election.roll.acts import import_extract
from election.roll.comparing import Origin, offered, people_of
from election.roll.origin import PersonFacts
from election.roll.rules import ReasonCode
from election.roll.what_if import Judge, Judged, can_be_judged, compare_rights, judge_of
from registry.act import Installation
from registry.regulation.country_sets import shipped_country_sets
from registry.regulation.loader import shipped, shipped_ids
from registry.residents.records import latest_extract
from tests.scenarios import SCOPE, Played, call_koege, form_value, sign_in, with_roll

pytestmark = pytest.mark.slow

SETS = shipped_country_sets()
DAY = date(2017, 11, 27)
JUDGED = tuple(one for one in shipped_ids() if can_be_judged(shipped(one).regulation, SETS))
COUNTRIES = st.sampled_from(["DK", "GL", "SE", "DE", "GB", "TR", "SO", "VN", "YU", "JP", ""])


def judge(regulation_id: str, day: date = DAY) -> Judge:
    return judge_of(shipped(regulation_id).regulation, "0259", day, SETS)


PERSONS = st.builds(
    PersonFacts,
    st.dates(date(1930, 1, 1), date(2010, 1, 1)),
    st.sampled_from(["0259", "0259", "0259", "0265"]),
    st.sampled_from(["resident", "resident", "resident", "moved_out", "dead", "missing"]),
    *[COUNTRIES] * 6,
    st.none() | st.dates(date(1980, 1, 1), date(2017, 1, 1)),
    st.sampled_from(["Nord", "Syd", ""]),
)
PEOPLE = st.lists(PERSONS, max_size=40)
RULES = st.sampled_from(JUDGED)


def test_whoever_says_enough_of_the_right_to_vote_can_be_compared() -> None:
    """The three without a direct election, or with the members of an association, cannot."""
    assert set(shipped_ids()) - set(JUDGED) == {"hoeje-taastrup-2018", "holbaek-2022", "aarhus"}


@given(PEOPLE, RULES, RULES)
@settings(deadline=None)
def test_gain_less_lose_is_what_b_has_more_than_a(people: list[PersonFacts], a: str, b: str) -> None:
    found = compare_rights(people, judge(a), judge(b))
    assert found.gain - found.lose == found.may_vote_b - found.may_vote_a
    assert found.residents == len(people) == found.unchanged + found.gain + found.lose
    assert found.may_vote_a + sum(found.refused_a.values()) == found.residents
    assert found.may_vote_b + sum(found.refused_b.values()) == found.residents
    assert (sum(found.gained_from.values()), sum(found.lost_to.values())) == (found.gain, found.lose)
    assert all(found.gained_from[code] <= found.refused_a[code] for code in found.gained_from)


@given(PEOPLE, RULES, RULES)
@settings(deadline=None)
def test_the_two_rules_changed_round_change_gain_and_loss_round(people: list[PersonFacts], a: str, b: str) -> None:
    one = compare_rights(people, judge(a), judge(b))
    other = compare_rights(people, judge(b), judge(a))
    assert (one.gain, one.lose, one.both, one.neither) == (other.lose, other.gain, other.both, other.neither)
    assert (one.refused_a, one.refused_b) == (other.refused_b, other.refused_a)
    assert (one.groups_a, one.groups_b) == (other.groups_b, other.groups_a)


@given(PEOPLE, RULES)
@settings(deadline=None)
def test_the_same_rule_twice_changes_nothing(people: list[PersonFacts], rule: str) -> None:
    found = compare_rights(people, judge(rule), judge(rule))
    assert (found.gain, found.lose) == (0, 0)
    assert found.gained_from == found.lost_to == {}


@given(PEOPLE, RULES, RULES, st.randoms())
@settings(deadline=None)
def test_the_order_of_the_people_does_not_matter(
    people: list[PersonFacts], a: str, b: str, chance: Random
) -> None:
    mixed = sorted(people, key=lambda _: chance.random())
    assert compare_rights(people, judge(a), judge(b)) == compare_rights(mixed, judge(a), judge(b))


def test_a_small_extract_under_one_parent_and_under_both() -> None:
    """Six: born in TR (both yes); one parent TR (loses under both parents); two parents (both yes); two not
    covered; one of 17. A = one parent (Svendborg) 3, B = both parents (Gentofte) 2: nobody gains, one loses;
    two are not covered under A, three under B; one is too young under both."""

    def person(own: str, mother: str, father: str, born: date = date(1980, 2, 2)) -> PersonFacts:
        return PersonFacts(born, "0259", "resident", "DK", own, mother, father, "DK", "DK", None, "")

    people = [
        person("TR", "TR", "TR"),
        person("DK", "TR", "DK"),
        person("DK", "TR", "SO"),
        person("DK", "DK", "DK"),
        person("SE", "DK", "DK"),
        person("TR", "TR", "TR", date(2000, 2, 2)),
    ]
    found = compare_rights(people, judge("svendborg-2025"), judge("gentofte-2018"))
    assert (found.may_vote_a, found.may_vote_b, found.gain, found.lose, found.unchanged) == (3, 2, 0, 1, 5)
    young, not_covered = ReasonCode.UNDER_AGE, ReasonCode.ORIGIN_NOT_COVERED
    assert found.refused_a == {young: 1, not_covered: 2}
    assert found.refused_b == {young: 1, not_covered: 3}
    assert found.lost_to == {not_covered: 1}
    assert (found.groups_a, found.groups_b) == ({"Tyrkiet": 3}, {})


def test_another_day_is_another_rule_too() -> None:
    """Eighteen on 27 November 2017, under age the day before; the day alone makes the difference."""
    born = PersonFacts(date(1999, 11, 27), "0259", "resident", "SO", "SO", "SO", "SO", "SO", "SO", None, "")
    found = compare_rights([born], judge("koege-2018", date(2017, 11, 26)), judge("koege-2018"))
    assert (found.gain, found.lose, dict(found.gained_from)) == (1, 0, {ReasonCode.UNDER_AGE: 1})


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=30))
def test_the_counter_counts_what_any_two_judges_say(answers: list[tuple[bool, bool]]) -> None:
    """Two judges that only look up what they are to say: their sums are those of the list."""
    people = [
        PersonFacts(DAY, str(number), "", "", "", "", "", "", "", None, "") for number in range(len(answers))
    ]

    def says(which: int) -> Judge:
        no = Judged(ReasonCode.DEAD)
        return lambda person: Judged(None) if answers[int(person.municipality)][which] else no

    found = compare_rights(people, says(0), says(1))
    assert Counter(answers) == Counter(
        {
            (True, True): found.both,
            (False, False): found.neither,
            (False, True): found.gain,
            (True, False): found.lose,
        }
    )


# The page ----------------------------------------------------------------------------------------------------

PAGE = "/0259/integrationsraad/2017/valgliste/hvad-hvis/"


@pytest.fixture
def called(installation: Installation) -> Played:
    return with_extract(call_koege(installation))


def with_extract(played: Played) -> Played:
    import_extract(*played.by, played.act("roll_keeper"), played.election_id, EXTRACT)
    return played


HEADER = (
    "cpr;first_names;surname;address;postal_code;city;municipality;moved_in;resident_in_dk_since;citizenship;"
    "birth_country;mother_birth_country;father_birth_country;mother_citizenship;father_citizenship;protected;"
    "status;status_since;polling_district\n"
)


def line(cpr: str, countries: str) -> str:
    own, mother, father = countries.split()
    return (
        f"{cpr};Fornavn;Prøvesen;Prøvevej 1;4600;Køge;0259;2001-01-01;2000-01-01;DK;{own};{mother};{father};"
        "DK;DK;0;resident;2001-01-01;Nord\n"
    )


EXTRACT = (
    HEADER
    + line("0203704001", "TR TR TR")
    + line("0303704003", "DK TR DK")
    + line("0403704005", "DK TR SO")
    + line("0503704008", "DK DK DK")
).encode()
"""Under one parent three may vote, under both parents two: nobody gains, one loses."""


def _form(page: str, **values: object) -> dict[str, object]:
    found: dict[str, object] = {name: form_value(page, name) for name in ("csrf_token", "request_id")}
    found |= {"a_on": "27-11-2017", "b_on": "27-11-2017", "extract_on": "10-11-2017"}
    return found | {"a": "svendborg-2025", "b": "gentofte-2018"} | values


def _figures(page: str) -> dict[str, str]:
    return dict(re.findall(r"<dt>([^<]+)</dt><dd class=\"key-figures__value\">([^<]*)</dd>", page))


@pytest.mark.slow
def test_the_office_sees_counts_and_the_log_that_it_looked(
    called: Played, client: FlaskClient, installation: Installation
) -> None:
    """No name and no number is on the page; no figure is in the log or in the act that is kept."""
    sign_in(client, "roll_keeper")
    page = client.get(PAGE).get_data(as_text=True)
    shown = client.post(PAGE, data=_form(page)).get_data(as_text=True)
    figures = _figures(shown)
    assert figures == {
        "I udtrækket": "4",
        "Kan stemme efter A": "3",
        "Kan stemme efter B": "2",
        "Vinder valgret ved B": "0",
        "Mister valgret ved B": "1",
        "Uændret": "3",
    }
    assert "Kun til kontoret" in shown
    assert "Prøvesen" not in shown
    assert "0303704003" not in shown
    with installation.database.read() as session:
        kept = session.execute(text("SELECT answer FROM act WHERE name = 'roll.compare_rules'")).scalars().all()
        entries = [bytes(entry) for entry in session.execute(text("SELECT body FROM log_entry")).scalars()]
    assert [json.loads(answer) for answer in kept] == [True]
    facts = next(found["facts"] for found in map(json.loads, entries) if found.get("act") == "roll.compare_rules")
    assert facts.keys() == {"election", "regulations", "sha256", "election_days", "extract"}
    assert (facts["regulations"], facts["extract"]) == (["svendborg-2025", "gentofte-2018"], 1)


@pytest.mark.slow
def test_a_file_is_counted_and_not_kept(called: Played, client: FlaskClient, installation: Installation) -> None:
    """Two in the file; the extract of the election still has four, and there is still one extract."""
    sign_in(client, "election_administrator")
    page = client.get(PAGE).get_data(as_text=True)
    data = HEADER.encode() + line("0603704000", "TR TR TR").encode() + line("0703704002", "DK DK DK").encode()
    shown = client.post(PAGE, data=_form(page, file=(BytesIO(data), "andet.csv"))).get_data(as_text=True)
    assert _figures(shown)["I udtrækket"] == "2"
    with installation.database.read() as session:
        extract = latest_extract(session, SCOPE)
        assert extract is not None
        assert extract.number == 1
        assert len(list(people_of(session, extract))) == 4


@pytest.mark.slow
def test_a_damaged_file_is_told_line_by_line_and_not_counted(called: Played, client: FlaskClient) -> None:
    sign_in(client, "roll_keeper")
    page = client.get(PAGE).get_data(as_text=True)
    data = HEADER.encode() + line("0603704000", "TR TR Tyrkiet").encode()
    shown = client.post(PAGE, data=_form(page, file=(BytesIO(data), "andet.csv"))).get_data(as_text=True)
    assert "Der er ikke regnet på filen" in shown
    assert "Kan stemme efter A" not in shown
    assert "Tyrkiet;" not in shown


@pytest.mark.slow
def test_without_an_extract_a_file_is_asked_for(installation: Installation, client: FlaskClient) -> None:
    call_koege(installation)
    sign_in(client, "roll_keeper")
    page = client.get(PAGE).get_data(as_text=True)
    answer = client.post(PAGE, data=_form(page))
    assert answer.status_code == 409
    assert "R479" in answer.get_data(as_text=True)


@pytest.mark.slow
def test_once_the_roll_is_frozen_there_is_nobody_left_to_count(
    installation: Installation, client: FlaskClient
) -> None:
    """The residents are gone with the freeze; other roles may not look at all."""
    with_roll(call_koege(installation), voters=5)
    sign_in(client, "roll_keeper")
    page = client.get(PAGE).get_data(as_text=True)
    assert "intet udtræk" in page
    assert client.post(PAGE, data=_form(page)).status_code == 409


@pytest.mark.slow
def test_a_real_file_is_not_read_before_the_impact_assessment(
    installation: Installation, client: FlaskClient
) -> None:
    """In a real election the assessment comes before the first extract, also before one that is not kept."""
    call_koege(installation, kind=Kind.LIVE)
    sign_in(client, "roll_keeper")
    page = client.get(PAGE).get_data(as_text=True)
    answer = client.post(PAGE, data=_form(page, file=(BytesIO(EXTRACT), "udtraek.csv")))
    assert answer.status_code == 409
    assert "R491" in answer.get_data(as_text=True)


@pytest.mark.slow
def test_others_may_not_look(called: Played, client: FlaskClient) -> None:
    sign_in(client, "enterer")
    assert client.get(PAGE).status_code == 403


def test_the_list_has_every_shipped_regulation_that_can_be_judged(installation: Installation) -> None:
    with installation.database.read() as session:
        found = offered(session, "0259")
    assert tuple(one.key for one in found if one.origin is Origin.SHIPPED) == JUDGED
