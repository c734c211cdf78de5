"""What the office is shown of a case before anybody decides: good, to be looked at, or nobody may accept it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from election.call.records import Election
from election.candidacy.checks import Check, case_facts, facts_of_all
from election.candidacy.records import ListClaim, candidacies
from election.candidacy.rules import ConsentKind, Decision
from registry.act import Installation
from tests.election.candidacy.played import (
    CLOSES,
    LETTERS,
    PROTECTED,
    cpr,
    decided,
    draft,
    fill,
    give,
    nominating,
    on_paper,
    read,
    send_it,
    sent,
)
from tests.scenarios import SCOPE, Played

pytestmark = pytest.mark.slow
LISTS = {"lists__are_allowed": "true", "seats__method": '"lists-dhondt"', "substitutes__order": '"per-list"'}


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(autouse=True)
def in_danish(app: Flask) -> object:
    with app.test_request_context():
        yield


def checks(played: Played, made: UUID) -> dict[str, Check]:
    """The checks of a case, by what they look at."""

    def ask(session: Session, election: Election) -> dict[str, Check]:
        row = next(c for c in candidacies(session, election) if c.id == made)
        return {check.what: check for check in case_facts(session, election, row).checks}

    found: dict[str, Check] = read(played, ask)
    return found


def kinds(played: Played, made: UUID) -> dict[str, str]:
    return {what: check.kind for what, check in checks(played, made).items()}


def test_of_a_complete_case_every_check_is_good_and_names_its_source(
    installation: Installation,
) -> None:
    played = nominating(installation)
    found = checks(played, sent(played))
    assert {check.kind for check in found.values()} <= {"good", "info"}
    assert all(check.source for check in found.values())


@pytest.mark.parametrize("number", [12, 13])
def test_of_somebody_who_is_not_on_the_roll_a_person_must_look_and_no_program_says_no(
    installation: Installation, number: int
) -> None:
    """Of Danish origin: in the extract and refused by the roll."""
    played = nominating(installation)
    found = checks(played, on_paper(played, 0).candidacy_id)
    assert found["Retten til at stille op"].kind == "good"
    made = draft(played, number)
    fill(played, made, ballot_name="Ida Iversen", email="ida@example.dk", is_willing=True)
    send_it(played, made)
    right = checks(played, made)["Retten til at stille op"]
    assert right.kind == "warn"
    assert right.source


def test_age_is_counted_on_election_day(installation: Installation) -> None:
    played = nominating(installation)
    found = checks(played, sent(played))["Alder"]
    assert (found.kind, "der kræves 18" in found.outcome) == ("good", True)


def test_a_title_in_the_name_cannot_be_accepted(installation: Installation) -> None:
    played = nominating(installation)
    made = draft(played)
    fill(played, made, ballot_name="Dr. Amina", email="a@example.dk", is_willing=True)
    send_it(played, made)
    assert kinds(played, made)["Navnets form"] == "bad"


def test_names_that_cannot_be_told_apart_point_at_each_other(installation: Installation) -> None:
    """Case, accents and punctuation aside: Bo Berg and BÓ BERG. A third that is withdrawn does not count."""
    played = nominating(installation)
    first, second = sent(played, 1), draft(played, 2)
    fill(played, second, ballot_name="BÓ BERG", email="b@example.dk", is_willing=True)
    send_it(played, second)
    assert "nr. 2" in checks(played, first)["Navnet er sit eget"].outcome
    assert "nr. 1" in checks(played, second)["Navnet er sit eget"].outcome


def test_a_protected_name_needs_its_own_consent(installation: Installation) -> None:
    played = nominating(installation)
    made = draft(played, PROTECTED)
    fill(played, made, ballot_name="Lone Lund", email="l@example.dk", is_willing=True)
    send_it(played, made)
    give(played, made, ConsentKind.PHOTO)
    assert kinds(played, made)["Beskyttet navn"] == "bad"
    give(played, made, ConsentKind.PROTECTED_NAME)
    assert kinds(played, made)["Beskyttet navn"] == "good"
    give(played, made)
    assert kinds(played, made)["Beskyttet navn"] == "bad"


def test_a_name_that_is_not_protected_is_not_asked_about(installation: Installation) -> None:
    played = nominating(installation)
    assert "Beskyttet navn" not in checks(played, sent(played))


def named_by(played: Played, made: UUID, **places: int) -> None:
    of = {"municipality": SCOPE.municipality, "council": SCOPE.council, "candidacy_id": made}
    with played.installation.database.write() as session:
        session.add_all(ListClaim(id=uuid4(), list_key=key, position=at, **of) for key, at in places.items())


def test_whom_two_lists_name_stands_on_none_until_they_choose(installation: Installation) -> None:
    played = nominating(installation, **LISTS)
    made = sent(played)
    assert checks(played, made)["Liste"].outcome == "Der mangler en liste."
    named_by(played, made, A=1, B=2)
    assert "A, B" in checks(played, made)["Liste"].outcome
    assert kinds(played, made)["Liste"] == "bad"
    fill(played, made, list_key="B")
    assert kinds(played, made)["Liste"] == "good"


def test_a_list_that_has_cut_the_name_away_is_not_good(installation: Installation) -> None:
    """Five seats and four more: the tenth name is below."""
    played = nominating(installation, **LISTS)
    made = sent(played)
    named_by(played, made, A=10)
    fill(played, made, list_key="A")
    assert kinds(played, made)["Liste"] == "bad"


def test_supporters_are_counted_and_never_named(installation: Installation) -> None:
    """Two are needed. Of three on paper one is not on the roll and one supports somebody else too."""
    played = nominating(installation, candidacy__supporters_min="2")
    made = on_paper(played, 0, supporters=(cpr(played, 3), cpr(played, 13), cpr(played, 4))).candidacy_id
    on_paper(played, 1, supporters=(cpr(played, 4),))
    found = checks(played, made)["Stillere"]
    assert found.outcome == "1 af 3 tæller. 3 er på papir. Der kræves 2–25."
    assert found.kind == "warn"
    assert not any(cpr(played, number) in found.outcome for number in (3, 4, 13))


def test_who_came_too_late_stays_too_late_when_sent_back(installation: Installation) -> None:
    played = nominating(installation, candidacy__late='"board_decides"')
    made = draft(played)
    fill(played, made, ballot_name=LETTERS[0], email="a@example.dk", is_willing=True)
    played.now = CLOSES + timedelta(seconds=1)
    send_it(played, made)
    assert kinds(played, made)["Frist"] == "warn"
    decided(played, made, Decision.RETURN, "Skriv hele navnet.")
    assert kinds(played, made)["Frist"] == "warn"


def test_at_the_last_second_it_is_in_time(installation: Installation) -> None:
    played = nominating(installation)
    made = draft(played)
    fill(played, made, ballot_name=LETTERS[0], email="a@example.dk", is_willing=True)
    played.now = CLOSES
    send_it(played, made)
    assert kinds(played, made)["Frist"] == "good"


def test_without_willingness_nobody_accepts_and_without_contact_somebody_looks(installation: Installation) -> None:
    played = nominating(installation)
    made = draft(played)
    fill(played, made, ballot_name=LETTERS[0])
    send_it(played, made)
    found = kinds(played, made)
    assert (found["Vil vælges"], found["Kontakt"]) == ("bad", "warn")


def test_the_checks_of_many_cases_take_no_more_queries_than_those_of_one(installation: Installation) -> None:
    played = nominating(installation)
    for number in range(6):
        sent(played, number)

    def queries(rows: int) -> int:
        asked: list[str] = []

        def ask(session: Session, election: Election) -> None:
            every = candidacies(session, election)[:rows]
            engine = played.installation.database.engine
            listener = lambda *told: asked.append(told[2])  # noqa: E731
            event.listen(engine, "before_cursor_execute", listener)
            facts_of_all(session, election, every)
            event.remove(engine, "before_cursor_execute", listener)

        read(played, ask)
        return len(asked)

    assert queries(6) == queries(1)
