"""Envelopes, conflicts and the opening through their pages, by two people."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from election.ballots.acts import deliver
from election.call.records import stations
from election.polling import lookup
from election.polling.acts import open_polls
from election.polling.conflicts import ConflictKind, PollingConflict
from election.polling.paper_acts import doubtful
from election.polling.records import opening
from registry.act import Installation
from registry.roles import Role
from tests.election.polling.test_desk import BASE
from tests.scenarios import (
    DESK,
    PASSWORD,
    POLLING_AT,
    Played,
    call_koege,
    form_value,
    polling,
    sign_in,
    with_candidates,
    with_roll,
)
from tests.snapshots import remembered

if TYPE_CHECKING:
    from flask.testing import FlaskClient

pytestmark = pytest.mark.slow
TOGETHER = {"own_password": PASSWORD, "second_username": "board_member", "second_password": PASSWORD}


def _play(installation: Installation) -> Played:
    return polling(with_candidates(with_roll(call_koege(installation), 12), 6), admitted=2)


@pytest.fixture
def played(installation: Installation) -> Played:
    """Two admitted; one envelope of a voter and one of somebody who was not found; one conflict."""
    found = remembered("two admitted for envelopes", installation, lambda: _play(installation))
    for entry in (found.entries[5], None):
        act = found.act("polling_official", reason="intet valgkort, og navnet er stavet anderledes")
        doubtful(*found.by, act, found.election_id, found.stations[0], DESK, entry)
    with installation.database.write() as session:
        session.add(
            PollingConflict(
                municipality=found.scope.municipality,
                council=found.scope.council,
                id=uuid4(),
                election_id=found.election_id,
                station_id=found.stations[0],
                entry_id=found.entries[0],
                kind=ConflictKind.MOVED.value,
                here="kl. 17.05 ved bord A",
                elsewhere="flyttet kl. 16.50",
                at=found.now,
            )
        )
    return found


def send(client: FlaskClient, page: str, to: str, **fields: str) -> str:
    shown = client.get(page).get_data(as_text=True)
    data = {name: form_value(shown, name) for name in ("csrf_token", "request_id")} | fields
    return str(client.post(to, data=data, follow_redirects=True).get_data(as_text=True))


def test_two_people_decide_about_each_envelope(played: Played, client: FlaskClient) -> None:
    """Without the other's password nothing; one accepted, one of nobody refused until a line is named."""
    sign_in(client, Role.STATION_LEADER.value)
    page = f"{BASE}/kuverter"
    shown = client.get(page).get_data(as_text=True)
    assert shown.count("Afgør kuverten</summary>") == 2
    with played.installation.database.read() as session:
        station = stations(session, played.read())[0]
        known, nobody = (one.id for one in sorted(_envelopes(session, station), key=lambda e: e.entry_id is None))
    told = send(client, page, f"{page}/{known}", decision="accept", reason="pas vist", own_password=PASSWORD)
    assert "Noget skal rettes" in told
    told = send(client, page, f"{page}/{known}", decision="accept", reason="pas vist", **TOGETHER)
    assert "læg den uåbnet i stemmekassen" in told
    told = send(client, page, f"{page}/{nobody}", decision="accept", reason="fundet", **TOGETHER)
    assert "fundet på listen, hvem vælgeren er" in told
    told = send(client, page, f"{page}/{nobody}", decision="accept", reason="fundet", number="999999", **TOGETHER)
    assert "Nummeret står ikke på listen" in told
    pasted = send(client, page, f"{page}/{nobody}", decision="accept", reason="x", number="0101901234", **TOGETHER)
    assert "Skriv nummeret, som det står på listen" in pasted
    told = send(client, page, f"{page}/{nobody}", decision="aside", reason="ikke på listen", **TOGETHER)
    assert "Ingen kuverter venter" in told


def _envelopes(session: object, station: object) -> list:  # type: ignore[type-arg]
    from election.polling.doubt import undecided_doubtful

    return undecided_doubtful(session, station)  # type: ignore[arg-type]


def test_two_people_settle_a_conflict(played: Played, client: FlaskClient) -> None:
    sign_in(client, Role.STATION_LEADER.value)
    page = f"{BASE}/uoverensstemmelser"
    shown = client.get(page).get_data(as_text=True)
    assert "ikke længere hørte til" in shown
    to = shown.split(f'action="{page}/', 1)[1].split('"', 1)[0]
    told = send(client, page, f"{page}/{to}", reason="Vælgeren flyttede samme dag.", **TOGETHER)
    assert "Tallene er de samme som før" in told
    assert "Ingen uoverensstemmelser venter" in told


def test_who_only_stands_at_a_desk_decides_nothing(played: Played, client: FlaskClient) -> None:
    sign_in(client, Role.POLLING_OFFICIAL.value)
    for page in ("kuverter", "uoverensstemmelser"):
        assert client.get(f"{BASE}/{page}").status_code == 403


def test_opening_asks_for_the_scanner_and_keeps_what_it_found(
    installation: Installation, client: FlaskClient
) -> None:
    """Another card: told. Not tried and no word about it: not opened. The test card read: opened, kept."""
    played = with_candidates(with_roll(call_koege(installation), 12), 6)
    admin = played.act("election_administrator")
    deliver(*played.by, admin, played.election_id, played.stations[0], 50, "B1")
    played.now = POLLING_AT
    open_polls(*played.by, played.act("election_administrator"), played.election_id)
    sign_in(client, Role.STATION_LEADER.value)
    page = f"{BASE}/aabn"
    ticked = dict.fromkeys(("is_board_present", "is_list_ready", "is_list_the_same", "is_box_empty"), "y")
    typed = {"seal_number": "4711", "first_witness": "Ida Ida", "second_witness": "Bo Bo"}
    assert "Scan prøvekortet først" in send(client, page, page, **ticked, **typed)
    assert "ikke prøvekortet" in send(client, page, page + "/proeve", token="240390")
    with installation.database.read() as session:
        station = stations(session, played.read())[0]
        text = lookup.trial_card(played.read(), station)
    assert text[:3] in client.get(f"{BASE}/proevekort").get_data(as_text=True)
    assert "Prøvescanning i orden" in send(client, page, page + "/proeve", token=text)
    assert "er åben" in send(client, page, page, **ticked, **typed)
    with installation.database.read() as session:
        opened = opening(session, stations(session, played.read())[0])
        assert opened is not None
        assert opened.zero_report["scanner"] == "works"
        assert opened.zero_report["admitted"] == 0
