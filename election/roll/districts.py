"""Which station a polling district votes at."""

from __future__ import annotations

from election.call.records import Election, Station
from election.roll import findings as say
from registry.findings import Refused
from registry.regulation.choices import StationChoice


class StationFinder:
    """Which station a district votes at; None with free choice of station, or when no station has it."""

    def __init__(self, election: Election, all_stations: list[Station]) -> None:
        if not all_stations:
            raise Refused(say.NO_STATION)
        choice = election.regulation.polling.station_choice.value
        self.is_own_station = choice is StationChoice.OWN_STATION
        self._by_district = {d: s for s in all_stations for d in s.districts if d != "*"}
        self._for_all = next((s for s in all_stations if "*" in s.districts), None)
        if len(all_stations) == 1:  # then the extract may leave the district empty (contracts/residents.md)
            self._by_district.setdefault("", all_stations[0])

    def __call__(self, district: str) -> Station | None:
        return self._by_district.get(district, self._for_all) if self.is_own_station else None
