"""Letting somebody else make an entry that was sent back and that its person cannot make."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as Answer

from election.call.here import act_here, here, installation
from election.counting import assignment
from election.counting.blueprint import KIND, KIND_NAMES, counting, station_here, unit_of
from election.counting.forms import is_complete
from election.counting.progress import EntryState, is_open_for_counting
from election.counting.rules import CountKind
from registry.accounts.forms import ReasonedForm
from registry.doors import open_to
from registry.findings import Refused
from registry.roles import Role
from registry.wording import say


@counting.route(f"/<code>/{KIND}/<int:entry>/overtag", methods=["GET", "POST"])
@open_to(Role.BOARD_MEMBER)
def release(code: str, kind: str, entry: int) -> str | Answer | tuple[str, int]:
    """Whose entry it is, what follows, and the reason."""
    if entry not in (1, 2):
        raise NotFound
    form, trouble, status = ReasonedForm(), "", 200
    with installation().database.read() as session:
        station = station_here(session, code)
        own = unit_of(session, station).counts[CountKind(kind)].entry(entry)
    if is_complete(form):
        act = act_here(form, "counting.release_entry")
        try:
            assignment.release_entry(
                installation(), here().scope, act, here().id, station.id, CountKind(kind), entry
            )
        except Refused as refused:
            trouble, status = say(refused), refused.status
        else:
            flash(_("En anden person kan nu lave indtastning %(entry)s.", entry=entry), "success")
            return redirect(url_for("counting.overview"))
    may = is_open_for_counting(here()) and own.state is EntryState.RETURNED
    page = render_template(
        "counting/release.html",
        station=station,
        kind=kind,
        kind_name=KIND_NAMES[CountKind(kind)],
        own=own,
        form=form if may else None,
        trouble=trouble,
    )
    return page, status
