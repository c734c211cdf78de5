"""From the extract to the frozen roll. What changes after that stands in corrections.py."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from uuid import UUID

from election.call.gate import ElectionWork, election_act
from election.call.records import stations
from election.roll import findings as say
from election.roll.drawing_up import RollFigures, draw_up
from election.roll.extracts import discard_extract, import_extract, take_over
from election.roll.records import entries, roll_of
from registry.erasure import erase_afterwards
from registry.findings import Refused
from registry.residents.records import forget, latest_extract, waiting_extract

__all__ = [
    "Frozen",
    "RollFigures",
    "discard_extract",
    "draw_up",
    "freeze",
    "import_extract",
    "take_over",
]

_GONE_WHEN_FROZEN = ("resident", "roll_entry", "roll_refusal")
"""Rows of these were deleted: residents now, earlier drafts of the roll before. They go from the files too."""


@dataclass(frozen=True, slots=True)
class Frozen:
    sha256: str
    may_vote: int


@election_act("roll.freeze", needs_second=True)
def freeze(work: ElectionWork) -> Frozen:
    """Freeze the roll by two people. From here on countries are gone, and of those who are not on the roll
    only a keyed fingerprint and the reason code remain. (KRVL §§ 8–10 borrowed; contracts/residents.md)
    """
    roll = roll_of(work.session, work.election, for_update=True)
    if roll is None:
        raise Refused(say.NO_ROLL)
    if roll.is_frozen:
        raise Refused(say.ROLL_IS_FROZEN)
    if waiting_extract(work.session, work.scope) is not None:
        raise Refused(say.EXTRACT_WAITS)
    extract = latest_extract(work.session, work.scope)
    if extract is not None and extract.id != roll.extract_id:
        raise Refused(say.ROLL_IS_OLDER)
    if not roll.figures["may_vote"]:
        raise Refused(say.NOBODY_MAY_VOTE)
    roll.sha256 = _hash(work)
    roll.frozen_at, roll.frozen_by, roll.approved_by = work.act.at, work.act.actor, work.act.second_actor
    gone = forget(work.session, work.scope, work.act.at)
    erase_afterwards(work, "roll.freeze", _GONE_WHEN_FROZEN)
    work.note(sha256=roll.sha256, figures=roll.figures, residents_forgotten=gone)
    return Frozen(roll.sha256, int(roll.figures["may_vote"]))


def _hash(work: ElectionWork) -> str:
    """SHA-256 over what the printed list shows and who may do what, line by line in roll order."""
    codes: dict[UUID, str] = {s.id: s.code for s in stations(work.session, work.election)}
    total = hashlib.sha256()
    for entry in entries(work.session, work.election):
        line = [
            entry.number,
            entry.first_names,
            entry.surname,
            entry.born_on.isoformat(),
            entry.may_vote,
            entry.may_stand,
            entry.group,
            codes.get(entry.station_id) if entry.station_id else None,
        ]
        total.update(json.dumps(line, ensure_ascii=False).encode() + b"\n")
    return total.hexdigest()
