"""A later extract waits, compared with the one before; what stops an import leaves nothing; on both engines."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from election.roll.acts import discard_extract, draw_up, freeze, import_extract, take_over
from election.roll.records import RollEntry, roll_of
from registry.act import ActRecord, Installation
from registry.audit.records import LogEntry
from registry.findings import Refused
from registry.keys import Cell
from registry.residents.acts import Imported
from registry.residents.comparison import Comparison
from registry.residents.progress import Progress, Stage, Stopped
from registry.residents.records import Extract, Resident, comparison_of, extracts, latest_extract, waiting_extract
from tests.scenarios import (
    EXTRACT_ON,
    ROLL_AT,
    SCOPE,
    Person,
    Played,
    call_koege,
    extract_csv,
    invented_cpr,
    people,
)

pytestmark = pytest.mark.slow

KEEPER, ADMIN = "roll_keeper", "election_administrator"
EVERYTHING = (Extract, Resident, ActRecord, LogEntry)


@pytest.fixture
def played(installation: Installation) -> Played:
    called = call_koege(installation)
    called.now = ROLL_AT
    return called


def _import(played: Played, rows: list[Person] | bytes, **how: Any) -> Imported:
    data = rows if isinstance(rows, bytes) else extract_csv(rows)
    return import_extract(*played.by, how.pop("act", played.act(KEEPER)), played.election_id, data, **how)


def _take_over(played: Played, imported: Imported, reason: str = "") -> int:
    return take_over(*played.by, played.act(KEEPER, reason=reason), played.election_id, imported.extract_id)


def _draw_up(played: Played) -> Any:
    return draw_up(*played.by, played.act(KEEPER), played.election_id)


def _rows(played: Played, *tables: Any) -> dict[str, int]:
    with played.installation.database.read() as session:
        return {t.__tablename__: session.scalar(select(func.count()).select_from(t)) or 0 for t in tables}


def _refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(Refused) as refused:
        act()
    assert refused.value.kind.code == code


# --- comparing --------------------------------------------------------------------------------------------


def test_the_first_extract_is_in_use_at_once(played: Played) -> None:
    imported = _import(played, people(5))
    assert imported.is_taken_over
    assert (imported.new, imported.gone, imported.changed, imported.changed_in) == (None, None, None, {})
    with played.installation.database.read() as session:
        in_use = latest_extract(session, SCOPE)
        assert in_use is not None
        assert (in_use.number, in_use.rows_accepted, in_use.taken_over_at) == (1, 5, ROLL_AT)
        assert waiting_extract(session, SCOPE) is None


def test_a_change_is_counted_in_its_group_of_columns_and_each_person_once(played: Played) -> None:
    """Twenty people. One new name, one moved out, one of new citizenship and protected, one in another
    district: four persons changed; name 1, residence 1, origin 1, protection 1, district 1. Protection empties
    the address: address 1."""
    rows = people(20)
    _import(played, rows)
    later = [
        replace(rows[0], surname="Nygift"),
        replace(rows[1], status="moved_out"),
        replace(rows[2], country="SE", is_protected=True),
        replace(rows[3], district="Hastrup"),
        *rows[4:],
    ]
    imported = _import(played, later)
    assert not imported.is_taken_over
    assert (imported.new, imported.gone, imported.changed) == (0, 0, 4)
    assert imported.changed_in == {
        "name": 1,
        "address": 1,
        "residence": 1,
        "origin": 1,
        "protection": 1,
        "district": 1,
    }
    with played.installation.database.read() as session:
        waiting = waiting_extract(session, SCOPE)
        assert waiting is not None
        found = comparison_of(session, waiting)
    assert found == Comparison(20, 20, 0, 0, 4, imported.changed_in)
    assert found is not None
    assert found.warnings() == []


@pytest.mark.parametrize(
    ("gone", "new", "changed", "codes"),
    [
        (100, 0, 0, []),  # exactly 10 %
        (101, 0, 0, ["W151"]),
        (0, 100, 0, []),
        (0, 101, 0, ["W152"]),
        (0, 0, 250, []),  # exactly 25 %
        (0, 0, 251, ["W153"]),
        (1000, 1000, 0, ["W151", "W152"]),
    ],
)
def test_more_than_a_tenth_gone_or_new_or_a_quarter_changed_is_unusual(
    gone: int, new: int, changed: int, codes: list[str]
) -> None:
    """Of 1,000 people before."""
    found = Comparison(1000, 1000 - gone + new, new, gone, changed, {"name": changed, "district": 0})
    assert [warning.kind.code for warning in found.warnings()] == codes
    assert all(
        not warning.blocks and str(max(gone, changed, new)) in warning.in_danish() for warning in found.warnings()
    )


def test_a_share_is_rounded_to_the_nearest_percent() -> None:
    """2 of 16 = 12.5 % is told as 13 %; 1 of 8 changed likewise is not told: below a quarter."""
    (warning,) = Comparison(16, 14, 0, 2, 1, {"name": 1}).warnings()
    assert warning.facts == {"number": 2, "all": 16, "percent": 13}


# --- taking over and throwing away ------------------------------------------------------------------------


def test_the_waiting_extract_is_used_only_after_it_was_taken_over(played: Played) -> None:
    """Twenty in use; a twenty-first comes. Drawn up before: 20, after: 21; the residents of the first are gone."""
    rows = people(21)
    _import(played, rows[:20])
    waiting = _import(played, rows)
    assert _draw_up(played).may_vote == 20
    assert _rows(played, Resident) == {"resident": 41}
    assert _take_over(played, waiting) == 2
    assert _rows(played, Resident) == {"resident": 21}
    assert _draw_up(played).may_vote == 21
    with played.installation.database.read() as session:
        newest, first = extracts(session, SCOPE)
        assert first.forgotten_at == newest.taken_over_at == ROLL_AT
        assert first.rows_in == 20
        roll = roll_of(session, played.read())
        assert roll is not None
        assert roll.extract_id == newest.id


def test_an_unusual_difference_must_be_explained(played: Played) -> None:
    """Ten, then seven: 30 % gone."""
    _import(played, people(10))
    waiting = _import(played, people(7))
    _refused("R154", lambda: _take_over(played, waiting))
    _refused("R154", lambda: _take_over(played, waiting, "   "))
    _take_over(played, waiting, "Kommunen er delt ved årsskiftet.")
    with played.installation.database.read() as session:
        newest = session.scalars(select(LogEntry).order_by(LogEntry.council.desc(), LogEntry.seq.desc())).first()
    assert newest is not None
    facts = json.loads(newest.body)["facts"]
    assert (facts["warnings"], facts["residents_forgotten"]) == (["W151"], 10)


def test_a_discarded_extract_leaves_its_figures_and_no_person(played: Played) -> None:
    _import(played, people(10))
    waiting = _import(played, people(4))
    assert discard_extract(*played.by, played.act(KEEPER), played.election_id, waiting.extract_id) == 4
    assert _rows(played, Resident, Extract) == {"resident": 10, "extract": 2}
    with played.installation.database.read() as session:
        row = extracts(session, SCOPE)[0]
        assert (row.rows_in, row.gone, row.discarded_at, row.forgotten_at) == (4, 6, ROLL_AT, ROLL_AT)
        in_use = latest_extract(session, SCOPE)
        assert in_use is not None
        assert in_use.number == 1
    _refused("R153", lambda: _take_over(played, waiting))
    again = _import(played, people(4))
    assert again.same_file_as == 2, "the same file may come again, and it is said"


def test_at_most_one_extract_waits(played: Played) -> None:
    _import(played, people(5))
    waiting = _import(played, people(6))
    before = _rows(played, *EVERYTHING)
    _refused("R151", lambda: _import(played, people(7)))
    assert _rows(played, *EVERYTHING) == before
    _take_over(played, waiting, "prøve")
    _import(played, people(7))


def test_the_file_that_is_in_use_is_not_imported_again(played: Played) -> None:
    _import(played, people(5))
    before = _rows(played, *EVERYTHING)
    _refused("R152", lambda: _import(played, people(5)))
    assert _rows(played, *EVERYTHING) == before


def test_another_decision_than_the_one_on_the_page_is_refused(played: Played) -> None:
    _import(played, people(5))
    _refused("R153", lambda: _take_over(played, replace_id(_import(played, people(6)))))


def replace_id(imported: Imported) -> Imported:
    return replace(imported, extract_id=uuid4())


def test_nothing_is_frozen_while_a_newer_extract_waits_or_was_taken_over(played: Played) -> None:
    """Somebody has handed in newer people: first it is decided about, then the roll is drawn up from them."""
    _import(played, people(5))
    _draw_up(played)
    waiting = _import(played, people(6))

    def frozen() -> object:
        return freeze(*played.by, played.act(KEEPER, second=ADMIN), played.election_id)

    _refused("R155", frozen)
    _take_over(played, waiting, "prøve")
    _refused("R156", frozen)
    _draw_up(played)
    frozen()
    assert _rows(played, Resident) == {"resident": 0}
    with played.installation.database.read() as session:
        assert latest_extract(session, SCOPE) is waiting_extract(session, SCOPE) is None
        assert all(row.forgotten_at for row in extracts(session, SCOPE))


def test_protected_people_have_the_last_numbers(played: Played) -> None:
    """Alphabetical numbers would give a hint of the name that the list does not show."""
    rows = [replace(one, is_protected=number == 0) for number, one in enumerate(people(5))]
    _import(played, rows)
    _draw_up(played)
    with played.installation.database.read() as session:
        entries = session.scalars(select(RollEntry).order_by(RollEntry.number)).all()
    assert [one.is_protected for one in entries] == [False, False, False, False, True]


def test_the_next_election_of_the_council_begins_with_an_extract_of_its_own(played: Played) -> None:
    """The first election's residents are gone: there is nothing to compare with, and the same file may come."""
    _import(played, people(5))
    _draw_up(played)
    freeze(*played.by, played.act(KEEPER, second=ADMIN), played.election_id)
    second = call_koege(played.installation, played.officials, slug="2021")
    second.now = ROLL_AT + timedelta(days=1)
    imported = _import(second, people(5))
    assert imported.is_taken_over
    assert (imported.gone, imported.same_file_as) == (None, 1)


