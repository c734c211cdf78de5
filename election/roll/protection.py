"""Protected names and addresses: who may see one, and that each look is on record.

The roll keeper may; everybody else sees `PROTECTED_NAME` and no address, on every screen, list and paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from election.call.gate import ElectionWork, election_act
from election.roll import findings as say
from election.roll.records import RollEntry
from registry.findings import Refused, Term

PROTECTED_NAME = Term("Beskyttet navn")
ASK_THE_PERSON = Term("Beskyttet navn: spørg personen")


class LookReason(StrEnum):
    """Why somebody looks at a protected name or address."""

    PERSON_ASKS = "person_asks"
    CARD_IS_SENT = "card_is_sent"
    CORRECTION = "correction"
    OBJECTION = "objection"
    SAME_PERSON = "same_person"


LOOK_REASONS = {
    LookReason.PERSON_ASKS: Term("Personen spørger selv"),
    LookReason.CARD_IS_SENT: Term("Valgkortet skal sendes eller udleveres"),
    LookReason.CORRECTION: Term("En rettelse af listen"),
    LookReason.OBJECTION: Term("En indsigelse"),
    LookReason.SAME_PERSON: Term("Er det den samme person?"),
}


@dataclass(frozen=True, slots=True)
class Looked:
    """Which entry may now be shown."""

    entry_id: UUID


@election_act("roll.look_at_protected", exclusive=False)
def look_at_protected(work: ElectionWork, entry_id: UUID, why: LookReason) -> Looked:
    """Put a look at a protected name and address on record: who, when, which entry, why; no name.

    The page may show the name in the answer to this act, and only there. (CPR-loven § 28 borrowed)
    """
    entry = work.session.get(RollEntry, (work.scope.municipality, work.scope.council, entry_id))
    if entry is None or entry.election_id != work.election.id:
        raise Refused(say.NO_SUCH_ENTRY, status=404)
    if not entry.is_protected:
        raise Refused(say.NOT_PROTECTED)
    work.note(entry=str(entry_id), why=why.value)
    return Looked(entry_id)


def shown_name(entry: RollEntry) -> str:
    """The name for everybody who may not see a protected one."""
    return PROTECTED_NAME if entry.is_protected else entry.name
