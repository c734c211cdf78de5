"""Lists of candidates and what they say of alliances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from election.call.records import Election
from election.candidacy.deadlines import deadlines
from election.candidacy.records import Candidacy, ListClaim
from election.lists.findings import NO_SUCH_LIST
from election.lists.rules import Alliances, Notice, alliances, in_order
from registry.database import Base, OfCouncil, Scope, refers_to
from registry.findings import Refused


class CandidateList(Base, OfCouncil):
    """A list, by its short key on the ballot. `is_ordered`: seats go by the list's own order (partiliste);
    otherwise the candidates stand side by side (sideordnet).

    The representative speaks for the list: one of its candidates, or somebody who is only named.
    """

    __tablename__ = "candidate_list"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("candidacy", "representative_id"),
        UniqueConstraint("municipality", "council", "election_id", "key"),
    )

    election_id: Mapped[UUID]
    key: Mapped[str]
    name: Mapped[str]
    is_ordered: Mapped[bool]
    representative_id: Mapped[UUID | None]
    representative_name: Mapped[str]
    representative_contact: Mapped[str]
    filed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class AllianceNotice(Base, OfCouncil):
    """One list says that it goes into an alliance with another, or takes that back. The newest row of a pair
    holds; there is an alliance where both sides say so."""

    __tablename__ = "alliance_notice"
    __table_args__ = (
        refers_to("candidate_list", "list_id"),
        refers_to("candidate_list", "with_id"),
        UniqueConstraint("municipality", "council", "list_id", "number"),
    )

    list_id: Mapped[UUID]
    with_id: Mapped[UUID]
    number: Mapped[int]
    is_filed: Mapped[bool]
    at: Mapped[datetime]
    by: Mapped[UUID]


@dataclass(frozen=True, slots=True)
class Named:
    """A candidate whom a list names."""

    claim: ListClaim
    case: Candidacy


@dataclass(frozen=True, slots=True)
class ListOnBallot:
    """A list as it is printed and counted."""

    key: str
    name: str
    is_ordered: bool
    candidates: tuple[Candidacy, ...]

    @property
    def title(self) -> str:
        """The key and what the list calls itself; once, where they are the same."""
        return self.name if self.name == self.key else f"{self.key} · {self.name}"


def lists(session: Session, election: Election) -> list[CandidateList]:
    """Every list of the election, also withdrawn ones, by key."""
    query = select(CandidateList).where(
        CandidateList.municipality == election.municipality,
        CandidateList.council == election.council,
        CandidateList.election_id == election.id,
    )
    return list(session.scalars(query.order_by(CandidateList.key)))


def notices(session: Session, election: Election) -> list[AllianceNotice]:
    """What the lists have said of alliances, in the order it was said."""
    query = (
        select(AllianceNotice)
        .join(
            CandidateList,
            (CandidateList.municipality == AllianceNotice.municipality)
            & (CandidateList.council == AllianceNotice.council)
            & (CandidateList.id == AllianceNotice.list_id),
        )
        .where(
            CandidateList.municipality == election.municipality,
            CandidateList.council == election.council,
            CandidateList.election_id == election.id,
        )
    )
    return list(session.scalars(query.order_by(AllianceNotice.at, AllianceNotice.number)))


def standing_lists(session: Session, election: Election) -> list[CandidateList]:
    """The lists that are not withdrawn, by key."""
    return [one for one in lists(session, election) if one.withdrawn_at is None]


def candidate_list(session: Session, scope: Scope, election_id: UUID, list_id: UUID) -> CandidateList:
    """Raises Refused R272."""
    found = session.get(CandidateList, (scope.municipality, scope.council, list_id))
    if found is None or found.election_id != election_id:
        raise Refused(NO_SUCH_LIST, status=404)
    return found


def lists_spoken_for(session: Session, election: Election, candidacy_id: UUID) -> list[CandidateList]:
    """The lists that this candidate represents and that are not withdrawn."""
    return [one for one in standing_lists(session, election) if one.representative_id == candidacy_id]


def named_by(session: Session, one: CandidateList) -> list[Named]:
    """The candidates that a list names, from the top."""
    query = (
        select(ListClaim, Candidacy)
        .join(
            Candidacy,
            (Candidacy.municipality == ListClaim.municipality)
            & (Candidacy.council == ListClaim.council)
            & (Candidacy.id == ListClaim.candidacy_id),
        )
        .where(
            Candidacy.municipality == one.municipality,
            Candidacy.council == one.council,
            Candidacy.election_id == one.election_id,
            ListClaim.list_key == one.key,
        )
    )
    found = [Named(claim, case) for claim, case in session.execute(query)]
    return sorted(found, key=lambda named: (named.claim.position, named.case.number))


def places(session: Session, election: Election) -> dict[tuple[str, UUID], int]:
    """The place of each candidate on each list that names them, by list and candidacy."""
    query = (
        select(ListClaim.list_key, ListClaim.candidacy_id, ListClaim.position)
        .join(
            Candidacy,
            (Candidacy.municipality == ListClaim.municipality)
            & (Candidacy.council == ListClaim.council)
            & (Candidacy.id == ListClaim.candidacy_id),
        )
        .where(
            Candidacy.municipality == election.municipality,
            Candidacy.council == election.council,
            Candidacy.election_id == election.id,
        )
    )
    return {(key, candidacy_id): position for key, candidacy_id, position in session.execute(query)}


def alliances_of(session: Session, election: Election) -> Alliances:
    """The alliances by the keys of their lists, and what is said but does not hold."""
    every = lists(session, election)
    key_of = {one.id: one.key for one in every}
    said = [Notice(key_of[n.list_id], key_of[n.with_id], n.is_filed, n.at) for n in notices(session, election)]
    return alliances(
        said,
        [one.key for one in every if one.withdrawn_at is None],
        deadlines(session, election).cure_until,
        are_allowed=election.regulation.lists.are_alliances_allowed.value,
    )


def lists_on_ballot(
    session: Session, election: Election, standing: Sequence[Candidacy]
) -> tuple[ListOnBallot, ...]:
    """The lists with a candidate among `standing` (given in ballot order), by key, with their candidates in the
    order of the paper. A list that only candidates have named, and nobody has filed, is called by its key.
    """
    filed = {one.key: one for one in standing_lists(session, election)}
    place, found = places(session, election), []
    for key in sorted({c.list_key for c in standing if c.list_key}):
        own = {c.id: c for c in standing if c.list_key == key}
        one = filed.get(key)
        is_ordered = one is not None and one.is_ordered
        positions = {id: place[key, id] for id in own if (key, id) in place}
        order = in_order(tuple(own), positions, is_ordered=is_ordered)
        name = one.name if one is not None else key
        found.append(ListOnBallot(key, name, is_ordered, tuple(own[id] for id in order)))
    return tuple(found)