def test_two_elections_draw_up_from_the_same_extract(played: Played) -> None:
    """Each entry's sealed CPR number opens in its own row and no other."""
    _import(played, people(4))
    second = call_koege(played.installation, played.officials, slug="2021")
    second.now = ROLL_AT
    assert _draw_up(played).may_vote == _draw_up(second).may_vote == 4
    keyring = played.installation.keys.open("0259")
    with played.installation.database.read() as session:
        entries = session.scalars(select(RollEntry)).all()
        opened = [keyring.unseal(one.cpr_sealed, Cell("roll_entry", "cpr", one.id)) for one in entries]
    assert sorted(opened) == sorted([one.cpr for one in people(4)] * 2)


# --- what the database holds ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE extract SET rows_in = 7",
        "UPDATE extract SET gone = 7",
        "UPDATE extract SET taken_over_at = NULL",
        "UPDATE extract SET discarded_at = imported_at",
        "DELETE FROM extract",
    ],
)
def test_what_was_decided_about_an_extract_stays(played: Played, statement: str) -> None:
    _import(played, people(2))
    with pytest.raises(DBAPIError, match="append-only"), played.installation.database.write() as session:
        session.execute(text(statement))
    with played.installation.database.read() as session:
        assert session.execute(text("SELECT rows_in, gone FROM extract")).one() == (2, None)


