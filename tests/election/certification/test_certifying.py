"""Four eyes: who may ask, who may approve, for how long, and what makes a request void."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import text

from election.call.rules import Phase
from election.certification.acts import approve, decide_complaint, receive_complaint, reopen, request, withdraw
from election.certification.records import (
    certifications,
    complaints,
    is_uncontested,
    latest_certification,
    open_request,
    unanswered_requests,
)
from election.counting.acts import determine, enter_tally, explain, settle
from election.counting.rules import CountKind
from registry.accounts.records import RoleGrant
from registry.act import Installation
from registry.database import WHOLE_MUNICIPALITY, Base
from registry.findings import Refused
from registry.roles import Role
from tests.scenarios import Played, certified, clear_votes, counting, figures, play_to

pytestmark = pytest.mark.slow


def ask(played: Played, who: str = "certifier") -> UUID:
    return request(*played.by, played.act(who), played.election_id)


def everything(played: Played) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table: what a refusal must leave exactly as it was."""
    with played.installation.database.read() as session:
        return {
            table.name: sorted(tuple(map(str, row)) for row in session.execute(table.select()))
            for table in Base.metadata.sorted_tables
            if table.name in _THERE
        }


_THERE = {"certification_request", "certification", "reopening", "complaint", "election", "act", "log_entry"}


def refused(played: Played, code: str, act: Callable[[], object]) -> None:
    """The act is refused with this code, and the database is as it was."""
    before = everything(played)
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.kind.code == code
    assert everything(played) == before


def grant(played: Played, who: str, role: Role) -> None:
    """A role beside the one this official has; done by hand, as no act is asked here."""
    with played.installation.database.write() as session:
        session.add(
            RoleGrant(
                municipality=played.scope.municipality,
                council=WHOLE_MUNICIPALITY,
                id=uuid4(),
                official_council=WHOLE_MUNICIPALITY,
                official_id=played.officials[who],
                role=role.value,
                granted_at=played.now,
                granted_by=played.officials["system_administrator"],
                ended_at=None,
                ended_by=None,
                end_reason=None,
            )
        )


def run_sql(played: Played, statement: str, **values: object) -> None:
    with played.installation.database.write() as session:
        session.execute(text(statement), values)


@pytest.fixture
def played(installation: Installation) -> Played:
    return play_to(Phase.COUNTED, installation)


def test_one_asks_another_approves_and_the_record_is_signed(played: Played) -> None:
    """Revision 1; SHA-256 and Ed25519 are over exactly the bytes that are kept; the phase is certified."""
    asked = ask(played)
    done = approve(*played.by, played.act("certifier_2"), played.election_id, asked)
    assert (done.revision, played.phase) == (1, Phase.CERTIFIED)
    with played.installation.database.read() as session:
        row = latest_certification(session, played.read())
        assert row is not None
        assert open_request(session, played.read(), played.now) is None
    assert hashlib.sha256(row.record).hexdigest() == done.record_sha256 == row.record_sha256
    Ed25519PublicKey.from_public_bytes(row.public_key).verify(row.signature, row.record)
    record = json.loads(row.record)
    assert record["certification"]["requested_by"] == "Certifier"
    assert record["certification"]["approved_by"] == "Certifier 2"
    assert record["document"]["elected"] == ["c1", "c2", "c3", "c4", "c5"]
    assert record["result"] == {"status": "final", "revision": 1, "at": record["result"]["at"]}


def test_the_same_request_sent_twice_gives_the_same_answer(played: Played) -> None:
    first = played.act("certifier")
    asked = request(*played.by, first, played.election_id)
    assert request(*played.by, first, played.election_id) == asked
    second = played.act("certifier_2")
    done = approve(*played.by, second, played.election_id, asked)
    assert approve(*played.by, second, played.election_id, asked) == done


def test_who_has_asked_does_not_approve(played: Played) -> None:
    asked = ask(played)
    refused(played, "R534", lambda: approve(*played.by, played.act("certifier"), played.election_id, asked))


