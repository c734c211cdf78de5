"""Papers that were set aside: the election board decides each, and the decision is printed in the count record."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from election.call.here import act_here, here, installation
from election.counting import disputed_acts
from election.counting.assembly import form_of
from election.counting.blueprint import WATCHERS, counting, station_here
from election.counting.forms import disputed_form, is_complete
from election.counting.layout import row_names
from election.counting.progress import is_open_for_counting
from election.counting.records import disputed_papers
from registry.accounts.sign_in import signed_in_official
from registry.doors import open_to
from registry.findings import Refused
from registry.roles import Role
from registry.wording import say


@counting.route("/<code>/tvivl", methods=["GET", "POST"])
@open_to(*WATCHERS)
def disputed(code: str) -> str | Response | tuple[str, int]:
    """What has been decided at this station; for the board, the form for the next paper."""
    with installation().database.read() as session:
        station = station_here(session, code)
        names = row_names(session, here())
        grounds = here().regulation.counting.invalid_grounds
        form = disputed_form(form_of(session, here()), names, grounds)
        decided = disputed_papers(session, here(), station.id)
    trouble, status = "", 200
    is_board = Role.BOARD_MEMBER in signed_in_official().roles
    if is_complete(form):
        try:
            disputed_acts.decide_disputed(
                installation(),
                here().scope,
                act_here(form, "counting.decide_disputed"),
                here().id,
                station.id,
                form.mark.data or "",
                form.counted_as.data,
                form.votes_for.data,
                form.votes_against.data,
                tuple(form.seen.data or ()),
                form.crosses.data if "crosses" in form else None,
            )
        except Refused as refused:
            if refused.status == 403:
                raise
            trouble, status = say(refused), refused.status
        else:
            flash(_("Afgørelsen er gemt. Læg sedlen i den bunke, den tælles i."), "success")
            return redirect(url_for("counting.disputed", code=code))
    page = render_template(
        "counting/disputed.html",
        station=station,
        names=names,
        decided=decided,
        grounds={ground.code: ground.text.value for ground in grounds},
        form=form if is_board and is_open_for_counting(here()) else None,
        trouble=trouble,
    )
    return page, status
