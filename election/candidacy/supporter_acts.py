"""Supporters: by MitID on their own behalf, or signed on paper and typed by the office.

The log, which outsiders may read, says that somebody supported, not whom.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import select

from election.call.gate import ElectionWork, election_act
from election.candidacy import findings as say
from election.candidacy.deadlines import deadlines
from election.candidacy.history import case_of, touch
from election.candidacy.records import Candidacy, Supporter, supported_by
from election.candidacy.rules import ALIVE, STATE_NAMES, State, is_late
from registry.findings import Refused

_TAKES_SUPPORT = ALIVE - {State.ACCEPTED} | {State.DRAFT}


@election_act("candidacy.support")
def support(work: ElectionWork, candidacy_id: UUID, cpr: str) -> int:
    """Somebody who has proved who they are supports a candidacy. Returns how many it has now.

    Whether a supporter has the right to vote is not said here; who does not, does not count (`valid_supporters`).
    Raises Refused R240–R243, R245, R246. (KRVL §§ 19–20 borrowed; regulation: candidacy.supporters_max)
    """
    row = _demand_open(work, candidacy_id)
    index = work.keyring.blind_index(cpr)
    if index == row.cpr_index:
        raise Refused(say.SUPPORTS_ONESELF)
    own = _own(work, row)
    if any(one.cpr_index == index for one in own):
        raise Refused(say.SUPPORTS_ALREADY, name=row.ballot_name)
    other = supported_by(work.session, work.election, index)
    if other is not None:
        raise Refused(say.SUPPORTS_ANOTHER, name=other.ballot_name)
    most, has = work.election.regulation.candidacy.supporters_max.value, len(own)
    if has >= most:
        raise Refused(say.ENOUGH_SUPPORTERS, name=row.ballot_name, most=most)
    _add(work, row, index, is_signed=False)
    return has + 1


@election_act("candidacy.take_back_support")
def take_back_support(work: ElectionWork, candidacy_id: UUID, cpr: str) -> int:
    """A supporter takes it back while supporters may still come. Returns how many are left. Raises R244, R245."""
    row = _demand_open(work, candidacy_id)
    index = work.keyring.blind_index(cpr)
    own = {one.cpr_index: one for one in _own(work, row)}
    if index not in own:
        raise Refused(say.NO_SUPPORT_TO_TAKE_BACK)
    work.session.delete(own[index])
    return len(own) - 1


@election_act("candidacy.enter_supporters")
def enter_supporters(work: ElectionWork, candidacy_id: UUID, numbers: tuple[str, ...]) -> int:
    """The office types those who signed on paper, on top of those already there. Returns how many there are.

    Somebody who also supports another candidacy is kept with both, and counts for none. Raises R204, R207,
    R208, R246.
    """
    row = case_of(work, candidacy_id)
    if not takes_supporters(work):
        raise Refused(say.NO_SUPPORTERS_HERE)
    if row.in_state not in _TAKES_SUPPORT:
        raise Refused(say.WRONG_STATE, state=STATE_NAMES[row.in_state])
    add_supporters(work, row, numbers)
    touch(work, row)
    there = len(_own(work, row))
    work.note(candidacy=str(row.id), supporters=there)
    return there


def add_supporters(work: ElectionWork, row: Candidacy, numbers: tuple[str, ...]) -> None:
    """Those who signed on paper; who is there already is not there twice. Raises Refused R207, R208."""
    most = max(work.election.regulation.candidacy.supporters_max.value, 0)
    if any(not (len(cpr) == 10 and cpr.isascii() and cpr.isdigit()) for cpr in numbers):
        raise Refused(say.CPR_FORM)
    known = {one.cpr_index for one in _own(work, row)}
    given = {work.keyring.blind_index(cpr) for cpr in numbers} - known
    if given and len(known | given) > most:
        raise Refused(say.TOO_MANY_SUPPORTERS, most=most)
    for index in sorted(given):
        _add(work, row, index, is_signed=True)


def takes_supporters(work: ElectionWork) -> bool:
    return work.election.regulation.candidacy.supporters_max.value > 0


def _demand_open(work: ElectionWork, candidacy_id: UUID) -> Candidacy:
    row = case_of(work, candidacy_id)
    if not takes_supporters(work):
        raise Refused(say.NO_SUPPORTERS_HERE)
    if row.in_state not in _TAKES_SUPPORT or is_late(
        work.act.at, deadlines(work.session, work.election).cure_until
    ):
        raise Refused(say.SUPPORT_IS_CLOSED)
    return row


def _own(work: ElectionWork, row: Candidacy) -> list[Supporter]:
    return list(
        work.session.scalars(
            select(Supporter).where(
                Supporter.municipality == row.municipality,
                Supporter.council == row.council,
                Supporter.candidacy_id == row.id,
            )
        )
    )


def _add(work: ElectionWork, row: Candidacy, index: bytes, *, is_signed: bool) -> None:
    work.session.add(
        Supporter(
            municipality=row.municipality,
            council=row.council,
            id=uuid4(),
            candidacy_id=row.id,
            cpr_index=index,
            is_signed=is_signed,
        )
    )
    work.session.flush()
