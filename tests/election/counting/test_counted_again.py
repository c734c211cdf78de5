# mypy: disable-error-code="no-untyped-call"
"""A station that is counted again: nothing older stands in for its figures, and its record says what changed."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pypdfium2
import pytest

from election.call.rules import Phase
from election.certification.acts import request
from election.certification.readiness import Obstacle, standing
from election.certification.records import latest_certification
from election.counting.acts import determine, enter_tally, explain, return_tally, settle
from election.counting.assembly import status_of, units
from election.counting.entry_acts import discard_tallies
from election.counting.lost_box_acts import Decision, record_lost_box
from election.counting.printing import count_record_pdf
from election.counting.progress import NextStep, has_more_than_the_result, is_ready, progress
from election.counting.records import latest_result
from election.counting.recount import reopen_count
from election.counting.rules import CountKind
from election.overview.announcement import announcement
from election.overview.wall import WallState, count_wall
from registry.act import Installation
from registry.findings import Refused
from tests.election.counting.figures_of_a_night import entered, settled
from tests.scenarios import Played, certified, figures, play_to

if TYPE_CHECKING:
    from flask import Flask

PRELIMINARY, FINAL = CountKind.PRELIMINARY, CountKind.FINAL
FIRST = {"c1": 5, "c2": 4, "c3": 3, "c4": 2, "c5": 1}
SECOND = {"c1": 4, "c2": 3, "c3": 2, "c4": 2, "c5": 1, "c6": 3}
WHY = "En bunke lå under bordet"


def open_again(played: Played, kind: CountKind = FINAL) -> None:
    played.now += timedelta(minutes=5)
    act = played.act("board_member", reason=WHY, second="board_member_2")
    reopen_count(*played.by, act, played.election_id, played.stations[0], kind)
    played.now += timedelta(minutes=5)


def type_in(played: Played, form: dict[str, int], kind: CountKind = FINAL) -> None:
    for entry, who in ((1, "enterer"), (2, "enterer_2")):
        enter_tally(*played.by, played.act(who), played.election_id, played.stations[0], kind, entry, form)


def explained(played: Played, code: str, text: str) -> None:
    explain(*played.by, played.act("board_member"), played.election_id, played.stations[0], code, text)


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, check=lambda trouble: trouble.kind.code == code)


@pytest.fixture
def both_counts(installation: Installation) -> Played:
    """First 5 4 3 2 1 0 on the night, then finally 4 3 2 2 1 3: c6 takes the seat of c5."""
    played = play_to(Phase.COUNTING, installation)
    entered(played, FIRST, PRELIMINARY)
    settled(played)
    entered(played, SECOND)
    assert settled(played) == "decided"
    return played


def test_the_first_figures_do_not_come_back_while_the_final_ones_are_made_again(both_counts: Played) -> None:
    open_again(both_counts)
    with both_counts.installation.database.read() as session:
        (unit,) = units(session, both_counts.read())
        assert unit.figures is None
        every = progress(session, both_counts.read())
        assert (every[0].next_step, is_ready(every)) == (NextStep.ENTER_AGAIN, False)
        assert has_more_than_the_result(session, both_counts.read(), every)
    with refused("R331"):
        determine(*both_counts.by, both_counts.act("board_member"), both_counts.election_id)
    with both_counts.installation.database.read() as session:
        result = latest_result(session, both_counts.read())
        assert result is not None
        assert (result.revision, result.status) == (2, "final")


def test_the_wall_and_the_sheet_do_not_tell_a_result_that_is_counted_again(
    both_counts: Played, app: Flask
) -> None:
    open_again(both_counts)
    with both_counts.installation.database.read() as session, app.test_request_context():
        wall = count_wall(session, both_counts.read())
        assert (wall.state, wall.counted, len(wall.missing), wall.elected) == (WallState.COUNTING, (), 1, ())
        sheet = announcement(session, both_counts.read())
        assert "tælles om" in sheet.warning
        assert any("opgøres på ny" in line for line in sheet.still_open)
    entered(both_counts, SECOND)
    settled(both_counts)
    with both_counts.installation.database.read() as session, app.test_request_context():
        assert announcement(session, both_counts.read()).warning == ""
        assert count_wall(session, both_counts.read()).state is WallState.DETERMINED


def test_the_first_figures_hold_when_the_papers_are_gone_and_the_board_says_so(both_counts: Played) -> None:
    open_again(both_counts)
    act = both_counts.act("board_member", second="board_member_2", reason="Kan ikke skaffes")
    where = both_counts.stations[0]
    record_lost_box(
        *both_counts.by, act, both_counts.election_id, where, "Bilen brændte", Decision.PRELIMINARY_HOLDS
    )
    with both_counts.installation.database.read() as session:
        every = units(session, both_counts.read())
        assert every[0].figures is not None
        assert every[0].figures["c5"] == 1
        assert status_of(every) is FINAL


# --- what is certified rests on the figures of the stations and on closed ledgers ----------------------------


def in_turn(played: Played) -> tuple[dict[str, int], dict[str, int]]:
    """Fourteen votes and one blank; then the blank one is invalid. No candidate has another number."""
    one = figures(played, {"c1": 5, "c2": 4, "c3": 3, "c4": 1, "c5": 1}, blank=1)
    invalid = next(row for row in one if row.startswith("invalid:"))
    return one, one | {"blank": 0, invalid: 1}


def test_a_blank_paper_that_is_read_as_invalid_makes_the_result_old(installation: Installation) -> None:
    played = play_to(Phase.COUNTING, installation)
    blank, invalid = in_turn(played)
    type_in(played, blank)
    settled(played)
    open_again(played)
    type_in(played, invalid)
    with refused("R531") as trouble:
        request(*played.by, played.act("certifier"), played.election_id)
    assert "opgør resultatet igen" in str(trouble.value)
    settled(played)
    certified(played)
    with installation.database.read() as session:
        last = latest_certification(session, played.read())
        assert last is not None
        (block,) = json.loads(last.record)["figures"]
        assert (block["blank"], sum(block["invalid"].values())) == (0, 1)


def test_the_same_figures_counted_again_need_their_ledger_closed(both_counts: Played) -> None:
    open_again(both_counts)
    entered(both_counts, SECOND)
    with refused("R371") as trouble:
        request(*both_counts.by, both_counts.act("certifier"), both_counts.election_id)
    assert "afslutter regnskabet" in str(trouble.value)
    with both_counts.installation.database.read() as session:
        now = standing(session, both_counts.read(), both_counts.officials["certifier"], both_counts.now)
        assert now.obstacle is Obstacle.OPEN_LEDGER
    settle(*both_counts.by, both_counts.act("board_member"), both_counts.election_id, both_counts.stations[0])
    assert request(*both_counts.by, both_counts.act("certifier"), both_counts.election_id)


# --- an explanation holds for the figures it was written about -------------------------------------------------


@pytest.fixture
def one_missing(installation: Installation) -> Played:
    """15 papers were handed out, 14 lie in the box: F302, explained and settled."""
    played = play_to(Phase.COUNTING, installation)
    type_in(played, figures(played, {"c1": 5, "c2": 4, "c3": 3, "c4": 2}, papers=99), PRELIMINARY)
    explained(played, "F302", "Én seddel blev taget med ud")
    settle(*played.by, played.act("board_member"), played.election_id, played.stations[0])
    return played


def test_one_paper_explained_does_not_explain_eleven(one_missing: Played) -> None:
    type_in(one_missing, figures(one_missing, {"c1": 3, "c2": 1}, papers=89))
    with refused("R330"):
        settle(*one_missing.by, one_missing.act("board_member"), one_missing.election_id, one_missing.stations[0])
    with one_missing.installation.database.read() as session:
        (unit,) = units(session, one_missing.read())
        assert (unit.unexplained, unit.explained) == (("F302",), {})
    explained(one_missing, "F302", "Ti sedler ligger i den forkerte kasse")
    settle(*one_missing.by, one_missing.act("board_member"), one_missing.election_id, one_missing.stations[0])
    with one_missing.installation.database.read() as session:
        (unit,) = units(session, one_missing.read())
        assert unit.explained == {"F302": "Ti sedler ligger i den forkerte kasse"}
    words = words_of(one_missing)
    assert "Ti sedler ligger i den forkerte kasse" in words
    assert "Sagt om tidligere tal: Én seddel blev taget med ud" in words


def test_the_same_difference_counted_again_stays_explained(one_missing: Played) -> None:
    type_in(one_missing, figures(one_missing, {"c1": 6, "c2": 4, "c3": 2, "c4": 2}, papers=99))
    with one_missing.installation.database.read() as session:
        (unit,) = units(session, one_missing.read())
        assert unit.unexplained == ()
    assert "Sagt om tidligere tal" not in words_of(one_missing)


# --- what is cleared when a tally goes back -------------------------------------------------------------------


def test_a_tally_after_a_recount_is_not_compared_with_the_old_one(both_counts: Played) -> None:
    open_again(both_counts)
    form, station = figures(both_counts, SECOND | {"c1": 5, "c2": 2}), both_counts.stations[0]
    enter_tally(*both_counts.by, both_counts.act("enterer"), both_counts.election_id, station, FINAL, 1, form)
    act = both_counts.act("board_member", reason="En bunke mangler")
    cleared = return_tally(*both_counts.by, act, both_counts.election_id, station, FINAL, 1)
    assert set(cleared) == set(form)


def test_a_tally_after_a_discard_is_not_compared_with_what_was_discarded(installation: Installation) -> None:
    played = play_to(Phase.COUNTING, installation)
    station, of = played.stations[0], played.election_id
    for entry, who, votes in ((1, "enterer", {"c1": 8, "c2": 7}), (2, "enterer_2", {"c1": 7, "c2": 8})):
        enter_tally(*played.by, played.act(who), of, station, FINAL, entry, figures(played, votes))
    discard_tallies(*played.by, played.act("board_member", reason=WHY), of, station, FINAL)
    form = figures(played, {"c1": 9, "c2": 6})
    enter_tally(*played.by, played.act("enterer"), of, station, FINAL, 1, form)
    cleared = return_tally(*played.by, played.act("board_member", reason=WHY), of, station, FINAL, 1)
    assert set(cleared) == set(form)


# --- the record -----------------------------------------------------------------------------------------------


def words_of(played: Played) -> str:
    with played.installation.database.read() as session:
        election = played.read()
        station = units(session, election)[0].station
        pdf = pypdfium2.PdfDocument(count_record_pdf(session, election, station))
        return " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in pdf)


def test_the_record_says_which_count_it_is_why_it_was_opened_and_what_changed(both_counts: Played) -> None:
    assert "fintælling, version 1" in words_of(both_counts)
    open_again(both_counts)
    under_way = words_of(both_counts)
    assert f"Grund: {WHY}" in under_way
    assert "De nye tal er ikke enige endnu" in under_way
    entered(both_counts, FIRST)
    words = words_of(both_counts)
    assert "fintælling, version 2" in words
    assert "Fintælling, version 1 blev åbnet igen mandag den 27. november 2017" in words
    assert f"af Board Member. Grund: {WHY}" in words
    changed = ["Amina Hassan A ændret 4 5", "Yusuf Yılmaz B ændret 3 4", "Leyla Kovalenko C ændret 2 3"]
    for row in (*changed, "Omar Åberg D 2 ", "Ivan Nowak F ændret 3 0"):
        assert row in words
    assert words.count(" ændret ") == 4 + 1, "c1, c2, c3, c6, and the sentence above them"


def test_a_recount_with_the_same_figures_says_so(both_counts: Played) -> None:
    open_again(both_counts)
    entered(both_counts, SECOND)
    assert "Omtællingen gav de samme tal" in words_of(both_counts)
