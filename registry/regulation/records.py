"""Regulations that are drafted and adopted in the program. Those that come with it are files (see `loader`)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, LargeBinary, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from registry.database import Base, OfCouncil, Scope, refers_to


class RegulationDraft(Base, OfCouncil):
    """A regulation that is being written for a council, or has been adopted."""

    __tablename__ = "regulation_draft"
    __table_args__ = (UniqueConstraint("municipality", "council", "regulation_id"),)

    regulation_id: Mapped[str]
    made_from: Mapped[str]
    """The id of the regulation that it was copied from, or the name of the file that was uploaded."""
    begun_at: Mapped[datetime]


class RegulationRevision(Base, OfCouncil):
    """The text of a draft as it was saved once. Only grows."""

    __tablename__ = "regulation_revision"
    __table_args__ = (
        refers_to("regulation_draft", "draft_id"),
        UniqueConstraint("municipality", "council", "draft_id", "number"),
    )

    draft_id: Mapped[UUID]
    number: Mapped[int]
    toml: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str]
    saved_at: Mapped[datetime]
    saved_by: Mapped[UUID]
    what: Mapped[str]
    """Which unit was changed, by its path in the file."""


class AdoptedRegulation(Base, OfCouncil):
    """The revision of a draft that two people have declared to be the adopted regulation. Only grows."""

    __tablename__ = "adopted_regulation"
    __table_args__ = (
        refers_to("regulation_draft", "draft_id"),
        refers_to("regulation_revision", "revision_id"),
        UniqueConstraint("municipality", "council", "draft_id"),
        CheckConstraint("adopted_by <> approved_by", name="two_people"),
    )

    draft_id: Mapped[UUID]
    revision_id: Mapped[UUID]
    regulation_id: Mapped[str]
    sha256: Mapped[str]
    adopted_at: Mapped[datetime]
    adopted_by: Mapped[UUID]
    approved_by: Mapped[UUID]


def drafts(session: Session, municipality: str) -> list[RegulationDraft]:
    """Every draft of a municipality, adopted ones too, by council and id."""
    query = select(RegulationDraft).where(RegulationDraft.municipality == municipality)
    return list(session.scalars(query.order_by(RegulationDraft.council, RegulationDraft.regulation_id)))


def draft_of(
    session: Session, scope: Scope, regulation_id: str, *, for_update: bool = False
) -> RegulationDraft | None:
    """`for_update`: whoever else writes on the draft waits, so that no revision is numbered twice."""
    query = select(RegulationDraft).where(
        RegulationDraft.municipality == scope.municipality,
        RegulationDraft.council == scope.council,
        RegulationDraft.regulation_id == regulation_id,
    )
    return session.scalar(query.with_for_update() if for_update else query)


def revisions(session: Session, draft: RegulationDraft) -> list[RegulationRevision]:
    """Newest first; there is always one."""
    query = select(RegulationRevision).where(
        RegulationRevision.municipality == draft.municipality,
        RegulationRevision.council == draft.council,
        RegulationRevision.draft_id == draft.id,
    )
    return list(session.scalars(query.order_by(RegulationRevision.number.desc())))


def newest(session: Session, draft: RegulationDraft) -> RegulationRevision:
    return revisions(session, draft)[0]


def adoption(session: Session, draft: RegulationDraft) -> AdoptedRegulation | None:
    return session.scalar(
        select(AdoptedRegulation).where(
            AdoptedRegulation.municipality == draft.municipality,
            AdoptedRegulation.council == draft.council,
            AdoptedRegulation.draft_id == draft.id,
        )
    )


def adopted_texts(session: Session, municipality: str) -> list[tuple[AdoptedRegulation, bytes]]:
    """Every adopted regulation of a municipality with its text, newest last."""
    rows = session.execute(
        select(AdoptedRegulation, RegulationRevision.toml)
        .join(
            RegulationRevision,
            (RegulationRevision.municipality == AdoptedRegulation.municipality)
            & (RegulationRevision.council == AdoptedRegulation.council)
            & (RegulationRevision.id == AdoptedRegulation.revision_id),
        )
        .where(AdoptedRegulation.municipality == municipality)
        .order_by(AdoptedRegulation.adopted_at, AdoptedRegulation.regulation_id)
    )
    return [(row[0], bytes(row[1])) for row in rows]
