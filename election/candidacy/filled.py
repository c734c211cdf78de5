"""How far a candidacy is filled in, as the records stand now: for the candidate's page and the office alike."""

from __future__ import annotations

from sqlalchemy.orm import Session

from election.call.records import Election
from election.candidacy.names import is_ballot_name
from election.candidacy.records import Candidacy, cases, claims, consented, supporters, who_may_support
from election.candidacy.rules import ALIVE, ConsentKind, Filled, valid_supporters
from election.roll.records import entry_by_index
from registry.regulation.choices import Method


def filled(session: Session, election: Election, row: Candidacy) -> Filled:
    """What is there. A list is one only when the candidate has chosen it, among those that name the candidate
    when any does.

    (Regulation: candidacy.supporters_min, seats.method; KRVL § 24(1) borrowed)
    """
    named_by = {one.list_key for one in claims(session, row)}
    return Filled(
        has_name=is_ballot_name(row.ballot_name),
        needs_list=election.regulation.seats.method.value is Method.LISTS_DHONDT,
        has_one_list=bool(row.list_key) and (not named_by or row.list_key in named_by),
        has_contact=bool(row.email or row.phone),
        is_willing=row.willing_at is not None,
        supporters=supporters_that_count(session, election, row),
        supporters_least=election.regulation.candidacy.supporters_min.value,
        needs_consent_to_name=lacks_consent_to_name(session, election, row),
    )


def supporters_that_count(session: Session, election: Election, row: Candidacy) -> int:
    """Of those who support this candidacy. Somebody who also supports a draft of another still counts here:
    a draft is no candidacy yet."""
    if not election.regulation.candidacy.supporters_max.value:
        return 0
    among = [c for c in cases(session, election) if c.id == row.id or c.in_state in ALIVE]
    selves = {c.label: c.cpr_index for c in among}
    given = supporters(session, among)
    if not given[row.label]:
        return 0
    return valid_supporters(given, who_may_support(session, election), selves)[row.label]


def is_name_withheld(session: Session, election: Election, row: Candidacy, said: bool | None) -> bool:
    """Whether a protected name stands on the ballot only. `said` is the newest word on that consent, None where
    there was none: when the roll is gone, only that word is left.
    """
    entry = entry_by_index(session, election, row.cpr_index)
    return said is False if entry is None else entry.is_protected and not said


def lacks_consent_to_name(session: Session, election: Election, row: Candidacy) -> bool:
    """Whether the name is protected and the candidate has not said that it may be published."""
    entry = entry_by_index(session, election, row.cpr_index)
    is_protected = entry is not None and entry.is_protected
    return is_protected and ConsentKind.PROTECTED_NAME not in consented(session, row)
