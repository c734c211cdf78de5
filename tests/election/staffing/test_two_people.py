"""Codes and PINs are made by two and carried by two; whoever signs at a station is on its plan. Both databases."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from election.alone.acts import end_package, make_package
from election.ballots.acts import move as move_papers
from election.ballots.stock_rules import Movement
from election.call.records import Station
from election.closing.acts import count_papers, sign
from election.polling.acts import admit, undo_admit
from election.postal.acts import move as move_votes
from election.staffing.acts import NewPerson, assign, end_pass, fetch_codes, fetch_pins, make_passes
from election.staffing.codes import (
    WAITS,
    Sheet,
    Waiting,
    draw,
    hashed,
    make,
    take,
    waiting,
)
from registry.accounts.acts import give_role, hasher
from registry.accounts.records import DayPass, Official, token_digest
from registry.act import Act, ActRecord, Installation
from registry.audit.records import LogEntry
from registry.database import Scope
from registry.findings import Refused
from registry.roles import Role
from tests.scenarios import ELECTION_ON, Played, at, call_koege, polling, with_candidates, with_roll
from tests.snapshots import remembered

ADMIN, BOARD, OTHER = "election_administrator", "board_member", "board_member_2"
LEADER, DESK, DESK_2 = "station_leader", "polling_official", "polling_official_2"
MORNING, EVENING = at(ELECTION_ON, "07:00"), at(ELECTION_ON, "21:00")
HASHER = hasher("test")


@pytest.fixture
def played(installation: Installation) -> Played:
    """Two stations, open."""
    return remembered("two people, two stations", installation, lambda: _two_stations(installation))


def _two_stations(installation: Installation) -> Played:
    return polling(with_candidates(with_roll(call_koege(installation, stations=2))))


def put(played: Played, who: str | UUID, station: int = 0, role: Role = Role.POLLING_OFFICIAL) -> UUID:
    person = NewPerson(who) if isinstance(who, str) and " " in who else played.officials[str(who)]
    act, place = played.act(ADMIN), played.stations[station]
    assign(*played.by, act, played.election_id, place, person, role, "", MORNING, EVENING)
    if not isinstance(person, NewPerson):
        return person
    with played.installation.database.read() as session:
        return session.scalars(select(Official.id).where(Official.name == person.name)).one()


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.kind.code


# --- codes and PINs ---------------------------------------------------------------------------------------


def made(played: Played, *who: UUID, by: str = ADMIN, second: str = BOARD) -> Act:
    act = played.act(by, second=second)
    make(played.installation, played.read(), act, played.stations[0], who, HASHER)
    return act


def wait(played: Played, who: str, now: datetime | None = None) -> list[Waiting]:
    """The PINs that wait for somebody."""
    return [one for one in sheets(played, who, now) if one.which is Sheet.PINS]


def sheets(played: Played, who: str, now: datetime | None = None) -> list[Waiting]:
    with played.installation.database.read() as session:
        station = session.get_one(Station, (played.scope.municipality, played.scope.council, played.stations[0]))
        me = played.officials[who]
        return waiting(played.installation, session, played.read(), station, me, now or datetime.now(UTC))


def files(played: Played) -> list[Path]:
    assert played.installation.sealed is not None
    return [path for path in played.installation.sealed.folder.rglob("sheets/*/pins/*") if path.is_file()]


def test_one_person_alone_makes_no_codes(played: Played) -> None:
    """Who can invent a person cannot sign in as that person: it takes another from the office or the board."""
    invented = put(played, "Opfundet Person")
    given = hashed(draw([invented]), HASHER)

    def press(second: str | None) -> int:
        act = played.act(ADMIN, second=second)
        return make_passes(*played.by, act, played.election_id, played.stations[0], given)

    assert refusal(lambda: press(None)) == "R006"
    assert refusal(lambda: press(ADMIN)) == "R006"
    assert refusal(lambda: press(LEADER)) == "R002"
    assert refusal(lambda: press("enterer")) == "R002"
    with played.installation.database.read() as session:
        assert session.scalars(select(DayPass)).all() == []
    assert press(BOARD) == 1


@pytest.mark.parametrize(("by", "second"), [(ADMIN, BOARD), (BOARD, ADMIN)])
def test_nobody_makes_a_code_for_themselves(played: Played, by: str, second: str) -> None:
    with played.installation.database.write() as session:
        giving = Act(UUID(int=0), Role.SYSTEM_ADMINISTRATOR, played.now, uuid4())
        give_role(session, played.scope, played.officials[BOARD], Role.POLLING_OFFICIAL, giving)
    own, another = put(played, BOARD), put(played, DESK)
    assert refusal(lambda: made(played, own, another, by=by, second=second)) == "R797"
    assert files(played) == []
    made(played, another, by=by, second=second)
    made(played, own, by=ADMIN, second=OTHER)


def test_the_pins_wait_for_the_second_person_and_for_nobody_else(played: Played) -> None:
    """The one who pressed, another board member and another administrator of the council find nothing."""
    person = put(played, "Åse Østergård")
    made(played, person)
    for who in (ADMIN, OTHER, LEADER):
        assert wait(played, who) == []
    (found,) = wait(played, BOARD)
    assert list(found.of) == [person]
    with played.installation.database.read() as session:
        assert HASHER.verify(session.scalars(select(DayPass.pin_hash)).one(), found.of[person])


def test_on_the_disk_nobody_reads_a_pin(played: Played) -> None:
    person = put(played, "Åse Østergård")
    made(played, person)
    (found,) = wait(played, BOARD)
    (path,) = files(played)
    content = path.read_bytes()
    assert found.of[person].encode() not in content
    assert str(person).encode() not in content
    assert path.stat().st_mode & 0o077 == 0


def test_fetching_the_pins_is_on_record_and_happens_once(played: Played) -> None:
    person = put(played, "Åse Østergård")
    making = made(played, person)
    (found,) = wait(played, BOARD)
    act = played.act(BOARD)
    take(played.installation, played.read(), act, played.stations[0], found)
    assert wait(played, BOARD) == []
    assert files(played) == []
    with played.installation.database.read() as session:
        record = session.scalars(select(ActRecord).where(ActRecord.request_id == act.request_id)).one()
        logged = [str(one) for one in session.scalars(select(LogEntry.body))]
    assert (record.name, record.actor_id) == ("staffing.fetch_pins", played.officials[BOARD])
    assert str(making.request_id) in logged[-1]
    assert not any(found.of[person] in text for text in (record.answer, *logged))


@pytest.mark.parametrize("who", [ADMIN, OTHER])
def test_only_the_second_of_the_two_is_put_on_record_as_fetching(played: Played, who: str) -> None:
    """Also when somebody got hold of the number of the making; and no other act stands in for it."""
    person = put(played, DESK)
    making = made(played, person)

    def fetch(making_id: UUID, by: str) -> int:
        return fetch_pins(*played.by, played.act(by), played.election_id, played.stations[0], making_id, 1)

    assert refusal(lambda: fetch(making.request_id, who)) == "R796"
    assert refusal(lambda: fetch(uuid4(), BOARD)) == "R796"
    assert fetch(making.request_id, BOARD) == 1


def test_pins_that_nobody_fetches_are_gone_after_a_day(played: Played) -> None:
    made(played, put(played, DESK))
    late = datetime.now(UTC) + WAITS[Sheet.PINS] + timedelta(minutes=1)
    assert wait(played, OTHER, late) == []
    assert files(played) == [], "whoever looks, the old file goes"
    made(played, put(played, DESK_2))
    (path,) = files(played)
    os.utime(path, (late.timestamp(), late.timestamp()))
    assert wait(played, BOARD, late) == [], "a file that was touched is no younger inside"


def test_pins_of_codes_that_ended_are_not_handed_on(played: Played) -> None:
    """Two codes; one is made anew by others, the other ended. Of the first making nothing is left."""
    first, second = put(played, DESK), put(played, DESK_2)
    made(played, first, second)
    made(played, first, second=OTHER)
    (found,) = wait(played, BOARD)
    assert list(found.of) == [second]
    with played.installation.database.read() as session:
        held = session.scalars(
            select(DayPass.id).where(DayPass.official_id == second, DayPass.ended_at.is_(None))
        ).one()
    end_pass(*played.by, played.act(ADMIN), played.election_id, played.stations[0], held)
    assert wait(played, BOARD) == []
    assert [list(one.of) for one in wait(played, OTHER)] == [[first]]
    assert len(files(played)) == 1


def test_the_sheet_of_codes_waits_half_an_hour_for_the_one_who_pressed(played: Played) -> None:
    """It may be printed again in that time; each time is on record, and the board's member finds only PINs."""
    person = put(played, "Åse Østergård")
    making, now = made(played, person), datetime.now(UTC)
    for _ in range(2):
        (found,) = sheets(played, ADMIN)
        assert (found.which, found.making, list(found.of)) == (Sheet.CODES, making.request_id, [person])
        take(played.installation, played.read(), played.act(ADMIN), played.stations[0], found)
    assert [one.which for one in sheets(played, BOARD)] == [Sheet.PINS]
    assert sheets(played, OTHER) == []
    with played.installation.database.read() as session:
        assert session.scalars(select(DayPass.code_sha256)).one() == token_digest(found.of[person])
        names = list(session.scalars(select(ActRecord.name).order_by(ActRecord.at)))
        logged = [str(one) for one in session.scalars(select(LogEntry.body))]
    assert names.count("staffing.fetch_codes") == 2
    assert not any(found.of[person] in text for text in logged)
    assert sheets(played, ADMIN, now + WAITS[Sheet.CODES] + timedelta(minutes=1)) == []
    assert sheets(played, ADMIN) == [], "the file is gone"


