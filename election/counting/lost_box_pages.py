# mypy: disable-error-code="no-untyped-call"
"""Papers that are gone: what happened, what the board decides, and whether they could have changed the result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired

from election.call.here import act_here, here, installation
from election.call.records import Station
from election.counting.assembly import counting_document, units
from election.counting.blueprint import counting, station_here
from election.counting.lost_box_acts import Decision, record_lost_box
from election.counting.lost_boxes import LostBox, lost_boxes
from election.counting.methods import count_document
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
    """How much the missing papers weigh: fewer than the smallest margin of a seat change nobody's seat."""

    papers: int
    is_known: bool
    """Whether every other station is counted."""
    margin: int | None = None
    """None where nobody else could have had a seat."""

    @property
    def could_change(self) -> bool | None:
        if not self.is_known:
            return None
        return self.margin is not None and self.papers >= self.margin


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
        return render_template(
            "counting/lost_box.html",
            station=station,
            decided=decided,
            decisions=DECISIONS,
            weight=_weight(session, decided) if decided else None,
            form=form if is_open_for_counting(here()) else None,
            trouble=trouble,
        )


def _weight(session: Session, decided: LostBox) -> Weight:
    if any(unit.figures is None for unit in units(session, here())):
        return Weight(decided.papers, is_known=False)
    steps: Any = count_document(counting_document(session, here())).get("steps", [])
    margins = [step["figures"]["margin"] for step in steps if isinstance(step["figures"].get("margin"), int)]
    return Weight(decided.papers, True, min(margins, default=None))
