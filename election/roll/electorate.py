"""How many may vote, and where: counted on the roll, or from what was kept when the roll was destroyed."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, Session

from election.call.records import Election
from election.roll.records import RollEntry
from registry.database import Base, OfCouncil, refers_to


class KeptElectorate(Base, OfCouncil):
    """How many could vote at a station when the roll was destroyed. Figures only; never changed."""

    __tablename__ = "kept_electorate"
    __table_args__ = (refers_to("election", "election_id"), refers_to("station", "station_id"))

    election_id: Mapped[UUID]
    station_id: Mapped[UUID | None]
    """Empty with free choice of station."""
    may_vote: Mapped[int]


def electorate(session: Session, election: Election) -> dict[UUID | None, int]:
    """Who may vote and is not struck, by station (None: any station)."""
    kept = session.execute(
        select(KeptElectorate.station_id, KeptElectorate.may_vote).where(
            KeptElectorate.municipality == election.municipality,
            KeptElectorate.council == election.council,
            KeptElectorate.election_id == election.id,
        )
    ).all()
    return {row.station_id: row.may_vote for row in kept} if kept else _counted(session, election)


def keep_electorate(session: Session, election: Election) -> None:
    """Write the figures down, because the people they count are about to go."""
    for station_id, may_vote in (_counted(session, election) or {None: 0}).items():
        session.add(
            KeptElectorate(
                municipality=election.municipality,
                council=election.council,
                id=uuid4(),
                election_id=election.id,
                station_id=station_id,
                may_vote=may_vote,
            )
        )


def _counted(session: Session, election: Election) -> dict[UUID | None, int]:
    rows = session.execute(
        select(RollEntry.station_id, func.count())
        .where(
            RollEntry.municipality == election.municipality,
            RollEntry.council == election.council,
            RollEntry.election_id == election.id,
            RollEntry.may_vote,
            RollEntry.struck_at.is_(None),
        )
        .group_by(RollEntry.station_id)
    )
    return {row[0]: int(row[1]) for row in rows}
