# mypy: disable-error-code="no-untyped-call"
"""Signing in at a station: the printed code and the PIN, and straight to the station or the desk."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from election.call.here import installation
from election.staffing.forms import PassForm
from election.staffing.records import page_of
from election.staffing.rules import read_code
from registry.accounts.forms import gatekeeper
from registry.accounts.passes import WRONG_PASS
from registry.doors import public
from registry.findings import Refused
from registry.wording import say

station_sign_in = Blueprint("station_sign_in", __name__)


@station_sign_in.route("/stemmested-log-ind", methods=["GET", "POST"])
@public
def page() -> str | Response:
    """The code and the PIN; a wrong one keeps the code that was typed, never the PIN."""
    form = PassForm()
    if not form.validate_on_submit():
        return render_template("staffing/sign_in.html", form=form)
    try:
        code = read_code(form.code.data or "")
        if code is None:
            raise Refused(WRONG_PASS, status=403)
        day_pass, person = gatekeeper().check_pass(code, form.pin.data or "")
        gatekeeper().open(person, day_pass)
    except Refused as refused:
        form.pin.errors = (say(refused),)
        return render_template("staffing/sign_in.html", form=form)
    with installation().database.read() as session:
        return redirect(page_of(session, day_pass), 303)
