"""An entry that its person cannot make again: the board lets another make it, and nobody ever makes both."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from election.call.rules import Phase
from election.certification.acts import request
from election.counting.acts import TallyState, enter_tally, return_tally
from election.counting.assignment import release_entry
from election.counting.progress import EntryState, progress
from election.counting.records import Tally, TallyAssignment, assignments, tally_history
from election.counting.recount import reopen_count
from election.counting.rules import CountKind
from registry.accounts.records import RoleGrant
from registry.act import Act, Installation
from registry.database import WHOLE_MUNICIPALITY
from registry.findings import Refused
from registry.roles import Role
from tests.scenarios import Played, figures, form_value, play_to, sign_in

if TYPE_CHECKING:
    from flask.testing import FlaskClient

FINAL = CountKind.FINAL
WHY = "Enterer er gået hjem"
RIGHT = {"c1": 5, "c2": 4, "c3": 3, "c4": 2, "c5": 1}
PAGES = "/0259/integrationsraad/2017/optaelling/001/final"


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, check=lambda trouble: trouble.kind.code == code)


def grant(played: Played, who: str, role: Role) -> None:
    with played.installation.database.write() as session:
        session.add(
            RoleGrant(
                municipality=played.scope.municipality,
                council=WHOLE_MUNICIPALITY,
                id=uuid4(),
                official_council=WHOLE_MUNICIPALITY,
                official_id=played.officials[who],
                role=role.value,
                granted_at=played.now,
                granted_by=played.officials["system_administrator"],
            )
        )


def enter(played: Played, who: str, entry: int, votes: dict[str, int] | None = None) -> TallyState:
    act = Act(played.officials[who], Role.ENTERER, played.now, uuid4())
    form = figures(played, votes or RIGHT)
    return enter_tally(*played.by, act, played.election_id, played.stations[0], FINAL, entry, form).state


def release(played: Played, entry: int, who: str = "board_member", reason: str = WHY) -> None:
    act = played.act(who, reason=reason)
    release_entry(*played.by, act, played.election_id, played.stations[0], FINAL, entry)


def bound(played: Played) -> dict[int, str]:
    names = {official: who for who, official in played.officials.items()}
    with played.installation.database.read() as session:
        found = assignments(session, played.read(), played.stations[0], FINAL)
    return {entry: names[who] for entry, who in found.items()}


@pytest.fixture
def recount(installation: Installation) -> Played:
    """The final count is opened again; a third person, the leader of the station, may enter too."""
    played = play_to(Phase.COUNTED, installation)
    grant(played, "station_leader", Role.ENTERER)
    act = played.act("board_member", reason="talt forkert", second="board_member_2")
    reopen_count(*played.by, act, played.election_id, played.stations[0], FINAL)
    return played


def test_a_third_person_is_told_who_is_to_make_it(recount: Played) -> None:
    with refused("R366") as trouble:
        enter(recount, "station_leader", 1)
    assert "skal laves af Enterer," in str(trouble.value)
    enter(recount, "enterer", 1)
    with refused("R326"):
        enter(recount, "station_leader", 1)


def test_another_takes_over_and_the_released_one_makes_neither_the_other_entry_nor_a_certification(
    recount: Played,
) -> None:
    release(recount, 1)
    assert bound(recount) == {2: "enterer_2"}
    assert enter(recount, "station_leader", 1) is TallyState.WAITING_FOR_OTHER
    release(recount, 2)
    with refused("R325"):
        enter(recount, "enterer", 2)
    with refused("R325"):
        enter(recount, "station_leader", 2)
    grant(recount, "board_member_2", Role.ENTERER)
    assert enter(recount, "board_member_2", 2) is TallyState.AGREED
    grant(recount, "enterer", Role.CERTIFIER)
    with refused("R535"):
        act = Act(recount.officials["enterer"], Role.CERTIFIER, recount.now, uuid4())
        request(*recount.by, act, recount.election_id)
    with recount.installation.database.read() as session:
        old = [t for t in tally_history(session, recount.read(), recount.stations[0], FINAL) if t.released_at]
        names = {recount.officials["enterer"], recount.officials["enterer_2"]}
        assert {(t.official_id in names, t.release_reason) for t in old} == {(True, WHY)}
        assert {t.released_by for t in old} == {recount.officials["board_member"]}


def test_whoever_was_released_may_come_back_to_the_same_entry(recount: Played) -> None:
    release(recount, 1)
    assert enter(recount, "enterer", 1) is TallyState.WAITING_FOR_OTHER


def test_what_is_entered_is_sent_back_first_and_what_is_agreed_stays(recount: Played) -> None:
    enter(recount, "enterer", 1)
    with refused("R367"):
        release(recount, 1)
    act = recount.act("board_member", reason="forkert")
    return_tally(*recount.by, act, recount.election_id, recount.stations[0], FINAL, 1)
    release(recount, 1)
    with refused("R367"):
        release(recount, 1)
    enter(recount, "station_leader", 1)
    assert enter(recount, "enterer_2", 2) is TallyState.AGREED
    with refused("R367"):
        release(recount, 2)


def test_only_the_board_with_a_reason_and_nobody_who_entered(recount: Played) -> None:
    with refused("R002"):
        release(recount, 1, "station_leader")
    with refused("R005"):
        release(recount, 1, reason=" ")
    grant(recount, "board_member", Role.ENTERER)
    release(recount, 1, "board_member_2")
    enter(recount, "board_member", 1)
    with refused("R368"):
        release(recount, 2)
    assert bound(recount) == {1: "board_member", 2: "enterer_2"}


def test_both_released_leave_the_recount_to_two_others(recount: Played) -> None:
    release(recount, 1)
    release(recount, 2)
    with recount.installation.database.read() as session:
        (unit,) = progress(session, recount.read())
        assert unit.count_under_way.kind is FINAL
        assert {one.state for one in unit.count_under_way.entries} == {EntryState.NOT_ENTERED}


@pytest.mark.slow
def test_the_database_refuses_the_other_entry_to_whoever_entered_one(recount: Played) -> None:
    release(recount, 1)
    release(recount, 2)
    with (
        pytest.raises(DBAPIError, match="one person, one entry"),
        recount.installation.database.write() as session,
    ):
        session.add(
            TallyAssignment(
                municipality=recount.scope.municipality,
                council=recount.scope.council,
                station_id=recount.stations[0],
                kind=FINAL.value,
                entry=2,
                official_id=recount.officials["enterer"],
            )
        )
    with recount.installation.database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM tally_assignment")) == 0
        assert session.query(Tally).count() == 2


@pytest.mark.slow
def test_the_board_does_it_on_the_page_and_the_enterer_reads_whose_turn_it_is(
    recount: Played, client: FlaskClient
) -> None:
    sign_in(client, "station_leader")
    assert "Enterer skal lave den om" in client.get(f"{PAGES}/1").text
    assert "overtag" not in client.get(f"{PAGES}/forskelle").text
    client.post("/log-ud")
    sign_in(client, "board_member")
    link = f"{PAGES}/1/overtag"
    assert link in client.get(f"{PAGES}/forskelle").text
    page = client.get(link).text
    typed = {name: form_value(page, name) for name in ("csrf_token", "request_id")}
    assert "skal udfyldes" in client.post(link, data=typed | {"reason": ""}).text
    done = client.post(link, data=typed | {"reason": WHY}, follow_redirects=True).text
    assert "En anden person kan nu lave indtastning 1" in done
    assert WHY in client.get(f"{PAGES.removesuffix('/final')}/historik").text
    assert "Her er intet at overtage" in client.get(link).text


def test_who_sent_an_entry_back_or_let_it_go_does_not_make_one(recount: Played) -> None:
    """The figures of both entries were on the screen when it was decided."""
    for who in ("board_member", "board_member_2"):
        grant(recount, who, Role.ENTERER)
    enter(recount, "enterer", 1)
    enter(recount, "enterer_2", 2, RIGHT | {"c1": 4, "c2": 5})
    recount.now += timedelta(minutes=1)
    act = recount.act("board_member_2", reason="talt forkert")
    return_tally(*recount.by, act, recount.election_id, recount.stations[0], FINAL, 2)
    release(recount, 2)
    for who in ("board_member", "board_member_2"):
        with refused("R372"):
            enter(recount, who, 2)
    assert enter(recount, "station_leader", 2) is TallyState.AGREED
