# mypy: disable-error-code="no-untyped-call"
"""The one-time link: asked for by e-mail, and opened by a person, not by the program that checks their mail."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from election.call.here import here, installation
from election.candidacy import part_acts
from election.candidacy.part_acts import LINK_HOLDS
from election.own_case.blueprint import own_case
from election.own_case.forms import EmailForm
from election.own_case.visit import LINK_VISIT, Answer, act_mine, enter_by_link
from registry.accounts.forms import ActForm
from registry.accounts.limits import Limit, demand_not_too_often, network_of
from registry.accounts.mitid import mitid_name
from registry.act import REQUEST_REUSED
from registry.doors import public
from registry.findings import Refused
from registry.wording import in_all_languages

_HOUR = timedelta(hours=1)
NETWORK = Limit("links from a network", 20, _HOUR)
ADDRESS = Limit("links to an address", 3, _HOUR)
ALL = Limit("links", 600, _HOUR)
_CASES = 5
"""A family may share an address; so many cases get a link at once."""


@own_case.route("/bed-om-link", methods=["GET", "POST"])
@public
@in_all_languages
def ask_for_link() -> Answer:
    """Whoever types an address reads the same answer, whether somebody here has it or not."""
    form = EmailForm()
    if not form.validate_on_submit():
        return _asking(form)
    email = (form.email.data or "").strip()
    asked = {NETWORK: network_of(request.remote_addr), ALL: str(here().id), ADDRESS: email.lower()}
    tokens = tuple(secrets.token_urlsafe(32) for _ in range(_CASES))
    try:
        demand_not_too_often(installation(), here().scope, asked, datetime.now(UTC))
        part_acts.send_links(installation(), here().scope, act_mine(form), here().id, email, tokens)
    except Refused as refused:
        if refused.kind is not REQUEST_REUSED:  # sent twice: the mail is on its way
            return _asking(form, refused)
    return _asking(form, is_asked=True)


def _asking(form: EmailForm, refused: Refused | None = None, *, is_asked: bool = False) -> Response:
    page = render_template(
        "own_case/ask_for_link.html",
        election=here(),
        form=form,
        refused=refused,
        is_asked=is_asked,
        minutes=int(LINK_HOLDS.total_seconds() // 60),
        mitid=mitid_name(),
    )
    return make_response(page, refused.status if refused else 200)


@own_case.route("/link/<token>", methods=["GET", "POST"])
@public
@in_all_languages
def link(token: str) -> Answer:
    """A button; pressing it uses the link up."""
    form, refused = ActForm(), None
    if form.validate_on_submit():
        try:
            opened = part_acts.use_link(installation(), here().scope, act_mine(form), here().id, token)
        except Refused as found:
            refused = found
        else:
            return enter_by_link(opened, redirect(url_for("own_case.case"), 303))
    page = render_template(
        "own_case/link.html", form=form, refused=refused, minutes=int(LINK_VISIT.total_seconds() // 60)
    )
    return make_response(page, refused.status if refused else 200)
