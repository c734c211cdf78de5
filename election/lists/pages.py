# mypy: disable-error-code="no-untyped-call"
"""Lists, for the office and for everybody."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from election.call import clock
from election.call.here import act_here, here, installation
from election.call.rules import Phase, allowed
from election.candidacy.deadlines import deadlines
from election.candidacy.records import accepted, candidacies
from election.candidacy.rules import ALIVE, is_late
from election.lists import acts
from election.lists.blueprint import lists
from election.lists.forms import FileForm
from election.lists.records import alliances_of, candidate_list, lists_on_ballot, standing_lists
from election.lists.records import lists as every_list
from election.lists.steps import carry_out, forms_of
from election.lists.view import title_of, view_of, withheld_names
from registry.accounts.forms import ActForm
from registry.accounts.sign_in import signed_in_official
from registry.act import Act
from registry.doors import open_to, public
from registry.findings import Refused
from registry.roles import Role
from registry.wording import in_all_languages

_SECRET = frozenset({Phase.CALLED, Phase.CANDIDACY})
"""Nobody outside is told of lists before candidates are closed. (KRVL § 43 borrowed)"""


def _demand_lists() -> None:
    if not here().regulation.lists.are_allowed.value:
        raise NotFound


@lists.route("/", methods=["GET", "POST"])
@open_to(Role.ELECTION_ADMINISTRATOR, Role.BOARD_MEMBER)
def overview() -> str | Response | tuple[str, int]:
    """Every list, the alliances, and filing a list that came on paper."""
    _demand_lists()
    form = FileForm()
    if not form.is_submitted():
        return _overview(form)
    if not form.validate():
        return _overview(form), 422
    try:
        act = act_here(form, "lists.file")
        made = acts.file_list(installation(), here().scope, act, here().id, form.filed())
    except Refused as refused:
        return _overview(form, refused), refused.status
    flash(_("Listen er anmeldt. Skriv nu, hvem der står på den."), "success")
    return redirect(url_for("lists.one", list_id=made), 303)


def _overview(form: FileForm, refused: Refused | None = None) -> str:
    now, is_admin = clock.now(here()), Role.ELECTION_ADMINISTRATOR in signed_in_official().roles
    with installation().database.read() as reading:
        until, every = deadlines(reading, here()), every_list(reading, here())
        rows = candidacies(reading, here())
        chosen = [c.list_key for c in rows if c.in_state in ALIVE and c.list_key]
        keys = {one.key for one in every if one.withdrawn_at is None}
        return render_template(
            "lists/overview.html",
            lists=[(one, title_of(one), chosen.count(one.key)) for one in every],
            unfiled=sorted({key for key in chosen if key not in keys}),
            titles={one.key: title_of(one) for one in every},
            alliances=alliances_of(reading, here()),
            are_alliances_allowed=here().regulation.lists.are_alliances_allowed.value,
            may_file=is_admin and allowed("lists.file", here().in_phase) and not is_late(now, until.closes),
            closes=until.closes,
            form=form,
            refused=refused,
        )


@lists.get("/<uuid:list_id>")
@open_to(Role.ELECTION_ADMINISTRATOR, Role.BOARD_MEMBER)
def one(list_id: UUID) -> str:
    """One list: its names, their order, what it says of alliances."""
    return _one(list_id)


@lists.route("/<uuid:list_id>/<step>", methods=["GET", "POST"])
@open_to(Role.ELECTION_ADMINISTRATOR)
def change(list_id: UUID, step: str) -> str | Response | tuple[str, int]:
    """The office changes a list, as its representative has asked."""
    if request.method == "GET":
        return redirect(url_for("lists.one", list_id=list_id))
    with installation().database.read() as reading:
        found = candidate_list(reading, here().scope, here().id, list_id)
        forms = forms_of(view_of(reading, here(), found, clock.now(here()), is_office=True), step)
    try:
        said = carry_out(step, forms, list_id, None, _act)
    except Refused as refused:
        return _one(list_id, step, refused), refused.status
    if said is None:
        return _one(list_id, step), 422
    flash(said, "success")
    return redirect(url_for("lists.one", list_id=list_id), 303)


def _act(form: ActForm, name: str) -> Act:
    act = act_here(form, name)
    return replace(act, reason=act.reason.strip())


def _one(list_id: UUID, sent: str = "", refused: Refused | None = None) -> str:
    is_admin = Role.ELECTION_ADMINISTRATOR in signed_in_official().roles
    with installation().database.read() as reading:
        found = candidate_list(reading, here().scope, here().id, list_id)
        view = view_of(reading, here(), found, clock.now(here()), is_office=True)
        return render_template(
            "lists/one.html",
            view=view,
            forms=forms_of(view, sent),
            may_change=is_admin and view.is_open,
            refused=refused,
        )


@lists.get("/offentlig", endpoint="public")
@public
@in_all_languages
def public_page() -> str | tuple[str, int]:
    """The lists, who stands on them and which are in alliance, once candidates are closed."""
    _demand_lists()
    is_public = here().in_phase not in _SECRET
    with installation().database.read() as reading:
        filed = {found.key: found for found in standing_lists(reading, here())}
        standing = accepted(reading, here()) if is_public else []
        return render_template(
            "lists/public.html",
            is_public=is_public,
            closes=deadlines(reading, here()).closes,
            lists=lists_on_ballot(reading, here(), standing),
            withheld=withheld_names(reading, here(), standing),
            titles={key: title_of(found) for key, found in filed.items()},
            alliances=alliances_of(reading, here()).valid if is_public else (),
        )
