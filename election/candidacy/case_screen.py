"""Everything that one screen says of one case, read in one go."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from election.call import clock
from election.call.records import Election
from election.candidacy.checks import CaseFacts, case_facts
from election.candidacy.deadlines import Deadlines, deadlines
from election.candidacy.filled import filled
from election.candidacy.inbox import Waits, days_left, waits_for
from election.candidacy.mails import Mail
from election.candidacy.office_records import defects_of_steps
from election.candidacy.records import Candidacy, Consent, Defect, Step, consents, photo, steps, texts
from election.candidacy.rules import ConsentKind, Part, StepKind, missing
from registry.accounts.records import names
from registry.findings import Term
from registry.languages import EVERY_LANGUAGE
from registry.mail.records import Message, messages_about
from registry.regulation.choices import AfterPrinting

MAIL_NAMES: Mapping[str, Term] = {
    Mail.RECEIVED: Term("Anmeldelsen er modtaget"),
    Mail.RECEIVED_LATE: Term("Anmeldelsen er modtaget for sent"),
    Mail.MENDED: Term("Rettelserne er modtaget"),
    Mail.RETURNED: Term("Noget skal rettes"),
    Mail.ACCEPTED: Term("Anmeldelsen er godkendt"),
    Mail.REFUSED: Term("Anmeldelsen er afvist"),
    Mail.COMPLAINT_RECEIVED: Term("Klagen er modtaget"),
    Mail.COMPLAINT_UPHELD: Term("Klagen fik medhold"),
    Mail.COMPLAINT_REJECTED: Term("Klagen fik ikke medhold"),
    Mail.WITHDRAWN: Term("Anmeldelsen er trukket tilbage"),
    Mail.STRUCK: Term("Kandidaten er udgået"),
    Mail.EXTENDED: Term("Fristen er forlænget"),
    Mail.IN_TIME: Term("Anmeldelsen er nu rettidig"),
    Mail.LINK: Term("Et link til egen sag"),
}


@dataclass(frozen=True, slots=True)
class Happened:
    """A step of the history. `by` is the official's name, "" when it was the candidate."""

    step: Step
    by: str
    defects: tuple[Defect, ...]


@dataclass(frozen=True, slots=True)
class CaseScreen:
    """`photo` is a data: address, "" without one. `proposed_by` is the name of who proposed the refusal."""

    row: Candidacy
    facts: CaseFacts
    until: Deadlines
    waits: Waits
    days_left: int | None
    missing: tuple[Part, ...]
    texts: dict[str, str]
    photo: str
    consents: dict[ConsentKind, Consent]
    history: tuple[Happened, ...]
    mails: tuple[Message, ...]
    proposed_by: str

    @property
    def last(self) -> StepKind | None:
        return self.history[-1].step.of_kind if self.history else None

    @property
    def complaint(self) -> Step | None:
        """The complaint that waits for the board."""
        return self.history[-1].step if self.waits is Waits.COMPLAINT else None

    @property
    def may_be_complained_of(self) -> bool:
        """A refusal that nobody has complained of yet."""
        return self.last is StepKind.REFUSED


def case_screen(session: Session, election: Election, row: Candidacy) -> CaseScreen:
    facts, until, now = case_facts(session, election, row), deadlines(session, election), clock.now(election)
    history = steps(session, row)
    by = names(session, election.municipality, {step.by for step in history} | _proposer(row))
    named = defects_of_steps(session, history)
    picture = photo(session, row)
    stored = texts(session, row)
    last = history[-1].of_kind if history else None
    return CaseScreen(
        row=row,
        facts=facts,
        until=until,
        waits=waits_for(row, last, facts.findings, now, until),
        days_left=days_left(row, now, until),
        missing=missing(filled(session, election, row)),
        texts={language: stored[language] for language in EVERY_LANGUAGE if language in stored},
        photo="" if picture is None else data_address(picture.shown),
        consents=consents(session, row),
        history=tuple(Happened(step, by.get(step.by, ""), tuple(named[step.id])) for step in history),
        mails=tuple(messages_about(session, row.scope, row.id)),
        proposed_by=by.get(row.refusal_proposed_by, "") if row.refusal_proposed_by else "",
    )


def data_address(jpeg: bytes) -> str:
    """A picture inside the page, so that no address of it exists."""
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()


def _proposer(row: Candidacy) -> set[UUID]:
    return {row.refusal_proposed_by} if row.refusal_proposed_by is not None else set()


@dataclass(frozen=True, slots=True)
class IfStruck:
    """What striking a candidate would do to the ballot. `source` says which rule decides, "" where none must."""

    leaves_ballot: bool
    is_settled_at: datetime | None
    is_polling: bool
    source: str


def if_struck(election: Election, *, is_polling: bool) -> IfStruck:
    """Before the ballot is made the candidate leaves it; after that as the regulation says, and once the polls are
    open the name always stays. (Regulation: ballot.after_printing)
    """
    rule = election.regulation.ballot.after_printing
    settled_at = election.ballot_order_settled_at
    reprints = rule.value is AfterPrinting.REPRINTED
    leaves = not is_polling and (settled_at is None or reprints)
    return IfStruck(leaves, settled_at, is_polling, "" if settled_at is None else rule.source)
