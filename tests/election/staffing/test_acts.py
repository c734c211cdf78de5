"""People on the plan, who may act where, and one-day codes: made, used, ended. Both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from election.alone.acts import make_package
from election.call.records import Kind, stations
from election.closing import acts as closing_acts
from election.paper_forms.acts import make as make_forms
from election.paper_forms.acts import read as read_form
from election.paper_forms.acts import take as take_form
from election.paper_forms.acts import void as void_forms
from election.paper_forms.records import PaperForm
from election.polling.acts import admit, open_station
from election.polling.decision_acts import decide_doubtful, settle_conflict
from election.postal.acts import move as move_votes
from election.staffing.acts import NewPerson, assign, assign_many, end, end_pass, make_passes
from election.staffing.codes import Drawn, draw, hashed
from election.staffing.place_clock import PlaceClock
from election.staffing.plan import plan_of
from election.staffing.records import Duty, duties, page_of
from registry.accounts.acts import hasher
from registry.accounts.passes import grants_of_pass
from registry.accounts.records import DayPass, Grant, Official, SignIn, SignInFailure, holders
from registry.accounts.rules import LOCKED_FOR
from registry.accounts.sign_in import Gatekeeper
from registry.act import Act, ActRecord, Installation
from registry.configuration import Configuration
from registry.database import Scope
from registry.findings import Refused
from registry.roles import Role
from tests.scenarios import (
    ELECTION_ON,
    PASSWORD,
    Played,
    at,
    call_koege,
    polling,
    with_candidates,
    with_roll,
)

ADMIN = "election_administrator"
DESK, LEADER = Role.POLLING_OFFICIAL, Role.STATION_LEADER
MORNING, NOON, EVENING = at(ELECTION_ON, "07:00"), at(ELECTION_ON, "13:00"), at(ELECTION_ON, "21:00")


@pytest.fixture
def played(installation: Installation) -> Played:
    """Two stations, before the polls."""
    return with_candidates(with_roll(call_koege(installation, stations=2)))


def put(
    played: Played,
    who: str | NewPerson,
    station: int = 0,
    role: Role = DESK,
    start: datetime = MORNING,
    until: datetime = EVENING,
    desk: str = "",
) -> UUID:
    person = played.officials[who] if isinstance(who, str) else who
    act = played.act(ADMIN)
    return assign(*played.by, act, played.election_id, played.stations[station], person, role, desk, start, until)


def code_of_refusal(call: object) -> str:
    with pytest.raises(Refused) as refused:
        call()  # type: ignore[operator]
    return refused.value.kind.code


def test_a_person_with_nothing_but_a_name_is_added_without_a_password(played: Played) -> None:
    """The account has only this role, and no password opens it."""
    put(played, NewPerson("Åse  Østergård"), role=LEADER)
    with played.installation.database.read() as session:
        person = session.scalars(select(Official).where(Official.name.like("Åse%"))).one()
        assert holders(session, played.scope)[LEADER] >= {person.id}
        assert person.username.startswith("aase")
        plan = plan_of(session, played.read(), stations(session, played.read())[0])
    assert [one.name for one in plan.people] == [person.name]
    assert person.password_hash == "-"


def test_nobody_works_at_two_stations_at_once_nor_twice_at_one(played: Played) -> None:
    put(played, "polling_official", 0, until=NOON)
    assert code_of_refusal(lambda: put(played, "polling_official", 1, start=NOON - timedelta(minutes=1))) == "R670"
    assert code_of_refusal(lambda: put(played, "polling_official", 0)) == "R670"
    put(played, "polling_official", 1, start=NOON)


def test_a_candidate_is_refused_also_under_a_new_name(played: Played) -> None:
    """The first candidate, by the CPR number that the office typed with the new person."""
    candidate = NewPerson("Et Andet Navn", played.people[0].cpr)
    assert code_of_refusal(lambda: put(played, candidate)) == "R671"
    with played.installation.database.read() as session:
        assert session.scalars(select(Official).where(Official.name == "Et Andet Navn")).all() == []


def test_roles_that_clash_stay_apart_and_hours_are_of_the_day(played: Played) -> None:
    assert code_of_refusal(lambda: put(played, "auditor")) == "R010"
    assert code_of_refusal(lambda: put(played, "polling_official", start=MORNING - timedelta(days=1))) == "R673"
    assert code_of_refusal(lambda: put(played, "polling_official", until=MORNING)) == "R673"
    assert code_of_refusal(lambda: put(played, "polling_official", role=Role.CERTIFIER)) == "R673"


def test_an_administrator_gives_no_other_role_than_those_of_a_station(played: Played) -> None:
    act = played.act("polling_official")
    with pytest.raises(Refused) as refused:
        assign(*played.by, act, played.election_id, played.stations[0], NewPerson("X"), DESK, "", MORNING, EVENING)
    assert refused.value.kind.code == "R002"


def test_many_lines_are_taken_together_or_not_at_all(played: Played) -> None:
    """Two new people, one of them with two duties, and somebody who is known by username."""
    lines = "Amina Nielsen;leder;;07.00;21.00\nOle Jensen;bord;1;07.00;13.00\nOle Jensen;bord;2;13.00;20.30\n"
    lines += "polling_official;bord;1;07.00;21.00"
    bad = f"{lines}\nOle Jensen;bord;1;12.00;14.00\nPolling Official;bord;3;20.00;21.00"
    with pytest.raises(Refused) as refused:
        assign_many(*played.by, played.act(ADMIN), played.election_id, played.stations[0], bad)
    assert refused.value.kind.code == "R676"
    assert "Linje 5" in str(refused.value)
    assert "Linje 6" in str(refused.value)
    with played.installation.database.read() as session:
        assert duties(session, played.read()) == []
        assert session.scalars(select(Official).where(Official.name == "Ole Jensen")).all() == []
    assert assign_many(*played.by, played.act(ADMIN), played.election_id, played.stations[0], lines) == 4
    with played.installation.database.read() as session:
        assert len(session.scalars(select(Official).where(Official.name == "Ole Jensen")).all()) == 1


def test_the_same_request_adds_one_duty(played: Played) -> None:
    act = played.act(ADMIN)
    person, station = played.officials["polling_official"], played.stations[0]

    def once() -> UUID:
        return assign(*played.by, act, played.election_id, station, person, DESK, "", MORNING, EVENING)

    assert once() == once()
    with played.installation.database.read() as session:
        assert len(session.scalars(select(Duty)).all()) == 1


# --- who may act where ------------------------------------------------------------------------------------


def test_without_a_plan_everybody_works_everywhere_and_with_one_only_where_they_are_on_it(played: Played) -> None:
    """Two voters at the first station. The first is admitted without a plan. Then a plan puts the official at the
    second station: the second voter is refused, until a leader's duty, and one at the desk, are at the first."""
    polling(played)
    home, voters = played.stations[0], played.entries

    def act(who: str) -> tuple[Installation, Scope, Act, UUID]:
        return *played.by, played.act(who), played.election_id

    admit(*act("polling_official"), home, "1", voters[0])
    put(played, "polling_official", 1)
    with pytest.raises(Refused) as refused:
        admit(*act("polling_official"), home, "1", voters[1])
    assert (refused.value.kind.code, refused.value.status) == ("R675", 403)
    assert code_of_refusal(lambda: admit(*act("station_leader"), home, "1", voters[1])) == "R675"
    put(played, "polling_official_2", 0)
    admit(*act("polling_official_2"), home, "1", voters[1])
    put(played, "station_leader", 0, role=LEADER)
    admit(*act("station_leader"), home, "leder", voters[2])