def test_the_database_lets_only_one_extract_wait(played: Played) -> None:
    _import(played, people(2))
    _import(played, people(3))
    values = dict.fromkeys(("rows_in", "rows_accepted", "rows_rejected"), 0)
    third = Extract(
        municipality="0259",
        council=SCOPE.council,
        number=9,
        extract_on=EXTRACT_ON,
        imported_at=ROLL_AT,
        file_sha256="0",
        **values,
    )
    with pytest.raises(DBAPIError), played.installation.database.write() as session:
        session.add(third)
    assert _rows(played, Extract) == {"extract": 2}


# --- progress, stop, the same request again ---------------------------------------------------------------


def _many(number: int) -> list[Person]:
    return [Person(invented_cpr(one), "Amina", f"Ali {one}") for one in range(number)]


def test_progress_counts_up_to_every_row(played: Played) -> None:
    """9,000 residents take three blocks of some thousand lines."""
    told: list[tuple[Stage, int, int]] = []
    progress = Progress(lambda *one: told.append(one))
    _import(played, _many(9_000), progress=progress)
    draw_up(*played.by, played.act(KEEPER), played.election_id, progress)
    for stage in (Stage.READ, Stage.DECIDED, Stage.ENTERED):
        done = [one[1] for one in told if one[0] is stage]
        assert len(done) >= 3
        assert done == sorted(done)
        assert next(reversed([one for one in told if one[0] is stage]))[1:] == (9_000, 9_000)


