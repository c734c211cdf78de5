"""The cards of an exercise through the acts, what they leave behind, and the rush. Both databases."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from election.call.records import Kind, stations
from election.polling import lookup
from election.polling.acts import admit
from election.polling.records import PollingEvent
from election.polling.rules import EventKind
from election.training.database import NotForTraining, demand_training
from election.training.deck import Dealt, Deck, deal, events_of, keep_deck, read_deck, waiting_voters
from election.training.rules import MOST_AT_ONCE, Task, is_met
from election.training.rush import Rush
from registry.act import Installation
from registry.findings import Refused
from tests.scenarios import Person, Played, call_koege, invented_cpr, is_invented, people, polling, with_candidates
from tests.scenarios import with_roll as roll_of


def crowd() -> list[Person]:
    """Twelve at the first station, two of them alike on the first of January, one protected; two elsewhere."""
    day = "010158"
    alike = [f"{day}{n:04d}" for n in range(1, 99) if is_invented(f"{day}{n:04d}")][:2]
    rows = people(12)
    rows += [Person(cpr, "Amina", "Hassan") for cpr in alike]
    rows.append(Person(invented_cpr(60), "Sara", "Skjult", is_protected=True))
    rows += [Person(invented_cpr(n), "Ivan", f"Andetsted{n}", district="2") for n in (61, 62)]
    return rows


def exercise(installation: Installation, kind: Kind = Kind.DEMO) -> Played:
    played = with_candidates(roll_of(call_koege(installation, stations=2, kind=kind), rows=crowd()))
    return polling(played)


@pytest.fixture
def played(installation: Installation) -> Played:
    return exercise(installation)


@pytest.fixture
def deck(played: Played) -> Deck:
    return deal(*played.by, played.election_id)


def card(deck: Deck, task: Task) -> Dealt:
    return next(one for one in deck.cards if one.task is task)


def read_at_desk(played: Played, text: str) -> str:
    """What the desk says to a card: a refusal's code, or the code why it stops, or in."""
    with played.installation.database.read() as session:
        election = played.read()
        here = stations(session, election)[0]
        try:
            found = lookup.by_card(session, election, here, text)
        except Refused as refused:
            return refused.kind.code
        entry = lookup.entry_of(session, election, found)
        assert entry is not None
        voter = lookup.voter(session, election, here, entry)
        return voter.stop.kind.code if voter.stop else "in"


def test_every_card_does_at_the_desk_what_the_lesson_says(played: Played, deck: Deck) -> None:
    """Ordinary, alike and protected are let in; used R508, postal R509, replaced R506, elsewhere R504, foreign
    R503. The person who is not on the roll was born on a day on which nobody was."""
    said = {one.task: read_at_desk(played, one.text) for one in deck.cards if one.task is not Task.NOT_ON_ROLL}
    assert said == {
        Task.ORDINARY: "in",
        Task.ALIKE: "in",
        Task.PROTECTED: "in",
        Task.DOUBLE: "R508",
        Task.POSTAL: "R509",
        Task.REPLACED: "R506",
        Task.OTHER_STATION: "R504",
        Task.OTHER_ELECTION: "R503",
    }
    assert sum(one.task is Task.ALIKE for one in deck.cards) == 2
    nobody = card(deck, Task.NOT_ON_ROLL).text
    with played.installation.database.read() as session, pytest.raises(Refused) as refused:
        lookup.born(session, played.read(), nobody)
    assert refused.value.kind.code == "R515"


def met(played: Played, deck: Deck, task: Task) -> bool:
    one = card(deck, task)
    with played.installation.database.read() as session:
        events = events_of(session, played.read(), [one.entry]).get(one.entry, [])
    return is_met(task, one.text in deck.scanned, one.before, events)


@pytest.mark.parametrize("task", [Task.ORDINARY, Task.DOUBLE, Task.POSTAL])
def test_a_task_is_met_when_its_event_is_on_record_and_not_before(played: Played, deck: Deck, task: Task) -> None:
    assert not met(played, deck, task)
    entry = UUID(card(deck, task).entry)
    act = played.act("polling_official")
    admit(*played.by, act, played.election_id, played.stations[0], "1", entry)
    assert met(played, deck, task)


def test_a_deck_is_kept_in_a_file_and_a_new_one_takes_other_voters(
    played: Played, deck: Deck, tmp_path: Path
) -> None:
    assert read_deck(tmp_path) is None
    keep_deck(tmp_path, deck)
    assert read_deck(tmp_path) == deck
    again = deal(*played.by, played.election_id, deck.dealt)
    first, second = ({one.entry for one in cards if one.entry} for cards in (deck.cards, again.cards))
    assert not first & second
    everybody = (*deck.dealt, *(str(one) for one in played.entries))
    with pytest.raises(Refused) as refused:
        deal(*played.by, played.election_id, everybody)
    assert refused.value.kind.code == "R698"


# --- the rush ---------------------------------------------------------------------------------------------


def until(is_so: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


def start(rush: Rush, played: Played, voters: list[UUID], a_minute: int = 6000) -> bool:
    colleagues = [played.officials["polling_official"], played.officials["polling_official_2"]]
    place = played.stations[0]
    return rush.start(*played.by, played.election_id, place, colleagues, voters, a_minute)


def admissions(played: Played) -> int:
    with played.installation.database.read() as session:
        query = select(func.count()).select_from(PollingEvent).where(PollingEvent.kind == EventKind.ADMIT.value)
        return session.scalar(query) or 0


def test_a_rush_lets_everybody_in_line_in_and_ends(played: Played, deck: Deck) -> None:
    """Nobody who stands on a card; the two at the other station stay where they are."""
    with played.installation.database.read() as session:
        here = stations(session, played.read())[0]
        line = waiting_voters(session, played.read(), here, deck.dealt)
    before = admissions(played)
    assert line
    assert not {str(one) for one in line} & set(deck.dealt)
    rush = Rush()
    assert start(rush, played, line)
    until(lambda: not rush.is_running)
    assert (rush.admitted, rush.stopped_because) == (len(line), "")
    assert admissions(played) == before + len(line)


def test_a_rush_is_stopped_and_there_is_one_at_a_time(played: Played) -> None:
    rush = Rush()
    assert start(rush, played, played.entries, a_minute=4)
    assert not start(rush, played, played.entries)
    rush.stop()
    assert not rush.is_running
    assert not start(Rush(), played, [])


def test_a_rush_has_at_most_so_many_voters(played: Played) -> None:
    rush = Rush()
    assert start(rush, played, [UUID(int=n) for n in range(MOST_AT_ONCE + 50)])
    until(lambda: not rush.is_running)
    assert rush.admitted == 0
    assert "Ingen er lukket ind" in rush.stopped_because, "people who are on no roll stop it in words"


# --- never where voters are real --------------------------------------------------------------------------


def test_an_exercise_needs_a_database_of_demo_elections(installation: Installation) -> None:
    with pytest.raises(NotForTraining):
        demand_training(installation.database)  # empty: nobody has said what it is for
    call_koege(installation, kind=Kind.DEMO)
    demand_training(installation.database)


@pytest.mark.parametrize("kind", [Kind.LIVE, Kind.REHEARSAL])
def test_no_exercise_starts_beside_a_live_election_or_a_rehearsal(installation: Installation, kind: Kind) -> None:
    call_koege(installation, kind=kind)
    with pytest.raises(NotForTraining, match="ikke kun til øvelse"):
        demand_training(installation.database)
