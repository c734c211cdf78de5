"""The count sheet and the figures beside the result: public, from the result as it was kept, exact."""

from __future__ import annotations

import csv
import io
from collections import OrderedDict
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from election.call.rules import Phase
from election.counting.acts import determine, enter_tally, record_lot, settle
from election.counting.methods import count_document
from election.counting.rules import CountKind
from election.overview.sums import mixed, tables_of
from registry.act import Installation
from registry.documents import render
from tests.election.overview.published import preliminary, recount, with_lists, words_of
from tests.scenarios import figures, play_to

if TYPE_CHECKING:
    from flask.testing import FlaskClient

RESULT = "/0259/integrationsraad/2017/resultat"
SHEET = f"{RESULT}/opgoerelse.pdf"


def test_the_sheet_has_figures_every_step_with_its_rule_and_how_close_it_was(
    installation: Installation, client: FlaskClient
) -> None:
    """4 3 2 2 1 2 for five seats: with 2 more votes the sixth would have had the last seat."""
    preliminary(installation)
    answer = client.get(SHEET)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    words = words_of(answer.data)
    for expected in (
        "Foreløbig optælling",
        "Valgt er ikke det samme som udpeget",
        "Blanke stemmesedler 1",
        "Stemmesedler i kassen i alt 15",
        "6 kandidater, 5 pladser, 14 stemmer på kandidater. Regel: KRVL § 85",
        "Margin: Med 2 stemmer mere havde Zeynep Ali E (1) fået den sidste plads",
        "stedfortræder 1",
        "Der er ikke trukket lod",
    ):
        assert expected in words
    assert "ændret siden" not in words


def test_the_sheet_in_english_has_the_steps_in_english(installation: Installation, client: FlaskClient) -> None:
    preliminary(installation)
    words = words_of(client.get(f"{SHEET}?lang=en").data)
    assert "6 candidates, 5 seats, 14 votes for candidates." in words
    assert "kandidater, 5 pladser" not in words
    assert client.get(f"{SHEET}?lang=xx").data == client.get(SHEET).data


