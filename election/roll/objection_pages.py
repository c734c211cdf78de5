# mypy: disable-error-code="no-untyped-call"
"""Objections to the roll: received, decided by two people, answered."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from election.call import clock
from election.call.here import act_here, here, installation
from election.roll.cases import officials_of
from election.roll.forms import DecideForm, ReceiveForm, told_above
from election.roll.objection_records import Ruling, objection_case, objection_cases, objections_until
from election.roll.objections import (
    ASKS_NAMES,
    CAME_IN_NAMES,
    RULING_NAMES,
    Asks,
    CameIn,
    decide_objection,
    receive_objection,
)
from election.roll.records import roll_of
from registry.doors import open_to
from registry.findings import Refused
from registry.regulation.calendar import instant
from registry.roles import Role

objections = Blueprint("objections", __name__, url_prefix="/indsigelser")

_OFFICE = (Role.ROLL_KEEPER, Role.ELECTION_ADMINISTRATOR)
_WORDS = {"came_in": CAME_IN_NAMES, "asks": ASKS_NAMES, "rulings": RULING_NAMES}


@objections.get("/")
@open_to(*_OFFICE)
def overview() -> str:
    """Every objection with its deadline and what became of it."""
    with installation().database.read() as session:
        return render_template(
            "roll/objections.html",
            cases=objection_cases(session, here()),
            until=objections_until(here()),
            rule=here().regulation.roll.objections_until,
            **_WORDS,
        )


@objections.route("/ny", methods=["GET", "POST"])
@open_to(*_OFFICE)
def receive() -> str | Response | tuple[str, int]:
    """An objection is kept as it came in, also when it is late."""
    form, status = ReceiveForm(), 200
    form.offer(clock.now(here()))
    if form.validate_on_submit():
        try:
            made = receive_objection(
                installation(),
                here().scope,
                act_here(form, "roll.receive_objection"),
                here().id,
                form.instant(),
                CameIn(form.came_in_how.data),
                form.sender.data or "",
                Asks(form.asks.data),
                form.wording.data or "",
                form.cpr.digits or None,
            )
        except Refused as refused:
            status = told_above(form, refused)
        else:
            flash(_("Indsigelsen er registreret."), "success")
            return redirect(url_for(".one", objection_id=made), 303)
    page = render_template(
        "roll/receive_objection.html",
        form=form,
        until=objections_until(here()),
        rule=here().regulation.roll.objections_until,
    )
    return page, status


@objections.route("/<uuid:objection_id>", methods=["GET", "POST"])
@open_to(*_OFFICE)
def one(objection_id: UUID) -> str | Response | tuple[str, int]:
    """One objection; two people decide it with reason and section."""
    form, status = DecideForm(), 200
    form.offer(here().regulation.right_to_vote.origin.source)
    if form.validate_on_submit():
        try:
            decide_objection(
                installation(),
                here().scope,
                act_here(form, "roll.decide_objection"),
                here().id,
                objection_id,
                Ruling(form.ruling.data),
                form.cite.data or "",
            )
        except Refused as refused:
            status = told_above(form, refused)
        else:
            flash(_("Afgørelsen er gemt. Skriv den ud, og send den til den, der har gjort indsigelse."), "success")
            return redirect(url_for(".one", objection_id=objection_id), 303)
    with installation().database.read() as session:
        case = objection_case(session, here(), objection_id)
        decided = case.decision
        signers = {decided.by, decided.cosigned_by} if decided else set()
        page = render_template(
            "roll/objection.html",
            case=case,
            form=form,
            people=officials_of(session, here(), signers),
            roll=roll_of(session, here()),
            **_WORDS,
        )
    return page, status


@objections.get("/<uuid:objection_id>/svar")
@open_to(*_OFFICE)
def letter(objection_id: UUID) -> str | Response:
    """The decision as a letter to print: what was asked, what is decided and why, and where one complains."""
    after = here().regulation.after
    with installation().database.read() as session:
        case = objection_case(session, here(), objection_id)
        if case.decision is None:
            return redirect(url_for(".one", objection_id=objection_id))
        return render_template(
            "roll/objection_letter.html",
            case=case,
            election=here(),
            regulation=here().regulation,
            people=officials_of(session, here(), {case.decision.by, case.decision.cosigned_by}),
            complaint_to=None if after.complaint_to.is_unset else after.complaint_to.value,
            complaint_until=None
            if after.complaint_until.is_unset
            else instant(after.complaint_until.value, here().election_on),
            **_WORDS,
        )
