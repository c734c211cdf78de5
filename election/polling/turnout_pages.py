"""Turnout for everybody, without sign-in: how many have voted, hour by hour. No figure here is about a vote."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from election.call import clock
from election.call.here import ADDRESS, here, installation
from election.polling.rules import added
from election.polling.standing import standings
from election.polling.turnout import admissions_in_hours, hours_of
from election.roll.electorate import electorate
from registry.doors import public
from registry.wall import on_the_wall
from registry.wording import say_instant

turnout = Blueprint("turnout", __name__, url_prefix=ADDRESS + "/fremmoede")


@turnout.get("/")
@public
def page() -> str:
    """The figures as a chart and a table, for a browser at home."""
    return render_template("polling/turnout.html", **_figures())


@turnout.get("/vaeg")
@public
def wall() -> Response:
    """The same on a wall: large, and drawn anew every half minute without a script."""
    return on_the_wall(render_template("polling/wall.html", **_figures()), 30)


def _figures() -> dict[str, Any]:
    now = clock.now(here())
    with installation().database.read() as session:
        every = standings(session, here())
        may_vote = sum(electorate(session, here()).values())
        hours = hours_of(here())
        return {
            "election": here(),
            "standings": every,
            "total": added((one.figures for one in every), may_vote),
            "hours": list(zip(hours, admissions_in_hours(session, here(), hours), strict=True)),
            "has_begun": any(one.opened for one in every),
            "at": say_instant(now),
        }