def test_when_the_last_duty_has_ended_the_plan_still_holds(played: Played) -> None:
    """Or whoever was taken off the plan would be back at the desk."""
    duty = put(played, "polling_official")
    end(*played.by, played.act(ADMIN), played.election_id, duty)
    assert code_of_refusal(lambda: end(*played.by, played.act(ADMIN), played.election_id, duty)) == "R674"
    with pytest.raises(Refused) as refused:
        polling(played, admitted=1)
    assert refused.value.kind.code == "R675"


def test_a_leader_opens_only_the_own_station(played: Played) -> None:
    put(played, "station_leader", 0, role=LEADER)
    with pytest.raises(Refused) as refused:
        polling(played)
    assert refused.value.kind.code == "R675", "the first opens, the second is not theirs"
    put(played, "polling_official", 1)
    act = played.act("station_leader")
    with pytest.raises(Refused):
        open_station(*played.by, act, played.election_id, played.stations[1], "4711", "To vidner")


def test_a_leader_on_one_stations_plan_acts_for_no_other(played: Played, tmp_path: Path) -> None:
    """Closing, doubt, conflicts, postal votes, paper forms and packages of the second station."""
    polling(played)
    other = played.stations[1]

    def leads(second: str = "board_member") -> tuple[Installation, Scope, Act, UUID]:
        act = played.act("station_leader", second=second, reason="Efter en prøve")
        return *played.by, act, played.election_id

    make_forms(*leads(), other, 1)
    with played.installation.database.read() as session:
        form = session.scalars(select(PaperForm.id)).one()
    put(played, "station_leader", 0, role=LEADER)
    for call in (
        lambda: closing_acts.count_papers(*leads(), other, {}),
        lambda: closing_acts.explain(*leads(), other, "", "R700", "x"),
        lambda: closing_acts.object_to(*leads(), other, "x", "x"),
        lambda: closing_acts.nobody_objects(*leads(), other),
        lambda: closing_acts.sign(*leads(), other),
        lambda: decide_doubtful(*leads(), other, uuid4(), False),
        lambda: settle_conflict(*leads(), other, uuid4()),
        lambda: move_votes(*leads(), other, played.stations[0], 1),
        lambda: make_forms(*leads(), other, 1),
        lambda: read_form(*leads(), form, ()),
        lambda: void_forms(*leads(), (form,)),
        lambda: take_form(*leads(), form),
        lambda: make_package(*leads(ADMIN), other, "Laptop 7", str(tmp_path), ""),
    ):
        assert code_of_refusal(call) == "R675"
    make_forms(*leads(ADMIN), played.stations[0], 1)
    board = played.act("board_member", second="station_leader", reason="Efter en prøve")
    with pytest.raises(Refused) as refused:
        settle_conflict(*played.by, board, played.election_id, other, uuid4())
    assert refused.value.kind.code != "R675", "the board is not held to the plan"