@pytest.mark.parametrize("who", [BOARD, OTHER])
def test_only_the_one_who_pressed_is_put_on_record_as_fetching_codes(played: Played, who: str) -> None:
    making = made(played, put(played, DESK))

    def fetch(making_id: UUID, by: str) -> int:
        return fetch_codes(*played.by, played.act(by), played.election_id, played.stations[0], making_id, 1)

    assert refusal(lambda: fetch(making.request_id, who)) == "R794"
    assert refusal(lambda: fetch(uuid4(), ADMIN)) == "R794"
    assert fetch(making.request_id, ADMIN) == 1


def test_a_request_that_is_sent_twice_makes_codes_once_and_its_sheets_stay(played: Played) -> None:
    """Two drawings, one act: the codes on the sheet are those on record. What differs otherwise is refused."""
    person, other = put(played, "Åse Østergård"), put(played, DESK)
    act = played.act(ADMIN, second=BOARD)

    def press(by: Act, *people: UUID) -> int:
        return make(played.installation, played.read(), by, played.stations[0], people, HASHER)

    assert press(act, person) == 1
    (before,) = sheets(played, ADMIN)
    assert press(act, person) == press(act, other) == press(act) == 1
    assert sheets(played, ADMIN) == [before]
    with played.installation.database.read() as session:
        assert session.scalars(select(DayPass.code_sha256)).one() == token_digest(before.of[person])
    somebody_elses = replace(act, second_actor=played.officials[OTHER])
    assert refusal(lambda: press(somebody_elses, person)) == "R004"


