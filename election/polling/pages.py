"""The polling stations: how they stand, opening, closing, postal votes. The desk is in desk_pages.py."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from election.call import clock
from election.call.here import ADDRESS, act_here, here, installation
from election.call.records import board
from election.polling import acts, lookup
from election.polling.desk_pages import desk, station_here
from election.polling.forms import DeskForm, GroundForm, OpeningForm
from election.polling.rules import added
from election.polling.standing import Standing, admissions_in, quarters_until, standings
from election.roll.records import roll_of
from registry.accounts.forms import ActForm
from registry.doors import open_to
from registry.findings import Refused
from registry.roles import Role
from registry.wording import say

polling = Blueprint("polling", __name__, url_prefix=ADDRESS + "/stemmested")
polling.register_blueprint(desk)

_EVERYONE = (Role.POLLING_OFFICIAL, Role.STATION_LEADER, Role.ELECTION_ADMINISTRATOR)
_SHOWN_QUARTERS = 16


@polling.errorhandler(Refused)
def told(trouble: Refused) -> Any:
    """A refusal is told on the page where the button was pressed."""
    if request.method == "GET" or trouble.status == 403:
        page = render_template(
            "errors/refused.html", code=trouble.kind.code, text=say(trouble), status=trouble.status
        )
        return page, trouble.status
    flash(say(trouble), "warning")
    code = (request.view_args or {}).get("code")
    if code is None:
        return redirect(url_for("polling.stations"), 303)
    page = "polling.postal" if "postal" in (request.endpoint or "") else "polling.station"
    return redirect(url_for(page, code=code), 303)


@polling.get("/")
@open_to(*_EVERYONE)
def stations() -> str:
    """Every station: open or not, figures and papers."""
    with installation().database.read() as session:
        every = standings(session, here())
        roll = roll_of(session, here())
        return render_template(
            "polling/stations.html",
            election=here(),
            standings=every,
            total=added((one.figures for one in every), roll.figures["may_vote"] if roll else 0),
            form=ActForm(),
        )


@polling.post("/aabn-afstemningen")
@open_to(Role.ELECTION_ADMINISTRATOR)
def open_polls() -> Response:
    """Polling begins; each station is then opened by its leader."""
    acts.open_polls(*_act("polling.open_polls"), here().id)
    flash(_("Afstemningen er i gang. Lederne åbner nu hver deres stemmested."), "success")
    return redirect(url_for(".stations"), 303)


@polling.get("/<code>/")
@open_to(*_EVERYONE)
def station(code: str) -> str | Response:
    """One station: what to do now, the way to the desk, the curve of arrivals."""
    form = DeskForm(request.args)
    if "number" in request.args and form.validate():
        return redirect(url_for(".desk.screen", code=code, number=form.number.data))
    quarters = quarters_until(clock.now(here()), _SHOWN_QUARTERS)
    found = station_here(code)
    with installation().database.read() as session:
        return render_template(
            "polling/station.html",
            election=here(),
            standing=_standing(session, code),
            curve=list(zip(quarters, admissions_in(session, found.id, here(), quarters), strict=True)),
            desk_form=form,
        )


@polling.route("/<code>/aabn", methods=["GET", "POST"])
@open_to(Role.STATION_LEADER)
def opening(code: str) -> str | Response:
    """Zero report, empty box, seal, two witnesses; then the station is open."""
    form, found = OpeningForm(), station_here(code)
    if form.validate_on_submit():
        acts.open_station(
            installation(),
            here().scope,
            act_here(form, "polling.open_station"),
            here().id,
            found.id,
            form.seal_number.data or "",
            form.witnesses,
        )
        flash(_("%(station)s er åben. Vælg nu bordets nummer.", station=found.name), "success")
        return redirect(url_for(".station", code=code), 303)
    with installation().database.read() as session:
        return render_template(
            "polling/opening.html",
            election=here(),
            standing=_standing(session, code),
            roll=roll_of(session, here()),
            board=board(session, here()),
            form=form,
        )


@polling.get("/<code>/brevstemmer")
@open_to(*_EVERYONE)
def postal(code: str) -> str:
    """Postal votes of a station: the field, and how many there are."""
    with installation().database.read() as session:
        return render_template("polling/postal.html", election=here(), standing=_standing(session, code))


@polling.post("/<code>/brevstemmer/opslag")
@open_to(*_EVERYONE)
def find_postal(code: str) -> str:
    """The voters whom a card or a birth date can mean. Looking up changes nothing."""
    found, typed = station_here(code), request.form.get("token", "")
    digits = lookup.birth_date_typed(typed)
    with installation().database.read() as session:
        if digits is None:
            entry = lookup.entry_of(session, here(), lookup.by_card(session, here(), found, typed))
            entries = [entry] if entry else []
        else:
            entries = lookup.born(session, here(), digits)
        return render_template(
            "polling/postal.html",
            election=here(),
            standing=_standing(session, code),
            voters=[lookup.voter(session, here(), found, entry) for entry in entries],
        )


@polling.route("/<code>/brevstemmer/<uuid:entry_id>", methods=["GET", "POST"])
@open_to(*_EVERYONE)
def review_postal(code: str, entry_id: UUID) -> str | Response:
    """Receive, accept or set aside the postal vote of one voter."""
    form, found = GroundForm(), station_here(code)
    what = request.form.get("what")
    if what in {"receive", "accept"} or (what == "aside" and form.validate_on_submit()):
        flash(_review(what, form, found.id, entry_id), "success")
        return redirect(url_for(".postal", code=code), 303)
    with installation().database.read() as session:
        entry = lookup.entry_of(session, here(), entry_id)
        return render_template(
            "polling/postal_vote.html",
            election=here(),
            station=found,
            voter=lookup.voter(session, here(), found, entry) if entry else None,
            form=form,
        )


def _review(what: str, form: GroundForm, station_id: UUID, entry_id: UUID) -> str:
    house, scope, election_id = installation(), here().scope, here().id
    if what == "receive":
        act = act_here(form, "polling.receive_postal")
        acts.receive_postal(house, scope, act, election_id, station_id, entry_id)
        return str(_("Brevstemmen er registreret som modtaget."))
    act = act_here(form, "polling.review_postal")
    if what == "accept":
        acts.accept_postal(house, scope, act, election_id, station_id, entry_id)
        return str(_("Brevstemmen er godkendt. Læg kuverten uåbnet i stemmekassen."))
    acts.set_postal_aside(house, scope, act, election_id, station_id, entry_id)
    return str(_("Brevstemmen er lagt til side med begrundelse. Vælgeren kan stadig stemme her."))


def _act(name: str) -> tuple[Any, Any, Any]:
    return installation(), here().scope, act_here(ActForm(), name)


def _standing(session: Any, code: str) -> Standing:
    wanted = station_here(code)
    return next(one for one in standings(session, here()) if one.station.id == wanted.id)
