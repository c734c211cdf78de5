"""Corrections of the frozen roll: what each does, what stays on record, when it is too late, who looks alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from election.call.records import Kind
from election.polling.acts import admit
from election.roll.corrections import (
    CorrectionKind,
    Effect,
    LatePerson,
    correct,
    correct_entry,
)
from election.roll.records import RollCorrection, RollEntry, entry_by_index
from election.roll.station_list import CARD_TABLE, listed_one
from election.roll.traces import MARK_TABLE, paper_given
from registry.act import Installation
from registry.audit.records import LogEntry
from registry.database import Base
from registry.findings import Refused
from registry.residents.rules import read_cpr
from tests.scenarios import (
    DESK,
    ELECTION_ON,
    Played,
    at,
    call_koege,
    invented_cpr,
    is_invented,
    polling,
    with_candidates,
    with_roll,
)

pytestmark = pytest.mark.slow

KEEPER, ADMIN = "roll_keeper", "election_administrator"
REASON = "Meddelelse fra folkeregistret"


@pytest.fixture
def frozen(installation: Installation) -> Played:
    return with_roll(call_koege(installation), 8, others=2)


def born(cpr: str) -> date:
    read = read_cpr(cpr)
    assert isinstance(read, tuple)
    return read[1]


def late(cpr: str, first_names: str = "Noor", surname: str = "Sen") -> LatePerson:
    return LatePerson(first_names, surname, born(cpr), "Nørregade 9", "4600", "Køge")


def add(played: Played, cpr: str, person: LatePerson | None = None, **more: object) -> int:
    act = played.act(KEEPER, second=ADMIN, reason=REASON)
    kind = more.pop("kind", CorrectionKind.LATE_ADD)
    return correct(*played.by, act, played.election_id, kind, cpr, person or late(cpr), **more)  # type: ignore[arg-type]


def strike(played: Played, cpr: str, kind: CorrectionKind = CorrectionKind.DEAD) -> int:
    act = played.act(KEEPER, second=ADMIN, reason=REASON)
    return correct(*played.by, act, played.election_id, kind, cpr)


def entry_of(played: Played, cpr: str) -> RollEntry:
    with played.installation.database.read() as session:
        index = played.installation.keys.open("0259").blind_index(cpr)
        found = entry_by_index(session, played.read(), index)
        assert found is not None
        return found


def history(played: Played) -> list[tuple[str, str, bool]]:
    with played.installation.database.read() as session:
        rows = session.scalars(select(RollCorrection).order_by(RollCorrection.at, RollCorrection.effect))
        return [(row.kind, row.effect, row.is_after_paper) for row in rows]


def told_by(do: Callable[[], object]) -> str:
    """The code of the refusal, or that it was done."""
    try:
        do()
    except Refused as refused:
        return refused.kind.code
    return "done"


def code_of(error: pytest.ExceptionInfo[Refused]) -> str:
    return error.value.kind.code


# --- the history ------------------------------------------------------------------------------------------


def test_each_correction_is_a_row_with_kind_reason_and_two_people(frozen: Played) -> None:
    """Struck as dead, put back as an error, struck as moved: three rows, and the entry is struck."""
    cpr = frozen.people[0].cpr
    for kind in (CorrectionKind.DEAD, CorrectionKind.ERROR, CorrectionKind.MOVED):
        frozen.now += timedelta(minutes=1)
        strike(frozen, cpr, kind)
    assert history(frozen) == [
        ("dead", "struck", False),
        ("error", "restored", False),
        ("moved", "struck", False),
    ]
    with frozen.installation.database.read() as session:
        rows = session.scalars(select(RollCorrection)).all()
        assert {row.reason for row in rows} == {REASON}
        assert all(
            (row.by, row.cosigned_by) == (frozen.officials[KEEPER], frozen.officials[ADMIN]) for row in rows
        )
        assert {row.entry_id for row in rows} == {entry_of(frozen, cpr).id}
    assert entry_of(frozen, cpr).struck_kind == "moved"


@pytest.mark.parametrize(
    ("kind", "effect"),
    [
        (CorrectionKind.LATE_ADD, "added"),
        (CorrectionKind.MOVED_IN, "added"),
        (CorrectionKind.CITIZENSHIP, "added"),
        (CorrectionKind.ERROR, "added"),
    ],
)
def test_whoever_is_missing_is_added_by_these_kinds(frozen: Played, kind: CorrectionKind, effect: str) -> None:
    """Number 9 after the 8 of the extract."""
    assert add(frozen, invented_cpr(500), kind=kind) == 9
    assert history(frozen) == [(kind.value, effect, False)]


@pytest.mark.parametrize("kind", [CorrectionKind.DEAD, CorrectionKind.MOVED])
def test_a_death_or_a_move_never_adds(frozen: Played, kind: CorrectionKind) -> None:
    with pytest.raises(Refused) as refused:
        add(frozen, invented_cpr(500), kind=kind)
    assert code_of(refused) == "R147"
    assert history(frozen) == []


def test_the_roll_is_corrected_while_candidates_still_register(frozen: Played) -> None:
    """The roll can be frozen long before candidacy closes; a death does not wait for the phase."""
    assert frozen.phase == "called"
    strike(frozen, frozen.people[0].cpr)
    assert entry_of(frozen, frozen.people[0].cpr).struck_at is not None


def test_the_same_request_twice_corrects_once(frozen: Played) -> None:
    """A double click: one row and the same number; the same request for somebody else is refused (R004)."""
    act = frozen.act(KEEPER, second=ADMIN, reason=REASON)
    cpr = frozen.people[0].cpr
    numbers = {correct(*frozen.by, act, frozen.election_id, CorrectionKind.DEAD, cpr) for _ in range(2)}
    assert len(numbers) == 1
    assert len(history(frozen)) == 1
    with pytest.raises(Refused) as refused:
        correct(*frozen.by, act, frozen.election_id, CorrectionKind.DEAD, frozen.people[1].cpr)
    assert code_of(refused) == "R004"


def test_a_page_that_is_out_of_date_does_nothing_else_than_it_said(frozen: Played) -> None:
    """Two tabs strike the same person as an error; the second must not put the person back."""
    entry = entry_of(frozen, frozen.people[0].cpr)

    def sent() -> int:
        act = frozen.act(KEEPER, second=ADMIN, reason=REASON)
        return correct_entry(*frozen.by, act, frozen.election_id, entry.id, CorrectionKind.ERROR, Effect.STRUCK)

    assert [told_by(sent), told_by(sent)] == ["done", "R147"]
    assert history(frozen) == [("error", "struck", False)]


@pytest.mark.parametrize(
    ("kind", "effect", "code"),
    [
        (CorrectionKind.DEAD, Effect.RESTORED, "R182"),
        (CorrectionKind.LATE_ADD, Effect.STRUCK, "R182"),
        (CorrectionKind.ERROR, Effect.ADDED, "R182"),
        (CorrectionKind.ERROR, Effect.RESTORED, "R146"),
    ],
)
def test_a_kind_that_does_not_fit_its_effect_is_refused(
    frozen: Played, kind: CorrectionKind, effect: Effect, code: str
) -> None:
    entry = entry_of(frozen, frozen.people[0].cpr)
    act = frozen.act(KEEPER, second=ADMIN, reason=REASON)
    assert told_by(lambda: correct_entry(*frozen.by, act, frozen.election_id, entry.id, kind, effect)) == code


def test_an_entry_of_another_election_is_not_corrected_here(frozen: Played) -> None:
    act = frozen.act(KEEPER, second=ADMIN, reason=REASON)
    with pytest.raises(Refused) as refused:
        correct_entry(*frozen.by, act, frozen.election_id, uuid4(), CorrectionKind.DEAD, Effect.STRUCK)
    assert (code_of(refused), refused.value.status) == ("R176", 404)


@pytest.mark.parametrize("text", ["Se 010203-4567", "nr. 0102034567 er død", "010203 4567"])
def test_a_cpr_number_in_the_reason_is_refused(frozen: Played, text: str) -> None:
    act = frozen.act(KEEPER, second=ADMIN, reason=text)
    with pytest.raises(Refused) as refused:
        correct(*frozen.by, act, frozen.election_id, CorrectionKind.DEAD, frozen.people[0].cpr)
    assert code_of(refused) == "R161"
    assert entry_of(frozen, frozen.people[0].cpr).struck_at is None


def test_the_log_has_kind_and_effect_and_neither_name_nor_reason(frozen: Played) -> None:
    add(frozen, invented_cpr(500))
    with frozen.installation.database.read() as session:
        body = b"".join(session.scalars(select(LogEntry.body)))
    assert b'"effect":"added"' in body
    assert b"Noor" not in body
    assert b"folkeregistret" not in body


# --- after the paper --------------------------------------------------------------------------------------


def test_a_death_after_the_paper_was_given_strikes_and_undoes_nothing(installation: Installation) -> None:
    """Admitted at 17:00:20; struck as dead afterwards: the mark stands, and the row says that it came after."""
    played = polling(with_candidates(with_roll(call_koege(installation), 8)), admitted=1)
    played.now += timedelta(minutes=30)
    with installation.database.read() as session:
        admitted = session.get_one(RollEntry, ("0259", "integrationsraad", played.admitted[0]))
        index = admitted.cpr_index
    person = next(p for p in played.people if installation.keys.open("0259").blind_index(p.cpr) == index)
    strike(played, person.cpr)
    assert history(played) == [("dead", "struck", True)]
    with installation.database.read() as session:
        paper = paper_given(session, played.read(), played.admitted[0])
    assert paper is not None
    assert not paper.is_by_post
    act, who = played.act("polling_official"), played.admitted[0]
    told = told_by(lambda: admit(*played.by, act, played.election_id, played.stations[0], DESK, who))
    assert told == "R507", "a struck voter gets no paper"


def test_the_tables_that_are_read_by_name_have_these_columns() -> None:
    """station_list and traces may not import the rooms of cards and polling: here it is seen that they fit."""
    for read in (CARD_TABLE, MARK_TABLE):
        real = Base.metadata.tables[read.name].columns
        assert {c.name for c in read.columns} <= set(real.keys())
        for own in read.columns:
            assert type(own.type).__name__ == type(real[own.name].type).__name__ or str(own.type) in (
                "VARCHAR",
                "TEXT",
            )


# --- the deadline -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [CorrectionKind.LATE_ADD, CorrectionKind.MOVED_IN])
@pytest.mark.parametrize(
    ("day", "hours_before_utc"),
    [(date(2017, 11, 27), 1), (date(2017, 10, 29), 1), (date(2018, 3, 25), 2)],
    ids=["winter", "the day the clock goes back", "the day the clock goes forward"],
)
def test_nobody_is_added_after_the_deadline_to_the_second(
    installation: Installation, kind: CorrectionKind, day: date, hours_before_utc: int
) -> None:
    """Køge: until 20:00:00 on election day by Danish clocks: 19:00 UTC in winter time, 18:00 in summer time.
    At 20:00:00.9 it is still that second; at 20:00:01 it is over. An error of the office is still put right.
    """
    played = with_roll(
        call_koege(installation, election_on=day, extract_on=day - timedelta(days=17), kind=Kind.REHEARSAL), 8
    )
    deadline = datetime(day.year, day.month, day.day, 20 - hours_before_utc, tzinfo=UTC)
    played.now = deadline + timedelta(seconds=1)
    with pytest.raises(Refused) as refused:
        add(played, invented_cpr(500), kind=kind)
    assert code_of(refused) == "R160"
    assert "20.00" in refused.value.in_danish()
    played.now = deadline + timedelta(milliseconds=900)
    assert add(played, invented_cpr(500), kind=kind) == 9
    played.now = deadline + timedelta(hours=1)
    assert (
        add(played, invented_cpr(501), late(invented_cpr(501), "Berit", "Holm"), kind=CorrectionKind.ERROR) == 10
    )
    strike(played, invented_cpr(500))


def test_who_was_struck_is_not_put_back_as_a_late_addition_after_the_deadline(frozen: Played) -> None:
    cpr = frozen.people[0].cpr
    strike(frozen, cpr)
    frozen.now = at(ELECTION_ON, "20:00:01")
    with pytest.raises(Refused) as refused:
        add(frozen, cpr)
    assert code_of(refused) == "R160"
    assert add(frozen, cpr, kind=CorrectionKind.ERROR) == entry_of(frozen, cpr).number


def test_nobody_under_age_is_added(frozen: Played) -> None:
    """18 on 27 November 2017: born that day in 1999 may vote, the day after may not."""
    for day, expected in (("271199", "done"), ("281199", "R164")):
        cpr = next(c for c in (f"{day}{n:04d}" for n in range(4000)) if is_invented(c))
        who = late(cpr, f"Ung {day}", "Sen")
        assert told_by(lambda cpr=cpr, who=who: add(frozen, cpr, who)) == expected  # type: ignore[misc]


def test_the_list_shows_who_was_added_and_no_longer_who_was_struck(frozen: Played) -> None:
    add(frozen, invented_cpr(500))
    strike(frozen, frozen.people[0].cpr)
    with frozen.installation.database.read() as session:
        gone = listed_one(session, frozen.read(), entry_of(frozen, frozen.people[0].cpr).id)
        new = listed_one(session, frozen.read(), entry_of(frozen, invented_cpr(500)).id)
    assert gone is not None
    assert new is not None
    assert (gone.is_voter, new.is_voter, new.name) == (False, True, "Noor Sen")
