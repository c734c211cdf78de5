"""Candidacies and their supporters."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from election.call.records import Election
from election.candidacy.rules import NO_SUCH_CANDIDACY, State
from election.roll.records import voters
from registry.database import Base, OfCouncil, Scope, refers_to
from registry.findings import Refused
from registry.keys import Cell, Keyring
from registry.regulation.choices import Supporters


class Candidacy(Base, OfCouncil):
    """One person's wish to stand. `number` is the order of receipt and names the candidate in files (c1, c2 …)."""

    __tablename__ = "candidacy"
    __table_args__ = (
        refers_to("election", "election_id"),
        UniqueConstraint("municipality", "council", "election_id", "number"),
        UniqueConstraint("municipality", "council", "election_id", "cpr_index"),
        UniqueConstraint("municipality", "council", "election_id", "accepted_name_key"),
    )

    election_id: Mapped[UUID]
    number: Mapped[int]
    cpr_sealed: Mapped[bytes]
    cpr_index: Mapped[bytes]
    contact: Mapped[str]
    ballot_name: Mapped[str]
    accepted_name_key: Mapped[str | None]
    """Set while accepted: the database refuses two candidates whose names cannot be told apart."""
    list_key: Mapped[str | None]
    group: Mapped[str | None] = mapped_column("seat_group")
    presentation: Mapped[str]
    right_to_stand: Mapped[str]
    state: Mapped[str]
    submitted_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]
    ballot_position: Mapped[int | None]
    receipt_sha256: Mapped[bytes]
    """Hash of the code in the candidate's own link."""
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def label(self) -> str:
        return f"c{self.number}"

    @property
    def in_state(self) -> State:
        return State(self.state)


class Supporter(Base, OfCouncil):
    """A supporter of a candidacy: a keyed fingerprint only. Goes with the roll."""

    __tablename__ = "supporter"
    __table_args__ = (
        refers_to("candidacy", "candidacy_id"),
        UniqueConstraint("municipality", "council", "candidacy_id", "cpr_index"),
    )

    candidacy_id: Mapped[UUID]
    cpr_index: Mapped[bytes]


def candidacies(session: Session, election: Election) -> list[Candidacy]:
    """Every candidacy in the order of receipt."""
    return list(
        session.scalars(
            select(Candidacy)
            .where(
                Candidacy.municipality == election.municipality,
                Candidacy.council == election.council,
                Candidacy.election_id == election.id,
            )
            .order_by(Candidacy.number)
        )
    )


def accepted(session: Session, election: Election) -> list[Candidacy]:
    """Who stands, in ballot order; before it is settled, in the order of receipt."""
    standing = [c for c in candidacies(session, election) if c.state == State.ACCEPTED]
    return sorted(standing, key=lambda c: (c.ballot_position or 0, c.number))


def candidacy(session: Session, scope: Scope, election_id: UUID, candidacy_id: UUID) -> Candidacy:
    """Raises Refused R203."""
    found = session.get(Candidacy, (scope.municipality, scope.council, candidacy_id))
    if found is None or found.election_id != election_id:
        raise Refused(NO_SUCH_CANDIDACY, status=404)
    return found


def cpr_of(keyring: Keyring, row: Candidacy) -> str:
    """Empty once the number was destroyed with the roll: only those who were elected keep theirs."""
    if not row.cpr_sealed:
        return ""
    return keyring.unseal(row.cpr_sealed, Cell("candidacy", "cpr", row.id))


def by_receipt(session: Session, election: Election, receipt_sha256: bytes) -> Candidacy | None:
    return session.scalar(
        select(Candidacy).where(
            Candidacy.municipality == election.municipality,
            Candidacy.council == election.council,
            Candidacy.election_id == election.id,
            Candidacy.receipt_sha256 == receipt_sha256,
        )
    )


def by_person(session: Session, election: Election, cpr_index: bytes) -> Candidacy | None:
    return session.scalar(
        select(Candidacy).where(
            Candidacy.municipality == election.municipality,
            Candidacy.council == election.council,
            Candidacy.election_id == election.id,
            Candidacy.cpr_index == cpr_index,
        )
    )


def supporters(session: Session, of: list[Candidacy]) -> dict[str, list[bytes]]:
    """Fingerprints of the supporters by candidacy label."""
    labels = {c.id: c.label for c in of}
    found: dict[str, list[bytes]] = {c.label: [] for c in of}
    for row in session.execute(
        select(Supporter.candidacy_id, Supporter.cpr_index).where(Supporter.candidacy_id.in_(labels))
    ):
        found[labels[row.candidacy_id]].append(row.cpr_index)
    return found


def who_may_support(session: Session, election: Election) -> frozenset[bytes] | None:
    """The blind indexes of those who may support a candidacy, None where the regulation lets anybody."""
    allowed = election.regulation.candidacy.supporters_from
    if not allowed.is_unset and allowed.value is Supporters.ANYBODY:
        return None
    return frozenset(entry.cpr_index for entry in voters(session, election))
