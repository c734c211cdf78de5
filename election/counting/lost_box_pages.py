# mypy: disable-error-code="no-untyped-call"
"""Papers that are gone: what happened, what the board decides, and whether they could have changed the result."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired

from election.call.here import act_here, here, installation
from election.call.records import Station
from election.counting.assembly import Unit, counting_document, units
from election.counting.blueprint import counting, station_here
from election.counting.lost_box_acts import Decision, record_lost_box, would_show_votes
from election.counting.lost_box_weight import could_change, without
from election.counting.lost_boxes import lost_boxes
from election.counting.progress import is_open_for_counting
from registry.accounts.forms import CosignedForm, ReasonedForm, no_cpr, required
from registry.doors import open_to
from registry.findings import Refused
from registry.roles import Role
from registry.wording import say

DECISIONS = {
    Decision.COUNTED_WITHOUT: _l("Resultatet opgøres uden disse papirer"),
    Decision.PRELIMINARY_HOLDS: _l("Den foreløbige optælling gælder som den endelige"),
    Decision.POLL_AGAIN: _l("Der skal stemmes om; resultatet venter"),
    Decision.FOUND: _l("Papirerne er fundet igen"),
}


class LostBoxForm(ReasonedForm, CosignedForm):
    circumstances = TextAreaField(
        _l("Hvad er der sket?"), validators=[required(), no_cpr()], render_kw={"rows": 3}
    )
    decision = RadioField(
        _l("Hvad beslutter bestyrelsen?"),
        choices=lambda: [SelectChoice(one.value, str(text)) for one, text in DECISIONS.items()],
        validators=[InputRequired(_l("Vælg en afgørelse."))],
    )


@dataclass(frozen=True, slots=True)
class Weight:
    """How much the papers weigh that nobody can count (again)."""

    papers: int
    is_known: bool
    """Whether every other station is counted."""
    could_change: bool | None = None
    """Whether they could have changed who is elected; None when that cannot be told."""


@counting.route("/<code>/bortkommet", methods=["GET", "POST"])
@open_to(Role.BOARD_MEMBER)
def lost_box(code: str) -> str | Response | tuple[str, int]:
    """The form for two members of the board; what was decided before stands above it."""
    with installation().database.read() as session:
        station = station_here(session, code)
    form = LostBoxForm()
    if not form.validate_on_submit():
        return _page(station, form)
    try:
        record_lost_box(
            installation(),
            here().scope,
            act_here(form, "counting.record_lost_box"),
            here().id,
            station.id,
            form.circumstances.data or "",
            Decision(form.decision.data),
        )
    except Refused as refused:
        return _page(station, form, say(refused)), refused.status
    flash(_("Afgørelsen er gemt og bliver trykt i valgbogen."), "success")
    return redirect(url_for("counting.overview"), 303)


def _page(station: Station, form: LostBoxForm, trouble: str | None = None) -> str:
    with installation().database.read() as session:
        decided = lost_boxes(session, here()).get(station.id)
        unit = next((one for one in units(session, here()) if one.station.id == station.id), None)
        return render_template(
            "counting/lost_box.html",
            station=station,
            decided=decided,
            decisions=DECISIONS,
            weight=_weight(session, unit) if unit is not None else None,
            would_show=unit is not None and would_show_votes(session, here(), unit),
            form=form if is_open_for_counting(here()) else None,
            trouble=trouble,
        )


def _weight(session: Session, unit: Unit) -> Weight | None:
    """Of the papers against all others; a first count that stands may be wrong, so it is left out too."""
    if unit.lost is None:
        return None
    papers = unit.lost.papers
    if any(one.figures is None for one in units(session, here()) if one.station.id != unit.station.id):
        return Weight(papers, is_known=False)
    document = counting_document(session, here())
    if unit.lost.decision == Decision.PRELIMINARY_HOLDS and unit.count is not None:
        document = without(document, unit.count.figures)
        papers = max(papers, unit.count.figures["in_box"])
    return Weight(papers, True, could_change(document, papers, here().regulation.seats.min_crosses.value))
