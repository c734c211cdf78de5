"""Lists are filed and withdrawn, name their candidates, put them in order, and speak of alliances.

The office does it, or the candidate who represents the list: then `speaker` is that candidate's candidacy, and
nobody else is heard. The log keeps each act; what is said of alliances is never overwritten.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import delete, select

from election.call.clock import shown
from election.call.gate import ElectionWork, election_act
from election.candidacy.deadlines import deadlines
from election.candidacy.names import clean_name
from election.candidacy.records import Candidacy, ListClaim, cases
from election.candidacy.records import candidacy as find_case
from election.candidacy.rules import ALIVE, State, is_late
from election.lists import findings as say
from election.lists.records import AllianceNotice, CandidateList, Named, candidate_list, lists, named_by, notices
from election.lists.rules import LONGEST_KEY, LONGEST_NAME
from registry.findings import Refused
from registry.roles import Role

SHORTEST_NAME = 2


@dataclass(frozen=True, slots=True)
class Filed:
    """What a list is filed with. The representative is one of the candidates, or somebody who is only named."""

    key: str
    name: str
    is_ordered: bool = False
    representative_id: UUID | None = None
    representative_name: str = ""
    representative_contact: str = ""


@election_act("lists.file")
def file_list(work: ElectionWork, filed: Filed) -> UUID:
    """A list is filed, until the deadline for candidacies. A candidate who files one represents it and is the
    first name on it. Raises Refused R271, R273–R275, R279, R280. (KRVL §§ 23, 23a borrowed)
    """
    if not work.election.regulation.lists.are_allowed.value:
        raise Refused(say.NO_LISTS_HERE)
    latest = deadlines(work.session, work.election).closes
    if is_late(work.act.at, latest):
        raise Refused(say.LISTS_TOO_LATE, latest=shown(latest))
    key, name = clean_name(filed.key), clean_name(filed.name)
    if not (1 <= len(key) <= LONGEST_KEY and SHORTEST_NAME <= len(name) <= LONGEST_NAME):
        raise Refused(say.LIST_KEY_FORM, most_key=LONGEST_KEY, most_name=LONGEST_NAME)
    taken = {one.key.casefold() for one in lists(work.session, work.election)}
    if key.casefold() in taken:
        raise Refused(say.LIST_KEY_TAKEN, key=key)
    speaker = _representative(work, filed)
    named = (clean_name(filed.representative_name)[:120], clean_name(filed.representative_contact)[:200])
    if speaker is None and not all(named):
        raise Refused(say.NO_REPRESENTATIVE)
    made = CandidateList(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=uuid4(),
        election_id=work.election.id,
        key=key,
        name=name,
        is_ordered=filed.is_ordered,
        representative_id=speaker.id if speaker else None,
        representative_name=named[0],
        representative_contact=named[1],
        filed_at=work.act.at,
        withdrawn_at=None,
    )
    work.session.add(made)
    if speaker is not None:
        _name(work, made, speaker, 1)
    if speaker is not None and work.act.role is Role.CANDIDATE and speaker.list_key is None:
        speaker.list_key = key
    work.session.flush()
    work.note(list=str(made.id), key=key)
    return made.id


def _representative(work: ElectionWork, filed: Filed) -> Candidacy | None:
    """A candidate who represents a list has sent a candidacy that is still alive: a draft can be deleted."""
    if filed.representative_id is None:
        if work.act.role is Role.CANDIDATE:
            raise Refused(say.NOT_REPRESENTATIVE, status=403)
        return None
    row = find_case(work.session, work.scope, work.election.id, filed.representative_id)
    if row.in_state not in ALIVE:
        raise Refused(say.NOT_YET_SENT)
    return row


@election_act("lists.claim")
def claim(work: ElectionWork, list_id: UUID, speaker: UUID | None, number: int) -> int:
    """The list names a candidate by the number of the candidacy, below those it has. Returns the place.

    Nothing is refused for being one too many: what is below the most names is cut away when the candidate is
    decided. Raises Refused R281, R282, R285. (KRVL §§ 21, 30 borrowed)
    """
    one = _open_list(work, list_id, speaker)
    row = _case_of_number(work, number)
    own = named_by(work.session, one)
    if any(named.case.id == row.id for named in own):
        raise Refused(say.CLAIMED_ALREADY, number=number)
    if row.in_state is State.ACCEPTED and row.list_key != one.key:
        raise Refused(say.ACCEPTED_ELSEWHERE, number=number)
    place = len(own) + 1
    _name(work, one, row, place)
    work.note(list=str(one.id), candidacy=str(row.id), place=place)
    return place


@election_act("lists.release")
def release(work: ElectionWork, list_id: UUID, speaker: UUID | None, number: int) -> int:
    """The list no longer names a candidate; those below move up. Returns how many names are left.

    Raises Refused R281, R283, and R284 when the candidate is accepted on this list.
    """
    one = _open_list(work, list_id, speaker)
    own = named_by(work.session, one)
    gone = next((named for named in own if named.case.number == number), None)
    if gone is None:
        raise Refused(say.NOT_CLAIMED, number=number)
    if gone.case.in_state is State.ACCEPTED and gone.case.list_key == one.key:
        raise Refused(say.STANDS_FOR_THIS_LIST, number=number)
    left = [named for named in own if named is not gone]
    work.session.delete(gone.claim)
    _number_anew(left)
    work.note(list=str(one.id), candidacy=str(gone.case.id), names=len(left))
    return len(left)


@election_act("lists.arrange")
def arrange(
    work: ElectionWork, list_id: UUID, speaker: UUID | None, is_ordered: bool, order: tuple[int, ...]
) -> tuple[int, ...]:
    """The list says whether its order counts, and the order, by numbers of candidacies from the top.

    Raises Refused R286 unless each of its candidates is there once. (KRVL § 24(2) borrowed)
    """
    one = _open_list(work, list_id, speaker)
    own = {named.case.number: named for named in named_by(work.session, one)}
    if sorted(order) != sorted(own):
        raise Refused(say.ORDER_OF_LIST)
    one.is_ordered = is_ordered
    _number_anew([own[number] for number in order])
    work.note(list=str(one.id), is_ordered=is_ordered, order=list(order))
    return order


@election_act("lists.notice")
def notice(work: ElectionWork, list_id: UUID, speaker: UUID | None, with_id: UUID, is_filed: bool) -> int:
    """A list says that it goes into an alliance with another, or takes that back. It holds when both say so.

    Returns how often the list has spoken. Raises Refused R287, R288. (KRVL §§ 40–41 borrowed)
    """
    if not work.election.regulation.lists.are_alliances_allowed.value:
        raise Refused(say.NO_ALLIANCES_HERE)
    one = _open_list(work, list_id, speaker)
    other = candidate_list(work.session, work.scope, work.election.id, with_id)
    if other.id == one.id:
        raise Refused(say.NOT_TWO_LISTS)
    if other.withdrawn_at is not None:
        raise Refused(say.LIST_WITHDRAWN, name=other.name)
    number = 1 + sum(said.list_id == one.id for said in notices(work.session, work.election))
    work.session.add(
        AllianceNotice(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=uuid4(),
            list_id=one.id,
            with_id=other.id,
            number=number,
            is_filed=is_filed,
            at=work.act.at,
            by=work.act.actor,
        )
    )
    work.note(list=str(one.id), other=str(other.id), filed=is_filed)
    return number


@election_act("lists.withdraw", needs_reason=True)
def withdraw(work: ElectionWork, list_id: UUID, speaker: UUID | None) -> int:
    """The whole list is withdrawn; its candidates may choose another. Returns how many lost their list.

    Raises Refused R289 while accepted candidates stand on it: each of them withdraws first.
    (KRVL §§ 26, 40 borrowed)
    """
    one = _open_list(work, list_id, speaker)
    on_it = [row for row in cases(work.session, work.election) if row.list_key == one.key]
    accepted = sum(row.in_state is State.ACCEPTED for row in on_it)
    if accepted:
        raise Refused(say.LIST_IN_USE, number=accepted)
    free = [row for row in on_it if row.in_state in ALIVE | {State.DRAFT}]
    for row in free:
        row.list_key = None
    named = [named.claim.id for named in named_by(work.session, one)]
    work.session.execute(
        delete(ListClaim).where(
            ListClaim.municipality == one.municipality, ListClaim.council == one.council, ListClaim.id.in_(named)
        )
    )
    one.withdrawn_at = work.act.at
    work.note(list=str(one.id), key=one.key, candidates=len(free))
    return len(free)


def _open_list(work: ElectionWork, list_id: UUID, speaker: UUID | None) -> CandidateList:
    """A list that may be changed now by whoever asks. Raises Refused R272, R276–R278."""
    one = candidate_list(work.session, work.scope, work.election.id, list_id)
    is_heard = one.representative_id is not None and one.representative_id == speaker
    if work.act.role is Role.CANDIDATE and not is_heard:
        raise Refused(say.NOT_REPRESENTATIVE, status=403)
    if one.withdrawn_at is not None:
        raise Refused(say.LIST_WITHDRAWN, name=one.name)
    latest = deadlines(work.session, work.election).cure_until
    if is_late(work.act.at, latest):
        raise Refused(say.LIST_IS_CLOSED, latest=shown(latest))
    return one


def _case_of_number(work: ElectionWork, number: int) -> Candidacy:
    row = work.session.scalar(
        select(Candidacy).where(
            Candidacy.municipality == work.scope.municipality,
            Candidacy.council == work.scope.council,
            Candidacy.election_id == work.election.id,
            Candidacy.number == number,
        )
    )
    if row is None or row.in_state not in ALIVE | {State.DRAFT}:
        raise Refused(say.NO_SUCH_NUMBER, number=number)
    return row


def _name(work: ElectionWork, one: CandidateList, row: Candidacy, place: int) -> None:
    work.session.add(
        ListClaim(
            municipality=one.municipality,
            council=one.council,
            id=uuid4(),
            candidacy_id=row.id,
            list_key=one.key,
            position=place,
        )
    )


def _number_anew(order: list[Named]) -> None:
    for place, named in enumerate(order, 1):
        named.claim.position = place
