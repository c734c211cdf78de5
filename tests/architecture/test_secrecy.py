"""No row, key, instant or order in the database leads from a voter to a choice finer than a station's count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Table, inspect, text

from election.call.rules import ACTS, Phase
from election.certification.evidence import evidence_zip
from election.certification.records import latest_certification
from registry.act import Installation
from registry.database import Base
from tests.architecture.source import modules
from tests.scenarios import (
    Played,
    call_koege,
    certified,
    clear_votes,
    counted,
    counting,
    polling,
    with_candidates,
    with_roll,
)

VOTER = {
    "resident", "roll_entry", "roll_refusal", "voter_mark", "poll_card", "polling_event",
    "supporter", "citizen_visit", "roll_correction", "roll_declaration",
    "roll_objection", "roll_objection_decision", "card_print", "card_outcome", "doubtful_decision",
    "polling_conflict", "conflict_settlement", "postal_vote", "postal_review", "form_line",
}  # fmt: skip
CHOICE = {"tally", "tally_assignment", "count", "explanation", "settlement", "disputed_paper", "result"}
CERTIFIED = {"certification_request", "certification", "reopening", "complaint"}
"""Made of counts and of what officials write, after the last voter: nothing here may lead to a voter either."""
COUNCIL = {
    "council_term", "seat_group", "seat", "person", "appointment_case", "nominee", "appointment_decision",
    "membership", "office", "substitute_offer", "meeting", "agenda_item", "presence_event", "minute_entry",
    "post_ballot", "ballot_round", "post_lot",
}  # fmt: skip
"""The council after the election: people with names, who must lead neither to a voter nor to a count."""
KEEPING = {"destruction", "destruction_begun", "kept_electorate", "zero_report", "erasure", "impact_assessment"}
"""What is kept about keeping: figures, times and officials, who must lead neither to a voter nor to a count."""
ABOUT_ALL = {"election", "station"}
"""What voters and counts may have in common: the election, the station, and the council in every key."""
KEYS_IN_COMMON = {"municipality", "council", "election_id", "station_id"}
OFFICIAL = {"by", "official_id", "returned_by", "released_by", "reopened_by"}
"""An official who worked at a desk and at a count says nothing about a voter."""
OWN = {"id", "kind", "status", "at"}
"""A random key of the row's own; words (a resident's and a result's status are different words); the instant,
which the phases keep apart (see below)."""


@pytest.fixture(autouse=True)
def _every_model() -> None:
    assert modules()
    assert set(Base.metadata.tables) >= VOTER | CHOICE | CERTIFIED | COUNCIL


def _neighbours() -> dict[str, set[str]]:
    """Tables that a foreign key connects, in both directions, without those that are about everybody."""
    found: dict[str, set[str]] = {name: set() for name in Base.metadata.tables}
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            ends = {table.name, key.referred_table.name}
            if not ends & ABOUT_ALL:
                found[table.name].add(key.referred_table.name)
                found[key.referred_table.name].add(table.name)
    return found


def _reached(start: str) -> set[str]:
    graph, seen, waiting = _neighbours(), {start}, [start]
    while waiting:
        for other in graph[waiting.pop()] - seen:
            seen.add(other)
            waiting.append(other)
    return seen


@pytest.mark.parametrize("voter", sorted(VOTER))
def test_no_chain_of_foreign_keys_leads_from_a_voter_to_a_count(voter: str) -> None:
    assert not _reached(voter) & (CHOICE | CERTIFIED)


@pytest.mark.parametrize("table", sorted(KEEPING))
def test_nothing_about_keeping_leads_to_a_voter_or_a_count(table: str) -> None:
    assert not _reached(table) & (VOTER | CHOICE | CERTIFIED)


@pytest.mark.parametrize("table", sorted(COUNCIL))
def test_nothing_of_the_council_leads_to_a_voter_or_a_count(table: str) -> None:
    assert not _reached(table) & (VOTER | CHOICE | CERTIFIED)


def test_the_graph_itself_sees_a_path_where_there_is_one() -> None:
    assert {"poll_card", "polling_event", "voter_mark"} <= _reached("roll_entry")


def _columns(tables: set[str]) -> set[str]:
    return {column.name for name in tables for column in Base.metadata.tables[name].columns}


def test_voters_and_counts_share_no_column_to_join_on() -> None:
    """By name: only municipality, council, election, station, the official, and words of their own."""
    assert _columns(VOTER) & _columns(CHOICE) <= KEYS_IN_COMMON | OFFICIAL | OWN


def test_voters_and_what_is_certified_share_no_column_to_join_on() -> None:
    """The office writes a reason on both; its words are its own."""
    assert _columns(VOTER) & _columns(CERTIFIED) <= KEYS_IN_COMMON | OFFICIAL | OWN | {"reason"}


def _keys(table: Table) -> set[str]:
    """Columns that could hold a key of another row: ids, fingerprints and tokens, whatever their name."""
    return {c.name for c in table.columns if c.type.__class__.__name__ in ("Uuid", "LargeBinary")}


@pytest.mark.parametrize("choice", sorted(CHOICE))
def test_a_count_holds_no_key_of_anything_but_election_station_and_official(choice: str) -> None:
    assert _keys(Base.metadata.tables[choice]) <= KEYS_IN_COMMON | OFFICIAL | {"id"}


@pytest.mark.parametrize("voter", sorted(VOTER))
def test_a_voters_row_holds_no_figure_and_no_document(voter: str) -> None:
    """Nothing that could hold a choice: no JSON and no number but the roll number."""
    columns = Base.metadata.tables[voter].columns
    assert {c.name for c in columns if c.type.__class__.__name__ in ("JSON", "Integer")} <= {"number"}


def test_voters_and_counts_are_never_written_in_the_same_phase() -> None:
    """So no instant, request, transaction or order of the one can be matched with the other: when the first
    tally is entered, the last voter was admitted in an earlier phase, and no act leads back."""
    of_voters = {
        p
        for name, permission in ACTS.items()
        if name.split(".")[0] in ("polling", "poll_cards", "roll", "postal", "alone", "paper_forms")
        and name != "poll_cards.discard_dispatch"  # a package is deleted, no voter is written
        for p in permission.phases
    }
    of_counts = {p for name, permission in ACTS.items() if name.startswith("counting.") for p in permission.phases}
    assert of_counts <= {Phase.COUNTING, Phase.COUNTED}
    assert not of_voters & of_counts
    assert not any(p.leads_to in of_voters and p.phases & of_counts for p in ACTS.values())


# --- an attacker with the whole database --------------------------------------------------------------------


def _play(installation: Installation, voters: int, slug: str, who: Mapping[str, UUID] | None = None) -> Played:
    played = with_candidates(with_roll(call_koege(installation, dict(who) if who else None, slug=slug), voters), 5)
    counting(polling(played, admitted=voters))
    counted(played, clear_votes(voters, 5))
    return played


def _values(content: object) -> Iterator[str]:
    """Every value in a cell that could serve to recognise a row, also inside JSON."""
    if isinstance(content, Mapping):
        for value in content.values():
            yield from _values(value)
    elif isinstance(content, (list, tuple)):
        for value in content:
            yield from _values(value)
    elif isinstance(content, bytes):
        yield content.hex()
    elif isinstance(content, (UUID, datetime, date)):
        yield str(content).replace("-", "")
    elif isinstance(content, str) and len(content) > 3:
        yield content.replace("-", "")


def _dump(played: Played, tables: set[str]) -> dict[str, list[Mapping[str, Any]]]:
    with played.installation.database.read() as session:
        return {
            name: [dict(row) for row in session.execute(Base.metadata.tables[name].select()).mappings()]
            for name in tables
        }


def _all_values(dump: dict[str, list[Mapping[str, Any]]]) -> set[str]:
    return {value for rows in dump.values() for row in rows for value in _values(row)}


def test_an_attacker_with_the_whole_database_finds_nothing_in_common(installation: Installation) -> None:
    """Fifteen voters, every one admitted, counted and decided. Whatever stands both in a voter's row and in a
    count's row is the council, the election, the station, an official or the name of a thing — never an id,
    instant, fingerprint or code of one voter's row.
    """
    played = _play(installation, 15, "2017")
    voters, counts = _dump(played, VOTER), _dump(played, CHOICE)
    assert len(voters["voter_mark"]) == len(voters["polling_event"]) == len(voters["poll_card"]) == 15
    shared = _all_values(voters) & _all_values(counts)
    known = {str(played.election_id), *map(str, played.stations), *map(str, played.officials.values())}
    for value in shared:
        rows = sum(value in set(_values(row)) for rows in voters.values() for row in rows)
        assert value in {one.replace("-", "") for one in known} or rows >= 15, value


def test_the_certified_record_and_its_log_name_no_voter(installation: Installation) -> None:
    """No CPR number, no id of a voter's row, and no name of anyone on the roll who does not stand."""
    played = certified(_play(installation, 15, "2017"))
    with installation.database.read() as session:
        row = latest_certification(session, played.read())
        assert row is not None
        keyring = installation.keys.open(played.scope.municipality)
        shown = row.record + evidence_zip(session, keyring, played.read())
    for person in played.people:
        assert person.cpr.encode() not in shown
    for person in played.people[5:]:  # the first five stand
        assert f"{person.first_names} {person.surname}".encode() not in shown
    for rows in _dump(played, {"roll_entry", "poll_card", "polling_event"}).values():
        assert rows
        assert not any(str(row_of_a_voter["id"]).encode() in shown for row_of_a_voter in rows)


