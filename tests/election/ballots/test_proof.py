"""Two people approve exactly what is printed; whatever changes afterwards takes the approval away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256 as digest

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from election.ballots.acts import approve_proof, propose_proof
from election.ballots.papers import ProofState, ballot_papers, fingerprint, proof_state
from election.ballots.printing import ballot_paper_pdf
from election.ballots.records import BallotApproval, BallotProof
from election.ballots.stock_rules import Movement
from election.call.acts import add_station, move_clock
from election.candidacy.case_acts import strike
from election.candidacy.records import candidacies
from election.candidacy.rules import StruckKind
from registry.act import Installation
from registry.audit.records import LogEntry
from registry.findings import Refused
from registry.regulation.loader import shipped
from tests.election.ballots.approved import ADMIN, BOARD, OTHERS, WESTERN, approve, moved, two_groups, words_of
from tests.election.presentation.standing import Standing, close, stand, version_of
from tests.scenarios import (
    PASSWORD,
    Played,
    call_koege,
    form_value,
    sign_in,
    with_candidates,
    with_roll,
)
from tests.snapshots import remembered

pytestmark = pytest.mark.slow

PAPERS = "/0259/integrationsraad/2017/stemmesedler"
APPROVE = {"is_compared": "y", "own_password": PASSWORD}


@pytest.fixture
def seven(installation: Installation) -> Played:
    return remembered("ballots, seven stand", installation, lambda: _seven(installation))


def _seven(installation: Installation) -> Played:
    return with_candidates(with_roll(call_koege(installation)), 7)


def state_of(played: Played) -> ProofState:
    with played.installation.database.read() as session:
        return proof_state(session, played.read())


def sent(page: str) -> dict[str, str]:
    return {name: form_value(page, name) for name in ("csrf_token", "request_id")}


def words(played: Played) -> list[str]:
    with played.installation.database.read() as session:
        return words_of(ballot_paper_pdf(session, played.read()))


def strike_the_first(played: Played) -> None:
    with played.installation.database.read() as session:
        first = candidacies(session, played.read())[0]
    act = played.act(ADMIN, reason="Flyttet fra kommunen.")
    version = version_of(played, first.id)
    strike(*played.by, act, played.election_id, first.id, version, StruckKind.LOST_RIGHT)


def test_only_what_two_have_approved_is_printed_without_the_mark_of_a_proof(seven: Played) -> None:
    """Before, and after one of the two: KORREKTUR. After both: none."""
    assert "KORREKTUR" in words(seven)[0]
    sha256 = propose_proof(*seven.by, seven.act(ADMIN), seven.election_id)
    assert "KORREKTUR" in words(seven)[0]
    assert (state_of(seven).is_waiting, state_of(seven).is_approved) == (True, False)
    assert approve_proof(*seven.by, seven.act(BOARD), seven.election_id, sha256) == 1
    assert (state_of(seven).is_waiting, state_of(seven).is_approved) == (False, True)
    assert "KORREKTUR" not in words(seven)[0]


def test_who_made_the_proof_does_not_approve_it(seven: Played) -> None:
    sha256 = propose_proof(*seven.by, seven.act(ADMIN), seven.election_id)
    with pytest.raises(Refused, match="R294"):
        approve_proof(*seven.by, seven.act(ADMIN), seven.election_id, sha256)
    assert not state_of(seven).is_approved


def test_a_paper_that_changed_after_it_was_looked_at_is_not_approved(seven: Played) -> None:
    """The board compared the old proof; meanwhile a candidate was struck."""
    sha256 = propose_proof(*seven.by, seven.act(ADMIN), seven.election_id)
    strike_the_first(seven)
    with pytest.raises(Refused, match="R293"):
        approve_proof(*seven.by, seven.act(BOARD), seven.election_id, sha256)
    with pytest.raises(Refused, match="R293"):
        approve_proof(*seven.by, seven.act(BOARD), seven.election_id, "0" * 64)


def test_a_candidate_who_is_struck_takes_the_approval_away(seven: Played) -> None:
    """Said as void, KORREKTUR again, and nothing may be printed until the new one is approved."""
    first = approve(seven)
    assert moved(seven, Movement.PRINTED, 100) == 100
    strike_the_first(seven)
    state = state_of(seven)
    assert (state.is_approved, state.is_void) == (False, True)
    assert "KORREKTUR" in words(seven)[0]
    with pytest.raises(Refused, match="R295"):
        moved(seven, Movement.PRINTED, 100)
    assert approve(seven) != first
    assert state_of(seven).proof is not None
    assert "(udgået)" in words(seven)[0]
    assert "KORREKTUR" not in words(seven)[0]
    assert moved(seven, Movement.PRINTED, 100) == 200


def test_before_the_order_is_settled_there_is_nothing_to_approve(installation: Installation) -> None:
    played = with_roll(call_koege(installation))
    stand(played, [Standing("Amina Hassan"), Standing("Bo Åberg")])
    close(played, is_settled=False)
    with pytest.raises(Refused, match="R291"):
        propose_proof(*played.by, played.act(ADMIN), played.election_id)


def test_the_same_proof_twice_is_one_proof(seven: Played) -> None:
    """A second press changes nothing, also when it is approved already."""
    first = propose_proof(*seven.by, seven.act(ADMIN), seven.election_id)
    assert propose_proof(*seven.by, seven.act(ADMIN), seven.election_id) == first
    approve_proof(*seven.by, seven.act(BOARD), seven.election_id, first)
    assert propose_proof(*seven.by, seven.act(ADMIN), seven.election_id) == first
    assert state_of(seven).is_approved
    with seven.installation.database.read() as session:
        assert [row.number for row in session.scalars(select(BallotProof))] == [1]


def test_the_log_holds_what_was_approved(seven: Played) -> None:
    sha256 = approve(seven)
    with seven.installation.database.read() as session:
        bodies = session.scalars(select(LogEntry.body).order_by(LogEntry.seq))
        own = [body.decode() for body in bodies if b'"ballots.' in body]
    assert [("propose_proof" in one, "approve_proof" in one, sha256 in one) for one in own] == [
        (True, False, True),
        (False, True, True),
    ]


def test_the_database_refuses_an_approval_by_one_person(seven: Played) -> None:
    propose_proof(*seven.by, seven.act(ADMIN), seven.election_id)
    proof = state_of(seven).proof
    assert proof is not None
    row = BallotApproval(
        municipality=proof.municipality,
        council=proof.council,
        id=proof.id,
        proof_id=proof.id,
        proposed_by=proof.by,
        at=proof.at,
        by=proof.by,
    )
    with pytest.raises(IntegrityError), seven.installation.database.write() as session:
        session.add(row)


def test_the_same_content_is_the_same_bytes_on_any_day(seven: Played) -> None:
    """Nothing on a sheet, and nothing in its file, says when it was made: no sheet can be told from another."""
    approve(seven)
    with seven.installation.database.read() as session:
        first = ballot_paper_pdf(session, seven.read())
    admin = seven.act(ADMIN)
    move_clock(*seven.by, admin, seven.election_id, seven.now + timedelta(days=3))
    with seven.installation.database.read() as session:
        assert ballot_paper_pdf(session, seven.read()) == first


# --- a paper for each group --------------------------------------------------------------------------------


@pytest.fixture
def groups(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Played:
    return two_groups(installation, monkeypatch)


def test_each_group_has_a_paper_with_its_own_candidates_and_seats(groups: Played) -> None:
    """Three of Syrian origin for three seats, two of Polish origin for two."""
    with groups.installation.database.read() as session:
        papers = ballot_papers(session, groups.read())
    assert [(one.ballot_type, one.key, len(one.names)) for one in papers] == [(OTHERS, "a", 3), (WESTERN, "b", 2)]
    others, western = words(groups)
    assert "Seddel A (cirkel): gruppen ikke-vestlig" in others
    assert "Der vælges 3 medlemmer for denne gruppe" in others
    assert "Seddel B (trekant): gruppen vestlig" in western
    assert "Amina Nowak" in others
    assert "Amina Nowak" not in western
    assert "Bartosz Nowak" in western
    assert "Bartosz Nowak" not in others


def test_one_approval_holds_for_all_papers_together(groups: Played) -> None:
    approve(groups)
    assert not any("KORREKTUR" in page for page in words(groups))
    strike_the_first(groups)
    assert all("KORREKTUR" in page for page in words(groups))


def test_the_order_of_the_papers_is_part_of_what_is_approved(groups: Played) -> None:
    with groups.installation.database.read() as session:
        papers = ballot_papers(session, groups.read())
    assert fingerprint(papers) != fingerprint(reversed(papers))
    assert fingerprint(papers) != fingerprint(papers[:1])


def test_with_rotation_a_new_station_is_a_new_paper(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its order begins with another name, so what was approved is no longer all that is printed."""
    known = shipped("koege-2018")
    section = (
        '\n[ballot]\norder = { is = "rotation", cite = "§ 8" }\nafter_printing = { is = "marked", cite = "§ 8" }\n'
    )
    data = known.data + section.encode()
    ruled = replace(known, data=data, sha256=digest(data).hexdigest())
    monkeypatch.setattr("tests.scenarios.shipped", lambda _id: ruled)
    played = with_candidates(with_roll(call_koege(installation, stations=2)), 3)
    approve(played)
    add_station(*played.by, played.act(ADMIN), played.election_id, "Sygehuset", ("99",))
    assert state_of(played).is_void


