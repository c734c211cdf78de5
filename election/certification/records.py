"""Requests, certifications, reopenings and complaints. What was signed is kept byte by byte.

The database itself refuses an approval by the requester (CHECK) and a certifier who entered a tally of the
election (a trigger, see the migration), next to the rule in the acts.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from election.call.records import Election, Station
from election.call.rules import Phase
from election.certification.rules import Certifier, has_expired
from election.counting.records import Tally, TallyAssignment, latest_result
from registry.accounts.records import Official
from registry.database import Base, OfCouncil, Scope, refers_to


class CertificationRequest(Base, OfCouncil):
    """One certifier asks for the certification of exactly what this fingerprint stands for."""

    __tablename__ = "certification_request"
    __table_args__ = (
        refers_to("election", "election_id"),
        CheckConstraint("expires_at > requested_at", name="expires_later"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_by_somebody"),
    )

    election_id: Mapped[UUID] = mapped_column(index=True)
    result_revision: Mapped[int]
    """The revision of the result; 0 where no poll was held."""
    state_sha256: Mapped[str]
    requested_by: Mapped[UUID]
    requested_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None]
    withdraw_reason: Mapped[str | None]


class Certification(Base, OfCouncil):
    """A certified record with its signature. A correction is a new revision with its reason."""

    __tablename__ = "certification"
    __table_args__ = (
        refers_to("election", "election_id"),
        refers_to("certification_request", "request_id"),
        UniqueConstraint("municipality", "council", "request_id"),
        UniqueConstraint("municipality", "council", "election_id", "revision"),
        CheckConstraint("approved_by <> requested_by", name="two_people"),
        CheckConstraint("(revision = 1) = (reason = '')", name="correction_has_reason"),
    )

    election_id: Mapped[UUID]
    request_id: Mapped[UUID]
    revision: Mapped[int]
    requested_by: Mapped[UUID]
    approved_by: Mapped[UUID]
    approved_at: Mapped[datetime]
    record: Mapped[bytes]
    """Canonical JSON, exactly as it was signed."""
    record_sha256: Mapped[str]
    signature: Mapped[bytes]
    public_key: Mapped[bytes]
    signing_version: Mapped[int]
    reason: Mapped[str]
    """Why there is a new revision; empty in the first."""


class Reopening(Base, OfCouncil):
    """A certified result is opened again by two people, with a reason. The earlier record stays."""

    __tablename__ = "reopening"
    __table_args__ = (
        refers_to("certification", "certification_id"),
        UniqueConstraint("municipality", "council", "certification_id"),
        CheckConstraint('second <> "by"', name="two_people"),
    )

    certification_id: Mapped[UUID]
    reason: Mapped[str]
    by: Mapped[UUID]
    second: Mapped[UUID]
    at: Mapped[datetime]


class Complaint(Base, OfCouncil):
    """A complaint about the election, as the office received it."""

    __tablename__ = "complaint"
    __table_args__ = (
        refers_to("election", "election_id"),
        CheckConstraint("(decided_at IS NULL) = (decision IS NULL)", name="decided_in_words"),
        CheckConstraint("(decided_at IS NULL) = (is_upheld IS NULL)", name="decided_either_way"),
    )

    election_id: Mapped[UUID] = mapped_column(index=True)
    received_at: Mapped[datetime]
    from_whom: Mapped[str]
    about: Mapped[str]
    is_late: Mapped[bool]
    decided_at: Mapped[datetime | None]
    is_upheld: Mapped[bool | None]
    decision: Mapped[str | None]


def certifications(session: Session, election: Election) -> list[Certification]:
    """Every revision, the first one first."""
    return list(
        session.scalars(
            select(Certification)
            .where(
                Certification.municipality == election.municipality,
                Certification.council == election.council,
                Certification.election_id == election.id,
            )
            .order_by(Certification.revision)
        )
    )


def latest_certification(session: Session, election: Election) -> Certification | None:
    """The newest certified record, also after it was reopened; see `holds`."""
    every = certifications(session, election)
    return every[-1] if every else None


def holds(election: Election) -> bool:
    """Whether the newest certification is in force: it has not been reopened."""
    return election.in_phase is Phase.CERTIFIED


def reopenings(session: Session, election: Election) -> dict[UUID, Reopening]:
    """Reopenings by the certification that they opened."""
    every = [one.id for one in certifications(session, election)]
    rows = session.scalars(
        select(Reopening).where(
            Reopening.municipality == election.municipality,
            Reopening.council == election.council,
            Reopening.certification_id.in_(every),
        )
    )
    return {row.certification_id: row for row in rows}


def unanswered_requests(session: Session, election: Election) -> list[CertificationRequest]:
    """Requests that are neither withdrawn nor approved, newest first; they may have expired."""
    approved = select(Certification.request_id).where(
        Certification.municipality == election.municipality,
        Certification.council == election.council,
        Certification.election_id == election.id,
    )
    return list(
        session.scalars(
            select(CertificationRequest)
            .where(
                CertificationRequest.municipality == election.municipality,
                CertificationRequest.council == election.council,
                CertificationRequest.election_id == election.id,
                CertificationRequest.withdrawn_at.is_(None),
                CertificationRequest.id.not_in(approved),
            )
            .order_by(CertificationRequest.requested_at.desc(), CertificationRequest.id)
        )
    )


def open_request(session: Session, election: Election, now: datetime) -> CertificationRequest | None:
    """The request that waits for another certifier. Whether the data have changed since is not asked here."""
    waiting = unanswered_requests(session, election)
    return next((one for one in waiting if not has_expired(one.expires_at, now)), None)


def request_by_id(session: Session, election: Election, request_id: UUID) -> CertificationRequest | None:
    found = session.get(CertificationRequest, (election.municipality, election.council, request_id))
    return found if found is not None and found.election_id == election.id else None


def is_uncontested(session: Session, election: Election) -> bool:
    """Whether the election was decided without a poll, also once that is certified."""
    if election.in_phase is Phase.CERTIFIED:
        return latest_result(session, election) is None
    return election.in_phase is Phase.UNCONTESTED


def enterers(session: Session, election: Election) -> list[Certifier]:
    """Everyone who entered a tally of the election, preliminary or final, also one who was released since."""
    found: dict[UUID, bytes | None] = {}
    for table in (TallyAssignment, Tally):
        rows = session.execute(
            select(table.official_id, Official.cpr_index)
            .join(
                Station,
                (Station.municipality == table.municipality)
                & (Station.council == table.council)
                & (Station.id == table.station_id),
            )
            .outerjoin(
                Official, (Official.municipality == table.municipality) & (Official.id == table.official_id)
            )
            .where(
                table.municipality == election.municipality,
                table.council == election.council,
                Station.election_id == election.id,
            )
            .distinct()
        )
        found |= {row.official_id: row.cpr_index for row in rows}
    return [Certifier(official, index) for official, index in found.items()]


def as_person(session: Session, scope: Scope, official_id: UUID) -> Certifier:
    """The official with the CPR fingerprint, where the account has one."""
    index = session.scalar(
        select(Official.cpr_index).where(Official.municipality == scope.municipality, Official.id == official_id)
    )
    return Certifier(official_id, index)


def complaints(session: Session, election: Election) -> list[Complaint]:
    """Every complaint in the order of receipt."""
    return list(
        session.scalars(
            select(Complaint)
            .where(
                Complaint.municipality == election.municipality,
                Complaint.council == election.council,
                Complaint.election_id == election.id,
            )
            .order_by(Complaint.received_at, Complaint.id)
        )
    )