@pytest.mark.slow
def test_one_transaction_never_holds_a_voter_and_a_count(installation: Installation) -> None:
    """The stamp that PostgreSQL leaves on every row (`xmin`), and the request of every act."""
    if installation.database.is_sqlite:
        pytest.skip("SQLite keeps no transaction number in its rows")
    played = _play(installation, 15, "2017")
    with played.installation.database.read() as session:

        def stamps(tables: set[str]) -> set[str]:
            return {
                stamp for name in tables for stamp in session.scalars(text(f'SELECT xmin::text FROM "{name}"'))
            }

        voters, counts = stamps(VOTER), stamps(CHOICE)
    assert voters
    assert counts
    assert not voters & counts
    assert max(map(int, voters)) < min(map(int, counts)), "every count was written after the last voter"


@pytest.mark.slow
def test_the_rows_of_the_count_do_not_grow_with_the_voters(installation: Installation) -> None:
    """15 or 40 voters at one station: two tallies, one count, one settlement, one result. No row per paper."""
    first = _play(installation, 15, "2017")
    small = {name: len(rows) for name, rows in _dump(first, CHOICE).items()}
    _play(installation, 40, "2018", first.officials)
    both = {name: len(rows) for name, rows in _dump(first, CHOICE).items()}
    assert both == {name: 2 * number for name, number in small.items()}
    assert small == {
        "tally": 2,
        "tally_assignment": 2,
        "count": 1,
        "explanation": 0,
        "settlement": 1,
        "disputed_paper": 0,
        "result": 1,
    }


def test_no_table_holds_more_than_the_model_says(installation: Installation) -> None:
    """A column that a migration added behind the model's back would not be seen by the tests above."""
    seen = inspect(installation.database.engine)
    for name in VOTER | CHOICE | CERTIFIED:
        assert {c["name"] for c in seen.get_columns(name)} == {c.name for c in Base.metadata.tables[name].columns}
