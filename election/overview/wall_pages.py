"""The count on a wall, for everybody: which stations are counted, then who is elected."""

from __future__ import annotations

from flask import render_template
from werkzeug.wrappers import Response

from election.call import clock
from election.call.here import here, installation
from election.overview.blueprint import overview
from election.overview.wall import count_wall
from registry.doors import public
from registry.wall import on_the_wall
from registry.wording import say_instant


@overview.get("/optaelling/vaeg")
@public
def count_on_the_wall() -> Response:
    """Drawn anew every half minute without a script."""
    with installation().database.read() as session:
        wall = count_wall(session, here())
    page = render_template("overview/count_wall.html", wall=wall, at=say_instant(clock.now(here())))
    return on_the_wall(page, 30)
