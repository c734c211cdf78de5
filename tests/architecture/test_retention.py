"""Whoever adds a table that leads to a voter must say when it goes: the whole schema is read here."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from election.call.rules import Phase
from election.call.voter_data import HOLDINGS, STAYS, held
from election.retention.plan import rows_of
from election.retention.rules import STAYS_TEXTS
from registry.act import Installation
from registry.database import Base
from tests.architecture.source import modules
from tests.scenarios import play_to

_LISTED = {one.table for one in HOLDINGS}


@pytest.fixture(autouse=True)
def _every_model() -> None:
    assert modules()


def _leads_to_a_voter() -> set[str]:
    """Tables with a personal number in any form, and every table whose rows point at a row that is destroyed."""
    tables = Base.metadata.tables.values()
    found = {table.name for table in tables if any(column.name.startswith("cpr_") for column in table.columns)}
    pointed_at = {"roll_entry"} | {one.table for one in HOLDINGS if not one.forgets}
    while True:
        more = {
            table.name
            for table in tables
            if any(key.referred_table.name in pointed_at for key in table.foreign_key_constraints)
        }
        if more <= found:
            return found
        found |= more
        pointed_at |= more - STAYS.keys()


def test_every_table_that_leads_to_a_voter_is_destroyed_or_says_why_not() -> None:
    assert _leads_to_a_voter() - _LISTED - STAYS.keys() == set()


def test_the_search_itself_finds_what_it_must() -> None:
    assert {
        "roll_entry",
        "poll_card",
        "voter_mark",
        "polling_event",
        "supporter",
        "candidacy",
    } <= _leads_to_a_voter()


def test_no_table_is_listed_that_is_not_there_and_every_reason_is_a_sentence() -> None:
    assert set(Base.metadata.tables) >= _LISTED | STAYS.keys() | STAYS_TEXTS.keys()
    assert all(len(reason.split()) > 5 for reason in STAYS.values())
    assert len(_LISTED) == len(HOLDINGS)


def test_every_row_that_is_held_is_a_row_that_would_be_destroyed(installation: Installation) -> None:
    """One election in the council: what the zero report would count is what the destruction deletes."""
    played = play_to(Phase.CERTIFIED, installation)
    with installation.database.read() as session:
        counted = held(session, played.scope)
        for one in HOLDINGS:
            table = Base.metadata.tables[one.table]
            where = rows_of(one, played.read())
            assert len(session.execute(table.select().where(*where)).all()) == counted[one.table], one.table


def test_what_a_destroyed_row_points_at_goes_after_it(installation: Installation) -> None:
    """Every foreign key between two tables of the list: children first, or the database would refuse."""
    order = [table.name for table in Base.metadata.sorted_tables]
    for one in HOLDINGS:
        for key in Base.metadata.tables[one.table].foreign_key_constraints:
            if key.referred_table.name in _LISTED and key.referred_table.name != one.table:
                assert order.index(one.table) > order.index(key.referred_table.name)
    with installation.database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM destruction_begun")) == 0
