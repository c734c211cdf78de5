"""The zero report: when an election is called, nothing of an earlier election's voters is left.

Counted at the moment of calling and stored with the election, so that whoever asks later sees what was there
before the first voter was: figures, what the database is for, regulation, program and clock.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session

from election.call.records import Election, Kind
from election.call.voter_data import held, in_words
from registry.act import Work
from registry.database import Base, OfCouncil, refers_to
from registry.findings import Refused, finding_kind
from registry.program import program_version, schema_revision
from registry.purpose import Purpose, demand_purpose

VOTERS_LEFT = finding_kind(
    "R490",
    "Valget er ikke udskrevet: der ligger stadig oplysninger om vælgere fra et tidligere valg i dette råd "
    "({figures}). Destruer først det tidligere valgs valgliste under “Opbevaring”, og udskriv valget igen.",
)
NO_ZERO_REPORT = finding_kind(
    "R493", "Valget er udskrevet, før programmet lavede nulrapporter. Der er ingen at vise. Intet er ændret."
)


class ZeroReport(Base, OfCouncil):
    """What was there when an election was called. One per election, never changed."""

    __tablename__ = "zero_report"
    __table_args__ = (
        refers_to("election", "election_id"),
        UniqueConstraint("municipality", "council", "election_id"),
    )

    election_id: Mapped[UUID]
    purpose: Mapped[str]
    figures: Mapped[dict[str, Any]]
    """Rows by table that hold a voter of this council; in a live election every figure is 0."""
    earlier_elections: Mapped[int]
    regulation_id: Mapped[str]
    regulation_sha256: Mapped[str]
    program: Mapped[str]
    schema: Mapped[str]
    at: Mapped[datetime]
    computer_at: Mapped[datetime]
    """What the computer's own clock said at the same moment."""
    by: Mapped[UUID]


def begin_with_nothing(work: Work, election: Election) -> ZeroReport:
    """Count what is there, and keep the figures. Raises Refused R488–R490.

    A live election starts in a database for live elections only, and only when no voter of an earlier one is
    left in this council; a demo or rehearsal starts in any other database.
    """
    is_live = election.kind == Kind.LIVE
    demand_purpose(work.session, Purpose.LIVE if is_live else Purpose.TEST, work.act.at)
    figures = held(work.session, work.scope)
    if is_live and any(figures.values()):
        raise Refused(VOTERS_LEFT, figures=in_words(figures))
    report = ZeroReport(
        municipality=election.municipality,
        council=election.council,
        id=uuid4(),
        election_id=election.id,
        purpose=(Purpose.LIVE if is_live else Purpose.TEST).value,
        figures=figures,
        earlier_elections=_others(work.session, election),
        regulation_id=election.regulation_id,
        regulation_sha256=election.regulation_sha256,
        program=program_version(),
        schema=schema_revision(work.session),
        at=work.act.at,
        computer_at=datetime.now(UTC),
        by=work.act.actor,
    )
    work.session.add(report)
    work.note(purpose=report.purpose, zero_report=figures)
    return report


def _others(session: Session, election: Election) -> int:
    query = select(func.count()).where(
        Election.municipality == election.municipality,
        Election.council == election.council,
        Election.id != election.id,
    )
    return int(session.scalar(query) or 0)


def zero_report(session: Session, election: Election) -> ZeroReport:
    """Raises Refused R493 for an election that was called before there were any."""
    found = session.scalar(
        select(ZeroReport).where(
            ZeroReport.municipality == election.municipality,
            ZeroReport.council == election.council,
            ZeroReport.election_id == election.id,
        )
    )
    if found is None:
        raise Refused(NO_ZERO_REPORT, status=404)
    return found
