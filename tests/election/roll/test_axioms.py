"""What must hold for every roll, whoever lives there: tried on invented people, thousands of times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from election.roll.acts import RollFigures, draw_up, import_extract
from election.roll.decisions import Decisions
from election.roll.origin import PersonFacts
from election.roll.records import Roll, RollEntry, RollRefusal, entries
from election.roll.rules import ReasonCode, RollJudge
from registry.act import Installation
from registry.regulation.country_sets import shipped_country_sets
from registry.regulation.loader import shipped
from registry.regulation.ruled import Ruled
from registry.regulation.rules import Regulation
from registry.residents.extract import read_extract
from registry.residents.records import forget
from registry.residents.rules import ResidentStatus
from tests.scenarios import EXTRACT_ON, ROLL_AT, SCOPE, Person, Played, call_koege, extract_csv, invented_cpr

pytestmark = pytest.mark.slow

DAY = date(2017, 11, 27)
SETS = shipped_country_sets()
REGULATIONS = [
    shipped(name).regulation for name in ("koege-2014", "koege-2018", "kobenhavn-2006", "gentofte-2018")
]
COUNTRIES = ("DK", "GL", "FO", "SE", "SO", "SY", "US", "YU", "ZZ", "")
MUNICIPALITIES = ("0259", "0101", "0157")

countries = st.sampled_from(COUNTRIES)
facts = st.builds(
    PersonFacts,
    st.dates(date(1930, 1, 1), EXTRACT_ON),
    st.sampled_from(MUNICIPALITIES),
    st.sampled_from([str(one) for one in ResidentStatus]),
    countries,
    countries,
    countries,
    countries,
    countries,
    countries,
    st.none() | st.dates(date(1980, 1, 1), EXTRACT_ON),
    st.sampled_from(("Ellemarken", "Hastrup", "")),
)


def _with_years(regulation: Regulation, years: int) -> Regulation:
    """The same with a demand of so many years in the realm, for the vote alone."""
    vote = replace(regulation.right_to_vote, years_in_realm=Ruled(years, "§ 1"))
    return replace(regulation, right_to_vote=vote)


regulations = st.builds(_with_years, st.sampled_from(REGULATIONS), st.sampled_from((0, 3, 9)))


def _as_tuple(person: PersonFacts) -> tuple[object, ...]:
    return tuple(getattr(person, name) for name in PersonFacts.__slots__)


@given(regulations, st.lists(facts, max_size=60))
@settings(deadline=None)
def test_deciding_many_together_gives_what_deciding_each_alone_gives(
    regulation: Regulation, people: list[PersonFacts]
) -> None:
    """Whether dates come as dates (PostgreSQL) or as their text (SQLite)."""
    together, judge = Decisions(regulation, DAY, SETS), RollJudge(regulation, DAY, SETS)
    for person in people:
        wanted = judge(person)
        as_text = tuple(one.isoformat() if isinstance(one, date) else one for one in _as_tuple(person))
        for given_as in (_as_tuple(person), as_text):
            assert together.found[together.number_of(given_as)] == wanted  # type: ignore[arg-type]


@given(regulations, st.lists(facts, max_size=30), facts)
@settings(deadline=None)
def test_another_resident_takes_no_right_from_anybody(
    regulation: Regulation, people: list[PersonFacts], newcomer: PersonFacts
) -> None:
    def rights(among: Sequence[PersonFacts]) -> list[tuple[bool, bool]]:
        decisions = Decisions(regulation, DAY, SETS)
        numbers = [decisions.number_of(_as_tuple(person)) for person in among]  # type: ignore[arg-type]
        return [(decisions.found[one].may_vote, decisions.found[one].may_stand) for one in numbers]

    alone = rights(people)
    assert rights([*people, newcomer])[:-1] == alone
    assert rights([newcomer, *people])[1:] == alone


@given(regulations, st.lists(facts, max_size=60))
@settings(deadline=None)
def test_every_no_has_one_reason_and_every_yes_none(regulation: Regulation, people: list[PersonFacts]) -> None:
    """The reasons partition the refused: voters + the sum over the reasons = everybody."""
    judge = RollJudge(regulation, DAY, SETS)
    decided = [judge(person) for person in people]
    reasons = Counter(one.reason for one in decided if not one.may_vote)
    assert None not in reasons
    assert set(reasons) <= set(ReasonCode)
    assert sum(one.may_vote for one in decided) + sum(reasons.values()) == len(people)
    assert all((one.reason is None) == one.may_vote and one.cite for one in decided)
    assert all(one.group is None or one.may_vote or one.may_stand for one in decided)


@st.composite
def _towns(draw: st.DrawFn) -> list[Person]:
    """People of an extract: some abroad, moved, dead, of next door, protected; some with the same name."""
    numbers = draw(st.lists(st.integers(0, 1999), min_size=1, max_size=12, unique=True))
    return [
        Person(
            invented_cpr(number),
            draw(st.sampled_from(("Amina", "Åse", "Çiğdem", "aage", "Øyvind"))),
            draw(st.sampled_from(("Ali", "Aagaard", "Ågård", "Ærø", "Zahle", "Østergaard"))),
            draw(st.sampled_from(("SY", "DK", "SE", ""))),
            draw(st.sampled_from(("0259", "0259", "0101"))),
            draw(st.sampled_from(("resident", "resident", "moved_out", "dead", "missing"))),
            draw(st.booleans()),
        )
        for number in numbers
    ]


@given(_towns(), st.data())
@settings(deadline=None)
def test_rows_in_are_rows_accepted_and_rows_rejected(rows: list[Person], data: st.DataObject) -> None:
    """Whatever some of the lines are made into."""
    lines = extract_csv(rows).decode().splitlines()
    junk = st.sampled_from(("", ";", '"', "x;y;z", lines[1], lines[-1][:20], lines[0], "\x00", '";' * 9))
    for line in data.draw(st.lists(junk, max_size=4)):
        lines.insert(data.draw(st.integers(1, len(lines))), line)
    report = read_extract("\n".join(lines).encode(), extract_date=EXTRACT_ON)
    assert report.rows_in == report.rows_accepted + report.rows_rejected
    assert report.rows_accepted == len(report.rows)
    assert (not report.problems) == (report.is_readable and not report.rows_rejected)
    assert report.rows_rejected <= len({problem.line for problem in report.problems})


@pytest.fixture
def played(installation: Installation) -> Played:
    called = call_koege(installation, regulation="koege-2014")
    called.now = ROLL_AT
    return called


def _drawn_up(played: Played, rows: list[Person]) -> tuple[RollFigures, list[tuple[object, ...]], object]:
    """The figures, the roll as it is printed, and who is refused for what; then everything is as before."""
    who = "roll_keeper"
    import_extract(*played.by, played.act(who), played.election_id, extract_csv(rows))
    figures = draw_up(*played.by, played.act(who), played.election_id)
    with played.installation.database.write() as session:
        roll: list[tuple[object, ...]] = [
            (one.number, one.first_names, one.surname, one.born_on, one.cpr_index, one.may_vote, one.group)
            for one in entries(session, played.read())
        ]
        refused = sorted(tuple(row) for row in session.execute(select(RollRefusal.cpr_index, RollRefusal.reason)))
        for table in (Roll, RollEntry, RollRefusal):
            session.execute(delete(table))
        forget(session, SCOPE, ROLL_AT)
    return figures, roll, refused


@given(_towns(), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_the_rows_does_not_matter(played: Played, rows: list[Person], chance: Random) -> None:
    """The same people in another order: the same figures, the same roll under the same numbers."""
    shuffled = list(rows)
    chance.shuffle(shuffled)
    figures, roll, refused = _drawn_up(played, rows)
    assert _drawn_up(played, shuffled) == (figures, roll, refused)
    assert figures.residents == len(rows) == figures.may_vote + sum(figures.refused.values())
    assert [one[0] for one in roll] == list(range(1, len(roll) + 1))
