"""Numbered paper copies: what stands on them, that each bears its number, and what becomes of each."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from uuid import UUID, uuid4

import pypdf
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from election.call.records import stations
from election.call.rules import Phase
from election.poll_cards.acts import replace as replace_card
from election.roll import station_list
from election.roll.copies import Ending, PrintedCopy, copies, copy_by_id, end_copy, print_copy
from election.roll.corrections import CorrectionKind, correct
from election.roll.printing import printed_list
from election.roll.records import RollEntry
from election.roll.station_list import READ_OF_A_PERSON, Card, ListedVoter, content_sha256, list_of
from registry.act import Installation
from registry.findings import Refused
from tests.scenarios import (
    Played,
    call_koege,
    counting,
    people,
    play_to,
    polling,
    with_candidates,
    with_roll,
)

pytestmark = pytest.mark.slow

KEEPER, ADMIN, LEADER = "roll_keeper", "election_administrator", "station_leader"


@pytest.fixture
def frozen(installation: Installation) -> Played:
    rows = people(40)
    rows[3] = replace(rows[3], first_names="Hemmelig", surname="Lund", is_protected=True)
    return with_roll(call_koege(installation), rows=rows)


def printed(
    played: Played, station: UUID | None = None, purpose: str = "Bord 1", who: str = KEEPER
) -> PrintedCopy:
    return print_copy(*played.by, played.act(who), played.election_id, station, purpose)


def ended(played: Played, copy: UUID, how: Ending, note: str = "") -> int:
    return end_copy(*played.by, played.act(KEEPER), played.election_id, copy, how, note)


def told_by(do: Callable[[], object]) -> str:
    try:
        do()
    except Refused as refused:
        return refused.kind.code
    return "done"


def pages(played: Played, copy: PrintedCopy) -> list[str]:
    with played.installation.database.read() as session:
        pdf = printed_list(session, played.read(), copy_by_id(session, played.read(), copy.copy_id))
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def test_each_copy_has_the_next_number_and_the_fingerprint_of_what_stands_on_it(frozen: Played) -> None:
    first, second = printed(frozen), printed(frozen, frozen.stations[0], "Bord 2", LEADER)
    assert (first.number, second.number) == (1, 2)
    assert first.listed == second.listed == 40
    with frozen.installation.database.read() as session:
        rows = copies(session, frozen.read())
        assert [(row.number, row.purpose, row.station_id) for row in rows] == [
            (2, "Bord 2", frozen.stations[0]),
            (1, "Bord 1", None),
        ]
        assert rows[0].by == frozen.officials[LEADER]
        assert first.sha256 == content_sha256(list_of(session, frozen.read(), None))


def test_the_number_stands_on_every_page(frozen: Played) -> None:
    """40 voters are two pages."""
    printed(frozen)
    text_of_pages = pages(frozen, printed(frozen, purpose="Indgangen"))
    assert len(text_of_pages) == 2
    assert all("Kopi nr. 2" in page for page in text_of_pages)
    assert all("Kopi nr. 1" not in page for page in text_of_pages)


def test_a_trial_print_says_on_every_page_that_it_is_no_copy(frozen: Played) -> None:
    with frozen.installation.database.read() as session:
        pdf = printed_list(session, frozen.read())
    for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        assert "ikke en nummereret kopi" in page.extract_text()


def test_no_protected_name_and_no_address_is_on_the_paper(frozen: Played) -> None:
    whole = " ".join(pages(frozen, printed(frozen)))
    assert "Beskyttet navn: spørg personen" in whole
    for hidden in ("Hemmelig", "Lund", "Nørregade", "4600"):
        assert hidden not in whole
    assert all(person.cpr not in whole.replace("-", "") for person in frozen.people)


def test_a_copy_of_a_roll_that_was_corrected_since_is_not_printed_again(frozen: Played) -> None:
    copy = printed(frozen)
    act = frozen.act(KEEPER, second=ADMIN, reason="Død")
    correct(*frozen.by, act, frozen.election_id, CorrectionKind.DEAD, frozen.people[0].cpr)
    assert told_by(lambda: pages(frozen, copy)) == "R184"
    assert printed(frozen).listed == 39


def test_a_copy_comes_back_is_destroyed_or_is_lost(frozen: Played) -> None:
    """Returned and then destroyed is the usual way; lost needs a word; what has ended stays ended."""
    one, two = printed(frozen).copy_id, printed(frozen).copy_id
    frozen.now += timedelta(hours=1)
    assert ended(frozen, one, Ending.RETURNED) == 1
    assert ended(frozen, one, Ending.DESTROYED) == 1
    assert told_by(lambda: ended(frozen, one, Ending.LOST, "væk")) == "R174"
    assert told_by(lambda: ended(frozen, two, Ending.LOST)) == "R181"
    assert told_by(lambda: ended(frozen, two, Ending.LOST, "Sidst set 0102034567")) == "R161"
    assert ended(frozen, two, Ending.LOST, "Sidst set ved bord 2") == 2
    assert told_by(lambda: ended(frozen, two, Ending.RETURNED)) == "R174"
    assert told_by(lambda: ended(frozen, uuid4(), Ending.RETURNED)) == "R173"


def test_what_a_copy_was_is_not_changed_afterwards(frozen: Played) -> None:
    printed(frozen)
    for statement in ("UPDATE roll_copy SET purpose = 'x'", "DELETE FROM roll_copy"):
        with pytest.raises(DBAPIError, match="append-only"), frozen.installation.database.write() as session:
            session.execute(text(statement))


@pytest.mark.parametrize(("purpose", "code"), [(" ", "R175"), ("Til 0102034567", "R161")])
def test_a_copy_without_a_purpose_or_with_a_number_in_it_is_not_printed(
    frozen: Played, purpose: str, code: str
) -> None:
    assert told_by(lambda: printed(frozen, purpose=purpose)) == code


def test_without_a_roll_and_for_another_place_nothing_is_printed(installation: Installation) -> None:
    played = call_koege(installation)
    assert told_by(lambda: printed(played)) == "R143"
    with_roll(played, 5)
    assert told_by(lambda: printed(played, uuid4())) == "R145"
    assert told_by(lambda: printed(played, who="enterer")) == "R002"


def test_a_copy_comes_back_while_votes_are_counted(installation: Installation) -> None:
    """The row of a copy holds no voter, so it may be written then; printing one more is over."""
    played = play_to(Phase.PREPARATION, installation)
    copy = printed(played).copy_id
    counting(polling(played, admitted=3))
    assert ended(played, copy, Ending.RETURNED) == 1
    assert told_by(lambda: printed(played)) == "R080"


# --- the split roll ---------------------------------------------------------------------------------------


def test_what_a_station_receives_has_these_parts_and_no_other() -> None:
    """Name (twice, as a list and as a person has it), birth date, number, district, ballot type, card state;
    and whose list it is and whether the person may vote, which the list itself says by having the line."""
    assert {f.name for f in fields(ListedVoter)} == {
        "id",
        "number",
        "name",
        "list_name",
        "born_on",
        "polling_district",
        "ballot_type",
        "card",
        "station_id",
        "is_voter",
    }


def test_the_query_reads_no_other_column_of_a_person(frozen: Played) -> None:
    """Asked of the database itself: the words of the statement that fetches the list."""
    said: list[str] = []
    engine = frozen.installation.database.engine

    def listen(_c: object, _k: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    try:
        with frozen.installation.database.read() as session:
            list_of(session, frozen.read(), None)
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    (query,) = [one for one in said if "roll_entry" in one]
    selected = query.split("FROM")[0]
    about_a_person = {
        "cpr_sealed", "cpr_index", "address", "postal_code", "city", "cite", "name_sort_key", "name_search_key",
        "may_stand", "struck_kind", "added_late_at",
    }  # fmt: skip
    assert [column for column in about_a_person if column in selected] == []
    technical = {
        "municipality",
        "council",
        "id",
        "election_id",
        "station_id",
        "is_protected",
        "may_vote",
        "struck_at",
    }
    assert {c.name for c in RollEntry.__table__.columns} == READ_OF_A_PERSON | about_a_person | technical
    assert {
        "number", "first_names", "surname", "born_on", "polling_district", "seat_group",
    } == station_list.READ_OF_A_PERSON  # fmt: skip


def test_the_name_of_a_protected_person_is_not_read_and_stands_last(frozen: Played) -> None:
    """Not even the place in the alphabet tells: lines without a shown name come after all others."""
    with frozen.installation.database.read() as session:
        lines = list_of(session, frozen.read(), None)
    hidden = [line for line in lines if line.is_protected]
    assert [(line.name, line.list_name) for line in hidden] == [("", "")]
    assert lines[-1] is hidden[0]


def test_the_polling_district_is_on_the_list(frozen: Played) -> None:
    with frozen.installation.database.read() as session:
        assert {line.polling_district for line in list_of(session, frozen.read(), None)} == {"Ellemarken"}


@pytest.mark.parametrize("regulation", ["koege-2018", "koege-2014"])
def test_one_ballot_for_all_shows_nobodys_group(installation: Installation, regulation: str) -> None:
    """Køge 2014 reserves seats, but all vote on one paper: the desk has no use for anybody's group."""
    played = with_roll(call_koege(installation, regulation=regulation), 8)
    with installation.database.read() as session:
        assert {line.ballot_type for line in list_of(session, played.read(), None)} == {"fælles"}