# --- the pages ---------------------------------------------------------------------------------------------


def test_the_page_shows_each_name_beside_the_picture_and_another_person_approves(
    seven: Played, client: FlaskClient
) -> None:
    sign_in(client, ADMIN)
    page = client.get(f"{PAPERS}/korrektur").get_data(as_text=True)
    with seven.installation.database.read() as session:
        names = [row.ballot_name for row in candidacies(session, seven.read())]
    places = [page.index(f"<bdi>{name}</bdi>") for name in names]
    assert places == sorted(places)
    assert client.get(f"{PAPERS}/billede.png").data.startswith(b"\x89PNG")
    wrong = client.post(f"{PAPERS}/korrektur/lav", data=sent(page) | {"own_password": "forkert"})
    assert wrong.status_code >= 400
    made = client.post(f"{PAPERS}/korrektur/lav", data=sent(page) | {"own_password": PASSWORD})
    assert made.status_code == 303
    page = client.get(f"{PAPERS}/korrektur").get_data(as_text=True)
    assert "Du har selv lavet korrekturen" in page
    assert "Godkend til tryk" not in page
    sha256 = state_of(seven).sha256

    sign_in(client, BOARD)
    page = client.get(f"{PAPERS}/korrektur").get_data(as_text=True)
    assert f'value="{sha256}"' in page
    given = sent(page) | {"sha256": sha256}
    unread = client.post(f"{PAPERS}/korrektur/godkend", data=given | APPROVE | {"is_compared": ""})
    assert "Sammenlign først" in unread.get_data(as_text=True)
    stale = client.post(f"{PAPERS}/korrektur/godkend", data=given | APPROVE | {"sha256": "0" * 64})
    assert stale.status_code == 409
    assert "ikke længere den, du sammenlignede" in stale.get_data(as_text=True)
    done = client.post(f"{PAPERS}/korrektur/godkend", data=given | APPROVE, follow_redirects=True)
    shown = done.get_data(as_text=True)
    assert "Godkendt til tryk" in shown
    assert "Election Administrator" in shown
    assert "Board Member" in shown
    assert "KORREKTUR" not in words_of(client.get(f"{PAPERS}/stemmeseddel.pdf").data)[0]


