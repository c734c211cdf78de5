"""The printed list for the polling table."""

from __future__ import annotations

from sqlalchemy.orm import Session

from election.call import clock
from election.call.records import Election, stations
from election.roll.findings import NO_ROLL
from election.roll.records import roll_of, voters
from registry.documents import danish_day, render
from registry.findings import Refused


def document_header(election: Election) -> dict[str, object]:
    """What every document of an election says of it. The date is the election's own, never the computer's."""
    regulation = election.regulation
    return {
        "is_demo": not election.is_live,
        "dated_on": clock.local(clock.now(election)).date(),
        "municipality": regulation.municipality.name.value,
        "election_title": f"Valg til {regulation.council.name.value}",
    }


def printed_list(session: Session, election: Election) -> bytes:
    """Name, birth date and roll number of everyone who may vote, by station; no address of anyone."""
    roll = roll_of(session, election)
    if roll is None:
        raise Refused(NO_ROLL)
    names = {station.id: station.name for station in stations(session, election)}
    heading_of_all = ", ".join(names.values())
    groups: dict[str, list[dict[str, object]]] = {}
    everyone = sorted(voters(session, election), key=lambda entry: (entry.name_sort_key, entry.number))
    for entry in everyone:
        heading = names[entry.station_id] if entry.station_id else heading_of_all
        groups.setdefault(heading, []).append(
            {
                "number": entry.number,
                "name": f"{entry.surname}, {entry.first_names}".strip(", "),
                "born": entry.born_on.strftime("%d-%m-%Y"),
            }
        )
    polling = election.regulation.polling
    return render(
        "printed_list.typ",
        document_header(election)
        | {
            "day": danish_day(election.election_on),
            "station": {
                "name": heading_of_all,
                "hours": f"kl. {polling.opens.value:%H.%M}–{polling.closes.value:%H.%M}",
            },
            "roll": {
                "sha256": roll.sha256 or "",
                "frozen": clock.shown(roll.frozen_at) if roll.frozen_at else "ikke låst",
                "voters": len(everyone),
            },
            "groups": [{"heading": heading, "voters": group} for heading, group in sorted(groups.items())],
        },
    )
