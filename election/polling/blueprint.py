# mypy: disable-error-code="no-untyped-call"
"""What the pages of the polling stations have in common: two blueprints, and how a refusal is told there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from election.ballots.rules import SHAPE_NAMES, ballot_types, mark_of
from election.call.here import ADDRESS, act_here, here, installation
from election.call.records import Station, station_at
from election.polling import lookup
from election.polling.findings import SCANNER_WORKS
from election.polling.forms import HIGHEST_DESK
from election.polling.standing import PapersOfType, papers_by_type
from election.roll.station_list import ListedVoter
from registry.accounts.forms import ActForm
from registry.findings import Refused
from registry.roles import Role
from registry.wording import say

polling = Blueprint("polling", __name__, url_prefix=ADDRESS + "/stemmested")
desk = Blueprint("desk", __name__, url_prefix=f"/<code>/bord/<int(min=1,max={HIGHEST_DESK}):number>")

STAFF = (Role.POLLING_OFFICIAL, Role.STATION_LEADER)
WITH_CAMERA = frozenset({"polling.desk.screen", "polling.desk.voter", "polling.opening"})
"""The pages with a field for cards: only there may the browser ask for the camera."""
ANSWER_HEADER = "X-Answer"
"""A desk's script sends it with `address`: then it gets the address to go to instead of being sent there, so that
it alone decides when the page is left (static/line.js)."""
# What a voter must be told to go and do elsewhere, or that no paper may be given: red. The rest is yellow.
_STOPS = frozenset({"R500", "R501", "R503", "R504", "R505", "R506", "R507", "R508", "R509", "R712"})
_NOT_FOUND = frozenset({"R505", "R507", "R515", "R526", "R709", "R712"})


def station_here(code: str) -> Station:
    """The station of this page, or 404."""
    found = station_at(installation().database, here(), code)
    if found is None:
        raise NotFound
    return found


def entry_here(reading: Any, entry_id: UUID) -> ListedVoter:
    """The voter of this page, or 404."""
    entry = lookup.entry_of(reading, here(), entry_id)
    if entry is None:
        raise NotFound
    return entry


def papers_here() -> list[tuple[str, str]]:
    """The ballot papers as (type, what stands on it); one with an empty type where all vote on the same."""
    return [(one, paper_name(one)) for one in ballot_types(here())]


def paper_name(ballot_type: str) -> str:
    """The big sign in words and the name of a paper, `A cirkel · vestlig`; empty where there is only one."""
    mark = mark_of(here(), ballot_type)
    return f"{mark.letter} {_(SHAPE_NAMES[mark.shape])} · {ballot_type}" if mark else ballot_type


def papers_on_table(reading: Any, station: Station) -> list[tuple[str, PapersOfType]]:
    """Each kind of paper at the station by its name; empty where there is only one."""
    return [(paper_name(one.ballot_type), one) for one in papers_by_type(reading, here(), station)]


def act_of_button(name: str) -> tuple[Any, Any, Any]:
    """What every act takes first, for a form that is one button."""
    return installation(), here().scope, act_here(ActForm(), name)


def desk_key(code: str, number: int) -> str:
    """Two tabs at two desks do not see each other's last voter, nor do two elections."""
    return f"{here().slug}/{code}/{number}"


def last_at(code: str, number: int) -> dict[str, str]:
    """The event that this browser made last at the desk, and its voter."""
    found: dict[str, str] = session.get(desk_key(code, number), {})
    return found


def done_at(code: str, number: int, event_id: UUID, entry_id: UUID | None = None) -> Response:
    """Back to the desk's screen, which shows what was done."""
    session[desk_key(code, number)] = {"event": str(event_id), "entry": str(entry_id)}
    return redirect(url_for("polling.desk.screen", code=code, number=number, udfald=event_id), 303)


def tried_scanner(code: str) -> str:
    """Where this browser remembers that the scanner has read the station's test card."""
    return f"{here().slug}/{code}/prøve"


@desk.errorhandler(Refused)
def told_at_desk(trouble: Refused) -> Any:
    """A refusal is told on the desk's own screen, where the next voter can be scanned at once."""
    if request.method == "GET" or trouble.status == 403:
        return _on_its_own(trouble)
    place = request.view_args or {}
    if trouble.kind is SCANNER_WORKS:
        session[tried_scanner(place["code"])] = True
        flash(say(trouble), "scanner")
    else:
        flash(say(trouble), "stop" if trouble.kind.code in _STOPS else "wait")
    if trouble.kind.code in _NOT_FOUND:
        flash(_("Ring til valgkontoret, eller lad personen stemme i kuvert."), "envelope")
    return redirect(url_for("polling.desk.screen", code=place["code"], number=place["number"]), 303)


@desk.after_request
def answer_the_script(answer: Response) -> Response:
    """To the desk's script: where it would have been sent."""
    if answer.status_code != 303 or request.headers.get(ANSWER_HEADER) != "address":
        return answer
    told = jsonify(to=answer.location)
    for cookie in answer.headers.getlist("Set-Cookie"):
        told.headers.add("Set-Cookie", cookie)
    return told


@polling.errorhandler(Refused)
def told(trouble: Refused) -> Any:
    """A refusal is told on the page where the button was pressed."""
    if request.method == "GET" or trouble.status == 403:
        return _on_its_own(trouble)
    flash(say(trouble), "warning")
    code = (request.view_args or {}).get("code")
    if code is None:
        return redirect(url_for("polling.stations"), 303)
    pages = {"polling.decide_envelope": "polling.doubtful_envelopes", "polling.settle": "polling.conflicts"}
    page = pages.get(request.endpoint or "", "polling.station")
    return redirect(url_for(page, code=code), 303)


def _on_its_own(trouble: Refused) -> tuple[str, int]:
    page = render_template("errors/refused.html", code=trouble.kind.code, text=say(trouble), status=trouble.status)
    return page, trouble.status
