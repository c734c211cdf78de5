"""What the database itself refuses, whoever comes and by which way: raw SQL on both engines."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from election.call.rules import Phase
from election.certification.acts import request
from election.certification.records import Certification, CertificationRequest, Complaint
from registry.act import Installation
from tests.scenarios import Played, certified, play_to

pytestmark = pytest.mark.slow


@pytest.fixture
def played(installation: Installation) -> Played:
    return play_to(Phase.COUNTED, installation)


def insert_request(played: Played, by: UUID) -> UUID:
    """A request past the acts."""
    made = uuid4()
    with played.installation.database.write() as session:
        session.add(
            CertificationRequest(
                municipality=played.scope.municipality,
                council=played.scope.council,
                id=made,
                election_id=played.election_id,
                result_revision=1,
                state_sha256="0" * 64,
                requested_by=by,
                requested_at=played.now,
                expires_at=played.now + timedelta(hours=24),
            )
        )
    return made


def insert_certification(
    played: Played, asked: UUID, by: UUID, approved_by: UUID, revision: int = 1, reason: str = ""
) -> None:
    """A certification past the acts."""
    with played.installation.database.write() as session:
        session.add(
            Certification(
                municipality=played.scope.municipality,
                council=played.scope.council,
                id=uuid4(),
                election_id=played.election_id,
                request_id=asked,
                revision=revision,
                requested_by=by,
                approved_by=approved_by,
                approved_at=played.now,
                record=b"{}",
                record_sha256="0" * 64,
                signature=b"0",
                public_key=b"0",
                signing_version=1,
                reason=reason,
            )
        )


def rows(played: Played) -> int:
    with played.installation.database.read() as session:
        return sum(
            session.scalar(text(f"SELECT count(*) FROM {table}")) or 0
            for table in ("certification", "certification_request")
        )


def test_the_approver_is_not_the_requester(played: Played) -> None:
    one = played.officials["certifier"]
    asked = insert_request(played, one)
    with pytest.raises(IntegrityError):
        insert_certification(played, asked, one, one)
    assert rows(played) == 1


@pytest.mark.parametrize("who", ["enterer", "enterer_2"])
def test_an_enterer_neither_asks_nor_approves(played: Played, who: str) -> None:
    """Also in a certification whose requester is somebody else than the request says."""
    enterer, certifier = played.officials[who], played.officials["certifier"]
    with pytest.raises(DBAPIError, match="entered a tally"):
        insert_request(played, enterer)
    asked = insert_request(played, certifier)
    for by, approved_by in ((certifier, enterer), (enterer, certifier)):
        with pytest.raises(DBAPIError, match="entered a tally"):
            insert_certification(played, asked, by, approved_by)
    assert rows(played) == 1


def test_an_enterer_of_another_election_may(played: Played) -> None:
    """The rule is about one election: whoever entered in 2017 may certify in 2021."""
    other = play_to_again(played)
    insert_request(other, other.officials["enterer_3"])
    assert rows(played) == 1


def play_to_again(played: Played) -> Played:
    from tests.scenarios import call_koege

    again = call_koege(played.installation, played.officials, slug="2021")
    again.officials = again.officials | {"enterer_3": played.officials["enterer"]}
    again.now = played.now
    return again


def test_one_request_is_approved_once_and_one_revision_is_written_once(played: Played) -> None:
    one, other = played.officials["certifier"], played.officials["certifier_2"]
    asked, second = insert_request(played, one), insert_request(played, other)
    insert_certification(played, asked, one, other)
    with pytest.raises(IntegrityError):
        insert_certification(played, asked, one, other, revision=2, reason="Igen")
    with pytest.raises(IntegrityError):
        insert_certification(played, second, other, one)
    assert rows(played) == 3


def test_a_correction_without_a_reason_is_no_correction(played: Played) -> None:
    one, other = played.officials["certifier"], played.officials["certifier_2"]
    asked = insert_request(played, one)
    with pytest.raises(IntegrityError):
        insert_certification(played, asked, one, other, revision=2)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE certification SET revision = 2",
        "DELETE FROM certification",
        "UPDATE certification_request SET state_sha256 = 'x'",
        "UPDATE certification_request SET requested_by = approved FROM (SELECT id AS approved FROM official) AS o",
        "UPDATE certification_request SET expires_at = requested_at",
        "DELETE FROM certification_request",
        "UPDATE complaint SET about = 'noget andet'",
        "UPDATE complaint SET is_late = NOT is_late",
        "DELETE FROM complaint",
    ],
)
def test_what_was_asked_certified_or_complained_about_stays(played: Played, statement: str) -> None:
    certified(played)
    with played.installation.database.write() as session:
        session.add(
            Complaint(
                municipality=played.scope.municipality,
                council=played.scope.council,
                id=uuid4(),
                election_id=played.election_id,
                received_at=played.now,
                from_whom="En vælger",
                about="Køen",
                is_late=False,
            )
        )
    with pytest.raises(DBAPIError, match="append-only"), played.installation.database.write() as session:
        session.execute(text(statement))


def test_a_withdrawal_names_who_withdrew(played: Played) -> None:
    request(*played.by, played.act("certifier"), played.election_id)
    with pytest.raises(IntegrityError), played.installation.database.write() as session:
        session.execute(text("UPDATE certification_request SET withdrawn_at = requested_at"))
