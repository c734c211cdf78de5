"""The office decides: accepted, or sent back with what is to be mended."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from election.candidacy.case_acts import Named, decide
from election.candidacy.part_acts import set_photo
from election.candidacy.records import ListClaim, defects
from election.candidacy.rules import ConsentKind, Decision, Part, State
from registry.accounts.records import Official
from registry.act import Installation
from registry.audit.records import LogEntry
from registry.database import WHOLE_MUNICIPALITY
from tests.election.candidacy.played import (
    ADMIN,
    CLOSES,
    CURE,
    LETTERS,
    PROTECTED,
    at_once,
    case,
    code,
    cpr,
    decided,
    draft,
    fill,
    filled_in,
    give,
    mails,
    nominating,
    on_paper,
    own,
    read,
    send_it,
    sent,
    state,
    told,
    withdraw_it,
)
from tests.election.presentation.standing import portrait
from tests.scenarios import SCOPE, Played, form_value, sign_in

pytestmark = pytest.mark.slow


@pytest.fixture
def played(installation: Installation) -> Played:
    return nominating(installation)


def test_an_accepted_candidate_is_told_and_stands(played: Played) -> None:
    made = sent(played)
    assert decided(played, made) is State.ACCEPTED
    row = case(played, made)
    assert (row.accepted_name_key, row.decided_at) == ("aminaalba", played.now)
    assert told(played, made) == ["received", "accepted"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"ballot_name": "Dr. Amina Alba"}, "R200"),
        ({"ballot_name": ""}, "R200"),
        ({"is_willing": False}, "R238"),
    ],
)
def test_what_no_discretion_makes_good_is_not_accepted(
    played: Played, fields: dict[str, Any], expected: str
) -> None:
    made = sent(played)
    fill(played, made, **fields)
    assert code(partial(decided, played, made, reason="Det går nok")) == expected
    assert state(played, made) is State.SUBMITTED


def test_a_second_candidate_with_a_name_that_cannot_be_told_apart_is_not_accepted(played: Played) -> None:
    first, second = sent(played, 0), sent(played, 1)
    fill(played, second, ballot_name="AMÍNA  ALBA")
    decided(played, first)
    assert code(partial(decided, played, second)) == "R201"
    withdraw_it(played, first)
    assert decided(played, second) is State.ACCEPTED


def test_a_protected_name_is_not_put_on_the_ballot_without_consent(played: Played) -> None:
    made = draft(played, PROTECTED)
    fill(played, made, ballot_name="Amina Alba", is_willing=True)
    send_it(played, made)
    assert code(partial(decided, played, made)) == "R229"
    give(played, made, ConsentKind.PROTECTED_NAME)
    assert decided(played, made) is State.ACCEPTED


def test_somebody_with_a_role_at_the_polls_does_not_stand(played: Played) -> None:
    made = sent(played)
    with played.installation.database.write() as session:
        for who in (ADMIN, "enterer"):  # two accounts; the role is on the second
            official = session.get_one(Official, (SCOPE.municipality, WHOLE_MUNICIPALITY, played.officials[who]))
            official.cpr_index = case(played, made).cpr_index
    assert code(partial(decided, played, made)) == "R217"


def test_a_late_one_is_accepted_for_a_reason_where_the_regulation_lets_the_board_decide(
    installation: Installation,
) -> None:
    played = nominating(installation, candidacy__late='"board_decides"')
    made = filled_in(played)
    played.now = CLOSES + timedelta(hours=1)
    send_it(played, made)
    assert code(partial(decided, played, made)) == "R005"
    assert decided(played, made, reason="Bussen kørte ikke") is State.ACCEPTED


def test_too_few_supporters_take_a_reason(installation: Installation) -> None:
    """Two are needed; one of the two typed has no right to vote."""
    played = nominating(installation, candidacy__supporters_min="2")
    made = on_paper(played, 0, supporters=(cpr(played, 3), cpr(played, 13))).candidacy_id
    assert code(partial(decided, played, made)) == "R239"
    assert decided(played, made, reason="Den anden er lige flyttet hertil") is State.ACCEPTED


def lists_of(played: Played, made: UUID, *named_by: str, place: int = 1) -> None:
    of = {"municipality": SCOPE.municipality, "council": SCOPE.council, "candidacy_id": made}
    with played.installation.database.write() as session:
        session.add_all(ListClaim(id=uuid4(), list_key=key, position=place, **of) for key in named_by)


def test_a_candidate_whom_two_lists_name_stands_on_none_until_one_is_chosen(installation: Installation) -> None:
    played = nominating(
        installation,
        lists__are_allowed="true",
        seats__method='"lists-dhondt"',
        substitutes__order='"per-list"',
    )
    made = sent(played)
    assert code(partial(decided, played, made)) == "R206"
    lists_of(played, made, "A", "B")
    assert code(partial(decided, played, made)) == "R228"
    fill(played, made, list_key="C")
    assert code(partial(decided, played, made)) == "R270"
    fill(played, made, list_key="B")
    assert decided(played, made) is State.ACCEPTED


def test_whoever_is_below_the_most_names_of_a_list_is_not_on_it(installation: Installation) -> None:
    """Five seats and four more: the tenth name is cut away."""
    rules = {"lists__are_allowed": "true", "seats__method": '"lists-dhondt"', "substitutes__order": '"per-list"'}
    played = nominating(installation, **rules)
    made, other = sent(played), sent(played, 1)
    lists_of(played, made, "A", place=9)
    lists_of(played, other, "A", place=10)
    for one in (made, other):
        fill(played, one, list_key="A")
    assert decided(played, made) is State.ACCEPTED
    assert code(partial(decided, played, other)) == "R270"


def test_two_officials_who_decide_at_once_decide_once(played: Played) -> None:
    made = sent(played)
    version = case(played, made).version
    act, other = played.act(ADMIN), played.act(ADMIN, reason="Mangler foto")
    answers = at_once(
        partial(decide, *played.by, act, played.election_id, made, version, Decision.ACCEPT),
        partial(decide, *played.by, other, played.election_id, made, version, Decision.RETURN),
    )
    assert "R003" in answers
    assert len(told(played, made)) == 2


@pytest.mark.parametrize("what", ["text", "photo", "consent"])
def test_what_changed_after_the_page_was_opened_is_seen_before_it_is_decided(played: Played, what: str) -> None:
    """Also while the clock of a demo stands still, and where the change is in another table."""
    made = sent(played)
    version = case(played, made).version
    if what == "text":
        fill(played, made, texts=(("da", "Noget andet"),))
    elif what == "photo":
        set_photo(*played.by, own(played), played.election_id, made, portrait(3))
    else:
        give(played, made, ConsentKind.PHOTO)
    act = played.act(ADMIN)
    stale = partial(decide, *played.by, act, played.election_id, made, version, Decision.ACCEPT)
    assert code(stale) == "R003"
    assert decided(played, made) is State.ACCEPTED


def test_which_consent_was_given_is_not_in_the_log_for_outsiders(played: Played) -> None:
    """That somebody agrees to a protected name says that it is protected."""
    give(played, sent(played), ConsentKind.PROTECTED_NAME, ConsentKind.PHONE)
    with played.installation.database.read() as session:
        bodies = [entry.body.decode() for entry in session.scalars(select(LogEntry))]
    assert any('"candidacy.consent"' in body for body in bodies)
    said = (ConsentKind.PROTECTED_NAME.value, ConsentKind.PHONE.value)
    assert not any(word in body for body in bodies for word in said)


def test_a_version_too_long_for_any_case_is_none(played: Played, client: FlaskClient) -> None:
    address = f"/0259/integrationsraad/2017/kandidater/{sent(played)}"
    sign_in(client, ADMIN)
    token = form_value(client.get(address).get_data(as_text=True), "csrf_token")
    typed = {"csrf_token": token, "accept-request_id": str(uuid4()), "accept-version": "9" * 5000}
    assert client.post(f"{address}/godkend", data=typed).status_code == 409


def test_of_two_with_one_name_accepted_at_once_one_is_refused(played: Played) -> None:
    both = [sent(played, 0), sent(played, 1)]
    fill(played, both[1], ballot_name=LETTERS[0])
    answers = at_once(*[partial(decided, played, made) for made in both])
    assert sorted(map(str, answers)) == ["R201", "accepted"]


# --- sending back ------------------------------------------------------------------------------------------


def test_what_is_to_be_mended_is_named_part_by_part_with_what_to_do(played: Played) -> None:
    made = sent(played)
    named = (Named(Part.NAME, "Skriv hele\x00 efternavnet\u202e"), Named(Part.PHOTO, "Send et lysere foto"))
    assert decided(played, made, Decision.RETURN, named=named) is State.RETURNED
    found = read(played, lambda s, e: [(d.part, d.text) for d in defects(s, case(played, made))])
    assert found == [("name", "Skriv hele efternavnet"), ("photo", "Send et lysere foto")]
    kind, facts = mails(played, made)[-1]
    assert kind == "returned"
    assert "Send et lysere foto" in facts
    assert CURE.isoformat() in facts
    set_photo(*played.by, own(played), played.election_id, made, None)
    send_it(played, made)
    assert read(played, lambda s, e: defects(s, case(played, made))) == []


@pytest.mark.parametrize("named", [(), (Named(Part.NAME, "  "),), (Named(Part.NAME, "\u202e\x00"),)])
def test_nothing_is_sent_back_without_a_word_on_what_to_do(played: Played, named: tuple[Named, ...]) -> None:
    made = sent(played)
    assert code(partial(decided, played, made, Decision.RETURN, named=named)) == "R234"
