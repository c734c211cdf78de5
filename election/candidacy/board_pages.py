# mypy: disable-error-code="no-untyped-call"
"""The board's pages: the ballot order by drawn lot, and the poll that is not needed."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from election.call import clock
from election.call.here import act_here, here, installation
from election.call.lots import BALLOT_ORDER, Lot, lots
from election.call.records import board, stations
from election.call.rules import Phase, allowed
from election.candidacy import acts
from election.candidacy import findings as say_of
from election.candidacy.blueprint import candidacy, showing
from election.candidacy.forms import OrderForm, StepForm, UncontestedForm, order_form, shown_minute
from election.candidacy.records import Candidacy, accepted, candidacies
from election.candidacy.rules import OPEN_STATES
from registry.database import sort_key
from registry.doors import open_to
from registry.findings import Refused
from registry.regulation.calendar import instant
from registry.regulation.choices import BallotOrder
from registry.roles import Role


@candidacy.route("/raekkefoelge", methods=["GET", "POST"])
@open_to(Role.BOARD_MEMBER, Role.ELECTION_ADMINISTRATOR)
def ballot_order() -> str | Response | tuple[str, int]:
    """The order on the ballot as the regulation says: alphabetical, by lot, or turned at each station."""
    with installation().database.read() as reading:
        standing = accepted(reading, here())
        names = [member.name for member in board(reading, here())]
        undecided = sum(c.in_state in OPEN_STATES for c in candidacies(reading, here()))
        drawn = [lot for lot in lots(reading, here()) if lot.purpose == BALLOT_ORDER]
        places = stations(reading, here())
    order = here().regulation.ballot.order
    is_alphabetical = order.value is BallotOrder.ALPHABETICAL
    form: Any = StepForm() if is_alphabetical else order_form(standing, names)
    if form.validate_on_submit():
        try:
            act = act_here(form, "candidacy.settle_ballot_order")
            lot = None if is_alphabetical else _lot(form, standing)
            acts.settle_ballot_order(installation(), here().scope, act, here().id, lot)
        except Refused as refused:
            form = showing(form, refused)
        else:
            flash(_("Rækkefølgen på stemmesedlen er gemt."), "success")
            return redirect(url_for("candidacy.ballot_order"))
    elif not form.is_submitted() and not is_alphabetical:
        form.drawn_at.data = shown_minute(clock.now(here()))
    return render_template(
        "candidacy/ballot_order.html",
        form=form,
        standing=standing,
        alphabetical=sorted(standing, key=lambda c: (sort_key(c.ballot_name), c.number)),
        undecided=undecided,
        settled_at=here().ballot_order_settled_at,
        lot=drawn[-1] if drawn and not is_alphabetical else None,
        may_settle=allowed("candidacy.settle_ballot_order", here().in_phase),
        rule=here().regulation.ties.drawn_by,
        order=order,
        begins=_begins(standing, [place.name for place in places]) if order.value is BallotOrder.ROTATION else [],
    ), 409 if form.form_errors else 200


def _begins(standing: list[Candidacy], places: list[str]) -> list[tuple[str, str]]:
    """With rotation: at which candidate each station's ballot begins, one further than at the station before.
    (Regulation: ballot.order)
    """
    return (
        [(place, standing[at % len(standing)].ballot_name) for at, place in enumerate(places)] if standing else []
    )


def _lot(form: OrderForm, standing: list[Candidacy]) -> Lot:
    drawn = form.drawn()
    if not drawn:
        raise Refused(say_of.ORDER_INCOMPLETE)
    return Lot(
        purpose=BALLOT_ORDER,
        among=tuple(row.label for row in standing),
        drawn=drawn,
        drawn_by=form.drawn_by.data or "",
        witnesses=(form.witnesses.data or "").strip(),
        method=(form.method.data or "").strip(),
        drawn_at=form.drawn_at.instant,
    )


@candidacy.route("/fredsvalg", methods=["GET", "POST"])
@open_to(Role.BOARD_MEMBER)
def uncontested() -> str | Response | tuple[str, int]:
    """The board decides that no poll is held, where the regulation allows it and everyone gets a seat."""
    form, regulation, status = UncontestedForm(), here().regulation, 200
    if form.validate_on_submit():
        act = act_here(form, "candidacy.declare_uncontested")
        try:
            elected = acts.declare_uncontested(installation(), here().scope, act, here().id)
        except Refused as refused:
            form, status = showing(form, refused), refused.status
        else:
            flash(_("Afstemningen er aflyst. %(elected)s er valgt uden afstemning.", elected=elected), "success")
            return redirect(url_for("overview.front"))
    with installation().database.read() as reading:
        standing = accepted(reading, here())
        undecided = sum(c.in_state in OPEN_STATES for c in candidacies(reading, here()))
    rule, seats = regulation.uncontested, regulation.seats
    latest_at = None if rule.latest.is_unset else instant(rule.latest.value, here().election_on)
    everyone_in = acts.needs_no_poll(standing, seats)
    page = render_template(
        "candidacy/uncontested.html",
        form=form,
        rule=rule,
        seats=seats,
        standing=standing,
        undecided=undecided,
        everyone_in=everyone_in,
        latest_at=latest_at,
        is_too_late=latest_at is not None and clock.now(here()) > latest_at,
        is_right_phase=allowed("candidacy.declare_uncontested", here().in_phase),
        is_done=here().in_phase is Phase.UNCONTESTED,
    )
    return page, status