def test_two_accounts_of_the_same_person_are_one_person(played: Played) -> None:
    run_sql(
        played,
        "UPDATE official SET cpr_index = :index WHERE username IN ('certifier', 'certifier_2')",
        index=b"one",
    )
    asked = ask(played)
    refused(played, "R534", lambda: approve(*played.by, played.act("certifier_2"), played.election_id, asked))


def test_who_has_entered_a_tally_neither_asks_nor_approves(played: Played) -> None:
    for who in ("enterer", "enterer_2"):
        grant(played, who, Role.CERTIFIER)
    act = played.act("enterer")
    as_certifier = type(act)(act.actor, Role.CERTIFIER, act.at, act.request_id)
    refused(played, "R535", lambda: request(*played.by, as_certifier, played.election_id))
    asked = ask(played)
    refused(played, "R535", lambda: approve(*played.by, as_certifier, played.election_id, asked))


def test_who_has_entered_a_tally_under_another_account_does_not_certify(played: Played) -> None:
    run_sql(
        played, "UPDATE official SET cpr_index = :index WHERE username IN ('enterer', 'certifier_2')", index=b"one"
    )
    asked = ask(played)
    refused(played, "R535", lambda: approve(*played.by, played.act("certifier_2"), played.election_id, asked))


def test_who_asked_and_then_entered_a_tally_makes_the_request_worthless(played: Played) -> None:
    """The preliminary tally changes no figure of the final result, but the requester is an enterer now."""
    asked = ask(played)
    grant(played, "certifier", Role.ENTERER)
    act = played.act("certifier")
    as_enterer = type(act)(act.actor, Role.ENTERER, act.at, act.request_id)
    votes = figures(played, clear_votes(15, 6))
    enter_tally(*played.by, as_enterer, played.election_id, played.stations[0], CountKind.PRELIMINARY, 1, votes)
    refused(played, "R535", lambda: approve(*played.by, played.act("certifier_2"), played.election_id, asked))


def test_a_candidate_does_not_certify(played: Played) -> None:
    run_sql(
        played,
        "UPDATE official SET cpr_index = (SELECT cpr_index FROM candidacy WHERE number = 1) "
        "WHERE username = 'certifier'",
    )
    refused(played, "R540", lambda: ask(played))


def test_a_second_request_for_the_same_is_refused(played: Played) -> None:
    ask(played)
    refused(played, "R532", lambda: ask(played, "certifier_2"))


def test_a_request_that_is_older_than_24_hours_is_made_again(played: Played) -> None:
    asked = ask(played)
    played.now += timedelta(hours=24)
    refused(played, "R537", lambda: approve(*played.by, played.act("certifier_2"), played.election_id, asked))
    again = ask(played, "certifier_2")
    refused(played, "R538", lambda: approve(*played.by, played.act("certifier_2"), played.election_id, asked))
    assert approve(*played.by, played.act("certifier"), played.election_id, again).revision == 1


def test_a_withdrawn_request_is_not_approved(played: Played) -> None:
    asked = ask(played)
    refused(played, "R005", lambda: withdraw(*played.by, played.act("certifier"), played.election_id, asked))
    withdraw(*played.by, played.act("certifier_2", reason="Tallene ses efter"), played.election_id, asked)
    refused(played, "R538", lambda: approve(*played.by, played.act("certifier_2"), played.election_id, asked))
    reason = played.act("certifier", reason="En gang til")
    refused(played, "R533", lambda: withdraw(*played.by, reason, played.election_id, asked))


def test_a_request_that_does_not_exist_or_is_approved_is_not_approved(played: Played) -> None:
    refused(played, "R533", lambda: approve(*played.by, played.act("certifier_2"), played.election_id, uuid4()))


def _a_complaint(played: Played) -> None:
    receive_complaint(
        *played.by, played.act("board_member"), played.election_id, "En vælger", "Køen var lang", played.now
    )


def _determined_again(played: Played) -> None:
    determine(*played.by, played.act("board_member"), played.election_id)


