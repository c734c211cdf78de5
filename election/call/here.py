"""The election of the page that is being shown, and the act that a form on it is."""

from __future__ import annotations

from typing import Any

from flask import current_app, g
from werkzeug.exceptions import NotFound

from election.call import clock
from election.call.records import Election, at_address
from election.call.rules import ACTS
from registry.accounts.forms import ActForm, act_of, act_of_key
from registry.act import Act, Installation
from registry.database import Scope

ADDRESS = "/<municipality>/<council>/<slug>"
"""Every page of an election stands below this path."""


def installation() -> Installation:
    found: Installation = current_app.extensions["installation"]
    return found


def find_election(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Before a page of an election is shown: its municipality, council and election, or 404."""
    if not values or not {"municipality", "council", "slug"} <= values.keys():
        return
    scope = Scope(values.pop("municipality"), values.pop("council"))
    election = at_address(installation().database, scope, values.pop("slug"))
    if election is None:
        raise NotFound
    g.scope, g.election = scope, election


def keep_address(_endpoint: str, values: dict[str, Any]) -> None:
    """Links on a page of an election stay in that election and its council."""
    election: Election | None = g.get("election")
    if election is None or not current_app.url_map.is_endpoint_expecting(_endpoint, "council"):
        return
    values.setdefault("municipality", election.municipality)
    values.setdefault("council", election.council)
    if current_app.url_map.is_endpoint_expecting(_endpoint, "slug"):
        values.setdefault("slug", election.slug)


def here() -> Election:
    """The election of this page, as it was when the request came in."""
    election: Election = g.election
    return election


def act_here(form: ActForm, name: str) -> Act:
    """The act `name` that this form is, by the election's clock. Raises Refused."""
    return act_of(form, clock.now(here()), ACTS[name].roles)


def key_here(request_id: str, name: str) -> Act:
    """The act `name` of one key, sent with its request id and nothing else to read. Raises Refused."""
    return act_of_key(request_id, clock.now(here()), ACTS[name].roles)
