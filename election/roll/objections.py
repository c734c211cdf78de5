"""Objections to the roll: received with their deadline, decided by two people with reason and section."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from election.call.clock import shown
from election.call.gate import ElectionWork, election_act
from election.roll import findings as say
from election.roll.corrections import is_after
from election.roll.objection_records import Ruling, next_number, objection_case, objections_until
from election.roll.records import RollObjection, RollObjectionDecision
from registry.findings import Refused, Term
from registry.free_text import holds_cpr
from registry.residents.rules import read_cpr


class CameIn(StrEnum):
    LETTER = "letter"
    EMAIL = "email"
    IN_PERSON = "in_person"
    TELEPHONE = "telephone"


class Asks(StrEnum):
    ADD = "add"
    STRIKE = "strike"
    CHANGE = "change"


CAME_IN_NAMES = {
    CameIn.LETTER: Term("Brev"),
    CameIn.EMAIL: Term("E-mail eller Digital Post"),
    CameIn.IN_PERSON: Term("Mødt op"),
    CameIn.TELEPHONE: Term("Telefon"),
}
ASKS_NAMES = {
    Asks.ADD: Term("At en person kommer på listen"),
    Asks.STRIKE: Term("At en person slettes af listen"),
    Asks.CHANGE: Term("At oplysninger på listen rettes"),
}
RULING_NAMES = {Ruling.UPHELD: Term("Medhold"), Ruling.REJECTED: Term("Afvist")}


@election_act("roll.receive_objection")
def receive_objection(
    work: ElectionWork,
    came_in_at: datetime,
    came_in_how: CameIn,
    sender: str,
    asks: Asks,
    wording: str,
    cpr: str | None = None,
) -> UUID:
    """Keep an objection under the next number. One that is late is kept too, and marked.

    Of a CPR number only the keyed fingerprint is kept; in the text it may not stand. (KRVL § 11 borrowed)
    """
    sender, wording = sender.strip(), wording.strip()
    if not sender or not wording:
        raise Refused(say.OBJECTION_IS_EMPTY)
    if holds_cpr(sender) or holds_cpr(wording):
        raise Refused(say.CPR_IN_TEXT)
    if came_in_at > work.act.at:
        raise Refused(say.OBJECTION_FROM_TOMORROW, at=shown(work.act.at))
    until = objections_until(work.election)
    made = RollObjection(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=uuid4(),
        election_id=work.election.id,
        number=next_number(work.session, work.election),
        came_in_at=came_in_at,
        came_in_how=came_in_how.value,
        is_after_deadline=until is not None and is_after(came_in_at, until),
        sender=sender,
        cpr_index=work.keyring.blind_index(_digits(cpr)) if cpr else None,
        asks=asks.value,
        wording=wording,
        at=work.act.at,
        by=work.act.actor,
    )
    work.session.add(made)
    work.note(objection=made.number, asks=asks.value, is_late=made.is_after_deadline)
    return made.id


@election_act("roll.decide_objection", needs_reason=True, needs_second=True)
def decide_objection(work: ElectionWork, objection_id: UUID, ruling: Ruling, cite: str) -> UUID:
    """Two people decide, once, with the reason and the section. What is upheld is then corrected.

    (KRVL § 12 borrowed; forvaltningsloven §§ 22–25)
    """
    found = objection_case(work.session, work.election, objection_id)
    if found.decision is not None:
        raise Refused(say.OBJECTION_IS_DECIDED, number=found.objection.number, at=shown(found.decision.at))
    if not cite.strip():
        raise Refused(say.SECTION_MISSING)
    if holds_cpr(work.act.reason) or holds_cpr(cite):
        raise Refused(say.CPR_IN_TEXT)
    made = RollObjectionDecision(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=uuid4(),
        election_id=work.election.id,
        objection_id=objection_id,
        ruling=ruling.value,
        reason=work.act.reason.strip(),
        cite=cite.strip(),
        at=work.act.at,
        by=work.act.actor,
        cosigned_by=work.act.second_actor,
    )
    work.session.add(made)
    work.note(objection=found.objection.number, ruling=ruling.value)
    return made.id


def _digits(cpr: str) -> str:
    read = read_cpr(cpr.strip())
    if not isinstance(read, tuple):
        raise Refused(say.BAD_CPR)
    return read[0]
