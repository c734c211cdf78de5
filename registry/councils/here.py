"""The council of the page that is being shown, and the act that a form on it is."""

from __future__ import annotations

from typing import Any

from flask import current_app, g, request
from werkzeug.exceptions import NotFound

from registry.accounts.forms import ActForm, act_of
from registry.act import Act, Installation
from registry.councils import clock
from registry.councils.acts import SECRETARIES
from registry.councils.records import CouncilTerm, terms
from registry.database import Scope

ADDRESS = "/<municipality>/<council>/raad"
"""Every page of a council stands below this path; no election has the name “raad”."""


def installation() -> Installation:
    found: Installation = current_app.extensions["installation"]
    return found


def find_council(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Before a page of a council is shown: its municipality and newest term (or `?periode=`), or 404."""
    if not values or request.url_rule is None or not request.url_rule.rule.startswith(ADDRESS):
        return
    scope = Scope(values.pop("municipality"), values.pop("council"))
    with installation().database.read() as session:
        every = terms(session, scope)
    wanted = request.args.get("periode")
    chosen = next((one for one in every if wanted in (None, str(one.id))), None)
    if chosen is None:
        raise NotFound
    g.scope, g.council_term = scope, chosen


def keep_council(endpoint: str, values: dict[str, Any]) -> None:
    """Links on a page of a council stay in that council, and in the earlier term that was asked for."""
    term: CouncilTerm | None = g.get("council_term")
    if term is None or not current_app.url_map.is_endpoint_expecting(endpoint, "council"):
        return
    values.setdefault("municipality", term.municipality)
    values.setdefault("council", term.council)
    if "periode" in request.args:
        values.setdefault("periode", str(term.id))


def here() -> CouncilTerm:
    """The term of this page, as it was when the request came in."""
    term: CouncilTerm = g.council_term
    return term


def act_here(form: ActForm) -> Act:
    """The act that this form is, by the council's clock. Raises Refused."""
    return act_of(form, clock.now(here()), SECRETARIES)
