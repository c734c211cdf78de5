"""The packing list of a station on paper."""

from __future__ import annotations

from election.call import clock
from election.call.records import Election
from election.packets.standing import Line, PackingList
from election.roll.printing import document_header
from registry.documents import danish_day, render


def packing_list_pdf(election: Election, of: PackingList) -> bytes:
    """Every sealed packet with its seal, and room for two signatures where it arrives. (KRVL § 88 borrowed)"""
    return render(
        "packing_list.typ",
        document_header(election)
        | {
            "day": danish_day(election.election_on),
            "station": of.station.name,
            "packets": [_line(one) for one in of.lines],
        },
    )


def _line(one: Line) -> dict[str, object]:
    return {
        "content": str(one.content),
        "sheets": one.packet.sheets,
        "seal": one.packet.seal_number,
        "goes_to": one.packet.goes_to,
        "at": clock.shown(one.packet.at),
        "sealed_by": list(one.sealed_by),
        "arrival": {
            "seal": one.arrival.seal_found,
            "is_as_sent": bool(one.is_as_sent),
            "remark": one.arrival.remark,
            "at": clock.shown(one.arrival.at),
            "by": list(one.received_by),
        }
        if one.arrival is not None and one.received_by is not None
        else None,
    }
