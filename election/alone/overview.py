"""How stations alone stand at the centre: what the supervisor sees."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from election.alone.records import Reached, StationPackage, packages, reached
from election.call.records import Election, Station, stations
from election.polling.conflicts import conflicts
from election.roll.records import RollEntry
from registry.accounts.records import names


@dataclass(frozen=True, slots=True)
class Row:
    """One package with its station and what has arrived."""

    station: Station
    package: StationPackage
    arrived: Reached
    open_conflicts: int
    """At the station, whatever package they came from."""
    by_names: tuple[str, str]


@dataclass(frozen=True, slots=True)
class StationRow:
    station: Station
    has_own_list: bool
    """Otherwise voters choose their station freely, and it cannot work alone."""
    packages: tuple[Row, ...]

    @property
    def in_force(self) -> Row | None:
        return next((row for row in self.packages if row.package.ended_at is None), None)


def overview_of(session: Session, election: Election) -> list[StationRow]:
    every = packages(session, election)
    own = set(
        session.scalars(
            select(RollEntry.station_id)
            .where(
                RollEntry.municipality == election.municipality,
                RollEntry.council == election.council,
                RollEntry.election_id == election.id,
                RollEntry.station_id.is_not(None),
            )
            .distinct()
        )
    )
    return [
        StationRow(
            station,
            station.id in own,
            tuple(row_of(session, election, one) for one in every if one.station_id == station.id),
        )
        for station in stations(session, election)
    ]


def row_of(session: Session, election: Election, package: StationPackage) -> Row:
    station = session.get(Station, (package.municipality, package.council, package.station_id))
    assert station is not None
    known = names(session, election.municipality, [package.by, package.cosigned_by])
    return Row(
        station,
        package,
        reached(session, package),
        len(conflicts(session, election, station.id, only_open=True)),
        (known.get(package.by, "?"), known.get(package.cosigned_by, "?")),
    )


def package_here(session: Session, election: Election, package_id: UUID) -> StationPackage | None:
    found = session.get(StationPackage, (election.municipality, election.council, package_id))
    return found if found is not None and found.election_id == election.id else None