def test_the_page_says_whose_case_was_changed_since(seven: Played, client: FlaskClient) -> None:
    approve(seven)
    seven.now += timedelta(minutes=5)
    strike_the_first(seven)
    with seven.installation.database.read() as session:
        name = candidacies(session, seven.read())[0].ballot_name
    sign_in(client, ADMIN)
    page = client.get(f"{PAPERS}/korrektur").get_data(as_text=True)
    assert "Godkendelsen gælder ikke længere" in page
    assert name in page.split("Efter korrekturen er der ændret hos")[1].split("Lav en ny")[0]
    assert "Godkendelsen gælder ikke længere" in client.get(f"{PAPERS}/").get_data(as_text=True)


def test_a_station_leader_sees_the_ledger_and_the_sheets_beside_the_paper_but_prints_none(
    groups: Played, client: FlaskClient
) -> None:
    sign_in(client, "station_leader")
    page = client.get(f"{PAPERS}/").get_data(as_text=True)
    assert "/stemmeseddel-a.pdf" not in page
    assert "/stor-skrift-a.pdf" in page
    assert client.get(f"{PAPERS}/stor-skrift-a.pdf").mimetype == "application/pdf"
    assert client.get(f"{PAPERS}/stemmeseddel-a.pdf").status_code == 403
    assert client.get(f"{PAPERS}/korrektur").status_code == 403
    assert client.get(f"{PAPERS}/stor-skrift-z.pdf").status_code == 404
    assert client.get(f"{PAPERS}/stor-skrift.pdf").status_code == 404
