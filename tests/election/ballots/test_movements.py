"""Blank papers from the printer to the stations and back, each movement signed by the two who counted."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError

from election.ballots.acts import deliver, move
from election.ballots.ledger import ledger_pdf, paper_ledger
from election.ballots.records import PaperMovement, delivered, delivered_by_type, movements
from election.ballots.stock_rules import Movement
from election.call.rules import Phase
from registry.act import Installation
from registry.findings import Refused
from tests.election.ballots.approved import (
    ADMIN,
    BOARD,
    LEADER,
    OTHERS,
    WESTERN,
    approve,
    moved,
    two_groups,
    words_of,
)
from tests.scenarios import PASSWORD, Played, call_koege, form_value, play_to, sign_in, with_candidates, with_roll
from tests.snapshots import remembered

pytestmark = pytest.mark.slow

PAPERS = "/0259/integrationsraad/2017/stemmesedler"
PRINTED, DELIVERED, MOVED, SENT_BACK = Movement


@pytest.fixture
def approved(installation: Installation) -> Played:
    """Two stations, six candidates, the paper approved."""
    return remembered("ballots, six approved, two stations", installation, lambda: _approved(installation))


def _approved(installation: Installation) -> Played:
    played = with_candidates(with_roll(call_koege(installation, stations=2)), 6)
    approve(played)
    return played


def given(played: Played) -> list[int]:
    with played.installation.database.read() as session:
        there = delivered(session, played.read())
    return [there.get(station, 0) for station in played.stations]


def in_store(played: Played) -> int | None:
    with played.installation.database.read() as session:
        return paper_ledger(session, played.read()).types[0][1].in_store


def test_every_sheet_is_in_the_store_or_at_a_station(approved: Played) -> None:
    """1000 printed, 400 + 300 delivered, 50 moved on, 20 sent back: 330 + 350 at the stations, 320 in store."""
    north, south = approved.stations
    assert in_store(approved) is None, "nothing was recorded as printed: unknown, not 0"
    assert moved(approved, PRINTED, 1000, second=BOARD) == 1000
    assert moved(approved, DELIVERED, 400, to=north) == 400
    assert moved(approved, DELIVERED, 300, to=south) == 300
    assert moved(approved, MOVED, 50, source=north, to=south, by=BOARD) == 350
    assert moved(approved, SENT_BACK, 20, source=north, by=LEADER, second=ADMIN) == 320
    assert given(approved) == [330, 350]
    assert in_store(approved) == 320


def test_both_names_stand_on_the_row_and_one_person_is_not_enough(approved: Played) -> None:
    north = approved.stations[0]
    with pytest.raises(Refused, match="R006"):
        moved(approved, DELIVERED, 10, to=north, second=ADMIN)
    with pytest.raises(Refused, match="R002"):
        moved(approved, DELIVERED, 10, to=north, second="polling_official")
    assert given(approved) == [0, 0]
    moved(approved, DELIVERED, 10, to=north, batch="kasse 7", seal="PL-0042")
    with approved.installation.database.read() as session:
        (row,) = movements(session, approved.read())
    assert (row.by, row.cosigned_by) == (approved.officials[ADMIN], approved.officials[LEADER])
    assert (row.batch, row.seal_number) == ("kasse 7", "PL-0042")


def test_nothing_is_printed_before_two_have_approved_the_paper(installation: Installation) -> None:
    played = play_to(Phase.PREPARATION, installation)
    with pytest.raises(Refused, match="R295"):
        moved(played, PRINTED, 100)
    approve(played)
    assert moved(played, PRINTED, 100) == 100


@pytest.mark.parametrize(
    ("kind", "papers", "place"),
    [
        (DELIVERED, 601, "lageret"),
        (MOVED, 401, "Køge Rådhus, kantinen"),
        (SENT_BACK, 401, "Køge Rådhus, kantinen"),
    ],
)
def test_no_place_gives_more_than_it_has(approved: Played, kind: Movement, papers: int, place: str) -> None:
    """1000 printed, 400 delivered to the first: 600 left in store. One more is refused, and one is missing."""
    north, south = approved.stations
    moved(approved, PRINTED, 1000)
    moved(approved, DELIVERED, 400, to=north)
    route: dict[str, Any] = {
        DELIVERED: {"to": south},
        MOVED: {"source": north, "to": south},
        SENT_BACK: {"source": north},
    }[kind]
    with pytest.raises(Refused, match="R318") as refused:
        moved(approved, kind, papers, **route)
    assert f"{place} ville komme til at mangle 1 stemmesedler" in refused.value.in_danish()
    assert given(approved) == [400, 0]
    moved(approved, kind, papers - 1, **route)


def test_a_correction_is_a_row_of_its_own_with_a_reason(approved: Played) -> None:
    """400 written, 395 counted: −5 with a reason; both rows stay."""
    north = approved.stations[0]
    moved(approved, DELIVERED, 400, to=north)
    with pytest.raises(Refused, match="R319"):
        moved(approved, DELIVERED, -5, to=north)
    assert moved(approved, DELIVERED, -5, to=north, reason="Talt igen: der var 395") == 395
    with approved.installation.database.read() as session:
        assert sorted(row.papers for row in movements(session, approved.read())) == [-5, 400]


@pytest.mark.parametrize(
    ("kind", "papers", "more"),
    [
        (DELIVERED, 0, {"to": 0}),
        (DELIVERED, 10, {}),
        (PRINTED, 10, {"to": 0}),
        (MOVED, 10, {"source": 0, "to": 0}),
        (SENT_BACK, 10, {"source": 0, "to": 1}),
        (DELIVERED, 10, {"to": 0, "type": "vestlig"}),
    ],
)
def test_a_movement_that_cannot_be_is_refused(
    approved: Played, kind: Movement, papers: int, more: dict[str, Any]
) -> None:
    places = {name: approved.stations[at] if isinstance(at, int) else at for name, at in more.items()}
    with pytest.raises(Refused, match="R319"):
        moved(approved, kind, papers, **places)
    assert given(approved) == [0, 0]


def test_the_same_request_is_one_movement(approved: Played) -> None:
    act, to = approved.act(ADMIN, second=LEADER), approved.stations[0]
    answers = [
        move(*approved.by, act, approved.election_id, DELIVERED, None, to, "", 100, "1", "") for _ in range(2)
    ]
    assert answers == [100, 100]
    assert given(approved) == [100, 0]


def test_the_database_refuses_two_signatures_of_one_person(approved: Played) -> None:
    deliver(*approved.by, approved.act(ADMIN), approved.election_id, approved.stations[0], 10, "1")
    with approved.installation.database.read() as session:
        (row,) = movements(session, approved.read())
    values = {column.key: getattr(row, column.key) for column in PaperMovement.__mapper__.column_attrs}
    copy = PaperMovement(**values | {"id": approved.stations[0], "cosigned_by": row.by})
    with pytest.raises(IntegrityError), approved.installation.database.write() as session:
        session.add(copy)


def test_each_group_has_its_own_ledger(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """200 of A and 100 of B printed; 150 of A delivered: 50 A and 100 B in store. B is not sent back as A."""
    played = two_groups(installation, monkeypatch)
    north = played.stations[0]
    approve(played)
    moved(played, PRINTED, 200, type=OTHERS)
    moved(played, PRINTED, 100, type=WESTERN)
    moved(played, DELIVERED, 150, to=north, type=OTHERS)
    with pytest.raises(Refused, match="R318"):
        moved(played, SENT_BACK, 1, source=north, type=WESTERN)
    with pytest.raises(Refused, match="R319"):
        moved(played, DELIVERED, 1, to=north)
    with played.installation.database.read() as session:
        election = played.read()
        ledger = paper_ledger(session, election)
        assert delivered_by_type(session, election) == {(north, OTHERS): 150}
        assert delivered(session, election) == {north: 150}
        sheet = " ".join(words_of(ledger_pdf(session, election)))
    assert [(kind, stock.in_store) for kind, stock in ledger.types] == [(OTHERS, 50), (WESTERN, 100)]
    assert "A – ikke-vestlig 200 150 50" in sheet
    assert "B – vestlig 100 0 100" in sheet


def test_papers_written_without_a_group_are_shown_and_can_be_corrected(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rehearsal from files delivers without a type: a line of its own, which only a correction changes."""
    played = two_groups(installation, monkeypatch)
    north = played.stations[0]
    deliver(*played.by, played.act(ADMIN), played.election_id, north, 80, "1")
    with played.installation.database.read() as session:
        ledger = paper_ledger(session, played.read())
    assert [(line[1], line[2]) for line in ledger.lines() if line[0].id == north] == [
        (OTHERS, 0),
        (WESTERN, 0),
        ("", 80),
    ]
    assert moved(played, DELIVERED, -80, to=north, reason="Fordeles på grupper") == 0
    assert moved(played, DELIVERED, 80, to=north, type=OTHERS) == 80


