"""Paper forms through the acts, on both engines: read by two, taken in once, what does not fit is a conflict."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select, text

from election.paper_forms.acts import Reading, Taken, make, read, take, void
from election.paper_forms.records import form_of, forms
from election.paper_forms.rules import Piles, ReadLine, State
from election.paper_forms.standing import doubts, form_now
from election.polling.acts import AlreadyAdmitted, admit
from election.polling.conflicts import conflicts
from election.polling.records import PollingEvent, event_counts, mark_of
from election.polling.rules import EventKind, Turnout, turnout
from election.postal.acts import receive, review
from election.roll.corrections import CorrectionKind, correct
from election.roll.records import RollEntry
from registry.act import Installation
from registry.findings import Refused
from tests.scenarios import DESK, Played, call_koege, people, polling, with_candidates, with_roll
from tests.snapshots import remembered

pytestmark = pytest.mark.slow
ONE, TWO, THREE = "polling_official", "polling_official_2", "station_leader"


def _two_stations(installation: Installation) -> Played:
    """Twelve voters: the first eight of the entries at station 1, the last four at station 2."""
    rows = [replace(person, district="2") if place >= 8 else person for place, person in enumerate(people(12))]
    played = polling(with_candidates(with_roll(call_koege(installation, stations=2), rows=rows), 6))
    with installation.database.read() as session:
        of_two = set(session.scalars(select(RollEntry.id).where(RollEntry.station_id == played.stations[1])))
    played.entries.sort(key=of_two.__contains__)
    return played


@pytest.fixture
def played(installation: Installation) -> Played:
    return remembered("paper forms", installation, lambda: _two_stations(installation))


def made(played: Played, count: int = 1) -> list[UUID]:
    """Forms of station 1."""
    make(*played.by, played.act("station_leader"), played.election_id, played.stations[0], count, 25)
    with played.installation.database.read() as session:
        return [one.id for one in forms(session, played.read(), played.stations[0])][-count:]


def number(played: Played, entry: UUID) -> str:
    with played.installation.database.read() as session:
        row = session.get(RollEntry, (*_scope(played), entry))
        assert row is not None
        return str(row.number)


def _scope(played: Played) -> tuple[str, str]:
    return played.scope.municipality, played.scope.council


def sheet(*numbers: str) -> tuple[ReadLine, ...]:
    return tuple(ReadLine(place, typed, "18.05") for place, typed in enumerate(numbers, start=1))


def reading(played: Played, form: UUID, lines: tuple[ReadLine, ...], who: str = ONE) -> Reading:
    return read(*played.by, played.act(who), played.election_id, form, lines)


def agreed(played: Played, form: UUID, *numbers: str) -> None:
    reading(played, form, sheet(*numbers))
    assert reading(played, form, sheet(*numbers), TWO).state is State.AGREED


def taken(played: Played, form: UUID) -> Taken:
    return take(*played.by, played.act("station_leader", second=ONE), played.election_id, form)


def code(trouble: pytest.ExceptionInfo[Refused]) -> str:
    return trouble.value.kind.code


def admitted(played: Played) -> int:
    with played.installation.database.read() as session:
        return turnout(event_counts(session, played.read()).get(played.stations[0], {}), None).admitted


def kinds(played: Played) -> list[str]:
    with played.installation.database.read() as session:
        return sorted(one.kind for one in conflicts(session, played.read(), played.stations[0]))


def test_numbers_run_through_the_whole_election(played: Played) -> None:
    act, leader = played.act("station_leader"), played.act("station_leader")
    assert make(*played.by, act, played.election_id, played.stations[0], 3) == [1, 2, 3]
    assert make(*played.by, leader, played.election_id, played.stations[1], 1) == [4]
    with pytest.raises(Refused) as trouble:
        make(*played.by, played.act("station_leader"), played.election_id, played.stations[0], 0)
    assert code(trouble) == "R741"


def test_read_alike_by_two_and_taken_each_voter_is_marked_and_gets_no_second_paper(played: Played) -> None:
    form, entries = made(played)[0], played.entries[:3]
    agreed(played, form, *(number(played, entry) for entry in entries))
    assert taken(played, form) == Taken(3, 0)
    assert admitted(played) == 3
    answer = admit(*played.by, played.act(ONE), played.election_id, played.stations[0], DESK, entries[0])
    assert isinstance(answer, AlreadyAdmitted)
    assert answer.desk == "papir"
    with played.installation.database.read() as session:
        grounds = set(session.scalars(select(PollingEvent.ground).where(PollingEvent.kind == EventKind.ADMIT)))
    assert grounds == {f"papirskema 1 linje {line}" for line in (1, 2, 3)}


def test_one_person_is_not_two(played: Played) -> None:
    form = made(played)[0]
    reading(played, form, sheet("1"))
    with pytest.raises(Refused) as trouble:
        reading(played, form, sheet("1"))
    assert code(trouble) == "R744"
    with pytest.raises(Refused) as trouble:
        taken(played, form)
    assert code(trouble) == "R748"
    assert admitted(played) == 0


def test_where_two_differ_only_those_lines_are_read_again_by_either(played: Played) -> None:
    """Lines 2 (19/91) and 3 (seen by one) differ. The first reads them again, then the second, and they agree."""
    form, (a, b, c) = made(played)[0], (number(played, entry) for entry in played.entries[:3])
    reading(played, form, sheet(a, b, c))
    answer = reading(played, form, sheet(a, "9" + b), TWO)
    assert answer == Reading(State.DIFFER, (2, 3))
    with pytest.raises(Refused) as trouble:
        reading(played, form, (ReadLine(2, b, "18.05"),), TWO)
    assert code(trouble) == "R749"
    again = (ReadLine(2, b, "18.05"), ReadLine(3, "", ""))
    assert reading(played, form, again, TWO) == Reading(State.DIFFER, (3,))
    assert reading(played, form, (ReadLine(3, "", ""),), ONE) == Reading(State.AGREED, ())
    assert taken(played, form) == Taken(2, 0)
    with played.installation.database.read() as session:
        row = form_of(session, played.read(), form)
        assert row is not None
        assert sorted(form_now(session, played.read(), row).second_lines) == [1, 2]


def test_a_third_person_reads_the_whole_sheet_and_the_two_latest_are_compared(played: Played) -> None:
    form, a, b = made(played)[0], number(played, played.entries[0]), number(played, played.entries[1])
    reading(played, form, sheet(a))
    reading(played, form, sheet(b), TWO)
    assert reading(played, form, sheet(b), THREE).state is State.AGREED
    assert taken(played, form) == Taken(1, 0)


def test_whoever_had_a_paper_already_becomes_a_conflict_and_the_paper_is_counted(played: Played) -> None:
    """Admitted at the desk, accepted by post, twice on the form, another station's, nobody's number, no number:
    six conflicts beside one plain line; seven papers and the one from the desk are eight."""
    at_desk, by_post, plain, other = (played.entries[place] for place in (0, 1, 2, 9))
    admit(*played.by, played.act(ONE), played.election_id, played.stations[0], DESK, at_desk)
    come = receive(*played.by, played.act(ONE), played.election_id, played.stations[0], by_post, None, "Posten")
    two = played.act("station_leader", second=ONE)
    review(*played.by, two, played.election_id, come.postal_id, True, None)
    form = made(played)[0]
    on_it = [number(played, one) for one in (at_desk, by_post, plain, plain, other)]
    agreed(played, form, *on_it, "99999", "")
    assert taken(played, form) == Taken(1, 6)
    assert kinds(played) == ["double", "double", "double", "moved", "unknown", "unknown"]
    assert admitted(played) == 8
    with played.installation.database.read() as session:
        election = played.read()
        mark = mark_of(session, election, other)
        assert mark is not None
        assert mark.station_id == played.stations[0]
        told = {one.elsewhere for one in conflicts(session, election) if one.kind == "double"}
        assert any("papir" in one for one in told)
        assert any("Brevstemme godkendt" in one for one in told)


def test_somebody_struck_from_the_roll_is_counted_and_settled_afterwards(played: Played) -> None:
    form, gone = made(played)[0], played.entries[0]
    on_it = number(played, gone)
    act = played.act("roll_keeper", second="election_administrator", reason="Fejl")
    correct(*played.by, act, played.election_id, CorrectionKind.DEAD, _cpr_of(played, gone))
    agreed(played, form, on_it)
    assert taken(played, form) == Taken(0, 1)
    assert kinds(played) == ["struck"]
    assert admitted(played) == 1


def _cpr_of(played: Played, entry: UUID) -> str:
    keyring = played.installation.keys.open(played.scope.municipality)
    with played.installation.database.read() as session:
        row = session.get(RollEntry, (*_scope(played), entry))
        assert row is not None
        return next(one.cpr for one in played.people if keyring.blind_index(one.cpr) == row.cpr_index)


def test_taken_twice_nobody_is_counted_twice(played: Played) -> None:
    form, act = made(played)[0], played.act("station_leader", second=ONE)
    agreed(played, form, number(played, played.entries[0]))
    assert take(*played.by, act, played.election_id, form) == take(*played.by, act, played.election_id, form)
    with pytest.raises(Refused) as trouble:
        taken(played, form)
    assert code(trouble) == "R742"
    assert admitted(played) == 1
    with pytest.raises(Refused) as trouble:
        reading(played, form, sheet("1"), THREE)
    assert code(trouble) == "R742"


def test_a_leader_and_a_second_person_take_it_in(played: Played) -> None:
    form = made(played)[0]
    agreed(played, form, number(played, played.entries[0]))
    for who, second, expected in (("station_leader", None, "R006"), (ONE, TWO, "R524")):
        with pytest.raises(Refused) as trouble:
            take(*played.by, played.act(who, second=second), played.election_id, form)
        assert code(trouble) == expected
    assert admitted(played) == 0


def test_a_line_that_the_sheet_does_not_have_and_a_total_that_is_another_are_refused(played: Played) -> None:
    form = made(played)[0]
    for lines, filled, expected in (
        ((ReadLine(26, "1", ""),), None, "R746"),
        ((ReadLine(1, "1" * 21, ""),), None, "R751"),
        (sheet("1", "2"), 3, "R747"),
        (sheet("010190-1234"), 1, "R754"),
        (sheet("0101901234"), 1, "R754"),
        (sheet("010190 - 1234"), 1, "R754"),
        ((ReadLine(1, "1", "0101901234"),), 1, "R754"),
    ):
        with pytest.raises(Refused) as trouble:
            read(*played.by, played.act(ONE), played.election_id, form, lines, filled)
        assert code(trouble) == expected


def test_void_forms_are_read_no_more_and_one_that_was_read_needs_a_reason(played: Played) -> None:
    unused, spoiled = made(played, 2)
    reading(played, spoiled, sheet("1"))
    with pytest.raises(Refused) as trouble:
        void(*played.by, played.act("station_leader"), played.election_id, (unused, spoiled))
    assert code(trouble) == "R752"
    act = played.act("station_leader", reason="Kaffe")
    assert void(*played.by, act, played.election_id, (unused, spoiled)) == 2
    with pytest.raises(Refused) as trouble:
        reading(played, unused, sheet("1"))
    assert code(trouble) == "R743"


def test_an_empty_sheet_read_by_two_is_nobodys_admission(played: Played) -> None:
    form = made(played)[0]
    reading(played, form, ())
    assert reading(played, form, (), TWO).state is State.AGREED
    with pytest.raises(Refused) as trouble:
        taken(played, form)
    assert code(trouble) == "R753"


def test_what_is_odd_about_a_line_is_said_at_once(played: Played) -> None:
    form, own, other = made(played)[0], number(played, played.entries[0]), number(played, played.entries[9])
    lines = (*sheet(own, other, "99999", own), ReadLine(5, "", "18.05"), ReadLine(6, "", ""))
    with played.installation.database.read() as session:
        row = form_of(session, played.read(), form)
        assert row is not None
        found = doubts(session, played.read(), row, lines)
    assert sorted(found) == [2, 3, 4, 5]
    assert len(set(found.values())) == 4


# --- papers that came back --------------------------------------------------------------------------------


def piles(
    played: Played, form: UUID, who: str, *numbers: str, exchanged: int | None, returned: int | None
) -> Reading:
    foot = Piles(exchanged, returned)
    return read(*played.by, played.act(who), played.election_id, form, sheet(*numbers), None, foot)


def figures(played: Played) -> Turnout:
    with played.installation.database.read() as session:
        return turnout(event_counts(session, played.read()).get(played.stations[0], {}), None)


def test_what_came_back_during_a_blackout_is_in_the_ledger_and_nobody_is_unmarked(played: Played) -> None:
    """Three handed out by the form; two were spoiled and exchanged, one came back unused: 3 + 2 papers are out,
    2 + 1 came back, so 2 lie in the box. All three voters stay marked."""
    form, entries = made(played)[0], played.entries[:3]
    on_it = [number(played, one) for one in entries]
    piles(played, form, ONE, *on_it, exchanged=2, returned=1)
    assert piles(played, form, TWO, *on_it, exchanged=2, returned=1) == Reading(State.AGREED, ())
    assert taken(played, form) == Taken(3, 0, 2, 1)
    told = figures(played)
    assert (told.admitted, told.exchanges, told.returned, told.voted) == (3, 2, 1, 3)
    with played.installation.database.read() as session:
        election = played.read()
        assert all(mark_of(session, election, one) is not None for one in entries)
        back = session.scalars(select(PollingEvent).where(PollingEvent.ground == "papirskema 1")).all()
    assert {(one.desk, one.entry_id) for one in back} == {("papir", None)}


def test_nothing_written_is_not_nought_and_is_read_again(played: Played) -> None:
    """One reads nothing at the foot, the other 0: they differ, and only the foot is read again."""
    form, own = made(played)[0], number(played, played.entries[0])
    piles(played, form, ONE, own, exchanged=None, returned=None)
    assert piles(played, form, TWO, own, exchanged=0, returned=None) == Reading(State.DIFFER, (), True)
    with pytest.raises(Refused, match="R748"):
        taken(played, form)
    assert piles(played, form, ONE, exchanged=0, returned=None) == Reading(State.AGREED, ())
    assert taken(played, form) == Taken(1, 0)


def test_lines_that_are_read_again_leave_the_foot_as_it_was(played: Played) -> None:
    form, (a, b) = made(played)[0], (number(played, entry) for entry in played.entries[:2])
    piles(played, form, ONE, a, exchanged=1, returned=None)
    assert piles(played, form, TWO, b, exchanged=1, returned=None) == Reading(State.DIFFER, (1,))
    assert reading(played, form, sheet(a), TWO) == Reading(State.AGREED, ())
    assert taken(played, form) == Taken(1, 0, 1, 0)


def test_a_form_with_nothing_but_papers_that_came_back_is_taken(played: Played) -> None:
    form = made(played)[0]
    piles(played, form, ONE, exchanged=1, returned=None)
    piles(played, form, TWO, exchanged=1, returned=None)
    assert taken(played, form) == Taken(0, 0, 1, 0)
    assert figures(played).exchanges == 1


@pytest.mark.parametrize("foot", [Piles(-1, 0), Piles(0, 100)])
def test_a_number_that_no_foot_can_hold_is_refused(played: Played, foot: Piles) -> None:
    form = made(played)[0]
    with pytest.raises(Refused, match="R756"):
        read(*played.by, played.act(ONE), played.election_id, form, (), None, foot)


def test_another_account_of_the_first_reader_is_no_second_reader(played: Played) -> None:
    form = made(played)[0]
    with played.installation.database.write() as session:
        for who in (ONE, TWO):
            values = {"i": b"one person", "u": who}
            session.execute(text("UPDATE official SET cpr_index = :i WHERE username = :u"), values)
    reading(played, form, sheet("1"))
    with pytest.raises(Refused, match="R744"):
        reading(played, form, sheet("1"), TWO)
    assert reading(played, form, sheet("1"), THREE).state is State.AGREED
