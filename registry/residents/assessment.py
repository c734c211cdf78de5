"""The data protection impact assessment (DPIA): recorded before the first real extract is read."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, select
from sqlalchemy.orm import Mapped, Session

from registry.database import Base, OfCouncil, Scope
from registry.findings import Refused, finding_kind

NO_ASSESSMENT = finding_kind(
    "R491",
    "Der er ikke registreret en konsekvensanalyse for rådets valg. Udtrækket er ikke indlæst. "
    "Registrer den under “Opbevaring”, og indlæs udtrækket igen. (Databeskyttelsesforordningen art. 35)",
)


class ImpactAssessment(Base, OfCouncil):
    """One version of the assessment: where the document lies and who approved it. Rows are only added."""

    __tablename__ = "impact_assessment"
    __table_args__ = (CheckConstraint("reference <> '' AND approved_by <> ''", name="says_what_and_who"),)

    reference: Mapped[str]
    """The journal number or address of the document; the document itself is not kept here."""
    document_version: Mapped[str]
    approved_by: Mapped[str]
    approved_on: Mapped[date]
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime]


def assessments(session: Session, scope: Scope) -> list[ImpactAssessment]:
    """Every version, the newest first."""
    return list(
        session.scalars(
            select(ImpactAssessment)
            .where(ImpactAssessment.municipality == scope.municipality, ImpactAssessment.council == scope.council)
            .order_by(ImpactAssessment.recorded_at.desc(), ImpactAssessment.id)
        )
    )


def demand_assessment(session: Session, scope: Scope) -> None:
    """Raises Refused R491 when there is none. (Databeskyttelsesforordningen art. 35(3)(b))"""
    if not assessments(session, scope):
        raise Refused(NO_ASSESSMENT)
