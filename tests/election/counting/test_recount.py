"""A count that was agreed and is wrong: opened by two people with a reason; nothing is written over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from election.call.lots import Lot, LotRecord, lots
from election.call.records import election as read_election
from election.call.rules import NOT_IN_THIS_PHASE, Phase
from election.certification.acts import approve, reopen, request
from election.certification.records import certifications
from election.certification.rules import RESULT_IS_OLD
from election.counting.acts import determine, enter_tally, record_lot, settle
from election.counting.records import Count, counts, latest_result
from election.counting.recount import reopen_count
from election.counting.rules import NOT_COUNTED, NOTHING_TO_RECOUNT, CountKind
from registry.act import SECOND_PERSON_MISSING, Installation
from registry.findings import Refused
from tests.scenarios import BOARD, PASSWORD, Played, figures, form_value, play_to, sign_in

if TYPE_CHECKING:
    from flask.testing import FlaskClient

FINAL = CountKind.FINAL


def open_again(played: Played) -> int:
    act = played.act("board_member", reason="en bunke lå under bordet", second="board_member_2")
    return reopen_count(*played.by, act, played.election_id, played.stations[0], FINAL)


def enter_both(played: Played, votes: dict[str, int]) -> None:
    form, station = figures(played, votes), played.stations[0]
    for entry, who in ((1, "enterer"), (2, "enterer_2")):
        enter_tally(*played.by, played.act(who), played.election_id, station, FINAL, entry, form)


def settle_and_determine(played: Played) -> str:
    settle(*played.by, played.act("board_member"), played.election_id, played.stations[0])
    return determine(*played.by, played.act("board_member"), played.election_id).outcome


@pytest.fixture
def played(installation: Installation) -> Played:
    """6 candidates; 15 votes: 5 4 3 2 1 0; five seats. Final counts."""
    return play_to(Phase.COUNTED, installation)


def test_the_old_figures_stay_and_the_next_count_is_a_new_revision(played: Played) -> None:
    """c6 gets three of the votes: 4 3 2 2 1 3 – now c6 has a seat and c5 stands first in line."""
    assert open_again(played) == 1
    with pytest.raises(Refused) as refused:
        determine(*played.by, played.act("board_member"), played.election_id)
    assert refused.value.kind is NOT_COUNTED
    enter_both(played, {"c1": 4, "c2": 3, "c3": 2, "c4": 2, "c5": 1, "c6": 3})
    assert settle_and_determine(played) == "decided"
    with played.installation.database.read() as session:
        election = read_election(session, played.scope, played.election_id)
        every = list(session.scalars(select(Count).where(Count.kind == "final").order_by(Count.revision)))
        assert [(c.revision, c.reopen_reason) for c in every] == [(1, "en bunke lå under bordet"), (2, None)]
        assert every[0].figures != every[1].figures
        assert counts(session, election)[played.stations[0], "final"].revision == 2
        result = latest_result(session, election)
        assert result is not None
        assert (result.revision, set(result.document["elected"])) == (2, {"c1", "c2", "c3", "c4", "c6"})


def test_a_certified_result_is_corrected_with_a_new_revision_of_everything(played: Played) -> None:
    asked = request(*played.by, played.act("certifier"), played.election_id)
    approve(*played.by, played.act("certifier_2"), played.election_id, asked)
    with pytest.raises(Refused) as refused:
        open_again(played)
    assert refused.value.kind is NOT_IN_THIS_PHASE
    act = played.act("certifier", reason="en bunke lå under bordet", second="board_member")
    reopen(*played.by, act, played.election_id)
    open_again(played)
    with pytest.raises(Refused) as refused:
        request(*played.by, played.act("certifier"), played.election_id)
    assert refused.value.kind is RESULT_IS_OLD
    enter_both(played, {"c1": 4, "c2": 3, "c3": 2, "c4": 2, "c5": 1, "c6": 3})
    settle_and_determine(played)
    asked = request(*played.by, played.act("certifier"), played.election_id)
    done = approve(*played.by, played.act("certifier_2"), played.election_id, asked)
    assert done.revision == 2
    with played.installation.database.read() as session:
        election = read_election(session, played.scope, played.election_id)
        assert [c.reason for c in certifications(session, election)] == ["", "en bunke lå under bordet"]


@pytest.mark.parametrize(
    ("votes", "stays"),
    [
        ({"c1": 4, "c2": 3, "c3": 2, "c4": 2, "c5": 2, "c6": 2}, True),  # c3–c6 still stand equal for three seats
        ({"c1": 3, "c2": 3, "c3": 3, "c4": 2, "c5": 2, "c6": 2}, False),  # c3 has a seat without the lot
    ],
)
def test_a_lot_stays_as_long_as_its_tie_does(
    installation: Installation, votes: dict[str, int], stays: bool
) -> None:
    """First count 4 3 2 2 2 2: c3, c4, c5 and c6 stand equal for three seats; the lot draws c6 c5 c4 c3."""
    played = play_to(Phase.COUNTING, installation)
    enter_both(played, {"c1": 4, "c2": 3, "c3": 2, "c4": 2, "c5": 2, "c6": 2})
    assert settle_and_determine(played) == "lot-required"
    tied = ("c3", "c4", "c5", "c6")
    lot = Lot("seat", tied, tied[::-1], BOARD[0], "to vidner", "sedler i en skål", played.now)
    record_lot(*played.by, played.act("board_member"), played.election_id, lot)
    open_again(played)
    enter_both(played, votes)
    with installation.database.read() as session:
        election = read_election(session, played.scope, played.election_id)
        assert bool([one for one in lots(session, election) if one.purpose == "seat"]) is stays
        assert len(session.scalars(select(LotRecord).where(LotRecord.purpose == "seat")).all()) == 1
    assert settle_and_determine(played) == ("decided" if stays else "lot-required")


def test_what_was_never_agreed_is_not_opened_and_one_person_is_not_enough(installation: Installation) -> None:
    played = play_to(Phase.COUNTING, installation)
    with pytest.raises(Refused) as refused:
        open_again(played)
    assert refused.value.kind is NOTHING_TO_RECOUNT
    act = played.act("board_member", reason="talt forkert")
    with pytest.raises(Refused) as refused:
        reopen_count(*played.by, act, played.election_id, played.stations[0], FINAL)
    assert refused.value.kind is SECOND_PERSON_MISSING


def test_the_page_asks_for_the_reason_and_two_passwords(client: FlaskClient, played: Played) -> None:
    sign_in(client, "board_member")
    address = "/0259/integrationsraad/2017/optaelling/001/omtaelling"
    page = client.get(address).get_data(as_text=True)
    form = {
        "csrf_token": form_value(page, "csrf_token"),
        "request_id": form_value(page, "request_id"),
        "kind": "final",
        "reason": "en bunke lå under bordet",
        "own_password": PASSWORD,
        "second_username": "board_member_2",
        "second_password": "forkert",
    }
    assert client.post(address, data=form).status_code == 403
    answer = client.post(address, data=form | {"second_password": PASSWORD}, follow_redirects=True)
    assert "åbnet igen" in answer.get_data(as_text=True)