def test_the_printed_ledger_names_everybody_who_signed_and_has_lines_to_sign(approved: Played) -> None:
    north = approved.stations[0]
    moved(approved, PRINTED, 1000)
    moved(approved, DELIVERED, 400, to=north, seal="PL-0042")
    moved(approved, DELIVERED, -5, to=north, reason="Talt igen 🎺")
    with approved.installation.database.read() as session:
        sheet = " ".join(words_of(ledger_pdf(session, approved.read())))
    assert "Stemmesedler 1.000 395 605" in sheet
    assert "Election Administrator og Station Leader" in sheet
    assert "PL-0042" in sheet
    assert "−5" in sheet
    assert "Talt igen" in sheet, "what no font has is left out, the rest is printed"
    assert "underskrift (en anden person)" in sheet


def test_an_election_in_which_nothing_was_written_has_a_sheet_that_says_unknown(
    installation: Installation,
) -> None:
    played = play_to(Phase.PREPARATION, installation)
    with played.installation.database.read() as session:
        sheet = " ".join(words_of(ledger_pdf(session, played.read())))
    assert "Stemmesedler ukendt 0 ukendt" in sheet
    assert "Ingen bevægelse" in sheet


# --- the pages ---------------------------------------------------------------------------------------------


def form_of(page: str, **more: str) -> dict[str, str]:
    """The form of a movement, signed by the administrator and the leader."""
    return {
        "csrf_token": form_value(page, "csrf_token"),
        "request_id": form_value(page, "request_id"),
        "source": "lager",
        "to": "001",
        "papers": "400",
        "batch": "kasse 1",
        "seal_number": "4711",
        "reason": "",
        "own_password": PASSWORD,
        "second_username": LEADER,
        "second_password": PASSWORD,
    } | more