def test_the_state_of_the_card_is_on_the_list(installation: Installation) -> None:
    """Before the cards: none. After: issued; one that was replaced is a new card."""
    played = with_candidates(with_roll(call_koege(installation), 8))
    with installation.database.read() as session:
        assert {line.card for line in list_of(session, played.read(), None)} == {Card.NONE}
    polling(played)
    replace_card(*played.by, played.act("polling_official"), played.election_id, played.entries[0])
    with installation.database.read() as session:
        state = {line.id: line.card for line in list_of(session, played.read(), None)}
    assert state.pop(played.entries[0]) is Card.REPLACEMENT
    assert set(state.values()) == {Card.ISSUED}


def test_each_station_gets_its_own_voters(installation: Installation) -> None:
    """Where one votes at one's own station, the list of a station has nobody of another's."""
    rows = [replace(row, district="Ellemarken" if n < 5 else "2") for n, row in enumerate(people(8))]
    played = with_roll(call_koege(installation, regulation="koege-2018", stations=2), rows=rows)
    with installation.database.read() as session:
        election = played.read()
        every = stations(session, election)
        sizes = [len(list_of(session, election, one)) for one in every]
        assert sum(sizes) == (8 if election.regulation.polling.station_choice.value == "own_station" else 16)
        for one in every:
            assert all(line.station_id in (None, one.id) for line in list_of(session, election, one))
