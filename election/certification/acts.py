"""Requesting and approving a certification, reopening it, and complaints about the election."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from election.call.gate import ElectionWork, election_act
from election.candidacy.records import accepted
from election.certification import rules as say
from election.certification.record import (
    content_of,
    reason_for_correction,
    record_of,
    rests_on_the_count,
    unsettled,
)
from election.certification.records import (
    Certification,
    CertificationRequest,
    Complaint,
    Reopening,
    as_person,
    certifications,
    enterers,
    is_uncontested,
    latest_certification,
    request_by_id,
    unanswered_requests,
)
from election.certification.rules import (
    Certifier,
    canonical_bytes,
    complaint_deadline,
    has_entered,
    has_expired,
    is_late,
    state_sha256,
)
from election.counting.records import latest_result
from election.counting.rules import CountKind
from registry.findings import Finding, Refused

_VOID = "Noget er ændret, eller fristen på 24 timer er udløbet."


@dataclass(frozen=True, slots=True)
class Certified:
    """What was certified: the revision of the record and its fingerprint in hex."""

    revision: int
    record_sha256: str


@election_act("certification.request")
def request(work: ElectionWork) -> UUID:
    """Ask for the certification of exactly what is recorded now. Another person must approve it within 24 hours.

    A request that has expired, or whose data have changed, gives way to the new one. (KRVL §§ 84–85 borrowed)
    """
    _demand_may_certify(work, as_person(work.session, work.scope, work.act.actor))
    revision = _certifiable(work)
    if isinstance(revision, Finding):
        raise Refused.because(revision)
    fingerprint = state_sha256(content_of(work.session, work.election))
    for earlier in unanswered_requests(work.session, work.election):
        if earlier.state_sha256 == fingerprint and not has_expired(earlier.expires_at, work.act.at):
            raise Refused(say.REQUEST_IS_OPEN)
        earlier.withdrawn_at, earlier.withdrawn_by = work.act.at, work.act.actor
        earlier.withdraw_reason = _VOID
    made = CertificationRequest(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=uuid4(),
        election_id=work.election.id,
        result_revision=revision,
        state_sha256=fingerprint,
        requested_by=work.act.actor,
        requested_at=work.act.at,
        expires_at=say.expires_at(work.act.at),
    )
    work.session.add(made)
    work.note(certification_request=str(made.id), result=revision, state_sha256=fingerprint)
    return made.id


@election_act("certification.withdraw", needs_reason=True)
def withdraw(work: ElectionWork, request_id: UUID) -> UUID:
    """Withdraw a request that nobody has approved; any certifier may."""
    waiting = {one.id: one for one in unanswered_requests(work.session, work.election)}
    if request_id not in waiting:
        raise Refused(say.NO_SUCH_REQUEST)
    row = waiting[request_id]
    row.withdrawn_at, row.withdrawn_by = work.act.at, work.act.actor
    row.withdraw_reason = work.act.reason
    work.note(certification_request=str(row.id))
    return row.id


@election_act("certification.approve")
def approve(work: ElectionWork, request_id: UUID) -> Certified:
    """Approve what another person has asked for, and sign the record.

    Neither of the two has entered a tally of the election, and nothing has changed since the request; a
    record that was reopened before gets a new revision with the reason. (KRVL §§ 84–85 borrowed)
    """
    asked = request_by_id(work.session, work.election, request_id)
    _demand_open(work, asked)
    assert asked is not None
    approver = as_person(work.session, work.scope, work.act.actor)
    requester = as_person(work.session, work.scope, asked.requested_by)
    if approver.is_same_person_as(requester):
        raise Refused(say.SAME_CERTIFIER, status=403)
    _demand_may_certify(work, approver)
    _demand_may_certify(work, requester)
    if (
        _certifiable(work) != asked.result_revision
        or state_sha256(content_of(work.session, work.election)) != asked.state_sha256
    ):
        raise Refused(say.DATA_CHANGED)
    made = _sign(work, asked)
    work.note(certification=str(made.id), revision=made.revision, record_sha256=made.record_sha256)
    work.move_on()
    return Certified(made.revision, made.record_sha256)


def _sign(work: ElectionWork, asked: CertificationRequest) -> Certification:
    record = record_of(work.session, work.election, asked, work.act.actor, work.act.at)
    content = canonical_bytes(record)
    made = Certification(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=uuid4(),
        election_id=work.election.id,
        request_id=asked.id,
        revision=record["certification"]["revision"],
        requested_by=asked.requested_by,
        approved_by=work.act.actor,
        approved_at=work.act.at,
        record=content,
        record_sha256=say.record_sha256(content),
        signature=work.keyring.signing.sign(content),
        public_key=work.keyring.signing.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw),
        signing_version=work.keyring.signing_version,
        reason=reason_for_correction(work.session, work.election),
    )
    work.session.add(made)
    return made


@election_act("certification.reopen", needs_reason=True, needs_second=True)
def reopen(work: ElectionWork) -> int:
    """Two people open a certified result again, with a reason; the earlier record stays. Returns its revision.

    The result is determined anew, and the next record names the reason. (KRVL § 94 borrowed)
    """
    if is_uncontested(work.session, work.election):
        raise Refused(say.NOTHING_TO_RECOUNT)
    newest = latest_certification(work.session, work.election)
    assert newest is not None, "the phase certified is reached by a certification only"
    assert work.act.second_actor is not None
    work.session.add(
        Reopening(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=uuid4(),
            certification_id=newest.id,
            reason=work.act.reason,
            by=work.act.actor,
            second=work.act.second_actor,
            at=work.act.at,
        )
    )
    work.note(certification=str(newest.id), revision=newest.revision)
    work.move_on()
    return newest.revision


@election_act("certification.receive_complaint")
def receive_complaint(work: ElectionWork, from_whom: str, about: str, received_at: datetime) -> UUID:
    """Keep a complaint and whether it came in time. The complainant's name stays out of the log. (KRVL § 93)"""
    if not from_whom.strip() or not about.strip():
        raise Refused(say.COMPLAINT_IS_EMPTY)
    if received_at > work.act.at:
        raise Refused(say.COMPLAINT_FROM_TOMORROW)
    deadline = complaint_deadline(work.election.regulation, work.election.election_on)
    made = Complaint(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=uuid4(),
        election_id=work.election.id,
        received_at=received_at,
        from_whom=from_whom.strip(),
        about=about.strip(),
        is_late=is_late(received_at, deadline),
    )
    work.session.add(made)
    work.note(complaint=str(made.id), is_late=made.is_late)
    return made.id


