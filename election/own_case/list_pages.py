# mypy: disable-error-code="no-untyped-call"
"""The list that a candidate represents, from the own case: founded, named, put in order, allied, withdrawn."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from election.call import clock
from election.call.here import here, installation
from election.call.rules import allowed
from election.candidacy.deadlines import deadlines
from election.candidacy.records import Candidacy
from election.candidacy.rules import ALIVE, is_late
from election.lists import acts, pages
from election.lists.blueprint import lists
from election.lists.forms import FoundForm
from election.lists.records import CandidateList, lists_spoken_for
from election.lists.steps import WITHDRAW, carry_out, forms_of
from election.lists.view import view_of
from election.own_case.visit import Answer, act_mine, of_my_case
from registry.accounts.forms import ActForm, ReasonedForm
from registry.act import Act
from registry.doors import public
from registry.findings import Refused
from registry.wording import in_all_languages

__all__ = ["lists", "pages"]


@lists.route("/min", methods=["GET", "POST"])
@public
@in_all_languages
@of_my_case
def mine(row: Candidacy) -> Answer:
    """The list that this candidate represents; who represents none can file one."""
    spoken_for = _spoken_for(row)
    if spoken_for is not None:
        return _panel(spoken_for)
    form = FoundForm()
    if not form.is_submitted():
        return _found(row, form)
    if not form.validate():
        return _found(row, form), 422
    try:
        act = act_mine(form)
        acts.file_list(installation(), here().scope, act, here().id, form.filed(row.id))
    except Refused as refused:
        return _found(row, form, refused), refused.status
    flash(_("Listen er anmeldt. Skriv nu, hvem der står på den."), "success")
    return redirect(url_for("lists.mine"), 303)


@lists.route("/min/<step>", methods=["GET", "POST"])
@public
@in_all_languages
@of_my_case
def change_mine(row: Candidacy, step: str) -> Answer:
    """The representative changes the list. Whoever comes by a link, as that of another language, sees the list."""
    one = _spoken_for(row)
    if one is None or request.method == "GET":
        return redirect(url_for("lists.mine"), 303)
    with installation().database.read() as reading:
        forms = forms_of(view_of(reading, here(), one, clock.now(here()), is_office=False), step)
    try:
        said = carry_out(step, forms, one.id, row.id, _act)
    except Refused as refused:
        return _panel(one, step, refused), refused.status
    if said is None:
        return _panel(one, step), 422
    flash(said, "success")
    return redirect(url_for("own_case.case" if step == WITHDRAW else "lists.mine"), 303)


def _act(form: ActForm, _name: str) -> Act:
    return act_mine(form, (form.reason.data or "").strip() if isinstance(form, ReasonedForm) else "")


def _spoken_for(row: Candidacy) -> CandidateList | None:
    if not here().regulation.lists.are_allowed.value:
        abort(404)
    with installation().database.read() as reading:
        found = lists_spoken_for(reading, here(), row.id)
    return found[0] if found else None


def _found(row: Candidacy, form: FoundForm, refused: Refused | None = None) -> str:
    with installation().database.read() as reading:
        until = deadlines(reading, here()).closes
    in_time = not is_late(clock.now(here()), until) and allowed("lists.file", here().in_phase)
    return render_template(
        "own_case/found_list.html",
        form=form,
        refused=refused,
        until=until,
        in_time=in_time,
        has_sent=row.in_state in ALIVE,
    )


def _panel(one: CandidateList, sent: str = "", refused: Refused | None = None) -> str:
    with installation().database.read() as reading:
        view = view_of(reading, here(), one, clock.now(here()), is_office=False)
        return render_template(
            "own_case/my_list.html",
            view=view,
            forms=forms_of(view, sent),
            may_change=view.is_open,
            refused=refused,
        )
