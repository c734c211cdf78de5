# mypy: disable-error-code="no-untyped-call"
"""Convening the constitutive meeting, its agenda, and the minutes as they stand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as Answer
from wtforms.fields import SelectChoice

from registry.accounts.forms import ActForm
from registry.councils import clock
from registry.councils.acts import SECRETARIES
from registry.councils.here import ADDRESS, act_here, here, installation
from registry.doors import open_to
from registry.findings import Refused
from registry.meetings import acts
from registry.meetings.forms import ConveneForm, choices_of
from registry.meetings.minutes import lines_of, minutes_pdf
from registry.meetings.records import agenda, constitutive, entries, members_at
from registry.meetings.rules import days_of_notice, latest_notice
from registry.membership.records import council_on
from registry.regulation.choices import Convener
from registry.roles import Role
from registry.wording import say

meetings = Blueprint("meetings", __name__, url_prefix=ADDRESS + "/moede")

SCREEN = "meeting_screen"
"""Where the application says which page runs the constitutive meeting; the registry does not know it."""
_WEEKEND = 5
_READERS = (*SECRETARIES, Role.AUDITOR)


@meetings.get("/")
@open_to(*_READERS)
def page() -> str:
    """The constitutive meeting: convene it, or see how it was convened and how far it is."""
    with installation().database.read() as session:
        if constitutive(session, here()) is None:
            return _convening(session, _new_form())
        return _meeting(session)


@meetings.post("/")
@open_to(*SECRETARIES)
def convene() -> str | Answer | tuple[str, int]:
    """Convene the meeting; with the other button only work out how long the notice is."""
    form = _new_form()
    trouble = None
    is_asking = request.form.get("what") == "compute"
    if not is_asking and form.validate_on_submit():
        try:
            acts.convene(
                installation(),
                here().scope,
                act_here(form),
                here().id,
                form.planned_instant(),
                form.place.data or "",
                form.convened_by.data or "",
                form.sent_instant(clock.now(here())),
                form.late_reason.data or "",
            )
        except Refused as refused:
            trouble = refused
        else:
            flash(_("Mødet er indkaldt. Dagsordenen er klar."), "success")
            return redirect(request.path, 303)
    with installation().database.read() as session:
        return _convening(session, form, trouble), trouble.status if trouble else 200


@meetings.get("/referat.pdf")
@open_to(*_READERS)
def minutes() -> Response:
    """The minutes as they stand: a draft until the meeting is closed."""
    with installation().database.read() as session:
        of = constitutive(session, here())
        if of is None:
            raise NotFound
        pdf = minutes_pdf(session, here(), of)
        name = "referat.pdf" if of.closed_at else "referat-udkast.pdf"
    return Response(
        pdf, mimetype="application/pdf", headers={"Content-Disposition": f"attachment; filename={name}"}
    )


def _new_form() -> ConveneForm:
    """The form, filled in as a meeting in due time would be: sent today, held on the first weekday allowed."""
    today, rules = clock.today(here()), here().meeting_rules
    day = today + timedelta(days=rules.notice_days.value)
    while day.weekday() >= _WEEKEND:
        day += timedelta(days=1)
    form = ConveneForm(data={"planned_on": day, "planned_at": "17.00", "sent_on": today})
    form.convened_by.choices = _conveners()
    return form


def _conveners() -> list[SelectChoice]:
    """Whoever may convene by the regulation: the secretary who is signed in, or one of the members."""
    if here().meeting_rules.convened_by.value is Convener.SECRETARY:
        visitor: Any = current_user
        return [SelectChoice(visitor.name, _("Sekretæren: %(name)s", name=visitor.name))]
    with installation().database.read() as session:
        day = max(clock.today(here()), here().starts_on)
        return choices_of([place.person.name for place in council_on(session, here(), day) if place.person])


def _convening(session: Any, form: ConveneForm, trouble: Refused | None = None) -> str:
    rules = here().meeting_rules
    planned: date | None = form.planned_on.data
    sent: date | None = form.sent_on.data
    given = days_of_notice(sent, planned) if planned and sent else None
    at = datetime.combine(planned, datetime.min.time(), clock.now(here()).tzinfo) if planned else None
    return render_template(
        "meetings/convene.html",
        council=here(),
        rules=rules,
        form=form,
        latest=latest_notice(planned, rules.notice_days.value) if planned else None,
        given=given,
        is_late=given is not None and given < rules.notice_days.value,
        summoned=members_at(session, here(), at or clock.now(here())),
        secretary_must=rules.convened_by.value is Convener.SECRETARY and not _is_secretary(),
        code=trouble.kind.code if trouble else None,
        trouble=say(trouble) if trouble else None,
    )


def _is_secretary() -> bool:
    visitor: Any = current_user
    return Role.COUNCIL_SECRETARY in visitor.roles


def _meeting(session: Any) -> str:
    of = constitutive(session, here())
    assert of is not None
    written = entries(session, of)
    return render_template(
        "meetings/meeting.html",
        council=here(),
        rules=here().meeting_rules,
        meeting=of,
        given=days_of_notice(clock.local_day(of.notice_sent_at), clock.local_day(of.planned_at)),
        points=[(item, lines_of(written, item)) for item in agenda(session, of)],
        summoned=members_at(session, here(), of.planned_at),
        screen=current_app.extensions.get(SCREEN),
        form=ActForm(),
    )
