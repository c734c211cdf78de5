"""The extract comes in, is compared with the one before, and is taken over or thrown away."""

from __future__ import annotations

from uuid import UUID

from election.call.gate import ElectionWork, election_act
from election.roll import findings as say
from election.roll.records import roll_of
from registry.act import Act, Installation
from registry.database import Scope
from registry.erasure import erase_afterwards
from registry.findings import Refused
from registry.residents import acts as residents
from registry.residents.acts import ExtractFile, Imported
from registry.residents.assessment import demand_assessment
from registry.residents.progress import SILENT, Progress


def import_extract(
    installation: Installation,
    scope: Scope,
    act: Act,
    election_id: UUID,
    data: bytes,
    accept_good_rows: bool = False,
    progress: Progress = SILENT,
) -> Imported:
    """Read an extract and keep it as a new dated snapshot. One bad row refuses the whole file, unless
    `accept_good_rows` says otherwise, which the log records. (contracts/residents.md)

    The first extract is used at once, a later one when it is taken over. What `progress` raises undoes it all.
    """
    file = ExtractFile.of(data)
    return _import_extract(installation, scope, act, election_id, file, accept_good_rows, progress)


@election_act("roll.import_extract")
def _import_extract(work: ElectionWork, file: ExtractFile, accept_good_rows: bool, progress: Progress) -> Imported:
    """The act itself: the file is told from another by its hash. (contracts/residents.md)"""
    demand_open(work)
    if work.election.is_live:
        demand_assessment(work.session, work.scope)
    day = work.election.extract_on
    try:
        return residents.import_extract(work, file, day, accept_good_rows=accept_good_rows, progress=progress)
    except residents.BadExtract as bad:
        raise Refused(say.EXTRACT_REFUSED, number=bad.problems) from bad


@election_act("roll.take_over")
def take_over(work: ElectionWork, extract_id: UUID) -> int:
    """Use the waiting extract from now on, instead of the one before. Returns its number.

    An unusual difference must be explained. A roll that was drawn up before stays as it is until it is drawn up
    again.
    """
    demand_open(work)
    number = residents.take_over(work, extract_id).number
    erase_afterwards(work, "roll.take_over", ("resident",))
    return number


@election_act("roll.discard_extract")
def discard_extract(work: ElectionWork, extract_id: UUID) -> int:
    """Throw the waiting extract away. Returns how many residents were deleted; the row with the figures stays."""
    demand_open(work)
    gone = residents.discard(work, extract_id)
    erase_afterwards(work, "roll.discard_extract", ("resident",))
    return gone


def demand_open(work: ElectionWork) -> None:
    """Raises Refused when the roll is frozen."""
    roll = roll_of(work.session, work.election, for_update=True)
    if roll is not None and roll.is_frozen:
        raise Refused(say.ROLL_IS_FROZEN)