@election_act("certification.decide_complaint")
def decide_complaint(work: ElectionWork, complaint_id: UUID, is_upheld: bool, text: str) -> UUID:
    """Write down what the body that decides complaints has decided, and why. (KRVL §§ 93–94 borrowed)"""
    row = work.session.get(Complaint, (work.scope.municipality, work.scope.council, complaint_id))
    if row is None or row.election_id != work.election.id:
        raise Refused(say.NO_SUCH_COMPLAINT, status=404)
    if row.decided_at is not None:
        raise Refused(say.COMPLAINT_IS_DECIDED)
    if not text.strip():
        raise Refused(say.COMPLAINT_IS_EMPTY)
    row.decided_at, row.is_upheld, row.decision = work.act.at, is_upheld, text.strip()
    work.note(complaint=str(row.id), is_upheld=is_upheld)
    return row.id


def _demand_open(work: ElectionWork, asked: CertificationRequest | None) -> None:
    if asked is None or asked.id in {one.request_id for one in certifications(work.session, work.election)}:
        raise Refused(say.NO_SUCH_REQUEST)
    if asked.withdrawn_at is not None:
        raise Refused(say.REQUEST_WITHDRAWN)
    if has_expired(asked.expires_at, work.act.at):
        raise Refused(say.REQUEST_EXPIRED)


def _demand_may_certify(work: ElectionWork, person: Certifier) -> None:
    """Not whoever entered a tally, and not a candidate. (KRVL § 78a borrowed)"""
    if has_entered(person, enterers(work.session, work.election)):
        raise Refused(say.ENTERER_CERTIFIES, status=403)
    standing = {one.cpr_index for one in accepted(work.session, work.election)}
    if person.cpr_index is not None and person.cpr_index in standing:
        raise Refused(say.CANDIDATE_CERTIFIES, status=403)


def _certifiable(work: ElectionWork) -> int | Finding:
    """The revision of a final result that rests on the counts as they are, or why there is none; 0: no poll."""
    if is_uncontested(work.session, work.election):
        return 0
    result = latest_result(work.session, work.election)
    if result is None or result.status != CountKind.FINAL.value:
        return Finding(say.NOT_FINAL)
    if not rests_on_the_count(work.session, work.election, result):
        return Finding(say.RESULT_IS_OLD)
    if open_ledgers := unsettled(work.session, work.election):
        return Finding(say.LEDGER_IS_OPEN, {"stations": ", ".join(open_ledgers)})
    return result.revision
