"""The ballot papers of a station: rotation, many names, and a candidate who is gone after they were made."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from election.ballots.printing import GONE_ON_THE_BALLOT, ballot_paper_pdf
from election.ballots.rules import rotated
from election.call.records import stations
from election.candidacy.case_acts import strike
from election.candidacy.records import candidacies
from election.candidacy.rules import State, StruckKind
from election.counting.assembly import counting_document, form_of
from registry.act import Installation
from registry.documents import can_be_printed, render, without_unprintable
from registry.regulation.loader import shipped
from tests.election.presentation.standing import Standing, close, pdf, stand, version_of
from tests.scenarios import Played, call_koege, sign_in, with_candidates, with_roll

pytestmark = pytest.mark.slow

NAMES = ("Amina Hassan", "Bo Åberg", "Çiğdem Yılmaz")
PAPERS = "/0259/integrationsraad/2017/stemmesedler"


# --- rotation ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("station", "order"),
    [(0, ("A", "B", "C")), (1, ("B", "C", "A")), (2, ("C", "A", "B")), (3, ("A", "B", "C")), (7, ("B", "C", "A"))],
)
def test_each_station_begins_one_name_further_on(station: int, order: tuple[str, ...]) -> None:
    assert rotated(("A", "B", "C"), station) == order
    assert rotated((), station) == ()


@given(st.lists(st.integers(), unique=True, min_size=1, max_size=12))
def test_over_as_many_stations_as_names_everybody_has_each_place_once(names: list[int]) -> None:
    """What rotation is for: nobody is first more often than anybody else."""
    papers = [rotated(names, station) for station in range(len(names))]
    for place in range(len(names)):
        assert sorted(paper[place] for paper in papers) == sorted(names)


def _words(data: bytes) -> str:
    document = pdf(data)
    words = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return words


def _order_on(data: bytes) -> list[str]:
    words = _words(data)
    return sorted(NAMES, key=words.index)


@pytest.fixture
def rotating(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Played:
    """Three stations under a regulation that rotates."""
    known = shipped("koege-2018")
    section = (
        '\n[ballot]\norder = { is = "rotation", cite = "§ 8" }\nafter_printing = { is = "marked", cite = "§ 8" }\n'
    )
    data = known.data + section.encode()
    ruled = replace(known, data=data, sha256=hashlib.sha256(data).hexdigest())
    monkeypatch.setattr("tests.scenarios.shipped", lambda _id: ruled)
    played = with_roll(call_koege(installation, stations=3))
    stand(played, [Standing(name) for name in NAMES])
    close(played)
    return played


def test_each_station_has_its_own_paper(rotating: Played, client: FlaskClient) -> None:
    with rotating.installation.database.read() as session:
        election = rotating.read()
        every = stations(session, election)
        papers = [_order_on(ballot_paper_pdf(session, election, station)) for station in every]
    first, second, third = NAMES
    assert papers == [[first, second, third], [second, third, first], [third, first, second]]
    sign_in(client, "election_administrator")
    page = client.get(f"{PAPERS}/").get_data(as_text=True)
    for station, paper in zip(every, papers, strict=True):
        assert f"{PAPERS}/stemmeseddel-{station.code}.pdf" in page
        assert _order_on(client.get(f"{PAPERS}/stemmeseddel-{station.code}.pdf").data) == paper
    assert client.get(f"{PAPERS}/stemmeseddel-XXX.pdf").status_code == 404
    assert "/stemmeseddel.pdf" not in page


# --- gone --------------------------------------------------------------------------------------------------


@pytest.fixture
def marked(installation: Installation) -> Played:
    """The first of seven candidates has lost the right to stand after the ballot was made."""
    played = with_candidates(with_roll(call_koege(installation)), 7)
    with installation.database.read() as session:
        first = candidacies(session, played.read())[0]
    act = played.act("election_administrator", reason="Flyttet fra kommunen.")
    version = version_of(played, first.id)
    strike(*played.by, act, played.election_id, first.id, version, StruckKind.LOST_RIGHT)
    return played


def test_a_paper_made_from_now_on_marks_who_is_gone(marked: Played) -> None:
    with marked.installation.database.read() as session:
        election = marked.read()
        rows = candidacies(session, election)
        words = _words(ballot_paper_pdf(session, election))
    assert f"{rows[0].ballot_name} (udgået)" in words
    assert words.count("(udgået)") == 1
    assert "KORREKTUR" in words, "nobody has approved this paper"


def test_who_is_marked_stands_in_the_forms_of_the_count(marked: Played) -> None:
    """The name is on the papers in the box, so its votes are counted, and it has its line."""
    with marked.installation.database.read() as session:
        election = marked.read()
        gone = candidacies(session, election)[0]
        form, document = form_of(session, election), counting_document(session, election)
    assert (gone.state, gone.is_marked, gone.label) == (State.ACCEPTED, True, "c1")
    assert form.candidates[0] == "c1"
    counted = document["candidates"]
    assert isinstance(counted, list)
    assert [one["id"] for one in counted] == [f"c{number}" for number in range(1, 8)]


def test_the_notice_for_the_stations_names_who_is_gone(marked: Played, client: FlaskClient) -> None:
    with marked.installation.database.read() as session:
        names = [row.ballot_name for row in candidacies(session, marked.read())]
    sign_in(client, "station_leader")
    answer = client.get(f"{PAPERS}/opslag.pdf")
    assert answer.mimetype == "application/pdf"
    document = pdf(answer.data)
    assert len(document) == 1
    document.close()
    words = _words(answer.data)
    assert [name for name in names if name in words] == names[:1]
    assert "Flyttet" not in words, "why is nobody's business"
    assert "%(name)s" in GONE_ON_THE_BALLOT


def test_without_anybody_gone_there_is_no_notice(installation: Installation, client: FlaskClient) -> None:
    with_candidates(with_roll(call_koege(installation)), 3)
    sign_in(client, "election_administrator")
    assert client.get(f"{PAPERS}/opslag.pdf").status_code == 409
    assert "opslag.pdf" not in client.get(f"{PAPERS}/").get_data(as_text=True)


# --- paper -------------------------------------------------------------------------------------------------


def test_96_candidates_stand_on_one_sheet_of_a3() -> None:
    """Frederiksberg 2014 had 96; here each name is as long as a name may be, and two are gone."""
    names = [f"{'Maria Guadalupe Fernández de la Vega Sanz y Montemayor'} {n:02}" for n in range(96)]
    header = {
        "is_demo": False,
        "dated_on": "2014-03-01",
        "municipality": "Frederiksberg Kommune",
        "election_title": "Valg til Integrationsrådet",
        "is_proof": False,
        "day": "mandag den 7. april 2014",
        "seats": 9,
        "crosses": {"most": 1, "least": 1},
    }
    document = pdf(render("ballot_paper.typ", header | {"candidates": names, "gone": names[3:5]}))
    assert len(document) == 1
    assert [round(side / 72 * 25.4) for side in document[0].get_size()] == [420, 297]
    words = document[0].get_textpage().get_text_bounded()
    assert [f"Montemayor {n:02}" in " ".join(words.split()) for n in range(96)] == [True] * 96
    document.close()


@pytest.mark.parametrize(
    ("text", "can"),
    [("Amina Hassan", True), ("Łukasz Ğ", True), ("يوسف رحيمي", True), ("Олена", True), ("李小龍", False)],
)
def test_whether_a_name_can_be_printed_is_known_beforehand(text: str, can: bool) -> None:
    assert can_be_printed(text) is can


def test_signs_without_a_font_are_left_out_of_a_text() -> None:
    assert without_unprintable(["Uden", "Mere musik 🎺 nu", "李"]) == {
        "Mere musik 🎺 nu": "Mere musik  nu",
        "李": "",
    }
    assert without_unprintable([]) == {}
