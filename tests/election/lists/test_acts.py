"""Lists filed, arranged and withdrawn through the acts; who is heard, until when; what is printed and counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from election.call.lots import BALLOT_ORDER
from election.call.records import election as read_election
from election.candidacy.acts import close_candidacy, open_candidacy, settle_ballot_order
from election.candidacy.case_acts import Registered, withdraw
from election.candidacy.part_acts import Person, Written, begin, seen_of, write
from election.candidacy.records import accepted, candidacy, texts
from election.counting.assembly import counting_document, form_of
from election.counting.methods import count_document
from election.lists.acts import Filed, arrange, claim, file_list, notice, release
from election.lists.acts import withdraw as withdraw_list
from election.lists.records import alliances_of, lists_on_ballot, lists_spoken_for, named_by, notices
from election.lists.records import candidate_list as find_list
from registry.act import Act, Installation
from registry.database import Scope
from registry.findings import Refused
from tests.lists import ADMIN, accept, as_candidate, call_with_lists, deadline, filed, registered
from tests.scenarios import Played, call_koege, invented_cpr

pytestmark = pytest.mark.slow

Doing = tuple[Installation, Scope, Act, UUID]


@pytest.fixture
def played(installation: Installation) -> Played:
    return call_with_lists(installation)


def _refused(code: str, done: Any, *given: Any) -> None:
    with pytest.raises(Refused) as refused:
        done(*given)
    assert refused.value.kind.code == code


def _by_office(played: Played) -> Doing:
    return (*played.by, played.act(ADMIN), played.election_id)


def _by_candidate(played: Played) -> Doing:
    return (*played.by, as_candidate(played), played.election_id)


def _names(played: Played, list_id: UUID) -> list[int]:
    """Numbers of the candidates from the top; the places must be 1, 2, 3 …"""
    with played.installation.database.read() as reading:
        own = named_by(reading, find_list(reading, played.scope, played.election_id, list_id))
        assert [one.claim.position for one in own] == list(range(1, len(own) + 1))
        return [one.case.number for one in own]


def _choose(played: Played, case: Registered, key: str) -> None:
    """The candidate chooses a list in the own case."""
    with played.installation.database.read() as reading:
        row = candidacy(reading, played.scope, played.election_id, case.candidacy_id)
        written = Written(list_key=key)
        seen = seen_of(row, texts(reading, row), written)
    write(*_by_candidate(played), case.candidacy_id, seen, written)


def _now(played: Played, case: Registered) -> Registered:
    """The case with the version it has now."""
    with played.installation.database.read() as reading:
        row = candidacy(reading, played.scope, played.election_id, case.candidacy_id)
        return replace(case, version=row.version)


# --- filing -------------------------------------------------------------------------------------------------


def test_a_list_is_filed_until_the_deadline_and_not_a_second_later(played: Played) -> None:
    played.now = deadline(played, "closes")
    filed(played, "A", "Broen")
    played.now += timedelta(seconds=1)
    given = Filed("B", "Ny By", False, None, "En", "en@example.dk")
    _refused("R275", file_list, *_by_office(played), given)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        pytest.param(Filed("a", "Den anden", False, None, "En", "12345678"), "R273", id="the key is taken"),
        pytest.param(Filed(" ", "Navnløs", False, None, "En", "12345678"), "R274", id="no key"),
        pytest.param(Filed("B", "x", False, None, "En", "12345678"), "R274", id="a name of one letter"),
        pytest.param(Filed("B", "x" * 61, False, None, "En", "12345678"), "R274", id="a name too long"),
        pytest.param(Filed("B", "Ny By", False, None, "En", ""), "R279", id="nobody can be reached"),
        pytest.param(Filed("B", "Ny By", False, None, "", "12345678"), "R279", id="nobody represents it"),
    ],
)
def test_a_list_that_cannot_be_filed_as_it_is(played: Played, given: Filed, code: str) -> None:
    filed(played, "A", "Broen")
    _refused(code, file_list, *_by_office(played), given)


def test_an_election_of_persons_has_no_lists(installation: Installation) -> None:
    koege = call_koege(installation)
    open_candidacy(*koege.by, koege.act(ADMIN), koege.election_id)
    _refused("R271", file_list, *_by_office(koege), Filed("A", "Broen", False, None, "En", "12345678"))


def test_a_candidate_who_files_a_list_represents_it_and_is_its_first_name(played: Played) -> None:
    founder = registered(played, 1, "A")
    made = file_list(*_by_candidate(played), Filed("A", "Broen", True, founder.candidacy_id))
    assert _names(played, made) == [1]
    with played.installation.database.read() as reading:
        election = read_election(reading, played.scope, played.election_id)
        assert [one.name for one in lists_spoken_for(reading, election, founder.candidacy_id)] == ["Broen"]


def test_a_draft_founds_no_list(played: Played) -> None:
    """A draft can be deleted, and the list would have nobody who speaks for it."""
    made = begin(*_by_candidate(played), Person(invented_cpr(50)), "da")
    _refused("R280", file_list, *_by_candidate(played), Filed("A", "Broen", False, made))


def test_a_candidate_cannot_file_a_list_for_nobody(played: Played) -> None:
    _refused("R278", file_list, *_by_candidate(played), Filed("A", "Broen", False, None, "En", "12345678"))


# --- who is heard, and until when ---------------------------------------------------------------------------


def test_only_the_representative_and_the_office_change_a_list(played: Played) -> None:
    founder, stranger = registered(played, 1, "A"), registered(played, 2, "A")
    made = file_list(*_by_candidate(played), Filed("A", "Broen", False, founder.candidacy_id))
    other = filed(played, "B", "Ny By")
    for speaker in (stranger.candidacy_id, uuid4(), None):
        _refused("R278", claim, *_by_candidate(played), made, speaker, 2)
        _refused("R278", release, *_by_candidate(played), made, speaker, 1)
        _refused("R278", arrange, *_by_candidate(played), made, speaker, True, (1,))
        _refused("R278", notice, *_by_candidate(played), made, speaker, other, True)
        _refused("R278", withdraw_list, *played.by, _reasoned(played), played.election_id, made, speaker)
        _refused("R278", claim, *_by_candidate(played), other, speaker, 1)
    assert claim(*_by_candidate(played), made, founder.candidacy_id, 2) == 2
    assert claim(*_by_office(played), other, None, 1) == 1


def _reasoned(played: Played) -> Any:
    return replace(as_candidate(played), reason="Vi stopper.")


def test_a_list_is_changed_until_defects_can_be_mended_and_not_a_second_later(played: Played) -> None:
    registered(played, 1, "A")
    made, other = filed(played, "A", "Broen", names=[1]), filed(played, "B", "Ny By")
    played.now = deadline(played, "cure_until")
    arrange(*_by_office(played), made, None, True, (1,))
    played.now += timedelta(seconds=1)
    _refused("R276", arrange, *_by_office(played), made, None, False, (1,))
    _refused("R276", notice, *_by_office(played), made, None, other, True)
    _refused("R276", release, *_by_office(played), made, None, 1)


# --- names --------------------------------------------------------------------------------------------------


def test_names_come_below_each_other_and_move_up_when_one_goes(played: Played) -> None:
    for number in range(1, 5):
        registered(played, number, "A")
    made = filed(played, "A", "Broen", names=[3, 1, 4, 2])
    assert _names(played, made) == [3, 1, 4, 2]
    assert release(*_by_office(played), made, None, 1) == 3
    assert _names(played, made) == [3, 4, 2]
    assert arrange(*_by_office(played), made, None, True, (2, 3, 4)) == (2, 3, 4)
    assert _names(played, made) == [2, 3, 4]


@pytest.mark.parametrize("order", [(1,), (1, 1), (1, 2, 3), (), (1, 9)])
def test_an_order_names_each_candidate_of_the_list_once(played: Played, order: tuple[int, ...]) -> None:
    registered(played, 1, "A"), registered(played, 2, "A")
    made = filed(played, "A", "Broen", names=[1, 2])
    _refused("R286", arrange, *_by_office(played), made, None, True, order)
    assert _names(played, made) == [1, 2]


def test_a_number_that_nobody_has_is_not_named_and_none_twice(played: Played) -> None:
    gone = registered(played, 1, "A")
    registered(played, 2, "A")
    made = filed(played, "A", "Broen", names=[2])
    act = played.act(ADMIN, reason="Eget ønske.")
    withdraw(*played.by, act, played.election_id, gone.candidacy_id, gone.version)
    _refused("R281", claim, *_by_office(played), made, None, 1)
    _refused("R281", claim, *_by_office(played), made, None, 77)
    _refused("R282", claim, *_by_office(played), made, None, 2)
    _refused("R283", release, *_by_office(played), made, None, 1)


def test_whoever_is_named_by_two_lists_stands_on_none_until_they_choose(played: Played) -> None:
    case = registered(played, 1, "A")
    filed(played, "A", "Broen", names=[1]), filed(played, "B", "Ny By", names=[1])
    _choose(played, case, "")
    _refused("R228", accept, played, _now(played, case))
    _choose(played, case, "C")
    _refused("R270", accept, played, _now(played, case))
    _choose(played, case, "B")
    accept(played, _now(played, case))
    with played.installation.database.read() as reading:
        election = read_election(reading, played.scope, played.election_id)
        assert [c.list_key for c in accepted(reading, election)] == ["B"]


def test_a_candidate_without_a_list_is_asked_for_one(played: Played) -> None:
    case = registered(played, 1, "A")
    _choose(played, case, "")
    _refused("R206", accept, played, _now(played, case))


def test_a_list_of_one_candidate_only_needs_no_filing_to_stand(played: Played) -> None:
    """As in the rehearsals from files: nobody has filed the list, so its key is its name."""
    accept(played, registered(played, 1, "Blandet liste"))
    with played.installation.database.read() as reading:
        election = read_election(reading, played.scope, played.election_id)
        (one,) = lists_on_ballot(reading, election, accepted(reading, election))
    assert (one.title, one.is_ordered) == ("Blandet liste", False)


def test_a_name_below_the_most_that_a_list_may_have_is_not_accepted_before_it_moves_up(played: Played) -> None:
    """Eleven seats leave room for fifteen names; drafts fill the places above."""
    case = registered(played, 1, "A")
    drafts = [begin(*_by_candidate(played), Person(invented_cpr(100 + n)), "da") for n in range(15)]
    made = filed(played, "A", "Broen", names=[*range(2, 2 + len(drafts)), 1])
    _refused("R270", accept, played, case)
    release(*_by_office(played), made, None, 9)
    accept(played, _now(played, case))


def test_an_accepted_candidate_is_neither_let_go_nor_named_by_another_list(played: Played) -> None:
    case = registered(played, 1, "A")
    made, other = filed(played, "A", "Broen", names=[1]), filed(played, "B", "Ny By")
    accept(played, case)
    _refused("R284", release, *_by_office(played), made, None, 1)
    _refused("R285", claim, *_by_office(played), other, None, 1)
    _refused("R289", withdraw_list, *played.by, played.act(ADMIN, reason="Nej."), played.election_id, made, None)


def test_when_a_list_is_withdrawn_its_candidates_may_choose_another(played: Played) -> None:
    case = registered(played, 1, "A")
    made, other = filed(played, "A", "Broen", names=[1]), filed(played, "B", "Ny By")
    gone = withdraw_list(*played.by, played.act(ADMIN, reason="Vi går sammen."), played.election_id, made, None)
    assert gone == 1
    _refused("R206", accept, played, _now(played, case))
    _refused("R277", claim, *_by_office(played), made, None, 1)
    _refused("R277", notice, *_by_office(played), other, None, made, True)
    claim(*_by_office(played), other, None, 1)
    _choose(played, case, "B")
    accept(played, _now(played, case))


def test_a_list_is_not_withdrawn_without_a_reason(played: Played) -> None:
    made = filed(played, "A", "Broen")
    _refused("R005", withdraw_list, *_by_office(played), made, None)


# --- alliances ----------------------------------------------------------------------------------------------


def test_an_alliance_is_said_by_both_and_every_word_is_kept(played: Played) -> None:
    one, other = filed(played, "A", "Broen"), filed(played, "B", "Ny By")
    said = [(one, other, True), (other, one, True), (one, other, False), (one, other, True)]
    numbers = []
    for by, to, yes in said:
        played.now += timedelta(minutes=1)
        numbers.append(notice(*_by_office(played), by, None, to, yes))
    assert numbers == [1, 1, 2, 3]
    with played.installation.database.read() as reading:
        election = read_election(reading, played.scope, played.election_id)
        assert alliances_of(reading, election).valid == (("A", "B"),)
        assert [(n.list_id, n.with_id, n.is_filed) for n in notices(reading, election)] == said


def test_a_list_makes_no_alliance_with_itself_or_one_that_is_not_there(played: Played) -> None:
    made = filed(played, "A", "Broen")
    _refused("R288", notice, *_by_office(played), made, None, made, True)
    _refused("R272", notice, *_by_office(played), made, None, uuid4(), True)


def test_where_the_regulation_has_no_alliances_nothing_is_filed(installation: Installation) -> None:
    played = call_with_lists(installation, with_alliances=False)
    one, other = filed(played, "A", "Broen"), filed(played, "B", "Ny By")
    _refused("R287", notice, *_by_office(played), one, None, other, True)


def test_the_same_request_names_a_candidate_once(played: Played) -> None:
    registered(played, 1, "A")
    made, act = filed(played, "A", "Broen"), played.act(ADMIN)
    answers = [claim(*played.by, act, played.election_id, made, None, 1) for _ in range(2)]
    assert answers == [1, 1]
    assert _names(played, made) == [1]


# --- on the ballot and in the count -------------------------------------------------------------------------


def _prepared(played: Played) -> None:
    """Broen (A, own order: c3 c1 c2), Ny By (B: c4 c5), Verden (C: c6). A and B are in alliance."""
    cases = [registered(played, number, key) for number, key in enumerate("AAABBC", 1)]
    one = filed(played, "A", "Broen", is_ordered=True, names=[3, 1, 2])
    other, _ = filed(played, "B", "Ny By", names=[4, 5]), filed(played, "C", "Verden", names=[6])
    notice(*_by_office(played), one, None, other, True)
    notice(*_by_office(played), other, None, one, True)
    for case in cases:
        accept(played, case)
    played.now = deadline(played, "closes") + timedelta(seconds=1)
    close_candidacy(*_by_office(played))
    drawn = ["c6", "c5", "c4", "c3", "c2", "c1"]
    lot = played.lot(BALLOT_ORDER, [f"c{n}" for n in range(1, 7)], drawn)
    act = played.act("board_member")
    settle_ballot_order(*played.by, act, played.election_id, lot)


def test_the_ballot_has_the_lists_by_key_each_in_its_own_order_or_in_ballot_order(played: Played) -> None:
    _prepared(played)
    with played.installation.database.read() as reading:
        election = read_election(reading, played.scope, played.election_id)
        found = lists_on_ballot(reading, election, accepted(reading, election))
    assert [(one.title, one.is_ordered, [c.label for c in one.candidates]) for one in found] == [
        ("A · Broen", True, ["c3", "c1", "c2"]),
        ("B · Ny By", False, ["c5", "c4"]),
        ("C · Verden", False, ["c6"]),
    ]


def test_the_count_is_given_names_order_and_alliances(played: Played) -> None:
    _prepared(played)
    with played.installation.database.read() as reading:
        election = read_election(reading, played.scope, played.election_id)
        assert form_of(reading, election).lists == ("A", "B", "C")
        document = counting_document(reading, election)
    assert document["lists"] == [
        {"id": "A", "name": "Broen", "votes": 0, "order": "partiliste"},
        {"id": "B", "name": "Ny By", "votes": 0},
        {"id": "C", "name": "Verden", "votes": 0},
    ]
    people: Any = document["candidates"]
    assert [(one["id"], one["list"]) for one in people if one["list"] == "A"] == [
        ("c3", "A"),
        ("c1", "A"),
        ("c2", "A"),
    ]
    assert document["alliances"] == [["A", "B"]]


def test_an_alliance_with_a_list_nobody_stands_on_is_none(played: Played) -> None:
    accept(played, registered(played, 1, "A"))
    one, other = filed(played, "A", "Broen"), filed(played, "B", "Ny By")
    notice(*_by_office(played), one, None, other, True)
    notice(*_by_office(played), other, None, one, True)
    with played.installation.database.read() as reading:
        document = counting_document(reading, read_election(reading, played.scope, played.election_id))
    assert "alliances" not in document


def test_alliance_and_order_decide_who_is_elected(played: Played) -> None:
    """Two seats; A 60, B 52 (one of them at c4), C 55. Together A and B have 112: 112, 56 > 55, so both seats.
    Inside: A 60, B 52, so one each. A's own order puts c3 first; on B the one personal vote puts c4 before c5.
    """
    _prepared(played)
    with played.installation.database.read() as reading:
        document: Any = counting_document(reading, read_election(reading, played.scope, played.election_id))
    document["seats"] = 2
    for one, votes in zip(document["lists"], (60, 52, 55), strict=True):
        one["votes"] = votes
    next(one for one in document["candidates"] if one["id"] == "c4")["votes"] = 1
    result = count_document(document)
    assert result["seats_by_list"] == {"A": 1, "B": 1, "C": 0}
    assert set(cast(list[str], result["elected"])) == {"c3", "c4"}