# --- who signs beside somebody ----------------------------------------------------------------------------


def by_two(played: Played, who: str, second: str) -> tuple[Installation, Scope, Act, UUID]:
    return *played.by, played.act(who, second=second, reason="Efter en prøve"), played.election_id


def closing_calls(played: Played, second: str) -> list[Callable[[], object]]:
    here = played.stations[0]
    return [
        lambda: count_papers(*by_two(played, LEADER, second), here, {}),
        lambda: sign(*by_two(played, LEADER, second), here),
    ]


def test_who_signs_at_the_closing_has_a_duty_there_too(played: Played) -> None:
    """The one beside the leader is on the other station's plan, then on this one's. What follows R795 in the
    acts (the doors are not shut: R70x) shows that the signature was let through."""
    put(played, LEADER, role=Role.STATION_LEADER)
    assert refusal(closing_calls(played, DESK)[0]) == "R795", "on no plan at all"
    put(played, DESK, 1)
    assert refusal(closing_calls(played, DESK)[0]) == "R795"
    put(played, DESK_2, 0)
    first = refusal(closing_calls(played, DESK_2)[0])
    assert first not in ("R795", "R675")
    assert refusal(closing_calls(played, BOARD)[0]) == first, "the board is not held to the plan"
    assert refusal(closing_calls(played, BOARD)[1]) == first


def test_the_board_signs_first_and_a_stranger_second_is_stopped_too(played: Played) -> None:
    put(played, DESK, 1)
    here = played.stations[0]
    act = played.act(BOARD, second=DESK)
    assert refusal(lambda: count_papers(*played.by, act, played.election_id, here, {})) == "R795"


