# mypy: disable-error-code="no-untyped-call"
"""The board's pages: the ballot order by drawn lot, and the poll that is not needed."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from election.call import clock
from election.call.here import act_here, here, installation
from election.call.lots import BALLOT_ORDER, Lot, lots
from election.call.records import board
from election.call.rules import Phase, allowed
from election.candidacy import acts
from election.candidacy import findings as say_of
from election.candidacy.blueprint import candidacy, showing
from election.candidacy.forms import MINUTE, OrderForm, UncontestedForm, order_form
from election.candidacy.records import Candidacy, accepted, candidacies
from election.candidacy.rules import OPEN_STATES
from registry.doors import open_to
from registry.findings import Refused
from registry.regulation.calendar import instant
from registry.roles import Role


@candidacy.route("/raekkefoelge", methods=["GET", "POST"])
@open_to(Role.BOARD_MEMBER, Role.ELECTION_ADMINISTRATOR)
def ballot_order() -> str | Response | tuple[str, int]:
    """The board draws lots; the drawn order is typed here with who drew, who watched and how."""
    with installation().database.read() as reading:
        standing = sorted(accepted(reading, here()), key=lambda c: (c.ballot_position or 0, c.number))
        names = [member.name for member in board(reading, here())]
        undecided = sum(c.in_state in OPEN_STATES for c in candidacies(reading, here()))
        drawn = [lot for lot in lots(reading, here()) if lot.purpose == BALLOT_ORDER]
    form = order_form(standing, names)
    if form.validate_on_submit():
        try:
            acts.settle_ballot_order(
                installation(),
                here().scope,
                act_here(form, "candidacy.settle_ballot_order"),
                here().id,
                _lot(form, standing),
            )
        except Refused as refused:
            form = showing(form, refused)
        else:
            flash(_("Rækkefølgen på stemmesedlen er gemt."), "success")
            return redirect(url_for("candidacy.ballot_order"))
    elif not form.is_submitted():
        form.drawn_at.data = clock.local(clock.now(here())).strftime(MINUTE)
    return render_template(
        "candidacy/ballot_order.html",
        form=form,
        standing=standing,
        undecided=undecided,
        settled_at=here().ballot_order_settled_at,
        lot=drawn[-1] if drawn else None,
        may_settle=allowed("candidacy.settle_ballot_order", here().in_phase),
        rule=here().regulation.ties.drawn_by,
    ), 409 if form.form_errors else 200


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
        drawn_at=form.drawn_instant(),
    )


@candidacy.route("/fredsvalg", methods=["GET", "POST"])
@open_to(Role.BOARD_MEMBER)
def uncontested() -> str | Response:
    """The board decides that no poll is held, where the regulation allows it and everyone gets a seat."""
    form, regulation = UncontestedForm(), here().regulation
    if form.validate_on_submit():
        act = act_here(form, "candidacy.declare_uncontested")
        elected = acts.declare_uncontested(installation(), here().scope, act, here().id)
        flash(_("Afstemningen er aflyst. %(elected)s er valgt uden afstemning.", elected=elected), "success")
        return redirect(url_for("overview.front"))
    with installation().database.read() as reading:
        standing = accepted(reading, here())
        undecided = sum(c.in_state in OPEN_STATES for c in candidacies(reading, here()))
    seats, latest_at = regulation.seats, instant(regulation.uncontested.latest.value, here().election_on)
    everyone_in = acts.needs_no_poll(standing, seats)
    return render_template(
        "candidacy/uncontested.html",
        form=form,
        rule=regulation.uncontested,
        seats=seats,
        standing=standing,
        undecided=undecided,
        everyone_in=everyone_in,
        latest_at=latest_at,
        is_too_late=clock.now(here()) > latest_at,
        is_right_phase=allowed("candidacy.declare_uncontested", here().in_phase),
        is_done=here().in_phase is Phase.UNCONTESTED,
    )
