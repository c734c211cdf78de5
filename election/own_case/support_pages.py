# mypy: disable-error-code="no-untyped-call"
"""Becoming a supporter by a candidate's link. The address holds the candidate's code, nothing of the supporter."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from election.call import clock
from election.call.here import here, installation
from election.candidacy import findings as say_of
from election.candidacy import supporter_acts
from election.own_case import supporting
from election.own_case.blueprint import own_case
from election.own_case.supporting import Link
from registry.accounts.forms import ActForm
from registry.accounts.mitid import IDLE, citizen, citizens_cpr, mitid_name
from registry.act import REQUEST_REUSED, Act
from registry.doors import public
from registry.findings import Refused
from registry.roles import ONESELF, Role
from registry.wording import in_all_languages

_SHOWN_BY_THE_PAGE = frozenset(
    {
        say_of.SUPPORTS_ONESELF.code,
        say_of.SUPPORTS_ANOTHER.code,
        say_of.ENOUGH_SUPPORTERS.code,
        say_of.SUPPORT_IS_CLOSED.code,
    }
)
"""The page itself says these, in the place where the button was."""
_NOTHING_NEW = frozenset({say_of.SUPPORTS_ALREADY.code, say_of.NO_SUPPORT_TO_TAKE_BACK.code})
"""It is already as the person wants it: the button was sent twice, or the page before was shown again."""


@own_case.get("/stoet/<code>")
@public
@in_all_languages
def support(code: str) -> str | tuple[str, int]:
    """Whose candidacy it is, what a supporter is, and one's own part in it."""
    return _page(code)


@own_case.post("/stoet/<code>")
@public
@in_all_languages
def give_support(code: str) -> Response | str | tuple[str, int]:
    """Whoever has proved who they are supports the candidate, or takes support back."""
    person = citizen()
    if person is None:
        flash(_("Du er ikke logget ind længere. Intet er ændret. Log ind igen."), "warning")
        return redirect(url_for("own_case.support", code=code), 303)
    with installation().database.read() as reading:
        asked = supporting.asked(reading, here(), code, clock.now(here()))
        if asked is None or asked.link is Link.GONE:
            return _page(code)
        own = supporting.own_part(reading, here(), asked.row, person.cpr_index, clock.now(here()))
    wanted = request.form.get("step")
    case = own.other.id if wanted == "leave_other" and own.other is not None else asked.row.id
    try:
        if wanted == "support":
            supporter_acts.support(installation(), here().scope, _act(), here().id, case, citizens_cpr())
            flash(_("Tak. Du er nu stiller."), "success")
        elif wanted in ("leave", "leave_other"):
            supporter_acts.take_back_support(installation(), here().scope, _act(), here().id, case, citizens_cpr())
            flash(_("Din støtte er taget tilbage."), "success")
    except Refused as refused:
        if refused.kind.code in _SHOWN_BY_THE_PAGE:
            return _page(code, status=refused.status)
        if refused.kind.code not in _NOTHING_NEW:
            raise
    return redirect(url_for("own_case.support", code=code), 303)


def _act() -> Act:
    try:
        request_id = UUID(ActForm().request_id.data or "")
    except ValueError as error:
        raise Refused(REQUEST_REUSED) from error
    return Act(ONESELF, Role.SUPPORTER, clock.now(here()), request_id)


def _page(code: str, status: int = 200) -> str | tuple[str, int]:
    person, election, now = citizen(), here(), clock.now(here())
    with installation().database.read() as reading:
        asked = supporting.asked(reading, election, code, now)
        if asked is None or asked.link is Link.GONE:
            return render_template("own_case/support_gone.html"), 404 if asked is None else 410
        own = supporting.own_part(reading, election, asked.row, person.cpr_index, now) if person else None
        page = render_template(
            "own_case/support.html",
            election=election,
            asked=asked,
            own=own,
            form=ActForm(formdata=None),
            mitid=mitid_name(),
            idle_minutes=int(IDLE.total_seconds() // 60),
        )
    return (page, status) if status != 200 else page