def test_the_same_sheet_is_set_once_in_each_language(
    installation: Installation, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    preliminary(installation)
    monkeypatch.setattr("election.overview.count_sheet._kept", OrderedDict())
    set_in: list[str] = []

    def setting(template: str, data: dict[str, Any]) -> bytes:
        set_in.append(data["lang"])
        return render(template, data)

    monkeypatch.setattr("election.overview.count_sheet.render", setting)
    first, second = client.get(SHEET).data, client.get(SHEET).data
    assert (first == second, set_in) == (True, ["da"])
    assert client.get(f"{SHEET}?lang=en").data == client.get(f"{SHEET}?lang=en").data != first
    assert set_in == ["da", "en"]


def test_a_new_result_is_a_new_sheet(installation: Installation, client: FlaskClient) -> None:
    played = play_to(Phase.COUNTED, installation)
    before = words_of(client.get(SHEET).data)
    recount(played)
    assert words_of(client.get(SHEET).data) != before


def test_a_later_result_marks_old_and_new_and_who_came_in(installation: Installation, client: FlaskClient) -> None:
    recount(play_to(Phase.COUNTED, installation))
    words = words_of(client.get(SHEET).data)
    assert "Hvad er ændret siden opgørelse nr. 1" in words
    assert "Amina Hassan A 5 4" in words
    assert "Ivan Nowak F 0 3" in words
    assert "Omar Åberg D 2 2" not in words
    assert "Nu valgt: Ivan Nowak F. Ikke længere valgt: Zeynep Ali E." in words


def test_the_sheet_shows_each_division_and_the_alliance(installation: Installation, client: FlaskClient) -> None:
    """A+B 28, C 12. 28, 14, C 12, 9 1/3, 7, 5 3/5: the third place is C's, and then C has no more candidates."""
    with_lists(installation)
    words = words_of(client.get(SHEET).data)
    assert "A + B 17 + 11 28" in words
    assert "A+B 28 (1) 14 (2) 9 1/3 (4) 7 (5) 5 3/5 (6)" in words
    assert "C – Verden 12 (3)" in words
    assert "A – Broen 17 (1) 8 1/2 (3) 5 2/3 (4)" in words
    assert "Fordelingstal: 5." in words


def test_a_lot_is_on_the_sheet_with_who_drew_and_who_watched(
    installation: Installation, client: FlaskClient
) -> None:
    """4 4 4 1 1 1 for five seats: two of the three last by lot."""
    played = play_to(Phase.COUNTING, installation)
    form = figures(played, {"c1": 4, "c2": 4, "c3": 4, "c4": 1, "c5": 1, "c6": 1})
    for entry, who in ((1, "enterer"), (2, "enterer_2")):
        enter_tally(
            *played.by, played.act(who), played.election_id, played.stations[0], CountKind.FINAL, entry, form
        )
    settle(*played.by, played.act("board_member"), played.election_id, played.stations[0])
    assert determine(*played.by, played.act("board_member"), played.election_id).outcome == "lot-required"
    assert client.get(SHEET).status_code == 404
    lot = played.lot("seat", ["c4", "c5", "c6"], ["c6", "c4", "c5"])
    record_lot(*played.by, played.act("board_member"), played.election_id, lot)
    determine(*played.by, played.act("board_member"), played.election_id)
    words = words_of(client.get(SHEET).data)
    assert "Trukket, i rækkefølge Ivan Nowak F, Omar Åberg D, Zeynep Ali E" in words
    assert "Sedler i en skål" in words
    assert "To vidner" in words
    assert words.count("ved lodtrækning") == 2


def test_the_figures_for_a_spreadsheet_are_those_that_are_published(
    installation: Installation, client: FlaskClient
) -> None:
    preliminary(installation)
    answer = client.get(f"{RESULT}/tal.csv")
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")), delimiter=";"))
    assert [(row["row"], row["number"], row["outcome"]) for row in rows[:6]] == [
        ("c1", "4", "elected"),
        ("c2", "3", "elected"),
        ("c3", "2", "elected"),
        ("c4", "2", "elected"),
        ("c5", "1", "substitute"),
        ("c6", "2", "elected"),
    ]
    assert {row["status"] for row in rows} == {"preliminary"}
    by_row = {row["row"]: int(row["number"]) for row in rows}
    assert by_row["in_box"] == by_row["valid"] + by_row["blank"] == 15


@pytest.mark.parametrize("address", [SHEET, f"{RESULT}/tal.csv"])
def test_nothing_is_handed_out_before_there_is_a_result(
    installation: Installation, client: FlaskClient, address: str
) -> None:
    play_to(Phase.COUNTING, installation)
    answer = client.get(address)
    assert answer.status_code == 404
    assert "Der er intet optalt resultat endnu" in answer.get_data(as_text=True)


def test_the_result_page_links_both_and_shows_the_seats_of_lists(
    installation: Installation, client: FlaskClient
) -> None:
    with_lists(installation)
    page = client.get(RESULT).get_data(as_text=True)
    for address in (SHEET, f"{SHEET}?lang=en", f"{RESULT}/tal.csv"):
        assert f'href="{address}"' in page
    assert '<desc id="seats-description">A: 3; B: 2; C: 1</desc>' in page
    assert "Ivan Nowak (C)" in page


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (Fraction(12), "12"),
        (Fraction(28, 3), "9 1/3"),
        (Fraction(2, 3), "2/3"),
        (Fraction(0), "0"),
        (Fraction(1234567, 2), "617.283 1/2"),
    ],
)
def test_a_quotient_is_written_without_rounding(number: Fraction, shown: str) -> None:
    assert mixed(number) == shown


def test_seats_of_a_contest_have_the_numbers_one_to_n_and_equal_quotients_the_same() -> None:
    """60, 30, 30 for four seats: 60 (1), then 30 three times for places 2, 3 and 4."""
    given: Any = {
        "method": "lists-dhondt",
        "seats": 4,
        "lists": [{"id": key, "name": key, "votes": votes} for key, votes in (("A", 60), ("B", 30), ("C", 30))],
    }
    document: Any = count_document(given)
    (step,) = [one for one in document["steps"] if "quotients" in one["figures"]]
    (table,) = tables_of(step, {}, {})
    assert table.rows == (("A", "60 (1)", "30 (2)", "20"), ("B", "30 (2)", "15", ""), ("C", "30 (2)", "15", ""))
    assert table.strong == {(0, 1), (0, 2), (1, 1), (2, 1)}
