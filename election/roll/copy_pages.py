# mypy: disable-error-code="no-untyped-call"
"""The register of paper copies: printing one is an act, and each is accounted for."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as Answer

from election.call.here import act_here, here, installation
from election.call.records import stations
from election.call.rules import allowed
from election.roll.cases import officials_of
from election.roll.copies import ENDING_NAMES, Ending, copies, copy_by_id, end_copy, print_copy
from election.roll.forms import EndForm, PrintForm, told_above
from election.roll.printing import printed_list
from election.roll.records import roll_of
from registry.doors import open_to
from registry.findings import Refused
from registry.roles import Role

paper_copies = Blueprint("copies", __name__, url_prefix="/kopier")

_HOLDERS = (Role.ROLL_KEEPER, Role.ELECTION_ADMINISTRATOR, Role.STATION_LEADER)


@paper_copies.get("/")
@open_to(*_HOLDERS)
def register() -> str:
    """Every copy: number, where, what for, by whom, and what became of it."""
    return _register(PrintForm(formdata=None))


@paper_copies.post("/valgliste.pdf")
@open_to(*_HOLDERS)
def print_one() -> Response | str | tuple[str, int]:
    """Register one copy and hand out its pages; each of them bears the copy's number."""
    form = PrintForm()
    with installation().database.read() as session:
        form.offer(stations(session, here()))
    if not form.validate_on_submit():
        return _register(form)
    try:
        made = print_copy(
            installation(),
            here().scope,
            act_here(form, "roll.print_copy"),
            here().id,
            UUID(form.station.data) if form.station.data else None,
            form.purpose.data or "",
        )
    except Refused as refused:
        status = told_above(form, refused)
        return _register(form), status
    with installation().database.read() as session:
        pdf = printed_list(session, here(), copy_by_id(session, here(), made.copy_id))
    name = f"valgliste-kopi-{made.number}.pdf"
    return Response(
        pdf, mimetype="application/pdf", headers={"Content-Disposition": f"attachment; filename={name}"}
    )


@paper_copies.route("/<uuid:copy_id>", methods=["GET", "POST"])
@open_to(*_HOLDERS)
def end(copy_id: UUID) -> str | Answer | tuple[str, int]:
    """A copy came back, was destroyed, or is lost."""
    form, status = EndForm(), 200
    form.offer()
    if form.validate_on_submit():
        try:
            act = act_here(form, "roll_copies.end")
            number = end_copy(
                installation(), here().scope, act, here().id, copy_id, Ending(form.how.data), form.note.data or ""
            )
        except Refused as refused:
            status = told_above(form, refused)
        else:
            flash(_("Kopi %(number)s er gjort op.", number=number), "success")
            return redirect(url_for(".register"), 303)
    with installation().database.read() as session:
        copy = copy_by_id(session, here(), copy_id)
        if copy is None:
            raise NotFound
        return render_template("roll/end_copy.html", copy=copy, form=form, endings=ENDING_NAMES), status


def _register(form: PrintForm) -> str:
    with installation().database.read() as session:
        places = stations(session, here())
        form.offer(places)
        every = copies(session, here())
        return render_template(
            "roll/copies.html",
            form=form,
            copies=every,
            places={one.id: one.name for one in places},
            endings=ENDING_NAMES,
            people=officials_of(session, here(), {one.by for one in every}),
            roll=roll_of(session, here()),
            may_print=allowed("roll.print_copy", here().in_phase),
        )
