"""The polling stations: how they stand, and one of them. The desk is in desk_pages.py."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from election.call import clock
from election.call.here import here, installation
from election.polling import acts, decision_pages, desk_pages, opening_pages, paper_pages
from election.polling.blueprint import act_of_button, desk, papers_on_table, polling, station_here
from election.polling.conflicts import conflicts
from election.polling.doubt import undecided_doubtful
from election.polling.forms import DeskForm
from election.polling.rules import added
from election.polling.standing import admissions_in, line_of, quarters_until, standings
from election.roll.copies import latest_copy
from election.roll.records import roll_of
from registry.accounts.forms import ActForm
from registry.doors import open_to
from registry.roles import Role

__all__ = ["decision_pages", "desk_pages", "opening_pages", "paper_pages", "polling"]

_EVERYONE = (Role.POLLING_OFFICIAL, Role.STATION_LEADER, Role.BOARD_MEMBER, Role.ELECTION_ADMINISTRATOR)
_SHOWN_QUARTERS = 16


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
    acts.open_polls(*act_of_button("polling.open_polls"), here().id)
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
    now = clock.now(here())
    with installation().database.read() as session:
        standing = next(one for one in standings(session, here()) if one.station.id == found.id)
        return render_template(
            "polling/station.html",
            election=here(),
            standing=standing,
            papers=papers_on_table(session, found),
            line=line_of(session, here(), standing, now),
            undecided=len(undecided_doubtful(session, found)),
            open_conflicts=len(conflicts(session, here(), found.id, only_open=True)),
            has_cards=here().regulation.polling.has_poll_cards.value,
            paper_list=latest_copy(session, here(), found),
            curve=list(zip(quarters, admissions_in(session, found.id, here(), quarters), strict=True)),
            desk_form=form,
        )


polling.register_blueprint(desk)
