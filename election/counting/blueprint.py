"""The blueprint of the counting room and what its pages have in common."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from election.call.here import ADDRESS, here
from election.call.records import Station, stations
from election.counting.progress import EntryState, NextStep, UnitProgress, progress
from election.counting.rules import CountKind
from registry.roles import Role

counting = Blueprint("counting", __name__, url_prefix=ADDRESS + "/optaelling")

KIND = "<any(preliminary,final):kind>"
WATCHERS = (Role.BOARD_MEMBER, Role.STATION_LEADER, Role.ELECTION_ADMINISTRATOR, Role.AUDITOR)
KIND_NAMES = {CountKind.PRELIMINARY: _l("Foreløbig optælling"), CountKind.FINAL: _l("Fintælling")}
STATE_NAMES = {
    EntryState.NOT_ENTERED: (_l("ikke indtastet"), "neutral"),
    EntryState.ENTERED: (_l("indtastet"), "info"),
    EntryState.RETURNED: (_l("sendt tilbage"), "warn"),
    EntryState.AGREED: (_l("enige"), "good"),
}
NEXT_STEPS = {
    NextStep.ENTER: _l("Tæl papirerne, og lad to personer indtaste tallene hver for sig."),
    NextStep.ENTER_OTHER: _l("En anden person mangler at indtaste, uden at se de første tal."),
    NextStep.COUNT_AGAIN: _l("De to indtastninger passer ikke. Tæl papirerne igen, og send den forkerte tilbage."),
    NextStep.ENTER_AGAIN: _l("En indtastning er sendt tilbage. Den, der lavede den, udfylder de tomme felter."),
    NextStep.EXPLAIN: _l("Der er forskelle, der skal findes eller forklares."),
    NextStep.SETTLE: _l("Tallene er enige. Valgbestyrelsen afslutter papirregnskabet."),
    NextStep.DONE: _l("Færdig."),
}


def station_here(session: Session, code: str) -> Station:
    found = next((station for station in stations(session, here()) if station.code == code), None)
    if found is None:
        raise NotFound
    return found


def unit_of(session: Session, station: Station) -> UnitProgress:
    every = progress(session, here())
    return next(one for one in every if station.id in {member.id for member in one.unit.members})