# --- one-day codes ----------------------------------------------------------------------------------------


@pytest.fixture
def keeper(installation: Installation, configuration: Configuration) -> Gatekeeper:
    return Gatekeeper.of(installation, configuration, PlaceClock(installation.database))


def codes(played: Played, *who: UUID, station: int = 0) -> list[Drawn]:
    drawn = draw(who)
    made = hashed(drawn, hasher("test"))
    act = played.act(ADMIN, second="board_member")
    make_passes(*played.by, act, played.election_id, played.stations[station], made)
    return drawn


def move(played: Played, to: datetime) -> None:
    from election.call.acts import move_clock

    move_clock(*played.by, played.act(ADMIN), played.election_id, to)


@pytest.fixture
def drawn(played: Played) -> Drawn:
    """The code of an official at desk 2 of the first station; the clock stands at six on the polling day."""
    put(played, "polling_official", desk="2")
    found = codes(played, played.officials["polling_official"])[0]
    move(played, at(ELECTION_ON, "18:00"))
    return found


def passes(played: Played) -> list[DayPass]:
    with played.installation.database.read() as session:
        return list(session.scalars(select(DayPass).order_by(DayPass.made_at)))


def test_code_and_pin_open_and_lead_to_the_desk(played: Played, keeper: Gatekeeper, drawn: Drawn) -> None:
    found, person = keeper.check_pass(drawn.code, drawn.pin)
    assert person.username == "polling_official"
    with played.installation.database.read() as session:
        assert page_of(session, found) == "/0259/integrationsraad/2017/stemmested/001/bord/2/"


def test_neither_code_nor_pin_is_kept_nor_written_in_the_log(played: Played, drawn: Drawn) -> None:
    with played.installation.database.read() as session:
        row = session.scalars(select(DayPass)).one()
        acts = session.scalars(select(ActRecord).where(ActRecord.name == "staffing.make_passes")).one()
    for secret in (drawn.code, drawn.pin):
        assert secret not in row.pin_hash
        assert secret.encode() not in row.code_sha256
        assert secret not in acts.answer
    assert row.pin_hash.startswith("$argon2")


def test_wrong_code_right_pin_and_the_other_way_round_say_the_same(keeper: Gatekeeper, drawn: Drawn) -> None:
    wrong = "00000000" if drawn.code != "00000000" else "00000001"
    other = f"{(int(drawn.pin) + 1) % 10**6:06d}"
    assert code_of_refusal(lambda: keeper.check_pass(wrong, drawn.pin)) == "R691"
    assert code_of_refusal(lambda: keeper.check_pass(drawn.code, other)) == "R691"