def _a_vote_moved_in_the_database(played: Played) -> None:
    with played.installation.database.write() as session:
        count = Base.metadata.tables["count"]
        row = session.execute(count.select()).mappings().one()
        moved = dict(row["figures"]) | {"c1": row["figures"]["c1"] - 1, "c2": row["figures"]["c2"] + 1}
        session.execute(count.update().values(figures=moved))


def _a_changed_lot(played: Played) -> None:
    run_sql(played, "UPDATE lot SET witnesses = 'Ingen'")


def _a_renamed_candidate(played: Played) -> None:
    run_sql(played, "UPDATE candidacy SET ballot_name = 'En anden' WHERE number = 1")


def _a_changed_board(played: Played) -> None:
    run_sql(played, "UPDATE board_member SET left_at = called_at FROM election WHERE is_chair")


@pytest.mark.parametrize(
    "change",
    [
        _a_complaint,
        _determined_again,
        _a_changed_lot,
        _a_renamed_candidate,
        _a_changed_board,
        _a_vote_moved_in_the_database,
    ],
)
def test_any_change_after_the_request_voids_it(played: Played, change: Callable[[Played], None]) -> None:
    """Result, lots, candidates, board, complaints, counts: approval is refused, and a new request is needed."""
    asked = ask(played)
    change(played)
    refused(played, "R536", lambda: approve(*played.by, played.act("certifier_2"), played.election_id, asked))
    if change in (_a_renamed_candidate, _a_vote_moved_in_the_database):
        refused(played, "R531", lambda: ask(played))
        _determined_again(played)
    again = ask(played)
    with played.installation.database.read() as session:
        assert [one.id for one in unanswered_requests(session, played.read())] == [again]
    assert approve(*played.by, played.act("certifier_2"), played.election_id, again).revision == 1


def test_an_explanation_that_is_added_voids_the_request(installation: Installation) -> None:
    """15 admitted, 14 papers: one is missing, explained, then explained better."""
    played = counting(_polled(installation))
    station = played.stations[0]
    form = figures(played, clear_votes(14, 5), papers=100) | {"unissued": 85}
    for entry, who in ((1, "enterer"), (2, "enterer_2")):
        enter_tally(*played.by, played.act(who), played.election_id, station, CountKind.FINAL, entry, form)
    for words in ("En seddel er væk", "En vælger gik med sedlen"):
        explain(*played.by, played.act("board_member"), played.election_id, station, "F302", words)
        settle(*played.by, played.act("board_member"), played.election_id, station)
        if words.startswith("En seddel"):
            _determined_again(played)
            asked = ask(played)
    refused(played, "R536", lambda: approve(*played.by, played.act("certifier_2"), played.election_id, asked))


def _polled(installation: Installation) -> Played:
    return play_to(Phase.POLLING, installation, voters=15, candidates=5)


def test_a_preliminary_result_is_not_certified(installation: Installation) -> None:
    played = counting(_polled(installation))
    form = figures(played, clear_votes(15, 5))
    for entry, who in ((1, "enterer"), (2, "enterer_2")):
        enter_tally(
            *played.by, played.act(who), played.election_id, played.stations[0], CountKind.PRELIMINARY, entry, form
        )
    settle(*played.by, played.act("board_member"), played.election_id, played.stations[0])
    refused(played, "R080", lambda: ask(played))
    _determined_again(played)
    refused(played, "R530", lambda: ask(played))


def test_a_certified_result_takes_no_tally_no_lot_and_no_second_approval(played: Played) -> None:
    asked = ask(played)
    approve(*played.by, played.act("certifier_2"), played.election_id, asked)
    form = figures(played, clear_votes(15, 6))
    station = played.stations[0]
    for act in (
        lambda: enter_tally(
            *played.by, played.act("enterer"), played.election_id, station, CountKind.PRELIMINARY, 1, form
        ),
        lambda: determine(*played.by, played.act("board_member"), played.election_id),
        lambda: approve(*played.by, played.act("certifier_2"), played.election_id, asked),
        lambda: ask(played),
    ):
        refused(played, "R080", act)


