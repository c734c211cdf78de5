# mypy: disable-error-code="no-untyped-call"
"""Papers that are gone: counted without, the first count stands, a new poll, or found – each decided by two."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from election.call.rules import Phase
from election.certification.records import latest_certification
from election.counting.acts import determine, enter_tally, settle
from election.counting.assembly import status_of, units
from election.counting.lost_box_acts import Decision, record_lost_box
from election.counting.lost_boxes import lost_boxes
from election.counting.rules import CountKind
from registry.act import Installation
from registry.findings import Refused
from tests.scenarios import (
    PASSWORD,
    Played,
    call_koege,
    certified,
    clear_votes,
    counting,
    figures,
    form_value,
    polling,
    sign_in,
    with_candidates,
    with_roll,
)

if TYPE_CHECKING:
    from flask.testing import FlaskClient

BOARD, OTHER = "board_member", "board_member_2"


@pytest.fixture
def night(installation: Installation) -> Played:
    return counting(polling(with_candidates(with_roll(call_koege(installation), 16), 6), admitted=15))


def lose(played: Played, decision: Decision, circumstances: str = "Bilen brændte") -> int:
    act = played.act(BOARD, second=OTHER, reason="Papirerne kan ikke skaffes igen")
    where = played.stations[0]
    return record_lost_box(*played.by, act, played.election_id, where, circumstances, decision)


def preliminary(played: Played) -> None:
    form, where = figures(played, clear_votes(15, 6)), played.stations[0]
    for entry, who in ((1, "enterer"), (2, "enterer_2")):
        enter_tally(*played.by, played.act(who), played.election_id, where, CountKind.PRELIMINARY, entry, form)


def finish(played: Played) -> tuple[str, str]:
    settle(*played.by, played.act(BOARD), played.election_id, played.stations[0])
    found = determine(*played.by, played.act(BOARD), played.election_id)
    return found.outcome, found.status


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, check=lambda trouble: trouble.kind.code == code)


def test_counted_without_the_papers_are_missing_in_the_ledger_and_the_reason_stands_there(night: Played) -> None:
    lose(night, Decision.COUNTED_WITHOUT)
    with night.installation.database.read() as session:
        (unit,) = units(session, night.read())
        assert unit.ledger.difference == -15
        assert unit.unexplained == ()
        assert "Bilen brændte" in unit.explained["F302"]
        assert "kan ikke skaffes" in unit.explained["F302"]
    settle(*night.by, night.act(BOARD), night.election_id, night.stations[0])


def test_the_first_count_may_stand_as_the_final_one(night: Played) -> None:
    with refused("R361"):
        lose(night, Decision.PRELIMINARY_HOLDS)
    preliminary(night)
    with night.installation.database.read() as session:
        assert status_of(units(session, night.read())) is CountKind.PRELIMINARY
    lose(night, Decision.PRELIMINARY_HOLDS)
    assert finish(night) == ("decided", "final")
    certified(night)
    with night.installation.database.read() as session:
        certificate = latest_certification(session, night.read())
        assert certificate is not None
        assert json.loads(certificate.record)["ledger"][0]["count"] == "preliminary"
    assert night.read().in_phase is Phase.CERTIFIED


def test_where_people_must_vote_again_there_is_no_result(night: Played) -> None:
    preliminary(night)
    lose(night, Decision.POLL_AGAIN)
    with refused("R331"):
        determine(*night.by, night.act(BOARD), night.election_id)
    lose(night, Decision.FOUND)
    assert finish(night) == ("decided", "preliminary")


def test_every_decision_stays_and_the_latest_holds(night: Played) -> None:
    with refused("R363"):
        lose(night, Decision.FOUND)
    with refused("R362"):
        lose(night, Decision.POLL_AGAIN, "  ")
    assert [lose(night, one) for one in (Decision.POLL_AGAIN, Decision.COUNTED_WITHOUT, Decision.FOUND)] == [
        1,
        2,
        3,
    ]
    with night.installation.database.read() as session:
        (held,) = lost_boxes(session, night.read()).values()
        assert (held.decision, held.papers) == ("found", 15)
        (unit,) = units(session, night.read())
        assert unit.figures is None


def test_what_is_finally_counted_is_not_lost(night: Played) -> None:
    form = figures(night, clear_votes(15, 6))
    for entry, who in ((1, "enterer"), (2, "enterer_2")):
        enter_tally(*night.by, night.act(who), night.election_id, night.stations[0], CountKind.FINAL, entry, form)
    with refused("R360"):
        lose(night, Decision.COUNTED_WITHOUT)


def test_what_was_shown_only_together_with_others_cannot_be_left_out_afterwards(
    installation: Installation,
) -> None:
    """Two stations with 15 papers in all, shown as one: the result without one of them would show its votes."""
    played = with_candidates(with_roll(call_koege(installation, stations=2), 16), 6)
    counting(polling(played, admitted=15))
    for station, votes in zip(played.stations, (clear_votes(15, 6), {}), strict=True):
        form = figures(played, votes)
        for entry, who in ((1, "enterer"), (2, "enterer_2")):
            act = played.act(who)
            enter_tally(*played.by, act, played.election_id, station, CountKind.PRELIMINARY, entry, form)
        settle(*played.by, played.act(BOARD), played.election_id, station)
    lose(played, Decision.COUNTED_WITHOUT)  # nothing is published yet
    lose(played, Decision.FOUND)
    assert determine(*played.by, played.act(BOARD), played.election_id).status == "preliminary"
    with refused("R365"):
        lose(played, Decision.COUNTED_WITHOUT)
    assert lose(played, Decision.PRELIMINARY_HOLDS) == 3


@pytest.mark.slow
def test_the_page_says_how_much_the_papers_weigh(night: Played, client: FlaskClient) -> None:
    preliminary(night)
    sign_in(client, BOARD)
    where = "/0259/integrationsraad/2017/optaelling/001/bortkommet"
    page = client.get(where).get_data(as_text=True)
    given = {name: form_value(page, name) for name in ("csrf_token", "request_id")}
    given |= {"own_password": PASSWORD, "second_username": OTHER, "second_password": PASSWORD}
    given |= {"circumstances": "Bilen brændte", "decision": "preliminary_holds", "reason": ""}
    assert client.post(where, data=given).status_code == 200
    assert client.post(where, data=given | {"reason": "Kan ikke tælles igen"}).status_code == 303
    page = client.get(where).get_data(as_text=True)
    assert "15 papirer mangler" in page
    assert "De kunne have ændret resultatet" in page
