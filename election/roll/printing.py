"""The printed list for the polling table: a numbered copy, with what a polling station receives and no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from textwrap import shorten
from uuid import UUID

from sqlalchemy.orm import Session

from election.call import clock
from election.call.records import Election, Station, stations
from election.roll.findings import NO_ROLL, NOT_WHAT_WAS_COUNTED
from election.roll.protection import ASK_THE_PERSON
from election.roll.records import RollCopy, roll_of
from election.roll.station_list import CARD_NAMES, COMMON_BALLOT, Card, ListedVoter, content_sha256, list_of
from registry.documents import danish_day, render
from registry.findings import Refused

_PURPOSE_SHOWN = 60
"""Characters of the purpose on the paper; the register has all of it."""


def document_header(election: Election) -> dict[str, object]:
    """What every document of an election says of it. The date is the election's own, never the computer's."""
    regulation = election.regulation
    return {
        "is_demo": not election.is_live,
        "dated_on": clock.local(clock.now(election)).date(),
        "municipality": regulation.municipality.name.value,
        "election_title": f"Valg til {regulation.council.name.value}",
    }


def printed_list(
    session: Session,
    election: Election,
    copy: RollCopy | None = None,
    *,
    crossed: Mapping[UUID, str] | None = None,
    as_of: str = "",
) -> bytes:
    """The list as PDF under the number of its copy. Raises Refused R184 when the roll has changed since.

    Without a copy it says on every page that it is a trial print: only a rehearsal makes one. `crossed` says of
    each entry that has had a paper when, in words; `as_of` is the instant of which that holds.
    """
    roll = roll_of(session, election)
    if roll is None:
        raise Refused(NO_ROLL)
    places = stations(session, election)
    station = next((one for one in places if copy is not None and one.id == copy.station_id), None)
    lines = list_of(session, election, station)
    if copy is not None and content_sha256(lines) != copy.sha256:
        raise Refused(NOT_WHAT_WAS_COUNTED, number=copy.number)
    polling = election.regulation.polling
    heading = station.name if station else ", ".join(one.name for one in places)
    return render(
        "printed_list.typ",
        document_header(election)
        | {
            "day": danish_day(election.election_on),
            "station": {
                "name": heading,
                "hours": f"kl. {polling.opens.value:%H.%M}–{polling.closes.value:%H.%M}",
            },
            "roll": {
                "sha256": roll.sha256 or "",
                "frozen": clock.shown(roll.frozen_at) if roll.frozen_at else "ikke låst",
                "voters": len(lines) if station is None else len(list_of(session, election, None)),
            },
            "copy": _copy(copy),
            "as_of": as_of,
            "groups": _groups(
                lines,
                heading,
                {place.id: place for place in places},
                has_cards=polling.has_poll_cards.value,
                crossed=crossed or {},
            ),
        },
    )


def _copy(copy: RollCopy | None) -> dict[str, object]:
    if copy is None:
        return {"title": "Prøvetryk – ikke en nummereret kopi", "facts": ""}
    return {
        "title": f"Kopi nr. {copy.number}",
        "facts": f"{shorten(copy.purpose, _PURPOSE_SHOWN, placeholder='…')} · trykt {clock.shown(copy.at)}",
    }


def _groups(
    lines: Iterable[ListedVoter],
    heading_of_all: str,
    places: dict[UUID, Station],
    *,
    has_cards: bool,
    crossed: Mapping[UUID, str],
) -> list[dict[str, object]]:
    groups: dict[str, list[dict[str, object]]] = {}
    for one in lines:
        heading = places[one.station_id].name if one.station_id else heading_of_all
        groups.setdefault(heading, []).append(
            {
                "number": one.number,
                "name": one.list_name or ASK_THE_PERSON,
                "born": f"{one.born_on:%d-%m-%Y}",
                "district": one.polling_district,
                "ballot": "" if one.ballot_type == COMMON_BALLOT else one.ballot_type,
                "note": crossed.get(one.id)
                or (CARD_NAMES[one.card] if has_cards and one.card is not Card.ISSUED else ""),
                "is_crossed": one.id in crossed,
            }
        )
    return [{"heading": heading, "voters": group} for heading, group in sorted(groups.items())]
