"""The duty plan of a station, and the sheets with one-day codes and with PINs, one page for each person."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from election.call.clock import local
from election.call.records import Election
from election.poll_cards.qr import qr_svg
from election.roll.printing import document_header
from election.staffing import findings as say
from election.staffing.codes import Sheet
from election.staffing.plan import OnDuty, Plan
from election.staffing.rules import Gap, Lack, in_two_groups, pass_hours
from registry.documents import danish_day, render
from registry.findings import Refused
from registry.roles import ROLE_NAMES, Role


def duty_plan(election: Election, plan: Plan) -> bytes:
    """Who works where and when at one station, for the wall. Raises Refused R420, R686."""
    if not plan.people:
        raise Refused(say.NO_DUTIES, station=plan.station.name)
    rows = [
        {"name": one.name, "hours": clocks(one), "role": _role(one), "desk": one.duty.desk} for one in plan.people
    ]
    return render(
        "duty_plan.typ",
        _header(election)
        | {"station": plan.station.name, "people": rows, "gaps": [gap_in_danish(gap) for gap in plan.gaps]},
    )


def day_sheets(election: Election, plan: Plan, sheet: Sheet, secrets: Mapping[UUID, str], address: str) -> bytes:
    """One page to fold for each person; a sheet with codes holds no PIN, a sheet with PINs no code.

    The code stands there as a QR code too, for the scanner of the desk to type; the PIN never does.
    """
    duties: dict[UUID, list[OnDuty]] = {}
    for one in plan.people:
        duties.setdefault(one.duty.official_id, []).append(one)
    people = [
        {
            "name": held[0].name,
            "username": held[0].username,
            "duties": [_in_words(one) for one in held],
            "secret": in_two_groups(secrets[official]) if sheet is Sheet.CODES else secrets[official],
            "qr_svg": qr_svg(secrets[official]) if sheet is Sheet.CODES else "",
        }
        for official, held in duties.items()
        if official in secrets
    ]
    if not people:
        raise Refused(say.SHEETS_OVER)
    from_at, _ = pass_hours(election.election_on, election.regulation.polling.opens.value)
    return render(
        "day_sheets.typ",
        _header(election)
        | {
            "is_pin": sheet is Sheet.PINS,
            "station": plan.station.name,
            "address": address,
            "from": f"{local(from_at):%H.%M}",
            "people": people,
        },
    )


def _header(election: Election) -> dict[str, object]:
    return document_header(election) | {"day": danish_day(election.election_on)}


def clocks(one: OnDuty) -> str:
    return f"{local(one.duty.from_at):%H.%M}–{local(one.duty.until_at):%H.%M}"


def gap_in_danish(gap: Gap) -> str:
    """A gap as the paper says it; the pages say it in the reader's language."""
    within = f"kl. {local(gap.from_at):%H.%M}–{local(gap.until_at):%H.%M}"
    if gap.lack is Lack.LEADER:
        return f"{within}: ingen leder"
    return f"{within}: {gap.people or 'ingen'} ved bordene, der skal være mindst to"


def _in_words(one: OnDuty) -> str:
    words = f"{clocks(one)}, {_role(one)}"
    return f"{words}, bord {one.duty.desk}" if one.duty.desk else words


def _role(one: OnDuty) -> str:
    return str(ROLE_NAMES[Role(one.duty.role)])
