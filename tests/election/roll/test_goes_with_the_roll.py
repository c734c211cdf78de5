"""Corrections, declarations and objections go when the roll is destroyed; the register of copies stays."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from election.call.rules import Phase
from election.roll.copies import print_copy
from election.roll.corrections import CorrectionKind, Effect, LatePerson, correct_entry
from election.roll.declarations import Given, GivenHow, add_by_declaration
from election.roll.objection_records import Ruling
from election.roll.objections import Asks, CameIn, decide_objection, receive_objection
from election.roll.records import (
    RollCopy,
    RollCorrection,
    RollDeclaration,
    RollEntry,
    RollObjection,
    RollObjectionDecision,
)
from registry.act import Installation
from tests.election.retention.ends import destroyed, may_be_destroyed
from tests.scenarios import (
    Played,
    call_koege,
    certified,
    clear_votes,
    counted,
    counting,
    invented_cpr,
    polling,
    with_candidates,
    with_roll,
)

pytestmark = pytest.mark.slow

KEEPER, ADMIN = "roll_keeper", "election_administrator"
GOES = (RollCorrection, RollDeclaration, RollObjectionDecision, RollObjection, RollEntry)


def _rows(played: Played, table: type) -> int:
    with played.installation.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def over(installation: Installation) -> Played:
    """Certified, handed over, and the time for complaints has passed."""
    played = with_roll(call_koege(installation), 15)
    here, which = played.by, played.election_id
    typed = LatePerson("Noor", "Sen", date(1990, 5, 4))
    given = Given("statistical-1", played.now.date(), GivenHow.IN_PERSON, True)
    add_by_declaration(*here, played.act(KEEPER, second=ADMIN), which, invented_cpr(500), typed, given)
    cpr, asks = played.people[0].cpr, Asks.STRIKE
    about = receive_objection(
        *here, played.act(KEEPER), which, played.now, CameIn.EMAIL, "Vera", asks, "Flyttet", cpr
    )
    decide_objection(*here, played.act(KEEPER, second=ADMIN, reason="Ja"), which, about, Ruling.UPHELD, "§ 3")
    who, kind = played.entries[-1], CorrectionKind.MOVED
    act = played.act(KEEPER, second=ADMIN, reason="Efter indsigelse")
    correct_entry(*here, act, which, who, kind, Effect.STRUCK, objection_id=about)
    print_copy(*here, played.act(KEEPER), which, None, "Bord 1")
    counting(polling(with_candidates(played, 6), admitted=14))
    counted(played, clear_votes(15, 6) | {"c1": clear_votes(15, 6)["c1"] - 1})
    assert certified(played).phase is Phase.CERTIFIED
    return may_be_destroyed(played)


def test_what_leads_to_a_voter_goes_and_the_copies_stay(over: Played) -> None:
    """Two corrections, one declaration, one objection with its decision, sixteen entries; one copy."""
    assert [_rows(over, table) for table in GOES] == [2, 1, 1, 1, 16]
    destroyed(over)
    assert [_rows(over, table) for table in GOES] == [0] * 5
    assert _rows(over, RollCopy) == 1


@pytest.mark.parametrize(
    "table", ["roll_correction", "roll_declaration", "roll_objection", "roll_objection_decision", "roll_copy"]
)
def test_outside_a_destruction_nothing_is_deleted(over: Played, table: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), over.installation.database.write() as session:
        session.execute(text(f"DELETE FROM {table}"))
    assert _rows(over, RollDeclaration) == _rows(over, RollCopy) == 1