def test_without_a_plan_anybody_with_the_role_signs(played: Played) -> None:
    assert refusal(closing_calls(played, DESK)[0]) not in ("R795", "R675")


def test_the_leader_beside_an_undoing_leads_here(played: Played) -> None:
    put(played, DESK, 0)
    put(played, LEADER, 1, role=Role.STATION_LEADER)
    here, voter = played.stations[0], played.entries[0]
    admit(*played.by, played.act(DESK), played.election_id, here, "1", voter)
    act = played.act(DESK, second=LEADER, reason="Forkert kort")
    assert refusal(lambda: undo_admit(*played.by, act, played.election_id, here, "1", voter)) == "R795"


def test_postal_votes_are_moved_by_people_of_either_station(played: Played) -> None:
    put(played, LEADER, 0, role=Role.STATION_LEADER)
    source, into = played.stations
    with played.installation.database.write() as session:
        giving = Act(UUID(int=0), Role.SYSTEM_ADMINISTRATOR, played.now, uuid4())
        give_role(session, played.scope, played.officials[DESK_2], Role.STATION_LEADER, giving)

    def move() -> object:
        act = played.act(LEADER, second=DESK_2)
        return move_votes(*played.by, act, played.election_id, source, into, 1)

    assert refusal(move) == "R795"
    put(played, DESK_2, 1, role=Role.STATION_LEADER)
    assert refusal(move) == "R732", "let through; there are none to move"


def test_papers_are_signed_for_by_leaders_of_the_stations_they_leave_or_reach(played: Played) -> None:
    """400 from the first station to the second: signed by a leader of a station, of neither, of the office."""
    first, second = played.stations
    office = (ADMIN, BOARD)

    def move(by: str, beside: str) -> int:
        act = played.act(by, second=beside)
        return move_papers(
            *played.by, act, played.election_id, Movement.MOVED, first, second, "", 1, "B2", "plombe 1"
        )

    assert move(LEADER, ADMIN) == 101, "no plan yet"
    put(played, DESK, 0)
    assert refusal(lambda: move(LEADER, ADMIN)) == "R799"
    assert refusal(lambda: move(ADMIN, LEADER)) == "R799"
    assert move(*office) == 102
    put(played, LEADER, 1, role=Role.STATION_LEADER)
    assert move(LEADER, ADMIN) == 103
    assert move(ADMIN, LEADER) == 104


def test_a_desk_at_the_station_signs_for_no_papers_as_leader(played: Played) -> None:
    """A leader by role who is on the plan at the tables only."""
    put(played, LEADER, 0, role=Role.POLLING_OFFICIAL)
    act = played.act(LEADER, second=ADMIN)
    first, second = played.stations
    asked = (*played.by, act, played.election_id, Movement.MOVED, first, second, "", 1, "B2", "")
    assert refusal(lambda: move_papers(*asked)) == "R799"


def test_a_package_is_ended_at_the_own_station_and_the_office_ends_any(played: Played, tmp_path: Path) -> None:
    here = played.stations[0]
    act = played.act(ADMIN, second=LEADER)
    package = make_package(*played.by, act, played.election_id, here, "Laptop 7", str(tmp_path), "").package_id

    def end(who: str) -> int:
        act = played.act(who, reason="Laptoppen er død")
        return end_package(*played.by, act, played.election_id, package, None)

    put(played, LEADER, 1, role=Role.STATION_LEADER)
    assert refusal(lambda: end(LEADER)) == "R675"
    assert end(ADMIN) == 0
    act = played.act(ADMIN, second=LEADER)
    again = (*played.by, act, played.election_id, here, "Laptop 8", str(tmp_path), "")
    assert refusal(lambda: make_package(*again)) == "R795", "the leader beside the office leads elsewhere"


def test_a_leader_ends_the_package_of_the_own_station(played: Played, tmp_path: Path) -> None:
    put(played, LEADER, 0, role=Role.STATION_LEADER)
    act = played.act(LEADER, second=ADMIN)
    asked = (*played.by, act, played.election_id, played.stations[0], "Laptop 7", str(tmp_path), "")
    package = make_package(*asked).package_id
    ending = played.act(LEADER, reason="Alt er afleveret")
    assert end_package(*played.by, ending, played.election_id, package, 0) == 0
