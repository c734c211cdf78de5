"""Opening an agreed count again: two of the board, with the reason that everyone can read afterwards."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from election.call.here import act_here, here, installation
from election.counting import recount
from election.counting.blueprint import KIND_NAMES, counting, station_here
from election.counting.forms import is_complete, recount_form
from election.counting.progress import is_open_for_counting
from election.counting.records import counts
from election.counting.rules import CountKind
from registry.doors import open_to
from registry.findings import Refused
from registry.roles import Role
from registry.wording import say


@counting.route("/<code>/omtaelling", methods=["GET", "POST"])
@open_to(Role.BOARD_MEMBER)
def recount_page(code: str) -> str | Response | tuple[str, int]:
    """The form; both tallies of the station are entered anew afterwards."""
    with installation().database.read() as session:
        station = station_here(session, code)
        agreed = [CountKind(kind) for which, kind in counts(session, here()) if which == station.id]
    form = recount_form({kind.value: KIND_NAMES[kind] for kind in CountKind if kind in agreed})
    trouble, status = "", 200
    if is_complete(form):
        try:
            act = act_here(form, "counting.reopen_count")
            kind = CountKind(form.kind.data)
            recount.reopen_count(installation(), here().scope, act, here().id, station.id, kind)
        except Refused as refused:
            trouble, status = say(refused), refused.status
        else:
            flash(_("Tallene er åbnet igen. De to indtastere tæller og indtaster på ny."), "success")
            return redirect(url_for("counting.overview"))
    is_open = is_open_for_counting(here())
    page = render_template(
        "counting/recount.html", station=station, form=form if agreed and is_open else None, trouble=trouble
    )
    return page, status
