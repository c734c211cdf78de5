# mypy: disable-error-code="no-untyped-call"
"""The case about appointment: what is proposed, who is named, what the appointing body decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from registry.accounts.records import names as names_of_officials
from registry.appointment import acts
from registry.appointment.forms import DecideForm, NameForm, decide_form
from registry.appointment.printing import appointment_case_pdf
from registry.appointment.records import AppointmentDecision, case_of, decision_history
from registry.appointment.rules import RULING_NAMES, Ruling
from registry.appointment.standing import CaseStanding, standing
from registry.councils.acts import SECRETARIES
from registry.councils.here import ADDRESS, act_here, here, installation
from registry.doors import open_to
from registry.findings import Refused
from registry.regulation.choices import Route
from registry.roles import Role

appointment = Blueprint("appointment", __name__, url_prefix=ADDRESS + "/udpegning")

RULING_KINDS = {Ruling.APPOINTED: "good", Ruling.NOT_APPOINTED: "bad", Ruling.DECLINED: "warn"}


@appointment.get("/")
@open_to(*SECRETARIES, Role.AUDITOR)
def overview() -> str:
    return _page()


@appointment.post("/navngiv")
@open_to(*SECRETARIES)
def name_member() -> tuple[str, int] | AnyResponse:
    """Name somebody for a seat that is not elected."""

    def do(name_form: NameForm, _decide_form: DecideForm, case_id: Any) -> str | None:
        if not name_form.validate_on_submit():
            return None
        act = act_here(name_form)
        name, group = name_form.name.data or "", name_form.group.data or ""
        on_behalf_of = name_form.on_behalf_of.data or ""
        acts.name_member(installation(), here().scope, act, case_id, name, group, on_behalf_of)
        return str(_("%(name)s er føjet til sagen.", name=name.strip()))

    return _done_or_shown("name", do)


@appointment.post("/afgoer")
@open_to(*SECRETARIES)
def decide() -> tuple[str, int] | AnyResponse:
    """Record what the appointing body decided, about everybody at once or a few."""

    def do(_name_form: NameForm, form: DecideForm, case_id: Any) -> str | None:
        if "alle" in request.form or not form.validate_on_submit():
            return None
        act = act_here(form)
        number = acts.decide_all(installation(), here().scope, act, case_id, form.decided())
        told = ngettext("Afgørelsen om %(num)s person er gemt.", "Afgørelsen om %(num)s personer er gemt.", number)
        return str(told)

    return _done_or_shown("decide", do)


@appointment.get("/sag.pdf")
@open_to(*SECRETARIES, Role.AUDITOR)
def paper() -> Response:
    """The case for the appointing body as a document."""
    with installation().database.read() as session:
        pdf = appointment_case_pdf(session, here())
    return Response(
        pdf, mimetype="application/pdf", headers={"Content-Disposition": "attachment; filename=udpegning.pdf"}
    )


def _done_or_shown(
    which: str, do: Callable[[NameForm, DecideForm, Any], str | None]
) -> tuple[str, int] | AnyResponse:
    """Do the act and go back to the page, or show the page again with everything that was typed."""
    with installation().database.read() as session:
        of = case_of(session, here())
        if of is None:
            raise NotFound
        stands, case_id = standing(session, here(), of), of.id
    name_form, form = _forms(stands, which)
    try:
        done = do(name_form, form, case_id)
    except Refused as refused:
        return _page(which, name_form, form, refused), refused.status
    if done is None:
        return _page(which, name_form, form), 200 if "alle" in request.form else 409
    flash(done, "success")
    return redirect(url_for("appointment.overview"))


def _forms(stands: CaseStanding, sent: str = "") -> tuple[NameForm, DecideForm]:
    """Both forms of the page; the one that was sent holds what was typed."""
    name_form = NameForm() if sent == "name" else NameForm(formdata=None)
    name_form.offer([row for row in stands.groups if row.group.route != Route.ELECTED])
    form = decide_form({one.nominee.id: one.name for one in stands.everybody}, is_sent=sent == "decide")
    if "alle" in request.form:
        form.fill_with_appointed([one.nominee.id for one in stands.everybody if one.is_open and not one.decision])
    return name_form, form


def _page(
    sent: str = "",
    name_form: NameForm | None = None,
    form: DecideForm | None = None,
    refused: Refused | None = None,
) -> str:
    council = here()
    with installation().database.read() as session:
        of = case_of(session, council)
        if of is None:
            return render_template("appointment/none.html", council=council)
        stands, history = standing(session, council, of), decision_history(session, of)
        if name_form is None or form is None:
            name_form, form = _forms(stands)
        if sent != "decide":
            _prefill(form, history[-1] if history else None, of.body)
        latest = {row.nominee_id: row.id for row in history}
        return render_template(
            "appointment/case.html",
            council=council,
            case=of,
            stands=stands,
            history=list(reversed(history)),
            holding=set(latest.values()),
            named={one.nominee.id: one.name for one in stands.everybody},
            officials=names_of_officials(session, council.municipality, {row.by for row in history}),
            name_form=name_form,
            form=form,
            sent=sent,
            refused=refused,
            may_write=may_write(),
            ruling_names=RULING_NAMES,
            ruling_kinds=RULING_KINDS,
        )


def may_write() -> bool:
    """Whether whoever looks at the page keeps the council's affairs; an auditor and the public only read."""
    visitor: Any = current_user
    return bool(visitor.is_authenticated and visitor.roles & SECRETARIES)


def _prefill(form: DecideForm, last: AppointmentDecision | None, body: str) -> None:
    """Body, day and case number of the latest decision: a meeting decides on many people."""
    form.body.data = last.body if last else body
    if last is not None:
        form.decided_on.data, form.case_no.data = last.decided_on, last.case_no
