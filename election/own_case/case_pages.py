# mypy: disable-error-code="no-untyped-call"
"""The case as a whole: looked through and sent, withdrawn, deleted, complained of; and the receipt."""

from __future__ import annotations

from flask import abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from election.call.here import here, installation
from election.candidacy import case_acts, part_acts
from election.candidacy.findings import WRONG_STATE
from election.candidacy.records import Candidacy
from election.candidacy.rules import PART_NAMES, State
from election.own_case.blueprint import own_case
from election.own_case.forms import ComplaintForm, ConfirmedForm, WithdrawForm
from election.own_case.part_pages import outline_of
from election.own_case.receipt import receipt_pdf
from election.own_case.visit import Answer, act_mine, leave, my_case, of_my_case
from registry.accounts.forms import ActForm
from registry.act import CHANGED_MEANWHILE, REQUEST_REUSED
from registry.doors import public
from registry.findings import Refused
from registry.languages import EVERY_LANGUAGE
from registry.wording import in_all_languages, say

_OWN_WISH = "Eget ønske."
"""What the office reads when the candidate gives no reason."""


@own_case.route("/min-sag/send", methods=["GET", "POST"])
@public
@in_all_languages
@of_my_case
def check(row: Candidacy) -> Answer:
    """Everything that is filled in, what is missing and until when. Sending is always possible."""
    form, refused = ActForm(), None
    if form.validate_on_submit():
        try:
            made = case_acts.send(installation(), here().scope, act_mine(form), here().id, row.id)
        except Refused as found:
            if found.kind in (WRONG_STATE, REQUEST_REUSED):  # sent from another window meanwhile
                flash(say(found), "warning")
                return redirect(url_for("own_case.case"), 303)
            refused = found
        else:
            _say_sent(made)
            return redirect(url_for("own_case.case"), 303)
    of = outline_of(row)
    page = render_template(
        "own_case/check.html",
        form=form,
        of=of,
        row=row,
        election=here(),
        refused=refused,
        lacks=[(part, _(PART_NAMES[part]), of.task_of(part)) for part in of.lacks],
        languages=[(code, EVERY_LANGUAGE[code], text) for code, text in of.texts.items()],
        language_name=EVERY_LANGUAGE[row.language],
    )
    return make_response(page, refused.status if refused else 200)


def _say_sent(made: case_acts.Registered) -> None:
    if made.state is State.LATE:
        late = _("Din anmeldelse er modtaget, men den kom efter fristen. Den er gemt og mærket som for sen.")
        flash(late, "warning")
    else:
        flash(_("Din anmeldelse er modtaget."), "success")


@own_case.get("/min-sag/kvittering.pdf")
@public
@in_all_languages
@of_my_case
def receipt(row: Candidacy) -> Answer:
    """What was received, and when to the second."""
    if row.submitted_at is None:
        abort(404)
    with installation().database.read() as reading:
        pdf = receipt_pdf(reading, here(), row)
    answer = make_response(pdf)
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'attachment; filename="kvittering-{row.number}.pdf"'
    return answer


@own_case.route("/min-sag/traek-tilbage", methods=["GET", "POST"])
@public
@in_all_languages
@of_my_case
def withdraw(row: Candidacy) -> Answer:
    """The candidate takes the candidacy back, until the regulation's time."""
    form, refused = WithdrawForm(), None
    if form.validate_on_submit():
        act = act_mine(form, (form.reason.data or "").strip() or _OWN_WISH)
        try:
            case_acts.withdraw(installation(), here().scope, act, here().id, row.id, form.seen_version())
        except Refused as found:
            refused = found
        else:
            flash(_("Din anmeldelse er trukket tilbage."), "success")
            return redirect(url_for("own_case.case"), 303)
    return _confirming("withdraw", row, form, refused)


@own_case.route("/min-sag/slet", methods=["GET", "POST"])
@public
@in_all_languages
@of_my_case
def discard(row: Candidacy) -> Answer:
    """Delete a draft that was never sent."""
    form, refused = ConfirmedForm(), None
    if form.validate_on_submit():
        try:
            part_acts.discard(installation(), here().scope, act_mine(form), here().id, row.id)
        except Refused as found:
            refused = found
        else:
            flash(_("Din kladde er slettet. Du er logget ud."), "success")
            return leave(redirect(url_for("own_case.start"), 303))
    return _confirming("discard", row, form, refused)


def _confirming(template: str, row: Candidacy, form: ConfirmedForm, refused: Refused | None) -> Response:
    """The page asks once more, for the case as it is now."""
    if refused is not None and refused.kind in (CHANGED_MEANWHILE, REQUEST_REUSED):
        row = my_case() or row
        form.is_sure.data = False
    if refused is not None or not form.is_submitted():
        form.version.data = str(row.version)
    page = render_template(
        f"own_case/{template}.html", form=form, of=outline_of(row), row=row, election=here(), refused=refused
    )
    return make_response(page, refused.status if refused else 200)


@own_case.route("/min-sag/klage", methods=["GET", "POST"])
@public
@in_all_languages
@of_my_case
def complain(row: Candidacy) -> Answer:
    """A complaint of the refusal, in the candidate's own words."""
    form, refused = ComplaintForm(), None
    if form.validate_on_submit():
        act = act_mine(form, (form.reason.data or "").strip())
        try:
            case_acts.complain(installation(), here().scope, act, here().id, row.id)
        except Refused as found:
            refused = found
        else:
            flash(_("Din klage er modtaget."), "success")
            return redirect(url_for("own_case.case"), 303)
    page = render_template(
        "own_case/complain.html", form=form, of=outline_of(row), row=row, election=here(), refused=refused
    )
    return make_response(page, refused.status if refused else 200)
