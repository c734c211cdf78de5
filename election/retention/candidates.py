"""What is taken out of candidacies when the roll is destroyed: all but what the result and the council rest on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from election.call.gate import ElectionWork
from election.candidacy.records import (
    Candidacy,
    CaseLink,
    Consent,
    Defect,
    ListClaim,
    Photo,
    Step,
    Supporter,
    Text,
    cases,
    consents,
)
from election.candidacy.rules import ConsentKind, State
from election.lists.records import lists
from election.retention.plan import emptied
from registry.mail.records import Message

OF_A_CASE: tuple[type[Any], ...] = (Text, Photo, Consent, CaseLink, ListClaim)
EMPTIED = (
    "candidacy", "candidate_text", "candidate_photo", "consent", "case_link", "list_claim", "candidacy_step",
    "candidacy_defect", "message", "candidate_list",
)  # fmt: skip
"""The tables out of whose files something goes."""


def empty_candidacies(work: ElectionWork) -> None:
    """Of those elected all stays; of substitutes how they are reached; of those accepted the name on the ballot.

    Drafts that were never sent go altogether. (Databeskyttelsesforordningen art. 5(1)(e))
    """
    for row, number, rest in emptied(work.session, work.election):
        if number:
            row.cpr_sealed, row.cpr_index = b"", row.id.bytes
            row.issuer = row.subject = None
        if rest:
            row.email = row.phone = ""
        if rest or row.in_state is not State.ACCEPTED:
            _delete_what_belongs_to(work, row)
        if row.in_state is not State.ACCEPTED:
            row.ballot_name = ""
            row.decision_reason = row.group = row.refusal_reason = row.refusal_section = None
            row.support_code = row.id.hex
    work.session.flush()
    for one in lists(work.session, work.election):
        one.representative_name = one.representative_contact = ""
    work.session.flush()
    for row in cases(work.session, work.election):
        if row.in_state is State.DRAFT:
            _delete_what_belongs_to(work, row, Supporter)
            work.session.delete(row)


def _delete_what_belongs_to(work: ElectionWork, row: Candidacy, *more: type[Any]) -> None:
    steps = select(Step.id).where(
        Step.municipality == row.municipality, Step.council == row.council, Step.candidacy_id == row.id
    )
    scope = {"municipality": row.municipality, "council": row.council}
    work.session.execute(delete(Defect).filter_by(**scope).where(Defect.step_id.in_(steps)))
    own: tuple[type[Any], ...] = (*OF_A_CASE, Step, *more)
    said = consents(work.session, row).get(ConsentKind.PROTECTED_NAME)
    for model in own:
        which = delete(model).filter_by(**scope, candidacy_id=row.id)
        if model is Consent and row.in_state is State.ACCEPTED and said is not None and not said.is_given:
            # The name on the ballot stays; that it is not to be published must not go before it.
            which = which.where(Consent.kind != ConsentKind.PROTECTED_NAME.value)
        work.session.execute(which)
    work.session.execute(delete(Message).filter_by(**scope, about=row.id))
