"""The register of postal votes on paper: numbers, days and places, and no name that is protected."""

from __future__ import annotations

from sqlalchemy.orm import Session

from election.call import clock
from election.call.records import Election, Station, stations
from election.postal.rules import GROUNDS, Ground, State
from election.postal.standing import Line, lines_of
from election.roll.printing import document_header
from registry.documents import danish_day, render

_STATES = {
    State.WAITING: "Ikke gennemgået",
    State.ACCEPTED: "Godkendt",
    State.TOO_LATE: "For sent: åbnes ikke",
}


def register_list(session: Session, election: Election, station: Station | None) -> bytes:
    """The register of the election or of one station as PDF. (KRVL § 70 borrowed)"""
    places = {one.id: one.name for one in stations(session, election)}
    lines = lines_of(session, election, station)
    return render(
        "postal_register.typ",
        document_header(election)
        | {
            "day": danish_day(election.election_on),
            "place": station.name if station else "Alle stemmesteder",
            "printed": clock.shown(clock.now(election)),
            "accepted": sum(1 for one in lines if one.state is State.ACCEPTED),
            "lines": [_row(one, places[one.vote.station_id]) for one in lines],
        },
    )


def _row(line: Line, place: str) -> dict[str, object]:
    vote = line.vote
    return {
        "number": vote.number,
        "came": clock.shown(vote.came_at),
        "came_to": vote.came_to,
        "cast": f"{vote.cast_on:%d.%m.%Y}" if vote.cast_on else "–",
        "station": place,
        "sender": _sender(line),
        "state": _state(line),
    }


def _sender(line: Line) -> str:
    if line.voter is None:
        return "Ikke på valglisten"
    name = line.voter.list_name
    return f"Nr. {line.voter.number}, {name}" if name else f"Nr. {line.voter.number}"


def _state(line: Line) -> str:
    if line.state is State.SET_ASIDE and line.decided is not None:
        return f"Lagt til side: {GROUNDS[Ground(line.decided.ground)]}"
    return _STATES[line.state]