def page_of(client: FlaskClient) -> str:
    return client.get(f"{PAPERS}/bevaegelse").get_data(as_text=True)


def test_the_leader_of_the_station_signs_for_what_was_brought(approved: Played, client: FlaskClient) -> None:
    sign_in(client, ADMIN)
    done = client.post(f"{PAPERS}/bevaegelse", data=form_of(page_of(client)), follow_redirects=True)
    page = done.get_data(as_text=True)
    assert "Køge Rådhus, kantinen har nu fået 400 stemmesedler." in page
    assert "Election Administrator · Station Leader" in page
    assert "Ukendt: det er ikke skrevet op" in page
    printed = form_of(page_of(client), source="trykkeri", to="lager", papers="1000")
    page = client.post(f"{PAPERS}/bevaegelse", data=printed, follow_redirects=True).get_data(as_text=True)
    assert "Lageret har nu 600 stemmesedler." in page
    assert "Ukendt" not in page
    assert given(approved) == [400, 0]
    assert client.get(f"{PAPERS}/regnskab.pdf").mimetype == "application/pdf"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"to": "lager"}, "Vælg to forskellige steder."),
        ({"source": "trykkeri"}, "Fra trykkeriet går sedlerne til lageret."),
        ({"papers": "0"}, "Skriv et tal, der ikke er 0."),
        ({"papers": "mange"}, "Skriv et helt tal."),
        ({"papers": "-4"}, "Skriv, hvorfor tallet rettes"),
        ({"batch": ""}, "Parti, bundt eller kasse"),
        ({"batch": "010190-1234"}, "CPR-nummer"),
        ({"source": "002"}, "ville komme til at mangle 400 stemmesedler"),
        ({"source": "trykkeri", "to": "lager", "second_username": ADMIN}, "to forskellige personer"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    approved: Played, client: FlaskClient, typed: dict[str, str], said: str
) -> None:
    sign_in(client, ADMIN)
    answer = client.post(f"{PAPERS}/bevaegelse", data=form_of(page_of(client), **typed))
    page = answer.get_data(as_text=True)
    assert said in page
    assert 'value="4711"' in page, "the number of the seal"
    assert given(approved) == [0, 0]


def test_a_leader_may_write_and_a_desk_may_not(approved: Played, client: FlaskClient) -> None:
    sign_in(client, LEADER)
    form = form_of(page_of(client), second_username=BOARD)
    assert client.post(f"{PAPERS}/bevaegelse", data=form).status_code == 303
    assert given(approved) == [400, 0]
    sign_in(client, "polling_official")
    assert client.get(f"{PAPERS}/bevaegelse").status_code == 403
    assert client.get(f"{PAPERS}/").status_code == 403
