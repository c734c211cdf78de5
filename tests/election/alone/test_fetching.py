"""Who gets the file and the key of a package, who sees it at all, and what letters at a laptop leave behind."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from election.alone.acts import MadePackage, end_package, fetch_file, fetch_key
from election.call.rules import ACTS
from election.polling.acts import Admitted, AlreadyAdmitted, admit
from election.polling.records import PollingEvent, mark_of
from election.polling.rules import EventKind
from election.postal.acts import receive, review
from election.postal.rules import Ground
from election.staffing.acts import assign
from registry.accounts.acts import give_role
from registry.act import Act, ActRecord, Installation
from registry.findings import Refused
from registry.roles import Role
from tests.election.alone.setting import (
    at_desk,
    deliver,
    listed,
    make,
    marked,
    own_voters,
    start_laptop,
    two_stations,
)
from tests.scenarios import ELECTION_ON, Played, at, form_value, sign_in

ALONE = "/0259/integrationsraad/2017/alene/"
LEADER, ADMIN, BOARD = "station_leader", "election_administrator", "board_member"


def lead(played: Played, station: int, who: str = LEADER) -> None:
    """Put somebody on the plan of a station as its leader: from then on the plan holds."""
    hours = (at(ELECTION_ON, "07:00"), at(ELECTION_ON, "21:00"))
    act, place = played.act(ADMIN), played.stations[station]
    assign(*played.by, act, played.election_id, place, played.officials[who], Role.STATION_LEADER, "", *hours)


def refusal(call: object) -> str:
    with pytest.raises(Refused) as refused:
        call()  # type: ignore[operator]
    return refused.value.kind.code


# --- file and key -----------------------------------------------------------------------------------------


def fetch(played: Played, made: MadePackage, who: str, role: Role | None = None) -> int:
    act = played.act(who)
    if role is not None:
        act = Act(act.actor, role, act.at, act.request_id)
    return fetch_key(*played.by, act, played.election_id, made.package_id)


def test_the_key_is_for_the_two_who_made_the_package_and_the_fetch_is_on_record(
    installation: Installation, tmp_path: Path
) -> None:
    """Made by the leader and the administrator. Another leader of the municipality gets the file and no key."""
    played = two_stations(installation)
    made = make(played, tmp_path)
    assert [fetch(played, made, who) for who in (LEADER, ADMIN)] == [made.number, made.number]
    with installation.database.write() as session:
        giving = Act(UUID(int=0), Role.SYSTEM_ADMINISTRATOR, played.now, uuid4())
        give_role(session, played.scope, played.officials["polling_official"], Role.STATION_LEADER, giving)
    other = ("polling_official", Role.STATION_LEADER)
    assert refusal(lambda: fetch(played, made, *other)) == "R798"
    act = played.act("polling_official")
    as_leader = Act(act.actor, Role.STATION_LEADER, act.at, act.request_id)
    assert fetch_file(*played.by, as_leader, played.election_id, made.package_id) == made.number
    with installation.database.read() as session:
        rows = session.execute(
            select(ActRecord.name, ActRecord.actor_id).where(ActRecord.name.like("alone.fetch%"))
        ).all()
    assert sorted((row.name, row.actor_id) for row in rows) == sorted(
        [
            ("alone.fetch_key", played.officials[LEADER]),
            ("alone.fetch_key", played.officials[ADMIN]),
            ("alone.fetch_file", played.officials["polling_official"]),
        ]
    )


def test_a_leader_who_was_put_elsewhere_gets_neither_and_an_ended_package_gives_neither(
    installation: Installation, tmp_path: Path
) -> None:
    played = two_stations(installation)
    made = make(played, tmp_path)
    lead(played, 1)
    assert refusal(lambda: fetch(played, made, LEADER)) == "R675"
    asked = (*played.by, played.act(LEADER), played.election_id, made.package_id)
    assert refusal(lambda: fetch_file(*asked)) == "R675"
    assert fetch(played, made, ADMIN) == made.number
    ending = played.act(ADMIN, reason="Stjålet")
    end_package(*played.by, ending, played.election_id, made.package_id, None)
    assert refusal(lambda: fetch(played, made, ADMIN)) == "R765"


def test_the_board_looks_and_fetches_nothing() -> None:
    assert Role.BOARD_MEMBER not in ACTS["alone.fetch_key"].roles | ACTS["alone.fetch_file"].roles


def test_a_leader_opens_no_page_of_another_stations_package(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    """Package page, news, key, file and stick of the first station, asked for by the leader of the second."""
    played = two_stations(app.extensions["installation"])
    made = make(played, tmp_path / "packages")
    lead(played, 1)
    sign_in(client, LEADER)
    place = f"{ALONE}pakke/{made.package_id}"
    page = client.get(f"{ALONE}002/pakke").get_data(as_text=True)
    given = {"csrf_token": form_value(page, "csrf_token"), "request_id": str(uuid4())}
    for address in (place, f"{place}/nyt", f"{ALONE}001/pakke"):
        answer = client.get(address)
        assert (answer.status_code, "R675" in answer.text) == (403, True), address
    for address in (f"{place}/fil", f"{place}/ark", f"{place}/noegle", f"{place}/afslut"):
        assert client.post(address, data=given | {"reason": "x"}).status_code == 403, address
    shown = client.get(ALONE).text
    assert "002/pakke" in shown
    assert str(made.package_id) not in shown
    sign_in(client, ADMIN)
    assert client.get(place).status_code == 200
    sign_in(client, BOARD)
    shown = client.get(place).text
    assert "/fil" not in shown
    assert "/ark" not in shown


def test_file_and_key_are_fetched_from_the_page_one_after_the_other(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    """Each button is a request of its own; a link that somebody sends round fetches nothing."""
    played = two_stations(app.extensions["installation"])
    made = make(played, tmp_path / "packages")
    sign_in(client, LEADER)
    place = f"{ALONE}pakke/{made.package_id}"
    page = client.get(place).text
    got = {}
    for what in ("fil", "ark"):
        sent = re.search(rf'action="([^"]+/{what})".*?name="request_id"[^>]*value="([^"]+)"', page, re.DOTALL)
        assert sent
        given = {"csrf_token": form_value(page, "csrf_token"), "request_id": sent[2]}
        got[what] = client.post(sent[1], data=given)
        assert client.get(f"{place}/{what}").status_code == 405
    assert got["fil"].data == (tmp_path / "packages" / f"{made.package_id}.stationspakke").read_bytes()
    assert got["ark"].data.startswith(b"%PDF")
    sign_in(client, "board_member_2")
    assert "kun hentes af de to" in client.get(place).text


# --- letters ----------------------------------------------------------------------------------------------


def letter(played: Played, voter: UUID) -> UUID:
    act, place = played.act("polling_official"), played.stations[0]
    return receive(*played.by, act, played.election_id, place, voter, None, "Borgerservice").postal_id


def decide(
    played: Played, postal_id: UUID, ground: Ground | None = None, *, told: Installation | None = None
) -> int:
    act = played.act(LEADER, second="polling_official")
    asked = (postal_id, ground is None, ground, "Set igen" if ground else "")
    return review(told or played.installation, played.scope, act, played.election_id, *asked)


def test_a_letter_taken_back_leaves_the_voter_marked_for_the_paper_that_a_laptop_gave(
    installation: Installation, tmp_path: Path
) -> None:
    """Accepted at the centre after the package was made; the laptop, which does not know, gives a paper. When the
    letter is set aside because the voter has voted here, the voter stays marked and gets no second paper."""
    played = two_stations(installation)
    voter = own_voters(played)[0]
    postal_id = letter(played, voter)
    made = make(played, tmp_path / "p")
    laptop = start_laptop(played, made, tmp_path / "p", tmp_path / "m", tmp_path)
    end_package(
        *played.by, played.act(ADMIN, reason="Linjen er tilbage"), played.election_id, made.package_id, None
    )
    decide(played, postal_id)
    given = at_desk(laptop, played, voter)
    assert isinstance(given, Admitted)
    assert deliver(played, laptop).trouble is None
    assert listed(played) == ["double"]
    assert marked(installation) == set(), "the mark is the letter's"
    decide(played, postal_id, Ground.HAS_VOTED_HERE)
    assert marked(installation) == {voter}
    with installation.database.read() as session:
        mark = mark_of(session, played.read(), voter)
        event = session.scalars(select(PollingEvent).where(PollingEvent.kind == EventKind.ADMIT)).one()
    assert mark is not None
    assert (mark.station_id, mark.desk, mark.admitted_at) == (played.stations[0], "1", event.at)
    assert mark.postal_accepted_at is None
    act = played.act("polling_official")
    again = admit(*played.by, act, played.election_id, played.stations[0], "2", voter)
    assert isinstance(again, AlreadyAdmitted)
    assert (again.by_post, again.desk) == (False, "1")


def test_the_paper_of_a_letter_travels_with_the_line(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Accepted on the laptop as a paper of the second type, while the centre gave the voter one: what the centre
    could not mark it counts all the same, and as that paper."""
    played = two_stations(installation)
    voter = own_voters(played)[0]
    postal_id = letter(played, voter)
    made = make(played, tmp_path / "p")
    laptop = start_laptop(played, made, tmp_path / "p", tmp_path / "m", tmp_path)
    with monkeypatch.context() as there:
        there.setattr("election.postal.acts.type_of_voter", lambda *_: "2")
        decide(played, postal_id, told=laptop.installation)
    end_package(
        *played.by, played.act(ADMIN, reason="Linjen er tilbage"), played.election_id, made.package_id, None
    )
    act = played.act("polling_official")
    admit(*played.by, act, played.election_id, played.stations[0], "1", voter)
    assert deliver(played, laptop).trouble is None
    assert listed(played) == ["double"]
    with installation.database.read() as session:
        kept = session.scalars(select(PollingEvent).where(PollingEvent.kind == EventKind.POSTAL_ACCEPTED)).one()
    assert kept.ballot_type == "2"
