"""What must hold before a candidacy is accepted: what keeps somebody off the ballot whatever the office thinks."""

from __future__ import annotations

from sqlalchemy import select

from election.call.gate import ElectionWork
from election.candidacy import findings as say
from election.candidacy.filled import lacks_consent_to_name, supporters_that_count
from election.candidacy.names import LEAST_NAME, LONGEST_NAME, is_ballot_name, name_key
from election.candidacy.records import Candidacy, accepted, claims, stands_late
from election.candidacy.rules import most_names
from registry.accounts.records import Official, grants
from registry.act import REASON_MISSING
from registry.findings import Refused
from registry.regulation.choices import LateCandidacy, Method
from registry.roles import ROLE_NAMES, Role

STATION_AND_COUNTING = frozenset({Role.STATION_LEADER, Role.POLLING_OFFICIAL, Role.ENTERER, Role.CERTIFIER})


def demand_acceptable(work: ElectionWork, row: Candidacy) -> str:
    """What no discretion can make good: the form of the name, a second of the same name, no or two lists, a
    protected name without consent, no will to be elected, a late one where the regulation refuses it, a role at
    the polls. A late one and too few supporters take a reason. Returns the key of the name.
    (KRVL §§ 19, 24, 30 borrowed)
    """
    if not is_ballot_name(row.ballot_name):
        raise Refused(say.BALLOT_NAME_FORM, least=LEAST_NAME, most=LONGEST_NAME)
    demand_list(work, row)
    if row.willing_at is None:
        raise Refused(say.NOT_WILLING)
    if lacks_consent_to_name(work.session, work.election, row):
        raise Refused(say.NAME_IS_PROTECTED)
    has_reason = bool(work.act.reason.strip())
    if stands_late(work.session, row):
        if work.election.regulation.candidacy.late.value is LateCandidacy.REFUSED:
            raise Refused(say.LATE_IS_REFUSED)
        if not has_reason:
            raise Refused(REASON_MISSING)
    least = work.election.regulation.candidacy.supporters_min.value
    count = supporters_that_count(work.session, work.election, row)
    if count < least and not has_reason:
        raise Refused(say.TOO_FEW_SUPPORTERS, number=count, least=least)
    demand_no_station_role(work, row)
    return demand_ballot_name(work, row)


def demand_list(work: ElectionWork, row: Candidacy) -> None:
    """In an election on lists the candidate has chosen one; where lists have named the candidate, it is one of
    those, and not below the most names it may have. Raises Refused R206, R228, R270. (KRVL §§ 21, 30–31 borrowed)
    """
    if work.election.regulation.seats.method.value is not Method.LISTS_DHONDT:
        return
    places = {one.list_key: one.position for one in claims(work.session, row)}
    if not row.list_key and len(places) > 1:
        raise Refused(say.NOT_ONE_LIST, lists=", ".join(places))
    if not row.list_key:
        raise Refused(say.LIST_NEEDED)
    most = most_names(work.election.regulation.seats.number.value)
    if places and places.get(row.list_key, most + 1) > most:
        raise Refused(say.NOT_ON_THAT_LIST, list=row.list_key, most=most)


def demand_ballot_name(work: ElectionWork, row: Candidacy) -> str:
    """The key of a name that may stand on the ballot and is nobody else's there. Raises Refused R200, R201."""
    if not is_ballot_name(row.ballot_name):
        raise Refused(say.BALLOT_NAME_FORM, least=LEAST_NAME, most=LONGEST_NAME)
    key = name_key(row.ballot_name)
    standing = accepted(work.session, work.election)
    if any(name_key(other.ballot_name) == key for other in standing if other.id != row.id):
        raise Refused(say.BALLOT_NAME_TAKEN, name=row.ballot_name)
    return key


def demand_no_station_role(work: ElectionWork, row: Candidacy) -> None:
    """A candidate holds no station or counting role. (KRVL §§ 16, 78a borrowed)

    Asked when a candidacy is accepted, and again before the polls open, because roles are given meanwhile.
    It sees those officials whose CPR number the office has typed; the number itself is not kept.
    """
    officials = work.session.scalars(
        select(Official.id).where(
            Official.municipality == work.scope.municipality,
            Official.cpr_index == row.cpr_index,
            Official.ended_at.is_(None),
        )
    ).all()
    given = (g for one in officials for g in grants(work.session, work.scope.municipality, one))
    held = {g.role for g in given} & STATION_AND_COUNTING
    if held:
        raise Refused(say.HOLDS_A_ROLE, name=row.ballot_name, role=ROLE_NAMES[sorted(held)[0]])
