"""Two accounts of one person are one person, wherever the rules ask for two."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from election.ballots.acts import approve_proof, propose_proof
from election.call.rules import Phase
from election.counting.recount import reopen_count
from election.counting.rules import CountKind
from registry.act import SAME_PERSON_TWICE, SECOND_PERSON_MISSING, Installation
from registry.findings import Refused
from registry.one_person import is_one_of
from tests.scenarios import PASSWORD, Played, form_value, play_to, sign_in

RECOUNT = "/0259/integrationsraad/2017/optaelling/001/omtaelling"


def person_of(played: Played, **index_of: bytes | None) -> None:
    with played.installation.database.write() as session:
        for username, index in index_of.items():
            values = {"i": index, "u": username}
            session.execute(text("UPDATE official SET cpr_index = :i WHERE username = :u"), values)


@pytest.fixture
def counted(installation: Installation) -> Played:
    return play_to(Phase.COUNTED, installation)


def reopen(played: Played, second: str) -> int:
    act = played.act("board_member", reason="En bunke mere", second=second)
    kind = CountKind.FINAL
    return reopen_count(*played.by, act, played.election_id, played.stations[0], kind)


def test_an_act_by_two_is_refused_to_one_person_with_two_accounts(counted: Played) -> None:
    person_of(counted, board_member=b"one", board_member_2=b"one")
    with pytest.raises(Refused) as refused:
        reopen(counted, "board_member_2")
    assert refused.value.kind is SAME_PERSON_TWICE
    with pytest.raises(Refused) as alone:
        reopen(counted, "board_member")
    assert alone.value.kind is SECOND_PERSON_MISSING


@pytest.mark.parametrize(("first", "second"), [(b"one", b"other"), (b"one", None), (None, b"one"), (None, None)])
def test_two_people_and_accounts_nothing_is_known_of_may_sign(
    counted: Played, first: bytes | None, second: bytes | None
) -> None:
    person_of(counted, board_member=first, board_member_2=second)
    assert reopen(counted, "board_member_2") == 1


def test_the_page_says_that_the_names_are_one_person_s(counted: Played, client: FlaskClient) -> None:
    person_of(counted, board_member=b"one", board_member_2=b"one")
    sign_in(client, "board_member")
    page = client.get(RECOUNT).text
    typed = {
        "csrf_token": form_value(page, "csrf_token"),
        "request_id": form_value(page, "request_id"),
        "reason": "En bunke mere",
        "kind": "final",
        "own_password": PASSWORD,
        "second_username": "board_member_2",
        "second_password": PASSWORD,
    }
    answer = client.post(RECOUNT, data=typed)
    assert answer.status_code == 409
    assert "hører til den samme person" in answer.text
    typed["second_username"] = "board_member_3"
    assert client.post(RECOUNT, data=typed).status_code == 302


def test_who_made_the_proof_does_not_approve_it_under_another_name(installation: Installation) -> None:
    played = play_to(Phase.PREPARATION, installation)
    sha256 = propose_proof(*played.by, played.act("election_administrator"), played.election_id)
    person_of(played, election_administrator=b"one", board_member=b"one")
    with pytest.raises(Refused, match="R294"):
        approve_proof(*played.by, played.act("board_member"), played.election_id, sha256)
    person_of(played, board_member=b"other")
    assert approve_proof(*played.by, played.act("board_member"), played.election_id, sha256) == 1


def test_of_another_municipality_nothing_is_known(counted: Played) -> None:
    person_of(counted, board_member=b"one", board_member_2=b"one")
    one, other = (counted.officials[who] for who in ("board_member", "board_member_2"))
    with counted.installation.database.read() as session:
        assert is_one_of(session, "0259", one, [other])
        assert not is_one_of(session, "0157", one, [other])
        assert not is_one_of(session, "0259", one, [])