def test_five_wrong_pins_lock_the_code_for_a_quarter_on_every_device(keeper: Gatekeeper, drawn: Drawn) -> None:
    """Nothing tells devices apart here, so no number of devices gives a sixth try."""
    for _ in range(5):
        assert code_of_refusal(lambda: keeper.check_pass(drawn.code, "forkert")) == "R691"
    with pytest.raises(Refused) as refused:
        keeper.check_pass(drawn.code, drawn.pin)
    assert refused.value.kind.code == "R692"
    assert refused.value.facts["minutes"] == 15
    with keeper.database.write() as session:
        row = session.scalars(select(SignInFailure)).one()
        row.last_at -= LOCKED_FOR
    keeper.check_pass(drawn.code, drawn.pin)
    with keeper.database.read() as session:
        assert session.scalars(select(SignInFailure)).all() == []


def test_many_guesses_in_the_same_moment_are_still_five(keeper: Gatekeeper, drawn: Drawn) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def guess(_number: int) -> str:
        return code_of_refusal(lambda: keeper.check_pass(drawn.code, "forkert"))

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(16)))
    assert sorted(answers) == ["R691"] * 5 + ["R692"] * 11


EARLY, MIDNIGHT = at(ELECTION_ON, "16:00"), at(ELECTION_ON, "23:59") + timedelta(minutes=1)
MINUTE = timedelta(minutes=1)


def passed(keeper: Gatekeeper, drawn: Drawn) -> str:
    """The code of the refusal, or the name of whoever is in."""
    try:
        return keeper.check_pass(drawn.code, drawn.pin)[1].username
    except Refused as refused:
        return refused.kind.code


@pytest.mark.parametrize(
    ("stands_at", "answer"),
    [
        (EARLY - MINUTE, "R693"),
        (EARLY, "polling_official"),
        (MIDNIGHT - MINUTE, "polling_official"),
        (MIDNIGHT, "R694"),
        (MIDNIGHT + timedelta(days=1), "R694"),
    ],
)
def test_a_code_holds_by_the_elections_clock_from_an_hour_before_opening_to_midnight(
    played: Played, keeper: Gatekeeper, stands_at: datetime, answer: str
) -> None:
    """Køge opens at 17, so the code holds from 16. The computer's own clock says another year altogether."""
    put(played, "polling_official")
    drawn = codes(played, played.officials["polling_official"])[0]
    move(played, stands_at)
    assert passed(keeper, drawn) == answer


def test_in_a_live_election_the_computers_clock_counts(installation: Installation) -> None:
    live = call_koege(installation, kind=Kind.LIVE)
    clock_of = PlaceClock(installation.database)
    place = "/0259/integrationsraad/2017/stemmested/001/"
    for _ in range(2):
        stands_at = clock_of("0259", "integrationsraad", place)
        assert abs(stands_at - datetime.now(UTC)) < timedelta(seconds=5)
    assert live.read().is_live


def test_an_ended_code_opens_nothing_and_signs_out(played: Played, keeper: Gatekeeper, drawn: Drawn) -> None:
    token = _open(keeper, drawn)
    assert keeper.load(token) is not None
    end_pass(*played.by, played.act(ADMIN), played.election_id, played.stations[0], passes(played)[0].id)
    assert keeper.load(token) is None
    assert code_of_refusal(lambda: keeper.check_pass(drawn.code, drawn.pin)) == "R695"


def test_a_duty_that_ends_takes_the_code_with_it(played: Played, keeper: Gatekeeper, drawn: Drawn) -> None:
    token = _open(keeper, drawn)
    with played.installation.database.read() as session:
        duty = duties(session, played.read())[0]
    assert end(*played.by, played.act(ADMIN), played.election_id, duty.id) == 1
    assert keeper.load(token) is None
    assert code_of_refusal(lambda: keeper.check_pass(drawn.code, drawn.pin)) == "R695"


def test_a_session_by_code_ends_at_midnight(played: Played, keeper: Gatekeeper, drawn: Drawn) -> None:
    token = _open(keeper, drawn)
    move(played, at(ELECTION_ON, "23:59"))
    assert keeper.load(token) is not None
    move(played, at(ELECTION_ON, "23:59") + timedelta(minutes=1))
    assert keeper.load(token) is None


def test_signing_in_again_by_the_same_code_ends_the_first(keeper: Gatekeeper, drawn: Drawn) -> None:
    """Whoever uses a stolen code throws its owner out, and is noticed."""
    first, second = _open(keeper, drawn), _open(keeper, drawn)
    assert keeper.load(first) is None
    assert keeper.load(second) is not None


