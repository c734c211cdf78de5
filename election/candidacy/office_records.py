"""What the office's pages ask of the database, for every case at once."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from election.call.records import Election
from election.candidacy.findings import NO_SUCH_CANDIDACY
from election.candidacy.records import Candidacy, Consent, Defect, ListClaim, Step, Supporter, candidacy
from election.candidacy.rules import ConsentKind, State
from election.roll.records import RollEntry, RollRefusal
from registry.findings import Refused
from registry.mail.records import Message


def sent_case(session: Session, election: Election, candidacy_id: UUID) -> Candidacy:
    """A case that the office may see. Raises Refused R203; a draft is nobody's but the candidate's."""
    row = candidacy(session, election.scope, election.id, candidacy_id)
    if row.in_state is State.DRAFT:
        raise Refused(NO_SUCH_CANDIDACY, status=404)
    return row


def steps_of(session: Session, of: Sequence[Candidacy]) -> dict[UUID, list[Step]]:
    """What happened to each case, from the beginning."""
    found: dict[UUID, list[Step]] = {row.id: [] for row in of}
    for step in session.scalars(select(Step).where(Step.candidacy_id.in_(found)).order_by(Step.number)):
        found[step.candidacy_id].append(step)
    return found


def claimed_lists(session: Session, of: Sequence[Candidacy]) -> dict[UUID, dict[str, int]]:
    """The lists that name each candidate, and in which place."""
    found: dict[UUID, dict[str, int]] = {row.id: {} for row in of}
    query = select(ListClaim).where(ListClaim.candidacy_id.in_(found)).order_by(ListClaim.list_key)
    for claim in session.scalars(query):
        found[claim.candidacy_id][claim.list_key] = claim.position
    return found


def consents_of(session: Session, of: Sequence[Candidacy]) -> dict[UUID, frozenset[ConsentKind]]:
    """The consents that hold now, case by case."""
    newest: dict[UUID, dict[ConsentKind, bool]] = {row.id: {} for row in of}
    query = select(Consent).where(Consent.candidacy_id.in_(newest)).order_by(Consent.number)
    for one in session.scalars(query):
        newest[one.candidacy_id][ConsentKind(one.kind)] = one.is_given
    return {case: frozenset(kind for kind, given in kinds.items() if given) for case, kinds in newest.items()}


def signed_on_paper(session: Session, of: Sequence[Candidacy]) -> dict[UUID, int]:
    """How many of each candidate's supporters signed on paper."""
    query = (
        select(Supporter.candidacy_id, func.count().label("signed"))
        .where(Supporter.candidacy_id.in_([row.id for row in of]), Supporter.is_signed.is_(True))
        .group_by(Supporter.candidacy_id)
    )
    return {row.candidacy_id: row.signed for row in session.execute(query)}


def entries_of(session: Session, election: Election, of: Sequence[Candidacy]) -> dict[bytes, RollEntry]:
    """Those who stand on the roll, by the fingerprint of their CPR number."""
    query = select(RollEntry).where(
        RollEntry.municipality == election.municipality,
        RollEntry.council == election.council,
        RollEntry.election_id == election.id,
        RollEntry.cpr_index.in_([row.cpr_index for row in of]),
    )
    return {entry.cpr_index: entry for entry in session.scalars(query)}


def roll_refusals_of(session: Session, election: Election, of: Sequence[Candidacy]) -> dict[bytes, RollRefusal]:
    """Those of the extract whom the roll did not take, by the fingerprint of their CPR number."""
    query = select(RollRefusal).where(
        RollRefusal.municipality == election.municipality,
        RollRefusal.council == election.council,
        RollRefusal.election_id == election.id,
        RollRefusal.cpr_index.in_([row.cpr_index for row in of]),
    )
    return {refusal.cpr_index: refusal for refusal in session.scalars(query)}


def failed_mails(session: Session, of: Sequence[Candidacy]) -> dict[UUID, int]:
    """How many mails about each case were given up."""
    query = (
        select(Message.about, func.count().label("failed"))
        .where(
            Message.about.in_([row.id for row in of]),
            Message.sent_at.is_(None),
            Message.next_try_at.is_(None),
        )
        .group_by(Message.about)
    )
    return {row.about: row.failed for row in session.execute(query)}


def defects_of_steps(session: Session, steps: Sequence[Step]) -> dict[UUID, list[Defect]]:
    """What the candidate was asked to mend, by the step in which the case was returned."""
    found: dict[UUID, list[Defect]] = {step.id: [] for step in steps}
    query = select(Defect).where(Defect.step_id.in_(found)).order_by(Defect.number)
    for defect in session.scalars(query):
        found[defect.step_id].append(defect)
    return found