@pytest.mark.parametrize("after", [1, 2, 3])
def test_what_is_stopped_is_undone_whole(played: Played, after: int) -> None:
    """Stopped after one, two or all blocks of 9,000 rows: no row of any table is there."""
    left = [after]

    def stop(*_told: object) -> None:
        left[0] -= 1
        if not left[0]:
            raise Stopped

    before = _rows(played, *EVERYTHING)
    with pytest.raises(Stopped):
        _import(played, _many(9_000), progress=Progress(stop))
    assert _rows(played, *EVERYTHING) == before
    assert _import(played, people(2)).is_taken_over, "and the next one is not in the way of anything"


def test_a_stopped_drawing_up_leaves_the_draft_before(played: Played) -> None:
    _import(played, people(6))
    _draw_up(played)

    def stop(stage: Stage, _done: int, _of: int) -> None:
        if stage is Stage.ENTERED:
            raise Stopped

    with pytest.raises(Stopped):
        draw_up(*played.by, played.act(KEEPER), played.election_id, Progress(stop))
    assert _rows(played, RollEntry) == {"roll_entry": 6}


def test_the_same_request_again_gives_the_same_answer(played: Played) -> None:
    """Also when the page that showed the progress has gone: what was done is told, not done again."""
    act = played.act(KEEPER)
    first = _import(played, people(5), act=act, progress=Progress(lambda *_: None))
    before = _rows(played, *EVERYTHING)
    assert _import(played, people(5), act=act, progress=Progress(lambda *_: None)) == first
    assert _rows(played, *EVERYTHING) == before
    _refused("R004", lambda: _import(played, people(6), act=act))


# --- rows on both sides of a block ------------------------------------------------------------------------


@pytest.mark.parametrize("accept_good_rows", [True, False])
def test_a_cpr_number_that_stands_twice_far_apart_is_kept_nowhere(played: Played, accept_good_rows: bool) -> None:
    """9,000 rows, the first again at the end, some thousand lines later: 9,001 in, 8,999 accepted, 2 rejected."""
    rows = _many(9_000)
    data = extract_csv([*rows, replace(rows[0], surname="Igen")])
    if not accept_good_rows:
        _refused("R140", lambda: _import(played, data))
        assert _rows(played, Extract, Resident) == {"extract": 0, "resident": 0}
        return
    imported = _import(played, data, accept_good_rows=True)
    assert (imported.rows_in, imported.rows_accepted, imported.rows_rejected) == (9_001, 8_999, 2)
    index = played.installation.keys.open("0259").blind_index(rows[0].cpr)
    with played.installation.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Resident)) == 8_999
        assert session.scalar(select(Resident.id).where(Resident.cpr_index == index)) is None