def test_a_reopened_result_gets_a_new_revision_that_names_the_reason_and_the_earlier_record(
    played: Played,
) -> None:
    certified(played)
    with played.installation.database.read() as session:
        first = latest_certification(session, played.read())
    assert first is not None
    refused(played, "R006", lambda: reopen(*played.by, played.act("certifier", reason="x"), played.election_id))
    alone = played.act("certifier", second="board_member")
    refused(played, "R005", lambda: reopen(*played.by, alone, played.election_id))
    why = "To bunker var byttet om"
    reopen(*played.by, played.act("certifier", second="board_member", reason=why), played.election_id)
    assert played.phase is Phase.COUNTED
    _determined_again(played)
    certified(played)
    with played.installation.database.read() as session:
        every = certifications(session, played.read())
    record = json.loads(every[1].record)
    assert [one.revision for one in every] == [1, 2]
    assert every[0].record == first.record
    assert record["certification"]["reason"] == every[1].reason == why
    assert record["earlier"][0]["record_sha256"] == first.record_sha256
    assert record["earlier"][0]["reason"] == why
    assert record["result"]["revision"] == 2


def test_an_election_without_a_poll_is_certified_without_figures_and_cannot_be_counted_again(
    installation: Installation,
) -> None:
    played = certified(play_to(Phase.UNCONTESTED, installation))
    with played.installation.database.read() as session:
        row = latest_certification(session, played.read())
        assert is_uncontested(session, played.read())
    assert row is not None
    record = json.loads(row.record)
    assert not {"figures", "given", "ledger", "turnout", "disputed"} & record.keys()
    assert len(record["document"]["elected"]) == 5
    assert '"votes"' not in row.record.decode()
    act = played.act("certifier", second="board_member", reason="Tæl om")
    refused(played, "R539", lambda: reopen(*played.by, act, played.election_id))


def test_a_complaint_is_kept_with_whether_it_came_in_time(played: Played) -> None:
    """Deadline 4 December 23:59:59: one at noon that day, one the day after; each decided once."""
    played.now += timedelta(days=9)
    noon = played.now.replace(day=4, month=12, hour=11, minute=0)
    admin = "election_administrator"
    for at in (noon, noon + timedelta(days=1)):
        receive_complaint(*played.by, played.act(admin), played.election_id, " En vælger ", "Om køen", at)
    with played.installation.database.read() as session:
        every = complaints(session, played.read())
    assert [one.is_late for one in every] == [False, True]
    assert every[0].from_whom == "En vælger"
    first = every[0].id
    decide_complaint(*played.by, played.act("council_secretary"), played.election_id, first, False, "Ikke nok")
    act = played.act("board_member")
    refused(
        played, "R545", lambda: decide_complaint(*played.by, act, played.election_id, first, True, "Alligevel")
    )
    second = every[1].id
    refused(played, "R543", lambda: decide_complaint(*played.by, act, played.election_id, second, True, " "))
    refused(played, "R544", lambda: decide_complaint(*played.by, act, played.election_id, uuid4(), True, "x"))


@pytest.mark.parametrize(
    ("from_whom", "about", "later", "code"),
    [(" ", "x", 0, "R543"), ("x", "", 0, "R543"), ("x", "y", 1, "R542")],
)
def test_an_empty_complaint_or_one_from_tomorrow_is_not_kept(
    played: Played, from_whom: str, about: str, later: int, code: str
) -> None:
    act, at = played.act("board_member"), played.now + timedelta(minutes=later)
    refused(played, code, lambda: receive_complaint(*played.by, act, played.election_id, from_whom, about, at))


def test_the_log_says_that_there_is_a_complaint_and_not_from_whom(played: Played) -> None:
    receive_complaint(
        *played.by, played.act("board_member"), played.election_id, "Yrsa Klagesen", "Om køen", played.now
    )
    with played.installation.database.read() as session:
        bodies = [bytes(body) for body in session.scalars(text("SELECT body FROM log_entry"))]
    assert any(b"receive_complaint" in body for body in bodies)
    assert not any(b"Klagesen" in body or "køen".encode() in body for body in bodies)
