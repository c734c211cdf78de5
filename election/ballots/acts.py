"""Delivering blank ballot papers to the stations."""

from __future__ import annotations

from uuid import UUID, uuid4

from election.ballots.records import Movement, PaperMovement, delivered
from election.call.gate import ElectionWork, election_act
from election.call.records import Station
from registry.findings import Refused, finding_kind

NO_SUCH_STATION = finding_kind("R314", "Stemmestedet findes ikke i dette valg. Intet er ændret.")
BAD_DELIVERY = finding_kind(
    "R315", "Der kan ikke være {papers} stemmesedler på stemmestedet. Leveringen er ikke gemt. Ret tallet."
)


@election_act("ballots.deliver")
def deliver(work: ElectionWork, station_id: UUID, papers: int, batch: str) -> int:
    """Record blank papers handed to a station; a negative number corrects an earlier row and needs a reason.

    Returns how many the station has been given in all.
    """
    station = station_of(work, station_id)
    total = delivered(work.session, work.election).get(station.id, 0) + papers
    if papers == 0 or total < 0 or (papers < 0 and not work.act.reason.strip()):
        raise Refused(BAD_DELIVERY, papers=total)
    work.session.add(
        PaperMovement(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=uuid4(),
            election_id=work.election.id,
            kind=Movement.DELIVERED.value,
            from_id=None,
            to_id=station.id,
            ballot_type="",
            papers=papers,
            batch=batch,
            seal_number="",
            reason=work.act.reason,
            at=work.act.at,
            by=work.act.actor,
            cosigned_by=work.act.second_actor,
        )
    )
    work.note(station=station.code, papers=papers)
    return total


def station_of(work: ElectionWork, station_id: UUID) -> Station:
    """The station, if it is one of this election. Raises Refused R314."""
    station = work.session.get(Station, (work.scope.municipality, work.scope.council, station_id))
    if station is None or station.election_id != work.election.id:
        raise Refused(NO_SUCH_STATION, status=404)
    return station
