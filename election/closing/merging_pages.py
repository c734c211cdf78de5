# mypy: disable-error-code="no-untyped-call"
"""Naming beforehand which station a small one is counted with."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from election.call.acts import count_together
from election.call.here import ADDRESS, act_here, here, installation
from election.call.records import stations
from election.call.rules import allowed
from election.closing.forms import NeighbourForm
from election.closing.merging import merge_decisions
from election.closing.rules import is_small
from election.roll.electorate import electorate
from registry.doors import open_to
from registry.findings import Refused
from registry.roles import Role
from registry.wording import say

small_counts = Blueprint("small_counts", __name__, url_prefix=ADDRESS + "/smaa-optaellinger")

_NAME = (Role.ELECTION_ADMINISTRATOR, Role.BOARD_MEMBER)


@small_counts.route("/", methods=["GET", "POST"])
@open_to(*_NAME, Role.STATION_LEADER, Role.AUDITOR)
def neighbours() -> str | Response | tuple[str, int]:
    """Every station with who is on the roll there, its neighbour, and what came of it at closing."""
    form = NeighbourForm()
    with installation().database.read() as session:
        every = stations(session, here())
    form.station.choices = form.neighbour.choices = [SelectChoice(str(one.id), one.name) for one in every]
    if not form.validate_on_submit():
        return _page(form)
    try:
        count_together(
            installation(),
            here().scope,
            act_here(form, "call.count_together"),
            here().id,
            UUID(form.station.data),
            UUID(form.neighbour.data),
        )
    except Refused as refused:
        return _page(form, say(refused)), refused.status
    flash(_("Nabostedet er valgt. Om sedlerne lægges sammen, afgøres ved lukningen."), "success")
    return redirect(url_for("small_counts.neighbours"), 303)


def _page(form: NeighbourForm, trouble: str | None = None) -> str:
    least = here().regulation.counting.small_count.value
    with installation().database.read() as session:
        every, on_roll = stations(session, here()), electorate(session, here())
        return render_template(
            "closing/neighbours.html",
            election=here(),
            stations=every,
            named={one.id: one.name for one in every},
            on_roll=on_roll,
            sure={one.id for one in every if is_small(on_roll.get(one.id, 0), least)},
            decided=merge_decisions(session, here()),
            least=least,
            form=form,
            trouble=trouble,
            may_name=allowed("call.count_together", here().in_phase),
        )