def test_a_code_that_ends_in_the_moment_of_signing_in_opens_nothing(
    played: Played, keeper: Gatekeeper, drawn: Drawn
) -> None:
    found, person = keeper.check_pass(drawn.code, drawn.pin)
    end_pass(*played.by, played.act(ADMIN), played.election_id, played.stations[0], found.id)
    app = _bare(keeper)
    with app.test_request_context():
        assert code_of_refusal(lambda: keeper.open(person, found)) == "R695"
    with keeper.database.read() as session:
        assert session.scalars(select(SignIn)).all() == []


def test_a_new_code_ends_the_old_one(played: Played, keeper: Gatekeeper, drawn: Drawn) -> None:
    again = codes(played, drawn.official_id)[0]
    assert code_of_refusal(lambda: keeper.check_pass(drawn.code, drawn.pin)) == "R695"
    keeper.check_pass(again.code, again.pin)


def test_codes_are_for_those_on_the_plan_and_not_after_the_day(played: Played) -> None:
    assert code_of_refusal(lambda: codes(played)) == "R687"
    assert code_of_refusal(lambda: codes(played, played.officials["polling_official"])) == "R674"
    put(played, "polling_official")
    played.now = MIDNIGHT
    assert code_of_refusal(lambda: codes(played, played.officials["polling_official"])) == "R690"


def test_a_leader_ends_codes_at_the_own_station_only(played: Played, drawn: Drawn) -> None:
    put(played, "station_leader", 1, role=LEADER)
    act = (*played.by, played.act("station_leader"), played.election_id)
    found = passes(played)[0].id
    assert code_of_refusal(lambda: end_pass(*act, played.stations[0], found)) == "R675"
    assert code_of_refusal(lambda: end_pass(*act, played.stations[1], found)) == "R689"
    assert code_of_refusal(lambda: end_pass(*act, played.stations[1], uuid4())) == "R689"


def test_a_code_opens_the_stations_roles_of_its_council_and_no_other() -> None:
    every = {Grant("*", Role.CERTIFIER), Grant("*", DESK), Grant("raad", LEADER), Grant("andet", DESK)}
    assert grants_of_pass(every, "raad") == {Grant("raad", DESK), Grant("raad", LEADER)}


def test_the_pin_stands_in_for_a_password_where_two_sign_at_a_station(
    played: Played, keeper: Gatekeeper, drawn: Drawn
) -> None:
    """Not for an act of the count, not when it is wrong, and the password still does."""
    assert keeper.confirm("polling_official", drawn.pin, "d", {DESK, LEADER}).id == drawn.official_id
    assert keeper.confirm("polling_official", PASSWORD, "d", {DESK}).id == drawn.official_id
    other = f"{(int(drawn.pin) + 1) % 10**6:06d}"
    assert code_of_refusal(lambda: keeper.confirm("polling_official", other, "d", {DESK})) == "R696"
    assert code_of_refusal(lambda: keeper.confirm("polling_official", drawn.pin, "d", {Role.CERTIFIER})) == "R012"
    assert code_of_refusal(lambda: keeper.confirm("polling_official_2", drawn.pin, "d", {DESK})) == "R012"


def test_a_colleagues_wrong_pins_lock_confirming_and_not_signing_in(keeper: Gatekeeper, drawn: Drawn) -> None:
    for device in range(5):
        assert code_of_refusal(lambda: keeper.confirm("polling_official", "", "d", {DESK})) == "R012"
        wrong = f"{(int(drawn.pin) + 1 + device) % 10**6:06d}"
        assert code_of_refusal(lambda w=wrong: keeper.confirm("polling_official", w, "d", {DESK})) == "R696"
    assert code_of_refusal(lambda: keeper.confirm("polling_official", drawn.pin, "e", {DESK})) == "R692"
    keeper.check_pass(drawn.code, drawn.pin)


def test_the_pin_alone_with_a_username_does_not_sign_in(keeper: Gatekeeper, drawn: Drawn) -> None:
    assert code_of_refusal(lambda: keeper.check("polling_official", drawn.pin, "d")) == "R012"


def _bare(keeper: Gatekeeper):  # type: ignore[no-untyped-def]
    from flask import Flask

    from registry.accounts.sign_in import install

    app = Flask("bare")
    app.config["SECRET_KEY"] = b"of a test"
    install(app, keeper)
    return app


def _open(keeper: Gatekeeper, drawn: Drawn) -> str:
    from flask import session

    with _bare(keeper).test_request_context():
        found, person = keeper.check_pass(drawn.code, drawn.pin)
        keeper.open(person, found)
        return str(session["token"])
