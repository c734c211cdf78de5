"""One official act: one transaction, one entry in the log, one answer to one request."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

import registry.act
from election.call.acts import add_station, move_clock, set_board
from election.call.records import Station, stations
from registry.accounts.acts import end_role
from registry.act import (
    REASON_MISSING,
    REQUEST_REUSED,
    SECOND_PERSON_MISSING,
    WRONG_ROLE,
    ActRecord,
    Installation,
)
from registry.audit.records import LogEntry
from registry.findings import Refused
from registry.roles import Role
from tests.scenarios import ELECTION_ON, EVERYWHERE, Played, at, call_koege, officials, people, with_roll

ADMIN = "election_administrator"


@pytest.fixture
def played(installation: Installation) -> Played:
    return call_koege(installation)


def _figures(played: Played) -> tuple[int, int, int]:
    """Stations, acts and log entries."""
    with played.installation.database.read() as session:
        return (
            session.scalar(select(func.count()).select_from(Station)) or 0,
            session.scalar(select(func.count()).select_from(ActRecord)) or 0,
            session.scalar(select(func.count()).select_from(LogEntry)) or 0,
        )


def test_one_act_is_one_change_and_one_entry_in_the_log(played: Played) -> None:
    before = _figures(played)
    act = replace(played.act(ADMIN), reason="Et sted mere")
    station = add_station(*played.by, act, played.election_id, "Borup Skole", ("Borup",))
    assert _figures(played) == tuple(number + 1 for number in before)
    with played.installation.database.read() as session:
        entry = session.scalars(select(LogEntry).order_by(LogEntry.council, LogEntry.seq)).all()[-1]
    body = json.loads(entry.body)
    assert body["act"] == "call.add_station"
    assert body["actor"] == str(played.officials[ADMIN])
    assert body["role"] == "election_administrator"
    assert body["request"] == str(act.request_id)
    assert body["facts"]["station"] == str(station)
    assert "Et sted mere" not in entry.body.decode(), "a reason is in the log as a commitment only"


def test_the_same_request_gives_the_same_answer_and_nothing_twice(played: Played) -> None:
    act = played.act(ADMIN)
    first = add_station(*played.by, act, played.election_id, "Borup Skole", ("Borup",))
    after = _figures(played)
    again = add_station(*played.by, act, played.election_id, "Borup Skole", ("Borup",))
    assert again == first
    assert isinstance(again, UUID)
    assert _figures(played) == after


def test_an_answer_with_an_instant_comes_back_as_it_was(played: Played) -> None:
    act, to = played.act(ADMIN), at(ELECTION_ON, "18:10")
    first = move_clock(*played.by, act, played.election_id, to)
    again = move_clock(*played.by, act, played.election_id, to)
    assert first == again == to
    assert isinstance(again, datetime)
    assert again.tzinfo is not None


def test_the_same_request_with_other_input_is_refused(played: Played) -> None:
    act = played.act(ADMIN)
    add_station(*played.by, act, played.election_id, "Borup Skole", ("Borup",))
    after = _figures(played)
    with pytest.raises(Refused) as name_changed:
        add_station(*played.by, act, played.election_id, "Herfølge Skole", ("Borup",))
    with pytest.raises(Refused) as other_act:
        set_board(*played.by, act, played.election_id, "A", (), "Byrådet", ELECTION_ON)
    other_person = replace(act, actor=played.officials["roll_keeper"])
    with pytest.raises(Refused) as other_actor:
        add_station(*played.by, other_person, played.election_id, "Borup Skole", ("Borup",))
    for refused in (name_changed, other_act, other_actor):
        assert refused.value.kind is REQUEST_REUSED
    assert _figures(played) == after


def test_a_role_that_may_not_changes_nothing(played: Played) -> None:
    before = _figures(played)
    for who in ("roll_keeper", "enterer", "auditor", "system_administrator"):
        with pytest.raises(Refused) as refused:
            add_station(*played.by, played.act(who), played.election_id, "X", ("*",))
        assert refused.value.kind is WRONG_ROLE
        assert refused.value.status == 403
    assert _figures(played) == before


def test_claiming_a_role_one_does_not_hold_changes_nothing(played: Played) -> None:
    before = _figures(played)
    claimed = replace(played.act("enterer"), role=Role.ELECTION_ADMINISTRATOR)
    with pytest.raises(Refused) as refused:
        add_station(*played.by, claimed, played.election_id, "X", ("*",))
    assert refused.value.kind is WRONG_ROLE
    assert _figures(played) == before


def test_a_role_that_has_ended_may_not(played: Played) -> None:
    end_role(
        played.installation,
        EVERYWHERE,
        played.act("system_administrator", reason="Stopper"),
        played.officials[ADMIN],
        Role.ELECTION_ADMINISTRATOR,
        "*",
    )
    with pytest.raises(Refused) as refused:
        add_station(*played.by, played.act(ADMIN), played.election_id, "X", ("*",))
    assert refused.value.kind is WRONG_ROLE


def test_an_official_of_another_municipality_may_not(played: Played) -> None:
    stranger = officials(played.installation, replace(played.scope, municipality="0157"))[ADMIN]
    with pytest.raises(Refused) as refused:
        add_station(*played.by, replace(played.act(ADMIN), actor=stranger), played.election_id, "X", ("*",))
    assert refused.value.kind is WRONG_ROLE


def test_two_people_are_two_different_people(played: Played) -> None:
    with_roll_drawn = people(3)
    from election.roll.acts import draw_up, freeze, import_extract
    from tests.scenarios import ROLL_AT, extract_csv

    played.now = ROLL_AT
    import_extract(*played.by, played.act("roll_keeper"), played.election_id, extract_csv(with_roll_drawn))
    draw_up(*played.by, played.act("roll_keeper"), played.election_id)
    before = _figures(played)
    for second, kind in (
        (None, SECOND_PERSON_MISSING),
        ("roll_keeper", SECOND_PERSON_MISSING),
        ("enterer", WRONG_ROLE),
    ):
        with pytest.raises(Refused) as refused:
            freeze(*played.by, played.act("roll_keeper", second=second), played.election_id)
        assert refused.value.kind is kind
    assert _figures(played) == before


def test_an_act_that_needs_a_reason_is_not_done_without(played: Played) -> None:
    with pytest.raises(Refused) as refused:
        end_role(
            played.installation,
            EVERYWHERE,
            played.act("system_administrator", reason="   "),
            played.officials["enterer"],
            Role.ENTERER,
            "*",
        )
    assert refused.value.kind is REASON_MISSING


def test_when_the_log_cannot_be_written_the_change_is_not_made(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk in the very last step: neither the station nor the act is there, and the next try works."""
    before, act = _figures(played), played.act(ADMIN)

    def fails(*_: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(registry.act, "append", fails)
        with pytest.raises(OSError, match="no space"):
            add_station(*played.by, act, played.election_id, "Borup Skole", ("Borup",))
    assert _figures(played) == before
    add_station(*played.by, act, played.election_id, "Borup Skole", ("Borup",))
    assert _figures(played) == tuple(number + 1 for number in before)


def test_a_fault_inside_the_act_leaves_nothing(played: Played) -> None:
    before = _figures(played)
    with pytest.raises(Exception, match="NoneType"):
        add_station(*played.by, played.act(ADMIN), played.election_id, "X", None)  # type: ignore[arg-type]
    assert _figures(played) == before


def test_two_tabs_that_send_the_same_request_at_once_get_the_same_answer(played: Played) -> None:
    """Eight threads, one request id: one station, one entry in the log, eight times the same id."""
    before, act = _figures(played), played.act(ADMIN)
    start, answers = threading.Barrier(8), list[UUID]()

    def send() -> None:
        start.wait()
        answers.append(add_station(*played.by, act, played.election_id, "Borup Skole", ("Borup",)))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(answers) == 8
    assert len(set(answers)) == 1
    assert _figures(played) == tuple(number + 1 for number in before)


def test_an_election_of_another_council_is_not_found(played: Played) -> None:
    with pytest.raises(Refused) as refused:
        add_station(
            played.installation,
            replace(played.scope, council="aeldreraad"),
            played.act(ADMIN),
            played.election_id,
            "X",
            ("*",),
        )
    assert refused.value.kind.code == "R081"
    assert refused.value.status == 404


def test_the_log_holds_no_name_and_no_cpr_number(played: Played) -> None:
    """Every name, CPR number and country of the extract is looked for in every byte of the log."""
    with_roll(played, 20, others=3)
    with played.installation.database.read() as session:
        whole = b"\n".join(session.scalars(select(LogEntry.body)))
        assert len(stations(session, played.read())) == 1
    for person in played.people:
        for secret in (person.cpr, person.surname, f"{person.first_names} {person.surname}"):
            assert secret.encode() not in whole
    assert str(uuid4()).encode() not in whole
